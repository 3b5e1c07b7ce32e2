//! Where errors become HTTP, and where each is logged, once.
//!
//! The sender API answers as its contract says (`{"reason": …}`), our own API with problem documents (RFC 9457). A caller never sees an inner
//! cause; it stands in the log beside the `traceId` of the answer.

use std::fmt::Write as _;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

use crate::domain::message::Violation;
use crate::hub::ActError;

/// `ErrorResponseV1`, with the violations beside the words.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ErrorResponse {
    /// What is wrong, in words; every violation is named.
    pub reason: String,
    /// The violations, one by one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<ValidationError>,
}

/// One thing wrong with a request.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ValidationError {
    /// What is wrong and what to do, in words.
    pub error: String,
    /// The contract's code, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = contract_code)]
    pub error_code: Option<&'static str>,
    /// Our own code.
    pub code: &'static str,
    /// Where: an RFC 6901 pointer into the body.
    pub pointer: String,
}

/// Our own codes for which the contract has one, and which (1.12).
const CONTRACT_CODES: [(&str, &str); 4] = [
    ("mailbox-not-in-use", "MAILBOX_NOT_IN_USE"),
    (
        "message-being-replied-to-not-found",
        "MESSAGE_BEING_REPLIED_TO_NOT_FOUND",
    ),
    ("service-not-active", "SERVICE_NOT_ACTIVE"),
    ("system-not-active", "SYSTEM_NOT_ACTIVE"),
];

/// The contract's codes, for the description.
fn contract_code() -> Object {
    let codes = CONTRACT_CODES.iter().map(|(_, theirs)| *theirs);
    let schema = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes));
    schema
        .description(Some("The contract's code; absent where it has none"))
        .build()
}

/// `ValidationErrorResponseV1`.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ValidationErrorResponse {
    /// What is wrong, in words.
    pub reason: String,
    /// Every violation.
    pub validation_errors: Vec<ValidationError>,
}

/// `MessageAlreadyExistsResponse`.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AlreadyExistsResponse {
    /// The message that the external id stands for.
    pub message_id: i64,
    /// In words.
    pub reason: String,
}

impl From<Violation> for ValidationError {
    fn from(violation: Violation) -> Self {
        Self {
            error_code: CONTRACT_CODES
                .iter()
                .find_map(|(ours, theirs)| (*ours == violation.code).then_some(*theirs)),
            error: violation.message,
            code: violation.code,
            pointer: violation.pointer,
        }
    }
}

/// `{"reason": …}` with a status.
pub fn reason(status: StatusCode, text: impl Into<String>) -> Response {
    (
        status,
        Json(ErrorResponse {
            reason: text.into(),
            violations: Vec::new(),
        }),
    )
        .into_response()
}

/// Violations where the contract has `ErrorResponseV1`: all of them in the words, and one by one beside.
pub fn violations(found: Vec<Violation>) -> Response {
    let body = ErrorResponse {
        reason: in_words(&found),
        violations: found.into_iter().map(Into::into).collect(),
    };
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

/// Violations where the contract has `ValidationErrorResponseV1`.
pub fn validation_errors(found: Vec<Violation>) -> Response {
    let body = ValidationErrorResponse {
        reason: in_words(&found),
        validation_errors: found.into_iter().map(Into::into).collect(),
    };
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

fn in_words(found: &[Violation]) -> String {
    let mut words = String::new();
    for violation in found {
        if !words.is_empty() {
            words.push(' ');
        }
        let place = if violation.pointer.is_empty() {
            "request"
        } else {
            &violation.pointer
        };
        // Writing to a String cannot fail.
        write!(words, "{place}: {}", violation.message).ok();
    }
    words
}

/// An act's error on the sender API, except where an endpoint has its own answer.
pub fn sender_error(error: ActError) -> Response {
    let status = status(&error);
    log(&error, status);
    match error {
        ActError::Invalid(found) => violations(found),
        ActError::Repeated(first) => {
            let body = AlreadyExistsResponse {
                message_id: first.id.get(),
                reason: "A message with this externalId was accepted before; this is its messageId.".to_owned(),
            };
            let mut response = (StatusCode::CONFLICT, Json(body)).into_response();
            if let Ok(seal) = HeaderValue::from_str(&first.seal) {
                response.headers_mut().insert("tiedoksi-seal", seal);
            }
            response
        }
        ActError::Throttled(seconds) => retry_after(seconds, reason(status, words(&error))),
        error => retry_later(status, reason(status, words(&error))),
    }
}

/// An act's error on our own API: a problem document.
pub fn problem(error: &ActError) -> Response {
    let status = status(error);
    log(error, status);
    let found = match error {
        ActError::Invalid(found) => found,
        ActError::LoginTooOld => return problem_with_code(status, "login-too-old", &words(error)),
        ActError::NotInUse => return problem_with_code(status, "mailbox-not-in-use", &words(error)),
        ActError::OwnerDecides => return problem_with_code(status, "owner-decides", &words(error)),
        _ => return problem_document(status, &words(error)),
    };
    let violations: Vec<ValidationError> = found.iter().cloned().map(Into::into).collect();
    document(status, &words(error), &serde_json::json!({ "violations": violations }))
}

/// A problem document (RFC 9457).
pub fn problem_document(status: StatusCode, detail: &str) -> Response {
    document(status, detail, &serde_json::json!({}))
}

/// A problem document that a program can tell from others of its status, by `code`.
pub fn problem_with_code(status: StatusCode, code: &'static str, detail: &str) -> Response {
    document(status, detail, &serde_json::json!({ "code": code }))
}

/// A problem document with members of its own.
fn document(status: StatusCode, detail: &str, more: &serde_json::Value) -> Response {
    let mut body = serde_json::json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "detail": detail,
    });
    if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
        body.extend(more.clone());
    }
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    retry_later(status, response)
}

