//! Mandates: those over the mailbox, and those by which the person can act for others.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;

use super::bearer::CitizenBearer;
use super::conditional::{Known, Tagged};
use super::request::{JsonBody, Named};
use super::view::NamesView;
use crate::domain::fields::{Fields, read_object, texts};
use crate::domain::id::MandateId;
use crate::domain::mandate::{AgentRole, Grant, GrantForm, today};
use crate::domain::message::Violation;
use crate::http::App;
use crate::http::error::problem;
use crate::hub::ActError;
use crate::hub::mandate::{GrantedMandates, MandateView, ScopeView};

/// In which capacity a person acts for another.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RoleName {
    /// Signs for a company alone.
    Signatory,
    /// The guardian of a minor.
    Guardian,
    /// Holds a mandate that the owner granted: handles messages, and does not decide about the mailbox.
    Mandate,
}

impl From<AgentRole> for RoleName {
    fn from(role: AgentRole) -> Self {
        match role {
            AgentRole::Signatory => Self::Signatory,
            AgentRole::Guardian => Self::Guardian,
            AgentRole::Mandate => Self::Mandate,
        }
    }
}

/// What a mandate reaches.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MandateScope {
    /// The whole mailbox.
    everything: bool,
    /// Else what comes from or goes to these authorities,
    organisations: Vec<NamesView>,
    /// or to services of these topics.
    topics: Vec<NamesView>,
}

impl From<ScopeView> for MandateScope {
    fn from(scope: ScopeView) -> Self {
        Self {
            everything: scope.everything,
            organisations: scope.organisations.into_iter().map(Into::into).collect(),
            topics: scope.topics.into_iter().map(Into::into).collect(),
        }
    }
}

/// A mandate over the mailbox.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GrantedMandate {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    mandate_id: MandateId,
    /// The agent's name, as the mandate was granted.
    name: String,
    /// In which capacity.
    role: RoleName,
    /// What it reaches.
    scope: MandateScope,
    /// The first instant.
    #[schema(value_type = String, format = DateTime)]
    begins: Timestamp,
    /// The first instant after it; absent: until it is revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    ends: Option<Timestamp>,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Timestamp>,
}

impl From<MandateView> for GrantedMandate {
    fn from(mandate: MandateView) -> Self {
        Self {
            mandate_id: mandate.id,
            name: mandate.name,
            role: mandate.role.into(),
            scope: mandate.scope.into(),
            begins: mandate.term.begins,
            ends: mandate.term.ends,
            revoked_at: mandate.revoked_at,
        }
    }
}

/// The mandates over the mailbox.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Mandates {
    /// Those that hold or will hold, newest first; at most 100, of them 50 that were granted, 5 to one agent.
    in_force: Vec<GrantedMandate>,
    /// The last of those that have ended.
    ended: Vec<GrantedMandate>,
}

impl From<GrantedMandates> for Mandates {
    fn from(mandates: GrantedMandates) -> Self {
        let rows = |views: Vec<MandateView>| views.into_iter().map(Into::into).collect();
        Self {
            in_force: rows(mandates.in_force),
            ended: rows(mandates.ended),
        }
    }
}

/// The mandates over the mailbox.
#[utoipa::path(get, path = "/api/v1/mailbox/mandates", tag = "mandates", security(("citizen" = [])), responses(
    (status = 200, description = "Those in force, and the last that ended", body = Mandates),
    (status = 403, description = "The person handles messages for the owner, and does not decide this", body = super::Problem, content_type = "application/problem+json")))]
pub async fn list(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    known: Known,
) -> Result<Response, Response> {
    let mandates = app
        .hub
        .granted_mandates(&citizen)
        .await
        .map_err(|error| problem(&error))?;
    Ok(Tagged::new(&Mandates::from(mandates))?.answer(&known))
}

