//! The page that tells the owner who opened what, and when.

use std::borrow::Cow;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::Paging;
use crate::domain::id::MessageId;
use crate::domain::mandate::AgentRole;
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::evidence::record::EventType;
use crate::http::App;
use crate::http::web::error::PageError;
use crate::http::web::page::{Page, Section, html};
use crate::http::web::session::CitizenSession;
use crate::http::web::text::{Lang, Text};
use crate::hub::access_log::{Access, AccessedMessage, Accessor};
use crate::hub::view::Page as Rows;

#[derive(Template)]
#[template(path = "access-log.html")]
pub(in crate::http::web) struct AccessLogTemplate {
    pub t: Text,
    pub page: Page,
    pub paged: bool,
    pub rows: Vec<Line>,
    pub next: Option<String>,
}

/// An access in the reader's words.
pub(in crate::http::web) struct Line {
    pub at: jiff::Timestamp,
    pub what: &'static str,
    pub who: String,
    /// The key of the capacity.
    pub role: Option<&'static str>,
    pub message: Option<AccessedMessage>,
}

impl AccessLogTemplate {
    pub(in crate::http::web) fn new(language: Language, citizen: &Citizen, rows: Rows<Access>) -> Self {
        let t = Text::new(language);
        Self {
            t,
            page: Page::of(citizen, Section::Settings),
            paged: false,
            rows: rows.rows.into_iter().map(|access| line(t, access)).collect(),
            next: rows.next,
        }
    }

    /// The message to link to, and what it is called.
    fn here<'a>(&'a self, message: &'a AccessedMessage) -> Option<(MessageId, Cow<'a, str>)> {
        match message {
            AccessedMessage::Here(id, title) => Some((*id, self.t.title(title.as_deref()))),
            AccessedMessage::Erased(id) => Some((*id, self.t.get("title-erased"))),
            AccessedMessage::Removed => None,
        }
    }
}

fn line(t: Text, access: Access) -> Line {
    Line {
        at: access.at,
        what: match access.event {
            EventType::ContentHandover => "access-opened",
            EventType::ContentAccessTracking => "access-opened-again",
            EventType::ConsignmentAcceptance => "access-confirmed",
            EventType::LateRetrieval => "access-late",
            EventType::MandateUsed => "access-mandate",
            EventType::MailboxExported => "access-exported",
            EventType::ProofExported => "access-proof",
            EventType::StaffAccess => "access-staff",
            EventType::ContentAccessAsked => "access-asked",
            EventType::ContentAccessGranted => "access-granted",
            EventType::ContentAccessRefused => "access-refused",
            EventType::MessagesDeleted => "access-deleted",
            EventType::Erasure if access.for_everybody => "access-content-erased",
            EventType::Erasure => "access-erased",
            _ => "access-other",
        },
        who: match access.by {
            Accessor::Owner(name) if access.role.is_none() => t.with("access-owner", "name", name).into_owned(),
            Accessor::Nobody if access.for_everybody => t.get("access-by-retention").into_owned(),
            Accessor::Nobody if access.event == EventType::Erasure => t.get("access-by-itself").into_owned(),
            by => named(t, by),
        },
        role: access.role.map(|role| match role {
            AgentRole::Signatory => "access-role-signatory",
            AgentRole::Guardian => "access-role-guardian",
            AgentRole::Mandate => "access-role-mandate",
        }),
        message: access.message,
    }
}

/// Who did something, in the reader's words.
pub(in crate::http::web) fn named(t: Text, by: Accessor) -> String {
    match by {
        Accessor::Owner(name) | Accessor::Person(name) => name,
        Accessor::Unnamed(Some(code)) => t.with("access-code", "code", code).into_owned(),
        Accessor::Unnamed(None) => t.get("access-foreign").into_owned(),
        Accessor::Authority(names) => t.with("access-authority", "name", t.name(&names)).into_owned(),
        Accessor::Operator => t.get("access-operator").into_owned(),
        Accessor::Nobody => t.get("access-nobody").into_owned(),
    }
}

/// `GET /access-log`
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    CitizenSession(citizen): CitizenSession,
    Query(paging): Query<Paging>,
) -> Result<Response, PageError> {
    let rows = app.hub.access_log(&citizen, paging.cursor.as_deref()).await?;
    let page = AccessLogTemplate {
        paged: paging.cursor.is_some(),
        ..AccessLogTemplate::new(language, &citizen, rows)
    };
    Ok(html(StatusCode::OK, &page, language))
}
