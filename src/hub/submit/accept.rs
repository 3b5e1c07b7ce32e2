//! The transaction that accepts a batch of messages: claims, decisions, evidence, and one insert per table.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::accepting::recipient_identifier;
use super::{Accepted, Submission};
use crate::domain::id::{MessageId, OrganisationId};
use crate::domain::message::{Draft, Violation};
use crate::domain::principal::Sender;
use crate::evidence::record::{EventType, Reason};
use crate::hub::content::body_part;
use crate::hub::event::{Fact, Readers, party};
use crate::hub::owner::Owner;
use crate::hub::token::Organisation;
use crate::hub::{ActError, Hub};
use crate::store::attachment::NewMessageAttachment;
use crate::store::event::NewEvent;
use crate::store::mailbox::ReachableRow;
use crate::store::message::{MessageRow, NewBody};
use crate::store::print_job::NewPrintJob;
use crate::store::submission::NewSubmission;
use crate::store::{StoreError, Tx};

/// What a batch writes, table by table.
#[derive(Default)]
struct Writes {
    messages: Vec<MessageRow>,
    bodies: Vec<NewBody>,
    attachments: Vec<NewMessageAttachment>,
    print_jobs: Vec<NewPrintJob>,
    events: Vec<NewEvent>,
}

impl Writes {
    async fn store(&self, tx: &mut Tx) -> Result<(), StoreError> {
        if !self.messages.is_empty() {
            tx.insert_messages(&self.messages).await?;
            tx.insert_bodies(&self.bodies).await?;
            tx.insert_message_attachments(&self.attachments).await?;
        }
        if !self.print_jobs.is_empty() {
            tx.insert_print_jobs(&self.print_jobs).await?;
        }
        if !self.events.is_empty() {
            tx.insert_events(&self.events).await?;
        }
        Ok(())
    }
}

impl Hub {
    /// Accepts a batch within a transaction; the answers stand in the order of the batch.
    pub(in crate::hub) async fn accept(
        &self,
        tx: &mut Tx,
        batch: &[&Submission],
    ) -> Result<Vec<Result<Accepted, ActError>>, StoreError> {
        let claims: Vec<NewSubmission<'_>> = batch
            .iter()
            .map(|one| NewSubmission {
                system_id: one.sender.system,
                external_id: &one.draft.external_id,
                message_id: one.id,
                event_id: one.event.0,
            })
            .collect();
        let claimed: HashSet<i64> = tx.claim_external_ids(&claims).await?.into_iter().collect();
        let new: Vec<&Submission> = batch.iter().copied().filter(|one| claimed.contains(&one.id)).collect();
        let rows = self.recipients(tx, &new).await?;
        let reachable: HashMap<(&[u8], OrganisationId), &ReachableRow> = rows
            .iter()
            .map(|row| ((row.mailbox.lookup.as_slice(), row.for_organisation), row))
            .collect();
        let now = self.now();
        let mut writes = Writes::default();
        let mut answers = Vec::with_capacity(batch.len());
        for one in batch {
            if !claimed.contains(&one.id) {
                answers.push(None);
                continue;
            }
            let lookup = one.lookup.as_deref();
            let row = lookup.and_then(|lookup| reachable.get(&(lookup, one.sender.organisation)).copied());
            let answer = self.accept_one(one, row, now, &mut writes);
            if answer.is_err() {
                tx.release_external_id(one.sender.system, &one.draft.external_id, one.id)
                    .await?;
            }
            answers.push(Some(answer));
        }
        writes.store(tx).await?;
        // Repeats come last: what they repeat may stand in this very batch, where it was accepted or refused a moment ago.
        let mut settled = Vec::with_capacity(batch.len());
        for (one, answer) in batch.iter().zip(answers) {
            settled.push(match answer {
                Some(answer) => answer,
                None => Err(self
                    .repeated(tx, &one.organisation, one.sender.system, &one.draft.external_id)
                    .await?
                    .unwrap_or(ActError::Store(StoreError::Conflict))),
            });
        }
        Ok(settled)
    }

