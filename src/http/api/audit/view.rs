//! What a program is shown of deliveries: the auditor's own views as JSON. Times are RFC 3339 in UTC, days those of Finland.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::domain::auditor::Outcome;
use crate::domain::id::{ContentRequestId, MessageId};
use crate::domain::markup::BodyFormat;
use crate::http::api::deadline::Deadline;
use crate::http::api::message::BodyFormatName;
use crate::http::api::view::{FileOfMessage, NamesView, ServiceType};
use crate::hub::audit::view::{
    AuditedContent, AuditedDelivery, AuditedView, Counts, Numbers, RequestState, RequestView, Step,
};
use crate::hub::view::Page;

/// What has become of a delivery, by what is recorded of it.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum OutcomeName {
    /// Not opened yet.
    Accepted,
    /// Opened.
    Opened,
    /// Receipt was confirmed in time.
    Confirmed,
    /// The window passed unconfirmed.
    Expired,
    /// Opened after the window.
    Late,
    /// Went on paper.
    Letter,
}

impl From<Outcome> for OutcomeName {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Accepted => Self::Accepted,
            Outcome::Opened => Self::Opened,
            Outcome::Confirmed => Self::Confirmed,
            Outcome::Expired => Self::Expired,
            Outcome::Late => Self::Late,
            Outcome::Letter => Self::Letter,
        }
    }
}

/// A page of deliveries.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AuditDeliveries {
    /// Newest first.
    deliveries: Vec<AuditRow>,
    /// The `cursor` of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl From<Page<AuditedDelivery>> for AuditDeliveries {
    fn from(page: Page<AuditedDelivery>) -> Self {
        Self {
            deliveries: page.rows.into_iter().map(Into::into).collect(),
            next: page.next,
        }
    }
}

/// A delivery.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditRow {
    /// The message.
    #[schema(value_type = i64, minimum = 1, maximum = 9007199254740991i64)]
    message_id: MessageId,
    /// The sender's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    /// The authority.
    organisation: NamesView,
    /// Its Business ID.
    business_id: String,
    /// Its service.
    service: NamesView,
    /// The serviceId.
    service_id: String,
    /// When it was accepted.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// How it is served.
    message_service_type: ServiceType,
    /// Whether a citizen wrote it.
    from_citizen: bool,
    /// What has become of it.
    outcome: OutcomeName,
}

impl From<AuditedDelivery> for AuditRow {
    fn from(delivery: AuditedDelivery) -> Self {
        Self {
            message_id: delivery.id,
            external_id: delivery.external_id,
            organisation: delivery.organisation.into(),
            business_id: delivery.business_id,
            service: delivery.service.into(),
            service_id: delivery.service_code,
            at: delivery.at,
            message_service_type: delivery.mode.into(),
            from_citizen: delivery.from_citizen,
            outcome: delivery.outcome.into(),
        }
    }
}

/// A delivery with its time line.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditDelivery {
    /// What a list tells of it.
    #[serde(flatten)]
    delivery: AuditRow,
    /// Its events, in their order.
    events: Vec<AuditEvent>,
    /// Until when its receipt can be confirmed in time, exclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    confirm_before: Option<Timestamp>,
    /// Computed, not evidence: the days of service and appeal.
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline: Option<Deadline>,
    /// What was asked about its content, newest first.
    requests: Vec<AuditRequest>,
    /// Until when this auditor may look at the content.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    granted_until: Option<Timestamp>,
}

impl From<AuditedView> for AuditDelivery {
    fn from(view: AuditedView) -> Self {
        Self {
            delivery: view.delivery.into(),
            events: view.steps.into_iter().map(Into::into).collect(),
            confirm_before: view.confirm_before,
            deadline: view.deadline.map(Into::into),
            requests: view.requests.into_iter().map(Into::into).collect(),
            granted_until: view.granted_until,
        }
    }
}

/// An event of a delivery.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AuditEvent {
    /// The name of the evidence event.
    #[schema(example = "ContentHandover")]
    event: &'static str,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Its number within the delivery.
    seq: u32,
    /// Its place in the log, once it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u64>,
    /// SHA-256 of its record, in hex.
    #[schema(min_length = 64, max_length = 64)]
    sha256: String,
}

impl From<Step> for AuditEvent {
    fn from(step: Step) -> Self {
        Self {
            event: step.event.name(),
            at: step.at,
            seq: step.seq,
            index: step.index,
            sha256: step.sha256,
        }
    }
}

/// Requests that wait.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AuditRequests {
    /// Oldest first.
    requests: Vec<AuditRequest>,
}

impl From<Vec<RequestView>> for AuditRequests {
    fn from(requests: Vec<RequestView>) -> Self {
        Self {
            requests: requests.into_iter().map(Into::into).collect(),
        }
    }
}

