//! Asking for the content of one delivery, and the second person's decision.
//!
//! Guarantees: nobody decides what they asked themself; of the two at least one is an auditor of the organisation whose message it is, so two of the
//! operator's people alone open nothing; a request is decided once, however many decide at the same moment, and lapses undecided
//! ([`ASKED_FOR`]). Asking, granting and refusing are each an event in the delivery's record, which the mailbox's owner sees. The reason
//! stands in the record as a salted hash, because a record cannot be erased; its text is shown to auditors. Leaves out: looking (`content`).

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::view::{RequestState, RequestView};
use crate::domain::auditor::Auditor;
use crate::domain::id::{ContentRequestId, MailboxId, MessageId};
use crate::domain::message::Violation;
use crate::domain::principal::Citizen;
use crate::domain::time::from_micros;
use crate::evidence::record::{EventType, Party, Reason};
use crate::evidence::sha256;
use crate::hub::delivery::Marks;
use crate::hub::event::{Fact, Readers, actor};
use crate::hub::owner::Owner;
use crate::hub::token::Organisation;
use crate::hub::{ActError, Hub};
use crate::store::content_request::ContentRequestRow;
use crate::store::message::MessageRow;
use crate::store::{StoreError, Tx};
use crate::vault::Place;

/// How long a request waits for a second person.
pub const ASKED_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long a grant holds.
pub const GRANTED_FOR: SignedDuration = SignedDuration::from_hours(24);
/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 1_000;
/// Most requests that are shown of one message, or of one organisation.
const MOST: i64 = 50;

/// What lies in `content_request.request_sealed`.
#[derive(Serialize, Deserialize)]
struct StoredRequest {
    name: String,
    reason: String,
    salt: [u8; 32],
}

/// The requests about one message as one auditor sees them.
pub(super) struct Requests {
    pub(super) views: Vec<RequestView>,
    pub(super) granted_until: Option<jiff::Timestamp>,
    pub(super) may_ask: bool,
}

impl Hub {
    /// Asks to see the content of one delivery. What waits already, or holds, is not asked for twice.
    ///
    /// # Errors
    /// [`ActError::Invalid`] for a reason that is empty or too long.
    pub async fn ask_for_content(&self, auditor: &Auditor, id: MessageId, reason: &str) -> Result<(), ActError> {
        let reason = reason.trim().to_owned();
        let wrong = |code, text: &str| ActError::Invalid(vec![Violation::new("/reason", code, text)]);
        if reason.is_empty() {
            return Err(wrong("required", "Say why the content must be seen."));
        }
        if reason.chars().count() > LONGEST_REASON {
            return Err(wrong("too-long", "Say it in at most 1 000 characters."));
        }
        let auditor = auditor.clone();
        self.act_as(&auditor.person().clone(), move |hub, tx, person| {
            let (auditor, reason) = (auditor.clone(), reason.clone());
            Box::pin(async move {
                let (row, organisation) = hub.audited(tx, &auditor, id).await?;
                if hub.grant_of(tx, &person, row.id).await?.is_some() {
                    return Ok(());
                }
                let now = hub.now().max(from_micros(row.last_at));
                let at = now.as_microsecond();
                tx.lapse_content_request(row.id, person.own, hub.oldest_request(), at)
                    .await?;
                let stored = StoredRequest {
                    name: person.name.clone(),
                    salt: hub.random()?,
                    reason,
                };
                let request = ContentRequestId::new(now, hub.random()?);
                let new = ContentRequestRow {
                    id: request,
                    message_id: row.id,
                    organisation_id: row.organisation_id,
                    person_id: person.own,
                    as_own: auditor.scope().names(&organisation.row.business_id),
                    request_sealed: hub.seal_for_hub(place("request_sealed", &request), &stored)?,
                    asked_at: at,
                    decision: None,
                    decided_by: None,
                    decided_sealed: None,
                    decided_at: None,
                    looked_at: None,
                };
                if !tx.insert_content_request(&new).await? {
                    return Ok(());
                }
                let salted = [&stored.salt, stored.reason.as_bytes()].concat();
                let why = Reason {
                    code: "REASON_SHA256".to_owned(),
                    text: hex::encode(sha256(&salted)),
                };
                let reasons = vec![request_named(request), why];
                let event = EventType::ContentAccessAsked;
                hub.record_audit_event(tx, (&row, &organisation), &person, event, reasons)
                    .await
            })
        })
        .await
    }

