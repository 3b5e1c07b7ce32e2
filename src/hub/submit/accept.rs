//! The transaction that accepts a batch of messages: claims, decisions, evidence, and one insert per table.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::letter::no_paper;
use super::{Accepted, Submission, mailbox_not_in_use, not_found_to_reply};
use crate::domain::consent::{
    Basis, BasisKind, MailboxFacts, MailboxState, OrganisationChoice, OrganisationFacts, reachability,
};
use crate::domain::deadline::{Inputs, RuleSet, ServiceMode, compute};
use crate::domain::event::FeedType;
use crate::domain::id::{DeliveryId, EventId, MailboxId, MessageId, OrganisationId};
use crate::domain::message::{Channels, Draft, Mode, Violation, Visibility};
use crate::domain::principal::Sender;
use crate::domain::time::from_micros;
use crate::evidence::record::{Actor, DeliveryLink, EventType, Party, Reason};
use crate::hub::content::{body_part, wrap_for_mailbox, wrap_for_organisation};
use crate::hub::event::{Fact, Feed, Readers, party, record_mode};
use crate::hub::mailbox::choice_of;
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
use crate::vault::PartyKey;

/// What a batch writes, table by table.
#[derive(Default)]
pub(super) struct Writes {
    messages: Vec<MessageRow>,
    bodies: Vec<NewBody>,
    attachments: Vec<NewMessageAttachment>,
    pub(super) print_jobs: Vec<NewPrintJob>,
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

/// The way a message goes, decided once.
enum Way<'a> {
    /// Into this mailbox, and why that is allowed.
    Mailbox(&'a ReachableRow, Basis),
    /// On paper; with a copy in this mailbox, which is not in use.
    Paper(Option<&'a ReachableRow>),
}

/// A submission that will be accepted: by which way, to whom, under which rules.
pub(super) struct Accepting<'a> {
    pub(super) one: &'a Submission,
    /// Why electronic service is allowed; none on paper.
    pub(super) basis: Option<Basis>,
    pub(super) mode: Mode,
    recipient: Party,
    /// The mailbox in which it lies.
    mailbox: Option<(MailboxId, PartyKey)>,
    rules: &'a RuleSet,
    delivery: DeliveryId,
    pub(super) now: Timestamp,
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

    /// By which way a message goes, or every reason why by none.
    fn way<'a>(
        &self,
        one: &Submission,
        row: Option<&'a ReachableRow>,
        now: Timestamp,
    ) -> Result<Way<'a>, Vec<Violation>> {
        let basis = self.basis(row, &one.organisation, now);
        let mut found = Vec::new();
        match one.draft.channels {
            Channels::Electronic { .. } if basis.is_none() => found.push(mailbox_not_in_use()),
            Channels::Multichannel { .. } if basis.is_none() && !self.options.paper => found.push(no_paper()),
            _ => {}
        }
        // A reply goes to the one who wrote, and to nobody else.
        let answers_another = |thread: &MessageRow| row.is_none_or(|row| Some(row.mailbox.id) != thread.mailbox_id);
        if one.thread.as_ref().is_some_and(answers_another) {
            found.push(not_found_to_reply());
        }
        match (row, basis) {
            _ if !found.is_empty() => Err(found),
            (Some(row), Some(basis)) => Ok(Way::Mailbox(row, basis)),
            // Who has refused this authority, or uses a mailbox that it may not write to, finds no copy there.
            _ => Ok(Way::Paper(row.filter(|row| {
                row.mailbox.state != "active" && !matches!(row.choice.as_deref(), Some("refused" | "withdrawn"))
            }))),
        }
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
        let it = self.accepting(one, &way, now)?;
        let (events, seal) = match (&it.basis, &one.letter) {
            (Some(basis), _) => self.accept_electronically(&it, basis)?,
            (None, Some(letter)) => self.accept_letter(&it, letter, writes)?,
            (None, None) => return Err(ActError::Evidence("a letter without a file".into())),
        };
        let message = self.message_row(&it, &events)?;
        if let Some((_, key)) = &it.mailbox {
            for (position, upload) in (0..).zip(&one.uploads) {
                let keys = (key, &one.organisation.key);
                writes.attachments.push(upload.link(one.id, position, keys, &self.rng)?);
            }
            writes.bodies.push(NewBody {
                message_id: one.id,
                body_sealed: one.content.body.clone(),
            });
        }
        writes.messages.push(message);
        writes.events.extend(events);
        let id = MessageId::try_from(one.id).map_err(|_| StoreError::Missing("message id"))?;
        Ok(Accepted { id, seal })
    }

    fn accepting<'a>(&'a self, one: &'a Submission, way: &Way<'_>, now: Timestamp) -> Result<Accepting<'a>, ActError> {
        let (row, basis) = match way {
            Way::Mailbox(row, basis) => (Some(*row), Some(*basis)),
            Way::Paper(copy) => (*copy, None),
        };
        let mode = match basis {
            Some(_) => one.draft.electronic().map(|electronic| electronic.mode),
            None => one.draft.paper().map(|paper| paper.mode),
        };
        let mode = mode.ok_or_else(|| ActError::Evidence("a message without the part it goes by".into()))?;
        let service = match basis {
            Some(_) => mode.into(),
            None => ServiceMode::PaperOrdinary,
        };
        let mailbox = match row {
            Some(row) => Some((row.mailbox.id, Owner::open(&row.mailbox, &self.vault)?.1)),
            None => None,
        };
        Ok(Accepting {
            one,
            basis,
            mode,
            recipient: party(recipient_identifier(&one.draft)),
            mailbox,
            rules: self.rules.current(service, now).ok_or_else(no_rules)?,
            delivery: DeliveryId::new(now, self.random()?),
            now,
        })
    }

    fn message_row(&self, it: &Accepting<'_>, events: &[NewEvent]) -> Result<MessageRow, ActError> {
        let one = it.one;
        let key = &one.content.key;
        let mailbox_key = it.mailbox.as_ref().map(|(_, party)| party);
        let key_mailbox = mailbox_key.map(|party| wrap_for_mailbox(one.id, key, party, &self.rng));
        let electronic = one.draft.electronic();
        Ok(MessageRow {
            id: one.id,
            mailbox_id: it.mailbox.as_ref().map(|(id, _)| *id),
            organisation_id: one.sender.organisation,
            service_id: one.service.id,
            system_id: one.sender.system,
            folder: "inbox".to_owned(),
            created_at: it.now.as_microsecond(),
            mode: match it.mode {
                Mode::Ordinary => "ordinary".to_owned(),
                Mode::Verifiable => "verifiable".to_owned(),
            },
            channel: match it.basis {
                Some(_) => "electronic".to_owned(),
                None => "paper".to_owned(),
            },
            root_id: one.thread.as_ref().map_or(one.id, |thread| thread.root_id),
            reply_to: one.thread.as_ref().map(|thread| thread.id),
            reply_allowed: electronic.is_some_and(|electronic| electronic.reply_allowed),
            visibility: match electronic.map(|electronic| electronic.visibility) {
                Some(Visibility::RecipientOnly) => "recipient_only".to_owned(),
                Some(Visibility::Normal) | None => "normal".to_owned(),
            },
            external_id: Some(one.draft.external_id.clone()),
            header_sealed: one.content.header.clone(),
            key_mailbox: key_mailbox.transpose()?,
            key_organisation: Some(wrap_for_organisation(one.id, key, &one.organisation.key, &self.rng)?),
            delivery_id: it.delivery.0,
            ruleset: it.rules.id().to_owned(),
            ruleset_sha256: it.rules.sha256().to_vec(),
            confirm_before: match (it.basis, it.mode) {
                (Some(_), Mode::Verifiable) => Some(confirm_before(it.rules, it.now)?),
                _ => None,
            },
            seq: i64::try_from(events.len()).unwrap_or_default(),
            last_hash: events.last().map(|event| event.entry.to_vec()).unwrap_or_default(),
            last_at: it.now.as_microsecond(),
            opened_at: None,
            confirmed_at: None,
            late_at: None,
            expired_at: None,
        })
    }

    /// Whether and why this organisation may send to this mailbox now.
    pub(in crate::hub) fn basis(
        &self,
        row: Option<&ReachableRow>,
        organisation: &Organisation,
        now: Timestamp,
    ) -> Option<Basis> {
        let row = row?;
        let mailbox = mailbox_facts(&row.mailbox);
        let choice = row.choice.as_deref().and_then(choice_of);
        let facts = OrganisationFacts {
            requires_consent: organisation.row.requires_consent,
            refusable: organisation.row.refusable,
            choice: choice.zip(row.choice_event).map(|(choice, event)| OrganisationChoice {
                choice,
                event: EventId(event),
            }),
        };
        reachability(self.options.regime, &mailbox, &facts, now).ok()
    }

    /// The record of a refused send: hashes only, in no delivery and no feed, at most one a second for each system.
    pub(super) fn rejection(
        &self,
        sender: &Sender,
        draft: &Draft,
        organisation: &Organisation,
        found: &[Violation],
    ) -> Result<Option<NewEvent>, ActError> {
        let recorded = ["mailbox-not-in-use", "service-not-active", "system-not-active"];
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

impl Accepting<'_> {
    pub(super) fn readers(&self) -> Readers<'_> {
        let one = self.one;
        Readers {
            mailbox: self.mailbox.as_ref().map(|(id, key)| (*id, key)),
            organisation: Some((one.sender.organisation, &one.organisation.key)),
        }
    }

    pub(super) fn link(&self, seq: u32, prev: Option<[u8; 32]>) -> DeliveryLink {
        DeliveryLink {
            id: self.delivery.0,
            seq,
            prev,
            message: self.one.id,
            mode: record_mode(self.mode),
            ruleset: self.rules.id().to_owned(),
            ruleset_sha256: self.rules.sha256(),
        }
    }

    /// A fact about the message, with its parties.
    pub(super) fn fact<'a>(&self, event: EventType) -> Fact<'a> {
        Fact {
            sender: Some(party(&*self.one.sender.business_id)),
            recipient: Some(self.recipient.clone()),
            ..Fact::new(event, self.now)
        }
    }

    /// The service, as the one who acts.
    pub(super) fn service(&self) -> Actor {
        Actor {
            identifier: self.one.service.code.clone(),
            acr: None,
            auth_time: None,
        }
    }

    /// An entry of the sender's feed.
    pub(super) fn feed(&self, kind: FeedType) -> Feed {
        Feed {
            kind,
            system: self.one.sender.system,
            service: self.one.service.id,
            external_id: Some(self.one.draft.external_id.clone()),
            detail: None,
        }
    }
}

