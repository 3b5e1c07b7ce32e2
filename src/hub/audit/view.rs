//! What auditors ask for and are shown: plain data, without title, body or the name of a file.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::auditor::{Outcome, Period};
use crate::domain::deadline;
use crate::domain::id::{ContentRequestId, MessageId};
use crate::domain::markup::BodyFormat;
use crate::domain::message::Mode;
use crate::domain::name::Names;
use crate::evidence::record::EventType;
use crate::hub::view::AttachmentView;

/// Which deliveries are looked for; every part that is given must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The message's number.
    pub message: Option<MessageId>,
    /// The sender's own id.
    pub external_id: Option<String>,
    /// The organisation, by Business ID.
    pub organisation: Option<String>,
    /// The service, by its code.
    pub service: Option<String>,
    /// On which days it was accepted.
    pub period: Period,
    /// What has become of it.
    pub outcome: Option<Outcome>,
}

impl Wanted {
    /// Whether a number or an external id is given, of which there are few.
    pub(super) const fn names_one(&self) -> bool {
        self.message.is_some() || self.external_id.is_some()
    }
}

/// A delivery as a list tells it.
#[derive(Debug, Clone)]
pub struct AuditedDelivery {
    /// The message.
    pub id: MessageId,
    /// The sender's own id.
    pub external_id: Option<String>,
    /// The authority that sent it or to which it was written.
    pub organisation: Names,
    /// Its Business ID.
    pub business_id: String,
    /// The service.
    pub service: Names,
    /// Its code.
    pub service_code: String,
    /// When it was accepted.
    pub at: Timestamp,
    /// Ordinary or verifiable.
    pub mode: Mode,
    /// Whether a citizen wrote it.
    pub from_citizen: bool,
    /// What has become of it.
    pub outcome: Outcome,
}

/// What an auditor can choose among.
#[derive(Debug, Clone)]
pub struct Choices {
    /// Each organisation.
    pub organisations: Vec<OrganisationChoice>,
    /// The time of the last event that lists and numbers know of.
    pub followed: Option<Timestamp>,
}

/// An organisation to choose.
#[derive(Debug, Clone)]
pub struct OrganisationChoice {
    /// Business ID.
    pub business_id: String,
    /// Its names.
    pub names: Names,
    /// Its services.
    pub services: Vec<ServiceChoice>,
}

/// A service to choose.
#[derive(Debug, Clone)]
pub struct ServiceChoice {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
}

/// One delivery with its time line.
#[derive(Debug, Clone)]
pub struct AuditedView {
    /// What a list tells of it.
    pub delivery: AuditedDelivery,
    /// Its events, in their order.
    pub steps: Vec<Step>,
    /// Until when its receipt can be confirmed in time (verifiable only); exclusive.
    pub confirm_before: Option<Timestamp>,
    /// Calculated, not evidence: the days of service and appeal.
    pub deadline: Option<deadline::Outcome>,
    /// What was asked about its content, newest first.
    pub requests: Vec<RequestView>,
    /// Until when the auditor may look at the content.
    pub granted_until: Option<Timestamp>,
    /// Whether the auditor can ask to look.
    pub may_ask: bool,
}

/// One event of a delivery.
#[derive(Debug, Clone)]
pub struct Step {
    /// What happened.
    pub event: EventType,
    /// When.
    pub at: Timestamp,
    /// Its number within the delivery.
    pub seq: u32,
    /// Its place in the log, once it has one.
    pub index: Option<u64>,
    /// SHA-256 of its record, in hex.
    pub sha256: String,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestState {
    /// It waits for a second person, until then.
    Waiting(Timestamp),
    /// Granted; holds or held until then.
    Granted(Timestamp),
    /// Refused.
    Refused,
    /// Nobody decided in time.
    Lapsed,
}

/// What an auditor asked to see.
#[derive(Clone)]
pub struct RequestView {
    /// Id.
    pub id: ContentRequestId,
    /// About which message.
    pub message: MessageId,
    /// Whose message that is.
    pub organisation: Names,
    /// When.
    pub at: Timestamp,
    /// Who asked, by name.
    pub by: String,
    /// Why.
    pub reason: String,
    /// What became of it.
    pub state: RequestState,
    /// Who decided, by name.
    pub decided_by: Option<String>,
    /// Whether the auditor who looks is the second person that may decide.
    pub may_decide: bool,
}

impl std::fmt::Debug for RequestView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestView")
            .field("id", &self.id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// A content that an auditor was granted: the organisation's own copy. Debug is left out on purpose: it would show it.
pub struct AuditedContent {
    /// The delivery.
    pub delivery: AuditedDelivery,
    /// Until when it may be looked at.
    pub until: Timestamp,
    /// Title.
    pub title: String,
    /// Body, as it was written.
    pub body: String,
    /// How the body is written.
    pub body_format: BodyFormat,
    /// The files.
    pub files: Vec<AttachmentView>,
}

/// How many events of each kind there were.
pub use crate::store::audit::Numbers;

/// The numbers of some days.
#[derive(Debug, Clone)]
pub struct Counts {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
    /// Each day or month from first to last, by its first day.
    pub steps: Vec<(Date, Numbers)>,
    /// Whether the steps are months.
    pub monthly: bool,
    /// Each service that has any, the most accepted first.
    pub services: Vec<ServiceCounts>,
    /// All together.
    pub total: Numbers,
}

/// The numbers of one service.
#[derive(Debug, Clone)]
pub struct ServiceCounts {
    /// The authority.
    pub organisation: Names,
    /// The service.
    pub service: Names,
    /// Its code.
    pub code: String,
    /// Its numbers.
    pub numbers: Numbers,
}
