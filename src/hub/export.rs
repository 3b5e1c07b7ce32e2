//! Taking the whole mailbox along: page by page, newest first, so that memory stays flat however much there is.
//!
//! Guarantees: the export itself is recorded before anything is handed out, and so is the opening of every message whose content leaves the hub,
//! in the transaction before its page; of a message that awaits confirmation nothing leaves but what its gate shows. Every page asks whether the
//! person may still act: signed out or no longer authorised, they get no further one. Few exports run at a time, one for each mailbox, and one for
//! each person. Leaves out: the form of the archive, and how slow its reader may be.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::content::{Reader, open_body};
use super::delivery::{Delivery, awaits_confirmation};
use super::download::ReadableFile;
use super::mandate::decides;
use super::owner::Owner;
use super::proof::{Holder, bytes};
use super::proofs::DeliverySummary;
use super::{ActError, Hub};
use crate::domain::id::{MailboxId, MessageId};
use crate::domain::principal::Citizen;
use crate::evidence::record::EventType;
use crate::store::Tx;
use crate::store::message::MessageRow;

/// Messages on a page: one transaction records their openings.
const PAGE: usize = 20;
/// How long an export waits, in all, for what it recorded to be in the log.
const PATIENCE: Duration = Duration::from_secs(5);
/// Exports that run at a time in one process.
const AT_ONCE: usize = 2;

/// The exports that this process runs.
#[derive(Debug, Default)]
pub(crate) struct Exports(Arc<Mutex<Vec<Place>>>);

/// What is exported, and the own mailbox of the person who does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    mailbox: MailboxId,
    person: MailboxId,
}

/// The turn of one export, over when this is dropped.
#[derive(Debug)]
struct Turn {
    place: Place,
    among: Arc<Mutex<Vec<Place>>>,
}

impl Exports {
    /// [`ActError::Busy`] when too many run, one of this mailbox, or one by this person.
    fn begin(&self, citizen: &Citizen) -> Result<Turn, ActError> {
        let place = Place {
            mailbox: citizen.mailbox,
            person: citizen.own,
        };
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = |it: &Place| it.mailbox == place.mailbox || it.person == place.person;
        if running.len() >= AT_ONCE || running.iter().any(taken) {
            return Err(ActError::Busy);
        }
        running.push(place);
        Ok(Turn {
            place,
            among: Arc::clone(&self.0),
        })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut running = self.among.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|it| *it != self.place);
    }
}

/// An export under way.
#[derive(Debug)]
pub struct Export {
    hub: Arc<Hub>,
    citizen: Citizen,
    owner: Owner,
    at: jiff::Timestamp,
    /// When a register outside was last known to say that the person may act.
    asked: jiff::Timestamp,
    /// The messages that were handed out without their content.
    withheld: HashSet<MessageId>,
    /// How long it still waits for records to reach the log.
    patience: Duration,
    _turn: Turn,
}

/// How far an export has come: the last message of a page.
#[derive(Debug, Clone, Copy)]
pub struct Reached((i64, i64));

/// A page of an export, and how far it came when there is more.
pub type ExportPage<T> = (Vec<T>, Option<Reached>);

/// A message, with all of it that may leave the hub.
pub struct ExportedMessage {
    /// What a list tells of it.
    pub summary: DeliverySummary,
    /// The authority's Business ID.
    pub business_id: String,
    /// The message it answers.
    pub reply_to: Option<i64>,
    /// The first message of its thread.
    pub root: i64,
    /// Its body and files; none while it awaits confirmation.
    pub content: Option<ExportedContent>,
}

/// What a message says.
pub struct ExportedContent {
    /// The body, as the sender wrote it.
    pub body: String,
    /// The files, in the sender's order.
    pub files: Vec<ReadableFile>,
}

impl Hub {
    /// Begins an export of the whole mailbox, and records it. [`ActError::Busy`] when too many run already, or one of this mailbox or by
    /// this person; [`ActError::OwnerDecides`] for an agent who does not decide.
    pub async fn export(self: &Arc<Self>, citizen: &Citizen) -> Result<Export, ActError> {
        decides(citizen)?;
        let turn = self.exports.begin(citizen)?;
        let (owner, at) = self
            .act_as(citizen, move |hub, tx, citizen| {
                Box::pin(async move {
                    let (owner, key) = hub.owner(tx, &citizen).await?;
                    let now = hub.now();
                    let event = hub.own_event(&citizen, &owner, &key, EventType::MailboxExported, now)?;
                    tx.insert_events(&[event]).await?;
                    Ok((owner, now))
                })
            })
            .await?;
        Ok(Export {
            hub: Arc::clone(self),
            citizen: citizen.clone(),
            owner,
            at,
            asked: at,
            withheld: HashSet::new(),
            patience: PATIENCE,
            _turn: turn,
        })
    }
}

impl Export {
    /// The acts.
    #[must_use]
    pub fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// The name of the mailbox's owner.
    #[must_use]
    pub fn owner_name(&self) -> &str {
        &self.owner.name
    }

