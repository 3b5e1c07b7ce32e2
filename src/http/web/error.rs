//! What a person reads when something cannot be done: one page per kind of reason, in their language, saying what to do.
//!
//! Absent and forbidden things look the same. What went wrong on our side is logged here, once, without personal data.

use std::error::Error as _;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::page::{Page, Section, page_of};
use super::text::Text;
use crate::domain::name::Language;
use crate::hub::ActError;

/// Why there is an error page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request makes no sense.
    Invalid,
    /// Not logged in, or no longer.
    NotLoggedIn,
    /// Not allowed now.
    Forbidden,
    /// Nothing can be sent from a mailbox that is not in use.
    NotInUse,
    /// No such thing for this person.
    NotFound,
    /// More bytes than are taken.
    TooLarge,
    /// It came too slowly, or stopped.
    TooSlow,
    /// The hub is busy.
    Busy,
    /// The hub takes no acts until its operator has restored its database.
    Halted,
    /// It is not known whether the act was done.
    Unknown,
    /// Our fault.
    Internal,
    /// A form came after its session had ended.
    SessionEnded,
    /// A form of another site, or of another session.
    ForeignForm,
    /// The login took too long, or was finished already.
    LoginOutdated,
    /// The login was begun in another browser.
    LoginElsewhere,
    /// The person broke off at the identity provider.
    LoginCancelled,
    /// The means of identification is not strong enough.
    LoginTooWeak,
    /// The identity provider does not answer as it should.
    LoginFailed,
    /// For the owner of the mailbox alone.
    OwnerDecides,
    /// The register of mandates does not answer as it should.
    MandatesDown,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 20] = [
        Self::Invalid,
        Self::NotLoggedIn,
        Self::Forbidden,
        Self::NotInUse,
        Self::NotFound,
        Self::TooLarge,
        Self::TooSlow,
        Self::Busy,
        Self::Halted,
        Self::Unknown,
        Self::Internal,
        Self::SessionEnded,
        Self::ForeignForm,
        Self::LoginOutdated,
        Self::LoginElsewhere,
        Self::LoginCancelled,
        Self::LoginTooWeak,
        Self::LoginFailed,
        Self::OwnerDecides,
        Self::MandatesDown,
    ];

    /// The kind that fits a bare status.
    #[must_use]
    pub const fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            401 => Self::NotLoggedIn,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            408 => Self::TooSlow,
            413 => Self::TooLarge,
            429 | 503 => Self::Busy,
            400..=499 => Self::Invalid,
            _ => Self::Internal,
        }
    }

    const fn of(error: &ActError) -> Self {
        match error {
            ActError::NotFound => Self::NotFound,
            ActError::Invalid(_) => Self::Invalid,
            ActError::Forbidden(_) | ActError::MandateEnded => Self::Forbidden,
            ActError::NotInUse => Self::NotInUse,
            ActError::OwnerDecides => Self::OwnerDecides,
            ActError::Mandates(_) => Self::MandatesDown,
            ActError::NotLoggedIn => Self::SessionEnded,
            ActError::LoginTooOld => Self::NotLoggedIn,
            ActError::Busy | ActError::Throttled(_) | ActError::Store(_) => Self::Busy,
            ActError::Halted => Self::Halted,
            ActError::Unknown => Self::Unknown,
            // No page acts by external id.
            ActError::Contradiction(_)
            | ActError::Press(_)
            | ActError::Repeated(_)
            | ActError::Objects(_)
            | ActError::Scanner(_)
            | ActError::Vault(_)
            | ActError::Evidence(_) => Self::Internal,
        }
    }

    /// The status of the answer.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Invalid | Self::LoginOutdated | Self::LoginElsewhere => StatusCode::BAD_REQUEST,
            Self::NotLoggedIn | Self::SessionEnded | Self::LoginCancelled | Self::LoginTooWeak => {
                StatusCode::UNAUTHORIZED
            }
            Self::Forbidden | Self::NotInUse | Self::ForeignForm | Self::OwnerDecides => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Busy | Self::Halted | Self::Unknown => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::LoginFailed | Self::MandatesDown => StatusCode::BAD_GATEWAY,
        }
    }

    const fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Invalid => ("error-invalid-title", "error-invalid-text"),
            Self::NotLoggedIn => ("error-login-title", "error-login-text"),
            Self::Forbidden => ("error-forbidden-title", "error-forbidden-text"),
            Self::NotInUse => ("error-unused-title", "error-unused-text"),
            Self::NotFound => ("error-missing-title", "error-missing-text"),
            Self::TooLarge => ("error-large-title", "error-large-text"),
            Self::TooSlow => ("error-slow-title", "error-slow-text"),
            Self::Busy => ("error-busy-title", "error-busy-text"),
            Self::Halted => ("error-halted-title", "error-halted-text"),
            Self::Unknown => ("error-unknown-title", "error-unknown-text"),
            Self::Internal => ("error-internal-title", "error-internal-text"),
            Self::SessionEnded => ("error-session-title", "error-session-text"),
            Self::ForeignForm => ("error-form-title", "error-form-text"),
            Self::LoginOutdated => ("login-outdated-title", "login-outdated-text"),
            Self::LoginElsewhere => ("login-elsewhere-title", "login-elsewhere-text"),
            Self::LoginCancelled => ("login-cancelled-title", "login-cancelled-text"),
            Self::LoginTooWeak => ("login-weak-title", "login-weak-text"),
            Self::LoginFailed => ("login-failed-title", "login-failed-text"),
            Self::OwnerDecides => ("owner-decides-title", "owner-decides-text"),
            Self::MandatesDown => ("mandates-down-title", "mandates-down-text"),
        }
    }

    /// Whether choosing another mailbox is what helps.
    const fn leads_to_choice(self) -> bool {
        matches!(self, Self::OwnerDecides | Self::MandatesDown)
    }

    /// Whether logging in is what helps.
    const fn leads_to_login(self) -> bool {
        matches!(
            self,
            Self::NotLoggedIn
                | Self::SessionEnded
                | Self::LoginOutdated
                | Self::LoginElsewhere
                | Self::LoginCancelled
                | Self::LoginTooWeak
                | Self::LoginFailed
        )
    }
}

