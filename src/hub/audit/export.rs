//! The export of a range that an auditor asks for: done in the background, and kept for a week.
//!
//! Guarantees: an auditor asks for, sees and fetches their own exports alone, and only for as long as the role covers the organisation. To an auditor of
//! the whole hub a range discloses no identity but the authority's; one that discloses more is fetched only while the role names the organisation.
//! Leaves out: the work (`work`), and the finished file (`read`).

mod fault;
mod lease;
pub mod read;
pub mod work;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::reason;
use super::super::view::Page;
use super::super::{ActError, Hub};
use crate::domain::auditor::{Auditor, Period, day_of};
use crate::domain::id::{OrganisationId, RangeExportId, ServiceId};
use crate::domain::message::Violation;
use crate::domain::name::Names;
use crate::domain::time::from_micros;
use crate::evidence::record::Actor;
use crate::hub::event::actor;
use crate::hub::folder::bad_cursor;
use crate::store::Tx;
use crate::store::range_export::RangeExportRow;
use crate::vault::{DataKey, Place};

/// How long a finished file is kept.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
/// So long after the last lease of one that was given up, what was written late is removed.
const LATE: SignedDuration = SignedDuration::from_mins(10);
/// How long it is told what became of one that has ended, and why it was asked for.
pub const TOLD_FOR: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How many of one auditor's may be unfinished.
pub const MOST_AT_ONCE: i64 = 3;
/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 500;
/// Rows on a page.
const PAGE: usize = 25;

/// What is asked for, as it was typed or sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportWish {
    /// A Business ID; may be left out by who is an auditor of one organisation alone.
    pub organisation: Option<String>,
    /// The code of one of its services; everything without it.
    pub service: Option<String>,
    /// The first day, in Finnish time …
    pub first: Option<Date>,
    /// … and the last.
    pub last: Option<Date>,
    /// Why: it is recorded for ever.
    pub reason: String,
}

/// What has become of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportState {
    /// Nobody has begun yet.
    Waiting,
    /// It is being made.
    Running,
    /// It can be fetched: so many bytes, until then.
    Ready {
        /// Bytes.
        bytes: u64,
        /// Until when.
        until: Timestamp,
    },
    /// It cannot be made: why.
    Failed(String),
    /// It was given up.
    Cancelled,
    /// It was kept for its time, and is gone.
    Removed,
}

/// An export as its auditor sees it.
#[derive(Debug, Clone)]
pub struct ExportView {
    /// Which.
    pub id: RangeExportId,
    /// Whose evidence.
    pub organisation: Names,
    /// Its Business ID.
    pub business_id: String,
    /// Of this service alone: its code and names.
    pub service: Option<(String, Names)>,
    /// The first day, in Finnish time.
    pub first: Date,
    /// The last day.
    pub last: Date,
    /// Why.
    pub reason: String,
    /// What has become of it.
    pub state: ExportState,
    /// Records written.
    pub done: u64,
    /// Records in all, once that is known.
    pub total: Option<u64>,
    /// When it was asked for.
    pub asked_at: Timestamp,
}

/// What lies in `range_export.request_sealed`.
#[derive(Serialize, Deserialize)]
struct StoredRequest {
    identifier: String,
    acr: Option<String>,
    auth_time: Option<Timestamp>,
    reason: String,
    identities: bool,
}

impl StoredRequest {
    fn actor(&self) -> Actor {
        Actor {
            identifier: self.identifier.clone(),
            acr: self.acr.clone(),
            auth_time: self.auth_time,
        }
    }
}

fn place<'a>(column: &'static str, id: &'a RangeExportId) -> Place<'a> {
    Place::new("range_export", column, id.0.as_bytes())
}

/// What was asked for, once every part of it is known to fit.
struct Fitting {
    organisation: OrganisationId,
    business_id: String,
    service: Option<ServiceId>,
    period: (i64, i64),
}

