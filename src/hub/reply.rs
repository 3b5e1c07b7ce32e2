//! A citizen's reply: a new exchange with the roles swapped, and its receipt (13/2003 s.12).

use super::view::ReplyReceipt;
use super::{ActError, Hub};
use crate::domain::id::MessageId;
use crate::domain::message::ReplyDraft;
use crate::domain::principal::Citizen;

impl Hub {
    /// Replies to a message whose sender allowed it. Attachments were uploaded before with [`Hub::upload_as_citizen`].
    pub async fn reply(&self, citizen: &Citizen, to: MessageId, draft: ReplyDraft) -> Result<ReplyReceipt, ActError> {
        todo!("{citizen:?} {to:?} {draft:?}")
    }
}
