//! Drafts: what citizens are writing, and what each became.

use sqlx::FromRow;

use super::Result;
use super::db::{Tx, on};
use crate::domain::id::{DraftId, MailboxId, ServiceId};

/// What someone is writing in a mailbox.
#[derive(Debug, Clone, FromRow)]
pub struct DraftRow {
    /// Id.
    pub id: DraftId,
    /// In whose mailbox.
    pub mailbox_id: MailboxId,
    /// The writer, by the person's own mailbox.
    pub author_id: MailboxId,
    /// To which service.
    pub service_id: ServiceId,
    /// The message it would answer.
    pub reply_to: Option<i64>,
    /// Title and body, under the mailbox's key; nothing once it is sent.
    pub draft_sealed: Vec<u8>,
    /// Microseconds.
    pub created_at: i64,
    /// Microseconds; equals `created_at` until something is written.
    pub updated_at: i64,
    /// The message it became.
    pub message_id: Option<i64>,
}

impl Tx {
    /// Adds a draft.
    pub async fn insert_draft(&mut self, row: &DraftRow) -> Result<()> {
        on!(self, conn => sqlx::query(
            "INSERT INTO draft (id, mailbox_id, author_id, service_id, reply_to, draft_sealed, created_at, updated_at, message_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
            .bind(row.id).bind(row.mailbox_id).bind(row.author_id).bind(row.service_id).bind(row.reply_to).bind(&row.draft_sealed)
            .bind(row.created_at).bind(row.updated_at).bind(row.message_id).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// A draft of this writer in this mailbox, sent or not.
    pub async fn find_draft(
        &mut self,
        (mailbox, author): (MailboxId, MailboxId),
        id: DraftId,
    ) -> Result<Option<DraftRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM draft WHERE id = $1 AND mailbox_id = $2 AND author_id = $3")
            .bind(id).bind(mailbox).bind(author).fetch_optional(conn).await)?,
        )
    }

    /// The same, locked until the act commits: what else would change it waits.
    pub async fn lock_draft(
        &mut self,
        (mailbox, author): (MailboxId, MailboxId),
        id: DraftId,
    ) -> Result<Option<DraftRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "UPDATE draft SET updated_at = updated_at WHERE id = $1 AND mailbox_id = $2 AND author_id = $3 RETURNING *")
            .bind(id).bind(mailbox).bind(author).fetch_optional(conn).await)?)
    }

    /// A writer's drafts that are not sent, the last written first.
    pub async fn list_drafts(
        &mut self,
        (mailbox, author): (MailboxId, MailboxId),
        limit: i64,
    ) -> Result<Vec<DraftRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT * FROM draft WHERE mailbox_id = $1 AND author_id = $2 AND message_id IS NULL ORDER BY updated_at DESC, id DESC LIMIT $3")
            .bind(mailbox).bind(author).bind(limit).fetch_all(conn).await)?)
    }

    /// Stores what was written.
    pub async fn save_draft(&mut self, id: DraftId, draft_sealed: &[u8], at: i64) -> Result<()> {
        on!(self, conn => sqlx::query("UPDATE draft SET draft_sealed = $1, updated_at = $2 WHERE id = $3")
            .bind(draft_sealed).bind(at).bind(id).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Notes that a draft's files changed.
    pub async fn touch_draft(&mut self, id: DraftId, at: i64) -> Result<()> {
        on!(self, conn => sqlx::query("UPDATE draft SET updated_at = $1 WHERE id = $2").bind(at).bind(id)
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Leaves of a draft nothing but the memory of what it became.
    pub async fn finish_draft(&mut self, id: DraftId, message: i64, at: i64) -> Result<()> {
        on!(self, conn => sqlx::query("UPDATE draft SET draft_sealed = $1, message_id = $2, updated_at = $3 WHERE id = $4")
            .bind(Vec::<u8>::new()).bind(message).bind(at).bind(id).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Drafts last written no later than `before`, sent or not.
    pub async fn list_idle_drafts(&mut self, before: i64, limit: i64) -> Result<Vec<DraftId>> {
        Ok(
            on!(self, conn => sqlx::query_scalar("SELECT id FROM draft WHERE updated_at <= $1 ORDER BY updated_at LIMIT $2")
            .bind(before).bind(limit).fetch_all(conn).await)?,
        )
    }

    /// Forgets a draft last written no later than `before`; false when there is none.
    pub async fn delete_draft(&mut self, id: DraftId, before: i64) -> Result<bool> {
        Ok(
            on!(self, conn => sqlx::query("DELETE FROM draft WHERE id = $1 AND updated_at <= $2").bind(id).bind(before)
            .execute(conn).await.map(|done| done.rows_affected()))?
                == 1,
        )
    }
}
