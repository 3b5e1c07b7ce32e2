//! Where the files of a range come from: its container, or what that was unpacked into.

use std::io::{self, Read};

use super::files::What;
use crate::evidence::range::{ContainerReader, RangeError, STATEMENT, Statement};

/// Files that come one after the other, in the order of the container.
pub(super) trait Source {
    /// The name of the next file, whose bytes come next; none after the last.
    fn next_file(&mut self) -> Result<Option<String>, RangeError>;

    /// Hands the bytes of the file on, part by part.
    fn pass(&mut self, sink: impl FnMut(&[u8])) -> Result<(), RangeError>;

    /// The bytes of the file, at most `limit`.
    fn bytes(&mut self, limit: u64) -> Result<Vec<u8>, RangeError>;
}

impl<R: Read> Source for ContainerReader<R> {
    fn next_file(&mut self) -> Result<Option<String>, RangeError> {
        Ok(self.next_file()?.map(|head| head.name))
    }

    fn pass(&mut self, sink: impl FnMut(&[u8])) -> Result<(), RangeError> {
        self.pass(sink)
    }

    fn bytes(&mut self, limit: u64) -> Result<Vec<u8>, RangeError> {
        self.bytes(limit)
    }
}

/// The files that a container was unpacked into.
pub(super) struct Unpacked<O> {
    left: std::vec::IntoIter<String>,
    open: O,
    due: String,
}

impl<R: Read, O: FnMut(&str) -> io::Result<R>> Unpacked<O> {
    /// Of these names, each of which `open` gives the bytes of. Keeps the names.
    pub(super) fn new(names: Vec<String>, mut open: O) -> Self {
        let mut bytes = Vec::new();
        let read = open(STATEMENT).and_then(|file| file.take(super::FILE_LIMIT).read_to_end(&mut bytes));
        let statement = read.ok().and_then(|_| Statement::parse(&bytes).ok());
        let mut placed: Vec<_> = names
            .into_iter()
            .map(|name| (What::of(&name).place(statement.as_ref()), name))
            .collect();
        placed.sort();
        let names: Vec<_> = placed.into_iter().map(|(_, name)| name).collect();
        Self {
            left: names.into_iter(),
            open,
            due: String::new(),
        }
    }
}

impl<R: Read, O: FnMut(&str) -> io::Result<R>> Source for Unpacked<O> {
    fn next_file(&mut self) -> Result<Option<String>, RangeError> {
        let Some(name) = self.left.next() else {
            return Ok(None);
        };
        self.due.clone_from(&name);
        Ok(Some(name))
    }

    fn pass(&mut self, mut sink: impl FnMut(&[u8])) -> Result<(), RangeError> {
        let (mut file, mut part) = ((self.open)(&self.due)?, vec![0; 1 << 14]);
        loop {
            match file.read(&mut part) {
                Ok(0) => return Ok(()),
                Ok(some) => sink(&part[..some]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn bytes(&mut self, limit: u64) -> Result<Vec<u8>, RangeError> {
        let mut bytes = Vec::new();
        (self.open)(&self.due)?.take(limit + 1).read_to_end(&mut bytes)?;
        match bytes.len() as u64 > limit {
            true => Err(RangeError::Form("a file is too long")),
            false => Ok(bytes),
        }
    }
}
