//! Our own API, under `/api/v1`: what the contract has no place for. Errors are problem documents (RFC 9457).

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::App;
use super::error::problem;
use super::suomifi::extract::Authenticated;
use crate::domain::id::MessageId;
use crate::hub::ActError;

/// The routes of our API.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/v1/messages/{id}/proof", get(proof))
}

/// The proof of a delivery, for the system that sent or received it.
#[utoipa::path(get, path = "/api/v1/messages/{id}/proof", tag = "evidence",
    params(("id" = i64, Path, description = "The messageId")), responses(
    (status = 200, description = "The proof, to be checked with `tiedoksi verify`", body = serde_json::Value),
    (status = 401, description = "No valid token"),
    (status = 404, description = "No such message for this system")))]
pub async fn proof(
    State(app): State<Arc<App>>,
    Authenticated(sender): Authenticated,
    Path(id): Path<String>,
) -> Response {
    let proof = async {
        app.hub
            .proof_as_sender(&sender, id.parse::<MessageId>().map_err(|_| ActError::NotFound)?)
            .await
    };
    match proof.await {
        Ok(bytes) => proof_file(&id, bytes),
        Err(error) => problem(&error),
    }
}

/// A proof as a file to keep.
pub fn proof_file(id: &str, bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"tiedoksi-proof-{id}.json\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}
