//! An e-mail address that the hub writes to, and the code by which its owner shows that it is theirs.
//!
//! Guarantees: an address has one spelling, in ASCII, that any mail server takes (RFC 5321). Left out: quoted local parts, domains without a dot
//! and domains that are addresses, which no public mailbox has.

use std::fmt;

use lettre::Address;
use serde::{Deserialize, Serialize};
use url::Host;

/// The longest address (RFC 5321 4.5.3.1.3: a path of 256 octets, two of which are the brackets).
const MAX_BYTES: usize = 254;
/// Every code has six digits.
const CODES: u32 = 1_000_000;

/// A text that is no e-mail address we can write to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address that can be written to")]
pub struct BadAddress;

/// An e-mail address. Debug hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads what a person typed: white space around it is dropped, the domain is lowered and, where it has other letters than ASCII, written
    /// in ASCII (RFC 5891).
    ///
    /// # Errors
    /// [`BadAddress`].
    pub fn parse(text: &str) -> Result<Self, BadAddress> {
        let (user, domain) = text.trim().rsplit_once('@').ok_or(BadAddress)?;
        let Ok(Host::Domain(domain)) = Host::parse(domain) else {
            return Err(BadAddress);
        };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
        let has_labels = domain.contains('.') && !domain.ends_with('.');
        if !has_labels || !user.bytes().all(plain) || user.len() + 1 + domain.len() > MAX_BYTES {
            return Err(BadAddress);
        }
        let address = Address::new(user, domain).map_err(|_| BadAddress)?;
        Ok(Self(address.to_string()))
    }

    /// The address. Personal data: for the owner's eyes and the mail server, never for a log.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(redacted)")
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = BadAddress;

    fn try_from(text: String) -> Result<Self, BadAddress> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

/// A code of six digits out of random bits, each as likely as any other; none for the few bits that would make some more likely.
#[must_use]
pub fn code_of(random: u32) -> Option<String> {
    let fair = u32::MAX - u32::MAX % CODES;
    (random < fair).then(|| format!("{:06}", random % CODES))
}

/// The digits of a code as a person typed it; spaces between them do not matter.
#[must_use]
pub fn code_typed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).take(16).collect()
}

/// Whether a text is a code at all, right or wrong.
#[must_use]
pub fn is_code(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|it| it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_spelling() {
        let parse = |text: &str| EmailAddress::parse(text).map(|it| it.reveal().to_owned());
        assert_eq!(
            parse("  Maija.M+viestit@Example.FI ").unwrap(),
            "Maija.M+viestit@example.fi"
        );
        assert_eq!(parse("x@äiti.example").unwrap(), "x@xn--iti-pla.example");
        assert_eq!(parse("x@ÄITI.example").unwrap(), "x@xn--iti-pla.example");
        assert!(parse(&format!("x@{}.example.fi", "a".repeat(60))).is_ok());
        let long = format!("x@{}example.fi", "a23456789.".repeat(25));
        for bad in [
            "",
            "@",
            "x",
            "x@",
            "@example.fi",
            "x@localhost",
            "x@example.",
            "x@127.0.0.1",
            "x@[127.0.0.1]",
            "x@[::1]",
            "x y@example.fi",
            "\"x y\"@example.fi",
            "x@exa mple.fi",
            "ä@example.fi",
            "x..y@example.fi",
            ".x@example.fi",
            "x@example.fi\r\nBcc: y@example.fi",
            "x\n@example.fi",
            "a@b@example.fi",
            "<x@example.fi>",
            "x@example.fi, y@example.fi",
            "x@example.fi\0",
            &long,
        ] {
            assert_eq!(parse(bad), Err(BadAddress), "{bad}");
        }
        assert!(!format!("{:?}", EmailAddress::parse("maija@example.fi").unwrap()).contains("maija"));
    }

    #[test]
    fn codes_are_six_digits_and_fair() {
        assert_eq!(code_of(0).unwrap(), "000000");
        assert_eq!(code_of(1_000_042).unwrap(), "000042");
        assert_eq!(code_of(4_293_999_999).unwrap(), "999999");
        assert_eq!(code_of(4_294_000_000), None);
        assert_eq!(code_of(u32::MAX), None);
        assert_eq!(code_typed(" 123 456\n"), "123456");
    }
}
