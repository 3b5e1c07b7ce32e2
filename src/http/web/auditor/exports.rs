//! The evidence of a period as one file: asked for, watched while it is made, fetched, and given up.

mod line;

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::civil::Date;
use serde::Deserialize;

use self::line::ExportLine;
use super::AuditorSession;
use super::form::{Asked, Lists, Problem};
use crate::domain::id::RangeExportId;
use crate::domain::message::Violation;
use crate::domain::name::Language;
use crate::http::App;
use crate::http::api::audit::exports::file_answer;
use crate::http::web::dress::WithScript;
use crate::http::web::error::{Kind, PageError};
use crate::http::web::page::{Page, Section, html};
use crate::http::web::session::PersonForm;
use crate::http::web::text::{Lang, Text};
use crate::hub::ActError;
use crate::hub::acting::Person;
use crate::hub::audit::export::{ExportView, ExportWish};
use crate::hub::audit::view::Choices;
use crate::hub::view::Page as Rows;

/// The fields as they were typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub(in crate::http::web) struct Typed {
    #[serde(default)]
    pub organisation: String,
    #[serde(default)]
    pub service: String,
    #[serde(default)]
    pub first: String,
    #[serde(default)]
    pub last: String,
    #[serde(default)]
    pub reason: String,
}

/// The command that checks a range, as the page shows it: words of a shell, of no language.
const VERIFY_A_RANGE: &str = "tiedoksi verify tiedoksi-range-….asice --trust keys-for-verifiers";

#[derive(Template)]
#[template(path = "auditor-exports.html")]
pub(in crate::http::web) struct ExportsTemplate {
    pub t: Text,
    pub page: Page,
    pub typed: Typed,
    pub lists: Lists,
    pub problems: Vec<Problem>,
    /// Whether as many are unfinished as may be.
    pub too_many: bool,
    pub rows: Vec<ExportLine>,
    /// The place of the next page.
    pub next: Option<String>,
}

impl ExportsTemplate {
    pub(in crate::http::web) fn new(
        language: Language,
        person: &Person,
        choices: &Choices,
        (typed, problems): (Typed, Vec<Problem>),
        rows: Rows<ExportView>,
    ) -> Self {
        let t = Text::new(language);
        let chosen = Asked {
            organisation: typed.organisation.clone(),
            service: typed.service.clone(),
            ..Asked::default()
        };
        Self {
            t,
            page: Page {
                section: Section::Audit,
                ..Page::of_person(person)
            },
            lists: Lists::new(t, choices, &chosen),
            typed,
            problems,
            too_many: false,
            rows: rows.rows.into_iter().map(|view| ExportLine::new(t, view)).collect(),
            next: rows.next,
        }
    }

    fn answer(&self, status: StatusCode) -> Response {
        let mut response = html(status, self, self.t.language);
        response.extensions_mut().insert(WithScript);
        response
    }

    fn problem(&self, field: &str) -> Option<&'static str> {
        self.problems.iter().find(|it| it.0 == field).map(|it| it.1)
    }

    /// Whether the page shows something that changes by itself.
    fn renews(&self) -> bool {
        self.rows.iter().any(|row| row.unfinished)
    }

    fn days(&self, row: &ExportLine) -> String {
        let (first, last) = (self.t.date(&row.view.first), self.t.date(&row.view.last));
        if first == last {
            return first;
        }
        self.t
            .with_all(
                "audit-export-days",
                &[("first", first.as_str()), ("last", last.as_str())],
            )
            .into_owned()
    }

    fn service(&self, row: &ExportLine) -> Option<String> {
        let (_, names) = row.view.service.as_ref()?;
        Some(self.t.name(names).to_owned())
    }

    fn asked_at(&self, row: &ExportLine) -> String {
        self.t
            .with("audit-export-asked", "at", self.t.minute(&row.view.asked_at))
            .into_owned()
    }

    /// Name, label and value of the two days.
    fn day_fields(&self) -> [(&'static str, &'static str, &str); 2] {
        [
            ("first", "audit-first", &self.typed.first),
            ("last", "audit-last", &self.typed.last),
        ]
    }
}

/// Where a list begins.
#[derive(Debug, Default, Deserialize)]
pub(super) struct From {
    cursor: Option<String>,
}

