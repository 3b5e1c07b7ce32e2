//! The keys of evidence over time: which there were, which is announced to take over, and the act of announcing one.
//!
//! Guarantees: of each kind at most one key waits to take over. The record that announces it is in the same transaction as the list of public keys,
//! which every proof states; a key in that list which no key of ours announced is refused (module `linked`). Leaves out: where private keys lie,
//! and putting the announced one in the place of the other (`cli`).

mod kept;
mod linked;

use std::ops::RangeInclusive;

pub(super) use self::kept::FirstKeys;
use self::linked::linked;

use super::event::Fact;
use super::place::Places;
use super::restart::checked;
use super::{ActError, Hub};
use crate::domain::time::from_micros;
use crate::evidence::announcement::Announcement;
use crate::evidence::checkpoint::{self, Checkpoint, VerifierKey};
use crate::evidence::keys::EvidenceKeys;
use crate::evidence::proof::{ProofEvent, ProofTrust};
use crate::evidence::record::EventType;
use crate::evidence::restart::origin_of;
use crate::evidence::seal::{SealPublic, sealed_bytes};
use crate::evidence::signer::SignerError;
use crate::store::ended_log::EndedLogRow;
use crate::store::evidence_key::EvidenceKeyRow;
use crate::store::log::log_of;
use crate::store::{StoreError, Tx};

/// Which of the two keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// The one that signs checkpoints.
    Log,
    /// The one that seals records.
    Seal,
}

impl KeyKind {
    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Seal => "seal",
        }
    }
}

/// What a key is to the hub now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// It was replaced.
    Replaced,
    /// It signs.
    InUse,
    /// It is announced and will take over; this far it is in the log.
    Announced {
        /// Whether the announcement has its place in the log.
        logged: bool,
    },
    /// It was announced, and then another in its place.
    GivenUp,
    /// This process holds it, and nothing tells of it yet.
    Held,
}

/// One of the hub's keys, by its public half.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownKey {
    /// Which.
    pub kind: KeyKind,
    /// The verifier key of the log, or the thumbprint of the sealing key.
    pub name: String,
    /// What it is to the hub.
    pub state: KeyState,
    /// When it was announced; none of one that never was.
    pub announced_at: Option<jiff::Timestamp>,
}

/// The name by which a key is told from others: for a log's key the key itself, whatever log it is named after.
fn identity(kind: KeyKind, public: &str) -> Result<String, ActError> {
    let broken = || ActError::from(StoreError::Missing("key of evidence that can be read"));
    match kind {
        KeyKind::Log => public
            .parse::<VerifierKey>()
            .map(|key| hex::encode(key.public()))
            .map_err(|_| broken()),
        KeyKind::Seal => {
            let keys = SealPublic::from_pem_chain(public).map_err(|_| broken())?;
            keys.first().map(SealPublic::kid).ok_or_else(broken)
        }
    }
}

impl Hub {
    /// The public half of the key in use, and of the one that is held to take over.
    fn held_publics(&self, kind: KeyKind) -> (String, Option<String>) {
        let keys = &self.keys;
        match kind {
            KeyKind::Log => (keys.log.vkey(), keys.next.log.as_ref().map(|key| key.vkey())),
            KeyKind::Seal => (
                keys.seal.chain_pem().to_owned(),
                keys.next.seal.as_ref().map(|key| key.chain_pem().to_owned()),
            ),
        }
    }

    /// Every key that there was or is, and the one that is held to take over: the log's first, each kind in its order.
    pub async fn list_keys(&self) -> Result<Vec<KnownKey>, ActError> {
        let rows = self.db.read().await?.list_evidence_keys().await?;
        let mut known = Vec::new();
        for kind in [KeyKind::Log, KeyKind::Seal] {
            let (current, next) = self.held_publics(kind);
            let used = identity(kind, &current)?;
            let mut state = KeyState::Replaced;
            let own = rows.iter().filter(|row| row.kind == kind.as_str());
            let last = own.clone().map(|row| row.number).max().unwrap_or_default();
            let (mut of_kind, mut identities) = (Vec::new(), Vec::new());
            for row in own {
                let identity = identity(kind, &row.public)?;
                state = match state {
                    _ if identity == used => KeyState::InUse,
                    KeyState::Replaced => KeyState::Replaced,
                    _ if row.number < last => KeyState::GivenUp,
                    _ => KeyState::Announced {
                        logged: row.leaf_index.is_some(),
                    },
                };
                of_kind.push(KnownKey {
                    kind,
                    name: name(kind, &row.public, &identity),
                    state,
                    announced_at: row.event_id.map(|_| from_micros(row.announced_at)),
                });
                identities.push(identity);
            }
            for (public, state) in [(Some(current), KeyState::InUse), (next, KeyState::Held)] {
                let Some(public) = public else { continue };
                let identity = identity(kind, &public)?;
                if !identities.contains(&identity) {
                    of_kind.push(KnownKey {
                        kind,
                        name: name(kind, &public, &identity),
                        state,
                        announced_at: None,
                    });
                }
            }
            known.append(&mut of_kind);
        }
        Ok(known)
    }

