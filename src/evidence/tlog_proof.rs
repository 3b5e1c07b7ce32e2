//! The proof that one entry is in the log, as text (C2SP tlog-proof): index, hashes from leaf to root, signed checkpoint.
//!
//! Guarantees: one spelling; reading what was written gives the same value. Extra data is never written and never accepted: it
//! would not be authenticated.

use super::{
    Hash,
    checkpoint::{self, Checkpoint, NoteError, VerifierKey},
    tree::{TreeError, leaf_hash, verify_inclusion},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{fmt, str::FromStr};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// Why a proof of inclusion is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofError {
    /// Not in the format.
    #[error("not a tlog-proof")]
    Malformed,
    /// The checkpoint is not signed by a known key.
    #[error("the checkpoint does not hold")]
    Checkpoint(#[source] NoteError),
    /// The hashes do not lead from the entry to the checkpoint's root.
    #[error("the entry is not in the log at this index")]
    Inclusion(#[source] TreeError),
}

/// The place of one entry in a signed tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// The entry's index in the log, from 0.
    pub index: u64,
    /// RFC 6962 2.1.1, the leaf's sibling first.
    pub hashes: Vec<Hash>,
    /// The signed checkpoint, verbatim.
    pub checkpoint: String,
}

impl TlogProof {
    /// Checks that one of `keys` signed the checkpoint, and that `entry` is in its tree at the index.
    ///
    /// # Errors
    /// [`TlogProofError::Checkpoint`], [`TlogProofError::Inclusion`].
    pub fn verify(&self, entry: &[u8], keys: &[VerifierKey]) -> Result<Checkpoint, TlogProofError> {
        let mut result = Err(NoteError::NotSigned);
        for key in keys {
            result = checkpoint::verify(&self.checkpoint, key);
            if !matches!(result, Err(NoteError::NotSigned)) {
                break;
            }
        }
        let head = result.map_err(TlogProofError::Checkpoint)?;
        verify_inclusion(&leaf_hash(entry), self.index, head.size, &self.hashes, &head.root)
            .map_err(TlogProofError::Inclusion)?;
        Ok(head)
    }

    fn read(text: &str) -> Option<Self> {
        let (head, checkpoint) = text.split_once("\n\n")?;
        let mut lines = head.split('\n');
        if lines.next()? != FIRST_LINE {
            return None;
        }
        let index = lines.next()?.strip_prefix("index ")?.parse().ok()?;
        let hashes: Option<Vec<Hash>> = lines.map(|line| STANDARD.decode(line).ok()?.try_into().ok()).collect();
        Some(Self {
            index,
            hashes: hashes?,
            checkpoint: checkpoint.to_owned(),
        })
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}\nindex {}", self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", STANDARD.encode(hash))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for TlogProof {
    type Err = TlogProofError;

    fn from_str(text: &str) -> Result<Self, TlogProofError> {
        Self::read(text)
            .filter(|proof| proof.to_string() == text)
            .ok_or(TlogProofError::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads_the_format() {
        let proof = TlogProof {
            index: 5,
            hashes: vec![[1; 32], [2; 32]],
            checkpoint: "log\n7\nroot\n\n— log sig\n".into(),
        };
        let text = proof.to_string();
        assert_eq!(
            text,
            "c2sp.org/tlog-proof@v1\nindex 5\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n\
             AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n\nlog\n7\nroot\n\n— log sig\n"
        );
        assert_eq!(text.parse(), Ok(proof));
        for bad in [
            text.replace("index 5", "index 05"),
            text.replace("index 5", "index +5"),
            text.replace("index 5", "extra AA==\nindex 5"),
            text.replace("v1", "v2"),
            text.replace("AgI=", "AgJ="),
            text.replace('\n', "\r\n"),
        ] {
            assert_eq!(bad.parse::<TlogProof>(), Err(TlogProofError::Malformed), "{bad}");
        }
    }
}
