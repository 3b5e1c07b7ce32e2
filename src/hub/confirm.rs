//! Confirming receipt of a verifiable message: service of notice (13/2003 s.18).

use jiff::Timestamp;

use super::access_log::Accessor;
use super::delivery::{Delivery, Marks, went_on_paper};
use super::event::{Fact, FeedDetail};
use super::view::Confirmation;
use super::{ActError, Hub};
use crate::domain::event::FeedType;
use crate::domain::id::{MailboxId, MessageId};
use crate::domain::principal::Citizen;
use crate::domain::time::from_micros;
use crate::evidence::record::{EventType, Reason};
use crate::store::Tx;

/// How long after the end of a window its passing is recorded: longer than the clocks of two hosts differ.
const GRACE: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

impl Hub {
    /// Confirms receipt. A repeat, also a simultaneous one, is answered as the first time.
    ///
    /// Within the window this is a ConsignmentAcceptance and a ContentHandover: the document is served. After it, a ContentHandover and a
    /// late retrieval: the document is shown, and the answer says that it does not count as service. Durable when it returns. With a login that
    /// is older than configured nothing is confirmed ([`ActError::LoginTooOld`]).
    pub async fn confirm(&self, citizen: &Citizen, id: MessageId) -> Result<Confirmation, ActError> {
        self.act_as(citizen, move |hub, tx, citizen| {
            Box::pin(async move {
                let delivery = hub.delivery(tx, &citizen, id).await?;
                let row = &delivery.row;
                if row.folder != "inbox" || row.mode != "verifiable" || went_on_paper(row) {
                    return Err(ActError::Forbidden("This message needs no confirmation of receipt."));
                }
                match (row.confirmed_at, row.late_at) {
                    (Some(at), _) => {
                        hub.first_answer(tx, &delivery, at, EventType::ConsignmentAcceptance)
                            .await
                    }
                    (None, Some(at)) => hub.first_answer(tx, &delivery, at, EventType::LateRetrieval).await,
                    (None, None) if row.erased_at.is_some() => Err(ActError::Contradiction(
                        "The content of this message was erased, so its receipt cannot be confirmed.",
                    )),
                    (None, None) if hub.login_too_old(&citizen) => Err(ActError::LoginTooOld),
                    (None, None) => hub.confirm_now(tx, &citizen, &delivery).await,
                }
            })
        })
        .await
    }

    /// Whether the person must log in again before they may confirm receipt: the login is too old, or nobody knows how old it is.
    pub(super) fn login_too_old(&self, citizen: &Citizen) -> bool {
        let most = jiff::SignedDuration::try_from(self.options.confirm_login).unwrap_or(jiff::SignedDuration::MAX);
        citizen.auth_time.is_none_or(|at| self.now().duration_since(at) >= most)
    }

    /// Who confirmed receipt, or opened the message late, by the record of it: for that person, and for who decides about the mailbox.
    pub(super) async fn confirmed_by(
        &self,
        tx: &mut Tx,
        citizen: &Citizen,
        delivery: &Delivery,
    ) -> Result<Option<Accessor>, ActError> {
        let event = match (delivery.row.confirmed_at, delivery.row.late_at) {
            (Some(_), _) => EventType::ConsignmentAcceptance,
            (None, Some(_)) => EventType::LateRetrieval,
            (None, None) => return Ok(None),
        };
        let Some(record) = tx.find_record_of(delivery.row.id, event.name()).await? else {
            return Ok(None);
        };
        let record = self.open_record_as_owner(&record, delivery.mailbox_key()?)?;
        match record.disclosures.iter().find(|it| it.field == "actor") {
            Some(actor) if actor.value == citizen.identifier => Ok(Some(Accessor::Person(citizen.name.clone()))),
            Some(actor) if citizen.decides() => self.person_behind(tx, &actor.value).await.map(Some),
            _ => Ok(None),
        }
    }

    /// What the first confirmation was told.
    async fn first_answer(
        &self,
        tx: &mut Tx,
        delivery: &Delivery,
        at: i64,
        event: EventType,
    ) -> Result<Confirmation, ActError> {
        let seal = match tx.find_record_of(delivery.row.id, event.name()).await? {
            Some(record) => self
                .open_record_as_owner(&record, delivery.mailbox_key()?)?
                .seal(&record),
            None => None,
        };
        Ok(Confirmation {
            at: from_micros(at),
            served: event == EventType::ConsignmentAcceptance,
            seal: seal.unwrap_or_default(),
        })
    }

