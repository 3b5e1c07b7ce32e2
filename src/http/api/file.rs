//! The bytes of a message's files, one by one or all at once.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderValue;
use axum::response::Response;
use headers::HeaderMapExt as _;

use super::bearer::CitizenBearer;
use super::conditional::{Known, tag};
use super::request::{Named, NamedOf};
use crate::domain::id::{AttachmentId, MessageId};
use crate::domain::name::Language;
use crate::http::App;
use crate::http::error::problem;
use crate::http::suomifi::attachments::file;
use crate::http::web::openness::attachments::archive_of;

/// Hands out a file of a message. This opens the message, where it was not opened before, and is recorded as such, also when it is answered 304. Before
/// receipt of a verifiable message is confirmed there is no such file. The ETag is the SHA-256 of the bytes.
#[utoipa::path(get, path = "/api/v1/mailbox/messages/{id}/attachments/{attachment}", tag = "messages", security(("citizen" = [])),
    params(("id" = i64, Path, minimum = 1, maximum = 9007199254740991i64, description = "The messageId"),
           ("attachment" = uuid::Uuid, Path, description = "The attachmentId")), responses(
    (status = 200, description = "The file's bytes", headers(("Content-Disposition" = String, description = "The file's name"))),
    (status = 404, description = "No such file in the mailbox", body = super::Problem, content_type = "application/problem+json"),
    (status = 502, description = "The object store does not work; repeat", body = super::Problem, content_type = "application/problem+json")))]
pub async fn show(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    NamedOf(message, attachment): NamedOf<MessageId, AttachmentId>,
    known: Known,
) -> Result<Response, Response> {
    let download = app.hub.download(&citizen, message, attachment).await;
    let download = download.map_err(|error| problem(&error))?;
    let tag = tag(&hex::encode(download.file.sha256))?;
    if let Some(response) = known.not_modified(&tag) {
        return Ok(response);
    }
    let mut response = file(download);
    let headers = response.headers_mut();
    headers.typed_insert(tag);
    // A stranger's file runs nothing, should a browser ever show it.
    let policy = HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'");
    headers.insert("content-security-policy", policy);
    Ok(response)
}

/// Hands out all files of a message as one zip file. This opens the message, as a single file does. The archive is packed as it is sent: one that
/// breaks off is not whole.
#[utoipa::path(get, path = "/api/v1/mailbox/messages/{id}/attachments.zip", tag = "messages", security(("citizen" = [])),
    params(("id" = i64, Path, minimum = 1, maximum = 9007199254740991i64, description = "The messageId")), responses(
    (status = 200, description = "The archive", body = Vec<u8>, content_type = "application/zip"),
    (status = 404, description = "No such message in the mailbox, or it has no files", body = super::Problem, content_type = "application/problem+json")))]
pub async fn all(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    Named(id): Named<MessageId>,
) -> Result<Response, Response> {
    let archive = archive_of(&app, &citizen, id, Language::Fi).await;
    archive.map_err(|error| problem(&error))
}
