//! Stored tile hashes: which become complete when leaves are appended, and how proofs are read from them.
//!
//! The storage model: level 0 is the leaf hashes by index; row `i` of level `l` above it is the root of the full tile `i` of
//! level `l - 1`, written once and never changed. Every operation comes in two steps, so that the caller may read its rows
//! however it likes: first the list of tiles needed, then a pure function over them. No operation reads more than 256 hashes
//! for each level and proof element's tile; none reads the whole log.

use super::{
    Hash,
    tile::{TILE_WIDTH, TileCoord, rows},
    tree::{self, TreeError, consistency_ranges, inclusion_ranges},
};
use std::{
    collections::{BTreeSet, HashMap},
    ops::Range,
};

/// Levels that a tree of u64 size can fill.
const LEVELS: u8 = 8;

/// Tiles that have been read from storage.
#[derive(Debug, Clone, Default)]
pub struct TileSet(HashMap<(u8, u64), Vec<Hash>>);

impl TileSet {
    /// No tiles.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the hashes of a tile, in order. A wider reading of the same tile replaces a narrower one.
    pub fn insert(&mut self, tile: TileCoord, hashes: Vec<Hash>) {
        let known = self.0.entry((tile.level, tile.index)).or_default();
        if known.len() < hashes.len() {
            *known = hashes;
        }
    }

    /// Lets go of a tile.
    pub fn remove(&mut self, tile: TileCoord) {
        self.0.remove(&(tile.level, tile.index));
    }

    /// The hashes `rows` of `level`, which must lie in one tile.
    fn slice(&self, level: u8, rows: Range<u64>) -> Result<&[Hash], TreeError> {
        let width = u64::from(TILE_WIDTH);
        let (tile, first) = (rows.start / width, rows.start % width);
        let last = first + (rows.end - rows.start);
        let within = usize::try_from(first).ok().zip(usize::try_from(last).ok());
        self.0
            .get(&(level, tile))
            .zip(within)
            .and_then(|(hashes, (first, last))| hashes.get(first..last))
            .ok_or(TreeError::MissingHash {
                level,
                index: rows.start,
            })
    }

    /// The Merkle tree hash of a range of leaves that a proof names.
    fn range_hash(&self, range: Range<u64>) -> Result<Hash, TreeError> {
        let nodes: Result<Vec<_>, _> = perfect_subtrees(range)
            .map(|(level, rows)| self.slice(level, rows).map(tree::root))
            .collect();
        Ok(tree::fold(&nodes?))
    }
}

/// A row to be stored: the root of the full tile `index` of the level below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompletedNode {
    /// 1 or above.
    pub level: u8,
    /// Row within the level.
    pub index: u64,
    /// The tile's root.
    pub hash: Hash,
}

/// The partial tiles that must be read before `added` leaves are appended to a tree of `old_size`: at most one for each level,
/// and only where the appending completes it.
#[must_use]
pub fn partials_needed(old_size: u64, added: u64) -> Vec<TileCoord> {
    let new_size = old_size.saturating_add(added);
    let completes = |tile: &TileCoord| rows(tile.level + 1, new_size) > tile.index;
    (0..LEVELS)
        .filter_map(|level| TileCoord::in_tree(level, rows(level + 1, old_size), old_size))
        .filter(|tile| tile.width < TILE_WIDTH && completes(tile))
        .collect()
}

/// The rows of levels 1 and above that come into being when `leaves` are appended to a tree of `old_size`; `partials` holds
/// what [`partials_needed`] names. Work: the batch, and at most 256 hashes for each level.
///
/// # Errors
/// [`TreeError::MissingHash`] if a partial tile was not handed in.
pub fn completed_nodes(old_size: u64, leaves: &[Hash], partials: &TileSet) -> Result<Vec<CompletedNode>, TreeError> {
    let (mut completed, mut level, mut fresh) = (Vec::new(), 0, leaves.to_vec());
    while level < LEVELS && !fresh.is_empty() {
        let (old_rows, tile) = (rows(level, old_size), rows(level + 1, old_size));
        let partial = tile * u64::from(TILE_WIDTH)..old_rows;
        let open = (partial.end - partial.start) as usize;
        let mut above = Vec::new();
        if open + fresh.len() >= usize::from(TILE_WIDTH) {
            let mut hashes = if open == 0 {
                Vec::new()
            } else {
                partials.slice(level, partial)?.to_vec()
            };
            hashes.extend_from_slice(&fresh);
            above.extend(hashes.chunks_exact(TILE_WIDTH.into()).map(tree::root));
        }
        level += 1;
        completed.extend((tile..).zip(&above).map(|(index, hash)| CompletedNode {
            level,
            index,
            hash: *hash,
        }));
        fresh = above;
    }
    Ok(completed)
}

