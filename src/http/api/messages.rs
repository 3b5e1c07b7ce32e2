//! The messages of the mailbox: folder by folder, found by words, thread by thread; each list page by page.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::bearer::CitizenBearer;
use super::conditional::{Known, Tagged};
use super::request::{Asked, Named};
use super::view::MessageRow;
use crate::domain::id::MessageId;
use crate::domain::message::Violation;
use crate::domain::search::SearchQuery;
use crate::http::App;
use crate::http::error::problem;
use crate::hub::ActError;
use crate::hub::folder::MOST_ROWS;
use crate::hub::view::{Folder, MessageSummary, Page};

/// Messages on a page when the program does not say.
const ROWS: usize = 20;

/// A page of messages.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Messages {
    /// Newest first. A page may be shorter than others, also empty, while there is a next one.
    messages: Vec<MessageRow>,
    /// The `cursor` of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl From<Page<MessageSummary>> for Messages {
    fn from(page: Page<MessageSummary>) -> Self {
        Self {
            messages: page.rows.into_iter().map(Into::into).collect(),
            next: page.next,
        }
    }
}

/// Which page of which folder.
#[derive(Deserialize)]
pub struct FolderPage {
    folder: Option<String>,
    cursor: Option<String>,
    limit: Option<String>,
}

impl FolderPage {
    fn read(&self) -> Result<(Folder, usize), ActError> {
        let mut found = Vec::new();
        let folder = self.folder.as_deref().map_or(Some(Folder::Inbox), Folder::named);
        if folder.is_none() {
            let names: Vec<_> = Folder::ALL.iter().map(|it| format!("\"{}\"", it.as_str())).collect();
            let text = format!("Send one of {}.", names.join(", "));
            found.push(Violation::new("/folder", "not-allowed-value", text));
        }
        let in_range = |rows: &usize| (1..=MOST_ROWS).contains(rows);
        let limit = match &self.limit {
            None => Some(ROWS),
            Some(limit) => limit.parse().ok().filter(in_range),
        };
        if limit.is_none() {
            let text = format!("Send a whole number from 1 to {MOST_ROWS}.");
            found.push(Violation::new("/limit", "not-allowed-value", text));
        }
        folder.zip(limit).ok_or(ActError::Invalid(found))
    }
}

/// The messages of a folder, newest first.
#[utoipa::path(get, path = "/api/v1/mailbox/messages", tag = "messages", security(("citizen" = [])),
    params(("folder" = Option<super::view::FolderName>, Query, description = "`inbox` when left out"),
           ("cursor" = Option<String>, Query, description = "`next` of the page before; the first page when left out"),
           ("limit" = Option<u16>, Query, minimum = 1, maximum = 100, description = "At most so many, 1-100; 20 when left out")), responses(
    (status = 200, description = "A page", body = Messages)))]
pub async fn list(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    Asked(asked): Asked<FolderPage>,
    known: Known,
) -> Result<Response, Response> {
    let (folder, rows) = asked.read().map_err(|error| problem(&error))?;
    let page = app
        .hub
        .list_folder_by(&citizen, folder, asked.cursor.as_deref(), rows)
        .await;
    let messages: Messages = page.map_err(|error| problem(&error))?.into();
    Ok(Tagged::new(&messages)?.answer(&known))
}

/// Which page.
#[derive(Deserialize)]
pub struct Paging {
    pub(super) cursor: Option<String>,
}

/// What was written before and after a message, received and sent, newest first, the message itself among it. Opens nothing.
#[utoipa::path(get, path = "/api/v1/mailbox/messages/{id}/thread", tag = "messages", security(("citizen" = [])),
    params(("id" = i64, Path, minimum = 1, maximum = 9007199254740991i64, description = "The messageId"),
           ("cursor" = Option<String>, Query, description = "`next` of the page before; the first page when left out")), responses(
    (status = 200, description = "A page", body = Messages),
    (status = 404, description = "No such message in the mailbox", body = super::Problem, content_type = "application/problem+json")))]
pub async fn thread(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    Named(id): Named<MessageId>,
    Asked(paging): Asked<Paging>,
    known: Known,
) -> Result<Response, Response> {
    let page = app.hub.list_thread(&citizen, id, paging.cursor.as_deref()).await;
    let messages: Messages = page.map_err(|error| problem(&error))?.into();
    Ok(Tagged::new(&messages)?.answer(&known))
}

/// What to look for.
#[derive(Deserialize)]
pub struct Words {
    q: Option<String>,
    cursor: Option<String>,
}

/// A page of messages that were found.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundMessages {
    /// Newest first.
    messages: Vec<MessageRow>,
    /// The `cursor` of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// Whether messages may be missing because they are not indexed yet; ask again in a moment.
    incomplete: bool,
    /// Whether more words were sent than are searched for: the first eight count.
    shortened: bool,
}

/// Messages that hold every word of `q`, each at least as the beginning of one of theirs, in sender, title or body; case and diacritics do not count.
/// Of a verifiable message whose receipt is not confirmed the body is not searched. Deleted messages are left out.
#[utoipa::path(get, path = "/api/v1/mailbox/search", tag = "messages", security(("citizen" = [])),
    params(("q" = String, Query, description = "Words, of which the first eight and the first 1 000 characters count", example = "rakennuslupa"),
           ("cursor" = Option<String>, Query, description = "`next` of the page before; the first page when left out")), responses(
    (status = 200, description = "A page", body = FoundMessages)))]
pub async fn search(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    Asked(asked): Asked<Words>,
    known: Known,
) -> Result<Response, Response> {
    let query = SearchQuery::parse(asked.q.as_deref().unwrap_or_default()).map_err(|_| {
        let text = "Send at least one letter or digit to search for.";
        problem(&ActError::Invalid(vec![Violation::new("/q", "required", text)]))
    })?;
    let found = app.hub.search(&citizen, &query, asked.cursor.as_deref()).await;
    let found = found.map_err(|error| problem(&error))?;
    let messages = FoundMessages {
        messages: found.rows.into_iter().map(|row| row.summary.into()).collect(),
        next: found.next,
        incomplete: found.incomplete,
        shortened: query.was_cut(),
    };
    Ok(Tagged::new(&messages)?.answer(&known))
}
