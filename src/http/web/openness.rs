//! What a person sees and takes along of their own mailbox: who opened what, the proofs, all files of a message, and the whole mailbox.
//!
//! Leaves out: the choices about the mailbox itself, and the sessions.

pub(super) mod access_log;
pub(in crate::http) mod attachments;
pub(in crate::http) mod export;
pub(super) mod proofs;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::get;
use serde::Deserialize;

use super::deliberate::deliberate;
use crate::http::App;

/// The routes of these pages.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/messages/{id}/attachments.zip",
            get(attachments::show).layer(from_fn(deliberate)),
        )
        .route("/access-log", get(access_log::show))
        .route("/proofs", get(proofs::show))
        .route("/export", get(export::show).post(export::export))
}

/// What the address of a list may say.
#[derive(Debug, Deserialize)]
pub(super) struct Paging {
    cursor: Option<String>,
}
