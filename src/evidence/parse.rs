//! The strict reading and writing of records.
//!
//! Guarantees: what is read is exactly what this hub would have written. Unknown and duplicate members, nulls, floats, other
//! versions, integers from 2^53 on, text that is not NFC, and any byte that our own RFC 8785 encoding differs in are refused.

use super::{
    Hash,
    body::{ContentPart, EventBody, INTEGER_LIMIT, PartyRef, VERSION},
    sha256,
};
use unicode_normalization::is_nfc;

/// Why bytes are not a record, or a draft cannot become one.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The system's source of randomness failed; may be retried.
    #[error("no randomness to be had")]
    Randomness,
    /// The JSON is broken, or has unknown, duplicate, missing or mistyped members.
    #[error("not a record: {0}")]
    Json(#[source] serde_json::Error),
    /// A version other than [`VERSION`].
    #[error("record version {0} is not known")]
    Version(u8),
    /// Text is not in Unicode normalisation form C.
    #[error("`{0}` is not NFC text")]
    NotNfc(&'static str),
    /// An integer is negative or not below 2^53.
    #[error("`{0}` is out of range")]
    OutOfRange(&'static str),
    /// `seq` counts from 1, and `prev` stands exactly where `seq` is above 1.
    #[error("`delivery.seq` and `delivery.prev` do not agree")]
    Chain,
    /// The bytes say the same as a record, but are not its RFC 8785 encoding.
    #[error("not in canonical form (RFC 8785)")]
    NotCanonical,
}

impl EventBody {
    /// The RFC 8785 bytes of the record.
    ///
    /// # Errors
    /// [`RecordError::OutOfRange`], [`RecordError::Chain`], [`RecordError::NotNfc`]: the record would not be readable again.
    pub fn to_bytes(&self) -> Result<Vec<u8>, RecordError> {
        self.check()?;
        self.encode()
    }

    /// The salted reference of `field` (`sender`, `recipient` or `actor`), where the record has one.
    #[must_use]
    pub fn reference(&self, field: &str) -> Option<Hash> {
        match field {
            "sender" => self.sender.as_ref().map(|party| party.reference),
            "recipient" => self.recipient.as_ref().map(|party| party.reference),
            "actor" => self.actor.as_ref().map(|actor| actor.reference),
            _ => None,
        }
    }

    fn encode(&self) -> Result<Vec<u8>, RecordError> {
        let mut bytes = Vec::with_capacity(1024);
        serde_json::to_writer(&mut bytes, self).map_err(RecordError::Json)?;
        Ok(bytes)
    }

    fn check(&self) -> Result<(), RecordError> {
        if self.v != VERSION {
            return Err(RecordError::Version(self.v));
        }
        if let Some(delivery) = &self.delivery {
            if !u64::try_from(delivery.message).is_ok_and(|message| message < INTEGER_LIMIT) {
                return Err(RecordError::OutOfRange("delivery.message"));
            }
            if delivery.seq == 0 || (delivery.seq == 1) != delivery.prev.is_none() {
                return Err(RecordError::Chain);
            }
        }
        if self.parts().iter().any(|part| part.size >= INTEGER_LIMIT) {
            return Err(RecordError::OutOfRange("content.parts.size"));
        }
        match self.texts().find(|(_, text)| !text.is_ascii() && !is_nfc(text)) {
            Some((field, _)) => Err(RecordError::NotNfc(field)),
            None => Ok(()),
        }
    }

    /// The documents of the message, none where the record has no content.
    #[must_use]
    pub fn parts(&self) -> &[ContentPart] {
        self.content.as_ref().map_or(&[], |content| &content.parts)
    }

    fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let own = [
            ("policy", self.policy.as_str()),
            ("issuer.id", &self.issuer.id),
            ("issuer.hub", &self.issuer.hub),
        ];
        let optional = [
            (
                "delivery.ruleset",
                self.delivery.as_ref().map(|delivery| delivery.ruleset.as_str()),
            ),
            ("actor.acr", self.actor.as_ref().and_then(|actor| actor.acr.as_deref())),
            (
                "basis.ref",
                self.basis.as_ref().and_then(|basis| basis.reference.as_deref()),
            ),
        ];
        let parties = [
            ("sender", text_pair(&self.sender)),
            ("recipient", text_pair(&self.recipient)),
        ];
        own.into_iter()
            .chain(optional.into_iter().filter_map(|(field, text)| Some((field, text?))))
            .chain(
                parties
                    .into_iter()
                    .flat_map(|(field, texts)| texts.into_iter().flatten().map(move |text| (field, text))),
            )
            .chain(self.parts().iter().flat_map(|part| {
                [
                    ("content.parts.id", part.id.as_str()),
                    ("content.parts.type", &part.media_type),
                ]
            }))
            .chain(
                self.reasons
                    .iter()
                    .flat_map(|reason| [("reasons.code", reason.code.as_str()), ("reasons.text", &reason.text)]),
            )
    }
}

fn text_pair(party: &Option<PartyRef>) -> [Option<&str>; 2] {
    party
        .as_ref()
        .map(|party| [party.role.as_deref(), party.mandate.as_deref()])
        .unwrap_or_default()
}

/// A record read from bytes that somebody handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedRecord {
    /// What it says.
    pub body: EventBody,
    /// SHA-256 of the bytes: the entry in the log.
    pub hash: Hash,
}

impl ParsedRecord {
    /// Reads `event.json`, strictly.
    ///
    /// # Errors
    /// [`RecordError`]: anything that this hub would not itself have written.
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        let body: EventBody = serde_json::from_slice(bytes).map_err(RecordError::Json)?;
        body.check()?;
        if body.encode()? != bytes {
            return Err(RecordError::NotCanonical);
        }
        Ok(Self {
            body,
            hash: sha256(bytes),
        })
    }
}
