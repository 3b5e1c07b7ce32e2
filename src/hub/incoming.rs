//! What an end user sent, as the authority's system fetches it.

use super::content::{Reader, message_key, open_body, open_header};
use super::delivery::Marks;
use super::view::AttachmentView;
use super::{ActError, Hub};
use crate::domain::id::MessageId;
use crate::domain::principal::Sender;
use crate::domain::time::from_micros;
use crate::evidence::record::{Actor, EventType};

/// A message that an end user sent.
#[derive(Debug, Clone)]
pub struct IncomingMessage {
    /// Id.
    pub id: MessageId,
    /// When it arrived at the authority.
    pub at: jiff::Timestamp,
    /// Title.
    pub title: String,
    /// Body, plain text.
    pub body: String,
    /// Its files.
    pub attachments: Vec<AttachmentView>,
    /// The first message of the thread.
    pub root: i64,
    /// The message it answers.
    pub reply_to: Option<i64>,
    /// The external id of the authority's message that began the thread.
    pub thread_external_id: Option<String>,
    /// Identity code or Business ID of the mailbox's owner.
    pub owner_id: String,
    /// The owner's name.
    pub owner_name: String,
    /// Identity code and name of the agent who sent it in the owner's name.
    pub on_behalf: Option<(String, String)>,
}

impl Hub {
    /// A message that an end user sent to one of the system's services, within the window. The first fetch is recorded as ContentHandover.
    pub async fn incoming(&self, sender: &Sender, id: MessageId) -> Result<IncomingMessage, ActError> {
        let mut tx = self.db.read().await?;
        let row = tx.find_message_of_system(sender.system, id.get()).await?;
        let since = self.window_start();
        let row = row
            .filter(|row| row.folder == "sent" && row.created_at >= since)
            .ok_or(ActError::NotFound)?;
        let first = row.opened_at.is_none();
        let delivery = self.load(&mut tx, row).await?;
        let body = tx.find_body(id.get()).await?.ok_or(ActError::NotFound)?;
        let files = tx.list_message_attachments(id.get()).await?;
        // Also when the owner has deleted it: the authority goes on knowing its own message.
        let root = tx.find_message_by_id(delivery.row.root_id).await?;
        let root = root.filter(|root| root.mailbox_id == Some(delivery.mailbox));
        drop(tx);
        let reader = Reader::Organisation(&delivery.organisation.key);
        let key = message_key(&delivery.row, reader)?;
        let header = open_header(&delivery.row, &key)?;
        let message = IncomingMessage {
            id,
            at: from_micros(delivery.row.created_at),
            title: header.title,
            body: open_body(id.get(), &key, &body)?,
            attachments: self.files(&files, reader)?.into_iter().map(|(file, _)| file).collect(),
            root: delivery.row.root_id,
            reply_to: delivery.row.reply_to,
            thread_external_id: root.and_then(|row| row.external_id),
            owner_id: delivery.owner.identifier.clone(),
            owner_name: delivery.owner.name.clone(),
            on_behalf: header.sent_by.map(|it| (it.id, it.name)),
        };
        if first && self.options.evidence {
            self.record_fetch(sender, id).await?;
        }
        Ok(message)
    }

    async fn record_fetch(&self, sender: &Sender, id: MessageId) -> Result<(), ActError> {
        let (system, business_id) = (sender.system, sender.business_id.clone());
        self.act(move |hub, tx| {
            let business_id = business_id.clone();
            Box::pin(async move {
                let row = tx
                    .find_message_of_system(system, id.get())
                    .await?
                    .ok_or(ActError::NotFound)?;
                if row.opened_at.is_some() {
                    return Ok(());
                }
                let delivery = hub.load(tx, row).await?;
                let now = hub.now().max(from_micros(delivery.row.last_at));
                let content = delivery.content(tx, hub).await?;
                let mut fact = delivery.fact(EventType::ContentHandover, now, &content);
                fact.actor = Some(Actor {
                    identifier: business_id.to_string(),
                    acr: None,
                    auth_time: None,
                });
                hub.advance(
                    tx,
                    &delivery,
                    vec![fact],
                    Marks {
                        opened: true,
                        ..Marks::default()
                    },
                    now,
                )
                .await
                .map(drop)
            })
        })
        .await
    }
}
