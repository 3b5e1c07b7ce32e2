//! The proof of a delivery, as a file to keep: for the system that sent it, and for the person in whose mailbox it lies.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::Caller;
use super::bearer::CitizenBearer;
use super::request::{InLanguage, Named};
use crate::domain::id::MessageId;
use crate::evidence::bundle::{EXTENSION, MEDIA_TYPE};
use crate::http::App;
use crate::http::error::problem;
use crate::hub::ActError;

/// The proof of a delivery, for the system that sent or received it.
#[utoipa::path(get, path = "/api/v1/messages/{id}/proof", tag = "evidence",
    params(("id" = i64, Path, minimum = 1, maximum = 9007199254740991i64, description = "The messageId")), responses(
    (status = 200, description = "The proof, to be checked with `tiedoksi verify`", body = serde_json::Value),
    (status = 401, description = "No valid token", body = super::Problem, content_type = "application/problem+json"),
    (status = 403, description = "The system may not call from this address", body = super::Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such message for this system", body = super::Problem, content_type = "application/problem+json"),
    (status = 405, description = "Another method than those of the Allow header", body = super::Problem, content_type = "application/problem+json",
        headers(("Allow" = String, description = "The methods that this path takes"))),
    (status = 503, description = "Busy; repeat", body = super::Problem, content_type = "application/problem+json",
        headers(("Retry-After" = i64, description = "Seconds")))))]
pub async fn of_system(
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
#[utoipa::path(get, path = "/api/v1/mailbox/messages/{id}/proof", tag = "evidence", security(("citizen" = [])),
    params(("id" = i64, Path, minimum = 1, maximum = 9007199254740991i64, description = "The messageId")), responses(
    (status = 200, description = "The proof, to be checked with `tiedoksi verify`", body = serde_json::Value),
    (status = 401, description = "No valid access token, or one of too weak a login; `code` says which", body = super::Problem, content_type = "application/problem+json",
        headers(("WWW-Authenticate" = String, description = "RFC 6750, RFC 9470"))),
    (status = 404, description = "No such message in the mailbox", body = super::Problem, content_type = "application/problem+json"),
    (status = 405, description = "Another method than those of the Allow header", body = super::Problem, content_type = "application/problem+json",
        headers(("Allow" = String, description = "The methods that this path takes"))),
    (status = 503, description = "Busy; repeat", body = super::Problem, content_type = "application/problem+json",
        headers(("Retry-After" = i64, description = "Seconds")))))]
pub async fn of_citizen(
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

/// The proof of a delivery as a signed container (ASiC-E), for the system that sent or received it.
///
/// To be checked with `openssl`, `jose` and a shell as `VERIFY.md` in it says, or with `tiedoksi verify`.
#[utoipa::path(get, path = "/api/v1/messages/{id}/bundle", tag = "evidence",
    params(("id" = i64, Path, minimum = 1, maximum = 9007199254740991i64, description = "The messageId"),
           ("language" = Option<super::view::LanguageName>, Query, description = "Of the receipt in it; `fi` when left out")), responses(
    (status = 200, description = "The container", body = Vec<u8>, content_type = "application/vnd.etsi.asic-e+zip"),
    (status = 400, description = "No such language", body = super::Problem, content_type = "application/problem+json"),
    (status = 401, description = "No valid token", body = super::Problem, content_type = "application/problem+json"),
    (status = 403, description = "The system may not call from this address", body = super::Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such message for this system", body = super::Problem, content_type = "application/problem+json"),
    (status = 405, description = "Another method than those of the Allow header", body = super::Problem, content_type = "application/problem+json",
        headers(("Allow" = String, description = "The methods that this path takes"))),
    (status = 503, description = "Busy, or the newest event is not in the log yet; repeat", body = super::Problem, content_type = "application/problem+json",
        headers(("Retry-After" = i64, description = "Seconds")))))]
pub async fn bundle_of_system(
    State(app): State<Arc<App>>,
    Caller(sender): Caller,
    Named(id): Named<MessageId>,
    InLanguage(language): InLanguage,
) -> Result<Response, Response> {
    let bundle = app.hub.bundle_as_sender(&sender, id, language).await;
    Ok(bundle_file(id, bundle.map_err(|error| problem(&error))?))
}

/// The proof of a delivery as a signed container (ASiC-E), for the person in whose mailbox it lies. Before receipt is confirmed it says nothing
/// of the content.
#[utoipa::path(get, path = "/api/v1/mailbox/messages/{id}/bundle", tag = "evidence", security(("citizen" = [])),
    params(("id" = i64, Path, minimum = 1, maximum = 9007199254740991i64, description = "The messageId"),
           ("language" = Option<super::view::LanguageName>, Query, description = "Of the receipt in it; `fi` when left out")), responses(
    (status = 200, description = "The container", body = Vec<u8>, content_type = "application/vnd.etsi.asic-e+zip"),
    (status = 400, description = "No such language", body = super::Problem, content_type = "application/problem+json"),
    (status = 401, description = "No valid access token, or one of too weak a login; `code` says which", body = super::Problem, content_type = "application/problem+json",
        headers(("WWW-Authenticate" = String, description = "RFC 6750, RFC 9470"))),
    (status = 404, description = "No such message in the mailbox", body = super::Problem, content_type = "application/problem+json"),
    (status = 405, description = "Another method than those of the Allow header", body = super::Problem, content_type = "application/problem+json",
        headers(("Allow" = String, description = "The methods that this path takes"))),
    (status = 503, description = "Busy, or the newest event is not in the log yet; repeat", body = super::Problem, content_type = "application/problem+json",
        headers(("Retry-After" = i64, description = "Seconds")))))]
pub async fn bundle_of_citizen(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    Named(id): Named<MessageId>,
    InLanguage(language): InLanguage,
) -> Result<Response, Response> {
    let bundle = app.hub.bundle_as_citizen(&citizen, id, language).await;
    Ok(bundle_file(id, bundle.map_err(|error| problem(&error))?))
}

/// A proof as a file to keep.
pub fn proof_file(id: &str, bytes: Vec<u8>) -> Response {
    file(bytes, "application/json", &format!("tiedoksi-proof-{id}.json"))
}

/// A proof as a signed container to keep.
pub fn bundle_file(id: MessageId, bytes: Vec<u8>) -> Response {
    file(bytes, MEDIA_TYPE, &format!("tiedoksi-proof-{id}.{EXTENSION}"))
}

/// A file that proves, to keep.
pub(super) fn file(bytes: Vec<u8>, media_type: &'static str, name: &str) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}
