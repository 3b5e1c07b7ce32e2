//! What is a person's own, whichever mailbox they act in: for whom they may act, and the sessions of their browsers.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;

use super::bearer::PersonBearer;
use super::conditional::{Known, Tagged};
use super::mandates::{MandateScope, RoleName};
use super::request::Named;
use crate::http::App;
use crate::http::error::problem;
use crate::hub::acting::{MandateChoice, MandateChoices};
use crate::hub::session::SessionView;

/// For whom the person may act.
#[derive(Serialize, utoipa::ToSchema)]
pub struct HeldMandates {
    /// Each mandate that holds now; at most 500 of our own register, those of the operator's first.
    held: Vec<HeldMandate>,
    /// Whether a register outside did not answer: there may be more.
    incomplete: bool,
}

/// A mandate that the person holds.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HeldMandate {
    /// What the header `Tiedoksi-Acting-For` says to act by it.
    acting_for: String,
    /// The owner's name.
    owner_name: String,
    /// In which capacity.
    role: RoleName,
    /// What it reaches.
    scope: MandateScope,
    /// The instant at which it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    ends: Option<Timestamp>,
    /// Whether the person can give it up here: what the owner granted.
    renounceable: bool,
}

impl From<MandateChoice> for HeldMandate {
    fn from(choice: MandateChoice) -> Self {
        Self {
            acting_for: choice.key,
            owner_name: choice.owner_name,
            role: choice.role.into(),
            scope: choice.scope.into(),
            ends: choice.ends,
            renounceable: choice.renounceable,
        }
    }
}

/// For whom the person may act.
#[utoipa::path(get, path = "/api/v1/mailbox/held-mandates", tag = "mandates", security(("citizen" = [])), responses(
    (status = 200, description = "Each mandate that holds now", body = HeldMandates)))]
pub async fn held(
    State(app): State<Arc<App>>,
    PersonBearer(person): PersonBearer,
    known: Known,
) -> Result<Response, Response> {
    let choices = app.hub.mandate_choices(&person).await;
    let MandateChoices { held, incomplete } = choices.map_err(|error| problem(&error))?;
    let held = held.into_iter().map(Into::into).collect();
    Ok(Tagged::new(&HeldMandates { held, incomplete })?.answer(&known))
}

/// Gives up a mandate that its owner granted, at once everywhere. One that has ended already stays so.
#[utoipa::path(delete, path = "/api/v1/mailbox/held-mandates/{key}", tag = "mandates", security(("citizen" = [])),
    params(("key" = String, Path, description = "Its `actingFor`", example = "018f3b2e-0000-7000-8000-000000000001")), responses(
    (status = 204, description = "It has ended, durably"),
    (status = 404, description = "The person holds no such mandate, or it cannot be given up here", body = super::Problem, content_type = "application/problem+json")))]
pub async fn renounce(
    State(app): State<Arc<App>>,
    PersonBearer(person): PersonBearer,
    Named(key): Named<String>,
) -> Result<StatusCode, Response> {
    let renounced = app.hub.renounce_mandate(&person, &key).await;
    renounced
        .map(|()| StatusCode::NO_CONTENT)
        .map_err(|error| problem(&error))
}

/// The sessions of the person's browsers.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Sessions {
    /// The active ones, newest first; at most 50.
    sessions: Vec<BrowserSession>,
}

/// A session.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BrowserSession {
    /// Names it; of no use to anyone else.
    key: String,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    began: Timestamp,
    /// When it was last used, to the minute.
    #[schema(value_type = String, format = DateTime)]
    last_used: Timestamp,
    /// What the browser said it is, when that is a common one.
    #[serde(skip_serializing_if = "Option::is_none")]
    browser: Option<String>,
    /// The system it said it runs on.
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<String>,
}

impl From<SessionView> for BrowserSession {
    fn from(session: SessionView) -> Self {
        let (browser, system) = session.browser.map_or((None, None), |it| (it.name, it.system));
        Self {
            key: session.key,
            began: session.began,
            last_used: session.seen,
            browser,
            system,
        }
    }
}

/// The active sessions of the person's browsers. A program has none: its access token ends by itself.
#[utoipa::path(get, path = "/api/v1/mailbox/sessions", tag = "sessions", security(("citizen" = [])), responses(
    (status = 200, description = "Them", body = Sessions)))]
pub async fn sessions(
    State(app): State<Arc<App>>,
    PersonBearer(person): PersonBearer,
    known: Known,
) -> Result<Response, Response> {
    let sessions = app.hub.list_sessions(&person).await.map_err(|error| problem(&error))?;
    let sessions = sessions.into_iter().map(Into::into).collect();
    Ok(Tagged::new(&Sessions { sessions })?.answer(&known))
}

/// Ends a session, at once everywhere. One that is not there, or not the person's, counts as ended.
#[utoipa::path(delete, path = "/api/v1/mailbox/sessions/{key}", tag = "sessions", security(("citizen" = [])),
    params(("key" = String, Path, description = "The session's key", example = "AAAA")), responses(
    (status = 204, description = "It has ended")))]
pub async fn end_session(
    State(app): State<Arc<App>>,
    PersonBearer(person): PersonBearer,
    Named(key): Named<String>,
) -> Result<StatusCode, Response> {
    let ended = app.hub.end_session_of(&person, &key).await;
    ended.map(|()| StatusCode::NO_CONTENT).map_err(|error| problem(&error))
}

/// Ends every session of the person's browsers, at once everywhere.
#[utoipa::path(delete, path = "/api/v1/mailbox/sessions", tag = "sessions", security(("citizen" = [])), responses(
    (status = 204, description = "They have ended")))]
pub async fn end_sessions(
    State(app): State<Arc<App>>,
    PersonBearer(person): PersonBearer,
) -> Result<StatusCode, Response> {
    let ended = app.hub.end_other_sessions(&person).await;
    ended.map(|()| StatusCode::NO_CONTENT).map_err(|error| problem(&error))
}
