//! Mandates: those over the mailbox, granted and revoked by who decides about it, and those that a person holds.

mod form;
pub(super) mod renounce;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use serde::Deserialize;

use self::form::read;
pub(super) use self::form::{GrantTemplate, problems};
use super::acting::{ChoiceLine, last_day, lines, role_key, scope_text};
use super::error::{Kind, PageError};
use super::page::{Page, Section, html};
use super::session::{CitizenSession, CsrfForm, PersonSession};
use super::text::{Lang, Text};
use crate::domain::id::MandateId;
use crate::domain::mandate::{AgentRole, Grant, GrantForm, today};
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::hub::ActError;
use crate::hub::acting::MandateChoices;
use crate::hub::mandate::{GrantedMandates, MandateView, decides};

/// The routes of mandates.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/mandates", get(show))
        .route("/mandates/grant", get(ask).post(grant))
        .route("/mandates/revoke", post(revoke))
        .route("/mandates/renounce", get(renounce::ask).post(renounce::renounce))
}

/// A mandate over the mailbox, in words.
pub(super) struct GrantedLine {
    pub id: MandateId,
    pub name: String,
    pub role: &'static str,
    pub scope: String,
    pub state: String,
    pub revocable: bool,
}

#[derive(Template)]
#[template(path = "mandates.html")]
pub(super) struct MandatesTemplate {
    pub t: Text,
    pub page: Page,
    pub done: Option<&'static str>,
    pub in_force: Vec<GrantedLine>,
    pub ended: Vec<GrantedLine>,
    /// What the person holds; nothing is told of it in another's mailbox.
    pub held: Option<Vec<ChoiceLine>>,
    pub incomplete: bool,
}

impl MandatesTemplate {
    pub(super) fn new(
        language: Language,
        citizen: &Citizen,
        granted: &GrantedMandates,
        held: Option<MandateChoices>,
        now: Timestamp,
    ) -> Self {
        let t = Text::new(language);
        let granted_lines = |views: &[MandateView]| views.iter().map(|view| line(t, view, now)).collect();
        Self {
            t,
            page: Page::of(citizen, Section::Settings),
            done: None,
            in_force: granted_lines(&granted.in_force),
            ended: granted_lines(&granted.ended),
            incomplete: held.as_ref().is_some_and(|it| it.incomplete),
            held: held.map(|choices| lines(t, choices)),
        }
    }
}

fn line(t: Text, view: &MandateView, now: Timestamp) -> GrantedLine {
    let state = match (view.revoked_at, view.term.ends) {
        (Some(at), _) => t.with("mandate-revoked-at", "at", t.minute(&at)),
        (None, Some(ends)) if ends <= now => t.with("mandate-ended-on", "day", last_day(t, ends)),
        (None, _) if now < view.term.begins => t.with("mandate-begins-on", "day", t.day_of(&view.term.begins)),
        (None, Some(ends)) => t.with("mandate-until", "day", last_day(t, ends)),
        (None, None) => t.get("mandate-open"),
    };
    let over = view.revoked_at.is_some() || view.term.is_over_at(now);
    GrantedLine {
        id: view.id,
        name: view.name.clone(),
        role: role_key(view.role),
        scope: scope_text(t, &view.scope),
        state: state.into_owned(),
        revocable: !over && view.role == AgentRole::Mandate,
    }
}

/// What the address of the page may say.
#[derive(Debug, Deserialize)]
pub struct Flags {
    done: Option<String>,
}

/// `GET /mandates`
async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    PersonSession(person): PersonSession,
    Query(flags): Query<Flags>,
) -> Result<Response, PageError> {
    let granted = app.hub.granted_mandates(&citizen).await?;
    let held = match citizen.agency {
        Some(_) => None,
        None => Some(app.hub.mandate_choices(&person).await?),
    };
    let page = MandatesTemplate {
        done: match flags.done.as_deref() {
            Some("granted") => Some("done-granted"),
            Some("revoked") => Some("done-revoked"),
            _ => None,
        },
        ..MandatesTemplate::new(language, &citizen, &granted, held, app.hub.now())
    };
    Ok(html(StatusCode::OK, &page, language))
}

/// `GET /mandates/grant`
async fn ask(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
) -> Result<Response, PageError> {
    decides(&citizen)?;
    let choices = app.hub.scope_choices().await?;
    let page = GrantTemplate::new(language, &citizen, &choices, GrantForm::default(), Vec::new());
    Ok(html(StatusCode::OK, &page, language))
}

/// `POST /mandates/grant`: with something to mend, the form again with everything in it.
async fn grant(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    CsrfForm(fields): CsrfForm<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    decides(&citizen)?;
    let form = read(fields);
    let granted = match Grant::parse(&form, app.hub.allows_artificial(), today(app.hub.now())) {
        Ok(grant) => app.hub.grant_mandate(&citizen, grant).await.map(drop),
        Err(found) => Err(ActError::Invalid(found)),
    };
    match granted {
        Ok(()) => Ok(Redirect::to("/mandates?done=granted").into_response()),
        Err(ActError::Invalid(found)) => {
            let choices = app.hub.scope_choices().await?;
            let problems = problems(Text::new(language), &found);
            let page = GrantTemplate::new(language, &citizen, &choices, form, problems);
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page, language))
        }
        Err(error) => Err(error.into()),
    }
}

/// Which one.
#[derive(Debug, Deserialize)]
pub struct Revoked {
    mandate: String,
}

/// `POST /mandates/revoke`
async fn revoke(
    State(app): State<Arc<App>>,
    CitizenSession(citizen): CitizenSession,
    CsrfForm(form): CsrfForm<Revoked>,
) -> Result<Response, PageError> {
    let id: MandateId = form.mandate.parse().map_err(|_| PageError::Bare(Kind::NotFound))?;
    app.hub.revoke_mandate(&citizen, id).await?;
    Ok(Redirect::to("/mandates?done=revoked").into_response())
}