    /// Decides what another auditor asked.
    ///
    /// # Errors
    /// [`ActError::Forbidden`] for one's own request, and where neither of the two is of the organisation; [`ActError::Contradiction`] when it was
    /// decided before, or has lapsed.
    pub async fn decide_on_content(
        &self,
        auditor: &Auditor,
        request: ContentRequestId,
        grant: bool,
    ) -> Result<MessageId, ActError> {
        let auditor = auditor.clone();
        self.act_as(&auditor.person().clone(), move |hub, tx, person| {
            let auditor = auditor.clone();
            Box::pin(async move {
                let asked = tx.find_content_request(request).await?.ok_or(ActError::NotFound)?;
                let id = MessageId::try_from(asked.message_id).map_err(|_| StoreError::Missing("message id"))?;
                let (row, organisation) = hub.audited(tx, &auditor, id).await?;
                if asked.person_id == person.own {
                    return Err(ActError::Forbidden("Another person decides what you asked for."));
                }
                if !may_decide(&asked, &auditor, &organisation, person.own) {
                    return Err(ActError::Forbidden(
                        "One of the two must be an auditor of the organisation itself.",
                    ));
                }
                let now = hub.now().max(from_micros(row.last_at));
                let (decision, event) = match grant {
                    true => ("granted", EventType::ContentAccessGranted),
                    false => ("refused", EventType::ContentAccessRefused),
                };
                let name = hub.seal_for_hub(place("decided_sealed", &request), &person.name)?;
                let (by, since) = ((person.own, name.as_slice()), hub.oldest_request());
                if !tx
                    .decide_content_request(request, decision, by, since, now.as_microsecond())
                    .await?
                {
                    return Err(ActError::Contradiction(
                        "This was decided before, or nobody decided it in time.",
                    ));
                }
                let reasons = vec![request_named(request)];
                hub.record_audit_event(tx, (&row, &organisation), &person, event, reasons)
                    .await?;
                Ok(id)
            })
        })
        .await
    }

    /// What waits for a decision in the organisations that the auditor's role covers, oldest first; of each organisation at most fifty.
    pub async fn waiting_requests(&self, auditor: &Auditor) -> Result<Vec<RequestView>, ActError> {
        let mut tx = self.db.read().await?;
        let organisations = match auditor.scope().everywhere {
            true => tx.list_organisations().await?.into_iter().map(|row| row.id).collect(),
            false => self.organisations_of(&mut tx, auditor).await?,
        };
        let mut views = Vec::new();
        for id in organisations {
            let organisation = self.organisation_in(&mut tx, id).await?;
            for row in tx
                .list_waiting_content_requests(id, self.oldest_request(), MOST)
                .await?
            {
                views.push(self.request_view(&row, auditor, &organisation)?);
            }
        }
        views.sort_by_key(|view| view.at);
        Ok(views)
    }

    pub(super) async fn requests_about(
        &self,
        tx: &mut Tx,
        auditor: &Auditor,
        row: &MessageRow,
        organisation: &Organisation,
    ) -> Result<Requests, ActError> {
        let found = tx.list_content_requests(row.id, MOST).await?;
        let granted_until = found.iter().find_map(|it| self.grant_holds(it, auditor.person()));
        let views: Result<Vec<_>, _> = found
            .iter()
            .map(|it| self.request_view(it, auditor, organisation))
            .collect();
        let waits = |it: &ContentRequestRow| {
            it.person_id == auditor.person().own && it.decision.is_none() && it.asked_at > self.oldest_request()
        };
        Ok(Requests {
            may_ask: granted_until.is_none() && !found.iter().any(waits),
            views: views?,
            granted_until,
        })
    }

    /// The grant by which the person may look at a message now, and its end.
    pub(super) async fn grant_of(
        &self,
        tx: &mut Tx,
        person: &Citizen,
        message: i64,
    ) -> Result<Option<(ContentRequestRow, jiff::Timestamp)>, ActError> {
        let found = tx.list_content_requests(message, MOST).await?;
        Ok(found
            .into_iter()
            .find_map(|row| self.grant_holds(&row, person).map(|until| (row, until))))
    }

