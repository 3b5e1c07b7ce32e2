//! Topics: what services are about.

use sqlx::FromRow;

use super::Result;
use super::db::{Tx, on};
use crate::domain::id::ServiceId;
use crate::domain::name::Names;

/// A topic.
#[derive(Debug, Clone, FromRow)]
pub struct TopicRow {
    /// The operator's code for it.
    pub code: String,
    /// Its names.
    #[sqlx(flatten)]
    pub names: Names,
}

impl Tx {
    /// Adds a topic.
    pub async fn insert_topic(&mut self, row: &TopicRow) -> Result<()> {
        on!(self, conn => sqlx::query("INSERT INTO topic (code, name_fi, name_sv, name_en) VALUES ($1, $2, $3, $4)")
            .bind(&row.code).bind(&row.names.fi).bind(&row.names.sv).bind(&row.names.en).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Every topic, by code. They are few: the operator makes them.
    pub async fn list_topics(&mut self) -> Result<Vec<TopicRow>> {
        Ok(on!(self, conn => sqlx::query_as("SELECT * FROM topic ORDER BY code").fetch_all(conn).await)?)
    }

    /// The codes of a service's topics.
    pub async fn list_topics_of(&mut self, service: ServiceId) -> Result<Vec<String>> {
        Ok(
            on!(self, conn => sqlx::query_scalar("SELECT topic_code FROM service_topic WHERE service_id = $1 ORDER BY topic_code")
            .bind(service).fetch_all(conn).await)?,
        )
    }

    /// Says that a service is about a topic; saying it again changes nothing.
    pub async fn insert_service_topic(&mut self, service: ServiceId, topic: &str) -> Result<()> {
        on!(self, conn => sqlx::query("INSERT INTO service_topic (service_id, topic_code) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(service).bind(topic).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Takes that back; false when it was not said.
    pub async fn delete_service_topic(&mut self, service: ServiceId, topic: &str) -> Result<bool> {
        Ok(
            on!(self, conn => sqlx::query("DELETE FROM service_topic WHERE service_id = $1 AND topic_code = $2")
            .bind(service).bind(topic).execute(conn).await.map(|done| done.rows_affected()))?
                == 1,
        )
    }
}
