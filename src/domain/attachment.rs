//! What may be attached, and under what name.
//!
//! The type is decided by name and content together, never by what the client calls it: an extension of the door's list, content of that type,
//! no second extension, no second format in the first kilobyte, and no ZIP directory at the end of what is no ZIP. Left out: looking inside
//! documents, and expanding archives; a permitted type may still hold a macro, which is why files are served as downloads or sandboxed.

mod archive;
mod media_type;
mod name;
mod signature;
mod tail;
mod text;
mod zip;

pub use archive::{ArchiveNames, path_step};
pub use media_type::{Accepts, MediaType, TypeRefused, UnknownType, decide_type};
pub use name::{Disposition, FileName, FileNameError};
pub use tail::Tail;

/// Largest whole upload request in bytes, multipart framing included (contract 0, 1.1).
pub const MAX_UPLOAD_REQUEST: u64 = 10_485_760;

/// How many of a file's first bytes [`decide_type`] wants to see.
pub const HEAD_BYTES: usize = 4_096;

/// In how many of a file's first bytes no second format may begin.
pub const SINGLE_FORMAT_BYTES: usize = 1_024;
