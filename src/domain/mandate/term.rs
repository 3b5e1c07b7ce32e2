//! From when until when a mandate holds. Days are Finland's; a last day holds to its midnight.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::identity::Hetu;

/// The age at which guardianship ends (361/1983 s.3).
const MAJORITY: u16 = 18;

/// A time with a beginning and perhaps an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The first instant.
    pub begins: Timestamp,
    /// The first instant after it; none: until it is revoked.
    pub ends: Option<Timestamp>,
}

impl Term {
    /// From the beginning of one day through the end of another.
    #[must_use]
    pub fn of_days(first: Date, last: Option<Date>) -> Self {
        Self {
            begins: start_of(first),
            // There is no day after the last one of the calendar, and no need of one.
            ends: last.and_then(|day| day.tomorrow().ok()).map(start_of),
        }
    }

    /// The same, ending no later than `end`.
    #[must_use]
    pub fn no_later_than(self, end: Timestamp) -> Self {
        Self {
            ends: Some(self.ends.map_or(end, |own| own.min(end))),
            ..self
        }
    }

    /// Whether it is under way.
    #[must_use]
    pub fn holds_at(&self, now: Timestamp) -> bool {
        self.begins <= now && !self.is_over_at(now)
    }

    /// Whether it has ended.
    #[must_use]
    pub fn is_over_at(&self, now: Timestamp) -> bool {
        self.ends.is_some_and(|ends| ends <= now)
    }
}

/// The instant at which a person comes of age: the beginning of the 18th birthday.
#[must_use]
pub fn majority(person: &Hetu) -> Timestamp {
    start_of(person.turns(MAJORITY))
}

/// The first instant of a day in Finland.
#[must_use]
pub fn start_of(day: Date) -> Timestamp {
    day.to_zoned(finland())
        .map_or(Timestamp::MAX, |start| start.timestamp())
}

/// The day in Finland.
#[must_use]
pub fn today(now: Timestamp) -> Date {
    finland().to_datetime(now).date()
}

/// Finland's time zone, from the database compiled in.
fn finland() -> TimeZone {
    TimeZone::get("Europe/Helsinki").unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_term_holds_through_the_midnight_of_its_last_day() {
        let term = Term::of_days(date(2026, 3, 2), Some(date(2026, 3, 28)));
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(term.begins, at("2026-03-01T22:00:00Z"));
        assert!(!term.holds_at(at("2026-03-01T21:59:59Z")));
        assert!(term.holds_at(at("2026-03-28T21:59:59.999999Z")));
        assert!(!term.holds_at(at("2026-03-28T22:00:00Z")) && term.is_over_at(at("2026-03-28T22:00:00Z")));
        // The day on which summer time begins has 23 hours.
        assert_eq!(
            Term::of_days(date(2026, 3, 29), Some(date(2026, 3, 29))).ends,
            Some(at("2026-03-29T21:00:00Z"))
        );
        assert_eq!(
            term.no_later_than(at("2026-03-10T00:00:00Z")).ends,
            Some(at("2026-03-10T00:00:00Z"))
        );
        assert!(!Term::of_days(date(2026, 3, 2), None).is_over_at(Timestamp::MAX));
        assert_eq!(Term::of_days(date(2026, 3, 2), Some(Date::MAX)).ends, None);
    }

    #[test]
    fn one_is_of_age_from_the_first_instant_of_the_birthday() {
        let child = Hetu::parse("010516B903X", true).unwrap();
        assert_eq!(majority(&child), "2034-04-30T21:00:00Z".parse().unwrap());
        assert_eq!(today("2034-04-30T21:00:00Z".parse().unwrap()), date(2034, 5, 1));
    }
}
