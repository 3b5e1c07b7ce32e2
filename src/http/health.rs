//! Whether the process lives, and whether it can serve; for supervisors and load balancers, without login.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;

use super::App;
use crate::hub::Hub;

/// `/health/live` and `/health/ready`.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
}

async fn live() -> &'static str {
    "live\n"
}

#[derive(Serialize)]
struct Part {
    name: &'static str,
    ready: bool,
}

#[derive(Serialize)]
struct Answer {
    ready: bool,
    parts: Vec<Part>,
}

async fn ready(State(app): State<Arc<App>>) -> Response {
    let parts = parts(&app.hub).await;
    let ready = parts.iter().all(|part| part.ready);
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(Answer { ready, parts })).into_response()
}

async fn parts(hub: &Hub) -> Vec<Part> {
    let database = match hub.db.read().await {
        Ok(mut tx) => tx.ping().await.is_ok(),
        Err(_) => false,
    };
    vec![Part {
        name: "database",
        ready: database,
    }]
}
