//! Erasure: by an order, or by the rule of retention, the keys of a content are destroyed for every party, and what nobody can read is removed.
//!
//! Guarantees: keys and ciphertexts go in one transaction with the record that says so, in the chain of the delivery; evidence has keys of its own
//! and stays, so proofs that were handed out still hold and new ones name the erasure. An order is answered only when it also stands on the list
//! beside the database (`erasure::replay`), so that an older backup does not bring back what was erased. Everything may be repeated.
//! Leaves out: what owners delete themselves (`hub::removal`), and what backups and archives hold (`docs/erasure.md`).

mod finish;
mod mailbox;
mod replay;
mod retention;

use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::event::{Fact, Readers};
use super::owner::Owner;
use super::{ActError, Hub, reason};
use crate::domain::id::{AttachmentId, EventId, MessageId};
use crate::domain::time::from_micros;
use crate::evidence::record::{Actor, EventType, Reason};
use crate::hub::delivery::Marks;
use crate::store::erasure::ErasureRow;
use crate::store::message::MessageRow;
use crate::store::{StoreError, Tx};

pub use mailbox::MailboxPlan;

/// Most characters of an order's reason, and of its number.
const MOST_CHARACTERS: usize = 200;
/// Stands in a record that keys were destroyed by order; the text is the order's reason.
const BY_ORDER: &str = "ERASED_BY_ORDER";
/// Stands beside it with the order's number.
const ORDER_NUMBER: &str = "ORDER_NUMBER";
/// Stands in a record that keys were destroyed because the time was over for which content is kept.
const BY_RETENTION: &str = "CONTENT_RETENTION_ENDED";

/// An order to erase: by whom does not matter here, it is the operator who carries it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    reason: String,
    number: Option<String>,
}

impl Order {
    /// An order. It goes into the log for ever, so it must name nobody.
    ///
    /// # Errors
    /// [`ActError::Invalid`] for a text that is empty, longer than 200 characters, holds control characters or an identity code.
    pub fn new(reason: &str, number: Option<&str>) -> Result<Self, ActError> {
        let mut violations = Vec::new();
        for (pointer, text) in [("/reason", Some(reason)), ("/order", number)] {
            violations.extend(text.and_then(|text| reason::problem(pointer, text, MOST_CHARACTERS)));
        }
        if !violations.is_empty() {
            return Err(ActError::Invalid(violations));
        }
        Ok(Self {
            reason: reason.trim().to_owned(),
            number: number.map(|text| text.trim().to_owned()),
        })
    }

    fn reasons(&self) -> Vec<Reason> {
        let said = |code: &str, text: &str| Reason {
            code: code.to_owned(),
            text: text.to_owned(),
        };
        let number = self.number.as_deref().map(|number| said(ORDER_NUMBER, number));
        [said(BY_ORDER, &self.reason)].into_iter().chain(number).collect()
    }
}

/// Why content is erased.
#[derive(Debug, Clone)]
enum Cause {
    Order(Arc<Order>),
    Retention,
}

/// What an order came to. A repeat is answered as the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    /// When the keys were destroyed.
    pub at: Timestamp,
    /// Whether that was done before.
    pub before: bool,
}

/// What an erasure of a message would destroy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessagePlan {
    /// How many files.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Whether it waits for its recipient to confirm receipt: it then never can be.
    pub waits: bool,
    /// Whether a print house has not collected the letter: it then never is printed.
    pub unprinted: bool,
    /// When that was done before.
    pub erased_at: Option<Timestamp>,
}

impl Hub {
    /// What [`Hub::erase_message`] would destroy. Changes nothing.
    pub async fn plan_message_erasure(&self, id: MessageId) -> Result<MessagePlan, ActError> {
        let mut tx = self.db.read().await?;
        let row = tx.find_message_by_id(id.get()).await?.ok_or(ActError::NotFound)?;
        let files = tx.list_message_attachments(row.id).await?;
        let letter = tx.find_print_job_of(row.id).await?;
        Ok(MessagePlan {
            files: files.len(),
            bytes: files.iter().map(|file| file.attachment.size.unsigned_abs()).sum(),
            waits: super::delivery::awaits_confirmation(&row),
            unprinted: letter.is_some_and(|job| matches!(&*job.state, "accepted" | "failed" | "spooled")),
            erased_at: row.erased_at.map(from_micros),
        })
    }

    /// Erases a message's content by order: title, body and files, for every party; its evidence stays. When it returns, the keys are destroyed, the
    /// record is written, and the order stands on the list beside the database.
    ///
    /// # Errors
    /// [`ActError::Objects`] when the list could not be written: the keys are destroyed, and it is tried again each minute, or by the same order.
    pub async fn erase_message(&self, order: &Order, id: MessageId) -> Result<Erased, ActError> {
        let order = Arc::new(order.clone());
        let erased = self
            .act(move |hub, tx| {
                let cause = Cause::Order(Arc::clone(&order));
                Box::pin(async move { hub.erase_content(tx, id.get(), &cause).await })
            })
            .await?;
        self.finish_erasures().await?;
        Ok(erased)
    }

