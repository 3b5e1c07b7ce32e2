//! Our own API, under `/api/v1`: what the contract has no place for. Errors are problem documents (RFC 9457).
//!
//! Who may do what is told by the path: everything under `/api/v1/mailbox` is a citizen's and takes a citizen's token, everything under
//! `/api/v1/audit` an auditor's, which is a person's too, and everything else is a system's and takes a system's.

pub mod audit;
pub mod bearer;
mod conditional;
pub mod confirmation;
pub mod contact;
pub mod deadline;
pub mod draft_files;
pub mod drafts;
pub mod file;
pub mod filing;
pub mod history;
pub mod mailbox;
pub mod mandates;
pub mod message;
pub mod messages;
pub mod openness;
pub mod person;
pub mod proof;
pub mod receipt;
mod request;
pub mod senders;
pub mod sending;
pub mod services;
pub mod view;

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, map_response};
use axum::response::Response;
use axum::routing::{any, delete, get, post};

use super::App;
use super::client_addr::ClientAddr;
use super::error::{ValidationError, problem, problem_document};
use super::large_pieces::form;
use super::suomifi::extract::token;
use super::web::deliberate;
use crate::domain::attachment::MAX_UPLOAD_REQUEST;
use crate::domain::principal::Sender;
use crate::hub::ActError;

/// The routes of our API.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/messages/{id}/proof", get(proof::of_system))
        .route("/api/v1/messages/{id}/bundle", get(proof::bundle_of_system))
        .route("/api/v1/messages/{id}/receipt", get(receipt::of_system))
        .merge(mailbox_routes())
        .merge(audit::routes().layer(map_response(private)))
        .method_not_allowed_fallback(wrong_method)
        .route("/api", any(unknown_path))
        .route("/api/", any(unknown_path))
        .route("/api/{*unknown}", any(unknown_path))
}

/// What a citizen's program may do.
fn mailbox_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/mailbox", get(mailbox::show).put(mailbox::change))
        .route("/api/v1/mailbox/senders", get(senders::list))
        .route(
            "/api/v1/mailbox/senders/{organisation}",
            get(senders::show).put(senders::choose),
        )
        .route("/api/v1/mailbox/contact", get(contact::show).post(contact::set))
        .route("/api/v1/mailbox/contact/verification", post(contact::verify))
        .route("/api/v1/mailbox/history", get(history::list))
        .route("/api/v1/mailbox/history/proof", get(history::proof))
        .merge(message_routes())
        .merge(writing_routes())
        .route("/api/v1/mailbox/mandates", get(mandates::list).post(mandates::grant))
        .route("/api/v1/mailbox/mandates/{id}", delete(mandates::revoke))
        .route("/api/v1/mailbox/held-mandates", get(person::held))
        .route("/api/v1/mailbox/held-mandates/{key}", delete(person::renounce))
        .route(
            "/api/v1/mailbox/sessions",
            get(person::sessions).delete(person::end_sessions),
        )
        .route("/api/v1/mailbox/sessions/{key}", delete(person::end_session))
        .route("/api/v1/mailbox/access-log", get(openness::access_log))
        .route("/api/v1/mailbox/deliveries", get(openness::deliveries))
        .route("/api/v1/mailbox/export", post(openness::export))
        .layer(map_response(private))
}

fn message_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/mailbox/messages", get(messages::list))
        .route("/api/v1/mailbox/search", get(messages::search))
        .route("/api/v1/mailbox/filing", post(filing::file))
        .route(
            "/api/v1/mailbox/messages/{id}",
            get(message::open).layer(from_fn(deliberate)),
        )
        .route("/api/v1/mailbox/messages/{id}/thread", get(messages::thread))
        .route(
            "/api/v1/mailbox/messages/{id}/confirmation",
            post(confirmation::confirm),
        )
        .route(
            "/api/v1/mailbox/messages/{id}/attachments/{attachment}",
            get(file::show).layer(from_fn(deliberate)),
        )
        .route(
            "/api/v1/mailbox/messages/{id}/attachments.zip",
            get(file::all).layer(from_fn(deliberate)),
        )
        .route("/api/v1/mailbox/messages/{id}/proof", get(proof::of_citizen))
        .route("/api/v1/mailbox/messages/{id}/bundle", get(proof::bundle_of_citizen))
        .route("/api/v1/mailbox/messages/{id}/receipt", get(receipt::of_citizen))
}

fn writing_routes() -> Router<Arc<App>> {
    let upload_limit = usize::try_from(MAX_UPLOAD_REQUEST).unwrap_or(usize::MAX);
    Router::new()
        .route("/api/v1/mailbox/services", get(services::list))
        .route("/api/v1/mailbox/drafts", get(drafts::list).post(drafts::begin))
        .route(
            "/api/v1/mailbox/drafts/{id}",
            get(drafts::show).put(drafts::save).delete(drafts::delete),
        )
        .route(
            "/api/v1/mailbox/drafts/{id}/files",
            form(post(draft_files::add), upload_limit),
        )
        .route("/api/v1/mailbox/drafts/{id}/files/{file}", delete(draft_files::remove))
        .route("/api/v1/mailbox/drafts/{id}/sending", post(sending::send))
}

/// Nobody on the way keeps a person's matters, and no browser guesses what they are.
async fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
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
    /// Everything that is wrong with the request, one by one; `pointer` leads into the body, or names the parameter.
    violations: Option<Vec<ValidationError>>,
}
