//! Drafts: everything that a citizen writes is written in one, kept until it is sent or deleted, and sent once.
//!
//! Guarantees: a refused send keeps what was written; sending a draft again is answered with the first receipt; another's draft is not found,
//! neither the owner's by an agent nor the other way round. Once sent, nothing is left of a draft but which message it became. What nobody
//! touched for [`IDLE_DAYS`] is deleted with its files. Leaves out: the message itself (`hub::write`).

mod begin;
pub mod file;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::owner::Owner;
use super::view::{Correspondent, DraftSummary, DraftView, Hindrance, Receipt};
use super::write::To;
use super::{ActError, Hub};
use crate::domain::id::{AttachmentId, DraftId, MailboxId, MessageId, ServiceId};
use crate::domain::message::Written;
use crate::domain::principal::Citizen;
use crate::domain::time::from_micros;
use crate::store::draft::DraftRow;
use crate::store::{StoreError, Tx};
use crate::vault::{PartyKey, Place, VaultError};

/// How long a draft is kept that nobody touches.
pub const IDLE_DAYS: i64 = 90;
/// Most drafts of one person in one mailbox.
const MOST_DRAFTS: usize = 100;

/// What is refused of a draft that was sent.
const SENT: &str = "This message has been sent.";
/// What is told who writes over something newer.
const CHANGED: &str = "The draft has changed since. Read it again.";

/// A text as it is being written: anything, also what could not be sent. Fields may be added, never renamed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftText {
    /// Title.
    pub title: String,
    /// Body.
    pub body: String,
}

impl std::fmt::Debug for DraftText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DraftText").finish_non_exhaustive()
    }
}

/// The writer, as the store asks for it: the mailbox acted in, and the person's own.
fn writer(citizen: &Citizen) -> (MailboxId, MailboxId) {
    (citizen.mailbox, citizen.own)
}

fn place(id: &DraftId) -> Place<'_> {
    Place::new("draft", "draft_sealed", id.0.as_bytes())
}

impl Hub {
    /// This person's drafts in the mailbox they act in, the last written first. There are never many.
    pub async fn drafts(&self, citizen: &Citizen) -> Result<Vec<DraftSummary>, ActError> {
        let mut tx = self.db.read().await?;
        let key = self.mailbox_key(&mut tx, citizen).await?;
        let most = i64::try_from(MOST_DRAFTS).unwrap_or(i64::MAX);
        let mut drafts = Vec::new();
        for row in tx.list_drafts(writer(citizen), most).await? {
            drafts.push(DraftSummary {
                id: row.id,
                correspondent: self.service_names(&mut tx, row.service_id).await?,
                is_reply: row.reply_to.is_some(),
                title: open_draft(&row, &key)?.title,
                saved_at: from_micros(row.updated_at),
            });
        }
        Ok(drafts)
    }

    /// One draft, with its files, and why it could not be sent now. Of a sent one: which message it became.
    pub async fn draft(&self, citizen: &Citizen, id: DraftId) -> Result<DraftView, ActError> {
        let mut tx = self.db.read().await?;
        let row = tx.find_draft(writer(citizen), id).await?.ok_or(ActError::NotFound)?;
        let text = match row.message_id {
            Some(_) => DraftText::default(),
            None => open_draft(&row, &self.mailbox_key(&mut tx, citizen).await?)?,
        };
        let mut files = Vec::new();
        for file in tx.list_draft_files(id).await? {
            files.push(self.open_upload(&file)?.0);
        }
        let hindrance = match self.addressee(&mut tx, citizen, to_of(&row)?).await {
            Ok(addressee) if addressee.in_use => None,
            Ok(_) => Some(Hindrance::MailboxNotInUse),
            Err(ActError::NotFound | ActError::Forbidden(_)) => Some(Hindrance::NotTaken),
            Err(error) => return Err(error),
        };
        Ok(DraftView {
            id,
            correspondent: self.service_names(&mut tx, row.service_id).await?,
            reply_to: row.reply_to.and_then(|id| MessageId::try_from(id).ok()),
            text,
            files,
            saved_at: from_micros(row.updated_at),
            hindrance,
            sent: row.message_id.and_then(|id| MessageId::try_from(id).ok()),
        })
    }

