//! Our own API, under `/api/v1`: what the contract has no place for. Errors are problem documents (RFC 9457).

pub mod bearer;

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};

use self::bearer::CitizenBearer;
use super::App;
use super::client_addr::ClientAddr;
use super::error::{problem, problem_document};
use super::suomifi::extract::token;
use crate::domain::id::MessageId;
use crate::domain::principal::Sender;
use crate::hub::ActError;

/// The routes of our API.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/messages/{id}/proof", get(proof))
        .route("/api/v1/mailbox/messages/{id}/proof", get(own_proof))
        .method_not_allowed_fallback(wrong_method)
        .route("/api", any(unknown_path))
        .route("/api/", any(unknown_path))
        .route("/api/{*unknown}", any(unknown_path))
}

/// A path of an API whose errors are problem documents that leads nowhere.
pub(super) async fn unknown_path() -> Response {
    problem_document(StatusCode::NOT_FOUND, "There is no such path.")
}

/// A method that a path of such an API does not take.
pub(super) async fn wrong_method() -> Response {
    problem_document(
        StatusCode::METHOD_NOT_ALLOWED,
        "This path does not take this method. The Allow header names those it takes.",
    )
}

/// A system with a valid token, as the sender API knows it; a refusal is a problem document.
pub struct Caller(pub Arc<Sender>);

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let Ok(ClientAddr(from)) = ClientAddr::from_request_parts(parts, app).await;
        let token = token(parts).ok_or_else(|| problem(&ActError::NotLoggedIn))?;
        let sender = app.hub.sender(token, from).await;
        sender.map(Self).map_err(|error| problem(&error))
    }
}

/// A problem document (RFC 9457).
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes what `problem_document` writes")]
pub struct Problem {
    /// Always `about:blank`: the status says it.
    #[schema(rename = "type")]
    kind: String,
    /// The status in words.
    title: String,
    /// The status.
    status: u16,
    /// What to do.
    detail: String,
    /// Tells a refusal from others of its status, where there are several.
    code: Option<String>,
}

/// The proof of a delivery, for the system that sent or received it.
#[utoipa::path(get, path = "/api/v1/messages/{id}/proof", tag = "evidence",
    params(("id" = i64, Path, minimum = 1, maximum = 9007199254740991i64, description = "The messageId")), responses(
    (status = 200, description = "The proof, to be checked with `tiedoksi verify`", body = serde_json::Value),
    (status = 401, description = "No valid token", body = Problem, content_type = "application/problem+json"),
    (status = 403, description = "The system may not call from this address", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such message for this system", body = Problem, content_type = "application/problem+json"),
    (status = 405, description = "Another method than those of the Allow header", body = Problem, content_type = "application/problem+json",
        headers(("Allow" = String, description = "The methods that this path takes"))),
    (status = 503, description = "Busy; repeat", body = Problem, content_type = "application/problem+json",
        headers(("Retry-After" = i64, description = "Seconds")))))]
pub async fn proof(
    State(app): State<Arc<App>>,
    Caller(sender): Caller,
    id: Result<Path<String>, PathRejection>,
) -> Response {
    // What is not UTF-8 is no message's id.
    let id = id.map(|Path(id)| id).unwrap_or_default();
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

/// The proof of a delivery, for the person in whose mailbox it lies. Before receipt is confirmed it says nothing of the content.
#[utoipa::path(get, path = "/api/v1/mailbox/messages/{id}/proof", tag = "mailbox", security(("citizen" = [])),
    params(("id" = i64, Path, minimum = 1, maximum = 9007199254740991i64, description = "The messageId")), responses(
    (status = 200, description = "The proof, to be checked with `tiedoksi verify`", body = serde_json::Value),
    (status = 401, description = "No valid access token, or one of too weak a login; `code` says which", body = Problem, content_type = "application/problem+json",
        headers(("WWW-Authenticate" = String, description = "RFC 6750, RFC 9470"))),
    (status = 404, description = "No such message in the mailbox", body = Problem, content_type = "application/problem+json"),
    (status = 405, description = "Another method than those of the Allow header", body = Problem, content_type = "application/problem+json",
        headers(("Allow" = String, description = "The methods that this path takes"))),
    (status = 503, description = "Busy; repeat", body = Problem, content_type = "application/problem+json",
        headers(("Retry-After" = i64, description = "Seconds")))))]
pub async fn own_proof(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    id: Result<Path<String>, PathRejection>,
) -> Response {
    let id = id.map(|Path(id)| id).unwrap_or_default();
    let proof = async {
        app.hub
            .proof_as_citizen(&citizen, id.parse::<MessageId>().map_err(|_| ActError::NotFound)?)
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
