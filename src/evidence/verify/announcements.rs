//! Whether keys that took the place of others were announced in the log, by the old key and by the new one.
//!
//! Guarantees: a key is added to the reader's only when a key that the reader has said so under its own signature or seal, the new key too, and the
//! record stands in the log. An announcement by a key that the reader does not have adds nothing, and is told.

use super::{Outcome, Trust, Verdict};
use crate::evidence::{
    announcement::{AnnouncedKey, Announcement, log_keys, seal_key},
    checkpoint::VerifierKey,
    proof::ProofEvent,
    record::ParsedRecord,
    restart::first_name,
    seal::{SealError, SealPublic, verify_seal},
    tlog_proof::TlogProof,
};

const WHAT: &str = "new keys";

/// The old and the new key, of one kind.
enum Succession {
    Log(VerifierKey, VerifierKey),
    Seal(String, SealPublic),
}

impl Succession {
    fn of(key: &AnnouncedKey) -> Option<Self> {
        match key {
            AnnouncedKey::Log { note } => log_keys(note).map(|(old, new)| Self::Log(old, new)),
            AnnouncedKey::Seal {
                replaced,
                chain,
                by_new,
                ..
            } => seal_key(replaced, chain, by_new).map(|new| Self::Seal(replaced.clone(), new)),
        }
    }

    fn is_known(&self, keys: &Trust) -> bool {
        match self {
            Self::Log(_, new) => keys.log_keys.iter().any(|key| key.public() == new.public()),
            Self::Seal(_, new) => keys.seal_keys.iter().any(|key| key.kid() == new.kid()),
        }
    }

    /// Adds the new key, when the old one is known; `sealed_by`: the known key that sealed the record. A log's key may be known under the name of an
    /// earlier or later log of the same hub than the one it is announced in: the new one takes its place in each.
    fn accept(&self, keys: &mut Trust, sealed_by: &str) -> bool {
        match self {
            Self::Log(old, new) => {
                let same = |key: &&VerifierKey| {
                    key.public() == old.public() && first_name(key.name()) == first_name(old.name())
                };
                let names: Vec<_> = keys
                    .log_keys
                    .iter()
                    .filter(same)
                    .map(|key| key.name().to_owned())
                    .collect();
                let named: Vec<_> = names.iter().filter_map(|name| new.renamed(name).ok()).collect();
                keys.log_keys.extend(named);
                !names.is_empty()
            }
            Self::Seal(old, new) if old == sealed_by => {
                keys.seal_keys.push(new.clone());
                true
            }
            Self::Seal(..) => false,
        }
    }

    fn told(&self) -> String {
        match self {
            Self::Log(old, new) => format!(
                "the log's key {} in the place of {}",
                hex::encode(new.id()),
                hex::encode(old.id())
            ),
            Self::Seal(old, new) => format!("the key of the seals {} in the place of {old}", new.kid()),
        }
    }
}

/// One announcement that can be read.
struct Entry<'a> {
    bytes: &'a [u8],
    seal: &'a str,
    place: Option<&'a str>,
    record: ParsedRecord,
    reason: String,
    succession: Succession,
    accepted: bool,
}

impl<'a> Entry<'a> {
    fn read(event: &'a ProofEvent) -> Result<Self, &'static str> {
        let bytes = event
            .event
            .as_ref()
            .filter(|_| event.withheld.is_none() && event.disclosures.is_empty() && event.stamped_proof.is_none());
        let bytes = bytes.ok_or("its record cannot be read")?;
        let record = ParsedRecord::parse(bytes).map_err(|_| "its record cannot be read")?;
        let announcement = Announcement::read(&record).ok_or("its record announces no key")?;
        Ok(Self {
            bytes,
            seal: event.seal.as_deref().ok_or("its record has no seal")?,
            place: event.tlog_proof.as_deref(),
            record,
            succession: Succession::of(&announcement.key).ok_or("the old and the new key did not both sign it")?,
            reason: announcement.reason,
            accepted: false,
        })
    }

    /// The thumbprint of the known key that sealed the record; none of an unknown one.
    fn sealed_by(&self, keys: &Trust) -> Result<Option<String>, String> {
        match verify_seal(self.seal, &keys.seal_keys) {
            Ok((payload, key)) if payload == self.bytes => Ok(Some(key.kid())),
            Ok(_) => Err("the seal is over something else".to_owned()),
            Err(SealError::UnknownKey) => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }

    /// That it stands in a log of the hub; which of them follow each other is not judged here.
    fn is_logged(&self, keys: &Trust) -> Result<(), String> {
        let place = self.place.and_then(|text| text.parse::<TlogProof>().ok());
        let place = place.ok_or("it is not shown to stand in the log")?;
        let origin = place.checkpoint.lines().next().unwrap_or_default();
        let same = keys
            .log_keys
            .iter()
            .filter(|key| first_name(key.name()) == first_name(origin));
        let named: Vec<_> = same.filter_map(|key| key.renamed(origin).ok()).collect();
        place
            .verify(&self.record.hash, &named)
            .map_err(|error| error.to_string())?;
        match &keys.witnesses {
            Some(policy) => match policy.cosigners(&place.checkpoint) {
                Ok(names) if names.len() >= policy.quorum() => Ok(()),
                _ => Err(
                    "not enough of the witnesses whose keys you gave cosigned the checkpoint that it is shown under"
                        .to_owned(),
                ),
            },
            None => Ok(()),
        }
    }
}

/// The announcements in a file, in their order.
pub(super) struct Announcements<'a>(Vec<Result<Entry<'a>, &'static str>>);

impl<'a> Announcements<'a> {
    pub(super) fn read(events: &'a [ProofEvent]) -> Self {
        Self(events.iter().map(Entry::read).collect())
    }

    /// Adds the keys that known ones announce. May be repeated when more are known.
    pub(super) fn accept(&mut self, keys: &mut Trust) {
        for entry in self.0.iter_mut().flatten() {
            if !entry.accepted
                && !entry.succession.is_known(keys)
                && let Ok(Some(sealed_by)) = entry.sealed_by(keys)
            {
                entry.accepted = entry.succession.accept(keys, &sealed_by);
            }
        }
    }

    /// Tells what was announced; whether keys were added.
    pub(super) fn conclude(self, keys: &Trust, verdict: &mut Verdict) -> bool {
        let (mut problems, mut told, mut unused) = (Vec::new(), Vec::new(), Vec::new());
        let count = self.0.len();
        for (entry, number) in self.0.into_iter().zip(1..) {
            let mut refuse = |problem: &str| problems.push(format!("announcement {number}: {problem}"));
            let entry = match entry {
                Ok(entry) => entry,
                Err(problem) => {
                    refuse(problem);
                    continue;
                }
            };
            if let Err(problem) = entry.sealed_by(keys) {
                refuse(&problem);
            }
            let words = format!("{}, on {}", entry.succession.told(), entry.record.body.time);
            if entry.accepted {
                if let Err(problem) = entry.is_logged(keys) {
                    refuse(&problem);
                }
                told.push(format!("{words}. The operator's reason: {}", entry.reason));
            } else if !entry.succession.is_known(keys) {
                unused.push(format!(
                    "announced by a key that you did not give, and not used: {words}"
                ));
            }
        }
        let added = !told.is_empty();
        if count > 0 && (added || !problems.is_empty()) {
            let detail =
                "keys that you did not give were announced in the log, each by the key before it and by itself";
            verdict.conclude(WHAT, problems, detail);
        }
        for words in told.into_iter().chain(unused) {
            verdict.push(WHAT, Outcome::Note, words);
        }
        added
    }
}

#[cfg(test)]
mod tests;
