//! The doors: the sender API, the log, our own API and the pages, as one router.
//!
//! Handlers parse, call one act of the hub and answer; what they may do is an extractor in their signature. Errors become HTTP in
//! `http::error` alone. Leaves out: listening and TLS (`cli::serve`).

pub mod client_addr;
pub mod health;
pub mod idp;
pub mod web;

use std::sync::Arc;

use axum::Router;
use url::Url;

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
}

/// Every route of the hub.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .merge(health::routes())
        .merge(web::routes())
        .with_state(app)
}
