//! Opening a mailbox, consenting, going back to paper; every step is an event in the same transaction. For the owner, and for who decides in
//! the owner's place; [`ActError::OwnerDecides`] for every other agent.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::delivery::owner_identifier;
use super::event::{Fact, Readers, actor, party, represented};
use super::mandate::decides;
use super::owner::Owner;
use super::view::SenderChoice;
use super::{ActError, Hub};
use crate::domain::consent::Regime;
use crate::domain::id::OrganisationId;
use crate::domain::identity::OwnerIdentity;
use crate::domain::principal::Citizen;
use crate::domain::time::from_micros;
use crate::evidence::record::{EventType, Reason};
use crate::store::Tx;
use crate::store::consent::ConsentRow;
use crate::store::event::NewEvent;
use crate::vault::PartyKey;

/// The age from which the statutory regime opens a mailbox.
const ADULT: u16 = 18;
/// The reason of a choice of paper that says until when it holds.
pub(super) const PAPER_UNTIL: &str = "PAPER_UNTIL";

impl Hub {
    /// Opens the mailbox with the owner's consent. Opening an open one changes nothing.
    ///
    /// [`ActError::Forbidden`] for who does not decide about the mailbox, and in the consent regime before an e-mail address is verified, unless
    /// configured otherwise (`require_email`).
    pub async fn activate(&self, citizen: &Citizen) -> Result<(), ActError> {
        decides(citizen)?;
        self.act_as(citizen, move |hub, tx, citizen| {
            Box::pin(async move {
                if hub.activation_needs_address() && !hub.has_address(tx, citizen.mailbox).await? {
                    return Err(ActError::Forbidden(
                        "Give your e-mail address and type the code that is sent to it. Then you can activate messages.",
                    ));
                }
                let (owner, key) = hub.owner(tx, &citizen).await?;
                let now = hub.now();
                let consent = hub.own_event(&citizen, &owner, &key, EventType::ConsentGiven, now)?;
                let opened = hub.own_event(&citizen, &owner, &key, EventType::MailboxActivated, now)?;
                if tx
                    .activate_mailbox(citizen.mailbox, "consent", consent.id, now.as_microsecond())
                    .await?
                {
                    tx.insert_events(&[consent, opened]).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Whether a mailbox opens only with a verified address. By law it opens before.
    pub(crate) fn activation_needs_address(&self) -> bool {
        self.options.require_email && self.options.regime == Regime::Consent
    }

    /// The statutory regime: opens an adult's mailbox at strong identification. Answers whether it did, so that the person is told.
    pub(crate) async fn activate_at_login(&self, citizen: &Citizen) -> Result<bool, ActError> {
        if self.options.regime != Regime::Statutory || self.halted() {
            return Ok(false);
        }
        // Looked at before the act: most logins change nothing.
        if self.db.read().await?.get_mailbox(citizen.mailbox).await?.state == "active" {
            return Ok(false);
        }
        self.act_as(citizen, move |hub, tx, citizen| {
            Box::pin(async move {
                let mailbox = tx.get_mailbox(citizen.mailbox).await?;
                let now = hub.now();
                let on_paper = mailbox.opt_out_until.is_some_and(|until| from_micros(until) > now);
                let (owner, key) = Owner::open(&mailbox, &hub.vault)?;
                if mailbox.state == "active" || on_paper || !is_adult(&owner, now) {
                    return Ok(false);
                }
                let opened = hub.own_event(&citizen, &owner, &key, EventType::MailboxActivated, now)?;
                let at = now.as_microsecond();
                let done = tx
                    .activate_mailbox(citizen.mailbox, "statutory_account", opened.id, at)
                    .await?;
                if done {
                    tx.insert_events(&[opened]).await?;
                }
                Ok(done)
            })
        })
        .await
    }

    /// Withdraws the consent; in the statutory regime goes back to paper for a time (`opt_out_months`). What was received stays readable.
    ///
    /// [`ActError::Forbidden`] for who does not decide about the mailbox.
    pub async fn withdraw(&self, citizen: &Citizen) -> Result<(), ActError> {
        decides(citizen)?;
        self.act_as(citizen, move |hub, tx, citizen| {
            Box::pin(async move {
                let (owner, key) = hub.owner(tx, &citizen).await?;
                let now = hub.now();
                let (choice, until) = match hub.options.regime {
                    Regime::Consent => (EventType::ConsentWithdrawn, None),
                    Regime::Statutory => (EventType::OptOut, Some(hub.paper_until(now)?)),
                };
                let mut chosen = hub.own_fact(&citizen, &owner, choice, now);
                if let Some(until) = until {
                    chosen.reasons.push(Reason {
                        code: PAPER_UNTIL.to_owned(),
                        text: until.to_string(),
                    });
                }
                let readers = Readers {
                    mailbox: Some((citizen.mailbox, &key)),
                    organisation: None,
                };
                let chosen = hub.record(chosen, readers)?;
                let closed = hub.own_event(&citizen, &owner, &key, EventType::MailboxDeactivated, now)?;
                let until = until.map(Timestamp::as_microsecond);
                if tx.deactivate_mailbox(citizen.mailbox, until).await? {
                    tx.insert_events(&[chosen, closed]).await?;
                } else if let Some(until) = until
                    && tx
                        .opt_out_of_mailbox(citizen.mailbox, now.as_microsecond(), until)
                        .await?
                {
                    // Not open, and now it will not be opened by the next login either.
                    tx.insert_events(&[chosen]).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Records a choice about one organisation. The same choice again, or allowing one that is not refused, changes nothing.
    ///
    /// [`ActError::Forbidden`] for refusing an organisation whose policy does not let it be refused, for consenting where none is needed, and for
    /// who does not decide about the mailbox.
    pub async fn choose(
        &self,
        citizen: &Citizen,
        organisation: OrganisationId,
        choice: SenderChoice,
    ) -> Result<(), ActError> {
        self.choose_as_seen(citizen, organisation, choice, None).await
    }

    /// The same, unless the choice that stands is another than was seen: then [`ActError::Contradiction`]. A choice is known by when it was made;
    /// the inner None stands for no choice at all.
    pub async fn choose_as_seen(
        &self,
        citizen: &Citizen,
        organisation: OrganisationId,
        choice: SenderChoice,
        seen: Option<Option<Timestamp>>,
    ) -> Result<(), ActError> {
        decides(citizen)?;
        self.act_as(citizen, move |hub, tx, citizen| {
            Box::pin(async move { hub.choose_in(tx, &citizen, organisation, (choice, seen)).await })
        })
        .await
    }

    async fn choose_in(
        &self,
        tx: &mut Tx,
        citizen: &Citizen,
        organisation: OrganisationId,
        (choice, seen): (SenderChoice, Option<Option<Timestamp>>),
    ) -> Result<(), ActError> {
        let (owner, key) = self.owner(tx, citizen).await?;
        let organisation = self.organisation_in(tx, organisation).await?;
        let needs_consent = organisation.row.requires_consent;
        let (event, stored) = match choice {
            SenderChoice::Give if needs_consent => (EventType::ConsentGiven, Some("given")),
            SenderChoice::Withdraw if needs_consent => (EventType::ConsentWithdrawn, Some("withdrawn")),
            SenderChoice::Give | SenderChoice::Withdraw => {
                return Err(ActError::Forbidden("This authority needs no consent of its own."));
            }
            SenderChoice::Refuse if organisation.row.refusable => (EventType::SenderRefused, Some("refused")),
            SenderChoice::Refuse => {
                return Err(ActError::Forbidden(
                    "This authority cannot be refused by itself. You can withdraw from the whole service.",
                ));
            }
            // Allowing takes a refusal back and is no consent: where one is needed it must still be given.
            SenderChoice::Allow => (EventType::SenderAllowed, None),
        };
        let now = self.now();
        let mut fact = self.own_fact(citizen, &owner, event, now);
        fact.sender = Some(party(organisation.row.business_id.clone()));
        // The authority may know of its consents; that it was refused is the owner's own affair.
        let told = matches!(choice, SenderChoice::Give | SenderChoice::Withdraw);
        let readers = Readers {
            mailbox: Some((citizen.mailbox, &key)),
            organisation: told.then_some((organisation.row.id, &organisation.key)),
        };
        let event = self.record(fact, readers)?;
        // The mailbox row is locked against sends that are deciding at this moment.
        tx.lock_mailbox(citizen.mailbox).await?;
        if let Some(seen) = seen {
            let choices = tx.list_consents(citizen.mailbox).await?;
            let standing = choices.iter().find(|row| row.organisation_id == organisation.row.id);
            if standing.map(|row| from_micros(row.changed_at)) != seen {
                return Err(ActError::Contradiction("Another choice was made since. Read it again."));
            }
        }
        let changed = match stored {
            Some(stored) => {
                let row = ConsentRow {
                    organisation_id: organisation.row.id,
                    choice: stored.to_owned(),
                    event_id: event.id,
                    changed_at: now.as_microsecond(),
                };
                tx.set_consent(citizen.mailbox, &row).await?
            }
            None => tx.take_refusal_back(citizen.mailbox, organisation.row.id).await?,
        };
        if changed {
            tx.insert_events(&[event]).await?;
        }
        Ok(())
    }

    pub(super) async fn owner(&self, tx: &mut Tx, citizen: &Citizen) -> Result<(Owner, PartyKey), ActError> {
        Owner::open(&tx.get_mailbox(citizen.mailbox).await?, &self.vault)
    }

    /// A fact about the mailbox itself, brought about by who acts in it.
    pub(super) fn own_fact(&self, citizen: &Citizen, owner: &Owner, event: EventType, now: Timestamp) -> Fact<'static> {
        Fact {
            recipient: Some(represented(owner_identifier(owner), citizen)),
            actor: Some(actor(citizen)),
            ..Fact::new(event, now)
        }
    }

    pub(super) fn own_event(
        &self,
        citizen: &Citizen,
        owner: &Owner,
        key: &PartyKey,
        event: EventType,
        now: Timestamp,
    ) -> Result<NewEvent, ActError> {
        let readers = Readers {
            mailbox: Some((citizen.mailbox, key)),
            organisation: None,
        };
        self.record(self.own_fact(citizen, owner, event, now), readers)
    }

    /// The end of a choice of paper that begins now: the same time of the same day some months on, in Finland.
    fn paper_until(&self, now: Timestamp) -> Result<Timestamp, ActError> {
        now.to_zoned(finland())
            .checked_add(self.options.opt_out_months.months())
            .map(|then| then.timestamp())
            .map_err(|error| ActError::Evidence(Box::new(error)))
    }
}

/// Finland's time zone, from the database compiled in.
fn finland() -> TimeZone {
    TimeZone::get("Europe/Helsinki").unwrap_or(TimeZone::UTC)
}

fn is_adult(owner: &Owner, now: Timestamp) -> bool {
    match &owner.identity {
        OwnerIdentity::Person(hetu) => hetu.age_on(finland().to_datetime(now).date()) >= ADULT,
        // A company opens its mailbox itself, and of a foreign person the age is not known.
        OwnerIdentity::Company(_) | OwnerIdentity::Foreign { .. } => false,
    }
}
