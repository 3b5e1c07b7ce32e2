//! The thread of a message, page by page: who wrote when and under which title, without opening anything.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::error::PageError;
use super::message::message_id;
use super::page::{Page, Section, html};
use super::session::CitizenSession;
use super::text::{Lang, Text};
use crate::domain::id::MessageId;
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::hub::view::{Folder, MessageSummary, Page as Rows, Standing};

#[derive(Template)]
#[template(path = "thread.html")]
pub(super) struct ThreadTemplate {
    pub t: Text,
    pub page: Page,
    pub id: MessageId,
    pub thread: Rows<MessageSummary>,
    pub paged: bool,
}

impl ThreadTemplate {
    pub(super) fn new(language: Language, citizen: &Citizen, id: MessageId, thread: Rows<MessageSummary>) -> Self {
        Self {
            t: Text::new(language),
            page: Page::of(citizen, Section::Other),
            id,
            thread,
            paged: false,
        }
    }
}

/// What the address of a thread may say.
#[derive(Debug, Deserialize)]
pub struct Paging {
    cursor: Option<String>,
}

/// `GET /messages/{id}/thread`
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Path(id): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Response, PageError> {
    let id = message_id(&id)?;
    let thread = app.hub.list_thread(&citizen, id, paging.cursor.as_deref()).await?;
    let page = ThreadTemplate {
        paged: paging.cursor.is_some(),
        ..ThreadTemplate::new(language, &citizen, id, thread)
    };
    Ok(html(StatusCode::OK, &page, language))
}