    async fn confirm_now(&self, tx: &mut Tx, citizen: &Citizen, delivery: &Delivery) -> Result<Confirmation, ActError> {
        let now = self.now().max(from_micros(delivery.row.last_at));
        let content = delivery.content(tx, self).await?;
        let fact = |event| delivery.fact_by(citizen, event, now, &content);
        let mut handover = fact(EventType::ContentHandover);
        handover.feed = Some(delivery.feed(FeedType::ElectronicRead, None));
        // What was recorded as expired stays expired, whatever another host's clock says.
        let in_time = delivery.row.expired_at.is_none()
            && delivery
                .row
                .confirm_before
                .is_some_and(|before| now.as_microsecond() < before);
        let (facts, marks) = if in_time {
            let mut acceptance = fact(EventType::ConsignmentAcceptance);
            acceptance.sealed = true;
            acceptance.feed = Some(delivery.feed(
                FeedType::ReceiptConfirmed,
                Some(FeedDetail::ConfirmedBy(citizen.name.clone())),
            ));
            (
                vec![acceptance, handover],
                Marks {
                    opened: true,
                    confirmed: true,
                    ..Marks::default()
                },
            )
        } else {
            let mut late = fact(EventType::LateRetrieval);
            late.sealed = true;
            late.reasons.push(Reason {
                code: "AFTER_WINDOW".to_owned(),
                text: "The content was retrieved after the time to confirm receipt; it does not count as service."
                    .to_owned(),
            });
            let expiry = delivery.row.expired_at.is_none().then(|| expiry(delivery, now));
            let marks = Marks {
                opened: true,
                late: true,
                expired: expiry.is_some(),
                ..Marks::default()
            };
            (expiry.into_iter().chain([handover, late]).collect(), marks)
        };
        let seal = self.advance(tx, delivery, facts, marks, now).await?;
        // The page that follows shows what was handed over here, and is no opening of its own.
        let (since, at) = self.one_opening();
        tx.note_opening(delivery.row.id, citizen.own, at, since).await?;
        Ok(Confirmation {
            at: now,
            served: in_time,
            seal: seal.unwrap_or_default(),
        })
    }

    /// Records that the time to confirm passed, for messages whose window ended a minute ago or earlier; idempotent. Answers how many it recorded.
    ///
    /// One message that cannot be recorded is logged and keeps none of the others waiting.
    pub async fn sweep_unconfirmed(&self) -> Result<usize, ActError> {
        let before = (self.now() - GRACE).as_microsecond();
        let (mut after, mut recorded) = ((i64::MIN, 0), 0);
        loop {
            let due = self.db.read().await?.list_unconfirmed(before, after, 200).await?;
            let Some(last) = due.last() else { return Ok(recorded) };
            after = (last.confirm_before, last.id);
            for row in due {
                match self.record_expiry(row.id, row.mailbox_id).await {
                    Ok(()) => recorded += 1,
                    Err(error @ (ActError::Busy | ActError::Halted)) => return Err(error),
                    Err(error) => {
                        tracing::error!(
                            message = row.id,
                            error = &error as &dyn std::error::Error,
                            "an expiry cannot be recorded"
                        );
                    }
                }
            }
        }
    }

    async fn record_expiry(&self, id: i64, mailbox: MailboxId) -> Result<(), ActError> {
        self.act(move |hub, tx| {
            Box::pin(async move {
                let Some(row) = tx.find_message(mailbox, id).await? else {
                    return Ok(());
                };
                if row.expired_at.is_some() || row.confirmed_at.is_some() {
                    return Ok(());
                }
                let now = hub.now().max(from_micros(row.last_at));
                let delivery = hub.load(tx, row).await?;
                let facts = vec![expiry(&delivery, now)];
                let marks = Marks {
                    expired: true,
                    ..Marks::default()
                };
                hub.advance(tx, &delivery, facts, marks, now).await.map(drop)
            })
        })
        .await
    }
}

fn expiry(delivery: &Delivery, now: Timestamp) -> Fact<'static> {
    let mut fact = delivery.fact(EventType::AcceptanceRejectionExpiry, now, &[]);
    fact.reasons.push(Reason {
        code: "FALLBACK_REQUIRED".to_owned(),
        text: "Receipt was not confirmed within the window; the sender must serve the document in another way."
            .to_owned(),
    });
    fact
}