#[derive(Template)]
#[template(path = "error.html")]
pub(super) struct ErrorTemplate {
    pub t: Text,
    pub page: Page,
    pub title: &'static str,
    pub text: &'static str,
    pub login: bool,
    pub choice: bool,
    pub activate: bool,
}

impl ErrorTemplate {
    pub(super) fn new(kind: Kind, language: Language) -> Self {
        let (title, text) = kind.keys();
        Self {
            t: Text::new(language),
            page: Page {
                switch: "/",
                ..Page::public()
            },
            title,
            text,
            login: kind.leads_to_login(),
            choice: kind.leads_to_choice(),
            activate: kind == Kind::NotInUse,
        }
    }
}

/// The page of a kind of error.
pub fn error_kind_page(kind: Kind, language: Language) -> Response {
    match ErrorTemplate::new(kind, language).render() {
        Ok(text) => page_of(kind.status(), text),
        Err(_) => kind.status().into_response(),
    }
}

/// The page of an act that was not done; logs what is our fault.
pub fn error_page(error: ActError, language: Language) -> Response {
    log(&error);
    error_kind_page(Kind::of(&error), language)
}

/// What could not be done, on its way to becoming a page: the layer around the pages knows the language.
#[derive(Debug)]
pub enum PageError {
    /// An act was not done.
    Act(ActError),
    /// There was nothing to act upon.
    Bare(Kind),
}

impl From<ActError> for PageError {
    fn from(error: ActError) -> Self {
        Self::Act(error)
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let kind = match self {
            Self::Act(error) => {
                log(&error);
                Kind::of(&error)
            }
            Self::Bare(kind) => kind,
        };
        let mut response = kind.status().into_response();
        response.extensions_mut().insert(kind);
        response
    }
}

/// Logs what is our fault.
pub(super) fn log(error: &ActError) {
    if !Kind::of(error).status().is_server_error() {
        return;
    }
    let mut causes = String::new();
    let mut source = error.source();
    while let Some(cause) = source {
        causes.push_str(": ");
        causes.push_str(&cause.to_string());
        source = cause.source();
    }
    tracing::error!("an act failed: {error}{causes}");
}
