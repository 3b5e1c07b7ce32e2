//! The log: who may seal, how far it reaches, and the hashes its tiles are made of.
//!
//! When an older backup was restored, a new log takes the old one's place ([`ended_log`](super::ended_log)). Logs are numbered from 1, and a *place* is
//! the number of a leaf in all of them: it grows over a restart, so that it is the cursor of feeds. Places of the first log are its indexes.

use sqlx::FromRow;

use super::Result;
use super::bulk::insert_all;
use super::db::{Tx, on};
use crate::domain::id::OrganisationId;
use crate::evidence::range::LOG_ROOM;
use crate::evidence::restart::origin_of;

/// Leaves that a log has room for, as a power of two.
const ROOM: u32 = LOG_ROOM;

/// The place of a leaf in all logs, from the number of its log and its index there. Given a size it is the place after the last leaf.
#[must_use]
pub const fn place_of(number: i64, index: i64) -> i64 {
    ((number - 1) << ROOM) + index
}

/// The number of the log in which a place is.
#[must_use]
pub const fn log_of(place: i64) -> i64 {
    (place >> ROOM) + 1
}

/// The index of a place in its log.
#[must_use]
pub const fn index_in_log(place: i64) -> i64 {
    place & ((1 << ROOM) - 1)
}

/// Under which index the root of a completed tile is kept: like places, apart for every log. A level of tiles is 256 times as narrow as the one below.
const fn node_index(number: i64, level: i64, index: i64) -> i64 {
    match 8 * level {
        narrower if narrower <= ROOM as i64 => ((number - 1) << (ROOM as i64 - narrower)) + index,
        // So high a level no log of that room has.
        _ => index,
    }
}

/// The state of the log.
#[derive(Debug, Clone, FromRow)]
pub struct LogRow {
    /// The name of the first log; that of this one is [`LogRow::name`].
    pub origin: String,
    /// Which of the hub's logs it is, from 1.
    pub number: i64,
    /// Leaves sealed.
    pub size: i64,
    /// The tree's frontier (`evidence::tree`).
    pub frontier: Vec<u8>,
    /// The last signed checkpoint; empty before the first.
    pub checkpoint: String,
    /// The number that grows with every change of sealer.
    pub fence: i64,
}

impl LogRow {
    /// Its name in checkpoints.
    #[must_use]
    pub fn name(&self) -> String {
        origin_of(&self.origin, self.number.unsigned_abs())
    }

    /// The place after its last leaf.
    #[must_use]
    pub const fn end(&self) -> i64 {
        place_of(self.number, self.size)
    }
}

/// An event that has no place in the log yet.
#[derive(Debug, Clone, FromRow)]
pub struct UnsealedRow {
    /// The order the database gave at insertion.
    pub ord: i64,
    /// SHA-256 of event.json.
    pub entry: Vec<u8>,
    /// For the organisation's tally.
    pub organisation_id: Option<OrganisationId>,
}

/// The root of a completed tile: entry `idx` of level `level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeRow {
    /// 1 or higher.
    pub level: i64,
    /// From 0.
    pub idx: i64,
    /// The hash.
    pub hash: [u8; 32],
}

/// The running count and hash over one organisation's leaves.
#[derive(Debug, Clone, FromRow)]
pub struct TallyRow {
    /// Whose.
    pub organisation_id: OrganisationId,
    /// Leaves so far.
    pub count: i64,
    /// The running hash.
    pub hash: Vec<u8>,
    /// The place of the last leaf counted.
    pub through_index: i64,
    /// The count that the last tally leaf told.
    pub told: i64,
}

/// What one batch makes of the log.
#[derive(Debug, Clone)]
pub struct LogStep<'a> {
    /// The log.
    pub origin: &'a str,
    /// The fencing number under which the batch was made.
    pub fence: i64,
    /// Leaves before.
    pub size_before: i64,
    /// Leaves after.
    pub size: i64,
    /// The frontier after.
    pub frontier: &'a [u8],
    /// The signed checkpoint after.
    pub checkpoint: &'a str,
}

