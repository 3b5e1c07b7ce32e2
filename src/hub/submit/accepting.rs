//! A submission whose way is decided: what its row and its records are made of.

use jiff::Timestamp;

use super::Submission;
use super::way::Way;
use crate::domain::consent::Basis;
use crate::domain::deadline::{Inputs, RuleSet, ServiceMode, compute};
use crate::domain::event::FeedType;
use crate::domain::id::{DeliveryId, MailboxId};
use crate::domain::message::{Draft, Mode, Visibility};
use crate::evidence::record::{Actor, DeliveryLink, EventType, Party};
use crate::hub::content::{wrap_for_mailbox, wrap_for_organisation};
use crate::hub::event::{Fact, Feed, Readers, party, record_mode};
use crate::hub::owner::Owner;
use crate::hub::{ActError, Hub};
use crate::store::event::NewEvent;
use crate::store::message::MessageRow;
use crate::vault::PartyKey;

/// A submission that will be accepted: by which way, to whom, under which rules.
pub(super) struct Accepting<'a> {
    pub(super) one: &'a Submission,
    /// Why electronic service is allowed; none on paper.
    pub(super) basis: Option<Basis>,
    pub(super) mode: Mode,
    recipient: Party,
    /// The mailbox in which it lies.
    pub(super) mailbox: Option<(MailboxId, PartyKey)>,
    rules: &'a RuleSet,
    delivery: DeliveryId,
    /// The end user's message that it answers.
    thread: Option<&'a MessageRow>,
    pub(super) now: Timestamp,
}

impl Hub {
    pub(super) fn accepting<'a>(
        &'a self,
        one: &'a Submission,
        way: &Way<'_>,
        thread: Option<&'a MessageRow>,
        now: Timestamp,
    ) -> Result<Accepting<'a>, ActError> {
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
            thread,
            now,
        })
    }

    pub(super) fn message_row(&self, it: &Accepting<'_>, events: &[NewEvent]) -> Result<MessageRow, ActError> {
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
            root_id: it.thread.map_or(one.id, |thread| thread.root_id),
            reply_to: it.thread.map(|thread| thread.id),
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
            appeal: one.service.appeal.clone(),
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
            archived_at: None,
            deleted_at: None,
            removed_at: None,
            erased_at: None,
            evidence_ended_at: None,
        })
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
pub(super) fn recipient_identifier(draft: &Draft) -> String {
    match (draft.recipient(), draft.paper()) {
        (Some(recipient), _) => recipient.0.reveal_wire_id().unwrap_or_default().to_owned(),
        (None, Some(paper)) => paper.recipient.one_line(),
        (None, None) => String::new(),
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
        no_appeal: false,
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
