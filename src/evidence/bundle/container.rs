//! The zip file: written in one form, read within limits.

use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::{BundleError, Files, MANIFEST, MEDIA_TYPE, MIMETYPE, SIGNATURE};

/// Longer containers, and containers that unpack to more, are refused, in bytes.
pub const CONTAINER_LIMIT: u64 = 256 * 1024 * 1024;
/// Containers of more files are refused.
const MOST_FILES: usize = 100_000;

/// Whether the bytes begin as a zip file does.
#[must_use]
pub fn is_container(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Nothing compressed, every time the first that a zip file knows, the media type first (EN 319 162-1 A.1), then names in order.
pub(super) fn pack(files: &Files, manifest: &[u8], signature: &[u8]) -> Result<Vec<u8>, BundleError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default());
    let first = [
        (MIMETYPE, MEDIA_TYPE.as_bytes()),
        (MANIFEST, manifest),
        (SIGNATURE, signature),
    ];
    let rest = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    for (name, bytes) in first.into_iter().chain(rest) {
        zip.start_file(name, options)?;
        zip.write_all(bytes).map_err(zip::result::ZipError::from)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// The files in a container.
///
/// # Errors
/// [`BundleError::Container`], [`BundleError::Shape`]: damaged, too large, compressed, or with names that are no plain paths.
pub fn unpack(bytes: &[u8]) -> Result<Files, BundleError> {
    let shape = |why: &str| BundleError::Shape(why.to_owned());
    let mut zip = ZipArchive::new(Cursor::new(bytes))?;
    // Other programs read from the front: what they see must be what is read here.
    zip.validate_header_consistency()?;
    if zip.offset() != 0 {
        return Err(shape("something stands before it"));
    }
    if zip.len() > MOST_FILES || bytes.len() as u64 > CONTAINER_LIMIT {
        return Err(shape("too large"));
    }
    let (mut files, mut left) = (Files::new(), CONTAINER_LIMIT);
    for at in 0..zip.len() {
        if zip.by_index_raw(at)?.compression() != CompressionMethod::Stored {
            return Err(shape(
                "it was packed anew, and compressed: unpack it, and verify the folder",
            ));
        }
        let file = zip.by_index(at)?;
        let name = file.name()?.into_owned();
        if file.is_dir() && file.size() == 0 {
            continue;
        }
        let plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', '\0']);
        if !name.split('/').all(plain) {
            return Err(shape("a file has a name that leads elsewhere"));
        }
        let mut content = Vec::new();
        file.take(left + 1)
            .read_to_end(&mut content)
            .map_err(zip::result::ZipError::from)?;
        left = left
            .checked_sub(content.len() as u64)
            .ok_or_else(|| shape("unpacks to too much"))?;
        if files.insert(name, content).is_some() {
            return Err(shape("a file stands twice"));
        }
    }
    Ok(files)
}
