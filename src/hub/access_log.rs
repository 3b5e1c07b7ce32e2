//! Who opened what in a mailbox, and when, as its owner reads it: from the evidence itself, opened with the mailbox's key.
//!
//! Guarantees: nothing is told that the reader could not see otherwise: no hidden title, no message kept from an agent. Leaves out: the owner's
//! choices and what was done with folders, which are not access; but deleting is told, since it ends all access: of each message by itself.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::content::header_for_owner;
use super::delivery::{copies_until, owner_identifier, shown_title};
use super::filing::named;
use super::folder::bad_cursor;
use super::mandate::decides;
use super::owner::Owner;
use super::view::Page;
use super::{ActError, Hub};
use crate::domain::id::{MessageId, OrganisationId};
use crate::domain::identity::RecipientId;
use crate::domain::mandate::AgentRole;
use crate::domain::name::Names;
use crate::domain::principal::Citizen;
use crate::domain::time::from_micros;
use crate::evidence::record::{EventType, ParsedRecord};
use crate::store::access::AccessRow;
use crate::store::{StoreError, Tx};
use crate::vault::PartyKey;

/// Rows on a page.
const PAGE: usize = 30;

/// One access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// When.
    pub at: jiff::Timestamp,
    /// What was done.
    pub event: EventType,
    /// By whom.
    pub by: Accessor,
    /// In which capacity, when an agent did it.
    pub role: Option<AgentRole>,
    /// With which message, when with one.
    pub message: Option<AccessedMessage>,
    /// Of an erasure: whether the content was erased for everybody, not only taken out of the mailbox.
    pub for_everybody: bool,
}

/// Who did it. Debug hides names.
#[derive(Clone, PartialEq, Eq)]
pub enum Accessor {
    /// The owner, by name.
    Owner(String),
    /// Another person, by the name of their last login.
    Person(String),
    /// Another person whose name is not known here: the end of the identity code, none of a foreign person.
    Unnamed(Option<String>),
    /// An authority.
    Authority(Names),
    /// The operator of the hub, by order.
    Operator,
    /// The record names nobody.
    Nobody,
}

impl std::fmt::Debug for Accessor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Owner(_) => "Owner",
            Self::Person(_) => "Person",
            Self::Unnamed(_) => "Unnamed",
            Self::Authority(_) => "Authority",
            Self::Operator => "Operator",
            Self::Nobody => "Nobody",
        })
    }
}

impl Accessor {
    /// A person's name or, where it is not known, the end of their code.
    #[must_use]
    pub fn into_name(self) -> Option<String> {
        match self {
            Self::Owner(name) | Self::Person(name) => Some(name),
            Self::Unnamed(code) => code,
            Self::Authority(_) | Self::Operator | Self::Nobody => None,
        }
    }
}

/// The message that an access was to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessedMessage {
    /// It is in the mailbox; its title, when that may be shown.
    Here(MessageId, Option<String>),
    /// It is in the mailbox without its content, which was erased.
    Erased(MessageId),
    /// It left the mailbox for good.
    Removed,
}

/// What one page needs to know once.
struct Reading<'a> {
    citizen: &'a Citizen,
    owner: Owner,
    key: PartyKey,
    copies_until: i64,
    /// Persons by identifier.
    names: HashMap<String, Accessor>,
}

impl Hub {
    /// One page of the accesses to the mailbox, newest first; `cursor` is what the page before gave. A page may be shorter than others where
    /// messages are kept from the reader, and longer where several were deleted at once. [`ActError::OwnerDecides`] for an agent who does not decide.
    pub async fn access_log(&self, citizen: &Citizen, cursor: Option<&str>) -> Result<Page<Access>, ActError> {
        decides(citizen)?;
        let before = match cursor {
            Some(text) => read_cursor(text).ok_or_else(bad_cursor)?,
            None => i64::MAX,
        };
        let mut tx = self.db.read().await?;
        let mailbox = tx.get_mailbox(citizen.mailbox).await?;
        let (owner, key) = Owner::open(&mailbox, &self.vault)?;
        let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let mut found = tx.list_access_events(citizen.mailbox, before, limit).await?;
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let next = found.last().filter(|_| more).map(|row| write_cursor(row.ord));
        let mut reading = Reading {
            citizen,
            owner,
            key,
            copies_until: copies_until(&mailbox),
            names: HashMap::new(),
        };
        let mut rows = Vec::with_capacity(found.len());
        for row in &found {
            rows.extend(self.access(&mut tx, &mut reading, row).await?);
        }
        Ok(Page {
            rows,
            previous: None,
            next,
        })
    }

