//! A content that a second person granted. Opening it is evidence.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderValue;
use axum::response::Response;

use super::AuditorBearer;
use super::view::GrantedContent;
use crate::domain::id::{AttachmentId, MessageId};
use crate::http::App;
use crate::http::api::conditional::{Known, Tagged};
use crate::http::api::request::{Named, NamedOf};
use crate::http::error::problem;
use crate::http::suomifi::attachments::file as file_of;

/// The content of a delivery that was granted: the authority's own copy. Each look is recorded, one for each hour, also when it is answered 304, and
/// the mailbox's owner sees it. It serves nothing.
#[utoipa::path(get, path = "/api/v1/audit/deliveries/{id}/content", tag = "audit", security(("citizen" = [])),
    params(("id" = i64, Path, minimum = 1, maximum = 9007199254740991i64, description = "The messageId")), responses(
    (status = 200, description = "The content", body = GrantedContent),
    (status = 404, description = "No grant of the auditor's own holds now", body = crate::http::api::Problem, content_type = "application/problem+json")))]
pub async fn show(
    State(app): State<Arc<App>>,
    AuditorBearer(auditor): AuditorBearer,
    Named(id): Named<MessageId>,
    known: Known,
) -> Result<Response, Response> {
    let content = app.hub.granted_content(&auditor, id).await;
    let content = content.map_err(|error| problem(&error))?;
    Ok(Tagged::new(&GrantedContent::from(content))?.answer(&known))
}

/// A file of such a content.
#[utoipa::path(get, path = "/api/v1/audit/deliveries/{id}/files/{attachment}", tag = "evidence", security(("citizen" = [])),
    params(("id" = i64, Path, minimum = 1, maximum = 9007199254740991i64, description = "The messageId"),
           ("attachment" = uuid::Uuid, Path, description = "The attachmentId")), responses(
    (status = 200, description = "The file's bytes", headers(("Content-Disposition" = String, description = "The file's name"))),
    (status = 404, description = "No grant of the auditor's own holds now, or no such file", body = crate::http::api::Problem, content_type = "application/problem+json")))]
pub async fn file(
    State(app): State<Arc<App>>,
    AuditorBearer(auditor): AuditorBearer,
    NamedOf(id, attachment): NamedOf<MessageId, AttachmentId>,
) -> Result<Response, Response> {
    let download = app.hub.granted_file(&auditor, id, attachment).await;
    let mut response = file_of(download.map_err(|error| problem(&error))?);
    // A stranger's file runs nothing, should a browser ever show it.
    let policy = HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'");
    response.headers_mut().insert("content-security-policy", policy);
    Ok(response)
}
