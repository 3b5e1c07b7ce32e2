//! The built-in register of mandates: who may act in whose mailbox.

use sqlx::FromRow;

use super::Result;
use super::db::{Tx, on};
use crate::domain::id::{MailboxId, MandateId};

/// A mandate.
#[derive(Debug, Clone, FromRow)]
pub struct MandateRow {
    /// Id.
    pub id: MandateId,
    /// In whose mailbox.
    pub owner_id: MailboxId,
    /// Keyed digest of the agent's identity.
    pub agent_lookup: Vec<u8>,
    /// `signatory`, `guardian` or `mandate`.
    pub role: String,
    /// What it reaches, as JSON.
    pub scope: String,
    /// The agent's identity and name, under the owner's key.
    pub mandate_sealed: Vec<u8>,
    /// The owner's name, under the hub's key.
    pub owner_sealed: Vec<u8>,
    /// Microseconds.
    pub begins_at: i64,
    /// Microseconds, exclusive; none: until revoked.
    pub ends_at: Option<i64>,
    /// Microseconds.
    pub revoked_at: Option<i64>,
    /// Microseconds.
    pub created_at: i64,
    /// The guardianship by which it was granted.
    pub rests_on: Option<MandateId>,
}

impl Tx {
    /// Adds a mandate.
    pub async fn insert_mandate(&mut self, row: &MandateRow) -> Result<()> {
        on!(self, conn => sqlx::query(
            "INSERT INTO mandate (id, owner_id, agent_lookup, role, scope, mandate_sealed, owner_sealed, begins_at, ends_at, created_at, rests_on)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
            .bind(row.id).bind(row.owner_id).bind(&row.agent_lookup).bind(&row.role).bind(&row.scope).bind(&row.mandate_sealed)
            .bind(&row.owner_sealed).bind(row.begins_at).bind(row.ends_at).bind(row.created_at).bind(row.rests_on).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// The mandates that were granted by a guardianship and are not revoked.
    pub async fn list_mandates_resting_on(&mut self, id: MandateId) -> Result<Vec<MandateRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM mandate WHERE rests_on = $1 AND revoked_at IS NULL ORDER BY id")
                .bind(id).fetch_all(conn).await)?,
        )
    }

    /// One mandate by its id, revoked or not.
    pub async fn find_mandate(&mut self, id: MandateId) -> Result<Option<MandateRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM mandate WHERE id = $1").bind(id).fetch_optional(conn).await)?,
        )
    }

    /// The mandates by which a person can act at this moment: the operator's registrations first, and of either the oldest first.
    pub async fn list_mandates_of_agent(
        &mut self,
        agent_lookup: &[u8],
        now: i64,
        limit: i64,
    ) -> Result<Vec<MandateRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT * FROM mandate WHERE agent_lookup = $1 AND revoked_at IS NULL AND begins_at <= $2 AND (ends_at IS NULL OR ends_at > $2)
             ORDER BY CASE WHEN role = 'mandate' THEN 1 ELSE 0 END, created_at, id LIMIT $3")
            .bind(agent_lookup).bind(now).bind(limit).fetch_all(conn).await)?)
    }

    /// The mandates over a mailbox that hold or will hold, newest first.
    pub async fn list_mandates_in_force(&mut self, owner: MailboxId, now: i64, limit: i64) -> Result<Vec<MandateRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT * FROM mandate WHERE owner_id = $1 AND revoked_at IS NULL AND (ends_at IS NULL OR ends_at > $2)
             ORDER BY created_at DESC, id DESC LIMIT $3")
            .bind(owner).bind(now).bind(limit).fetch_all(conn).await)?)
    }

    /// The mandates over a mailbox that have ended, newest first.
    pub async fn list_ended_mandates(&mut self, owner: MailboxId, now: i64, limit: i64) -> Result<Vec<MandateRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT * FROM mandate WHERE owner_id = $1 AND (revoked_at IS NOT NULL OR ends_at <= $2)
             ORDER BY created_at DESC, id DESC LIMIT $3")
            .bind(owner).bind(now).bind(limit).fetch_all(conn).await)?)
    }

    /// Ends a mandate; false when it has ended already.
    pub async fn revoke_mandate(&mut self, id: MandateId, now: i64) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "UPDATE mandate SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL AND (ends_at IS NULL OR ends_at > $1)")
            .bind(now).bind(id).execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }
}
