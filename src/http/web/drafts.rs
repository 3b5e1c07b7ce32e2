//! Drafts as a whole: the list of them, beginning the draft of a reply, deleting one.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::draft::draft_id;
use super::error::PageError;
use super::message::{NoFields, message_id};
use super::page::{Page, Section, html};
use super::session::{CitizenSession, CsrfForm};
use super::text::{Lang, Text};
use crate::domain::id::DraftId;
use crate::domain::message::Written;
use crate::domain::name::Language;
use crate::http::App;
use crate::hub::ActError;
use crate::hub::draft::IDLE_DAYS;
use crate::hub::view::DraftSummary;

#[derive(Template)]
#[template(path = "drafts.html")]
pub(super) struct DraftsTemplate {
    pub t: Text,
    pub page: Page,
    pub full: bool,
    pub deleted: bool,
    pub kept_days: i64,
    pub drafts: Vec<DraftSummary>,
}

/// What the address of the list may say.
#[derive(Debug, Deserialize)]
pub struct Flags {
    deleted: Option<String>,
    full: Option<String>,
}

/// `GET /drafts`
pub async fn list(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Query(flags): Query<Flags>,
) -> Result<Response, PageError> {
    let page = DraftsTemplate {
        t: Text::new(language),
        page: Page::of(&citizen, Section::Drafts),
        full: flags.full.is_some(),
        deleted: flags.deleted.is_some(),
        kept_days: IDLE_DAYS,
        drafts: app.hub.drafts(&citizen).await?,
    };
    Ok(html(StatusCode::OK, &page, language))
}

/// `POST /messages/{id}/reply`: leads to the draft of the reply.
pub async fn reply(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Path(id): Path<String>,
    CsrfForm(NoFields {}): CsrfForm<NoFields>,
) -> Result<Response, PageError> {
    let target = app.hub.reply_target(&citizen, message_id(&id)?).await?;
    let title = reply_title(Text::new(language), &target.title);
    begun(app.hub.begin_reply(&citizen, target.id, title).await)
}

/// Leads to a draft that was begun; to the list of drafts when there are too many.
pub(super) fn begun(draft: Result<DraftId, ActError>) -> Result<Response, PageError> {
    let to = match draft {
        Ok(id) => format!("/drafts/{id}"),
        Err(ActError::Invalid(_)) => "/drafts?full=1".to_owned(),
        Err(error) => return Err(error.into()),
    };
    Ok(Redirect::to(&to).into_response())
}

/// The title of a reply to a message of this title, which may be a reply's itself.
pub(super) fn reply_title(t: Text, title: &str) -> String {
    let marked = |t: Text, title: &str| t.with("reply-title-of", "title", title).into_owned();
    let is_reply = |it| title.starts_with(&marked(Text::new(it), ""));
    let title = if Language::ALL.into_iter().any(is_reply) {
        title.to_owned()
    } else {
        marked(t, title)
    };
    title.chars().take(Written::MAX_TITLE).collect()
}

/// `POST /drafts/{id}/delete`
pub async fn delete(
    State(app): State<Arc<App>>,
    CitizenSession(citizen): CitizenSession,
    Path(id): Path<String>,
    CsrfForm(NoFields {}): CsrfForm<NoFields>,
) -> Result<Response, PageError> {
    app.hub.delete_draft(&citizen, draft_id(&id)?).await?;
    Ok(Redirect::to("/drafts?deleted=1").into_response())
}