/// The tiles that [`inclusion_proof`] reads.
///
/// # Errors
/// [`TreeError::OutOfTree`] unless `index < size`.
pub fn tiles_needed(index: u64, size: u64) -> Result<Vec<TileCoord>, TreeError> {
    Ok(tiles_of(inclusion_ranges(index, size)?, size))
}

/// The inclusion proof of leaf `index` in the tree of `size` leaves (RFC 6962 2.1.1): leaf's sibling first.
///
/// # Errors
/// [`TreeError::OutOfTree`]; [`TreeError::MissingHash`] if a tile that [`tiles_needed`] names was not handed in.
pub fn inclusion_proof(index: u64, size: u64, tiles: &TileSet) -> Result<Vec<Hash>, TreeError> {
    inclusion_ranges(index, size)?
        .into_iter()
        .map(|range| tiles.range_hash(range))
        .collect()
}

/// The tiles that [`consistency_proof`] reads.
///
/// # Errors
/// [`TreeError::OutOfTree`] unless `old <= new`.
pub fn consistency_tiles_needed(old: u64, new: u64) -> Result<Vec<TileCoord>, TreeError> {
    Ok(tiles_of(consistency_ranges(old, new)?, new))
}

/// The consistency proof between two sizes (RFC 6962 2.1.2).
///
/// # Errors
/// [`TreeError::OutOfTree`]; [`TreeError::MissingHash`] if a tile that [`consistency_tiles_needed`] names was not handed in.
pub fn consistency_proof(old: u64, new: u64, tiles: &TileSet) -> Result<Vec<Hash>, TreeError> {
    consistency_ranges(old, new)?
        .into_iter()
        .map(|range| tiles.range_hash(range))
        .collect()
}

/// The tiles that hold the root of the tree of `size` leaves: one for each level, to rebuild or check a frontier.
#[must_use]
pub fn root_tiles_needed(size: u64) -> Vec<TileCoord> {
    tiles_of(std::iter::once(0..size), size)
}

/// The frontier of the tree of `size` leaves, rebuilt from stored hashes.
///
/// # Errors
/// [`TreeError::MissingHash`] if a tile that [`root_tiles_needed`] names was not handed in.
pub fn frontier(size: u64, tiles: &TileSet) -> Result<tree::Frontier, TreeError> {
    let nodes: Result<Vec<_>, _> = perfect_subtrees(0..size)
        .map(|(level, rows)| tiles.slice(level, rows).map(tree::root))
        .collect();
    let mut bytes = size.to_be_bytes().to_vec();
    bytes.extend(nodes?.iter().flatten());
    tree::Frontier::from_bytes(&bytes)
}

fn tiles_of(ranges: impl IntoIterator<Item = Range<u64>>, size: u64) -> Vec<TileCoord> {
    let tiles: BTreeSet<_> = ranges
        .into_iter()
        .flat_map(perfect_subtrees)
        .filter_map(|(level, rows)| TileCoord::in_tree(level, rows.start / u64::from(TILE_WIDTH), size))
        .collect();
    tiles.into_iter().collect()
}

/// A leaf range of a proof, cut into perfect subtrees from left to right, each as the rows of one tile that it spans. The range
/// starts at a multiple of the power of two above its length, as RFC 6962's ranges do.
fn perfect_subtrees(range: Range<u64>) -> impl Iterator<Item = (u8, Range<u64>)> {
    let mut start = range.start;
    std::iter::from_fn(move || {
        let height = range.end.checked_sub(start)?.checked_ilog2()?;
        let (level, within) = (height / 8, height % 8);
        let first = start >> (8 * level);
        start += 1 << height;
        Some((level as u8, first..first + (1 << within)))
    })
}

#[cfg(test)]
mod tests;
