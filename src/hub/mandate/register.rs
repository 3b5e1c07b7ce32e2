//! The one way in which mandates are asked for, whoever keeps them: our own register, or one outside.
//!
//! Guarantees: what is answered holds at the moment it was asked for. Leaves out: for how long an answer is believed (`hub::acting`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use super::{owner_place, role, scope, term};
use crate::auth::mandates::{MandateRegister, Represented};
use crate::domain::id::{MailboxId, MandateId};
use crate::domain::identity::{Hetu, OwnerIdentity};
use crate::domain::mandate::{AgentRole, MOST_HELD, Scope, Term, majority};
use crate::hub::{ActError, Hub};
use crate::store::StoreError;
use crate::store::mandate::MandateRow;

/// A mandate that a person holds.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    /// Names it in a form and in the session; holds nothing personal.
    pub(crate) key: String,
    /// Names it in evidence.
    pub(crate) evidence: String,
    pub(crate) owner: HeldOwner,
    pub(crate) owner_name: String,
    pub(crate) role: AgentRole,
    pub(crate) scope: Scope,
    pub(crate) term: Term,
}

/// In whose mailbox.
#[derive(Debug, Clone)]
pub(crate) enum HeldOwner {
    /// In this one.
    Mailbox(MailboxId),
    /// In that of this owner, which is made when first acted in.
    Identity(OwnerIdentity),
}

/// A register of mandates.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Register<'h> {
    /// Our own, in the database.
    BuiltIn(&'h Hub),
    /// One outside, over HTTP.
    Outside(&'h Hub, &'h MandateRegister),
}

impl Held {
    /// Whether its holder can give it up here: what its owner granted in this hub. The operator and a register outside end their own.
    pub(crate) fn renounceable(&self) -> bool {
        self.role == AgentRole::Mandate && matches!(self.owner, HeldOwner::Mailbox(_))
    }
}

impl Hub {
    /// Every register there is, our own first.
    pub(crate) fn registers(&self) -> impl Iterator<Item = Register<'_>> {
        let outside = self.mandates.iter().map(|register| Register::Outside(self, register));
        std::iter::once(Register::BuiltIn(self)).chain(outside)
    }
}

impl Register<'_> {
    /// The mandates by which a person can act now.
    pub(crate) async fn held_by(&self, agent: &Hetu) -> Result<Vec<Held>, ActError> {
        match self {
            Self::BuiltIn(hub) => {
                let (lookup, now) = (lookup(hub, agent), hub.now().as_microsecond());
                let limit = super::limit(MOST_HELD);
                let rows = hub.db.read().await?.list_mandates_of_agent(&lookup, now, limit).await?;
                rows.iter().map(|row| held(hub, row)).collect()
            }
            Self::Outside(hub, register) => {
                let request = hub.trace_id();
                let now = hub.now();
                let told = register.represented_by(agent, now, &request).await?;
                let evidence = register.reference(&request);
                Ok(told
                    .into_iter()
                    .map(|it| from_outside(hub, it, &evidence, now))
                    .collect())
            }
        }
    }

    /// One mandate of a person by its key, when it holds now. None also for a key of another register.
    pub(crate) async fn find(&self, agent: &Hetu, key: &str) -> Result<Option<Held>, ActError> {
        let own: Option<MandateId> = key.parse().ok();
        match (self, own) {
            (Self::BuiltIn(hub), Some(id)) => {
                let row = hub.db.read().await?.find_mandate(id).await?;
                let (lookup, now) = (lookup(hub, agent), hub.now());
                let row = row.filter(|row| row.agent_lookup == lookup && holds(row, now));
                row.map(|row| held(hub, &row)).transpose()
            }
            (Self::Outside(..), None) => Ok(self.held_by(agent).await?.into_iter().find(|it| it.key == key)),
            _ => Ok(None),
        }
    }
}

/// Whether a mandate of our own register holds.
pub(crate) fn holds(row: &MandateRow, now: Timestamp) -> bool {
    row.revoked_at.is_none() && term(row).holds_at(now)
}

pub(super) fn lookup(hub: &Hub, agent: &Hetu) -> [u8; 32] {
    hub.vault.lookup(&OwnerIdentity::Person(agent.clone()).lookup_text())
}

fn held(hub: &Hub, row: &MandateRow) -> Result<Held, ActError> {
    let name = hub
        .vault
        .hub()
        .open(owner_place(row.id.0.as_bytes()), &row.owner_sealed)?;
    Ok(Held {
        key: row.id.to_string(),
        evidence: row.id.to_string(),
        owner: HeldOwner::Mailbox(row.owner_id),
        owner_name: String::from_utf8(name).map_err(|_| StoreError::Missing("mandate"))?,
        role: role(row)?,
        scope: scope(row)?,
        term: term(row),
    })
}

fn from_outside(hub: &Hub, told: Represented, evidence: &str, now: Timestamp) -> Held {
    let name = format!("{} {}", told.role.as_str(), told.owner.lookup_text());
    let ends = match (&told.owner, told.role) {
        (OwnerIdentity::Person(minor), AgentRole::Guardian) => Some(majority(minor)),
        _ => None,
    };
    Held {
        key: URL_SAFE_NO_PAD.encode(hub.vault.digest("mandate of a register", &name)),
        evidence: evidence.to_owned(),
        owner: HeldOwner::Identity(told.owner),
        owner_name: told.name,
        role: told.role,
        scope: Scope::Everything,
        term: Term { begins: now, ends },
    }
}
