//! The files of a draft: uploaded one by one, each durable by itself, ended with the draft or with the message it became.
//!
//! Guarantees: a file is in the draft once, however often its upload is repeated: the same key of the browser's, or the same name and bytes, is
//! the same file. Never more than [`Written::MAX_FILES`].

use std::sync::Arc;

use bytes::Bytes;
use futures::Stream;
use uuid::Uuid;

use super::writer;
use crate::domain::attachment::Accepts;
use crate::domain::id::{AttachmentId, DraftId};
use crate::domain::message::{Violation, Written};
use crate::domain::principal::Citizen;
use crate::hub::upload::{UploadError, Uploader, UsableUpload};
use crate::hub::view::AttachmentView;
use crate::hub::{ActError, Hub};
use crate::store::Tx;
use crate::store::attachment::AttachmentRow;
use crate::vault::{DataKey, Place};

/// What an upload came to in its draft.
enum Taken {
    /// It is a file of the draft now.
    New,
    /// It was there already.
    Same(AttachmentRow),
    /// The draft holds as many as it may.
    Full,
}

fn too_many() -> ActError {
    let message = format!("A message has at most {} files.", Written::MAX_FILES);
    ActError::Invalid(vec![Violation::new("/files", "too-many", message)])
}

impl Hub {
    /// Takes a file into a draft; `key` is the browser's own name of this upload. Durable when it returns.
    ///
    /// Besides what any upload may meet: [`ActError::Invalid`] when there are as many files as there may be, and [`ActError::Forbidden`] once the
    /// message is sent.
    pub async fn add_draft_file<S>(
        &self,
        citizen: &Citizen,
        draft: DraftId,
        key: Option<Uuid>,
        (filename, bytes): (&str, S),
    ) -> Result<AttachmentView, UploadError>
    where
        S: Stream<Item = Result<Bytes, UploadError>> + Send + Unpin,
    {
        // Before any byte is taken: whether there is room at all. It is asked again when the file is there.
        self.room_in(citizen, draft, key).await?;
        let by = Uploader::Draft {
            mailbox: citizen.mailbox,
            draft,
            key,
        };
        let (unclaimed, row) = self.take_upload(by, Accepts::Attachments, filename, bytes).await?;
        let (id, new) = (row.id, Arc::new(row.clone()));
        // From here on the row may come to be even when nobody waits for it any more.
        unclaimed.claim();
        let taken = self.act_as(citizen, move |hub, tx, citizen| {
            let new = Arc::clone(&new);
            Box::pin(async move { hub.take_into(tx, &citizen, draft, &new).await })
        });
        let row = match taken.await {
            Ok(Taken::New) => row,
            Ok(Taken::Same(there)) => {
                self.remove_left(id).await;
                there
            }
            Ok(Taken::Full) => {
                self.remove_left(id).await;
                return Err(too_many().into());
            }
            // The row may be there, so its bytes stay.
            Err(error @ ActError::Unknown) => return Err(error.into()),
            Err(error) => {
                self.remove_left(id).await;
                return Err(error.into());
            }
        };
        Ok(self.open_upload(&row)?.0)
    }

    async fn room_in(&self, citizen: &Citizen, draft: DraftId, key: Option<Uuid>) -> Result<(), UploadError> {
        let look = async {
            let mut tx = self.db.read().await?;
            let row = tx.find_draft(writer(citizen), draft).await?.ok_or(ActError::NotFound)?;
            if row.message_id.is_some() {
                return Err(ActError::Forbidden(super::SENT));
            }
            Ok(tx.list_draft_files(draft).await?)
        };
        let files = look.await?;
        let repeated = files.iter().any(|it| key.is_some() && it.upload_key == key);
        if files.len() >= Written::MAX_FILES && !repeated {
            return Err(too_many().into());
        }
        Ok(())
    }

    async fn take_into(
        &self,
        tx: &mut Tx,
        citizen: &Citizen,
        draft: DraftId,
        new: &AttachmentRow,
    ) -> Result<Taken, ActError> {
        self.locked_draft(tx, citizen, draft).await?;
        let files = tx.list_draft_files(draft).await?;
        let name = self.open_upload(new)?.0.filename;
        for file in &files {
            let repeated = new.upload_key.is_some() && file.upload_key == new.upload_key;
            if repeated || (file.sha256 == new.sha256 && self.open_upload(file)?.0.filename == name) {
                return Ok(Taken::Same(file.clone()));
            }
        }
        if files.len() >= Written::MAX_FILES {
            return Ok(Taken::Full);
        }
        tx.insert_attachment(new).await?;
        tx.touch_draft(draft, new.created_at).await?;
        Ok(Taken::New)
    }

    /// Takes a file out of a draft. One that is not in it is gone already: nothing is changed.
    pub async fn remove_draft_file(
        &self,
        citizen: &Citizen,
        draft: DraftId,
        file: AttachmentId,
    ) -> Result<(), ActError> {
        let removed = self.act_as(citizen, move |hub, tx, citizen| {
            Box::pin(async move {
                hub.locked_draft(tx, &citizen, draft).await?;
                let removed = tx.release_draft_file(draft, file).await?;
                if removed {
                    tx.touch_draft(draft, hub.now().as_microsecond()).await?;
                }
                Ok(removed)
            })
        });
        if removed.await? {
            self.end_uploads(&[file]).await;
        }
        Ok(())
    }

    /// The files of a draft, to be used in its message.
    pub(super) async fn uploads_of_draft(&self, tx: &mut Tx, draft: DraftId) -> Result<Vec<UsableUpload>, ActError> {
        let mut uploads = Vec::new();
        for row in tx.list_draft_files(draft).await? {
            let (_, key) = self.open_upload(&row)?;
            uploads.push(UsableUpload::new(row, key));
        }
        Ok(uploads)
    }

    /// An upload that waits for its message, and its key.
    pub(super) fn open_upload(&self, row: &AttachmentRow) -> Result<(AttachmentView, DataKey), ActError> {
        let id = row.id.0.as_bytes();
        let wrapped = row.key_hub.as_deref().ok_or(ActError::NotFound)?;
        let key = self
            .vault
            .hub()
            .unwrap(Place::new("attachment", "key_hub", id), wrapped)?;
        Ok((AttachmentView::open(row, &key)?, key))
    }
}
