//! Old bytes out of the database's own files: what an erasure overwrote must not be read back out of a journal or a dead row.
//!
//! SQLite overwrites what is deleted (`secure_delete`), but its journal holds the pages as they were until they are written back, and a page that was
//! divided may hold a copy in its unused part until the file is written anew. PostgreSQL keeps dead rows until they are vacuumed, and the bytes
//! in the free part of a page until the page is filled again or the table written anew. Leaves out what the hub does not reach: the write-ahead
//! log of PostgreSQL, its archive, backups, snapshots of disks (`docs/erasure.md`).

use sqlx::Executor as _;

use super::Result;
use super::db::Db;

/// Tables in which an erasure destroys something.
const TABLES: &[&str] = &[
    "message",
    "message_body",
    "message_attachment",
    "attachment",
    "print_job",
    "record",
    "event",
    "mailbox",
    "session",
    "contact",
    "consent",
    "mandate",
    "draft",
    "search_segment",
    "search_block",
];

/// How much is written anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scrub {
    /// Nothing: the journal is emptied, or dead rows are removed. Goes on beside everything else.
    Light,
    /// Every table that an erasure touches. Writing waits meanwhile, on PostgreSQL reading too; needs as much free room on the disk.
    Whole,
}

impl Db {
    /// Scrubs. False when somebody who reads kept it from being complete: it is to be repeated.
    pub async fn scrub(&self, how: Scrub) -> Result<bool> {
        match self {
            // Differs: each has its own words for this, and neither takes them in a transaction.
            Self::Sqlite { write, .. } => {
                let mut connection = write.acquire().await?;
                if how == Scrub::Whole {
                    connection.execute("VACUUM").await?;
                }
                let busy: i64 = sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)")
                    .fetch_one(&mut *connection)
                    .await?;
                Ok(busy == 0)
            }
            Self::Postgres { pool, .. } => {
                let mut connection = pool.acquire().await?;
                for table in TABLES {
                    let full = if how == Scrub::Whole { "FULL " } else { "" };
                    let statement = sqlx::AssertSqlSafe(format!("VACUUM {full}{table}"));
                    sqlx::raw_sql(statement).execute(&mut *connection).await?;
                }
                Ok(true)
            }
        }
    }
}
