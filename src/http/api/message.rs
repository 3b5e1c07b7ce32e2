//! One message: opening it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;

use super::bearer::CitizenBearer;
use super::conditional::{Known, Tagged};
use super::deadline::Deadline;
use super::request::Named;
use super::view::{CorrespondentView, FileOfMessage, FolderName, MessageState, ServiceType};
use crate::domain::id::MessageId;
use crate::domain::markup::BodyFormat;
use crate::http::App;
use crate::http::error::problem;
use crate::hub::access_log::Accessor;
use crate::hub::view::{ErasedMessage, MessageView, Opened, ReceiptView, Standing, WaitingMessage};

/// A message. Before receipt of a verifiable one is confirmed it has no `content`.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Its id.
    #[schema(value_type = i64, minimum = 1, maximum = 9007199254740991i64)]
    message_id: MessageId,
    /// Who sent it, or to whom it was sent.
    correspondent: CorrespondentView,
    /// Title; absent before receipt is confirmed, where its service hides it.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// When it came, or was sent.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// How it is served.
    message_service_type: ServiceType,
    /// Where it stands.
    #[serde(flatten)]
    standing: MessageState,
    /// Of an opened message, the folder it lies in.
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<FolderName>,
    /// When it leaves the mailbox for good, if it was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    removed_on: Option<Timestamp>,
    /// What was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Content>,
    /// Why its content was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    erasure: Option<Erasure>,
}

/// Why a content was erased; when, `since` says. Its evidence stays.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Erasure {
    /// `order`, or `retention` when the time was over for which content is kept.
    because: ErasureCause,
    /// Of an order: its reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Of an order: its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<String>,
    /// How far the delivery came before.
    delivered: MessageState,
}

/// Why a content was erased.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ErasureCause {
    /// By order.
    Order,
    /// The time was over for which content is kept.
    Retention,
}

/// What opening a message shows.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Content {
    /// The body, as its sender wrote it. It is a stranger's text: never show it as HTML.
    body: String,
    /// How it is to be rendered.
    body_format: BodyFormatName,
    /// Its files.
    attachments: Vec<FileOfMessage>,
    /// Whether it may be replied to.
    reply_allowed: bool,
    /// The message that it answers, when that lies in the same mailbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 9007199254740991i64)]
    in_reply_to_message_id: Option<MessageId>,
    /// Who confirmed receipt, or opened it late: told to that person, and to who decides about the mailbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_by: Option<String>,
    /// The computed dates of service and appeal: an opinion with its reasoning, never evidence. Absent for sent messages and letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline: Option<Deadline>,
    /// Of a sent message: the receipt that the authority owes (13/2003 s.12).
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<SentReceipt>,
}

/// The receipt of a sent message.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SentReceipt {
    /// The number of its thread: of the first message.
    #[schema(minimum = 1, maximum = 9007199254740991i64)]
    thread: i64,
    /// What the authority itself calls the thread.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    /// SHA-256 of the body, in hex.
    #[schema(min_length = 64, max_length = 64)]
    body_sha256: String,
    /// The hub's seal (JWS) over the record of its acceptance.
    seal: String,
}

impl From<ReceiptView> for SentReceipt {
    fn from(receipt: ReceiptView) -> Self {
        Self {
            thread: receipt.thread,
            reference: receipt.reference,
            body_sha256: hex::encode(receipt.body_sha256),
            seal: receipt.seal,
        }
    }
}

/// How a body is to be rendered.
#[derive(Serialize, utoipa::ToSchema)]
pub enum BodyFormatName {
    /// Plain text.
    Text,
    /// Headings, lists, paragraphs, bold and https links of CommonMark.
    Markdown,
}

impl From<WaitingMessage> for Message {
    fn from(message: WaitingMessage) -> Self {
        let standing = if message.window_passed {
            Standing::WindowPassed(message.confirm_by)
        } else {
            Standing::AwaitsConfirmation(message.confirm_by)
        };
        Self {
            message_id: message.id,
            correspondent: message.correspondent.into(),
            title: message.title,
            at: message.at,
            message_service_type: ServiceType::Verifiable,
            standing: standing.into(),
            folder: None,
            removed_on: None,
            content: None,
            erasure: None,
        }
    }
}

impl From<ErasedMessage> for Message {
    fn from(message: ErasedMessage) -> Self {
        let (because, reason, order) = match message.order {
            Some(order) => (ErasureCause::Order, Some(order.reason), order.number),
            None => (ErasureCause::Retention, None, None),
        };
        let erasure = Erasure {
            because,
            reason,
            order,
            delivered: message.delivered.into(),
        };
        Self {
            message_id: message.id,
            correspondent: message.correspondent.into(),
            title: None,
            at: message.at,
            message_service_type: message.mode.into(),
            standing: Standing::Erased(message.erased_at).into(),
            folder: Some(message.folder.into()),
            removed_on: message.removed_on,
            content: None,
            erasure: Some(erasure),
        }
    }
}

impl From<MessageView> for Message {
    fn from(message: MessageView) -> Self {
        let content = Content {
            body: message.body,
            body_format: match message.body_format {
                BodyFormat::Text => BodyFormatName::Text,
                BodyFormat::Markdown => BodyFormatName::Markdown,
            },
            attachments: message.attachments.into_iter().map(Into::into).collect(),
            reply_allowed: message.reply_allowed,
            in_reply_to_message_id: message.reply_to,
            confirmed_by: message.confirmed_by.and_then(Accessor::into_name),
            deadline: message.deadline.map(Into::into),
            receipt: message.receipt.map(Into::into),
        };
        Self {
            message_id: message.id,
            correspondent: message.correspondent.into(),
            title: Some(message.title),
            at: message.at,
            message_service_type: message.mode.into(),
            standing: message.standing.into(),
            folder: Some(message.folder.into()),
            removed_on: message.removed_on,
            content: Some(content),
            erasure: None,
        }
    }
}

/// Opens a message. This is evidence: the first opening of its content hands it over, and later ones are recorded too, also those answered 304: one for
/// each person and hour. A verifiable message shows who sent it and until when receipt can be confirmed, and nothing is recorded before it is.
#[utoipa::path(get, path = "/api/v1/mailbox/messages/{id}", tag = "messages", security(("citizen" = [])),
    params(("id" = i64, Path, minimum = 1, maximum = 9007199254740991i64, description = "The messageId")), responses(
    (status = 200, description = "The message", body = Message),
    (status = 404, description = "No such message in the mailbox", body = super::Problem, content_type = "application/problem+json")))]
pub async fn open(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    Named(id): Named<MessageId>,
    known: Known,
) -> Result<Response, Response> {
    let opened = app.hub.open(&citizen, id).await.map_err(|error| problem(&error))?;
    let message: Message = match opened {
        Opened::Waiting(message) => message.into(),
        Opened::Message(message) => (*message).into(),
        Opened::Erased(message) => (*message).into(),
    };
    Ok(Tagged::new(&message)?.answer(&known))
}
