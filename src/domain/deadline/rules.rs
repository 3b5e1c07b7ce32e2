//! The shape of a rule set file: the terms in which a statute's rules about service are written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
