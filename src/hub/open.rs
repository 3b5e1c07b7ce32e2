//! Opening a message: the content, or before confirmation the gate.

use super::view::Opened;
use super::{ActError, Hub};
use crate::domain::id::MessageId;
use crate::domain::principal::Citizen;

impl Hub {
    /// Opens a message. The first opening of its content is an event.
    pub async fn open(&self, citizen: &Citizen, id: MessageId) -> Result<Opened, ActError> {
        todo!("{citizen:?} {id:?}")
    }
}
