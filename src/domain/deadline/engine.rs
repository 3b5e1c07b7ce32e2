//! From events and a rule set to the day of service and the last day for appeal.
//!
//! A pure function: the same bytes of rules and the same inputs give the same outcome for ever. Finland's readings where the
//! statute is silent: the seven days of a verifiable message run from its arrival in the mailbox (a notice e-mail moves no
//! clock); early reading does not shorten the presumption; a deemed day does not move off a holiday, the last day of a period
//! does (150/1930 s.5).

use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::calendar::NonWorkingDay;
use super::rules::{
    EarlyAccess, Length, ModeRules, OnExpiry, Roll, RuleSet, ServedRule, ServiceMode, Trigger, Unit, Window,
};

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
    /// The period for appeal, once the day of service is known.
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

/// Computes where service stands and when appeal ends.
///
/// # Errors
/// See [`DeadlineError`]; with the embedded rule sets and dates of this millennium none can occur but [`DeadlineError::Mode`]
/// and [`DeadlineError::PeriodUnit`].
pub fn compute(rules: &RuleSet, inputs: &Inputs) -> Result<Outcome, DeadlineError> {
    let mode = rules.mode(inputs.mode).ok_or(DeadlineError::Mode)?;
    let mut steps = Steps {
        rules,
        inputs,
        trace: Vec::new(),
    };
    let service = steps.service(mode)?;
    let appeal = match service.state {
        State::Served { date, .. } => steps.appeal(date)?,
        _ => None,
    };
    Ok(Outcome {
        ruleset_id: rules.id().to_owned(),
        ruleset_sha256: hex::encode(rules.sha256()),
        calendar_id: rules.calendar().id().to_owned(),
        calendar_sha256: hex::encode(rules.calendar().sha256()),
        inputs: inputs.clone(),
        state: service.state,
        confirm_until: service.limit.map(|limit| limit.day),
        confirm_window_end: service.limit.map(|limit| limit.end),
        appeal,
        late_retrieval: service.late,
        trace: steps.trace,
    })
}

/// The end of a window: its last local day, and the first instant after it.
#[derive(Clone, Copy)]
struct Limit {
    day: Date,
    end: Timestamp,
}

struct Service {
    state: State,
    limit: Option<Limit>,
    late: bool,
}

struct Steps<'r> {
    rules: &'r RuleSet,
    inputs: &'r Inputs,
    trace: Vec<String>,
}