impl Hub {
    /// Asks for the export of a range. It is recorded, with the reason, before anything is written.
    ///
    /// # Errors
    /// [`ActError::Invalid`] for every field that does not fit; [`ActError::Contradiction`] while [`MOST_AT_ONCE`] are unfinished.
    pub async fn ask_for_export(&self, auditor: &Auditor, wish: ExportWish) -> Result<RangeExportId, ActError> {
        let id = RangeExportId::new(self.now(), self.random()?);
        let (asking, wish) = (auditor.clone(), wish);
        self.act_as(&auditor.person().clone(), move |hub, tx, person| {
            let (auditor, wish) = (asking.clone(), wish.clone());
            Box::pin(async move {
                let fitting = hub.fitting(tx, &auditor, &wish).await?;
                if tx.count_unfinished_exports(person.own).await? >= MOST_AT_ONCE {
                    return Err(ActError::Contradiction(
                        "Three of your exports are not finished yet. Wait for one of them, or cancel it.",
                    ));
                }
                let organisation = hub.organisation_in(tx, fitting.organisation).await?;
                let by = actor(&person);
                let stored = StoredRequest {
                    identifier: by.identifier,
                    acr: by.acr,
                    auth_time: by.auth_time,
                    reason: wish.reason.trim().to_owned(),
                    identities: auditor.scope().names(&fitting.business_id),
                };
                let key = DataKey::generate(&hub.rng)?;
                let row = RangeExportRow {
                    id,
                    person_id: person.own,
                    organisation_id: fitting.organisation,
                    service_id: fitting.service,
                    period_from: fitting.period.0,
                    period_to: fitting.period.1,
                    request_sealed: hub.seal_for_hub(place("request_sealed", &id), &stored)?,
                    key_organisation: organisation.key.wrap(place("key_organisation", &id), &key, &hub.rng)?,
                    state: "waiting".to_owned(),
                    problem: None,
                    done: 0,
                    total: None,
                    asked_at: hub.now().as_microsecond(),
                    finished_at: None,
                    remove_at: None,
                    progress: None,
                    bytes: 0,
                    fence: 0,
                };
                Ok(tx.insert_range_export(&row).await?)
            })
        })
        .await?;
        self.ranges.notify_one();
        Ok(id)
    }

    async fn fitting(&self, tx: &mut Tx, auditor: &Auditor, wish: &ExportWish) -> Result<Fitting, ActError> {
        let mut wrong = Vec::new();
        let mut say = |field: &str, code: &'static str, text: &str| wrong.push(Violation::new(field, code, text));
        let scope = auditor.scope();
        let own = (!scope.everywhere && scope.organisations.len() == 1).then(|| scope.organisations.first());
        let named = wish.organisation.as_ref().or(own.flatten());
        let organisation = match named {
            None => {
                say("/organisation", "required", "Choose an authority.");
                None
            }
            Some(id) => {
                let found = tx.find_organisation_by_business_id(id).await?;
                let found = found.filter(|row| scope.covers(&row.business_id));
                if found.is_none() {
                    say("/organisation", "not-allowed-value", "There is no such authority.");
                }
                found
            }
        };
        let service = match &wish.service {
            None => None,
            Some(code) => {
                let found = tx.find_service(code).await?;
                let of = |id| organisation.as_ref().is_some_and(|it| it.id == id);
                let found = found.filter(|row| of(row.organisation_id));
                if found.is_none() && organisation.is_some() {
                    say("/service", "not-allowed-value", "The authority has no such service.");
                }
                found.map(|row| row.id)
            }
        };
        let today = day_of(self.now());
        for (field, day) in [("/first", wish.first), ("/last", wish.last)] {
            match day {
                None => say(field, "required", "Choose a day."),
                Some(day) if day > today => say(field, "not-allowed-value", "The day is in the future."),
                Some(_) => {}
            }
        }
        if wish.first.zip(wish.last).is_some_and(|(first, last)| first > last) {
            say("/last", "before-first", "The last day comes before the first.");
        }
        wrong.extend(reason::problem("/reason", &wish.reason, LONGEST_REASON));
        let period = Period {
            first: wish.first,
            last: wish.last,
        };
        match organisation {
            Some(row) if wrong.is_empty() => Ok(Fitting {
                organisation: row.id,
                business_id: row.business_id,
                service,
                period: period.microseconds(),
            }),
            _ => Err(ActError::Invalid(wrong)),
        }
    }

    /// One page of the auditor's own exports, newest first; `cursor` is what the page before gave.
    pub async fn list_exports(&self, auditor: &Auditor, cursor: Option<&str>) -> Result<Page<ExportView>, ActError> {
        let before = match cursor {
            None => RangeExportId(Uuid::max()),
            Some(text) => text.parse().map_err(|_| bad_cursor())?,
        };
        let mut tx = self.db.read().await?;
        let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let mut found = tx.list_range_exports(auditor.person().own, before, limit).await?;
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let next = found.last().filter(|_| more).map(|row| row.id.to_string());
        let mut rows = Vec::new();
        for row in &found {
            // The role may cover less than it did.
            match self.export_view(&mut tx, auditor, row).await {
                Err(ActError::NotFound) => {}
                // The others are not to be hidden by one that is damaged.
                Err(error @ (ActError::Vault(_) | ActError::Evidence(_))) => {
                    tracing::error!(export = %row.id, error = &error as &dyn std::error::Error, "an export cannot be read");
                }
                view => rows.push(view?),
            }
        }
        Ok(Page {
            rows,
            previous: None,
            next,
        })
    }

