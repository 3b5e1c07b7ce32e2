//! Whether an organisation may send to a mailbox electronically, and on what ground.
//!
//! One function decides, for `mailboxes/active` and for every send alike. The ground that held at send time is frozen into the
//! evidence. A mailbox that does not exist never gets here; to a sender every refusal looks the same.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::EventId;

/// What opens a mailbox in this hub; configuration, dated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Regime {
    /// Its owner activates it and consents; an organisation may need its own consent as well (13/2003 s.18, s.19).
    Consent,
    /// It opens at strong identification; no consent is asked (HE 124/2025).
    Statutory,
}

/// Whether a mailbox is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailboxState {
    /// Open.
    Active,
    /// Not opened yet, or closed by its owner.
    Inactive,
}

/// Kind of ground for electronic service; `evidence.md` 2 gives the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BasisKind {
    /// The owner consented.
    Consent,
    /// The mailbox was opened by law.
    StatutoryAccount,
}

/// A ground for electronic service, with the evidence event that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Basis {
    /// Its kind.
    pub kind: BasisKind,
    /// The event: consent given, or mailbox opened.
    pub reference: EventId,
}

/// What an owner last said about one organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Consent given.
    Given,
    /// Consent taken back.
    Withdrawn,
    /// The organisation's messages refused.
    Refused,
}

/// An owner's last choice about one organisation, with its evidence event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrganisationChoice {
    /// What was chosen.
    pub choice: Choice,
    /// The event that records it.
    pub event: EventId,
}

/// What is known of the mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailboxFacts {
    /// Whether it is open.
    pub state: MailboxState,
    /// Why it is open; none before the first opening.
    pub basis: Option<Basis>,
    /// Back to paper before this instant.
    pub opt_out_until: Option<Timestamp>,
}

/// What is known of the organisation, and of the owner's choice about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrganisationFacts {
    /// Whether it needs a consent of its own. Without effect in the statutory regime.
    pub requires_consent: bool,
    /// Whether its policy lets owners refuse it. A refusal made while it did has no effect while it does not.
    pub refusable: bool,
    /// The owner's last choice, if any.
    pub choice: Option<OrganisationChoice>,
}

/// Why a mailbox cannot be sent to. For the owner's page and the log; a sender learns only that it is not in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NotReachable {
    /// Not open.
    #[error("the mailbox is not open")]
    Inactive,
    /// Back to paper for now.
    #[error("the owner has returned to paper")]
    OptedOut,
    /// No consent to the mailbox itself, where the regime needs it.
    #[error("the owner has not consented to electronic service")]
    NoConsent,
    /// No consent to this organisation, which needs it.
    #[error("the owner has not consented to this organisation")]
    NoConsentToOrganisation,
    /// Consent to this organisation was taken back.
    #[error("the owner has withdrawn the consent to this organisation")]
    ConsentWithdrawn,
    /// This organisation is refused.
    #[error("the owner has refused this organisation")]
    Refused,
}

/// Decides whether the organisation may send to the mailbox at `now` (contract 0 "Active"; `product.md` on the two regimes).
///
/// The ground is the organisation's own consent where it needs one, else the mailbox's. An opt-out ends at its instant; that
/// the mailbox then waits for a new identification is for its state to say. In the consent regime a withdrawn consent closes
/// the way even to an organisation that no longer needs one, because no one consents by having withdrawn.
///
/// # Errors
/// The first of [`NotReachable`] that holds.
pub fn reachability(
    regime: Regime,
    mailbox: &MailboxFacts,
    organisation: &OrganisationFacts,
    now: Timestamp,
) -> Result<Basis, NotReachable> {
    let basis = match (mailbox.state, mailbox.basis) {
        (MailboxState::Active, Some(basis)) => basis,
        _ => return Err(NotReachable::Inactive),
    };
    if mailbox.opt_out_until.is_some_and(|until| now < until) {
        return Err(NotReachable::OptedOut);
    }
    let choice = organisation.choice.map(|it| it.choice);
    if organisation.refusable && choice == Some(Choice::Refused) {
        return Err(NotReachable::Refused);
    }
    match regime {
        Regime::Statutory => Ok(basis),
        Regime::Consent => consented(basis, organisation),
    }
}

fn consented(basis: Basis, organisation: &OrganisationFacts) -> Result<Basis, NotReachable> {
    if basis.kind != BasisKind::Consent {
        return Err(NotReachable::NoConsent);
    }
    match organisation.choice {
        Some(OrganisationChoice {
            choice: Choice::Withdrawn,
            ..
        }) => Err(NotReachable::ConsentWithdrawn),
        _ if !organisation.requires_consent => Ok(basis),
        Some(OrganisationChoice {
            choice: Choice::Given,
            event,
        }) => Ok(Basis {
            kind: BasisKind::Consent,
            reference: event,
        }),
        _ => Err(NotReachable::NoConsentToOrganisation),
    }
}

#[cfg(test)]
mod tests;
