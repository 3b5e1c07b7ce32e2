//! The records of one organisation in the log's order, and the tallies between which they are counted.

use sqlx::FromRow;
use uuid::Uuid;

use super::Result;
use super::db::{Tx, on};
use super::event::SealedRecordRow;
use super::timestamp::TimestampRow;
use crate::domain::id::{OrganisationId, ServiceId};

/// A numbered record.
#[derive(Debug, Clone, FromRow)]
pub struct RangeRow {
    /// Its place in the log.
    pub leaf_index: i64,
    /// SHA-256 of event.json.
    pub entry: Vec<u8>,
    /// The service of its message, or of its feed entry.
    pub service_id: Option<ServiceId>,
    /// The record.
    #[sqlx(flatten)]
    pub record: SealedRecordRow,
}

/// The leaf of a tally.
#[derive(Debug, Clone, FromRow)]
pub struct TallyLeafRow {
    /// Its place in the log.
    pub leaf_index: i64,
    /// The record.
    #[sqlx(flatten)]
    pub record: SealedRecordRow,
}

/// A page of an organisation's records.
pub const PAGE_OF_RANGE: &str = "SELECT e.leaf_index, e.entry, COALESCE(m.service_id, e.service_id) AS service_id, r.*
     FROM event e JOIN record r ON r.event_id = e.id LEFT JOIN message m ON m.id = e.message_id
     WHERE e.organisation_id = $1 AND e.leaf_index > $2 AND e.leaf_index <= $3 ORDER BY e.leaf_index LIMIT $4";
/// A page of their places alone.
pub const PAGE_OF_PLACES: &str =
    "SELECT leaf_index FROM event WHERE organisation_id = $1 AND leaf_index > $2 AND leaf_index <= $3
     ORDER BY leaf_index LIMIT $4";
/// An organisation's last tally up to a time. The kind is that of the index `event_tally`, word for word, or it is not used.
pub const TALLY_BEFORE: &str = "SELECT e.leaf_index, r.* FROM (SELECT event_id FROM tally_leaf
         WHERE organisation_id = $1 AND told_at <= $2 ORDER BY told_at DESC LIMIT 1) t
     JOIN event e ON e.id = t.event_id AND e.kind = 'tally' JOIN record r ON r.event_id = e.id WHERE e.leaf_index IS NOT NULL";
/// The tally at a place.
const TALLY_AT: &str = "SELECT e.leaf_index, r.* FROM event e JOIN record r ON r.event_id = e.id
     WHERE e.leaf_index = $1 AND e.kind = 'tally'";
/// Its first tally from a time on.
pub const TALLY_AFTER: &str = "SELECT e.leaf_index, r.* FROM (SELECT event_id FROM tally_leaf
         WHERE organisation_id = $1 AND told_at >= $2 ORDER BY told_at LIMIT 1) t
     JOIN event e ON e.id = t.event_id AND e.kind = 'tally' JOIN record r ON r.event_id = e.id WHERE e.leaf_index IS NOT NULL";

impl Tx {
    /// Notes that an event told an organisation's tally at this time.
    pub async fn insert_tally_leaf(&mut self, organisation: OrganisationId, told_at: i64, event: Uuid) -> Result<()> {
        on!(self, conn => sqlx::query("INSERT INTO tally_leaf (organisation_id, told_at, event_id) VALUES ($1, $2, $3)")
            .bind(organisation).bind(told_at).bind(event).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// The last tally that was told at `at` or before; none while it has no number.
    pub async fn find_tally_before(&mut self, organisation: OrganisationId, at: i64) -> Result<Option<TallyLeafRow>> {
        Ok(on!(self, conn => sqlx::query_as(TALLY_BEFORE)
            .bind(organisation).bind(at).fetch_optional(conn).await)?)
    }

    /// The first tally that was told at `at` or after; none while it has no number.
    pub async fn find_tally_after(&mut self, organisation: OrganisationId, at: i64) -> Result<Option<TallyLeafRow>> {
        Ok(on!(self, conn => sqlx::query_as(TALLY_AFTER)
            .bind(organisation).bind(at).fetch_optional(conn).await)?)
    }

    /// The tally at a place of the log.
    pub async fn find_tally_at(&mut self, place: i64) -> Result<Option<TallyLeafRow>> {
        Ok(on!(self, conn => sqlx::query_as(TALLY_AT)
            .bind(place).fetch_optional(conn).await)?)
    }

    /// The number that the database gave to the event inserted last; none before the first.
    pub async fn newest_event(&mut self) -> Result<Option<i64>> {
        Ok(on!(self, conn => sqlx::query_scalar("SELECT max(ord) FROM event").fetch_one(conn).await)?)
    }

    /// Whether an event up to this number has no place in the log yet.
    pub async fn awaits_sealing(&mut self, through: i64) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM event WHERE leaf_index IS NULL AND ord <= $1)")
            .bind(through).fetch_one(conn).await)?)
    }

    /// An organisation's records after the leaf `after`, up to `through`, in the log's order.
    pub async fn list_range(
        &mut self,
        organisation: OrganisationId,
        after: i64,
        through: i64,
        limit: i64,
    ) -> Result<Vec<RangeRow>> {
        Ok(on!(self, conn => sqlx::query_as(PAGE_OF_RANGE)
            .bind(organisation).bind(after).bind(through).bind(limit).fetch_all(conn).await)?)
    }

    /// Their places alone.
    pub async fn list_places(
        &mut self,
        organisation: OrganisationId,
        after: i64,
        through: i64,
        limit: i64,
    ) -> Result<Vec<i64>> {
        Ok(on!(self, conn => sqlx::query_scalar(PAGE_OF_PLACES)
            .bind(organisation).bind(after).bind(through).bind(limit).fetch_all(conn).await)?)
    }

    /// Of the stamps that came up to `until`: the sizes of the largest checkpoint that does not hold the leaf `index`, and of the smallest that does.
    pub async fn stamped_around(&mut self, origin: &str, index: i64, until: i64) -> Result<(Option<i64>, Option<i64>)> {
        let under = on!(self, conn => sqlx::query_scalar(
            "SELECT size FROM log_timestamp WHERE origin = $1 AND size <= $2 AND made_at <= $3 ORDER BY size DESC LIMIT 1")
            .bind(origin).bind(index).bind(until).fetch_optional(conn).await)?;
        let over = on!(self, conn => sqlx::query_scalar(
            "SELECT size FROM log_timestamp WHERE origin = $1 AND size > $2 AND made_at <= $3 ORDER BY size LIMIT 1")
            .bind(origin).bind(index).bind(until).fetch_optional(conn).await)?;
        Ok((under, over))
    }

    /// The time stamp over the checkpoint of this size.
    pub async fn find_timestamp(&mut self, origin: &str, size: i64) -> Result<Option<TimestampRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM log_timestamp WHERE origin = $1 AND size = $2")
            .bind(origin).bind(size).fetch_optional(conn).await)?,
        )
    }
}
