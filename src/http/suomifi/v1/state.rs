//! `GET /v1/messages/{id}/state`: how far a sent message has come. The second version has the feed instead.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

use super::message_id;
use crate::http::App;
use crate::http::error::{ErrorResponse, ValidationErrorResponse, reason, sender_error, validation_errors};
use crate::http::suomifi::extract::{Authenticated, PathId};
use crate::hub::ActError;
use crate::hub::state::{ElectronicStatus, MessageState, PaperStatus, WayTaken};

/// A status, and since when.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusSince {
    /// UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: String,
    /// `Created`; of an electronic message also `Readable`, `Read`, `Receipt confirmed`; of a letter also `Sent for printing and enveloping`.
    #[schema(schema_with = status_word)]
    status: &'static str,
}

/// How far a message has come on one way.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Statuses {
    /// In order.
    statuses: Vec<StatusSince>,
}

/// How far a message has come: the way that it went has its member, the other has none.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StateResponse {
    /// `Created`, when it was accepted.
    statuses: Vec<StatusSince>,
    /// In a mailbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    electronic: Option<Statuses>,
    /// On paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    paper_mail: Option<Statuses>,
}

fn since(status: &'static str, at: jiff::Timestamp) -> StatusSince {
    StatusSince {
        created_at: format!("{at:.3}"),
        status,
    }
}

const fn electronic_word(status: ElectronicStatus) -> &'static str {
    match status {
        ElectronicStatus::Created => "Created",
        ElectronicStatus::Readable => "Readable",
        ElectronicStatus::Read => "Read",
        ElectronicStatus::ReceiptConfirmed => "Receipt confirmed",
    }
}

const fn paper_word(status: PaperStatus) -> &'static str {
    match status {
        PaperStatus::Created => "Created",
        PaperStatus::SentForPrinting => "Sent for printing and enveloping",
    }
}

/// Every word of a status, for the description.
fn status_word() -> Object {
    let words = [
        electronic_word(ElectronicStatus::Created),
        electronic_word(ElectronicStatus::Readable),
        electronic_word(ElectronicStatus::Read),
        electronic_word(ElectronicStatus::ReceiptConfirmed),
        paper_word(PaperStatus::SentForPrinting),
    ];
    let description = "`Created`; of an electronic message also `Readable`, `Read`, `Receipt confirmed`; of a letter also `Sent for printing \
                       and enveloping`";
    let schema = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words));
    schema.description(Some(description)).build()
}

impl From<MessageState> for StateResponse {
    fn from(state: MessageState) -> Self {
        let (electronic, paper_mail) = match state.way {
            WayTaken::Electronic(way) => {
                let statuses = way.into_iter().map(|(status, at)| since(electronic_word(status), at));
                (Some(statuses.collect()), None)
            }
            WayTaken::Paper(way) => {
                let statuses = way.into_iter().map(|(status, at)| since(paper_word(status), at));
                (None, Some(statuses.collect()))
            }
        };
        Self {
            statuses: vec![since("Created", state.created_at)],
            electronic: electronic.map(|statuses| Statuses { statuses }),
            paper_mail: paper_mail.map(|statuses| Statuses { statuses }),
        }
    }
}

/// How far a message that the caller sent has come; deprecated, see `/v2/events`.
#[utoipa::path(get, path = "/v1/messages/{id}/state", operation_id = "state_v1", tag = "v1",
    params(("id" = i64, Path, description = "The messageId that the send was answered with")), responses(
    (status = 200, description = "How far it has come", body = StateResponse),
    (status = 400, description = "Not a message id", body = ValidationErrorResponse),
    (status = 401, description = "No valid token", body = ErrorResponse),
    (status = 403, description = "Access denied: the system is not active", body = ErrorResponse),
    (status = 404, description = "This system sent no such message, or longer ago than this hub shows", body = ErrorResponse),
    (status = 503, description = "Busy; repeat", body = ErrorResponse)))]
pub async fn state(
    State(app): State<Arc<App>>,
    Authenticated(sender): Authenticated,
    id: Result<PathId, Response>,
) -> Response {
    let id = match message_id(&id.map_or_else(|_| String::new(), |PathId(id)| id)) {
        Ok(id) => id,
        Err(found) => return validation_errors(found),
    };
    match app.hub.message_state(&sender, id).await {
        Ok(state) => Json(StateResponse::from(state)).into_response(),
        Err(ActError::NotFound) => reason(
            StatusCode::NOT_FOUND,
            "This system sent no such message, or it was sent longer ago than this hub shows.",
        ),
        Err(error) => sender_error(error),
    }
}
