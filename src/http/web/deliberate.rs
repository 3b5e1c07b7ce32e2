//! Addresses whose opening is evidence are opened by a person, or not at all.
//!
//! A browser that fetches ahead (`Sec-Purpose: prefetch`) and a program that asks for the headers alone (HEAD) open nothing, and are told so. Who is
//! sent by another site, be it by a link or back from the login, goes on by a link of ours: their cookie comes along (`SameSite=Lax`), and that the
//! other site's link was followed is no sign that they wanted to open it. Older browsers do not say where a request comes from (Fetch Metadata).

use std::convert::Infallible;

use askama::Template;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::page::{Page, Section, html};
use super::session::from_another_site;
use super::text::Text;
use crate::domain::name::Language;
use crate::domain::principal::Citizen;

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

/// How a request came to a page whose opening is evidence.
#[derive(Debug, Clone)]
pub(super) struct Arrival {
    /// Whether another site sent the person here.
    pub(super) foreign: bool,
    /// Where they were going: path and query.
    path: String,
}

impl<S: Sync> FromRequestParts<S> for Arrival {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self {
            foreign: from_another_site(&parts.headers),
            path: parts.uri.path_and_query().map_or("/", |it| it.as_str()).to_owned(),
        })
    }
}

impl Arrival {
    /// The page from which they go on by themselves.
    pub(super) fn page(self, language: Language, citizen: &Citizen) -> Response {
        html(
            StatusCode::OK,
            &ArrivalTemplate::new(language, citizen, self.path),
            language,
        )
    }
}

#[derive(Template)]
#[template(path = "arrival.html")]
pub(super) struct ArrivalTemplate {
    pub t: Text,
    pub page: Page,
    pub path: String,
}

impl ArrivalTemplate {
    pub(super) fn new(language: Language, citizen: &Citizen, path: String) -> Self {
        Self {
            t: Text::new(language),
            // To change the language is not to open the message.
            page: Page {
                switch: "/",
                ..Page::of(citizen, Section::Other)
            },
            path,
        }
    }
}
