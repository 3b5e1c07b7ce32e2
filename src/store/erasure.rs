//! Erasures: what an order or the rule of retention destroys, and what is still to be done about it.
//!
//! Guarantees: a wrapped key is overwritten, never only marked. That its bytes leave the files of the database too is `store::scrub`.

mod mailbox;

use sqlx::FromRow;
use uuid::Uuid;

use super::Result;
use super::db::{Tx, on};
use crate::domain::id::{AttachmentId, MailboxId};

/// An erasure by order.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ErasureRow {
    /// Id; also its name on the list beside the database.
    pub id: Uuid,
    /// Of the content of this message, or
    pub message_id: Option<i64>,
    /// of this mailbox.
    pub mailbox_id: Option<MailboxId>,
    /// Why, in words that are nobody's.
    pub reason: String,
    /// The number of the order.
    pub order_number: Option<String>,
    /// Microseconds.
    pub made_at: i64,
    /// Its record; none after a replay until the hub takes acts again.
    pub event_id: Option<Uuid>,
    /// The sealed record, where no party has a key to it.
    pub record_jws: Option<String>,
    /// Of a mailbox: through which event its keys are destroyed.
    pub reached: i64,
    /// Microseconds: it stands on the list, and nothing is left to do.
    pub finished_at: Option<i64>,
}

/// Something in the object store that nobody can read any more.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct RemovalRow {
    /// `attachment` or `letter`.
    pub kind: String,
    /// Which.
    pub id: Uuid,
}

/// A message of which something was kept long enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct OldRow {
    /// The message.
    pub id: i64,
    /// Microseconds: since when the time is counted.
    pub since: i64,
}

/// Messages whose content is as old as it may become, oldest first; parameters: not younger than, the place `(since, id)` as two, most rows.
pub const OLD_CONTENT: &str = "SELECT id, created_at AS since FROM message WHERE erased_at IS NULL AND created_at <= $1
    AND (created_at, id) > ($2, $3) ORDER BY created_at, id LIMIT $4";

/// Messages without content whose evidence is as old as it may become, oldest first; parameters as of [`OLD_CONTENT`].
pub const OLD_EVIDENCE: &str =
    "SELECT id, last_at AS since FROM message WHERE erased_at IS NOT NULL AND evidence_ended_at IS NULL
    AND last_at <= $1 AND (last_at, id) > ($2, $3) ORDER BY last_at, id LIMIT $4";

