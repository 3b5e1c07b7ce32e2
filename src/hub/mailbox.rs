//! Looking into a mailbox: its state and choices, and its folders page by page.

use super::view::{Folder, MailboxStatus, MessageSummary, Page};
use super::{ActError, Hub};
use crate::domain::principal::Citizen;

impl Hub {
    /// The mailbox's state and the choices made.
    pub async fn mailbox_status(&self, citizen: &Citizen) -> Result<MailboxStatus, ActError> {
        todo!("{citizen:?}")
    }

    /// One page of a folder, newest first; `cursor` is what the page before gave.
    pub async fn list_folder(
        &self,
        citizen: &Citizen,
        folder: Folder,
        cursor: Option<&str>,
    ) -> Result<Page<MessageSummary>, ActError> {
        todo!("{citizen:?} {folder:?} {cursor:?}")
    }
}
