//! The auditor's part of our API, under `/api/v1/audit`: the same acts as on the pages, for a program with an auditor's access token.
//!
//! Guarantees: a handler that takes [`AuditorBearer`] runs for a person whose access token states the role; for everybody else these paths are not
//! found. Nothing but [`content::show`] and [`content::file`] tells anything of a content.

pub mod content;
pub mod exports;
pub mod view;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;

use self::view::{AuditCounts, AuditDeliveries, AuditDelivery, AuditRequests};
use super::bearer::PersonBearer;
use super::conditional::{Known, Tagged};
use super::proof::{bundle_file, proof_file};
use super::request::{Asked, InLanguage, JsonBody, Named};
use crate::domain::auditor::{Auditor, Outcome, Period};
use crate::domain::fields::read_object;
use crate::domain::id::{ContentRequestId, MessageId};
use crate::domain::message::Violation;
use crate::http::App;
use crate::http::error::problem;
use crate::http::web::deliberate;
use crate::hub::ActError;
use crate::hub::audit::view::Wanted;

/// The routes.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/audit/deliveries", get(find))
        .route("/api/v1/audit/deliveries/{id}", get(show))
        .route("/api/v1/audit/deliveries/{id}/proof", get(proof))
        .route("/api/v1/audit/deliveries/{id}/bundle", get(bundle))
        .route("/api/v1/audit/deliveries/{id}/requests", post(ask))
        .route(
            "/api/v1/audit/deliveries/{id}/content",
            get(content::show).layer(from_fn(deliberate)),
        )
        .route(
            "/api/v1/audit/deliveries/{id}/files/{attachment}",
            get(content::file).layer(from_fn(deliberate)),
        )
        .route("/api/v1/audit/requests", get(requests))
        .route("/api/v1/audit/requests/{id}/decision", post(decide))
        .route("/api/v1/audit/counts", get(counts))
        .route("/api/v1/audit/exports", get(exports::list).post(exports::ask))
        .route("/api/v1/audit/exports/{id}", get(exports::show).delete(exports::cancel))
        .route(
            "/api/v1/audit/exports/{id}/file",
            get(exports::file).layer(from_fn(deliberate)),
        )
}

/// An auditor, by the access token in the Authorization header.
#[derive(Debug, Clone)]
pub struct AuditorBearer(pub Auditor);

impl FromRequestParts<Arc<App>> for AuditorBearer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let PersonBearer(person) = PersonBearer::from_request_parts(parts, app).await?;
        let auditor = Auditor::of(person.own());
        auditor.map(Self).ok_or_else(|| problem(&ActError::NotFound))
    }
}

/// Which deliveries or numbers are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Search {
    message: Option<String>,
    external_id: Option<String>,
    organisation: Option<String>,
    service: Option<String>,
    first: Option<String>,
    last: Option<String>,
    outcome: Option<String>,
    cursor: Option<String>,
    limit: Option<String>,
}

impl Search {
    /// What is wanted, and how many rows.
    fn read(&self) -> Result<(Wanted, Option<usize>), Vec<Violation>> {
        let mut found = Vec::new();
        let mut wrong = |field: &str, text: &str| {
            let pointer = format!("/{field}");
            found.push(Violation::new(pointer, "not-allowed-value", text));
        };
        let mut day = |field, text: &Option<String>| {
            let day = text.as_deref().map(str::parse).transpose();
            day.unwrap_or_else(|_| {
                wrong(field, "Send a day as 2026-11-30.");
                None
            })
        };
        let period = Period {
            first: day("first", &self.first),
            last: day("last", &self.last),
        };
        let message = self.message.as_deref().map(str::parse).transpose();
        let message = message.unwrap_or_else(|_| {
            wrong("message", "Send a messageId: a whole number.");
            None
        });
        let outcome = self.outcome.as_deref().map(Outcome::named);
        if outcome == Some(None) {
            wrong(
                "outcome",
                "Send one of accepted, opened, confirmed, expired, late, letter.",
            );
        }
        let rows = |limit: &str| limit.parse().ok().filter(|rows| (1..=100).contains(rows));
        let limit = self.limit.as_deref().map(rows);
        if limit == Some(None) {
            wrong("limit", "Send a whole number from 1 to 100.");
        }
        let wanted = Wanted {
            message,
            external_id: self.external_id.clone(),
            organisation: self.organisation.clone(),
            service: self.service.clone(),
            period,
            outcome: outcome.flatten(),
        };
        if found.is_empty() {
            Ok((wanted, limit.flatten()))
        } else {
            Err(found)
        }
    }
}

fn invalid(found: Vec<Violation>) -> Response {
    problem(&ActError::Invalid(found))
}