    /// Refuses a key in use that the list of keys does not hold, where there is one, or that is not the first while there is none: with it a log would go
    /// on that nobody can follow. Refuses a list that does not hold together.
    pub(super) async fn check_keys(&self, tx: &mut Tx, first: &FirstKeys) -> Result<(), ActError> {
        let rows = tx.list_evidence_keys().await?;
        for kind in [KeyKind::Log, KeyKind::Seal] {
            let used = self.held_publics(kind).0;
            let is_known = match rows.iter().any(|row| row.kind == kind.as_str()) {
                true => !linked(&rows, kind, &used)?.is_empty(),
                false => match first.of(kind) {
                    Some(first) => *first == identity(kind, &used)?,
                    None => true,
                },
            };
            if !is_known {
                let problem = format!(
                    "the key of the {} in use is not one that was announced, as far as this database knows: put the key back that was in use before, or \
                     restore the newer database (docs/keys.md)",
                    kind.as_str()
                );
                return Err(ActError::Evidence(problem.into()));
            }
        }
        Ok(())
    }

    /// Announces the key that this process holds to take over. [`ActError::Contradiction`] when it holds none, or another is announced already;
    /// [`ActError::Invalid`] for a reason that is none. Once announced, a repeat changes nothing.
    pub async fn announce_key(&self, kind: KeyKind, reason: &str) -> Result<KnownKey, ActError> {
        self.announce_held(kind, reason, false).await
    }

    /// The same when another key is announced already that was lost before it took over: that one is given up. Errors as of [`Hub::announce_key`].
    pub async fn announce_key_instead(&self, kind: KeyKind, reason: &str) -> Result<KnownKey, ActError> {
        self.announce_held(kind, reason, true).await
    }

    async fn announce_held(&self, kind: KeyKind, reason: &str, instead: bool) -> Result<KnownKey, ActError> {
        let reason = checked(reason)?;
        self.act(move |hub, tx| {
            let reason = reason.clone();
            Box::pin(async move { hub.announce(tx, kind, reason, instead).await })
        })
        .await?;
        self.keep_first_keys().await?;
        let mut keys = self.list_keys().await?.into_iter().filter(|key| key.kind == kind);
        keys.next_back()
            .ok_or_else(|| StoreError::Missing("announced key").into())
    }

