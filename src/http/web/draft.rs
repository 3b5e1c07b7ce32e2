//! Writing: a draft with its files, kept at every step, and sent. Works as a plain form; the page's script uploads files by itself and saves
//! while the person writes.
//!
//! Nothing that was written is lost by a mistake: the texts are in the draft, every mistake is told beside its field, and files that were taken
//! stay taken. The script uses the same address as the form and asks for JSON.

pub(super) mod form;
pub(super) mod unsaved;

use std::sync::Arc;

use askama::Template;
use axum::Json;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use self::form::{Action, DraftForm, Problem, problems};
use super::dress::WithScript;
use super::error::{Kind, PageError, log};
use super::message::{FileLine, line};
use super::page::{Page, Section, html};
use super::session::CitizenSession;
use super::text::{Lang, Text};
use crate::domain::attachment::MAX_UPLOAD_REQUEST;
use crate::domain::id::DraftId;
use crate::domain::message::Written;
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::hub::ActError;
use crate::hub::view::{DraftView, Hindrance};

/// Largest whole form in bytes: ten files of the largest size, the texts, and the framing.
#[expect(clippy::cast_possible_truncation, reason = "about 106 million")]
pub const MAX_FORM: usize = Written::MAX_FILES * MAX_UPLOAD_REQUEST as usize + 1_048_576;

#[derive(Template)]
#[template(path = "draft.html")]
pub(super) struct DraftTemplate {
    pub t: Text,
    pub page: Page,
    pub recipient: String,
    pub files: Vec<FileLine>,
    pub problems: Vec<Problem>,
    pub saved: bool,
    pub draft: DraftView,
}

impl DraftTemplate {
    pub(super) fn new(language: Language, citizen: &Citizen, draft: DraftView) -> Self {
        let t = Text::new(language);
        let to = &draft.correspondent;
        Self {
            t,
            page: Page::of(citizen, Section::Drafts),
            recipient: format!("{}, {}", t.name(&to.organisation), t.name(&to.service)),
            files: draft.files.iter().map(|file| line(t, file)).collect(),
            problems: Vec::new(),
            saved: false,
            draft,
        }
    }

    fn heading(&self) -> &'static str {
        match self.draft.reply_to {
            Some(_) => "draft-reply-title",
            None => "draft-new-title",
        }
    }

    /// Why it cannot be sent, and whether taking the mailbox into use helps.
    fn hindrance(&self) -> Option<(&'static str, bool)> {
        match (self.draft.hindrance?, self.draft.reply_to) {
            (Hindrance::MailboxNotInUse, _) => Some(("draft-not-in-use", true)),
            (Hindrance::NotTaken, Some(_)) => Some(("draft-reply-not-taken", false)),
            (Hindrance::NotTaken, None) => Some(("draft-service-closed", false)),
        }
    }

    fn problems_of<'a>(&'a self, field: &'static str) -> impl Iterator<Item = &'a Problem> + Clone {
        self.problems.iter().filter(move |it| it.field == field)
    }

    fn has_problem(&self, field: &'static str) -> bool {
        self.problems_of(field).next().is_some()
    }

    fn answer(&self, status: StatusCode) -> Response {
        let mut response = html(status, self, self.t.language);
        response.extensions_mut().insert(WithScript);
        response
    }
}

/// The draft that an address names; what is no id names none.
pub(super) fn draft_id(text: &str) -> Result<DraftId, PageError> {
    text.parse().map_err(|_| PageError::Bare(Kind::NotFound))
}

/// What the address of a draft may say.
#[derive(Debug, Deserialize)]
pub struct Flags {
    saved: Option<String>,
}

/// `GET /drafts/{id}`; of a sent one leads to the message.
pub async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Path(id): Path<String>,
    Query(flags): Query<Flags>,
) -> Result<Response, PageError> {
    let draft = app.hub.draft(&citizen, draft_id(&id)?).await?;
    if let Some(message) = draft.sent {
        return Ok(Redirect::to(&format!("/messages/{message}?sent=1")).into_response());
    }
    let page = DraftTemplate {
        saved: flags.saved.is_some(),
        ..DraftTemplate::new(language, &citizen, draft)
    };
    Ok(page.answer(StatusCode::OK))
}

