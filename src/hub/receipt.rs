//! The proof of a delivery as people read it: a PDF with the proof embedded.

use super::proof::{Holder, PATIENCE};
use super::{ActError, Hub};
use crate::domain::id::MessageId;
use crate::domain::name::Language;
use crate::domain::principal::{Citizen, Sender};
use crate::evidence::receipt;

impl Hub {
    /// The receipt of a message that the sender's system sent or received. [`ActError::Busy`] while the log is late.
    pub async fn receipt_as_sender(
        &self,
        sender: &Sender,
        id: MessageId,
        language: Language,
    ) -> Result<Vec<u8>, ActError> {
        self.receipt_of(Holder::Sender(sender), id, language).await
    }

    /// The receipt of a message in the citizen's mailbox: it says what [`Hub::proof_as_citizen`] says. [`ActError::Busy`] while the log is late.
    pub async fn receipt_as_citizen(
        &self,
        citizen: &Citizen,
        id: MessageId,
        language: Language,
    ) -> Result<Vec<u8>, ActError> {
        self.receipt_of(Holder::Citizen(citizen), id, language).await
    }

    async fn receipt_of(&self, holder: Holder<'_>, id: MessageId, language: Language) -> Result<Vec<u8>, ActError> {
        let mut patience = PATIENCE;
        let proof = self.proof_in_log(holder, id, &mut patience).await?;
        if !proof.incomplete.is_empty() {
            return Err(ActError::Busy);
        }
        let written = tokio::task::spawn_blocking(move || receipt::render(&proof, language)).await;
        let written = written.map_err(|error| ActError::Evidence(Box::new(error)))?;
        written.map_err(|error| ActError::Evidence(Box::new(error)))
    }
}
