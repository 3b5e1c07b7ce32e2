//! Addresses whose opening is evidence are opened by a person, or not at all.
//!
//! A browser that fetches ahead (`Sec-Purpose: prefetch`) and a program that asks for the headers alone (HEAD) open nothing, and are told so.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

/// Answers HEAD with 405 and a fetch ahead of time with 204, neither of which reaches the hub.
pub async fn deliberate(request: Request, next: Next) -> Response {
    if request.method() == Method::HEAD {
        let allow = [(header::ALLOW, HeaderValue::from_static("GET"))];
        return (StatusCode::METHOD_NOT_ALLOWED, allow).into_response();
    }
    if request.method() == Method::GET && is_ahead(request.headers()) {
        return StatusCode::NO_CONTENT.into_response();
    }
    next.run(request).await
}

/// The header of today, and those that older browsers send.
fn is_ahead(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-purpose", "x-moz"]
        .into_iter()
        .flat_map(|name| headers.get_all(name))
        .any(|value| value.as_bytes().starts_with(b"prefetch"))
}
