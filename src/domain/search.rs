//! Searching a mailbox by words: what a word is, what a person may ask, and the segments of which an index is made.
//!
//! A segment is a header (its documents newest first, and with which word each of its blocks begins) and blocks (sorted words, each with the
//! documents that hold it). So a query reads the header and one or two blocks for each word. Whoever stores segments encrypts header and blocks one
//! by one; here they are bytes. Guarantees: what is read is checked, and no bytes make a reader panic or take more memory than they are long.
//! Leaves out: which words of a message may be found, and by whom (`hub::search`).

mod block;
mod bytes;
mod found;
mod header;
mod plan;
mod query;
mod segment;
mod words;

pub use block::find;
pub use found::Found;
pub use header::Header;
pub use plan::to_merge;
pub use query::{MAX_WORDS, NoWords, SearchQuery};
pub use segment::{Segment, build, merge};
pub use words::{is_invisible, words};

/// Bytes that are no part of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are no part of a search index")]
pub struct Damaged;

/// A message as an index knows it. The order is that of results, turned round: the newest is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Document {
    /// Microseconds.
    pub created_at: i64,
    /// The message's id.
    pub id: i64,
}

#[cfg(test)]
mod tests;
