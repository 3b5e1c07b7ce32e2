//! Has the newest checkpoint cosigned by the witnesses: the process that seals asks, in rounds, never the sealer itself.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::log;
use crate::hub::{ActError, Hub};

/// Between two rounds: what is sealed meanwhile is cosigned by its newest checkpoint.
const PAUSE: Duration = Duration::from_secs(2);

/// Works until `stop`; at once when there are no witnesses.
pub(super) async fn witness(hub: Arc<Hub>, stop: CancellationToken) {
    if !hub.has_witnesses() {
        return;
    }
    loop {
        match stop.run_until_cancelled(round(&hub)).await {
            None => return,
            Some(Ok(())) => {}
            Some(Err(error)) => log("ask the witnesses", &error),
        }
        if stop.run_until_cancelled(tokio::time::sleep(PAUSE)).await.is_none() {
            return;
        }
    }
}

async fn round(hub: &Hub) -> Result<(), ActError> {
    if hub.leads_log().await? {
        hub.ask_witnesses().await?;
    }
    Ok(())
}
