//! A citizen's reply: a new exchange with the roles swapped, and its receipt (13/2003 s.12).

use std::sync::Arc;

use jiff::Timestamp;

use super::content::{MessageHeader, SealedContent, wrap_message_key};
use super::delivery::{Delivery, owner_identifier};
use super::event::{Fact, Feed, Readers, actor, party, record_mode, represented};
use super::upload::UsableUpload;
use super::view::{ReplyReceipt, ReplyTarget};
use super::{ActError, Hub};
use crate::domain::deadline::RuleSet;
use crate::domain::event::FeedType;
use crate::domain::id::{DeliveryId, MessageId};
use crate::domain::markup::BodyFormat;
use crate::domain::message::{Mode, ReplyDraft};
use crate::domain::principal::Citizen;
use crate::evidence::record::{ContentPart, DeliveryLink, EventType};
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::event::NewEvent;
use crate::store::message::{MessageRow, NewBody};

/// A reply on its way to the lane.
struct Reply {
    id: i64,
    to: MessageId,
    citizen: Citizen,
    content: SealedContent,
    uploads: Vec<UsableUpload>,
}

impl Hub {
    /// The message that a reply would answer. Opens nothing: no event is recorded. Not found before confirmation,
    /// [`ActError::Forbidden`] where its sender takes no replies, [`ActError::NotInUse`] when the mailbox is not in use.
    pub async fn reply_target(&self, citizen: &Citizen, id: MessageId) -> Result<ReplyTarget, ActError> {
        let mut tx = self.db.read().await?;
        let delivery = self.delivery(&mut tx, citizen, id).await?;
        check(&delivery)?;
        let (_, header) = delivery.open_as_owner()?;
        Ok(ReplyTarget {
            id,
            correspondent: self.correspondent(&mut tx, &delivery).await?,
            title: header.title,
        })
    }

    /// Replies to a message whose sender allowed it. Attachments were uploaded before with [`Hub::upload_as_citizen`].
    ///
    /// Durable when it returns: the answer is the receipt that the authority owes. Refused as [`Hub::reply_target`] says.
    pub async fn reply(&self, citizen: &Citizen, to: MessageId, draft: ReplyDraft) -> Result<ReplyReceipt, ActError> {
        let mut tx = self.db.read().await?;
        check(&self.delivery(&mut tx, citizen, to).await?)?;
        drop(tx);
        let (uploads, missing) = self.usable_uploads_of_citizen(citizen, &draft.attachments).await?;
        if !missing.is_empty() {
            return Err(ActError::Invalid(missing));
        }
        let id = self.next_message_id().await?;
        let header = MessageHeader {
            title: draft.title,
            body_format: BodyFormat::Text,
            attachments: u16::try_from(uploads.len()).unwrap_or(u16::MAX),
            notifications: None,
        };
        let content = SealedContent::seal(id, &header, &draft.body, &self.rng)?;
        let reply = Arc::new(Reply {
            id,
            to,
            citizen: citizen.clone(),
            content,
            uploads,
        });
        self.act(move |hub, tx| {
            let reply = Arc::clone(&reply);
            Box::pin(async move { hub.accept_reply(tx, &reply).await })
        })
        .await
    }

