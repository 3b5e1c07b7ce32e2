//! `POST /v1/attachments` and `POST /v1/files`: the first version's two doors for uploads, into the same store as the second's.
//!
//! The parts of a form may come in any order, and none is held in memory: a file that comes before its metadata streams into the store, and is
//! dropped there when the metadata turn out wrong or missing.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::domain::attachment::Accepts;
use crate::domain::id::AttachmentId;
use crate::domain::message::{Violation, check_upload_metadata};
use crate::domain::principal::Sender;
use crate::http::App;
use crate::http::error::{ErrorResponse, ValidationErrorResponse, reason, sender_error, validation_errors};
use crate::http::openapi::v1::{AttachmentForm, FileForm};
use crate::http::suomifi::attachments::{UploadResponse, too_large};
use crate::http::suomifi::extract::Authenticated;
use crate::http::suomifi::file_form::{Metadata, take_file};
use crate::hub::upload::UploadError;

/// A PDF's id.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileResponse {
    /// To be named in a message within 24 hours.
    #[schema(value_type = uuid::Uuid)]
    file_id: AttachmentId,
}

/// Takes a file for an electronic message; deprecated, see `/v2/attachments`.
///
/// `metadata` must name a recipient, as the contract has it; the file may be used in a message to anybody all the same.
#[utoipa::path(post, path = "/v1/attachments", operation_id = "upload_v1", tag = "v1",
    request_body(content = AttachmentForm, content_type = "multipart/form-data"), responses(
    (status = 201, description = "Taken, durably", body = UploadResponse),
    (status = 400, description = "Not exactly one part file with a file name and one part metadata, a malformed form, or malware in the file", body = ValidationErrorResponse),
    (status = 401, description = "No valid token", body = ErrorResponse),
    (status = 413, description = "The request is over 10 485 760 bytes", body = String, content_type = "text/plain"),
    (status = 415, description = "A type of file that is not taken, or content that is not of that type alone", body = ErrorResponse),
    (status = 502, description = "The object store or the malware scanner does not work; repeat", body = ErrorResponse),
    (status = 503, description = "Busy; repeat", body = ErrorResponse)))]
pub async fn attachment(
    State(app): State<Arc<App>>,
    Authenticated(sender): Authenticated,
    request: Request,
) -> Response {
    let metadata = Metadata::checked_by(check_upload_metadata);
    match take(&app, &sender, Accepts::V1Attachments, metadata, request).await {
        Ok(id) => (StatusCode::CREATED, Json(UploadResponse::new(id))).into_response(),
        Err(error) => refuse(error),
    }
}

/// Takes a PDF, for an electronic message or to be printed; deprecated, see `/v2/attachments`.
#[utoipa::path(post, path = "/v1/files", operation_id = "upload_file_v1", tag = "v1",
    request_body(content = FileForm, content_type = "multipart/form-data"), responses(
    (status = 201, description = "Taken, durably", body = FileResponse),
    (status = 400, description = "Not exactly one part file with a file name, a malformed form, or malware in the file", body = ValidationErrorResponse),
    (status = 401, description = "No valid token", body = ErrorResponse),
    (status = 413, description = "The request is over 10 485 760 bytes", body = String, content_type = "text/plain"),
    (status = 415, description = "Not a PDF, or not a PDF alone", body = ErrorResponse),
    (status = 502, description = "The object store or the malware scanner does not work; repeat", body = ErrorResponse),
    (status = 503, description = "Busy; repeat", body = ErrorResponse)))]
pub async fn file(State(app): State<Arc<App>>, Authenticated(sender): Authenticated, request: Request) -> Response {
    match take(&app, &sender, Accepts::PdfOnly, Metadata::default(), request).await {
        Ok(file_id) => (StatusCode::CREATED, Json(FileResponse { file_id })).into_response(),
        Err(error) => refuse(error),
    }
}

async fn take(
    app: &App,
    sender: &Sender,
    accepts: Accepts,
    metadata: Metadata,
    request: Request,
) -> Result<AttachmentId, UploadError> {
    let store = |name: String, bytes| async move { app.hub.upload_as_sender(sender, accepts, &name, bytes).await };
    take_file(request, metadata, store).await
}

/// What the first version's doors answer when they take nothing.
fn refuse(error: UploadError) -> Response {
    let wrong = |code, message: &str| validation_errors(vec![Violation::new("/file", code, message)]);
    match error {
        UploadError::TooLarge(_) => too_large(),
        UploadError::Broken(_) => wrong(
            "broken-form",
            "The form is malformed or broke off. Send the file again.",
        ),
        UploadError::Form(why) => wrong("bad-form", why),
        UploadError::Parts(found) => validation_errors(found),
        UploadError::Name(why) => wrong("bad-file-name", &why),
        UploadError::Type(why) => reason(StatusCode::UNSUPPORTED_MEDIA_TYPE, why.to_string()),
        UploadError::Malware(signature) => wrong(
            "malware",
            &format!("The file was refused: malware was found in it ({signature}). Nothing was stored."),
        ),
        UploadError::Act(error) => sender_error(error),
    }
}
