//! The computed dates of a message as a page tells them: an opinion with its reasoning, never evidence.

use jiff::civil::Date;

use super::text::{Text, local};
use crate::domain::deadline::{Outcome, Served, State};

/// Who reads the dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// The one whom the message was sent to.
    Recipient,
    /// Somebody else, such as an auditor.
    Other,
}

impl Reader {
    /// The key of the text that speaks of the recipient: to them, or of them.
    const fn of(self, to_recipient: &'static str, of_recipient: &'static str) -> &'static str {
        match self {
            Self::Recipient => to_recipient,
            Self::Other => of_recipient,
        }
    }
}

/// What the page shows of an outcome.
pub(super) struct DeadlineView {
    /// Day of service.
    pub served: Option<Date>,
    /// The day on which the time to confirm ran out unused.
    pub fallback: Option<Date>,
    /// Last day for appeal, and the days that the period has when merely counted.
    pub last_day: Option<(Date, i32)>,
    /// Whether the sender stated the period for appeal.
    pub stated: bool,
    /// The reasoning in the reader's language.
    pub steps: Vec<String>,
    /// The engine's own reasoning, in English, which anyone can compute again.
    pub trace: Vec<String>,
    /// The rule set.
    pub rules: String,
    /// Its SHA-256.
    pub rules_hash: String,
}

impl DeadlineView {
    pub(super) fn new(t: Text, outcome: &Outcome, reader: Reader) -> Self {
        let (served, fallback) = match outcome.state {
            State::Pending { .. } => (None, None),
            State::Served { date, .. } => (Some(date), None),
            State::FallbackRequired { limit } => (None, Some(limit)),
        };
        Self {
            served,
            fallback,
            last_day: outcome
                .appeal
                .as_ref()
                .zip(served)
                .map(|(appeal, from)| (appeal.last_day, days(from, appeal.counted_to))),
            stated: outcome.inputs.period.is_some(),
            steps: steps(t, outcome, reader),
            trace: outcome.trace.clone(),
            rules: outcome.ruleset_id.clone(),
            rules_hash: outcome.ruleset_sha256.clone(),
        }
    }
}

fn steps(t: Text, outcome: &Outcome, reader: Reader) -> Vec<String> {
    let available = local(outcome.inputs.available_at).date();
    let mut steps = vec![t.with(
        reader.of("step-available", "step-available-other"),
        "at",
        t.minute(&outcome.inputs.available_at),
    )];
    match outcome.state {
        State::Pending { confirm_by } => steps.push(t.with("step-pending", "day", t.on_day(&confirm_by))),
        State::Served { date, kind } => steps.push(match kind {
            Served::Deemed => t.count(reader.of("step-deemed", "step-deemed-other"), days(available, date)),
            Served::Actual => t.with("step-actual", "day", t.weekday_date(&date)),
            Served::Instant => t.get(reader.of("step-instant", "step-instant-other")),
        }),
        State::FallbackRequired { limit } => steps.push(t.with("step-fallback", "day", t.on_day(&limit))),
    }
    if let (Some(appeal), State::Served { date, .. }) = (&outcome.appeal, &outcome.state) {
        steps.push(t.count("step-appeal", days(*date, appeal.counted_to)));
        if !appeal.rolled_over.is_empty() {
            let closed: Vec<_> = appeal.rolled_over.iter().map(|day| t.weekday_date(&day.date)).collect();
            steps.push(t.with("step-rolled", "days", closed.join(", ")));
        }
    }
    if outcome.inputs.no_appeal {
        steps.push(t.get("step-no-appeal"));
    }
    if outcome.late_retrieval {
        steps.push(t.get("step-late"));
    }
    steps.into_iter().map(std::borrow::Cow::into_owned).collect()
}

fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}