/// Finds deliveries: every parameter that is sent must fit. What was accepted a moment ago is found by its messageId and external id at once, and in
/// lists within seconds.
#[utoipa::path(get, path = "/api/v1/audit/deliveries", tag = "audit", security(("citizen" = [])), params(
    ("message" = Option<i64>, Query, description = "The messageId"),
    ("externalId" = Option<String>, Query, description = "The sender's own id"),
    ("organisation" = Option<String>, Query, description = "The authority's Business ID"),
    ("service" = Option<String>, Query, description = "The serviceId"),
    ("first" = Option<String>, Query, description = "The first day on which it was accepted, in Finland: 2026-11-01"),
    ("last" = Option<String>, Query, description = "The last such day"),
    ("outcome" = Option<view::OutcomeName>, Query, description = "What has become of it"),
    ("cursor" = Option<String>, Query, description = "`next` of the page before; the first page when left out"),
    ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "Rows on a page; 25 when left out")), responses(
    (status = 200, description = "A page, newest first", body = AuditDeliveries)))]
pub async fn find(
    State(app): State<Arc<App>>,
    AuditorBearer(auditor): AuditorBearer,
    Asked(search): Asked<Search>,
    known: Known,
) -> Result<Response, Response> {
    let (wanted, limit) = search.read().map_err(invalid)?;
    let page = app
        .hub
        .audit_find(&auditor, &wanted, search.cursor.as_deref(), limit)
        .await;
    let page = page.map_err(|error| problem(&error))?;
    Ok(Tagged::new(&AuditDeliveries::from(page))?.answer(&known))
}

/// A delivery with its time line, and what was asked about its content.
#[utoipa::path(get, path = "/api/v1/audit/deliveries/{id}", tag = "audit", security(("citizen" = [])),
    params(("id" = i64, Path, minimum = 1, maximum = 9007199254740991i64, description = "The messageId")), responses(
    (status = 200, description = "It", body = AuditDelivery),
    (status = 404, description = "No such delivery in the auditor's scope", body = super::Problem, content_type = "application/problem+json")))]
pub async fn show(
    State(app): State<Arc<App>>,
    AuditorBearer(auditor): AuditorBearer,
    Named(id): Named<MessageId>,
    known: Known,
) -> Result<Response, Response> {
    let view = app.hub.audit_delivery(&auditor, id).await;
    let view = view.map_err(|error| problem(&error))?;
    Ok(Tagged::new(&AuditDelivery::from(view))?.answer(&known))
}

/// The proof of a delivery. That it was handed out is recorded. To an auditor of the whole hub it discloses no identity but the authority's.
#[utoipa::path(get, path = "/api/v1/audit/deliveries/{id}/proof", tag = "evidence", security(("citizen" = [])),
    params(("id" = i64, Path, minimum = 1, maximum = 9007199254740991i64, description = "The messageId")), responses(
    (status = 200, description = "The proof, to be checked with `tiedoksi verify`", body = serde_json::Value),
    (status = 404, description = "No such delivery in the auditor's scope", body = super::Problem, content_type = "application/problem+json")))]
pub async fn proof(
    State(app): State<Arc<App>>,
    AuditorBearer(auditor): AuditorBearer,
    Named(id): Named<MessageId>,
) -> Result<Response, Response> {
    let proof = app.hub.proof_as_auditor(&auditor, id).await;
    Ok(proof_file(&id.to_string(), proof.map_err(|error| problem(&error))?))
}

/// The same as a signed container (ASiC-E).
#[utoipa::path(get, path = "/api/v1/audit/deliveries/{id}/bundle", tag = "evidence", security(("citizen" = [])),
    params(("id" = i64, Path, minimum = 1, maximum = 9007199254740991i64, description = "The messageId"),
           ("language" = Option<super::view::LanguageName>, Query, description = "Of the receipt in it; `fi` when left out")), responses(
    (status = 200, description = "The container", body = Vec<u8>, content_type = "application/vnd.etsi.asic-e+zip"),
    (status = 400, description = "No such language", body = super::Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such delivery in the auditor's scope", body = super::Problem, content_type = "application/problem+json")))]
pub async fn bundle(
    State(app): State<Arc<App>>,
    AuditorBearer(auditor): AuditorBearer,
    Named(id): Named<MessageId>,
    InLanguage(language): InLanguage,
) -> Result<Response, Response> {
    let bundle = app.hub.bundle_as_auditor(&auditor, id, language).await;
    Ok(bundle_file(id, bundle.map_err(|error| problem(&error))?))
}

/// Asks to see the content. What waits already, or is granted, is not asked for twice. The mailbox's owner sees that it was asked.
#[utoipa::path(post, path = "/api/v1/audit/deliveries/{id}/requests", tag = "audit", security(("citizen" = [])), request_body = view::ContentQuestion,
    params(("id" = i64, Path, minimum = 1, maximum = 9007199254740991i64, description = "The messageId")), responses(
    (status = 204, description = "It is asked, durably"),
    (status = 404, description = "No such delivery in the auditor's scope", body = super::Problem, content_type = "application/problem+json")))]
