//! `GET /v1/messages/{id}`: an end user's message with the first version's thread.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::message_id;
use crate::http::App;
use crate::http::error::{ErrorResponse, ValidationErrorResponse, reason, sender_error, validation_errors};
use crate::http::suomifi::extract::{Authenticated, PathId};
use crate::http::suomifi::messages::{MessageAttachment, MessageSender};
use crate::hub::ActError;
use crate::hub::incoming::IncomingMessage;

/// The thread that a reply belongs to.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ThreadV1 {
    /// The message it answers.
    in_reply_to_message_id: i64,
    /// The message that began the thread.
    root_message_id: i64,
}

/// The electronic part of an end user's message.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IncomingElectronicV1 {
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
    /// Its thread; a message that answers none has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    thread: Option<ThreadV1>,
}

/// A message that an end user sent.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IncomingV1Response {
    /// The message.
    message_id: i64,
    /// When it arrived, UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: String,
    /// Its content.
    electronic: IncomingElectronicV1,
    /// Who sent it.
    sender: MessageSender,
}

impl From<IncomingMessage> for IncomingV1Response {
    fn from(message: IncomingMessage) -> Self {
        let created_at = format!("{:.3}", message.at);
        let root = message.root;
        Self {
            message_id: message.id.get(),
            created_at: created_at.clone(),
            electronic: IncomingElectronicV1 {
                message_id: message.id.get(),
                created_at,
                title: message.title,
                body: message.body,
                attachments: message.attachments.into_iter().map(Into::into).collect(),
                thread: message.reply_to.map(|answered| ThreadV1 {
                    in_reply_to_message_id: answered,
                    root_message_id: root,
                }),
            },
            sender: MessageSender::of((message.owner_id, message.owner_name), message.on_behalf),
        }
    }
}

/// A message that an end user sent to one of the caller's services; deprecated, see `/v2/messages/{id}`.
#[utoipa::path(get, path = "/v1/messages/{id}", operation_id = "incoming_v1", tag = "v1",
    params(("id" = i64, Path, description = "The messageId of an event with the direction `FROM_END_USER`")), responses(
    (status = 200, description = "The message", body = IncomingV1Response),
    (status = 400, description = "Not a message id", body = ValidationErrorResponse),
    (status = 401, description = "No valid token", body = ErrorResponse),
    (status = 404, description = "No such message for this system, or older than this hub shows", body = ErrorResponse),
    (status = 503, description = "Busy; repeat", body = ErrorResponse)))]
pub async fn incoming(
    State(app): State<Arc<App>>,
    Authenticated(sender): Authenticated,
    id: Result<PathId, Response>,
) -> Response {
    // A path that is no UTF-8 names no message either.
    let id = match message_id(&id.map_or_else(|_| String::new(), |PathId(id)| id)) {
        Ok(id) => id,
        Err(found) => return validation_errors(found),
    };
    match app.hub.incoming(&sender, id).await {
        Ok(message) => Json(IncomingV1Response::from(message)).into_response(),
        Err(ActError::NotFound) => reason(
            StatusCode::NOT_FOUND,
            "No end user sent such a message to this system, or it is older than this hub shows.",
        ),
        Err(error) => sender_error(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_reply_has_a_thread() {
        let message = |reply_to| IncomingMessage {
            id: "9".parse().unwrap(),
            at: jiff::Timestamp::UNIX_EPOCH,
            title: "T".into(),
            body: "B".into(),
            attachments: Vec::new(),
            root: 3,
            reply_to,
            thread_external_id: Some("A-1".into()),
            owner_id: "0208573-0".into(),
            owner_name: "Yritys".into(),
            on_behalf: None,
        };
        let told = |reply_to| serde_json::to_value(IncomingV1Response::from(message(reply_to))).unwrap();
        let thread = serde_json::json!({ "inReplyToMessageId": 5, "rootMessageId": 3 });
        assert_eq!(told(Some(5))["electronic"]["thread"], thread);
        assert!(told(None)["electronic"].get("thread").is_none());
    }
}
