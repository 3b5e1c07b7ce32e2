//! The computed dates of a message as a program reads them: what can be computed again by anyone, without the moment of asking.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::domain::deadline::{Outcome, Served, State};

/// Dates of service and appeal, with the reasoning. An opinion, never evidence.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Deadline {
    /// Where service stands.
    state: ServiceState,
    /// The day of service. Where it is presumed, it may lie ahead.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    served_on: Option<Date>,
    /// How service came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    served_by: Option<ServedBy>,
    /// The last day on which receipt can or could be confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    confirm_until: Option<Date>,
    /// The first instant at which it is too late to confirm.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    confirm_window_end: Option<Timestamp>,
    /// Whether the sender stated the period for appeal, or that there is none. Otherwise it is the general one of the rule set, and the decision may
    /// give another.
    appeal_period_stated: bool,
    /// The last day for appeal, once the day of service is known; absent where there is nothing to appeal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    last_day_for_appeal: Option<Date>,
    /// Whether the content was fetched after the window: left to the authority to judge.
    late_retrieval: bool,
    /// The reasoning, step by step, in English.
    reasoning: Vec<String>,
    /// The rules that were applied.
    rule_set: RulesApplied,
    /// The calendar of holidays that was applied.
    calendar: RulesApplied,
}

/// A file of rules.
#[derive(Serialize, utoipa::ToSchema)]
pub struct RulesApplied {
    /// Its name and version.
    id: String,
    /// SHA-256 of the file, in hex.
    #[schema(min_length = 64, max_length = 64)]
    sha256: String,
}

/// Where service stands.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ServiceState {
    /// Waits for the recipient.
    Pending,
    /// Served.
    Served,
    /// Not served: the authority must serve in another way (13/2003 s.18).
    FallbackRequired,
}

/// How service came about.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ServedBy {
    /// Presumed, unless otherwise shown (13/2003 s.19).
    Presumption,
    /// The recipient's act.
    Act,
    /// The message's being there.
    Availability,
}

impl From<Outcome> for Deadline {
    fn from(outcome: Outcome) -> Self {
        let (state, served_on, served_by) = match outcome.state {
            State::Pending { .. } => (ServiceState::Pending, None, None),
            State::Served { date, kind } => {
                let by = match kind {
                    Served::Deemed => ServedBy::Presumption,
                    Served::Actual => ServedBy::Act,
                    Served::Instant => ServedBy::Availability,
                };
                (ServiceState::Served, Some(date), Some(by))
            }
            State::FallbackRequired { .. } => (ServiceState::FallbackRequired, None, None),
        };
        Self {
            state,
            served_on,
            served_by,
            confirm_until: outcome.confirm_until,
            confirm_window_end: outcome.confirm_window_end,
            appeal_period_stated: outcome.inputs.period.is_some() || outcome.inputs.no_appeal,
            last_day_for_appeal: outcome.appeal.map(|appeal| appeal.last_day),
            late_retrieval: outcome.late_retrieval,
            reasoning: outcome.trace,
            rule_set: RulesApplied {
                id: outcome.ruleset_id,
                sha256: outcome.ruleset_sha256,
            },
            calendar: RulesApplied {
                id: outcome.calendar_id,
                sha256: outcome.calendar_sha256,
            },
        }
    }
}
