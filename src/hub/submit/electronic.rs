//! The evidence of a message accepted into a mailbox.

use super::Recorded;
use super::accepting::Accepting;
use crate::domain::consent::{Basis, BasisKind};
use crate::domain::event::FeedType;
use crate::domain::message::Mode;
use crate::evidence::record::{self, ContentPart, EventType};
use crate::hub::event::Fact;
use crate::hub::upload::UsableUpload;
use crate::hub::{ActError, Hub};

impl Hub {
    /// The two events of acceptance into a mailbox, and the seal over the first.
    pub(super) fn accept_electronically(&self, it: &Accepting<'_>, basis: &Basis) -> Result<Recorded, ActError> {
        if !self.options.evidence {
            return Ok((Vec::new(), String::new(), None));
        }
        let one = it.one;
        let mut parts: Vec<ContentPart> = vec![one.content.body_part.clone()];
        parts.extend(one.uploads.iter().map(UsableUpload::part));
        let basis = Some(record::Basis {
            kind: match basis.kind {
                BasisKind::Consent => record::BasisKind::Consent,
                BasisKind::StatutoryAccount => record::BasisKind::StatutoryAccount,
            },
            reference: Some(basis.reference.to_string()),
        });
        let submitted = Fact {
            id: Some(one.event),
            delivery: Some(it.link(1, None)),
            content: &parts,
            actor: Some(it.service()),
            basis: basis.clone(),
            sealed: true,
            ..it.fact(EventType::SubmissionAcceptance)
        };
        let (mut submitted, seal) = self.record_sealed(submitted, it.readers())?;
        submitted.service_id = Some(one.service.id);
        let available = Fact {
            delivery: Some(it.link(2, Some(submitted.entry))),
            // Before confirmation the recipient may hold a proof, but nothing of the content.
            content: if it.mode == Mode::Ordinary { &parts } else { &[] },
            basis,
            feed: Some(it.feed(FeedType::ElectronicCreated)),
            ..it.fact(match it.mode {
                Mode::Ordinary => EventType::ContentConsignment,
                Mode::Verifiable => EventType::NotificationForAcceptance,
            })
        };
        let available = self.record(available, it.readers())?;
        Ok((vec![submitted, available], seal.unwrap_or_default(), None))
    }
}