impl Tx {
    /// Adds an erasure. A unique rule refuses a second one of the same thing.
    pub async fn insert_erasure(&mut self, row: &ErasureRow) -> Result<()> {
        on!(self, conn => sqlx::query(
            "INSERT INTO erasure (id, message_id, mailbox_id, reason, order_number, made_at, event_id, record_jws, reached, finished_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
            .bind(row.id).bind(row.message_id).bind(row.mailbox_id).bind(&row.reason).bind(&row.order_number).bind(row.made_at)
            .bind(row.event_id).bind(&row.record_jws).bind(row.reached).bind(row.finished_at).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// One erasure.
    pub async fn find_erasure(&mut self, id: Uuid) -> Result<Option<ErasureRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM erasure WHERE id = $1").bind(id).fetch_optional(conn).await)?,
        )
    }

    /// The erasure by order of a message's content.
    pub async fn find_erasure_of_message(&mut self, message: i64) -> Result<Option<ErasureRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM erasure WHERE message_id = $1").bind(message)
            .fetch_optional(conn).await)?,
        )
    }

    /// Erasures about which something is left to do, oldest first.
    pub async fn list_unfinished_erasures(&mut self, limit: i64) -> Result<Vec<ErasureRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM erasure WHERE finished_at IS NULL ORDER BY id LIMIT $1").bind(limit)
            .fetch_all(conn).await)?,
        )
    }

    /// Notes the record of an erasure that had none; false when it has one.
    pub async fn record_erasure(&mut self, id: Uuid, event: Uuid, record_jws: Option<&str>) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "UPDATE erasure SET event_id = $1, record_jws = $2 WHERE id = $3 AND event_id IS NULL")
            .bind(event).bind(record_jws).bind(id).execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// Notes through which event a mailbox's keys are destroyed.
    pub async fn reach_in_erasure(&mut self, id: Uuid, reached: i64) -> Result<()> {
        on!(self, conn => sqlx::query("UPDATE erasure SET reached = $1 WHERE id = $2 AND reached < $1").bind(reached).bind(id)
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Notes that nothing is left to do.
    pub async fn finish_erasure(&mut self, id: Uuid, at: i64) -> Result<()> {
        on!(self, conn => sqlx::query("UPDATE erasure SET finished_at = $1 WHERE id = $2 AND finished_at IS NULL").bind(at).bind(id)
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Destroys every party's key to a message's content, and the content. False when that was done before.
    pub async fn erase_message(&mut self, id: i64, at: i64) -> Result<bool> {
        let nothing: &[u8] = &[];
        let done = on!(self, conn => sqlx::query(
            "UPDATE message SET erased_at = $1, header_sealed = $2, key_mailbox = NULL, key_organisation = NULL, front_indexed = TRUE,
             body_indexed = TRUE WHERE id = $3 AND erased_at IS NULL")
            .bind(at).bind(nothing).bind(id).execute(conn).await.map(|done| done.rows_affected()))?;
        if done == 0 {
            return Ok(false);
        }
        on!(self, conn => sqlx::query("DELETE FROM message_body WHERE message_id = $1").bind(id).execute(conn).await.map(drop))?;
        on!(self, conn => sqlx::query("DELETE FROM opening WHERE message_id = $1").bind(id).execute(conn).await.map(drop))?;
        Ok(true)
    }

    /// Takes the files out of a message, and destroys every party's key to them in it; answers which they were.
    pub async fn release_message_files(&mut self, message: i64) -> Result<Vec<AttachmentId>> {
        Ok(
            on!(self, conn => sqlx::query_scalar("DELETE FROM message_attachment WHERE message_id = $1 RETURNING attachment_id")
            .bind(message).fetch_all(conn).await)?,
        )
    }

    /// Destroys the hub's key to a file that neither a message nor a letter under way uses; none when one does, otherwise when the file was made.
    pub async fn close_file(&mut self, id: AttachmentId) -> Result<Option<i64>> {
        Ok(on!(self, conn => sqlx::query_scalar(
            "UPDATE attachment SET key_hub = NULL, draft_id = NULL WHERE id = $1
             AND NOT EXISTS (SELECT 1 FROM message_attachment WHERE attachment_id = $1)
             AND NOT EXISTS (SELECT 1 FROM print_job WHERE attachment_id = $1 AND key_file IS NOT NULL) RETURNING created_at")
            .bind(id).fetch_optional(conn).await)?)
    }

    /// Destroys the keys of a message's letter, and the order to print it. A letter that no print house has is never printed. Answers the job.
    pub async fn erase_print_job(&mut self, message: i64) -> Result<Option<Uuid>> {
        let nothing: &[u8] = &[];
        Ok(on!(self, conn => sqlx::query_scalar(
            "UPDATE print_job SET key_hub = NULL, key_file = NULL, order_sealed = $1,
             state = CASE WHEN state IN ('accepted', 'failed', 'spooled') THEN 'erased' ELSE state END WHERE message_id = $2 RETURNING id")
            .bind(nothing).bind(message).fetch_optional(conn).await)?)
    }

    /// Messages of [`OLD_CONTENT`].
    pub async fn list_old_content(&mut self, until: i64, after: (i64, i64), limit: i64) -> Result<Vec<OldRow>> {
        Ok(
            on!(self, conn => sqlx::query_as(OLD_CONTENT).bind(until).bind(after.0).bind(after.1).bind(limit)
            .fetch_all(conn).await)?,
        )
    }

    /// Messages of [`OLD_EVIDENCE`].
    pub async fn list_old_evidence(&mut self, until: i64, after: (i64, i64), limit: i64) -> Result<Vec<OldRow>> {
        Ok(
            on!(self, conn => sqlx::query_as(OLD_EVIDENCE).bind(until).bind(after.0).bind(after.1).bind(limit)
            .fetch_all(conn).await)?,
        )
    }

    /// Destroys the records of a delivery with their keys; their places in the log stay. False when that was done before.
    pub async fn end_evidence(&mut self, message: i64, at: i64) -> Result<bool> {
        let done = on!(self, conn => sqlx::query(
            "UPDATE message SET evidence_ended_at = $1, external_id = NULL WHERE id = $2 AND erased_at IS NOT NULL
             AND evidence_ended_at IS NULL")
            .bind(at).bind(message).execute(conn).await.map(|done| done.rows_affected()))?;
        if done == 0 {
            return Ok(false);
        }
        on!(self, conn => sqlx::query("DELETE FROM record WHERE event_id IN (SELECT id FROM event WHERE message_id = $1)")
            .bind(message).execute(conn).await.map(drop))?;
        on!(self, conn => sqlx::query("UPDATE event SET feed_sealed = NULL, external_id = NULL WHERE message_id = $1")
            .bind(message).execute(conn).await.map(drop))?;
        Ok(true)
    }

    /// Has something removed from the object store, at `due_at` or later.
    pub async fn insert_removal(&mut self, kind: &str, id: Uuid, due_at: i64) -> Result<()> {
        on!(self, conn => sqlx::query("INSERT INTO object_removal (kind, id, due_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(kind).bind(id).bind(due_at).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// What is to be removed by now.
    pub async fn list_removals(&mut self, now: i64, limit: i64) -> Result<Vec<RemovalRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT kind, id FROM object_removal WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2")
            .bind(now).bind(limit).fetch_all(conn).await)?)
    }

    /// Whether removals wait for their time.
    pub async fn has_removals(&mut self) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM object_removal)").fetch_one(conn).await)?)
    }

    /// Forgets a removal that is done.
    pub async fn delete_removal(&mut self, row: &RemovalRow) -> Result<()> {
        on!(self, conn => sqlx::query("DELETE FROM object_removal WHERE kind = $1 AND id = $2").bind(&row.kind).bind(row.id)
            .execute(conn).await.map(drop))?;
        Ok(())
    }
}