/// The status of an act's error, on every door.
pub fn status(error: &ActError) -> StatusCode {
    match error {
        ActError::NotFound => StatusCode::NOT_FOUND,
        ActError::Invalid(_) => StatusCode::BAD_REQUEST,
        ActError::Forbidden(_) | ActError::NotInUse | ActError::OwnerDecides | ActError::MandateEnded => {
            StatusCode::FORBIDDEN
        }
        ActError::NotLoggedIn | ActError::LoginTooOld => StatusCode::UNAUTHORIZED,
        ActError::Repeated(_) => StatusCode::CONFLICT,
        ActError::Throttled(_) => StatusCode::TOO_MANY_REQUESTS,
        ActError::Store(error) if error.is_permanent() => StatusCode::INTERNAL_SERVER_ERROR,
        ActError::Contradiction(_) => StatusCode::CONFLICT,
        ActError::Press(_) | ActError::Busy | ActError::Unknown | ActError::Store(_) | ActError::Halted => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        ActError::Objects(_) | ActError::Scanner(_) | ActError::Mandates(_) => StatusCode::BAD_GATEWAY,
        ActError::Vault(_) | ActError::Evidence(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Logs what the caller is not told. Called once for each error, where it becomes an answer.
pub fn log(error: &ActError, status: StatusCode) {
    if status.is_server_error() {
        tracing::error!(
            status = status.as_u16(),
            error = error as &dyn std::error::Error,
            "an act failed"
        );
    }
}

fn words(error: &ActError) -> String {
    match error {
        ActError::NotFound => "There is no such thing here, or it is no longer kept.".to_owned(),
        ActError::Forbidden(why) | ActError::Contradiction(why) => (*why).to_owned(),
        ActError::OwnerDecides => "Only the owner of the mailbox decides this.".to_owned(),
        ActError::MandateEnded => "The mandate has ended.".to_owned(),
        ActError::Mandates(_) => "The register of mandates does not work now. Nothing was changed.".to_owned(),
        ActError::NotInUse => ActError::NotInUse.to_string(),
        ActError::NotLoggedIn => {
            "The access token is missing, expired or revoked. Get a new one from /v1/token.".to_owned()
        }
        ActError::LoginTooOld => {
            "The login is too old to confirm receipt with. Let the person log in again (prompt=login), then repeat the request.".to_owned()
        }
        ActError::Busy => "The hub is busy. Repeat the request in a moment.".to_owned(),
        ActError::Unknown => {
            "It is not known whether the request was carried out. Look before you repeat it; a message is accepted once by its externalId.".to_owned()
        }
        ActError::Halted => {
            "The hub takes no new acts while its operator restores it. Repeat the request later.".to_owned()
        }
        ActError::Invalid(found) => in_words(found),
        ActError::Repeated(_) => "Done before.".to_owned(),
        ActError::Throttled(seconds) => format!(
            "Too many wrong passwords came from this address. Wait {seconds} seconds, then send the right one; nothing is locked."
        ),
        ActError::Store(_) | ActError::Objects(_) | ActError::Press(_) => {
            "A part of the hub does not work now. Repeat the request later.".to_owned()
        }
        ActError::Scanner(_) => {
            "The malware scanner does not work now, so the file was not taken. Nothing was stored. Send the file again later."
                .to_owned()
        }
        ActError::Vault(_) | ActError::Evidence(_) => "The hub failed. Nothing was changed.".to_owned(),
    }
}

fn retry_later(status: StatusCode, response: Response) -> Response {
    if status == StatusCode::SERVICE_UNAVAILABLE {
        return retry_after(1, response);
    }
    response
}

fn retry_after(seconds: i64, mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}
