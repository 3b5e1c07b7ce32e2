//! The history of the choices about the mailbox, and its proof.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;

use super::bearer::CitizenBearer;
use super::conditional::{Known, Tagged};
use super::messages::Paging;
use super::proof::proof_file;
use super::request::Asked;
use super::view::NamesView;
use crate::http::App;
use crate::http::error::problem;
use crate::hub::view::HistoryEntry;

/// A page of choices.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Choices {
    /// Newest first.
    choices: Vec<ChoiceRow>,
    /// The `cursor` of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A choice, as the evidence holds it.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChoiceRow {
    /// What was done: the name of the evidence event.
    #[schema(example = "ConsentGiven")]
    event: &'static str,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// About which authority; absent when about the mailbox as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<NamesView>,
    /// A choice of paper holds until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Of a mandate that ended: whether its holder gave it up.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    renounced: bool,
    /// Who did it in the owner's place, or gave a mandate up.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<ChoosingAgent>,
    /// Its index in the evidence log, once it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u64>,
}

/// Who did it in the owner's place, or gave a mandate up.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ChoosingAgent {
    /// The agent's name, where it is known here.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// In which capacity: `signatory`, `guardian` or `mandate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
}

impl From<HistoryEntry> for ChoiceRow {
    fn from(entry: HistoryEntry) -> Self {
        Self {
            event: entry.event.name(),
            at: entry.at,
            organisation: entry.organisation.map(Into::into),
            until: entry.until,
            renounced: entry.renounced,
            agent: entry.agent.map(|agent| ChoosingAgent {
                name: agent.name,
                role: agent.role,
            }),
            index: entry.index,
        }
    }
}

/// The choices about the mailbox, newest first: its use, consents and refusals, addresses verified, mandates.
#[utoipa::path(get, path = "/api/v1/mailbox/history", tag = "mailbox", security(("citizen" = [])),
    params(("cursor" = Option<String>, Query, description = "`next` of the page before; the first page when left out")), responses(
    (status = 200, description = "A page", body = Choices)))]
pub async fn list(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    Asked(paging): Asked<Paging>,
    known: Known,
) -> Result<Response, Response> {
    let page = app.hub.history(&citizen, paging.cursor.as_deref()).await;
    let page = page.map_err(|error| problem(&error))?;
    let choices = Choices {
        choices: page.rows.into_iter().map(Into::into).collect(),
        next: page.next,
    };
    Ok(Tagged::new(&choices)?.answer(&known))
}

/// The history of choices as a proof.
#[utoipa::path(get, path = "/api/v1/mailbox/history/proof", tag = "evidence", security(("citizen" = [])), responses(
    (status = 200, description = "The proof, to be checked with `tiedoksi verify`", body = serde_json::Value),
    (status = 404, description = "No choice was ever made", body = super::Problem, content_type = "application/problem+json")))]
pub async fn proof(State(app): State<Arc<App>>, CitizenBearer(citizen): CitizenBearer) -> Result<Response, Response> {
    let proof = app.hub.history_proof(&citizen).await.map_err(|error| problem(&error))?;
    Ok(proof_file("history", proof))
}
