//! Uploading a file, to be used in a message within a day.

use bytes::Bytes;
use futures::Stream;

use super::{ActError, Hub};
use crate::domain::id::AttachmentId;
use crate::domain::principal::{Citizen, Sender};

/// Why an upload was not taken.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The bytes stopped coming, or came malformed; nothing was stored.
    #[error("the upload broke off: {0}")]
    Broken(String),
    /// The file is over the limit; nothing was stored.
    #[error("the file is larger than {0} bytes")]
    TooLarge(u64),
    /// The type is not one of those allowed; the text says why.
    #[error("{0}")]
    Type(String),
    /// Something else.
    #[error(transparent)]
    Act(#[from] ActError),
}

impl Hub {
    /// Takes a system's upload.
    pub async fn upload_as_sender<S>(
        &self,
        sender: &Sender,
        filename: &str,
        bytes: S,
    ) -> Result<AttachmentId, UploadError>
    where
        S: Stream<Item = Result<Bytes, UploadError>> + Send + Unpin,
    {
        let _ = bytes;
        todo!("{sender:?} {filename:?}")
    }

    /// Takes a citizen's upload.
    pub async fn upload_as_citizen<S>(
        &self,
        citizen: &Citizen,
        filename: &str,
        bytes: S,
    ) -> Result<AttachmentId, UploadError>
    where
        S: Stream<Item = Result<Bytes, UploadError>> + Send + Unpin,
    {
        let _ = bytes;
        todo!("{citizen:?} {filename:?}")
    }
}
