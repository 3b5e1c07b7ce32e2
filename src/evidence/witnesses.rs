//! Which witnesses are trusted, and how many of them must have cosigned a checkpoint.
//!
//! Guarantees: every witness counts once, whatever it is called. Leaves out whose keys they are: whoever makes the choice knows.

use super::{cosignature::CosignerKey, note::NoteError};
use std::collections::BTreeSet;

/// Why witnesses and number make no choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// There is none, none is asked for, or more are asked for than there are.
    #[error("the number of witnesses that must have cosigned is not from 1 to as many as there are")]
    BadQuorum,
    /// The same key, or the same name, stands there twice.
    #[error("a witness stands there twice")]
    Twice,
    /// Not `quorum N`.
    #[error("not a line `quorum` with a number")]
    BadText,
}

/// Witnesses, and how many of them are enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessPolicy {
    keys: Vec<CosignerKey>,
    quorum: usize,
}

impl WitnessPolicy {
    /// At least `quorum` of these must have cosigned.
    ///
    /// # Errors
    /// [`PolicyError::BadQuorum`], [`PolicyError::Twice`].
    pub fn new(keys: Vec<CosignerKey>, quorum: usize) -> Result<Self, PolicyError> {
        let publics: BTreeSet<_> = keys.iter().map(CosignerKey::public).collect();
        let names: BTreeSet<_> = keys.iter().map(CosignerKey::name).collect();
        if publics.len() < keys.len() || names.len() < keys.len() {
            return Err(PolicyError::Twice);
        }
        if quorum == 0 || quorum > keys.len() {
            return Err(PolicyError::BadQuorum);
        }
        Ok(Self { keys, quorum })
    }

    /// The witnesses.
    #[must_use]
    pub fn keys(&self) -> &[CosignerKey] {
        &self.keys
    }

    /// How many are enough.
    #[must_use]
    pub fn quorum(&self) -> usize {
        self.quorum
    }

    /// Whether any two groups that are enough have a witness in common: only then can no two trees be cosigned by honest witnesses.
    #[must_use]
    pub fn is_majority(&self) -> bool {
        2 * self.quorum > self.keys.len()
    }

    /// The names of those who cosigned the note.
    ///
    /// # Errors
    /// [`NoteError::WrongSignature`] if any of them has a line that does not hold; [`NoteError::Malformed`].
    pub fn cosigners(&self, note: &str) -> Result<Vec<&str>, NoteError> {
        let mut names = Vec::new();
        for key in &self.keys {
            match key.cosigned(note) {
                Ok(_) => names.push(key.name()),
                Err(NoteError::NotSigned) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(names)
    }

    /// The number in a policy file: `quorum N`, beside empty lines and those that begin with `#`.
    ///
    /// # Errors
    /// [`PolicyError::BadText`].
    pub fn parse_quorum(text: &str) -> Result<usize, PolicyError> {
        let mut lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let number = lines.next().and_then(|line| line.strip_prefix("quorum "));
        match (number.map(|number| number.trim().parse()), lines.next()) {
            (Some(Ok(number)), None) => Ok(number),
            _ => Err(PolicyError::BadText),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::cosignature::WitnessKey;
    use ring::rand::SystemRandom;

    fn witness(name: &str) -> WitnessKey {
        WitnessKey::from_pkcs8(name, &WitnessKey::generate(&SystemRandom::new()).unwrap()).unwrap()
    }

    #[test]
    fn a_witness_counts_once() {
        let der = WitnessKey::generate(&SystemRandom::new()).unwrap();
        let under = |name| WitnessKey::from_pkcs8(name, &der).unwrap().public().clone();
        let twice = |keys| WitnessPolicy::new(keys, 2) == Err(PolicyError::Twice);
        assert!(twice(vec![under("a"), under("a")]));
        assert!(twice(vec![under("a"), under("b")]), "one key under two names");
        assert!(twice(vec![under("a"), witness("a").public().clone()]));
        let text = "log\n1\nroot\n";
        let key = witness("a");
        let policy = WitnessPolicy::new(vec![key.public().clone(), witness("b").public().clone()], 2).unwrap();
        let note = format!("{text}\n{}{}", key.cosign(text, 1), key.cosign(text, 2));
        assert_eq!(policy.cosigners(&note), Ok(vec!["a"]));
        let forged = note.replace("log\n1\n", "log\n2\n");
        assert_eq!(policy.cosigners(&forged), Err(NoteError::WrongSignature));
    }

    #[test]
    fn the_number_is_one_that_can_be_reached() {
        let keys = || ["a", "b", "c"].map(|name| witness(name).public().clone()).to_vec();
        assert_eq!(WitnessPolicy::new(keys(), 0), Err(PolicyError::BadQuorum));
        assert_eq!(WitnessPolicy::new(keys(), 4), Err(PolicyError::BadQuorum));
        assert_eq!(WitnessPolicy::new(Vec::new(), 0), Err(PolicyError::BadQuorum));
        assert!(!WitnessPolicy::new(keys(), 1).unwrap().is_majority());
        assert!(WitnessPolicy::new(keys(), 2).unwrap().is_majority());
    }

    #[test]
    fn the_policy_is_one_line() {
        assert_eq!(WitnessPolicy::parse_quorum("# of three\n\nquorum 2\n"), Ok(2));
        for bad in [
            "",
            "2",
            "quorum",
            "quorum two",
            "quorum -1",
            "quorum 2\nquorum 3",
            "quorum 2\nfoo",
        ] {
            assert_eq!(WitnessPolicy::parse_quorum(bad), Err(PolicyError::BadText), "{bad}");
        }
    }
}
