//! The sends: `POST /v2/messages/electronic`, `POST /v2/messages` and `POST /v2/paper-mail-without-id`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::extract::{JsonBytes, Sending};
use crate::domain::id::MessageId;
use crate::domain::message::{Draft, Violation};
use crate::domain::principal::Sender;
use crate::http::App;
use crate::http::error::{
    AlreadyExistsResponse, ErrorResponse, ValidationErrorResponse, sender_error, validation_errors, violations,
};
use crate::hub::ActError;

/// A message's id.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageIdResponse {
    /// Below 2^53.
    #[schema(minimum = 1, maximum = 9007199254740991i64)]
    message_id: i64,
}

impl MessageIdResponse {
    /// The answer that names a message.
    pub fn new(id: MessageId) -> Self {
        Self { message_id: id.get() }
    }
}

/// How any send may be answered, whatever it holds.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "describes answers that are made elsewhere")]
pub(super) enum AnySend {
    /// No valid token
    #[response(status = 401)]
    NotLoggedIn(ErrorResponse),
    /// The externalId was used before: to be treated as success
    #[response(status = 409)]
    Repeated(AlreadyExistsResponse),
    /// The body is over 1 MiB
    #[response(status = 413)]
    TooLarge(ErrorResponse),
    /// The body is not JSON
    #[response(status = 415)]
    NotJson(ErrorResponse),
    /// A part behind the hub does not work; repeat
    #[response(status = 502)]
    Behind(ErrorResponse),
    /// Busy; repeat
    #[response(status = 503)]
    Busy(ErrorResponse),
}

/// Sends an electronic message, once and only once by its externalId.
#[utoipa::path(post, path = "/v2/messages/electronic", tag = "messages",
    request_body(content = super::super::openapi::ElectronicMessage, content_type = "application/json"), responses(
    (status = 200, description = "Accepted, durably, and in the mailbox", body = MessageIdResponse,
        headers(("Tiedoksi-Seal" = String, description = "JWS over the SubmissionAcceptance"))),
    (status = 400, description = "Refused; nothing was consumed. Every violation is listed", body = ValidationErrorResponse),
    AnySend))]
pub async fn electronic(State(app): State<Arc<App>>, Sending(sender): Sending, JsonBytes(body): JsonBytes) -> Response {
    let draft = Draft::parse_electronic_v2(&body, app.hub.allows_artificial());
    submit(&app, &sender, draft, validation_errors).await
}

/// Sends a message into the recipient's mailbox when it is in use, on paper otherwise; once and only once by its externalId.
#[utoipa::path(post, path = "/v2/messages", tag = "messages",
    request_body(content = super::super::openapi::paper::MultichannelMessage, content_type = "application/json"), responses(
    (status = 200, description = "Accepted, durably. The event feed tells which way it went", body = MessageIdResponse,
        headers(("Tiedoksi-Seal" = String, description = "JWS over the SubmissionAcceptance"))),
    (status = 400, description = "Refused; nothing was consumed. Every violation is named", body = ErrorResponse),
    AnySend))]
pub async fn multichannel(
    State(app): State<Arc<App>>,
    Sending(sender): Sending,
    JsonBytes(body): JsonBytes,
) -> Response {
    let draft = Draft::parse_multichannel_v2(&body, app.hub.allows_artificial());
    submit(&app, &sender, draft, violations).await
}

/// Sends a letter to an address, for a recipient whose id is not known; once and only once by its externalId.
#[utoipa::path(post, path = "/v2/paper-mail-without-id", tag = "messages",
    request_body(content = super::super::openapi::paper::PaperMessage, content_type = "application/json"), responses(
    (status = 200, description = "Accepted, durably, for printing", body = MessageIdResponse,
        headers(("Tiedoksi-Seal" = String, description = "JWS over the SubmissionAcceptance"))),
    (status = 400, description = "Refused; nothing was consumed. Every violation is named", body = ErrorResponse),
    AnySend))]
pub async fn paper(State(app): State<Arc<App>>, Sending(sender): Sending, JsonBytes(body): JsonBytes) -> Response {
    submit(&app, &sender, Draft::parse_paper_v2(&body), violations).await
}

/// Hands a draft in; `refuse` writes violations in the form that the path promises.
pub(super) async fn submit(
    app: &App,
    sender: &Sender,
    draft: Result<Draft, Vec<Violation>>,
    refuse: fn(Vec<Violation>) -> Response,
) -> Response {
    let draft = match draft {
        Ok(draft) => draft,
        Err(found) => return refuse(found),
    };
    match app.hub.submit(sender, draft).await {
        Ok(accepted) => {
            let mut response = Json(MessageIdResponse::new(accepted.id)).into_response();
            if let Ok(seal) = HeaderValue::from_str(&accepted.seal) {
                response.headers_mut().insert("tiedoksi-seal", seal);
            }
            response
        }
        Err(ActError::Invalid(found)) => refuse(found),
        Err(error) => sender_error(error),
    }
}
