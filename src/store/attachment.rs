//! Uploads and their use in messages; the bytes lie in the object store.

use sqlx::FromRow;
use uuid::Uuid;

use super::Result;
use super::bulk::insert_all;
use super::db::{Tx, on};
use crate::domain::id::{AttachmentId, DraftId, MailboxId, SystemId};

/// One uploaded file.
#[derive(Debug, Clone, FromRow)]
pub struct AttachmentRow {
    /// Id; also the object's name.
    pub id: AttachmentId,
    /// Uploaded by this system, or
    pub system_id: Option<SystemId>,
    /// by someone who acts in this mailbox.
    pub mailbox_id: Option<MailboxId>,
    /// Plaintext bytes.
    pub size: i64,
    /// SHA-256 of the plaintext.
    pub sha256: Vec<u8>,
    /// Decided by content and name.
    pub media_type: String,
    /// The name as given, under the data key.
    pub filename_sealed: Vec<u8>,
    /// The data key, wrapped for the hub while the upload may still be used.
    pub key_hub: Option<Vec<u8>>,
    /// Microseconds.
    pub created_at: i64,
    /// The draft it lies in, until that is sent or deleted.
    pub draft_id: Option<DraftId>,
    /// The browser's own name of the upload.
    pub upload_key: Option<Uuid>,
}

/// The use of an upload in a message.
#[derive(Debug, Clone)]
pub struct NewMessageAttachment {
    /// The message.
    pub message_id: i64,
    /// From 0, in the sender's order.
    pub position: i64,
    /// The file.
    pub attachment_id: Uuid,
    /// Its data key for the recipient's or writer's mailbox.
    pub key_mailbox: Vec<u8>,
    /// Its data key for the organisation.
    pub key_organisation: Vec<u8>,
}

/// A file of a message, as its reader needs it.
#[derive(Debug, Clone, FromRow)]
pub struct MessageAttachmentRow {
    /// The message.
    pub message_id: i64,
    /// The file.
    #[sqlx(flatten)]
    pub attachment: AttachmentRow,
    /// The data key for the mailbox.
    pub key_mailbox: Option<Vec<u8>>,
    /// The data key for the organisation.
    pub key_organisation: Option<Vec<u8>>,
}

impl Tx {
    /// Registers an upload whose bytes are durable.
    pub async fn insert_attachment(&mut self, row: &AttachmentRow) -> Result<()> {
        on!(self, conn => sqlx::query(
            "INSERT INTO attachment (id, system_id, mailbox_id, size, sha256, media_type, filename_sealed, key_hub, created_at, draft_id, upload_key)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
            .bind(row.id).bind(row.system_id).bind(row.mailbox_id).bind(row.size).bind(&row.sha256).bind(&row.media_type)
            .bind(&row.filename_sealed).bind(&row.key_hub).bind(row.created_at).bind(row.draft_id).bind(row.upload_key)
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// A system's upload that may still be used, made after `since`.
    pub async fn find_upload_of_system(
        &mut self,
        system: SystemId,
        id: AttachmentId,
        since: i64,
    ) -> Result<Option<AttachmentRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT * FROM attachment WHERE id = $1 AND system_id = $2 AND created_at > $3 AND key_hub IS NOT NULL")
            .bind(id).bind(system).bind(since).fetch_optional(conn).await)?)
    }

