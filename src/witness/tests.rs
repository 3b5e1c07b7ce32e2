//! What a witness cosigns, what it refuses, and what it remembers of it.

use super::*;
use crate::domain::time::SimulatedClock;
use crate::evidence::Hash;
use crate::evidence::checkpoint::LogKey;
use crate::evidence::tile::TileCoord;
use crate::evidence::tiles::{TileSet, consistency_proof};
use crate::evidence::tree::{leaf_hash, root};
use proptest::prelude::*;
use ring::rand::SystemRandom;
use std::path::Path;

const ORIGIN: &str = "hub.example/log";

/// A log of a few entries.
struct Log {
    key: LogKey,
    leaves: Vec<Hash>,
}

impl Log {
    fn new(entries: u8) -> Self {
        Self {
            key: LogKey::from_pkcs8(ORIGIN, &LogKey::generate(&SystemRandom::new()).unwrap()).unwrap(),
            leaves: (0..entries).map(|n| leaf_hash(&[n])).collect(),
        }
    }

    /// The same log with another entry at this place.
    fn forked(&self, at: usize) -> Vec<Hash> {
        let mut leaves = self.leaves.clone();
        leaves[at] = leaf_hash(b"something else");
        leaves
    }

    fn submission(&self, leaves: &[Hash], old: u64, size: u64) -> Submission {
        let mut tiles = TileSet::new();
        let (index, level, width) = (0, 0, leaves.len() as u16);
        tiles.insert(TileCoord { level, index, width }, leaves.to_vec());
        let root = root(&leaves[..size as usize]);
        Submission {
            old,
            proof: consistency_proof(old, size, &tiles).unwrap_or_default(),
            checkpoint: self.key.sign(ORIGIN, size, &root).unwrap(),
        }
    }
}

fn witness(folder: &Path, log: &Log, der: &[u8]) -> Witness {
    let key = WitnessKey::from_pkcs8("w.example", der).unwrap();
    let clock = Arc::new(SimulatedClock::new("2026-03-02T10:00:00Z".parse().unwrap()));
    Witness::new(
        key,
        vec![log.key.public().clone()],
        Memory::open(folder).unwrap(),
        clock,
    )
}

fn offer(witness: &Witness, submission: &Submission) -> Result<u64, Refusal> {
    let line = witness.add_checkpoint(submission.to_string().as_bytes())?;
    let note = format!("{}{line}", submission.checkpoint);
    Ok(witness.public().cosigned(&note).unwrap())
}

fn key() -> zeroize::Zeroizing<Vec<u8>> {
    WitnessKey::generate(&SystemRandom::new()).unwrap()
}

#[test]
fn a_log_that_grows_is_cosigned_and_one_that_forks_is_not() {
    let (folder, log, der) = (tempfile::tempdir().unwrap(), Log::new(20), key());
    let witness_of = || witness(folder.path(), &log, &der);
    let witness = witness_of();
    let true_one = |old, size| log.submission(&log.leaves, old, size);
    assert_eq!(offer(&witness, &true_one(0, 5)).unwrap(), 1_772_445_600);
    offer(&witness, &true_one(5, 5)).unwrap();
    assert!(matches!(offer(&witness, &true_one(0, 9)), Err(Refusal::Conflict(5))));
    assert!(matches!(offer(&witness, &true_one(4, 9)), Err(Refusal::Conflict(5))));
    offer(&witness, &true_one(5, 9)).unwrap();
    assert!(matches!(offer(&witness, &true_one(5, 5)), Err(Refusal::Conflict(9))));
    assert!(matches!(offer(&witness, &true_one(9, 5)), Err(Refusal::Malformed)));

    let forked = log.forked(3);
    let other_tree = log.submission(&forked, 9, 9);
    assert!(matches!(offer(&witness, &other_tree), Err(Refusal::Conflict(9))));
    let growing = log.submission(&forked, 9, 20);
    assert!(matches!(offer(&witness, &growing), Err(Refusal::WrongProof(_))));
    let mut unproved = true_one(9, 20);
    unproved.proof.pop();
    assert!(matches!(offer(&witness, &unproved), Err(Refusal::WrongProof(_))));

    // Both notes are kept: who has them proves that the log lied.
    let kept: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "contradiction"))
        .collect();
    assert_eq!(kept.len(), 1);
    assert!(
        std::fs::read_to_string(&kept[0])
            .unwrap()
            .ends_with(&other_tree.checkpoint)
    );

    // Nothing of that changed what it knows, and another process knows the same.
    drop(witness);
    let witness = witness_of();
    assert!(matches!(offer(&witness, &other_tree), Err(Refusal::Conflict(9))));
    offer(&witness, &true_one(9, 20)).unwrap();
}

