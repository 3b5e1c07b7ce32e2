//! One message: the gate before a verifiable one is confirmed, the message itself, and the confirmation.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::deadline::DeadlineView;
use super::error::{Kind, PageError};
use super::page::{Page, Section, html};
use super::session::{CitizenSession, CsrfForm};
use super::text::{Lang, Text};
use crate::domain::attachment::FileName;
use crate::domain::id::{AttachmentId, MessageId};
use crate::domain::markup::{SafeHtml, render};
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::hub::view::{AttachmentView, MessageView, Opened, ReceiptView, Standing, WaitingMessage};

#[derive(Template)]
#[template(path = "gate.html")]
pub(super) struct GateTemplate {
    pub t: Text,
    pub page: Page,
    pub message: WaitingMessage,
}

#[derive(Template)]
#[template(path = "message.html")]
pub(super) struct MessageTemplate {
    pub t: Text,
    pub page: Page,
    pub body: SafeHtml,
    pub files: Vec<FileLine>,
    pub deadline: Option<DeadlineView>,
    pub is_sent: bool,
    pub just_sent: bool,
    pub receipt: Option<ReceiptView>,
    pub message: MessageView,
}

/// A file as the page names it.
pub(super) struct FileLine {
    pub id: AttachmentId,
    pub name: String,
    pub kind: String,
    pub size: String,
    pub sha256: String,
}

impl MessageTemplate {
    pub(super) fn new(language: Language, citizen: &Citizen, mut message: MessageView, just_sent: bool) -> Self {
        let t = Text::new(language);
        let is_sent = message.standing == Standing::Sent;
        Self {
            t,
            page: Page::of(citizen, if is_sent { Section::Sent } else { Section::Inbox }),
            body: render(&message.body, message.body_format),
            files: message.attachments.iter().map(|file| line(t, file)).collect(),
            deadline: message.deadline.as_ref().map(|outcome| DeadlineView::new(t, outcome)),
            is_sent,
            just_sent,
            receipt: message.receipt.take(),
            message,
        }
    }

    fn body_hash(&self) -> String {
        self.receipt
            .as_ref()
            .map(|it| hex::encode(it.body_sha256))
            .unwrap_or_default()
    }
}

/// A file as the pages name it.
pub(super) fn line(t: Text, file: &AttachmentView) -> FileLine {
    FileLine {
        id: file.id,
        name: display_name(t, &file.filename),
        kind: t.file_kind(&file.media_type).into_owned(),
        size: t.size(file.size),
        sha256: hex::encode(file.sha256),
    }
}

/// A file's name so that it cannot mislead.
pub(super) fn display_name(t: Text, filename: &str) -> String {
    FileName::parse(filename).map_or_else(|_| t.get("file-unnamed").into_owned(), |name| name.display())
}

/// The message that an address names; what is no number names none.
pub(super) fn message_id(text: &str) -> Result<MessageId, PageError> {
    text.parse().map_err(|_| PageError::Bare(Kind::NotFound))
}

/// What the address of a message may say.
#[derive(Debug, Deserialize)]
pub struct Flags {
    sent: Option<String>,
}

/// `GET /messages/{id}`
pub async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Path(id): Path<String>,
    Query(flags): Query<Flags>,
) -> Result<Response, PageError> {
    Ok(match app.hub.open(&citizen, message_id(&id)?).await? {
        Opened::Waiting(message) => {
            let t = Text::new(language);
            let page = Page::of(&citizen, Section::Inbox);
            html(StatusCode::OK, &GateTemplate { t, page, message }, language)
        }
        Opened::Message(message) => {
            let page = MessageTemplate::new(language, &citizen, *message, flags.sent.is_some());
            html(StatusCode::OK, &page, language)
        }
    })
}

/// A form with nothing but its token.
#[derive(Debug, Deserialize)]
pub struct NoFields {}

/// `POST /messages/{id}/confirm`
pub async fn confirm(
    State(app): State<Arc<App>>,
    CitizenSession(citizen): CitizenSession,
    Path(id): Path<String>,
    CsrfForm(NoFields {}): CsrfForm<NoFields>,
) -> Result<Response, PageError> {
    let id = message_id(&id)?;
    app.hub.confirm(&citizen, id).await?;
    Ok(Redirect::to(&format!("/messages/{id}")).into_response())
}
