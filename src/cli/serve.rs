//! `tiedoksi serve`: listening, TLS, workers, and the way out.
//!
//! Guarantees: asked to stop (SIGTERM, SIGINT), the hub takes no new connection, finishes what it answers and ends within ten seconds with exit
//! code 0. What a request was told is durable does not depend on that: a kill loses nothing either.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::build::{Built, build};
use super::{ConfigFile, demo};
use crate::config::{Config, LogFormat, Server};
use crate::domain::time::{Clock, SystemClock};
use crate::http::client_addr::{self, Peers};
use crate::http::idp::{self, DemoPerson};
use crate::http::patience::timely;
use crate::telemetry::Lines;
use crate::{http, telemetry, worker};

/// How long answers under way may take after a signal.
const GRACE: Duration = Duration::from_secs(7);
/// How long the workers and the database may take after that.
const LAST_STEPS: Duration = Duration::from_secs(2);
/// How long a new connection may say nothing.
const FIRST_REQUEST: Duration = Duration::from_secs(15);
/// How long the head of a request may take, and how long a kept connection may lie idle before the next.
const HEAD: Duration = Duration::from_secs(30);
/// How long an answer may lie before a client that takes nothing of it.
const UNTAKEN: Duration = Duration::from_secs(90);

/// From where plain http is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlainHttp {
    /// From this machine and the trusted proxies.
    ProxiesOnly,
    /// From anywhere: the demo, which warns of it.
    Anywhere,
}

/// Serves until a signal.
pub(super) async fn serve(at: ConfigFile) -> anyhow::Result<()> {
    let config = at.load()?;
    let lines = match config.telemetry.format {
        LogFormat::Human => Lines::Human,
        LogFormat::Json => Lines::Json,
    };
    telemetry::install(&config.telemetry.filter, lines, config.server.metrics_listen)?;
    let listener = bind(config.server.listen)?;
    let built = build(&config, Arc::new(SystemClock)).await?;
    run(&config, PlainHttp::ProxiesOnly, listener, built, Router::new(), || {
        Ok(())
    })
    .await
}

/// Opens the listener, so that its port is known before anything else is built.
pub(super) fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).with_context(|| format!("{address} cannot be listened on"))?;
    listener.set_nonblocking(true)?;
    give_up_after(&listener, UNTAKEN)?;
    Ok(listener)
}

/// Has the system end each connection of the listener whose client takes nothing for so long, also one that is alive: otherwise what waits for it would
/// be held for as long as it likes. Connections have it from their listener (tcp(7), `TCP_USER_TIMEOUT`).
fn give_up_after(listener: &TcpListener, untaken: Duration) -> anyhow::Result<()> {
    let milliseconds = u32::try_from(untaken.as_millis())?;
    Ok(rustix::net::sockopt::set_tcp_user_timeout(listener, milliseconds)?)
}

/// The demo's identity provider, under the path of its issuer.
pub(super) fn demo_provider(known: demo::Registration<'_>, clock: Arc<dyn Clock>) -> anyhow::Result<Router> {
    let person = |it: &demo::sample::Person| {
        let (given, family) = it.name.split_once(' ').unwrap_or((it.name, ""));
        DemoPerson {
            id: it.id.to_owned(),
            name: it.name.to_owned(),
            given_names: given.to_owned(),
            family_name: family.to_owned(),
            extra_claims: [("roles".to_owned(), serde_json::json!(demo::sample::roles(it)))]
                .into_iter()
                .collect(),
        }
    };
    Ok(idp::demo_provider(
        known.issuer,
        known.client_id.to_owned(),
        known.client_secret.to_owned(),
        known.redirect_urls,
        demo::sample::everyone().map(person).collect(),
        clock,
    )?)
}

