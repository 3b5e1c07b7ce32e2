//! Extractors of the sender API: who calls, and the bodies they send. Every refusal is in the contract's form.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::domain::message::Violation;
use crate::domain::principal::Sender;
use crate::http::App;
use crate::http::error::{reason, sender_error, violations};

/// Most bytes of a JSON body.
pub const JSON_LIMIT: usize = 1024 * 1024;

/// A system with a valid token: having one is the authorisation.
pub struct Authenticated(pub Arc<Sender>);

impl FromRequestParts<Arc<App>> for Authenticated {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let token = token(parts).ok_or_else(|| {
            reason(
                StatusCode::UNAUTHORIZED,
                "The Authorization header is missing. Get an access token from /v1/token and send it there.",
            )
        })?;
        app.hub.sender(token).await.map(Self).map_err(sender_error)
    }
}

/// The token of the Authorization header: bare, or after `Bearer` in any case.
fn token(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim();
    let token = match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        Some(_) => return None,
        None => value,
    };
    (!token.is_empty()).then_some(token)
}

/// A JSON body as bytes, at most [`JSON_LIMIT`]; reading stops there.
pub struct JsonBytes(pub Bytes);

impl FromRequest<Arc<App>> for JsonBytes {
    type Rejection = Response;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Self, Response> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .map(|kind| kind.to_str().unwrap_or_default().to_owned());
        if kind.is_some_and(|kind| !is_json(&kind)) {
            return Err(reason(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Send the body as application/json.",
            ));
        }
        to_bytes(request.into_body(), JSON_LIMIT).await.map(Self).map_err(|_| {
            reason(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("The body is larger than {JSON_LIMIT} bytes, or broke off."),
            )
        })
    }
}

fn is_json(kind: &str) -> bool {
    kind.split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .eq_ignore_ascii_case("application/json")
}

/// A small JSON body of known members; unknown ones are ignored.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Body<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let JsonBytes(bytes) = JsonBytes::from_request(request, app).await?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            violations(vec![Violation::new(
                "",
                "bad-json",
                format!("The body is not what is expected here: {}.", plain(&error)),
            )])
        })
    }
}

/// What serde says, without echoing values that were sent.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if error.is_data() && !text.starts_with("missing field") {
        return format!(
            "a value of a wrong type at line {} column {}",
            error.line(),
            error.column()
        );
    }
    text
}
