//! Who is asking, from the session cookie; and forms that carry the session's token.

use std::sync::Arc;

use axum::Form;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::error::PageError;
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::hub::ActError;

/// A person who is logged in.
#[derive(Debug)]
pub struct CitizenSession(pub Citizen);

impl FromRequestParts<Arc<App>> for CitizenSession {
    type Rejection = PageError;

    async fn from_request_parts(_: &mut Parts, _: &Arc<App>) -> Result<Self, PageError> {
        Err(PageError::Act(ActError::NotLoggedIn))
    }
}

/// A form whose token was that of the session.
#[derive(Debug)]
pub struct CsrfForm<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for CsrfForm<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, PageError> {
        let Form(form) = Form::from_request(request, app)
            .await
            .map_err(|_| ActError::Invalid(Vec::new()))?;
        Ok(Self(form))
    }
}

/// Checks the token of a form that is read part by part.
pub fn check_csrf(citizen: &Citizen, token: &str) -> Result<(), PageError> {
    if citizen.csrf == token {
        Ok(())
    } else {
        Err(PageError::Act(ActError::Forbidden("the form has expired")))
    }
}
