//! What runs beside the doors: the sealer, the asking of witnesses, the time stamps, the printing of letters, outgoing mail, the indexing of mailboxes,
//! the exports of ranges, the following of the log for auditors, and the sweeps that read from state what is due.
//!
//! Every sweep is idempotent and may run in several processes at once. A failure is logged, and the next turn tries again.

mod audit;
mod export;
mod index;
mod mail;
mod print;
mod stamp;
mod witness;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::hub::{ActError, Hub, seal};

/// How long the sealer waits for a commit of another process.
const POLL: Duration = Duration::from_millis(200);
/// Between two batches under load: a batch of many costs as much as a batch of one.
const PAUSE: Duration = Duration::from_millis(50);
/// Between two looks whether a log that was halted can go on: the newer database was restored, or the log restarted.
const HALTED: Duration = Duration::from_secs(2);
/// Between two turns of the sweeps.
const MINUTE: Duration = Duration::from_secs(60);

/// Starts the workers; they end when `stop` is cancelled.
pub fn start(hub: &Arc<Hub>, stop: &CancellationToken) -> JoinSet<()> {
    let mut workers = JoinSet::new();
    workers.spawn(seal(Arc::clone(hub), stop.clone()));
    workers.spawn(stamp::stamp(Arc::clone(hub), stop.clone()));
    workers.spawn(sweep(Arc::clone(hub), stop.clone()));
    workers.spawn(print::print(Arc::clone(hub), stop.clone()));
    workers.spawn(mail::mail(Arc::clone(hub), stop.clone()));
    workers.spawn(witness::witness(Arc::clone(hub), stop.clone()));
    workers.spawn(audit::audit(Arc::clone(hub), stop.clone()));
    workers.spawn(export::export(Arc::clone(hub), stop.clone()));
    workers.spawn(index::index(Arc::clone(hub), stop.clone()));
    workers
}

async fn seal(hub: Arc<Hub>, stop: CancellationToken) {
    while let Err(error) = hub.prepare_log().await {
        log("prepare the log", &error);
        if stop
            .run_until_cancelled(tokio::time::sleep(Duration::from_secs(1)))
            .await
            .is_none()
        {
            return;
        }
    }
    let mut lease: Option<(i64, Instant)> = None;
    while !stop.is_cancelled() {
        if hub.halted() {
            lease = None;
            stop.run_until_cancelled(tokio::time::sleep(HALTED)).await;
            if let Err(error) = hub.prepare_log().await {
                log("prepare the log", &error);
            }
            continue;
        }
        if lease.is_none_or(|(_, since)| since.elapsed() > seal::LEASE / 3) {
            lease = match hub.lease_log().await {
                Ok(fence) => fence.map(|fence| (fence, Instant::now())),
                Err(error) => {
                    log("lease the log", &error);
                    None
                }
            };
        }
        let wait = match lease {
            None => Duration::from_secs(1),
            Some((fence, _)) => match hub.seal_batch(fence).await {
                Ok(0) => {
                    stop.run_until_cancelled(hub.wait_for_commit(POLL)).await;
                    continue;
                }
                Ok(_) => PAUSE,
                Err(error) => {
                    log("seal", &error);
                    lease = None;
                    Duration::from_millis(500)
                }
            },
        };
        stop.run_until_cancelled(tokio::time::sleep(wait)).await;
    }
    if let Err(error) = hub.release_log().await {
        log("release the log", &error);
    }
}

async fn sweep(hub: Arc<Hub>, stop: CancellationToken) {
    loop {
        if stop.run_until_cancelled(tokio::time::sleep(MINUTE)).await.is_none() {
            return;
        }
        turn(&hub).await;
    }
}

/// One turn of every sweep.
pub async fn turn(hub: &Hub) {
    let done = [
        ("record expired confirmations", hub.sweep_unconfirmed().await),
        ("remove deleted messages", hub.sweep_deleted().await),
        ("tally", hub.tally().await),
        ("erase content", hub.sweep_content().await),
        ("end evidence", hub.sweep_evidence().await),
        ("finish erasures", hub.finish_erasures().await),
        ("sweep drafts", hub.sweep_drafts().await),
        ("sweep uploads", hub.sweep_uploads().await),
        ("sweep exports", hub.sweep_exports().await),
        ("sweep the spool", hub.sweep_spool().await),
        ("sweep sessions", hub.sweep_sessions().await),
        ("sweep used assertions", hub.sweep_assertions().await),
    ];
    for (what, result) in done {
        match result {
            Ok(0) => {}
            Ok(count) => tracing::info!(what, count, "swept"),
            Err(error) => log(what, &error),
        }
    }
}

fn log(what: &'static str, error: &ActError) {
    tracing::error!(
        what,
        error = error as &dyn std::error::Error,
        "a worker failed and will try again"
    );
}