/// The text by which evidence names a recipient: identity code or Business ID, else the address on the letter.
fn recipient_identifier(draft: &Draft) -> String {
    match (draft.recipient(), draft.paper()) {
        (Some(recipient), _) => recipient.0.reveal_wire_id().unwrap_or_default().to_owned(),
        (None, Some(paper)) => paper.recipient.one_line(),
        (None, None) => String::new(),
    }
}

/// What the rules of reachability need of a mailbox.
pub(crate) fn mailbox_facts(row: &crate::store::mailbox::MailboxRow) -> MailboxFacts {
    let kind = match row.basis_kind.as_deref() {
        Some("consent") => Some(BasisKind::Consent),
        Some("statutory_account") => Some(BasisKind::StatutoryAccount),
        _ => None,
    };
    MailboxFacts {
        state: if row.state == "active" {
            MailboxState::Active
        } else {
            MailboxState::Inactive
        },
        basis: kind.zip(row.basis_event).map(|(kind, event)| Basis {
            kind,
            reference: EventId(event),
        }),
        opt_out_until: row.opt_out_until.map(from_micros),
    }
}

/// The first instant, in microseconds, at which it is too late to confirm a verifiable message that is available from `now` on.
fn confirm_before(rules: &RuleSet, now: Timestamp) -> Result<i64, ActError> {
    let inputs = Inputs {
        mode: Mode::Verifiable.into(),
        available_at: now,
        notified_at: None,
        confirmed_at: None,
        opened_at: None,
        period: None,
        now,
    };
    let outcome = compute(rules, &inputs).map_err(|error| ActError::Evidence(Box::new(error)))?;
    outcome
        .confirm_window_end()
        .map(Timestamp::as_microsecond)
        .ok_or_else(no_rules)
}

fn no_rules() -> ActError {
    ActError::Evidence("no rule set in force knows this mode of service".into())
}
