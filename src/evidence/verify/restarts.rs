//! Whether the logs of a file are one after the other: each later one begins with the record that holds the last checkpoint of the one before.
//!
//! Guarantees: a key that the reader has for the old log is taken for the new one only after it signed a tree of the new log whose first leaf is
//! that record. What was lost between the two is named in words. Whether the hub had to restart is not judged: that is the operator's word.

use super::{Outcome, Trust, Verdict, announcements::Announcements};
use crate::evidence::{
    checkpoint::{self, Checkpoint, VerifierKey},
    note::unverified_text,
    proof::ProofEvent,
    record::ParsedRecord,
    restart::Restart,
    seal::verify_seal,
    tlog_proof::TlogProof,
};

const WHAT: &str = "restart";

/// The logs of a hub by their age, as the restarts in a file tell it; empty when there was none. And whether keys are known by the word of others.
#[derive(Debug, Default)]
pub(super) struct Logs {
    names: Vec<String>,
    announced: bool,
}

impl Logs {
    /// Whether the log `origin` ended before `other` began.
    pub(super) fn is_older(&self, origin: &str, other: &str) -> bool {
        let age = |name: &str| self.names.iter().position(|it| it == name);
        matches!((age(origin), age(other)), (Some(one), Some(two)) if one < two)
    }

    /// Adds what nobody can know of a log that was restarted, and of keys that were replaced.
    pub(super) fn tell_unknown(&self, verdict: &mut Verdict) {
        if self.announced {
            verdict.cannot_know.push(
                "Whether a key that was replaced stayed secret: the new one is known by the word of the one before it. Ask the hub's operator for the \
                 new one on another way."
                    .to_owned(),
            );
        }
        if !self.names.is_empty() {
            verdict.cannot_know.push(
                "What stood in the leaves of the log that are lost: a proof that was handed out before the loss still shows what it shows."
                    .to_owned(),
            );
        }
    }
}

/// The heads of logs that ended, the oldest first, and how much is held of each.
type Ended = Vec<(Checkpoint, u64)>;

/// One restart that holds.
struct Found {
    ended: Ended,
    /// The keys of the new log.
    keys: Vec<VerifierKey>,
    restart: Restart,
    time: jiff::Timestamp,
}

/// Checks the restarts and the announcements of keys in a file, and adds the keys of the logs that began, and those announced, to those the file is
/// held to.
pub(super) fn check(
    restarts: &[ProofEvent],
    announcements: &[ProofEvent],
    keys: &mut Trust,
    verdict: &mut Verdict,
) -> Logs {
    let mut announced = Announcements::read(announcements);
    announced.accept(keys);
    let mut logs = Logs::default();
    let (mut problems, mut told) = (Vec::new(), Vec::new());
    for (event, number) in restarts.iter().zip(1..) {
        match read(event, &logs, keys) {
            Err(problem) => problems.push(format!("restart {number}: {problem}")),
            Ok(found) => {
                for (head, held) in &found.ended {
                    told.push(gap(head, *held, &found));
                    if logs.names.last() != Some(&head.origin) {
                        logs.names.push(head.origin.clone());
                    }
                }
                logs.names.push(found.restart.origin);
                let new = found.keys.into_iter().filter(|key| !keys.log_keys.contains(key));
                let new: Vec<_> = new.collect();
                keys.log_keys.extend(new);
                // Of the log that began here.
                announced.accept(keys);
            }
        }
    }
    logs.announced = announced.conclude(keys, verdict);
    if restarts.is_empty() {
        return logs;
    }
    verdict.conclude(
        WHAT,
        problems,
        "the log was begun anew: each later log begins with the record that holds the last checkpoint of the one before, and is signed by its key",
    );
    for gap in told {
        verdict.push(WHAT, Outcome::Note, gap);
    }
    logs
}

