//! `POST /v1/token` and `POST /v1/change-password`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::extract::JsonBytes;
use crate::domain::fields::read_object;
use crate::http::App;
use crate::http::client_addr::ClientAddr;
use crate::http::error::{ErrorResponse, reason, sender_error, violations};
use crate::hub::ActError;
use crate::hub::token::IssuedToken;

/// What a system proves itself with.
#[derive(utoipa::ToSchema)]
pub struct TokenRequest {
    /// The system's username.
    #[schema(example = "viitasaari-asianhallinta")]
    username: String,
    /// Its password.
    password: String,
}

/// A token.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TokenResponse {
    /// The token, for the Authorization header, bare or after `Bearer`.
    access_token: String,
    /// Its lifetime in seconds.
    expires_in: i64,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
}

impl From<IssuedToken> for TokenResponse {
    fn from(issued: IssuedToken) -> Self {
        Self {
            access_token: issued.token,
            expires_in: issued.expires_in,
            token_type: "Bearer",
        }
    }
}

/// Gives an access token for username and password.
#[utoipa::path(post, path = "/v1/token", tag = "auth", request_body = TokenRequest, security(()), responses(
    (status = 200, description = "A token", body = TokenResponse),
    (status = 400, description = "Wrong username or password, or a malformed body", body = ErrorResponse),
    (status = 403, description = "Right, but the system may not call from this address", body = ErrorResponse),
    (status = 413, description = "The body is over 1 MiB", body = ErrorResponse),
    (status = 415, description = "The body is not JSON", body = ErrorResponse),
    (status = 429, description = "Too many wrong passwords from this address; Retry-After tells when to come back", body = ErrorResponse),
    (status = 503, description = "Busy; repeat", body = ErrorResponse)))]
pub async fn token(State(app): State<Arc<App>>, ClientAddr(from): ClientAddr, JsonBytes(bytes): JsonBytes) -> Response {
    let body = match read_object(&bytes, |fields, found| {
        let (username, password) = (fields.text("username", found), fields.text("password", found));
        Some(TokenRequest {
            username: username?.to_owned(),
            password: password?.to_owned(),
        })
    }) {
        Ok(body) => body,
        Err(found) => return violations(found),
    };
    match app.hub.issue_token(&body.username, &body.password, from).await {
        Ok(issued) => Json(TokenResponse::from(issued)).into_response(),
        Err(ActError::NotLoggedIn) => reason(
            StatusCode::BAD_REQUEST,
            "Authentication failed: the username or the password is wrong.",
        ),
        Err(error) => sender_error(error),
    }
}

/// A change of password.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct ChangePasswordRequest {
    /// A valid access token.
    access_token: String,
    /// The password in use.
    current_password: String,
    /// The new one: 32 characters or more, with a lower case letter, an upper case letter, a number and a symbol.
    new_password: String,
}

/// Replaces the password used, at once; its tokens die with it.
#[utoipa::path(post, path = "/v1/change-password", tag = "auth", request_body = ChangePasswordRequest, security(()), responses(
    (status = 200, description = "Changed; an empty object", body = serde_json::Value),
    (status = 400, description = "A wrong password or token, a password against the rule, or too soon after the last change", body = ErrorResponse),
    (status = 403, description = "The system may not call from this address", body = ErrorResponse),
    (status = 413, description = "The body is over 1 MiB", body = ErrorResponse),
    (status = 415, description = "The body is not JSON", body = ErrorResponse),
    (status = 429, description = "Too many wrong passwords from this address; Retry-After tells when to come back", body = ErrorResponse),
    (status = 503, description = "Busy; repeat", body = ErrorResponse)))]
pub async fn change_password(
    State(app): State<Arc<App>>,
    ClientAddr(from): ClientAddr,
    JsonBytes(bytes): JsonBytes,
) -> Response {
    let body = match read_object(&bytes, |fields, found| {
        let access_token = fields.text("accessToken", found);
        let current_password = fields.text("currentPassword", found);
        let new_password = fields.text("newPassword", found);
        Some(ChangePasswordRequest {
            access_token: access_token?.to_owned(),
            current_password: current_password?.to_owned(),
            new_password: new_password?.to_owned(),
        })
    }) {
        Ok(body) => body,
        Err(found) => return violations(found),
    };
    match app
        .hub
        .change_password(&body.access_token, &body.current_password, &body.new_password, from)
        .await
    {
        Ok(()) => Json(serde_json::json!({})).into_response(),
        Err(ActError::NotLoggedIn) => reason(
            StatusCode::BAD_REQUEST,
            "Authentication failed: the access token or the current password is wrong.",
        ),
        Err(error) => sender_error(error),
    }
}
