//! Has the log's checkpoints stamped, where a time-stamping authority is configured.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::log;
use crate::hub::Hub;

/// How often it is looked whether a stamp is due; that it is once a minute at most is the hub's business.
const POLL: Duration = Duration::from_secs(5);

/// Works until `stop`. Apart from the sealer and the sweeps, which must not wait for an authority that is slow.
pub(super) async fn stamp(hub: Arc<Hub>, stop: CancellationToken) {
    loop {
        match stop.run_until_cancelled(hub.stamp()).await {
            None => return,
            Some(Ok(_)) => {}
            Some(Err(error)) => log("stamp the log", &error),
        }
        if stop.run_until_cancelled(tokio::time::sleep(POLL)).await.is_none() {
            return;
        }
    }
}
