//! When each person last opened a message, as far as it is recorded.

use super::Result;
use super::db::{Tx, on};
use crate::domain::id::MailboxId;

impl Tx {
    /// Notes that a person, by their own mailbox, opens a message at `at`; false when they did so after `since` and nothing is noted. A time that lies
    /// in the future, since the clock was set back, holds nobody up.
    pub async fn note_opening(&mut self, message: i64, person: MailboxId, at: i64, since: i64) -> Result<bool> {
        let noted = on!(self, conn => sqlx::query(
            "INSERT INTO opening (message_id, person_id, at) VALUES ($1, $2, $3)
             ON CONFLICT (message_id, person_id) DO UPDATE SET at = $3 WHERE opening.at <= $4 OR opening.at > $3")
            .bind(message).bind(person).bind(at).bind(since)
            .execute(conn).await.map(|done| done.rows_affected()))?;
        Ok(noted == 1)
    }

    /// When a person last opened a message, as far as it is noted.
    pub async fn find_opening(&mut self, message: i64, person: MailboxId) -> Result<Option<i64>> {
        Ok(on!(self, conn => sqlx::query_scalar(
            "SELECT at FROM opening WHERE message_id = $1 AND person_id = $2")
            .bind(message).bind(person).fetch_optional(conn).await)?)
    }

    /// Forgets who opened a message that left its mailbox for good; evidence keeps it.
    pub async fn delete_openings(&mut self, message: i64) -> Result<()> {
        on!(self, conn => sqlx::query("DELETE FROM opening WHERE message_id = $1")
            .bind(message).execute(conn).await.map(drop))?;
        Ok(())
    }
}
