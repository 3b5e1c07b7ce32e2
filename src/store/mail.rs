//! Mail on its way out. A row stands until the receiving server has taken the mail, or it was given up.

use sqlx::FromRow;
use uuid::Uuid;

use super::Result;
use super::db::{Tx, on};

/// One mail.
#[derive(Debug, Clone, FromRow)]
pub struct MailRow {
    /// Id; the mail's Message-ID is made of it.
    pub id: Uuid,
    /// Recipient, subject and text, under the hub's key.
    pub mail_sealed: Vec<u8>,
    /// Microseconds.
    pub created_at: i64,
    /// Microseconds: not tried before this.
    pub due_at: i64,
    /// How often it was taken to be sent.
    pub attempts: i64,
}

impl Tx {
    /// Adds a mail; it goes once the transaction is committed.
    pub async fn insert_mail(&mut self, row: &MailRow) -> Result<()> {
        on!(self, conn => sqlx::query("INSERT INTO mail (id, mail_sealed, created_at, due_at, attempts) VALUES ($1, $2, $3, $4, $5)")
            .bind(row.id).bind(&row.mail_sealed).bind(row.created_at).bind(row.due_at).bind(row.attempts)
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Takes mails that are due, so that nobody else takes them before `until`. One statement: whoever waits for the other's finds them not
    /// due any more.
    pub async fn take_due_mail(&mut self, now: i64, until: i64, limit: i64) -> Result<Vec<MailRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "UPDATE mail SET due_at = $2, attempts = attempts + 1
             WHERE due_at <= $1 AND id IN (SELECT id FROM mail WHERE due_at <= $1 ORDER BY due_at, id LIMIT $3) RETURNING *")
            .bind(now).bind(until).bind(limit).fetch_all(conn).await)?)
    }

    /// Puts a mail off.
    pub async fn put_mail_off(&mut self, id: Uuid, due_at: i64) -> Result<()> {
        on!(self, conn => sqlx::query("UPDATE mail SET due_at = $1 WHERE id = $2").bind(due_at).bind(id).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Forgets a mail: it was sent, or given up.
    pub async fn delete_mail(&mut self, id: Uuid) -> Result<()> {
        on!(self, conn => sqlx::query("DELETE FROM mail WHERE id = $1").bind(id).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// When the mail that waits longest was written, in microseconds.
    pub async fn oldest_mail(&mut self) -> Result<Option<i64>> {
        Ok(on!(self, conn => sqlx::query_scalar("SELECT min(created_at) FROM mail").fetch_one(conn).await)?)
    }
}
