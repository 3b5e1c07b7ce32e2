//! The owner's present choice about each organisation; the history of choices is the evidence log.

use sqlx::FromRow;
use uuid::Uuid;

use super::Result;
use super::db::{Tx, on};
use crate::domain::id::{MailboxId, OrganisationId};

/// A present choice.
#[derive(Debug, Clone, FromRow)]
pub struct ConsentRow {
    /// About which organisation.
    pub organisation_id: OrganisationId,
    /// `given`, `withdrawn` or `refused`.
    pub choice: String,
    /// The event of the choice.
    pub event_id: Uuid,
    /// Microseconds.
    pub changed_at: i64,
}

impl Tx {
    /// Records a choice in place of the one before; false when the same choice stood already.
    pub async fn set_consent(&mut self, mailbox: MailboxId, row: &ConsentRow) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "INSERT INTO consent (mailbox_id, organisation_id, choice, event_id, changed_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (mailbox_id, organisation_id) DO UPDATE
             SET choice = excluded.choice, event_id = excluded.event_id, changed_at = excluded.changed_at
             WHERE consent.choice <> excluded.choice")
            .bind(mailbox).bind(row.organisation_id).bind(&row.choice).bind(row.event_id).bind(row.changed_at)
            .execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// Takes a refusal back; false when none stood.
    pub async fn take_refusal_back(&mut self, mailbox: MailboxId, organisation: OrganisationId) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "DELETE FROM consent WHERE mailbox_id = $1 AND organisation_id = $2 AND choice = 'refused'")
            .bind(mailbox).bind(organisation).execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// Every choice of one owner.
    pub async fn list_consents(&mut self, mailbox: MailboxId) -> Result<Vec<ConsentRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT organisation_id, choice, event_id, changed_at FROM consent WHERE mailbox_id = $1")
            .bind(mailbox).fetch_all(conn).await)?)
    }
}
