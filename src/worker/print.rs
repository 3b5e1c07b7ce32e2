//! Lays accepted letters into the spool.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::log;
use crate::hub::Hub;

/// How long an accepted letter waits at most before it is composed.
const POLL: Duration = Duration::from_secs(1);
/// Before letters that could not be laid down are tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Works until `stop`.
pub(super) async fn print(hub: Arc<Hub>, stop: CancellationToken) {
    if let Err(error) = hub.retry_failed_letters().await {
        log("take up letters again", &error);
    }
    if let Err(error) = hub.sweep_spool().await {
        log("sweep the spool", &error);
    }
    loop {
        let wait = match stop.run_until_cancelled(hub.spool_letters()).await {
            None => return,
            Some(Ok(0)) => POLL,
            Some(Ok(_)) => AGAIN,
            Some(Err(error)) => {
                log("spool letters", &error);
                AGAIN
            }
        };
        if stop.run_until_cancelled(tokio::time::sleep(wait)).await.is_none() {
            return;
        }
    }
}
