//! Who a mailbox belongs to: personal identity codes, Business IDs, OVT codes, and foreign persons without a Finnish code.
//!
//! Each is a newtype that exists only when its text is valid, and redacts itself in Debug. Nothing is normalised: lower case
//! and a missing hyphen are errors. What is left out: whether the person or company exists, which only a register knows.

mod business_id;
mod hetu;
mod ovt;

use std::fmt;

pub use business_id::BusinessId;
pub use hetu::Hetu;
pub use ovt::Ovt;

/// Why a text is not an identifier. Never holds the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The number of characters is wrong.
    #[error("the length is wrong")]
    Length,
    /// A character stands where another kind belongs (a letter for a digit, lower case, a missing hyphen, a wrong prefix).
    #[error("the form is wrong")]
    Form,
    /// The mark between date and individual number is not one of those in use.
    #[error("the century mark is not in use")]
    CenturyMark,
    /// There is no such day.
    #[error("there is no such birth date")]
    BirthDate,
    /// The individual number is 000 or 001, which are not given out.
    #[error("the individual number is not given out")]
    IndividualNumber,
    /// The individual number is 900-999, and artificial persons are not accepted here.
    #[error("artificial identity codes are not accepted")]
    Artificial,
    /// The check character does not match, or none can exist for these digits.
    #[error("the check character does not match")]
    Check,
}

/// The owner of a mailbox.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum OwnerIdentity {
    /// A person with a Finnish personal identity code.
    Person(Hetu),
    /// A company or an association with a Finnish Business ID.
    Company(BusinessId),
    /// A person without a Finnish code (eIDAS), known by the identity provider that vouches and its name for the person.
    Foreign {
        /// The issuer's identifier, as the identity provider states it.
        issuer: String,
        /// The subject at that issuer.
        subject: String,
    },
}

impl OwnerIdentity {
    /// The text under which the owner is looked up, to be keyed by HMAC before it is stored.
    ///
    /// Different owners never share a text: it starts with the kind, all eleven characters of an identity code count (the
    /// century mark distinguishes persons since 1.1.2023), and a foreign issuer is preceded by its length in bytes. The format
    /// is fixed: changing it would lose every stored key.
    #[must_use]
    pub fn lookup_text(&self) -> String {
        match self {
            Self::Person(hetu) => format!("person:{}", hetu.reveal()),
            Self::Company(id) => format!("company:{id}"),
            Self::Foreign { issuer, subject } => format!("foreign:{}:{issuer}:{subject}", issuer.len()),
        }
    }

    /// The identifier as the sender API writes it; none for a foreign person, whom it cannot address.
    #[must_use]
    pub fn reveal_wire_id(&self) -> Option<&str> {
        match self {
            Self::Person(hetu) => Some(hetu.reveal()),
            Self::Company(id) => Some(id.as_str()),
            Self::Foreign { .. } => None,
        }
    }
}

impl fmt::Debug for OwnerIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Person(_) => "Person(redacted)",
            Self::Company(_) => "Company(redacted)",
            Self::Foreign { .. } => "Foreign(redacted)",
        })
    }
}

/// Why an API identifier names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecipientIdError {
    /// Not 9 to 11 characters: the request itself is malformed.
    #[error("not 9 to 11 characters long")]
    Length,
    /// Of an allowed length, yet neither a valid identity code nor a valid Business ID.
    #[error("not a valid personal identity code or Business ID")]
    NotValid(#[source] IdentityError),
}

/// An end user's `id` as the sender API writes it: an identity code (11 characters) or a Business ID (9).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RecipientId(pub OwnerIdentity);

impl RecipientId {
    /// Fewest characters of an `id` that the contract allows.
    pub const MIN_CHARS: usize = 9;
    /// Most characters of an `id` that the contract allows.
    pub const MAX_CHARS: usize = 11;

    /// Reads an `id`. Length is counted in code points. `mailboxes/active` answers [`RecipientIdError::Length`] with 400 and
    /// takes [`RecipientIdError::NotValid`] for "not active"; a send refuses both.
    ///
    /// # Errors
    /// See [`RecipientIdError`].
    pub fn parse(text: &str, allow_artificial: bool) -> Result<Self, RecipientIdError> {
        let owner = match text.chars().count() {
            0..9 | 12.. => return Err(RecipientIdError::Length),
            9 => BusinessId::parse(text).map(OwnerIdentity::Company),
            11 => Hetu::parse(text, allow_artificial).map(OwnerIdentity::Person),
            _ => Err(IdentityError::Length),
        };
        owner.map(Self).map_err(RecipientIdError::NotValid)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn recipient_ids_distinguish_length_from_validity() {
        use RecipientIdError::{Length, NotValid};
        let parse = |text| RecipientId::parse(text, true).map(|id| id.0.lookup_text());
        assert_eq!(parse("010594Y9032"), Ok("person:010594Y9032".into()));
        assert_eq!(parse("1234567-1"), Ok("company:1234567-1".into()));
        assert_eq!(parse("010594Y9031"), Err(NotValid(IdentityError::Check)));
        assert_eq!(parse("1234567-2"), Err(NotValid(IdentityError::Check)));
        assert_eq!(parse("010594Y903"), Err(NotValid(IdentityError::Length)));
        assert_eq!(parse("12345671"), Err(Length));
        assert_eq!(parse("010594Y90322"), Err(Length));
        assert_eq!(parse(""), Err(Length));
        // Length is in code points, not bytes.
        assert_eq!(parse("ääääääääääää"), Err(Length));
        assert_eq!(parse("äääääääää"), Err(NotValid(IdentityError::Form)));
        let artificial = RecipientId::parse("010594Y9032", false);
        assert_eq!(artificial.unwrap_err(), NotValid(IdentityError::Artificial));
    }

    #[test]
    fn owners_never_share_a_lookup_text() {
        let foreign = |issuer: &str, subject: &str| OwnerIdentity::Foreign {
            issuer: issuer.into(),
            subject: subject.into(),
        };
        assert_ne!(foreign("a", "b:c").lookup_text(), foreign("a:b", "c").lookup_text());
        let first = Hetu::parse("020504A902E", true).unwrap();
        let second = Hetu::parse("020504B902E", true).unwrap();
        assert_ne!(
            OwnerIdentity::Person(first).lookup_text(),
            OwnerIdentity::Person(second).lookup_text()
        );
    }

    #[test]
    fn debug_redacts() {
        let person = RecipientId::parse("010594Y9032", true).unwrap();
        assert_eq!(format!("{person:?}"), "RecipientId(Person(redacted))");
        let foreign = OwnerIdentity::Foreign {
            issuer: "https://idp".into(),
            subject: "ES/FI/1".into(),
        };
        assert_eq!(format!("{foreign:?}"), "Foreign(redacted)");
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,14}") {
            let _ = RecipientId::parse(&text, true);
        }
    }
}
