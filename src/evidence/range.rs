//! A range: the evidence of one organisation between two times, as one container that other programs open (ASiC-E with a CAdES signature).
//!
//! Where a [bundle](super::bundle) proves one delivery, a range proves that nothing is missing among many: it holds the organisation's tally at or
//! before its start, the tally at or after its end, and every record counted between the two, so that count and running hash of the one lead to
//! the other. The tiles of the log show each record in the tree of one signed checkpoint.
//!
//! Guarantees: written and read as a stream, in memory that does not grow with the number of records; the order of the files is fixed and their
//! times are, so that two ranges of the same facts are equal in every file but the signature.
//!
//! The order: `mimetype`, [`STATEMENT`], `VERIFY.md`, `trust/`, the checkpoint, the two tallies, the stamped checkpoints, the upper tiles; then for each
//! tile of leaves the tile and the events in it; at the end `rules/`, `files.sha256`, manifest and signature.

mod form;
mod reader;
mod tally;
mod writer;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::reader::ContainerReader;
pub use self::tally::{LOG_ROOM, Running, TALLY_ID, TALLY_TYPE, Tally};
pub(in crate::evidence) use self::writer::sum;
pub use self::writer::{Position, RangeWriter};
use super::bundle::BundleError;
use super::bundle::files::{self, json};
use super::cades::CadesError;
use super::encoding::time3;
use super::proof::ProofTrust;
use super::record::Disclosure;
use super::tile::{TileCoord, TilePath};

/// What the container says it holds.
pub const STATEMENT: &str = "range.json";
/// The value of `kind` in the statement.
pub const KIND: &str = "tiedoksi-range";
/// The version of the form that this code writes and reads.
pub const VERSION: u8 = 1;
/// How to check a range without this program.
pub const HOW_TO: &str = concat!(include_str!("range/VERIFY.md"), include_str!("announcement/VERIFY.md"));

/// The first two files of every range: mimetype's own bytes, and then the local header of the statement.
const STATEMENT_AT: usize = 30 + 8 + super::bundle::MEDIA_TYPE.len();

/// Why a range cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum RangeError {
    /// What is written to or read from failed.
    #[error("cannot be read or written")]
    Io(#[from] std::io::Error),
    /// Not a container of the one form that is written here.
    #[error("not a container of the form that a range has: {0}")]
    Form(&'static str),
    /// A file of it cannot be made or read.
    #[error(transparent)]
    File(#[from] BundleError),
    /// The signature could not be made.
    #[error("the range could not be signed")]
    Signature(#[from] CadesError),
}

/// What a range holds, in its own words. Signed with the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Statement {
    /// [`VERSION`].
    pub v: u8,
    /// [`KIND`].
    pub kind: String,
    /// The name of the log.
    pub origin: String,
    /// Whose evidence: a Business ID.
    pub organisation: String,
    /// Of this service alone: its code. Records do not name services, so that this is the hub's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Records from this time on, by the hub's clock …
    #[serde(with = "time3")]
    pub from: Timestamp,
    /// … and before this one.
    #[serde(with = "time3")]
    pub to: Timestamp,
    /// The log index of the tally at or before the start; none: the range counts from the organisation's first record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tally_before: Option<u64>,
    /// The log index of the tally at or after the end.
    pub tally_after: u64,
}

impl Statement {
    /// Its one writing.
    ///
    /// # Errors
    /// [`RangeError::File`] if it cannot be encoded.
    pub fn to_bytes(&self) -> Result<Vec<u8>, RangeError> {
        Ok(json(self)?)
    }

    /// Reads the one writing.
    ///
    /// # Errors
    /// [`RangeError::Form`] for anything else.
    pub fn parse(bytes: &[u8]) -> Result<Self, RangeError> {
        let read: Self = serde_json::from_slice(bytes).map_err(|_| RangeError::Form("`range.json` is no statement"))?;
        if read.v != VERSION || read.kind != KIND {
            return Err(RangeError::Form("`range.json` is of another version"));
        }
        if read.to_bytes()? != bytes {
            return Err(RangeError::Form("`range.json` is not in its only form"));
        }
        Ok(read)
    }
}

/// Whether a file that begins with these bytes (a hundred suffice) says to be a range.
#[must_use]
pub fn is_range(beginning: &[u8]) -> bool {
    let name = beginning.get(STATEMENT_AT + 30..STATEMENT_AT + 30 + STATEMENT.len());
    super::bundle::is_container(beginning) && name == Some(STATEMENT.as_bytes())
}

/// Where a tile lies in the container.
#[must_use]
pub fn tile_file(tile: TileCoord) -> String {
    format!("log/{}", TilePath::Tile(tile))
}

/// The folder of an event.
#[must_use]
pub fn event_folder(index: u64, name: &str) -> String {
    format!("{}{index:012}-{name}/", files::EVENTS)
}

/// The folder of a stamped checkpoint.
#[must_use]
pub fn stamp_folder(size: u64) -> String {
    format!("{}{size:012}/", files::STAMPED)
}

/// The files of the hub's public keys.
///
/// # Errors
/// [`RangeError::File`] if one is no key.
pub fn trust_files(trust: &ProofTrust) -> Result<Vec<(String, Vec<u8>)>, RangeError> {
    let mut all = super::bundle::Files::new();
    files::write_trust(trust, &mut all)?;
    Ok(all.into_iter().collect())
}

/// The file of the identities behind a record's references.
///
/// # Errors
/// [`RangeError::File`] if it cannot be encoded.
pub fn disclosures_file(disclosures: &[Disclosure]) -> Result<Vec<u8>, RangeError> {
    Ok(json(&disclosures)?)
}

/// The names of an event's files, of the stamps' and of the rest, as in a bundle.
pub mod names {
    pub use crate::evidence::bundle::files::{
        CHECKPOINT, DISCLOSURES, HOW_TO, LOG_VKEY, RECORD, RULES, SEAL, SEAL_CHAIN, STAMP, STAMPED_CHECKPOINT, SUMS,
        WITHHELD, rule_file,
    };
    /// The time stamp over the range's own checkpoint.
    pub const CHECKPOINT_STAMP: &str = "log/checkpoint.tsr";
    /// In the place of an event's name where only its hash is shown.
    pub const WITHHELD_NAME: &str = "withheld";
}
