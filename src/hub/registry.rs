//! What the operator registers: organisations, systems, services, secrets.

use super::{ActError, Hub};
use crate::domain::id::{OrganisationId, SecretId, ServiceId, SystemId};
use crate::domain::identity::BusinessId;
use crate::domain::name::Names;

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
        todo!("{new:?}")
    }
    /// Registers a system of an organisation.
    pub async fn add_system(&self, organisation: &BusinessId, username: &str) -> Result<SystemId, ActError> {
        todo!("{organisation:?} {username:?}")
    }
    /// Registers a service, sent for by one system.
    pub async fn add_service(&self, username: &str, code: &str, names: Names) -> Result<ServiceId, ActError> {
        todo!("{username:?} {code:?} {names:?}")
    }
    /// Issues a secret to a system: the text is shown once and kept nowhere.
    pub async fn add_secret(
        &self,
        username: &str,
        expires: Option<jiff::Timestamp>,
    ) -> Result<(SecretId, String), ActError> {
        todo!("{username:?} {expires:?}")
    }
    /// Every organisation.
    pub async fn list_organisations(&self) -> Result<Vec<Listed>, ActError> {
        todo!()
    }
    /// Every system.
    pub async fn list_systems(&self) -> Result<Vec<Listed>, ActError> {
        todo!()
    }
    /// Every service.
    pub async fn list_services(&self) -> Result<Vec<Listed>, ActError> {
        todo!()
    }
    /// The secrets of a system.
    pub async fn list_secrets(&self, username: &str) -> Result<Vec<Listed>, ActError> {
        todo!("{username:?}")
    }
    /// Lets an organisation use the hub, or not, within five seconds everywhere.
    pub async fn set_organisation_active(&self, business_id: &BusinessId, active: bool) -> Result<(), ActError> {
        todo!("{business_id:?} {active}")
    }
    /// Lets a system call, or not.
    pub async fn set_system_active(&self, username: &str, active: bool) -> Result<(), ActError> {
        todo!("{username:?} {active}")
    }
    /// Lets a service send, or not.
    pub async fn set_service_active(&self, code: &str, active: bool) -> Result<(), ActError> {
        todo!("{code:?} {active}")
    }
    /// Takes a secret back, within five seconds everywhere.
    pub async fn revoke_secret(&self, id: SecretId) -> Result<(), ActError> {
        todo!("{id:?}")
    }
}
