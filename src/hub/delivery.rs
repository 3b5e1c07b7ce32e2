//! A delivery under way: a message with its keys, and the next events of its chain.

use std::sync::Arc;

use jiff::Timestamp;

use super::content::{MessageHeader, Reader, message_key, open_header};
use super::event::{Fact, Feed, FeedDetail, Readers, actor, party, represented};
use super::owner::Owner;
use super::token::Organisation;
use super::view::{AttachmentView, Standing};
use super::{ActError, Hub};
use crate::domain::deadline::{Inputs, Outcome, ServiceMode, StatedPeriod, compute};
use crate::domain::event::FeedType;
use crate::domain::id::{MailboxId, MessageId};
use crate::domain::message::Mode;
use crate::domain::principal::Citizen;
use crate::domain::time::from_micros;
use crate::evidence::record::{ContentPart, DeliveryLink, EventType};
use crate::store::attachment::{AttachmentRow, MessageAttachmentRow};
use crate::store::mailbox::MailboxRow;
use crate::store::message::{DeliveryStep, MessageRow};
use crate::store::registry::ServiceRow;
use crate::store::{StoreError, Tx};
use crate::vault::{DataKey, PartyKey, Place};

use super::upload::link_row;

/// A message and everything needed to read it and to record what happens to it.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) row: MessageRow,
    pub(crate) mailbox: MailboxId,
    pub(crate) owner: Whose,
    /// None when the mailbox was erased: then only the authority reads it.
    mailbox_key: Option<PartyKey>,
    pub(crate) organisation: Arc<Organisation>,
    /// Whether the mailbox is in use.
    pub(crate) in_use: bool,
}

/// Whose mailbox it is, as the other side is told.
#[derive(Clone)]
pub(crate) struct Whose {
    pub(crate) identifier: String,
    /// Empty where nobody knows it any more.
    pub(crate) name: String,
}

impl std::fmt::Debug for Whose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Whose").finish_non_exhaustive()
    }
}

/// Which times an act sets.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Marks {
    pub(crate) opened: bool,
    pub(crate) confirmed: bool,
    pub(crate) late: bool,
    pub(crate) expired: bool,
}

impl Delivery {
    pub(crate) fn mode(&self) -> Mode {
        mode_of(&self.row)
    }

    /// Whether nothing of body or attachments may leave the hub yet.
    pub(crate) fn awaits_confirmation(&self) -> bool {
        awaits_confirmation(&self.row)
    }

    fn readers(&self) -> Readers<'_> {
        Readers {
            mailbox: self.mailbox_key.as_ref().map(|key| (self.mailbox, key)),
            organisation: Some((self.row.organisation_id, &self.organisation.key)),
        }
    }

    /// The identifiers of sender and recipient: the authority and the owner, by the direction of the message.
    fn parties(&self) -> (String, String) {
        let authority = self.organisation.row.business_id.clone();
        let owner = self.owner.identifier.clone();
        if self.row.folder == "sent" {
            (owner, authority)
        } else {
            (authority, owner)
        }
    }

    /// A fact about this delivery, with its parties.
    pub(crate) fn fact<'a>(&self, event: EventType, time: Timestamp, content: &'a [ContentPart]) -> Fact<'a> {
        let (sender, recipient) = self.parties();
        Fact {
            content,
            sender: Some(party(sender)),
            recipient: Some(party(recipient)),
            ..Fact::new(event, time)
        }
    }

    /// A fact about this delivery that someone who acts in the mailbox brought about.
    pub(crate) fn fact_by<'a>(
        &self,
        citizen: &Citizen,
        event: EventType,
        time: Timestamp,
        content: &'a [ContentPart],
    ) -> Fact<'a> {
        let mut fact = self.fact(event, time, content);
        fact.actor = Some(actor(citizen));
        let owner = Some(represented(&*self.owner.identifier, citizen));
        if self.row.folder == "sent" {
            fact.sender = owner;
        } else {
            fact.recipient = owner;
        }
        fact
    }

    /// What the sender's feed tells of an event of this delivery.
    pub(crate) fn feed(&self, kind: FeedType, detail: Option<FeedDetail>) -> Feed {
        Feed {
            kind,
            system: self.row.system_id,
            service: self.row.service_id,
            external_id: self.row.external_id.clone(),
            detail,
        }
    }

    /// The mailbox's key. Not found when the mailbox was erased.
    pub(crate) fn mailbox_key(&self) -> Result<&PartyKey, ActError> {
        self.mailbox_key.as_ref().ok_or(ActError::NotFound)
    }

    /// The data key and header, as the owner reads them.
    pub(crate) fn open_as_owner(&self) -> Result<(DataKey, MessageHeader), ActError> {
        let key = message_key(&self.row, Reader::Mailbox(self.mailbox_key()?))?;
        let header = open_header(&self.row, &key)?;
        Ok((key, header))
    }

    /// The content as evidence names it: what the first event said.
    pub(crate) async fn content(&self, tx: &mut Tx, hub: &Hub) -> Result<Vec<ContentPart>, ActError> {
        let records = tx.list_records_of_message(self.row.id).await?;
        let Some(first) = records.first() else {
            return Ok(Vec::new());
        };
        let open = hub.open_record_as_organisation(&first.record, &self.organisation.key)?;
        let parsed = crate::evidence::record::ParsedRecord::parse(&open.event_json)
            .map_err(|error| ActError::Evidence(Box::new(error)))?;
        Ok(parsed.body.parts().to_vec())
    }

    /// Where the message stands for its recipient.
    pub(crate) fn standing(&self, hub: &Hub) -> Standing {
        standing(&self.row, hub)
    }
}