    async fn announce(&self, tx: &mut Tx, kind: KeyKind, reason: String, instead: bool) -> Result<(), ActError> {
        let now = self.now();
        let log = tx.find_log(&self.options.origin).await?.ok_or(ActError::NotFound)?;
        let rows = tx.list_evidence_keys().await?;
        let own: Vec<_> = rows.into_iter().filter(|row| row.kind == kind.as_str()).collect();
        let (current, next) = self.held_publics(kind);
        let next = next.ok_or(NO_NEXT)?;
        let (used, coming) = (identity(kind, &current)?, identity(kind, &next)?);
        let mut known = Vec::new();
        for row in &own {
            known.push(identity(kind, &row.public)?);
        }
        if known.last() == Some(&coming) && used != coming {
            return Ok(());
        }
        if known.contains(&coming) || used == coming {
            return Err(WAS_USED);
        }
        if !instead && known.last().is_some_and(|last| *last != used) {
            return Err(ANOTHER);
        }
        let keys = &self.keys;
        let named = |vkey: &str| -> Result<String, ActError> {
            let key: VerifierKey = vkey.parse().map_err(|_| StoreError::Missing("verifier key"))?;
            Ok(key
                .renamed(&log.name())
                .map_err(|error| ActError::Evidence(Box::new(error)))?
                .to_string())
        };
        let (announcement, public) = match (kind, &keys.next.log, &keys.next.seal) {
            (KeyKind::Log, Some(new), _) => (
                Announcement::of_log_key(reason, &log.name(), &keys.log, new),
                named(&next)?,
            ),
            (KeyKind::Seal, _, Some(new)) => {
                // The certificates as they are listed: those in use may have been renewed since.
                let listed = own
                    .iter()
                    .find(|row| identity(kind, &row.public).is_ok_and(|it| it == used));
                let chain = listed.map_or(current.as_str(), |row| &row.public);
                (Announcement::of_seal(reason, &keys.seal, chain, new), next)
            }
            _ => return Err(NO_NEXT),
        };
        let failed = |error: SignerError| ActError::Evidence(Box::new(error));
        let fact = Fact {
            reasons: announcement.map_err(failed)?.to_reasons(),
            ..Fact::new(EventType::KeyAnnounced, now)
        };
        let (event, record_jws) = self.record_for_all(fact)?;
        let number = i64::try_from(own.len()).unwrap_or_default();
        let row = |number, public, record: Option<(uuid::Uuid, String)>| EvidenceKeyRow {
            kind: kind.as_str().to_owned(),
            number,
            public,
            event_id: record.as_ref().map(|(id, _)| *id),
            record_jws: record.map(|(_, jws)| jws),
            announced_at: now.as_microsecond(),
            leaf_index: None,
        };
        let mut new = vec![row(number + 1, public, Some((event.id, record_jws)))];
        if own.is_empty() {
            // The first key of a kind was never announced: it is written down when the second is.
            new.insert(0, row(1, current, None));
            if let Some(second) = new.last_mut() {
                second.number = 2;
            }
        }
        for row in &new {
            if !tx.insert_evidence_key(row).await? {
                return Err(ANOTHER);
            }
        }
        Ok(tx.insert_events(&[event]).await?)
    }

    /// The tree head of a checkpoint of the log `origin` that one of the hub's keys signed, held or replaced.
    pub(super) async fn own_head(&self, tx: &mut Tx, note: &str, origin: &str) -> Result<Checkpoint, ActError> {
        let broken = |error| ActError::Evidence(Box::new(error));
        if let Ok(head) = self.keys.head(note, origin, &[]) {
            return Ok(head);
        }
        let rows = tx.list_evidence_keys().await?;
        let before = linked(&rows, KeyKind::Log, &self.held_publics(KeyKind::Log).0)?.into_iter();
        let before: Vec<VerifierKey> = before.filter_map(|row| row.public.parse().ok()).collect();
        self.keys.head(note, origin, &before).map_err(broken)
    }

    /// The hub's public keys, as a proof states them: all that there were and are, and the records of their announcements that are in the log.
    pub(super) async fn proof_trust(&self, tx: &mut Tx, places: &mut Places) -> Result<ProofTrust, ActError> {
        let rows = tx.list_evidence_keys().await?;
        let mut trust = stated(&self.keys, &rows)?;
        let mut announced: Vec<_> = rows.iter().filter(|row| row.leaf_index.is_some()).collect();
        announced.sort_by_key(|row| row.leaf_index);
        for row in announced {
            let seal = row
                .record_jws
                .clone()
                .ok_or(StoreError::Missing("record of an announcement"))?;
            let place = places.in_log(tx, row.leaf_index).await?;
            trust.announcements.push(ProofEvent {
                event: Some(sealed_bytes(&seal).ok_or(StoreError::Missing("record of an announcement"))?),
                seal: Some(seal),
                tlog_proof: place.map(|place| place.to_string()),
                ..ProofEvent::default()
            });
        }
        Ok(trust)
    }

