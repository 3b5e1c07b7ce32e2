//! The way to the identity provider and back, and out again.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::super::App;
use super::error::{Kind, PageError};
use super::session::{LOGIN, PersonForm, PersonSession, SESSION};
use super::text::Lang;
use super::{acting, opened};
use crate::auth::oidc::OidcError;
use crate::hub::login::{BeginLogin, Callback, LoginError, LoginNotice, Shown};

/// The routes of logging in and out.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/auth/login", get(login))
        .route("/auth/callback", get(callback))
        .route("/auth/logout", post(logout))
        .route("/auth/jwks.json", get(jwks))
}

#[derive(Debug, Deserialize)]
struct LoginQuery {
    return_to: Option<String>,
    login_hint: Option<String>,
    /// Whether the person must authenticate anew.
    fresh: Option<String>,
}

async fn login(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    headers: HeaderMap,
    Query(query): Query<LoginQuery>,
) -> Response {
    let binding = LOGIN.read(&app, &headers);
    let begin = BeginLogin {
        return_to: query.return_to.as_deref(),
        login_hint: query.login_hint.as_deref(),
        language: language.code(),
        fresh: query.fresh.is_some(),
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
        Err(error) => login_problem(error),
    }
}

async fn callback(State(app): State<Arc<App>>, headers: HeaderMap, Query(query): Query<Callback>) -> Response {
    let (binding, session) = (LOGIN.read(&app, &headers), SESSION.read(&app, &headers));
    let shown = Shown {
        binding: binding.as_deref(),
        session: session.as_deref(),
        user_agent: headers.get(header::USER_AGENT).and_then(|it| it.to_str().ok()),
    };
    match app.hub.finish_login(query, shown).await {
        Ok(done) => {
            let next = match done.chooses {
                true => acting::path(&done.return_to),
                false => done.return_to,
            };
            let next = match done.notice {
                Some(LoginNotice::MailboxOpened) => opened::path(&next),
                None => next,
            };
            (
                AppendHeaders([
                    (header::SET_COOKIE, SESSION.set(&app, &done.cookie)),
                    (header::CACHE_CONTROL, "no-store".into()),
                ]),
                Redirect::to(&next),
            )
                .into_response()
        }
        Err(error) => login_problem(error),
    }
}

/// Our public keys at the provider (RFC 7517). Not found where we prove ourselves by a secret.
async fn jwks(State(app): State<Arc<App>>) -> Result<Response, PageError> {
    let jwks = app.hub.login_jwks().ok_or(PageError::Bare(Kind::NotFound))?;
    Ok(([(header::CONTENT_TYPE, "application/jwk-set+json")], jwks.to_string()).into_response())
}

#[derive(Debug, Deserialize)]
struct Nothing {}

async fn logout(
    State(app): State<Arc<App>>,
    PersonSession(person): PersonSession,
    PersonForm(Nothing {}): PersonForm<Nothing>,
) -> Response {
    match app.hub.end_session(person.own()).await {
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
        Err(error) => login_problem(LoginError::Act(error)),
    }
}

/// The answer to a login that did not come about; logged here, once.
pub fn login_problem(error: LoginError) -> Response {
    let kind = match error {
        LoginError::NotUnderWay => Kind::LoginOutdated,
        LoginError::OtherBrowser => Kind::LoginElsewhere,
        LoginError::Provider(OidcError::Cancelled) => Kind::LoginCancelled,
        LoginError::Provider(OidcError::LevelTooLow) => Kind::LoginTooWeak,
        LoginError::Provider(error) => {
            let cause = &error as &dyn std::error::Error;
            tracing::warn!(error = cause, "a login failed at the identity provider");
            Kind::LoginFailed
        }
        LoginError::Act(error) => return PageError::from(error).into_response(),
    };
    PageError::Bare(kind).into_response()
}