/// The text by which evidence names an owner.
pub(crate) fn owner_identifier(owner: &Owner) -> String {
    match owner.identity.reveal_wire_id() {
        Some(id) => id.to_owned(),
        None => owner.identity.lookup_text(),
    }
}

pub(crate) fn mode_of(row: &MessageRow) -> Mode {
    if row.mode == "verifiable" {
        Mode::Verifiable
    } else {
        Mode::Ordinary
    }
}

/// Whether nothing of body or attachments may leave the hub yet.
pub(crate) fn awaits_confirmation(row: &MessageRow) -> bool {
    row.folder == "inbox"
        && row.mode == "verifiable"
        && !went_on_paper(row)
        && row.confirmed_at.is_none()
        && row.late_at.is_none()
}

/// The title as the reader may see it now: a service may hide the titles of its verifiable messages until receipt is confirmed.
pub(crate) fn shown_title(row: &MessageRow, service: &ServiceRow, title: String) -> Option<String> {
    (!service.hides_title || !awaits_confirmation(row)).then_some(title)
}

/// Whether the message was served as a letter: what lies in the mailbox is a copy, and opening it serves nothing.
pub(crate) fn went_on_paper(row: &MessageRow) -> bool {
    row.channel == "paper"
}

/// The time of the newest copy of a letter that the owner may see: all of them while the mailbox is in use, and afterwards those that were there
/// when it last was taken into use.
pub(crate) fn copies_until(mailbox: &MailboxRow) -> i64 {
    if mailbox.state == "active" {
        i64::MAX
    } else {
        mailbox.activated_at.unwrap_or(i64::MIN)
    }
}

/// Where a message stands for its recipient.
pub(crate) fn standing(row: &MessageRow, hub: &Hub) -> Standing {
    match row.erased_at {
        Some(at) => Standing::Erased(from_micros(at)),
        None => delivered(row, hub),
    }
}

/// How far a delivery came, whether its content is still there or not.
pub(crate) fn delivered(row: &MessageRow, hub: &Hub) -> Standing {
    if row.folder == "sent" {
        return Standing::Sent;
    }
    if went_on_paper(row) {
        return Standing::OnPaper(row.opened_at.map(from_micros));
    }
    if row.mode == "verifiable" {
        if let Some(at) = row.confirmed_at {
            return Standing::Confirmed(from_micros(at));
        }
        if let Some(at) = row.late_at {
            return Standing::ReadLate(from_micros(at));
        }
        let last = hub.last_day_to_confirm(row);
        let open = row
            .confirm_before
            .is_some_and(|before| hub.now().as_microsecond() < before);
        return if open {
            Standing::AwaitsConfirmation(last)
        } else {
            Standing::WindowPassed(last)
        };
    }
    row.opened_at
        .map_or(Standing::Unread, |at| Standing::Read(from_micros(at)))
}

impl Hub {
    /// The last local day on which a verifiable message can be confirmed.
    pub(crate) fn last_day_to_confirm(&self, row: &MessageRow) -> jiff::civil::Date {
        let last = from_micros(row.confirm_before.unwrap_or(row.created_at).saturating_sub(1));
        match self.rules.by_id(&row.ruleset) {
            Some(rules) => rules.local_date(last),
            None => jiff::tz::TimeZone::UTC.to_datetime(last).date(),
        }
    }

