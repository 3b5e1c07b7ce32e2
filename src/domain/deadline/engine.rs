//! From events and a rule set to the day of service and the last day for appeal.
//!
//! A pure function: the same bytes of rules and the same inputs give the same outcome for ever. Finland's readings where the
//! statute is silent: the seven days of a verifiable message run from its arrival in the mailbox (a notice e-mail moves no
//! clock); early reading does not shorten the presumption; a deemed day does not move off a holiday, the last day of a period
//! does (150/1930 s.5).

use jiff::Timestamp;
use jiff::civil::Date;

use super::count::{Limit, after, count, whole_day};
use super::outcome::{Appeal, DeadlineError, Inputs, Outcome, Served, State};
use super::rules::{EarlyAccess, Length, ModeRules, OnExpiry, Roll, ServedRule, Trigger, Window};
use super::ruleset::RuleSet;

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
        let mut date = after(self.rules, start, offset)?.day;
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
        let limit = after(
            self.rules,
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
            whole_day(self.rules, day)
        }
    }

    fn appeal(&mut self, served: Date) -> Result<Option<Appeal>, DeadlineError> {
        if self.inputs.no_appeal {
            self.note("the sender stated that there is nothing to appeal".to_owned());
            return Ok(None);
        }
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
        let counted_to = count(self.rules, from.map_err(|_| DeadlineError::Overflow)?, length)?;
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