    /// The recipients' mailboxes, locked. A stranger to whom a letter goes gets one, out of use, in which its copy lies.
    async fn recipients(&self, tx: &mut Tx, new: &[&Submission]) -> Result<Vec<ReachableRow>, StoreError> {
        let wanted: Vec<(Vec<u8>, OrganisationId)> = new
            .iter()
            .filter_map(|one| Some((one.lookup.clone()?, one.sender.organisation)))
            .collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let rows = tx.list_reachable(&wanted, true).await?;
        let known: HashSet<&[u8]> = rows.iter().map(|row| row.mailbox.lookup.as_slice()).collect();
        let mut strangers: Vec<(&[u8], &Submission)> = new
            .iter()
            .filter(|one| self.options.paper && one.thread.is_none() && !one.draft.is_electronic_only())
            .filter_map(|one| Some((one.lookup.as_deref()?, *one)))
            .filter(|(lookup, _)| !known.contains(lookup))
            .collect();
        if strangers.is_empty() {
            return Ok(rows);
        }
        // In one order everywhere, so that two batches never wait for each other in a circle.
        strangers.sort_unstable_by_key(|(lookup, _)| *lookup);
        strangers.dedup_by_key(|(lookup, _)| *lookup);
        for (lookup, one) in strangers {
            if let Some(recipient) = one.draft.recipient() {
                let owner = Owner {
                    identity: recipient.0.clone(),
                    name: String::new(),
                };
                let mailbox = self.new_mailbox(&owner, lookup);
                tx.insert_mailbox(&mailbox.map_err(|_| StoreError::Missing("key for a new mailbox"))?)
                    .await?;
            }
        }
        tx.list_reachable(&wanted, true).await
    }

    fn accept_one(
        &self,
        one: &Submission,
        row: Option<&ReachableRow>,
        now: Timestamp,
        writes: &mut Writes,
    ) -> Result<Accepted, ActError> {
        let way = match self.way(one, row, now) {
            Ok(way) => way,
            Err(found) => {
                writes
                    .events
                    .extend(self.rejection(&one.sender, &one.draft, &one.organisation, &found)?);
                return Err(ActError::Invalid(found));
            }
        };
        let thread = one.answered(row.map(|row| row.mailbox.id)).ok().flatten();
        let it = self.accepting(one, &way, thread, now)?;
        let mut links = Vec::with_capacity(one.uploads.len());
        if let Some((_, key)) = &it.mailbox {
            for (position, upload) in (0..).zip(&one.uploads) {
                let keys = (key, &one.organisation.key);
                links.push(upload.link(one.id, position, keys, &self.rng)?);
            }
        }
        let (events, seal, job) = match (&it.basis, &one.letter) {
            (Some(basis), _) => self.accept_electronically(&it, basis)?,
            (None, Some(letter)) => self.accept_letter(&it, letter)?,
            (None, None) => return Err(ActError::Evidence("a letter without a file".into())),
        };
        let message = self.message_row(&it, &events)?;
        // Nothing fails from here on: a refused send leaves nothing in the batch.
        if it.mailbox.is_some() {
            writes.bodies.push(NewBody {
                message_id: one.id,
                body_sealed: one.content.body.clone(),
            });
        }
        writes.attachments.extend(links);
        writes.print_jobs.extend(job);
        writes.messages.push(message);
        writes.events.extend(events);
        let id = MessageId::try_from(one.id).map_err(|_| StoreError::Missing("message id"))?;
        Ok(Accepted { id, seal })
    }

    /// The record of a refused send: hashes only, in no delivery and no feed, at most one a second for each system.
    pub(super) fn rejection(
        &self,
        sender: &Sender,
        draft: &Draft,
        organisation: &Organisation,
        found: &[Violation],
    ) -> Result<Option<NewEvent>, ActError> {
        let recorded = [
            "mailbox-not-in-use",
            "paper-not-available",
            "service-not-active",
            "system-not-active",
        ];
        let told = found.iter().any(|violation| recorded.contains(&violation.code));
        if !told || !self.options.evidence || self.caches.rejections.contains_key(&sender.system) {
            return Ok(None);
        }
        self.caches.rejections.insert(sender.system, ());
        let body = draft
            .electronic()
            .map(|electronic| body_part(electronic.body_format, &electronic.body));
        let fact = Fact {
            content: body.as_slice(),
            sender: Some(party(&*sender.business_id)),
            recipient: Some(party(recipient_identifier(draft))),
            reasons: found
                .iter()
                .map(|violation| Reason {
                    code: violation.code.to_uppercase().replace('-', "_"),
                    text: violation.message.clone(),
                })
                .collect(),
            ..Fact::new(EventType::SubmissionRejection, self.now())
        };
        let readers = Readers {
            mailbox: None,
            organisation: Some((sender.organisation, &organisation.key)),
        };
        self.record(fact, readers).map(Some)
    }
}
