//! `POST /add-checkpoint`: the door of a witness (C2SP tlog-witness). It is all that `tiedoksi witness` serves; the hub has no such door.
//!
//! Anyone may ask: what counts is the log's signature on the checkpoint. Bodies are small and come in time, or are refused.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;

use super::patience::{Patience, timely};
use crate::witness::{Refusal, Witness};

/// Most bytes of a body: 63 hashes, and a checkpoint with many signatures.
const MOST_BYTES: usize = 64 * 1024;

/// A body comes in seconds, or not at all.
const PATIENCE: Patience = Patience {
    pause: Duration::from_secs(10),
    least: 16 * 1024,
};

/// The door.
pub fn router(witness: Arc<Witness>) -> Router {
    let routes = Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(witness);
    timely(routes, PATIENCE, || StatusCode::REQUEST_TIMEOUT.into_response())
}

async fn add_checkpoint(State(witness): State<Arc<Witness>>, body: Result<Bytes, BytesRejection>) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return (rejection.status(), "the body is too large, or broke off\n").into_response(),
    };
    // The disk is waited for, so the work is done beside the threads that answer.
    match tokio::task::spawn_blocking(move || witness.add_checkpoint(&body)).await {
        Ok(Ok(line)) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], line).into_response(),
        Ok(Err(refusal)) => refused(&refusal),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a submission failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn refused(refusal: &Refusal) -> Response {
    let status = match refusal {
        Refusal::Malformed => StatusCode::BAD_REQUEST,
        Refusal::UnknownLog => StatusCode::NOT_FOUND,
        Refusal::NotSigned => StatusCode::FORBIDDEN,
        Refusal::WrongProof(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::Conflict(size) => {
            let kind = [(header::CONTENT_TYPE, "text/x.tlog.size")];
            return (StatusCode::CONFLICT, kind, format!("{size}\n")).into_response();
        }
        Refusal::Memory(error) => {
            tracing::error!(error = error as &dyn std::error::Error, "the witness cannot remember");
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    tracing::info!(status = status.as_u16(), reason = %refusal, "refused");
    (status, format!("{refusal}\n")).into_response()
}
