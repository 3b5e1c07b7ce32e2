//! The history of a person's own choices, and the proof of it.

use std::borrow::Cow;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use super::error::PageError;
use super::page::{Page, Section, html};
use super::session::CitizenSession;
use super::text::{Lang, Text};
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::evidence::event_type::EventType;
use crate::http::App;
use crate::http::api::proof::proof_file;
use crate::hub::view::{HistoryEntry, Page as Rows};

/// The routes of the history.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/settings/history", get(show))
        .route("/settings/history/proof", get(proof))
}

#[derive(Template)]
#[template(path = "history.html")]
pub(super) struct HistoryTemplate {
    pub t: Text,
    pub page: Page,
    pub paged: bool,
    pub rows: Vec<HistoryEntry>,
    pub next: Option<String>,
}

impl HistoryTemplate {
    pub(super) fn new(language: Language, citizen: &Citizen, rows: Rows<HistoryEntry>, paged: bool) -> Self {
        Self {
            t: Text::new(language),
            page: Page::of(citizen, Section::Settings),
            paged,
            rows: rows.rows,
            next: rows.next,
        }
    }

    /// What was done, in a sentence.
    fn told(&self, row: &HistoryEntry) -> Cow<'static, str> {
        use EventType::{
            ConsentGiven, ConsentWithdrawn, ContactVerified, MailboxActivated, MailboxDeactivated, MandateGranted,
            MandateRevoked, OptOut, SenderAllowed, SenderRefused,
        };
        let to = |key| match &row.organisation {
            Some(names) => self.t.with(key, "name", self.t.name(names)),
            None => self.t.with(key, "name", ""),
        };
        match row.event {
            MailboxActivated => self.t.get("history-activated"),
            MailboxDeactivated => self.t.get("history-deactivated"),
            OptOut => self.t.get("history-paper"),
            ConsentGiven if row.organisation.is_none() => self.t.get("history-consented"),
            ConsentGiven => to("history-consented-to"),
            ConsentWithdrawn if row.organisation.is_none() => self.t.get("history-withdrew"),
            ConsentWithdrawn => to("history-withdrew-from"),
            SenderRefused => to("history-refused"),
            SenderAllowed => to("history-allowed"),
            ContactVerified => self.t.get("history-address"),
            MandateGranted => self.t.get("history-mandate"),
            MandateRevoked if row.renounced => self.t.get("history-mandate-renounced"),
            MandateRevoked => self.t.get("history-mandate-over"),
            // No other kind is a choice; a new one shows by its name until it has a text.
            other => Cow::Borrowed(other.name()),
        }
    }
}

/// What the address of the page may say.
#[derive(Debug, Deserialize)]
pub struct Paging {
    cursor: Option<String>,
}

/// `GET /settings/history`
async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Query(paging): Query<Paging>,
) -> Result<Response, PageError> {
    let rows = app.hub.history(&citizen, paging.cursor.as_deref()).await?;
    let page = HistoryTemplate::new(language, &citizen, rows, paging.cursor.is_some());
    Ok(html(StatusCode::OK, &page, language))
}

/// `GET /settings/history/proof`
async fn proof(State(app): State<Arc<App>>, CitizenSession(citizen): CitizenSession) -> Result<Response, PageError> {
    Ok(proof_file("history", app.hub.history_proof(&citizen).await?))
}
