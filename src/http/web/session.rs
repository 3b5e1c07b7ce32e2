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

/// The person who is logged in. Without a session a page leads to the login and back; anything else is answered 401. A form that another
/// site sent is answered 403.
#[derive(Debug, Clone)]
pub struct CitizenSession(pub Citizen);

impl FromRequestParts<Arc<App>> for CitizenSession {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let reads = matches!(parts.method, Method::GET | Method::HEAD);
        if !reads && from_another_site(&parts.headers) {
            return Err(foreign_form());
        }
        // Two extractors of one request ask the database once.
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let found = match SESSION.read(app, &parts.headers) {
            Some(cookie) => app.hub.citizen(&cookie).await,
            None => Err(ActError::NotLoggedIn),
        };
        match found {
            Ok(citizen) => {
                let session = Self(citizen);
                parts.extensions.insert(session.clone());
                Ok(session)
            }
            Err(ActError::NotLoggedIn) if reads => {
                let here = parts.uri.path_and_query().map_or("/", |it| it.as_str());
                Err(Redirect::to(&login_path(here)).into_response())
            }
            Err(ActError::NotLoggedIn) => Err(PageError::Bare(Kind::SessionEnded).into_response()),
            Err(error) => Err(PageError::from(error).into_response()),
        }
    }
}

/// A form of this session: its field `csrf` is the session's own. Fields that do not fit are answered 422.
#[derive(Debug, Clone)]
pub struct CsrfForm<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for CsrfForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let CitizenSession(citizen) = CitizenSession::from_request_parts(&mut parts, app).await?;
        let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), app)
            .await
            .map_err(|rejection| rejection.into_response())?;
        let token = form_urlencoded::parse(&bytes).find(|(name, _)| name == "csrf");
        check_csrf(&citizen, token.as_ref().map_or("", |(_, value)| value))?;
        let Form(form) = Form::from_request(Request::from_parts(parts, Body::from(bytes)), app)
            .await
            .map_err(|rejection: FormRejection| rejection.into_response())?;
        Ok(Self(form))
    }
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
fn from_another_site(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site")
}

fn foreign_form() -> Response {
    PageError::Bare(Kind::ForeignForm).into_response()
}