    /// The verifier keys of the hub's logs (C2SP signed note), one a line: each log's with every key that signed it, the newest log first.
    pub async fn log_vkeys(&self) -> Result<String, ActError> {
        let mut tx = self.db.read().await?;
        let ended = tx.list_ended_logs().await?;
        let mut logs: Vec<(i64, String)> = ended.iter().map(|row| (row.number, row.origin.clone())).collect();
        let log = tx.find_log(&self.options.origin).await?;
        logs.push(log.map_or_else(|| (1, self.options.origin.clone()), |log| (log.number, log.name())));
        let rows = tx.list_evidence_keys().await?;
        let keys = linked(&rows, KeyKind::Log, &self.held_publics(KeyKind::Log).0)?;
        let newest = logs.last().map_or(1, |(number, _)| *number);
        let spans = self.spans(&keys, &ended, newest)?;
        let mut lines = String::new();
        for (number, origin) in logs.iter().rev() {
            for (key, _) in spans.iter().rev().filter(|(_, span)| span.contains(number)) {
                let key = key
                    .renamed(origin)
                    .map_err(|error| ActError::Evidence(Box::new(error)))?;
                lines.push_str(&format!("{key}\n"));
            }
        }
        Ok(lines)
    }

    /// The log's keys, each with the numbers of the logs that it signed or may sign: from the one that it was announced in to the one that its successor
    /// was announced in or a later one that it signed the beginning of, or to the newest while it has not been replaced.
    fn spans(
        &self,
        rows: &[&EvidenceKeyRow],
        ended: &[EndedLogRow],
        newest: i64,
    ) -> Result<Vec<(VerifierKey, RangeInclusive<i64>)>, ActError> {
        let own = self.keys.log.public();
        let mut spans: Vec<(VerifierKey, RangeInclusive<i64>)> = Vec::new();
        let mut is_replaced = false;
        let mut ends = newest;
        for row in rows.iter().rev() {
            let key: VerifierKey = row.public.parse().map_err(|_| StoreError::Missing("verifier key"))?;
            let announced = row.leaf_index.map_or(newest, log_of);
            let begins = if row.event_id.is_some() { announced } else { 1 };
            let began = ended.iter().filter(|log| self.signed_first(&key, log));
            let last = match is_replaced {
                true => began.map(|log| log.successor).fold(ends, i64::max),
                false => newest,
            };
            is_replaced |= key.public() == own.public();
            ends = announced;
            spans.push((key, begins..=last));
        }
        spans.reverse();
        if spans.is_empty() {
            spans.push((own.clone(), 1..=newest));
        }
        Ok(spans)
    }

    /// Whether the key signed the first checkpoint of the log that followed this one.
    fn signed_first(&self, key: &VerifierKey, ended: &EndedLogRow) -> bool {
        let origin = origin_of(&self.options.origin, ended.successor.unsigned_abs());
        let named = key.renamed(&origin);
        named.is_ok_and(|key| checkpoint::verify(&ended.next_checkpoint, &key).is_ok())
    }

    /// The certificates of all sealing keys that there were and are, PEM.
    pub async fn seal_chains(&self) -> Result<String, ActError> {
        let rows = self.db.read().await?.list_evidence_keys().await?;
        Ok(stated(&self.keys, &rows)?.seal_chain)
    }
}

const NO_NEXT: ActError = ActError::Contradiction("this process holds no key that could take over");
const WAS_USED: ActError = ActError::Contradiction(
    "the key that is held to take over is, or was, in use already: a key is never used a second time",
);
const ANOTHER: ActError = ActError::Contradiction(
    "another key is announced to take over: let it, or put its file back in the place of the one that is held; when it is lost, add --instead",
);

fn name(kind: KeyKind, public: &str, identity: &str) -> String {
    match kind {
        KeyKind::Log => public.to_owned(),
        KeyKind::Seal => identity.to_owned(),
    }
}

/// The public keys, those that were replaced too, without the records of their announcements.
///
/// # Errors
/// [`ActError::Evidence`] when the list holds a key that no key of ours announced.
pub fn stated(keys: &EvidenceKeys, rows: &[EvidenceKeyRow]) -> Result<ProofTrust, ActError> {
    let log = linked(rows, KeyKind::Log, &keys.log.vkey())?;
    let log: Vec<_> = log.into_iter().map(|row| row.public.as_str()).collect();
    let (mut seals, used) = (Vec::new(), keys.seal.chain_pem());
    for row in linked(rows, KeyKind::Seal, used)? {
        // Of the key in use the certificates are at hand.
        let is_used = identity(KeyKind::Seal, &row.public)? == keys.seal.public().kid();
        seals.push(if is_used { used } else { row.public.as_str() });
    }
    Ok(keys.stated(&log, &seals))
}
