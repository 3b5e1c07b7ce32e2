//! A segment's header: its documents, and the first word of each of its blocks.
//!
//! Bytes: version 1; how many documents; the first by its time and id, each further one by its distance in time and id; how many blocks;
//! the first word of each.

use std::ops::Range;

use super::bytes::{Reader, put_number, put_piece, unzigzag, zigzag};
use super::words::MAX_WORD;
use super::{Damaged, Document};

const VERSION: u8 = 1;

/// What a query reads of a segment first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Newest first, each once.
    documents: Vec<Document>,
    /// Ascending.
    first_words: Vec<Box<[u8]>>,
}

impl Header {
    pub(super) const fn new(documents: Vec<Document>, first_words: Vec<Box<[u8]>>) -> Self {
        Self { documents, first_words }
    }

    /// Reads a header.
    ///
    /// # Errors
    /// [`Damaged`] for anything that `Header::write` does not make.
    pub fn read(bytes: &[u8]) -> Result<Self, Damaged> {
        let mut reader = Reader::new(bytes);
        if reader.byte()? != VERSION {
            return Err(Damaged);
        }
        let count = reader.count()?;
        let mut documents: Vec<Document> = Vec::new();
        while documents.len() < count {
            let next = match documents.last() {
                None => Document {
                    created_at: unzigzag(reader.number()?),
                    id: unzigzag(reader.number()?),
                },
                Some(last) => Document {
                    created_at: last.created_at.checked_sub_unsigned(reader.number()?).ok_or(Damaged)?,
                    id: last.id.wrapping_sub(unzigzag(reader.number()?)),
                },
            };
            if documents.last().is_some_and(|last| *last <= next) {
                return Err(Damaged);
            }
            documents.push(next);
        }
        let count = reader.count()?;
        let mut first_words: Vec<Box<[u8]>> = Vec::new();
        while first_words.len() < count {
            let word = reader.piece()?;
            let follows = first_words.last().is_none_or(|last| **last < *word);
            if !follows || !(1..=MAX_WORD).contains(&word.len()) {
                return Err(Damaged);
            }
            first_words.push(word.into());
        }
        if reader.left() > 0 {
            return Err(Damaged);
        }
        Ok(Self { documents, first_words })
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let mut out = vec![VERSION];
        put_number(&mut out, self.documents.len() as u64);
        let mut last: Option<&Document> = None;
        for document in &self.documents {
            match last {
                None => {
                    put_number(&mut out, zigzag(document.created_at));
                    put_number(&mut out, zigzag(document.id));
                }
                Some(last) => {
                    put_number(&mut out, last.created_at.abs_diff(document.created_at));
                    put_number(&mut out, zigzag(last.id.wrapping_sub(document.id)));
                }
            }
            last = Some(document);
        }
        put_number(&mut out, self.first_words.len() as u64);
        for word in &self.first_words {
            put_piece(&mut out, word);
        }
        out
    }

    /// The segment's documents, newest first.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// How many blocks the segment has.
    #[must_use]
    pub const fn blocks(&self) -> usize {
        self.first_words.len()
    }

    /// The positions of the blocks that may hold words with this beginning.
    #[must_use]
    pub fn blocks_of(&self, beginning: &str) -> Range<usize> {
        let beginning = beginning.as_bytes();
        let not_after = self.first_words.partition_point(|word| **word <= *beginning);
        let end = self
            .first_words
            .partition_point(|word| **word <= *beginning || word.starts_with(beginning));
        // The block before the first that begins later may end with such words.
        not_after.saturating_sub(1)..end
    }
}
