//! The page that explains the export of the whole mailbox, and the form that begins it. The answer to the form is the archive itself.

mod eml;
pub(in crate::http::web) mod index;
mod pack;

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::http::archive;
use crate::http::web::error::PageError;
use crate::http::web::message::NoFields;
use crate::http::web::page::{Page, Section, html};
use crate::http::web::session::{CitizenSession, CsrfForm};
use crate::http::web::text::{Lang, Text, local};
use crate::hub::ActError;
use crate::hub::mandate::decides;

#[derive(Template)]
#[template(path = "export.html")]
pub(in crate::http::web) struct ExportTemplate {
    pub t: Text,
    pub page: Page,
    /// Whether an export was refused because others run.
    pub busy: bool,
}

impl ExportTemplate {
    pub(in crate::http::web) fn new(language: Language, citizen: &Citizen, busy: bool) -> Self {
        Self {
            t: Text::new(language),
            page: Page::of(citizen, Section::Settings),
            busy,
        }
    }
}

/// `GET /export`
pub(super) async fn show(Lang(language): Lang, CitizenSession(citizen): CitizenSession) -> Result<Response, PageError> {
    decides(&citizen)?;
    Ok(html(
        StatusCode::OK,
        &ExportTemplate::new(language, &citizen, false),
        language,
    ))
}

/// `POST /export`
pub(super) async fn export(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    CsrfForm(NoFields {}): CsrfForm<NoFields>,
) -> Result<Response, PageError> {
    match archive_of(&app, &citizen, language).await {
        Err(ActError::Busy) => {
            let page = ExportTemplate::new(language, &citizen, true);
            Ok(html(StatusCode::SERVICE_UNAVAILABLE, &page, language))
        }
        archive => Ok(archive?),
    }
}

/// The archive of the whole mailbox, as an answer that is packed while it is sent.
pub(in crate::http) async fn archive_of(
    app: &App,
    citizen: &Citizen,
    language: Language,
) -> Result<Response, ActError> {
    let export = app.hub.export(citizen).await?;
    let t = Text::new(language);
    let name = t.with("export-file-name", "day", local(export.at()).date());
    let domain = pack::mail_domain(&app.base_url);
    Ok(archive::answer(app.patience, &name, |archive| {
        pack::pack(export, t, domain, archive)
    }))
}
