//! The Finnish personal identity code (henkilötunnus): `DDMMYY`, a century mark, an individual number, a check character.
//!
//! Since 1.1.2023 the mark distinguishes persons: two codes with the same digits and different marks are two people. The code
//! is never printed by accident: no Display, a redacting Debug, and one method whose name says what it does.

use std::fmt;

use jiff::civil::Date;

use super::IdentityError;

const LENGTH: usize = 11;
const CHECK_CHARACTERS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";

/// A valid personal identity code.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Hetu {
    text: String,
    birth_date: Date,
}

impl Hetu {
    /// Reads a code of exactly eleven characters, capitals only. Individual numbers 900-999 belong to artificial and temporary
    /// codes, accepted only with `allow_artificial`; 000 and 001 belong to nobody.
    ///
    /// # Errors
    /// The first thing wrong, in the order length, form, mark, date, individual number, check.
    pub fn parse(text: &str, allow_artificial: bool) -> Result<Self, IdentityError> {
        if text.chars().count() != LENGTH {
            return Err(IdentityError::Length);
        }
        let bytes: &[u8; LENGTH] = text.as_bytes().try_into().map_err(|_| IdentityError::Form)?;
        let [d1, d2, m1, m2, y1, y2, mark, n1, n2, n3, check] = *bytes;
        let date = number(&[d1, d2, m1, m2, y1, y2])?;
        let individual = number(&[n1, n2, n3])?;
        if mark.is_ascii_lowercase() || !(check.is_ascii_digit() || check.is_ascii_uppercase()) {
            return Err(IdentityError::Form);
        }
        let birth_date = birth_date(mark, date)?;
        match individual {
            0 | 1 => return Err(IdentityError::IndividualNumber),
            900.. if !allow_artificial => return Err(IdentityError::Artificial),
            _ => {}
        }
        // The mark does not enter the check.
        let remainder = (date * 1_000 + individual) % 31;
        if CHECK_CHARACTERS.get(remainder as usize) != Some(&check) {
            return Err(IdentityError::Check);
        }
        Ok(Self {
            text: text.to_owned(),
            birth_date,
        })
    }

    /// The code itself, all eleven characters. For lookup, encryption and the owner's own eyes; never for logs.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// The date of birth that the code states.
    #[must_use]
    pub const fn birth_date(&self) -> Date {
        self.birth_date
    }

    /// The day on which the person becomes this many years old. Born on 29 February, one turns a year older on the last day of February in
    /// other years (150/1930 s.3). The last day of the calendar for a year that it does not have.
    #[must_use]
    pub fn turns(&self, years: u16) -> Date {
        let born = self.birth_date;
        let year = i32::from(born.year()) + i32::from(years);
        i16::try_from(year)
            .ok()
            .and_then(|year| Date::new(year, born.month(), 1).ok())
            .map_or(Date::MAX, |month| {
                month
                    .with()
                    .day(born.day().min(month.days_in_month()))
                    .build()
                    .unwrap_or(month)
            })
    }

    /// Full years lived on `day`, 0 before birth.
    #[must_use]
    pub fn age_on(&self, day: Date) -> u16 {
        let years = u16::try_from(i32::from(day.year()) - i32::from(self.birth_date.year())).unwrap_or(0);
        if day < self.turns(years) {
            years.saturating_sub(1)
        } else {
            years
        }
    }
}

fn number(digits: &[u8]) -> Result<u32, IdentityError> {
    digits.iter().try_fold(0, |sum, digit| {
        if digit.is_ascii_digit() {
            Ok(sum * 10 + u32::from(digit - b'0'))
        } else {
            Err(IdentityError::Form)
        }
    })
}

fn birth_date(mark: u8, ddmmyy: u32) -> Result<Date, IdentityError> {
    let century = match mark {
        b'+' => 1800,
        b'-' | b'U'..=b'Y' => 1900,
        b'A'..=b'F' => 2000,
        _ => return Err(IdentityError::CenturyMark),
    };
    let part = |divisor: u32| i8::try_from(ddmmyy / divisor % 100).map_err(|_| IdentityError::BirthDate);
    Date::new(century + i16::from(part(1)?), part(100)?, part(10_000)?).map_err(|_| IdentityError::BirthDate)
}

