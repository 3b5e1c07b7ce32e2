//! The tree that the records of a range stand in: a signed checkpoint, and the tiles that lead from its root to their leaves.
//!
//! Guarantees: a leaf is told only out of a tile that leads to the signed root. Holds the upper tiles, one tile of leaves, and the last one.

use std::collections::BTreeMap;

use super::earlier::Compared;
use super::times::Times;
use super::{Problems, Verdict};
use crate::evidence::Hash;
use crate::evidence::checkpoint::{self, Checkpoint, VerifierKey};
use crate::evidence::tile::{TILE_WIDTH, TileCoord};
use crate::evidence::tiles::{TileSet, consistency_proof, inclusion_proof};
use crate::evidence::tree::{verify_consistency, verify_inclusion};

/// What is known of the tree.
#[derive(Debug, Default)]
pub(super) struct Tree {
    checkpoint: Option<(String, Checkpoint)>,
    set: TileSet,
    /// The tile of leaves that came last, once it is known to lead to the root.
    current: Option<(TileCoord, Vec<Hash>)>,
    /// The tree's last tile of leaves, when it is partial.
    partial: Option<(TileCoord, Vec<Hash>)>,
    settled: bool,
    /// Leaves that must be found in tiles that have not come yet.
    awaited: BTreeMap<u64, Hash>,
    problems: Problems,
}

impl Tree {
    /// The range's checkpoint, once a known key is known to have signed it.
    pub(super) fn begin(&mut self, bytes: &[u8], keys: &[VerifierKey], origin: &str) {
        let text = String::from_utf8_lossy(bytes).into_owned();
        match signed(&text, keys) {
            Some(head) if head.origin == origin => self.checkpoint = Some((text, head)),
            Some(_) => self
                .problems
                .add("the checkpoint is of another log than the range says"),
            None => self.problems.add("the checkpoint is not signed by a known key"),
        }
    }

    pub(super) fn checkpoint(&self) -> Option<(&str, &Checkpoint)> {
        self.checkpoint.as_ref().map(|(text, head)| (text.as_str(), head))
    }

    /// Takes a tile.
    pub(super) fn tile(&mut self, tile: TileCoord, bytes: &[u8]) {
        let Some(head) = self.checkpoint.as_ref().map(|(_, head)| head) else {
            return;
        };
        let (hashes, rest) = bytes.as_chunks::<32>();
        let (level, index) = (tile.level, tile.index);
        let known = TileCoord::in_tree(level, index, head.size) == Some(tile);
        if !known || !rest.is_empty() || hashes.len() != usize::from(tile.width) {
            self.problems.add(format!("tile {level}/{index} is none of this tree"));
            return;
        }
        self.set.insert(tile, hashes.to_vec());
        if level > 0 {
            return;
        }
        let fresh = Some((tile, hashes.to_vec()));
        if tile.width < TILE_WIDTH {
            self.partial = fresh;
        } else if let Some((before, _)) = std::mem::replace(&mut self.current, fresh) {
            self.set.remove(before);
        }
    }

    /// Checks a full tile of leaves that came, and all that waited for it.
    pub(super) fn arrived(&mut self, tile: TileCoord, times: &mut Times, compared: &mut Compared<'_>) {
        let Some((at, hashes)) = self.current.take_if(|(at, _)| *at == tile) else {
            return;
        };
        if self.holds(at, &hashes, times, compared) {
            self.current = Some((at, hashes));
        }
    }

    /// Checks what needs no full tile of leaves, before the first record. May be repeated.
    pub(super) fn settle(&mut self, times: &mut Times, compared: &mut Compared<'_>) {
        if std::mem::replace(&mut self.settled, true) {
            return;
        }
        times.settle();
        let between = |size: u64| size.is_multiple_of(u64::from(TILE_WIDTH));
        times.show(between, |size, root| self.begins_with(size, root));
        compared.show(between, |size, root| self.begins_with(size, root));
        if let Some((at, hashes)) = self.partial.take()
            && self.holds(at, &hashes, times, compared)
        {
            self.partial = Some((at, hashes));
        }
    }

    /// Whether the tile leads to the root; then what waited for it is checked.
    fn holds(&mut self, tile: TileCoord, hashes: &[Hash], times: &mut Times, compared: &mut Compared<'_>) -> bool {
        let Some((_, head)) = &self.checkpoint else {
            return false;
        };
        // The path of one leaf is made of all the others in its tile.
        let (first, size) = (tile.start(), head.size);
        let leads = inclusion_proof(first, size, &self.set)
            .and_then(|path| verify_inclusion(&hashes[0], first, size, &path, &head.root))
            .is_ok();
        if !leads {
            self.problems.add(format!(
                "the tile of leaves {first} to {} does not lead to the signed root",
                tile.end() - 1
            ));
            return false;
        }
        let leaf = |index: u64| usize::try_from(index - first).ok().and_then(|at| hashes.get(at));
        let here: Vec<u64> = self.awaited.range(first..tile.end()).map(|(index, _)| *index).collect();
        for index in here {
            if self.awaited.remove(&index).as_ref() != leaf(index) {
                self.problems.add(format!("leaf {index} of the log is another record"));
            }
        }
        let within =
            |size: u64| size / u64::from(TILE_WIDTH) == tile.index && !size.is_multiple_of(u64::from(TILE_WIDTH));
        times.show(within, |size, root| self.begins_with(size, root));
        compared.show(within, |size, root| self.begins_with(size, root));
        compared.tile(
            first..tile.end(),
            hashes,
            |index| inclusion_proof(index, size, &self.set).ok(),
            size,
        );
        true
    }

    /// Whether the tree begins with that of `size` leaves (RFC 6962 2.1.2), by the tiles at hand.
    fn begins_with(&self, size: u64, root: &Hash) -> bool {
        let Some((_, head)) = &self.checkpoint else {
            return false;
        };
        consistency_proof(size, head.size, &self.set)
            .and_then(|proof| verify_consistency(size, head.size, &proof, root, &head.root))
            .is_ok()
    }

    /// The leaf at `index`, out of the tile that came last, or the tree's last.
    pub(super) fn leaf(&self, index: u64) -> Option<Hash> {
        let tiles = [&self.current, &self.partial].into_iter().flatten();
        let (tile, hashes) = tiles
            .into_iter()
            .find(|(tile, _)| (tile.start()..tile.end()).contains(&index))?;
        hashes.get(usize::try_from(index - tile.start()).ok()?).copied()
    }

    /// Asks for a leaf whose tile comes later.
    pub(super) fn await_leaf(&mut self, index: u64, leaf: Hash) {
        self.awaited.insert(index, leaf);
    }

    pub(super) fn conclude(&mut self, verdict: &mut Verdict) {
        for index in self.awaited.keys() {
            self.problems
                .add(format!("the tally at {index} is not shown to stand in the log"));
        }
        let problems = std::mem::take(&mut self.problems).into_vec();
        match &self.checkpoint {
            Some((_, head)) => verdict.conclude(
                "log",
                problems,
                format!(
                    "every record stands in the log {}, in the signed tree of {} leaves",
                    head.origin, head.size
                ),
            ),
            None if problems.is_empty() => verdict.conclude("log", vec!["there is no checkpoint".to_owned()], ""),
            None => verdict.conclude("log", problems, ""),
        }
    }
}

/// The tree head, once one of the keys is known to have signed it.
pub(super) fn signed(text: &str, keys: &[VerifierKey]) -> Option<Checkpoint> {
    keys.iter().find_map(|key| checkpoint::verify(text, key).ok())
}
