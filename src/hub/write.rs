//! A citizen's message to an authority, a reply or a new one: a new exchange with the roles swapped, and its receipt (13/2003 s.12).
//!
//! Leaves out: writing it (`hub::draft`, from which every message is sent), and to whom one may write (`hub::directory`).

use std::sync::Arc;

use jiff::Timestamp;

use super::content::{MessageHeader, SealedContent, SentBy, body_part, wrap_message_key};
use super::delivery::{Delivery, owner_identifier};
use super::event::{Fact, Feed, Readers, actor, party, record_mode, represented};
use super::owner::Owner;
use super::token::Organisation;
use super::upload::UsableUpload;
use super::view::{Receipt, ReceiptView};
use super::{ActError, Hub};
use crate::domain::deadline::RuleSet;
use crate::domain::event::FeedType;
use crate::domain::id::{DeliveryId, MailboxId, MessageId, ServiceId, SystemId};
use crate::domain::markup::BodyFormat;
use crate::domain::message::{Mode, Written};
use crate::domain::principal::Citizen;
use crate::domain::time::from_micros;
use crate::evidence::record::{ContentPart, DeliveryLink, EventType};
use crate::store::event::NewEvent;
use crate::store::message::{MessageRow, NewBody};
use crate::store::{StoreError, Tx};
use crate::vault::PartyKey;

/// To whom someone writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum To {
    /// To the sender of this message.
    Reply(MessageId),
    /// To this service, about something new.
    Service(ServiceId),
}

/// The other side of a message that may be written now, and whose mailbox it comes from.
pub(crate) struct Addressee {
    mailbox: MailboxId,
    mailbox_key: PartyKey,
    owner: String,
    organisation: Arc<Organisation>,
    pub(crate) service: ServiceId,
    system: SystemId,
    /// The thread that it goes on with, and the message that it answers.
    answers: Option<(i64, i64)>,
    /// `normal` or `recipient_only`.
    visibility: String,
    /// Whether the mailbox is in use: what is not in use sends nothing.
    pub(crate) in_use: bool,
}

impl Hub {
    /// Whom the citizen would write to. Not found for what is kept from them, for a verifiable message that awaits confirmation, and for a
    /// service that takes no messages; [`ActError::Forbidden`] where the sender of a message takes no replies.
    pub(crate) async fn addressee(&self, tx: &mut Tx, citizen: &Citizen, to: To) -> Result<Addressee, ActError> {
        let mailbox = tx.get_mailbox(citizen.mailbox).await?;
        let in_use = mailbox.state == "active";
        match to {
            To::Reply(id) => {
                let target = self.delivery(tx, citizen, id).await?;
                check_reply(&target)?;
                Ok(Addressee {
                    mailbox: target.mailbox,
                    mailbox_key: target.mailbox_key()?.clone(),
                    owner: target.owner.identifier,
                    organisation: target.organisation,
                    service: target.row.service_id,
                    system: target.row.system_id,
                    answers: Some((target.row.root_id, target.row.id)),
                    // What agents may not see they do not see in the answer to it either.
                    visibility: target.row.visibility,
                    in_use,
                })
            }
            To::Service(id) => {
                let service = self.service_in(tx, id).await?;
                let organisation = self.organisation_in(tx, service.row.organisation_id).await?;
                let taken = service.row.takes_messages && service.row.active && organisation.row.active;
                if !taken || !citizen.may_see(organisation.row.id, &service.topics, false) {
                    return Err(ActError::NotFound);
                }
                let (owner, mailbox_key) = Owner::open(&mailbox, &self.vault)?;
                Ok(Addressee {
                    mailbox: mailbox.id,
                    mailbox_key,
                    owner: owner_identifier(&owner),
                    organisation,
                    service: service.row.id,
                    system: service.row.system_id,
                    answers: None,
                    visibility: "normal".to_owned(),
                    in_use,
                })
            }
        }
    }

