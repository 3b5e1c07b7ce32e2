//! The search index: segments and their blocks as ciphertext, and which messages stand in them.

use sqlx::FromRow;

use super::Result;
use super::bulk::{insert_all, select_each, update_each};
use super::db::{Tx, on};
use super::message::MessageRow;
use crate::domain::id::{MailboxId, SegmentId};

/// A segment without its blocks.
#[derive(Debug, Clone, FromRow)]
pub struct SegmentRow {
    /// Id.
    pub id: SegmentId,
    /// Whose.
    pub mailbox_id: MailboxId,
    /// How many documents it has.
    pub documents: i64,
    /// Its header, under its data key.
    pub segment_sealed: Vec<u8>,
    /// Its data key for the mailbox.
    pub key_mailbox: Vec<u8>,
    /// Microseconds.
    pub created_at: i64,
}

/// A block of a segment.
#[derive(Debug, Clone, FromRow)]
pub struct BlockRow {
    /// Whose.
    pub segment_id: SegmentId,
    /// From 0.
    pub position: i64,
    /// Its words, under the segment's data key.
    pub block_sealed: Vec<u8>,
}

impl Tx {
    /// Adds a segment with its blocks.
    pub async fn insert_segment(&mut self, row: &SegmentRow, blocks: &[BlockRow]) -> Result<()> {
        on!(self, conn => sqlx::query(
            "INSERT INTO search_segment (id, mailbox_id, documents, segment_sealed, key_mailbox, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(row.id).bind(row.mailbox_id).bind(row.documents).bind(&row.segment_sealed).bind(&row.key_mailbox).bind(row.created_at)
            .execute(conn).await.map(drop))?;
        insert_all!(self, "search_block", row in blocks,
            segment_id = "$1": row.segment_id.0,
            position = "$2": row.position,
            block_sealed = "$3": row.block_sealed.as_slice());
        Ok(())
    }

    /// The segments of a mailbox. They are few: `domain::search::to_merge`.
    pub async fn list_segments(&mut self, mailbox: MailboxId) -> Result<Vec<SegmentRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM search_segment WHERE mailbox_id = $1 ORDER BY id")
            .bind(mailbox).fetch_all(conn).await)?,
        )
    }

    /// How many documents each segment of a mailbox has.
    pub async fn list_segment_sizes(&mut self, mailbox: MailboxId) -> Result<Vec<(SegmentId, i64)>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT id, documents FROM search_segment WHERE mailbox_id = $1 ORDER BY id")
            .bind(mailbox).fetch_all(conn).await)?,
        )
    }

    /// A segment of a mailbox.
    pub async fn find_segment(&mut self, mailbox: MailboxId, id: SegmentId) -> Result<Option<SegmentRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM search_segment WHERE id = $1 AND mailbox_id = $2")
            .bind(id).bind(mailbox).fetch_optional(conn).await)?,
        )
    }

    /// A segment's blocks from one position to before another, in order.
    pub async fn list_blocks(&mut self, segment: SegmentId, from: i64, before: i64) -> Result<Vec<BlockRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT * FROM search_block WHERE segment_id = $1 AND position >= $2 AND position < $3 ORDER BY position")
            .bind(segment).bind(from).bind(before).fetch_all(conn).await)?)
    }

    /// Removes a segment with its blocks and its key; false when another act was faster.
    pub async fn delete_segment(&mut self, mailbox: MailboxId, id: SegmentId) -> Result<bool> {
        on!(self, conn => sqlx::query("DELETE FROM search_block WHERE segment_id = $1").bind(id).execute(conn).await.map(drop))?;
        Ok(
            on!(self, conn => sqlx::query("DELETE FROM search_segment WHERE id = $1 AND mailbox_id = $2")
            .bind(id).bind(mailbox).execute(conn).await.map(|done| done.rows_affected()))?
                == 1,
        )
    }

    /// Messages of a mailbox of which something that may be found is not in the index yet, newest first. The condition is that of the index
    /// `message_unindexed`.
    pub async fn list_unindexed(&mut self, mailbox: MailboxId, limit: i64) -> Result<Vec<MessageRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT * FROM message WHERE mailbox_id = $1 AND NOT body_indexed AND mailbox_id IS NOT NULL AND removed_at IS NULL
             AND (NOT front_indexed OR mode <> 'verifiable' OR channel = 'paper' OR confirmed_at IS NOT NULL OR late_at IS NOT NULL)
             ORDER BY id DESC LIMIT $2")
            .bind(mailbox).bind(limit).fetch_all(conn).await)?)
    }

    /// The messages of a mailbox with these ids, in any order.
    pub async fn list_messages_by_ids(&mut self, mailbox: MailboxId, ids: &[i64]) -> Result<Vec<MessageRow>> {
        Ok(select_each!(
            self,
            "SELECT * FROM message WHERE mailbox_id = $2 AND removed_at IS NULL AND id",
            ids,
            mailbox
        ))
    }

    /// Marks messages of which everything is in the index now; how many of them were not marked before, and are not gone.
    pub async fn mark_indexed(&mut self, mailbox: MailboxId, ids: &[i64]) -> Result<u64> {
        Ok(update_each!(
            self,
            "UPDATE message SET front_indexed = TRUE, body_indexed = TRUE
             WHERE mailbox_id = $2 AND NOT body_indexed AND removed_at IS NULL AND id",
            ids,
            mailbox
        ))
    }

    /// Marks messages of which sender and title are in the index now; how many of them were not marked before, and are not gone.
    pub async fn mark_front_indexed(&mut self, mailbox: MailboxId, ids: &[i64]) -> Result<u64> {
        Ok(update_each!(
            self,
            "UPDATE message SET front_indexed = TRUE WHERE mailbox_id = $2 AND NOT front_indexed AND removed_at IS NULL AND id",
            ids,
            mailbox
        ))
    }

    /// Marks messages of which nothing is in the index any more.
    pub async fn mark_unindexed(&mut self, mailbox: MailboxId, ids: &[i64]) -> Result<()> {
        update_each!(
            self,
            "UPDATE message SET front_indexed = FALSE, body_indexed = FALSE WHERE mailbox_id = $2 AND id",
            ids,
            mailbox
        );
        Ok(())
    }
}
