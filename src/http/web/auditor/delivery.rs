//! One delivery: its time line, its proofs, and asking for its content.

use std::borrow::Cow;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::AuditorSession;
use super::find::kind_key;
use super::form::outcome_key;
use super::picture::{self, LinePicture};
use super::requests::RequestLine;
use crate::domain::name::Language;
use crate::evidence::record::EventType;
use crate::http::App;
use crate::http::api::proof::{bundle_file, proof_file};
use crate::http::web::deadline::{DeadlineView, Reader};
use crate::http::web::error::PageError;
use crate::http::web::message::message_id;
use crate::http::web::page::{Page, Section, html};
use crate::http::web::session::PersonForm;
use crate::http::web::text::{Lang, Text};
use crate::hub::ActError;
use crate::hub::acting::Person;
use crate::hub::audit::view::{AuditedView, Step};

#[derive(Template)]
#[template(path = "auditor-delivery.html")]
pub(in crate::http::web) struct DeliveryTemplate {
    pub t: Text,
    pub page: Page,
    pub view: AuditedView,
    pub lines: Vec<StepLine>,
    pub picture: LinePicture,
    pub deadline: Option<DeadlineView>,
    pub requests: Vec<RequestLine>,
    /// The reason that could not be taken, and why.
    pub reason: String,
    pub problem: Option<&'static str>,
}

/// An event of the time line.
pub(in crate::http::web) struct StepLine {
    pub step: Step,
    /// The key of what happened.
    pub what: &'static str,
    pub class: &'static str,
    /// How long after the event before it, in words; none when at about the same time.
    pub after: Option<String>,
    /// How long that is, as one of few heights.
    pub gap: u8,
}

impl DeliveryTemplate {
    pub(in crate::http::web) fn new(language: Language, person: &Person, view: AuditedView) -> Self {
        let t = Text::new(language);
        Self {
            t,
            page: Page {
                section: Section::Audit,
                ..Page::of_person(person)
            },
            lines: lines(t, &view.steps),
            picture: picture::line(&view.steps, view.confirm_before),
            deadline: view
                .deadline
                .as_ref()
                .map(|outcome| DeadlineView::new(t, outcome, Reader::Other)),
            requests: view
                .requests
                .iter()
                .cloned()
                .map(|it| RequestLine::new(t, it))
                .collect(),
            reason: String::new(),
            problem: None,
            view,
        }
    }

    fn outcome(&self) -> Cow<'static, str> {
        self.t.get(outcome_key(self.view.delivery.outcome))
    }

    fn kind(&self) -> Cow<'static, str> {
        self.t.get(kind_key(&self.view.delivery))
    }

    /// What the picture shows, in a sentence.
    fn pictured(&self) -> Cow<'static, str> {
        let ends = |step: Option<&Step>| step.map(|it| self.t.minute(&it.at)).unwrap_or_default();
        let count = self.view.steps.len().to_string();
        let (first, last) = (ends(self.view.steps.first()), ends(self.view.steps.last()));
        let values = [("count", count.as_str()), ("first", &first), ("last", &last)];
        self.t.with_all("audit-line-text", &values)
    }
}

fn lines(t: Text, steps: &[Step]) -> Vec<StepLine> {
    let mut before = None;
    let line = |step: &Step| {
        let since = before
            .replace(step.at)
            .map_or(0, |it| step.at.duration_since(it).as_secs().max(0));
        let (minute, hour, day) = (60, 3_600, 86_400);
        let (after, gap) = match since {
            _ if since < minute => (None, 0),
            _ if since < hour => (Some(t.count("after-minutes", since / minute)), 1),
            _ if since < day => (Some(t.count("after-hours", since / hour)), 2),
            _ if since < 3 * day => (Some(t.count("after-days", since / day)), 3),
            _ => (Some(t.count("after-days", since / day)), 4),
        };
        StepLine {
            what: told(step.event),
            class: picture::class(step.event),
            after: after.map(Cow::into_owned),
            gap,
            step: step.clone(),
        }
    };
    steps.iter().map(line).collect()
}

/// The key of what happened.
const fn told(event: EventType) -> &'static str {
    match event {
        EventType::SubmissionAcceptance => "audit-step-accepted",
        EventType::ContentConsignment => "audit-step-available",
        EventType::NotificationForAcceptance => "audit-step-waits",
        EventType::ConsignmentNotification | EventType::NoticeAccepted => "audit-step-notified",
        EventType::ConsignmentNotificationFailure | EventType::NoticeFailed => "audit-step-not-notified",
        EventType::ContentHandover => "audit-step-opened",
        EventType::ContentAccessTracking => "audit-step-opened-again",
        EventType::ConsignmentAcceptance => "audit-step-confirmed",
        EventType::AcceptanceRejectionExpiry => "audit-step-expired",
        EventType::LateRetrieval => "audit-step-late",
        EventType::RelayToNonErds => "audit-step-posted",
        EventType::PostReceiptConfirmed => "audit-step-signed-for",
        EventType::PostReturned => "audit-step-returned",
        EventType::PostUnresolved => "audit-step-unresolved",
        EventType::Erasure => "audit-step-erased",
        EventType::StaffAccess => "audit-step-looked",
        EventType::ContentAccessAsked => "audit-step-asked",
        EventType::ContentAccessGranted => "audit-step-granted",
        EventType::ContentAccessRefused => "audit-step-refused",
        _ => "audit-step-other",
    }
}

/// `GET /auditor/deliveries/{id}`
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    AuditorSession { auditor, person }: AuditorSession,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let view = app.hub.audit_delivery(&auditor, message_id(&id)?).await?;
    let page = DeliveryTemplate::new(language, &person, view);
    Ok(html(StatusCode::OK, &page, language))
}

#[derive(Debug, Deserialize)]
pub(super) struct Asking {
    #[serde(default)]
    reason: String,
}

/// `POST /auditor/deliveries/{id}`: asks for the content.
pub(super) async fn ask(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    AuditorSession { auditor, person }: AuditorSession,
    Path(id): Path<String>,
    PersonForm(asking): PersonForm<Asking>,
) -> Result<Response, PageError> {
    let message = message_id(&id)?;
    match app.hub.ask_for_content(&auditor, message, &asking.reason).await {
        Ok(()) => Ok(Redirect::to(&format!("/auditor/deliveries/{message}")).into_response()),
        Err(ActError::Invalid(_)) => {
            let view = app.hub.audit_delivery(&auditor, message).await?;
            let problem = match asking.reason.trim().is_empty() {
                true => "audit-reason-missing",
                false => "audit-reason-long",
            };
            let page = DeliveryTemplate {
                reason: asking.reason,
                problem: Some(problem),
                ..DeliveryTemplate::new(language, &person, view)
            };
            Ok(html(StatusCode::BAD_REQUEST, &page, language))
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /auditor/deliveries/{id}/proof`
pub(super) async fn proof(
    State(app): State<Arc<App>>,
    AuditorSession { auditor, .. }: AuditorSession,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let proof = app.hub.proof_as_auditor(&auditor, message_id(&id)?).await?;
    Ok(proof_file(&id, proof))
}

/// `GET /auditor/deliveries/{id}/bundle`
pub(super) async fn bundle(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    AuditorSession { auditor, .. }: AuditorSession,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = message_id(&id)?;
    let bundle = app.hub.bundle_as_auditor(&auditor, id, language).await?;
    Ok(bundle_file(id, bundle))
}
