//! Uploads and their use in messages; the bytes lie in the object store.

use sqlx::FromRow;
use uuid::Uuid;

use super::Result;
use super::bulk::insert_all;
use super::db::{Tx, on};
use crate::domain::id::{AttachmentId, MailboxId, SystemId};

/// One uploaded file.
#[derive(Debug, Clone, FromRow)]
pub struct AttachmentRow {
    /// Id; also the object's name.
    pub id: AttachmentId,
    /// Uploaded by this system, or
    pub system_id: Option<SystemId>,
    /// by the owner of this mailbox.
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
            "INSERT INTO attachment (id, system_id, mailbox_id, size, sha256, media_type, filename_sealed, key_hub, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
            .bind(row.id).bind(row.system_id).bind(row.mailbox_id).bind(row.size).bind(&row.sha256).bind(&row.media_type)
            .bind(&row.filename_sealed).bind(&row.key_hub).bind(row.created_at)
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

    /// A citizen's upload that may still be used, made after `since`.
    pub async fn find_upload_of_mailbox(
        &mut self,
        mailbox: MailboxId,
        id: AttachmentId,
        since: i64,
    ) -> Result<Option<AttachmentRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT * FROM attachment WHERE id = $1 AND mailbox_id = $2 AND created_at > $3 AND key_hub IS NOT NULL")
            .bind(id).bind(mailbox).bind(since).fetch_optional(conn).await)?)
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

    /// Uploads older than `before` that may still be used: their time is over. Those of letters that are not with the print house yet stay.
    pub async fn list_expired_uploads(&mut self, before: i64, limit: i64) -> Result<Vec<AttachmentId>> {
        Ok(on!(self, conn => sqlx::query_scalar(
            "SELECT id FROM attachment WHERE key_hub IS NOT NULL AND created_at <= $1 AND NOT EXISTS
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
