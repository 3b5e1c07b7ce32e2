//! Accepting a message from a sender.

use super::{ActError, Hub};
use crate::domain::id::MessageId;
use crate::domain::message::Draft;
use crate::domain::principal::Sender;

/// What a sender is told of an accepted message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The message.
    pub id: MessageId,
    /// The seal (JWS) over its SubmissionAcceptance.
    pub seal: String,
}

impl Hub {
    /// Accepts a message once and only once; a repeat of its external id is [`ActError::Repeated`] with the first answer.
    pub async fn submit(&self, sender: &Sender, draft: Draft) -> Result<Accepted, ActError> {
        todo!("{sender:?} {draft:?}")
    }
}
