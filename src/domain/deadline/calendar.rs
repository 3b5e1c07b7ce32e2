//! Days on which an act need not be done: weekends and holidays, as data.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use super::ruleset::RuleSetError;
use super::sha256;

/// A calendar of non-working days.
#[derive(Debug, Clone)]
pub struct Calendar {
    data: CalendarData,
    bytes: Vec<u8>,
    sha256: [u8; 32],
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarData {
    id: String,
    #[serde(rename = "name")]
    _name: String,
    weekend: Vec<WeekdayName>,
    days: Vec<Holiday>,
    #[serde(rename = "sources")]
    _sources: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Holiday {
    name: String,
    rule: DayRule,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DayRule {
    /// The same date every year.
    Fixed { month: i8, day: i8 },
    /// So many days after Easter Sunday, or before it.
    Easter(i32),
    /// The first such weekday on or after a date.
    WeekdayFrom { weekday: WeekdayName, month: i8, day: i8 },
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WeekdayName {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl WeekdayName {
    const fn weekday(self) -> Weekday {
        match self {
            Self::Monday => Weekday::Monday,
            Self::Tuesday => Weekday::Tuesday,
            Self::Wednesday => Weekday::Wednesday,
            Self::Thursday => Weekday::Thursday,
            Self::Friday => Weekday::Friday,
            Self::Saturday => Weekday::Saturday,
            Self::Sunday => Weekday::Sunday,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
        }
    }
}

/// A day that was passed over, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NonWorkingDay {
    /// The day.
    pub date: Date,
    /// The holiday's name in the calendar, or else `saturday` or `sunday`.
    pub reason: String,
}

impl Calendar {
    /// Reads a calendar file.
    ///
    /// # Errors
    /// When the bytes are not a calendar.
    pub fn parse(bytes: &[u8]) -> Result<Self, RuleSetError> {
        let data = serde_json::from_slice(bytes).map_err(RuleSetError::Json)?;
        Ok(Self {
            data,
            bytes: bytes.to_vec(),
            sha256: sha256(bytes),
        })
    }

    /// The calendar's id, as rule sets name it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.data.id
    }

    /// The file's exact bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of [`Calendar::bytes`].
    #[must_use]
    pub const fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// Why no act need be done on `day`; none on a working day. A holiday's own name goes before its weekday's.
    #[must_use]
    pub fn closed(&self, day: Date) -> Option<&str> {
        let holiday = self
            .data
            .days
            .iter()
            .find(|holiday| holiday.rule.falls_on(day))
            .map(|holiday| holiday.name.as_str());
        holiday.or_else(|| {
            self.data
                .weekend
                .iter()
                .find(|it| it.weekday() == day.weekday())
                .map(|it| it.name())
        })
    }

    /// `day` itself when it is a working day, else the first one after it; with the days passed over. None past the year 9999.
    #[must_use]
    pub fn next_working_day(&self, day: Date) -> Option<(Date, Vec<NonWorkingDay>)> {
        let mut passed = Vec::new();
        let mut day = day;
        while let Some(reason) = self.closed(day) {
            passed.push(NonWorkingDay {
                date: day,
                reason: reason.to_owned(),
            });
            day = day.tomorrow().ok()?;
        }
        Some((day, passed))
    }
}

impl DayRule {
    fn falls_on(&self, date: Date) -> bool {
        match *self {
            Self::Fixed { month, day } => (date.month(), date.day()) == (month, day),
            Self::Easter(offset) => easter(date.year())
                .checked_add(offset.days())
                .is_ok_and(|it| it == date),
            Self::WeekdayFrom { weekday, month, day } => {
                date.weekday() == weekday.weekday()
                    && Date::new(date.year(), month, day)
                        .and_then(|first| first.until(date))
                        .is_ok_and(|span| (0..7).contains(&span.get_days()))
            }
        }
    }
}

/// Easter Sunday of a year of the Gregorian calendar (the anonymous algorithm, Meeus, Astronomical Algorithms, ch. 8).
fn easter(year: i16) -> Date {
    let year = i32::from(year);
    let (a, b, c) = (year.rem_euclid(19), year.div_euclid(100), year.rem_euclid(100));
    let (d, e) = (b.div_euclid(4), b.rem_euclid(4));
    let g = (8 * b + 13).div_euclid(25);
    let h = (19 * a + b - d - g + 15).rem_euclid(30);
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k).rem_euclid(7);
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    // n stands for the day counted from the start of March: month n / 31, day n % 31 + 1, always in March or April.
    Date::new(
        i16::try_from(year).unwrap_or(i16::MAX),
        i8::try_from(n / 31).unwrap_or(3),
        i8::try_from(n % 31 + 1).unwrap_or(1),
    )
    .unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::deadline::RuleSets;

    #[test]
    fn easter_sundays() {
        let known = [
            (2000, 4, 23),
            (2008, 3, 23),
            (2019, 4, 21),
            (2026, 4, 5),
            (2027, 3, 28),
            (2038, 4, 25),
            (2285, 3, 22),
        ];
        for (year, month, day) in known {
            assert_eq!(easter(year), date(year, month, day));
        }
        assert!((1900..=9999).all(|year| easter(year).weekday() == Weekday::Sunday && easter(year).year() == year));
    }

    #[test]
    fn finnish_weekdays_off() {
        let sets = RuleSets::embedded();
        let calendar = sets.by_id("FI-13/2003").unwrap().calendar();
        let weekdays_off = |year: i16| -> Vec<(i8, i8)> {
            let days = date(year, 1, 1).series(1.day()).take_while(|day| day.year() == year);
            let weekdays = days.filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday));
            weekdays
                .filter(|day| calendar.closed(*day).is_some())
                .map(|day| (day.day(), day.month()))
                .collect()
        };
        let in_2026 = [
            (1, 1),
            (6, 1),
            (3, 4),
            (6, 4),
            (1, 5),
            (14, 5),
            (19, 6),
            (24, 12),
            (25, 12),
        ];
        assert_eq!(weekdays_off(2026), in_2026);
        assert_eq!(
            weekdays_off(2027),
            [(1, 1), (6, 1), (26, 3), (29, 3), (6, 5), (25, 6), (6, 12), (24, 12)]
        );
        assert_eq!(calendar.closed(date(2026, 12, 6)), Some("independence_day"));
        assert_eq!(calendar.closed(date(2026, 12, 26)), Some("second_christmas_day"));
        assert_eq!(calendar.closed(date(2027, 5, 1)), Some("may_day"));
        assert_eq!(calendar.closed(date(2026, 12, 5)), Some("saturday"));
        // New Year's Eve and Maundy Thursday are working days.
        assert_eq!(
            (calendar.closed(date(2026, 12, 31)), calendar.closed(date(2026, 4, 2))),
            (None, None)
        );
    }
}
