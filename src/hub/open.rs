//! Opening a message: the content, or before confirmation the gate.

use jiff::SignedDuration;

use super::content::{Reader, open_body};
use super::delivery::{Delivery, Marks, delivered, shown_title, went_on_paper};
use super::folder::{TOP, folder_of};
use super::view::{Correspondent, ErasedMessage, ErasureOrder, MessageView, Opened, WaitingMessage};
use super::{ActError, Hub};
use crate::domain::event::FeedType;
use crate::domain::id::MessageId;
use crate::domain::principal::Citizen;
use crate::domain::time::from_micros;
use crate::evidence::record::EventType;
use crate::store::Tx;

/// A person's openings of one message within this time are one in evidence: a page that is loaded again and again, by a person or a program, makes
/// no proof longer than anyone can check.
const ONE_OPENING: SignedDuration = SignedDuration::from_hours(1);

impl Hub {
    /// Opens a message. The first opening of its content is a ContentHandover, later ones are ContentAccessTracking, one for each person and hour;
    /// all are durable before anything is shown. A verifiable message that awaits confirmation shows its gate, and nothing is recorded.
    pub async fn open(&self, citizen: &Citizen, id: MessageId) -> Result<Opened, ActError> {
        let mut tx = self.db.read().await?;
        let delivery = self.delivery(&mut tx, citizen, id).await?;
        if delivery.row.erased_at.is_some() {
            return self.erased(&mut tx, &delivery, id).await;
        }
        if delivery.awaits_confirmation() {
            return self.waiting(&mut tx, citizen, &delivery, id).await.map(Opened::Waiting);
        }
        // A repeat ends here, without a turn among those who write.
        let (since, now) = self.one_opening();
        let last = tx.find_opening(delivery.row.id, citizen.own).await?;
        let recorded = delivery.row.opened_at.is_some() && last.is_some_and(|at| since < at && at <= now);
        drop(tx);
        // A hub that takes no acts still shows what was handed over before.
        let tracked = self.options.evidence && !recorded && !(self.halted() && delivery.row.opened_at.is_some());
        if delivery.row.folder == "inbox" && tracked {
            self.record_openings(citizen, vec![id]).await?;
        }
        let mut tx = self.db.read().await?;
        let delivery = self.delivery(&mut tx, citizen, id).await?;
        // It may have been erased since.
        if delivery.row.erased_at.is_some() {
            return self.erased(&mut tx, &delivery, id).await;
        }
        self.view(&mut tx, citizen, &delivery, id)
            .await
            .map(|view| Opened::Message(Box::new(view)))
    }

    /// The gate of a message that awaits confirmation; none of any other. Opens nothing.
    pub async fn gate(&self, citizen: &Citizen, id: MessageId) -> Result<Option<WaitingMessage>, ActError> {
        let mut tx = self.db.read().await?;
        let delivery = self.delivery(&mut tx, citizen, id).await?;
        if !delivery.awaits_confirmation() || delivery.row.erased_at.is_some() {
            return Ok(None);
        }
        self.waiting(&mut tx, citizen, &delivery, id).await.map(Some)
    }

    /// Records that these messages were opened, in one transaction.
    pub(super) async fn record_openings(&self, citizen: &Citizen, ids: Vec<MessageId>) -> Result<(), ActError> {
        self.act_as(citizen, move |hub, tx, citizen| {
            let ids = ids.clone();
            Box::pin(async move {
                for id in ids {
                    hub.record_opening_in(tx, &citizen, id).await?;
                }
                Ok(())
            })
        })
        .await
    }

    async fn record_opening_in(&self, tx: &mut Tx, citizen: &Citizen, id: MessageId) -> Result<(), ActError> {
        let delivery = self.delivery(tx, citizen, id).await?;
        // What was erased meanwhile hands nothing over.
        if delivery.row.erased_at.is_some() {
            return Ok(());
        }
        let now = self.now().max(from_micros(delivery.row.last_at));
        let first = delivery.row.opened_at.is_none();
        let (since, at) = self.one_opening();
        if !tx.note_opening(delivery.row.id, citizen.own, at, since).await? && !first {
            return Ok(());
        }
        // The copy of a letter hands nothing over: the letter does.
        let handover = first && !went_on_paper(&delivery.row);
        let content = if handover {
            delivery.content(tx, self).await?
        } else {
            Vec::new()
        };
        let kind = if handover {
            EventType::ContentHandover
        } else {
            EventType::ContentAccessTracking
        };
        let mut fact = delivery.fact_by(citizen, kind, now, &content);
        fact.feed = handover.then(|| delivery.feed(FeedType::ElectronicRead, None));
        let marks = Marks {
            opened: true,
            ..Marks::default()
        };
        self.advance(tx, &delivery, vec![fact], marks, now).await.map(drop)
    }

