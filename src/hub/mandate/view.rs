//! What the acts hand to the pages: mandates in plain data, scopes by name.

use jiff::Timestamp;

use crate::domain::id::{MandateId, OrganisationId};
use crate::domain::mandate::{AgentRole, Scope, Term};
use crate::domain::name::Names;

/// A mandate over a mailbox, as its owner reads it.
#[derive(Debug, Clone)]
pub struct MandateView {
    /// Id.
    pub id: MandateId,
    /// The agent's name, as the mandate was granted.
    pub name: String,
    /// In which capacity.
    pub role: AgentRole,
    /// What it reaches.
    pub scope: ScopeView,
    /// When it holds.
    pub term: Term,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// What a mandate reaches, by name.
#[derive(Debug, Clone, Default)]
pub struct ScopeView {
    /// The whole mailbox.
    pub everything: bool,
    /// Authorities.
    pub organisations: Vec<Names>,
    /// Topics.
    pub topics: Vec<Names>,
}

/// The mandates over a mailbox.
#[derive(Debug, Clone)]
pub struct GrantedMandates {
    /// Those that hold or will hold, newest first.
    pub in_force: Vec<MandateView>,
    /// The last of those that have ended.
    pub ended: Vec<MandateView>,
}

/// What a mandate can be limited to.
#[derive(Debug, Clone)]
pub struct ScopeChoices {
    /// Authorities, with their ids.
    pub organisations: Vec<(OrganisationId, Names)>,
    /// Topics, with their codes.
    pub topics: Vec<(String, Names)>,
}

impl ScopeChoices {
    /// A scope by its names. What is no longer registered reaches nothing and is left out.
    #[must_use]
    pub(in super::super) fn name(&self, scope: &Scope) -> ScopeView {
        let Scope::Some { organisations, topics } = scope else {
            return ScopeView {
                everything: true,
                ..ScopeView::default()
            };
        };
        let named_organisations = self.organisations.iter().filter(|(id, _)| organisations.contains(id));
        let named_topics = self.topics.iter().filter(|(code, _)| topics.contains(code));
        ScopeView {
            everything: false,
            organisations: named_organisations.map(|(_, names)| names.clone()).collect(),
            topics: named_topics.map(|(_, names)| names.clone()).collect(),
        }
    }
}
