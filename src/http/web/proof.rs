//! The proof of a delivery, for the one in whose mailbox it lies.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use super::error::PageError;
use super::session::CitizenSession;
use super::text::Lang;
use crate::domain::id::MessageId;
use crate::http::App;
use crate::http::api::proof::{bundle_file, proof_file};
use crate::http::api::receipt::receipt_file;
use crate::hub::ActError;

/// Hands out the proof as a file; before confirmation it says nothing of the content.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    CitizenSession(citizen): CitizenSession,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let message: MessageId = id.parse().map_err(|_| ActError::NotFound)?;
    let proof = app.hub.proof_as_citizen(&citizen, message).await?;
    Ok(proof_file(&id, proof))
}

/// The same as a signed container.
pub(super) async fn bundle(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let message: MessageId = id.parse().map_err(|_| ActError::NotFound)?;
    let bundle = app.hub.bundle_as_citizen(&citizen, message, language).await?;
    Ok(bundle_file(message, bundle))
}

/// The same for people to read, in the language of the pages.
pub(super) async fn receipt(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let message: MessageId = id.parse().map_err(|_| ActError::NotFound)?;
    let receipt = app.hub.receipt_as_citizen(&citizen, message, language).await?;
    Ok(receipt_file(message, receipt))
}
