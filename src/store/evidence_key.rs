//! The public halves of the keys of evidence, once one was announced to take the place of another.

use sqlx::FromRow;
use uuid::Uuid;

use super::Result;
use super::db::{Tx, on};

/// A key of evidence.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct EvidenceKeyRow {
    /// `log` or `seal`.
    pub kind: String,
    /// Counts the keys of its kind from 1.
    pub number: i64,
    /// The verifier key (C2SP signed note) under the name of the log that it was announced in, or certificates in PEM.
    pub public: String,
    /// The record of its announcement; none of the first key of its kind.
    pub event_id: Option<Uuid>,
    /// That record sealed (JWS).
    pub record_jws: Option<String>,
    /// When it was announced; of a first key, when the second was. Microseconds.
    pub announced_at: i64,
    /// The place of that record in the log; none before it is sealed.
    #[sqlx(default)]
    pub leaf_index: Option<i64>,
}

impl Tx {
    /// Every key, log's first, in their order: as many as were ever announced.
    pub async fn list_evidence_keys(&mut self) -> Result<Vec<EvidenceKeyRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT k.*, e.leaf_index FROM evidence_key k LEFT JOIN event e ON e.id = k.event_id ORDER BY k.kind, k.number")
            .fetch_all(conn).await)?)
    }

    /// Adds a key; false when there is one of this kind and number.
    pub async fn insert_evidence_key(&mut self, row: &EvidenceKeyRow) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "INSERT INTO evidence_key (kind, number, public, event_id, record_jws, announced_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT DO NOTHING")
            .bind(&row.kind).bind(row.number).bind(&row.public).bind(row.event_id).bind(&row.record_jws).bind(row.announced_at)
            .execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }
}