impl Tx {
    /// Makes the row of a new log; nothing happens when it is there.
    pub async fn create_log(&mut self, origin: &str, frontier: &[u8]) -> Result<()> {
        on!(self, conn => sqlx::query(
            "INSERT INTO log (origin, size, frontier, checkpoint, holder, fence, lease_until) VALUES ($1, 0, $2, '', '', 0, 0)
             ON CONFLICT DO NOTHING")
            .bind(origin).bind(frontier).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// The state of the log.
    pub async fn find_log(&mut self, origin: &str) -> Result<Option<LogRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT origin, number, size, frontier, checkpoint, fence FROM log WHERE origin = $1")
            .bind(origin).fetch_optional(conn).await)?,
        )
    }

    /// Whether the database holds a log of another name.
    pub async fn has_other_log(&mut self, origin: &str) -> Result<bool> {
        Ok(
            on!(self, conn => sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM log WHERE origin <> $1)").bind(origin)
            .fetch_one(conn).await)?,
        )
    }

    /// Takes or renews the lease of sealing until `until`; answers the fencing number, or none while another holds it. A lease that
    /// reaches further than any sane holder would ask for was left by a clock that was wrong, and is taken.
    pub async fn lease_log(&mut self, origin: &str, holder: &str, now: i64, until: i64) -> Result<Option<i64>> {
        Ok(on!(self, conn => sqlx::query_scalar(
            "UPDATE log SET fence = CASE WHEN holder = $2 THEN fence ELSE fence + 1 END, holder = $2, lease_until = $4
             WHERE origin = $1 AND (holder = $2 OR lease_until <= $3 OR lease_until > $5) RETURNING fence")
            .bind(origin).bind(holder).bind(now).bind(until).bind(until + (until - now)).fetch_optional(conn).await)?)
    }

    /// Whether this holder has the lease of sealing at `now`.
    pub async fn holds_log(&mut self, origin: &str, holder: &str, now: i64) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM log WHERE origin = $1 AND holder = $2 AND lease_until > $3)")
            .bind(origin).bind(holder).bind(now).fetch_one(conn).await)?)
    }

    /// Gives the lease back, so that the next sealer need not wait for its end.
    pub async fn release_log(&mut self, origin: &str, holder: &str) -> Result<()> {
        on!(self, conn => sqlx::query("UPDATE log SET lease_until = 0 WHERE origin = $1 AND holder = $2")
            .bind(origin).bind(holder).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// The oldest events that have no place in the log, in the order of insertion.
    pub async fn list_unsealed(&mut self, limit: i64) -> Result<Vec<UnsealedRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT ord, entry, organisation_id FROM event WHERE leaf_index IS NULL ORDER BY ord LIMIT $1")
            .bind(limit).fetch_all(conn).await)?)
    }

    /// Gives events their places: `first`, `first + 1`, … in the order of the slice. Answers how many had none before.
    pub async fn number_events(&mut self, ords: &[i64], first: i64) -> Result<u64> {
        let places = || first..;
        match self {
            // Differs: one statement over arrays on PostgreSQL, one statement a row on SQLite.
            Self::Postgres(held) => Ok(sqlx::query(
                "UPDATE event SET leaf_index = n.leaf_index FROM UNNEST($1, $2) AS n (ord, leaf_index)
                 WHERE event.ord = n.ord AND event.leaf_index IS NULL",
            )
            .bind(ords)
            .bind(places().take(ords.len()).collect::<Vec<i64>>())
            .execute(&mut **held)
            .await?
            .rows_affected()),
            Self::Sqlite(held) => {
                let mut numbered = 0;
                for (ord, place) in ords.iter().zip(places()) {
                    numbered += sqlx::query("UPDATE event SET leaf_index = $1 WHERE ord = $2 AND leaf_index IS NULL")
                        .bind(place)
                        .bind(ord)
                        .execute(&mut **held)
                        .await?
                        .rows_affected();
                }
                Ok(numbered)
            }
        }
    }

    /// Moves the log on; false when the lease went to another or the log is not where the batch began.
    pub async fn extend_log(&mut self, step: &LogStep<'_>) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "UPDATE log SET size = $1, frontier = $2, checkpoint = $3 WHERE origin = $4 AND fence = $5 AND size = $6")
            .bind(step.size).bind(step.frontier).bind(step.checkpoint).bind(step.origin).bind(step.fence).bind(step.size_before)
            .execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// Adds the roots of tiles of log `number` that became complete.
    pub async fn insert_log_nodes(&mut self, number: i64, rows: &[NodeRow]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        insert_all!(self, "log_node", row in rows,
            level = "$1": row.level,
            idx = "$2": node_index(number, row.level, row.idx),
            hash = "$3": row.hash.as_slice());
        Ok(())
    }

    /// Log entries (SHA-256 of event.json) from the place `start` up to `end`, exclusive.
    pub async fn list_log_entries(&mut self, start: i64, end: i64) -> Result<Vec<Vec<u8>>> {
        Ok(on!(self, conn => sqlx::query_scalar(
            "SELECT entry FROM event WHERE leaf_index >= $1 AND leaf_index < $2 ORDER BY leaf_index")
            .bind(start).bind(end).fetch_all(conn).await)?)
    }

    /// Hashes of a level of log `number` from `start` up to `end`, exclusive.
    pub async fn list_log_nodes(&mut self, number: i64, level: i64, start: i64, end: i64) -> Result<Vec<Vec<u8>>> {
        Ok(
            on!(self, conn => sqlx::query_scalar("SELECT hash FROM log_node WHERE level = $1 AND idx >= $2 AND idx < $3 ORDER BY idx")
            .bind(level).bind(node_index(number, level, start)).bind(node_index(number, level, end)).fetch_all(conn).await)?,
        )
    }

    /// One organisation's tally.
    pub async fn find_tally(&mut self, organisation: OrganisationId) -> Result<Option<TallyRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM tally WHERE organisation_id = $1").bind(organisation)
            .fetch_optional(conn).await)?,
        )
    }

    /// Keeps one organisation's tally; what was told stays.
    pub async fn set_tally(&mut self, row: &TallyRow) -> Result<()> {
        on!(self, conn => sqlx::query(
            "INSERT INTO tally (organisation_id, count, hash, through_index, told) VALUES ($1, $2, $3, $4, 0)
             ON CONFLICT (organisation_id) DO UPDATE SET count = excluded.count, hash = excluded.hash, through_index = excluded.through_index")
            .bind(row.organisation_id).bind(row.count).bind(&row.hash).bind(row.through_index).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Tallies that have grown since their last leaf.
    pub async fn list_untold_tallies(&mut self, limit: i64) -> Result<Vec<TallyRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM tally WHERE count > told LIMIT $1").bind(limit).fetch_all(conn).await)?,
        )
    }

    /// Notes that a tally leaf told this count; false when another did so first.
    pub async fn tell_tally(&mut self, organisation: OrganisationId, count: i64) -> Result<bool> {
        Ok(
            on!(self, conn => sqlx::query("UPDATE tally SET told = $1 WHERE organisation_id = $2 AND told < $1 AND count >= $1")
            .bind(count).bind(organisation).execute(conn).await.map(|done| done.rows_affected()))?
                == 1,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_the_first_log_are_its_indexes_and_later_logs_come_after() {
        for (number, index) in [(1, 0), (1, 4_711), (2, 0), (2, 255), (9, 1 << 39)] {
            let place = place_of(number, index);
            assert_eq!((log_of(place), index_in_log(place)), (number, index));
        }
        assert_eq!(place_of(1, 4_711), 4_711);
        assert!(place_of(1, 1 << 39) < place_of(2, 0));
    }

    #[test]
    fn nodes_of_two_logs_never_meet() {
        for level in 1..=5 {
            // As many nodes as a full log has at this level.
            let full = 1_i64 << (40 - 8 * level);
            assert_eq!(node_index(1, level, 3.min(full - 1)), 3.min(full - 1));
            assert!(node_index(1, level, full - 1) < node_index(2, level, 0));
            assert!(node_index(2, level, full - 1) < node_index(3, level, 0));
        }
    }
}