    fn grant_holds(&self, row: &ContentRequestRow, person: &Citizen) -> Option<jiff::Timestamp> {
        let granted = row.person_id == person.own && row.decision.as_deref() == Some("granted");
        let until = granted_until(row)?;
        (granted && self.now() < until).then_some(until)
    }

    /// What was asked at this microsecond or earlier has lapsed.
    fn oldest_request(&self) -> i64 {
        (self.now() - ASKED_FOR).as_microsecond()
    }

    fn request_view(
        &self,
        row: &ContentRequestRow,
        auditor: &Auditor,
        organisation: &Organisation,
    ) -> Result<RequestView, ActError> {
        let open = |column, sealed: &[u8]| self.vault.hub().open(place(column, &row.id), sealed);
        let broken = |_| StoreError::Missing("content request");
        // Nothing is left of what somebody asked whose mailbox was erased.
        let stored: Option<StoredRequest> = match row.request_sealed.is_empty() {
            true => None,
            false => Some(serde_json::from_slice(&open("request_sealed", &row.request_sealed)?).map_err(broken)?),
        };
        let (by, reason) = stored.map(|it| (it.name, it.reason)).unwrap_or_default();
        let decided_by: Option<String> = match &row.decided_sealed {
            Some(sealed) => Some(serde_json::from_slice(&open("decided_sealed", sealed)?).map_err(broken)?),
            None => None,
        };
        let waits = row.decision.is_none() && row.asked_at > self.oldest_request();
        let state = match (row.decision.as_deref(), granted_until(row)) {
            (Some("granted"), Some(until)) => RequestState::Granted(until),
            (Some("refused"), _) => RequestState::Refused,
            _ if waits => RequestState::Waiting(from_micros(row.asked_at) + ASKED_FOR),
            _ => RequestState::Lapsed,
        };
        Ok(RequestView {
            id: row.id,
            message: MessageId::try_from(row.message_id).map_err(|_| StoreError::Missing("message id"))?,
            organisation: organisation.row.names.clone(),
            at: from_micros(row.asked_at),
            by,
            reason,
            state,
            decided_by,
            may_decide: waits && may_decide(row, auditor, organisation, auditor.person().own),
        })
    }

    /// Records what an auditor did about a delivery as the delivery's next event.
    pub(super) async fn record_audit_event(
        &self,
        tx: &mut Tx,
        (row, organisation): (&MessageRow, &Organisation),
        person: &Citizen,
        event: EventType,
        reasons: Vec<Reason>,
    ) -> Result<(), ActError> {
        if !self.options.evidence {
            return Ok(());
        }
        let mailbox = match row.mailbox_id {
            Some(id) => Some((id, Owner::open(&tx.get_mailbox(id).await?, &self.vault)?.1)),
            None => None,
        };
        let parties = self.parties_of(tx, row, &organisation.key).await?;
        // Of the parties only who they are: nobody acts for them here.
        let plain = |party: Option<Party>| {
            party.map(|party| Party {
                role: None,
                mandate: None,
                ..party
            })
        };
        let now = self.now().max(from_micros(row.last_at));
        let fact = Fact {
            sender: plain(parties.sender),
            recipient: plain(parties.recipient),
            actor: Some(actor(person)),
            reasons,
            ..Fact::new(event, now)
        };
        let readers = Readers {
            mailbox: mailbox.as_ref().map(|(id, key)| (*id, key)),
            organisation: Some((row.organisation_id, &organisation.key)),
        };
        self.advance_chain(tx, (row, readers), vec![fact], Marks::default(), now)
            .await
            .map(drop)
    }
}

/// Whether this auditor may be the second person.
fn may_decide(asked: &ContentRequestRow, auditor: &Auditor, organisation: &Organisation, person: MailboxId) -> bool {
    asked.person_id != person && (asked.as_own || auditor.scope().names(&organisation.row.business_id))
}

fn granted_until(row: &ContentRequestRow) -> Option<jiff::Timestamp> {
    row.decided_at.map(|at| from_micros(at) + GRANTED_FOR)
}

pub(super) fn request_named(request: ContentRequestId) -> Reason {
    Reason {
        code: "CONTENT_REQUEST".to_owned(),
        text: request.to_string(),
    }
}

fn place<'a>(column: &'static str, id: &'a ContentRequestId) -> Place<'a> {
    Place::new("content_request", column, id.0.as_bytes())
}
