//! What a proof says, picked out for a reader: which event was what, between whom, and what came of it.
//!
//! Guarantees: every word comes from a record in its only form, and an identity only where its disclosure fits the record, as in the verifier's own
//! report. An event that is withheld, or does not read, is told as one that is not shown.

use jiff::Timestamp;

use crate::domain::deadline::Outcome;
use crate::evidence::body::{ContentPart, EventBody, Mode};
use crate::evidence::event_type::EventType;
use crate::evidence::proof::{DeliveryProof, ProofEvent};
use crate::evidence::record::ParsedRecord;

/// The events of a delivery.
pub(super) struct Facts<'a> {
    pub(super) proof: &'a DeliveryProof,
    pub(super) events: Vec<Fact<'a>>,
}

/// One event, and what its record says where it is shown.
pub(super) struct Fact<'a> {
    shown: &'a ProofEvent,
    pub(super) body: Option<EventBody>,
}

/// How a reader should take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Good,
    Plain,
    Waiting,
    Bad,
}

/// What came of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    Confirmed,
    ByPost,
    Late,
    Expired,
    OnPaper,
    Available,
    Waits,
    Unknown,
}

impl Came {
    pub(super) const fn tone(self) -> Tone {
        match self {
            Self::Confirmed | Self::ByPost => Tone::Good,
            Self::Available | Self::OnPaper => Tone::Plain,
            Self::Waits | Self::Unknown => Tone::Waiting,
            Self::Late | Self::Expired => Tone::Bad,
        }
    }
}

/// A dot on the time line: which event and when; neither where it is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Milestone {
    pub(super) what: Option<(EventType, Timestamp)>,
}

/// Dots on one time line.
const MOST_MILESTONES: usize = 7;

impl Fact<'_> {
    /// The identifier behind `field`, where this copy discloses it.
    pub(super) fn name(&self, field: &str) -> Option<&str> {
        let it = self.shown.disclosures.iter().find(|it| it.field == field)?;
        (self.body.as_ref()?.reference(field) == Some(it.reference())).then_some(it.value.as_str())
    }
}

impl<'a> Facts<'a> {
    pub(super) fn of(proof: &'a DeliveryProof) -> Self {
        let fact = |shown: &'a ProofEvent| Fact {
            body: shown
                .event
                .as_ref()
                .and_then(|bytes| ParsedRecord::parse(bytes).ok())
                .map(|record| record.body),
            shown,
        };
        Self {
            proof,
            events: proof.events.iter().map(fact).collect(),
        }
    }

    pub(super) fn bodies(&self) -> impl Iterator<Item = &EventBody> {
        self.events.iter().filter_map(|fact| fact.body.as_ref())
    }

    /// When something happened first.
    pub(super) fn at(&self, wanted: EventType) -> Option<Timestamp> {
        self.bodies().find(|body| body.event == wanted).map(|body| body.time)
    }

    /// The newest time in the records; where there is none, the beginning of time, as a document must have some.
    pub(super) fn newest(&self) -> Timestamp {
        self.bodies()
            .map(|body| body.time)
            .max()
            .unwrap_or(Timestamp::UNIX_EPOCH)
    }

    pub(super) fn verifiable(&self) -> bool {
        let mut links = self.bodies().filter_map(|body| body.delivery.as_ref());
        links.any(|link| link.mode == Mode::Verifiable)
    }

    /// The documents, as the first record that names them does; none where this copy does not show it.
    pub(super) fn parts(&self) -> &[ContentPart] {
        self.bodies()
            .map(EventBody::parts)
            .find(|parts| !parts.is_empty())
            .unwrap_or_default()
    }

    /// Whether an event is not shown.
    pub(super) fn withholds(&self) -> bool {
        self.events.iter().any(|fact| fact.body.is_none())
    }

    /// The first disclosed identifier of a party.
    pub(super) fn party(&self, field: &str) -> Option<&str> {
        self.events.iter().find_map(|fact| fact.name(field))
    }

    /// What came of it, and when.
    pub(super) fn came(&self) -> (Came, Option<Timestamp>) {
        let first = [
            (EventType::ConsignmentAcceptance, Came::Confirmed),
            (EventType::PostReceiptConfirmed, Came::ByPost),
            (EventType::LateRetrieval, Came::Late),
            (EventType::AcceptanceRejectionExpiry, Came::Expired),
            (EventType::RelayToNonErds, Came::OnPaper),
            (EventType::ContentConsignment, Came::Available),
            (EventType::NotificationForAcceptance, Came::Waits),
        ];
        let came = first
            .into_iter()
            .find_map(|(event, came)| Some((came, Some(self.at(event)?))));
        came.unwrap_or((Came::Unknown, None))
    }

    /// The dots of the time line: each kind of event once, and of two that one act brought about the one that says more.
    pub(super) fn milestones(&self) -> Vec<Milestone> {
        let mut line: Vec<Milestone> = Vec::new();
        let decided = [EventType::ConsignmentAcceptance, EventType::LateRetrieval].map(|event| self.at(event));
        for fact in &self.events {
            if line.len() == MOST_MILESTONES {
                break;
            }
            let what = fact.body.as_ref().map(|body| (body.event, body.time));
            if let Some((event, time)) = what {
                let again = line.iter().any(|it| it.what.is_some_and(|(other, _)| other == event));
                let within = event == EventType::ContentHandover && decided.contains(&Some(time));
                if again || within || !tells(event) {
                    continue;
                }
            }
            line.push(Milestone { what });
        }
        line
    }

    /// The computed dates, where they are what this program writes.
    pub(super) fn deadlines(&self) -> Option<Outcome> {
        serde_json::from_value(self.proof.deadlines.clone()).ok()
    }
}

/// Whether an event has its place on the time line.
const fn tells(event: EventType) -> bool {
    matches!(
        event,
        EventType::SubmissionAcceptance
            | EventType::ContentConsignment
            | EventType::NotificationForAcceptance
            | EventType::ConsignmentNotification
            | EventType::ConsignmentNotificationFailure
            | EventType::NoticeAccepted
            | EventType::NoticeFailed
            | EventType::ContentHandover
            | EventType::ConsignmentAcceptance
            | EventType::AcceptanceRejectionExpiry
            | EventType::LateRetrieval
            | EventType::RelayToNonErds
            | EventType::PostReceiptConfirmed
            | EventType::PostReturned
            | EventType::PostUnresolved
    )
}
