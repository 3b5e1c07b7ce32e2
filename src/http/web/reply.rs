//! Replying: the form, its files streamed to the hub as they come, and every mistake told beside its field.
//!
//! Nothing that was written is lost by a mistake: the texts stand in the form again, and files that were taken stay taken.

pub(super) mod form;

use std::sync::Arc;

use askama::Template;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use self::form::{Kept, Problem, ReplyForm, problems};
use super::error::PageError;
use super::message::message_id;
use super::page::{Page, Section, html};
use super::session::CitizenSession;
use super::text::{Lang, Text};
use crate::domain::attachment::MAX_UPLOAD_REQUEST;
use crate::domain::id::MessageId;
use crate::domain::message::ReplyDraft;
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::hub::ActError;
use crate::hub::view::ReplyTarget;

/// Largest whole form in bytes: ten files of the largest size, the texts, and the framing.
#[expect(clippy::cast_possible_truncation, reason = "about 106 million")]
pub const MAX_FORM: usize = ReplyDraft::MAX_ATTACHMENTS * MAX_UPLOAD_REQUEST as usize + 1_048_576;

#[derive(Template)]
#[template(path = "reply.html")]
pub(super) struct ReplyTemplate {
    pub t: Text,
    pub page: Page,
    pub to: MessageId,
    pub recipient: String,
    pub title: String,
    pub body: String,
    pub kept: Vec<Kept>,
    pub problems: Vec<Problem>,
}

impl ReplyTemplate {
    pub(super) fn new(language: Language, citizen: &Citizen, message: &ReplyTarget, form: ReplyForm) -> Self {
        let t = Text::new(language);
        let to = &message.correspondent;
        Self {
            t,
            page: Page::of(citizen, Section::Inbox),
            to: message.id,
            recipient: format!("{}, {}", t.name(&to.organisation), t.name(&to.service)),
            title: form.title,
            body: form.body,
            kept: form.kept,
            problems: form.problems,
        }
    }

    fn problems_of<'a>(&'a self, field: &'static str) -> impl Iterator<Item = &'a Problem> + Clone {
        self.problems.iter().filter(move |it| it.field == field)
    }

    fn has_problem(&self, field: &'static str) -> bool {
        self.problems_of(field).next().is_some()
    }
}

/// `GET /messages/{id}/reply`
pub async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let message = app.hub.reply_target(&citizen, message_id(&id)?).await?;
    let form = ReplyForm::prefilled(Text::new(language), &message.title);
    let page = ReplyTemplate::new(language, &citizen, &message, form);
    Ok(html(StatusCode::OK, &page, language))
}

/// `POST /messages/{id}/reply`
pub async fn submit(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Path(id): Path<String>,
    multipart: Multipart,
) -> Result<Response, Response> {
    let refuse = |error: PageError| error.into_response();
    let to = message_id(&id).map_err(refuse)?;
    // Before any file is taken: whether this person may reply here at all.
    let message = app
        .hub
        .reply_target(&citizen, to)
        .await
        .map_err(|error| refuse(error.into()))?;
    let t = Text::new(language);
    let mut form = form::read(&app.hub, &citizen, t, multipart).await?;
    let ids: Vec<_> = form.kept.iter().map(|file| file.id.as_str()).collect();
    let found = match ReplyDraft::parse(&form.title, &form.body, &ids) {
        Err(found) => found,
        Ok(_) if !form.problems.is_empty() => Vec::new(),
        Ok(draft) => match app.hub.reply(&citizen, to, draft).await {
            Ok(receipt) => return Ok(Redirect::to(&format!("/messages/{}?sent=1", receipt.id)).into_response()),
            Err(ActError::Invalid(found)) => found,
            Err(error) => return Err(refuse(error.into())),
        },
    };
    form.problems.extend(problems(t, &found));
    let page = ReplyTemplate::new(language, &citizen, &message, form);
    Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page, language))
}
