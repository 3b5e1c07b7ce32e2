//! Sends what waits in the outbox.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::log;
use crate::hub::Hub;

/// How long a mail waits at most before it is first tried.
const POLL: Duration = Duration::from_secs(1);
/// After the outbox itself failed.
const AGAIN: Duration = Duration::from_secs(5);

/// Works until `stop`. A mail in the midst of being sent is sent again by the next process.
pub(super) async fn mail(hub: Arc<Hub>, stop: CancellationToken) {
    loop {
        let wait = match stop.run_until_cancelled(hub.send_mail()).await {
            None => return,
            Some(Ok(0)) => POLL,
            Some(Ok(_)) => continue,
            Some(Err(error)) => {
                log("send mail", &error);
                AGAIN
            }
        };
        if stop.run_until_cancelled(tokio::time::sleep(wait)).await.is_none() {
            return;
        }
    }
}
