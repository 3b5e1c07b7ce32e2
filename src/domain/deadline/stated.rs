//! The period for appeal as a sender states it.

use std::fmt;
use std::str::FromStr;

use super::rules::{Length, Unit};

/// What a sender states of the period for appeal, in place of the rule set's own: written `none`, or as a duration of ISO 8601 in one unit
/// (`P14D`, `P3W`, `P2M`, `P1Y`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatedPeriod {
    /// None where there is nothing to appeal.
    length: Option<Length>,
}

/// Why a text states no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a period for appeal is \"none\", or a length from P1D to P999D, as P14D (days), P3W (weeks), P2M (months) or P1Y (years)"
)]
pub struct NoPeriod;

impl StatedPeriod {
    /// The length, where there is something to appeal.
    #[must_use]
    pub const fn length(self) -> Option<Length> {
        self.length
    }
}

impl FromStr for StatedPeriod {
    type Err = NoPeriod;

    fn from_str(text: &str) -> Result<Self, NoPeriod> {
        if text == "none" {
            return Ok(Self { length: None });
        }
        let length = text.strip_prefix('P').ok_or(NoPeriod)?;
        let (digits, unit) = length
            .split_at_checked(length.len().saturating_sub(1))
            .ok_or(NoPeriod)?;
        let unit = match unit {
            "D" => Unit::Day,
            "W" => Unit::Week,
            "M" => Unit::Month,
            "Y" => Unit::Year,
            _ => return Err(NoPeriod),
        };
        let plain = (1..=3).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
        match digits.parse() {
            Ok(n) if plain && n > 0 => Ok(Self {
                length: Some(Length { n, unit }),
            }),
            _ => Err(NoPeriod),
        }
    }
}

impl fmt::Display for StatedPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(Length { n, unit }) = self.length else {
            return f.write_str("none");
        };
        let unit = match unit {
            // Hours and working days cannot be stated.
            Unit::Day | Unit::WorkingDay | Unit::Hour => 'D',
            Unit::Week => 'W',
            Unit::Month => 'M',
            Unit::Year => 'Y',
        };
        write!(f, "P{n}{unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stated_reads_back_and_anything_else_is_refused() {
        for text in ["none", "P14D", "P30D", "P3W", "P2M", "P1Y", "P999D"] {
            assert_eq!(text.parse::<StatedPeriod>().unwrap().to_string(), text);
        }
        for text in [
            "", "None", "14", "P", "PD", "P0D", "P000D", "P1000D", "P-1D", "P+1D", "P1.5D", "PT5H", "P1DT2H", "P14d",
            " P14D", "P14Dä",
        ] {
            assert_eq!(text.parse::<StatedPeriod>(), Err(NoPeriod), "{text}");
        }
    }
}
