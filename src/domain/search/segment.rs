//! Making segments: from the words of documents, and from other segments.

use std::collections::{BTreeMap, BTreeSet};

use super::block::{BlockWriter, Words};
use super::{Damaged, Document, Header};

/// A block ends with the word with which it reaches this many bytes.
const BLOCK: usize = 32 * 1024;

/// A segment's parts, each to be encrypted by itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Segment {
    /// What [`Header::read`] reads.
    pub header: Vec<u8>,
    /// What [`super::find`] reads, in the order of their words.
    pub blocks: Vec<Vec<u8>>,
    /// How many documents it has.
    pub documents: usize,
}

/// Its words are a person's mail.
impl std::fmt::Debug for Segment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Segment({} documents)", self.documents)
    }
}

/// The segment of these documents and their words. A document that comes twice has the words of both.
#[must_use]
pub fn build(documents: impl IntoIterator<Item = (Document, Vec<String>)>) -> Segment {
    let mut words_of: BTreeMap<Document, BTreeSet<String>> = BTreeMap::new();
    for (document, words) in documents {
        words_of.entry(document).or_default().extend(words);
    }
    let mut documents_of: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    let mut documents = Vec::with_capacity(words_of.len());
    for (number, (document, words)) in (0..).zip(words_of.into_iter().rev()) {
        documents.push(document);
        for word in words {
            documents_of.entry(word).or_default().push(number);
        }
    }
    let mut writer = SegmentWriter::default();
    for (word, numbers) in documents_of {
        writer.add(word.as_bytes(), &numbers);
    }
    writer.finish(documents)
}

/// One segment of everything in these. A document that stands in several has the words of all.
///
/// # Errors
/// [`Damaged`] when one of them is no segment.
pub fn merge(segments: &[Segment]) -> Result<Segment, Damaged> {
    let mut sources = segments.iter().map(Source::open).collect::<Result<Vec<_>, _>>()?;
    let all: BTreeSet<Document> = sources.iter().flat_map(|it| it.header.documents()).copied().collect();
    let documents: Vec<Document> = all.into_iter().rev().collect();
    let numbers: BTreeMap<Document, u32> = documents.iter().copied().zip(0..).collect();
    for source in &mut sources {
        let of_source = source.header.documents().iter();
        source.numbers = of_source
            .filter_map(|document| numbers.get(document).copied())
            .collect();
    }
    let mut writer = SegmentWriter::default();
    while let Some(word) = sources.iter().filter_map(Source::word).min().map(<[u8]>::to_vec) {
        let mut holding = Vec::new();
        for source in &mut sources {
            if source.word() == Some(&word) {
                source.take(&mut holding)?;
            }
        }
        holding.sort_unstable();
        holding.dedup();
        writer.add(&word, &holding);
    }
    Ok(writer.finish(documents))
}

/// A segment that is being read from its first word to its last.
struct Source<'a> {
    header: Header,
    /// The new number of each document.
    numbers: Vec<u32>,
    blocks: std::slice::Iter<'a, Vec<u8>>,
    words: Option<Words<'a>>,
}

impl<'a> Source<'a> {
    fn open(segment: &'a Segment) -> Result<Self, Damaged> {
        let header = Header::read(&segment.header)?;
        if header.blocks() != segment.blocks.len() {
            return Err(Damaged);
        }
        let mut source = Self {
            header,
            numbers: Vec::new(),
            blocks: segment.blocks.iter(),
            words: Some(Words::of(&[])),
        };
        source.advance()?;
        Ok(source)
    }

    fn word(&self) -> Option<&[u8]> {
        self.words.as_ref().map(Words::word)
    }

    /// Goes to the next word, in the next block when this one has ended.
    fn advance(&mut self) -> Result<(), Damaged> {
        while let Some(words) = &mut self.words {
            if words.advance()? {
                break;
            }
            self.words = self.blocks.next().map(|block| Words::of(block));
        }
        Ok(())
    }

    /// Adds the new numbers of the word's documents, and goes on.
    fn take(&mut self, holding: &mut Vec<u32>) -> Result<(), Damaged> {
        if let Some(words) = &self.words {
            let numbers = &self.numbers;
            words.documents(numbers.len(), |document| {
                holding.extend(numbers.get(document));
            })?;
        }
        self.advance()
    }
}

#[derive(Default)]
struct SegmentWriter {
    blocks: Vec<Vec<u8>>,
    first_words: Vec<Box<[u8]>>,
    open: BlockWriter,
}

impl SegmentWriter {
    /// Adds a word that comes after those before.
    fn add(&mut self, word: &[u8], documents: &[u32]) {
        self.open.add(word, documents);
        if self.open.len() >= BLOCK {
            self.end_block();
        }
    }

    fn end_block(&mut self) {
        let (first, bytes) = std::mem::take(&mut self.open).finish();
        self.first_words.push(first);
        self.blocks.push(bytes);
    }

    fn finish(mut self, documents: Vec<Document>) -> Segment {
        if self.open.len() > 0 {
            self.end_block();
        }
        Segment {
            documents: documents.len(),
            header: Header::new(documents, self.first_words).write(),
            blocks: self.blocks,
        }
    }
}
