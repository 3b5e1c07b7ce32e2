//! The holder of a mandate gives it up: nobody has to act for another because that other wants it.
//!
//! Guarantees: the revocation of the mandate, by its holder, stands among the owner's events, and holds at once everywhere. Leaves out: what the
//! operator registered and what a register outside tells, which end there.

use super::register::lookup;
use super::{ActError, By, Hub};
use crate::domain::id::MandateId;
use crate::domain::mandate::AgentRole;
use crate::hub::acting::{MandateChoice, Person, agent};
use crate::hub::delivery::owner_identifier;
use crate::hub::event::{actor, party};
use crate::hub::owner::Owner;

impl Hub {
    /// A mandate that the person holds and can give up. Not found when there is none such.
    pub async fn renounceable(&self, person: &Person, key: &str) -> Result<MandateChoice, ActError> {
        let held = self.find_held(person.own(), key).await?;
        let held = held.filter(|held| held.renounceable()).ok_or(ActError::NotFound)?;
        Ok(person.choice(held, &self.scope_choices().await?))
    }

    /// Ends a mandate that its owner granted, by whom holds it; one that has ended already changes nothing. A session that acts by it is back in
    /// the person's own mailbox. Not found when it is another's, or not one that was granted in the hub.
    pub async fn renounce_mandate(&self, person: &Person, key: &str) -> Result<(), ActError> {
        let id: MandateId = key.parse().map_err(|_| ActError::NotFound)?;
        let lookup = agent(person.own()).map(|agent| lookup(self, &agent));
        let acts_by_it = person.acts_by(key);
        self.act_as(person.own(), move |hub, tx, own| {
            Box::pin(async move {
                let row = tx.find_mandate(id).await?;
                let row = row.filter(|row| lookup.is_some_and(|lookup| row.agent_lookup == lookup));
                let row = row.filter(|row| row.role == AgentRole::Mandate.as_str());
                let row = row.ok_or(ActError::NotFound)?;
                let (owner, _) = Owner::open(&tx.get_mailbox(row.owner_id).await?, &hub.vault)?;
                let by = By {
                    actor: actor(&own),
                    owner: party(owner_identifier(&owner)),
                    renounced: true,
                };
                hub.end_mandate(tx, &row, &by).await?;
                if let Some(session) = own.session().filter(|_| acts_by_it) {
                    tx.set_acting(session, None).await?;
                }
                Ok(())
            })
        })
        .await
    }
}
