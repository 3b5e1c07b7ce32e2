//! The OVT code (EDI party identifier, ISO 6523 scheme 0216): `0037`, the eight digits of a Business ID, up to five free
//! characters that the organisation gives its units.

use std::fmt;

use super::{BusinessId, IdentityError};

const PREFIX: &str = "0037";

/// A valid OVT code of 12 to 17 characters.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Ovt {
    text: String,
    business_id: BusinessId,
}

impl Ovt {
    /// Reads a code. The free characters are ASCII letters and digits.
    ///
    /// # Errors
    /// The first thing wrong, in the order length, form (prefix, digits, free characters), check.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        if !(12..=17).contains(&text.chars().count()) {
            return Err(IdentityError::Length);
        }
        let rest = text.strip_prefix(PREFIX).ok_or(IdentityError::Form)?;
        let (digits, free) = rest.split_at_checked(8).ok_or(IdentityError::Form)?;
        if !free.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(IdentityError::Form);
        }
        Ok(Self {
            text: text.to_owned(),
            business_id: BusinessId::from_digits(digits)?,
        })
    }

    /// The Business ID inside.
    #[must_use]
    pub const fn business_id(&self) -> &BusinessId {
        &self.business_id
    }
}

impl fmt::Display for Ovt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Ovt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ovt(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn vectors() {
        for valid in ["003712345671", "00371234567100001"] {
            let ovt = Ovt::parse(valid).unwrap();
            assert_eq!(ovt.to_string(), valid);
            assert_eq!(ovt.business_id().as_str(), "1234567-1");
            assert_eq!(format!("{ovt:?}"), "Ovt(redacted)");
        }
        assert_eq!(Ovt::parse("003612345671"), Err(IdentityError::Form));
        assert_eq!(Ovt::parse("003712345672"), Err(IdentityError::Check));
        assert_eq!(Ovt::parse("0037123456712345678"), Err(IdentityError::Length));
        assert_eq!(Ovt::parse("00371234567"), Err(IdentityError::Length));
        assert_eq!(Ovt::parse("003712345671-1"), Err(IdentityError::Form));
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "0037[0-9ä]{6,10}\\PC{0,5}") {
            let _ = Ovt::parse(&text);
        }
    }
}
