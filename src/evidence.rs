//! What is proved, and how a stranger checks it: pure functions over bytes and keys.
//!
//! Guarantees: no I/O of its own, no clock, no async; the caller hands in time, randomness, stored hashes, and what ranges are written to and read from. Everything that leaves
//! this module is in a published format: RFC 8785 (records), RFC 6962 (tree), C2SP tlog-tiles, tlog-checkpoint, signed-note,
//! tlog-proof, tlog-cosignature and tlog-witness (log), RFC 7515 ES256 (seals), ASiC-E with CAdES (bundles).
//!
//! Life of a fact: [`record`] turns a draft into canonical bytes ([`body`], read back by [`parse`]) and their hash; [`seal`] signs those bytes for the party who
//! acted; the sealer appends the hash to the [`tree`], stores what [`tiles`] says is complete, and signs a [`checkpoint`],
//! which [`witnesses`] cosign ([`submission`], [`cosignature`]); [`proof`] packs all of that into one file, and [`bundle`] into one that other
//! programs open; [`receipt`] into a page that people read; [`range`] holds all records of an organisation's period;
//! [`verify`] checks any of them against keys the reader already has.
//!
//! When an older backup was restored, a new log begins; its first leaf is the record of the [`restart`].
//!
//! A [`timestamp`] over a checkpoint, by somebody else's clock, says until when all that it covers had happened (RFC 3161).
//!
//! Left out: every question of who may see what, which is the hub's.

pub mod announcement;
pub mod body;
pub mod bundle;
pub mod cades;
pub mod checkpoint;
pub mod cosignature;
pub mod encoding;
pub mod event_type;
pub mod keys;
pub mod note;
pub mod parse;
pub mod proof;
pub mod range;
pub mod receipt;
pub mod record;
pub mod restart;
pub mod seal;
pub mod signer;
pub mod submission;
pub mod tile;
pub mod tiles;
pub mod timestamp;
pub mod tlog_proof;
pub mod tree;
pub mod verdict;
pub mod verify;
pub mod witnesses;

/// A SHA-256 value: 32 raw bytes.
pub type Hash = [u8; 32];

/// SHA-256 (FIPS 180-4) of `bytes`.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Hash {
    sha256_parts(&[bytes])
}

/// SHA-256 of the concatenation of `parts`, without copying them together.
pub(crate) fn sha256_parts(parts: &[&[u8]]) -> Hash {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    for part in parts {
        context.update(part);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}
