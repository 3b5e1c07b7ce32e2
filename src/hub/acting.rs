//! For whom a person acts: chosen after login and at any time, kept in the session, checked at every request.
//!
//! Guarantees: nobody acts by a mandate that was revoked or has ended: one of our own register is read at each request, what a register outside
//! said is believed for as long as is configured, and asked again then. Taking up acting is an event in the owner's mailbox. A form made while
//! acting in one mailbox is refused in every other, because its token differs. Only persons act, each by a mandate of their own, so there is no
//! agent of an agent. Leaves out: what an agent may see (`hub::delivery`) and decide (`hub::mandate::decides`).

pub(super) mod by_token;
mod person;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use self::person::Acting;
pub use self::person::{MandateChoice, MandateChoices, Person};
use super::delivery::owner_identifier;
use super::event::{Fact, Readers, actor, represented};
use super::mandate::register::{Held, HeldOwner, holds};
use super::owner::Owner;
use super::{ActError, Hub};
use crate::domain::id::{MailboxId, MandateId};
use crate::domain::identity::Hetu;
use crate::domain::mandate::{Agency, AgentRole, Scope};
use crate::domain::principal::{CameBy, Citizen};
use crate::evidence::record::EventType;
use crate::store::event::NewEvent;
use crate::store::{StoreError, Tx};
use crate::vault::Place;

/// What lies in `session.acting_sealed`.
#[derive(Serialize, Deserialize)]
struct StoredActing {
    mailbox: MailboxId,
    owner_name: String,
    key: String,
    /// What a register outside said, which holds for a time.
    outside: Option<Answer>,
}

#[derive(Serialize, Deserialize)]
struct Answer {
    evidence: String,
    role: AgentRole,
    ends: Option<Timestamp>,
    asked: Timestamp,
}

impl Answer {
    fn of(held: &Held) -> Self {
        Self {
            evidence: held.evidence.clone(),
            role: held.role,
            ends: held.term.ends,
            asked: held.term.begins,
        }
    }
}

impl Hub {
    /// The person behind a session's cookie. [`ActError::NotLoggedIn`] when there is none, or none any more.
    pub async fn person(&self, cookie: &str) -> Result<Person, ActError> {
        let (row, session) = self.used_session(cookie).await?;
        let own = session.into_citizen(&row, &self.options.auditors);
        let acting = match &row.acting_sealed {
            Some(sealed) => {
                let stored = self.open_acting(own.session().unwrap_or_default(), sealed)?;
                Some(Acting {
                    csrf: self.csrf_of(own.csrf().unwrap_or_default(), stored.mailbox),
                    owner_name: stored.owner_name,
                    key: stored.key,
                })
            }
            None => None,
        };
        Ok(Person { own, acting })
    }

    /// For whom the person may act now.
    pub async fn mandate_choices(&self, person: &Person) -> Result<MandateChoices, ActError> {
        let scopes = self.scope_choices().await?;
        let (held, incomplete) = self.held_mandates(&person.own).await?;
        Ok(MandateChoices {
            held: held.into_iter().map(|it| person.choice(it, &scopes)).collect(),
            incomplete,
        })
    }

    /// Whether the person has anyone to act for. A register that does not answer keeps nobody from logging in.
    pub(super) async fn may_act_for_another(&self, citizen: &Citizen) -> Result<bool, ActError> {
        Ok(!self.held_mandates(citizen).await?.0.is_empty())
    }

    /// Takes up acting by a mandate, with its event in the owner's mailbox. Not found when the person holds no such mandate now. Choosing what is
    /// chosen already changes nothing.
    pub async fn act_for(&self, person: &Person, key: &str) -> Result<(), ActError> {
        let Some(held) = self.find_held(&person.own, key).await? else {
            return Err(ActError::NotFound);
        };
        if person.acting.as_ref().is_some_and(|acting| acting.key == key) {
            return Ok(());
        }
        let (own, held) = (person.own.clone(), Arc::new(held));
        self.act(move |hub, tx| {
            let (own, held) = (own.clone(), Arc::clone(&held));
            Box::pin(async move { hub.take_up(tx, own, &held).await })
        })
        .await
    }

