//! One authority: what it is, what consenting to its messages means, and the choice about it.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::error::{Kind, PageError};
use super::page::{Page, Section, html};
use super::session::{CitizenSession, CsrfForm};
use super::settings::{SenderLine, choice_named, sender_line};
use super::text::{Lang, Text};
use crate::domain::id::OrganisationId;
use crate::domain::name::{Language, Names};
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::hub::view::SenderView;

/// The routes of the authorities.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/senders/{organisation}", get(show).post(choose))
}

#[derive(Template)]
#[template(path = "sender.html")]
pub(super) struct SenderTemplate {
    pub t: Text,
    pub page: Page,
    pub done: bool,
    pub active: bool,
    /// Whether its own consent is what decides.
    pub asks: bool,
    pub business_id: String,
    pub services: Vec<Names>,
    pub sender: SenderLine,
}

impl SenderTemplate {
    pub(super) fn new(language: Language, citizen: &Citizen, view: SenderView, done: bool) -> Self {
        let asks = view.setting.requires_consent && view.consents_asked;
        Self {
            t: Text::new(language),
            page: Page::of(citizen, Section::Settings),
            done,
            active: view.active,
            asks,
            business_id: view.business_id,
            services: view.services,
            sender: sender_line(view.setting, !view.consents_asked),
        }
    }
}

fn organisation_id(text: &str) -> Result<OrganisationId, PageError> {
    text.parse().map_err(|_| PageError::Bare(Kind::NotFound))
}

/// What the address of the page may say.
#[derive(Debug, Deserialize)]
pub struct Flags {
    done: Option<String>,
}

/// `GET /senders/{organisation}`
async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Path(organisation): Path<String>,
    Query(flags): Query<Flags>,
) -> Result<Response, PageError> {
    let view = app.hub.sender_view(&citizen, organisation_id(&organisation)?).await?;
    let page = SenderTemplate::new(language, &citizen, view, flags.done.is_some());
    Ok(html(StatusCode::OK, &page, language))
}

/// The form of the page.
#[derive(Debug, Deserialize)]
pub struct Choice {
    choice: String,
}

/// `POST /senders/{organisation}`
async fn choose(
    State(app): State<Arc<App>>,
    CitizenSession(citizen): CitizenSession,
    Path(organisation): Path<String>,
    CsrfForm(form): CsrfForm<Choice>,
) -> Result<Response, PageError> {
    let organisation = organisation_id(&organisation)?;
    app.hub
        .choose(&citizen, organisation, choice_named(&form.choice)?)
        .await?;
    Ok(Redirect::to(&format!("/senders/{organisation}?done=choice")).into_response())
}
