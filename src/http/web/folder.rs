//! The lists: inbox, sent, archive and deleted messages, newest first, page by page; and the buttons that file what is ticked.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;

use super::error::PageError;
use super::filing::{self, FiledFlags, Notice};
use super::page::{Page, Section, html};
use super::session::CitizenSession;
use super::text::{Lang, Text};
use super::thread;
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::hub::view::{Filing, Folder, MessageSummary, Page as Rows, Standing};

/// The lists, the thread of a message, and filing.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/inbox", get(inbox))
        .route("/sent", get(sent))
        .route("/archive", get(archive))
        .route("/deleted", get(deleted))
        .route("/filing", post(filing::file))
        .route("/messages/{id}/thread", get(thread::show))
}

#[derive(Template)]
#[template(path = "folder.html")]
pub(super) struct FolderTemplate {
    pub t: Text,
    pub page: Page,
    pub folder: Folder,
    pub title: &'static str,
    pub empty: &'static str,
    pub active: bool,
    pub needs_address: bool,
    pub activated: bool,
    pub notice: Option<Notice>,
    /// How many days deleted messages are kept.
    pub deleted_days: u64,
    /// The cursor of the page shown.
    pub cursor: Option<String>,
    /// Whether every box is ticked.
    pub all: bool,
    pub rows: Vec<MessageSummary>,
    pub previous: Option<String>,
    pub next: Option<String>,
}

impl FolderTemplate {
    pub(super) fn new(language: Language, citizen: &Citizen, folder: Folder, rows: Rows<MessageSummary>) -> Self {
        let (title, empty) = match folder {
            Folder::Inbox => ("inbox-title", "inbox-empty"),
            Folder::Sent => ("sent-title", "sent-empty"),
            Folder::Archive => ("archive-title", "archive-empty"),
            Folder::Deleted => ("deleted-title", "deleted-empty"),
        };
        Self {
            t: Text::new(language),
            page: Page::of(citizen, section(folder)),
            folder,
            title,
            empty,
            active: true,
            needs_address: false,
            activated: false,
            notice: None,
            deleted_days: 0,
            cursor: None,
            all: false,
            rows: rows.rows,
            previous: rows.previous,
            next: rows.next,
        }
    }

    /// The buttons.
    fn offers(&self) -> &'static [(Filing, &'static str)] {
        offers(self.folder)
    }

    /// Whether a message was sent and lies where received ones lie too.
    fn is_sent_elsewhere(&self, row: &MessageSummary) -> bool {
        row.standing == Standing::Sent && self.folder != Folder::Sent
    }

    /// The address of this page with every box ticked, or with none when they are.
    fn toggled(&self) -> String {
        let cursor = self.cursor.as_deref().map(|cursor| ("cursor", cursor));
        let select = (!self.all).then_some(("select", "all"));
        filing::address(self.folder, cursor.into_iter().chain(select))
    }
}

/// The part of the navigation that a folder stands in.
pub(super) const fn section(folder: Folder) -> Section {
    match folder {
        Folder::Inbox => Section::Inbox,
        Folder::Sent => Section::Sent,
        Folder::Archive => Section::Archive,
        Folder::Deleted => Section::Deleted,
    }
}

/// How messages of a folder can be filed, each with its button's text.
pub(super) const fn offers(folder: Folder) -> &'static [(Filing, &'static str)] {
    match folder {
        Folder::Inbox | Folder::Sent => &[(Filing::Archive, "file-archive"), (Filing::Delete, "file-delete")],
        Folder::Archive => &[(Filing::Unarchive, "file-unarchive"), (Filing::Delete, "file-delete")],
        Folder::Deleted => &[(Filing::Restore, "file-restore")],
    }
}

/// What the address of a list may say.
#[derive(Debug, Deserialize)]
pub struct Paging {
    cursor: Option<String>,
    done: Option<String>,
    select: Option<String>,
    #[serde(flatten)]
    filed: FiledFlags,
}

/// `GET /inbox`
async fn inbox(app: State<Arc<App>>, lang: Lang, who: CitizenSession, paging: Query<Paging>) -> Shown {
    show(app, lang, who, paging, Folder::Inbox).await
}

/// `GET /sent`
async fn sent(app: State<Arc<App>>, lang: Lang, who: CitizenSession, paging: Query<Paging>) -> Shown {
    show(app, lang, who, paging, Folder::Sent).await
}

/// `GET /archive`
async fn archive(app: State<Arc<App>>, lang: Lang, who: CitizenSession, paging: Query<Paging>) -> Shown {
    show(app, lang, who, paging, Folder::Archive).await
}

/// `GET /deleted`
async fn deleted(app: State<Arc<App>>, lang: Lang, who: CitizenSession, paging: Query<Paging>) -> Shown {
    show(app, lang, who, paging, Folder::Deleted).await
}

type Shown = Result<Response, PageError>;

async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Query(paging): Query<Paging>,
    folder: Folder,
) -> Shown {
    let state = app.hub.in_use(&citizen).await?;
    let rows = app.hub.list_folder(&citizen, folder, paging.cursor.as_deref()).await?;
    let page = FolderTemplate {
        active: state.active,
        needs_address: state.needs_address,
        activated: paging.done.as_deref() == Some("activated"),
        notice: Notice::read(Text::new(language), &paging.filed),
        deleted_days: app.hub.options.deleted_window.as_secs() / 86_400,
        all: paging.select.as_deref() == Some("all"),
        cursor: paging.cursor,
        ..FolderTemplate::new(language, &citizen, folder, rows)
    };
    Ok(html(StatusCode::OK, &page, language))
}
