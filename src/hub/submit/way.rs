//! By which way a message goes: into a mailbox, and on what basis, or on paper.

use jiff::Timestamp;

use super::letter::no_paper;
use super::{Submission, mailbox_not_in_use};
use crate::domain::consent::{
    Basis, BasisKind, MailboxFacts, MailboxState, OrganisationChoice, OrganisationFacts, reachability,
};
use crate::domain::id::EventId;
use crate::domain::message::{Channels, Violation};
use crate::domain::time::from_micros;
use crate::hub::Hub;
use crate::hub::mailbox::choice_of;
use crate::hub::token::Organisation;
use crate::store::mailbox::ReachableRow;

/// The way a message goes, decided once.
pub(super) enum Way<'a> {
    /// Into this mailbox, and why that is allowed.
    Mailbox(&'a ReachableRow, Basis),
    /// On paper; with a copy in this mailbox, which is not in use.
    Paper(Option<&'a ReachableRow>),
}

impl Hub {
    /// By which way a message goes, or every reason why by none.
    pub(super) fn way<'a>(
        &self,
        one: &Submission,
        row: Option<&'a ReachableRow>,
        now: Timestamp,
    ) -> Result<Way<'a>, Vec<Violation>> {
        let basis = self.basis(row, &one.organisation, now);
        let mut found = Vec::new();
        match one.draft.channels {
            Channels::Electronic { .. } if basis.is_none() => found.push(mailbox_not_in_use()),
            Channels::Multichannel { .. } if basis.is_none() && !self.options.paper => found.push(no_paper()),
            _ => {}
        }
        found.extend(one.answered(row.map(|row| row.mailbox.id)).err());
        match (row, basis) {
            _ if !found.is_empty() => Err(found),
            (Some(row), Some(basis)) => Ok(Way::Mailbox(row, basis)),
            // Who has refused this authority, or uses a mailbox that it may not write to, finds no copy there.
            _ => Ok(Way::Paper(row.filter(|row| {
                row.mailbox.state != "active" && !matches!(row.choice.as_deref(), Some("refused" | "withdrawn"))
            }))),
        }
    }

    /// Whether and why this organisation may send to this mailbox now.
    pub(in crate::hub) fn basis(
        &self,
        row: Option<&ReachableRow>,
        organisation: &Organisation,
        now: Timestamp,
    ) -> Option<Basis> {
        let row = row?;
        let mailbox = mailbox_facts(&row.mailbox);
        let choice = row.choice.as_deref().and_then(choice_of);
        let facts = OrganisationFacts {
            requires_consent: organisation.row.requires_consent,
            refusable: organisation.row.refusable,
            choice: choice.zip(row.choice_event).map(|(choice, event)| OrganisationChoice {
                choice,
                event: EventId(event),
            }),
        };
        reachability(self.options.regime, &mailbox, &facts, now).ok()
    }
}

/// What the rules of reachability need of a mailbox.
pub(crate) fn mailbox_facts(row: &crate::store::mailbox::MailboxRow) -> MailboxFacts {
    let kind = match row.basis_kind.as_deref() {
        Some("consent") => Some(BasisKind::Consent),
        Some("statutory_account") => Some(BasisKind::StatutoryAccount),
        _ => None,
    };
    MailboxFacts {
        state: if row.state == "active" {
            MailboxState::Active
        } else {
            MailboxState::Inactive
        },
        basis: kind.zip(row.basis_event).map(|(kind, event)| Basis {
            kind,
            reference: EventId(event),
        }),
        opt_out_until: row.opt_out_until.map(from_micros),
    }
}
