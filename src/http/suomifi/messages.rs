//! `GET /v2/messages/{id}` and `GET /v1/messages/id`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::extract::{Authenticated, PathId};
use super::send::MessageIdResponse;
use crate::domain::id::MessageId;
use crate::domain::message::Violation;
use crate::http::App;
use crate::http::error::{ErrorResponse, ValidationErrorResponse, reason, sender_error, validation_errors};
use crate::hub::ActError;
use crate::hub::incoming::IncomingMessage;
use crate::hub::view::AttachmentView;

/// What to look for.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct ExternalIdQuery {
    /// The sender's own id.
    #[param(required = true, value_type = String, min_length = 1)]
    external_id: Option<String>,
}

/// The message that an externalId of the caller's stands for.
#[utoipa::path(get, path = "/v1/messages/id", tag = "messages", params(ExternalIdQuery), responses(
    (status = 200, description = "The message", body = MessageIdResponse),
    (status = 400, description = "externalId is missing", body = ValidationErrorResponse),
    (status = 401, description = "No valid token", body = ErrorResponse),
    (status = 404, description = "Never used", body = ErrorResponse),
    (status = 503, description = "Busy; repeat", body = ErrorResponse)))]
pub async fn id_of_external(
    State(app): State<Arc<App>>,
    Authenticated(sender): Authenticated,
    query: Result<Query<ExternalIdQuery>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let external_id = query
        .ok()
        .and_then(|Query(query)| query.external_id)
        .filter(|id| !id.is_empty());
    let Some(external_id) = external_id else {
        let message = "Give the externalId as a query parameter, once.";
        return validation_errors(vec![Violation::new("/externalId", "required", message)]);
    };
    match app.hub.find_by_external_id(&sender, &external_id).await {
        Ok(id) => Json(MessageIdResponse::new(id)).into_response(),
        Err(ActError::NotFound) => reason(StatusCode::NOT_FOUND, "No message was sent with this externalId."),
        Err(error) => sender_error(error),
    }
}

/// A person or company.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PersonOrCompany {
    /// Identity code or Business ID.
    id: String,
    /// Name.
    name: String,
}

/// Who sent a message.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageSender {
    /// Whose mailbox it came from.
    mailbox_owner: PersonOrCompany,
    /// The agent who sent it in the owner's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    person_sending_message_on_behalf_of_mailbox_owner: Option<PersonOrCompany>,
}

/// A file of a message.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageAttachment {
    /// For `GET /v1/attachments/{id}`.
    attachment_id: String,
    /// As its sender named it.
    filename: String,
    /// Decided by content and name.
    media_type: String,
    /// Bytes.
    size_bytes: u64,
}

/// The thread a message belongs to.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Thread {
    /// The message that began it.
    root_message_id: i64,
    /// The externalId of that message.
    #[serde(skip_serializing_if = "Option::is_none")]
    thread_external_id: Option<String>,
}

/// The electronic part of an end user's message.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IncomingElectronic {
    /// The message.
    message_id: i64,
    /// When it arrived, UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: String,
    /// Title.
    title: String,
    /// Plain text.
    body: String,
    /// Its files.
    attachments: Vec<MessageAttachment>,
    /// Its thread.
    thread: Thread,
}

/// A message that an end user sent.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IncomingResponse {
    /// The message.
    message_id: i64,
    /// When it arrived, UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: String,
    /// Its content.
    electronic: IncomingElectronic,
    /// Who sent it.
    sender: MessageSender,
}

impl MessageSender {
    /// The owner of the mailbox a message came from, and who sent it in the owner's name.
    pub(super) fn of((id, name): (String, String), agent: Option<(String, String)>) -> Self {
        Self {
            mailbox_owner: PersonOrCompany { id, name },
            person_sending_message_on_behalf_of_mailbox_owner: agent.map(|(id, name)| PersonOrCompany { id, name }),
        }
    }
}

impl From<AttachmentView> for MessageAttachment {
    fn from(file: AttachmentView) -> Self {
        Self {
            attachment_id: file.id.to_string(),
            filename: file.filename,
            media_type: file.media_type,
            size_bytes: file.size,
        }
    }
}

impl From<IncomingMessage> for IncomingResponse {
    fn from(message: IncomingMessage) -> Self {
        let created_at = format!("{:.3}", message.at);
        Self {
            message_id: message.id.get(),
            created_at: created_at.clone(),
            electronic: IncomingElectronic {
                message_id: message.id.get(),
                created_at,
                title: message.title,
                body: message.body,
                attachments: message.attachments.into_iter().map(Into::into).collect(),
                thread: Thread {
                    root_message_id: message.root,
                    thread_external_id: message.thread_external_id,
                },
            },
            sender: MessageSender::of((message.owner_id, message.owner_name), message.on_behalf),
        }
    }
}

/// A message that an end user sent to one of the caller's services.
#[utoipa::path(get, path = "/v2/messages/{id}", tag = "messages",
    params(("id" = i64, Path, minimum = 1, maximum = 9007199254740991i64,
        description = "The messageId of an event `Electronic message from end user`")), responses(
    (status = 200, description = "The message", body = IncomingResponse),
    (status = 400, description = "Not a message id", body = ErrorResponse),
    (status = 401, description = "No valid token", body = ErrorResponse),
    (status = 404, description = "No such message for this system, or older than this hub shows", body = ErrorResponse),
    (status = 503, description = "Busy; repeat", body = ErrorResponse)))]
pub async fn incoming(
    State(app): State<Arc<App>>,
    Authenticated(sender): Authenticated,
    PathId(id): PathId,
) -> Response {
    let Ok(id) = id.parse::<MessageId>() else {
        return reason(
            StatusCode::BAD_REQUEST,
            "A message id is a whole number from 1 to 9007199254740991.",
        );
    };
    match app.hub.incoming(&sender, id).await {
        Ok(message) => Json(IncomingResponse::from(message)).into_response(),
        Err(ActError::NotFound) => reason(
            StatusCode::NOT_FOUND,
            "No end user sent such a message to this system, or it is older than this hub shows.",
        ),
        Err(error) => sender_error(error),
    }
}
