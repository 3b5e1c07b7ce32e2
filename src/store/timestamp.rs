//! Time stamps over the log's checkpoints, and the times in which none was to be had.

use sqlx::FromRow;

use super::Result;
use super::db::{Tx, on};

/// A stamped checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct TimestampRow {
    /// The log, by its name in checkpoints.
    pub origin: String,
    /// Leaves of the checkpoint.
    pub size: i64,
    /// The signed note, verbatim: what was stamped.
    pub checkpoint: String,
    /// The authority's reply in DER (RFC 3161).
    pub reply: Vec<u8>,
    /// The time it states, in microseconds.
    pub gen_time: i64,
    /// When it came, by the hub's clock, in microseconds.
    pub made_at: i64,
    /// The sealed record (JWS) that names the reply.
    pub record_jws: String,
}

impl Tx {
    /// Whether `holder` is the one who seals, at `now`.
    pub async fn leads_log(&mut self, origin: &str, holder: &str, now: i64) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM log WHERE origin = $1 AND holder = $2 AND lease_until > $3)")
            .bind(origin).bind(holder).bind(now).fetch_one(conn).await)?)
    }

    /// The size that was stamped last, and when, in microseconds.
    pub async fn last_timestamp(&mut self, origin: &str) -> Result<Option<(i64, i64)>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT size, made_at FROM log_timestamp WHERE origin = $1 ORDER BY size DESC LIMIT 1")
            .bind(origin).fetch_optional(conn).await)?)
    }

    /// Whether the log holds anything but time stamps from the place `start` up to `end`, exclusive.
    pub async fn holds_more_than_timestamps(&mut self, start: i64, end: i64) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM event WHERE leaf_index >= $1 AND leaf_index < $2 AND kind <> 'timestamp')")
            .bind(start).bind(end).fetch_one(conn).await)?)
    }

    /// Keeps a time stamp; false when this size has one.
    pub async fn insert_timestamp(&mut self, row: &TimestampRow) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "INSERT INTO log_timestamp (origin, size, checkpoint, reply, gen_time, made_at, record_jws)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING")
            .bind(&row.origin).bind(row.size).bind(&row.checkpoint).bind(&row.reply).bind(row.gen_time).bind(row.made_at)
            .bind(&row.record_jws).execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// The smallest stamped checkpoint that holds the leaf `index`.
    pub async fn find_timestamp_over(&mut self, origin: &str, index: i64) -> Result<Option<TimestampRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT * FROM log_timestamp WHERE origin = $1 AND size > $2 ORDER BY size LIMIT 1")
            .bind(origin).bind(index).fetch_optional(conn).await)?)
    }

    /// Notes that the authority gives no stamp since `since`; false when that is known.
    pub async fn begin_timestamp_outage(
        &mut self,
        origin: &str,
        since: i64,
        reason: &str,
        record_jws: &str,
    ) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "INSERT INTO log_timestamp_outage (origin, since, reason, record_jws) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
            .bind(origin).bind(since).bind(reason).bind(record_jws).execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// Notes that the authority gives stamps again; false when nothing else was known.
    pub async fn end_timestamp_outage(&mut self, origin: &str, at: i64) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "UPDATE log_timestamp_outage SET ended_at = $2 WHERE origin = $1 AND ended_at IS NULL")
            .bind(origin).bind(at).execute(conn).await.map(|done| done.rows_affected()))?
            > 0)
    }
}