    async fn accept_reply(&self, tx: &mut Tx, reply: &Reply) -> Result<ReplyReceipt, ActError> {
        let target = self.delivery(tx, &reply.citizen, reply.to).await?;
        check(&target)?;
        let now = self.now();
        let rules = self
            .rules
            .current(Mode::Ordinary.into(), now)
            .ok_or_else(|| ActError::Evidence("no rule set is in force".into()))?;
        let delivery = DeliveryId::new(now, self.random()?);
        let (events, seal) = self.reply_events(reply, &target, delivery, rules, now)?;
        let keys = (&target.mailbox_key, &target.organisation.key);
        let (key_mailbox, key_organisation) = wrap_message_key(reply.id, &reply.content.key, keys, &self.rng)?;
        let row = MessageRow {
            id: reply.id,
            mailbox_id: Some(target.mailbox),
            organisation_id: target.row.organisation_id,
            service_id: target.row.service_id,
            system_id: target.row.system_id,
            folder: "sent".to_owned(),
            created_at: now.as_microsecond(),
            mode: "ordinary".to_owned(),
            channel: "electronic".to_owned(),
            root_id: target.row.root_id,
            reply_to: Some(target.row.id),
            reply_allowed: true,
            visibility: "normal".to_owned(),
            external_id: None,
            header_sealed: reply.content.header.clone(),
            key_mailbox: Some(key_mailbox),
            key_organisation: Some(key_organisation),
            delivery_id: delivery.0,
            ruleset: rules.id().to_owned(),
            ruleset_sha256: rules.sha256().to_vec(),
            confirm_before: None,
            seq: i64::try_from(events.len()).unwrap_or_default(),
            last_hash: events.last().map(|event| event.entry.to_vec()).unwrap_or_default(),
            last_at: now.as_microsecond(),
            opened_at: None,
            confirmed_at: None,
            late_at: None,
            expired_at: None,
            archived_at: None,
            deleted_at: None,
            removed_at: None,
        };
        tx.insert_messages(&[row]).await?;
        tx.insert_bodies(&[NewBody {
            message_id: reply.id,
            body_sealed: reply.content.body.clone(),
        }])
        .await?;
        let links: Result<Vec<_>, _> = (0..)
            .zip(&reply.uploads)
            .map(|(position, upload)| upload.link(reply.id, position, keys, &self.rng))
            .collect();
        tx.insert_message_attachments(&links?).await?;
        tx.insert_events(&events).await?;
        let id = MessageId::try_from(reply.id).map_err(|_| StoreError::Missing("message id"))?;
        Ok(ReplyReceipt { id, at: now, seal })
    }

    fn reply_events(
        &self,
        reply: &Reply,
        target: &Delivery,
        delivery: DeliveryId,
        rules: &RuleSet,
        now: Timestamp,
    ) -> Result<(Vec<NewEvent>, String), ActError> {
        let mut parts: Vec<ContentPart> = vec![reply.content.body_part.clone()];
        parts.extend(reply.uploads.iter().map(UsableUpload::part));
        let readers = Readers {
            mailbox: Some((target.mailbox, &target.mailbox_key)),
            organisation: Some((target.row.organisation_id, &target.organisation.key)),
        };
        let link = |seq, prev| DeliveryLink {
            id: delivery.0,
            seq,
            prev,
            message: reply.id,
            mode: record_mode(Mode::Ordinary),
            ruleset: rules.id().to_owned(),
            ruleset_sha256: rules.sha256(),
        };
        let fact = |event| Fact {
            content: &parts,
            sender: Some(represented(owner_identifier(&target.owner), &reply.citizen)),
            recipient: Some(party(target.organisation.row.business_id.clone())),
            ..Fact::new(event, now)
        };
        let submitted = Fact {
            delivery: Some(link(1, None)),
            actor: Some(actor(&reply.citizen)),
            sealed: true,
            ..fact(EventType::SubmissionAcceptance)
        };
        let (submitted, seal) = self.record_sealed(submitted, readers)?;
        let feed = Feed {
            kind: FeedType::ElectronicFromEndUser,
            system: target.row.system_id,
            service: target.row.service_id,
            external_id: None,
            detail: None,
        };
        let available = Fact {
            delivery: Some(link(2, Some(submitted.entry))),
            feed: Some(feed),
            ..fact(EventType::ContentConsignment)
        };
        let available = self.record(available, readers)?;
        Ok((vec![submitted, available], seal.unwrap_or_default()))
    }
}

/// Whether the message may be replied to by its reader.
fn check(target: &Delivery) -> Result<(), ActError> {
    if target.awaits_confirmation() {
        return Err(ActError::NotFound);
    }
    if target.row.folder != "inbox" || !target.row.reply_allowed {
        return Err(ActError::Forbidden("The sender does not take replies to this message."));
    }
    if !target.in_use {
        return Err(ActError::NotInUse);
    }
    Ok(())
}
