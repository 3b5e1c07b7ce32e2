//! The owner's e-mail address: given, and shown to be theirs by a code.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;

use super::bearer::CitizenBearer;
use super::conditional::{Known, Tagged};
use super::request::JsonBody;
use super::view::LanguageName;
use crate::domain::fields::read_object;
use crate::domain::message::Violation;
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::http::error::problem;
use crate::hub::ActError;
use crate::hub::view::Contact;

/// Most characters of an address that is read at all; what can be one is decided by its rules.
const MOST_CHARS: usize = 1_000;

/// How the owner is written to.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ContactDetails {
    /// The address in use, once one is verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    verified: Option<VerifiedContact>,
    /// The address that waits for its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<PendingContact>,
}

/// An address that its owner has shown to be theirs.
#[derive(Serialize, utoipa::ToSchema)]
pub struct VerifiedContact {
    /// The address.
    address: String,
    /// The language of what is written to it.
    language: LanguageName,
    /// When its code was typed.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// An address to which a code was sent.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PendingContact {
    /// The address.
    address: String,
    /// The code does not hold from then on.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// How many wrong codes may still be sent; with none left, a new code is needed.
    attempts_left: u8,
}

impl From<Contact> for ContactDetails {
    fn from(contact: Contact) -> Self {
        Self {
            verified: contact.verified.map(|it| VerifiedContact {
                address: it.address.reveal().to_owned(),
                language: it.language.into(),
                at: it.at,
            }),
            pending: contact.pending.map(|it| PendingContact {
                address: it.address.reveal().to_owned(),
                expires_at: it.expires_at,
                attempts_left: it.attempts_left,
            }),
        }
    }
}

async fn tagged(app: &App, citizen: &Citizen) -> Result<Tagged, Response> {
    let contact = app.hub.contact(citizen).await.map_err(|error| problem(&error))?;
    Tagged::new(&ContactDetails::from(contact))
}

/// How the owner is written to.
#[utoipa::path(get, path = "/api/v1/mailbox/contact", tag = "mailbox", security(("citizen" = [])), responses(
    (status = 200, description = "The addresses", body = ContactDetails)))]
pub async fn show(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    known: Known,
) -> Result<Response, Response> {
    Ok(tagged(&app, &citizen).await?.answer(&known))
}

/// An address to be verified.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes what `address` reads")]
pub struct NewContact {
    /// The address.
    #[schema(min_length = 3, max_length = 254, example = "eino@example.fi")]
    address: String,
    /// The language of what is written to it.
    language: LanguageName,
}

fn address(body: &[u8]) -> Result<(String, Language), Vec<Violation>> {
    let languages = Language::ALL.map(|it| (it.code(), it));
    read_object(body, |fields, found| {
        let address = fields.sized_text("address", 1, MOST_CHARS, found);
        let language = fields.choice("language", &languages, found);
        Some((address?, language?))
    })
}

/// Sends a code to an address, which is used once that code comes back; until then the one before stays in use. Three codes an hour at most.
#[utoipa::path(post, path = "/api/v1/mailbox/contact", tag = "mailbox", security(("citizen" = [])), request_body = NewContact, responses(
    (status = 200, description = "The addresses as they are now, durably", body = ContactDetails),
    (status = 403, description = "This hub sends no e-mail, or the person does not decide about the mailbox", body = super::Problem, content_type = "application/problem+json")))]
pub async fn set(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    JsonBody(body): JsonBody,
) -> Result<Response, Response> {
    let (address, language) = address(&body).map_err(|found| problem(&ActError::Invalid(found)))?;
    let set = app.hub.set_contact(&citizen, &address, language).await;
    set.map_err(|error| problem(&error))?;
    Ok(tagged(&app, &citizen).await?.changed(StatusCode::OK))
}

/// A code.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes what `code` reads")]
pub struct ContactCode {
    /// The six digits that were sent to the address.
    #[schema(min_length = 6, max_length = 32, example = "012345")]
    code: String,
}

fn code(body: &[u8]) -> Result<String, Vec<Violation>> {
    read_object(body, |fields, found| fields.sized_text("code", 1, 32, found))
}

/// Verifies the address that waits, by its code.
#[utoipa::path(post, path = "/api/v1/mailbox/contact/verification", tag = "mailbox", security(("citizen" = [])), request_body = ContactCode, responses(
    (status = 200, description = "The addresses as they are now, durably", body = ContactDetails)))]
pub async fn verify(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    JsonBody(body): JsonBody,
) -> Result<Response, Response> {
    let code = code(&body).map_err(|found| problem(&ActError::Invalid(found)))?;
    let verified = app.hub.verify_contact(&citizen, &code).await;
    verified.map_err(|error| problem(&error))?;
    Ok(tagged(&app, &citizen).await?.changed(StatusCode::OK))
}
