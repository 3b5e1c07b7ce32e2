//! The transaction that accepts a batch of messages: claims, decisions, evidence, and one insert per table.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::{Accepted, Submission, mailbox_not_in_use, not_found_to_reply};
use crate::domain::consent::{
    Basis, BasisKind, MailboxFacts, MailboxState, OrganisationChoice, OrganisationFacts, reachability,
};
use crate::domain::deadline::{Inputs, RuleSet, compute};
use crate::domain::event::FeedType;
use crate::domain::id::{DeliveryId, EventId, MessageId, OrganisationId};
use crate::domain::message::{Draft, Mode, Violation, Visibility};
use crate::domain::principal::Sender;
use crate::domain::time::from_micros;
use crate::evidence::record::{self, Actor, ContentPart, DeliveryLink, EventType, Party, Reason};
use crate::hub::content::{body_part, wrap_message_key};
use crate::hub::event::{Fact, Feed, Readers, party, record_mode};
use crate::hub::mailbox::choice_of;
use crate::hub::owner::Owner;
use crate::hub::token::Organisation;
use crate::hub::upload::UsableUpload;
use crate::hub::{ActError, Hub};
use crate::store::attachment::NewMessageAttachment;
use crate::store::event::NewEvent;
use crate::store::mailbox::ReachableRow;
use crate::store::message::{MessageRow, NewBody};
use crate::store::submission::NewSubmission;
use crate::store::{StoreError, Tx};
use crate::vault::PartyKey;

/// What a batch writes, table by table.
#[derive(Default)]
struct Writes {
    messages: Vec<MessageRow>,
    bodies: Vec<NewBody>,
    attachments: Vec<NewMessageAttachment>,
    events: Vec<NewEvent>,
}

impl Writes {
    async fn store(&self, tx: &mut Tx) -> Result<(), StoreError> {
        if !self.messages.is_empty() {
            tx.insert_messages(&self.messages).await?;
            tx.insert_bodies(&self.bodies).await?;
            tx.insert_message_attachments(&self.attachments).await?;
        }
        if !self.events.is_empty() {
            tx.insert_events(&self.events).await?;
        }
        Ok(())
    }
}

