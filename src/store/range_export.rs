//! Exports of ranges in the background: what auditors asked for, who works on it, and the parts that are written.

use sqlx::FromRow;
use uuid::Uuid;

use super::Result;
use super::db::{Tx, on};
use crate::domain::id::{MailboxId, OrganisationId, RangeExportId, ServiceId};

/// Takes the oldest that nobody works on.
pub const CLAIM: &str = "UPDATE range_export SET state = 'running', holder = $1, lease_until = $2, fence = fence + 1
     WHERE id = (SELECT id FROM range_export WHERE state IN ('waiting', 'running') AND lease_until <= $3 ORDER BY asked_at LIMIT 1)
       AND state IN ('waiting', 'running') AND lease_until <= $3 RETURNING *";
/// A page of a person's.
pub const PAGE_OF_EXPORTS: &str =
    "SELECT * FROM range_export WHERE person_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
/// Those whose parts are to be removed.
pub const REMOVABLE: &str = "SELECT id FROM range_export WHERE remove_at <= $1 ORDER BY remove_at LIMIT $2";
/// Deletes those that ended long ago.
pub const DELETE_ENDED: &str = "DELETE FROM range_export WHERE id IN
     (SELECT id FROM range_export WHERE finished_at <= $1 AND finished_at IS NOT NULL AND remove_at IS NULL ORDER BY finished_at LIMIT $2)";

/// An export.
#[derive(Debug, Clone, FromRow)]
pub struct RangeExportRow {
    /// Id.
    pub id: RangeExportId,
    /// Who asked, by the person's own mailbox.
    pub person_id: MailboxId,
    /// Whose evidence.
    pub organisation_id: OrganisationId,
    /// Of this service alone.
    pub service_id: Option<ServiceId>,
    /// Records from this microsecond on …
    pub period_from: i64,
    /// … and before this one.
    pub period_to: i64,
    /// Who and why, under the hub's key.
    pub request_sealed: Vec<u8>,
    /// The data key of the parts, under the organisation's.
    pub key_organisation: Vec<u8>,
    /// `waiting`, `running`, `ready`, `failed`, `cancelled` or `removed`.
    pub state: String,
    /// Why it failed.
    pub problem: Option<String>,
    /// Records that are written.
    pub done: i64,
    /// Records that there are; none before that is known.
    pub total: Option<i64>,
    /// Microseconds.
    pub asked_at: i64,
    /// Microseconds.
    pub finished_at: Option<i64>,
    /// When its parts are removed, in microseconds.
    pub remove_at: Option<i64>,
    /// From where it goes on (JSON); none before it was begun.
    pub progress: Option<String>,
    /// Bytes of the finished file.
    pub bytes: i64,
    /// Counts those who worked on it.
    pub fence: i64,
}

/// One part of the file.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ExportPartRow {
    /// Counts from 1.
    pub number: i64,
    /// The object.
    pub object: Uuid,
    /// Its bytes in the file.
    pub bytes: i64,
    /// The object with what the container's end needs of it.
    pub ends: Option<Uuid>,
}

/// How far an export has come.
#[derive(Debug, Clone)]
pub struct ExportStep<'a> {
    /// Which.
    pub id: RangeExportId,
    /// By whom: refused when another took over.
    pub fence: i64,
    /// Records.
    pub done: i64,
    /// Records in all.
    pub total: i64,
    /// From where it goes on.
    pub progress: &'a str,
    /// Until when the one who works on it is waited for.
    pub lease_until: i64,
}