#[test]
fn an_empty_tree_has_one_root() {
    let (folder, log) = (tempfile::tempdir().unwrap(), Log::new(3));
    let witness = witness(folder.path(), &log, &key());
    let mut empty = log.submission(&log.leaves, 0, 0);
    offer(&witness, &empty).unwrap();
    empty.checkpoint = log.key.sign(ORIGIN, 0, &leaf_hash(b"something")).unwrap();
    assert!(matches!(offer(&witness, &empty), Err(Refusal::Malformed)));
    offer(&witness, &log.submission(&log.leaves, 0, 3)).unwrap();
}

#[test]
fn only_logs_it_follows_and_only_their_keys() {
    let (folder, log) = (tempfile::tempdir().unwrap(), Log::new(3));
    let witness = witness(folder.path(), &log, &key());
    let other = Log::new(3);
    let forged = other.submission(&other.leaves, 0, 3);
    assert!(matches!(offer(&witness, &forged), Err(Refusal::NotSigned)));
    let mut unknown = log.submission(&log.leaves, 0, 3);
    unknown.checkpoint = unknown.checkpoint.replace(ORIGIN, "other.example/log");
    assert!(matches!(offer(&witness, &unknown), Err(Refusal::UnknownLog)));
    for body in [
        &b""[..],
        b"old 0\n\n",
        b"old 0\n\nx\n\ny\n",
        b"\xff",
        b"old 0\n\nlog\n1\nroot\n\n\xe2\x80\x94 a b\n",
    ] {
        assert!(
            matches!(witness.add_checkpoint(body), Err(Refusal::Malformed)),
            "{body:?}"
        );
    }
}

#[test]
fn one_process_has_the_folder_and_a_damaged_memory_stops_it() {
    let (folder, log, der) = (tempfile::tempdir().unwrap(), Log::new(3), key());
    let first = witness(folder.path(), &log, &der);
    assert!(matches!(Memory::open(folder.path()), Err(MemoryError::InUse(_))));
    offer(&first, &log.submission(&log.leaves, 0, 3)).unwrap();
    drop(first);
    let file = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|it| it == "checkpoint"))
        .unwrap();
    let whole = std::fs::read(&file).unwrap();
    // What a kill leaves behind beside it does not matter.
    std::fs::write(file.with_extension("checkpoint.new"), "half").unwrap();
    assert_eq!(Memory::open(folder.path()).unwrap().last(ORIGIN).size, 3);
    for damaged in [&whole[..whole.len() / 2], b""] {
        std::fs::write(&file, damaged).unwrap();
        assert!(matches!(Memory::open(folder.path()), Err(MemoryError::Unreadable(_))));
    }
    std::fs::remove_file(&file).unwrap();
    assert!(matches!(Memory::open(folder.path()), Err(MemoryError::Gone(_))));
    std::fs::write(&file, whole).unwrap();
    assert_eq!(Memory::open(folder.path()).unwrap().last(ORIGIN).size, 3);
}

#[test]
fn what_cannot_be_remembered_is_not_cosigned() {
    let (folder, log) = (tempfile::tempdir().unwrap(), Log::new(9));
    let inner = folder.path().join("w");
    std::fs::create_dir(&inner).unwrap();
    let witness = witness(&inner, &log, &key());
    offer(&witness, &log.submission(&log.leaves, 0, 3)).unwrap();
    let away = folder.path().join("away");
    std::fs::rename(&inner, &away).unwrap();
    let next = log.submission(&log.leaves, 3, 9);
    assert!(matches!(offer(&witness, &next), Err(Refusal::Memory(_))));
    std::fs::rename(&away, &inner).unwrap();
    offer(&witness, &next).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is offered in whatever order, of true and forked trees: the trees cosigned are beginnings of one another.
    #[test]
    fn no_two_trees_that_contradict_each_other_are_cosigned(
        offers in prop::collection::vec((any::<bool>(), 0_u64..20, 1_u64..=20), 1..40),
        at in 0_usize..20,
    ) {
        let (folder, log) = (tempfile::tempdir().unwrap(), Log::new(20));
        let witness = witness(folder.path(), &log, &key());
        let forked = log.forked(at);
        let mut seen: BTreeMap<u64, bool> = BTreeMap::new();
        let mut known = 0;
        for (lies, old, size) in offers {
            // Half of the time from the size it knows, so that some are cosigned.
            let old = if old % 2 == 0 { known } else { old };
            let leaves = if lies { &forked } else { &log.leaves };
            if offer(&witness, &log.submission(leaves, old, size)).is_ok() {
                prop_assert!(size >= known);
                known = size;
                if size as usize > at {
                    seen.insert(size, lies);
                }
            }
        }
        let kinds: std::collections::BTreeSet<_> = seen.values().collect();
        prop_assert!(kinds.len() <= 1, "{seen:?}");
    }
}
