//! A tally as a record tells it, and the running count and hash that lead from one to the next.

use crate::evidence::record::{EventType, ParsedRecord};
use crate::evidence::{Hash, sha256_parts};

/// The media type of a tally's one part.
pub const TALLY_TYPE: &str = "application/vnd.tiedoksi.tally";
/// What stands before the index of the last leaf counted, as the part's id.
pub const TALLY_ID: &str = "leaves-through-";

/// Leaves that a log has room for, as a power of two: the place of a leaf among those of all logs of a hub is 2^40 for each log before, and its index.
pub const LOG_ROOM: u32 = 40;

/// The running count and hash over one organisation's leaves, in the log's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Running {
    /// Leaves so far.
    pub count: u64,
    /// hash' = SHA-256(hash || leaf hash), from 32 zero bytes on.
    pub hash: Hash,
}

impl Running {
    /// Counts one more leaf.
    pub fn add(&mut self, leaf: &Hash) {
        self.hash = sha256_parts(&[&self.hash, leaf]);
        self.count += 1;
    }
}

/// What a tally says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Count and hash.
    pub running: Running,
    /// The place of the last leaf counted: in a hub's first log its index.
    pub through: u64,
}

impl Tally {
    /// Reads the tally that a record tells; none of another record.
    #[must_use]
    pub fn of(record: &ParsedRecord) -> Option<Self> {
        let [part] = record.body.parts() else { return None };
        let through = part.id.strip_prefix(TALLY_ID)?;
        let through = through
            .parse()
            .ok()
            .filter(|index: &u64| index.to_string() == through)?;
        (record.body.event == EventType::Tally && part.media_type == TALLY_TYPE).then_some(Self {
            running: Running {
                count: part.size,
                hash: part.sha256,
            },
            through,
        })
    }
}
