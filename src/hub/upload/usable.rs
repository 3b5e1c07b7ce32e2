//! Uploads as a message uses them: a system's looked up for the system that uploaded them, and linked so that both sides can read them.
//!
//! What is not theirs, is too old or never was looks the same. Leaves out: taking uploads, and ending them (`hub::upload`).

use ring::rand::SecureRandom;

use crate::domain::attachment::MediaType;
use crate::domain::id::AttachmentId;
use crate::domain::message::Violation;
use crate::domain::principal::Sender;
use crate::evidence::record::ContentPart;
use crate::hub::{ActError, Hub};
use crate::store::attachment::{AttachmentRow, NewMessageAttachment};
use crate::vault::{DataKey, PartyKey, Place};

/// An upload that may be used in a message now.
#[derive(Debug)]
pub(crate) struct UsableUpload {
    row: AttachmentRow,
    key: DataKey,
}

impl UsableUpload {
    /// An upload with its opened key.
    pub(crate) const fn new(row: AttachmentRow, key: DataKey) -> Self {
        Self { row, key }
    }

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

impl Hub {
    /// A system's uploads that a message names, and a violation for each that cannot be used.
    pub(crate) async fn usable_uploads(
        &self,
        sender: &Sender,
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
            let row = tx.find_upload_of_system(sender.system, *id, since).await?;
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
}
