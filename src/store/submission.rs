//! The memory of external ids, and blocks of message ids.

use sqlx::FromRow;
use uuid::Uuid;

use super::db::{Tx, on};
use super::{Result, StoreError};
use crate::domain::id::SystemId;

/// An external id about to be used.
#[derive(Debug, Clone)]
pub struct NewSubmission<'a> {
    /// By which system.
    pub system_id: SystemId,
    /// The sender's own id.
    pub external_id: &'a str,
    /// The message it would name.
    pub message_id: i64,
    /// The SubmissionAcceptance whose seal answers every repeat.
    pub event_id: Uuid,
}

/// What an external id already stands for.
#[derive(Debug, Clone, FromRow)]
pub struct SubmissionRow {
    /// The message.
    pub message_id: i64,
    /// Its SubmissionAcceptance.
    pub event_id: Uuid,
}

impl Tx {
    /// Claims external ids; answers the message ids whose claim is new. A concurrent claim of the same id is waited for. The caller sorts
    /// the batch by (system, external id), so that two batches never wait for each other in a circle.
    pub async fn claim_external_ids(&mut self, rows: &[NewSubmission<'_>]) -> Result<Vec<i64>> {
        match self {
            // Differs: one statement over arrays on PostgreSQL, one statement a row on SQLite.
            Self::Postgres(held) => Ok(sqlx::query_scalar(
                "INSERT INTO submission (system_id, external_id, message_id, event_id) SELECT * FROM UNNEST($1, $2, $3, $4)
                 ON CONFLICT DO NOTHING RETURNING message_id",
            )
            .bind(rows.iter().map(|row| row.system_id.0).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.external_id).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.message_id).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.event_id).collect::<Vec<_>>())
            .fetch_all(&mut **held)
            .await?),
            Self::Sqlite(held) => {
                let mut claimed = Vec::with_capacity(rows.len());
                for row in rows {
                    let done = sqlx::query(
                        "INSERT INTO submission (system_id, external_id, message_id, event_id) VALUES ($1, $2, $3, $4)
                         ON CONFLICT DO NOTHING",
                    )
                    .bind(row.system_id)
                    .bind(row.external_id)
                    .bind(row.message_id)
                    .bind(row.event_id)
                    .execute(&mut **held)
                    .await?;
                    if done.rows_affected() == 1 {
                        claimed.push(row.message_id);
                    }
                }
                Ok(claimed)
            }
        }
    }

    /// Gives a claim back: the send it was made for was refused.
    pub async fn release_external_id(&mut self, system: SystemId, external_id: &str, message_id: i64) -> Result<()> {
        on!(self, conn => sqlx::query("DELETE FROM submission WHERE system_id = $1 AND external_id = $2 AND message_id = $3")
            .bind(system).bind(external_id).bind(message_id).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// What an external id stands for.
    pub async fn find_submission(&mut self, system: SystemId, external_id: &str) -> Result<Option<SubmissionRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT message_id, event_id FROM submission WHERE system_id = $1 AND external_id = $2")
            .bind(system).bind(external_id).fetch_optional(conn).await)?,
        )
    }

    /// Takes the next `count` message ids; answers the first of them.
    pub async fn take_message_ids(&mut self, count: i64) -> Result<i64> {
        on!(self, conn => sqlx::query_scalar::<_, i64>(
            "UPDATE id_block SET next = next + $1 WHERE name = 'message' RETURNING next - $1")
            .bind(count).fetch_optional(conn).await)?
        .ok_or(StoreError::Missing("message id block"))
    }
}
