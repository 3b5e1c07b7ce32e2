//! From a fact to its record: the bytes that are hashed, logged and sealed.
//!
//! Guarantees: the bytes are RFC 8785, read back by [`ParsedRecord::parse`](super::parse::ParsedRecord::parse), and hold no
//! identifier and no salt of one: identity codes are few enough to try them all, so each reference has its own 32-byte salt
//! that leaves the hub only in the disclosures. Two records per accepted message are made here, so it is one pass: one draw of
//! randomness, one hash per reference, one encoding.

pub use super::body::{Basis, BasisKind, ContentPart, DeliveryLink, Issuer, Mode, Reason};
pub use super::event_type::EventType;
pub use super::parse::{ParsedRecord, RecordError};
use super::{
    Hash,
    body::{ActorRef, Content, EventBody, PartyRef, VERSION},
    encoding::base64url32,
    sha256, sha256_parts,
};
use jiff::Timestamp;
use ring::rand::SecureRandom;
use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, is_nfc};
use uuid::Uuid;

/// A fact about to be recorded. Identifiers in it do not reach the record.
#[derive(Debug, Clone)]
pub struct RecordDraft {
    /// The event's own id (UUIDv7).
    pub id: Uuid,
    /// What happened.
    pub event: EventType,
    /// The policy of the delivery service (a URI or OID).
    pub policy: String,
    /// When; recorded to the millisecond, the rest cut off.
    pub time: Timestamp,
    /// Who records it.
    pub issuer: Issuer,
    /// The delivery it belongs to, if any.
    pub delivery: Option<DeliveryLink>,
    /// Body and attachments; empty for events without content.
    pub content: Vec<ContentPart>,
    /// From whom.
    pub sender: Option<Party>,
    /// To whom.
    pub recipient: Option<Party>,
    /// Who acted.
    pub actor: Option<Actor>,
    /// Why electronic service was allowed.
    pub basis: Option<Basis>,
    /// Why, for negative events.
    pub reasons: Vec<Reason>,
}

/// A sender or recipient. Debug hides the identifier.
#[derive(Clone, PartialEq, Eq)]
pub struct Party {
    /// Identity code, Business ID or OVT.
    pub identifier: String,
    /// In which capacity.
    pub role: Option<String>,
    /// The id of the mandate under which a delegate acts.
    pub mandate: Option<String>,
}

/// The one who acted. Debug hides the identifier.
#[derive(Clone, PartialEq, Eq)]
pub struct Actor {
    /// Identity code, or the id of a machine client.
    pub identifier: String,
    /// Assurance level of the login.
    pub acr: Option<String>,
    /// When the actor logged in.
    pub auth_time: Option<Timestamp>,
}

impl std::fmt::Debug for Party {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Party")
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Actor")
            .field("acr", &self.acr)
            .field("auth_time", &self.auth_time)
            .finish_non_exhaustive()
    }
}

/// A finished record.
#[derive(Debug, Clone)]
pub struct Record {
    /// `event.json`.
    pub bytes: Vec<u8>,
    /// SHA-256 of `bytes`: the entry in the log, and the `prev` of the delivery's next event.
    pub hash: Hash,
    /// What turns references back into identifiers; for those who may see the identity, and for nobody else.
    pub disclosures: Vec<Disclosure>,
}

/// One identifier behind a reference, an element of `disclosures.json`. Debug hides salt and value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// `sender`, `recipient` or `actor`.
    pub field: String,
    /// The reference's own 32 bytes.
    #[serde(with = "base64url32")]
    pub salt: [u8; 32],
    /// The identifier.
    pub value: String,
}

impl std::fmt::Debug for Disclosure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Disclosure")
            .field("field", &self.field)
            .finish_non_exhaustive()
    }
}

impl Disclosure {
    /// SHA-256(salt || value): equals the reference in the record that it discloses.
    #[must_use]
    pub fn reference(&self) -> Hash {
        reference(&self.salt, &self.value)
    }
}

/// SHA-256(salt || identifier in UTF-8), what stands as `ref` in a record.
#[must_use]
pub fn reference(salt: &[u8; 32], identifier: &str) -> Hash {
    sha256_parts(&[salt, identifier.as_bytes()])
}

impl RecordDraft {
    /// Writes the record: draws the salts, brings texts to NFC, encodes and hashes.
    ///
    /// # Errors
    /// [`RecordError::Randomness`] (may be retried); [`RecordError::OutOfRange`] and [`RecordError::Chain`] for a draft that
    /// no record can hold.
    pub fn finish(self, rng: &dyn SecureRandom) -> Result<Record, RecordError> {
        let mut salts = [0; 4 * 32];
        rng.fill(&mut salts).map_err(|_| RecordError::Randomness)?;
        let salt = |index: usize| {
            let mut salt = [0; 32];
            salt.copy_from_slice(&salts[32 * index..32 * (index + 1)]);
            salt
        };
        let mut disclosures = Vec::with_capacity(3);
        let mut refer = |field: &str, salt: [u8; 32], identifier: String| {
            let hash = reference(&salt, &identifier);
            disclosures.push(Disclosure {
                field: field.to_owned(),
                salt,
                value: identifier,
            });
            hash
        };
        let mut party = |field: &str, salt: [u8; 32], party: Party| PartyRef {
            mandate: party.mandate.map(nfc),
            reference: refer(field, salt, party.identifier),
            role: party.role.map(nfc),
        };
        let sender = self.sender.map(|sender| party("sender", salt(1), sender));
        let recipient = self.recipient.map(|recipient| party("recipient", salt(2), recipient));
        let actor = self.actor.map(|actor| ActorRef {
            acr: actor.acr.map(nfc),
            auth_time: actor.auth_time,
            reference: refer("actor", salt(3), actor.identifier),
        });
        let body = EventBody {
            actor,
            basis: self.basis.map(|basis| Basis {
                kind: basis.kind,
                reference: basis.reference.map(nfc),
            }),
            content: content(self.content),
            delivery: self.delivery.map(|delivery| DeliveryLink {
                ruleset: nfc(delivery.ruleset),
                ..delivery
            }),
            id: self.id,
            issuer: Issuer {
                hub: nfc(self.issuer.hub),
                id: nfc(self.issuer.id),
            },
            policy: nfc(self.policy),
            reasons: self
                .reasons
                .into_iter()
                .map(|reason| Reason {
                    code: nfc(reason.code),
                    text: nfc(reason.text),
                })
                .collect(),
            recipient,
            salt: salt(0),
            sender,
            time: self.time,
            event: self.event,
            v: VERSION,
        };
        let bytes = body.to_bytes()?;
        Ok(Record {
            hash: sha256(&bytes),
            bytes,
            disclosures,
        })
    }
}

fn content(parts: Vec<ContentPart>) -> Option<Content> {
    let parts: Vec<_> = parts
        .into_iter()
        .map(|part| ContentPart {
            id: nfc(part.id),
            media_type: nfc(part.media_type),
            ..part
        })
        .collect();
    (!parts.is_empty()).then_some(Content { parts })
}

fn nfc(text: String) -> String {
    if text.is_ascii() || is_nfc(&text) {
        text
    } else {
        text.nfc().collect()
    }
}

#[cfg(test)]
pub(crate) mod tests;
