//! A segment's block: words in ascending order, each with the documents that hold it.
//!
//! Bytes of a word: how many bytes it shares with the one before; the rest; its documents, each by its distance from the one before (from -1).

use super::bytes::{Reader, put_number, put_piece};
use super::words::MAX_WORD;
use super::{Damaged, Found};

/// Writes one block.
#[derive(Default)]
pub(super) struct BlockWriter {
    bytes: Vec<u8>,
    first: Box<[u8]>,
    last: Vec<u8>,
}

impl BlockWriter {
    pub(super) const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Adds a word that comes after those before, with its documents in ascending order.
    pub(super) fn add(&mut self, word: &[u8], documents: &[u32]) {
        if self.bytes.is_empty() {
            self.first = word.into();
        }
        let shared = self.last.iter().zip(word).take_while(|(a, b)| a == b).count();
        put_number(&mut self.bytes, shared as u64);
        put_piece(&mut self.bytes, word.get(shared..).unwrap_or_default());
        let mut distances = Vec::with_capacity(documents.len());
        let mut next = 0;
        for document in documents {
            put_number(&mut distances, u64::from(document - next));
            next = document + 1;
        }
        put_piece(&mut self.bytes, &distances);
        self.last.clear();
        self.last.extend_from_slice(word);
    }

    /// The first word, and the bytes.
    pub(super) fn finish(self) -> (Box<[u8]>, Vec<u8>) {
        (self.first, self.bytes)
    }
}

/// Reads a block word by word.
pub(super) struct Words<'a> {
    reader: Reader<'a>,
    word: Vec<u8>,
    documents: &'a [u8],
}

impl<'a> Words<'a> {
    pub(super) fn of(block: &'a [u8]) -> Self {
        Self {
            reader: Reader::new(block),
            word: Vec::new(),
            documents: &[],
        }
    }

    /// Goes to the next word; false at the end.
    pub(super) fn advance(&mut self) -> Result<bool, Damaged> {
        if self.reader.left() == 0 {
            return Ok(false);
        }
        let shared = usize::try_from(self.reader.number()?).map_err(|_| Damaged)?;
        let rest = self.reader.piece()?;
        let greater = match self.word.get(shared..) {
            Some(replaced) => *rest > *replaced,
            None => false,
        };
        if !greater || shared + rest.len() > MAX_WORD {
            return Err(Damaged);
        }
        self.word.truncate(shared);
        self.word.extend_from_slice(rest);
        self.documents = self.reader.piece()?;
        Ok(true)
    }

    pub(super) fn word(&self) -> &[u8] {
        &self.word
    }

    /// Tells the documents of the word, each less than `count`, in ascending order.
    pub(super) fn documents(&self, count: usize, mut tell: impl FnMut(usize)) -> Result<(), Damaged> {
        let mut reader = Reader::new(self.documents);
        let mut next = 0_usize;
        while reader.left() > 0 {
            let distance = usize::try_from(reader.number()?).map_err(|_| Damaged)?;
            let document = next.checked_add(distance).filter(|document| *document < count);
            let document = document.ok_or(Damaged)?;
            tell(document);
            next = document + 1;
        }
        Ok(())
    }
}

/// Adds to `found` the documents that hold a word with this beginning; `documents` is how many the segment has.
///
/// # Errors
/// [`Damaged`] when the bytes are no block of such a segment.
pub fn find(block: &[u8], beginning: &str, documents: usize, found: &mut Found) -> Result<(), Damaged> {
    let beginning = beginning.as_bytes();
    let mut words = Words::of(block);
    while words.advance()? {
        if words.word().starts_with(beginning) {
            words.documents(documents, |document| found.insert(document))?;
        } else if words.word() > beginning {
            break;
        }
    }
    Ok(())
}
