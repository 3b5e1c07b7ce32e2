//! Accepting messages from senders, once and only once.
//!
//! What costs time (encryption, reading uploads) is prepared before the lane; what must hold at the moment of acceptance (the external id is
//! new, the mailbox is reachable and on what basis) is decided in the transaction, for a whole batch at a time. A refused send consumes
//! nothing: neither its external id nor its uploads.

mod accept;
mod accepting;
mod electronic;
mod letter;
mod way;

pub(crate) use way::mailbox_facts;

use std::sync::Arc;

use super::content::{MessageHeader, SealedContent};
use super::token::Organisation;
use super::upload::UsableUpload;
use super::{ActError, Hub};
use crate::domain::id::{EventId, MailboxId, MessageId, SystemId};
use crate::domain::message::{Draft, Violation};
use crate::domain::principal::{Sender, SenderService};
use crate::store::event::NewEvent;
use crate::store::message::MessageRow;
use crate::store::print_job::NewPrintJob;
use crate::store::{StoreError, Tx};

/// What a sender is told of an accepted message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The message.
    pub id: MessageId,
    /// The seal (JWS) over its SubmissionAcceptance.
    pub seal: String,
}

/// A send on its way to the lane.
pub(super) struct Submission {
    id: i64,
    event: EventId,
    /// The recipient's look-up; none when it goes to an address alone.
    lookup: Option<Vec<u8>>,
    sender: Sender,
    service: SenderService,
    organisation: Arc<Organisation>,
    draft: Draft,
    content: SealedContent,
    uploads: Vec<UsableUpload>,
    letter: Option<Letter>,
    thread: Option<MessageRow>,
}

/// What an acceptance records: its events, the seal over the first, and the job of a letter.
type Recorded = (Vec<NewEvent>, String, Option<NewPrintJob>);

/// The file of a letter, examined.
#[derive(Debug)]
struct Letter {
    upload: UsableUpload,
    pages: u32,
}

impl Submission {
    /// The order in which batches claim external ids.
    pub(super) fn key(&self) -> (SystemId, &str) {
        (self.sender.system, &self.draft.external_id)
    }

    /// The message it answers. A reply goes to the mailbox of the one who wrote, and to nobody else: to another it is refused, or goes as a new
    /// message.
    fn answered(&self, to: Option<MailboxId>) -> Result<Option<&MessageRow>, Violation> {
        match &self.thread {
            Some(thread) if thread.mailbox_id == to => Ok(Some(thread)),
            Some(_) if !self.draft.starts_anew_without_its_thread() => Err(not_found_to_reply()),
            _ => Ok(None),
        }
    }
}

impl Hub {
    /// Accepts a message once and only once; a repeat of its external id is [`ActError::Repeated`] with the first answer.
    ///
    /// Durable when it returns. [`ActError::Invalid`] lists every reason of a refusal; [`ActError::Unknown`] is settled by repeating.
    pub async fn submit(&self, sender: &Sender, draft: Draft) -> Result<Accepted, ActError> {
        let mut found = Vec::new();
        if !sender.active {
            found.push(Violation::new(
                "",
                "system-not-active",
                "The organisation's system is not active. Ask the operator of the hub.",
            ));
        }
        let service = sender
            .services
            .iter()
            .find(|service| service.code == draft.service_code);
        match service {
            None => found.push(Violation::new(
                "/sender/serviceId",
                "unknown-service",
                "This system sends for no such service.",
            )),
            Some(service) if !service.active => {
                found.push(Violation::new(
                    "/sender/serviceId",
                    "service-not-active",
                    "The organisation's service is not active.",
                ));
            }
            Some(_) => {}
        }
        let attachments = draft.electronic().map_or(&[][..], |electronic| &electronic.attachments);
        let pointer = |index| draft.attachment_pointer(index);
        let (uploads, missing) = self.usable_uploads(sender, attachments, pointer).await?;
        found.extend(missing);
        let letter = self.letter(sender, &draft, &mut found).await?;
        let thread = self.thread(sender, &draft, &mut found).await?;
        let lookup = draft
            .recipient()
            .map(|recipient| self.vault.lookup(&recipient.0.lookup_text()).to_vec());
        let organisation = self.organisation(sender.organisation).await?;
        let (Some(service), true) = (service.cloned(), found.is_empty()) else {
            return Err(self.refuse_early(sender, &draft, lookup, found).await?);
        };
        let id = self.next_message_id().await?;
        let content = match draft.electronic() {
            Some(electronic) => {
                let header = MessageHeader {
                    title: electronic.title.clone(),
                    body_format: electronic.body_format,
                    attachments: u16::try_from(uploads.len()).unwrap_or(u16::MAX),
                    notifications: Some(electronic.notifications.clone()),
                    sent_by: None,
                };
                SealedContent::seal(id, &header, &electronic.body, &self.rng)?
            }
            None => SealedContent::empty(id, &self.rng)?,
        };
        self.enqueue(Submission {
            id,
            event: EventId::new(self.now(), self.random()?),
            lookup,
            sender: sender.clone(),
            service,
            organisation,
            draft,
            content,
            uploads,
            letter,
            thread,
        })
        .await
    }

