//! Logs that ended because an older backup was restored, and the step to the one that came after.

use sqlx::FromRow;
use uuid::Uuid;

use super::Result;
use super::bulk::insert_all;
use super::db::{Tx, on};

/// A log that ended.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct EndedLogRow {
    /// Its number, from 1.
    pub number: i64,
    /// Its name in checkpoints.
    pub origin: String,
    /// Its last checkpoint of all, from the second place.
    pub checkpoint: String,
    /// How many of its leaves the database has.
    pub held: i64,
    /// The checkpoint over those; empty when there is none.
    pub held_checkpoint: String,
    /// The number of the log that came after.
    pub successor: i64,
    /// Why, in the operator's words.
    pub reason: String,
    /// When, in microseconds.
    pub ended_at: i64,
    /// The sealed record (JWS) that is the first leaf of the log that came after.
    pub record_jws: String,
    /// The first checkpoint of that log: over this leaf alone, signed by the keys of then.
    pub next_checkpoint: String,
}

/// A new log with its first leaf.
#[derive(Debug, Clone)]
pub struct NewLog<'a> {
    /// The name of the first log: the row's key.
    pub origin: &'a str,
    /// The number and the size of the log that ends, as the database has them.
    pub before: (i64, i64),
    /// The new log's number.
    pub number: i64,
    /// The frontier over the first leaf.
    pub frontier: &'a [u8],
    /// The signed checkpoint over it.
    pub checkpoint: &'a str,
}

impl Tx {
    /// Puts a new log with one leaf in the place of the one that ends, and takes the lease from whoever has it; false when the log is not
    /// where the caller saw it.
    pub async fn restart_log(&mut self, new: &NewLog<'_>) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "UPDATE log SET number = $1, size = 1, frontier = $2, checkpoint = $3, fence = fence + 1, holder = '', lease_until = 0
             WHERE origin = $4 AND number = $5 AND size = $6")
            .bind(new.number).bind(new.frontier).bind(new.checkpoint).bind(new.origin).bind(new.before.0).bind(new.before.1)
            .execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// Gives one event its place; false when it has one.
    pub async fn number_event(&mut self, id: Uuid, place: i64) -> Result<bool> {
        Ok(
            on!(self, conn => sqlx::query("UPDATE event SET leaf_index = $1 WHERE id = $2 AND leaf_index IS NULL").bind(place).bind(id)
            .execute(conn).await.map(|done| done.rows_affected()))?
                == 1,
        )
    }

    /// Keeps the logs that ended.
    pub async fn insert_ended_logs(&mut self, rows: &[EndedLogRow]) -> Result<()> {
        insert_all!(self, "log_ended", row in rows,
            number = "$1": row.number,
            origin = "$2": row.origin.as_str(),
            checkpoint = "$3": row.checkpoint.as_str(),
            held = "$4": row.held,
            held_checkpoint = "$5": row.held_checkpoint.as_str(),
            successor = "$6": row.successor,
            reason = "$7": row.reason.as_str(),
            ended_at = "$8": row.ended_at,
            record_jws = "$9": row.record_jws.as_str(),
            next_checkpoint = "$10": row.next_checkpoint.as_str());
        Ok(())
    }

    /// All logs that ended, the oldest first: as many as there were restarts.
    pub async fn list_ended_logs(&mut self) -> Result<Vec<EndedLogRow>> {
        Ok(on!(self, conn => sqlx::query_as("SELECT * FROM log_ended ORDER BY number").fetch_all(conn).await)?)
    }

    /// One log that ended.
    pub async fn find_ended_log(&mut self, number: i64) -> Result<Option<EndedLogRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM log_ended WHERE number = $1").bind(number)
            .fetch_optional(conn).await)?,
        )
    }
}
