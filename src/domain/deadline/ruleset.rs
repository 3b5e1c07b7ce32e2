//! Rule sets: what a jurisdiction's statute says about service, as a dated data file.
//!
//! A rule set is never edited once it has been in force; a change of law is a new file with its own id and dates. The rule for
//! summer time is in the file too, as a POSIX string, so that the same bytes give the same date on a machine without, or with
//! another, time zone database; and it names its calendar by hash, so that the rule set's own hash fixes every input but facts.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::calendar::Calendar;
use super::rules::{ModeRules, Period, ServiceMode};
use super::sha256;

const EMBEDDED_CALENDARS: &[&[u8]] = &[include_bytes!("FI-150-1930.json")];
/// Electronic service first: [`RuleSets::current`] takes the first that is in force and knows the mode.
const EMBEDDED_RULE_SETS: &[&[u8]] = &[include_bytes!("FI-13-2003.json"), include_bytes!("FI-434-2003.json")];

/// A file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RuleSetError {
    /// Not JSON of the shape.
    #[error("the file does not have the shape of a rule set or calendar")]
    Json(#[source] serde_json::Error),
    /// The rule for summer time cannot be read.
    #[error("tz_posix is not a POSIX time zone")]
    TimeZone(#[source] jiff::Error),
    /// The calendar that the rule set names, by id and hash, is not here.
    #[error("the calendar {0} is missing, or is another edition")]
    Calendar(String),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleSetData {
    id: String,
    #[serde(rename = "name")]
    _name: String,
    valid_from: Date,
    valid_to: Option<Date>,
    #[serde(rename = "tz")]
    _tz: String,
    tz_posix: String,
    calendar: String,
    calendar_sha256: String,
    modes: BTreeMap<ServiceMode, ModeRules>,
    periods: BTreeMap<String, Period>,
    #[serde(rename = "sources")]
    _sources: Vec<String>,
}

/// One rule set with its calendar.
#[derive(Debug, Clone)]
pub struct RuleSet {
    data: RuleSetData,
    bytes: Vec<u8>,
    sha256: [u8; 32],
    time_zone: TimeZone,
    calendar: Arc<Calendar>,
}

impl RuleSet {
    /// Reads a rule set file; its calendar must be among `calendars`.
    ///
    /// # Errors
    /// See [`RuleSetError`].
    pub fn parse(bytes: &[u8], calendars: &[Arc<Calendar>]) -> Result<Self, RuleSetError> {
        let data: RuleSetData = serde_json::from_slice(bytes).map_err(RuleSetError::Json)?;
        let time_zone = TimeZone::posix(&data.tz_posix).map_err(RuleSetError::TimeZone)?;
        let calendar = calendars
            .iter()
            .find(|it| it.id() == data.calendar && hex::encode(it.sha256()) == data.calendar_sha256)
            .cloned();
        let calendar = calendar.ok_or_else(|| RuleSetError::Calendar(data.calendar.clone()))?;
        Ok(Self {
            data,
            bytes: bytes.to_vec(),
            sha256: sha256(bytes),
            time_zone,
            calendar,
        })
    }

    /// The rule set's id, for example `FI-13/2003`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.data.id
    }

    /// The file's exact bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of [`RuleSet::bytes`].
    #[must_use]
    pub const fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// The calendar that its working days follow.
    #[must_use]
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The rules of a mode, if it has them.
    #[must_use]
    pub fn mode(&self, mode: ServiceMode) -> Option<&ModeRules> {
        self.data.modes.get(&mode)
    }

    /// The period for appeal.
    #[must_use]
    pub fn appeal_period(&self) -> Option<&Period> {
        self.data.periods.get("appeal_default")
    }

    /// The local date of an instant.
    #[must_use]
    pub fn local_date(&self, at: Timestamp) -> Date {
        self.time_zone.to_datetime(at).date()
    }

    /// The first instant of a local day. None at the edge of the calendar.
    #[must_use]
    pub fn start_of_day(&self, day: Date) -> Option<Timestamp> {
        day.to_zoned(self.time_zone.clone()).ok().map(|zoned| zoned.timestamp())
    }

    fn in_force(&self, at: Timestamp) -> bool {
        let day = self.local_date(at);
        self.data.valid_from <= day && self.data.valid_to.is_none_or(|last| day <= last)
    }
}

/// All rule sets that this program knows.
#[derive(Debug, Clone)]
pub struct RuleSets(Vec<Arc<RuleSet>>);

impl RuleSets {
    /// The rule sets built into the program.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "the files are part of the program, and a test reads them"
    )]
    pub fn embedded() -> Self {
        // Unwrap safety: the bytes are compiled in; every test of this module would fail on a broken file.
        Self::parse(EMBEDDED_RULE_SETS, EMBEDDED_CALENDARS).expect("embedded rule sets are readable")
    }

    /// Reads rule set files and the calendars that they name.
    ///
    /// # Errors
    /// See [`RuleSetError`].
    pub fn parse(rule_sets: &[&[u8]], calendars: &[&[u8]]) -> Result<Self, RuleSetError> {
        let calendars: Vec<_> = calendars
            .iter()
            .map(|it| Calendar::parse(it).map(Arc::new))
            .collect::<Result<_, _>>()?;
        rule_sets
            .iter()
            .map(|it| RuleSet::parse(it, &calendars).map(Arc::new))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The rule set in force for a mode at an instant.
    #[must_use]
    pub fn current(&self, mode: ServiceMode, at: Timestamp) -> Option<&Arc<RuleSet>> {
        self.0.iter().find(|it| it.mode(mode).is_some() && it.in_force(at))
    }

    /// The rule set of an id, in force or not.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Arc<RuleSet>> {
        self.0.iter().find(|it| it.id() == id)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<RuleSet>> {
        self.0.iter()
    }
}
