//! Uploading a file, to be used in a message within a day.
//!
//! The bytes stream into the object store, encrypted on the way; size, SHA-256 and type are decided from what came, never from what was said.
//! An upload is durable before its id is answered: bytes first, then the row that knows their key. Bytes without a row are read by nobody.

use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use ring::rand::SecureRandom;

use super::{ActError, Hub};
use crate::domain::attachment::{FileName, HEAD_BYTES, MAX_UPLOAD_REQUEST, MediaType, decide_type};
use crate::domain::id::{AttachmentId, MailboxId, SystemId};
use crate::domain::message::Violation;
use crate::domain::principal::{Citizen, Sender};
use crate::evidence::record::ContentPart;
use crate::objects::{ObjectName, Upload, Written};
use crate::store::attachment::{AttachmentRow, NewMessageAttachment};
use crate::vault::{DataKey, PartyKey, Place};

/// Why an upload was not taken. Nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The bytes stopped coming, or came malformed.
    #[error("the upload broke off: {0}")]
    Broken(String),
    /// The file is over the limit.
    #[error("the file is larger than {0} bytes")]
    TooLarge(u64),
    /// The name cannot be used; the text says why.
    #[error("{0}")]
    Name(String),
    /// The type is not one of those allowed; the text says why.
    #[error("{0}")]
    Type(String),
    /// Something else.
    #[error(transparent)]
    Act(#[from] ActError),
}

/// An upload that may be used in a message now.
#[derive(Debug)]
pub(crate) struct UsableUpload {
    row: AttachmentRow,
    key: DataKey,
}

impl UsableUpload {
    /// The file, as evidence names it.
    pub(crate) fn part(&self) -> ContentPart {
        let mut sha256 = [0; 32];
        sha256
            .iter_mut()
            .zip(&self.row.sha256)
            .for_each(|(to, from)| *to = *from);
        ContentPart {
            id: self.row.id.to_string(),
            media_type: self.row.media_type.clone(),
            size: self.row.size.unsigned_abs(),
            sha256,
        }
    }

    /// The row's id.
    pub(crate) const fn id(&self) -> AttachmentId {
        self.row.id
    }

    /// Whether it was taken for a PDF.
    pub(crate) fn is_pdf(&self) -> bool {
        self.row.media_type == MediaType::Pdf.as_str()
    }

    /// Its data key.
    pub(crate) const fn key(&self) -> &DataKey {
        &self.key
    }

    /// The file's use in a message, readable by both sides.
    pub(crate) fn link(
        &self,
        message_id: i64,
        position: i64,
        (mailbox, organisation): (&PartyKey, &PartyKey),
        rng: &dyn SecureRandom,
    ) -> Result<NewMessageAttachment, ActError> {
        let row = link_row(message_id, self.row.id);
        Ok(NewMessageAttachment {
            message_id,
            position,
            attachment_id: self.row.id.0,
            key_mailbox: mailbox.wrap(Place::new("message_attachment", "key_mailbox", &row), &self.key, rng)?,
            key_organisation: organisation.wrap(
                Place::new("message_attachment", "key_organisation", &row),
                &self.key,
                rng,
            )?,
        })
    }
}

/// The row of a file's use, as a place of keys: message, then file.
pub(crate) fn link_row(message_id: i64, attachment: AttachmentId) -> [u8; 24] {
    let mut row = [0; 24];
    row[..8].copy_from_slice(&message_id.to_be_bytes());
    row[8..].copy_from_slice(attachment.0.as_bytes());
    row
}

/// Who uploads.
#[derive(Debug, Clone, Copy)]
enum Uploader {
    System(SystemId),
    Mailbox(MailboxId),
}

impl Hub {
    /// Takes a system's upload. Durable when it returns.
    pub async fn upload_as_sender<S>(
        &self,
        sender: &Sender,
        filename: &str,
        bytes: S,
    ) -> Result<AttachmentId, UploadError>
    where
        S: Stream<Item = Result<Bytes, UploadError>> + Send + Unpin,
    {
        self.upload(Uploader::System(sender.system), filename, bytes).await
    }

