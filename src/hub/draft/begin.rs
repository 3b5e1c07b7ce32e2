//! Beginning a draft: of a reply, or of a new message to a service. Two clicks begin one.

use std::sync::Arc;

use super::{DraftText, MOST_DRAFTS, writer};
use crate::domain::id::{DraftId, MessageId, ServiceId};
use crate::domain::message::Violation;
use crate::domain::principal::Citizen;
use crate::hub::view::ReplyTarget;
use crate::hub::write::To;
use crate::hub::{ActError, Hub};
use crate::store::Tx;
use crate::store::draft::DraftRow;

impl Hub {
    /// The message that a reply would answer: nothing of its content but the title, and no event is recorded. Not found before confirmation,
    /// [`ActError::Forbidden`] where its sender takes no replies.
    pub async fn reply_target(&self, citizen: &Citizen, id: MessageId) -> Result<ReplyTarget, ActError> {
        let mut tx = self.db.read().await?;
        self.addressee(&mut tx, citizen, To::Reply(id)).await?;
        let (_, header) = self.delivery(&mut tx, citizen, id).await?.open_as_owner()?;
        Ok(ReplyTarget {
            id,
            title: header.title,
        })
    }

    /// The draft of a reply: the one that this person began before, or a new one with this title.
    pub async fn begin_reply(&self, citizen: &Citizen, to: MessageId, title: String) -> Result<DraftId, ActError> {
        self.begin(citizen, To::Reply(to), title).await
    }

    /// A draft of a new message to a service: one that nothing was written in yet, or a new one. Not found where the service takes no messages.
    pub async fn begin_message(&self, citizen: &Citizen, service: ServiceId) -> Result<DraftId, ActError> {
        self.begin(citizen, To::Service(service), String::new()).await
    }

    async fn begin(&self, citizen: &Citizen, to: To, title: String) -> Result<DraftId, ActError> {
        let text = Arc::new(DraftText {
            title,
            body: String::new(),
        });
        self.act_as(citizen, move |hub, tx, citizen| {
            let text = Arc::clone(&text);
            Box::pin(async move { hub.begin_in(tx, &citizen, to, &text).await })
        })
        .await
    }

    async fn begin_in(&self, tx: &mut Tx, citizen: &Citizen, to: To, text: &DraftText) -> Result<DraftId, ActError> {
        // Two clicks begin one draft.
        tx.lock_mailbox(citizen.mailbox).await?;
        let addressee = self.addressee(tx, citizen, to).await?;
        let reply_to = match to {
            To::Reply(message) => Some(message.get()),
            To::Service(_) => None,
        };
        let most = i64::try_from(MOST_DRAFTS).unwrap_or(i64::MAX);
        let drafts = tx.list_drafts(writer(citizen), most).await?;
        let begun = drafts.iter().find(|row| match reply_to {
            Some(_) => row.reply_to == reply_to,
            None => row.reply_to.is_none() && row.service_id == addressee.service && row.updated_at == row.created_at,
        });
        if let Some(begun) = begun {
            return Ok(begun.id);
        }
        if drafts.len() >= MOST_DRAFTS {
            let message = "There are 100 drafts already. Send or delete one.";
            return Err(ActError::Invalid(vec![Violation::new("", "too-many-drafts", message)]));
        }
        let now = self.now();
        let id = DraftId::new(now, self.random()?);
        let key = self.mailbox_key(tx, citizen).await?;
        let row = DraftRow {
            id,
            mailbox_id: citizen.mailbox,
            author_id: citizen.own,
            service_id: addressee.service,
            reply_to,
            draft_sealed: self.seal_draft(id, &key, text)?,
            created_at: now.as_microsecond(),
            updated_at: now.as_microsecond(),
            message_id: None,
        };
        tx.insert_draft(&row).await?;
        Ok(id)
    }
}
