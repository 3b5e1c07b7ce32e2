//! Works on the exports of ranges that auditors asked for: one at a time, part by part.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::log;
use crate::hub::{ActError, Hub};

/// How often it is looked for what another process left, or was asked at another one.
const POLL: Duration = Duration::from_secs(5);

/// Works until `stop`; what is not done then another process, or the next start, goes on with.
pub(super) async fn export(hub: Arc<Hub>, stop: CancellationToken) {
    loop {
        if let Err(error) = work(&hub, &stop).await {
            log("export a range", &error);
        }
        let wait = hub.wait_for_exports(POLL);
        if stop.run_until_cancelled(wait).await.is_none() {
            return;
        }
    }
}

async fn work(hub: &Arc<Hub>, stop: &CancellationToken) -> Result<(), ActError> {
    while !stop.is_cancelled()
        && let Some(mut export) = hub.claim_export().await?
    {
        while export.step().await? {
            if stop.is_cancelled() {
                return export.give_back().await;
            }
        }
    }
    Ok(())
}