    /// Takes a citizen's upload. Durable when it returns.
    pub async fn upload_as_citizen<S>(
        &self,
        citizen: &Citizen,
        filename: &str,
        bytes: S,
    ) -> Result<AttachmentId, UploadError>
    where
        S: Stream<Item = Result<Bytes, UploadError>> + Send + Unpin,
    {
        self.upload(Uploader::Mailbox(citizen.mailbox), filename, bytes).await
    }

    async fn upload<S>(&self, by: Uploader, filename: &str, mut bytes: S) -> Result<AttachmentId, UploadError>
    where
        S: Stream<Item = Result<Bytes, UploadError>> + Send + Unpin,
    {
        let name = FileName::parse(filename).map_err(|error| UploadError::Name(error.to_string()))?;
        let mut head = Vec::with_capacity(HEAD_BYTES);
        while head.len() < HEAD_BYTES {
            let Some(next) = bytes.next().await else { break };
            head.extend_from_slice(&next?);
        }
        let start = head.get(..HEAD_BYTES).unwrap_or(&head);
        let media_type = decide_type(&name, start).map_err(|refused| UploadError::Type(refused.to_string()))?;

        let id = AttachmentId::new(self.now(), self.random()?);
        let key = DataKey::generate(&self.rng).map_err(ActError::from)?;
        let mut upload = self
            .objects
            .upload(ObjectName::Attachment(id.0), &key, &self.rng)
            .await
            .map_err(ActError::from)?;
        if let Err(error) = pour(&mut upload, &head, &mut bytes).await {
            upload.abort().await;
            return Err(error);
        }
        let written = upload.finish().await.map_err(ActError::from)?;
        let row = self.upload_row(by, (id, &key), (&name, media_type), &written)?;
        let stored = self
            .act(move |_, tx| {
                let row = row.clone();
                Box::pin(async move { Ok(tx.insert_attachment(&row).await?) })
            })
            .await;
        match stored {
            Ok(()) => Ok(id),
            // The row may be there, so its bytes stay.
            Err(error @ ActError::Unknown) => Err(error.into()),
            Err(error) => {
                if let Err(left) = self.objects.remove(ObjectName::Attachment(id.0)).await {
                    tracing::warn!(attachment = %id, error = &left as &dyn std::error::Error, "bytes of a refused upload are left behind");
                }
                Err(error.into())
            }
        }
    }

    fn upload_row(
        &self,
        by: Uploader,
        (id, key): (AttachmentId, &DataKey),
        (name, media_type): (&FileName, MediaType),
        written: &Written,
    ) -> Result<AttachmentRow, ActError> {
        let row = id.0.as_bytes();
        Ok(AttachmentRow {
            id,
            system_id: if let Uploader::System(id) = by { Some(id) } else { None },
            mailbox_id: if let Uploader::Mailbox(id) = by { Some(id) } else { None },
            size: i64::try_from(written.size).unwrap_or(i64::MAX),
            sha256: written.sha256.to_vec(),
            media_type: media_type.as_str().to_owned(),
            filename_sealed: key.seal(
                Place::new("attachment", "filename_sealed", row),
                name.as_given().as_bytes(),
                &self.rng,
            )?,
            key_hub: Some(
                self.vault
                    .hub()
                    .wrap(Place::new("attachment", "key_hub", row), key, &self.rng)?,
            ),
            created_at: self.now().as_microsecond(),
        })
    }

    /// A system's uploads that a message names, and a violation for each that cannot be used.
    pub(crate) async fn usable_uploads(
        &self,
        sender: &Sender,
        ids: &[AttachmentId],
        pointer: impl Fn(usize) -> String,
    ) -> Result<(Vec<UsableUpload>, Vec<Violation>), ActError> {
        self.uploads_of(Uploader::System(sender.system), ids, pointer).await
    }