/// What was lost of one log, in words.
fn gap(head: &Checkpoint, held: u64, found: &Found) -> String {
    let (origin, size) = (&head.origin, head.size);
    let lost = match size.saturating_sub(held) {
        0 => format!("the log {origin} ended with {size} leaves, none lost"),
        1 => format!("of the log {origin} what was added between size {held} and size {size} is lost (1 leaf)"),
        lost => {
            format!("of the log {origin} what was added between size {held} and size {size} is lost ({lost} leaves)")
        }
    };
    format!(
        "{lost}: an older backup was restored, and the log went on as {} on {}. The operator's reason: {}",
        found.restart.origin, found.time, found.restart.reason
    )
}

fn read(event: &ProofEvent, logs: &Logs, keys: &Trust) -> Result<Found, String> {
    let bytes = event
        .event
        .as_ref()
        .filter(|_| event.withheld.is_none() && event.disclosures.is_empty());
    let record = bytes.and_then(|bytes| ParsedRecord::parse(bytes).ok());
    let (Some(bytes), Some(record)) = (bytes, record) else {
        return Err("its record cannot be read".into());
    };
    let restart = Restart::read(&record).ok_or("its record tells of no restart")?;
    let seal = event.seal.as_deref().ok_or("its record has no seal")?;
    match verify_seal(seal, &keys.seal_keys) {
        Ok((payload, _)) if payload == *bytes => {}
        Ok(_) => return Err("the seal is over something else".into()),
        Err(error) => return Err(error.to_string()),
    }
    let (signers, ended) = ended(&restart, logs, keys)?;
    if ended.iter().any(|(head, _)| head.origin == restart.origin) || logs.names.contains(&restart.origin) {
        return Err("the new log has the name of an old one".into());
    }
    let new: Result<Vec<_>, _> = signers.iter().map(|key| key.renamed(&restart.origin)).collect();
    let new = new.map_err(|_| "the new log has a name that none can have")?;
    let place: TlogProof = event
        .tlog_proof
        .as_deref()
        .and_then(|text| text.parse().ok())
        .ok_or("it is not shown to stand in the log")?;
    let known = keys.log_keys.iter().filter(|key| key.name() == restart.origin);
    let both: Vec<_> = new.iter().chain(known).cloned().collect();
    match place.verify(&record.hash, &both) {
        Ok(_) if place.index == 0 => {}
        Ok(_) => return Err("it is not the first leaf of the new log".into()),
        Err(error) => return Err(error.to_string()),
    }
    Ok(Found {
        ended,
        keys: new,
        time: record.body.time,
        restart,
    })
}

/// The keys that the log had which the restart continues, and the checkpoints of all that ended with how much is held of each.
fn ended(restart: &Restart, logs: &Logs, keys: &Trust) -> Result<(Vec<VerifierKey>, Ended), String> {
    let mut signers = Vec::new();
    let mut heads = Ended::new();
    for (ended, number) in restart.ended.iter().zip(0..) {
        let unread = || "the last checkpoint of the old log cannot be read".to_owned();
        let text = unverified_text(&ended.checkpoint).map_err(|_| unread())?;
        let origin = Checkpoint::parse(text).map_err(|_| unread())?.origin;
        if number == 0 {
            if logs.names.last().is_some_and(|last| *last != origin) {
                return Err("it does not continue the log before it".into());
            }
            signers = keys
                .log_keys
                .iter()
                .filter(|key| key.name() == origin)
                .cloned()
                .collect();
        } else if heads.iter().any(|(head, _)| head.origin == origin) {
            return Err("a log ended twice".into());
        }
        let signed = signers.iter().find_map(|key| {
            let key = key.renamed(&origin).ok()?;
            checkpoint::verify(&ended.checkpoint, &key).ok()
        });
        let head = signed.ok_or("the last checkpoint of the old log is not signed by a known key")?;
        if ended.held > head.size {
            return Err("more is held of the old log than there was".into());
        }
        heads.push((head, ended.held));
    }
    Ok((signers, heads))
}
