//! Drafts: everything that is sent is written in one, and sent once.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;

use super::bearer::CitizenBearer;
use super::conditional::{Expected, Known, Tagged, changed_meanwhile};
use super::request::{JsonBody, Named};
use super::view::{CorrespondentView, FileOfMessage};
use crate::domain::fields::{message_id, read_object};
use crate::domain::id::{DraftId, MessageId, ServiceId};
use crate::domain::message::Violation;
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::http::error::problem;
use crate::hub::ActError;
use crate::hub::draft::DraftText;
use crate::hub::view::{DraftSummary, DraftView, Hindrance};

/// Most characters of a text that is kept: over every length that can be sent, so that too long a text is told as such and not lost.
const MOST_CHARS: usize = 100_000;

/// The drafts of this person in this mailbox.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Drafts {
    /// All of them, at most 100, the last written first.
    drafts: Vec<DraftRow>,
}

/// A row of the list of drafts.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftRow {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    draft_id: DraftId,
    /// To whom.
    correspondent: CorrespondentView,
    /// Whether it answers a message.
    is_reply: bool,
    /// Title so far.
    title: String,
    /// When it was last written.
    #[schema(value_type = String, format = DateTime)]
    saved_at: Timestamp,
}

impl From<DraftSummary> for DraftRow {
    fn from(draft: DraftSummary) -> Self {
        Self {
            draft_id: draft.id,
            correspondent: draft.correspondent.into(),
            is_reply: draft.is_reply,
            title: draft.title,
            saved_at: draft.saved_at,
        }
    }
}

/// A draft.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    draft_id: DraftId,
    /// To whom.
    correspondent: CorrespondentView,
    /// The message that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 9007199254740991i64)]
    in_reply_to_message_id: Option<MessageId>,
    /// Title so far.
    title: String,
    /// Body so far.
    body: String,
    /// Its files.
    files: Vec<FileOfMessage>,
    /// When it was last written.
    #[schema(value_type = String, format = DateTime)]
    saved_at: Timestamp,
    /// Why it cannot be sent now.
    #[serde(skip_serializing_if = "Option::is_none")]
    hindrance: Option<HindranceName>,
    /// The message that it became; nothing else of it is left then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 9007199254740991i64)]
    sent_message_id: Option<MessageId>,
}

/// Why a draft cannot be sent now.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum HindranceName {
    /// The mailbox is not in use.
    MailboxNotInUse,
    /// The authority takes no replies to that message, or no messages to that service, or not any more.
    NotTaken,
}

impl From<DraftView> for Draft {
    fn from(draft: DraftView) -> Self {
        Self {
            draft_id: draft.id,
            correspondent: draft.correspondent.into(),
            in_reply_to_message_id: draft.reply_to,
            title: draft.text.title,
            body: draft.text.body,
            files: draft.files.into_iter().map(Into::into).collect(),
            saved_at: draft.saved_at,
            hindrance: draft.hindrance.map(|hindrance| match hindrance {
                Hindrance::MailboxNotInUse => HindranceName::MailboxNotInUse,
                Hindrance::NotTaken => HindranceName::NotTaken,
            }),
            sent_message_id: draft.sent,
        }
    }
}

/// The draft as it is now, and when it was last written.
async fn tagged(app: &App, citizen: &Citizen, id: DraftId) -> Result<(Tagged, Timestamp), Response> {
    let draft = app.hub.draft(citizen, id).await.map_err(|error| problem(&error))?;
    let saved_at = draft.saved_at;
    Ok((Tagged::new(&Draft::from(draft))?, saved_at))
}

/// This person's drafts in this mailbox, the last written first.
#[utoipa::path(get, path = "/api/v1/mailbox/drafts", tag = "writing", security(("citizen" = [])), responses(
    (status = 200, description = "All of them", body = Drafts)))]
pub async fn list(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    known: Known,
) -> Result<Response, Response> {
    let drafts = app.hub.drafts(&citizen).await.map_err(|error| problem(&error))?;
    let drafts = drafts.into_iter().map(Into::into).collect();
    Ok(Tagged::new(&Drafts { drafts })?.answer(&known))
}

/// A draft to begin: of a reply, or of a new message; one of the two ids.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what `addressee` reads")]
pub struct NewDraft {
    /// The message that it answers.
    #[schema(minimum = 1, maximum = 9007199254740991i64)]
    in_reply_to_message_id: Option<i64>,
    /// Of a reply, its first title.
    #[schema(max_length = 256)]
    title: Option<String>,
    /// The service that a new message goes to; one of those under `/api/v1/mailbox/services`.
    service_id: Option<uuid::Uuid>,
}

#[derive(Debug, PartialEq, Eq)]
enum Addressee {
    Message(MessageId, String),
    Service(ServiceId),
}

