//! Confirming receipt of a verifiable message: service of notice (13/2003 s.18).

use super::view::Confirmation;
use super::{ActError, Hub};
use crate::domain::id::MessageId;
use crate::domain::principal::Citizen;

impl Hub {
    /// Confirms receipt. A repeat, also a simultaneous one, is answered as the first time.
    pub async fn confirm(&self, citizen: &Citizen, id: MessageId) -> Result<Confirmation, ActError> {
        todo!("{citizen:?} {id:?}")
    }
}
