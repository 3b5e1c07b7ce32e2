//! The owner grants and revokes.

use super::{ActError, By, Hub, NewMandate, decides, invalid};
use crate::domain::id::MandateId;
use crate::domain::identity::OwnerIdentity;
use crate::domain::mandate::{AgentRole, Grant, Scope, Term, majority};
use crate::domain::principal::Citizen;
use crate::domain::time::from_micros;
use crate::hub::delivery::owner_identifier;
use crate::hub::event::{actor, represented};
use crate::hub::mandate::register::holds;
use crate::hub::owner::Owner;
use crate::store::Tx;

impl Hub {
    /// Grants a mandate over the mailbox; the same one again is the one that is there. Answers alike whether or not the hub knows the agent.
    ///
    /// What a guardian of our own register grants ends with the guardianship, and what any grants when the minor comes of age. What a signatory grants goes on without the signatory: the
    /// company granted it.
    ///
    /// # Errors
    /// [`ActError::OwnerDecides`] for who does not decide about the mailbox; [`ActError::Invalid`] for a mandate to oneself (`oneself`), for an
    /// authority or topic that is not there, and for one mandate too many.
    pub async fn grant_mandate(&self, citizen: &Citizen, grant: Grant) -> Result<MandateId, ActError> {
        decides(citizen)?;
        if grant.agent.reveal() == citizen.identifier {
            return Err(invalid("/agent", "oneself", "Nobody grants a mandate to themself."));
        }
        self.act_as(citizen, move |hub, tx, citizen| {
            let grant = grant.clone();
            Box::pin(async move {
                if let Scope::Some { organisations, topics } = &grant.scope {
                    let choices = hub.scope_choices_in(tx).await?;
                    let all = organisations
                        .iter()
                        .all(|id| choices.organisations.iter().any(|it| it.0 == *id))
                        && topics.iter().all(|code| choices.topics.iter().any(|it| it.0 == *code));
                    if !all {
                        return Err(invalid(
                            "/scope",
                            "not-allowed-value",
                            "There is no such authority or topic.",
                        ));
                    }
                }
                let mailbox = tx.get_mailbox(citizen.mailbox).await?;
                let (owner, _) = Owner::open(&mailbox, &hub.vault)?;
                let (term, rests_on) = hub.lent(tx, &citizen, &owner, grant.term).await?;
                if term.ends.is_some_and(|ends| ends <= term.begins) {
                    return Err(invalid("/begins", "too-late", "The guardianship is over by then."));
                }
                let new = NewMandate {
                    agent: grant.agent,
                    name: grant.name,
                    role: AgentRole::Mandate,
                    scope: grant.scope,
                    term,
                    rests_on,
                };
                hub.add_mandate(tx, &mailbox, &new, &by(&citizen, &owner)).await
            })
        })
        .await
    }

    /// For how long a mandate may run that this person grants for the owner, and on which guardianship it rests.
    async fn lent(
        &self,
        tx: &mut Tx,
        citizen: &Citizen,
        owner: &Owner,
        term: Term,
    ) -> Result<(Term, Option<MandateId>), ActError> {
        let (OwnerIdentity::Person(minor), Some(agency)) = (&owner.identity, &citizen.agency) else {
            return Ok((term, None));
        };
        if agency.role != AgentRole::Guardian {
            return Ok((term, None));
        }
        let term = term.no_later_than(majority(minor));
        let Ok(id) = agency.mandate.parse() else {
            return Ok((term, None));
        };
        // Whoever ends the guardianship waits for this lock too: they find the grant, or it finds them.
        tx.lock_mailbox(citizen.mailbox).await?;
        let guardianship = tx.find_mandate(id).await?.filter(|row| holds(row, self.now()));
        let guardianship = guardianship.ok_or(ActError::MandateEnded)?;
        let ends = guardianship.ends_at.map(from_micros);
        Ok((ends.map_or(term, |ends| term.no_later_than(ends)), Some(id)))
    }

    /// Revokes a mandate that was granted in the page, at once everywhere; one that has ended already changes nothing. Not found when it is
    /// another mailbox's, or was registered by the operator.
    pub async fn revoke_mandate(&self, citizen: &Citizen, id: MandateId) -> Result<(), ActError> {
        decides(citizen)?;
        self.act_as(citizen, move |hub, tx, citizen| {
            Box::pin(async move {
                let row = tx.find_mandate(id).await?.filter(|row| row.owner_id == citizen.mailbox);
                let row = row.filter(|row| row.role == AgentRole::Mandate.as_str());
                let row = row.ok_or(ActError::NotFound)?;
                let (owner, _) = Owner::open(&tx.get_mailbox(row.owner_id).await?, &hub.vault)?;
                hub.end_mandate(tx, &row, &by(&citizen, &owner)).await
            })
        })
        .await
    }
}

fn by(citizen: &Citizen, owner: &Owner) -> By {
    By {
        actor: actor(citizen),
        owner: represented(owner_identifier(owner), citizen),
        renounced: false,
    }
}