    /// Keeps what was written; answers when. [`ActError::Forbidden`] once the message is sent.
    pub async fn save_draft(&self, citizen: &Citizen, id: DraftId, text: DraftText) -> Result<Timestamp, ActError> {
        self.save_draft_as_seen(citizen, id, text, None).await
    }

    /// The same, unless something was written after `seen`, the time of the draft that its writer goes on from: then [`ActError::Contradiction`].
    pub async fn save_draft_as_seen(
        &self,
        citizen: &Citizen,
        id: DraftId,
        text: DraftText,
        seen: Option<Timestamp>,
    ) -> Result<Timestamp, ActError> {
        let (citizen, text) = (Arc::new(citizen.clone()), Arc::new(text));
        self.act_as(Citizen::clone(&citizen), move |hub, tx| {
            let (citizen, text) = (Arc::clone(&citizen), Arc::clone(&text));
            Box::pin(async move {
                let row = hub.locked_draft(tx, &citizen, id).await?;
                if seen.is_some_and(|seen| seen != from_micros(row.updated_at)) {
                    return Err(ActError::Contradiction(CHANGED));
                }
                hub.keep(tx, &citizen, &row, &text).await
            })
        })
        .await
    }

    /// Sends what was written, with the draft's files. Durable when it returns: the answer is the receipt that the authority owes. Sending
    /// once more is answered with the first receipt. Every refusal keeps the text in the draft.
    ///
    /// [`ActError::Invalid`] for a text that breaks rules; [`ActError::NotFound`] and [`ActError::Forbidden`] where the authority takes no such
    /// message, or not any more, and while the mailbox is not in use.
    pub async fn send_draft(&self, citizen: &Citizen, id: DraftId, text: DraftText) -> Result<Receipt, ActError> {
        let number = self.next_message_id().await?;
        let (citizen, text) = (Arc::new(citizen.clone()), Arc::new(text));
        let sent = self.act_as(Citizen::clone(&citizen), move |hub, tx| {
            let (citizen, text) = (Arc::clone(&citizen), Arc::clone(&text));
            Box::pin(async move {
                let row = tx.lock_draft(writer(&citizen), id).await?.ok_or(ActError::NotFound)?;
                if let Some(message) = row.message_id {
                    let message = MessageId::try_from(message).map_err(|_| ActError::NotFound)?;
                    return hub.receipt(tx, &citizen, message).await.map(Ok);
                }
                match hub.send_in(tx, &citizen, &row, (number, &text)).await {
                    // What was refused was refused before anything was written.
                    Err(
                        refusal @ (ActError::Invalid(_)
                        | ActError::NotFound
                        | ActError::Forbidden(_)
                        | ActError::NotInUse),
                    ) => {
                        hub.keep(tx, &citizen, &row, &text).await?;
                        Ok(Err(refusal))
                    }
                    sent => sent.map(Ok),
                }
            })
        });
        sent.await?
    }

    async fn send_in(
        &self,
        tx: &mut Tx,
        citizen: &Citizen,
        row: &DraftRow,
        (number, text): (i64, &DraftText),
    ) -> Result<Receipt, ActError> {
        let to = self.addressee(tx, citizen, to_of(row)?).await?;
        if !to.in_use {
            return Err(ActError::NotInUse);
        }
        let written = Written::parse(&text.title, &text.body).map_err(ActError::Invalid)?;
        let uploads = self.uploads_of_draft(tx, row.id).await?;
        let receipt = self
            .accept_written(tx, citizen, &to, (number, &written, &uploads))
            .await?;
        tx.use_draft_files(row.id).await?;
        tx.finish_draft(row.id, number, receipt.at.as_microsecond()).await?;
        Ok(receipt)
    }

