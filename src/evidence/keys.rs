//! The two keys of evidence, held together: the seal (ES256, X.509) and the log's key (Ed25519), and those that will take their place.
//!
//! A key is replaced with an overlap. First the hub holds the next one beside the one in use and every checkpoint is signed by both; the next key is
//! announced in the log ([`announcement`](super::announcement)); later it takes over. Seals are made by the key in use alone.

use super::Hash;
use super::checkpoint::{self, Checkpoint, LogKey, NoteError, VerifierKey, head_text};
use super::proof::ProofTrust;
use super::seal::SealKey;
use super::signer::SignerError;

/// The keys with which this hub makes evidence. Debug shows nothing of them.
#[derive(Debug)]
pub struct EvidenceKeys {
    /// Seals records.
    pub seal: SealKey,
    /// Signs checkpoints.
    pub log: LogKey,
    /// Those that will take over.
    pub next: NextKeys,
}

/// Keys that will take the place of those in use.
#[derive(Debug, Default)]
pub struct NextKeys {
    /// Of the seals.
    pub seal: Option<SealKey>,
    /// Of the log.
    pub log: Option<LogKey>,
}

impl EvidenceKeys {
    /// The keys in use, without any that will take over.
    #[must_use]
    pub fn new(seal: SealKey, log: LogKey) -> Self {
        Self {
            seal,
            log,
            next: NextKeys::default(),
        }
    }

    /// The public keys as a proof states them: those listed, in their order, or the ones in use while none was ever replaced.
    #[must_use]
    pub fn stated(&self, log_vkeys: &[&str], seal_chains: &[&str]) -> ProofTrust {
        let log_vkey = match log_vkeys {
            [] => self.log.vkey(),
            all => all.join("\n"),
        };
        let seal_chain = match seal_chains {
            [] => self.seal.chain_pem().to_owned(),
            all => all.iter().map(|chain| format!("{}\n", chain.trim_end())).collect(),
        };
        ProofTrust::new(log_vkey, seal_chain)
    }

    /// The signed checkpoint of the tree of `size` leaves, with a line of each of the log's keys that are held. A line whose key is not known to a
    /// reader is none to it (C2SP signed-note).
    ///
    /// # Errors
    /// [`SignerError`].
    pub fn sign_checkpoint(&self, origin: &str, size: u64, root: &Hash) -> Result<String, SignerError> {
        let text = head_text(origin, size, root);
        let mut note = format!("{text}\n{}", self.log.line(origin, &text)?);
        if let Some(next) = &self.next.log {
            note.push_str(&next.line(origin, &text)?);
        }
        Ok(note)
    }

    /// The tree head of a checkpoint of the log `origin` that one of the log's keys signed: one that is held, or one of `before`, whatever its name.
    ///
    /// # Errors
    /// [`NoteError`].
    pub fn head(&self, note: &str, origin: &str, before: &[VerifierKey]) -> Result<Checkpoint, NoteError> {
        let held = [Some(&self.log), self.next.log.as_ref()].into_iter().flatten();
        let mut signed = Err(NoteError::NotSigned);
        for key in held.map(LogKey::public).chain(before) {
            signed = checkpoint::verify(note, &key.renamed(origin)?);
            if signed != Err(NoteError::NotSigned) {
                break;
            }
        }
        signed
    }
}
