//! Searching the mailbox. What was asked stands in the address, so that a result can be reached again; no log holds it (`http::trace`).

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use super::error::PageError;
use super::page::{Page, Section, html};
use super::session::CitizenSession;
use super::text::{Lang, Text};
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::domain::search::SearchQuery;
use crate::http::App;
use crate::hub::search::{FoundIn, SearchPage};
use crate::hub::view::Standing;

#[derive(Template)]
#[template(path = "search.html")]
pub(super) struct SearchTemplate {
    pub t: Text,
    pub page: Page,
    /// As it was typed.
    pub query: String,
    /// Something was typed, and no word was in it.
    pub no_words: bool,
    /// More was typed than was searched for.
    pub cut: bool,
    pub paged: bool,
    pub found: Option<SearchPage>,
}

impl SearchTemplate {
    pub(super) fn new(language: Language, citizen: &Citizen, query: String) -> Self {
        Self {
            t: Text::new(language),
            page: Page::of(citizen, Section::Other),
            query,
            no_words: false,
            cut: false,
            paged: false,
            found: None,
        }
    }

    const fn place(&self, lies: &FoundIn) -> &'static str {
        match lies {
            FoundIn::Inbox => "found-in-inbox",
            FoundIn::Sent => "found-in-sent",
            FoundIn::Archive => "found-in-archive",
        }
    }
}

/// What the address of a search may say.
#[derive(Deserialize)]
struct Asked {
    q: Option<String>,
    cursor: Option<String>,
}

/// The pages of this module.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/search", get(show))
}

/// `GET /search`
async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let typed = asked.q.is_some();
    let mut page = SearchTemplate::new(language, &citizen, asked.q.unwrap_or_default());
    match SearchQuery::parse(&page.query) {
        Ok(query) => {
            page.cut = query.was_cut();
            page.paged = asked.cursor.is_some();
            page.found = Some(app.hub.search(&citizen, &query, asked.cursor.as_deref()).await?);
        }
        Err(_) => page.no_words = typed,
    }
    Ok(html(StatusCode::OK, &page, language))
}
