//! `POST /v2/attachments` and `GET /v1/attachments/{id}`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::extract::{Authenticated, PathId};
use super::file_form::{Metadata, take_file};
use crate::domain::attachment::{Accepts, Disposition, FileName, MAX_UPLOAD_REQUEST};
use crate::domain::id::AttachmentId;
use crate::http::App;
use crate::http::error::{ErrorResponse, reason, sender_error, violations};
use crate::hub::ActError;
use crate::hub::upload::UploadError;
use crate::hub::view::Download;

/// An upload's id.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UploadResponse {
    /// To be named in a message within 24 hours.
    #[schema(value_type = uuid::Uuid)]
    attachment_id: AttachmentId,
}

impl UploadResponse {
    /// The answer that names an upload.
    pub(super) const fn new(attachment_id: AttachmentId) -> Self {
        Self { attachment_id }
    }
}

/// The form of an upload.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the multipart form")]
pub struct UploadForm {
    /// The file, with its name.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// Takes a file, to be used in a message within 24 hours.
#[utoipa::path(post, path = "/v2/attachments", tag = "attachments",
    request_body(content = UploadForm, content_type = "multipart/form-data"), responses(
    (status = 201, description = "Taken, durably", body = UploadResponse),
    (status = 400, description = "Not exactly one part named file with a file name, a malformed form, or malware in the file", body = ErrorResponse),
    (status = 401, description = "No valid token", body = ErrorResponse),
    (status = 413, description = "The request is over 10 485 760 bytes", body = String, content_type = "text/plain"),
    (status = 415, description = "A type of file that is not taken, or content that is not of that type alone", body = ErrorResponse),
    (status = 502, description = "The object store or the malware scanner does not work; repeat", body = ErrorResponse),
    (status = 503, description = "Busy; repeat", body = ErrorResponse)))]
pub async fn upload(State(app): State<Arc<App>>, Authenticated(sender): Authenticated, request: Request) -> Response {
    let taken = take_file(request, Metadata::default(), |name, bytes| {
        let (hub, sender) = (&app.hub, &sender);
        async move { hub.upload_as_sender(sender, Accepts::Attachments, &name, bytes).await }
    });
    match taken.await {
        Ok(attachment_id) => (StatusCode::CREATED, Json(UploadResponse::new(attachment_id))).into_response(),
        Err(error) => upload_error(error),
    }
}

/// What an upload's door answers when it takes nothing.
fn upload_error(error: UploadError) -> Response {
    match error {
        UploadError::TooLarge(_) => too_large(),
        UploadError::Broken(_) => reason(StatusCode::BAD_REQUEST, "The upload broke off. Send the file again."),
        UploadError::Form(why) => reason(StatusCode::BAD_REQUEST, why),
        UploadError::Parts(found) => violations(found),
        UploadError::Name(why) => reason(StatusCode::BAD_REQUEST, why),
        UploadError::Type(why) => reason(StatusCode::UNSUPPORTED_MEDIA_TYPE, why.to_string()),
        UploadError::Malware(signature) => reason(
            StatusCode::BAD_REQUEST,
            format!("The file was refused: malware was found in it ({signature}). Nothing was stored."),
        ),
        UploadError::Act(error) => sender_error(error),
    }
}

/// The contract's own words, as plain text.
pub(super) fn too_large() -> Response {
    let mut response = (
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("HTTP content length exceeded {MAX_UPLOAD_REQUEST} bytes."),
    )
        .into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

/// Hands out a file that an end user sent.
#[utoipa::path(get, path = "/v1/attachments/{id}", tag = "attachments",
    params(("id" = uuid::Uuid, Path, description = "The attachmentId of an end user's message")), responses(
    (status = 200, description = "The file's bytes", headers(("Content-Disposition" = String, description = "The file's name"))),
    (status = 400, description = "Not an attachment id", body = ErrorResponse),
    (status = 401, description = "No valid token", body = ErrorResponse),
    (status = 404, description = "No such file for this system, or older than this hub shows", body = ErrorResponse),
    (status = 502, description = "The object store does not work; repeat", body = ErrorResponse),
    (status = 503, description = "Busy; repeat", body = ErrorResponse)))]
pub async fn download(
    State(app): State<Arc<App>>,
    Authenticated(sender): Authenticated,
    PathId(id): PathId,
) -> Response {
    let Ok(id) = id.parse::<AttachmentId>() else {
        return reason(StatusCode::BAD_REQUEST, "An attachment id is a UUID.");
    };
    match app.hub.download_as_sender(&sender, id).await {
        Ok(download) => file(download),
        Err(ActError::NotFound) => reason(
            StatusCode::NOT_FOUND,
            "There is no such attachment for this system, or it is older than this hub shows.",
        ),
        Err(error) => sender_error(error),
    }
}

/// The bytes of a file on their way; a broken file ends the connection, so that nobody takes it for whole.
pub(in crate::http) fn file(download: Download) -> Response {
    let mut response = HttpBody::from_stream(download.bytes).into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_str(&download.file.media_type);
    headers.insert(
        header::CONTENT_TYPE,
        kind.unwrap_or(HeaderValue::from_static("application/octet-stream")),
    );
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(download.file.size));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let disposition = FileName::parse(&download.file.filename)
        .ok()
        .and_then(|name| HeaderValue::from_str(&name.content_disposition(Disposition::Attachment)).ok());
    headers.insert(
        header::CONTENT_DISPOSITION,
        disposition.unwrap_or(HeaderValue::from_static("attachment")),
    );
    response
}
