//! Who is behind a session, whichever mailbox they act in, and for whom they may act: plain data.

use jiff::Timestamp;
use subtle::ConstantTimeEq as _;

use crate::domain::mandate::AgentRole;
use crate::domain::principal::Citizen;
use crate::hub::mandate::register::Held;
use crate::hub::mandate::{ScopeChoices, ScopeView};

/// A person who logged in, whichever mailbox they act in.
#[derive(Debug, Clone)]
pub struct Person {
    pub(super) own: Citizen,
    pub(super) acting: Option<Acting>,
}

/// For whom a session acts.
#[derive(Clone)]
pub(super) struct Acting {
    pub(super) key: String,
    pub(super) owner_name: String,
    pub(super) csrf: String,
}

impl std::fmt::Debug for Acting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Acting").finish_non_exhaustive()
    }
}

impl Person {
    /// The person in their own mailbox.
    #[must_use]
    pub const fn own(&self) -> &Citizen {
        &self.own
    }

    /// A person in their own mailbox, without a session that could act for another.
    #[must_use]
    pub const fn without_session(own: Citizen) -> Self {
        Self { own, acting: None }
    }

    /// For whom the person acts, as it was chosen: whether the mandate still holds is not looked at.
    #[must_use]
    pub fn acts_for(&self) -> Option<&str> {
        self.acting.as_ref().map(|it| it.owner_name.as_str())
    }

    /// Whether the person acts by this mandate, as it was chosen.
    pub(in crate::hub) fn acts_by(&self, key: &str) -> bool {
        self.acting.as_ref().is_some_and(|acting| acting.key == key)
    }

    /// A mandate of the person's as a choice.
    pub(in crate::hub) fn choice(&self, held: Held, scopes: &ScopeChoices) -> MandateChoice {
        MandateChoice {
            current: self.acts_by(&held.key),
            scope: scopes.name(&held.scope),
            renounceable: held.renounceable(),
            key: held.key,
            owner_name: held.owner_name,
            role: held.role,
            ends: held.term.ends,
        }
    }

    /// Whether a form's token is one of this session, whichever mailbox its page showed.
    #[must_use]
    pub fn takes_token(&self, token: &str) -> bool {
        let is = |csrf: &str| bool::from(csrf.as_bytes().ct_eq(token.as_bytes()));
        self.own.csrf().is_some_and(is) || self.acting.as_ref().is_some_and(|it| is(&it.csrf))
    }
}

/// A mailbox that a person may act in.
#[derive(Debug, Clone)]
pub struct MandateChoice {
    /// What a form says to choose it.
    pub key: String,
    /// Whose it is.
    pub owner_name: String,
    /// In which capacity.
    pub role: AgentRole,
    /// What the mandate reaches.
    pub scope: ScopeView,
    /// The instant at which it ends.
    pub ends: Option<Timestamp>,
    /// Whether the person acts by it now.
    pub current: bool,
    /// Whether the person can give it up here.
    pub renounceable: bool,
}

/// For whom a person may act.
#[derive(Debug, Clone)]
pub struct MandateChoices {
    /// Each mandate that holds.
    pub held: Vec<MandateChoice>,
    /// A register outside did not answer: there may be more.
    pub incomplete: bool,
}