    /// A citizen's uploads that a reply names, and a violation for each that cannot be used.
    pub(crate) async fn usable_uploads_of_citizen(
        &self,
        citizen: &Citizen,
        ids: &[AttachmentId],
    ) -> Result<(Vec<UsableUpload>, Vec<Violation>), ActError> {
        self.uploads_of(Uploader::Mailbox(citizen.mailbox), ids, |index| {
            format!("/attachments/{index}")
        })
        .await
    }

    async fn uploads_of(
        &self,
        by: Uploader,
        ids: &[AttachmentId],
        pointer: impl Fn(usize) -> String,
    ) -> Result<(Vec<UsableUpload>, Vec<Violation>), ActError> {
        let (mut usable, mut missing) = (Vec::with_capacity(ids.len()), Vec::new());
        if ids.is_empty() {
            return Ok((usable, missing));
        }
        let window = jiff::SignedDuration::try_from(self.options.upload_window).unwrap_or_default();
        let since = (self.now() - window).as_microsecond();
        let mut tx = self.db.read().await?;
        for (index, id) in ids.iter().enumerate() {
            let row = match by {
                Uploader::System(system) => tx.find_upload_of_system(system, *id, since).await?,
                Uploader::Mailbox(mailbox) => tx.find_upload_of_mailbox(mailbox, *id, since).await?,
            };
            match row.and_then(|row| row.key_hub.clone().map(|wrapped| (row, wrapped))) {
                Some((row, wrapped)) => {
                    let key = self
                        .vault
                        .hub()
                        .unwrap(Place::new("attachment", "key_hub", id.0.as_bytes()), &wrapped)?;
                    usable.push(UsableUpload { row, key });
                }
                None => missing.push(Violation::new(
                    pointer(index),
                    "attachment-not-found",
                    "There is no such upload, or it is older than a day. Upload the file again.",
                )),
            }
        }
        Ok((usable, missing))
    }

    /// Bytes first, then the row: a crash between them leaves a row that the next sweep ends.
    async fn end_upload(&self, id: AttachmentId) -> Result<(), ActError> {
        if self.db.read().await?.is_attachment_used(id).await? {
            return self
                .act(move |_, tx| Box::pin(async move { Ok(tx.expire_upload(id).await?) }))
                .await;
        }
        self.objects.remove(ObjectName::Attachment(id.0)).await?;
        self.act(move |_, tx| Box::pin(async move { Ok(tx.delete_attachment(id).await?) }))
            .await
    }

    /// Ends the use of uploads whose time is over, and removes the bytes that no message uses. Answers how many it ended.
    ///
    /// An hour of grace stands between the end of use and the sweep: a send that read an upload in time still finds its bytes.
    pub async fn sweep_uploads(&self) -> Result<usize, ActError> {
        let window = jiff::SignedDuration::try_from(self.options.upload_window).unwrap_or_default();
        let before = (self.now() - window - jiff::SignedDuration::from_hours(1)).as_microsecond();
        let expired = self.db.read().await?.list_expired_uploads(before, 500).await?;
        for id in expired.iter().copied() {
            if let Err(error) = self.end_upload(id).await {
                tracing::error!(attachment = %id, error = &error as &dyn std::error::Error, "an upload cannot be ended");
            }
        }
        Ok(expired.len())
    }
}

async fn pour<S>(upload: &mut Upload, head: &[u8], bytes: &mut S) -> Result<(), UploadError>
where
    S: Stream<Item = Result<Bytes, UploadError>> + Send + Unpin,
{
    let mut size = head.len() as u64;
    upload.write(head).await.map_err(ActError::from)?;
    while let Some(next) = bytes.next().await {
        let next = next?;
        size += next.len() as u64;
        if size > MAX_UPLOAD_REQUEST {
            return Err(UploadError::TooLarge(MAX_UPLOAD_REQUEST));
        }
        upload.write(&next).await.map_err(ActError::from)?;
    }
    Ok(())
}
