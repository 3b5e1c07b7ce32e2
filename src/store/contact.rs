//! The address that a mailbox's owner is written to, and the code under way for another.

use sqlx::FromRow;

use super::Result;
use super::db::{Tx, on};
use crate::domain::id::MailboxId;

/// The contact of one mailbox.
#[derive(Debug, Clone, FromRow)]
pub struct ContactRow {
    /// Whose.
    pub mailbox_id: MailboxId,
    /// The verified address and its language, under the mailbox's key.
    pub contact_sealed: Option<Vec<u8>>,
    /// Microseconds: when that address was verified.
    pub verified_at: Option<i64>,
    /// The address that waits for its code, under the mailbox's key.
    pub pending_sealed: Option<Vec<u8>>,
    /// Keyed digest of the last code.
    pub code_digest: Option<Vec<u8>>,
    /// Microseconds: the code does not hold from then on.
    pub code_expires_at: Option<i64>,
    /// How often a wrong code was typed for it.
    pub attempts: i64,
    /// How many codes were sent since `codes_since`.
    pub codes_sent: i64,
    /// Microseconds.
    pub codes_since: Option<i64>,
}

impl ContactRow {
    /// A contact of which nothing is known.
    #[must_use]
    pub const fn empty(mailbox_id: MailboxId) -> Self {
        Self {
            mailbox_id,
            contact_sealed: None,
            verified_at: None,
            pending_sealed: None,
            code_digest: None,
            code_expires_at: None,
            attempts: 0,
            codes_sent: 0,
            codes_since: None,
        }
    }
}

impl Tx {
    /// The contact of a mailbox.
    pub async fn find_contact(&mut self, mailbox: MailboxId) -> Result<Option<ContactRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM contact WHERE mailbox_id = $1").bind(mailbox)
            .fetch_optional(conn).await)?,
        )
    }

    /// Stores a contact as a whole. The mailbox is locked by the caller, so that two changes at once come one after the other.
    pub async fn set_contact(&mut self, row: &ContactRow) -> Result<()> {
        on!(self, conn => sqlx::query(
            "INSERT INTO contact (mailbox_id, contact_sealed, verified_at, pending_sealed, code_digest, code_expires_at, attempts, codes_sent, codes_since)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (mailbox_id) DO UPDATE
             SET contact_sealed = excluded.contact_sealed, verified_at = excluded.verified_at, pending_sealed = excluded.pending_sealed,
                 code_digest = excluded.code_digest, code_expires_at = excluded.code_expires_at, attempts = excluded.attempts,
                 codes_sent = excluded.codes_sent, codes_since = excluded.codes_since")
            .bind(row.mailbox_id).bind(&row.contact_sealed).bind(row.verified_at).bind(&row.pending_sealed).bind(&row.code_digest)
            .bind(row.code_expires_at).bind(row.attempts).bind(row.codes_sent).bind(row.codes_since)
            .execute(conn).await.map(drop))?;
        Ok(())
    }
}
