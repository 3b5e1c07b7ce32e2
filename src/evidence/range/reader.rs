//! Reads the container of a range as a stream, from the front: what other programs that read it so would see.
//!
//! Guarantees: accepts exactly what the [writer](super::RangeWriter) writes. Every header is compared with the one that it must be, the directory at the end
//! with the files that came, and nothing stands before, between or after them; so no program finds another file in it than this one.

use std::io::Read;

use super::RangeError;
use super::form::{self, CENTRAL, Entry, LOCAL};

/// Longer names are refused, in bytes.
const NAME_LIMIT: usize = 256;
/// The fixed part of a local header.
const HEADER: usize = 30;

/// A file whose bytes come next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its name.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
}

/// A container that is being read.
pub struct ContainerReader<R: Read> {
    input: R,
    at: u64,
    entries: u64,
    /// The file whose bytes are due, and its check sum.
    due: Option<(u64, u32)>,
    /// What the directory must be.
    directory: ring::digest::Context,
    directory_size: u64,
}

impl<R: Read> ContainerReader<R> {
    /// Begins to read.
    pub fn new(input: R) -> Self {
        Self {
            input,
            at: 0,
            entries: 0,
            due: None,
            directory: ring::digest::Context::new(&ring::digest::SHA256),
            directory_size: 0,
        }
    }

    /// The next file; none after the last, when the end was read and is as it must be. The bytes of the one before must have been read.
    ///
    /// # Errors
    /// [`RangeError::Form`], [`RangeError::Io`].
    pub fn next_file(&mut self) -> Result<Option<Head>, RangeError> {
        if self.due.is_some() {
            return Err(RangeError::Form("a file was not read"));
        }
        let mut header = vec![0; 4];
        self.fill(&mut header)?;
        if header == CENTRAL {
            self.end()?;
            return Ok(None);
        }
        if header != LOCAL {
            return Err(RangeError::Form("something stands between the files"));
        }
        header.resize(HEADER, 0);
        self.fill(&mut header[4..])?;
        let [crc, size] = [14, 22].map(|at| four(&header, at));
        let [name, extra] = [26, 28].map(|at| usize::from(two(&header, at)));
        if name > NAME_LIMIT || extra > 32 {
            return Err(RangeError::Form("a header is too long"));
        }
        header.resize(HEADER + name + extra, 0);
        self.fill(&mut header[HEADER..])?;
        let text =
            std::str::from_utf8(&header[HEADER..HEADER + name]).map_err(|_| RangeError::Form("a name is no text"))?;
        let large = header.get(HEADER + name + 4..HEADER + name + 12);
        let size = match (size, large) {
            (u32::MAX, Some(large)) => {
                u64::from_le_bytes(large.try_into().map_err(|_| RangeError::Form("a size is no number"))?)
            }
            (size, _) => size.into(),
        };
        let entry = Entry {
            name: text,
            crc,
            size,
            offset: self.at,
        };
        let after = self
            .at
            .checked_add(header.len() as u64)
            .and_then(|at| at.checked_add(size));
        let after = after.ok_or(RangeError::Form("a file is too long"))?;
        if form::local(&entry) != header {
            return Err(RangeError::Form("a header is not in its only form"));
        }
        if !plain(text) {
            return Err(RangeError::Form("a file has a name that leads elsewhere"));
        }
        let line = form::central(&entry);
        self.directory.update(&line);
        self.directory_size += line.len() as u64;
        self.at = after;
        self.entries += 1;
        self.due = Some((size, crc));
        Ok(Some(Head {
            name: text.to_owned(),
            size,
        }))
    }

    /// The bytes of the file, at most `limit`.
    ///
    /// # Errors
    /// [`RangeError::Form`] for a longer one, or other bytes than the header says; [`RangeError::Io`].
    pub fn bytes(&mut self, limit: u64) -> Result<Vec<u8>, RangeError> {
        if self.due.is_some_and(|(size, _)| size > limit) {
            return Err(RangeError::Form("a file is too long"));
        }
        let mut bytes = Vec::new();
        self.pass(|part| bytes.extend_from_slice(part))?;
        Ok(bytes)
    }

    /// Hands the bytes of the file on, part by part.
    ///
    /// # Errors
    /// [`RangeError::Form`] for other bytes than the header says; [`RangeError::Io`].
    pub fn pass(&mut self, mut sink: impl FnMut(&[u8])) -> Result<(), RangeError> {
        let (size, crc) = self.due.take().ok_or(RangeError::Form("there is no file to read"))?;
        let (mut left, mut found, mut part) = (size, crc32fast::Hasher::new(), vec![0; 1 << 14]);
        while left > 0 {
            let some = usize::try_from(left).unwrap_or(part.len()).min(part.len());
            self.fill(&mut part[..some])?;
            found.update(&part[..some]);
            sink(&part[..some]);
            left -= some as u64;
        }
        match found.finalize() == crc {
            true => Ok(()),
            false => Err(RangeError::Form("a file has another check sum than its header says")),
        }
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RangeError> {
        self.input.read_exact(bytes).map_err(|error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof => RangeError::Form("it was cut off"),
            _ => error.into(),
        })
    }

    /// Directory and end, of which four bytes are read.
    fn end(&mut self) -> Result<(), RangeError> {
        let mut found = ring::digest::Context::new(&ring::digest::SHA256);
        found.update(&CENTRAL);
        let (mut left, mut part) = (self.directory_size.saturating_sub(4), vec![0; 1 << 14]);
        while left > 0 {
            let some = usize::try_from(left).unwrap_or(part.len()).min(part.len());
            self.fill(&mut part[..some])?;
            found.update(&part[..some]);
            left -= some as u64;
        }
        if found.finish().as_ref() != self.directory.clone().finish().as_ref() {
            return Err(RangeError::Form("its directory lists other files than there are"));
        }
        let wanted = form::end(self.entries, self.at, self.directory_size);
        let mut last = vec![0; wanted.len()];
        self.fill(&mut last)?;
        if last != wanted || self.input.read(&mut [0])? != 0 {
            return Err(RangeError::Form("its end is not as it must be"));
        }
        Ok(())
    }
}

fn plain(name: &str) -> bool {
    let usual = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte);
    let part = |part: &str| !part.is_empty() && part != "." && part != "..";
    name.bytes().all(usual) && name.split('/').all(part)
}

fn two(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn four(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