    /// The files of a draft, oldest first.
    pub async fn list_draft_files(&mut self, draft: DraftId) -> Result<Vec<AttachmentRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM attachment WHERE draft_id = $1 ORDER BY created_at, id").bind(draft)
            .fetch_all(conn).await)?,
        )
    }

    /// Takes one file out of a draft; false when it is not in it.
    pub async fn release_draft_file(&mut self, draft: DraftId, id: AttachmentId) -> Result<bool> {
        Ok(
            on!(self, conn => sqlx::query("UPDATE attachment SET draft_id = NULL WHERE id = $1 AND draft_id = $2").bind(id).bind(draft)
            .execute(conn).await.map(|done| done.rows_affected()))?
                == 1,
        )
    }

    /// Takes every file out of a draft; answers which they were.
    pub async fn release_draft_files(&mut self, draft: DraftId) -> Result<Vec<AttachmentId>> {
        Ok(
            on!(self, conn => sqlx::query_scalar("UPDATE attachment SET draft_id = NULL WHERE draft_id = $1 RETURNING id")
            .bind(draft).fetch_all(conn).await)?,
        )
    }

    /// Ends the use of a draft's files as uploads: they belong to a message now.
    pub async fn use_draft_files(&mut self, draft: DraftId) -> Result<()> {
        on!(self, conn => sqlx::query("UPDATE attachment SET draft_id = NULL, key_hub = NULL WHERE draft_id = $1").bind(draft)
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Ties uploads to messages.
    pub async fn insert_message_attachments(&mut self, rows: &[NewMessageAttachment]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        insert_all!(self, "message_attachment", row in rows,
            message_id = "$1": row.message_id,
            position = "$2": row.position,
            attachment_id = "$3": row.attachment_id,
            key_mailbox = "$4": row.key_mailbox.as_slice(),
            key_organisation = "$5": row.key_organisation.as_slice());
        Ok(())
    }

    /// The files of a message, in the sender's order.
    pub async fn list_message_attachments(&mut self, message: i64) -> Result<Vec<MessageAttachmentRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT a.*, l.message_id, l.key_mailbox, l.key_organisation FROM message_attachment l
             JOIN attachment a ON a.id = l.attachment_id WHERE l.message_id = $1 ORDER BY l.position")
            .bind(message).fetch_all(conn).await)?)
    }

    /// The uses of one file; the same upload may stand in several messages.
    pub async fn list_uses_of_attachment(&mut self, id: AttachmentId) -> Result<Vec<MessageAttachmentRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT a.*, l.message_id, l.key_mailbox, l.key_organisation FROM message_attachment l
             JOIN attachment a ON a.id = l.attachment_id WHERE l.attachment_id = $1 ORDER BY l.message_id LIMIT 1000")
            .bind(id).fetch_all(conn).await)?)
    }

    /// Uploads older than `before` that may still be used: their time is over. Those in drafts stay, and those of letters that are not with the
    /// print house yet.
    pub async fn list_expired_uploads(&mut self, before: i64, limit: i64) -> Result<Vec<AttachmentId>> {
        Ok(on!(self, conn => sqlx::query_scalar(
            "SELECT id FROM attachment WHERE key_hub IS NOT NULL AND draft_id IS NULL AND created_at <= $1 AND NOT EXISTS
             (SELECT 1 FROM print_job WHERE attachment_id = attachment.id AND key_file IS NOT NULL) ORDER BY created_at LIMIT $2")
            .bind(before).bind(limit).fetch_all(conn).await)?)
    }

    /// Whether a message uses the file.
    pub async fn is_attachment_used(&mut self, id: AttachmentId) -> Result<bool> {
        Ok(
            on!(self, conn => sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM message_attachment WHERE attachment_id = $1)")
            .bind(id).fetch_one(conn).await)?,
        )
    }

    /// Ends the use of an upload: destroys the hub's key to it.
    pub async fn expire_upload(&mut self, id: AttachmentId) -> Result<()> {
        on!(self, conn => sqlx::query("UPDATE attachment SET key_hub = NULL WHERE id = $1").bind(id).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Forgets a file that no message uses.
    pub async fn delete_attachment(&mut self, id: AttachmentId) -> Result<()> {
        on!(self, conn => sqlx::query(
            "DELETE FROM attachment WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM message_attachment WHERE attachment_id = $1)")
            .bind(id).execute(conn).await.map(drop))?;
        Ok(())
    }
}
