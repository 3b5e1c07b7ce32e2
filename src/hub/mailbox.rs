//! Looking into a mailbox: whether it is in use, for everyone who acts in it; its state and the owner's choices, for who decides about it.

use super::mandate::decides;
use super::view::{InUse, MailboxStatus, SenderSetting, SenderView};
use super::{ActError, Hub};
use crate::domain::consent::{Choice, OrganisationChoice, OrganisationFacts, Regime, reachability};
use crate::domain::id::{EventId, OrganisationId};
use crate::domain::principal::Citizen;
use crate::domain::time::from_micros;
use crate::store::consent::ConsentRow;
use crate::store::registry::OrganisationRow;

impl Hub {
    /// Whether the mailbox is in use: all that an agent who does not decide learns of its state.
    pub async fn in_use(&self, citizen: &Citizen) -> Result<InUse, ActError> {
        let mut tx = self.db.read().await?;
        let active = tx.get_mailbox(citizen.mailbox).await?.state == "active";
        let asks = active && citizen.decides() && (self.activation_needs_address() || self.mailer.is_some());
        Ok(InUse {
            active,
            needs_address: asks && !self.has_address(&mut tx, citizen.mailbox).await?,
        })
    }

    /// The mailbox's state and the choices made. [`ActError::OwnerDecides`] for who does not decide about it.
    pub async fn mailbox_status(&self, citizen: &Citizen) -> Result<MailboxStatus, ActError> {
        decides(citizen)?;
        let mut tx = self.db.read().await?;
        let mailbox = tx.get_mailbox(citizen.mailbox).await?;
        let choices = tx.list_consents(citizen.mailbox).await?;
        let organisations = tx.list_organisations().await?;
        let has_address = self.has_address(&mut tx, citizen.mailbox).await?;
        drop(tx);
        let facts = super::submit::mailbox_facts(&mailbox);
        let senders = organisations
            .into_iter()
            .filter(|row| row.active)
            .map(|row| {
                let choice = choices.iter().find(|choice| choice.organisation_id == row.id);
                let organisation = organisation_facts(&row, choice);
                let can_send = reachability(self.options.regime, &facts, &organisation, self.now()).is_ok();
                setting(row, choice, can_send)
            })
            .collect();
        let active = mailbox.state == "active";
        Ok(MailboxStatus {
            active,
            asks_address: self.activation_needs_address(),
            sends_mail: self.mailer.is_some(),
            needs_address: !has_address && (self.activation_needs_address() || (active && self.mailer.is_some())),
            regime: self.options.regime,
            activated_at: mailbox.activated_at.map(from_micros),
            basis: mailbox.basis_kind,
            opt_out_until: mailbox
                .opt_out_until
                .map(from_micros)
                .filter(|until| *until > self.now()),
            senders,
        })
    }

    /// An authority and the choice about it. Not found when there is none, or it does not send any more; [`ActError::OwnerDecides`] for who does
    /// not decide about the mailbox.
    pub async fn sender_view(&self, citizen: &Citizen, organisation: OrganisationId) -> Result<SenderView, ActError> {
        decides(citizen)?;
        let mut tx = self.db.read().await?;
        let mailbox = tx.get_mailbox(citizen.mailbox).await?;
        let choices = tx.list_consents(citizen.mailbox).await?;
        let row = tx.find_organisation(organisation).await?.filter(|row| row.active);
        let row = row.ok_or(ActError::NotFound)?;
        let services = tx.list_services_of_organisation(organisation).await?;
        drop(tx);
        let choice = choices.iter().find(|choice| choice.organisation_id == organisation);
        let facts = super::submit::mailbox_facts(&mailbox);
        let can_send = reachability(
            self.options.regime,
            &facts,
            &organisation_facts(&row, choice),
            self.now(),
        );
        Ok(SenderView {
            business_id: row.business_id.clone(),
            setting: setting(row, choice, can_send.is_ok()),
            services: services.into_iter().filter(|it| it.active).map(|it| it.names).collect(),
            consents_asked: self.options.regime == Regime::Consent,
            active: mailbox.state == "active",
        })
    }
}

fn organisation_facts(row: &OrganisationRow, choice: Option<&ConsentRow>) -> OrganisationFacts {
    OrganisationFacts {
        requires_consent: row.requires_consent,
        refusable: row.refusable,
        choice: choice.and_then(|row| {
            Some(OrganisationChoice {
                choice: choice_of(&row.choice)?,
                event: EventId(row.event_id),
            })
        }),
    }
}

/// The stored word of a choice.
pub(crate) fn choice_of(text: &str) -> Option<Choice> {
    match text {
        "given" => Some(Choice::Given),
        "withdrawn" => Some(Choice::Withdrawn),
        "refused" => Some(Choice::Refused),
        _ => None,
    }
}

fn setting(row: OrganisationRow, choice: Option<&ConsentRow>, can_send: bool) -> SenderSetting {
    SenderSetting {
        id: row.id,
        names: row.names,
        requires_consent: row.requires_consent,
        refusable: row.refusable,
        choice: choice.map(|row| row.choice.clone()),
        chosen_at: choice.map(|row| from_micros(row.changed_at)),
        can_send,
    }
}
