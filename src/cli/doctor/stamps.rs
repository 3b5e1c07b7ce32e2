//! The time-stamping authority: whether it gives time stamps that hold, and what time it says it is.

use anyhow::{Context as _, ensure};
use jiff::{SignedDuration, Timestamp};
use ring::rand::SystemRandom;

use super::Finding;
use crate::cli::build;
use crate::config::Config;

/// The authority's clock and ours may differ by this much.
const SAME_TIME: SignedDuration = SignedDuration::from_secs(30);

/// Asks for one time stamp, over a word of our own.
pub(super) async fn come(config: &Config, now: Timestamp) -> Finding {
    let Some(tsa) = build::tsa(config)? else {
        return Ok("none: the log's times are this machine's alone".to_owned());
    };
    let stamp = tsa
        .stamp(b"tiedoksi doctor", &SystemRandom::new())
        .await
        .context("timestamp: is timestamp.url right, does the authority know us, and do its certificates come from timestamp.ca_file?")?
        .stamp;
    ensure!(
        stamp.time.duration_since(now).abs() <= SAME_TIME,
        "timestamp: the authority says it is {:.0}, this machine {now:.0}: keep the clock right (chrony)",
        stamp.time
    );
    Ok(format!("{} gives time stamps that hold", stamp.authority))
}