    /// Whether the person may see this message of the mailbox they act in: an agent what the mandate reaches, and nobody the copy of a letter
    /// before the mailbox is in use. Every list asks it too.
    pub(crate) async fn may_see(
        &self,
        tx: &mut Tx,
        citizen: &Citizen,
        row: &MessageRow,
        copies_until: i64,
    ) -> Result<bool, ActError> {
        if went_on_paper(row) && row.created_at > copies_until {
            return Ok(false);
        }
        if citizen.agency.is_none() {
            return Ok(true);
        }
        let service = self.service_in(tx, row.service_id).await?;
        Ok(citizen.may_see(row.organisation_id, &service.topics, row.visibility == "recipient_only"))
    }

    /// Another message of the mailbox, to be named beside one that the person sees; none when it is kept from them.
    pub(crate) async fn find_seen(
        &self,
        tx: &mut Tx,
        citizen: &Citizen,
        id: i64,
    ) -> Result<Option<MessageRow>, ActError> {
        let Some(row) = tx.find_message(citizen.mailbox, id).await? else {
            return Ok(None);
        };
        let copies = copies_until(&tx.get_mailbox(citizen.mailbox).await?);
        Ok(self.may_see(tx, citizen, &row, copies).await?.then_some(row))
    }

    /// A message of the mailbox that the citizen acts in. Not found when it is another's, or kept from this agent.
    pub(crate) async fn delivery(&self, tx: &mut Tx, citizen: &Citizen, id: MessageId) -> Result<Delivery, ActError> {
        let row = tx
            .find_message(citizen.mailbox, id.get())
            .await?
            .ok_or(ActError::NotFound)?;
        let mailbox = tx.get_mailbox(citizen.mailbox).await?;
        if mailbox.is_erased() || !self.may_see(tx, citizen, &row, copies_until(&mailbox)).await? {
            return Err(ActError::NotFound);
        }
        self.load_in(tx, row, &mailbox).await
    }

    /// The delivery of a message row. Not found when it lies in no mailbox.
    pub(crate) async fn load(&self, tx: &mut Tx, row: MessageRow) -> Result<Delivery, ActError> {
        let mailbox = tx.get_mailbox(row.mailbox_id.ok_or(ActError::NotFound)?).await?;
        self.load_in(tx, row, &mailbox).await
    }

    async fn load_in(&self, tx: &mut Tx, row: MessageRow, mailbox: &MailboxRow) -> Result<Delivery, ActError> {
        let organisation = self.organisation_in(tx, row.organisation_id).await?;
        let (owner, mailbox_key) = match mailbox.is_erased() {
            false => {
                let (owner, key) = Owner::open(mailbox, &self.vault)?;
                let identifier = owner_identifier(&owner);
                let name = owner.name;
                (Whose { identifier, name }, Some(key))
            }
            // The authority's own evidence goes on naming who wrote to it, and to whom it wrote.
            true => (self.owner_by_record(tx, &row, &organisation.key).await?, None),
        };
        Ok(Delivery {
            row,
            mailbox: mailbox.id,
            owner,
            mailbox_key,
            organisation,
            in_use: mailbox.state == "active",
        })
    }

    /// The owner as the first record of a delivery names them to the authority.
    async fn owner_by_record(&self, tx: &mut Tx, row: &MessageRow, organisation: &PartyKey) -> Result<Whose, ActError> {
        let parties = self.parties_of(tx, row, organisation).await?;
        let owner = match row.folder == "sent" {
            true => parties.sender,
            false => parties.recipient,
        };
        Ok(Whose {
            identifier: owner.map(|party| party.identifier).unwrap_or_default(),
            name: String::new(),
        })
    }

    /// Records facts as the next events of a delivery and sets the marks, within the caller's transaction. Answers the seal, when one of the
    /// facts is to be sealed.
    pub(crate) async fn advance(
        &self,
        tx: &mut Tx,
        delivery: &Delivery,
        facts: Vec<Fact<'_>>,
        marks: Marks,
        now: Timestamp,
    ) -> Result<Option<String>, ActError> {
        self.advance_chain(tx, (&delivery.row, delivery.readers()), facts, marks, now)
            .await
    }

