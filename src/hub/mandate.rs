//! Mandates: who may act in whose mailbox, granted and revoked by the owner, renounced by their holder, registered by the operator, told by a
//! register outside.
//!
//! Guarantees: a mandate and its event are written in one transaction, a repeat of either writes nothing; what a mandate names stays encrypted
//! for the owner. The owner's page never tells whether an agent's identity code is known to the hub. Leaves out: acting by a mandate
//! (`hub::acting`).

pub(super) mod fact;
mod grant;
mod operator;
pub(super) mod register;
mod renounce;
mod view;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use self::fact::{mandate_fact, renounced, terms};
pub use self::operator::NewRegistration;
pub use self::view::{GrantedMandates, MandateView, ScopeChoices, ScopeView};
use super::event::Readers;
use super::owner::Owner;
use super::{ActError, Hub};
use crate::domain::id::MandateId;
use crate::domain::identity::{Hetu, OwnerIdentity};
use crate::domain::mandate::{AgentRole, MOST, MOST_GRANTED, MOST_TO_ONE, Scope, Term};
use crate::domain::message::Violation;
use crate::domain::principal::Citizen;
use crate::domain::time::from_micros;
use crate::evidence::record::{Actor, EventType, Party};
use crate::store::mailbox::MailboxRow;
use crate::store::mandate::MandateRow;
use crate::store::{StoreError, Tx};
use crate::vault::{PartyKey, Place, VaultError};

/// Most ended mandates that are listed; every one stands among the owner's events.
const ENDED: i64 = 20;

/// What lies in `mandate.mandate_sealed`. Fields may be added, never renamed.
#[derive(Serialize, Deserialize)]
struct StoredAgent {
    agent: String,
    name: String,
}

/// A mandate about to be written.
#[derive(Debug, Clone)]
struct NewMandate {
    agent: Hetu,
    name: String,
    role: AgentRole,
    scope: Scope,
    term: Term,
    /// The guardianship by which it is granted.
    rests_on: Option<MandateId>,
}

/// Who brings a mandate about or ends it, and for whom.
#[derive(Debug, Clone)]
struct By {
    actor: Actor,
    owner: Party,
    /// Whether the agent ends it: nobody acts in the owner's place then.
    renounced: bool,
}

/// Refuses who does not decide about the mailbox itself, with [`ActError::OwnerDecides`].
pub fn decides(citizen: &Citizen) -> Result<(), ActError> {
    if citizen.decides() {
        Ok(())
    } else {
        Err(ActError::OwnerDecides)
    }
}

impl Hub {
    /// The mandates over the mailbox. [`ActError::OwnerDecides`] for who does not decide about it.
    pub async fn granted_mandates(&self, citizen: &Citizen) -> Result<GrantedMandates, ActError> {
        decides(citizen)?;
        let now = self.now().as_microsecond();
        let mut tx = self.db.read().await?;
        let (_, key) = Owner::open(&tx.get_mailbox(citizen.mailbox).await?, &self.vault)?;
        let in_force = tx.list_mandates_in_force(citizen.mailbox, now, limit(MOST + 1)).await?;
        let ended = tx.list_ended_mandates(citizen.mailbox, now, ENDED).await?;
        let choices = self.scope_choices_in(&mut tx).await?;
        let view = |rows: Vec<MandateRow>| {
            rows.iter()
                .map(|row| view(row, &key, &choices))
                .collect::<Result<_, _>>()
        };
        Ok(GrantedMandates {
            in_force: view(in_force)?,
            ended: view(ended)?,
        })
    }

    /// What a mandate can be limited to.
    pub async fn scope_choices(&self) -> Result<ScopeChoices, ActError> {
        self.scope_choices_in(&mut self.db.read().await?).await
    }

    pub(super) async fn scope_choices_in(&self, tx: &mut Tx) -> Result<ScopeChoices, ActError> {
        let organisations = tx.list_organisations().await?.into_iter().filter(|row| row.active);
        let topics = tx.list_topics().await?.into_iter();
        Ok(ScopeChoices {
            organisations: organisations.map(|row| (row.id, row.names)).collect(),
            topics: topics.map(|row| (row.code, row.names)).collect(),
        })
    }

    /// Writes a mandate with its event. The same mandate again is the one that is there.
    async fn add_mandate(
        &self,
        tx: &mut Tx,
        mailbox: &MailboxRow,
        new: &NewMandate,
        by: &By,
    ) -> Result<MandateId, ActError> {
        let now = self.now();
        let (owner, key) = Owner::open(mailbox, &self.vault)?;
        if owner.identity == OwnerIdentity::Person(new.agent.clone()) {
            return Err(invalid(
                "/agent",
                "oneself",
                "Nobody needs a mandate to act in their own mailbox.",
            ));
        }
        // Grants to one mailbox wait for each other: each sees what the other did, and none goes over the limit.
        tx.lock_mailbox(mailbox.id).await?;
        let id = MandateId::new(now, self.random()?);
        let row = self.mandate_row(id, mailbox, (&owner, &key), new)?;
        let in_force = tx
            .list_mandates_in_force(mailbox.id, now.as_microsecond(), limit(MOST))
            .await?;
        if let Some(same) = in_force.iter().find(|it| is_same(it, &row)) {
            return Ok(same.id);
        }
        finds_room(&in_force, &row)?;
        let mut fact = mandate_fact(EventType::MandateGranted, now, (id, new.role), &new.agent, by);
        fact.reasons = terms(&new.scope, &new.term, &row.scope);
        let readers = Readers {
            mailbox: Some((mailbox.id, &key)),
            organisation: None,
        };
        let event = self.record(fact, readers)?;
        tx.insert_mandate(&row).await?;
        tx.insert_events(&[event]).await?;
        Ok(id)
    }

