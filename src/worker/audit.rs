//! Follows the log for auditors, so that what they search is a few seconds old at most.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::log;
use crate::hub::Hub;

/// How often it is looked whether the log went on.
const POLL: Duration = Duration::from_secs(5);
/// Between two steps, so that acts get their turn while much is followed.
const PAUSE: Duration = Duration::from_millis(20);

/// Works until `stop`.
pub(super) async fn audit(hub: Arc<Hub>, stop: CancellationToken) {
    loop {
        let wait = match stop.run_until_cancelled(hub.follow_log()).await {
            None => return,
            Some(Ok(0)) => POLL,
            Some(Ok(_)) => PAUSE,
            Some(Err(error)) => {
                log("follow the log for auditors", &error);
                POLL
            }
        };
        if stop.run_until_cancelled(tokio::time::sleep(wait)).await.is_none() {
            return;
        }
    }
}