/// A submission that will be accepted: to whom, why, under which rules.
struct Accepting<'a> {
    one: &'a Submission,
    row: &'a ReachableRow,
    basis: Basis,
    recipient: Party,
    mailbox_key: PartyKey,
    rules: &'a RuleSet,
    delivery: DeliveryId,
    now: Timestamp,
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
        let wanted: Vec<(Vec<u8>, OrganisationId)> = batch
            .iter()
            .filter(|one| claimed.contains(&one.id))
            .map(|one| (one.lookup.clone(), one.sender.organisation))
            .collect();
        let rows = tx.list_reachable(&wanted, true).await?;
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
            let row = reachable
                .get(&(one.lookup.as_slice(), one.sender.organisation))
                .copied();
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

    fn accept_one(
        &self,
        one: &Submission,
        row: Option<&ReachableRow>,
        now: Timestamp,
        writes: &mut Writes,
    ) -> Result<Accepted, ActError> {
        let mut found = Vec::new();
        let basis = self.basis(row, &one.organisation, now);
        if basis.is_none() {
            found.push(mailbox_not_in_use());
        }
        // A reply goes to the one who wrote, and to nobody else.
        if one
            .thread
            .as_ref()
            .is_some_and(|thread| row.is_none_or(|row| row.mailbox.id != thread.mailbox_id))
        {
            found.push(not_found_to_reply());
        }
        let (Some(row), Some(basis), true) = (row, basis, found.is_empty()) else {
            writes
                .events
                .extend(self.rejection(&one.sender, &one.draft, &one.organisation, &found)?);
            return Err(ActError::Invalid(found));
        };
        let (owner, mailbox_key) = Owner::open(&row.mailbox, &self.vault)?;
        let mode = one.draft.electronic.mode;
        let rules = self.rules.current(mode.into(), now).ok_or_else(no_rules)?;
        let accepting = Accepting {
            one,
            row,
            basis,
            recipient: party(owner.identity.reveal_wire_id().unwrap_or_default()),
            mailbox_key,
            rules,
            delivery: DeliveryId::new(now, self.random()?),
            now,
        };
        let (events, seal) = if self.options.evidence {
            self.acceptance(&accepting)?
        } else {
            (Vec::new(), String::new())
        };
        let message = self.message_row(&accepting, &events)?;
        for (position, upload) in (0..).zip(&one.uploads) {
            let keys = (&accepting.mailbox_key, &one.organisation.key);
            writes.attachments.push(upload.link(one.id, position, keys, &self.rng)?);
        }
        writes.messages.push(message);
        writes.bodies.push(NewBody {
            message_id: one.id,
            body_sealed: one.content.body.clone(),
        });
        writes.events.extend(events);
        let id = MessageId::try_from(one.id).map_err(|_| StoreError::Missing("message id"))?;
        Ok(Accepted { id, seal })
    }

    /// The two events of acceptance, and the seal over the first.
    fn acceptance(&self, it: &Accepting<'_>) -> Result<(Vec<NewEvent>, String), ActError> {
        let (one, mode) = (it.one, it.one.draft.electronic.mode);
        let mut parts: Vec<ContentPart> = vec![one.content.body_part.clone()];
        parts.extend(one.uploads.iter().map(UsableUpload::part));
        let readers = Readers {
            mailbox: Some((it.row.mailbox.id, &it.mailbox_key)),
            organisation: Some((one.sender.organisation, &one.organisation.key)),
        };
        let basis = Some(record::Basis {
            kind: match it.basis.kind {
                BasisKind::Consent => record::BasisKind::Consent,
                BasisKind::StatutoryAccount => record::BasisKind::StatutoryAccount,
            },
            reference: Some(it.basis.reference.to_string()),
        });
        let submitted = Fact {
            id: Some(one.event),
            delivery: Some(it.link(1, None)),
            content: &parts,
            sender: Some(party(&*one.sender.business_id)),
            recipient: Some(it.recipient.clone()),
            actor: Some(Actor {
                identifier: one.service.code.clone(),
                acr: None,
                auth_time: None,
            }),
            basis: basis.clone(),
            sealed: true,
            ..Fact::new(EventType::SubmissionAcceptance, it.now)
        };
        let (mut submitted, seal) = self.record_sealed(submitted, readers)?;
        submitted.service_id = Some(one.service.id);
        let available = Fact {
            delivery: Some(it.link(2, Some(submitted.entry))),
            // Before confirmation the recipient may hold a proof, but nothing of the content.
            content: if mode == Mode::Ordinary { &parts } else { &[] },
            sender: Some(party(&*one.sender.business_id)),
            recipient: Some(it.recipient.clone()),
            basis,
            feed: Some(Feed {
                kind: FeedType::ElectronicCreated,
                system: one.sender.system,
                service: one.service.id,
                external_id: Some(one.draft.external_id.clone()),
                detail: None,
            }),
            ..Fact::new(
                match mode {
                    Mode::Ordinary => EventType::ContentConsignment,
                    Mode::Verifiable => EventType::NotificationForAcceptance,
                },
                it.now,
            )
        };
        let available = self.record(available, readers)?;
        Ok((vec![submitted, available], seal.unwrap_or_default()))
    }

    fn message_row(&self, it: &Accepting<'_>, events: &[NewEvent]) -> Result<MessageRow, ActError> {
        let one = it.one;
        let mode = one.draft.electronic.mode;
        let keys = (&it.mailbox_key, &one.organisation.key);
        let (key_mailbox, key_organisation) = wrap_message_key(one.id, &one.content.key, keys, &self.rng)?;
        Ok(MessageRow {
            id: one.id,
            mailbox_id: it.row.mailbox.id,
            organisation_id: one.sender.organisation,
            service_id: one.service.id,
            system_id: one.sender.system,
            folder: "inbox".to_owned(),
            created_at: it.now.as_microsecond(),
            mode: match mode {
                Mode::Ordinary => "ordinary".to_owned(),
                Mode::Verifiable => "verifiable".to_owned(),
            },
            root_id: one.thread.as_ref().map_or(one.id, |thread| thread.root_id),
            reply_to: one.thread.as_ref().map(|thread| thread.id),
            reply_allowed: one.draft.electronic.reply_allowed,
            visibility: match one.draft.electronic.visibility {
                Visibility::Normal => "normal".to_owned(),
                Visibility::RecipientOnly => "recipient_only".to_owned(),
            },
            external_id: Some(one.draft.external_id.clone()),
            header_sealed: one.content.header.clone(),
            key_mailbox: Some(key_mailbox),
            key_organisation: Some(key_organisation),
            delivery_id: it.delivery.0,
            ruleset: it.rules.id().to_owned(),
            ruleset_sha256: it.rules.sha256().to_vec(),
            confirm_before: match mode {
                Mode::Ordinary => None,
                Mode::Verifiable => Some(confirm_before(it.rules, it.now)?),
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
        let fact = Fact {
            content: &[body_part(draft.electronic.body_format, &draft.electronic.body)],
            sender: Some(party(&*sender.business_id)),
            recipient: draft.recipient.0.reveal_wire_id().map(party),
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
    fn link(&self, seq: u32, prev: Option<[u8; 32]>) -> DeliveryLink {
        DeliveryLink {
            id: self.delivery.0,
            seq,
            prev,
            message: self.one.id,
            mode: record_mode(self.one.draft.electronic.mode),
            ruleset: self.rules.id().to_owned(),
            ruleset_sha256: self.rules.sha256(),
        }
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
