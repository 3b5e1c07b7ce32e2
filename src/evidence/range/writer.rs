//! Writes the container of a range as a stream: each file once, in the order in which they come.
//!
//! What must stand at the end and grows with the number of files (directory, sums, manifest) goes into scratch files that the caller hands in, and
//! is copied when the last file is written.

use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use serde::{Deserialize, Serialize};

use super::RangeError;
use super::form::{self, Entry};
use crate::evidence::bundle::files::SUMS;
use crate::evidence::bundle::{MANIFEST, MEDIA_TYPE, MIMETYPE, SIGNATURE, manifest};
use crate::evidence::cades::CadesError;
use crate::evidence::{Hash, sha256};

/// Bytes kept aside, with their length and check sums.
struct Aside<S: Read + Write + Seek> {
    file: BufWriter<S>,
    size: u64,
    crc: crc32fast::Hasher,
    hash: ring::digest::Context,
}

impl<S: Read + Write + Seek> Aside<S> {
    fn new(file: S) -> Self {
        Self {
            file: BufWriter::with_capacity(1 << 16, file),
            size: 0,
            crc: crc32fast::Hasher::new(),
            hash: ring::digest::Context::new(&ring::digest::SHA256),
        }
    }

    fn add(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.size += bytes.len() as u64;
        self.crc.update(bytes);
        self.hash.update(bytes);
        self.file.write_all(bytes)
    }

    fn hash(&self) -> Hash {
        let mut hash = [0; 32];
        hash.copy_from_slice(self.hash.clone().finish().as_ref());
        hash
    }

    fn into_inner(self) -> std::io::Result<S> {
        self.file.into_inner().map_err(std::io::IntoInnerError::into_error)
    }

    /// The bytes from the first on.
    fn read(self) -> std::io::Result<BufReader<S>> {
        let mut file = self.file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(BufReader::with_capacity(1 << 16, file))
    }
}

/// The zip file.
struct Zip<W: Write, S: Read + Write + Seek> {
    out: W,
    at: u64,
    entries: u64,
    directory: Aside<S>,
}

impl<W: Write, S: Read + Write + Seek> Zip<W, S> {
    fn put(&mut self, name: &str, bytes: &[u8]) -> std::io::Result<()> {
        self.head(name, crc32fast::hash(bytes), bytes.len() as u64)?;
        self.out.write_all(bytes)
    }

    fn copy(&mut self, name: &str, aside: Aside<S>) -> std::io::Result<()> {
        self.head(name, aside.crc.clone().finalize(), aside.size)?;
        std::io::copy(&mut aside.read()?, &mut self.out).map(drop)
    }

    /// The header of a file whose bytes come next.
    fn head(&mut self, name: &str, crc: u32, size: u64) -> std::io::Result<()> {
        let entry = Entry {
            name,
            crc,
            size,
            offset: self.at,
        };
        let header = form::local(&entry);
        self.out.write_all(&header)?;
        self.at += header.len() as u64 + size;
        self.entries += 1;
        self.directory.add(&form::central(&entry))
    }

    fn end(mut self) -> std::io::Result<W> {
        let last = form::end(self.entries, self.at, self.directory.size);
        std::io::copy(&mut self.directory.read()?, &mut self.out)?;
        self.out.write_all(&last)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// How much of a container was written: where the next file begins, and how many there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// In bytes.
    pub at: u64,
    /// Files.
    pub files: u64,
}

/// A container that is being written. Dropped before [`RangeWriter::finish`], it is no container.
pub struct RangeWriter<W: Write, S: Read + Write + Seek> {
    zip: Zip<W, S>,
    sums: Aside<S>,
    manifest: Aside<S>,
}

impl<W: Write, S: Read + Write + Seek> RangeWriter<W, S> {
    /// Begins a container, by its media type (EN 319 162-1 A.1). `scratch` are three empty files.
    ///
    /// # Errors
    /// [`RangeError::Io`].
    pub fn begin(out: W, scratch: [S; 3]) -> Result<Self, RangeError> {
        let [directory, sums, mut manifest] = scratch.map(Aside::new);
        let mut zip = Zip {
            out,
            at: 0,
            entries: 0,
            directory,
        };
        zip.put(MIMETYPE, MEDIA_TYPE.as_bytes())?;
        manifest.add(manifest::head().as_bytes())?;
        Ok(Self { zip, sums, manifest })
    }

    /// Goes on with a container of which a part was written before; its end needs [`RangeWriter::replay`] of each part. `scratch` as in
    /// [`RangeWriter::begin`].
    pub fn resume(out: W, scratch: [S; 3], from: Position) -> Self {
        let [directory, sums, manifest] = scratch.map(Aside::new);
        let zip = Zip {
            out,
            at: from.at,
            entries: from.files,
            directory,
        };
        Self { zip, sums, manifest }
    }

    /// Takes what [`RangeWriter::into_part`] kept aside of a part, in their order.
    ///
    /// # Errors
    /// [`RangeError::Io`].
    pub fn replay(&mut self, aside: [&[u8]; 3]) -> Result<(), RangeError> {
        let [directory, sums, manifest] = aside;
        self.zip.directory.add(directory)?;
        self.sums.add(sums)?;
        Ok(self.manifest.add(manifest)?)
    }

    /// Leaves the container unfinished: what was written, what must be kept aside for its end, and how far it has come.
    ///
    /// # Errors
    /// [`RangeError::Io`].
    pub fn into_part(self) -> Result<(W, [S; 3], Position), RangeError> {
        let from = Position {
            at: self.zip.at,
            files: self.zip.entries,
        };
        let aside = [
            self.zip.directory.into_inner()?,
            self.sums.into_inner()?,
            self.manifest.into_inner()?,
        ];
        Ok((self.zip.out, aside, from))
    }

    /// Adds a file. A name is made of letters, digits and `-._/` and comes once.
    ///
    /// # Errors
    /// [`RangeError::Io`].
    pub fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), RangeError> {
        let digest = sha256(bytes);
        self.sums.add(sum(name, &digest).as_bytes())?;
        self.manifest.add(manifest::line(name, &digest).as_bytes())?;
        Ok(self.zip.put(name, bytes)?)
    }

    /// Writes sums, manifest, its signature and the directory; `sign` signs the manifest of this SHA-256.
    ///
    /// # Errors
    /// [`RangeError::Io`], [`RangeError::Signature`].
    pub fn finish(mut self, sign: impl FnOnce(Hash) -> Result<Vec<u8>, CadesError>) -> Result<W, RangeError> {
        self.manifest.add(manifest::line(SUMS, &self.sums.hash()).as_bytes())?;
        self.manifest.add(manifest::TAIL.as_bytes())?;
        let signature = sign(self.manifest.hash())?;
        self.zip.copy(SUMS, self.sums)?;
        self.zip.copy(MANIFEST, self.manifest)?;
        self.zip.put(SIGNATURE, &signature)?;
        Ok(self.zip.end()?)
    }
}

/// The line of a file in `files.sha256`.
pub(in crate::evidence) fn sum(name: &str, digest: &Hash) -> String {
    format!("{}  {name}\n", hex::encode(digest))
}
