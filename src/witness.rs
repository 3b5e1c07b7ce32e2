//! A witness: somebody other than the hub who remembers the last checkpoint of each log it follows, and cosigns a newer one only when that
//! extends it (C2SP tlog-witness); and the hub's side, which asks such witnesses ([`client`]).
//!
//! Guarantees: of one log, no two trees are ever cosigned of which one is not the beginning of the other, whatever is sent at once and whenever the
//! process is killed: what is cosigned is remembered durably before the cosignature is made. Leaves out: HTTP (`http::witness`).

pub mod client;
pub mod memory;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::time::Clock;
use crate::evidence::checkpoint::{self, Checkpoint, VerifierKey};
use crate::evidence::cosignature::{CosignerKey, WitnessKey};
use crate::evidence::note::unverified_text;
use crate::evidence::submission::Submission;
use crate::evidence::tree::{TreeError, verify_consistency};
use memory::{Memory, MemoryError};

/// Why a checkpoint is not cosigned.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Not in the format, or of a smaller tree than it says to extend.
    #[error("not a checkpoint with its proof")]
    Malformed,
    /// A log that this witness does not follow.
    #[error("this witness does not follow the log")]
    UnknownLog,
    /// None of the log's keys signed it.
    #[error("not signed by a key of the log")]
    NotSigned,
    /// It extends another size than the one cosigned last, which is this; or it is of this size and another tree.
    #[error("the tree cosigned last has {0} entries")]
    Conflict(u64),
    /// The proof does not show that it extends the tree cosigned last.
    #[error("the proof does not lead from the tree cosigned last to this one")]
    WrongProof(#[source] TreeError),
    /// It could not be remembered, so it was not cosigned; may be repeated.
    #[error("the witness cannot remember now")]
    Memory(#[from] MemoryError),
}

/// A witness with its key, the logs it follows and what it remembers of them.
#[derive(Debug)]
pub struct Witness {
    key: WitnessKey,
    /// The keys of each log, by its origin.
    logs: BTreeMap<String, Vec<VerifierKey>>,
    /// Held from the comparison until the new checkpoint is durable, so that two requests at once are one after the other.
    memory: Mutex<Memory>,
    clock: Arc<dyn Clock>,
}

impl Witness {
    /// A witness that follows the logs of these keys; several keys of one origin are one log's.
    #[must_use]
    pub fn new(key: WitnessKey, logs: Vec<VerifierKey>, memory: Memory, clock: Arc<dyn Clock>) -> Self {
        let mut by_origin: BTreeMap<String, Vec<VerifierKey>> = BTreeMap::new();
        for log in logs {
            by_origin.entry(log.name().to_owned()).or_default().push(log);
        }
        Self {
            key,
            logs: by_origin,
            memory: Mutex::new(memory),
            clock,
        }
    }

    /// The witness's public key.
    #[must_use]
    pub fn public(&self) -> &CosignerKey {
        self.key.public()
    }

    /// Cosigns a submission (the body of `add-checkpoint`): the line to add to the checkpoint. Waits for the disk. May be repeated: the same
    /// checkpoint is cosigned again, with a newer time.
    ///
    /// # Errors
    /// [`Refusal`]; nothing is cosigned then.
    pub fn add_checkpoint(&self, body: &[u8]) -> Result<String, Refusal> {
        let body = std::str::from_utf8(body).map_err(|_| Refusal::Malformed)?;
        let submission: Submission = body.parse().map_err(|_| Refusal::Malformed)?;
        let text = unverified_text(&submission.checkpoint).map_err(|_| Refusal::Malformed)?;
        let offered = Checkpoint::parse(text).map_err(|_| Refusal::Malformed)?;
        let keys = self.logs.get(&offered.origin).ok_or(Refusal::UnknownLog)?;
        let signed = |key| checkpoint::verify(&submission.checkpoint, key) == Ok(offered.clone());
        if !keys.iter().any(signed) {
            return Err(Refusal::NotSigned);
        }
        if submission.old > offered.size {
            return Err(Refusal::Malformed);
        }
        // A thread that panicked changed memory only after the disk.
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let known = memory.last(&offered.origin);
        if submission.old != known.size {
            return Err(Refusal::Conflict(known.size));
        }
        // Of an empty tree there is one root.
        if offered.size == 0 && offered.root != known.root {
            return Err(Refusal::Malformed);
        }
        if offered.size == known.size && offered.root != known.root {
            tracing::error!(
                origin = offered.origin,
                size = known.size,
                "THE LOG SIGNED TWO TREES OF ONE SIZE: the second is refused, both are kept"
            );
            memory.keep_contradiction(&offered.origin, &submission.checkpoint);
            return Err(Refusal::Conflict(known.size));
        }
        verify_consistency(known.size, offered.size, &submission.proof, &known.root, &offered.root)
            .map_err(Refusal::WrongProof)?;
        memory.remember(&offered, &submission.checkpoint)?;
        let now = self.clock.now().as_second().max(0).unsigned_abs();
        let line = self.key.cosign(text, now);
        tracing::info!(origin = offered.origin, size = offered.size, "cosigned");
        Ok(line)
    }
}

#[cfg(test)]
mod tests;
