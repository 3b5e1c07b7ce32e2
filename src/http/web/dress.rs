//! The layer around every page: security headers, the remembered language, and pages instead of bare error codes.
//!
//! A handler that sets one of these headers itself keeps its own value (files of messages, assets).

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::error::{Kind, error_kind_page};
use super::text::{LANGUAGE_COOKIE, chosen_language, language_of};
use crate::domain::name::Language;
use crate::http::App;

/// The mark of an answer whose page runs a script of ours: it may load it, and the script may call us.
#[derive(Debug, Clone, Copy)]
pub(super) struct WithScript;

/// What the layer adds, the same for every answer.
#[derive(Debug, Clone)]
pub struct Dress {
    headers: Vec<(HeaderName, HeaderValue)>,
    /// The content policy of pages marked [`WithScript`].
    with_script: Option<HeaderValue>,
    secure: bool,
}

impl Dress {
    /// The layer of an app.
    pub fn of(app: &App) -> Self {
        Self::new(&app.form_action_origins, app.secure_cookies)
    }

    /// `form_action` are the origins to which a form's answer may redirect beside our own; what is no origin is left out.
    pub(super) fn new(form_action: &[String], secure: bool) -> Self {
        let policy = policy(form_action);
        let mut headers = vec![
            (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (
                HeaderName::from_static("cross-origin-opener-policy"),
                HeaderValue::from_static("same-origin"),
            ),
            (
                HeaderName::from_static("cross-origin-resource-policy"),
                HeaderValue::from_static("same-origin"),
            ),
            (
                HeaderName::from_static("permissions-policy"),
                HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            ),
        ];
        let with_script = HeaderValue::try_from(format!("{policy}; script-src 'self'; connect-src 'self'")).ok();
        // An origin is ASCII without control characters, so this never fails.
        headers.extend(HeaderValue::try_from(policy).map(|it| (header::CONTENT_SECURITY_POLICY, it)));
        if secure {
            let year = HeaderValue::from_static("max-age=31536000");
            headers.push((header::STRICT_TRANSPORT_SECURITY, year));
        }
        Self {
            headers,
            with_script,
            secure,
        }
    }

    pub(super) fn finish(&self, response: &mut Response, chosen: Option<Language>) {
        if let (Some(WithScript), Some(policy)) = (response.extensions().get(), &self.with_script) {
            let policy = policy.clone();
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        for (name, value) in &self.headers {
            response.headers_mut().entry(name).or_insert_with(|| value.clone());
        }
        if let Some(language) = chosen {
            let secure = if self.secure { "; Secure" } else { "" };
            let cookie = format!(
                "{LANGUAGE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly{secure}",
                language.code()
            );
            if let Ok(cookie) = HeaderValue::try_from(cookie) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
        }
    }
}

/// The content security policy of a page. `form_action` as for [`Dress::new`].
fn policy(form_action: &[String]) -> String {
    let origins: String = form_action
        .iter()
        .filter(|it| is_origin(it))
        .map(|it| format!(" {it}"))
        .collect();
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'{origins}; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// The policy of a page that shows one of our own addresses in a frame.
pub(super) fn framing_policy(app: &App) -> String {
    format!("{}; frame-src 'self'", policy(&app.form_action_origins))
}

fn is_origin(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| url.origin().is_tuple() && url.origin().ascii_serialization() == text)
}

/// Dresses one answer.
pub async fn dress(State(dress): State<Dress>, request: Request, next: Next) -> Response {
    let chosen = chosen_language(request.uri());
    let language = language_of(request.uri(), request.headers());
    let mut response = explain(next.run(request).await, language);
    dress.finish(&mut response, chosen);
    response
}

/// Puts a page in the place of an error that has none: an act's, an extractor's, a limit's, the router's.
pub(super) fn explain(response: Response, language: Language) -> Response {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || is_told(response.headers()) {
        return response;
    }
    let kind = response.extensions().get::<Kind>().copied();
    let mut page = error_kind_page(kind.unwrap_or(Kind::of_status(status)), language);
    *page.status_mut() = if status == StatusCode::UNPROCESSABLE_ENTITY {
        StatusCode::BAD_REQUEST
    } else {
        status
    };
    for name in [header::SET_COOKIE, header::ALLOW, header::RETRY_AFTER] {
        for value in response.headers().get_all(&name) {
            page.headers_mut().append(name.clone(), value.clone());
        }
    }
    page
}

/// A page, or what a page's script asked for.
fn is_told(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|it| it.as_bytes().starts_with(b"text/html") || it == "application/json")
}
