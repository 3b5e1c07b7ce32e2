//! Logins that were finished, and sessions. Only keyed digests of what the browser holds are stored.

use sqlx::FromRow;

use super::Result;
use super::db::{Tx, on};
use crate::domain::id::MailboxId;

/// A session.
#[derive(Debug, Clone, FromRow)]
pub struct SessionRow {
    /// Keyed digest of the cookie.
    pub id_hash: Vec<u8>,
    /// Who logged in, by the person's own mailbox.
    pub mailbox_id: MailboxId,
    /// What the login said, under the hub's key.
    pub session_sealed: Vec<u8>,
    /// Microseconds.
    pub created_at: i64,
    /// Microseconds; written at most once a minute.
    pub seen_at: i64,
    /// For whom the person acts, under the hub's key; none: for themself.
    pub acting_sealed: Option<Vec<u8>>,
}

impl Tx {
    /// Whether a login was finished, and not forgotten since.
    pub async fn is_login_finished(&mut self, state_hash: &[u8]) -> Result<bool> {
        let found: Option<i64> = on!(self, conn => sqlx::query_scalar("SELECT created_at FROM login WHERE state_hash = $1").bind(state_hash)
            .fetch_optional(conn).await)?;
        Ok(found.is_some())
    }

    /// Notes that a login was finished; false when it was before. The column of what was stored of a login under way is empty now.
    pub async fn finish_login(&mut self, state_hash: &[u8], at: i64) -> Result<bool> {
        Ok(
            on!(self, conn => sqlx::query("INSERT INTO login (state_hash, flow_sealed, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(state_hash).bind(b"".as_slice()).bind(at).execute(conn).await.map(|done| done.rows_affected()))?
                == 1,
        )
    }

    /// Forgets logins that were finished before `before`.
    pub async fn delete_logins_before(&mut self, before: i64) -> Result<u64> {
        Ok(
            on!(self, conn => sqlx::query("DELETE FROM login WHERE created_at <= $1").bind(before).execute(conn).await
            .map(|done| done.rows_affected()))?,
        )
    }

    /// Begins a session.
    pub async fn insert_session(&mut self, row: &SessionRow) -> Result<()> {
        on!(self, conn => sqlx::query(
            "INSERT INTO session (id_hash, mailbox_id, session_sealed, created_at, seen_at) VALUES ($1, $2, $3, $4, $5)")
            .bind(&row.id_hash).bind(row.mailbox_id).bind(&row.session_sealed).bind(row.created_at).bind(row.seen_at)
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// A session by the digest of its cookie.
    pub async fn find_session(&mut self, id_hash: &[u8]) -> Result<Option<SessionRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM session WHERE id_hash = $1").bind(id_hash).fetch_optional(conn).await)?,
        )
    }

    /// The sessions of a person that were used after `seen` and began after `created`, newest first.
    pub async fn list_sessions(
        &mut self,
        mailbox: MailboxId,
        seen: i64,
        created: i64,
        limit: i64,
    ) -> Result<Vec<SessionRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT * FROM session WHERE mailbox_id = $1 AND seen_at > $2 AND created_at > $3 ORDER BY created_at DESC, id_hash LIMIT $4")
            .bind(mailbox).bind(seen).bind(created).bind(limit).fetch_all(conn).await)?)
    }

    /// Says for whom the person of a session acts; false when the session has ended.
    pub async fn set_acting(&mut self, id_hash: &[u8], acting_sealed: Option<&[u8]>) -> Result<bool> {
        Ok(
            on!(self, conn => sqlx::query("UPDATE session SET acting_sealed = $1 WHERE id_hash = $2")
            .bind(acting_sealed).bind(id_hash).execute(conn).await.map(|done| done.rows_affected()))?
                == 1,
        )
    }

    /// The same, unless another request said something else since `before`.
    pub async fn replace_acting(&mut self, id_hash: &[u8], before: &[u8], after: Option<&[u8]>) -> Result<()> {
        on!(self, conn => sqlx::query("UPDATE session SET acting_sealed = $1 WHERE id_hash = $2 AND acting_sealed = $3")
            .bind(after).bind(id_hash).bind(before).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Ends one session of a person.
    pub async fn delete_session_of(&mut self, mailbox: MailboxId, id_hash: &[u8]) -> Result<()> {
        on!(self, conn => sqlx::query("DELETE FROM session WHERE mailbox_id = $1 AND id_hash = $2").bind(mailbox).bind(id_hash)
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Ends every session of a person but one.
    pub async fn delete_sessions_but(&mut self, mailbox: MailboxId, id_hash: &[u8]) -> Result<()> {
        on!(self, conn => sqlx::query("DELETE FROM session WHERE mailbox_id = $1 AND id_hash <> $2").bind(mailbox).bind(id_hash)
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Notes that a session was used.
    pub async fn touch_session(&mut self, id_hash: &[u8], at: i64) -> Result<()> {
        on!(self, conn => sqlx::query("UPDATE session SET seen_at = $1 WHERE id_hash = $2 AND seen_at < $1").bind(at).bind(id_hash)
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Ends a session.
    pub async fn delete_session(&mut self, id_hash: &[u8]) -> Result<()> {
        on!(self, conn => sqlx::query("DELETE FROM session WHERE id_hash = $1").bind(id_hash).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Forgets sessions last used before `seen` or begun before `created`.
    pub async fn delete_sessions_before(&mut self, seen: i64, created: i64) -> Result<u64> {
        Ok(
            on!(self, conn => sqlx::query("DELETE FROM session WHERE seen_at <= $1 OR created_at <= $2").bind(seen).bind(created)
            .execute(conn).await.map(|done| done.rows_affected()))?,
        )
    }
}
