//! The lists: the inbox and what was sent, newest first, page by page.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::error::PageError;
use super::page::{Page, Section, html};
use super::session::CitizenSession;
use super::text::{Lang, Text};
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::hub::view::{Folder, MessageSummary, Page as Rows, Standing};

#[derive(Template)]
#[template(path = "folder.html")]
pub(super) struct FolderTemplate {
    pub t: Text,
    pub page: Page,
    pub title: &'static str,
    pub empty: &'static str,
    pub path: &'static str,
    pub active: bool,
    pub needs_address: bool,
    pub activated: bool,
    pub paged: bool,
    pub rows: Vec<MessageSummary>,
    pub next: Option<String>,
}

impl FolderTemplate {
    pub(super) fn new(language: Language, citizen: &Citizen, folder: Folder, rows: Rows<MessageSummary>) -> Self {
        let (section, title, empty, path) = match folder {
            Folder::Inbox => (Section::Inbox, "inbox-title", "inbox-empty", "/inbox"),
            Folder::Sent => (Section::Sent, "sent-title", "sent-empty", "/sent"),
        };
        Self {
            t: Text::new(language),
            page: Page::of(citizen, section),
            title,
            empty,
            path,
            active: true,
            needs_address: false,
            activated: false,
            paged: false,
            rows: rows.rows,
            next: rows.next,
        }
    }
}

/// What the address of a list may say.
#[derive(Debug, Deserialize)]
pub struct Paging {
    cursor: Option<String>,
    done: Option<String>,
}

/// `GET /inbox`
pub async fn inbox(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Query(paging): Query<Paging>,
) -> Result<Response, PageError> {
    show(&app, language, &citizen, Folder::Inbox, &paging).await
}

/// `GET /sent`
pub async fn sent(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Query(paging): Query<Paging>,
) -> Result<Response, PageError> {
    show(&app, language, &citizen, Folder::Sent, &paging).await
}

async fn show(
    app: &App,
    language: Language,
    citizen: &Citizen,
    folder: Folder,
    paging: &Paging,
) -> Result<Response, PageError> {
    let status = app.hub.mailbox_status(citizen).await?;
    let rows = app.hub.list_folder(citizen, folder, paging.cursor.as_deref()).await?;
    let page = FolderTemplate {
        active: status.active,
        needs_address: status.active && status.needs_address && status.decides,
        activated: paging.done.as_deref() == Some("activated"),
        paged: paging.cursor.is_some(),
        ..FolderTemplate::new(language, citizen, folder, rows)
    };
    Ok(html(StatusCode::OK, &page, language))
}
