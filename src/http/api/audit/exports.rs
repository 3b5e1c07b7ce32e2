//! Exports of ranges for an auditor's program: asked for, watched, fetched, given up.

use std::ops::Bound;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use headers::{AcceptRanges, ContentLength, ContentRange, ETag, HeaderMapExt as _, IfRange, Range};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{AuditorBearer, invalid};
use crate::domain::fields::read_object;
use crate::domain::id::RangeExportId;
use crate::domain::message::Violation;
use crate::evidence::bundle::{EXTENSION, MEDIA_TYPE};
use crate::http::App;
use crate::http::api::Problem;
use crate::http::api::conditional::{Known, Tagged};
use crate::http::api::request::{Asked, JsonBody, Named};
use crate::http::api::view::NamesView;
use crate::http::error::problem;
use crate::hub::ActError;
use crate::hub::audit::export::read::ExportFile;
use crate::hub::audit::export::{ExportState, ExportView, ExportWish, LONGEST_REASON};
use crate::hub::view::Page;

/// What is to be exported.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct ExportQuestion {
    /// The authority's Business ID; may be left out by an auditor of one authority alone.
    pub organisation: Option<String>,
    /// The serviceId of one of its services; everything when left out.
    pub service: Option<String>,
    /// The first day, in Finland: 2026-11-01
    #[schema(value_type = String, format = "date")]
    pub first: Date,
    /// The last day, not after today.
    #[schema(value_type = String, format = "date")]
    pub last: Date,
    /// Why. It stands in the evidence for ever: nothing personal.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

/// What has become of an export.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExportStateName {
    /// Nobody has begun yet.
    Waiting,
    /// It is being made.
    Running,
    /// It can be fetched.
    Ready,
    /// It cannot be made; `problem` says why.
    Failed,
    /// It was given up.
    Cancelled,
    /// It was kept for its time, and is gone.
    Removed,
}

/// An export.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditExport {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    id: RangeExportId,
    /// The authority.
    organisation: NamesView,
    /// Its Business ID.
    business_id: String,
    /// Of this service alone, by its serviceId.
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    /// The first day, in Finland.
    #[schema(value_type = String, format = "date")]
    first: Date,
    /// The last day.
    #[schema(value_type = String, format = "date")]
    last: Date,
    /// Why.
    reason: String,
    /// What has become of it.
    state: ExportStateName,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// Records written.
    #[schema(minimum = 0)]
    done: u64,
    /// Records in all, once that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    total: Option<u64>,
    /// When it was asked for.
    #[schema(value_type = String, format = "date-time")]
    asked_at: Timestamp,
    /// Bytes of the file, when it is ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    bytes: Option<u64>,
    /// Until when the file is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "date-time")]
    kept_until: Option<Timestamp>,
}

impl From<ExportView> for AuditExport {
    fn from(view: ExportView) -> Self {
        let (mut problem, mut bytes, mut kept_until) = (None, None, None);
        let state = match view.state {
            ExportState::Waiting => ExportStateName::Waiting,
            ExportState::Running => ExportStateName::Running,
            ExportState::Ready { bytes: size, until } => {
                (bytes, kept_until) = (Some(size), Some(until));
                ExportStateName::Ready
            }
            ExportState::Failed(why) => {
                problem = Some(why);
                ExportStateName::Failed
            }
            ExportState::Cancelled => ExportStateName::Cancelled,
            ExportState::Removed => ExportStateName::Removed,
        };
        Self {
            id: view.id,
            organisation: view.organisation.into(),
            business_id: view.business_id,
            service: view.service.map(|(code, _)| code),
            first: view.first,
            last: view.last,
            reason: view.reason,
            state,
            problem,
            done: view.done,
            total: view.total,
            asked_at: view.asked_at,
            bytes,
            kept_until,
        }
    }
}

/// A page of exports.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AuditExports {
    /// Newest first.
    exports: Vec<AuditExport>,
    /// The `cursor` of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl From<Page<ExportView>> for AuditExports {
    fn from(page: Page<ExportView>) -> Self {
        Self {
            exports: page.rows.into_iter().map(Into::into).collect(),
            next: page.next,
        }
    }
}

/// Where a list begins.
#[derive(Debug, Default, Deserialize)]
pub struct Cursor {
    cursor: Option<String>,
}