fn addressee(body: &[u8]) -> Result<Addressee, Vec<Violation>> {
    read_object(body, |fields, found| {
        let message = fields.optional("inReplyToMessageId", found);
        let service = fields.optional_text("serviceId", 1, 64, found)?;
        let title = fields.optional_text("title", 0, 256, found)?;
        match (message, service) {
            (Some(message), None) => {
                let message = message_id(message, || fields.at("inReplyToMessageId"), found)?;
                Some(Addressee::Message(message, title.unwrap_or_default()))
            }
            (None, Some(service)) => match service.parse() {
                Ok(service) => Some(Addressee::Service(service)),
                Err(_) => {
                    found.push(Violation::new(
                        fields.at("serviceId"),
                        "bad-uuid",
                        "A serviceId is a UUID.",
                    ));
                    None
                }
            },
            _ => {
                let text = "Send one of inReplyToMessageId and serviceId.";
                found.push(Violation::new("", "required", text));
                None
            }
        }
    })
}

/// Begins a draft: of a reply the one that this person began before, of a new message one that nothing was written in yet, else a new one.
#[utoipa::path(post, path = "/api/v1/mailbox/drafts", tag = "writing", security(("citizen" = [])), request_body = NewDraft, responses(
    (status = 201, description = "The draft, durably", body = Draft, headers(("Location" = String, description = "Its path"))),
    (status = 403, description = "The authority takes no replies to that message", body = super::Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such message in the mailbox, or no such service that takes messages", body = super::Problem, content_type = "application/problem+json")))]
pub async fn begin(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    JsonBody(body): JsonBody,
) -> Result<Response, Response> {
    let begun = match addressee(&body).map_err(|found| problem(&ActError::Invalid(found)))? {
        Addressee::Message(message, title) => app.hub.begin_reply(&citizen, message, title).await,
        Addressee::Service(service) => app.hub.begin_message(&citizen, service).await,
    };
    let id = begun.map_err(|error| problem(&error))?;
    let mut response = tagged(&app, &citizen, id).await?.0.changed(StatusCode::CREATED);
    if let Ok(path) = HeaderValue::from_str(&format!("/api/v1/mailbox/drafts/{id}")) {
        response.headers_mut().insert(header::LOCATION, path);
    }
    Ok(response)
}

/// One draft.
#[utoipa::path(get, path = "/api/v1/mailbox/drafts/{id}", tag = "writing", security(("citizen" = [])),
    params(("id" = uuid::Uuid, Path, description = "The draftId")), responses(
    (status = 200, description = "The draft", body = Draft),
    (status = 404, description = "No such draft of this person", body = super::Problem, content_type = "application/problem+json")))]
pub async fn show(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    Named(id): Named<DraftId>,
    known: Known,
) -> Result<Response, Response> {
    Ok(tagged(&app, &citizen, id).await?.0.answer(&known))
}

/// A text as it is being written; what could not be sent is kept too.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes what `text` reads")]
pub struct DraftBody {
    /// Title; 1-256 characters when it is sent.
    #[schema(max_length = 100000)]
    title: String,
    /// Body, plain text; 1-40 000 characters when it is sent.
    #[schema(max_length = 100000)]
    body: String,
}

/// The text of a body.
pub(super) fn text(body: &[u8]) -> Result<DraftText, Vec<Violation>> {
    read_object(body, |fields, found| {
        let title = fields.sized_text("title", 0, MOST_CHARS, found);
        let body = fields.sized_text("body", 0, MOST_CHARS, found);
        Some(DraftText {
            title: title?,
            body: body?,
        })
    })
}

/// Keeps what was written, in the place of what was there.
#[utoipa::path(put, path = "/api/v1/mailbox/drafts/{id}", tag = "writing", security(("citizen" = [])),
    params(("id" = uuid::Uuid, Path, description = "The draftId")), request_body = DraftBody, responses(
    (status = 200, description = "The draft as it is now, durably", body = Draft),
    (status = 403, description = "The message was sent", body = super::Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such draft of this person", body = super::Problem, content_type = "application/problem+json")))]
pub async fn save(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    Named(id): Named<DraftId>,
    expected: Expected,
    JsonBody(body): JsonBody,
) -> Result<Response, Response> {
    let text = text(&body).map_err(|found| problem(&ActError::Invalid(found)))?;
    let (current, saved_at) = tagged(&app, &citizen, id).await?;
    expected.check(&current)?;
    let seen = expected.is_set().then_some(saved_at);
    match app.hub.save_draft_as_seen(&citizen, id, text, seen).await {
        Ok(_) => Ok(tagged(&app, &citizen, id).await?.0.changed(StatusCode::OK)),
        Err(ActError::Contradiction(_)) => Err(changed_meanwhile()),
        Err(error) => Err(problem(&error)),
    }
}

/// Deletes a draft with its files.
#[utoipa::path(delete, path = "/api/v1/mailbox/drafts/{id}", tag = "writing", security(("citizen" = [])),
    params(("id" = uuid::Uuid, Path, description = "The draftId")), responses(
    (status = 204, description = "Deleted, durably"),
    (status = 403, description = "The message was sent", body = super::Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such draft of this person", body = super::Problem, content_type = "application/problem+json")))]
pub async fn delete(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    Named(id): Named<DraftId>,
) -> Result<StatusCode, Response> {
    let deleted = app.hub.delete_draft(&citizen, id).await;
    deleted
        .map(|()| StatusCode::NO_CONTENT)
        .map_err(|error| problem(&error))
}
