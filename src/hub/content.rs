//! A message's content as it lies in the database: header and body under the message's data key.

use ring::rand::SecureRandom;
use serde::{Deserialize, Serialize};

use super::ActError;
use crate::domain::markup::BodyFormat;
use crate::domain::message::Notifications;
use crate::domain::principal::Citizen;
use crate::evidence::record::ContentPart;
use crate::evidence::sha256;
use crate::store::message::MessageRow;
use crate::vault::{DataKey, PartyKey, Place};

/// What a list and a notice need of a message. Fields may be added, never renamed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct MessageHeader {
    pub(crate) title: String,
    pub(crate) body_format: BodyFormat,
    /// How many attachments.
    pub(crate) attachments: u16,
    /// What the sender wants of the notices about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) notifications: Option<Notifications>,
    /// The agent who sent it in the owner's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sent_by: Option<SentBy>,
}

/// A person who sent a message in the owner's name. Debug is left out on purpose: it would show them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SentBy {
    pub(crate) id: String,
    pub(crate) name: String,
}

impl SentBy {
    /// The person who acts, when that is an agent.
    pub(crate) fn of(citizen: &Citizen) -> Option<Self> {
        citizen.agency.as_ref().map(|_| Self {
            id: citizen.identifier.clone(),
            name: citizen.name.clone(),
        })
    }
}

/// A content about to be stored.
pub(crate) struct SealedContent {
    pub(crate) key: DataKey,
    pub(crate) header: Vec<u8>,
    pub(crate) body: Vec<u8>,
    /// The body, as evidence names it.
    pub(crate) body_part: ContentPart,
}

/// For whom a data key was wrapped.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reader<'a> {
    Mailbox(&'a PartyKey),
    Organisation(&'a PartyKey),
}

impl SealedContent {
    /// Encrypts header and body of the message `id`.
    pub(crate) fn seal(id: i64, header: &MessageHeader, body: &str, rng: &dyn SecureRandom) -> Result<Self, ActError> {
        let key = DataKey::generate(rng)?;
        let json = serde_json::to_vec(header).map_err(|error| ActError::Evidence(Box::new(error)))?;
        let row = id.to_be_bytes();
        Ok(Self {
            header: key.seal(Place::new("message", "header_sealed", &row), &json, rng)?,
            body: key.seal(Place::new("message_body", "body_sealed", &row), body.as_bytes(), rng)?,
            body_part: body_part(header.body_format, body),
            key,
        })
    }
}

impl SealedContent {
    /// What stands for the content of a message that has none but its letter.
    pub(crate) fn empty(id: i64, rng: &dyn SecureRandom) -> Result<Self, ActError> {
        let header = MessageHeader {
            title: String::new(),
            body_format: BodyFormat::Text,
            attachments: 0,
            notifications: None,
            sent_by: None,
        };
        Self::seal(id, &header, "", rng)
    }
}

/// A body, as evidence names it.
pub(crate) fn body_part(format: BodyFormat, body: &str) -> ContentPart {
    ContentPart {
        id: "body".to_owned(),
        media_type: match format {
            BodyFormat::Text => "text/plain".to_owned(),
            BodyFormat::Markdown => "text/markdown".to_owned(),
        },
        size: body.len() as u64,
        sha256: sha256(body.as_bytes()),
    }
}

/// The message's data key wrapped for a mailbox and an organisation.
pub(crate) fn wrap_message_key(
    id: i64,
    key: &DataKey,
    (mailbox, organisation): (&PartyKey, &PartyKey),
    rng: &dyn SecureRandom,
) -> Result<(Vec<u8>, Vec<u8>), ActError> {
    Ok((
        wrap_for_mailbox(id, key, mailbox, rng)?,
        wrap_for_organisation(id, key, organisation, rng)?,
    ))
}

/// The message's data key wrapped for a mailbox.
pub(crate) fn wrap_for_mailbox(
    id: i64,
    key: &DataKey,
    party: &PartyKey,
    rng: &dyn SecureRandom,
) -> Result<Vec<u8>, ActError> {
    Ok(party.wrap(Place::new("message", "key_mailbox", &id.to_be_bytes()), key, rng)?)
}

/// The message's data key wrapped for an organisation.
pub(crate) fn wrap_for_organisation(
    id: i64,
    key: &DataKey,
    party: &PartyKey,
    rng: &dyn SecureRandom,
) -> Result<Vec<u8>, ActError> {
    Ok(party.wrap(Place::new("message", "key_organisation", &id.to_be_bytes()), key, rng)?)
}

/// The data key of a message. Not found when it was erased for this reader.
pub(crate) fn message_key(row: &MessageRow, reader: Reader<'_>) -> Result<DataKey, ActError> {
    let id = row.id.to_be_bytes();
    let (party, column, wrapped) = match reader {
        Reader::Mailbox(party) => (party, "key_mailbox", &row.key_mailbox),
        Reader::Organisation(party) => (party, "key_organisation", &row.key_organisation),
    };
    Ok(party.unwrap(
        Place::new("message", column, &id),
        wrapped.as_deref().ok_or(ActError::NotFound)?,
    )?)
}

/// The header of a message.
pub(crate) fn open_header(row: &MessageRow, key: &DataKey) -> Result<MessageHeader, ActError> {
    let json = key.open(
        Place::new("message", "header_sealed", &row.id.to_be_bytes()),
        &row.header_sealed,
    )?;
    serde_json::from_slice(&json).map_err(|error| ActError::Evidence(Box::new(error)))
}

/// The header of a message, as the owner of its mailbox reads it; none when its content was erased.
pub(crate) fn header_for_owner(row: &MessageRow, key: &PartyKey) -> Result<Option<MessageHeader>, ActError> {
    if row.erased_at.is_some() {
        return Ok(None);
    }
    open_header(row, &message_key(row, Reader::Mailbox(key))?).map(Some)
}

/// The body of a message.
pub(crate) fn open_body(id: i64, key: &DataKey, sealed: &[u8]) -> Result<String, ActError> {
    let bytes = key.open(Place::new("message_body", "body_sealed", &id.to_be_bytes()), sealed)?;
    String::from_utf8(bytes).map_err(|error| ActError::Evidence(Box::new(error)))
}
