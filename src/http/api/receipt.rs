//! The receipt of a delivery: its proof as people read it, for the system that sent it and for the person in whose mailbox it lies.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::Caller;
use super::bearer::CitizenBearer;
use super::proof::file;
use super::request::{InLanguage, Named};
use crate::domain::id::MessageId;
use crate::evidence::receipt::MEDIA_TYPE;
use crate::http::App;
use crate::http::error::problem;

/// The receipt of a delivery, for the system that sent or received it: a PDF (PDF/A-3, PDF/UA) with the proof embedded as `proof.json`.
///
/// To be checked with `tiedoksi verify`, which also compares the pages with the proof.
#[utoipa::path(get, path = "/api/v1/messages/{id}/receipt", tag = "evidence",
    params(("id" = i64, Path, minimum = 1, maximum = 9007199254740991i64, description = "The messageId"),
           ("language" = Option<super::view::LanguageName>, Query, description = "`fi` when left out")), responses(
    (status = 200, description = "The receipt", body = Vec<u8>, content_type = "application/pdf"),
    (status = 400, description = "No such language", body = super::Problem, content_type = "application/problem+json"),
    (status = 401, description = "No valid token", body = super::Problem, content_type = "application/problem+json"),
    (status = 403, description = "The system may not call from this address", body = super::Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such message for this system", body = super::Problem, content_type = "application/problem+json"),
    (status = 405, description = "Another method than those of the Allow header", body = super::Problem, content_type = "application/problem+json",
        headers(("Allow" = String, description = "The methods that this path takes"))),
    (status = 503, description = "Busy, or the newest event is not in the log yet; repeat", body = super::Problem, content_type = "application/problem+json",
        headers(("Retry-After" = i64, description = "Seconds")))))]
pub async fn of_system(
    State(app): State<Arc<App>>,
    Caller(sender): Caller,
    Named(id): Named<MessageId>,
    InLanguage(language): InLanguage,
) -> Result<Response, Response> {
    let receipt = app.hub.receipt_as_sender(&sender, id, language).await;
    Ok(receipt_file(id, receipt.map_err(|error| problem(&error))?))
}

/// The receipt of a delivery, for the person in whose mailbox it lies: a PDF (PDF/A-3, PDF/UA) with the proof embedded as `proof.json`. Before
/// receipt is confirmed it says nothing of the content.
#[utoipa::path(get, path = "/api/v1/mailbox/messages/{id}/receipt", tag = "evidence", security(("citizen" = [])),
    params(("id" = i64, Path, minimum = 1, maximum = 9007199254740991i64, description = "The messageId"),
           ("language" = Option<super::view::LanguageName>, Query, description = "`fi` when left out")), responses(
    (status = 200, description = "The receipt", body = Vec<u8>, content_type = "application/pdf"),
    (status = 400, description = "No such language", body = super::Problem, content_type = "application/problem+json"),
    (status = 401, description = "No valid access token, or one of too weak a login; `code` says which", body = super::Problem, content_type = "application/problem+json",
        headers(("WWW-Authenticate" = String, description = "RFC 6750, RFC 9470"))),
    (status = 404, description = "No such message in the mailbox", body = super::Problem, content_type = "application/problem+json"),
    (status = 405, description = "Another method than those of the Allow header", body = super::Problem, content_type = "application/problem+json",
        headers(("Allow" = String, description = "The methods that this path takes"))),
    (status = 503, description = "Busy, or the newest event is not in the log yet; repeat", body = super::Problem, content_type = "application/problem+json",
        headers(("Retry-After" = i64, description = "Seconds")))))]
pub async fn of_citizen(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    Named(id): Named<MessageId>,
    InLanguage(language): InLanguage,
) -> Result<Response, Response> {
    let receipt = app.hub.receipt_as_citizen(&citizen, id, language).await;
    Ok(receipt_file(id, receipt.map_err(|error| problem(&error))?))
}

/// A receipt to keep.
pub fn receipt_file(id: MessageId, bytes: Vec<u8>) -> Response {
    file(bytes, MEDIA_TYPE, &format!("tiedoksi-receipt-{id}.pdf"))
}