    /// Goes back to the person's own mailbox.
    pub async fn act_for_oneself(&self, person: &Person) -> Result<(), ActError> {
        let mut tx = self.db.write().await?;
        tx.set_acting(person.own.session().unwrap_or_default(), None).await?;
        Ok(tx.commit().await?)
    }

    /// The citizen of a session that acts for another, when that mandate holds. When it does not, the session goes back to the own mailbox.
    pub(super) async fn acting(&self, own: Citizen, sealed: &[u8]) -> Result<Citizen, ActError> {
        let stored = self.open_acting(own.session().unwrap_or_default(), sealed)?;
        if let Some(answer) = stored.outside.as_ref().filter(|it| self.believes(it)) {
            let agency = Agency {
                mandate: answer.evidence.clone(),
                role: answer.role,
                scope: Scope::Everything,
                owner_name: stored.owner_name.clone(),
            };
            return Ok(self.in_mailbox(own, stored.mailbox, agency));
        }
        let held = self.find_held(&own, &stored.key).await?;
        let Some(held) = held else {
            let mut tx = self.db.write().await?;
            tx.replace_acting(own.session().unwrap_or_default(), sealed, None)
                .await?;
            tx.commit().await?;
            return Err(ActError::MandateEnded);
        };
        if stored.outside.is_some() {
            let anew = self.seal_acting(own.session().unwrap_or_default(), stored.mailbox, &held)?;
            let mut tx = self.db.write().await?;
            tx.replace_acting(own.session().unwrap_or_default(), sealed, Some(&anew))
                .await?;
            tx.commit().await?;
        }
        Ok(self.in_mailbox(own, stored.mailbox, agency(&held)))
    }

    async fn take_up(&self, tx: &mut Tx, own: Citizen, held: &Held) -> Result<(), ActError> {
        let session = own.session().ok_or(ActError::NotLoggedIn)?.to_vec();
        let (citizen, event) = self.taking_up(tx, own, held).await?;
        let sealed = self.seal_acting(&session, citizen.mailbox, held)?;
        if !tx.set_acting(&session, Some(&sealed)).await? {
            return Err(ActError::NotLoggedIn);
        }
        Ok(tx.insert_events(&[event]).await?)
    }

    /// The person in the owner's mailbox, and the event of taking up acting there.
    async fn taking_up(&self, tx: &mut Tx, own: Citizen, held: &Held) -> Result<(Citizen, NewEvent), ActError> {
        let mailbox = match &held.owner {
            HeldOwner::Mailbox(id) => {
                // Revoked a moment ago: read again in the transaction that takes it up.
                let id_of_mandate: MandateId = held.key.parse().map_err(|_| ActError::NotFound)?;
                let row = tx.find_mandate(id_of_mandate).await?;
                if !row.is_some_and(|row| holds(&row, self.now())) {
                    return Err(ActError::NotFound);
                }
                tx.get_mailbox(*id).await?
            }
            HeldOwner::Identity(identity) => {
                let owner = Owner {
                    identity: identity.clone(),
                    name: held.owner_name.clone(),
                };
                self.find_or_make_mailbox(tx, &owner).await?
            }
        };
        let (owner, key) = Owner::open(&mailbox, &self.vault)?;
        let citizen = self.in_mailbox(own, mailbox.id, agency(held));
        let fact = Fact {
            recipient: Some(represented(owner_identifier(&owner), &citizen)),
            actor: Some(actor(&citizen)),
            ..Fact::new(EventType::MandateUsed, self.now())
        };
        let readers = Readers {
            mailbox: Some((mailbox.id, &key)),
            organisation: None,
        };
        let event = self.record(fact, readers)?;
        Ok((citizen, event))
    }

