//! Reading the files of a message, one or all.

use super::content::Reader;
use super::view::{AttachmentView, Download};
use super::{ActError, Hub};
use crate::domain::id::{AttachmentId, MessageId};
use crate::domain::principal::{Citizen, Sender};
use crate::objects::ObjectName;
use crate::store::attachment::MessageAttachmentRow;
use crate::vault::DataKey;

/// A file that its reader may have: what it is, and its key.
pub struct ReadableFile {
    /// What it is.
    pub file: AttachmentView,
    key: DataKey,
}

impl Hub {
    /// A file of a message in the citizen's mailbox; not found while the message awaits confirmation.
    pub async fn download(
        &self,
        citizen: &Citizen,
        message: MessageId,
        file: AttachmentId,
    ) -> Result<Download, ActError> {
        let files = self.download_all(citizen, message).await?;
        self.stream(files, file).await
    }

    /// Every file of a message in the citizen's mailbox, in the sender's order, each to be read with [`Hub::read_file`]; not found while the
    /// message awaits confirmation.
    pub async fn download_all(&self, citizen: &Citizen, message: MessageId) -> Result<Vec<ReadableFile>, ActError> {
        let mut tx = self.db.read().await?;
        let delivery = self.delivery(&mut tx, citizen, message).await?;
        if delivery.awaits_confirmation() || delivery.row.erased_at.is_some() {
            return Err(ActError::NotFound);
        }
        let rows = tx.list_message_attachments(message.get()).await?;
        drop(tx);
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        // A file fetched before the message itself was opened is its opening.
        if delivery.row.folder == "inbox" && delivery.row.opened_at.is_none() && self.options.evidence {
            self.record_openings(citizen, vec![message]).await?;
        }
        self.readable_files(&rows, Reader::Mailbox(delivery.mailbox_key()?))
    }

    /// The bytes of a file.
    pub async fn read_file(&self, ReadableFile { file, key }: ReadableFile) -> Result<Download, ActError> {
        let bytes = self.objects.read(ObjectName::Attachment(file.id.0), key).await?;
        Ok(Download {
            file,
            bytes: Box::pin(bytes),
        })
    }

    pub(super) fn readable_files(
        &self,
        rows: &[MessageAttachmentRow],
        reader: Reader<'_>,
    ) -> Result<Vec<ReadableFile>, ActError> {
        let files = self.files(rows, reader)?;
        Ok(files
            .into_iter()
            .map(|(file, key)| ReadableFile { file, key })
            .collect())
    }

    /// A file that an end user sent to one of the sender's services, for as long as end users' messages can be fetched.
    pub async fn download_as_sender(&self, sender: &Sender, file: AttachmentId) -> Result<Download, ActError> {
        let mut tx = self.db.read().await?;
        let organisation = self.organisation_in(&mut tx, sender.organisation).await?;
        let since = self.window_start();
        for usage in tx.list_uses_of_attachment(file).await? {
            let message = tx.find_message_of_system(sender.system, usage.message_id).await?;
            if message.is_some_and(|row| row.folder == "sent" && row.created_at >= since) {
                drop(tx);
                let files = self.readable_files(&[usage], Reader::Organisation(&organisation.key))?;
                return self.stream(files, file).await;
            }
        }
        Err(ActError::NotFound)
    }

    async fn stream(&self, files: Vec<ReadableFile>, wanted: AttachmentId) -> Result<Download, ActError> {
        let file = files
            .into_iter()
            .find(|readable| readable.file.id == wanted)
            .ok_or(ActError::NotFound)?;
        self.read_file(file).await
    }
}