    /// When it began. What came later is not in it.
    #[must_use]
    pub const fn at(&self) -> jiff::Timestamp {
        self.at
    }

    /// Whether a message was handed out without its content.
    #[must_use]
    pub fn withheld(&self, id: MessageId) -> bool {
        self.withheld.contains(&id)
    }

    /// The next messages with their content, newest first. Records their openings before it answers; may be repeated. Refused as a new request of
    /// the person would be, when their session, token or mandate has ended.
    pub async fn messages(&mut self, after: Option<Reached>) -> Result<ExportPage<ExportedMessage>, ActError> {
        self.may_go_on().await?;
        let mut tx = self.hub.db.read().await?;
        let (rows, next) = self.rows(&mut tx, after).await?;
        drop(tx);
        let (mut ids, mut opened) = (Vec::with_capacity(rows.len()), Vec::new());
        for row in &rows {
            let id = MessageId::try_from(row.id).map_err(|_| ActError::NotFound)?;
            ids.push(id);
            if awaits_confirmation(row) || row.erased_at.is_some() {
                self.withheld.insert(id);
            } else if row.folder == "inbox" {
                opened.push(id);
            }
        }
        if !opened.is_empty() && self.hub.options.evidence {
            self.hub.record_openings(&self.citizen, opened).await?;
        }
        let mut messages = Vec::with_capacity(ids.len());
        for id in ids {
            match self.message(id).await {
                Ok(message) => {
                    // Also when it was erased since the page was listed.
                    if message.content.is_none() {
                        self.withheld.insert(id);
                    }
                    messages.push(message);
                }
                // It left the mailbox for good since the page was listed.
                Err(ActError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok((messages, next))
    }

    /// The next messages as a list tells them, newest first; records nothing. Refused as [`Export::messages`] is.
    pub async fn summaries(&mut self, after: Option<Reached>) -> Result<ExportPage<DeliverySummary>, ActError> {
        self.may_go_on().await?;
        let mut tx = self.hub.db.read().await?;
        let (rows, next) = self.rows(&mut tx, after).await?;
        let (_, key) = self.hub.owner(&mut tx, &self.citizen).await?;
        let mut summaries = Vec::with_capacity(rows.len());
        for row in rows {
            summaries.push(self.hub.delivery_summary(&mut tx, &row, &key).await?);
        }
        Ok((summaries, next))
    }

    /// The proof of a message, the same that is downloaded alone. Best asked for after all messages, when the records of their openings are in
    /// the log: for those that are not it waits five seconds in all. [`ActError::NotFound`] when the message has left the mailbox since.
    pub async fn proof(&mut self, id: MessageId) -> Result<Vec<u8>, ActError> {
        let holder = Holder::Citizen(&self.citizen);
        bytes(&self.hub.proof_in_log(holder, id, &mut self.patience).await?)
    }

    async fn may_go_on(&mut self) -> Result<(), ActError> {
        let owner = &self.owner.identity;
        self.hub.may_go_on(&self.citizen, owner, &mut self.asked).await
    }

    async fn rows(&self, tx: &mut Tx, after: Option<Reached>) -> Result<ExportPage<MessageRow>, ActError> {
        let after = after.map_or((self.at.as_microsecond(), i64::MAX), |Reached(place)| place);
        let (rows, next) = self.hub.deliveries_after(tx, &self.citizen, after, PAGE).await?;
        Ok((rows, next.map(Reached)))
    }

    async fn message(&self, id: MessageId) -> Result<ExportedMessage, ActError> {
        let hub = &self.hub;
        let mut tx = hub.db.read().await?;
        let delivery = hub.delivery(&mut tx, &self.citizen, id).await?;
        let content = match self.withheld(id) || delivery.row.erased_at.is_some() {
            true => None,
            false => Some(hub.exported_content(&mut tx, &delivery).await?),
        };
        let summary = hub
            .delivery_summary(&mut tx, &delivery.row, delivery.mailbox_key()?)
            .await?;
        drop(tx);
        Ok(ExportedMessage {
            summary,
            business_id: delivery.organisation.row.business_id.clone(),
            reply_to: delivery.row.reply_to,
            root: delivery.row.root_id,
            content,
        })
    }
}

impl Hub {
    async fn exported_content(&self, tx: &mut Tx, delivery: &Delivery) -> Result<ExportedContent, ActError> {
        // Asked again here, so that no other way to this place shows what waits.
        if delivery.awaits_confirmation() {
            return Err(ActError::NotFound);
        }
        let id = delivery.row.id;
        let (key, _) = delivery.open_as_owner()?;
        let body = tx.find_body(id).await?.ok_or(ActError::NotFound)?;
        let files = tx.list_message_attachments(id).await?;
        Ok(ExportedContent {
            body: open_body(id, &key, &body)?,
            files: self.readable_files(&files, Reader::Mailbox(delivery.mailbox_key()?))?,
        })
    }
}
