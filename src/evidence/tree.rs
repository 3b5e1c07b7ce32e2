//! The Merkle tree of RFC 6962 2.1: hashes, the frontier that appends without the log, and the checking of proofs.
//!
//! Guarantees: nothing here needs more than O(log n) memory; verification accepts a proof exactly when RFC 9162 2.1.3.2 and
//! 2.1.4.2 do. Making proofs needs stored hashes and lives in [`tiles`](super::tiles).

use super::{Hash, sha256, sha256_parts};
use std::ops::Range;

/// Why a tree operation is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// The index is not in the tree, or the older size is above the newer.
    #[error("not in a tree of this size")]
    OutOfTree,
    /// The proof does not lead to the root.
    #[error("the proof does not lead to the root")]
    WrongProof,
    /// A stored hash that the operation needs was not handed in.
    #[error("hash {index} of tile level {level} is missing")]
    MissingHash {
        /// Tile level.
        level: u8,
        /// Index within the level.
        index: u64,
    },
    /// The stored form of a frontier is broken.
    #[error("not a frontier")]
    BadFrontier,
}

/// SHA-256(0x00 || entry) (RFC 6962 2.1).
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    sha256_parts(&[&[0], entry])
}

/// SHA-256(0x01 || left || right) (RFC 6962 2.1).
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [1; 65];
    bytes[1..33].copy_from_slice(left);
    bytes[33..].copy_from_slice(right);
    sha256(&bytes)
}

/// The root of the tree over these subtree hashes: of leaves, or of equal perfect subtrees (RFC 6962 2.1). The empty tree's
/// root is SHA-256 of nothing.
#[must_use]
pub fn root(hashes: &[Hash]) -> Hash {
    let mut frontier = Frontier::new();
    for hash in hashes {
        frontier.append(*hash);
    }
    frontier.root()
}

/// The right edge of a tree: the roots of its perfect subtrees, largest first. Enough to append and to know the root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    nodes: Vec<Hash>,
}

impl Frontier {
    /// The empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends one leaf. At most 63 hashes, on average one.
    pub fn append(&mut self, leaf_hash: Hash) {
        let mut hash = leaf_hash;
        for _ in 0..self.size.trailing_ones() {
            // The frontier holds one node for every bit set in `size`, so there is one to merge with.
            if let Some(left) = self.nodes.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.nodes.push(hash);
        self.size += 1;
    }

    /// The number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The Merkle tree hash.
    #[must_use]
    pub fn root(&self) -> Hash {
        fold(&self.nodes)
    }

    /// The stored form: size as 8 bytes big-endian, then 32 bytes for every bit set in it.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        bytes.extend(self.nodes.iter().flatten());
        bytes
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`TreeError::BadFrontier`] if the length does not fit the size.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TreeError> {
        let (size, rest) = bytes.split_first_chunk::<8>().ok_or(TreeError::BadFrontier)?;
        let size = u64::from_be_bytes(*size);
        let (nodes, rest) = rest.as_chunks::<32>();
        if nodes.len() as u32 != size.count_ones() || !rest.is_empty() {
            return Err(TreeError::BadFrontier);
        }
        Ok(Self {
            size,
            nodes: nodes.to_vec(),
        })
    }
}

/// The hash over perfect subtrees of falling size, from left to right.
pub(crate) fn fold(nodes: &[Hash]) -> Hash {
    let mut right_to_left = nodes.iter().rev();
    let Some(last) = right_to_left.next() else {
        return sha256(&[]);
    };
    right_to_left.fold(*last, |right, left| node_hash(left, &right))
}

/// The leaf ranges whose hashes are the inclusion proof of leaf `index`, from the leaf's sibling to the root's child.
///
/// # Errors
/// [`TreeError::OutOfTree`] unless `index < size`.
pub fn inclusion_ranges(index: u64, size: u64) -> Result<Vec<Range<u64>>, TreeError> {
    if index >= size {
        return Err(TreeError::OutOfTree);
    }
    let (mut low, mut high, mut ranges) = (0, size, Vec::new());
    while high - low > 1 {
        let middle = low + split(high - low);
        if index < middle {
            ranges.push(middle..high);
            high = middle;
        } else {
            ranges.push(low..middle);
            low = middle;
        }
    }
    ranges.reverse();
    Ok(ranges)
}

/// The leaf ranges whose hashes are the consistency proof between two sizes (RFC 6962 2.1.2); empty for equal sizes and for
/// `old` 0, where there is nothing to prove.
///
/// # Errors
/// [`TreeError::OutOfTree`] unless `old <= new`.
pub fn consistency_ranges(old: u64, new: u64) -> Result<Vec<Range<u64>>, TreeError> {
    if old > new {
        return Err(TreeError::OutOfTree);
    }
    if old == 0 || old == new {
        return Ok(Vec::new());
    }
    let (mut low, mut high, mut ranges) = (0, new, Vec::new());
    while high != old {
        let middle = low + split(high - low);
        if old <= middle {
            ranges.push(middle..high);
            high = middle;
        } else {
            ranges.push(low..middle);
            low = middle;
        }
    }
    // A complete old tree on the left edge is the root that the verifier already has.
    if low != 0 {
        ranges.push(low..high);
    }
    ranges.reverse();
    Ok(ranges)
}

/// The largest power of two below `n`, for `n` above 1.
fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}

/// Checks that the leaf stands at `index` of the tree of `size` leaves with this root (RFC 9162 2.1.3.2).
///
/// # Errors
/// [`TreeError::OutOfTree`], [`TreeError::WrongProof`].
pub fn verify_inclusion(leaf_hash: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> Result<(), TreeError> {
    if index >= size {
        return Err(TreeError::OutOfTree);
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf_hash);
    for sibling in proof {
        if last == 0 {
            return Err(TreeError::WrongProof);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            let skip = if node == 0 { 0 } else { node.trailing_zeros() };
            (node, last) = (node >> skip, last >> skip);
        } else {
            hash = node_hash(&hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    if last == 0 && hash == *root {
        Ok(())
    } else {
        Err(TreeError::WrongProof)
    }
}

/// Checks that the tree of size `new` begins with the tree of size `old` (RFC 9162 2.1.4.2). The empty tree is the beginning of
/// every tree, by an empty proof.
///
/// # Errors
/// [`TreeError::OutOfTree`], [`TreeError::WrongProof`].
pub fn verify_consistency(
    old: u64,
    new: u64,
    proof: &[Hash],
    old_root: &Hash,
    new_root: &Hash,
) -> Result<(), TreeError> {
    if old > new {
        return Err(TreeError::OutOfTree);
    }
    if old == 0 || old == new {
        let same = if old == 0 {
            *old_root == sha256(&[]) && (new > 0 || old_root == new_root)
        } else {
            old_root == new_root
        };
        return if same && proof.is_empty() {
            Ok(())
        } else {
            Err(TreeError::WrongProof)
        };
    }
    let skip = (old - 1).trailing_ones();
    let (mut node, mut last) = ((old - 1) >> skip, (new - 1) >> skip);
    let (first, rest) = match (old.is_power_of_two(), proof) {
        (true, proof) => (old_root, proof),
        (false, [first, rest @ ..]) => (first, rest),
        (false, []) => return Err(TreeError::WrongProof),
    };
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return Err(TreeError::WrongProof);
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            let skip = if node == 0 { 0 } else { node.trailing_zeros() };
            (node, last) = (node >> skip, last >> skip);
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    if last == 0 && old_hash == *old_root && new_hash == *new_root {
        Ok(())
    } else {
        Err(TreeError::WrongProof)
    }
}

#[cfg(test)]
mod tests;
