//! The Suomi.fi-compatible sender API: an existing client works when only its base URL changes.
//!
//! The contract's shapes, limits and status codes, to the letter; our additions are response headers (`Tiedoksi-Seal`, `traceId`) and the
//! members `code`, `pointer` and `violations` of error objects.

pub mod attachments;
pub mod auth;
pub mod events;
pub mod extract;
pub(in crate::http) mod file_form;
pub mod mailboxes;
pub mod messages;
pub mod send;
pub mod v1;

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::{any, get, post};
use tower_http::set_header::SetResponseHeaderLayer;

use super::App;
use super::error::reason;
use super::large_pieces::form;
use super::patience::{Patience, timely};
use crate::domain::attachment::MAX_UPLOAD_REQUEST;

/// The routes, without a prefix.
pub fn routes(patience: Patience) -> Router<Arc<App>> {
    let upload_limit = usize::try_from(MAX_UPLOAD_REQUEST).unwrap_or(usize::MAX);
    let second_version = Router::new()
        .route("/v1/token", post(auth::token))
        .route("/v1/change-password", post(auth::change_password))
        .route("/v1/mailboxes/active", post(mailboxes::active))
        .route("/v1/messages/id", get(messages::id_of_external))
        .route("/v2/messages/{id}", get(messages::incoming))
        .route("/v2/messages", post(send::multichannel))
        .route("/v2/messages/electronic", post(send::electronic))
        .route("/v2/paper-mail-without-id", post(send::paper))
        .route("/v1/attachments/{id}", get(attachments::download))
        .route("/v2/attachments", form(post(attachments::upload), upload_limit))
        .route("/v2/events", get(events::events));
    timely(second_version, patience, too_slow)
        .merge(first_version(upload_limit, patience))
        .method_not_allowed_fallback(wrong_method)
        .route("/v1", any(unknown_path))
        .route("/v1/", any(unknown_path))
        .route("/v1/{*unknown}", any(unknown_path))
        .route("/v2", any(unknown_path))
        .route("/v2/", any(unknown_path))
        .route("/v2/{*unknown}", any(unknown_path))
        // Tokens, messages and files of people: nothing on the way may keep them.
        .layer(SetResponseHeaderLayer::overriding(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
}

/// The deprecated routes of the first version.
fn first_version(upload_limit: usize, patience: Patience) -> Router<Arc<App>> {
    let routes = Router::new()
        .route("/v1/messages/{id}", get(v1::messages::incoming))
        .route("/v1/attachments", form(post(v1::uploads::attachment), upload_limit))
        .route("/v1/events", get(v1::events::events))
        .route("/v1/files", form(post(v1::uploads::file), upload_limit))
        .route("/v1/messages", post(v1::send::multichannel))
        .route("/v1/messages/electronic", post(v1::send::electronic))
        .route("/v1/messages/{id}/state", get(v1::state::state))
        .route("/v1/paper-mail-without-id", post(v1::send::paper));
    timely(routes, patience, too_slow)
        // Before the layer, so that the refusal of a wrong method passes through it too.
        .method_not_allowed_fallback(wrong_method)
        .layer(axum::middleware::from_fn(v1::deprecated))
}

fn too_slow() -> Response {
    reason(
        StatusCode::REQUEST_TIMEOUT,
        "The body came too slowly, or stopped. Send the request again.",
    )
}

async fn unknown_path() -> Response {
    reason(StatusCode::NOT_FOUND, "There is no such path in this API.")
}

async fn wrong_method() -> Response {
    reason(
        StatusCode::METHOD_NOT_ALLOWED,
        "This path does not take this method. The Allow header names those it takes.",
    )
}
