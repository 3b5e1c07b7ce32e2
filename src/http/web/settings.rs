//! Settings: the mailbox's state, the choices about each sender, and the way back to paper.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;

use super::error::{Kind, PageError};
use super::message::NoFields;
use super::page::{Page, Section, html};
use super::session::{CitizenSession, CsrfForm};
use super::text::{Lang, Text, local};
use crate::domain::consent::Regime;
use crate::domain::id::OrganisationId;
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::http::App;
use crate::hub::mandate::decides;
use crate::hub::view::{MailboxStatus, SenderChoice, SenderSetting};

#[derive(Template)]
#[template(path = "settings.html")]
pub(super) struct SettingsTemplate {
    pub t: Text,
    pub page: Page,
    pub done: Option<&'static str>,
    pub basis: Option<&'static str>,
    pub statutory: bool,
    pub paper_months: i32,
    pub paper_until: Date,
    pub senders: Vec<SenderLine>,
    pub status: MailboxStatus,
}

/// A sender, what was chosen about it, and what can be chosen now.
pub(super) struct SenderLine {
    pub setting: SenderSetting,
    pub state: Option<&'static str>,
    /// The form's value and the button's text.
    pub offers: Vec<(&'static str, &'static str)>,
}

impl SettingsTemplate {
    /// `paper` is how many months a choice of paper would hold if it were made `now`.
    pub(super) fn new(
        language: Language,
        citizen: &Citizen,
        mut status: MailboxStatus,
        now: Timestamp,
        paper: i32,
    ) -> Self {
        let statutory = status.regime == Regime::Statutory;
        let senders = std::mem::take(&mut status.senders);
        Self {
            t: Text::new(language),
            page: Page::of(citizen, Section::Settings),
            done: None,
            basis: match status.basis.as_deref() {
                Some("consent") => Some("basis-consent"),
                Some("statutory_account") => Some("basis-statutory"),
                _ => None,
            },
            statutory,
            paper_months: paper,
            paper_until: paper_until(now, paper),
            senders: senders
                .into_iter()
                .map(|setting| sender_line(setting, statutory))
                .collect(),
            status,
        }
    }
}

/// The last day of a choice of paper that is made `now` and holds for so many months.
pub(super) fn paper_until(now: Timestamp, months: i32) -> Date {
    let today = local(now).date();
    today.checked_add(months.months()).unwrap_or(today)
}

pub(super) fn sender_line(setting: SenderSetting, statutory: bool) -> SenderLine {
    let choice = setting.choice.as_deref();
    let state = match choice {
        Some("given") => Some("choice-given"),
        Some("withdrawn") => Some("choice-withdrawn"),
        Some("refused") => Some("choice-refused"),
        _ => None,
    };
    let asks = setting.requires_consent && !statutory;
    let mut offers = Vec::new();
    match choice {
        Some("refused") => offers.push(("allow", "offer-allow")),
        Some("given") => offers.push(("withdraw", "offer-withdraw")),
        _ if asks => offers.push(("give", "offer-give")),
        _ => {}
    }
    if setting.refusable && choice != Some("refused") {
        offers.push(("refuse", "offer-refuse"));
    }
    SenderLine { setting, state, offers }
}

/// What the address of the page may say.
#[derive(Debug, Deserialize)]
pub struct Flags {
    done: Option<String>,
}

/// `GET /settings`
pub async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Query(flags): Query<Flags>,
) -> Result<Response, PageError> {
    decides(&citizen)?;
    let status = app.hub.mailbox_status(&citizen).await?;
    let months = app.hub.options.opt_out_months;
    let page = SettingsTemplate {
        done: match flags.done.as_deref() {
            Some("choice") => Some("done-choice"),
            Some("withdrawn") => Some("done-withdrawn"),
            _ => None,
        },
        ..SettingsTemplate::new(language, &citizen, status, app.hub.now(), months)
    };
    Ok(html(StatusCode::OK, &page, language))
}

/// A choice about one sender.
#[derive(Debug, Deserialize)]
pub struct Choice {
    organisation: String,
    choice: String,
}

/// `POST /settings/sender`
pub async fn choose(
    State(app): State<Arc<App>>,
    CitizenSession(citizen): CitizenSession,
    CsrfForm(form): CsrfForm<Choice>,
) -> Result<Response, PageError> {
    let organisation: OrganisationId = form.organisation.parse().map_err(|_| PageError::Bare(Kind::NotFound))?;
    app.hub
        .choose(&citizen, organisation, choice_named(&form.choice)?)
        .await?;
    Ok(Redirect::to("/settings?done=choice").into_response())
}

/// The choice that a form names.
pub(super) fn choice_named(name: &str) -> Result<SenderChoice, PageError> {
    match name {
        "give" => Ok(SenderChoice::Give),
        "withdraw" => Ok(SenderChoice::Withdraw),
        "refuse" => Ok(SenderChoice::Refuse),
        "allow" => Ok(SenderChoice::Allow),
        _ => Err(PageError::Bare(Kind::Invalid)),
    }
}

/// `POST /settings/withdraw`
pub async fn withdraw(
    State(app): State<Arc<App>>,
    CitizenSession(citizen): CitizenSession,
    CsrfForm(NoFields {}): CsrfForm<NoFields>,
) -> Result<Response, PageError> {
    app.hub.withdraw(&citizen).await?;
    Ok(Redirect::to("/settings?done=withdrawn").into_response())
}