/// A mandate to grant.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes what `form` reads")]
pub struct NewMandate {
    /// The agent's personal identity code.
    #[schema(min_length = 11, max_length = 11, example = "010594Y9032")]
    agent: String,
    /// The agent's name, as the owner knows it.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// What it reaches.
    scope: ScopeName,
    /// Ids of authorities, where the scope is `some`.
    #[schema(max_items = 100)]
    organisations: Option<Vec<uuid::Uuid>>,
    /// Codes of topics, where the scope is `some`.
    #[schema(max_items = 100)]
    topics: Option<Vec<String>>,
    /// The first day; today when left out.
    #[schema(value_type = Option<String>, format = Date)]
    begins: Option<String>,
    /// The last day; until it is revoked when left out.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<String>,
}

/// What a mandate is to reach.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum ScopeName {
    /// The whole mailbox.
    Everything,
    /// The named authorities and topics.
    Some,
}

fn form(body: &[u8]) -> Result<GrantForm, Vec<Violation>> {
    read_object(body, |fields, found| {
        let mut text = |name: &str| fields.text(name, found).map(str::to_owned);
        let (agent, name, scope) = (text("agent"), text("name"), text("scope"));
        let organisations = list_of(fields, "organisations", found);
        let topics = list_of(fields, "topics", found);
        let mut day = |name: &str| fields.optional_text(name, 1, 32, found).map(Option::unwrap_or_default);
        let (begins, until) = (day("begins"), day("until"));
        Some(GrantForm {
            agent: agent?,
            name: name?,
            scope: scope?,
            organisations: organisations?,
            topics: topics?,
            begins: begins?,
            until: until?,
        })
    })
}

fn list_of(fields: &Fields<'_, '_>, name: &str, found: &mut Vec<Violation>) -> Option<Vec<String>> {
    match fields.optional(name, found) {
        Some(node) => texts(node, || fields.at(name), found),
        None => Some(Vec::new()),
    }
}

/// Grants a mandate over the mailbox; the same one again is the one that is there. Whether anyone knows the agent's code is not told.
#[utoipa::path(post, path = "/api/v1/mailbox/mandates", tag = "mandates", security(("citizen" = [])), request_body = NewMandate, responses(
    (status = 200, description = "The mandates as they are now, durably", body = Mandates),
    (status = 403, description = "The person handles messages for the owner, and does not decide this", body = super::Problem, content_type = "application/problem+json")))]
pub async fn grant(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    JsonBody(body): JsonBody,
) -> Result<Response, Response> {
    let parsed = |form| Grant::parse(&form, app.hub.allows_artificial(), today(app.hub.now()));
    let grant = form(&body)
        .and_then(parsed)
        .map_err(|found| problem(&ActError::Invalid(found)))?;
    let granted = app.hub.grant_mandate(&citizen, grant).await;
    granted.map_err(|error| problem(&error))?;
    let mandates = app
        .hub
        .granted_mandates(&citizen)
        .await
        .map_err(|error| problem(&error))?;
    Ok(Tagged::new(&Mandates::from(mandates))?.changed(StatusCode::OK))
}

/// Revokes a mandate that the owner granted, at once everywhere. One that has ended already stays so.
#[utoipa::path(delete, path = "/api/v1/mailbox/mandates/{id}", tag = "mandates", security(("citizen" = [])),
    params(("id" = uuid::Uuid, Path, description = "The mandateId")), responses(
    (status = 204, description = "It has ended, durably"),
    (status = 403, description = "The person handles messages for the owner, and does not decide this", body = super::Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such mandate over this mailbox, or the operator registered it", body = super::Problem, content_type = "application/problem+json")))]
pub async fn revoke(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    Named(id): Named<MandateId>,
) -> Result<StatusCode, Response> {
    let revoked = app.hub.revoke_mandate(&citizen, id).await;
    revoked
        .map(|()| StatusCode::NO_CONTENT)
        .map_err(|error| problem(&error))
}
