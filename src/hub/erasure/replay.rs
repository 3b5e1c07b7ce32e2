//! The list of erasures beside the database: one small object for each order, written once, with ids and the order's words alone.
//!
//! A backup of the database that is older than an order still holds what the order erased. Whoever restores it starts a hub that reads the list
//! first and destroys again what the database lacks, also when the hub takes no acts: before anyone can read it. What is erased by the rule of
//! retention stands on no list; the rule erases it again.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::{ActError, Hub};
use super::{Cause, Order};
use crate::domain::id::{EventId, MailboxId};
use crate::domain::time::from_micros;
use crate::store::Tx;
use crate::store::erasure::ErasureRow;

/// Where the list lies in the object store.
const LIST: &str = "erasures";

/// An erasure on the list. Fields may be added, never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listed {
    v: u8,
    id: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mailbox: Option<MailboxId>,
    reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order: Option<String>,
    /// Microseconds.
    at: i64,
}

impl Listed {
    pub(super) fn of(row: &ErasureRow) -> Self {
        Self {
            v: 1,
            id: row.id,
            message: row.message_id,
            mailbox: row.mailbox_id,
            reason: row.reason.clone(),
            order: row.order_number.clone(),
            at: row.made_at,
        }
    }

    fn row(&self) -> ErasureRow {
        ErasureRow {
            id: self.id,
            message_id: self.message,
            mailbox_id: self.mailbox,
            reason: self.reason.clone(),
            order_number: self.order.clone(),
            made_at: self.at,
            event_id: None,
            record_jws: None,
            reached: 0,
            finished_at: None,
        }
    }
}

impl Hub {
    /// Durable when it returns.
    pub(super) async fn put_on_list(&self, listed: &Listed) -> Result<(), ActError> {
        let bytes = serde_json::to_vec(listed).map_err(|error| ActError::Evidence(Box::new(error)))?;
        Ok(self.objects.put_once(&format!("{LIST}/{}", listed.id), &bytes).await?)
    }

    /// Destroys again what stands on the list and not in the database; answers how many erasures those were. To be called before anybody is
    /// answered; also while acts are refused.
    pub async fn replay_erasures(&self) -> Result<usize, ActError> {
        let mut replayed = 0;
        for name in self.objects.list_named(LIST).await? {
            let id = name.rsplit('/').next().and_then(|id| id.parse().ok());
            let Some(id) = id.map(|EventId(id)| id) else {
                tracing::warn!("the list of erasures holds something that is no erasure");
                continue;
            };
            if self.db.read().await?.find_erasure(id).await?.is_some() {
                continue;
            }
            let bytes = self.objects.get_named(&name).await?;
            let listed: Listed = serde_json::from_slice(&bytes).map_err(|error| ActError::Evidence(Box::new(error)))?;
            let row = listed.row();
            self.act_though_halted(move |hub, tx| {
                let row = row.clone();
                Box::pin(async move { hub.replay(tx, &row).await })
            })
            .await?;
            replayed += 1;
            tracing::warn!(erasure = %id, "an erasure was done again: the database was older than it");
        }
        if replayed > 0 {
            self.finish_erasures().await?;
        }
        Ok(replayed)
    }

    async fn replay(&self, tx: &mut Tx, row: &ErasureRow) -> Result<(), ActError> {
        if tx.find_erasure(row.id).await?.is_some() {
            return Ok(());
        }
        if let Some(id) = row.message_id {
            // A message that this backup does not know yet cannot come back from it.
            let message = tx.find_message_by_id(id).await?;
            if let Some(message) = message.filter(|message| message.erased_at.is_none()) {
                self.destroy_content(tx, &message, from_micros(row.made_at)).await?;
            }
        }
        if let Some(mailbox) = row.mailbox_id {
            self.destroy_mailbox(tx, mailbox).await?;
        }
        Ok(tx.insert_erasure(row).await?)
    }

    /// Writes the record of an erasure that has none in this database; false while acts are refused. It is dated now, and says what the first said.
    pub(super) async fn record_replayed(&self, row: &ErasureRow) -> Result<bool, ActError> {
        if self.halted() {
            return Ok(false);
        }
        let row = row.clone();
        self.act(move |hub, tx| {
            let row = row.clone();
            Box::pin(async move {
                let order = Order {
                    reason: row.reason.clone(),
                    number: row.order_number.clone(),
                };
                let (event, jws) = match (row.message_id, row.mailbox_id) {
                    (Some(id), _) => {
                        let Some(message) = tx.find_message_by_id(id).await? else {
                            return Ok(());
                        };
                        let now = hub.now().max(from_micros(message.last_at));
                        let cause = Cause::Order(order.into());
                        (hub.record_erasure(tx, &message, &cause, now).await?, None)
                    }
                    (None, Some(mailbox)) => {
                        let (event, jws) = hub.mailbox_erasure_event(&order, mailbox)?;
                        let id = event.id;
                        tx.insert_events(&[event]).await?;
                        (id, Some(jws))
                    }
                    (None, None) => return Ok(()),
                };
                tx.record_erasure(row.id, event, jws.as_deref()).await?;
                Ok(())
            })
        })
        .await?;
        Ok(true)
    }
}