pub async fn ask(
    State(app): State<Arc<App>>,
    AuditorBearer(auditor): AuditorBearer,
    Named(id): Named<MessageId>,
    JsonBody(body): JsonBody,
) -> Result<StatusCode, Response> {
    let reason = read_object(&body, |fields, found| fields.sized_text("reason", 1, 1_000, found)).map_err(invalid)?;
    let asked = app.hub.ask_for_content(&auditor, id, &reason).await;
    asked.map(|()| StatusCode::NO_CONTENT).map_err(|error| problem(&error))
}

/// What waits for a second person in the auditor's scope, oldest first; of each authority at most fifty.
#[utoipa::path(get, path = "/api/v1/audit/requests", tag = "audit", security(("citizen" = [])), responses(
    (status = 200, description = "Them", body = AuditRequests)))]
pub async fn requests(
    State(app): State<Arc<App>>,
    AuditorBearer(auditor): AuditorBearer,
    known: Known,
) -> Result<Response, Response> {
    let waiting = app.hub.waiting_requests(&auditor).await;
    let waiting = waiting.map_err(|error| problem(&error))?;
    Ok(Tagged::new(&AuditRequests::from(waiting))?.answer(&known))
}

/// Grants what another auditor asked for 24 hours, or refuses it. One of the two must be an auditor of the authority itself.
#[utoipa::path(post, path = "/api/v1/audit/requests/{id}/decision", tag = "audit", security(("citizen" = [])), request_body = view::ContentDecision,
    params(("id" = uuid::Uuid, Path, description = "The request")), responses(
    (status = 204, description = "It is decided, durably"),
    (status = 403, description = "It is the auditor's own request, or neither of the two is of the authority", body = super::Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such request in the auditor's scope", body = super::Problem, content_type = "application/problem+json"),
    (status = 409, description = "It was decided before, or has lapsed", body = super::Problem, content_type = "application/problem+json")))]
pub async fn decide(
    State(app): State<Arc<App>>,
    AuditorBearer(auditor): AuditorBearer,
    Named(id): Named<ContentRequestId>,
    JsonBody(body): JsonBody,
) -> Result<StatusCode, Response> {
    let choices = [("grant", true), ("refuse", false)];
    let grant = read_object(&body, |fields, found| fields.choice("decision", &choices, found)).map_err(invalid)?;
    let decided = app.hub.decide_on_content(&auditor, id, grant).await;
    decided.map(|_| StatusCode::NO_CONTENT).map_err(|error| problem(&error))
}

/// The numbers over time: how many events of each kind there were on each day, or in each month where there are more than 92 days.
#[utoipa::path(get, path = "/api/v1/audit/counts", tag = "audit", security(("citizen" = [])), params(
    ("organisation" = Option<String>, Query, description = "The authority's Business ID; all of the auditor's scope when left out"),
    ("service" = Option<String>, Query, description = "The serviceId"),
    ("first" = Option<String>, Query, description = "The first day; 29 days before the last when left out"),
    ("last" = Option<String>, Query, description = "The last day; today when left out")), responses(
    (status = 200, description = "Them", body = AuditCounts)))]
pub async fn counts(
    State(app): State<Arc<App>>,
    AuditorBearer(auditor): AuditorBearer,
    Asked(search): Asked<Search>,
    known: Known,
) -> Result<Response, Response> {
    let (wanted, _) = search.read().map_err(invalid)?;
    let counts = app.hub.audit_counts(&auditor, &wanted).await;
    let counts = counts.map_err(|error| problem(&error))?;
    Ok(Tagged::new(&AuditCounts::from(counts))?.answer(&known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_parameter_is_named() {
        let search = Search {
            message: Some("x".into()),
            first: Some("1.2.2026".into()),
            outcome: Some("served".into()),
            limit: Some("-1".into()),
            ..Search::default()
        };
        let found = search.read().unwrap_err();
        let pointers: Vec<_> = found.iter().map(|it| it.pointer.as_str()).collect();
        assert_eq!(pointers, ["/first", "/message", "/outcome", "/limit"]);
        assert_eq!(Search::default().read().unwrap(), (Wanted::default(), None));
    }
}
