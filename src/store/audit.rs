//! What auditors look things up in: deliveries by whose they are and what became of them, numbers by day, and how far both follow the log.
//!
//! Every list is a range of one index (`0010_auditor.sql`), so a page costs the same at any size of the hub.

use sqlx::FromRow;

use super::Result;
use super::db::{Tx, on};
use super::message::MessageRow;
use crate::domain::id::{OrganisationId, ServiceId, SystemId};

/// An event of the log, and the message that it is about as it stands now.
#[derive(Debug, Clone, FromRow)]
pub struct FollowedRow {
    /// Its place in the log.
    pub leaf_index: i64,
    /// Short name of the fact.
    pub kind: String,
    /// Microseconds.
    pub time: i64,
    /// The message; none where the event is about none.
    pub message_id: Option<i64>,
    /// Whose message.
    pub organisation_id: Option<OrganisationId>,
    /// Of which service.
    pub service_id: Option<ServiceId>,
    /// Microseconds: when it was accepted.
    pub created_at: Option<i64>,
    /// `electronic` or `paper`.
    pub channel: Option<String>,
    /// Microseconds: first opened.
    pub opened_at: Option<i64>,
    /// Microseconds: confirmed in time.
    pub confirmed_at: Option<i64>,
    /// Microseconds: retrieved after the window.
    pub late_at: Option<i64>,
    /// Microseconds: the window passed.
    pub expired_at: Option<i64>,
}

/// A delivery as auditors find it.
#[derive(Debug, Clone, Copy)]
pub struct AuditDeliveryRow {
    /// The message.
    pub message_id: i64,
    /// Whose.
    pub organisation_id: OrganisationId,
    /// Of which service.
    pub service_id: ServiceId,
    /// The name of what became of it.
    pub outcome: &'static str,
    /// Microseconds.
    pub created_at: i64,
}

/// How many events of each kind there were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow)]
pub struct Numbers {
    /// Accepted from their senders.
    pub accepted: i64,
    /// Opened for the first time.
    pub opened: i64,
    /// Confirmed in time.
    pub confirmed: i64,
    /// Windows that passed.
    pub expired: i64,
    /// Opened after the window.
    pub late: i64,
    /// Handed over to be printed and posted.
    pub posted: i64,
}

/// The numbers of one day.
#[derive(Debug, Clone, FromRow)]
pub struct DayRow {
    /// The day, `2026-03-02`.
    pub day: String,
    /// Them.
    #[sqlx(flatten)]
    pub numbers: Numbers,
}

/// The numbers of one service.
#[derive(Debug, Clone, FromRow)]
pub struct ServiceNumbersRow {
    /// The service.
    pub service_id: ServiceId,
    /// Them.
    #[sqlx(flatten)]
    pub numbers: Numbers,
}

/// Among whose deliveries is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// Everyone's.
    All,
    /// One organisation's.
    Organisation(OrganisationId),
    /// One service's.
    Service(ServiceId),
}

impl Among {
    const fn id(self) -> Option<uuid::Uuid> {
        match self {
            Self::All => None,
            Self::Organisation(id) => Some(id.0),
            Self::Service(id) => Some(id.0),
        }
    }
}

/// A page of deliveries, newest first.
macro_rules! page {
    ($whose:literal) => {
        concat!(
            "SELECT m.* FROM audit_delivery d JOIN message m ON m.id = d.message_id WHERE ",
            $whose,
            "d.created_at >= $1 AND (d.created_at, d.message_id) < ($2, $3) ORDER BY d.created_at DESC, d.message_id DESC LIMIT $4"
        )
    };
}

/// The statement of a page; parameters: since, place as two, most rows, then the id it is about if it is about one, then the outcome if asked for.
#[must_use]
pub const fn page_of(among: Among, with_outcome: bool) -> &'static str {
    match (among, with_outcome) {
        (Among::All, false) => page!(""),
        (Among::All, true) => page!("d.outcome = $5 AND "),
        (Among::Organisation(_), false) => page!("d.organisation_id = $5 AND "),
        (Among::Organisation(_), true) => page!("d.organisation_id = $5 AND d.outcome = $6 AND "),
        (Among::Service(_), false) => page!("d.service_id = $5 AND "),
        (Among::Service(_), true) => page!("d.service_id = $5 AND d.outcome = $6 AND "),
    }
}

/// The messages that a system sent under an external id; a system has few, so each is asked.
pub const BY_EXTERNAL_ID: &str =
    "SELECT m.* FROM submission s JOIN message m ON m.id = s.message_id WHERE s.system_id = $1 AND s.external_id = $2";

/// What follows an event in the log.
pub const FOLLOWING: &str = "SELECT e.leaf_index, e.kind, e.time, m.id AS message_id, m.organisation_id, m.service_id, m.created_at, m.channel, m.opened_at,
     m.confirmed_at, m.late_at, m.expired_at FROM event e LEFT JOIN message m ON m.id = e.message_id
     WHERE e.leaf_index IS NOT NULL AND e.leaf_index > $1 ORDER BY e.leaf_index LIMIT $2";

