//! The numbers over time: a plot, and the same as tables.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;

use super::AuditorSession;
use super::form::{Asked, Lists, Problem};
use super::picture::{self, Plot};
use crate::domain::name::Language;
use crate::http::App;
use crate::http::web::error::PageError;
use crate::http::web::page::{Page, Section, html};
use crate::http::web::text::{Lang, Text};
use crate::hub::ActError;
use crate::hub::acting::Person;
use crate::hub::audit::view::{Choices, Counts, Wanted};

#[derive(Template)]
#[template(path = "auditor-counts.html")]
pub(in crate::http::web) struct CountsTemplate {
    pub t: Text,
    pub page: Page,
    pub asked: Asked,
    pub lists: Lists,
    pub problems: Vec<Problem>,
    pub followed: Option<jiff::Timestamp>,
    pub counts: Counts,
    pub plot: Plot,
}

impl CountsTemplate {
    pub(in crate::http::web) fn new(
        language: Language,
        person: &Person,
        choices: &Choices,
        (mut asked, problems): (Asked, Vec<Problem>),
        counts: Counts,
    ) -> Self {
        let t = Text::new(language);
        if problems.is_empty() {
            asked.first = counts.first.to_string();
            asked.last = counts.last.to_string();
        }
        Self {
            t,
            page: Page {
                section: Section::Audit,
                ..Page::of_person(person)
            },
            lists: Lists::new(t, choices, &asked),
            followed: choices.followed,
            plot: picture::plot(&counts.steps, &counts.total),
            asked,
            problems,
            counts,
        }
    }

    fn problem(&self, field: &str) -> Option<&'static str> {
        self.problems.iter().find(|it| it.0 == field).map(|it| it.1)
    }

    /// A day, or a month as its number and year.
    fn step(&self, day: &Date) -> String {
        match self.counts.monthly {
            true => day.strftime("%-m/%Y").to_string(),
            false => self.t.date(day),
        }
    }

    /// What the picture shows, in a sentence.
    fn pictured(&self) -> String {
        let (first, last) = (self.t.date(&self.counts.first), self.t.date(&self.counts.last));
        let total = self.counts.total.accepted.to_string();
        let values = [("first", first.as_str()), ("last", &last), ("accepted", &total)];
        self.t.with_all("audit-plot-text", &values).into_owned()
    }
}

/// `GET /auditor/counts`
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    AuditorSession { auditor, person }: AuditorSession,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let (wanted, mut problems) = asked.read();
    let choices = app.hub.audit_choices(&auditor).await?;
    let counts = match problems.is_empty() {
        true => app.hub.audit_counts(&auditor, &wanted).await,
        false => app.hub.audit_counts(&auditor, &Wanted::default()).await,
    };
    let counts = match counts {
        Err(ActError::Invalid(_)) => {
            problems.push(("first", "audit-bad-span"));
            app.hub.audit_counts(&auditor, &Wanted::default()).await?
        }
        counts => counts?,
    };
    let status = match problems.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::BAD_REQUEST,
    };
    let page = CountsTemplate::new(language, &person, &choices, (asked, problems), counts);
    Ok(html(status, &page, language))
}