/// What an auditor asked to see.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditRequest {
    /// Names it.
    #[schema(value_type = uuid::Uuid)]
    id: ContentRequestId,
    /// About which message.
    #[schema(value_type = i64, minimum = 1, maximum = 9007199254740991i64)]
    message_id: MessageId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who asked, by name.
    asked_by: String,
    /// Why.
    reason: String,
    /// What became of it.
    state: RequestStateName,
    /// Until when it waits, or holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Who decided, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
    /// Whether this auditor may decide.
    may_decide: bool,
}

/// What became of a request.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RequestStateName {
    /// It waits for a second person.
    Waiting,
    /// Granted; `until` says until when.
    Granted,
    /// Refused.
    Refused,
    /// Nobody decided in time.
    Lapsed,
}

impl From<RequestView> for AuditRequest {
    fn from(view: RequestView) -> Self {
        let (state, until) = match view.state {
            RequestState::Waiting(until) => (RequestStateName::Waiting, Some(until)),
            RequestState::Granted(until) => (RequestStateName::Granted, Some(until)),
            RequestState::Refused => (RequestStateName::Refused, None),
            RequestState::Lapsed => (RequestStateName::Lapsed, None),
        };
        Self {
            id: view.id,
            message_id: view.message,
            at: view.at,
            asked_by: view.by,
            reason: view.reason,
            state,
            until,
            decided_by: view.decided_by,
            may_decide: view.may_decide,
        }
    }
}

/// Why the content must be seen.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes what `ask` reads")]
pub struct ContentQuestion {
    /// For the second person; in evidence only its salted hash stands.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

/// What the second person decided.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes what `decide` reads")]
pub struct ContentDecision {
    /// `grant` or `refuse`.
    decision: DecisionName,
}

/// A decision.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum DecisionName {
    /// For 24 hours.
    Grant,
    /// No.
    Refuse,
}

/// A content that was granted.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GrantedContent {
    /// The delivery.
    #[serde(flatten)]
    delivery: AuditRow,
    /// Until when it may be looked at.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
    /// Title.
    title: String,
    /// Body, as it was written.
    body: String,
    /// How the body is written.
    body_format: BodyFormatName,
    /// The files.
    attachments: Vec<FileOfMessage>,
}

impl From<AuditedContent> for GrantedContent {
    fn from(content: AuditedContent) -> Self {
        Self {
            delivery: content.delivery.into(),
            until: content.until,
            title: content.title,
            body: content.body,
            body_format: match content.body_format {
                BodyFormat::Text => BodyFormatName::Text,
                BodyFormat::Markdown => BodyFormatName::Markdown,
            },
            attachments: content.files.into_iter().map(Into::into).collect(),
        }
    }
}

/// How many events of each kind there were.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AuditNumbers {
    /// Accepted from their senders.
    accepted: i64,
    /// Opened for the first time.
    opened: i64,
    /// Confirmed in time.
    confirmed: i64,
    /// Windows that passed unconfirmed.
    expired: i64,
    /// Opened after the window.
    late: i64,
    /// Handed over to be printed and posted.
    posted: i64,
}

impl From<Numbers> for AuditNumbers {
    fn from(numbers: Numbers) -> Self {
        Self {
            accepted: numbers.accepted,
            opened: numbers.opened,
            confirmed: numbers.confirmed,
            expired: numbers.expired,
            late: numbers.late,
            posted: numbers.posted,
        }
    }
}

/// The numbers of one day or month.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AuditDay {
    /// The day, or the month's first.
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// Its numbers.
    #[serde(flatten)]
    numbers: AuditNumbers,
}

/// The numbers of one service.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditService {
    /// The authority.
    organisation: NamesView,
    /// The service.
    service: NamesView,
    /// The serviceId.
    service_id: String,
    /// Its numbers.
    #[serde(flatten)]
    numbers: AuditNumbers,
}

/// Numbers over time.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AuditCounts {
    /// The first day.
    #[schema(value_type = String, format = Date)]
    first: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    last: Date,
    /// Whether `steps` are months.
    monthly: bool,
    /// Each day or month.
    steps: Vec<AuditDay>,
    /// Each service that has any, the most accepted first.
    services: Vec<AuditService>,
    /// All together.
    total: AuditNumbers,
}

impl From<Counts> for AuditCounts {
    fn from(counts: Counts) -> Self {
        let step = |(day, numbers): (Date, Numbers)| AuditDay {
            day,
            numbers: numbers.into(),
        };
        Self {
            first: counts.first,
            last: counts.last,
            monthly: counts.monthly,
            steps: counts.steps.into_iter().map(step).collect(),
            services: counts
                .services
                .into_iter()
                .map(|it| AuditService {
                    organisation: it.organisation.into(),
                    service: it.service.into(),
                    service_id: it.code,
                    numbers: it.numbers.into(),
                })
                .collect(),
            total: counts.total.into(),
        }
    }
}
