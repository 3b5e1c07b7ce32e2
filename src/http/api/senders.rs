//! The authorities, and what the owner of the mailbox has chosen about each.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;

use super::bearer::CitizenBearer;
use super::conditional::{Expected, Known, Tagged, changed_meanwhile};
use super::request::{JsonBody, Named};
use super::view::NamesView;
use crate::domain::fields::read_object;
use crate::domain::id::OrganisationId;
use crate::domain::message::Violation;
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::http::error::problem;
use crate::hub::ActError;
use crate::hub::view::{SenderChoice, SenderSetting};

/// The authorities of this hub.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Authorities {
    /// All that send through it, in no promised order.
    senders: Vec<Authority>,
}

/// An authority, and what the owner has chosen about it.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Authority {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: OrganisationId,
    /// Its names.
    names: NamesView,
    /// Whether it needs a consent of its own beside that to the whole service.
    requires_consent: bool,
    /// Whether it can be refused by itself.
    refusable: bool,
    /// The owner's choice.
    choice: ChoiceName,
    /// When it was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    chosen_at: Option<Timestamp>,
    /// Whether it can send to this mailbox now.
    can_send: bool,
}

/// An authority in full.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthorityDetails {
    /// As in the list.
    #[serde(flatten)]
    authority: Authority,
    /// Its Business ID.
    business_id: String,
    /// The names of its services that send.
    services: Vec<NamesView>,
}

/// A choice about an authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChoiceName {
    /// Nothing was chosen, or a refusal was taken back.
    None,
    /// Consents to its messages.
    Given,
    /// Has taken that consent back.
    Withdrawn,
    /// Wants none of its messages.
    Refused,
}

impl From<SenderSetting> for Authority {
    fn from(setting: SenderSetting) -> Self {
        Self {
            id: setting.id,
            names: setting.names.into(),
            requires_consent: setting.requires_consent,
            refusable: setting.refusable,
            choice: match setting.choice.as_deref() {
                Some("given") => ChoiceName::Given,
                Some("withdrawn") => ChoiceName::Withdrawn,
                Some("refused") => ChoiceName::Refused,
                _ => ChoiceName::None,
            },
            chosen_at: setting.chosen_at,
            can_send: setting.can_send,
        }
    }
}

/// The authority as it is now, and when the choice about it was made.
async fn one(app: &App, citizen: &Citizen, id: OrganisationId) -> Result<(Tagged, Option<Timestamp>), Response> {
    let view = app
        .hub
        .sender_view(citizen, id)
        .await
        .map_err(|error| problem(&error))?;
    let chosen_at = view.setting.chosen_at;
    let details = AuthorityDetails {
        authority: view.setting.into(),
        business_id: view.business_id,
        services: view.services.into_iter().map(Into::into).collect(),
    };
    Ok((Tagged::new(&details)?, chosen_at))
}

/// The authorities that send through this hub, with the owner's choices.
#[utoipa::path(get, path = "/api/v1/mailbox/senders", tag = "mailbox", security(("citizen" = [])), responses(
    (status = 200, description = "All of them", body = Authorities),
    (status = 403, description = "The person handles messages for the owner, and does not decide", body = super::Problem, content_type = "application/problem+json")))]
pub async fn list(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    known: Known,
) -> Result<Response, Response> {
    let status = app
        .hub
        .mailbox_status(&citizen)
        .await
        .map_err(|error| problem(&error))?;
    let senders = status.senders.into_iter().map(Into::into).collect();
    Ok(Tagged::new(&Authorities { senders })?.answer(&known))
}

/// One authority, with the owner's choice.
#[utoipa::path(get, path = "/api/v1/mailbox/senders/{organisation}", tag = "mailbox", security(("citizen" = [])),
    params(("organisation" = uuid::Uuid, Path, description = "The authority's id")), responses(
    (status = 200, description = "The authority", body = AuthorityDetails),
    (status = 403, description = "The person handles messages for the owner, and does not decide", body = super::Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such authority, or it sends no more", body = super::Problem, content_type = "application/problem+json")))]
pub async fn show(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    Named(id): Named<OrganisationId>,
    known: Known,
) -> Result<Response, Response> {
    Ok(one(&app, &citizen, id).await?.0.answer(&known))
}

/// A choice to be made.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes what `wanted` reads")]
pub struct AuthorityChoice {
    /// `given` and `withdrawn` where the authority needs a consent of its own, `refused` where it can be refused, `none` takes a refusal back.
    choice: ChoiceName,
}

fn wanted(body: &[u8]) -> Result<SenderChoice, Vec<Violation>> {
    let allowed = [
        ("none", SenderChoice::Allow),
        ("given", SenderChoice::Give),
        ("withdrawn", SenderChoice::Withdraw),
        ("refused", SenderChoice::Refuse),
    ];
    read_object(body, |fields, found| fields.choice("choice", &allowed, found))
}

/// Records a choice about an authority. The same choice again changes nothing, and no second event is recorded.
#[utoipa::path(put, path = "/api/v1/mailbox/senders/{organisation}", tag = "mailbox", security(("citizen" = [])),
    params(("organisation" = uuid::Uuid, Path, description = "The authority's id")), request_body = AuthorityChoice, responses(
    (status = 200, description = "The authority as it is now, durably", body = AuthorityDetails),
    (status = 403, description = "The authority cannot be refused, needs no consent of its own, or the person handles messages for the owner and does not decide this", body = super::Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such authority, or it sends no more", body = super::Problem, content_type = "application/problem+json")))]
pub async fn choose(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    Named(id): Named<OrganisationId>,
    expected: Expected,
    JsonBody(body): JsonBody,
) -> Result<Response, Response> {
    let wanted = wanted(&body).map_err(|found| problem(&ActError::Invalid(found)))?;
    let (current, chosen_at) = one(&app, &citizen, id).await?;
    expected.check(&current)?;
    let seen = expected.is_set().then_some(chosen_at);
    match app.hub.choose_as_seen(&citizen, id, wanted, seen).await {
        Ok(()) => Ok(one(&app, &citizen, id).await?.0.changed(StatusCode::OK)),
        Err(ActError::Contradiction(_)) => Err(changed_meanwhile()),
        Err(error) => Err(problem(&error)),
    }
}
