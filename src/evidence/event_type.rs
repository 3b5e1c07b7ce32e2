//! The facts that can be recorded, each with its public name.
//!
//! Facts that EN 319 522 knows carry its URI `http://uri.etsi.org/19522/Event/<Name>`; our own are `urn:tiedoksi:event:<name>`.
//! Names are append-only: a name once written stays in proofs for ever.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! uri {
    (etsi $name:literal) => {
        concat!("http://uri.etsi.org/19522/Event/", $name)
    };
    (own $name:literal) => {
        concat!("urn:tiedoksi:event:", $name)
    };
}

macro_rules! event_types {
    ($($doc:literal $variant:ident = $space:ident $name:literal;)+) => {
        /// What happened (`evidence.md` 1).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum EventType {
            $(#[doc = $doc] $variant,)+
        }

        impl EventType {
            /// Every event type, in the order of the table in `evidence.md` 1.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The public identifier that stands in `event.json` as `type`.
            #[must_use]
            pub const fn uri(self) -> &'static str {
                match self { $(Self::$variant => uri!($space $name),)+ }
            }

            /// The short name, stored in the database and used in file names; [`std::str::FromStr`] reads it back.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What it says, in a sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $doc,)+ }
            }

            /// The event type of a `type` member of `event.json`, if it is one of ours.
            #[must_use]
            pub fn from_uri(uri: &str) -> Option<Self> {
                match uri { $(uri!($space $name) => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::str::FromStr for EventType {
            type Err = UnknownEventType;

            fn from_str(name: &str) -> Result<Self, UnknownEventType> {
                match name { $($name => Ok(Self::$variant),)+ _ => Err(UnknownEventType) }
            }
        }
    };
}

event_types! {
    "The hub took the message from its sender." SubmissionAcceptance = etsi "SubmissionAcceptance";
    "A well-formed message was refused for its recipient or service." SubmissionRejection = etsi "SubmissionRejection";
    "An ordinary message became available in the mailbox." ContentConsignment = etsi "ContentConsignment";
    "A verifiable message waits for the recipient's confirmation." NotificationForAcceptance = etsi "NotificationForAcceptance";
    "The notice of an ordinary message was taken by the receiving mail server." ConsignmentNotification = etsi "ConsignmentNotification";
    "The notice of an ordinary message could not be delivered." ConsignmentNotificationFailure = etsi "ConsignmentNotificationFailure";
    "The recipient opened the content for the first time." ContentHandover = etsi "ContentHandover";
    "The recipient opened the content again." ContentAccessTracking = etsi "ContentAccessTracking";
    "The recipient confirmed receipt within the window." ConsignmentAcceptance = etsi "ConsignmentAcceptance";
    "The recipient refused (only under rule sets that have it)." ConsignmentRejection = etsi "ConsignmentRejection";
    "The window passed without a confirmation." AcceptanceRejectionExpiry = etsi "AcceptanceRejectionExpiry";
    "The message was handed over for delivery on paper." RelayToNonErds = etsi "RelayToNonERDS";
    "The post handed a letter over against a signature." PostReceiptConfirmed = own "post-receipt-confirmed";
    "The post returned a letter to its sender." PostReturned = own "post-returned";
    "The post does not know what became of a letter." PostUnresolved = own "post-unresolved";
    "The notice of a verifiable message was taken by the receiving mail server." NoticeAccepted = own "notice-accepted";
    "The notice of a verifiable message could not be delivered." NoticeFailed = own "notice-failed";
    "The content was opened after the window had passed." LateRetrieval = own "late-retrieval";
    "A mailbox was taken into use." MailboxActivated = own "mailbox-activated";
    "A mailbox was taken out of use." MailboxDeactivated = own "mailbox-deactivated";
    "The citizen returned to paper for a time." OptOut = own "opt-out";
    "The citizen consented to electronic service." ConsentGiven = own "consent-given";
    "The citizen withdrew the consent." ConsentWithdrawn = own "consent-withdrawn";
    "The citizen refused messages from a sender." SenderRefused = own "sender-refused";
    "The citizen allowed a sender again." SenderAllowed = own "sender-allowed";
    "The owner's e-mail address was verified." ContactVerified = own "contact-verified";
    "A right to act in a mailbox was granted." MandateGranted = own "mandate-granted";
    "A right to act in a mailbox was revoked." MandateRevoked = own "mandate-revoked";
    "An agent took up acting in a mailbox." MandateUsed = own "mandate-used";
    "Messages were put into the archive." MessagesArchived = own "messages-archived";
    "Messages were taken out of the archive." MessagesUnarchived = own "messages-unarchived";
    "Messages were deleted; for a time they can be restored." MessagesDeleted = own "messages-deleted";
    "Deleted messages were restored." MessagesRestored = own "messages-restored";
    "A whole mailbox was exported." MailboxExported = own "mailbox-exported";
    "The running count and hash over one organisation's events." Tally = own "tally";
    "A time-stamping authority stamped a checkpoint of the log." Timestamp = own "timestamp";
    "The time-stamping authority gave no time stamp that holds." TimestampFailed = own "timestamp-failed";
    "A proof was handed out." ProofExported = own "proof-exported";
    "The evidence of an organisation's deliveries was exported." EvidenceExported = own "evidence-exported";
    "A new key of the log or of the seals was announced." KeyAnnounced = own "key-announced";
    "A new log began; the record holds the last checkpoint of the old one." LogRestarted = own "log-restarted";
    "Keys were destroyed so that content can no longer be read." Erasure = own "erasure";
    "Staff looked at a citizen's data." StaffAccess = own "staff-access";
    "An auditor asked to see the content of a message." ContentAccessAsked = own "content-access-asked";
    "A second person granted an auditor the content of a message for a time." ContentAccessGranted = own "content-access-granted";
    "A second person refused an auditor the content of a message." ContentAccessRefused = own "content-access-refused";
}

/// The name is not one of [`EventType::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown event type")]
pub struct UnknownEventType;

impl std::fmt::Display for EventType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for EventType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.uri())
    }
}

impl<'de> Deserialize<'de> for EventType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let uri = String::deserialize(deserializer)?;
        Self::from_uri(&uri).ok_or_else(|| serde::de::Error::custom("unknown event type"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_uris_round_trip_and_are_unique() {
        let mut seen = std::collections::HashSet::new();
        for event in EventType::ALL {
            assert_eq!(event.name().parse(), Ok(*event));
            assert_eq!(EventType::from_uri(event.uri()), Some(*event));
            assert!(event.uri().ends_with(event.name()));
            assert!(seen.insert(event.name()));
        }
        assert_eq!(
            EventType::RelayToNonErds.uri(),
            "http://uri.etsi.org/19522/Event/RelayToNonERDS"
        );
        assert_eq!(EventType::NoticeAccepted.uri(), "urn:tiedoksi:event:notice-accepted");
        assert_eq!("Nonsense".parse::<EventType>(), Err(UnknownEventType));
    }
}