    async fn access(&self, tx: &mut Tx, reading: &mut Reading<'_>, row: &AccessRow) -> Result<Vec<Access>, ActError> {
        let broken = || StoreError::Missing("record of an access");
        let open = self.open_record_as_owner(&row.record, &reading.key)?;
        let record = ParsedRecord::parse(&open.event_json).map_err(|error| ActError::Evidence(Box::new(error)))?;
        let about = row
            .message_id
            .map_or_else(|| named(&record.body.reasons), |id| vec![id]);
        let mut messages = Vec::with_capacity(about.len());
        for id in &about {
            messages.extend(self.accessed(tx, reading, *id).await?.map(Some));
        }
        if about.is_empty() {
            messages.push(None);
        }
        let actor = open.disclosures.iter().find(|disclosure| disclosure.field == "actor");
        // What is written into a delivery's own chain is about its content.
        let for_everybody = row.kind == EventType::Erasure.name() && row.message_id.is_some();
        let by = match actor {
            Some(_) if for_everybody => Accessor::Operator,
            Some(actor) => self.accessor(tx, reading, &actor.value, row.organisation_id).await?,
            None => Accessor::Nobody,
        };
        // The owner stands on one side of the record, and with the owner the capacity of who acted.
        let roles = [&record.body.recipient, &record.body.sender];
        let role = roles.into_iter().flatten().find_map(|party| party.role.as_deref());
        let (event, role) = (row.kind.parse().map_err(|_| broken())?, role.and_then(AgentRole::named));
        let access = |message| Access {
            at: from_micros(row.time),
            event,
            by: by.clone(),
            role,
            message,
            for_everybody,
        };
        Ok(messages.into_iter().map(access).collect())
    }

    /// The message as the reader may know of it; none when it is kept from them.
    async fn accessed(&self, tx: &mut Tx, reading: &Reading<'_>, id: i64) -> Result<Option<AccessedMessage>, ActError> {
        let row = tx.find_message_by_id(id).await?.ok_or(StoreError::Missing("message"))?;
        if !self.may_see(tx, reading.citizen, &row, reading.copies_until).await? {
            return Ok(None);
        }
        if row.removed_at.is_some() {
            return Ok(Some(AccessedMessage::Removed));
        }
        let id = MessageId::try_from(row.id).map_err(|_| StoreError::Missing("message id"))?;
        let Some(header) = header_for_owner(&row, &reading.key)? else {
            return Ok(Some(AccessedMessage::Erased(id)));
        };
        let service = self.service_in(tx, row.service_id).await?;
        let title = shown_title(&row, &service.row, header.title);
        Ok(Some(AccessedMessage::Here(id, title)))
    }

    async fn accessor(
        &self,
        tx: &mut Tx,
        reading: &mut Reading<'_>,
        identifier: &str,
        organisation: Option<OrganisationId>,
    ) -> Result<Accessor, ActError> {
        if identifier == owner_identifier(&reading.owner) {
            return Ok(Accessor::Owner(reading.owner.name.clone()));
        }
        if let Some(organisation) = organisation {
            let organisation = self.organisation_in(tx, organisation).await?;
            if organisation.row.business_id == identifier {
                return Ok(Accessor::Authority(organisation.row.names.clone()));
            }
        }
        if let Some(known) = reading.names.get(identifier) {
            return Ok(known.clone());
        }
        let person = self.person_behind(tx, identifier).await?;
        reading.names.insert(identifier.to_owned(), person.clone());
        Ok(person)
    }

    /// A person by the text by which evidence names them.
    pub(super) async fn person_behind(&self, tx: &mut Tx, identifier: &str) -> Result<Accessor, ActError> {
        // Whether an artificial code was acceptable was decided when the person acted.
        let known = RecipientId::parse(identifier, true).ok();
        // A foreign person's text is already the one under which mailboxes are looked up.
        let lookup = known
            .as_ref()
            .map_or_else(|| identifier.to_owned(), |id| id.0.lookup_text());
        let mailbox = tx.find_mailbox_by_lookup(&self.vault.lookup(&lookup)).await?;
        Ok(match mailbox {
            Some(mailbox) => Accessor::Person(Owner::open(&mailbox, &self.vault)?.0.name),
            None => Accessor::Unnamed(known.map(|_| without_birth_date(identifier))),
        })
    }
}

/// The end of an identity code, which tells apart and tells no age.
fn without_birth_date(code: &str) -> String {
    let end: String = code.chars().skip(6).collect();
    format!("******{end}")
}

pub(super) fn write_cursor(ord: i64) -> String {
    URL_SAFE_NO_PAD.encode(ord.to_be_bytes())
}

pub(super) fn read_cursor(text: &str) -> Option<i64> {
    Some(i64::from_be_bytes(URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_anything_else_is_refused() {
        assert_eq!(read_cursor(&write_cursor(42)), Some(42));
        for bad in ["", "AAAA", "%%", &"A".repeat(100)] {
            assert_eq!(read_cursor(bad), None);
        }
    }

    #[test]
    fn a_code_is_told_without_its_birth_date() {
        assert_eq!(without_birth_date("010594Y9032"), "******Y9032");
    }
}
