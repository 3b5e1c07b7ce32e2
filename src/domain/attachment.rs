//! What may be attached, and under what name.
//!
//! The type is decided by name and content together, never by what the client calls it. Left out: looking inside documents; a
//! permitted type may still hold a macro, which is why files are served as downloads or sandboxed.

mod media_type;
mod name;

pub use media_type::{MediaType, TypeRefused, decide_type};
pub use name::{Disposition, FileName, FileNameError};

/// Largest whole upload request in bytes, multipart framing included (contract 0, 1.1).
pub const MAX_UPLOAD_REQUEST: u64 = 10_485_760;

/// How many of a file's first bytes [`decide_type`] wants to see.
pub const HEAD_BYTES: usize = 4_096;
