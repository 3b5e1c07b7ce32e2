//! The mailbox itself: whether it is in use, and since when.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;

use super::bearer::CitizenBearer;
use super::conditional::{Known, Tagged};
use super::request::JsonBody;
use crate::domain::consent::Regime;
use crate::domain::fields::read_object;
use crate::domain::message::Violation;
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::http::error::problem;
use crate::hub::ActError;
use crate::hub::view::MailboxStatus;

/// A mailbox.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Mailbox {
    /// Whether messages can arrive, and be sent.
    in_use: bool,
    /// How mailboxes open at this hub.
    regime: RegimeName,
    /// Since when it is in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    in_use_since: Option<Timestamp>,
    /// On what it is in use: `consent`, or `statutory_account` where the law opened it.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<String>,
    /// Until when the owner has chosen paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    paper_until: Option<Timestamp>,
    /// Whether this person decides about the mailbox. Who only handles its messages is told whether it is in use, and nothing else of it.
    decides: bool,
    /// Whether an e-mail address is still to be verified: before the mailbox can be taken into use or, where it is in use, for notices.
    #[serde(skip_serializing_if = "Option::is_none")]
    needs_address: Option<bool>,
}

/// How mailboxes open.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RegimeName {
    /// Their owners consent.
    Consent,
    /// An adult's opens at strong identification; its owner may go back to paper for a time.
    Statutory,
}

impl From<MailboxStatus> for Mailbox {
    fn from(status: MailboxStatus) -> Self {
        Self {
            in_use: status.active,
            regime: status.regime.into(),
            in_use_since: status.activated_at.filter(|_| status.active),
            basis: status.basis.filter(|_| status.active),
            paper_until: status.opt_out_until,
            decides: true,
            needs_address: Some(status.needs_address),
        }
    }
}

impl From<Regime> for RegimeName {
    fn from(regime: Regime) -> Self {
        match regime {
            Regime::Consent => Self::Consent,
            Regime::Statutory => Self::Statutory,
        }
    }
}

async fn tagged(app: &App, citizen: &Citizen) -> Result<Tagged, Response> {
    let mailbox = match citizen.decides() {
        true => app.hub.mailbox_status(citizen).await.map(Mailbox::from),
        false => app.hub.in_use(citizen).await.map(|state| Mailbox {
            in_use: state.active,
            regime: app.hub.options.regime.into(),
            in_use_since: None,
            basis: None,
            paper_until: None,
            decides: false,
            needs_address: None,
        }),
    };
    Tagged::new(&mailbox.map_err(|error| problem(&error))?)
}

/// The mailbox.
#[utoipa::path(get, path = "/api/v1/mailbox", tag = "mailbox", security(("citizen" = [])), responses(
    (status = 200, description = "The mailbox", body = Mailbox)))]
pub async fn show(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    known: Known,
) -> Result<Response, Response> {
    Ok(tagged(&app, &citizen).await?.answer(&known))
}

/// Whether the mailbox is to be in use.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what `wanted` reads")]
pub struct MailboxUse {
    /// True takes it into use; false ends that, by withdrawing the consent or, by law, going back to paper for a time. What came stays readable.
    in_use: bool,
    /// True says that the owner consents to electronic service (13/2003 s.18, s.19), having been told what it means; required for `inUse: true`.
    #[schema(default = false)]
    consent: bool,
}

/// Whether to take the mailbox into use.
fn wanted(body: &[u8]) -> Result<bool, Vec<Violation>> {
    read_object(body, |fields, found| {
        let in_use = fields.flag("inUse", found);
        let consent = fields.flag_or("consent", false, found);
        if in_use == Some(true) && consent == Some(false) {
            let text = "Taking the mailbox into use needs its owner's consent: ask for it, then send true.";
            found.push(Violation::new(fields.at("consent"), "required", text));
        }
        in_use
    })
}

/// Takes the mailbox into use, or ends that. What is so already stays so, and no second event is recorded.
#[utoipa::path(put, path = "/api/v1/mailbox", tag = "mailbox", security(("citizen" = [])), request_body = MailboxUse, responses(
    (status = 200, description = "The mailbox as it is now, durably", body = Mailbox),
    (status = 403, description = "The person does not decide about the mailbox, or an e-mail address is to be verified first", body = super::Problem, content_type = "application/problem+json")))]
pub async fn change(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    JsonBody(body): JsonBody,
) -> Result<Response, Response> {
    let wanted = wanted(&body).map_err(|found| problem(&ActError::Invalid(found)))?;
    let done = if wanted {
        app.hub.activate(&citizen).await
    } else {
        app.hub.withdraw(&citizen).await
    };
    done.map_err(|error| problem(&error))?;
    Ok(tagged(&app, &citizen).await?.changed(StatusCode::OK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn use_needs_consent_and_its_end_does_not() {
        assert_eq!(wanted(br#"{"inUse":true,"consent":true}"#), Ok(true));
        assert_eq!(wanted(br#"{"inUse":false}"#), Ok(false));
        let pointers = |body: &[u8]| {
            wanted(body)
                .unwrap_err()
                .into_iter()
                .map(|it| it.pointer)
                .collect::<Vec<_>>()
        };
        assert_eq!(pointers(br#"{"inUse":true}"#), ["/consent"]);
        assert_eq!(pointers(br#"{"inUse":1,"consent":"yes"}"#), ["/inUse", "/consent"]);
        assert_eq!(pointers(b"{}"), ["/inUse"]);
        assert_eq!(pointers(b"[]"), [""]);
    }
}
