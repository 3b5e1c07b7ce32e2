//! Opening a mailbox, consenting, going back to paper; every step is an event.

use super::view::SenderChoice;
use super::{ActError, Hub};
use crate::domain::id::OrganisationId;
use crate::domain::principal::Citizen;

impl Hub {
    /// Opens the mailbox with the owner's consent. Opening an open one changes nothing.
    pub async fn activate(&self, citizen: &Citizen) -> Result<(), ActError> {
        todo!("{citizen:?}")
    }

    /// Withdraws the consent (or goes back to paper for a time, in the statutory regime).
    pub async fn withdraw(&self, citizen: &Citizen) -> Result<(), ActError> {
        todo!("{citizen:?}")
    }

    /// Records a choice about one organisation.
    pub async fn choose(
        &self,
        citizen: &Citizen,
        organisation: OrganisationId,
        choice: SenderChoice,
    ) -> Result<(), ActError> {
        todo!("{citizen:?} {organisation:?} {choice:?}")
    }
}
