//! What a person reads once, when the law opened the mailbox at login (statutory regime): what it means from now on, and the way back to paper.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use url::form_urlencoded;

use super::error::PageError;
use super::page::{Page, Section, html};
use super::session::CitizenSession;
use super::settings::paper_until;
use super::text::{Lang, Text};
use crate::domain::consent::Regime;
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::hub::login::local_path;

#[derive(Template)]
#[template(path = "opened.html")]
pub(super) struct OpenedTemplate {
    pub t: Text,
    pub page: Page,
    pub opened_at: Timestamp,
    pub paper_months: i32,
    pub paper_until: Date,
    pub next: String,
    pub needs_address: bool,
}

impl OpenedTemplate {
    /// `paper` is how many months a choice of paper would hold if it were made `now`; `next` is a local path.
    pub(super) fn new(
        language: Language,
        citizen: &Citizen,
        opened_at: Timestamp,
        (now, paper): (Timestamp, i32),
        next: String,
    ) -> Self {
        Self {
            t: Text::new(language),
            page: Page::of(citizen, Section::Other),
            opened_at,
            paper_months: paper,
            paper_until: paper_until(now, paper),
            next,
            needs_address: true,
        }
    }
}

/// The address of the notice, from which the person goes on to `next`.
pub(super) fn path(next: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("return_to", next)
        .finish();
    format!("/opened?{query}")
}

/// Where the person was going.
#[derive(Debug, Deserialize)]
pub struct Next {
    return_to: Option<String>,
}

/// `GET /opened`: where no mailbox is open by law there is nothing to tell, nor to who does not decide about it.
pub async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Query(next): Query<Next>,
) -> Result<Response, PageError> {
    let next = next.return_to.as_deref().and_then(local_path);
    let next = next.unwrap_or_else(|| "/inbox".to_owned());
    if !citizen.decides() {
        return Ok(Redirect::to(&next).into_response());
    }
    let status = app.hub.mailbox_status(&citizen).await?;
    let by_law = status.active && status.regime == Regime::Statutory;
    let Some(opened_at) = status.activated_at.filter(|_| by_law) else {
        return Ok(Redirect::to(&next).into_response());
    };
    let paper = (app.hub.now(), app.hub.options.opt_out_months);
    let page = OpenedTemplate {
        needs_address: status.needs_address,
        ..OpenedTemplate::new(language, &citizen, opened_at, paper, next)
    };
    Ok(html(StatusCode::OK, &page, language))
}
