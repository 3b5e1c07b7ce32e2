//! What auditors asked to see of one delivery, and what was decided.

use sqlx::FromRow;

use super::Result;
use super::db::{Tx, on};
use crate::domain::id::{ContentRequestId, MailboxId, OrganisationId};

/// A request.
#[derive(Debug, Clone, FromRow)]
pub struct ContentRequestRow {
    /// Id.
    pub id: ContentRequestId,
    /// Of which message.
    pub message_id: i64,
    /// Whose message that is.
    pub organisation_id: OrganisationId,
    /// Who asked, by the person's own mailbox.
    pub person_id: MailboxId,
    /// Whether who asked is an auditor of that very organisation.
    pub as_own: bool,
    /// Name and reason, under the hub's key.
    pub request_sealed: Vec<u8>,
    /// Microseconds.
    pub asked_at: i64,
    /// `granted`, `refused` or `lapsed`; none while it waits.
    pub decision: Option<String>,
    /// Who decided, by the person's own mailbox.
    pub decided_by: Option<MailboxId>,
    /// The name of who decided, under the hub's key.
    pub decided_sealed: Option<Vec<u8>>,
    /// Microseconds.
    pub decided_at: Option<i64>,
    /// Microseconds: the last look that was recorded.
    pub looked_at: Option<i64>,
}

/// The requests about one message, newest first.
pub const OF_MESSAGE: &str = "SELECT * FROM content_request WHERE message_id = $1 ORDER BY asked_at DESC LIMIT $2";

/// The requests of one organisation that wait for a decision and were made after a time, oldest first.
pub const WAITING: &str = "SELECT * FROM content_request WHERE organisation_id = $1 AND decision IS NULL AND asked_at > $2 ORDER BY asked_at LIMIT $3";

impl Tx {
    /// Adds a request; false when the same person's about the same message waits already.
    pub async fn insert_content_request(&mut self, row: &ContentRequestRow) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "INSERT INTO content_request (id, message_id, organisation_id, person_id, as_own, request_sealed, asked_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING")
            .bind(row.id).bind(row.message_id).bind(row.organisation_id).bind(row.person_id).bind(row.as_own)
            .bind(&row.request_sealed).bind(row.asked_at).execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// Ends a person's request about a message that nobody decided since `until`.
    pub async fn lapse_content_request(&mut self, message: i64, person: MailboxId, until: i64, at: i64) -> Result<()> {
        on!(self, conn => sqlx::query(
            "UPDATE content_request SET decision = 'lapsed', decided_at = $1
             WHERE message_id = $2 AND person_id = $3 AND decision IS NULL AND asked_at <= $4")
            .bind(at).bind(message).bind(person).bind(until).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Decides a request made after `since`; false when it was decided before, or has lapsed.
    pub async fn decide_content_request(
        &mut self,
        id: ContentRequestId,
        decision: &str,
        (by, by_sealed): (MailboxId, &[u8]),
        since: i64,
        at: i64,
    ) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "UPDATE content_request SET decision = $1, decided_by = $2, decided_sealed = $3, decided_at = $4
             WHERE id = $5 AND decision IS NULL AND asked_at > $6")
            .bind(decision).bind(by).bind(by_sealed).bind(at).bind(id).bind(since)
            .execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// Notes that a look was recorded; false when one was since `since`.
    pub async fn note_content_look(&mut self, id: ContentRequestId, since: i64, at: i64) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "UPDATE content_request SET looked_at = $1 WHERE id = $2 AND (looked_at IS NULL OR looked_at <= $3)")
            .bind(at).bind(id).bind(since).execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// One request.
    pub async fn find_content_request(&mut self, id: ContentRequestId) -> Result<Option<ContentRequestRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM content_request WHERE id = $1").bind(id).fetch_optional(conn).await)?,
        )
    }

    /// At most `limit` of [`OF_MESSAGE`].
    pub async fn list_content_requests(&mut self, message: i64, limit: i64) -> Result<Vec<ContentRequestRow>> {
        Ok(on!(self, conn => sqlx::query_as(OF_MESSAGE).bind(message).bind(limit).fetch_all(conn).await)?)
    }

    /// At most `limit` of [`WAITING`].
    pub async fn list_waiting_content_requests(
        &mut self,
        organisation: OrganisationId,
        since: i64,
        limit: i64,
    ) -> Result<Vec<ContentRequestRow>> {
        Ok(on!(self, conn => sqlx::query_as(WAITING).bind(organisation).bind(since).bind(limit).fetch_all(conn).await)?)
    }
}
