//! Writing something new: finding a service that takes messages, by name, by topic or by authority.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;

use super::error::{Kind, PageError};
use super::page::{Page, Section, html};
use super::session::{CitizenSession, CsrfForm};
use super::text::{Lang, Text};
use super::{draft, drafts};
use crate::domain::id::ServiceId;
use crate::domain::name::{Language, Names};
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::http::large_pieces::form;
use crate::hub::directory::Wanted;
use crate::hub::view::Directory;

/// The routes of writing: new messages, and drafts.
pub fn routes() -> Router<Arc<App>> {
    let with_files = || form(post(draft::submit), draft::MAX_FORM);
    Router::new()
        .route("/write", get(show).post(begin))
        .route("/drafts", get(drafts::list))
        .route("/drafts/{id}", get(draft::show).merge(with_files()))
        .route("/drafts/{id}/files", with_files())
        .route("/drafts/{id}/delete", post(drafts::delete))
}

#[derive(Template)]
#[template(path = "write.html")]
pub(super) struct WriteTemplate {
    pub t: Text,
    pub page: Page,
    pub q: String,
    /// What was chosen to look under.
    pub under: Option<Names>,
    /// Whether anything was looked for.
    pub searched: bool,
    pub directory: Directory,
}

impl WriteTemplate {
    pub(super) fn new(language: Language, citizen: &Citizen, wanted: &Wanted, directory: Directory) -> Self {
        let topic = directory.topics.iter().find(|it| Some(&it.0) == wanted.topic.as_ref());
        let authority = directory.authorities.iter().find(|it| Some(it.0) == wanted.authority);
        Self {
            t: Text::new(language),
            page: Page::of(citizen, Section::Write),
            q: wanted.words.clone(),
            under: topic.map(|it| &it.1).or(authority.map(|it| &it.1)).cloned(),
            searched: !wanted.words.trim().is_empty() || wanted.topic.is_some() || wanted.authority.is_some(),
            directory,
        }
    }
}

/// What to look for.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    topic: Option<String>,
    authority: Option<String>,
}

/// `GET /write`
pub async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let authority = asked.authority.map(|id| id.parse()).transpose();
    let wanted = Wanted {
        words: asked.q.chars().take(200).collect(),
        topic: asked.topic,
        authority: authority.map_err(|_| PageError::Bare(Kind::NotFound))?,
    };
    let directory = app.hub.directory(&citizen, &wanted).await?;
    let page = WriteTemplate::new(language, &citizen, &wanted, directory);
    Ok(html(StatusCode::OK, &page, language))
}

/// The service to write to.
#[derive(Debug, Deserialize)]
pub struct Chosen {
    service: String,
}

/// `POST /write`: leads to a draft.
pub async fn begin(
    State(app): State<Arc<App>>,
    CitizenSession(citizen): CitizenSession,
    CsrfForm(chosen): CsrfForm<Chosen>,
) -> Result<Response, PageError> {
    let service: ServiceId = chosen.service.parse().map_err(|_| PageError::Bare(Kind::NotFound))?;
    drafts::begun(app.hub.begin_message(&citizen, service).await)
}