    /// Takes a message of the citizen's, under the number `id`, and writes down that it arrived.
    pub(crate) async fn accept_written(
        &self,
        tx: &mut Tx,
        citizen: &Citizen,
        to: &Addressee,
        (id, written, uploads): (i64, &Written, &[UsableUpload]),
    ) -> Result<Receipt, ActError> {
        let now = self.now();
        let rules = self
            .rules
            .current(Mode::Ordinary.into(), now)
            .ok_or_else(|| ActError::Evidence("no rule set is in force".into()))?;
        let header = MessageHeader {
            title: written.title.clone(),
            body_format: BodyFormat::Text,
            attachments: u16::try_from(uploads.len()).unwrap_or(u16::MAX),
            notifications: None,
            sent_by: SentBy::of(citizen),
        };
        let content = SealedContent::seal(id, &header, &written.body, &self.rng)?;
        let delivery = DeliveryId::new(now, self.random()?);
        let mut parts: Vec<ContentPart> = vec![content.body_part.clone()];
        parts.extend(uploads.iter().map(UsableUpload::part));
        let (events, seal) = self.written_events(citizen, to, &parts, (id, delivery, rules, now))?;
        let keys = (&to.mailbox_key, &to.organisation.key);
        let (key_mailbox, key_organisation) = wrap_message_key(id, &content.key, keys, &self.rng)?;
        let row = MessageRow {
            id,
            mailbox_id: Some(to.mailbox),
            organisation_id: to.organisation.row.id,
            service_id: to.service,
            system_id: to.system,
            folder: "sent".to_owned(),
            created_at: now.as_microsecond(),
            mode: "ordinary".to_owned(),
            channel: "electronic".to_owned(),
            root_id: to.answers.map_or(id, |(root, _)| root),
            reply_to: to.answers.map(|(_, answered)| answered),
            reply_allowed: true,
            visibility: to.visibility.clone(),
            external_id: None,
            header_sealed: content.header,
            key_mailbox: Some(key_mailbox),
            key_organisation: Some(key_organisation),
            delivery_id: delivery.0,
            ruleset: rules.id().to_owned(),
            ruleset_sha256: rules.sha256().to_vec(),
            appeal: None,
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
            erased_at: None,
            evidence_ended_at: None,
        };
        tx.insert_messages(&[row]).await?;
        tx.insert_bodies(&[NewBody {
            message_id: id,
            body_sealed: content.body,
        }])
        .await?;
        let links: Result<Vec<_>, _> = (0..)
            .zip(uploads)
            .map(|(position, upload)| upload.link(id, position, keys, &self.rng))
            .collect();
        tx.insert_message_attachments(&links?).await?;
        tx.insert_events(&events).await?;
        let id = MessageId::try_from(id).map_err(|_| StoreError::Missing("message id"))?;
        Ok(Receipt { id, at: now, seal })
    }

    /// SubmissionAcceptance and ContentConsignment, and the seal over the first.
    fn written_events(
        &self,
        citizen: &Citizen,
        to: &Addressee,
        parts: &[ContentPart],
        (id, delivery, rules, now): (i64, DeliveryId, &RuleSet, Timestamp),
    ) -> Result<(Vec<NewEvent>, String), ActError> {
        let readers = Readers {
            mailbox: Some((to.mailbox, &to.mailbox_key)),
            organisation: Some((to.organisation.row.id, &to.organisation.key)),
        };
        let link = |seq, prev| DeliveryLink {
            id: delivery.0,
            seq,
            prev,
            message: id,
            mode: record_mode(Mode::Ordinary),
            ruleset: rules.id().to_owned(),
            ruleset_sha256: rules.sha256(),
        };
        let fact = |event| Fact {
            content: parts,
            sender: Some(represented(&*to.owner, citizen)),
            recipient: Some(party(to.organisation.row.business_id.clone())),
            ..Fact::new(event, now)
        };
        let submitted = Fact {
            delivery: Some(link(1, None)),
            actor: Some(actor(citizen)),
            sealed: true,
            ..fact(EventType::SubmissionAcceptance)
        };
        let (submitted, seal) = self.record_sealed(submitted, readers)?;
        let feed = Feed {
            kind: FeedType::ElectronicFromEndUser,
            system: to.system,
            service: to.service,
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

    /// The receipt that was given for a message of the citizen's.
    pub(crate) async fn receipt(&self, tx: &mut Tx, citizen: &Citizen, id: MessageId) -> Result<Receipt, ActError> {
        let delivery = self.delivery(tx, citizen, id).await?;
        Ok(Receipt {
            id,
            at: from_micros(delivery.row.created_at),
            seal: self.seal_of(tx, &delivery).await?,
        })
    }

    /// What the receipt of a sent message shows, whose body is this. Of a thread whose beginning is kept from the person it tells nothing: the
    /// message stands for the thread.
    pub(crate) async fn receipt_view(
        &self,
        tx: &mut Tx,
        citizen: &Citizen,
        delivery: &Delivery,
        body: &str,
    ) -> Result<ReceiptView, ActError> {
        let root = self.find_seen(tx, citizen, delivery.row.root_id).await?;
        Ok(ReceiptView {
            thread: root.as_ref().map_or(delivery.row.id, |root| root.id),
            reference: root.and_then(|root| root.external_id),
            body_sha256: body_part(BodyFormat::Text, body).sha256,
            seal: self.seal_of(tx, delivery).await?,
        })
    }

    /// The seal over a delivery's SubmissionAcceptance, as its mailbox reads it.
    pub(crate) async fn seal_of(&self, tx: &mut Tx, delivery: &Delivery) -> Result<String, ActError> {
        let kind = EventType::SubmissionAcceptance.name();
        let record = tx.find_record_of(delivery.row.id, kind).await?;
        let record = record.ok_or(StoreError::Missing("record of a submission"))?;
        let open = self.open_record_as_owner(&record, delivery.mailbox_key()?)?;
        Ok(open.seal(&record).unwrap_or_default())
    }
}

/// Whether the message may be replied to by its reader.
fn check_reply(target: &Delivery) -> Result<(), ActError> {
    if target.awaits_confirmation() || target.row.erased_at.is_some() {
        return Err(ActError::NotFound);
    }
    if target.row.folder != "inbox" || !target.row.reply_allowed {
        return Err(ActError::Forbidden("The sender does not take replies to this message."));
    }
    Ok(())
}
