//! The proof of a delivery: the one JSON file that its sender and its recipient download.
//!
//! Guarantees: the file is RFC 8785 and ends in nothing else; `digest` is the SHA-256 of the file without that member, so that
//! damage anywhere is seen (it does not stop a forger: signatures and log do). Whoever may not yet see an event's content gets
//! the event *withheld*: its hash, which still stands in the chain and in the log, but not its bytes.

use super::{
    Hash,
    encoding::{base64_option, hex32_option},
    record::Disclosure,
    sha256,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The value of `kind`.
pub const KIND: &str = "tiedoksi-delivery-proof";

/// The version of the form that this code writes and reads.
pub const VERSION: u8 = 1;

/// Longer files are refused, in bytes.
pub const PROOF_LIMIT: usize = 64 * 1024 * 1024;

/// Why bytes are not a proof of a delivery.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// Above [`PROOF_LIMIT`].
    #[error("longer than {PROOF_LIMIT} bytes")]
    TooLong,
    /// Broken JSON, or members that are unknown, duplicate, missing or mistyped.
    #[error("not a proof of a delivery: {0}")]
    Json(#[source] serde_json::Error),
    /// Another kind of file, or another version.
    #[error("not a proof of a delivery of version {VERSION}")]
    Version,
    /// Changed after it was written: not canonical, or `digest` differs.
    #[error("the file was changed after it was written")]
    Changed,
}

/// What a party can show about one delivery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryProof {
    /// [`VERSION`].
    pub v: u8,
    /// [`KIND`].
    pub kind: String,
    /// The delivery.
    pub delivery: Uuid,
    /// Its events, by `seq`.
    pub events: Vec<ProofEvent>,
    /// The text of every rule set (and calendar) that the events name, by id.
    pub rules: BTreeMap<String, String>,
    /// The computed dates with inputs and trace: calculated, not evidence. Integers and strings only.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub deadlines: Value,
    /// The keys as the hub states them. Worth something only where the reader has them from elsewhere.
    pub trust: ProofTrust,
    /// What is not in the file yet, in words, such as an event that the log has still to number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incomplete: Vec<String>,
    /// SHA-256 of this file without this member, hexadecimal. Set by [`DeliveryProof::to_bytes`].
    #[serde(default, skip_serializing_if = "Option::is_none", with = "hex32_option")]
    pub digest: Option<Hash>,
}

/// One event of the delivery: its bytes, or the hash of those that are withheld.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofEvent {
    /// The bytes of `event.json`, base64.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "base64_option")]
    pub event: Option<Vec<u8>>,
    /// SHA-256 of an `event.json` that the holder of this file may not see yet, hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "hex32_option")]
    pub withheld: Option<Hash>,
    /// The seal over the bytes (JWS).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<String>,
    /// The identifiers that the holder of this file may see.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disclosures: Vec<Disclosure>,
    /// The place in the log (C2SP tlog-proof).
    #[serde(default, rename = "tlogProof", skip_serializing_if = "Option::is_none")]
    pub tlog_proof: Option<String>,
}

/// The hub's public keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofTrust {
    /// The log's verifier key (C2SP signed-note); one for each line where there were several.
    pub log_vkey: String,
    /// The certificates of the sealing keys, PEM.
    pub seal_chain: String,
}

impl ProofEvent {
    /// The hash that stands in the log: of the bytes, or the one given in their place. `None` unless exactly one is there.
    #[must_use]
    pub fn hash(&self) -> Option<Hash> {
        match (&self.event, &self.withheld) {
            (Some(event), None) => Some(sha256(event)),
            (None, Some(hash)) => Some(*hash),
            _ => None,
        }
    }
}

impl DeliveryProof {
    /// A proof of version [`VERSION`] without events.
    #[must_use]
    pub fn new(delivery: Uuid, trust: ProofTrust) -> Self {
        Self {
            v: VERSION,
            kind: KIND.to_owned(),
            delivery,
            events: Vec::new(),
            rules: BTreeMap::new(),
            deadlines: Value::Null,
            trust,
            incomplete: Vec::new(),
            digest: None,
        }
    }

    /// The file, with its digest computed anew.
    ///
    /// # Errors
    /// [`ProofError::Json`] if `deadlines` cannot be encoded.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ProofError> {
        let mut value = serde_json::to_value(self).map_err(ProofError::Json)?;
        if let Value::Object(members) = &mut value {
            members.remove("digest");
            let digest = sha256(&serde_json_canonicalizer::to_vec(&members).map_err(ProofError::Json)?);
            members.insert("digest".to_owned(), Value::String(hex::encode(digest)));
        }
        serde_json_canonicalizer::to_vec(&value).map_err(ProofError::Json)
    }

    /// Reads the file strictly. What it claims is checked by [`verify_proof`](super::verify::verify_proof).
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ProofError> {
        if bytes.len() > PROOF_LIMIT {
            return Err(ProofError::TooLong);
        }
        let proof: Self = serde_json::from_slice(bytes).map_err(ProofError::Json)?;
        if proof.v != VERSION || proof.kind != KIND {
            return Err(ProofError::Version);
        }
        if proof.to_bytes()? == bytes {
            Ok(proof)
        } else {
            Err(ProofError::Changed)
        }
    }
}