impl Steps<'_> {
    fn note(&mut self, step: String) {
        self.trace.push(step);
    }

    fn service(&mut self, mode: &ModeRules) -> Result<Service, DeadlineError> {
        let start = match mode.trigger {
            Trigger::ConsignmentNotification => self.inputs.notified_at.ok_or(DeadlineError::NoticeMissing)?,
            Trigger::ContentConsignment | Trigger::NotificationForAcceptance | Trigger::Posting => {
                self.inputs.available_at
            }
        };
        let day = self.rules.local_date(start);
        self.note(format!("{:?} at {start}, local day {}", mode.trigger, show(day)));
        match &mode.served {
            ServedRule::Instant => {
                self.note("served at that moment, read or not".to_owned());
                Ok(Service {
                    state: State::Served {
                        date: day,
                        kind: Served::Instant,
                    },
                    limit: None,
                    late: false,
                })
            }
            ServedRule::Deemed {
                offset,
                plus_day_after,
                roll,
                early_access,
                ..
            } => {
                let state = self.deemed(start, *offset, *plus_day_after, *roll, *early_access)?;
                Ok(Service {
                    state,
                    limit: None,
                    late: false,
                })
            }
            ServedRule::Actual { event } => {
                let window = mode.window.as_ref().ok_or(DeadlineError::WindowMissing)?;
                let on_expiry = mode.on_expiry.as_ref().ok_or(DeadlineError::WindowMissing)?;
                self.actual(start, event, window, on_expiry)
            }
        }
    }

    fn deemed(
        &mut self,
        start: Timestamp,
        offset: Length,
        plus_day_after: bool,
        roll: bool,
        early_access: EarlyAccess,
    ) -> Result<State, DeadlineError> {
        let mut date = self.after(start, offset)?.day;
        if plus_day_after {
            date = date.tomorrow().map_err(|_| DeadlineError::Overflow)?;
        }
        if roll {
            date = self
                .rules
                .calendar()
                .next_working_day(date)
                .ok_or(DeadlineError::Overflow)?
                .0;
        }
        self.note(format!(
            "deemed served {} {:?} later: {}",
            offset.n,
            offset.unit,
            show(date)
        ));
        if let Some(opened) = self.handed_over() {
            let opened_day = self.rules.local_date(opened);
            match early_access {
                EarlyAccess::EarlierOf if opened_day < date => {
                    self.note(format!("opened earlier, {}: served then", show(opened_day)));
                    return Ok(State::Served {
                        date: opened_day,
                        kind: Served::Actual,
                    });
                }
                _ => self.note(format!(
                    "opened {}: recorded, does not move the presumption",
                    show(opened_day)
                )),
            }
        }
        Ok(State::Served {
            date,
            kind: Served::Deemed,
        })
    }

    fn actual(
        &mut self,
        start: Timestamp,
        event: &str,
        window: &Window,
        on_expiry: &OnExpiry,
    ) -> Result<Service, DeadlineError> {
        let limit = self.window(start, window)?;
        self.note(format!(
            "to be confirmed within {} {:?}: until {} inclusive",
            window.n,
            window.unit,
            show(limit.day)
        ));
        let handed_over = self.handed_over();
        let late = handed_over.is_some_and(|at| at >= limit.end);
        let state = match handed_over {
            Some(at) if at < limit.end => {
                let date = self.rules.local_date(at);
                self.note(format!("{event} at {at}, local day {}: served", show(date)));
                State::Served {
                    date,
                    kind: Served::Actual,
                }
            }
            None if self.inputs.now < limit.end => State::Pending { confirm_by: limit.day },
            _ => self.expired(limit, on_expiry)?,
        };
        if let (true, Some(at)) = (late, handed_over) {
            self.note(format!("retrieved late, at {at}: recorded, does not change the above"));
        }
        Ok(Service {
            state,
            limit: Some(limit),
            late,
        })
    }

    fn expired(&mut self, limit: Limit, on_expiry: &OnExpiry) -> Result<State, DeadlineError> {
        match on_expiry {
            OnExpiry::Fallback { to } => {
                self.note(format!("not confirmed in time: serve in another way, {to}"));
                Ok(State::FallbackRequired { limit: limit.day })
            }
            OnExpiry::Deemed { plus_day_after } => {
                let next = if *plus_day_after {
                    limit.day.tomorrow()
                } else {
                    Ok(limit.day)
                };
                let date = next.map_err(|_| DeadlineError::Overflow)?;
                self.note(format!("not confirmed in time: deemed served {}", show(date)));
                Ok(State::Served {
                    date,
                    kind: Served::Deemed,
                })
            }
        }
    }

    /// The earlier of confirmation and first opening: whichever the caller recorded, it was then that content left the hub.
    fn handed_over(&self) -> Option<Timestamp> {
        self.inputs.confirmed_at.into_iter().chain(self.inputs.opened_at).min()
    }

    fn window(&self, start: Timestamp, window: &Window) -> Result<Limit, DeadlineError> {
        let limit = self.after(
            start,
            Length {
                n: window.n,
                unit: window.unit,
            },
        )?;
        if !window.roll {
            return Ok(limit);
        }
        let (day, _) = self
            .rules
            .calendar()
            .next_working_day(limit.day)
            .ok_or(DeadlineError::Overflow)?;
        if day == limit.day {
            Ok(limit)
        } else {
            self.whole_day(day)
        }
    }

    /// The day, and its end, that a length after an instant comes to. Hours are exact, everything else ends with its day.
    fn after(&self, start: Timestamp, length: Length) -> Result<Limit, DeadlineError> {
        if length.unit == Unit::Hour {
            let end = start.checked_add(SignedDuration::from_hours(i64::from(length.n)));
            let end = end.map_err(|_| DeadlineError::Overflow)?;
            return Ok(Limit {
                day: self.rules.local_date(end),
                end,
            });
        }
        self.whole_day(self.count(self.rules.local_date(start), length)?)
    }

    fn whole_day(&self, day: Date) -> Result<Limit, DeadlineError> {
        let end = day
            .tomorrow()
            .ok()
            .and_then(|next| self.rules.start_of_day(next))
            .ok_or(DeadlineError::Overflow)?;
        Ok(Limit { day, end })
    }

    /// The day that a length after a day comes to; the day itself is not counted (150/1930 s.2, s.3).
    fn count(&self, day: Date, length: Length) -> Result<Date, DeadlineError> {
        let n = i32::from(length.n);
        let span = match length.unit {
            Unit::Hour => return Err(DeadlineError::PeriodUnit),
            Unit::Day => n.days(),
            Unit::Week => n.weeks(),
            Unit::Month => n.months(),
            Unit::Year => Span::new().try_years(n).map_err(|_| DeadlineError::Overflow)?,
            Unit::WorkingDay => return self.count_working_days(day, length.n),
        };
        day.checked_add(span).map_err(|_| DeadlineError::Overflow)
    }

    fn count_working_days(&self, day: Date, n: u16) -> Result<Date, DeadlineError> {
        (0..n).try_fold(day, |day, _| {
            let next = day
                .tomorrow()
                .ok()
                .and_then(|next| self.rules.calendar().next_working_day(next));
            next.map(|(day, _)| day).ok_or(DeadlineError::Overflow)
        })
    }

    fn appeal(&mut self, served: Date) -> Result<Option<Appeal>, DeadlineError> {
        let Some(period) = self.rules.appeal_period() else {
            return Ok(None);
        };
        let length = self.inputs.period.unwrap_or(Length {
            n: period.n,
            unit: period.unit,
        });
        let from = if period.exclude_first {
            Ok(served)
        } else {
            served.yesterday()
        };
        let counted_to = self.count(from.map_err(|_| DeadlineError::Overflow)?, length)?;
        self.note(format!(
            "appeal within {} {:?} of service: {}",
            length.n,
            length.unit,
            show(counted_to)
        ));
        let (last_day, rolled_over) = match period.roll {
            Roll::None => (counted_to, Vec::new()),
            Roll::NextWorkingDay => self
                .rules
                .calendar()
                .next_working_day(counted_to)
                .ok_or(DeadlineError::Overflow)?,
        };
        if let Some(first) = rolled_over.first() {
            self.note(format!(
                "closed that day ({}): last day {}",
                first.reason,
                show(last_day)
            ));
        }
        Ok(Some(Appeal {
            counted_to,
            last_day,
            rolled_over,
        }))
    }
}

fn show(day: Date) -> String {
    day.strftime("%a %Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests;