impl Tx {
    /// Adds an export.
    pub async fn insert_range_export(&mut self, row: &RangeExportRow) -> Result<()> {
        on!(self, conn => sqlx::query(
            "INSERT INTO range_export (id, person_id, organisation_id, service_id, period_from, period_to, request_sealed, key_organisation, state, asked_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
            .bind(row.id).bind(row.person_id).bind(row.organisation_id).bind(row.service_id).bind(row.period_from).bind(row.period_to)
            .bind(&row.request_sealed).bind(&row.key_organisation).bind(&row.state).bind(row.asked_at).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// One export.
    pub async fn find_range_export(&mut self, id: RangeExportId) -> Result<Option<RangeExportRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM range_export WHERE id = $1").bind(id).fetch_optional(conn).await)?,
        )
    }

    /// A person's exports before the one of this id, newest first: ids are made in the order of time.
    pub async fn list_range_exports(
        &mut self,
        person: MailboxId,
        before: RangeExportId,
        limit: i64,
    ) -> Result<Vec<RangeExportRow>> {
        Ok(on!(self, conn => sqlx::query_as(PAGE_OF_EXPORTS)
            .bind(person).bind(before).bind(limit).fetch_all(conn).await)?)
    }

    /// How many of a person's are not finished.
    pub async fn count_unfinished_exports(&mut self, person: MailboxId) -> Result<i64> {
        Ok(on!(self, conn => sqlx::query_scalar(
            "SELECT COUNT(*) FROM range_export WHERE person_id = $1 AND state IN ('waiting', 'running')")
            .bind(person).fetch_one(conn).await)?)
    }

    /// Takes the oldest export that nobody works on, for `holder` until `until`.
    pub async fn claim_range_export(&mut self, holder: &str, now: i64, until: i64) -> Result<Option<RangeExportRow>> {
        Ok(on!(self, conn => sqlx::query_as(CLAIM)
            .bind(holder).bind(until).bind(now).fetch_optional(conn).await)?)
    }

    /// Notes how far it has come; false when another took over, or it was cancelled.
    pub async fn advance_range_export(&mut self, step: &ExportStep<'_>) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "UPDATE range_export SET done = $1, total = $2, progress = $3, lease_until = $4 WHERE id = $5 AND fence = $6 AND state = 'running'")
            .bind(step.done).bind(step.total).bind(step.progress).bind(step.lease_until).bind(step.id).bind(step.fence)
            .execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// Is still at work until `until`; false as [`Tx::advance_range_export`].
    pub async fn renew_range_export(&mut self, id: RangeExportId, fence: i64, until: i64) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "UPDATE range_export SET lease_until = $1 WHERE id = $2 AND fence = $3 AND state = 'running'")
            .bind(until).bind(id).bind(fence).execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// Ends it as `state`; false as [`Tx::advance_range_export`].
    pub async fn end_range_export(
        &mut self,
        (id, fence): (RangeExportId, i64),
        (state, problem): (&str, Option<&str>),
        bytes: i64,
        (at, remove_at): (i64, i64),
    ) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "UPDATE range_export SET state = $1, problem = $2, bytes = $3, finished_at = $4, remove_at = $5, progress = NULL
             WHERE id = $6 AND fence = $7 AND state = 'running'")
            .bind(state).bind(problem).bind(bytes).bind(at).bind(remove_at).bind(id).bind(fence)
            .execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// Gives a person's export up, or ends the time for which a finished one is kept; false when there is nothing to give up. What may be at work on it
    /// writes no row any more, but an object perhaps, until its lease lapses.
    pub async fn cancel_range_export(&mut self, id: RangeExportId, person: MailboxId, at: i64) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "UPDATE range_export SET state = CASE state WHEN 'ready' THEN 'removed' ELSE 'cancelled' END, finished_at = COALESCE(finished_at, $1), remove_at = $1, progress = NULL
             WHERE id = $2 AND person_id = $3 AND state IN ('waiting', 'running', 'ready')")
            .bind(at).bind(id).bind(person).execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// Adds a part of the file.
    pub async fn insert_export_part(&mut self, id: RangeExportId, part: &ExportPartRow) -> Result<()> {
        on!(self, conn => sqlx::query("INSERT INTO range_export_part (export_id, number, object, bytes, ends) VALUES ($1, $2, $3, $4, $5)")
            .bind(id).bind(part.number).bind(part.object).bind(part.bytes).bind(part.ends).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// The parts after `number`, in their order.
    pub async fn list_export_parts(
        &mut self,
        id: RangeExportId,
        number: i64,
        limit: i64,
    ) -> Result<Vec<ExportPartRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT number, object, bytes, ends FROM range_export_part WHERE export_id = $1 AND number > $2 ORDER BY number LIMIT $3")
            .bind(id).bind(number).bind(limit).fetch_all(conn).await)?)
    }

    /// Exports whose parts are to be removed.
    pub async fn list_removable_exports(&mut self, now: i64, limit: i64) -> Result<Vec<RangeExportId>> {
        Ok(on!(self, conn => sqlx::query_scalar(REMOVABLE)
            .bind(now).bind(limit).fetch_all(conn).await)?)
    }

    /// Forgets the parts of an export.
    pub async fn drop_export_parts(&mut self, id: RangeExportId) -> Result<()> {
        on!(self, conn => sqlx::query("DELETE FROM range_export_part WHERE export_id = $1").bind(id).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Notes that the parts of an export are removed, at `now`; if a lease holds, they are removed once more `late` microseconds after its end.
    pub async fn remove_export_parts(&mut self, id: RangeExportId, now: i64, late: i64) -> Result<()> {
        self.drop_export_parts(id).await?;
        on!(self, conn => sqlx::query(
            "UPDATE range_export SET remove_at = CASE WHEN lease_until > $1 THEN lease_until + $3 END,
                state = CASE state WHEN 'ready' THEN 'removed' ELSE state END WHERE id = $2")
            .bind(now).bind(id).bind(late).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Deletes the rows of exports that ended at `before` or earlier and whose parts are removed; how many.
    pub async fn delete_range_exports(&mut self, before: i64, limit: i64) -> Result<u64> {
        Ok(on!(self, conn => sqlx::query(DELETE_ENDED)
            .bind(before).bind(limit).execute(conn).await.map(|done| done.rows_affected()))?)
    }
}