    /// Ends a mandate, and with a guardianship what was granted by it. One that has ended already changes nothing, also when two end it at once.
    async fn end_mandate(&self, tx: &mut Tx, row: &MandateRow, by: &By) -> Result<(), ActError> {
        tx.lock_mailbox(row.owner_id).await?;
        for granted in tx.list_mandates_resting_on(row.id).await? {
            self.end_one(tx, &granted, by).await?;
        }
        self.end_one(tx, row, by).await
    }

    async fn end_one(&self, tx: &mut Tx, row: &MandateRow, by: &By) -> Result<(), ActError> {
        let now = self.now();
        let (_, key) = Owner::open(&tx.get_mailbox(row.owner_id).await?, &self.vault)?;
        let agent = open_agent(row, &key)?;
        let agent = Hetu::parse(&agent.agent, true).map_err(|_| StoreError::Missing("mandate"))?;
        let mut fact = mandate_fact(EventType::MandateRevoked, now, (row.id, role(row)?), &agent, by);
        fact.reasons.extend(by.renounced.then(renounced));
        let readers = Readers {
            mailbox: Some((row.owner_id, &key)),
            organisation: None,
        };
        let event = self.record(fact, readers)?;
        if tx.revoke_mandate(row.id, now.as_microsecond()).await? {
            tx.insert_events(&[event]).await?;
        }
        Ok(())
    }

    fn mandate_row(
        &self,
        id: MandateId,
        mailbox: &MailboxRow,
        (owner, key): (&Owner, &PartyKey),
        new: &NewMandate,
    ) -> Result<MandateRow, ActError> {
        let agent = StoredAgent {
            agent: new.agent.reveal().to_owned(),
            name: new.name.clone(),
        };
        let agent = serde_json::to_vec(&agent).map_err(|_| VaultError::Sealed)?;
        let scope = serde_json::to_string(&new.scope).map_err(|error| ActError::Evidence(Box::new(error)))?;
        let lookup = self
            .vault
            .lookup(&OwnerIdentity::Person(new.agent.clone()).lookup_text());
        Ok(MandateRow {
            id,
            owner_id: mailbox.id,
            agent_lookup: lookup.to_vec(),
            role: new.role.as_str().to_owned(),
            scope,
            mandate_sealed: key.seal(agent_place(id.0.as_bytes()), &agent, &self.rng)?,
            owner_sealed: self
                .vault
                .hub()
                .seal(owner_place(id.0.as_bytes()), owner.name.as_bytes(), &self.rng)?,
            begins_at: new.term.begins.as_microsecond(),
            ends_at: new.term.ends.map(Timestamp::as_microsecond),
            revoked_at: None,
            created_at: self.now().as_microsecond(),
            rests_on: new.rests_on,
        })
    }
}

fn is_same(one: &MandateRow, other: &MandateRow) -> bool {
    one.agent_lookup == other.agent_lookup
        && one.role == other.role
        && one.scope == other.scope
        && (one.begins_at, one.ends_at, one.rests_on) == (other.begins_at, other.ends_at, other.rests_on)
}

/// Refuses one mandate too many: over the mailbox, of the owner's grants, or of those to one agent.
fn finds_room(in_force: &[MandateRow], new: &MandateRow) -> Result<(), ActError> {
    let granted = || in_force.iter().filter(|it| it.role == AgentRole::Mandate.as_str());
    let grants = new.role == AgentRole::Mandate.as_str();
    if grants && granted().filter(|it| it.agent_lookup == new.agent_lookup).count() >= MOST_TO_ONE {
        return Err(invalid(
            "/agent",
            "too-many",
            "This person has as many mandates from the owner as one may have. Revoke one first.",
        ));
    }
    if in_force.len() >= MOST || grants && granted().count() >= MOST_GRANTED {
        return Err(invalid(
            "",
            "too-many",
            "There are as many mandates as there may be. Revoke one first.",
        ));
    }
    Ok(())
}

fn view(row: &MandateRow, key: &PartyKey, choices: &ScopeChoices) -> Result<MandateView, ActError> {
    Ok(MandateView {
        id: row.id,
        name: open_agent(row, key)?.name,
        role: role(row)?,
        scope: choices.name(&scope(row)?),
        term: term(row),
        revoked_at: row.revoked_at.map(from_micros),
    })
}

fn open_agent(row: &MandateRow, key: &PartyKey) -> Result<StoredAgent, ActError> {
    let json = key.open(agent_place(row.id.0.as_bytes()), &row.mandate_sealed)?;
    serde_json::from_slice(&json).map_err(|_| StoreError::Missing("mandate").into())
}

fn role(row: &MandateRow) -> Result<AgentRole, ActError> {
    Ok(AgentRole::named(&row.role).ok_or(StoreError::Missing("mandate"))?)
}

fn scope(row: &MandateRow) -> Result<Scope, ActError> {
    serde_json::from_str(&row.scope).map_err(|_| StoreError::Missing("mandate").into())
}

fn term(row: &MandateRow) -> Term {
    Term {
        begins: from_micros(row.begins_at),
        ends: row.ends_at.map(from_micros),
    }
}

fn limit(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn invalid(pointer: &str, code: &'static str, message: &str) -> ActError {
    ActError::Invalid(vec![Violation::new(pointer, code, message)])
}

fn agent_place(id: &[u8]) -> Place<'_> {
    Place::new("mandate", "mandate_sealed", id)
}

fn owner_place(id: &[u8]) -> Place<'_> {
    Place::new("mandate", "owner_sealed", id)
}
