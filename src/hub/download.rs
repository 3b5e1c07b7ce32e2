//! Reading a file of a message.

use super::view::Download;
use super::{ActError, Hub};
use crate::domain::id::{AttachmentId, MessageId};
use crate::domain::principal::Citizen;

impl Hub {
    /// A file of a message in the citizen's mailbox; not found while the message awaits confirmation.
    pub async fn download(
        &self,
        citizen: &Citizen,
        message: MessageId,
        file: AttachmentId,
    ) -> Result<Download, ActError> {
        todo!("{citizen:?} {message:?} {file:?}")
    }
}
