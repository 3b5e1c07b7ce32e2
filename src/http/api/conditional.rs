//! Answers with a strong entity tag, and the conditions that a request may set upon it (RFC 9110 13).
//!
//! Guarantees: the tag is made of the content, so equal tags mean equal bytes, whichever machine answers. Leaves out: whether the state is still
//! the same when a change is carried out; where that matters, the act itself looks again.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use headers::{ETag, HeaderMapExt as _, IfMatch, IfNoneMatch};
use ring::digest::{SHA256, digest};
use serde::Serialize;

use crate::http::App;
use crate::http::error::{problem, problem_document};
use crate::hub::ActError;

/// A JSON document and its tag.
pub struct Tagged {
    json: Vec<u8>,
    tag: ETag,
}

impl Tagged {
    /// The document that shows `value`.
    ///
    /// # Errors
    /// The answer to give when it cannot be written: a bug.
    #[expect(clippy::result_large_err, reason = "the error is the answer")]
    pub fn new(value: &impl Serialize) -> Result<Self, Response> {
        let json = serde_json::to_vec(value).map_err(|error| problem(&ActError::Evidence(Box::new(error))))?;
        let hash = digest(&SHA256, &json);
        let tag = tag(&URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]))?;
        Ok(Self { json, tag })
    }

    /// The document, or 304 when the reader has it.
    pub fn answer(self, known: &Known) -> Response {
        match known.not_modified(&self.tag) {
            Some(response) => response,
            None => self.changed(StatusCode::OK),
        }
    }

    /// The document as the outcome of a change.
    pub fn changed(self, status: StatusCode) -> Response {
        let mut response = (status, [(header::CONTENT_TYPE, "application/json")], self.json).into_response();
        response.headers_mut().typed_insert(self.tag);
        kept_by_its_reader(&mut response);
        response
    }
}

/// A strong tag with these characters in it.
///
/// # Errors
/// The answer to give when they cannot stand in a header: a bug.
#[expect(clippy::result_large_err, reason = "the error is the answer")]
pub fn tag(text: &str) -> Result<ETag, Response> {
    let tag = format!("\"{text}\"").parse();
    tag.map_err(|_| {
        problem_document(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The hub failed. Nothing was changed.",
        )
    })
}

/// Its reader may keep it and must ask whether it still holds; nobody on the way keeps it.
fn kept_by_its_reader(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(
        header::VARY,
        HeaderValue::from_static("authorization, tiedoksi-acting-for"),
    );
}

/// Which representations the reader has: `If-None-Match`. One that cannot be read counts as none.
pub struct Known(Option<IfNoneMatch>);

impl Known {
    /// 304, when the reader has what this tag stands for.
    pub fn not_modified(&self, tag: &ETag) -> Option<Response> {
        let passes = self.0.as_ref().is_none_or(|known| known.precondition_passes(tag));
        (!passes).then(|| {
            let mut response = StatusCode::NOT_MODIFIED.into_response();
            response.headers_mut().typed_insert(tag.clone());
            kept_by_its_reader(&mut response);
            response
        })
    }
}

impl FromRequestParts<Arc<App>> for Known {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.headers.typed_get()))
    }
}

/// The representation that a change builds upon: `If-Match`.
pub struct Expected(Option<IfMatch>);

impl Expected {
    /// Whether the request sets a condition at all.
    pub const fn is_set(&self) -> bool {
        self.0.is_some()
    }

    /// Whether the change may go on from this representation.
    ///
    /// # Errors
    /// The answer to give: 412.
    #[expect(clippy::result_large_err, reason = "the error is the answer")]
    pub fn check(&self, current: &Tagged) -> Result<(), Response> {
        match &self.0 {
            Some(expected) if !expected.precondition_passes(&current.tag) => Err(changed_meanwhile()),
            _ => Ok(()),
        }
    }
}

/// What a change is told that builds upon something older than what is there.
pub fn changed_meanwhile() -> Response {
    problem_document(
        StatusCode::PRECONDITION_FAILED,
        "It has changed since you read it, and nothing was changed now. Read it again, then decide.",
    )
}

impl FromRequestParts<Arc<App>> for Expected {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Response> {
        // What cannot be read stands for nothing that is there.
        parts.headers.typed_try_get().map(Self).map_err(|_| changed_meanwhile())
    }
}
