//! What a person sees of their own choices: contact, consents, and the history of both.

use jiff::Timestamp;

use super::SenderSetting;
use crate::domain::contact::EmailAddress;
use crate::domain::name::{Language, Names};
use crate::evidence::event_type::EventType;

/// The address that a mailbox's owner is written to.
#[derive(Debug, Clone, Default)]
pub struct Contact {
    /// The address in use, once one is verified.
    pub verified: Option<VerifiedAddress>,
    /// The address that waits for its code.
    pub pending: Option<PendingAddress>,
}

/// An address that its owner has shown to be theirs.
#[derive(Debug, Clone)]
pub struct VerifiedAddress {
    /// The address.
    pub address: EmailAddress,
    /// The language of what is written to it.
    pub language: Language,
    /// When its code was typed.
    pub at: Timestamp,
}

/// An address to which a code was sent.
#[derive(Debug, Clone)]
pub struct PendingAddress {
    /// The address.
    pub address: EmailAddress,
    /// The code does not hold from then on.
    pub expires_at: Timestamp,
    /// How many wrong codes may still be typed; with none left, a new code is needed.
    pub attempts_left: u8,
}

/// What setting an address came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressSet {
    /// A code is on its way to it.
    CodeSent,
    /// It is in use already; its language is now the one given.
    InUse,
}

/// An authority, for the person who decides about it.
#[derive(Debug, Clone)]
pub struct SenderView {
    /// What was chosen, and what can be.
    pub setting: SenderSetting,
    /// Its Business ID.
    pub business_id: String,
    /// The names of its services that send.
    pub services: Vec<Names>,
    /// Whether this hub asks consent for an authority at all.
    pub consents_asked: bool,
    /// Whether the mailbox is in use.
    pub active: bool,
}

/// One choice in the history of a mailbox, as evidence holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// What was done.
    pub event: EventType,
    /// When.
    pub at: Timestamp,
    /// About which authority; none when about the mailbox as a whole.
    pub organisation: Option<Names>,
    /// A choice of paper holds until then.
    pub until: Option<Timestamp>,
    /// Of a mandate that ended: whether its holder gave it up.
    pub renounced: bool,
    /// Who did it when the owner did not.
    pub agent: Option<HistoryAgent>,
    /// Its place in the log, once it has one.
    pub index: Option<u64>,
}

/// Who did what the owner did not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryAgent {
    /// The agent's name as their last login gave it; none when it is not known here.
    pub name: Option<String>,
    /// In which capacity: `signatory`, `guardian` or `mandate`; `none` is said by nothing.
    pub role: Option<String>,
}
