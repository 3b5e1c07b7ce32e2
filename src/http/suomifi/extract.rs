//! Extractors of the sender API: who calls, and the bodies they send. Every refusal is in the contract's form.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use http_body_util::LengthLimitError;

use crate::domain::principal::Sender;
use crate::http::App;
use crate::http::client_addr::ClientAddr;
use crate::http::error::{reason, sender_error};

/// Most bytes of a JSON body.
pub const JSON_LIMIT: usize = 1024 * 1024;

/// A system with a valid token, that may use the hub: having one is the authorisation.
pub struct Authenticated(pub Arc<Sender>);

/// A system with a valid token, even if it was disabled since: a send tells it so in the contract's own words.
pub struct Sending(pub Arc<Sender>);

impl FromRequestParts<Arc<App>> for Authenticated {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let Sending(sender) = Sending::from_request_parts(parts, app).await?;
        if !sender.active {
            let text = "Access denied: the organisation's system is not active. Ask the operator of the hub.";
            return Err(reason(StatusCode::FORBIDDEN, text));
        }
        Ok(Self(sender))
    }
}

impl FromRequestParts<Arc<App>> for Sending {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let Ok(ClientAddr(from)) = ClientAddr::from_request_parts(parts, app).await;
        let token = token(parts).ok_or_else(|| {
            reason(
                StatusCode::UNAUTHORIZED,
                "The Authorization header is missing. Get an access token from /v1/token and send it there.",
            )
        })?;
        app.hub.sender(token, from).await.map(Self).map_err(sender_error)
    }
}

/// The token of the Authorization header: bare, or after `Bearer` in any case.
pub(in crate::http) fn token(parts: &Parts) -> Option<&str> {
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
        to_bytes(request.into_body(), JSON_LIMIT)
            .await
            .map(Self)
            .map_err(|error| {
                if error.into_inner().is::<LengthLimitError>() {
                    let text = format!("The body is larger than {JSON_LIMIT} bytes.");
                    reason(StatusCode::PAYLOAD_TOO_LARGE, text)
                } else {
                    reason(StatusCode::BAD_REQUEST, "The body broke off, or is badly framed.")
                }
            })
    }
}

/// Whether a media type is JSON, whatever its parameters.
pub(in crate::http) fn is_json(kind: &str) -> bool {
    kind.split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .eq_ignore_ascii_case("application/json")
}

/// The last part of a path, which names something.
pub struct PathId(pub String);

impl<S: Send + Sync> FromRequestParts<S> for PathId {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        Path::from_request_parts(parts, state)
            .await
            .map(|Path(id)| Self(id))
            .map_err(|_| reason(StatusCode::BAD_REQUEST, "The id in the path is not UTF-8."))
    }
}