    /// One of the auditor's own exports.
    pub async fn export_of(&self, auditor: &Auditor, id: RangeExportId) -> Result<ExportView, ActError> {
        let mut tx = self.db.read().await?;
        let row = self.own_export(&mut tx, auditor, id).await?;
        self.export_view(&mut tx, auditor, &row).await
    }

    /// Gives an export up, or removes its finished file before its time. What has ended stays as it is.
    pub async fn cancel_export(&self, auditor: &Auditor, id: RangeExportId) -> Result<(), ActError> {
        let asking = auditor.clone();
        self.act_as(&auditor.person().clone(), move |hub, tx, person| {
            let auditor = asking.clone();
            Box::pin(async move {
                hub.own_export(tx, &auditor, id).await?;
                let at = hub.now().as_microsecond();
                tx.cancel_range_export(id, person.own, at).await?;
                Ok(())
            })
        })
        .await?;
        self.sweep_exports().await.map(drop)
    }

    async fn own_export(&self, tx: &mut Tx, auditor: &Auditor, id: RangeExportId) -> Result<RangeExportRow, ActError> {
        let row = tx.find_range_export(id).await?;
        let row = row.filter(|row| row.person_id == auditor.person().own);
        let row = row.ok_or(ActError::NotFound)?;
        let organisation = self.organisation_in(tx, row.organisation_id).await?;
        match auditor.scope().covers(&organisation.row.business_id) {
            true => Ok(row),
            false => Err(ActError::NotFound),
        }
    }

    async fn export_view(&self, tx: &mut Tx, auditor: &Auditor, row: &RangeExportRow) -> Result<ExportView, ActError> {
        let organisation = self.organisation_in(tx, row.organisation_id).await?;
        if !auditor.scope().covers(&organisation.row.business_id) {
            return Err(ActError::NotFound);
        }
        let service = match row.service_id {
            Some(id) => {
                let service = self.service_in(tx, id).await?;
                Some((service.row.code.clone(), service.row.names.clone()))
            }
            None => None,
        };
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        let state = match (row.state.as_str(), row.remove_at) {
            ("waiting", _) => ExportState::Waiting,
            ("running", _) => ExportState::Running,
            ("ready", Some(until)) if until > self.now().as_microsecond() => ExportState::Ready {
                bytes: count(row.bytes),
                until: from_micros(until),
            },
            ("failed", _) => ExportState::Failed(row.problem.clone().unwrap_or_default()),
            ("cancelled", _) => ExportState::Cancelled,
            _ => ExportState::Removed,
        };
        Ok(ExportView {
            id: row.id,
            organisation: organisation.row.names.clone(),
            business_id: organisation.row.business_id.clone(),
            service,
            first: day_of(from_micros(row.period_from)),
            last: day_of(from_micros(row.period_to - 1)),
            reason: self.stored_request(row)?.reason,
            state,
            done: count(row.done),
            total: row.total.map(count),
            asked_at: from_micros(row.asked_at),
        })
    }

    fn stored_request(&self, row: &RangeExportRow) -> Result<StoredRequest, ActError> {
        let json = self
            .vault
            .hub()
            .open(place("request_sealed", &row.id), &row.request_sealed)?;
        serde_json::from_slice(&json).map_err(|error| ActError::Evidence(Box::new(error)))
    }

    /// Removes the files of exports whose time is over, and what is told of those that ended long ago; how many there were.
    pub async fn sweep_exports(&self) -> Result<usize, ActError> {
        const AT_ONCE: i64 = 50;
        let now = self.now().as_microsecond();
        let due = self.db.read().await?.list_removable_exports(now, AT_ONCE).await?;
        for id in &due {
            self.objects.remove_export(id.0).await?;
            let mut tx = self.db.write().await?;
            tx.remove_export_parts(*id, now, LATE.as_secs() * 1_000_000).await?;
            tx.commit().await?;
        }
        let ended = (self.now() - TOLD_FOR).as_microsecond();
        let mut tx = self.db.write().await?;
        let gone = tx.delete_range_exports(ended, AT_ONCE).await?;
        tx.commit().await?;
        Ok(due.len() + usize::try_from(gone).unwrap_or_default())
    }
}
