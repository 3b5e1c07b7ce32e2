//! The files that prove: the proof of a delivery, which its sender and its recipient download, and the proof of records that belong to no
//! delivery, such as a person's own choices.
//!
//! Guarantees: a file is one JSON object, RFC 8785 and ends in nothing else; `digest` is the SHA-256 of the file without that member, so that
//! damage anywhere is seen (it does not stop a forger: signatures and log do). Whoever may not yet see an event's content gets
//! the event *withheld*: its hash, which still stands in the chain and in the log, but not its bytes.
//! Time stamps, restarts of the log and announcements of keys came later than the form: a file without them is read as ever, and one with them by no
//! older reader.

use super::{
    Hash,
    encoding::{base64_bytes, base64_option, hex32_option},
    record::Disclosure,
    sha256,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The value of `kind` in the proof of a delivery.
pub const KIND: &str = "tiedoksi-delivery-proof";

/// The value of `kind` in the proof of records.
pub const RECORDS_KIND: &str = "tiedoksi-records-proof";

/// The version of the form that this code writes and reads.
pub const VERSION: u8 = 1;

/// Longer files are refused, in bytes.
pub const PROOF_LIMIT: usize = 64 * 1024 * 1024;

/// Why bytes are not a proof.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// Above [`PROOF_LIMIT`].
    #[error("longer than {PROOF_LIMIT} bytes")]
    TooLong,
    /// Broken JSON, or members that are unknown, duplicate, missing or mistyped.
    #[error("no proof, or damaged: {0}. A proof is the .json, .pdf or .asice file that the hub handed out")]
    Json(#[source] serde_json::Error),
    /// Another kind of file, or another version.
    #[error("not a proof of version {VERSION}")]
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
    /// The time stamps of the checkpoints in the events' `stampedProof`, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timestamps: Vec<ProofTimestamp>,
    /// The records of the log's restarts, in their order, each the first leaf of its log.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restarts: Vec<ProofEvent>,
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
    /// The place under the smallest checkpoint that holds the event and has a time stamp (C2SP tlog-proof).
    #[serde(default, rename = "stampedProof", skip_serializing_if = "Option::is_none")]
    pub stamped_proof: Option<String>,
}

/// A checkpoint and the time stamp over it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofTimestamp {
    /// The signed note, verbatim: the bytes that were stamped.
    pub checkpoint: String,
    /// The reply of the time-stamping authority (RFC 3161), DER in base64.
    #[serde(with = "base64_bytes")]
    pub reply: Vec<u8>,
}

/// The hub's public keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofTrust {
    /// The log's verifier key (C2SP signed-note); one for each line where there were several.
    pub log_vkey: String,
    /// The certificates of the sealing keys, PEM.
    pub seal_chain: String,
    /// The records by which keys were announced that took, or will take, the place of others, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub announcements: Vec<ProofEvent>,
}

impl ProofTrust {
    /// Keys of which none was ever replaced.
    #[must_use]
    pub const fn new(log_vkey: String, seal_chain: String) -> Self {
        Self {
            log_vkey,
            seal_chain,
            announcements: Vec::new(),
        }
    }
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
            timestamps: Vec::new(),
            restarts: Vec::new(),
            rules: BTreeMap::new(),
            deadlines: Value::Null,
            trust,
            incomplete: Vec::new(),
            digest: None,
        }
    }
}

/// What a party can show of records that belong to no delivery and do not name each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordsProof {
    /// [`VERSION`].
    pub v: u8,
    /// [`RECORDS_KIND`].
    pub kind: String,
    /// The records, in the order of the log. None is withheld.
    pub events: Vec<ProofEvent>,
    /// The time stamps of the checkpoints in the events' `stampedProof`, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timestamps: Vec<ProofTimestamp>,
    /// The records of the log's restarts, in their order, each the first leaf of its log.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restarts: Vec<ProofEvent>,
    /// The keys as the hub states them. Worth something only where the reader has them from elsewhere.
    pub trust: ProofTrust,
    /// What is not in the file, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incomplete: Vec<String>,
    /// SHA-256 of this file without this member, hexadecimal. Set by [`RecordsProof::to_bytes`].
    #[serde(default, skip_serializing_if = "Option::is_none", with = "hex32_option")]
    pub digest: Option<Hash>,
}

impl RecordsProof {
    /// A proof of version [`VERSION`] without records.
    #[must_use]
    pub fn new(trust: ProofTrust) -> Self {
        Self {
            v: VERSION,
            kind: RECORDS_KIND.to_owned(),
            events: Vec::new(),
            timestamps: Vec::new(),
            restarts: Vec::new(),
            trust,
            incomplete: Vec::new(),
            digest: None,
        }
    }

    /// The file, with its digest computed anew.
    ///
    /// # Errors
    /// [`ProofError::Json`] if it cannot be encoded.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ProofError> {
        to_bytes(self)
    }
}

impl DeliveryProof {
    /// The file, with its digest computed anew.
    ///
    /// # Errors
    /// [`ProofError::Json`] if `deadlines` cannot be encoded.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ProofError> {
        to_bytes(self)
    }

    /// Reads the file strictly. What it claims is checked by [`verify_proof`](super::verify::verify_proof).
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ProofError> {
        match ProofFile::parse(bytes)? {
            ProofFile::Delivery(proof) => Ok(proof),
            ProofFile::Records(_) => Err(ProofError::Version),
        }
    }
}

/// A file that proves, of either kind.
#[derive(Debug, Clone, PartialEq)]
pub enum ProofFile {
    /// The proof of a delivery.
    Delivery(DeliveryProof),
    /// The proof of records.
    Records(RecordsProof),
}

impl ProofFile {
    /// Reads a file strictly, as what it says it is.
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ProofError> {
        /// What both kinds have.
        #[derive(Deserialize)]
        struct Head {
            v: u8,
            kind: String,
        }
        if bytes.len() > PROOF_LIMIT {
            return Err(ProofError::TooLong);
        }
        let head: Head = serde_json::from_slice(bytes).map_err(ProofError::Json)?;
        match (head.v, head.kind.as_str()) {
            (VERSION, KIND) => unchanged(bytes).map(Self::Delivery),
            (VERSION, RECORDS_KIND) => unchanged(bytes).map(Self::Records),
            _ => Err(ProofError::Version),
        }
    }
}

/// The value that the bytes are the one writing of.
fn unchanged<T: Serialize + serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, ProofError> {
    let proof: T = serde_json::from_slice(bytes).map_err(ProofError::Json)?;
    if to_bytes(&proof)? == bytes {
        Ok(proof)
    } else {
        Err(ProofError::Changed)
    }
}

fn to_bytes(proof: &impl Serialize) -> Result<Vec<u8>, ProofError> {
    let mut value = serde_json::to_value(proof).map_err(ProofError::Json)?;
    if let Value::Object(members) = &mut value {
        members.remove("digest");
        let digest = sha256(&serde_json_canonicalizer::to_vec(&members).map_err(ProofError::Json)?);
        members.insert("digest".to_owned(), Value::String(hex::encode(digest)));
    }
    serde_json_canonicalizer::to_vec(&value).map_err(ProofError::Json)
}