/// Serves `built`, and `beside` it, until a signal. `ready` is called when requests are taken.
pub(super) async fn run(
    config: &Config,
    plain: PlainHttp,
    listener: TcpListener,
    built: Built,
    beside: Router,
    ready: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    let tls = tls(&config.server).await?;
    let peers = Peers {
        trusted: config.server.trusted_proxies.clone().into(),
        alone: plain == PlainHttp::ProxiesOnly && tls.is_none() && !address.ip().is_loopback(),
    };
    let beside = timely(beside, built.app.patience, || {
        StatusCode::REQUEST_TIMEOUT.into_response()
    });
    let service = http::router(Arc::clone(&built.app))
        .merge(beside)
        .layer(axum::middleware::from_fn_with_state(peers, client_addr::resolve))
        .into_make_service_with_connect_info::<SocketAddr>();
    let handle = Handle::new();
    let stopping = tokio::spawn(stop_on_signal(handle.clone())?);
    if let Err(error) = built.hub.prepare_log().await {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "the log cannot be compared with its second place: acts wait for it"
        );
        built.hub.halt();
    }
    let replayed = built.hub.replay_erasures().await;
    replayed.context("what was erased cannot be told: the list of erasures in the object store must be readable")?;
    if let Err(error) = built.hub.finish_erasures().await {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "an erasure that was broken off is not finished yet: it is tried again each minute"
        );
    }
    let stop_workers = CancellationToken::new();
    let mut workers = worker::start(&built.hub, &stop_workers);
    let base_url = config.server.base_url.as_ref().map(Url::as_str).unwrap_or_default();
    tracing::info!(%address, base_url, tls = tls.is_some(), database = built.db.kind(), "listening");
    let server = async {
        match tls {
            Some(tls) => {
                let mut server = axum_server::from_tcp_rustls(listener, tls)?.handle(handle);
                bound_heads(server.http_builder());
                server.first_request_timeout(FIRST_REQUEST).serve(service).await
            }
            None => {
                let mut server = axum_server::from_tcp(listener)?.handle(handle);
                bound_heads(server.http_builder());
                server.first_request_timeout(FIRST_REQUEST).serve(service).await
            }
        }
    };
    // The listener is open already: a connection made now waits for its answer, so "ready" is true.
    ready()?;
    let served = server.await;
    stopping.abort();
    let last_steps = async {
        stop_workers.cancel();
        while workers.join_next().await.is_some() {}
        built.close().await;
    };
    if tokio::time::timeout(LAST_STEPS, last_steps).await.is_err() {
        tracing::warn!("the workers did not end in time; nothing is lost");
    }
    tracing::info!("stopped");
    served.context("the server failed")
}

/// Serves these routes and nothing else until a signal.
pub(super) async fn serve_alone(listener: TcpListener, routes: Router) -> anyhow::Result<()> {
    let handle = Handle::new();
    let stopping = tokio::spawn(stop_on_signal(handle.clone())?);
    let mut server = axum_server::from_tcp(listener)?.handle(handle);
    bound_heads(server.http_builder());
    let served = server
        .first_request_timeout(FIRST_REQUEST)
        .serve(routes.into_make_service())
        .await;
    stopping.abort();
    served.context("the server failed")
}

fn bound_heads(builder: &mut Builder<TokioExecutor>) {
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
}

async fn tls(server: &Server) -> anyhow::Result<Option<RustlsConfig>> {
    let (Some(certificate), Some(key)) = (&server.tls_certificate, &server.tls_key) else {
        return Ok(None);
    };
    let config = RustlsConfig::from_pem_file(certificate, key)
        .await
        .with_context(|| format!("{} with {}", certificate.display(), key.display()))?;
    Ok(Some(config))
}

/// Signals are caught from the call on, not from the first poll.
fn stop_on_signal(handle: Handle<SocketAddr>) -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        handle.graceful_shutdown(Some(GRACE));
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn a_client_that_takes_nothing_loses_its_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        give_up_after(&listener, Duration::from_millis(500)).unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut server, _) = listener.accept().unwrap();
        let error = loop {
            if let Err(error) = server.write_all(&[0; 64 * 1024]) {
                break error;
            }
        };
        assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
        drop(client);
    }
}
