//! One line of log for each request, and the `traceId` that ties an answer to it.
//!
//! The line holds method, route, status and time: never a query string (it may carry tokens and login hints), never an identity.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::hub::Hub;

/// Gives the request its `traceId` and logs its line.
pub async fn trace(State(hub): State<Arc<Hub>>, request: Request, next: Next) -> Response {
    let trace_id = hub.trace_id();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str)
        .to_owned();
    let began = Instant::now();
    let span = tracing::info_span!("request", %trace_id);
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status().as_u16(), began.elapsed());
    span.in_scope(|| tracing::info!(%method, route, status, ms = took.as_secs_f64() * 1000.0, "request"));
    metrics::histogram!("tiedoksi_request_seconds", "route" => route, "status" => status.to_string())
        .record(took.as_secs_f64());
    if let Ok(value) = HeaderValue::from_str(&trace_id) {
        response.headers_mut().insert("traceid", value);
    }
    response
}