    /// Erases within the caller's transaction, and writes the record.
    async fn erase_content(&self, tx: &mut Tx, id: i64, cause: &Cause) -> Result<Erased, ActError> {
        let row = tx.find_message_by_id(id).await?.ok_or(ActError::NotFound)?;
        if let Some(at) = row.erased_at {
            return Ok(Erased {
                at: from_micros(at),
                before: true,
            });
        }
        let now = self.now().max(from_micros(row.last_at));
        let event = self.record_erasure(tx, &row, cause, now).await?;
        self.destroy_content(tx, &row, now).await?;
        if let Cause::Order(order) = cause {
            let erasure = self.erasure_row(order, now, event)?;
            tx.insert_erasure(&ErasureRow {
                message_id: Some(id),
                ..erasure
            })
            .await?;
        }
        Ok(Erased { at: now, before: false })
    }

    fn erasure_row(&self, order: &Order, now: Timestamp, event: Uuid) -> Result<ErasureRow, ActError> {
        Ok(ErasureRow {
            id: EventId::new(now, self.random()?).0,
            message_id: None,
            mailbox_id: None,
            reason: order.reason.clone(),
            order_number: order.number.clone(),
            made_at: now.as_microsecond(),
            event_id: Some(event),
            record_jws: None,
            reached: 0,
            finished_at: None,
        })
    }

    /// The operator, as the one who carries out an order.
    fn operator(&self) -> Actor {
        Actor {
            identifier: self.options.operator_id.clone(),
            acr: None,
            auth_time: None,
        }
    }

    /// Writes the next record of the delivery: that, when and why its content was erased. It names nobody but the operator.
    async fn record_erasure(
        &self,
        tx: &mut Tx,
        row: &MessageRow,
        cause: &Cause,
        now: Timestamp,
    ) -> Result<Uuid, ActError> {
        let id = EventId::new(now, self.random()?);
        let mut fact = Fact {
            id: Some(id),
            ..Fact::new(EventType::Erasure, now)
        };
        match cause {
            Cause::Order(order) => {
                fact.actor = Some(self.operator());
                fact.reasons = order.reasons();
            }
            Cause::Retention => fact.reasons.push(Reason {
                code: BY_RETENTION.to_owned(),
                text: "The time is over for which this hub keeps content.".to_owned(),
            }),
        }
        let organisation = self.organisation_in(tx, row.organisation_id).await?;
        let mailbox = match row.mailbox_id {
            Some(id) => Some(tx.get_mailbox(id).await?).filter(|mailbox| !mailbox.is_erased()),
            None => None,
        };
        let mailbox = match mailbox {
            Some(mailbox) => Some((mailbox.id, Owner::open(&mailbox, &self.vault)?.1)),
            None => None,
        };
        let readers = Readers {
            mailbox: mailbox.as_ref().map(|(id, key)| (*id, key)),
            organisation: Some((row.organisation_id, &organisation.key)),
        };
        self.advance_chain(tx, (row, readers), vec![fact], Marks::default(), now)
            .await?;
        Ok(id.0)
    }

    /// Destroys every key to a message's content, and the content; its files are removed after the commit.
    async fn destroy_content(&self, tx: &mut Tx, row: &MessageRow, now: Timestamp) -> Result<(), ActError> {
        if !tx.erase_message(row.id, now.as_microsecond()).await? {
            return Err(StoreError::Conflict.into());
        }
        let mut files = tx.release_message_files(row.id).await?;
        if let Some(job) = tx.erase_print_job(row.id).await? {
            files.extend(tx.find_print_job(job).await?.map(|job| job.attachment_id));
            tx.insert_removal("letter", job, now.as_microsecond()).await?;
        }
        for file in files {
            self.let_go(tx, file).await?;
        }
        if let Some(id) = row.mailbox_id
            && !tx.get_mailbox(id).await?.is_erased()
        {
            self.forget_in_search(tx, id, &[row.id]).await?;
            tx.mark_indexed(id, &[row.id]).await?;
        }
        Ok(())
    }

    /// Has a file removed that nothing uses any more. While an upload may still be used in another message, its bytes stay for the sends that are
    /// under way; no key to them is stored.
    async fn let_go(&self, tx: &mut Tx, file: AttachmentId) -> Result<(), ActError> {
        let Some(made_at) = tx.close_file(file).await? else {
            return Ok(());
        };
        let window = jiff::SignedDuration::try_from(self.options.upload_window).unwrap_or_default();
        let settled = from_micros(made_at) + window + jiff::SignedDuration::from_hours(1);
        let due = settled.max(self.now()).as_microsecond();
        Ok(tx.insert_removal("attachment", file.0, due).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_names_nobody() {
        assert!(Order::new("Hallinto-oikeuden päätös", Some("H1234/2026")).is_ok());
        for (reason, number) in [
            ("", None),
            (" ", None),
            ("x\ny", None),
            ("henkilö 010594Y9032 pyysi", None),
            ("päätös", Some("(010594Y9032)")),
            (&"x".repeat(201), None),
        ] {
            let refused = Order::new(reason, number);
            assert!(matches!(refused, Err(ActError::Invalid(_))), "{reason}");
        }
    }
}
