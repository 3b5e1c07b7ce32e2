//! The Finnish Business ID (Y-tunnus): seven digits, a hyphen, a check digit.
//!
//! Read strictly: old six-digit forms and forms without the hyphen are errors, so that one company has one spelling.

use std::fmt;

use super::IdentityError;

const WEIGHTS: [u32; 7] = [7, 9, 10, 5, 8, 4, 2];

/// A valid Business ID. Public information, yet redacted in Debug as every identifier is; Display writes it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BusinessId(String);

impl BusinessId {
    /// Reads `NNNNNNN-C`.
    ///
    /// # Errors
    /// The first thing wrong, in the order length, form, check.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        if text.chars().count() != 9 {
            return Err(IdentityError::Length);
        }
        let (digits, check) = text.split_once('-').ok_or(IdentityError::Form)?;
        if digits.len() != 7 {
            return Err(IdentityError::Form);
        }
        Self::from_parts(digits, check)
    }

    /// Reads the eight digits without hyphen, as OVT codes and VAT numbers hold them.
    pub(super) fn from_digits(digits: &str) -> Result<Self, IdentityError> {
        let (number, check) = digits.split_at_checked(7).ok_or(IdentityError::Form)?;
        Self::from_parts(number, check)
    }

    fn from_parts(digits: &str, check: &str) -> Result<Self, IdentityError> {
        if check.len() != 1 || !digits.bytes().chain(check.bytes()).all(|b| b.is_ascii_digit()) {
            return Err(IdentityError::Form);
        }
        let sum: u32 = digits
            .bytes()
            .zip(WEIGHTS)
            .map(|(digit, weight)| u32::from(digit - b'0') * weight)
            .sum();
        let expected = match sum % 11 {
            0 => 0,
            // Numbers with this remainder are not given out.
            1 => return Err(IdentityError::Check),
            remainder => 11 - remainder,
        };
        if check.bytes().any(|b| u32::from(b - b'0') != expected) {
            return Err(IdentityError::Check);
        }
        Ok(Self(format!("{digits}-{check}")))
    }

    /// The identifier as `NNNNNNN-C`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The VAT number: `FI` and the eight digits.
    #[must_use]
    pub fn vat_number(&self) -> String {
        format!("FI{}", self.0.replace('-', ""))
    }
}

impl fmt::Display for BusinessId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for BusinessId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BusinessId(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn valid_ids() {
        let valid = [
            "1234567-1",
            "7654321-2",
            "9999999-2",
            "9900001-8",
            "9900002-6",
            "9900003-4",
            "9900004-2",
            "9900005-0",
            "9900006-9",
            "0208573-0",
        ];
        for id in valid {
            assert_eq!(BusinessId::parse(id).unwrap().to_string(), id);
        }
    }

    #[test]
    fn invalid_ids() {
        let error = |id: &str| BusinessId::parse(id).unwrap_err();
        assert_eq!(error("1234567-2"), IdentityError::Check);
        for check in 0..=9 {
            assert_eq!(error(&format!("9900000-{check}")), IdentityError::Check);
        }
        assert_eq!(error("1234567"), IdentityError::Length);
        assert_eq!(error("12345671"), IdentityError::Length);
        assert_eq!(error("123456-1"), IdentityError::Length);
        assert_eq!(error("123456-17"), IdentityError::Form);
        assert_eq!(error("1234567-x"), IdentityError::Form);
        assert_eq!(error("1234567–1"), IdentityError::Form);
        assert_eq!(error("123ä567-1"), IdentityError::Form);
    }

    #[test]
    fn other_spellings() {
        let id = BusinessId::parse("1234567-1").unwrap();
        assert_eq!(id.vat_number(), "FI12345671");
        assert_eq!(format!("{id:?}"), "BusinessId(redacted)");
    }

    proptest! {
        #[test]
        fn at_most_one_check_digit_fits(number in 0u32..10_000_000) {
            let fits = (0..=9).filter(|check| BusinessId::parse(&format!("{number:07}-{check}")).is_ok()).count();
            prop_assert!(fits <= 1);
        }

        #[test]
        fn any_text_is_answered(text in "[0-9äx-]{0,12}") {
            let _ = BusinessId::parse(&text);
            let _ = BusinessId::from_digits(&text);
        }
    }
}
