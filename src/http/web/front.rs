//! The front page: what this is, and the way in.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::page::{Page, Section, html};
use super::session::CitizenSession;
use super::text::{Lang, Text};
use crate::domain::consent::Regime;
use crate::http::App;

#[derive(Template)]
#[template(path = "front.html")]
pub(super) struct FrontTemplate {
    pub t: Text,
    pub page: Page,
    pub statutory: bool,
    pub paper_months: i32,
}

type MaybeSession = Result<CitizenSession, <CitizenSession as axum::extract::FromRequestParts<Arc<App>>>::Rejection>;

/// `GET /`: the inbox for someone logged in.
pub async fn show(State(app): State<Arc<App>>, Lang(language): Lang, session: MaybeSession) -> Response {
    if session.is_ok() {
        return Redirect::to("/inbox").into_response();
    }
    let page = FrontTemplate {
        t: Text::new(language),
        page: Page::public(),
        statutory: app.hub.options.regime == Regime::Statutory,
        paper_months: app.hub.options.opt_out_months,
    };
    html(StatusCode::OK, &page, language)
}
