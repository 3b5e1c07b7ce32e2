//! One message: the gate before a verifiable one is confirmed, the message itself, and the confirmation.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::deadline::{DeadlineView, Reader};
use super::deliberate::Arrival;
use super::dress::framing_policy;
use super::erased::ErasedTemplate;
use super::error::{Kind, PageError};
use super::folder::{offers, section};
use super::openness::access_log::named;
use super::page::{Page, Section, html};
use super::session::{CitizenSession, CsrfForm};
use super::text::{Lang, Text};
use crate::domain::attachment::{FileName, MediaType};
use crate::domain::id::{AttachmentId, MessageId};
use crate::domain::markup::{SafeHtml, render};
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::hub::ActError;
use crate::hub::view::{AttachmentView, Filing, Folder, MessageView, Opened, ReceiptView, Standing, WaitingMessage};

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
    /// The file that is shown beside the message.
    pub beside: Option<AttachmentId>,
    pub back: &'static str,
    pub receipt: Option<ReceiptView>,
    /// Who confirmed receipt, or opened it late.
    pub confirmed_by: Option<String>,
    pub message: MessageView,
}

/// A file as the page names it.
pub(super) struct FileLine {
    pub id: AttachmentId,
    pub name: String,
    pub kind: String,
    pub size: String,
    /// Whether a browser shows it.
    pub is_pdf: bool,
    pub sha256: String,
}

impl MessageTemplate {
    pub(super) fn new(language: Language, citizen: &Citizen, mut message: MessageView, just_sent: bool) -> Self {
        let t = Text::new(language);
        let is_sent = message.standing == Standing::Sent;
        Self {
            t,
            page: Page::of(citizen, section(message.folder)),
            body: render(&message.body, message.body_format),
            files: message.attachments.iter().map(|file| line(t, file)).collect(),
            deadline: message
                .deadline
                .as_ref()
                .map(|outcome| DeadlineView::new(t, outcome, Reader::Recipient)),
            is_sent,
            just_sent,
            beside: None,
            back: back_to(message.folder),
            receipt: message.receipt.take(),
            confirmed_by: message.confirmed_by.take().map(|by| named(t, by)),
            message,
        }
    }

    /// The buttons that file it.
    fn offers(&self) -> &'static [(Filing, &'static str)] {
        offers(self.message.folder)
    }

    /// Shows one of the message's PDFs beside it; any other id shows nothing.
    fn show_beside(&mut self, file: &str) {
        let mut shown = self.files.iter().filter(|it| it.is_pdf).map(|it| it.id);
        self.beside = shown.find(|id| id.to_string() == file);
    }

    /// The page takes the whole screen when a file stands beside the message.
    fn width(&self) -> &'static str {
        self.beside.map_or("", |_| " broad")
    }

    fn is_beside(&self, file: &FileLine) -> bool {
        self.beside == Some(file.id)
    }

    /// The name of the file that is shown beside the message.
    fn beside_name(&self) -> &str {
        let file = self.files.iter().find(|it| Some(it.id) == self.beside);
        file.map_or("", |it| &it.name)
    }

    fn body_hash(&self) -> String {
        self.receipt
            .as_ref()
            .map(|it| hex::encode(it.body_sha256))
            .unwrap_or_default()
    }
}

/// The words of the link back to a folder.
pub(super) const fn back_to(folder: Folder) -> &'static str {
    match folder {
        Folder::Inbox => "back-to-inbox",
        Folder::Sent => "back-to-sent",
        Folder::Archive => "back-to-archive",
        Folder::Deleted => "back-to-deleted",
    }
}

/// A file as the pages name it.
pub(super) fn line(t: Text, file: &AttachmentView) -> FileLine {
    FileLine {
        id: file.id,
        name: display_name(t, &file.filename),
        kind: t.file_kind(&file.media_type).into_owned(),
        size: t.size(file.size),
        is_pdf: file.media_type == MediaType::Pdf.as_str(),
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
    file: Option<String>,
}

/// `GET /messages/{id}`. To who comes from another site the gate is shown, which opens nothing; to a message they go on by themselves.
pub async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    arrival: Arrival,
    Path(id): Path<String>,
    Query(flags): Query<Flags>,
) -> Result<Response, PageError> {
    let id = message_id(&id)?;
    if arrival.foreign {
        return Ok(match app.hub.gate(&citizen, id).await? {
            Some(message) => gate(language, &citizen, message),
            None => arrival.page(language, &citizen),
        });
    }
    Ok(match app.hub.open(&citizen, id).await? {
        Opened::Waiting(message) => gate(language, &citizen, message),
        Opened::Erased(message) => html(
            StatusCode::OK,
            &ErasedTemplate::new(language, &citizen, *message),
            language,
        ),
        Opened::Message(message) => {
            let mut page = MessageTemplate::new(language, &citizen, *message, flags.sent.is_some());
            page.show_beside(flags.file.as_deref().unwrap_or_default());
            let mut response = html(StatusCode::OK, &page, language);
            if page.beside.is_some()
                && let Ok(policy) = HeaderValue::try_from(framing_policy(&app))
            {
                response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
            }
            response
        }
    })
}

fn gate(language: Language, citizen: &Citizen, message: WaitingMessage) -> Response {
    let t = Text::new(language);
    let page = Page::of(citizen, Section::Inbox);
    html(StatusCode::OK, &GateTemplate { t, page, message }, language)
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
    match app.hub.confirm(&citizen, id).await {
        // Where the content was erased meanwhile, the page says so. Otherwise back to the gate, which leads to the login: browsers hold what follows a form to the page's own policy, and the way to a bank leads
        // through hosts that none can name beforehand.
        Ok(_) | Err(ActError::LoginTooOld | ActError::Contradiction(_)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to(&format!("/messages/{id}")).into_response())
}
