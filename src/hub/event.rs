//! Making events: the record, its seal where one is handed out, and its encryption for the parties that may read it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ActError, Hub};
use crate::domain::event::FeedType;
use crate::domain::id::{EventId, MailboxId, OrganisationId, ServiceId, SystemId};
use crate::domain::principal::Citizen;
use crate::evidence::record::{
    Actor, Basis, ContentPart, DeliveryLink, Disclosure, EventType, Issuer, Mode, Party, Reason, RecordDraft,
};
use crate::evidence::seal::{attach, detach};
use crate::store::event::{NewEvent, SealedRecordRow};
use crate::vault::{DataKey, PartyKey, Place};

/// Who may read a record.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Readers<'a> {
    /// The owner of this mailbox.
    pub(crate) mailbox: Option<(MailboxId, &'a PartyKey)>,
    /// This organisation.
    pub(crate) organisation: Option<(OrganisationId, &'a PartyKey)>,
}

/// What a sender's feed tells of an event.
#[derive(Debug, Clone)]
pub(crate) struct Feed {
    /// The type.
    pub(crate) kind: FeedType,
    /// In whose feed.
    pub(crate) system: SystemId,
    /// Of which service.
    pub(crate) service: ServiceId,
    /// The sender's own id of the message.
    pub(crate) external_id: Option<String>,
    /// What else it tells.
    pub(crate) detail: Option<FeedDetail>,
}

/// What a feed tells beside message and time; kept under the organisation's key. Fields may be added, never renamed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedDetail {
    /// The name of the person who confirmed receipt.
    ConfirmedBy(String),
    /// What the post said of a letter.
    Post {
        /// The post's tracking code.
        tracking_code: String,
        /// The signature of the person who received it, as text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signature: Option<String>,
    },
}

impl std::fmt::Debug for FeedDetail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FeedDetail").finish_non_exhaustive()
    }
}

impl FeedDetail {
    /// Reads what was stored; the first version stored the name alone.
    pub(crate) fn read(stored: &[u8]) -> Self {
        serde_json::from_slice(stored)
            .unwrap_or_else(|_| Self::ConfirmedBy(String::from_utf8_lossy(stored).into_owned()))
    }
}

/// A fact about to be recorded.
#[derive(Debug, Clone)]
pub(crate) struct Fact<'a> {
    pub(crate) event: EventType,
    /// The event's id where the act had to name it before.
    pub(crate) id: Option<EventId>,
    pub(crate) time: Timestamp,
    pub(crate) delivery: Option<DeliveryLink>,
    pub(crate) content: &'a [ContentPart],
    pub(crate) sender: Option<Party>,
    pub(crate) recipient: Option<Party>,
    pub(crate) actor: Option<Actor>,
    pub(crate) basis: Option<Basis>,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) feed: Option<Feed>,
    /// Whether the answer to the act carries its seal.
    pub(crate) sealed: bool,
}

impl Fact<'_> {
    /// A fact with nothing but its type and time.
    pub(crate) const fn new(event: EventType, time: Timestamp) -> Self {
        Self {
            event,
            id: None,
            time,
            delivery: None,
            content: &[],
            sender: None,
            recipient: None,
            actor: None,
            basis: None,
            reasons: Vec::new(),
            feed: None,
            sealed: false,
        }
    }
}

/// The record in the clear: what is sealed in the database.
pub(crate) struct OpenRecord {
    pub(crate) event_json: Vec<u8>,
    pub(crate) disclosures: Vec<Disclosure>,
}

impl OpenRecord {
    /// The seal that was handed out over this record, whole again.
    pub(crate) fn seal(&self, row: &SealedRecordRow) -> Option<String> {
        attach(row.seal.as_deref()?, &self.event_json)
    }
}

/// A party that is nothing but its identifier.
pub(crate) fn party(identifier: impl Into<String>) -> Party {
    Party {
        identifier: identifier.into(),
        role: None,
        mandate: None,
    }
}

/// A person as the one who acts.
pub(crate) fn actor(citizen: &Citizen) -> Actor {
    Actor {
        identifier: citizen.identifier.clone(),
        acr: Some(citizen.acr.clone()),
        auth_time: citizen.auth_time,
    }
}

/// The owner of the mailbox that a person acts in; by an agent, with the capacity and the mandate.
pub(crate) fn represented(owner: impl Into<String>, citizen: &Citizen) -> Party {
    Party {
        identifier: owner.into(),
        role: citizen.agency.as_ref().map(|agency| agency.role.as_str().to_owned()),
        mandate: citizen.agency.as_ref().map(|agency| agency.mandate.clone()),
    }
}

/// The record's word for a mode.
pub(crate) const fn record_mode(mode: crate::domain::message::Mode) -> Mode {
    match mode {
        crate::domain::message::Mode::Ordinary => Mode::Ordinary,
        crate::domain::message::Mode::Verifiable => Mode::Verifiable,
    }
}

impl Hub {
    /// Records a fact that no answer carries the seal of.
    pub(crate) fn record(&self, fact: Fact<'_>, readers: Readers<'_>) -> Result<NewEvent, ActError> {
        self.record_sealed(fact, readers).map(|(event, _)| event)
    }

