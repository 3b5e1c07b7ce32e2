//! The files of a draft, uploaded one by one.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use uuid::Uuid;

use super::bearer::CitizenBearer;
use super::request::{Named, NamedOf};
use super::view::FileOfMessage;
use crate::domain::attachment::MAX_UPLOAD_REQUEST;
use crate::domain::id::{AttachmentId, DraftId};
use crate::domain::message::Violation;
use crate::http::App;
use crate::http::error::{problem, problem_document};
use crate::http::suomifi::attachments::UploadForm;
use crate::http::suomifi::file_form::{Metadata, take_file};
use crate::hub::ActError;
use crate::hub::upload::UploadError;

/// The program's own name of an upload, so that repeating it is safe: the header `Idempotency-Key`.
pub struct UploadKey(Option<Uuid>);

impl FromRequestParts<Arc<App>> for UploadKey {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Response> {
        let Some(key) = parts.headers.get("idempotency-key") else {
            return Ok(Self(None));
        };
        let key = key.to_str().ok().and_then(|key| key.trim_matches('"').parse().ok());
        key.map(|key| Self(Some(key))).ok_or_else(|| {
            let text = "An Idempotency-Key here is a UUID, new for each file.";
            problem(&ActError::Invalid(vec![Violation::new(
                "/Idempotency-Key",
                "bad-uuid",
                text,
            )]))
        })
    }
}

/// Takes a file into a draft. The same key again, or the same name and bytes, is the same file.
#[utoipa::path(post, path = "/api/v1/mailbox/drafts/{id}/files", tag = "writing", security(("citizen" = [])),
    params(("id" = Uuid, Path, description = "The draftId")),
    request_body(content = UploadForm, content_type = "multipart/form-data"), responses(
    (status = 201, description = "In the draft, durably", body = FileOfMessage),
    (status = 400, description = "Not exactly one part named file with a file name, a malformed form, malware in the file, or ten files in the draft already", body = super::Problem, content_type = "application/problem+json"),
    (status = 403, description = "The message was sent", body = super::Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such draft of this person", body = super::Problem, content_type = "application/problem+json"),
    (status = 413, description = "The request is over 10 485 760 bytes", body = super::Problem, content_type = "application/problem+json"),
    (status = 415, description = "A type of file that is not taken, or content that is not of that type alone", body = super::Problem, content_type = "application/problem+json"),
    (status = 502, description = "The object store or the malware scanner does not work; repeat", body = super::Problem, content_type = "application/problem+json")))]
pub async fn add(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    Named(id): Named<DraftId>,
    UploadKey(key): UploadKey,
    request: Request,
) -> Result<Response, Response> {
    let taken = take_file(request, Metadata::default(), |name, bytes| {
        let (hub, citizen) = (&app.hub, &citizen);
        async move { hub.add_draft_file(citizen, id, key, (&name, bytes)).await }
    });
    let file: FileOfMessage = taken.await.map_err(refusal)?.into();
    Ok((StatusCode::CREATED, Json(file)).into_response())
}

fn refusal(error: UploadError) -> Response {
    match error {
        UploadError::TooLarge(_) => {
            let text = format!("The request is larger than {MAX_UPLOAD_REQUEST} bytes.");
            problem_document(StatusCode::PAYLOAD_TOO_LARGE, &text)
        }
        UploadError::Broken(_) => {
            problem_document(StatusCode::BAD_REQUEST, "The upload broke off. Send the file again.")
        }
        UploadError::Form(why) => problem_document(StatusCode::BAD_REQUEST, why),
        UploadError::Parts(found) => problem(&ActError::Invalid(found)),
        UploadError::Name(why) => problem_document(StatusCode::BAD_REQUEST, &why),
        UploadError::Type(why) => problem_document(StatusCode::UNSUPPORTED_MEDIA_TYPE, &why.to_string()),
        UploadError::Malware(signature) => problem_document(
            StatusCode::BAD_REQUEST,
            &format!("The file was refused: malware was found in it ({signature}). Nothing was stored."),
        ),
        UploadError::Act(error) => problem(&error),
    }
}

/// Takes a file out of a draft. One that is not in it is gone already.
#[utoipa::path(delete, path = "/api/v1/mailbox/drafts/{id}/files/{file}", tag = "writing", security(("citizen" = [])),
    params(("id" = Uuid, Path, description = "The draftId"), ("file" = Uuid, Path, description = "The attachmentId")), responses(
    (status = 204, description = "Gone, durably"),
    (status = 403, description = "The message was sent", body = super::Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such draft of this person", body = super::Problem, content_type = "application/problem+json")))]
pub async fn remove(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    NamedOf(draft, file): NamedOf<DraftId, AttachmentId>,
) -> Result<StatusCode, Response> {
    let removed = app.hub.remove_draft_file(&citizen, draft, file).await;
    removed
        .map(|()| StatusCode::NO_CONTENT)
        .map_err(|error| problem(&error))
}
