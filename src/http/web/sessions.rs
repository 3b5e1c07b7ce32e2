//! A person's active sessions, and signing them out.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use serde::Deserialize;

use super::error::PageError;
use super::message::NoFields;
use super::page::{Page, Section, html};
use super::session::{PersonForm, PersonSession};
use super::text::{Lang, Text};
use crate::domain::browser::Browser;
use crate::domain::name::Language;
use crate::http::App;
use crate::hub::acting::Person;
use crate::hub::session::SessionView;

/// The routes of sessions.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/sessions", get(show))
        .route("/sessions/end", post(end))
        .route("/sessions/end-others", post(end_others))
}

/// A session, in words.
pub(super) struct SessionLine {
    pub key: String,
    pub browser: String,
    pub began: Timestamp,
    pub seen: Timestamp,
    pub current: bool,
}

#[derive(Template)]
#[template(path = "sessions.html")]
pub(super) struct SessionsTemplate {
    pub t: Text,
    pub page: Page,
    pub done: bool,
    pub others: bool,
    pub lines: Vec<SessionLine>,
}

impl SessionsTemplate {
    pub(super) fn new(language: Language, person: &Person, sessions: Vec<SessionView>) -> Self {
        let t = Text::new(language);
        let line = |it: SessionView| SessionLine {
            browser: browser_text(t, it.browser.as_ref()),
            key: it.key,
            began: it.began,
            seen: it.seen,
            current: it.current,
        };
        Self {
            t,
            page: Page::of_person(person),
            done: false,
            others: sessions.iter().any(|it| !it.current),
            lines: sessions.into_iter().map(line).collect(),
        }
    }
}

fn browser_text(t: Text, browser: Option<&Browser>) -> String {
    let parts = browser.map(|it| (it.name.as_deref(), it.system.as_deref()));
    match parts {
        Some((Some(name), Some(system))) => format!("{name}, {system}"),
        Some((Some(one), None) | (None, Some(one))) => one.to_owned(),
        Some((None, None)) | None => t.get("sessions-unknown").into_owned(),
    }
}

/// What the address of the page may say.
#[derive(Debug, Deserialize)]
pub struct Flags {
    done: Option<String>,
}

/// `GET /sessions`
async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    PersonSession(person): PersonSession,
    Query(flags): Query<Flags>,
) -> Result<Response, PageError> {
    let sessions = app.hub.list_sessions(&person).await?;
    let page = SessionsTemplate {
        done: flags.done.is_some(),
        ..SessionsTemplate::new(language, &person, sessions)
    };
    Ok(html(StatusCode::OK, &page, language))
}

/// Which one.
#[derive(Debug, Deserialize)]
pub struct Ended {
    session: String,
}

/// `POST /sessions/end`
async fn end(
    State(app): State<Arc<App>>,
    PersonSession(person): PersonSession,
    PersonForm(form): PersonForm<Ended>,
) -> Result<Response, PageError> {
    app.hub.end_session_of(&person, &form.session).await?;
    Ok(Redirect::to("/sessions?done=yes").into_response())
}

/// `POST /sessions/end-others`
async fn end_others(
    State(app): State<Arc<App>>,
    PersonSession(person): PersonSession,
    PersonForm(NoFields {}): PersonForm<NoFields>,
) -> Result<Response, PageError> {
    app.hub.end_other_sessions(&person).await?;
    Ok(Redirect::to("/sessions?done=yes").into_response())
}
