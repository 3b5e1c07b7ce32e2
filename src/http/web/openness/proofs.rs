//! The page of a person's proofs: every delivery with its state, and its proof to download.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::Paging;
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::http::web::error::PageError;
use crate::http::web::page::{Page, Section, html};
use crate::http::web::session::CitizenSession;
use crate::http::web::text::{Lang, Text};
use crate::hub::proofs::DeliverySummary;
use crate::hub::view::{Page as Rows, Standing};

#[derive(Template)]
#[template(path = "proofs.html")]
pub(in crate::http::web) struct ProofsTemplate {
    pub t: Text,
    pub page: Page,
    pub paged: bool,
    pub decides: bool,
    pub rows: Vec<DeliverySummary>,
    pub next: Option<String>,
}

impl ProofsTemplate {
    pub(in crate::http::web) fn new(language: Language, citizen: &Citizen, rows: Rows<DeliverySummary>) -> Self {
        Self {
            t: Text::new(language),
            page: Page::of(citizen, Section::Settings),
            paged: false,
            decides: citizen.decides(),
            rows: rows.rows,
            next: rows.next,
        }
    }

    fn state(&self, row: &DeliverySummary) -> String {
        state(self.t, row)
    }
}

/// The state of a delivery in words.
pub(super) fn state(t: Text, row: &DeliverySummary) -> String {
    let mut state = standing(t, &row.standing, row.at);
    if let Some(day) = &row.deemed {
        state.push(' ');
        state.push_str(&t.with("state-deemed", "day", t.date(day)));
    }
    if row.answered {
        state.push(' ');
        state.push_str(&t.get("state-answered"));
    }
    state
}

/// How far a delivery that began at `at` came, in words.
pub(in crate::http::web) fn standing(t: Text, standing: &Standing, at: jiff::Timestamp) -> String {
    let state = match standing {
        Standing::Unread => t.get("state-unread"),
        Standing::Read(at) => t.with("state-read", "at", t.second(at)),
        Standing::AwaitsConfirmation(day) => t.with("state-waits", "day", t.on_day(day)),
        Standing::Confirmed(at) => t.with("state-confirmed", "at", t.second(at)),
        Standing::WindowPassed(day) => t.with("state-expired", "day", t.on_day(day)),
        Standing::ReadLate(at) => t.with("state-late", "at", t.second(at)),
        Standing::Sent => t.with("state-sent", "at", t.second(&at)),
        Standing::OnPaper(_) => t.get("state-on-paper"),
        Standing::Erased(at) => t.with("state-erased", "at", t.second(at)),
    };
    state.into_owned()
}

/// `GET /proofs`
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Query(paging): Query<Paging>,
) -> Result<Response, PageError> {
    let rows = app.hub.list_deliveries(&citizen, paging.cursor.as_deref()).await?;
    let page = ProofsTemplate {
        paged: paging.cursor.is_some(),
        ..ProofsTemplate::new(language, &citizen, rows)
    };
    Ok(html(StatusCode::OK, &page, language))
}