    /// Records a fact: event.json, its hash, encrypted for its readers; and its seal when asked for, of which the event keeps all but the
    /// payload.
    pub(crate) fn record_sealed(
        &self,
        fact: Fact<'_>,
        readers: Readers<'_>,
    ) -> Result<(NewEvent, Option<String>), ActError> {
        let id = match fact.id {
            Some(id) => id,
            None => EventId::new(fact.time, self.random()?),
        };
        let (message_id, seq) = match &fact.delivery {
            Some(link) => (Some(link.message), Some(i64::from(link.seq))),
            None => (None, None),
        };
        let kind = fact.event.name();
        let time = fact.time;
        let draft = RecordDraft {
            id: id.0,
            event: fact.event,
            policy: self.options.policy.clone(),
            time,
            issuer: Issuer {
                hub: self.options.hub_name.clone(),
                id: self.options.operator_id.clone(),
            },
            delivery: fact.delivery,
            content: fact.content.to_vec(),
            sender: fact.sender,
            recipient: fact.recipient,
            actor: fact.actor,
            basis: fact.basis,
            reasons: fact.reasons,
        };
        let record = draft
            .finish(&self.rng)
            .map_err(|error| ActError::Evidence(Box::new(error)))?;
        let seal = match fact.sealed {
            true => Some(
                self.keys
                    .seal
                    .seal(&record.bytes)
                    .map_err(|error| ActError::Evidence(Box::new(error)))?,
            ),
            false => None,
        };
        let key = DataKey::generate(&self.rng)?;
        let row = id.0.as_bytes();
        let packed = pack(&record.bytes, &record.disclosures)?;
        let wrap = |column, party: Option<&PartyKey>| {
            party
                .map(|party| party.wrap(Place::new("record", column, row), &key, &self.rng))
                .transpose()
        };
        let feed_sealed = match (&fact.feed, readers.organisation) {
            (
                Some(Feed {
                    detail: Some(detail), ..
                }),
                Some((_, key)),
            ) => {
                let json = serde_json::to_vec(detail).map_err(|error| ActError::Evidence(Box::new(error)))?;
                Some(key.seal(Place::new("event", "feed_sealed", row), &json, &self.rng)?)
            }
            _ => None,
        };
        let event = NewEvent {
            id: id.0,
            entry: record.hash,
            kind,
            time: time.as_microsecond(),
            message_id,
            seq,
            mailbox_id: readers.mailbox.map(|(id, _)| id),
            organisation_id: readers.organisation.map(|(id, _)| id),
            system_id: fact.feed.as_ref().map(|feed| feed.system),
            service_id: fact.feed.as_ref().map(|feed| feed.service),
            feed_type: fact.feed.as_ref().map(|feed| feed.kind.as_str()),
            feed_sealed,
            external_id: fact.feed.and_then(|feed| feed.external_id),
            record_sealed: key.seal(Place::new("record", "record_sealed", row), &packed, &self.rng)?,
            seal: seal.as_deref().and_then(detach),
            key_mailbox: wrap("key_mailbox", readers.mailbox.map(|(_, key)| key))?,
            key_organisation: wrap("key_organisation", readers.organisation.map(|(_, key)| key))?,
        };
        Ok((event, seal))
    }

    /// Opens a record for the owner of its mailbox.
    pub(crate) fn open_record_as_owner(&self, row: &SealedRecordRow, key: &PartyKey) -> Result<OpenRecord, ActError> {
        open(row, "key_mailbox", row.key_mailbox.as_deref(), key)
    }

    /// Opens a record for its organisation.
    pub(crate) fn open_record_as_organisation(
        &self,
        row: &SealedRecordRow,
        key: &PartyKey,
    ) -> Result<OpenRecord, ActError> {
        open(row, "key_organisation", row.key_organisation.as_deref(), key)
    }
}

fn open(
    row: &SealedRecordRow,
    column: &'static str,
    wrapped: Option<&[u8]>,
    party: &PartyKey,
) -> Result<OpenRecord, ActError> {
    let id: &Uuid = &row.event_id;
    let key = party.unwrap(
        Place::new("record", column, id.as_bytes()),
        wrapped.ok_or(ActError::NotFound)?,
    )?;
    unpack(&key.open(Place::new("record", "record_sealed", id.as_bytes()), &row.record_sealed)?)
}

/// Length of event.json in four bytes, event.json, disclosures.
fn pack(event_json: &[u8], disclosures: &[Disclosure]) -> Result<Vec<u8>, ActError> {
    let mut packed = Vec::with_capacity(event_json.len() + 512);
    let length = u32::try_from(event_json.len()).map_err(|error| ActError::Evidence(Box::new(error)))?;
    packed.extend_from_slice(&length.to_be_bytes());
    packed.extend_from_slice(event_json);
    serde_json::to_writer(&mut packed, disclosures).map_err(|error| ActError::Evidence(Box::new(error)))?;
    Ok(packed)
}

fn unpack(packed: &[u8]) -> Result<OpenRecord, ActError> {
    let broken = || ActError::Evidence("a stored record is broken".into());
    let (length, rest) = packed.split_first_chunk::<4>().ok_or_else(broken)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| broken())?;
    let (event_json, disclosures) = rest.split_at_checked(length).ok_or_else(broken)?;
    Ok(OpenRecord {
        event_json: event_json.to_vec(),
        disclosures: serde_json::from_slice(disclosures).map_err(|error| ActError::Evidence(Box::new(error)))?,
    })
}
