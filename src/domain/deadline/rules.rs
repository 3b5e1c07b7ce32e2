//! Rule sets: what a jurisdiction's statute says about service, as a dated data file.
//!
//! A rule set is never edited once it has been in force; a change of law is a new file with its own id and dates. The rule for
//! summer time is in the file too, as a POSIX string, so that the same bytes give the same date on a machine without, or with
//! another, time zone database.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
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
    /// The rule set names a calendar that is not here.
    #[error("the calendar {0} is missing")]
    Calendar(String),
}

/// How a document is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceMode {
    /// An electronic message to be read at will.
    Ordinary,
    /// An electronic message that waits for confirmation of receipt.
    Verifiable,
    /// An ordinary letter.
    PaperOrdinary,
}

/// The fact that starts a clock, by its name in EN 319 522 where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trigger {
    /// Available in the mailbox.
    ContentConsignment,
    /// Available in the mailbox and waiting for confirmation.
    NotificationForAcceptance,
    /// The first notice about it was sent (Austria).
    ConsignmentNotification,
    /// Handed to the post.
    Posting,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Exact hours.
    Hour,
    /// Calendar days.
    Day,
    /// Days that the calendar does not close.
    WorkingDay,
    /// Seven days.
    Week,
    /// To the same number of a later month, or its last day (150/1930 s.3).
    Month,
    /// To the same date of a later year, or the last day of that month.
    Year,
}

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Length {
    /// How many.
    pub n: u16,
    /// Of what.
    pub unit: Unit,
}

/// What reading before the deemed day does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EarlyAccess {
    /// Nothing (Finland, until a court says otherwise).
    Ignore,
    /// It serves at once (Austria, Poland, Italy).
    EarlierOf,
}

/// How service comes about.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ServedRule {
    /// By presumption, some time after the trigger.
    Deemed {
        /// How long after; the trigger's own day is not counted.
        offset: Length,
        /// One more day: "the day following the lapse of".
        #[serde(default)]
        plus_day_after: bool,
        /// Whether a closed day moves to the next working day.
        roll: bool,
        /// Whether it holds only unless otherwise shown.
        rebuttable: bool,
        /// What earlier reading does.
        early_access: EarlyAccess,
    },
    /// By the recipient's act.
    Actual {
        /// The event that is that act, by its name in EN 319 522.
        event: String,
    },
    /// At the trigger itself, read or not (Denmark).
    Instant,
}

/// How long the recipient may take to accept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// How many.
    pub n: u16,
    /// Of what.
    pub unit: Unit,
    /// Whether a closed last day moves to the next working day.
    pub roll: bool,
}

/// What happens when the window passes unused.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum OnExpiry {
    /// Service must be tried in another way.
    Fallback {
        /// The rule to follow then.
        to: String,
    },
    /// It counts as served.
    Deemed {
        /// On the day after the window's last, rather than on the last.
        #[serde(default)]
        plus_day_after: bool,
    },
}

/// The rules of one mode.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModeRules {
    /// What starts the clock.
    pub trigger: Trigger,
    /// What acceptance requires of the login, for example `loa`; checked where the login is.
    #[serde(default)]
    pub requires: BTreeMap<String, String>,
    /// How service comes about.
    pub served: ServedRule,
    /// Time to accept.
    pub window: Option<Window>,
    /// What follows its end.
    pub on_expiry: Option<OnExpiry>,
}

/// Where a period starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodStart {
    /// At the day of service.
    Served,
}

/// What a closed last day does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Roll {
    /// Nothing.
    None,
    /// It moves to the next working day (150/1930 s.5).
    NextWorkingDay,
}

/// A period for an act of the recipient's.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// How many, unless the sender says otherwise.
    pub n: u16,
    /// Of what.
    pub unit: Unit,
    /// Where it starts.
    pub from: PeriodStart,
    /// Whether the first day is not counted (150/1930 s.2).
    pub exclude_first: bool,
    /// What a closed last day does.
    pub roll: Roll,
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
        let calendar = calendars.iter().find(|it| it.id() == data.calendar).cloned();
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
