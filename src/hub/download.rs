//! Reading a file of a message.

use super::content::Reader;
use super::view::{AttachmentView, Download};
use super::{ActError, Hub};
use crate::domain::id::{AttachmentId, MessageId};
use crate::domain::principal::{Citizen, Sender};
use crate::objects::ObjectName;
use crate::vault::DataKey;

impl Hub {
    /// A file of a message in the citizen's mailbox; not found while the message awaits confirmation.
    pub async fn download(
        &self,
        citizen: &Citizen,
        message: MessageId,
        file: AttachmentId,
    ) -> Result<Download, ActError> {
        let mut tx = self.db.read().await?;
        let delivery = self.delivery(&mut tx, citizen, message).await?;
        if delivery.awaits_confirmation() {
            return Err(ActError::NotFound);
        }
        let rows = tx.list_message_attachments(message.get()).await?;
        drop(tx);
        // A file fetched before the message itself was opened is its opening.
        if delivery.row.folder == "inbox" && delivery.row.opened_at.is_none() && self.options.evidence {
            self.record_opening(citizen.clone(), message).await?;
        }
        let files = self.files(&rows, Reader::Mailbox(&delivery.mailbox_key))?;
        self.stream(files, file).await
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
                let files = self.files(&[usage], Reader::Organisation(&organisation.key))?;
                return self.stream(files, file).await;
            }
        }
        Err(ActError::NotFound)
    }

    async fn stream(&self, files: Vec<(AttachmentView, DataKey)>, wanted: AttachmentId) -> Result<Download, ActError> {
        let (file, key) = files
            .into_iter()
            .find(|(file, _)| file.id == wanted)
            .ok_or(ActError::NotFound)?;
        let bytes = self.objects.read(ObjectName::Attachment(file.id.0), key).await?;
        Ok(Download {
            file,
            bytes: Box::pin(bytes),
        })
    }
}
