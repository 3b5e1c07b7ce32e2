//! What the owner of a mailbox may ask about it as a whole: who opened what, and every message wherever it lies.

use sqlx::FromRow;

use super::Result;
use super::db::{Tx, on};
use super::event::SealedRecordRow;
use super::message::MessageRow;
use crate::domain::id::{MailboxId, OrganisationId};

/// The events of access to one mailbox before a place, newest first. The condition of the index `event_owner` stands in it word for word,
/// because SQLite uses a partial index only then.
pub const ACCESS_EVENTS: &str = "SELECT e.ord, e.kind, e.time, e.message_id, e.organisation_id, r.* FROM event e JOIN record r ON r.event_id = e.id
    WHERE e.mailbox_id = $1 AND e.mailbox_id IS NOT NULL AND e.kind NOT IN ('SubmissionAcceptance', 'ContentConsignment', 'NotificationForAcceptance')
    AND e.kind IN ('ContentHandover', 'ContentAccessTracking', 'ConsignmentAcceptance', 'late-retrieval', 'mandate-used', 'mailbox-exported',
    'proof-exported', 'staff-access', 'content-access-asked', 'content-access-granted', 'content-access-refused', 'messages-deleted', 'erasure') AND e.ord < $2 ORDER BY e.ord DESC LIMIT $3";

/// Every message of one mailbox before a place, newest first, wherever it lies: each folder has an index of its own, and the newest of all are
/// the newest of the newest of each.
pub const WHOLE_MAILBOX: &str =
    "SELECT * FROM (SELECT * FROM message WHERE mailbox_id = $1 AND folder = 'inbox' AND (created_at, id) < ($2, $3)
        AND archived_at IS NULL AND deleted_at IS NULL AND (channel = 'electronic' OR created_at <= $5) ORDER BY created_at DESC, id DESC LIMIT $4) AS a
    UNION ALL SELECT * FROM (SELECT * FROM message WHERE mailbox_id = $1 AND folder = 'sent' AND (created_at, id) < ($2, $3)
        AND archived_at IS NULL AND deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT $4) AS b
    UNION ALL SELECT * FROM (SELECT * FROM message WHERE mailbox_id = $1 AND (created_at, id) < ($2, $3)
        AND archived_at IS NOT NULL AND deleted_at IS NULL AND (channel = 'electronic' OR created_at <= $5) ORDER BY created_at DESC, id DESC LIMIT $4) AS c
    UNION ALL SELECT * FROM (SELECT * FROM message WHERE mailbox_id = $1 AND (created_at, id) < ($2, $3)
        AND deleted_at IS NOT NULL AND removed_at IS NULL AND (channel = 'electronic' OR created_at <= $5) ORDER BY created_at DESC, id DESC LIMIT $4) AS d
    ORDER BY created_at DESC, id DESC LIMIT $4";

/// An event of access, with its record.
#[derive(Debug, Clone, FromRow)]
pub struct AccessRow {
    /// Its place in the order of insertion.
    pub ord: i64,
    /// Short name of the fact.
    pub kind: String,
    /// Microseconds.
    pub time: i64,
    /// The message it is about.
    pub message_id: Option<i64>,
    /// The organisation it concerns.
    pub organisation_id: Option<OrganisationId>,
    /// The record.
    #[sqlx(flatten)]
    pub record: SealedRecordRow,
}

impl Tx {
    /// One page of [`ACCESS_EVENTS`], before the place `before`.
    pub async fn list_access_events(&mut self, mailbox: MailboxId, before: i64, limit: i64) -> Result<Vec<AccessRow>> {
        Ok(on!(self, conn => sqlx::query_as(ACCESS_EVENTS)
            .bind(mailbox).bind(before).bind(limit).fetch_all(conn).await)?)
    }

    /// One page of [`WHOLE_MAILBOX`], after the message `(created_at, id)`; of copies of letters those made no later than `copies_until`.
    pub async fn list_whole_mailbox(
        &mut self,
        mailbox: MailboxId,
        copies_until: i64,
        after: (i64, i64),
        limit: i64,
    ) -> Result<Vec<MessageRow>> {
        Ok(on!(self, conn => sqlx::query_as(WHOLE_MAILBOX)
            .bind(mailbox).bind(after.0).bind(after.1).bind(limit).bind(copies_until).fetch_all(conn).await)?)
    }

    /// Whether the owner answered this message.
    pub async fn is_answered(&mut self, mailbox: MailboxId, root: i64, message: i64) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM message WHERE mailbox_id = $1 AND root_id = $2 AND root_id <> id AND reply_to = $3 AND folder = 'sent')")
            .bind(mailbox).bind(root).bind(message).fetch_one(conn).await)?)
    }
}
