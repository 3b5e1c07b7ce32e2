//! Who is looking at a page: the session's cookie, and the token that shows a form was ours.
//!
//! Guarantees: a handler that takes [`CitizenSession`] runs for a logged-in person only, and not for a form that another site sent; one
//! that takes [`CsrfForm`] runs only for a form of this very session. Leaves out: what a person may see (each act decides).

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq as _;
use url::form_urlencoded;

use super::super::App;
use super::error::{Kind, PageError};
use crate::domain::principal::Citizen;
use crate::hub::ActError;
use crate::hub::acting::Person;

/// A cookie of ours: its names, and how long it lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cookie {
    plain: &'static str,
    secure: &'static str,
    /// Seconds; none means until the browser closes.
    max_age: Option<i64>,
}

/// The session.
pub(crate) const SESSION: Cookie = Cookie {
    plain: "tiedoksi_session",
    secure: "__Host-tiedoksi",
    max_age: None,
};

/// What ties a login under way to the browser that began it.
pub(crate) const LOGIN: Cookie = Cookie {
    plain: "tiedoksi_login",
    secure: "__Host-tiedoksi-login",
    max_age: Some(600),
};

impl Cookie {
    const fn name(self, secure: bool) -> &'static str {
        if secure { self.secure } else { self.plain }
    }

    /// The cookie's value in a request.
    pub(crate) fn read(self, app: &App, headers: &HeaderMap) -> Option<String> {
        let name = self.name(app.secure_cookies);
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
        lines
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned())
    }

    /// The `Set-Cookie` line that stores `value`, which is base64url. `Lax`, because the provider sends the browser back from another site.
    pub(crate) fn set(self, app: &App, value: &str) -> String {
        self.line(app, value, self.max_age)
    }

    /// The `Set-Cookie` line that removes it.
    pub(crate) fn clear(self, app: &App) -> String {
        self.line(app, "", Some(0))
    }

    fn line(self, app: &App, value: &str, max_age: Option<i64>) -> String {
        let name = self.name(app.secure_cookies);
        let secure = if app.secure_cookies { "; Secure" } else { "" };
        let age = max_age
            .map(|seconds| format!("; Max-Age={seconds}"))
            .unwrap_or_default();
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
    }
}

/// The person who is logged in, in the mailbox they act in. Without a session a page leads to the login and back; anything else is answered
/// 401. A form that another site sent is answered 403. When the mandate acted by has ended, the answer leads to the choice of a mailbox.
#[derive(Debug, Clone)]
pub struct CitizenSession(pub Citizen);

impl FromRequestParts<Arc<App>> for CitizenSession {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let cookie = session_cookie(parts, app)?;
        // Two extractors of one request ask the database once.
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        match app.hub.citizen(&cookie).await {
            Ok(citizen) => {
                let session = Self(citizen);
                parts.extensions.insert(session.clone());
                Ok(session)
            }
            Err(error) => Err(refusal(parts, error)),
        }
    }
}

/// The person who is logged in, whichever mailbox they act in: for what concerns the person and the session alone. Works also while it cannot be
/// found out whether a mandate holds. Otherwise as [`CitizenSession`].
#[derive(Debug, Clone)]
pub struct PersonSession(pub Person);

impl FromRequestParts<Arc<App>> for PersonSession {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let cookie = session_cookie(parts, app)?;
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        match app.hub.person(&cookie).await {
            Ok(person) => {
                let session = Self(person);
                parts.extensions.insert(session.clone());
                Ok(session)
            }
            Err(error) => Err(refusal(parts, error)),
        }
    }
}

/// The session's cookie, of a request that another site did not make.
#[expect(clippy::result_large_err, reason = "the error is the answer")]
fn session_cookie(parts: &Parts, app: &App) -> Result<String, Response> {
    if !reads(parts) && from_another_site(&parts.headers) {
        return Err(foreign_form());
    }
    SESSION
        .read(app, &parts.headers)
        .ok_or_else(|| refusal(parts, ActError::NotLoggedIn))
}

fn reads(parts: &Parts) -> bool {
    matches!(parts.method, Method::GET | Method::HEAD)
}

fn refusal(parts: &Parts, error: ActError) -> Response {
    match error {
        ActError::NotLoggedIn if reads(parts) => {
            let here = parts.uri.path_and_query().map_or("/", |it| it.as_str());
            Redirect::to(&login_path(here)).into_response()
        }
        ActError::NotLoggedIn => PageError::Bare(Kind::SessionEnded).into_response(),
        // Nothing of either mailbox is shown or done: the person first sees in which one they are now.
        ActError::MandateEnded => Redirect::to(super::acting::ENDED).into_response(),
        error => PageError::from(error).into_response(),
    }
}

/// A form of this session and of the mailbox acted in: its field `csrf` is theirs. Fields that do not fit are answered 422.
#[derive(Debug, Clone)]
pub struct CsrfForm<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for CsrfForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let CitizenSession(citizen) = CitizenSession::from_request_parts(&mut parts, app).await?;
        form(parts, body, app, |token| check_csrf(&citizen, token).is_ok())
            .await
            .map(Self)
    }
}

/// A form of this session, whichever mailbox its page showed. Fields that do not fit are answered 422.
#[derive(Debug, Clone)]
pub struct PersonForm<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for PersonForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let PersonSession(person) = PersonSession::from_request_parts(&mut parts, app).await?;
        form(parts, body, app, |token| person.takes_token(token))
            .await
            .map(Self)
    }
}

async fn form<T: DeserializeOwned>(
    parts: Parts,
    body: Body,
    app: &Arc<App>,
    is_ours: impl FnOnce(&str) -> bool,
) -> Result<T, Response> {
    let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), app)
        .await
        .map_err(|rejection| rejection.into_response())?;
    let token = form_urlencoded::parse(&bytes).find(|(name, _)| name == "csrf");
    if !is_ours(token.as_ref().map_or("", |(_, value)| value)) {
        return Err(foreign_form());
    }
    let Form(form) = Form::from_request(Request::from_parts(parts, Body::from(bytes)), app)
        .await
        .map_err(|rejection: FormRejection| rejection.into_response())?;
    Ok(form)
}

/// Whether a form's token is the session's own, for handlers that read their form in parts.
///
/// # Errors
/// The answer to give: 403.
#[expect(clippy::result_large_err, reason = "the error is the answer")]
pub fn check_csrf(citizen: &Citizen, token: &str) -> Result<(), Response> {
    let own = citizen.csrf();
    if own.is_some_and(|own| bool::from(own.as_bytes().ct_eq(token.as_bytes()))) {
        Ok(())
    } else {
        Err(foreign_form())
    }
}

/// The address of the login that leads back to `here`.
#[must_use]
pub fn login_path(here: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("return_to", here)
        .finish();
    format!("/auth/login?{query}")
}

/// Browsers say where a request comes from (Fetch Metadata); older ones say nothing, and the token alone guards.
pub(super) fn from_another_site(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site")
}

fn foreign_form() -> Response {
    PageError::Bare(Kind::ForeignForm).into_response()
}