    /// The same for a message that may lie in no mailbox: its row, and who may read the records.
    pub(crate) async fn advance_chain(
        &self,
        tx: &mut Tx,
        (row, readers): (&MessageRow, Readers<'_>),
        facts: Vec<Fact<'_>>,
        marks: Marks,
        now: Timestamp,
    ) -> Result<Option<String>, ActError> {
        let mut seq = row.seq;
        let mut last: [u8; 32] = row
            .last_hash
            .as_slice()
            .try_into()
            .map_err(|_| StoreError::Missing("delivery chain"))?;
        let mut seal = None;
        let mut events = Vec::with_capacity(facts.len());
        for mut fact in facts {
            seq += 1;
            fact.delivery = Some(self.link(row, seq, last)?);
            let (event, sealed) = self.record_sealed(fact, readers)?;
            seal = seal.or(sealed);
            last = event.entry;
            events.push(event);
        }
        let mark = |set: bool| set.then(|| now.as_microsecond());
        let step = DeliveryStep {
            id: row.id,
            seq_before: row.seq,
            seq,
            last_hash: last.to_vec(),
            last_at: now.as_microsecond(),
            opened_at: mark(marks.opened && row.opened_at.is_none()),
            confirmed_at: mark(marks.confirmed),
            late_at: mark(marks.late),
            expired_at: mark(marks.expired),
        };
        // Another act was faster: this one runs again and sees what that one did.
        if !tx.advance_delivery(&step).await? {
            return Err(StoreError::Conflict.into());
        }
        tx.insert_events(&events).await?;
        Ok(seal)
    }

    fn link(&self, row: &MessageRow, seq: i64, prev: [u8; 32]) -> Result<DeliveryLink, ActError> {
        Ok(DeliveryLink {
            id: row.delivery_id,
            seq: u32::try_from(seq).map_err(|error| ActError::Evidence(Box::new(error)))?,
            prev: Some(prev),
            message: row.id,
            mode: super::event::record_mode(mode_of(row)),
            ruleset: row.ruleset.clone(),
            ruleset_sha256: row
                .ruleset_sha256
                .as_slice()
                .try_into()
                .map_err(|_| StoreError::Missing("rule set hash"))?,
        })
    }

    /// Served date, last day and reasoning, as far as is known now. None for a message whose rule set this program does not know, and for a
    /// letter: when it was posted and received, the post knows.
    pub(crate) fn deadline(&self, row: &MessageRow) -> Option<Outcome> {
        if went_on_paper(row) {
            return None;
        }
        let rules = self.rules.by_id(&row.ruleset)?;
        let stated: Option<StatedPeriod> = row.appeal.as_deref().and_then(|it| it.parse().ok());
        let inputs = Inputs {
            mode: ServiceMode::from(mode_of(row)),
            available_at: from_micros(row.created_at),
            notified_at: None,
            confirmed_at: row.confirmed_at.or(row.late_at).map(from_micros),
            opened_at: row.opened_at.map(from_micros),
            period: stated.and_then(StatedPeriod::length),
            no_appeal: stated.is_some_and(|it| it.length().is_none()),
            now: self.now(),
        };
        compute(rules, &inputs).ok()
    }

    /// The files of a message, as their reader sees them, each with its data key.
    pub(crate) fn files(
        &self,
        rows: &[MessageAttachmentRow],
        reader: Reader<'_>,
    ) -> Result<Vec<(AttachmentView, DataKey)>, ActError> {
        rows.iter().map(|row| open_file(row, reader)).collect()
    }
}

fn open_file(row: &MessageAttachmentRow, reader: Reader<'_>) -> Result<(AttachmentView, DataKey), ActError> {
    let id = row.attachment.id;
    let (party, column, wrapped) = match reader {
        Reader::Mailbox(party) => (party, "key_mailbox", &row.key_mailbox),
        Reader::Organisation(party) => (party, "key_organisation", &row.key_organisation),
    };
    let place = link_row(row.message_id, id);
    let wrapped = wrapped.as_deref().ok_or(ActError::NotFound)?;
    let key = party.unwrap(Place::new("message_attachment", column, &place), wrapped)?;
    Ok((AttachmentView::open(&row.attachment, &key)?, key))
}

impl AttachmentView {
    /// A file as whoever holds its data key sees it.
    pub(crate) fn open(row: &AttachmentRow, key: &DataKey) -> Result<Self, ActError> {
        let place = Place::new("attachment", "filename_sealed", row.id.0.as_bytes());
        let name = key.open(place, &row.filename_sealed)?;
        Ok(Self {
            id: row.id,
            filename: String::from_utf8_lossy(&name).into_owned(),
            media_type: row.media_type.clone(),
            size: row.size.unsigned_abs(),
            sha256: row
                .sha256
                .as_slice()
                .try_into()
                .map_err(|_| StoreError::Missing("attachment digest"))?,
        })
    }
}