    /// The end user's message that a draft answers; none to answer is a violation, unless the draft then goes as a new message.
    async fn thread(
        &self,
        sender: &Sender,
        draft: &Draft,
        found: &mut Vec<Violation>,
    ) -> Result<Option<MessageRow>, ActError> {
        let Some(id) = draft.electronic().and_then(|electronic| electronic.in_reply_to) else {
            return Ok(None);
        };
        let mut tx = self.db.read().await?;
        let row = tx.find_message_of_system(sender.system, id.get()).await?;
        let row = row.filter(|row| row.folder == "sent");
        if row.is_none() && !draft.starts_anew_without_its_thread() {
            found.push(not_found_to_reply());
        }
        Ok(row)
    }

    /// A send that breaks a rule before the lane: a repeat is still answered as a repeat, and the recipient's violation is added.
    async fn refuse_early(
        &self,
        sender: &Sender,
        draft: &Draft,
        lookup: Option<Vec<u8>>,
        mut found: Vec<Violation>,
    ) -> Result<ActError, ActError> {
        let organisation = self.organisation(sender.organisation).await?;
        let mut tx = self.db.read().await?;
        if let Some(repeat) = self
            .repeated(&mut tx, &organisation, sender.system, &draft.external_id)
            .await?
        {
            return Ok(repeat);
        }
        if let Some(lookup) = lookup.filter(|_| draft.is_electronic_only()) {
            // Read only, so no row is locked: what is decided here is a refusal.
            let reachable = tx.list_reachable(&[(lookup, sender.organisation)], false).await?;
            if self.basis(reachable.first(), &organisation, self.now()).is_none() {
                found.push(mailbox_not_in_use());
            }
        }
        drop(tx);
        if let Some(event) = self.rejection(sender, draft, &organisation, &found)? {
            self.act(move |_, tx| {
                let event = event.clone();
                Box::pin(async move { Ok(tx.insert_events(&[event]).await?) })
            })
            .await?;
        }
        Ok(ActError::Invalid(found))
    }
}

impl Hub {
    /// The answer to a repeat, when this external id was used before.
    async fn repeated(
        &self,
        tx: &mut Tx,
        organisation: &Organisation,
        system: SystemId,
        external_id: &str,
    ) -> Result<Option<ActError>, StoreError> {
        let Some(row) = tx.find_submission(system, external_id).await? else {
            return Ok(None);
        };
        let seal = match tx.find_record(row.event_id).await? {
            Some(record) => match self.open_record_as_organisation(&record, &organisation.key) {
                Ok(open) => open.seal(&record).unwrap_or_default(),
                Err(error) => return Ok(Some(error)),
            },
            None => String::new(),
        };
        let id = MessageId::try_from(row.message_id).map_err(|_| StoreError::Missing("message id"))?;
        Ok(Some(ActError::Repeated(Box::new(Accepted { id, seal }))))
    }
}

fn mailbox_not_in_use() -> Violation {
    Violation::new(
        "/recipient/id",
        "mailbox-not-in-use",
        "The recipient's mailbox is not in use. Serve the document by another way.",
    )
}

fn not_found_to_reply() -> Violation {
    Violation::new(
        "/electronic/inReplyToMessageId",
        "message-being-replied-to-not-found",
        "The recipient has sent no such message, or it has been deleted. Send a new message instead.",
    )
}
