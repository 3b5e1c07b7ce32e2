//! The sends of the first version: `POST /v1/messages/electronic`, `POST /v1/messages` and `POST /v1/paper-mail-without-id`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::domain::message::Draft;
use crate::http::App;
use crate::http::error::{ErrorResponse, ValidationErrorResponse, validation_errors, violations};
use crate::http::openapi::v1::{ElectronicMessageV1, MultichannelMessageV1, PaperMessageV1};
use crate::http::suomifi::extract::{JsonBytes, Sending};
use crate::http::suomifi::send::{AnySend, MessageIdResponse, submit};

/// Sends an electronic message; deprecated, see `/v2/messages/electronic`.
///
/// A reply to a message that is not there, or is another person's, goes as a new message.
#[utoipa::path(post, path = "/v1/messages/electronic", operation_id = "electronic_v1", tag = "v1",
    request_body(content = ElectronicMessageV1, content_type = "application/json"), responses(
    (status = 200, description = "Accepted, durably, and in the mailbox", body = MessageIdResponse,
        headers(("Tiedoksi-Seal" = String, description = "JWS over the SubmissionAcceptance"))),
    (status = 400, description = "Refused; nothing was consumed. Every violation is listed", body = ValidationErrorResponse),
    AnySend))]
pub async fn electronic(State(app): State<Arc<App>>, Sending(sender): Sending, JsonBytes(body): JsonBytes) -> Response {
    let draft = Draft::parse_electronic_v1(&body, app.hub.allows_artificial());
    submit(&app, &sender, draft, validation_errors).await
}

/// Sends a message into the recipient's mailbox when it is in use, on paper otherwise; deprecated, see `/v2/messages`.
#[utoipa::path(post, path = "/v1/messages", operation_id = "multichannel_v1", tag = "v1",
    request_body(content = MultichannelMessageV1, content_type = "application/json"), responses(
    (status = 200, description = "Accepted, durably. The event feed tells which way it went", body = MessageIdResponse,
        headers(("Tiedoksi-Seal" = String, description = "JWS over the SubmissionAcceptance"))),
    (status = 400, description = "Refused; nothing was consumed. Every violation is listed", body = ValidationErrorResponse),
    AnySend))]
pub async fn multichannel(
    State(app): State<Arc<App>>,
    Sending(sender): Sending,
    JsonBytes(body): JsonBytes,
) -> Response {
    let draft = Draft::parse_multichannel_v1(&body, app.hub.allows_artificial());
    submit(&app, &sender, draft, validation_errors).await
}

/// Sends a letter to an address, for a recipient whose id is not known; deprecated, see `/v2/paper-mail-without-id`.
#[utoipa::path(post, path = "/v1/paper-mail-without-id", operation_id = "paper_v1", tag = "v1",
    request_body(content = PaperMessageV1, content_type = "application/json"), responses(
    (status = 200, description = "Accepted, durably, for printing", body = MessageIdResponse,
        headers(("Tiedoksi-Seal" = String, description = "JWS over the SubmissionAcceptance"))),
    (status = 400, description = "Refused; nothing was consumed. Every violation is named", body = ErrorResponse),
    AnySend))]
pub async fn paper(State(app): State<Arc<App>>, Sending(sender): Sending, JsonBytes(body): JsonBytes) -> Response {
    submit(&app, &sender, Draft::parse_paper_v1(&body), violations).await
}