fn wish(body: &[u8]) -> Result<ExportWish, Vec<Violation>> {
    read_object(body, |fields, found| {
        let organisation = fields.optional_text("organisation", 1, 20, found);
        let service = fields.optional_text("service", 1, 256, found);
        let mut day = |name: &str| {
            let day = fields.sized_text(name, 1, 32, found)?.parse().ok();
            if day.is_none() {
                let pointer = format!("/{name}");
                found.push(Violation::new(
                    pointer,
                    "not-allowed-value",
                    "Send a day as 2026-11-30.",
                ));
            }
            day
        };
        let (first, last) = (day("first"), day("last"));
        let reason = fields.sized_text("reason", 1, LONGEST_REASON, found);
        Some(ExportWish {
            organisation: organisation?,
            service: service?,
            first: Some(first?),
            last: Some(last?),
            reason: reason?,
        })
    })
}

/// Asks for the evidence of an authority's period as one signed container, made in the background. It is recorded, with the reason.
#[utoipa::path(post, path = "/api/v1/audit/exports", tag = "audit", security(("citizen" = [])), request_body = ExportQuestion, responses(
    (status = 202, description = "It is asked for, durably", body = AuditExport, headers(("Location" = String, description = "Where to watch it"))),
    (status = 409, description = "Three of the auditor's exports are not finished yet", body = Problem, content_type = "application/problem+json")))]
pub async fn ask(
    State(app): State<Arc<App>>,
    AuditorBearer(auditor): AuditorBearer,
    JsonBody(body): JsonBody,
) -> Result<Response, Response> {
    let wish = wish(&body).map_err(invalid)?;
    let asked = async {
        let id = app.hub.ask_for_export(&auditor, wish).await?;
        app.hub.export_of(&auditor, id).await
    };
    let view = asked.await.map_err(|error| problem(&error))?;
    let location = format!("/api/v1/audit/exports/{}", view.id);
    let mut response = Tagged::new(&AuditExport::from(view))?.changed(StatusCode::ACCEPTED);
    if let Ok(location) = HeaderValue::try_from(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// The auditor's own exports.
#[utoipa::path(get, path = "/api/v1/audit/exports", tag = "audit", security(("citizen" = [])), params(
    ("cursor" = Option<String>, Query, description = "`next` of the page before; the first page when left out")), responses(
    (status = 200, description = "A page, newest first", body = AuditExports)))]
pub async fn list(
    State(app): State<Arc<App>>,
    AuditorBearer(auditor): AuditorBearer,
    Asked(from): Asked<Cursor>,
    known: Known,
) -> Result<Response, Response> {
    let page = app.hub.list_exports(&auditor, from.cursor.as_deref()).await;
    let page = page.map_err(|error| problem(&error))?;
    Ok(Tagged::new(&AuditExports::from(page))?.answer(&known))
}

/// One of them, with how far it has come.
#[utoipa::path(get, path = "/api/v1/audit/exports/{id}", tag = "audit", security(("citizen" = [])),
    params(("id" = uuid::Uuid, Path, description = "The export")), responses(
    (status = 200, description = "It", body = AuditExport),
    (status = 404, description = "No such export of the auditor's", body = Problem, content_type = "application/problem+json")))]
pub async fn show(
    State(app): State<Arc<App>>,
    AuditorBearer(auditor): AuditorBearer,
    Named(id): Named<RangeExportId>,
    known: Known,
) -> Result<Response, Response> {
    let view = app.hub.export_of(&auditor, id).await;
    let view = view.map_err(|error| problem(&error))?;
    Ok(Tagged::new(&AuditExport::from(view))?.answer(&known))
}

/// Gives an export up, or removes its file before its time. What has ended otherwise stays as it is.
#[utoipa::path(delete, path = "/api/v1/audit/exports/{id}", tag = "audit", security(("citizen" = [])),
    params(("id" = uuid::Uuid, Path, description = "The export")), responses(
    (status = 204, description = "It is given up, durably"),
    (status = 404, description = "No such export of the auditor's", body = Problem, content_type = "application/problem+json")))]
pub async fn cancel(
    State(app): State<Arc<App>>,
    AuditorBearer(auditor): AuditorBearer,
    Named(id): Named<RangeExportId>,
) -> Result<StatusCode, Response> {
    let done = app.hub.cancel_export(&auditor, id).await;
    done.map(|()| StatusCode::NO_CONTENT).map_err(|error| problem(&error))
}

