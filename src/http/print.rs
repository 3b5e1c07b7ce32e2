//! The print house's door, under `/print/v1`: list, fetch, report. Errors are problem documents (RFC 9457).
//!
//! Its keys open nothing else, and no other token opens it. What is not offered is not found.

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequestParts, Path, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use http_body_util::LengthLimitError;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::App;
use super::api::{unknown_path, wrong_method};
use super::error::{problem, problem_document};
use super::suomifi::extract::token;
use crate::domain::letter::report::{Report, ReportKind};
use crate::domain::principal;
use crate::hub::ActError;
use crate::hub::letter::{MOST_JOBS, Reported};

/// Most bytes of a report.
const REPORT_LIMIT: usize = 16 * 1024;
/// Jobs of a page when the print house does not say.
const PAGE: u16 = 100;

/// The routes of the print house.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/print/v1/jobs", get(jobs))
        .route("/print/v1/jobs/{id}", get(job))
        .route("/print/v1/jobs/{id}/letter.pdf", get(letter))
        .route("/print/v1/jobs/{id}/reports", post(report))
        .method_not_allowed_fallback(wrong_method)
        .route("/print", any(unknown_path))
        .route("/print/", any(unknown_path))
        .route("/print/{*unknown}", any(unknown_path))
        .layer(axum::middleware::map_response(not_kept))
}

/// Letters are kept nowhere on the way.
async fn not_kept(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// A print house with a key that holds: having one is the authorisation.
pub struct PrintHouse(pub principal::PrintHouse);

impl FromRequestParts<Arc<App>> for PrintHouse {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let refused = |error: ActError| match error {
            ActError::NotLoggedIn => {
                let text = "The key is missing, unknown or taken back. Send `Authorization: Bearer` and the key that the operator of the hub issued.";
                let mut response = problem_document(StatusCode::UNAUTHORIZED, text);
                let headers = response.headers_mut();
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
                response
            }
            error => problem(&error),
        };
        let key = token(parts).ok_or_else(|| refused(ActError::NotLoggedIn))?;
        app.hub.print_house(key).await.map(Self).map_err(refused)
    }
}

/// The job that the path names.
pub struct JobId(Uuid);

impl FromRequestParts<Arc<App>> for JobId {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let path: Result<Path<String>, PathRejection> = Path::from_request_parts(parts, app).await;
        // What is no UUID in its hyphenated form is no job's id.
        path.ok()
            .filter(|Path(id)| id.len() == 36)
            .and_then(|Path(id)| id.parse().ok())
            .map(Self)
            .ok_or_else(|| problem(&ActError::NotFound))
    }
}

/// Which jobs are asked for.
#[derive(Deserialize)]
pub struct JobsQuery {
    after: Option<String>,
    limit: Option<String>,
}

/// A page of jobs.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Jobs {
    /// Oldest first; an empty list ends the round, and the next one begins without `after`.
    jobs: Vec<Job>,
}

/// A letter that can be fetched.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// The job: the same id is the same letter, printed once, however often it is offered.
    id: Uuid,
    /// When the letter was ordered.
    #[schema(value_type = String, format = DateTime)]
    created: jiff::Timestamp,
    /// Since when it can be fetched.
    #[schema(value_type = String, format = DateTime)]
    spooled: jiff::Timestamp,
}

/// Letters that can be fetched, oldest first.
#[utoipa::path(get, path = "/print/v1/jobs", tag = "print", security(("printHouse" = [])),
    params(("after" = Option<Uuid>, Query, description = "Only jobs after this one: the last id of the page before"),
           ("limit" = Option<u16>, Query, minimum = 1, maximum = 1000, description = "At most so many, 1-1000; 100 when left out")), responses(
    (status = 200, description = "A page", body = Jobs),
    (status = 400, description = "A parameter is not what it should be"),
    (status = 401, description = "No key that holds"),
    (status = 503, description = "Busy; repeat")))]
pub async fn jobs(
    State(app): State<Arc<App>>,
    PrintHouse(house): PrintHouse,
    query: Result<Query<JobsQuery>, QueryRejection>,
) -> Response {
    let Some((after, limit)) = query.ok().and_then(|Query(query)| page(&query)) else {
        let text = "`after` is a job's id, and `limit` a whole number from 1 to 1000.";
        return problem_document(StatusCode::BAD_REQUEST, text);
    };
    match app.hub.offered_jobs(&house, after, limit).await {
        Ok(offered) => {
            let jobs = offered.into_iter().map(|job| Job {
                id: job.id,
                created: job.created,
                spooled: job.spooled,
            });
            Json(Jobs { jobs: jobs.collect() }).into_response()
        }
        Err(error) => problem(&error),
    }
}

