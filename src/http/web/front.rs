//! The front page: what this is, and the way in.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::page::{Page, Section, html};
use super::session::CitizenSession;
use super::text::{Lang, Text};
use crate::http::App;

#[derive(Template)]
#[template(path = "front.html")]
pub(super) struct FrontTemplate {
    pub t: Text,
    pub page: Page,
}

type MaybeSession =
    Result<CitizenSession, <CitizenSession as axum::extract::FromRequestParts<std::sync::Arc<App>>>::Rejection>;

/// `GET /`: the inbox for someone logged in.
pub async fn show(Lang(language): Lang, session: MaybeSession) -> Response {
    if session.is_ok() {
        return Redirect::to("/inbox").into_response();
    }
    let page = FrontTemplate {
        t: Text::new(language),
        page: Page::public(),
    };
    html(StatusCode::OK, &page, language)
}
