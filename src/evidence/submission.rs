//! What a log hands to a witness (C2SP tlog-witness, `add-checkpoint`): the size that the witness knows, the proof that the tree of that size
//! is the beginning of the new one, and the signed checkpoint.
//!
//! Guarantees: one spelling; reading what was written gives the same value. Nothing in it is verified here.

use super::Hash;
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{fmt, str::FromStr};

/// Most hashes of a proof: one for each level of a tree.
const MOST_HASHES: usize = 63;

/// A body that is not in the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a checkpoint with its proof")]
pub struct NotSubmission;

/// A checkpoint with the proof that it extends an older one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// Leaves of the older tree; 0 where the witness knows none.
    pub old: u64,
    /// RFC 6962 2.1.2; empty where there is nothing to prove.
    pub proof: Vec<Hash>,
    /// The signed note, verbatim.
    pub checkpoint: String,
}

impl Submission {
    fn read(text: &str) -> Option<Self> {
        let (head, checkpoint) = text.split_once("\n\n")?;
        let mut lines = head.split('\n');
        let old = lines.next()?.strip_prefix("old ")?.parse().ok()?;
        let proof: Option<Vec<Hash>> = lines.map(|line| STANDARD.decode(line).ok()?.try_into().ok()).collect();
        Some(Self {
            old,
            proof: proof.filter(|proof| proof.len() <= MOST_HASHES)?,
            checkpoint: checkpoint.to_owned(),
        })
    }
}

impl fmt::Display for Submission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        for hash in &self.proof {
            writeln!(f, "{}", STANDARD.encode(hash))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for Submission {
    type Err = NotSubmission;

    fn from_str(text: &str) -> Result<Self, NotSubmission> {
        Self::read(text)
            .filter(|it| it.to_string() == text)
            .ok_or(NotSubmission)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn writes_and_reads_the_format() {
        let submission = Submission {
            old: 10,
            proof: vec![[1; 32]],
            checkpoint: "log\n12\nroot\n\n\u{2014} log sig\n".into(),
        };
        let text = submission.to_string();
        assert_eq!(
            text,
            "old 10\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n\nlog\n12\nroot\n\n\u{2014} log sig\n"
        );
        assert_eq!(text.parse(), Ok(submission));
        for bad in [
            text.replace("old 10", "old 010"),
            text.replace("old 10", "old +10"),
            text.replace("old 10", "old -1"),
            text.replace("old 10", "old"),
            text.replace("AQE=", "AQF="),
            text.replace("AQE=", ""),
            text.replace('\n', "\r\n"),
            text.replace("\n\n", "\n"),
            String::new(),
        ] {
            assert_eq!(bad.parse::<Submission>(), Err(NotSubmission), "{bad}");
        }
    }

    #[test]
    fn a_proof_of_too_many_hashes_is_refused() {
        let with = |hashes| Submission {
            old: 1,
            proof: vec![[1; 32]; hashes],
            checkpoint: "x".into(),
        };
        assert_eq!(with(63).to_string().parse(), Ok(with(63)));
        assert_eq!(with(64).to_string().parse::<Submission>(), Err(NotSubmission));
    }

    proptest! {
        #[test]
        fn what_strangers_send_is_read_in_one_spelling_or_not(text in "(old )?[0-9]{0,20}\n{0,2}[A=\n ]{0,60}") {
            if let Ok(submission) = text.parse::<Submission>() {
                prop_assert_eq!(submission.to_string(), text);
            }
        }
    }
}
