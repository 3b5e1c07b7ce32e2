//! What the engine is asked, and what it answers: plain data with a JSON form that can be kept and computed again.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::calendar::NonWorkingDay;
use super::rules::{Length, ServiceMode};

/// Why nothing can be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeadlineError {
    /// The rule set has no rules for the mode.
    #[error("the rule set does not know this mode of service")]
    Mode,
    /// The clock of this mode starts at the sending of a notice, and that instant is not among the inputs.
    #[error("the instant of the notice is missing")]
    NoticeMissing,
    /// Service needs the recipient's act, and the rule set gives no window for it.
    #[error("the rule set gives no window for acceptance")]
    WindowMissing,
    /// A period of the recipient's cannot be counted in hours.
    #[error("a period is counted in days, weeks, months or years")]
    PeriodUnit,
    /// A date beyond the year 9999.
    #[error("a date is beyond the calendar")]
    Overflow,
}

/// What is known about a delivery. Instants are UTC; days are made of them in the rule set's time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// How it is served.
    pub mode: ServiceMode,
    /// When it became available in the mailbox; for paper, when it was posted.
    pub available_at: Timestamp,
    /// When the first notice about it was sent, where a rule set asks for that. Never used in Finland.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notified_at: Option<Timestamp>,
    /// When receipt was confirmed, in time or late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<Timestamp>,
    /// When its content was first handed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_at: Option<Timestamp>,
    /// The period for appeal that the sender set; absent: the rule set's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Length>,
    /// Whether the sender said that there is nothing to appeal.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_appeal: bool,
    /// The instant that the question is asked for.
    pub now: Timestamp,
}

/// How service came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Served {
    /// By presumption, unless otherwise shown. The day may lie ahead of `now`.
    Deemed,
    /// By the recipient's act.
    Actual,
    /// By availability.
    Instant,
}

/// Where service stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// Waiting for the recipient.
    Pending {
        /// The last local day on which to confirm.
        confirm_by: Date,
    },
    /// Served.
    Served {
        /// The local day of service.
        date: Date,
        /// How.
        kind: Served,
    },
    /// Not served; the sender must serve in another way (13/2003 s.18(3)).
    FallbackRequired {
        /// The last local day on which receipt could have been confirmed.
        limit: Date,
    },
}

/// The period for appeal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appeal {
    /// The day that the period comes to when merely counted.
    pub counted_to: Date,
    /// The last day on which the act may be done.
    pub last_day: Date,
    /// The closed days from `counted_to` on that were passed over.
    pub rolled_over: Vec<NonWorkingDay>,
}

/// An answer, with everything needed to compute it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The rule set's id.
    pub ruleset_id: String,
    /// SHA-256 of the rule set's bytes, in lower-case hexadecimal.
    pub ruleset_sha256: String,
    /// The calendar's id.
    pub calendar_id: String,
    /// SHA-256 of the calendar's bytes, in lower-case hexadecimal.
    pub calendar_sha256: String,
    /// What was known.
    pub inputs: Inputs,
    /// Where service stands.
    pub state: State,
    /// The last local day on which to confirm, where there is a window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm_until: Option<Date>,
    /// The first instant at which it is too late to confirm: the start of the local day after `confirm_until`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm_window_end: Option<Timestamp>,
    /// The period for appeal, once the day of service is known; none where there is nothing to appeal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appeal: Option<Appeal>,
    /// Whether the content was fetched after the window: recorded, and left to the authority to judge.
    pub late_retrieval: bool,
    /// The steps, one sentence each, in English.
    pub trace: Vec<String>,
}

impl Outcome {
    /// The first instant at which it is too late to confirm; none where there is no window.
    #[must_use]
    pub const fn confirm_window_end(&self) -> Option<Timestamp> {
        self.confirm_window_end
    }
}
