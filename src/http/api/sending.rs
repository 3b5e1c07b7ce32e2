//! Sending what was written in a draft, once.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use serde::Serialize;

use super::bearer::CitizenBearer;
use super::drafts::text;
use super::request::{JsonBody, Named};
use crate::domain::id::{DraftId, MessageId};
use crate::http::App;
use crate::http::error::problem;
use crate::hub::ActError;
use crate::hub::view::Receipt;

/// The receipt of a message that was sent (13/2003 s.12).
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SendingReceipt {
    /// The message.
    #[schema(value_type = i64, minimum = 1, maximum = 9007199254740991i64)]
    message_id: MessageId,
    /// When it arrived at the authority.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The hub's seal (JWS) over the record of its acceptance.
    seal: String,
}

/// Sends this text with the draft's files. The same again is answered with the first receipt; a refused text is kept in the draft.
#[utoipa::path(post, path = "/api/v1/mailbox/drafts/{id}/sending", tag = "writing", security(("citizen" = [])),
    params(("id" = uuid::Uuid, Path, description = "The draftId")), request_body = super::drafts::DraftBody, responses(
    (status = 200, description = "Sent, now or before; durably", body = SendingReceipt),
    (status = 403, description = "The authority takes no such message any more, or the mailbox is not in use", body = super::Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such draft of this person, or the service takes no messages any more", body = super::Problem, content_type = "application/problem+json")))]
pub async fn send(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    Named(id): Named<DraftId>,
    JsonBody(body): JsonBody,
) -> Result<Response, Response> {
    let text = text(&body).map_err(|found| problem(&ActError::Invalid(found)))?;
    let sent = app.hub.send_draft(&citizen, id, text).await;
    let Receipt { id, at, seal } = sent.map_err(|error| problem(&error))?;
    let receipt = SendingReceipt {
        message_id: id,
        at,
        seal,
    };
    Ok(Json(receipt).into_response())
}
