//! The erasure of a mailbox: what its owner could read is read by nobody any more, and whose it was is forgotten.
//!
//! The mailbox's own key is destroyed in one transaction, together with all that lies under it; from then on nothing in it opens. The keys that are
//! wrapped for it in messages, files and records are destroyed after that in steps, so that no large mailbox holds up the acts of others, and
//! before the order is answered. The authorities' copies stay: what they sent and received, and the evidence of it. The same person who logs in
//! again is somebody new.

use std::sync::Arc;

use super::super::event::Fact;
use super::super::{ActError, Hub};
use super::{Erased, Order};
use crate::domain::id::MailboxId;
use crate::domain::identity::OwnerIdentity;
use crate::evidence::record::{EventType, Reason};
use crate::hub::owner::Owner;
use crate::store::erasure::ErasureRow;
use crate::store::event::NewEvent;
use crate::store::{StoreError, Tx};

/// Events in one step.
const STEP: i64 = 10_000;
/// Stands in the record with the mailbox's id, which names nobody once the mailbox is erased.
const MAILBOX: &str = "MAILBOX";

/// What an erasure of a mailbox would destroy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailboxPlan {
    /// The mailbox.
    pub mailbox: MailboxId,
    /// Whether it is in use.
    pub in_use: bool,
    /// Drafts that are not sent.
    pub drafts: i64,
    /// Verifiable messages whose receipt can still be confirmed: then it never can be, and the sender must serve in another way.
    pub waiting: i64,
}

impl Hub {
    /// What [`Hub::erase_mailbox`] would destroy. Changes nothing. Not found for an owner without a mailbox.
    pub async fn plan_mailbox_erasure(&self, owner: &OwnerIdentity) -> Result<MailboxPlan, ActError> {
        let mut tx = self.db.read().await?;
        let lookup = self.vault.lookup(&owner.lookup_text());
        let row = tx.find_mailbox_by_lookup(&lookup).await?.ok_or(ActError::NotFound)?;
        let now = self.now().as_microsecond();
        Ok(MailboxPlan {
            mailbox: row.id,
            in_use: row.state == "active",
            drafts: tx.count_drafts(row.id).await?,
            waiting: tx.count_waiting(row.id, now).await?,
        })
    }

    /// Erases an owner's mailbox by order. When it returns, every key of the mailbox is destroyed, the record is written, and the order stands on
    /// the list beside the database. Not found for an owner without a mailbox, so also when it was erased before.
    ///
    /// # Errors
    /// [`ActError::Objects`] when the list could not be written: nothing in the mailbox opens any more, and it is tried again each minute.
    pub async fn erase_mailbox(&self, order: &Order, owner: &OwnerIdentity) -> Result<(MailboxId, Erased), ActError> {
        let (order, lookup) = (Arc::new(order.clone()), self.vault.lookup(&owner.lookup_text()));
        let erased = self
            .act(move |hub, tx| {
                let order = Arc::clone(&order);
                Box::pin(async move {
                    let row = tx.find_mailbox_by_lookup(&lookup).await?.ok_or(ActError::NotFound)?;
                    // Whoever decides about it, sends to it or opens it finishes first.
                    tx.lock_mailbox(row.id).await?;
                    Owner::open(&row, &hub.vault)?;
                    if !hub.destroy_mailbox(tx, row.id).await? {
                        return Err(StoreError::Conflict.into());
                    }
                    let now = hub.now();
                    let (event, jws) = hub.mailbox_erasure_event(&order, row.id)?;
                    tx.insert_erasure(&ErasureRow {
                        mailbox_id: Some(row.id),
                        record_jws: Some(jws),
                        ..hub.erasure_row(&order, now, event.id)?
                    })
                    .await?;
                    tx.insert_events(&[event]).await?;
                    Ok((row.id, Erased { at: now, before: false }))
                })
            })
            .await;
        // Also when it was erased before: the command may have been broken off after that.
        self.finish_erasures().await?;
        erased
    }

    /// The record of it, and its sealed form: no party is left that could have a key to it, and it names nobody.
    pub(super) fn mailbox_erasure_event(
        &self,
        order: &Order,
        mailbox: MailboxId,
    ) -> Result<(NewEvent, String), ActError> {
        let mut reasons = order.reasons();
        reasons.push(Reason {
            code: MAILBOX.to_owned(),
            text: mailbox.to_string(),
        });
        self.record_for_all(Fact {
            actor: Some(self.operator()),
            reasons,
            ..Fact::new(EventType::Erasure, self.now())
        })
    }

    /// Destroys a mailbox's own key and what lies under it. False when that was done before.
    pub(super) async fn destroy_mailbox(&self, tx: &mut Tx, mailbox: MailboxId) -> Result<bool, ActError> {
        // No identity has a look-up of another length.
        let nobody = mailbox.0.as_bytes();
        if !tx.erase_mailbox(mailbox, nobody).await? {
            return Ok(false);
        }
        for file in tx.empty_mailbox(mailbox).await? {
            self.let_go(tx, file).await?;
        }
        Ok(true)
    }

    /// Destroys the keys that are wrapped for the mailbox, step by step from the event `reached` on.
    pub(super) async fn destroy_mailbox_keys(
        &self,
        erasure: uuid::Uuid,
        mailbox: MailboxId,
        reached: i64,
    ) -> Result<(), ActError> {
        let last = self.db.read().await?.last_event().await?;
        let mut after = reached;
        while after < last {
            let through = after.saturating_add(STEP).min(last);
            self.act_though_halted(move |_, tx| {
                Box::pin(async move {
                    tx.destroy_keys_of_mailbox(mailbox, after, through).await?;
                    Ok(tx.reach_in_erasure(erasure, through).await?)
                })
            })
            .await?;
            after = through;
        }
        Ok(())
    }
}
