//! The erasure of a mailbox: its own key and what lies under it at once, the keys that are wrapped for it in steps of bounded size.

use super::super::Result;
use super::super::db::{Tx, on};
use crate::domain::id::{AttachmentId, MailboxId};

/// One statement about a mailbox.
macro_rules! about {
    ($tx:expr, $mailbox:expr, $statement:literal) => {
        on!($tx, conn => sqlx::query($statement).bind($mailbox).execute(conn).await.map(drop))?
    };
}

/// One statement about the events of a mailbox in a step: parameters mailbox, after which event, through which.
macro_rules! step {
    ($tx:expr, $mailbox:expr, $after:expr, $through:expr, $statement:literal) => {
        on!($tx, conn => sqlx::query($statement).bind($mailbox).bind($after).bind($through).execute(conn).await.map(drop))?
    };
}

impl Tx {
    /// Destroys a mailbox's own key, and whose it was: `lookup` finds nobody. False when that was done before.
    pub async fn erase_mailbox(&mut self, id: MailboxId, lookup: &[u8]) -> Result<bool> {
        let nothing: &[u8] = &[];
        Ok(on!(self, conn => sqlx::query(
            "UPDATE mailbox SET state = 'erased', lookup = $1, owner_sealed = $2, party_key = $2, basis_kind = NULL, basis_event = NULL,
             activated_at = NULL, opt_out_until = NULL WHERE id = $3 AND state <> 'erased'")
            .bind(lookup).bind(nothing).bind(id).execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// Removes what lies under a mailbox's own key or is about its owner alone: sessions, contact, choices, mandates, drafts, the search index, and what the
    /// owner had exported as an auditor, whose files the sweep of exports removes, or asked to see.
    /// Answers the files that were in its drafts or are left of them.
    pub async fn empty_mailbox(&mut self, id: MailboxId) -> Result<Vec<AttachmentId>> {
        let files = on!(self, conn => sqlx::query_scalar(
            "SELECT id FROM attachment WHERE draft_id IN (SELECT id FROM draft WHERE mailbox_id = $1)
             UNION SELECT id FROM attachment WHERE key_hub IS NOT NULL AND draft_id IS NULL AND mailbox_id = $1")
            .bind(id).fetch_all(conn).await)?;
        about!(self, id, "DELETE FROM session WHERE mailbox_id = $1");
        about!(self, id, "DELETE FROM contact WHERE mailbox_id = $1");
        about!(self, id, "DELETE FROM consent WHERE mailbox_id = $1");
        about!(self, id, "DELETE FROM mandate WHERE owner_id = $1");
        about!(self, id, "DELETE FROM draft WHERE mailbox_id = $1");
        about!(
            self,
            id,
            "DELETE FROM search_block WHERE segment_id IN (SELECT id FROM search_segment WHERE mailbox_id = $1)"
        );
        about!(self, id, "DELETE FROM search_segment WHERE mailbox_id = $1");
        on!(self, conn => sqlx::query(
            "UPDATE range_export SET state = 'cancelled', request_sealed = $1, key_organisation = $1, progress = NULL, remove_at = 0,
                finished_at = COALESCE(finished_at, asked_at) WHERE person_id = $2")
            .bind(&[][..] as &[u8]).bind(id).execute(conn).await.map(drop))?;
        // The record in the log tells others that somebody asked and decided; the names and the reason go.
        on!(self, conn => sqlx::query(
            "UPDATE content_request SET request_sealed = $1, decision = COALESCE(decision, 'lapsed'), decided_at = COALESCE(decided_at, asked_at)
             WHERE person_id = $2")
            .bind(&[][..] as &[u8]).bind(id).execute(conn).await.map(drop))?;
        about!(
            self,
            id,
            "UPDATE content_request SET decided_sealed = NULL WHERE decided_by = $1"
        );
        Ok(files)
    }

    /// How many drafts of a mailbox are not sent.
    pub async fn count_drafts(&mut self, id: MailboxId) -> Result<i64> {
        Ok(
            on!(self, conn => sqlx::query_scalar("SELECT COUNT(*) FROM draft WHERE mailbox_id = $1 AND message_id IS NULL")
            .bind(id).fetch_one(conn).await)?,
        )
    }

    /// How many verifiable messages of a mailbox can still be confirmed.
    pub async fn count_waiting(&mut self, id: MailboxId, now: i64) -> Result<i64> {
        Ok(on!(self, conn => sqlx::query_scalar(
            "SELECT COUNT(*) FROM message WHERE mailbox_id = $1 AND confirm_before > $2 AND mode = 'verifiable' AND confirmed_at IS NULL
             AND expired_at IS NULL AND erased_at IS NULL")
            .bind(id).bind(now).fetch_one(conn).await)?)
    }

    /// The number of the newest event.
    pub async fn last_event(&mut self) -> Result<i64> {
        let last: Option<i64> =
            on!(self, conn => sqlx::query_scalar("SELECT MAX(ord) FROM event").fetch_one(conn).await)?;
        Ok(last.unwrap_or_default())
    }

    /// Destroys the keys that are wrapped for a mailbox of what happened after the event `after` and through `through`: of records, messages and
    /// files. Removes records that no other party can read.
    pub async fn destroy_keys_of_mailbox(&mut self, id: MailboxId, after: i64, through: i64) -> Result<()> {
        step!(
            self,
            id,
            after,
            through,
            "UPDATE record SET key_mailbox = NULL
             WHERE event_id IN (SELECT id FROM event WHERE mailbox_id = $1 AND ord > $2 AND ord <= $3)"
        );
        step!(
            self,
            id,
            after,
            through,
            "DELETE FROM record WHERE key_organisation IS NULL
             AND event_id IN (SELECT id FROM event WHERE mailbox_id = $1 AND ord > $2 AND ord <= $3)"
        );
        step!(
            self,
            id,
            after,
            through,
            "UPDATE message SET key_mailbox = NULL, front_indexed = TRUE, body_indexed = TRUE
             WHERE mailbox_id = $1 AND id IN (SELECT message_id FROM event WHERE mailbox_id = $1 AND ord > $2 AND ord <= $3)"
        );
        step!(
            self,
            id,
            after,
            through,
            "UPDATE message_attachment SET key_mailbox = NULL
             WHERE message_id IN (SELECT message_id FROM event WHERE mailbox_id = $1 AND ord > $2 AND ord <= $3)"
        );
        step!(
            self,
            id,
            after,
            through,
            "DELETE FROM opening WHERE message_id IN (SELECT message_id FROM event WHERE mailbox_id = $1 AND ord > $2 AND ord <= $3)"
        );
        Ok(())
    }
}
