//! Confirming receipt of a verifiable message: service of notice (13/2003 s.18).

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;

use super::bearer::CitizenBearer;
use super::conditional::Tagged;
use super::request::Named;
use crate::domain::id::MessageId;
use crate::http::App;
use crate::http::error::problem;
use crate::hub::ActError;
use crate::hub::view::Confirmation;

/// A confirmed receipt.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmedReceipt {
    /// The message.
    #[schema(value_type = i64, minimum = 1, maximum = 9007199254740991i64)]
    message_id: MessageId,
    /// When its receipt was confirmed, or it was retrieved late.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Whether this served it (13/2003 s.18): false when the time to confirm had passed.
    served: bool,
    /// The hub's seal (JWS) over the record of it.
    seal: String,
}

/// Confirms receipt of a verifiable message: from then on it is served, and can be opened. The same again is answered as the first time. With a login
/// that is older than this hub allows, 401 says how old it may be (RFC 9470).
#[utoipa::path(post, path = "/api/v1/mailbox/messages/{id}/confirmation", tag = "messages", security(("citizen" = [])),
    params(("id" = i64, Path, minimum = 1, maximum = 9007199254740991i64, description = "The messageId")), responses(
    (status = 200, description = "Confirmed, now or before; durably", body = ConfirmedReceipt),
    (status = 403, description = "The message needs no confirmation", body = super::Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such message in the mailbox", body = super::Problem, content_type = "application/problem+json")))]
pub async fn confirm(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    Named(id): Named<MessageId>,
) -> Result<Response, Response> {
    let Confirmation { at, served, seal } = app
        .hub
        .confirm(&citizen, id)
        .await
        .map_err(|error| refusal(&app, &error))?;
    let receipt = ConfirmedReceipt {
        message_id: id,
        at,
        served,
        seal,
    };
    Ok(Tagged::new(&receipt)?.changed(StatusCode::OK))
}

/// A refusal; of a login that is too old together with how old one may be.
fn refusal(app: &App, error: &ActError) -> Response {
    let mut response = problem(error);
    if matches!(error, ActError::LoginTooOld) {
        let most = app.hub.options.confirm_login.as_secs();
        let challenge = format!("Bearer error=\"insufficient_user_authentication\", max_age={most}");
        if let Ok(value) = HeaderValue::from_str(&challenge) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
        }
    }
    response
}