    /// Deletes a draft with its files. [`ActError::Forbidden`] once the message is sent.
    pub async fn delete_draft(&self, citizen: &Citizen, id: DraftId) -> Result<(), ActError> {
        let citizen = Arc::new(citizen.clone());
        let files = self.act_as(Citizen::clone(&citizen), move |hub, tx| {
            let citizen = Arc::clone(&citizen);
            Box::pin(async move {
                hub.locked_draft(tx, &citizen, id).await?;
                remove(tx, id, i64::MAX).await
            })
        });
        self.end_uploads(&files.await?).await;
        Ok(())
    }

    /// Deletes what nobody touched for [`IDLE_DAYS`], and with it the memory of what was sent before. Answers how many.
    pub async fn sweep_drafts(&self) -> Result<usize, ActError> {
        let before = (self.now() - SignedDuration::from_hours(24 * IDLE_DAYS)).as_microsecond();
        let idle = self.db.read().await?.list_idle_drafts(before, 500).await?;
        for id in idle.iter().copied() {
            let files = self.act(move |_, tx| Box::pin(async move { remove(tx, id, before).await }));
            self.end_uploads(&files.await?).await;
        }
        Ok(idle.len())
    }

    /// A draft that is not sent yet, locked until the act commits.
    async fn locked_draft(&self, tx: &mut Tx, citizen: &Citizen, id: DraftId) -> Result<DraftRow, ActError> {
        let row = tx.lock_draft(writer(citizen), id).await?.ok_or(ActError::NotFound)?;
        match row.message_id {
            Some(_) => Err(ActError::Forbidden(SENT)),
            None => Ok(row),
        }
    }

    async fn keep(
        &self,
        tx: &mut Tx,
        citizen: &Citizen,
        row: &DraftRow,
        text: &DraftText,
    ) -> Result<Timestamp, ActError> {
        let key = self.mailbox_key(tx, citizen).await?;
        // No two texts have one time: by it their writer knows them apart.
        let now = self.now().max(from_micros(row.updated_at.saturating_add(1)));
        tx.save_draft(row.id, &self.seal_draft(row.id, &key, text)?, now.as_microsecond())
            .await?;
        Ok(now)
    }

    fn seal_draft(&self, id: DraftId, key: &PartyKey, text: &DraftText) -> Result<Vec<u8>, ActError> {
        let json = serde_json::to_vec(text).map_err(|_| VaultError::Sealed)?;
        Ok(key.seal(place(&id), &json, &self.rng)?)
    }

    async fn mailbox_key(&self, tx: &mut Tx, citizen: &Citizen) -> Result<PartyKey, ActError> {
        Ok(Owner::open(&tx.get_mailbox(citizen.mailbox).await?, &self.vault)?.1)
    }

    async fn service_names(&self, tx: &mut Tx, id: ServiceId) -> Result<Correspondent, ActError> {
        let service = self.service_in(tx, id).await?;
        let organisation = self.organisation_in(tx, service.row.organisation_id).await?;
        Ok(Correspondent {
            organisation: organisation.row.names.clone(),
            service: service.row.names.clone(),
        })
    }
}

/// Deletes the row, if nobody touched it since `before`; answers which files were in it. Their bytes go after the commit.
async fn remove(tx: &mut Tx, id: DraftId, before: i64) -> Result<Vec<AttachmentId>, ActError> {
    if !tx.delete_draft(id, before).await? {
        return Ok(Vec::new());
    }
    Ok(tx.release_draft_files(id).await?)
}

fn to_of(row: &DraftRow) -> Result<To, ActError> {
    match row.reply_to {
        Some(id) => Ok(To::Reply(
            MessageId::try_from(id).map_err(|_| StoreError::Missing("message id"))?,
        )),
        None => Ok(To::Service(row.service_id)),
    }
}

fn open_draft(row: &DraftRow, key: &PartyKey) -> Result<DraftText, ActError> {
    let json = key.open(place(&row.id), &row.draft_sealed)?;
    serde_json::from_slice(&json).map_err(|_| StoreError::Missing("draft").into())
}
