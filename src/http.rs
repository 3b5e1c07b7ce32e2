//! The doors: the sender API, the log, our own API and the pages, as one router.
//!
//! Handlers parse, call one act of the hub and answer; what they may do is an extractor in their signature. Errors become HTTP in
//! `http::error` alone. Leaves out: listening and TLS (`cli::serve`).

pub mod api;
pub mod archive;
pub mod client_addr;
pub mod docs;
pub mod error;
pub mod filename;
pub mod health;
pub mod idp;
pub mod large_pieces;
pub mod log;
pub mod oauth;
pub mod openapi;
pub mod patience;
pub mod print;
pub mod suomifi;
pub mod trace;
pub mod web;
pub mod witness;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::Response;
use tower_http::catch_panic::CatchPanicLayer;
use url::Url;

use self::patience::{Patience, timely};
use crate::hub::Hub;

/// What every handler can reach.
#[derive(Debug)]
pub struct App {
    /// The acts.
    pub hub: Arc<Hub>,
    /// The address citizens use, without a path's end slash.
    pub base_url: Url,
    /// Whether cookies carry `Secure` and the `__Host-` prefix: everywhere but on an http loopback address.
    pub secure_cookies: bool,
    /// A second place for the sender API beside the root, such as `/suomifi`; empty for none.
    pub api_prefix: String,
    /// Origins (`https://idp.example`) to which the answer to a form may redirect: the identity provider's, which ends its session after ours.
    /// Chromium applies `form-action` to redirects.
    pub form_action_origins: Vec<String>,
    /// How slow a client may be.
    pub patience: Patience,
}

/// Every route of the hub.
pub fn router(app: Arc<App>) -> Router {
    let mut router = Router::new()
        .merge(web::routes(&app))
        .merge(suomifi::routes(app.patience))
        .merge(timely(api::routes(), app.patience, too_slow))
        .merge(timely(print::routes(), app.patience, too_slow))
        .merge(log::routes())
        .merge(timely(oauth::routes(), app.patience, oauth::too_slow))
        .merge(health::routes());
    if !app.api_prefix.is_empty() {
        router = router.nest(
            &app.api_prefix,
            suomifi::routes(app.patience).merge(docs::descriptions()),
        );
    }
    router
        .layer(CatchPanicLayer::custom(panicked))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&app.hub), trace::trace))
        .with_state(app)
}

/// The problem document of a body that came too slowly.
fn too_slow() -> Response {
    let text = "The body came too slowly, or stopped. Send the request again.";
    error::problem_document(StatusCode::REQUEST_TIMEOUT, text)
}

/// A bug: the log has the place, the caller has a 500 with its `traceId`.
fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    error::reason(
        StatusCode::INTERNAL_SERVER_ERROR,
        "The hub failed. Nothing is known to have been changed.",
    )
}
