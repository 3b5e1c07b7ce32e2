//! What the program tells of itself: log lines on standard error, metrics for Prometheus on a listener of their own.
//!
//! The line per request comes from the layers of `http`. Never in a line: identity codes, names, titles, bodies, tokens.

use std::io::IsTerminal as _;
use std::net::SocketAddr;

use metrics_exporter_prometheus::{BuildError, PrometheusBuilder};
use tracing_subscriber::EnvFilter;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// For people.
    Human,
    /// One JSON object per line.
    Json,
}

/// Why the program cannot tell of itself.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter of log lines cannot be read.
    #[error("telemetry.filter cannot be read")]
    Filter(#[source] tracing_subscriber::filter::ParseError),
    /// Something else in this process takes the log lines already.
    #[error("log lines are taken elsewhere already")]
    Taken(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The listener for metrics could not be opened.
    #[error("metrics cannot be served on {0}")]
    Metrics(SocketAddr, #[source] BuildError),
}

/// Starts log lines and, with an address, the listener for metrics. Once in a process, within a tokio runtime.
///
/// # Errors
/// See [`TelemetryError`].
pub fn install(filter: &str, lines: Lines, metrics_listen: Option<SocketAddr>) -> Result<(), TelemetryError> {
    let filter = EnvFilter::try_new(filter).map_err(TelemetryError::Filter)?;
    let writer = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match lines {
        Lines::Human => writer.try_init(),
        Lines::Json => writer.json().flatten_event(true).try_init(),
    }
    .map_err(TelemetryError::Taken)?;
    if let Some(address) = metrics_listen {
        PrometheusBuilder::new()
            .with_http_listener(address)
            .install()
            .map_err(|error| TelemetryError::Metrics(address, error))?;
        tracing::info!(%address, "metrics are served");
    }
    Ok(())
}
