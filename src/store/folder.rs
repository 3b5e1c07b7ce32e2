//! The folders of a mailbox: their pages and threads, filing, and the end of what was deleted.
//!
//! Every list is a range of one partial index (`0004_mailbox.sql`), so a page costs the same at any size of the mailbox.

use sqlx::FromRow;

use super::Result;
use super::db::{Tx, on};
use super::message::MessageRow;
use crate::domain::folder::Folder;
use crate::domain::id::MailboxId;

/// On which side of a message, `(created_at, id)`, a page of a list lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// After it in the list.
    Older((i64, i64)),
    /// Before it in the list.
    Newer((i64, i64)),
}

/// A deleted message whose time to be restored is over.
#[derive(Debug, Clone, Copy, FromRow)]
pub struct RemovableRow {
    /// The message.
    pub id: i64,
    /// In whose mailbox.
    pub mailbox_id: MailboxId,
    /// Microseconds: when it was deleted.
    pub deleted_at: i64,
}

/// The statement of one page: newest first, or upwards from its end.
macro_rules! page {
    ($lies:literal, $side:literal, $order:literal) => {
        concat!(
            "SELECT * FROM message WHERE mailbox_id = $1 AND ",
            $lies,
            " AND (created_at, id) ",
            $side,
            " ($2, $3) AND (channel = 'electronic' OR created_at <= $4) ORDER BY created_at ",
            $order,
            ", id ",
            $order,
            " LIMIT $5"
        )
    };
    ($lies:literal, $side:expr) => {
        match $side {
            Side::Older(_) => page!($lies, "<", "DESC"),
            Side::Newer(_) => page!($lies, ">", "ASC"),
        }
    };
}

/// The statement of a page of a folder; parameters: mailbox, place as two, copies of letters until, most rows.
#[must_use]
pub const fn page_of(folder: Folder, side: Side) -> &'static str {
    match folder {
        Folder::Inbox => page!("folder = 'inbox' AND archived_at IS NULL AND deleted_at IS NULL", side),
        Folder::Sent => page!("folder = 'sent' AND archived_at IS NULL AND deleted_at IS NULL", side),
        Folder::Archive => page!("archived_at IS NOT NULL AND deleted_at IS NULL", side),
        Folder::Deleted => page!("deleted_at IS NOT NULL AND removed_at IS NULL", side),
    }
}

/// The statement of a page of a thread; parameters: mailbox, message that began it, place as two, most rows.
pub const PAGE_OF_THREAD: &str =
    "SELECT * FROM message WHERE mailbox_id = $1 AND root_id = $2 AND root_id <> id AND removed_at IS NULL
     AND (created_at, id) < ($3, $4) ORDER BY created_at DESC, id DESC LIMIT $5";

/// One filing of one message: the statement that does it, and does nothing when it does not fit the state.
macro_rules! file {
    ($tx:expr, $mailbox:expr, $id:expr, $at:expr, $set:literal, $when:literal) => {
        Ok(on!($tx, conn => sqlx::query(concat!(
                "UPDATE message SET ", $set, " WHERE id = $2 AND mailbox_id = $3 AND removed_at IS NULL AND ", $when))
            .bind($at).bind($id).bind($mailbox).execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    };
}

impl Tx {
    /// At most `limit` messages of a folder on one side of a place, newest first; of copies of letters those made no later than `copies_until`.
    pub async fn list_folder(
        &mut self,
        mailbox: MailboxId,
        folder: Folder,
        copies_until: i64,
        side: Side,
        limit: i64,
    ) -> Result<Vec<MessageRow>> {
        let statement = page_of(folder, side);
        let (Side::Older(place) | Side::Newer(place)) = side;
        let mut rows: Vec<MessageRow> = on!(self, conn => sqlx::query_as(statement)
            .bind(mailbox).bind(place.0).bind(place.1).bind(copies_until).bind(limit).fetch_all(conn).await)?;
        if matches!(side, Side::Newer(_)) {
            rows.reverse();
        }
        Ok(rows)
    }

    /// Messages of a thread without the one that began it, newest first, older than the place `(created_at, id)`.
    pub async fn list_thread(
        &mut self,
        mailbox: MailboxId,
        root: i64,
        older: (i64, i64),
        limit: i64,
    ) -> Result<Vec<MessageRow>> {
        Ok(on!(self, conn => sqlx::query_as(PAGE_OF_THREAD)
            .bind(mailbox).bind(root).bind(older.0).bind(older.1).bind(limit).fetch_all(conn).await)?)
    }

    /// Puts a message into the archive; false when it lies there or among the deleted ones.
    pub async fn archive_message(&mut self, mailbox: MailboxId, id: i64, at: i64) -> Result<bool> {
        file!(
            self,
            mailbox,
            id,
            at,
            "archived_at = $1",
            "archived_at IS NULL AND deleted_at IS NULL"
        )
    }

    /// Takes a message out of the archive; false when it does not lie there. `since` is when it was archived.
    pub async fn unarchive_message(&mut self, mailbox: MailboxId, id: i64, since: i64) -> Result<bool> {
        file!(
            self,
            mailbox,
            id,
            since,
            "archived_at = NULL",
            "archived_at = $1 AND deleted_at IS NULL"
        )
    }

    /// Deletes a message so that it can be restored; false when it is deleted. Where it lay before stays known.
    pub async fn delete_message(&mut self, mailbox: MailboxId, id: i64, at: i64) -> Result<bool> {
        file!(self, mailbox, id, at, "deleted_at = $1", "deleted_at IS NULL")
    }

    /// Restores a deleted message; false when it is not deleted. `since` is when it was deleted.
    pub async fn restore_message(&mut self, mailbox: MailboxId, id: i64, since: i64) -> Result<bool> {
        file!(self, mailbox, id, since, "deleted_at = NULL", "deleted_at = $1")
    }

    /// Messages that were deleted at `until` or earlier and still lie in their mailbox, after the place `(deleted_at, id)`.
    pub async fn list_removable(&mut self, until: i64, after: (i64, i64), limit: i64) -> Result<Vec<RemovableRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT id, mailbox_id, deleted_at FROM message WHERE deleted_at IS NOT NULL AND removed_at IS NULL
             AND deleted_at <= $1 AND (deleted_at, id) > ($2, $3) ORDER BY deleted_at, id LIMIT $4")
            .bind(until).bind(after.0).bind(after.1).bind(limit).fetch_all(conn).await)?)
    }

    /// Takes a message that was deleted at `until` or earlier out of its mailbox for good: the mailbox's keys to it and its files are destroyed.
    /// False when it was restored, or removed before.
    pub async fn remove_message(&mut self, id: i64, until: i64, at: i64) -> Result<bool> {
        let done = on!(self, conn => sqlx::query(
            "UPDATE message SET removed_at = $1, key_mailbox = NULL WHERE id = $2 AND deleted_at <= $3 AND removed_at IS NULL")
            .bind(at).bind(id).bind(until).execute(conn).await.map(|done| done.rows_affected()))?;
        if done == 0 {
            return Ok(false);
        }
        on!(self, conn => sqlx::query("UPDATE message_attachment SET key_mailbox = NULL WHERE message_id = $1")
            .bind(id).execute(conn).await.map(drop))?;
        Ok(true)
    }
}
