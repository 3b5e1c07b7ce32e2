//! The files of a range in their one order, counted into the lists that the container must end with.

use super::FILE_LIMIT;
use super::source::Source;
use crate::evidence::Hash;
use crate::evidence::bundle::{MANIFEST, MEDIA_TYPE, MIMETYPE, SIGNATURE, manifest};
use crate::evidence::range::{RangeError, STATEMENT, Statement, names, sum};
use crate::evidence::sha256;
use crate::evidence::tile::{TILE_WIDTH, TileCoord, TilePath};

/// What a file is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What<'n> {
    Mimetype,
    Statement,
    HowTo,
    Trust,
    Checkpoint,
    /// A file of one of the two tallies, or of a record: index, folder, file.
    Event(u64, &'n str, &'n str),
    /// Of the checkpoint of this size.
    Stamp(u64),
    Tile(TileCoord),
    Rule,
    Sums,
    Manifest,
    Signature,
    Unknown,
}

impl<'n> What<'n> {
    pub(super) fn of(name: &'n str) -> Self {
        match name {
            MIMETYPE => Self::Mimetype,
            STATEMENT => Self::Statement,
            names::HOW_TO => Self::HowTo,
            names::CHECKPOINT | names::CHECKPOINT_STAMP => Self::Checkpoint,
            names::SUMS => Self::Sums,
            MANIFEST => Self::Manifest,
            SIGNATURE => Self::Signature,
            _ if name.starts_with("trust/") => Self::Trust,
            _ if name.starts_with(names::RULES) => Self::Rule,
            _ => Self::deeper(name).unwrap_or(Self::Unknown),
        }
    }

    fn deeper(name: &'n str) -> Option<Self> {
        if let Some(rest) = name.strip_prefix("log/stamped/") {
            let (size, file) = rest.split_once('/')?;
            let known = file == names::STAMPED_CHECKPOINT || file == names::STAMP;
            return number(size).filter(|_| known).map(Self::Stamp);
        }
        if let Some(rest) = name.strip_prefix("events/") {
            let (folder, file) = rest.split_once('/')?;
            let (index, _) = folder.split_once('-')?;
            return Some(Self::Event(number(index)?, folder, file));
        }
        match name.strip_prefix("log/")?.parse() {
            Ok(TilePath::Tile(tile)) => Some(Self::Tile(tile)),
            _ => None,
        }
    }

    /// Where it stands among the others; every file stands after all that come before it.
    pub(super) fn place(self, statement: Option<&Statement>) -> (u8, u64, u64) {
        let tally = |index| statement.is_some_and(|it| it.tally_after == index || it.tally_before == Some(index));
        match self {
            Self::Mimetype => (0, 0, 0),
            Self::Statement => (1, 0, 0),
            Self::HowTo => (2, 0, 0),
            Self::Trust => (TRUST, 0, 0),
            Self::Checkpoint => (4, 0, 0),
            Self::Event(index, ..) if tally(index) => (5, index, 0),
            Self::Stamp(size) => (6, size, 0),
            Self::Tile(tile) if tile.level > 0 || tile.width < TILE_WIDTH => (7, tile.level.into(), tile.index),
            Self::Tile(tile) => (LEAVES, tile.index.saturating_mul(u64::from(TILE_WIDTH)), 0),
            Self::Event(index, ..) => (LEAVES, index, 1),
            Self::Rule => (9, 0, 0),
            Self::Sums => (10, 0, 0),
            Self::Manifest => (11, 0, 0),
            Self::Signature => (12, 0, 0),
            Self::Unknown => (13, 0, 0),
        }
    }
}

/// Where the keys stand.
pub(super) const TRUST: u8 = 3;
/// Where leaves and records stand.
pub(super) const LEAVES: u8 = 8;

/// Twelve digits, more where they do not suffice.
fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number| format!("{number:012}") == text)
}

/// The files, each counted as it is read.
pub(super) struct Files<S> {
    source: S,
    name: String,
    sums: ring::digest::Context,
    manifest: ring::digest::Context,
    differences: Vec<String>,
    seen: Vec<&'static str>,
}

impl<S: Source> Files<S> {
    pub(super) fn new(source: S) -> Self {
        let new = || ring::digest::Context::new(&ring::digest::SHA256);
        let mut manifest = new();
        manifest.update(manifest::head().as_bytes());
        Self {
            source,
            name: String::new(),
            sums: new(),
            manifest,
            differences: Vec::new(),
            seen: Vec::new(),
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<String>, RangeError> {
        let Some(name) = self.source.next_file()? else {
            return Ok(None);
        };
        self.name.clone_from(&name);
        Ok(Some(name))
    }

    /// The bytes of a file.
    pub(super) fn bytes(&mut self) -> Result<Vec<u8>, RangeError> {
        let bytes = self.source.bytes(FILE_LIMIT)?;
        match self.name.as_str() {
            MIMETYPE => {
                self.seen.push(MIMETYPE);
                if bytes != MEDIA_TYPE.as_bytes() {
                    self.differences.push(format!("`{MIMETYPE}` names another media type"));
                }
            }
            SIGNATURE => self.seen.push(SIGNATURE),
            _ => self.count(sha256(&bytes)),
        }
        Ok(bytes)
    }

    /// Reads the sums, which may be long: they must be those of the files before them.
    pub(super) fn sums(&mut self) -> Result<(), RangeError> {
        let found = self.hash()?;
        if found != finished(&self.sums) {
            let text = format!("`{}` has other sums than these files", names::SUMS);
            self.differences.push(text);
        }
        self.seen.push(names::SUMS);
        self.count(found);
        Ok(())
    }

    /// Reads the manifest, which may be long: it must be that of the files before it. Answers its hash.
    pub(super) fn manifest(&mut self) -> Result<Hash, RangeError> {
        let found = self.hash()?;
        let mut wanted = self.manifest.clone();
        wanted.update(manifest::TAIL.as_bytes());
        if found != finished(&wanted) {
            self.differences
                .push(format!("`{MANIFEST}` is not the list of these files"));
        }
        self.seen.push(MANIFEST);
        Ok(found)
    }

    /// Where the container differs from what it must be, in words.
    pub(super) fn differences(mut self) -> Vec<String> {
        for name in [MIMETYPE, names::SUMS, MANIFEST, SIGNATURE] {
            if self.seen.iter().filter(|seen| **seen == name).count() != 1 {
                self.differences.push(format!("`{name}` is not there once"));
            }
        }
        self.differences
    }

    fn hash(&mut self) -> Result<Hash, RangeError> {
        let mut found = ring::digest::Context::new(&ring::digest::SHA256);
        self.source.pass(|part| found.update(part))?;
        Ok(finished(&found))
    }

    fn count(&mut self, digest: Hash) {
        self.sums.update(sum(&self.name, &digest).as_bytes());
        self.manifest.update(manifest::line(&self.name, &digest).as_bytes());
    }
}

fn finished(context: &ring::digest::Context) -> Hash {
    let mut hash = [0; 32];
    hash.copy_from_slice(context.clone().finish().as_ref());
    hash
}
