//! The restart of the log after an older backup was restored: the name of the new log, and the record that is its first leaf.
//!
//! The record holds the last checkpoint of the log that ended and says how many of its leaves the hub still has, so that who reads it learns what
//! is lost, and that the log did not begin anew in silence. Guarantees: what [`Restart::to_reasons`] writes, [`Restart::read`] reads, and nothing else.

use super::{body::Reason, event_type::EventType, parse::ParsedRecord};

const RESTARTED: &str = "LOG_RESTARTED";
const ORIGIN: &str = "NEW_ORIGIN";
const CHECKPOINT: &str = "ENDED_CHECKPOINT";
const HELD: &str = "LEAVES_HELD";

/// A log that came in the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restart {
    /// Why, in the operator's words.
    pub reason: String,
    /// The new log's origin.
    pub origin: String,
    /// What ended, the oldest first: the log that the restored database continued, and those begun since then, if any, of which it holds nothing.
    pub ended: Vec<EndedLog>,
}

/// A log that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedLog {
    /// Its last checkpoint, a signed note.
    pub checkpoint: String,
    /// How many of its leaves the hub still has.
    pub held: u64,
}

/// The origin of a hub's log by its number: the first has the name that is configured.
#[must_use]
pub fn origin_of(first: &str, number: u64) -> String {
    match number {
        0 | 1 => first.to_owned(),
        _ => format!("{first}/{number}"),
    }
}

/// More logs than a hub begins.
pub const MOST_LOGS: u64 = 1000;

/// The name of the first log of the hub that has one of this name: the inverse of [`origin_of`].
#[must_use]
pub fn first_name(origin: &str) -> &str {
    let is_number = |text: &str| {
        text.parse::<u64>()
            .is_ok_and(|number| (2..=MOST_LOGS).contains(&number))
    };
    match origin.rsplit_once('/') {
        Some((first, number)) if is_number(number) => first,
        _ => origin,
    }
}

impl Restart {
    /// The restart as the reasons of its record.
    #[must_use]
    pub fn to_reasons(&self) -> Vec<Reason> {
        let reason = |code: &str, text: String| Reason {
            code: code.to_owned(),
            text,
        };
        let mut reasons = vec![
            reason(RESTARTED, self.reason.clone()),
            reason(ORIGIN, self.origin.clone()),
        ];
        for ended in &self.ended {
            reasons.push(reason(CHECKPOINT, ended.checkpoint.clone()));
            reasons.push(reason(HELD, ended.held.to_string()));
        }
        reasons
    }

    /// The restart that a record tells of; none when it is no record of one.
    #[must_use]
    pub fn read(record: &ParsedRecord) -> Option<Self> {
        if record.body.event != EventType::LogRestarted {
            return None;
        }
        let mut texts = record.body.reasons.iter();
        let mut next = |code: &str| Some(texts.next().filter(|it| it.code == code)?.text.clone());
        let (reason, origin) = (next(RESTARTED)?, next(ORIGIN)?);
        let mut ended = Vec::new();
        while let Some(checkpoint) = next(CHECKPOINT) {
            let held = next(HELD)?.parse().ok()?;
            ended.push(EndedLog { checkpoint, held });
        }
        let restart = Self { reason, origin, ended };
        (!restart.ended.is_empty() && restart.to_reasons() == record.body.reasons).then_some(restart)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_log_has_the_name_that_is_configured() {
        assert_eq!(origin_of("hub.example/log", 1), "hub.example/log");
        assert_eq!(origin_of("hub.example/log", 12), "hub.example/log/12");
    }
}
