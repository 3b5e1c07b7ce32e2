//! Identifiers as newtypes, so that one kind cannot be passed for another.
//!
//! All but one are UUIDv7 (RFC 9562 5.7): made from an instant and ten random bytes that the caller passes in, so a test can
//! repeat them. The exception is the message id, which the wire contract fixes as an integer. Identifiers are not secrets and
//! grant nothing: whoever looks one up names the owner too.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is not an identifier of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not a UUID in its hyphenated form of 36 characters.
    #[error("not a UUID in its hyphenated form")]
    Uuid,
    /// Not a whole number from 1 to 9 007 199 254 740 991.
    #[error("not a whole number from 1 to 9007199254740991")]
    Number,
}

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A UUIDv7 of this instant (millisecond precision; before 1970 counts as 1970) and these random bytes.
            #[must_use]
            pub fn new(now: Timestamp, random: [u8; 10]) -> Self {
                Self(uuid_v7(now, random))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            /// Accepts the hyphenated form only, in either case.
            fn from_str(text: &str) -> Result<Self, IdError> {
                parse_uuid(text).map(Self)
            }
        }
    )+};
}

uuid_ids! {
    /// An authority.
    OrganisationId;
    /// What a citizen sees as sender; its wire name is the organisation's own `serviceId` text.
    ServiceId;
    /// An API client that sends for services.
    SystemId;
    /// One secret of a system.
    SecretId;
    /// One public key of a system.
    KeyId;
    /// A person's or a company's mailbox.
    MailboxId;
    /// One message on its way to one recipient: what evidence is about.
    DeliveryId;
    /// One evidence event.
    EventId;
    /// A part of a mailbox's search index.
    SegmentId;
    /// An uploaded file; the wire's `attachmentId`.
    AttachmentId;
    /// A mandate of the built-in register.
    MandateId;
    /// What a citizen is writing.
    DraftId;
    /// What an auditor asked for.
    ContentRequestId;
    /// The export of a range of evidence.
    RangeExportId;
}

fn uuid_v7(now: Timestamp, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

fn parse_uuid(text: &str) -> Result<Uuid, IdError> {
    // The length rules out the other spellings (braces, URN, no hyphens) that the parser would take.
    if text.len() != 36 {
        return Err(IdError::Uuid);
    }
    Uuid::try_parse(text).map_err(|_| IdError::Uuid)
}

/// A message's number on the wire: a JSON integer from 1 to 2^53 - 1, so that no client's number type loses digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(try_from = "i64")]
#[sqlx(transparent)]
pub struct MessageId(i64);

impl MessageId {
    /// The largest message id, 2^53 - 1.
    pub const MAX: i64 = (1 << 53) - 1;

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for MessageId {
    type Error = IdError;

    fn try_from(number: i64) -> Result<Self, IdError> {
        if (1..=Self::MAX).contains(&number) {
            Ok(Self(number))
        } else {
            Err(IdError::Number)
        }
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for MessageId {
    type Err = IdError;

    /// Decimal digits only: no sign, no space, no leading zero.
    fn from_str(text: &str) -> Result<Self, IdError> {
        if text.starts_with('0') || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(IdError::Number);
        }
        text.parse::<i64>().map_err(|_| IdError::Number)?.try_into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stores<T: sqlx::Type<sqlx::Sqlite> + sqlx::Type<sqlx::Postgres>>() {}

    #[test]
    fn both_databases_store_them() {
        stores::<MailboxId>();
        stores::<MessageId>();
    }

    #[test]
    fn time_and_chance_make_the_id() {
        let now: Timestamp = "2026-03-01T10:00:00.123Z".parse().unwrap();
        let id = EventId::new(now, [7; 10]);
        assert_eq!(id, EventId::new(now, [7; 10]));
        assert_eq!(id.0.get_version_num(), 7);
        assert!(id < EventId::new(now + jiff::SignedDuration::from_millis(1), [0; 10]));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(serde_json::to_value(id).unwrap(), serde_json::json!(id.to_string()));
    }

    #[test]
    fn only_the_hyphenated_uuid_is_read() {
        let id = "018f3b2e-0000-7000-8000-000000000001";
        assert!(id.parse::<AttachmentId>().is_ok());
        assert!(id.to_uppercase().parse::<AttachmentId>().is_ok());
        for bad in [
            "",
            "x",
            &id.replace('-', ""),
            &format!("{{{id}}}"),
            &format!("urn:uuid:{id}"),
            &format!(" {id}"),
        ] {
            assert_eq!(bad.parse::<AttachmentId>(), Err(IdError::Uuid), "{bad}");
        }
    }

    #[test]
    fn message_ids_are_strict_decimals_below_two_to_the_53() {
        assert_eq!("1".parse::<MessageId>().unwrap().get(), 1);
        assert_eq!("9007199254740991".parse::<MessageId>().unwrap().get(), MessageId::MAX);
        for bad in [
            "",
            "0",
            "-1",
            "+1",
            "01",
            " 1",
            "1.0",
            "1e3",
            "9007199254740992",
            "99999999999999999999",
            "١",
        ] {
            assert_eq!(bad.parse::<MessageId>(), Err(IdError::Number), "{bad}");
        }
        assert!(serde_json::from_str::<MessageId>("0").is_err());
        assert_eq!(serde_json::to_string(&MessageId(7)).unwrap(), "7");
    }
}