async fn page(
    app: &App,
    language: Language,
    AuditorSession { auditor, person }: &AuditorSession,
    typed: (Typed, Vec<Problem>),
    cursor: Option<&str>,
) -> Result<ExportsTemplate, ActError> {
    let choices = app.hub.audit_choices(auditor).await?;
    let rows = app.hub.list_exports(auditor, cursor).await?;
    Ok(ExportsTemplate::new(language, person, &choices, typed, rows))
}

/// `GET /auditor/exports`
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    session: AuditorSession,
    Query(from): Query<From>,
) -> Result<Response, PageError> {
    let page = page(&app, language, &session, Default::default(), from.cursor.as_deref()).await?;
    Ok(page.answer(StatusCode::OK))
}

/// `POST /auditor/exports`
pub(super) async fn ask(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    session: AuditorSession,
    PersonForm(typed): PersonForm<Typed>,
) -> Result<Response, PageError> {
    let (wish, mut problems) = typed.read();
    let (too_many, status) = match app.hub.ask_for_export(&session.auditor, wish).await {
        Ok(_) => return Ok(Redirect::to("/auditor/exports").into_response()),
        Err(ActError::Invalid(violations)) => {
            for problem in violations.iter().filter_map(key) {
                if !problems.iter().any(|known| known.0 == problem.0) {
                    problems.push(problem);
                }
            }
            (false, StatusCode::BAD_REQUEST)
        }
        Err(ActError::Contradiction(_)) => (true, StatusCode::CONFLICT),
        Err(error) => return Err(error.into()),
    };
    let page = ExportsTemplate {
        too_many,
        ..page(&app, language, &session, (typed, problems), None).await?
    };
    Ok(page.answer(status))
}

impl Typed {
    /// What is wished, and the days that cannot be read.
    fn read(&self) -> (ExportWish, Vec<Problem>) {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut problems = Vec::new();
        let mut day = |field, text: &str| -> Option<Date> {
            let day = given(text)?.parse().ok();
            if day.is_none() {
                problems.push((field, "audit-bad-day"));
            }
            day
        };
        let wish = ExportWish {
            first: day("first", &self.first),
            last: day("last", &self.last),
            organisation: given(&self.organisation),
            service: given(&self.service),
            reason: self.reason.clone(),
        };
        (wish, problems)
    }
}

/// The field of a violation, and the key of what to do.
fn key(violation: &Violation) -> Option<Problem> {
    Some(match (violation.pointer.as_str(), violation.code) {
        ("/organisation", "required") => ("organisation", "audit-export-organisation-none"),
        ("/organisation", _) => ("organisation", "audit-export-organisation-bad"),
        ("/service", _) => ("service", "audit-export-service-bad"),
        ("/first", "required") => ("first", "audit-export-first-none"),
        ("/first", _) => ("first", "audit-export-day-future"),
        ("/last", "required") => ("last", "audit-export-last-none"),
        ("/last", "before-first") => ("last", "audit-bad-period"),
        ("/last", _) => ("last", "audit-export-day-future"),
        ("/reason", "required") => ("reason", "audit-export-reason-none"),
        ("/reason", "personal-data") => ("reason", "audit-export-reason-person"),
        ("/reason", _) => ("reason", "audit-export-reason-long"),
        _ => return None,
    })
}

fn export_id(text: &str) -> Result<RangeExportId, PageError> {
    text.parse().map_err(|_| PageError::Bare(Kind::NotFound))
}

/// `POST /auditor/exports/{id}/cancel`
pub(super) async fn cancel(
    State(app): State<Arc<App>>,
    AuditorSession { auditor, .. }: AuditorSession,
    Path(id): Path<String>,
    PersonForm(_): PersonForm<serde_json::Value>,
) -> Result<Response, PageError> {
    app.hub.cancel_export(&auditor, export_id(&id)?).await?;
    Ok(Redirect::to("/auditor/exports").into_response())
}

/// `GET /auditor/exports/{id}/file`
pub(super) async fn file(
    State(app): State<Arc<App>>,
    AuditorSession { auditor, .. }: AuditorSession,
    Path(id): Path<String>,
    asked: HeaderMap,
) -> Result<Response, PageError> {
    let file = app.hub.export_file(&auditor, export_id(&id)?).await?;
    Ok(file_answer(file, &asked))
}
