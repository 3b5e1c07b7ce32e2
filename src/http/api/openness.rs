//! What happened in the mailbox, and taking all of it along: the access log, the deliveries with their proofs, the export.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::bearer::CitizenBearer;
use super::conditional::{Known, Tagged};
use super::mandates::RoleName;
use super::messages::Paging;
use super::request::{Asked, InLanguage};
use super::view::{CorrespondentView, FolderName, MessageState, NamesView};
use crate::domain::id::MessageId;
use crate::http::App;
use crate::http::error::{problem, problem_with_code};
use crate::http::web::openness::export::archive_of;
use crate::hub::ActError;
use crate::hub::access_log::{Access, AccessedMessage, Accessor};
use crate::hub::proofs::DeliverySummary;

/// A page of accesses.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AccessLog {
    /// Newest first.
    accesses: Vec<AccessRow>,
    /// The `cursor` of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Somebody's access to the mailbox.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessRow {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// What was done: the name of the evidence event.
    #[schema(example = "ContentHandover")]
    event: &'static str,
    /// Who did it.
    by: AccessorKind,
    /// The person's name, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Of a person whose name is not known here: the end of the identity code.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_of_code: Option<String>,
    /// Of an authority: its names.
    #[serde(skip_serializing_if = "Option::is_none")]
    authority: Option<NamesView>,
    /// In which capacity, when an agent did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<RoleName>,
    /// The message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 9007199254740991i64)]
    message_id: Option<MessageId>,
    /// Its title, when that may be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// Whether the message has left the mailbox for good.
    message_removed: bool,
}

/// Who did it.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AccessorKind {
    /// The owner.
    Owner,
    /// Another person.
    Person,
    /// An authority.
    Authority,
    /// The operator of the hub, by order.
    Operator,
    /// The record names nobody.
    Nobody,
}

impl From<Access> for AccessRow {
    fn from(access: Access) -> Self {
        let (by, name, end_of_code, authority) = match access.by {
            Accessor::Owner(name) => (AccessorKind::Owner, Some(name), None, None),
            Accessor::Person(name) => (AccessorKind::Person, Some(name), None, None),
            Accessor::Unnamed(code) => (AccessorKind::Person, None, code, None),
            Accessor::Authority(names) => (AccessorKind::Authority, None, None, Some(names.into())),
            Accessor::Operator => (AccessorKind::Operator, None, None, None),
            Accessor::Nobody => (AccessorKind::Nobody, None, None, None),
        };
        let message_removed = access.message == Some(AccessedMessage::Removed);
        let (message_id, title) = match access.message {
            Some(AccessedMessage::Here(id, title)) => (Some(id), title),
            Some(AccessedMessage::Erased(id)) => (Some(id), None),
            Some(AccessedMessage::Removed) | None => (None, None),
        };
        Self {
            at: access.at,
            event: access.event.name(),
            by,
            name,
            end_of_code,
            authority,
            role: access.role.map(Into::into),
            message_id,
            title,
            message_removed,
        }
    }
}

/// Who opened what in the mailbox and when, as the evidence holds it, newest first.
#[utoipa::path(get, path = "/api/v1/mailbox/access-log", tag = "openness", security(("citizen" = [])),
    params(("cursor" = Option<String>, Query, description = "`next` of the page before; the first page when left out")), responses(
    (status = 200, description = "A page", body = AccessLog),
    (status = 403, description = "The person handles messages for the owner, and does not decide", body = super::Problem, content_type = "application/problem+json")))]
pub async fn access_log(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    Asked(paging): Asked<Paging>,
    known: Known,
) -> Result<Response, Response> {
    let page = app.hub.access_log(&citizen, paging.cursor.as_deref()).await;
    let page = page.map_err(|error| problem(&error))?;
    let log = AccessLog {
        accesses: page.rows.into_iter().map(Into::into).collect(),
        next: page.next,
    };
    Ok(Tagged::new(&log)?.answer(&known))
}

/// A page of deliveries.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Deliveries {
    /// Newest first.
    deliveries: Vec<DeliveryRow>,
    /// The `cursor` of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A delivery, received or sent. Its proof lies under `/api/v1/mailbox/messages/{messageId}/proof`.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryRow {
    /// The message.
    #[schema(value_type = i64, minimum = 1, maximum = 9007199254740991i64)]
    message_id: MessageId,
    /// The other side.
    correspondent: CorrespondentView,
    /// Its title, when that may be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// When it came, or was sent.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Where it stands.
    #[serde(flatten)]
    standing: MessageState,
    /// The day from which an ordinary message counts as served, once that has come: computed, not evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    presumed_served_on: Option<Date>,
    /// Whether the owner answered it.
    answered: bool,
    /// The folder it lies in.
    folder: FolderName,
}

impl From<DeliverySummary> for DeliveryRow {
    fn from(delivery: DeliverySummary) -> Self {
        Self {
            message_id: delivery.id,
            correspondent: delivery.correspondent.into(),
            title: delivery.title,
            at: delivery.at,
            standing: delivery.standing.into(),
            presumed_served_on: delivery.deemed,
            answered: delivery.answered,
            folder: delivery.folder.into(),
        }
    }
}

/// Every delivery of the mailbox, wherever it lies, newest first: each has a proof, the same as the authority's.
#[utoipa::path(get, path = "/api/v1/mailbox/deliveries", tag = "openness", security(("citizen" = [])),
    params(("cursor" = Option<String>, Query, description = "`next` of the page before; the first page when left out")), responses(
    (status = 200, description = "A page", body = Deliveries)))]
pub async fn deliveries(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    Asked(paging): Asked<Paging>,
    known: Known,
) -> Result<Response, Response> {
    let page = app.hub.list_deliveries(&citizen, paging.cursor.as_deref()).await;
    let page = page.map_err(|error| problem(&error))?;
    let deliveries = Deliveries {
        deliveries: page.rows.into_iter().map(Into::into).collect(),
        next: page.next,
    };
    Ok(Tagged::new(&deliveries)?.answer(&known))
}

/// The whole mailbox as a zip file: each message as `message.eml` beside its `proof.json`, and what lists them. This opens every message whose content
/// leaves the hub; of one that awaits confirmation nothing leaves but what is shown before. The archive is packed as it is sent: one that breaks off is
/// not whole. It breaks off when the person may no longer act, and when it is read too slowly: less than 16 KiB a second, or nothing for a minute.
#[utoipa::path(post, path = "/api/v1/mailbox/export", tag = "openness", security(("citizen" = [])),
    params(("language" = Option<super::view::LanguageName>, Query, description = "Of what lists the messages; `fi` when left out")), responses(
    (status = 200, description = "The archive", body = Vec<u8>, content_type = "application/zip"),
    (status = 503, description = "An export of this mailbox or by this person runs already, or as many as may (`code` export-busy); repeat in a few minutes", body = super::Problem, content_type = "application/problem+json"),
    (status = 403, description = "The person handles messages for the owner, and does not decide", body = super::Problem, content_type = "application/problem+json")))]
pub async fn export(
    State(app): State<Arc<App>>,
    CitizenBearer(citizen): CitizenBearer,
    InLanguage(language): InLanguage,
) -> Result<Response, Response> {
    archive_of(&app, &citizen, language).await.map_err(|error| match error {
        ActError::Busy => {
            let text = "An export of this mailbox or by this person runs already, or as many as may. Repeat the request in a few minutes.";
            let mut busy = problem_with_code(StatusCode::SERVICE_UNAVAILABLE, "export-busy", text);
            busy.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
            busy
        }
        error => problem(&error),
    })
}
