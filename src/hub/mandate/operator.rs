//! The operator registers who signs for a company and who is the guardian of a minor, from documents that the hub does not see.

use jiff::civil::Date;

use super::{ActError, By, ENDED, Hub, NewMandate, invalid, limit, open_agent, role, term};
use crate::domain::id::{MailboxId, MandateId};
use crate::domain::identity::{Hetu, OwnerIdentity};
use crate::domain::mandate::{AgentRole, MOST, Scope, Term, majority, today};
use crate::evidence::record::Actor;
use crate::hub::delivery::owner_identifier;
use crate::hub::event::party;
use crate::hub::owner::Owner;
use crate::hub::registry::Listed;
use crate::store::mandate::MandateRow;

/// A mandate that the operator registers.
#[derive(Debug, Clone)]
pub struct NewRegistration {
    /// The company or the minor.
    pub owner: OwnerIdentity,
    /// The owner's name, for a mailbox that is not there yet.
    pub owner_name: Option<String>,
    /// Who may act.
    pub agent: Hetu,
    /// The agent's name, as the owner's page shows it.
    pub agent_name: String,
    /// [`AgentRole::Signatory`] of a company, or [`AgentRole::Guardian`] of a minor.
    pub role: AgentRole,
    /// The last day; a guardian's ends at the minor's 18th birthday in any case.
    pub until: Option<Date>,
}

impl Hub {
    /// Registers a signatory or a guardian, and makes the owner's mailbox when there is none. Answers the mandate and the mailbox.
    ///
    /// # Errors
    /// [`ActError::Invalid`] for a guardian of an adult or of a company, a signatory of a person, an owner without a name, a last day that is
    /// past, and one mandate too many.
    pub async fn register_mandate(&self, new: NewRegistration) -> Result<(MandateId, MailboxId), ActError> {
        let term = self.registered_term(&new)?;
        let mandate = NewMandate {
            agent: new.agent,
            name: new.agent_name,
            role: new.role,
            scope: Scope::Everything,
            term,
            rests_on: None,
        };
        let (identity, name) = (new.owner, new.owner_name);
        self.act(move |hub, tx| {
            let (mandate, identity, name) = (mandate.clone(), identity.clone(), name.clone());
            Box::pin(async move {
                let lookup = hub.vault.lookup(&identity.lookup_text());
                let mailbox = match (tx.find_mailbox_by_lookup(&lookup).await?, name) {
                    (Some(row), _) => row,
                    (None, Some(name)) => hub.find_or_make_mailbox(tx, &Owner { identity, name }).await?,
                    (None, None) => {
                        return Err(invalid(
                            "/owner-name",
                            "required",
                            "The owner is not known yet: give the name.",
                        ));
                    }
                };
                let (owner, _) = Owner::open(&mailbox, &hub.vault)?;
                let id = hub
                    .add_mandate(tx, &mailbox, &mandate, &hub.by_operator(&owner))
                    .await?;
                Ok((id, mailbox.id))
            })
        })
        .await
    }

    /// The mandates over an owner's mailbox: those in force, and the last that have ended. Nothing for an owner who is not known.
    pub async fn list_mandates(&self, owner: &OwnerIdentity) -> Result<Vec<Listed>, ActError> {
        let mut tx = self.db.read().await?;
        let lookup = self.vault.lookup(&owner.lookup_text());
        let Some(mailbox) = tx.find_mailbox_by_lookup(&lookup).await? else {
            return Ok(Vec::new());
        };
        let (_, key) = Owner::open(&mailbox, &self.vault)?;
        let now = self.now();
        let mut rows = tx
            .list_mandates_in_force(mailbox.id, now.as_microsecond(), limit(MOST + 1))
            .await?;
        rows.extend(tx.list_ended_mandates(mailbox.id, now.as_microsecond(), ENDED).await?);
        let listed = |row: &MandateRow| {
            let term = term(row);
            let until = term.ends.map_or_else(|| "open".to_owned(), |ends| ends.to_string());
            Ok(Listed {
                name: row.id.to_string(),
                parent: Some(role(row)?.as_str().to_owned()),
                details: format!("{}, from {} until {until}", open_agent(row, &key)?.name, term.begins),
                active: row.revoked_at.is_none() && term.holds_at(now),
            })
        };
        rows.iter().map(listed).collect()
    }

    /// Ends what the operator registered, at once everywhere. Not found for what an owner granted: the owner ends that.
    pub async fn revoke_registered_mandate(&self, id: MandateId) -> Result<(), ActError> {
        self.act(move |hub, tx| {
            Box::pin(async move {
                let row = tx.find_mandate(id).await?.ok_or(ActError::NotFound)?;
                if !role(&row)?.decides() {
                    return Err(ActError::NotFound);
                }
                let (owner, _) = Owner::open(&tx.get_mailbox(row.owner_id).await?, &hub.vault)?;
                hub.end_mandate(tx, &row, &hub.by_operator(&owner)).await
            })
        })
        .await
    }

    fn by_operator(&self, owner: &Owner) -> By {
        By {
            actor: Actor {
                identifier: self.options.operator_id.clone(),
                acr: None,
                auth_time: None,
            },
            owner: party(owner_identifier(owner)),
            renounced: false,
        }
    }

    /// When a registration holds: from today; a guardian's no longer than the minor is one.
    fn registered_term(&self, new: &NewRegistration) -> Result<Term, ActError> {
        let now = self.now();
        let term = Term::of_days(today(now), new.until);
        let term = match (&new.owner, new.role) {
            (OwnerIdentity::Company(_), AgentRole::Signatory) => term,
            (OwnerIdentity::Person(minor), AgentRole::Guardian) => term.no_later_than(majority(minor)),
            (OwnerIdentity::Company(_), _) => {
                return Err(invalid("/role", "not-allowed-value", "A company has signatories."));
            }
            _ => {
                return Err(invalid(
                    "/role",
                    "not-allowed-value",
                    "A person has guardians, as a minor.",
                ));
            }
        };
        if term.is_over_at(now) {
            return Err(invalid(
                "/until",
                "past",
                "It would have ended already; guardians are of minors only.",
            ));
        }
        Ok(term)
    }
}
