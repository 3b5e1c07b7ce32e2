//! Logins under way and sessions. Only keyed digests of what the browser holds are stored.

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
}

impl Tx {
    /// Remembers a login under way.
    pub async fn insert_login(&mut self, state_hash: &[u8], flow_sealed: &[u8], created_at: i64) -> Result<()> {
        on!(self, conn => sqlx::query("INSERT INTO login (state_hash, flow_sealed, created_at) VALUES ($1, $2, $3)")
            .bind(state_hash).bind(flow_sealed).bind(created_at).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Takes a login under way that began after `since`: each one can be taken once.
    pub async fn take_login(&mut self, state_hash: &[u8], since: i64) -> Result<Option<Vec<u8>>> {
        Ok(
            on!(self, conn => sqlx::query_scalar("DELETE FROM login WHERE state_hash = $1 AND created_at > $2 RETURNING flow_sealed")
            .bind(state_hash).bind(since).fetch_optional(conn).await)?,
        )
    }

    /// Forgets logins that began before `before`.
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