    fn in_mailbox(&self, own: Citizen, mailbox: MailboxId, agency: Agency) -> Citizen {
        let came_by = match own.came_by {
            CameBy::Session { id_hash, csrf } => CameBy::Session {
                csrf: self.csrf_of(&csrf, mailbox),
                id_hash,
            },
            CameBy::Token { until } => CameBy::Token { until },
        };
        Citizen {
            mailbox,
            agency: Some(agency),
            came_by,
            ..own
        }
    }

    /// The token of the forms of one mailbox in one session.
    fn csrf_of(&self, own: &str, mailbox: MailboxId) -> String {
        URL_SAFE_NO_PAD.encode(self.vault.digest("acting form", &format!("{own} {mailbox}")))
    }

    /// Every mandate that the person holds, and whether a register outside did not answer.
    async fn held_mandates(&self, own: &Citizen) -> Result<(Vec<Held>, bool), ActError> {
        let (mut held, mut incomplete) = (Vec::new(), false);
        let Some(agent) = agent(own) else {
            return Ok((held, incomplete));
        };
        for register in self.registers() {
            match register.held_by(&agent).await {
                Ok(found) => held.extend(found),
                Err(ActError::Mandates(error)) => {
                    let cause = &error as &dyn std::error::Error;
                    tracing::warn!(error = cause, "the register of mandates did not answer");
                    incomplete = true;
                }
                Err(error) => return Err(error),
            }
        }
        Ok((held, incomplete))
    }

    /// One mandate that the person holds now.
    pub(in crate::hub) async fn find_held(&self, own: &Citizen, key: &str) -> Result<Option<Held>, ActError> {
        let Some(agent) = agent(own) else { return Ok(None) };
        for register in self.registers() {
            if let Some(held) = register.find(&agent, key).await? {
                return Ok(Some(held));
            }
        }
        Ok(None)
    }

    /// Whether what a register outside said still holds without asking.
    fn believes(&self, answer: &Answer) -> bool {
        self.is_believed(answer.asked) && answer.ends.is_none_or(|ends| self.now() < ends)
    }

    /// Whether a register outside that was asked then need not be asked again.
    pub(super) fn is_believed(&self, asked: Timestamp) -> bool {
        let Some(register) = &self.mandates else { return false };
        let hold = SignedDuration::try_from(register.hold()).unwrap_or(SignedDuration::ZERO);
        self.now().duration_since(asked).abs() < hold
    }

    fn seal_acting(&self, session: &[u8], mailbox: MailboxId, held: &Held) -> Result<Vec<u8>, ActError> {
        let outside = matches!(held.owner, HeldOwner::Identity(_)).then(|| Answer::of(held));
        let stored = StoredActing {
            mailbox,
            owner_name: held.owner_name.clone(),
            key: held.key.clone(),
            outside,
        };
        self.seal_for_hub(acting_place(session), &stored)
    }

    fn open_acting(&self, session: &[u8], sealed: &[u8]) -> Result<StoredActing, ActError> {
        let json = self.vault.hub().open(acting_place(session), sealed)?;
        serde_json::from_slice(&json).map_err(|_| StoreError::Missing("session").into())
    }
}

/// The person as an agent; none for a person without an identity code, to whom no register has an entry.
pub(in crate::hub) fn agent(own: &Citizen) -> Option<Hetu> {
    // Whether an artificial code was acceptable was decided at the login.
    Hetu::parse(&own.identifier, true).ok()
}

fn agency(held: &Held) -> Agency {
    Agency {
        mandate: held.evidence.clone(),
        role: held.role,
        scope: held.scope.clone(),
        owner_name: held.owner_name.clone(),
    }
}

fn acting_place(session: &[u8]) -> Place<'_> {
    Place::new("session", "acting_sealed", session)
}