/// `POST /drafts/{id}` and `POST /drafts/{id}/files`: keeps what was written and what was chosen, and does what the button says. What was written when
/// the session had ended is shown, to be copied; the page's script is told 401, and keeps it itself.
pub async fn submit(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    session: Result<CitizenSession, Response>,
    Path(id): Path<String>,
    headers: HeaderMap,
    multipart: Multipart,
) -> Result<Response, Response> {
    let asks_json = headers.get(header::ACCEPT).is_some_and(|it| it == "application/json");
    let citizen = match session {
        Ok(CitizenSession(citizen)) => citizen,
        Err(refused) if refused.status() == StatusCode::UNAUTHORIZED && !asks_json => {
            return Err(unsaved::page(language, &id, multipart).await.unwrap_or(refused));
        }
        Err(refused) => return Err(refused),
    };
    let id = draft_id(&id).map_err(IntoResponse::into_response)?;
    let t = Text::new(language);
    let mut form = form::read(&app.hub, &citizen, t, id, multipart).await?;
    let acted = act(&app, &citizen, t, id, &mut form).await;
    if asks_json {
        return acted
            .map(|done| told(t, &done, form))
            .map_err(|error| PageError::from(error).into_response());
    }
    let to = match acted {
        Ok(Done::Sent(message)) => format!("/messages/{message}?sent=1"),
        Ok(Done::Saved(_)) if form.problems.is_empty() => format!("/drafts/{id}?saved=1"),
        Ok(Done::Changed) if form.problems.is_empty() => format!("/drafts/{id}#files-heading"),
        // Sent from elsewhere meanwhile: its address leads on.
        Ok(Done::Gone) => format!("/drafts/{id}"),
        Ok(Done::Saved(_) | Done::Changed) => {
            return again(&app, (language, &citizen), id, form, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        Ok(Done::Refused(status)) => return again(&app, (language, &citizen), id, form, status).await,
        // What the hub could not do now costs nobody their text.
        Err(error @ (ActError::Busy | ActError::Objects(_) | ActError::Store(_))) => {
            log(&error);
            let text = t.get("problem-not-saved").into_owned();
            form.problems.push(Problem { field: "send", text });
            return again(&app, (language, &citizen), id, form, StatusCode::SERVICE_UNAVAILABLE).await;
        }
        Err(error) => return Err(PageError::from(error).into_response()),
    };
    Ok(Redirect::to(&to).into_response())
}

/// What a form came to.
enum Done {
    Sent(crate::domain::id::MessageId),
    /// The text was kept at this time.
    Saved(jiff::Timestamp),
    /// The files are as was asked.
    Changed,
    /// It was sent before.
    Gone,
    /// It was not sent, with this status.
    Refused(StatusCode),
}

async fn act(app: &App, citizen: &Citizen, t: Text, id: DraftId, form: &mut DraftForm) -> Result<Done, ActError> {
    if form.action == Action::Send && form.problems.is_empty() {
        let text = form.text.clone().unwrap_or_default();
        return Ok(match app.hub.send_draft(citizen, id, text).await {
            Ok(receipt) => Done::Sent(receipt.id),
            Err(ActError::Invalid(found)) => {
                form.problems.extend(problems(t, &found));
                Done::Refused(StatusCode::UNPROCESSABLE_ENTITY)
            }
            // The page says why.
            Err(ActError::NotFound | ActError::NotInUse | ActError::Forbidden(_)) => {
                Done::Refused(StatusCode::CONFLICT)
            }
            Err(error) => {
                log(&error);
                let text = t.get("problem-not-sent").into_owned();
                form.problems.push(Problem { field: "send", text });
                Done::Refused(StatusCode::SERVICE_UNAVAILABLE)
            }
        });
    }
    let mut done = Done::Changed;
    if let Some(text) = form.text.clone() {
        done = match app.hub.save_draft(citizen, id, text).await {
            Ok(at) if form.action == Action::Save => Done::Saved(at),
            Ok(_) => Done::Changed,
            Err(ActError::Forbidden(_)) => return Ok(Done::Gone),
            Err(error) => return Err(error),
        };
    }
    if let Action::Remove(file) = form.action {
        match app.hub.remove_draft_file(citizen, id, file).await {
            Err(ActError::Forbidden(_)) => return Ok(Done::Gone),
            removed => removed?,
        }
    }
    if form.gone {
        return Ok(Done::Gone);
    }
    Ok(done)
}

/// The page again, with what to mend.
async fn again(
    app: &App,
    (language, citizen): (Language, &Citizen),
    id: DraftId,
    form: DraftForm,
    status: StatusCode,
) -> Result<Response, Response> {
    let draft = app.hub.draft(citizen, id).await;
    let mut draft = draft.map_err(|error| PageError::from(error).into_response())?;
    if let Some(message) = draft.sent {
        return Ok(Redirect::to(&format!("/messages/{message}?sent=1")).into_response());
    }
    if let Some(text) = form.text {
        draft.text = text;
    }
    let page = DraftTemplate {
        problems: form.problems,
        ..DraftTemplate::new(language, citizen, draft)
    };
    Ok(page.answer(status))
}

/// What the script is told.
fn told(t: Text, done: &Done, form: DraftForm) -> Response {
    let problems: Vec<_> = form.problems.into_iter().map(|it| it.text).collect();
    let added: Vec<_> = form.added.iter().map(|file| line(t, file)).collect();
    let files: Vec<_> = added
        .iter()
        .map(|file| json!({ "id": file.id, "name": file.name, "detail": format!("{}, {}", file.kind, file.size) }))
        .collect();
    match done {
        _ if !problems.is_empty() => (
            StatusCode::UNPROCESSABLE_ENTITY,
            Json(json!({ "problems": problems, "files": files })),
        )
            .into_response(),
        Done::Sent(message) => Json(json!({ "message": message })).into_response(),
        Done::Saved(at) => Json(json!({ "saved": t.with("draft-saved-at", "at", t.second(at)) })).into_response(),
        Done::Changed if files.is_empty() => Json(json!({})).into_response(),
        Done::Changed => (StatusCode::CREATED, Json(json!({ "files": files }))).into_response(),
        Done::Gone | Done::Refused(_) => (StatusCode::CONFLICT, Json(json!({}))).into_response(),
    }
}
