//! The announcement of a key that will take the place of another: a record in the log in which both keys speak.
//!
//! Of the log's key it holds a note that old and new key signed; of the seals the new key's certificates and its own seal over the words that it
//! follows the old one, and the record itself is sealed by the old one. So who trusts the old key learns of the new one from the file at hand.
//! Guarantees: what [`Announcement::to_reasons`] writes, [`Announcement::read`] reads, and nothing else. No note of this form is a checkpoint, no seal of
//! this form one over a record.

use serde::Serialize;

use super::body::Reason;
use super::checkpoint::{LogKey, VerifierKey};
use super::event_type::EventType;
use super::note::unverified_text;
use super::parse::ParsedRecord;
use super::seal::{SealKey, SealPublic, verify_seal};
use super::signer::SignerError;

const ANNOUNCED: &str = "KEY_ANNOUNCED";
const LOG_NOTE: &str = "LOG_KEY_NOTE";
const SEAL_REPLACED: &str = "SEAL_KEY_REPLACED";
const SEAL_CERTIFICATES: &str = "SEAL_CERTIFICATES";
const SEAL_BY_NEW: &str = "SEALED_BY_NEW_KEY";
const SEAL_REPLACED_CHAIN: &str = "SEAL_REPLACED_CERTIFICATES_SHA256";
/// The second line of the note about a log's key; a checkpoint has a number there.
const NOTE_KIND: &str = "key announcement";

/// A key that is announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Why, in the operator's words.
    pub reason: String,
    /// The key.
    pub key: AnnouncedKey,
}

/// Which key takes over, in the words of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnnouncedKey {
    /// One that signs the log: a note with the two verifier keys, signed by both.
    Log {
        /// The signed note.
        note: String,
    },
    /// One that seals records.
    Seal {
        /// The thumbprint of the key that it replaces.
        replaced: String,
        /// Its certificates, PEM, its own first.
        chain: String,
        /// Its seal over the words that it replaces the other.
        by_new: String,
        /// SHA-256 of the certificates of the key that it replaces (PEM), hex.
        replaced_chain: String,
    },
}

/// What the new key of the seals says. Members in the order of RFC 8785.
#[derive(Serialize)]
struct Succession<'a> {
    announces: &'a str,
    kind: &'static str,
    replaces: &'a str,
}

impl Succession<'_> {
    fn bytes(announces: &SealPublic, replaces: &str) -> Vec<u8> {
        let words = Succession {
            announces: &announces.kid(),
            kind: "tiedoksi-key-announcement",
            replaces,
        };
        super::seal::to_json(&words).into_bytes()
    }
}

impl Announcement {
    /// That `new` will sign the log `origin` in the place of `old`.
    ///
    /// # Errors
    /// [`SignerError`].
    pub fn of_log_key(reason: String, origin: &str, old: &LogKey, new: &LogKey) -> Result<Self, SignerError> {
        let name = |key: &LogKey| key.public_of(origin).unwrap_or_else(|_| key.public().clone());
        let text = format!("{origin}\n{NOTE_KIND}\n{}\n{}\n", name(old), name(new));
        let note = format!("{text}\n{}{}", old.line(origin, &text)?, new.line(origin, &text)?);
        Ok(Self {
            reason,
            key: AnnouncedKey::Log { note },
        })
    }

    /// That `new` will seal records in the place of `old`, whose certificates are `old_chain` (PEM).
    ///
    /// # Errors
    /// [`SignerError`].
    pub fn of_seal(reason: String, old: &SealKey, old_chain: &str, new: &SealKey) -> Result<Self, SignerError> {
        let replaced = old.public().kid();
        let by_new = new
            .seal(&Succession::bytes(new.public(), &replaced))
            .map_err(|_| SignerError)?;
        Ok(Self {
            reason,
            key: AnnouncedKey::Seal {
                replaced,
                chain: new.chain_pem().to_owned(),
                by_new,
                replaced_chain: chain_sha256(old_chain),
            },
        })
    }

    /// The announcement as the reasons of its record.
    #[must_use]
    pub fn to_reasons(&self) -> Vec<Reason> {
        let reason = |code: &str, text: &str| Reason {
            code: code.to_owned(),
            text: text.to_owned(),
        };
        let mut reasons = vec![reason(ANNOUNCED, &self.reason)];
        match &self.key {
            AnnouncedKey::Log { note } => reasons.push(reason(LOG_NOTE, note)),
            AnnouncedKey::Seal {
                replaced,
                chain,
                by_new,
                replaced_chain,
            } => reasons.extend([
                reason(SEAL_REPLACED, replaced),
                reason(SEAL_CERTIFICATES, chain),
                reason(SEAL_BY_NEW, by_new),
                reason(SEAL_REPLACED_CHAIN, replaced_chain),
            ]),
        }
        reasons
    }

    /// The announcement that a record tells of; none when it is no record of one. What it claims is not checked.
    #[must_use]
    pub fn read(record: &ParsedRecord) -> Option<Self> {
        if record.body.event != EventType::KeyAnnounced {
            return None;
        }
        let reasons = &record.body.reasons;
        let text = |at: usize, code: &str| Some(reasons.get(at).filter(|it| it.code == code)?.text.clone());
        let key = match text(1, LOG_NOTE) {
            Some(note) => AnnouncedKey::Log { note },
            None => AnnouncedKey::Seal {
                replaced: text(1, SEAL_REPLACED)?,
                chain: text(2, SEAL_CERTIFICATES)?,
                by_new: text(3, SEAL_BY_NEW)?,
                replaced_chain: text(4, SEAL_REPLACED_CHAIN)?,
            },
        };
        let announcement = Self {
            reason: text(0, ANNOUNCED)?,
            key,
        };
        (announcement.to_reasons() == *reasons).then_some(announcement)
    }
}

/// The old and the new key of a note about a log's key; none unless both signed it, under the same name.
#[must_use]
pub fn log_keys(note: &str) -> Option<(VerifierKey, VerifierKey)> {
    let text = unverified_text(note).ok()?;
    let mut lines = text.lines();
    let (origin, kind) = (lines.next()?, lines.next()?);
    let (old, new): (VerifierKey, VerifierKey) = (lines.next()?.parse().ok()?, lines.next()?.parse().ok()?);
    let named = kind == NOTE_KIND && lines.next().is_none() && old.name() == origin && new.name() == origin;
    let signed = |key: &VerifierKey| key.open(note).is_ok();
    (named && old != new && signed(&old) && signed(&new)).then_some((old, new))
}

/// The sum by which an announcement names the certificates (PEM) of the key that is replaced.
#[must_use]
pub fn chain_sha256(pem: &str) -> String {
    hex::encode(super::sha256(pem.as_bytes()))
}

/// The new key of the seals; none unless it says itself that it replaces the other.
#[must_use]
pub fn seal_key(replaced: &str, chain: &str, by_new: &str) -> Option<SealPublic> {
    let new = SealPublic::from_pem_chain(chain).ok()?.into_iter().next()?;
    let (words, _) = verify_seal(by_new, std::slice::from_ref(&new)).ok()?;
    (new.kid() != replaced && words == Succession::bytes(&new, replaced)).then_some(new)
}

#[cfg(test)]
mod tests;