    /// Between which times, in microseconds, an opening is the one that happens now; the first does not belong to it.
    pub(super) fn one_opening(&self) -> (i64, i64) {
        let now = self.now();
        ((now - ONE_OPENING).as_microsecond(), now.as_microsecond())
    }

    async fn erased(&self, tx: &mut Tx, delivery: &Delivery, id: MessageId) -> Result<Opened, ActError> {
        let row = &delivery.row;
        let order = tx.find_erasure_of_message(row.id).await?;
        Ok(Opened::Erased(Box::new(ErasedMessage {
            id,
            correspondent: self.correspondent(tx, delivery).await?,
            at: from_micros(row.created_at),
            mode: delivery.mode(),
            erased_at: from_micros(row.erased_at.unwrap_or(row.last_at)),
            order: order.map(|it| ErasureOrder {
                reason: it.reason,
                number: it.order_number,
            }),
            delivered: delivered(row, self),
            folder: folder_of(row),
            removed_on: self.removed_on(row),
            has_proof: row.evidence_ended_at.is_none(),
        })))
    }

    async fn waiting(
        &self,
        tx: &mut Tx,
        citizen: &Citizen,
        delivery: &Delivery,
        id: MessageId,
    ) -> Result<WaitingMessage, ActError> {
        let (_, header) = delivery.open_as_owner()?;
        let service = self.service_in(tx, delivery.row.service_id).await?;
        Ok(WaitingMessage {
            id,
            correspondent: self.correspondent(tx, delivery).await?,
            title: shown_title(&delivery.row, &service.row, header.title),
            at: from_micros(delivery.row.created_at),
            confirm_by: self.last_day_to_confirm(&delivery.row),
            window_passed: delivery
                .row
                .confirm_before
                .is_none_or(|before| self.now().as_microsecond() >= before),
            login_too_old: self.login_too_old(citizen),
        })
    }

    async fn view(
        &self,
        tx: &mut Tx,
        citizen: &Citizen,
        delivery: &Delivery,
        id: MessageId,
    ) -> Result<MessageView, ActError> {
        let row = &delivery.row;
        let (key, header) = delivery.open_as_owner()?;
        let body = tx.find_body(row.id).await?.ok_or(ActError::NotFound)?;
        let body = open_body(row.id, &key, &body)?;
        let files = tx.list_message_attachments(row.id).await?;
        let files = self.files(&files, Reader::Mailbox(delivery.mailbox_key()?))?;
        let reply_to = match row.reply_to {
            Some(other) => self
                .find_seen(tx, citizen, other)
                .await?
                .and_then(|row| MessageId::try_from(row.id).ok()),
            None => None,
        };
        Ok(MessageView {
            id,
            correspondent: self.correspondent(tx, delivery).await?,
            title: header.title,
            body: body.clone(),
            body_format: header.body_format,
            at: from_micros(row.created_at),
            mode: delivery.mode(),
            standing: delivery.standing(self),
            attachments: files.into_iter().map(|(file, _)| file).collect(),
            reply_allowed: delivery.in_use && row.folder == "inbox" && row.reply_allowed,
            reply_needs_use: !delivery.in_use && row.folder == "inbox" && row.reply_allowed,
            reply_to,
            receipt: match row.folder.as_str() {
                "sent" => Some(self.receipt_view(tx, citizen, delivery, &body).await?),
                _ => None,
            },
            confirmed_by: self.confirmed_by(tx, citizen, delivery).await?,
            deadline: (row.folder == "inbox").then(|| self.deadline(row)).flatten(),
            folder: folder_of(row),
            removed_on: self.removed_on(row),
            thread: self.thread_of(tx, citizen, delivery, TOP).await?,
        })
    }

    /// The authority and service on the other side of a message.
    pub(crate) async fn correspondent(&self, tx: &mut Tx, delivery: &Delivery) -> Result<Correspondent, ActError> {
        let service = self.service_in(tx, delivery.row.service_id).await?;
        Ok(Correspondent {
            organisation: delivery.organisation.row.names.clone(),
            service: service.row.names.clone(),
        })
    }
}
