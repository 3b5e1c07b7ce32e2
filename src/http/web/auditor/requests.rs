//! What auditors asked to see, for the second person to decide.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::AuditorSession;
use crate::domain::name::Language;
use crate::http::App;
use crate::http::web::error::{Kind, PageError};
use crate::http::web::page::{Page, Section, html};
use crate::http::web::session::PersonForm;
use crate::http::web::text::{Lang, Text};
use crate::hub::ActError;
use crate::hub::acting::Person;
use crate::hub::audit::view::{RequestState, RequestView};

#[derive(Template)]
#[template(path = "auditor-requests.html")]
pub(in crate::http::web) struct RequestsTemplate {
    pub t: Text,
    pub page: Page,
    pub requests: Vec<RequestLine>,
    /// Whether somebody else decided first, or nobody did in time.
    pub too_late: bool,
}

/// A request in the reader's words.
pub(in crate::http::web) struct RequestLine {
    pub state: String,
    pub view: RequestView,
}

impl RequestLine {
    pub(super) fn new(t: Text, view: RequestView) -> Self {
        let decided = view.decided_by.clone().unwrap_or_default();
        let until = |key, until: &jiff::Timestamp| {
            t.with_all(key, &[("name", decided.as_str()), ("at", &t.minute(until))])
                .into_owned()
        };
        Self {
            state: match &view.state {
                RequestState::Waiting(at) => t.with("audit-request-waits", "at", t.minute(at)).into_owned(),
                RequestState::Granted(at) => until("audit-request-granted", at),
                RequestState::Refused => t.with("audit-request-refused", "name", &decided).into_owned(),
                RequestState::Lapsed => t.get("audit-request-lapsed").into_owned(),
            },
            view,
        }
    }
}

impl RequestsTemplate {
    pub(in crate::http::web) fn new(language: Language, person: &Person, requests: Vec<RequestView>) -> Self {
        let t = Text::new(language);
        Self {
            t,
            page: Page {
                section: Section::Audit,
                ..Page::of_person(person)
            },
            requests: requests.into_iter().map(|it| RequestLine::new(t, it)).collect(),
            too_late: false,
        }
    }
}

/// `GET /auditor/requests`
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    AuditorSession { auditor, person }: AuditorSession,
) -> Result<Response, PageError> {
    let requests = app.hub.waiting_requests(&auditor).await?;
    Ok(html(
        StatusCode::OK,
        &RequestsTemplate::new(language, &person, requests),
        language,
    ))
}

#[derive(Debug, Deserialize)]
pub(super) struct Decision {
    #[serde(default)]
    decision: String,
}

/// `POST /auditor/requests/{id}`
pub(super) async fn decide(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    AuditorSession { auditor, person }: AuditorSession,
    Path(id): Path<String>,
    PersonForm(decision): PersonForm<Decision>,
) -> Result<Response, PageError> {
    let request = id.parse().map_err(|_| PageError::Bare(Kind::NotFound))?;
    let grant = match decision.decision.as_str() {
        "grant" => true,
        "refuse" => false,
        _ => return Err(PageError::Bare(Kind::Invalid)),
    };
    match app.hub.decide_on_content(&auditor, request, grant).await {
        Ok(message) => Ok(Redirect::to(&format!("/auditor/deliveries/{message}")).into_response()),
        Err(ActError::Contradiction(_)) => {
            let page = RequestsTemplate {
                too_late: true,
                ..RequestsTemplate::new(language, &person, app.hub.waiting_requests(&auditor).await?)
            };
            Ok(html(StatusCode::CONFLICT, &page, language))
        }
        Err(error) => Err(error.into()),
    }
}