/// The finished file, to be checked with `tiedoksi verify`. Answers a single `Range` of bytes, so that a download that broke off can go on.
#[utoipa::path(get, path = "/api/v1/audit/exports/{id}/file", tag = "evidence", security(("citizen" = [])),
    params(("id" = uuid::Uuid, Path, description = "The export"),
           ("Range" = Option<String>, Header, description = "`bytes=` and a first, or a first and a last byte"),
           ("If-Range" = Option<String>, Header, description = "The ETag of the part that the reader has: when it does not hold, the whole file answers")), responses(
    (status = 200, description = "The container", body = Vec<u8>, content_type = "application/vnd.etsi.asic-e+zip",
        headers(("ETag" = String, description = "Strong"), ("Accept-Ranges" = String, description = "`bytes`"))),
    (status = 206, description = "The bytes that were asked for", body = Vec<u8>, content_type = "application/vnd.etsi.asic-e+zip",
        headers(("Content-Range" = String, description = "Which bytes of how many"), ("ETag" = String, description = "Strong"))),
    (status = 404, description = "No such export of the auditor's, or it is not ready, or gone", body = Problem, content_type = "application/problem+json"),
    (status = 416, description = "The file has no such bytes", headers(("Content-Range" = String, description = "How many there are")))))]
pub async fn file(
    State(app): State<Arc<App>>,
    AuditorBearer(auditor): AuditorBearer,
    Named(id): Named<RangeExportId>,
    asked: HeaderMap,
) -> Result<Response, Response> {
    let file = app.hub.export_file(&auditor, id).await;
    Ok(file_answer(file.map_err(|error| problem(&error))?, &asked))
}

/// The file, or the part of it that is asked for (RFC 9110 14).
pub(in crate::http) fn file_answer(file: ExportFile, asked: &HeaderMap) -> Response {
    let size = file.size();
    let Ok(tag) = format!("\"{}\"", file.id()).parse::<ETag>() else {
        return problem(&ActError::NotFound);
    };
    let name = format!("attachment; filename=\"tiedoksi-range-{}.{EXTENSION}\"", file.id());
    let holds = asked
        .typed_get::<IfRange>()
        .is_none_or(|it| !it.is_modified(Some(&tag), None));
    let range = asked.typed_get::<Range>().filter(|_| holds);
    let wanted = match range.as_ref().map(|range| wanted(range, size)) {
        None | Some(Wanted::Whole) => None,
        Some(Wanted::Bytes(first, last)) => Some((first, last)),
        Some(Wanted::Nothing) => {
            let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            response
                .headers_mut()
                .typed_insert(ContentRange::unsatisfied_bytes(size));
            return response;
        }
    };
    let (start, end) = wanted.map_or((0, size), |(first, last)| (first, last + 1));
    let mut response = Body::from_stream(file.read(start..end)).into_response();
    if let Some((first, last)) = wanted
        && let Ok(part) = ContentRange::bytes(first..=last, size)
    {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        response.headers_mut().typed_insert(part);
    }
    let headers = response.headers_mut();
    headers.typed_insert(tag);
    headers.typed_insert(AcceptRanges::bytes());
    headers.typed_insert(ContentLength(end - start));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::try_from(name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

/// What a range asks for.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    /// The first and the last byte.
    Bytes(u64, u64),
    Nothing,
}

/// One range is answered; several at once are answered with the whole, as a server may.
fn wanted(range: &Range, size: u64) -> Wanted {
    let mut ranges = range.satisfiable_ranges(size);
    match (ranges.next(), ranges.next()) {
        (None, _) => Wanted::Nothing,
        (Some(_), Some(_)) => Wanted::Whole,
        (Some((start, end)), None) => {
            let first = match start {
                Bound::Included(first) => first,
                Bound::Excluded(before) => before + 1,
                Bound::Unbounded => 0,
            };
            let last = match end {
                Bound::Included(last) => last.min(size.saturating_sub(1)),
                Bound::Excluded(after) => after.saturating_sub(1).min(size.saturating_sub(1)),
                Bound::Unbounded => size.saturating_sub(1),
            };
            match first <= last && first < size {
                true => Wanted::Bytes(first, last),
                false => Wanted::Nothing,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_the_bytes_that_it_names() {
        let read = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RANGE, HeaderValue::from_static(text));
            wanted(&headers.typed_get::<Range>().unwrap(), 1000)
        };
        assert_eq!(read("bytes=0-"), Wanted::Bytes(0, 999));
        assert_eq!(read("bytes=10-19"), Wanted::Bytes(10, 19));
        assert_eq!(read("bytes=990-5000"), Wanted::Bytes(990, 999));
        assert_eq!(read("bytes=-5"), Wanted::Bytes(995, 999));
        assert_eq!(read("bytes=1000-"), Wanted::Nothing);
        assert_eq!(read("bytes=0-1,5-6"), Wanted::Whole);
    }
}
