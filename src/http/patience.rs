//! How slow a client may be, in sending a request's body and in taking an archive.
//!
//! Guarantees: one that keeps the least speed is waited for, however large the whole is; one that pauses for too long, or trickles, is given up, and
//! what it held is free again. Only the time spent waiting for the client counts, by the machine's own clock. Leaves out: the heads of requests and
//! connections that say nothing (`cli::serve`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use futures::{StreamExt as _, stream};
use tokio::time::{Instant, timeout};

/// How long the hub waits for a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// The longest pause, and how far the client may fall behind the least speed in all.
    pub pause: Duration,
    /// The least speed, in bytes a second.
    pub least: u32,
}

impl Patience {
    /// A minute, in which any form and any JSON comes, and from there on what a phone takes in a place with poor reception: 16 KiB a second, so
    /// that an upload of 10 MiB may take eleven minutes. Our choice.
    pub const USUAL: Self = Self {
        pause: Duration::from_secs(60),
        least: 16 * 1024,
    };
}

/// What a client has passed on, and how long it was waited for.
#[derive(Debug)]
pub(super) struct Pace {
    patience: Patience,
    bytes: usize,
    waited: Duration,
}

impl Pace {
    pub(super) const fn new(patience: Patience) -> Self {
        Self {
            patience,
            bytes: 0,
            waited: Duration::ZERO,
        }
    }

    /// Waits for the client to do this; none when it is too slow.
    pub(super) async fn wait<T>(&mut self, what: impl Future<Output = T>) -> Option<T> {
        let begun = Instant::now();
        let done = timeout(self.left(), what).await.ok();
        self.waited += begun.elapsed();
        done
    }

    /// Notes that so many bytes have passed.
    pub(super) const fn passed(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes);
    }

    fn left(&self) -> Duration {
        let Patience { pause, least } = self.patience;
        let seconds = self.bytes as u64 / u64::from(least.max(1));
        (pause + Duration::from_secs(seconds))
            .saturating_sub(self.waited)
            .min(pause)
    }
}

/// The error with which a body ends that came too slowly.
#[derive(Debug, thiserror::Error)]
#[error("the client was too slow")]
struct TooSlow;

/// Routes that give up a body which comes too slowly: to the handler it has broken off, and the caller is answered by `answer`, which is the 408 of
/// this door.
pub fn timely<S>(routes: Router<S>, patience: Patience, answer: fn() -> Response) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    routes.layer(from_fn_with_state((patience, answer), give_up))
}

async fn give_up(
    State((patience, answer)): State<(Patience, fn() -> Response)>,
    request: Request,
    next: Next,
) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let late = Arc::new(AtomicBool::new(false));
    let response = next
        .run(request.map(|body| paced(body, patience, Arc::clone(&late))))
        .await;
    match late.load(Ordering::Relaxed) && !response.status().is_success() {
        true => answer(),
        false => response,
    }
}

fn paced(body: Body, patience: Patience, late: Arc<AtomicBool>) -> Body {
    let state = (body.into_data_stream(), Pace::new(patience), late);
    Body::from_stream(stream::try_unfold(state, |(mut body, mut pace, late)| async move {
        let Some(next) = pace.wait(body.next()).await else {
            late.store(true, Ordering::Relaxed);
            return Err(axum::Error::new(TooSlow));
        };
        let Some(bytes) = next.transpose()? else {
            return Ok(None);
        };
        pace.passed(bytes.len());
        Ok(Some((bytes, (body, pace, late))))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience = Patience {
        pause: Duration::from_secs(60),
        least: 100,
    };

    fn left(bytes: usize, waited: u64) -> u64 {
        let waited = Duration::from_secs(waited);
        Pace {
            bytes,
            waited,
            ..Pace::new(PATIENCE)
        }
        .left()
        .as_secs()
    }

    #[test]
    fn no_pause_is_longer_and_the_least_speed_is_kept_on_the_whole() {
        assert_eq!(left(0, 0), 60);
        assert_eq!(left(1_000_000, 0), 60, "however much came before");
        assert_eq!(left(29, 58), 2, "who trickles");
        assert_eq!(left(29, 61), 0);
        assert_eq!(left(5_000_000, 50_000), 60, "who keeps the least speed");
        assert_eq!(left(5_000_000, 50_050), 10, "who falls behind");
    }

    #[tokio::test]
    async fn what_the_client_does_in_time_is_told_and_the_time_counted() {
        let mut pace = Pace::new(Patience {
            pause: Duration::from_millis(20),
            least: 1,
        });
        assert_eq!(pace.wait(async { 7 }).await, Some(7));
        assert_eq!(pace.wait(std::future::pending::<()>()).await, None);
        assert_eq!(pace.left(), Duration::ZERO);
    }
}
