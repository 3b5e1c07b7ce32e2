//! Indexes the mailboxes whose owners are there, one after the other, until nothing of them is left.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::log;
use crate::domain::id::MailboxId;
use crate::hub::{ActError, Hub};

/// Runs until `stop`. What is not done then is done when the owner is there next.
pub(super) async fn index(hub: Arc<Hub>, stop: CancellationToken) {
    while let Some(Some(mailbox)) = stop.run_until_cancelled(hub.next_to_index()).await {
        match index_all(&hub, mailbox, &stop).await {
            // The owner looks at another page, or searches, and it is tried again.
            Ok(()) | Err(ActError::Busy | ActError::Halted) => {}
            Err(error) => log("index a mailbox", &error),
        }
    }
}

async fn index_all(hub: &Hub, mailbox: MailboxId, stop: &CancellationToken) -> Result<(), ActError> {
    while !stop.is_cancelled() && hub.index_step(mailbox).await? {}
    Ok(())
}
