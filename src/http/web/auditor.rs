//! The auditor's pages, under `/auditor`: finding deliveries, one delivery's time line and proofs, the numbers, and contents that were granted.
//!
//! Guarantees: a handler that takes [`AuditorSession`] runs for a person whose login gave the role; for everybody else who is logged in these
//! addresses lead nowhere. Leaves out: whose deliveries an auditor sees (each act decides).

pub(super) mod content;
pub(super) mod counts;
pub(super) mod delivery;
pub(super) mod exports;
pub(super) mod find;
mod form;
mod picture;
pub(super) mod requests;

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};

use super::deliberate::deliberate;
use super::error::{Kind, PageError};
use super::session::PersonSession;
use crate::domain::auditor::Auditor;
use crate::http::App;
use crate::hub::acting::Person;

/// The routes of these pages.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/auditor", get(find::show))
        .route("/auditor/counts", get(counts::show))
        .route("/auditor/exports", get(exports::show).post(exports::ask))
        .route("/auditor/exports/{id}/cancel", post(exports::cancel))
        .route(
            "/auditor/exports/{id}/file",
            get(exports::file).layer(from_fn(deliberate)),
        )
        .route("/auditor/requests", get(requests::show))
        .route("/auditor/requests/{id}", post(requests::decide))
        .route("/auditor/deliveries/{id}", get(delivery::show).post(delivery::ask))
        .route(
            "/auditor/deliveries/{id}/proof",
            get(delivery::proof).layer(from_fn(deliberate)),
        )
        .route(
            "/auditor/deliveries/{id}/bundle",
            get(delivery::bundle).layer(from_fn(deliberate)),
        )
        .route(
            "/auditor/deliveries/{id}/content",
            get(content::show).layer(from_fn(deliberate)),
        )
        .route(
            "/auditor/deliveries/{id}/files/{attachment}",
            get(content::file).layer(from_fn(deliberate)),
        )
}

/// An auditor who is logged in, whichever mailbox the person acts in. Without a session as [`PersonSession`]; without the role not found.
#[derive(Debug, Clone)]
pub struct AuditorSession {
    /// The auditor.
    pub auditor: Auditor,
    /// The person, for the page's frame.
    pub person: Person,
}

impl FromRequestParts<Arc<App>> for AuditorSession {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let PersonSession(person) = PersonSession::from_request_parts(parts, app).await?;
        match Auditor::of(person.own()) {
            Some(auditor) => Ok(Self { auditor, person }),
            None => Err(PageError::Bare(Kind::NotFound).into_response()),
        }
    }
}
