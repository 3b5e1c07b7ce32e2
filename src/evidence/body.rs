//! What stands in `event.json`, version 1: the wire form, written and read by the same types.
//!
//! Trap: members are declared in the order of RFC 8785 (UTF-16 code units), because serde writes them in declaration order and
//! `serde_json` spells strings and integers as RFC 8785 does. A property test compares with an independent canonicaliser.
//! Strict reading is in [`parse`](super::parse). The published schema is `api-spec/event.schema.json`.

use super::{
    Hash,
    encoding::{base64url32, hex32, hex32_option, time3, time3_option},
    event_type::EventType,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The version of the record's form that this code writes and reads.
pub const VERSION: u8 = 1;

/// Integers in a record are below this, so that every JSON reader keeps them exact (RFC 7493 2.2).
pub const INTEGER_LIMIT: u64 = 1 << 53;

/// The members of `event.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventBody {
    /// Who acted, if it was a person or a machine with a login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<ActorRef>,
    /// Why electronic service was allowed, frozen at the time of sending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// Body and attachments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// The delivery the event belongs to, and its place in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DeliveryLink>,
    /// The event's own id.
    pub id: Uuid,
    /// Who recorded it.
    pub issuer: Issuer,
    /// The policy of the delivery service under which it was recorded (a URI or OID).
    pub policy: String,
    /// Why, for every negative event. Must hold nothing personal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// To whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<PartyRef>,
    /// 32 random bytes that blind the leaf of the log.
    #[serde(with = "base64url32")]
    pub salt: [u8; 32],
    /// From whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<PartyRef>,
    /// When, to the millisecond, by the hub's clock.
    #[serde(with = "time3")]
    pub time: Timestamp,
    /// What happened.
    #[serde(rename = "type")]
    pub event: EventType,
    /// [`VERSION`].
    pub v: u8,
}

/// The one who acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActorRef {
    /// The assurance level of the login (OpenID Connect `acr`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// When the actor logged in.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "time3_option")]
    pub auth_time: Option<Timestamp>,
    /// SHA-256(salt || identifier); the salt stands only in the disclosures.
    #[serde(rename = "ref", with = "base64url32")]
    pub reference: Hash,
}

/// Why electronic service was allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// The regime.
    pub kind: BasisKind,
    /// The consent or the account's opening, by id.
    #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// The regimes of electronic service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BasisKind {
    /// The citizen consented.
    Consent,
    /// The law opened an account for the citizen.
    StatutoryAccount,
    /// None: served on paper.
    None,
}

/// Body and attachments of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// In the message's order, the body first.
    pub parts: Vec<ContentPart>,
}

/// One document of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContentPart {
    /// `body`, or the attachment's id.
    pub id: String,
    /// Of the plain bytes, as handed to the recipient.
    #[serde(with = "hex32")]
    pub sha256: Hash,
    /// In bytes, below 2^53.
    pub size: u64,
    /// The media type (RFC 6838).
    #[serde(rename = "type")]
    pub media_type: String,
}

/// The event's place in its delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryLink {
    /// The delivery.
    pub id: Uuid,
    /// The message's number in the sender API, 0 to 2^53 - 1.
    pub message: i64,
    /// How it is served.
    pub mode: Mode,
    /// SHA-256 of the `event.json` before this one; absent in the first.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "hex32_option")]
    pub prev: Option<Hash>,
    /// The id of the rule set that deadlines are computed by.
    pub ruleset: String,
    /// SHA-256 of the rule set's file.
    #[serde(with = "hex32")]
    pub ruleset_sha256: Hash,
    /// Counts the delivery's events from 1, without gaps.
    pub seq: u32,
}

/// Ordinary or verifiable service (13/2003 s.18, s.19).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Served by being available (13/2003 s.19).
    Ordinary,
    /// Served by a confirmed receipt (13/2003 s.18).
    Verifiable,
}

/// Who recorded the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// The hub's public name, such as its host name.
    pub hub: String,
    /// The operator's identifier, such as its Business ID.
    pub id: String,
}

/// A reason of a negative event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// For machines, such as `FALLBACK_REQUIRED`.
    pub code: String,
    /// For people. Nothing personal: it cannot be erased.
    pub text: String,
}

/// A sender or recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartyRef {
    /// The id of the mandate under which a delegate acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mandate: Option<String>,
    /// SHA-256(salt || identifier); the salt stands only in the disclosures.
    #[serde(rename = "ref", with = "base64url32")]
    pub reference: Hash,
    /// In which capacity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}