/// The sums of the numbers, as both databases give them back as integers.
macro_rules! sums {
    ($by:literal, $where:literal) => {
        concat!(
            "SELECT ",
            $by,
            ", CAST(SUM(accepted) AS BIGINT) AS accepted, CAST(SUM(opened) AS BIGINT) AS opened, CAST(SUM(confirmed) AS BIGINT) AS confirmed,
             CAST(SUM(expired) AS BIGINT) AS expired, CAST(SUM(late) AS BIGINT) AS late, CAST(SUM(posted) AS BIGINT) AS posted
             FROM audit_day WHERE day >= $1 AND day <= $2",
            $where,
            " GROUP BY ",
            $by
        )
    };
}

/// The statement of the numbers by day; parameters: first and last day, then the id it is about if it is about one.
#[must_use]
pub const fn days_of(among: Among) -> &'static str {
    match among {
        Among::All => sums!("day", ""),
        Among::Organisation(_) => sums!("day", " AND organisation_id = $3"),
        Among::Service(_) => sums!("day", " AND service_id = $3"),
    }
}

const fn services_of(among: Among) -> &'static str {
    match among {
        Among::All => sums!("service_id", ""),
        Among::Organisation(_) => sums!("service_id", " AND organisation_id = $3"),
        Among::Service(_) => sums!("service_id", " AND service_id = $3"),
    }
}

impl Tx {
    /// The last event of the log that was counted, and its time.
    pub async fn audit_followed(&mut self) -> Result<(i64, i64)> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT through, through_time FROM audit_follow WHERE name = 'log'")
            .fetch_one(conn).await)?,
        )
    }

    /// Says that the log was counted through an event. False when another process has counted meanwhile.
    pub async fn set_audit_followed(&mut self, before: i64, through: i64, time: i64) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "UPDATE audit_follow SET through = $1, through_time = $2 WHERE name = 'log' AND through = $3")
            .bind(through).bind(time).bind(before).execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// The next events of the log after one.
    pub async fn list_following(&mut self, after: i64, limit: i64) -> Result<Vec<FollowedRow>> {
        Ok(on!(self, conn => sqlx::query_as(FOLLOWING).bind(after).bind(limit).fetch_all(conn).await)?)
    }

    /// Notes a delivery, or what has become of it since.
    pub async fn put_audit_delivery(&mut self, row: &AuditDeliveryRow) -> Result<()> {
        on!(self, conn => sqlx::query(
            "INSERT INTO audit_delivery (message_id, organisation_id, service_id, outcome, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (message_id) DO UPDATE SET outcome = excluded.outcome WHERE audit_delivery.outcome <> excluded.outcome")
            .bind(row.message_id).bind(row.organisation_id).bind(row.service_id).bind(row.outcome).bind(row.created_at)
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Adds to the numbers of one service and day.
    pub async fn add_audit_day(
        &mut self,
        organisation: OrganisationId,
        service: ServiceId,
        day: &str,
        more: &Numbers,
    ) -> Result<()> {
        on!(self, conn => sqlx::query(
            "INSERT INTO audit_day (service_id, day, organisation_id, accepted, opened, confirmed, expired, late, posted)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (service_id, day) DO UPDATE SET
             accepted = audit_day.accepted + excluded.accepted, opened = audit_day.opened + excluded.opened,
             confirmed = audit_day.confirmed + excluded.confirmed, expired = audit_day.expired + excluded.expired,
             late = audit_day.late + excluded.late, posted = audit_day.posted + excluded.posted")
            .bind(service).bind(day).bind(organisation).bind(more.accepted).bind(more.opened).bind(more.confirmed)
            .bind(more.expired).bind(more.late).bind(more.posted).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// At most `limit` messages accepted at `since` or later and before the place `(created_at, id)`, newest first.
    pub async fn list_audited(
        &mut self,
        among: Among,
        outcome: Option<&'static str>,
        since: i64,
        before: (i64, i64),
        limit: i64,
    ) -> Result<Vec<MessageRow>> {
        let statement = page_of(among, outcome.is_some());
        Ok(on!(self, conn => {
            let mut query = sqlx::query_as(statement).bind(since).bind(before.0).bind(before.1).bind(limit);
            if let Some(id) = among.id() {
                query = query.bind(id);
            }
            if let Some(outcome) = outcome {
                query = query.bind(outcome);
            }
            query.fetch_all(conn).await
        })?)
    }

    /// The message that a system sent under an external id.
    pub async fn find_by_external_id(&mut self, system: SystemId, external_id: &str) -> Result<Option<MessageRow>> {
        Ok(on!(self, conn => sqlx::query_as(BY_EXTERNAL_ID).bind(system).bind(external_id).fetch_optional(conn).await)?)
    }

    /// The numbers of each day that has any, from the first to the last.
    pub async fn list_audit_days(&mut self, among: Among, first: &str, last: &str) -> Result<Vec<DayRow>> {
        let statement = days_of(among);
        Ok(on!(self, conn => {
            let mut query = sqlx::query_as(statement).bind(first).bind(last);
            if let Some(id) = among.id() {
                query = query.bind(id);
            }
            query.fetch_all(conn).await
        })?)
    }

    /// The numbers of each service that has any in these days.
    pub async fn list_audit_services(
        &mut self,
        among: Among,
        first: &str,
        last: &str,
    ) -> Result<Vec<ServiceNumbersRow>> {
        let statement = services_of(among);
        Ok(on!(self, conn => {
            let mut query = sqlx::query_as(statement).bind(first).bind(last);
            if let Some(id) = among.id() {
                query = query.bind(id);
            }
            query.fetch_all(conn).await
        })?)
    }
}
