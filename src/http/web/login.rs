//! The way to the identity provider and back, and out again.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::super::App;
use super::session::{CitizenSession, CsrfForm, LOGIN, SESSION, page};
use crate::auth::oidc::OidcError;
use crate::hub::ActError;
use crate::hub::login::{BeginLogin, Callback, LoginError};

/// The routes of logging in and out.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/auth/login", get(login))
        .route("/auth/callback", get(callback))
        .route("/auth/logout", post(logout))
}

#[derive(Debug, Deserialize)]
struct LoginQuery {
    return_to: Option<String>,
    login_hint: Option<String>,
    lang: Option<Language>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Language {
    Fi,
    Sv,
    En,
}

impl Language {
    const fn tag(self) -> &'static str {
        match self {
            Self::Fi => "fi",
            Self::Sv => "sv",
            Self::En => "en",
        }
    }
}

async fn login(State(app): State<Arc<App>>, headers: HeaderMap, Query(query): Query<LoginQuery>) -> Response {
    let binding = LOGIN.read(&app, &headers);
    let begin = BeginLogin {
        return_to: query.return_to.as_deref(),
        login_hint: query.login_hint.as_deref(),
        language: query.lang.unwrap_or(Language::Fi).tag(),
        binding: binding.as_deref(),
    };
    match app.hub.begin_login(begin).await {
        Ok(begun) => (
            AppendHeaders([
                (header::SET_COOKIE, LOGIN.set(&app, &begun.binding)),
                (header::CACHE_CONTROL, "no-store".into()),
            ]),
            Redirect::to(begun.redirect.as_str()),
        )
            .into_response(),
        Err(error) => login_problem(&error),
    }
}

async fn callback(State(app): State<Arc<App>>, headers: HeaderMap, Query(query): Query<Callback>) -> Response {
    let binding = LOGIN.read(&app, &headers);
    match app.hub.finish_login(query, binding.as_deref()).await {
        Ok(done) => (
            AppendHeaders([
                (header::SET_COOKIE, SESSION.set(&app, &done.cookie)),
                (header::CACHE_CONTROL, "no-store".into()),
            ]),
            Redirect::to(&done.return_to),
        )
            .into_response(),
        Err(error) => login_problem(&error),
    }
}

#[derive(Debug, Deserialize)]
struct Nothing {}

async fn logout(
    State(app): State<Arc<App>>,
    CitizenSession(citizen): CitizenSession,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Response {
    match app.hub.end_session(&citizen).await {
        Ok(provider) => {
            let next = provider.as_ref().map_or("/", |url| url.as_str());
            (
                AppendHeaders([
                    (header::SET_COOKIE, SESSION.clear(&app)),
                    (header::CACHE_CONTROL, "no-store".into()),
                ]),
                Redirect::to(next),
            )
                .into_response()
        }
        Err(error) => login_problem(&LoginError::Act(error)),
    }
}

/// The answer to a login that did not come about; logged here, once.
pub fn login_problem(error: &LoginError) -> Response {
    let cause = error as &dyn std::error::Error;
    let (status, title, text) = match error {
        LoginError::NotUnderWay => (
            StatusCode::BAD_REQUEST,
            "Kirjautuminen on vanhentunut",
            "Kirjautuminen kesti liian kauan tai se on jo käytetty. Aloita kirjautuminen alusta.",
        ),
        LoginError::OtherBrowser => (
            StatusCode::BAD_REQUEST,
            "Kirjautumista ei voitu jatkaa",
            "Kirjautuminen aloitettiin toisessa selaimessa, tai selain ei tallenna evästeitä. Aloita kirjautuminen alusta.",
        ),
        LoginError::Provider(OidcError::Cancelled) => (
            StatusCode::UNAUTHORIZED,
            "Tunnistautuminen keskeytettiin",
            "Et kirjautunut sisään. Voit aloittaa alusta milloin vain.",
        ),
        LoginError::Provider(OidcError::LevelTooLow) => (
            StatusCode::UNAUTHORIZED,
            "Vahva tunnistautuminen tarvitaan",
            "Valitsemasi tunnistustapa ei riitä tähän palveluun. Valitse toinen tunnistustapa.",
        ),
        LoginError::Provider(_) => {
            tracing::warn!(error = cause, "a login failed at the identity provider");
            (
                StatusCode::BAD_GATEWAY,
                "Tunnistautuminen ei onnistunut",
                "Tunnistuspalvelu ei juuri nyt vastaa oikein. Yritä hetken kuluttua uudelleen.",
            )
        }
        LoginError::Act(ActError::Busy) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Palvelu on ruuhkautunut",
            "Yritä hetken kuluttua uudelleen.",
        ),
        LoginError::Act(_) => {
            tracing::error!(error = cause, "a login could not be carried out");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "Palvelu ei ole nyt käytettävissä",
                "Yritä hetken kuluttua uudelleen.",
            )
        }
    };
    page(status, title, text)
}
