//! What the operator registers: organisations, systems, services, secrets. Called by the command line; durable when an act returns.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::change_service::about;
use super::{ActError, Hub};
use crate::domain::id::{OrganisationId, SecretId, ServiceId, SystemId};
use crate::domain::identity::BusinessId;
use crate::domain::name::Names;
use crate::domain::network::Networks;
use crate::domain::time::from_micros;
use crate::store::registry::{OrganisationRow, SecretRow, ServiceRow, SystemRow};
use crate::store::{StoreError, Tx};
use crate::vault::Place;

/// An organisation to be registered.
#[derive(Debug, Clone)]
pub struct NewOrganisation {
    /// Its Business ID.
    pub business_id: BusinessId,
    /// Its names.
    pub names: Names,
    /// Whether it needs a consent of its own.
    pub requires_consent: bool,
    /// Whether a citizen may refuse it.
    pub refusable: bool,
}

/// A registered thing in a list for the operator.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Listed {
    /// Business ID, username, service code, or secret id.
    pub name: String,
    /// What it belongs to.
    pub parent: Option<String>,
    /// Names, dates and the like, ready to print.
    pub details: String,
    /// Whether it may be used.
    pub active: bool,
}

impl Hub {
    /// Registers an organisation. [`ActError::Forbidden`] when its Business ID is registered already.
    pub async fn add_organisation(&self, new: NewOrganisation) -> Result<OrganisationId, ActError> {
        let id = OrganisationId::new(self.now(), self.random()?);
        let (_, party_key) = self
            .vault
            .new_party(Place::new("organisation", "party_key", id.0.as_bytes()), &self.rng)?;
        let row = OrganisationRow {
            id,
            business_id: new.business_id.as_str().to_owned(),
            names: new.names,
            requires_consent: new.requires_consent,
            refusable: new.refusable,
            active: true,
            party_key,
            created_at: self.now().as_microsecond(),
        };
        let mut tx = self.db.write().await?;
        unique(
            tx.insert_organisation(&row).await,
            "An organisation with this Business ID is registered already.",
        )?;
        tx.commit().await?;
        Ok(id)
    }

    /// Registers a system of an organisation.
    pub async fn add_system(&self, organisation: &BusinessId, username: &str) -> Result<SystemId, ActError> {
        let mut tx = self.db.write().await?;
        let organisation = tx
            .find_organisation_by_business_id(organisation.as_str())
            .await?
            .ok_or(ActError::NotFound)?;
        let row = SystemRow {
            id: SystemId::new(self.now(), self.random()?),
            organisation_id: organisation.id,
            username: username.to_owned(),
            active: true,
            networks: String::new(),
        };
        let added = tx.insert_system(&row, self.now().as_microsecond()).await;
        unique(added, "A system with this username is registered already.")?;
        tx.commit().await?;
        Ok(row.id)
    }

    /// Registers a service, sent for by one system.
    pub async fn add_service(&self, username: &str, code: &str, names: Names) -> Result<ServiceId, ActError> {
        if !(1..=64).contains(&code.chars().count()) {
            return Err(ActError::Forbidden("A service's code has 1 to 64 characters."));
        }
        let mut tx = self.db.write().await?;
        let system = tx.find_system(username).await?.ok_or(ActError::NotFound)?;
        let row = ServiceRow {
            id: ServiceId::new(self.now(), self.random()?),
            organisation_id: system.organisation_id,
            system_id: system.id,
            code: code.to_owned(),
            names,
            active: true,
            hides_title: false,
            takes_messages: false,
            appeal: None,
        };
        let added = tx.insert_service(&row, self.now().as_microsecond()).await;
        unique(added, "A service with this code is registered already.")?;
        tx.commit().await?;
        Ok(row.id)
    }

    /// Issues a secret to a system, with an end date if given: the text is shown once and kept nowhere. [`ActError::Forbidden`] when the end lies
    /// in the past.
    pub async fn add_secret(
        &self,
        username: &str,
        expires: Option<jiff::Timestamp>,
    ) -> Result<(SecretId, String), ActError> {
        // 33 random bytes; the suffix makes sure that every kind of character of the password rule is there.
        let secret = format!(
            "{}-aA1!",
            STANDARD_NO_PAD.encode(self.random::<33>()?).replace(['/', '+'], "_")
        );
        let hash = self.caches.hashers.hash(&secret).await?;
        self.check_end(expires)?;
        let mut tx = self.db.write().await?;
        let system = tx.find_system(username).await?.ok_or(ActError::NotFound)?;
        let row = SecretRow {
            id: SecretId::new(self.now(), self.random()?),
            system_id: system.id,
            hash,
            created_at: self.now().as_microsecond(),
            expires_at: expires.map(jiff::Timestamp::as_microsecond),
            revoked_at: None,
            changed_at: None,
        };
        tx.insert_secret(&row).await?;
        tx.commit().await?;
        Ok((row.id, secret))
    }

    /// [`ActError::Forbidden`] for an end that has come already.
    pub(super) fn check_end(&self, expires: Option<jiff::Timestamp>) -> Result<(), ActError> {
        match expires {
            Some(end) if end <= self.now() => Err(ActError::Forbidden("The end lies in the past.")),
            _ => Ok(()),
        }
    }