impl fmt::Debug for Hetu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hetu(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const VALID: &[&str] = &[
        "010594Y9032",
        "010594Y9021",
        "020594X903P",
        "020594X902N",
        "030594W903B",
        "030694W9024",
        "040594V9030",
        "040594V902Y",
        "050594U903M",
        "050594U902L",
        "010516B903X",
        "010516B902W",
        "020516C903K",
        "020516C902J",
        "030516D9037",
        "030516D9026",
        "010501E9032",
        "020502E902X",
        "020503F9037",
        "020504A902E",
        "020504B904H",
        "010181-900C",
        "010100-969P",
        "290200A901C",
        "311299+902A",
        "010101A999X",
    ];

    #[test]
    fn valid_codes() {
        for code in VALID {
            let hetu = Hetu::parse(code, true).unwrap_or_else(|e| panic!("{code}: {e}"));
            assert_eq!(hetu.reveal(), *code);
            assert_eq!(Hetu::parse(code, false), Err(IdentityError::Artificial), "{code}");
        }
    }

    /// The code with every check character in turn: all must fail alike.
    fn with_every_check(stem: &str, error: IdentityError) {
        for check in CHECK_CHARACTERS {
            let code = format!("{stem}{}", char::from(*check));
            assert_eq!(Hetu::parse(&code, true), Err(error), "{code}");
        }
    }

    #[test]
    fn invalid_codes() {
        let error = |code| Hetu::parse(code, true).unwrap_err();
        assert_eq!(error("010594Y9031"), IdentityError::Check);
        assert_eq!(error("010190-999Y"), IdentityError::Check);
        assert!(Hetu::parse("010190-999W", true).is_ok());
        assert_eq!(error("290200-901C"), IdentityError::BirthDate);
        assert_eq!(error("310490-900F"), IdentityError::BirthDate);
        assert_eq!(error("010190Z900P"), IdentityError::CenturyMark);
        assert_eq!(error("010594y9032"), IdentityError::Form);
        assert_eq!(error("020594X903p"), IdentityError::Form);
        assert_eq!(error("010594Y903"), IdentityError::Length);
        assert_eq!(error("010594Y90322"), IdentityError::Length);
        assert_eq!(error(""), IdentityError::Length);
        assert_eq!(error("0105ä4Y9032"), IdentityError::Form);
        with_every_check("000101A900", IdentityError::BirthDate);
        with_every_check("010101A001", IdentityError::IndividualNumber);
        with_every_check("010101A000", IdentityError::IndividualNumber);
    }

    #[test]
    fn birth_dates_and_ages() {
        let hetu = |code| Hetu::parse(code, true).unwrap();
        assert_eq!(hetu("010594Y9032").birth_date(), date(1994, 5, 1));
        assert_eq!(hetu("030694W9024").birth_date(), date(1994, 6, 3));
        assert_eq!(hetu("311299+902A").birth_date(), date(1899, 12, 31));
        let leap = hetu("290200A901C");
        assert_eq!(leap.birth_date(), date(2000, 2, 29));
        assert_eq!(leap.age_on(date(2018, 2, 27)), 17);
        assert_eq!(leap.age_on(date(2018, 2, 28)), 18);
        assert_eq!(leap.turns(18), date(2018, 2, 28));
        assert_eq!(leap.turns(20), date(2020, 2, 29));
        assert_eq!(leap.turns(u16::MAX), Date::MAX);
        assert_eq!(leap.age_on(date(2020, 2, 28)), 19);
        assert_eq!(leap.age_on(date(2020, 2, 29)), 20);
        assert_eq!(leap.age_on(date(1999, 1, 1)), 0);
        assert_eq!(hetu("010516B903X").age_on(date(2034, 4, 30)), 17);
        assert_eq!(hetu("010516B903X").age_on(date(2034, 5, 1)), 18);
    }

    #[test]
    fn the_mark_tells_persons_apart() {
        let first = Hetu::parse("020504A902E", true).unwrap();
        let second = Hetu::parse("020504B902E", true).unwrap();
        assert_ne!(first, second);
        assert_eq!(format!("{first:?}"), "Hetu(redacted)");
    }

    proptest! {
        #[test]
        fn exactly_one_check_character_fits(day in 1u32..=28, month in 1u32..=12, year in 0u32..=99, n in 900u32..=999, mark in "[-+A-FU-Y]") {
            let stem = format!("{day:02}{month:02}{year:02}{mark}{n}");
            let fits = CHECK_CHARACTERS.iter().filter(|c| Hetu::parse(&format!("{stem}{}", char::from(**c)), true).is_ok());
            prop_assert_eq!(fits.count(), 1);
        }

        #[test]
        fn any_text_is_answered(text in "[0-9A-Za-zäÅ+-]{11}") {
            let _ = Hetu::parse(&text, true);
        }
    }
}
