//! The right to act in another's mailbox: in which capacity, for what, and what it does not reach.
//!
//! Leaves out: where mandates come from and how they are kept (`hub::mandate`).

mod grant;
mod term;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use self::grant::{Grant, GrantForm};
pub use self::term::{Term, majority, start_of, today};
use super::id::OrganisationId;

/// Most mandates that hold, or will hold, over one mailbox at a time. Our choice: more are no longer looked through.
pub const MOST: usize = 100;
/// Most of those that the owner granted, so that what the operator registers finds room beside them.
pub const MOST_GRANTED: usize = 50;
/// Most of those to one agent. One grant names as many authorities and topics as one likes; more of them would only fill the agent's list.
pub const MOST_TO_ONE: usize = 5;
/// Most mandates of which an agent is told. What the operator registered stands first, so that nobody's grants push it out.
pub const MOST_HELD: usize = 500;

/// In which capacity a person acts for the owner of a mailbox. The name stands in evidence as the recipient's `role`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentRole {
    /// Signs for a company alone, by the trade register: acts as the company itself.
    Signatory,
    /// The guardian of a minor (361/1983 s.4).
    Guardian,
    /// Holds a mandate that the owner granted.
    Mandate,
}

impl AgentRole {
    /// Its name in the database and in evidence.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signatory => "signatory",
            Self::Guardian => "guardian",
            Self::Mandate => "mandate",
        }
    }

    /// The capacity of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Signatory, Self::Guardian, Self::Mandate]
            .into_iter()
            .find(|role| role.as_str() == name)
    }

    /// Whether this person decides in the owner's place: consents, contact, mandates. A mandate holder handles messages only.
    #[must_use]
    pub const fn decides(self) -> bool {
        matches!(self, Self::Signatory | Self::Guardian)
    }
}

/// What a mandate reaches. Empty sets reach nothing; there is no scope of nothing but a mandate's end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The whole mailbox.
    Everything,
    /// What comes from or goes to these authorities, or to services of these topics.
    Some {
        /// Authorities.
        #[serde(default)]
        organisations: BTreeSet<OrganisationId>,
        /// Codes of topics.
        #[serde(default)]
        topics: BTreeSet<String>,
    },
}

impl Scope {
    /// Whether it reaches a message of this authority, through a service of these topics.
    #[must_use]
    pub fn reaches(&self, organisation: OrganisationId, of_topics: &[String]) -> bool {
        match self {
            Self::Everything => true,
            Self::Some { organisations, topics } => {
                organisations.contains(&organisation) || of_topics.iter().any(|topic| topics.contains(topic))
            }
        }
    }
}

/// By what right a person acts in a mailbox that is not their own.
#[derive(Clone, PartialEq, Eq)]
pub struct Agency {
    /// The mandate's name in evidence: an id of the built-in register, or what another register calls it.
    pub mandate: String,
    /// The capacity.
    pub role: AgentRole,
    /// What it reaches.
    pub scope: Scope,
    /// The name of the owner.
    pub owner_name: String,
}

impl std::fmt::Debug for Agency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Agency")
            .field("mandate", &self.mandate)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

impl Agency {
    /// Whether the agent may see a message of this authority, through a service of these topics. "Recipient only" keeps a message from
    /// agents; who signs for a company is the recipient's own hand.
    #[must_use]
    pub fn may_see(&self, organisation: OrganisationId, topics: &[String], recipient_only: bool) -> bool {
        (!recipient_only || self.role == AgentRole::Signatory) && self.scope.reaches(organisation, topics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organisation(random: u8) -> OrganisationId {
        OrganisationId::new("2026-03-01T10:00:00Z".parse().unwrap(), [random; 10])
    }

    fn agency(role: AgentRole, scope: Scope) -> Agency {
        Agency {
            mandate: "1".into(),
            role,
            scope,
            owner_name: "Helmi Mäkelä".into(),
        }
    }

    #[test]
    fn a_scope_reaches_its_authorities_and_topics_and_nothing_else() {
        let scope = Scope::Some {
            organisations: [organisation(1)].into(),
            topics: ["housing".to_owned()].into(),
        };
        assert!(scope.reaches(organisation(1), &[]));
        assert!(scope.reaches(organisation(2), &["health".into(), "housing".into()]));
        assert!(!scope.reaches(organisation(2), &["health".into()]));
        assert!(Scope::Everything.reaches(organisation(2), &[]));
        let stored = serde_json::to_string(&scope).unwrap();
        assert_eq!(serde_json::from_str::<Scope>(&stored).unwrap(), scope);
        assert_eq!(serde_json::to_string(&Scope::Everything).unwrap(), "\"everything\"");
    }

    #[test]
    fn recipient_only_is_kept_from_agents_but_not_from_a_companys_own_hand() {
        let one = organisation(1);
        for (role, sees) in [
            (AgentRole::Mandate, false),
            (AgentRole::Guardian, false),
            (AgentRole::Signatory, true),
        ] {
            assert_eq!(agency(role, Scope::Everything).may_see(one, &[], true), sees);
            assert!(agency(role, Scope::Everything).may_see(one, &[], false));
            assert_eq!(AgentRole::named(role.as_str()), Some(role));
        }
        assert!(!format!("{:?}", agency(AgentRole::Mandate, Scope::Everything)).contains("Helmi"));
    }
}
