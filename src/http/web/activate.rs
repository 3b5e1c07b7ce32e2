//! Opening the mailbox: what it means, and the owner's consent or, in the statutory regime, the owner's notice.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use serde::Deserialize;

use super::error::PageError;
use super::page::{Page, Section, html};
use super::session::{CitizenSession, CsrfForm};
use super::text::{Lang, Text};
use crate::domain::consent::Regime;
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::hub::mandate::decides;
use crate::hub::view::MailboxStatus;

#[derive(Template)]
#[template(path = "activate.html")]
pub(super) struct ActivateTemplate {
    pub t: Text,
    pub page: Page,
    pub active: bool,
    /// Whether this is the last of three steps.
    pub steps: bool,
    pub statutory: bool,
    pub paper_until: Option<Timestamp>,
    pub unticked: bool,
}

impl ActivateTemplate {
    pub(super) fn new(language: Language, citizen: &Citizen, status: &MailboxStatus, unticked: bool) -> Self {
        Self {
            t: Text::new(language),
            page: Page::of(citizen, Section::Other),
            active: status.active,
            steps: status.asks_address,
            statutory: status.regime == Regime::Statutory,
            paper_until: status.opt_out_until,
            unticked,
        }
    }
}

/// `GET /activate`: where an address is still needed, its page comes first.
pub async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
) -> Result<Response, PageError> {
    decides(&citizen)?;
    let status = app.hub.mailbox_status(&citizen).await?;
    if !status.active && status.needs_address {
        return Ok(Redirect::to("/contact?next=activate").into_response());
    }
    let page = ActivateTemplate::new(language, &citizen, &status, false);
    Ok(html(StatusCode::OK, &page, language))
}

/// The form of the page.
#[derive(Debug, Deserialize)]
pub struct Consent {
    consent: Option<String>,
}

/// `POST /activate`: without the tick, the page again.
pub async fn submit(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    CsrfForm(form): CsrfForm<Consent>,
) -> Result<Response, PageError> {
    if form.consent.as_deref() != Some("yes") {
        let status = app.hub.mailbox_status(&citizen).await?;
        let page = ActivateTemplate::new(language, &citizen, &status, true);
        return Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page, language));
    }
    app.hub.activate(&citizen).await?;
    Ok(Redirect::to("/inbox?done=activated").into_response())
}
