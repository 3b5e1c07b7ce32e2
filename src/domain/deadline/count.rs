//! Counting lengths of time from an instant or a day.

use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp, ToSpan};

use super::outcome::DeadlineError;
use super::rules::{Length, Unit};
use super::ruleset::RuleSet;

/// The end of a window: its last local day, and the first instant after it.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    pub(super) day: Date,
    pub(super) end: Timestamp,
}

/// The day, and its end, that a length after an instant comes to. Hours are exact, everything else ends with its day.
pub(super) fn after(rules: &RuleSet, start: Timestamp, length: Length) -> Result<Limit, DeadlineError> {
    if length.unit == Unit::Hour {
        let end = start.checked_add(SignedDuration::from_hours(i64::from(length.n)));
        let end = end.map_err(|_| DeadlineError::Overflow)?;
        return Ok(Limit {
            day: rules.local_date(end),
            end,
        });
    }
    whole_day(rules, count(rules, rules.local_date(start), length)?)
}

pub(super) fn whole_day(rules: &RuleSet, day: Date) -> Result<Limit, DeadlineError> {
    let end = day
        .tomorrow()
        .ok()
        .and_then(|next| rules.start_of_day(next))
        .ok_or(DeadlineError::Overflow)?;
    Ok(Limit { day, end })
}

/// The day that a length after a day comes to; the day itself is not counted (150/1930 s.2, s.3).
pub(super) fn count(rules: &RuleSet, day: Date, length: Length) -> Result<Date, DeadlineError> {
    let n = i32::from(length.n);
    let span = match length.unit {
        Unit::Hour => return Err(DeadlineError::PeriodUnit),
        Unit::Day => n.days(),
        Unit::Week => n.weeks(),
        Unit::Month => n.months(),
        Unit::Year => Span::new().try_years(n).map_err(|_| DeadlineError::Overflow)?,
        Unit::WorkingDay => return count_working_days(rules, day, length.n),
    };
    day.checked_add(span).map_err(|_| DeadlineError::Overflow)
}

fn count_working_days(rules: &RuleSet, day: Date, n: u16) -> Result<Date, DeadlineError> {
    (0..n).try_fold(day, |day, _| {
        let next = day
            .tomorrow()
            .ok()
            .and_then(|next| rules.calendar().next_working_day(next));
        next.map(|(day, _)| day).ok_or(DeadlineError::Overflow)
    })
}