    /// Every organisation.
    pub async fn list_organisations(&self) -> Result<Vec<Listed>, ActError> {
        let rows = self.db.read().await?.list_organisations().await?;
        Ok(rows
            .into_iter()
            .map(|row| Listed {
                details: format!(
                    "{} / {} / {}{}{}",
                    row.names.fi,
                    row.names.sv,
                    row.names.en,
                    if row.requires_consent {
                        ", needs a consent of its own"
                    } else {
                        ""
                    },
                    if row.refusable { ", may be refused" } else { "" }
                ),
                name: row.business_id,
                parent: None,
                active: row.active,
            })
            .collect())
    }

    /// Every system.
    pub async fn list_systems(&self) -> Result<Vec<Listed>, ActError> {
        let mut tx = self.db.read().await?;
        let organisations = tx.list_organisations().await?;
        let rows = tx.list_systems().await?;
        Ok(rows
            .into_iter()
            .map(|row| Listed {
                parent: organisations
                    .iter()
                    .find(|one| one.id == row.organisation_id)
                    .map(|one| one.business_id.clone()),
                name: row.username,
                details: match row.networks.as_str() {
                    "" => "from anywhere".to_owned(),
                    networks => format!("from {networks}"),
                },
                active: row.active,
            })
            .collect())
    }

    /// Every service.
    pub async fn list_services(&self) -> Result<Vec<Listed>, ActError> {
        let mut tx = self.db.read().await?;
        let systems = tx.list_systems().await?;
        let topics = tx.list_topics_of_services().await?;
        let rows = tx.list_services().await?;
        Ok(rows
            .into_iter()
            .map(|row| Listed {
                parent: systems
                    .iter()
                    .find(|one| one.id == row.system_id)
                    .map(|one| one.username.clone()),
                name: row.code,
                details: [row.names.fi, row.names.sv, row.names.en].join(" / ")
                    + if row.hides_title { ", hides titles" } else { "" }
                    + if row.takes_messages { ", takes messages" } else { "" }
                    + &row
                        .appeal
                        .as_ref()
                        .map(|it| format!(", appeal {it}"))
                        .unwrap_or_default()
                    + &about(&topics, row.id),
                active: row.active,
            })
            .collect())
    }

    /// The secrets of a system, newest first.
    pub async fn list_secrets(&self, username: &str) -> Result<Vec<Listed>, ActError> {
        let mut tx = self.db.read().await?;
        let system = tx.find_system(username).await?.ok_or(ActError::NotFound)?;
        let rows = tx.list_secrets_of(system.id).await?;
        let now = self.now().as_microsecond();
        Ok(rows
            .into_iter()
            .map(|row| Listed {
                name: row.id.to_string(),
                parent: Some(username.to_owned()),
                details: dates("issued", row.created_at, row.expires_at, row.revoked_at),
                active: row.revoked_at.is_none() && row.expires_at.is_none_or(|at| at > now),
            })
            .collect())
    }

    /// Lets an organisation use the hub, or not, within five seconds everywhere.
    pub async fn set_organisation_active(&self, business_id: &BusinessId, active: bool) -> Result<(), ActError> {
        let mut tx = self.db.write().await?;
        let row = tx
            .find_organisation_by_business_id(business_id.as_str())
            .await?
            .ok_or(ActError::NotFound)?;
        let done = tx.set_organisation_active(row.id, active).await?;
        finish(tx, done).await
    }

    /// Lets a system call, or not.
    pub async fn set_system_active(&self, username: &str, active: bool) -> Result<(), ActError> {
        let mut tx = self.db.write().await?;
        let row = tx.find_system(username).await?.ok_or(ActError::NotFound)?;
        let done = tx.set_system_active(row.id, active).await?;
        finish(tx, done).await
    }

    /// Sets from where a system may call; no networks: from anywhere. Holds within five seconds everywhere.
    pub async fn set_system_networks(&self, username: &str, networks: &Networks) -> Result<(), ActError> {
        let mut tx = self.db.write().await?;
        let row = tx.find_system(username).await?.ok_or(ActError::NotFound)?;
        let done = tx.set_system_networks(row.id, &networks.to_string()).await?;
        finish(tx, done).await
    }

    /// Lets a service send, or not.
    pub async fn set_service_active(&self, code: &str, active: bool) -> Result<(), ActError> {
        let mut tx = self.db.write().await?;
        let row = tx.find_service(code).await?.ok_or(ActError::NotFound)?;
        let done = tx.set_service_active(row.id, active).await?;
        finish(tx, done).await
    }

    /// Takes a secret back, within five seconds everywhere. Not found when it was taken back before.
    pub async fn revoke_secret(&self, id: SecretId) -> Result<(), ActError> {
        let mut tx = self.db.write().await?;
        let done = tx.revoke_secret(id, self.now().as_microsecond()).await?;
        finish(tx, done).await
    }
}

/// The dates of a credential, for people.
pub(super) fn dates(since: &str, created_at: i64, expires_at: Option<i64>, revoked_at: Option<i64>) -> String {
    [(since, Some(created_at)), ("ends", expires_at), ("revoked", revoked_at)]
        .into_iter()
        .filter_map(|(what, at)| at.map(|at| format!("{what} {:.0}", from_micros(at))))
        .collect::<Vec<_>>()
        .join(", ")
}

pub(super) async fn finish(tx: Tx, done: bool) -> Result<(), ActError> {
    if !done {
        return Err(ActError::NotFound);
    }
    Ok(tx.commit().await?)
}

pub(super) fn unique(added: Result<(), StoreError>, taken: &'static str) -> Result<(), ActError> {
    added.map_err(|error| {
        if error.is_unique_violation() {
            ActError::Forbidden(taken)
        } else {
            error.into()
        }
    })
}
