//! Letters to be printed.

use sqlx::FromRow;
use uuid::Uuid;

use super::Result;
use super::bulk::insert_all;
use super::db::{Tx, on};
use crate::domain::id::{AttachmentId, OrganisationId};

/// A letter that was accepted.
#[derive(Debug, Clone)]
pub struct NewPrintJob {
    /// The job's id, which the print house knows it by.
    pub id: Uuid,
    /// The message that went on paper.
    pub message_id: i64,
    /// Whose letter it is.
    pub organisation_id: OrganisationId,
    /// The upload to print.
    pub attachment_id: AttachmentId,
    /// `domain::letter::PrintOrder`, under the job's data key.
    pub order_sealed: Vec<u8>,
    /// The job's data key for the hub.
    pub key_hub: Vec<u8>,
    /// The upload's data key for the hub.
    pub key_file: Vec<u8>,
    /// `accepted`.
    pub state: &'static str,
    /// Microseconds.
    pub created_at: i64,
    /// Whether nothing of it lies in the spool any more.
    pub cleared: bool,
}

/// A letter and what became of it.
#[derive(Debug, Clone, FromRow)]
pub struct PrintJobRow {
    /// The job's id, which the print house knows it by.
    pub id: Uuid,
    /// The message that went on paper.
    pub message_id: i64,
    /// The upload to print.
    pub attachment_id: AttachmentId,
    /// `accepted`, `failed`, `spooled`, `sent`, `receipt_confirmed`, `returned` or `unresolved`.
    pub state: String,
    /// `domain::letter::PrintOrder`, under the job's data key.
    pub order_sealed: Vec<u8>,
    /// The job's data key for the hub; destroyed once the print house has the letter.
    pub key_hub: Option<Vec<u8>>,
    /// The upload's data key for the hub; destroyed with the other.
    pub key_file: Option<Vec<u8>>,
    /// Microseconds.
    pub created_at: i64,
    /// Microseconds.
    pub spooled_at: Option<i64>,
    /// Microseconds: the print house said that it has it.
    pub sent_at: Option<i64>,
    /// Microseconds: the print house told the result.
    pub resolved_at: Option<i64>,
    /// Keyed digest of the report of the result.
    pub report_sha256: Option<Vec<u8>>,
}

/// A letter in the spool.
#[derive(Debug, Clone, Copy, FromRow)]
pub struct SpooledRow {
    /// The job.
    pub id: Uuid,
    /// Microseconds.
    pub created_at: i64,
    /// Microseconds.
    pub spooled_at: i64,
}

/// The change of a job by a report.
#[derive(Debug, Clone)]
pub struct PrintStep<'a> {
    /// The job.
    pub id: Uuid,
    /// The state it must have.
    pub from: &'a str,
    /// The state it gets.
    pub to: &'static str,
    /// Microseconds.
    pub at: i64,
    /// Keyed digest of the report.
    pub report: &'a [u8],
}

impl Tx {
    /// Adds letters.
    pub async fn insert_print_jobs(&mut self, rows: &[NewPrintJob]) -> Result<()> {
        insert_all!(self, "print_job", row in rows,
            id = "$1": row.id,
            message_id = "$2": row.message_id,
            organisation_id = "$3": row.organisation_id.0,
            attachment_id = "$4": row.attachment_id.0,
            state = "$5": row.state,
            order_sealed = "$6": row.order_sealed.as_slice(),
            key_hub = "$7": row.key_hub.as_slice(),
            key_file = "$8": row.key_file.as_slice(),
            created_at = "$9": row.created_at,
            cleared = "$10": row.cleared);
        Ok(())
    }

    /// One letter.
    pub async fn find_print_job(&mut self, id: Uuid) -> Result<Option<PrintJobRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM print_job WHERE id = $1").bind(id).fetch_optional(conn).await)?,
        )
    }

    /// The letter that a message went as.
    pub async fn find_print_job_of(&mut self, message: i64) -> Result<Option<PrintJobRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM print_job WHERE message_id = $1").bind(message)
            .fetch_optional(conn).await)?,
        )
    }

    /// Letters that are not in the spool yet, oldest first, after the job `after`.
    pub async fn list_accepted_print_jobs(&mut self, after: Uuid, limit: i64) -> Result<Vec<PrintJobRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT * FROM print_job WHERE state = 'accepted' AND id > $1 ORDER BY id LIMIT $2")
            .bind(after).bind(limit).fetch_all(conn).await)?)
    }

    /// Letters in the spool, oldest first, after the job `after`.
    pub async fn list_spooled_print_jobs(&mut self, after: Uuid, limit: i64) -> Result<Vec<SpooledRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT id, created_at, COALESCE(spooled_at, created_at) AS spooled_at FROM print_job
             WHERE state = 'spooled' AND id > $1 ORDER BY id LIMIT $2")
            .bind(after).bind(limit).fetch_all(conn).await)?)
    }

    /// Notes that a letter lies in the spool. False when it did before, or went on.
    pub async fn spool_print_job(&mut self, id: Uuid, at: i64) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "UPDATE print_job SET state = 'spooled', spooled_at = $1 WHERE id = $2 AND state = 'accepted'")
            .bind(at).bind(id).execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// Puts a letter aside that cannot be composed.
    pub async fn fail_print_job(&mut self, id: Uuid) -> Result<()> {
        on!(self, conn => sqlx::query("UPDATE print_job SET state = 'failed' WHERE id = $1 AND state = 'accepted'")
            .bind(id).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Takes up again what was put aside. Answers how many.
    pub async fn retry_failed_print_jobs(&mut self) -> Result<u64> {
        Ok(
            on!(self, conn => sqlx::query("UPDATE print_job SET state = 'accepted' WHERE state = 'failed'")
            .execute(conn).await.map(|done| done.rows_affected()))?,
        )
    }

    /// How many letters are put aside, and when the oldest one that waits for the print house was accepted.
    pub async fn print_backlog(&mut self) -> Result<(i64, Option<i64>)> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM print_job WHERE state = 'failed'),
             (SELECT MIN(created_at) FROM print_job WHERE state IN ('accepted', 'spooled'))")
            .fetch_one(conn).await)?)
    }

    /// The print house has the letter: its keys are destroyed. False when another report was faster.
    pub async fn send_print_job(&mut self, id: Uuid, at: i64) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "UPDATE print_job SET state = 'sent', sent_at = $1, key_hub = NULL, key_file = NULL WHERE id = $2 AND state = 'spooled'")
            .bind(at).bind(id).execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// Notes a result. False when another report was faster.
    pub async fn resolve_print_job(&mut self, step: &PrintStep<'_>) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "UPDATE print_job SET state = $1, resolved_at = $2, report_sha256 = $3 WHERE id = $4 AND state = $5")
            .bind(step.to).bind(step.at).bind(step.report).bind(step.id).bind(step.from)
            .execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// Letters that are with the print house and may still lie in the spool.
    pub async fn list_uncleared_print_jobs(&mut self, limit: i64) -> Result<Vec<Uuid>> {
        Ok(on!(self, conn => sqlx::query_scalar(
            "SELECT id FROM print_job WHERE sent_at IS NOT NULL AND NOT cleared ORDER BY id LIMIT $1")
            .bind(limit).fetch_all(conn).await)?)
    }

    /// Notes that nothing of a letter lies in the spool any more.
    pub async fn clear_print_job(&mut self, id: Uuid) -> Result<()> {
        on!(self, conn => sqlx::query("UPDATE print_job SET cleared = $1 WHERE id = $2").bind(true).bind(id)
            .execute(conn).await.map(drop))?;
        Ok(())
    }
}
