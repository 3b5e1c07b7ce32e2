//! Finding deliveries.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::AuditorSession;
use super::form::{Asked, Lists, Problem, outcome_key};
use crate::domain::message::Mode;
use crate::domain::name::Language;
use crate::http::App;
use crate::http::web::error::PageError;
use crate::http::web::page::{Page, Section, html};
use crate::http::web::text::{Lang, Text};
use crate::hub::acting::Person;
use crate::hub::audit::view::{AuditedDelivery, Choices};
use crate::hub::view::Page as Rows;

#[derive(Template)]
#[template(path = "auditor.html")]
pub(in crate::http::web) struct FindTemplate {
    pub t: Text,
    pub page: Page,
    pub asked: Asked,
    pub lists: Lists,
    pub problems: Vec<Problem>,
    /// Up to when the lists know what happened.
    pub followed: Option<jiff::Timestamp>,
    pub rows: Vec<AuditedDelivery>,
    /// The query of the next page.
    pub next: Option<String>,
    /// The query of the first page, on every other.
    pub first: Option<String>,
}

impl FindTemplate {
    pub(in crate::http::web) fn new(
        language: Language,
        person: &Person,
        choices: &Choices,
        (asked, problems): (Asked, Vec<Problem>),
        rows: Rows<AuditedDelivery>,
    ) -> Self {
        let t = Text::new(language);
        let query = asked.query();
        Self {
            t,
            page: Page {
                section: Section::Audit,
                ..Page::of_person(person)
            },
            lists: Lists::new(t, choices, &asked),
            followed: choices.followed,
            problems,
            rows: rows.rows,
            next: rows
                .next
                .map(|cursor| format!("{query}{}cursor={cursor}", joint(&query))),
            first: asked.cursor.is_some().then_some(query),
            asked,
        }
    }

    fn problem(&self, field: &str) -> Option<&'static str> {
        self.problems.iter().find(|it| it.0 == field).map(|it| it.1)
    }

    fn outcome(&self, row: &AuditedDelivery) -> &'static str {
        outcome_key(row.outcome)
    }

    fn kind(&self, row: &AuditedDelivery) -> &'static str {
        kind_key(row)
    }
}

const fn joint(query: &str) -> &'static str {
    if query.is_empty() { "" } else { "&" }
}

/// The key of what kind of delivery it is.
pub(super) const fn kind_key(row: &AuditedDelivery) -> &'static str {
    match (row.from_citizen, row.mode) {
        (true, _) => "audit-kind-from-citizen",
        (false, Mode::Verifiable) => "audit-kind-verifiable",
        (false, Mode::Ordinary) => "audit-kind-ordinary",
    }
}

/// `GET /auditor`
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    AuditorSession { auditor, person }: AuditorSession,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let (wanted, problems) = asked.read();
    let choices = app.hub.audit_choices(&auditor).await?;
    let rows = match problems.is_empty() {
        true => {
            app.hub
                .audit_find(&auditor, &wanted, asked.cursor.as_deref(), None)
                .await?
        }
        false => Rows {
            rows: Vec::new(),
            previous: None,
            next: None,
        },
    };
    let status = match problems.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::BAD_REQUEST,
    };
    let page = FindTemplate::new(language, &person, &choices, (asked, problems), rows);
    Ok(html(status, &page, language))
}
