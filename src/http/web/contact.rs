//! The owner's e-mail address: giving it, and typing the code that was sent to it. Also the first two steps of activation, where an address is
//! needed for that.

use std::borrow::Cow;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::error::PageError;
use super::page::{Page, Section, html};
use super::session::{CitizenSession, CsrfForm};
use super::text::{Lang, Text};
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::hub::ActError;
use crate::hub::contact::CODE_MINUTES;
use crate::hub::view::{AddressSet, Contact, PendingAddress};

/// The value of `next` while the mailbox is being activated.
const ACTIVATING: &str = "activate";

/// The routes of the address.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/contact", get(show).post(submit))
        .route("/contact/verify", get(show_code).post(verify))
}

#[derive(Template)]
#[template(path = "contact.html")]
pub(super) struct ContactTemplate {
    pub t: Text,
    pub page: Page,
    pub activating: bool,
    pub done: Option<&'static str>,
    pub contact: Contact,
    pub typed: String,
    pub problem: Option<&'static str>,
}

impl ContactTemplate {
    pub(super) fn new(language: Language, citizen: &Citizen, contact: Contact, activating: bool) -> Self {
        Self {
            t: Text::new(language),
            page: Page::of(citizen, Section::Settings),
            activating,
            done: None,
            contact,
            typed: String::new(),
            problem: None,
        }
    }
}

#[derive(Template)]
#[template(path = "contact-code.html")]
pub(super) struct CodeTemplate {
    pub t: Text,
    pub page: Page,
    pub activating: bool,
    pub resent: bool,
    pub minutes: i64,
    pub pending: PendingAddress,
    pub problem: Option<Cow<'static, str>>,
}

impl CodeTemplate {
    pub(super) fn new(language: Language, citizen: &Citizen, pending: PendingAddress, activating: bool) -> Self {
        Self {
            t: Text::new(language),
            page: Page::of(citizen, Section::Settings),
            activating,
            resent: false,
            minutes: CODE_MINUTES,
            pending,
            problem: None,
        }
    }
}

/// What the address of these pages may say.
#[derive(Debug, Deserialize)]
pub struct Flags {
    done: Option<String>,
    next: Option<String>,
}

fn is_activating(next: Option<&str>) -> bool {
    next == Some(ACTIVATING)
}

/// Where the next page is, with what this one knows.
fn path(page: &str, flag: Option<&str>, activating: bool) -> String {
    let flags = [
        flag.map(|it| format!("done={it}")),
        activating.then(|| format!("next={ACTIVATING}")),
    ];
    let query: Vec<String> = flags.into_iter().flatten().collect();
    match query.as_slice() {
        [] => page.to_owned(),
        query => format!("{page}?{}", query.join("&")),
    }
}

/// `GET /contact`
async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Query(flags): Query<Flags>,
) -> Result<Response, PageError> {
    let contact = app.hub.contact(&citizen).await?;
    let page = ContactTemplate {
        done: match flags.done.as_deref() {
            Some("verified") => Some("contact-done-verified"),
            Some("in-use") => Some("contact-done-in-use"),
            _ => None,
        },
        ..ContactTemplate::new(language, &citizen, contact, is_activating(flags.next.as_deref()))
    };
    Ok(html(StatusCode::OK, &page, language))
}

/// The form with the address.
#[derive(Deserialize)]
pub struct AddressForm {
    address: String,
    next: Option<String>,
    /// There when the code is asked for again.
    again: Option<String>,
}

/// `POST /contact`: with an address that cannot be used, the page again.
async fn submit(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    CsrfForm(form): CsrfForm<AddressForm>,
) -> Result<Response, PageError> {
    let activating = is_activating(form.next.as_deref());
    let problem = match app.hub.set_contact(&citizen, &form.address, language).await {
        Ok(AddressSet::CodeSent) => {
            let again = form.again.map(|_| "again");
            return Ok(Redirect::to(&path("/contact/verify", again, activating)).into_response());
        }
        Ok(AddressSet::InUse) => {
            return Ok(Redirect::to(&path("/contact", Some("in-use"), activating)).into_response());
        }
        Err(error) => match code_of(&error) {
            Some("bad-address") => "contact-bad-address",
            Some("too-many-codes") => "contact-too-many",
            _ => return Err(error.into()),
        },
    };
    let contact = app.hub.contact(&citizen).await?;
    let page = ContactTemplate {
        typed: form.address,
        problem: Some(problem),
        ..ContactTemplate::new(language, &citizen, contact, activating)
    };
    Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page, language))
}

/// `GET /contact/verify`: where no address waits for a code, there is none to type.
async fn show_code(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Query(flags): Query<Flags>,
) -> Result<Response, PageError> {
    let activating = is_activating(flags.next.as_deref());
    let Some(pending) = app.hub.contact(&citizen).await?.pending else {
        return Ok(Redirect::to(&path("/contact", None, activating)).into_response());
    };
    let page = CodeTemplate {
        resent: flags.done.is_some(),
        ..CodeTemplate::new(language, &citizen, pending, activating)
    };
    Ok(html(StatusCode::OK, &page, language))
}

/// The form with the code.
#[derive(Deserialize)]
pub struct CodeForm {
    code: String,
    next: Option<String>,
}

/// `POST /contact/verify`: with a wrong code, the page again.
async fn verify(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    CsrfForm(form): CsrfForm<CodeForm>,
) -> Result<Response, PageError> {
    let activating = is_activating(form.next.as_deref());
    let error = match app.hub.verify_contact(&citizen, &form.code).await {
        Ok(()) if activating => return Ok(Redirect::to("/activate").into_response()),
        Ok(()) => return Ok(Redirect::to(&path("/contact", Some("verified"), false)).into_response()),
        Err(error) => error,
    };
    let code = code_of(&error);
    let pending = match code {
        Some("not-a-code" | "wrong-code" | "code-over") => app.hub.contact(&citizen).await?.pending,
        Some("no-code") => None,
        _ => return Err(error.into()),
    };
    let Some(pending) = pending else {
        return Ok(Redirect::to(&path("/contact", None, activating)).into_response());
    };
    let t = Text::new(language);
    let problem = match code {
        Some("not-a-code") => t.get("contact-code-none"),
        Some("wrong-code") => t.count("contact-code-wrong", pending.attempts_left),
        _ => t.get("contact-code-over"),
    };
    let page = CodeTemplate {
        problem: Some(problem),
        ..CodeTemplate::new(language, &citizen, pending, activating)
    };
    Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page, language))
}

/// The code of the one violation of these acts.
fn code_of(error: &ActError) -> Option<&'static str> {
    match error {
        ActError::Invalid(found) => found.first().map(|it| it.code),
        _ => None,
    }
}
