//! Giving up a mandate that one holds: a page that says what it means, and the form.
//!
//! It works whichever mailbox the session is in, as the choice for whom to act does.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::super::acting::{ChoiceLine, RENOUNCED, choice_line};
use super::super::error::PageError;
use super::super::page::{Page, Section, html};
use super::super::session::{PersonForm, PersonSession};
use super::super::text::{Lang, Text};
use crate::domain::name::Language;
use crate::http::App;
use crate::hub::acting::{MandateChoice, Person};

#[derive(Template)]
#[template(path = "renounce.html")]
pub(in super::super) struct RenounceTemplate {
    pub t: Text,
    pub page: Page,
    pub line: ChoiceLine,
}

impl RenounceTemplate {
    pub(in super::super) fn new(language: Language, person: &Person, mandate: MandateChoice) -> Self {
        let t = Text::new(language);
        Self {
            t,
            page: Page::of_person(person),
            line: choice_line(t, mandate),
        }
    }
}

/// Which one.
#[derive(Debug, Deserialize)]
pub(super) struct Renounced {
    mandate: String,
}

/// `GET /mandates/renounce`
pub(super) async fn ask(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    PersonSession(person): PersonSession,
    Query(asked): Query<Renounced>,
) -> Result<Response, PageError> {
    let mandate = app.hub.renounceable(&person, &asked.mandate).await?;
    let page = RenounceTemplate::new(language, &person, mandate);
    Ok(html(StatusCode::OK, &page, language))
}

/// `POST /mandates/renounce`
pub(super) async fn renounce(
    State(app): State<Arc<App>>,
    PersonSession(person): PersonSession,
    PersonForm(form): PersonForm<Renounced>,
) -> Result<Response, PageError> {
    app.hub.renounce_mandate(&person, &form.mandate).await?;
    Ok(Redirect::to(RENOUNCED).into_response())
}
