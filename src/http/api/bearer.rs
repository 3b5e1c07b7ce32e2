//! A citizen's program: an access token of the identity provider's, after `Bearer`, and what it is told when that is refused.
//!
//! Cookies count nothing here, and a token counts nothing on the pages, so no other site can make a browser act.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use super::App;
use crate::auth::oidc::OidcError;
use crate::domain::principal::Citizen;
use crate::http::error::{problem, problem_with_code};
use crate::hub::ActError;
use crate::hub::acting::Person;
use crate::hub::login::LoginError;

/// The header by which a program acts for another: what `/api/v1/mailbox/held-mandates` calls `actingFor`.
pub const ACTING_FOR: &str = "tiedoksi-acting-for";

/// A person, by the access token in the Authorization header, in their own mailbox or, by the mandate that [`ACTING_FOR`] names, in another's; a
/// refusal is a problem document with a code, and a challenge (RFC 6750, RFC 9470).
#[derive(Debug, Clone)]
pub struct CitizenBearer(pub Citizen);

impl FromRequestParts<Arc<App>> for CitizenBearer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let own = holder(parts, app).await?;
        let mut named = parts.headers.get_all(ACTING_FOR).into_iter();
        let citizen = match (named.next(), named.next()) {
            (None, _) => return Ok(Self(own)),
            (Some(key), None) => app.hub.act_by_token(own, key.to_str().unwrap_or_default()).await,
            (Some(_), Some(_)) => Err(ActError::MandateEnded),
        };
        citizen.map(Self).map_err(|error| match error {
            ActError::MandateEnded => {
                let text = "The person holds no such mandate now. /api/v1/mailbox/held-mandates names those that hold.";
                problem_with_code(StatusCode::FORBIDDEN, "mandate-not-held", text)
            }
            error => problem(&error),
        })
    }
}

/// The person of the access token, whichever mailbox the request is about.
#[derive(Debug, Clone)]
pub struct PersonBearer(pub Person);

impl FromRequestParts<Arc<App>> for PersonBearer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        holder(parts, app).await.map(|own| Self(Person::without_session(own)))
    }
}

async fn holder(parts: &Parts, app: &App) -> Result<Citizen, Response> {
    let Some(token) = bearer(parts) else {
        let text = "Send an access token of the identity provider's: Authorization: Bearer TOKEN.";
        return Err(challenge(StatusCode::UNAUTHORIZED, "token-missing", text, "Bearer"));
    };
    app.hub.citizen_by_token(token).await.map_err(refusal)
}

fn bearer(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts
        .headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn refusal(error: LoginError) -> Response {
    let invalid = "Bearer error=\"invalid_token\"";
    match error {
        LoginError::Provider(OidcError::NotAccepted(why)) => {
            challenge(StatusCode::UNAUTHORIZED, "token-refused", why, invalid)
        }
        LoginError::Provider(error @ OidcError::Lacks(_)) => {
            let text =
                format!("Who its holder is cannot be known: {error}. Ask the provider to state it in access tokens.");
            challenge(StatusCode::UNAUTHORIZED, "token-lacks-claims", &text, invalid)
        }
        LoginError::Provider(OidcError::LacksScope(scope)) => {
            let text = format!(
                "The person did not let the program use their mailbox: ask the provider for the scope {scope}."
            );
            let wider = format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"");
            challenge(StatusCode::FORBIDDEN, "scope-missing", &text, &wider)
        }
        LoginError::Provider(OidcError::LevelTooLow) => {
            let text = "The person must log in by stronger means: acr does not suffice.";
            let stronger = "Bearer error=\"insufficient_user_authentication\"";
            challenge(StatusCode::UNAUTHORIZED, "level-too-low", text, stronger)
        }
        LoginError::Provider(error @ (OidcError::Unreachable(_) | OidcError::Settings(_))) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "an access token could not be checked"
            );
            let text = "The identity provider cannot be asked for its keys now. Repeat the request in a moment.";
            problem_with_code(StatusCode::SERVICE_UNAVAILABLE, "provider-unreachable", text)
        }
        LoginError::Act(error) => problem(&error),
        LoginError::Provider(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "an access token was refused");
            let text = "The access token states something that cannot be true.";
            challenge(StatusCode::UNAUTHORIZED, "token-refused", text, invalid)
        }
        // No login is under way here.
        LoginError::NotUnderWay | LoginError::OtherBrowser => challenge(
            StatusCode::UNAUTHORIZED,
            "token-refused",
            "The access token is not valid.",
            invalid,
        ),
    }
}

fn challenge(status: StatusCode, code: &'static str, text: &str, challenge: &str) -> Response {
    let mut response = problem_with_code(status, code, text);
    if let Ok(value) = HeaderValue::from_str(challenge) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    response
}
