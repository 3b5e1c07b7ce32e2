//! For whom a person acts: chosen after login, and changed at any time.
//!
//! These pages work whichever mailbox the session is in, also while a register of mandates does not answer: the way back to one's own is open.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use url::form_urlencoded;

use super::error::PageError;
use super::page::{Page, Section, html};
use super::session::{PersonForm, PersonSession};
use super::text::{Lang, Text, local};
use crate::domain::mandate::AgentRole;
use crate::domain::name::Language;
use crate::http::App;
use crate::hub::acting::{MandateChoice, MandateChoices, Person};
use crate::hub::login::local_path;
use crate::hub::mandate::ScopeView;

/// Where a person is told that the mandate acted by has ended.
pub(super) const ENDED: &str = "/acting?ended=yes";
/// Where a person is told that the mandate they gave up has ended.
pub(super) const RENOUNCED: &str = "/acting?renounced=yes";
/// What the form says for one's own mailbox.
const OWN: &str = "own";

/// The routes of the choice.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/acting", get(show).post(choose))
}

/// The address of the choice, from which the person goes on to `next`.
pub(super) fn path(next: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("return_to", next)
        .finish();
    format!("/acting?{query}")
}

/// The text that names a capacity.
pub(super) const fn role_key(role: AgentRole) -> &'static str {
    match role {
        AgentRole::Signatory => "role-signatory",
        AgentRole::Guardian => "role-guardian",
        AgentRole::Mandate => "role-mandate",
    }
}

/// What a mandate reaches, in words.
pub(super) fn scope_text(t: Text, scope: &ScopeView) -> String {
    if scope.everything {
        return t.get("scope-everything").into_owned();
    }
    let named = scope.organisations.iter().chain(&scope.topics);
    let names: Vec<_> = named.map(|names| t.name(names)).collect();
    t.with("scope-some", "names", names.join(", ")).into_owned()
}

/// The last day before an instant.
pub(super) fn last_day(t: Text, ends: Timestamp) -> String {
    let last = ends.saturating_sub(SignedDuration::from_micros(1)).unwrap_or(ends);
    t.date(&local(last).date())
}

/// A mailbox to choose.
pub(super) struct ChoiceLine {
    pub key: String,
    pub name: String,
    pub role: &'static str,
    pub details: String,
    pub current: bool,
    pub renounceable: bool,
}

#[derive(Template)]
#[template(path = "acting.html")]
pub(super) struct ActingTemplate {
    pub t: Text,
    pub page: Page,
    pub ended: bool,
    pub renounced: bool,
    pub incomplete: bool,
    pub own_name: String,
    pub in_own: bool,
    pub lines: Vec<ChoiceLine>,
    pub next: String,
}

impl ActingTemplate {
    pub(super) fn new(language: Language, person: &Person, choices: MandateChoices, next: String) -> Self {
        let t = Text::new(language);
        Self {
            t,
            page: Page::of_person(person),
            ended: false,
            renounced: false,
            incomplete: choices.incomplete,
            own_name: person.own().name.clone(),
            in_own: person.acts_for().is_none(),
            lines: lines(t, choices),
            next,
        }
    }
}

/// The mandates of a person, in words.
pub(super) fn lines(t: Text, choices: MandateChoices) -> Vec<ChoiceLine> {
    choices.held.into_iter().map(|it| choice_line(t, it)).collect()
}

/// A mandate of a person, in words.
pub(super) fn choice_line(t: Text, it: MandateChoice) -> ChoiceLine {
    let mut details = scope_text(t, &it.scope);
    if let Some(ends) = it.ends {
        details.push(' ');
        details.push_str(&t.with("mandate-until", "day", last_day(t, ends)));
    }
    ChoiceLine {
        key: it.key,
        name: it.owner_name,
        role: role_key(it.role),
        details,
        current: it.current,
        renounceable: it.renounceable,
    }
}

/// Why the person is here, and where they were going.
#[derive(Debug, Deserialize)]
pub struct Asked {
    ended: Option<String>,
    renounced: Option<String>,
    return_to: Option<String>,
}

/// `GET /acting`
async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    PersonSession(person): PersonSession,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let choices = app.hub.mandate_choices(&person).await?;
    let page = ActingTemplate {
        ended: asked.ended.is_some() && person.acts_for().is_none(),
        renounced: asked.renounced.is_some(),
        ..ActingTemplate::new(language, &person, choices, next(asked.return_to.as_deref()))
    };
    Ok(html(StatusCode::OK, &page, language))
}

/// The choice.
#[derive(Debug, Deserialize)]
pub struct Chosen {
    mandate: String,
    return_to: Option<String>,
}

/// `POST /acting`
async fn choose(
    State(app): State<Arc<App>>,
    PersonSession(person): PersonSession,
    PersonForm(chosen): PersonForm<Chosen>,
) -> Result<Response, PageError> {
    match chosen.mandate.as_str() {
        OWN => app.hub.act_for_oneself(&person).await?,
        key => app.hub.act_for(&person, key).await?,
    }
    Ok(Redirect::to(&next(chosen.return_to.as_deref())).into_response())
}

fn next(return_to: Option<&str>) -> String {
    return_to.and_then(local_path).unwrap_or_else(|| "/inbox".to_owned())
}
