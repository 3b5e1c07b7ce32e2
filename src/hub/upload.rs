//! Uploading a file, to be used in a message: a system's within a day, a citizen's for as long as its draft lives (`hub::draft`).
//!
//! The bytes stream into the object store, encrypted on the way; size, SHA-256 and type are decided from what came, never from what was said.
//! An upload is durable before its id is answered: bytes first, then the scan of what was written, then the row that knows their key and alone
//! makes them usable. Bytes without a row are read by nobody; of a refused upload they are removed, also when nobody waits for the answer.

mod unclaimed;
mod usable;

use bytes::Bytes;
use futures::{Stream, StreamExt as _, TryStreamExt as _};

pub(crate) use self::usable::{UsableUpload, link_row};

use uuid::Uuid;

use self::unclaimed::Unclaimed;
use super::{ActError, Hub};
use crate::domain::attachment::{
    Accepts, FileName, HEAD_BYTES, MAX_UPLOAD_REQUEST, MediaType, Tail, TypeRefused, decide_type,
};
use crate::domain::id::{AttachmentId, DraftId, MailboxId, SystemId};
use crate::domain::message::Violation;
use crate::domain::principal::Sender;
use crate::objects::{ObjectName, Upload, Written};
use crate::scanner::Verdict;
use crate::store::attachment::AttachmentRow;
use crate::vault::{DataKey, Place};

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
    /// The form holds something else than one file; the text says what.
    #[error("{0}")]
    Form(&'static str),
    /// What the form must hold beside the file is wrong or missing.
    #[error("the form is not complete")]
    Parts(Vec<Violation>),
    /// The type is not one of those allowed, or it is not the only one.
    #[error(transparent)]
    Type(#[from] TypeRefused),
    /// Malware was found; the name of its signature.
    #[error("malware was found in the file ({0})")]
    Malware(String),
    /// Something else.
    #[error(transparent)]
    Act(#[from] ActError),
}

/// Who uploads.
#[derive(Debug, Clone, Copy)]
pub(super) enum Uploader {
    System(SystemId),
    /// Someone who writes in a mailbox.
    Draft {
        mailbox: MailboxId,
        draft: DraftId,
        /// The browser's own name of the upload.
        key: Option<Uuid>,
    },
}

impl Hub {
    /// Takes a system's upload, of a type that its door accepts. Durable when it returns.
    pub async fn upload_as_sender<S>(
        &self,
        sender: &Sender,
        accepts: Accepts,
        filename: &str,
        bytes: S,
    ) -> Result<AttachmentId, UploadError>
    where
        S: Stream<Item = Result<Bytes, UploadError>> + Send + Unpin,
    {
        let by = Uploader::System(sender.system);
        let (unclaimed, row) = self.take_upload(by, accepts, filename, bytes).await?;
        self.claim(unclaimed, row).await
    }

    /// Stores the bytes, and makes the row that would make them usable.
    pub(super) async fn take_upload<S>(
        &self,
        by: Uploader,
        accepts: Accepts,
        filename: &str,
        mut bytes: S,
    ) -> Result<(Unclaimed, AttachmentRow), UploadError>
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
        let media_type = decide_type(accepts, &name, start)?;

        let id = AttachmentId::new(self.now(), self.random()?);
        let key = DataKey::generate(&self.rng).map_err(ActError::from)?;
        let mut upload = self
            .objects
            .upload(ObjectName::Attachment(id.0), &key, &self.rng)
            .await
            .map_err(ActError::from)?;
        if let Err(error) = pour(&mut upload, media_type, &head, &mut bytes).await {
            upload.abort().await;
            return Err(error);
        }
        let unclaimed = Unclaimed::new(self.objects.clone(), id);
        // In a task of its own: who stops waiting while the store makes the bytes visible must not remove them before they are there.
        let finishing = tokio::spawn(async move { (upload.finish().await, unclaimed) });
        let (finished, unclaimed) = finishing.await.map_err(|_| ActError::Unknown)?;
        let written = match finished {
            Ok(written) => written,
            Err(error) => {
                unclaimed.remove().await;
                return Err(ActError::from(error).into());
            }
        };
        if let Err(error) = self.scan(id, &key).await {
            unclaimed.remove().await;
            return Err(error);
        }
        let row = self.upload_row(by, (id, &key), (&name, media_type), &written)?;
        Ok((unclaimed, row))
    }

    /// Writes the row that alone makes the bytes usable.
    async fn claim(&self, unclaimed: Unclaimed, row: AttachmentRow) -> Result<AttachmentId, UploadError> {
        let id = row.id;
        // From here on the row may come to be even when nobody waits for it any more.
        unclaimed.claim();
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
                self.remove_left(id).await;
                Err(error.into())
            }
        }
    }

    /// Has what was written scanned, where a scanner is configured.
    ///
    /// It is read back whole, so that a sender who pauses holds no place in the scanner, and what was scanned is what will be served.
    async fn scan(&self, id: AttachmentId, key: &DataKey) -> Result<(), UploadError> {
        let Some(scanner) = &self.scanner else { return Ok(()) };
        let stored = self
            .objects
            .read(ObjectName::Attachment(id.0), key.clone())
            .await
            .map_err(ActError::from)?;
        let verdict = scanner.scan(stored.map_err(std::io::Error::other)).await;
        match verdict.map_err(ActError::from)? {
            Verdict::Clean => Ok(()),
            Verdict::Found(signature) => {
                metrics::counter!("tiedoksi_malware_found").increment(1);
                tracing::warn!(attachment = %id, signature, "malware was found in an upload, which was refused");
                Err(UploadError::Malware(signature))
            }
        }
    }

    /// Removes the bytes of an upload that has no row.
    pub(super) async fn remove_left(&self, id: AttachmentId) {
        unclaimed::remove_left(&self.objects, id).await;
    }

    fn upload_row(
        &self,
        by: Uploader,
        (id, key): (AttachmentId, &DataKey),
        (name, media_type): (&FileName, MediaType),
        written: &Written,
    ) -> Result<AttachmentRow, ActError> {
        let row = id.0.as_bytes();
        let (system_id, mailbox_id, draft_id, upload_key) = match by {
            Uploader::System(system) => (Some(system), None, None, None),
            Uploader::Draft { mailbox, draft, key } => (None, Some(mailbox), Some(draft), key),
        };
        Ok(AttachmentRow {
            id,
            system_id,
            mailbox_id,
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
            draft_id,
            upload_key,
        })
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
    /// An hour of grace stands between the end of use and the sweep: a send that read an upload in time still finds its bytes. A draft's files are
    /// none of these: they end with it.
    pub async fn sweep_uploads(&self) -> Result<usize, ActError> {
        let window = jiff::SignedDuration::try_from(self.options.upload_window).unwrap_or_default();
        let before = (self.now() - window - jiff::SignedDuration::from_hours(1)).as_microsecond();
        let expired = self.db.read().await?.list_expired_uploads(before, 500).await?;
        self.end_uploads(&expired).await;
        Ok(expired.len())
    }

    /// Ends the use of uploads. What cannot be ended now is left to the sweep.
    pub(super) async fn end_uploads(&self, ids: &[AttachmentId]) {
        for id in ids.iter().copied() {
            if let Err(error) = self.end_upload(id).await {
                tracing::error!(attachment = %id, error = &error as &dyn std::error::Error, "an upload cannot be ended");
            }
        }
    }
}

/// Sends everything to the object store, then decides by the end of the file.
async fn pour<S>(upload: &mut Upload, media_type: MediaType, head: &[u8], bytes: &mut S) -> Result<(), UploadError>
where
    S: Stream<Item = Result<Bytes, UploadError>> + Send + Unpin,
{
    let mut size = head.len() as u64;
    let mut tail = Tail::default();
    tail.push(head);
    upload.write(head).await.map_err(ActError::from)?;
    while let Some(next) = bytes.next().await {
        let next = next?;
        size += next.len() as u64;
        if size > MAX_UPLOAD_REQUEST {
            return Err(UploadError::TooLarge(MAX_UPLOAD_REQUEST));
        }
        tail.push(&next);
        upload.write(&next).await.map_err(ActError::from)?;
    }
    Ok(tail.check(media_type)?)
}
