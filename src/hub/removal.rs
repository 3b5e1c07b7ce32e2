//! The end of deleted messages: after their time they leave the mailbox for good.
//!
//! The mailbox's keys to the message and its files are destroyed, and with them what the mailbox could read. The sender's copy, and all evidence
//! of the delivery for both sides, stay.

use super::delivery::owner_identifier;
use super::event::{Fact, Readers, party};
use super::filing::messages;
use super::owner::Owner;
use super::{ActError, Hub};
use crate::domain::id::MailboxId;
use crate::evidence::record::EventType;

impl Hub {
    /// Removes messages that were deleted longer ago than they can be restored; idempotent. Answers how many it removed.
    ///
    /// One message that cannot be removed is logged and keeps none of the others waiting.
    pub async fn sweep_deleted(&self) -> Result<usize, ActError> {
        let until = (self.now() - self.deleted_window()).as_microsecond();
        let (mut after, mut removed) = ((i64::MIN, 0), 0);
        loop {
            let due = self.db.read().await?.list_removable(until, after, 200).await?;
            let Some(last) = due.last() else { return Ok(removed) };
            after = (last.deleted_at, last.id);
            for row in due {
                match self.remove(row.id, row.mailbox_id, until).await {
                    Ok(done) => removed += usize::from(done),
                    Err(error @ (ActError::Busy | ActError::Halted)) => return Err(error),
                    Err(error) => {
                        tracing::error!(
                            message = row.id,
                            error = &error as &dyn std::error::Error,
                            "a deleted message cannot be removed"
                        );
                    }
                }
            }
        }
    }

    /// Removes one message for good; false when it was restored or removed meanwhile. The one place where a mailbox forgets a message.
    async fn remove(&self, id: i64, mailbox: MailboxId, until: i64) -> Result<bool, ActError> {
        self.act(move |hub, tx| {
            Box::pin(async move {
                let now = hub.now();
                if !tx.remove_message(id, until, now.as_microsecond()).await? {
                    return Ok(false);
                }
                tx.delete_openings(id).await?;
                let row = tx.get_mailbox(mailbox).await?;
                // Of an erased mailbox no key is left to destroy, and nobody to record it for.
                if row.is_erased() {
                    return Ok(true);
                }
                hub.forget_in_search(tx, mailbox, &[id]).await?;
                let (owner, key) = Owner::open(&row, &hub.vault)?;
                let mut fact = Fact::new(EventType::Erasure, now);
                fact.recipient = Some(party(owner_identifier(&owner)));
                fact.reasons.push(messages(&[id.to_string()]));
                let readers = Readers {
                    mailbox: Some((mailbox, &key)),
                    organisation: None,
                };
                tx.insert_events(&[hub.record(fact, readers)?]).await?;
                Ok(true)
            })
        })
        .await
    }
}
