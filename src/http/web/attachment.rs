//! Files of messages, on their way to the browser.
//!
//! A PDF may be shown beside the message, from its own address and without scripts; every other type is saved, never shown. PDFs lack the
//! `sandbox` directive because Chromium refuses its viewer in a sandboxed document.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{self, HeaderName};
use axum::response::{IntoResponse, Response};

use super::deliberate::Arrival;
use super::error::{Kind, PageError};
use super::message::message_id;
use super::session::CitizenSession;
use super::text::Lang;
use crate::domain::attachment::{Disposition, FileName, MediaType};
use crate::http::App;
use crate::hub::view::AttachmentView;

/// `GET /messages/{id}/attachments/{attachment}`
pub async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    arrival: Arrival,
    Path((message, file)): Path<(String, String)>,
) -> Result<Response, PageError> {
    if arrival.foreign {
        return Ok(arrival.page(language, &citizen));
    }
    let file = file.parse().map_err(|_| PageError::Bare(Kind::NotFound))?;
    let download = app.hub.download(&citizen, message_id(&message)?, file).await?;
    Ok((headers(&download.file), Body::from_stream(download.bytes)).into_response())
}

pub(super) fn headers(file: &AttachmentView) -> [(HeaderName, String); 5] {
    let media_type: Option<MediaType> = file.media_type.parse().ok();
    let (disposition, policy, frames) = match media_type {
        Some(MediaType::Pdf) => (
            Disposition::Inline,
            "frame-ancestors 'self'; default-src 'none'",
            "SAMEORIGIN",
        ),
        _ => (
            Disposition::Attachment,
            "sandbox; default-src 'none'; frame-ancestors 'none'",
            "DENY",
        ),
    };
    let content_type = match media_type {
        Some(MediaType::Text) => "text/plain; charset=utf-8",
        Some(other) => other.as_str(),
        None => "application/octet-stream",
    };
    let name = FileName::parse(&file.filename).map_or_else(
        |_| "attachment".to_owned(),
        |name| name.content_disposition(disposition),
    );
    [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_LENGTH, file.size.to_string()),
        (header::CONTENT_DISPOSITION, name),
        (header::CONTENT_SECURITY_POLICY, policy.to_owned()),
        (header::X_FRAME_OPTIONS, frames.to_owned()),
    ]
}