fn page(query: &JobsQuery) -> Option<(Option<Uuid>, u16)> {
    let after = match &query.after {
        None => None,
        Some(id) => Some(id.parse().ok()?),
    };
    let limit = match &query.limit {
        None => PAGE,
        Some(limit) => limit.parse().ok().filter(|limit| (1..=MOST_JOBS).contains(limit))?,
    };
    Some((after, limit))
}

/// The job sheet of a letter.
#[utoipa::path(get, path = "/print/v1/jobs/{id}", tag = "print", security(("printHouse" = [])),
    params(("id" = Uuid, Path, description = "The job")), responses(
    (status = 200, description = "The job sheet (docs/paper.md)", body = super::openapi::print::JobSheet),
    (status = 401, description = "No key that holds"),
    (status = 404, description = "No such job, or it was reported as sent"),
    (status = 502, description = "The object store does not work; repeat"),
    (status = 503, description = "Busy; repeat")))]
pub async fn job(State(app): State<Arc<App>>, PrintHouse(house): PrintHouse, JobId(id): JobId) -> Response {
    match app.hub.job_sheet(&house, id).await {
        Ok(sheet) => ([(header::CONTENT_TYPE, "application/json")], sheet).into_response(),
        Err(error) => problem(&error),
    }
}

/// The letter. Compare it with size and SHA-256 of the job sheet.
#[utoipa::path(get, path = "/print/v1/jobs/{id}/letter.pdf", tag = "print", security(("printHouse" = [])),
    params(("id" = Uuid, Path, description = "The job")), responses(
    (status = 200, description = "The letter", body = Vec<u8>, content_type = "application/pdf"),
    (status = 401, description = "No key that holds"),
    (status = 404, description = "No such job, or it was reported as sent"),
    (status = 502, description = "The object store does not work; repeat"),
    (status = 503, description = "Busy; repeat")))]
pub async fn letter(State(app): State<Arc<App>>, PrintHouse(house): PrintHouse, JobId(id): JobId) -> Response {
    match app.hub.print_letter(&house, id).await {
        // A broken file ends the connection, so that nobody takes it for whole.
        Ok(bytes) => ([(header::CONTENT_TYPE, "application/pdf")], Body::from_stream(bytes)).into_response(),
        Err(error) => problem(&error),
    }
}

/// What the hub keeps of a report.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportAnswer {
    /// The job.
    job_id: Uuid,
    /// What became of it: `sent`, `receiptConfirmed`, `returned` or `unresolved`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// When, as the print house said, else when the report came.
    #[schema(value_type = String, format = DateTime)]
    time: jiff::Timestamp,
}

impl From<Reported> for ReportAnswer {
    fn from(reported: Reported) -> Self {
        let name = |kind: ReportKind| {
            ReportKind::ALL
                .iter()
                .find(|(_, it)| *it == kind)
                .map(|(name, _)| *name)
        };
        Self {
            job_id: reported.id,
            kind: name(reported.kind).unwrap_or_default(),
            time: reported.at,
        }
    }
}

/// Takes a report. The same report again is answered as the first time.
#[utoipa::path(post, path = "/print/v1/jobs/{id}/reports", tag = "print", security(("printHouse" = [])),
    params(("id" = Uuid, Path, description = "The job")), request_body = super::openapi::print::PrintReport, responses(
    (status = 200, description = "Kept, now or before", body = ReportAnswer),
    (status = 400, description = "Every violation, each with a pointer in `violations`"),
    (status = 401, description = "No key that holds"),
    (status = 404, description = "No such job"),
    (status = 408, description = "The body came too slowly, or stopped; repeat"),
    (status = 409, description = "It contradicts an earlier report, or does not follow from one; nothing was changed"),
    (status = 413, description = "The body is larger than 16 KiB"),
    (status = 503, description = "Busy; repeat")))]
pub async fn report(
    State(app): State<Arc<App>>,
    PrintHouse(house): PrintHouse,
    JobId(id): JobId,
    request: Request,
) -> Response {
    let body = match to_bytes(request.into_body(), REPORT_LIMIT).await {
        Ok(body) => body,
        Err(error) => {
            return if error.into_inner().is::<LengthLimitError>() {
                problem_document(StatusCode::PAYLOAD_TOO_LARGE, "A report has at most 16 KiB.")
            } else {
                problem_document(StatusCode::BAD_REQUEST, "The body broke off. Send the report again.")
            };
        }
    };
    let reported = match Report::parse(&body, app.hub.now()) {
        Ok(report) => app.hub.report_letter(&house, id, report).await,
        Err(found) => Err(ActError::Invalid(found)),
    };
    match reported {
        Ok(reported) => Json(ReportAnswer::from(reported)).into_response(),
        Err(error) => problem(&error),
    }
}
