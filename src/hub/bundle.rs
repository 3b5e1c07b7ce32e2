//! The proof of a delivery as a signed container, for those who check it with programs of their own.

use std::sync::Arc;

use super::proof::{Holder, PATIENCE};
use super::{ActError, Hub};
use crate::domain::id::MessageId;
use crate::domain::name::Language;
use crate::domain::principal::{Citizen, Sender};
use crate::evidence::bundle::{self, BundleError};

impl Hub {
    /// The proof of a message that the sender's system sent or received, as a container with a receipt in this language.
    /// [`ActError::Busy`] while the log is late.
    pub async fn bundle_as_sender(
        &self,
        sender: &Sender,
        id: MessageId,
        language: Language,
    ) -> Result<Vec<u8>, ActError> {
        self.bundle(Holder::Sender(sender), id, language).await
    }

    /// The proof of a message in the citizen's mailbox, as a container: it says what [`Hub::proof_as_citizen`] says. [`ActError::Busy`] while
    /// the log is late.
    pub async fn bundle_as_citizen(
        &self,
        citizen: &Citizen,
        id: MessageId,
        language: Language,
    ) -> Result<Vec<u8>, ActError> {
        self.bundle(Holder::Citizen(citizen), id, language).await
    }

    pub(super) async fn bundle(
        &self,
        holder: Holder<'_>,
        id: MessageId,
        language: Language,
    ) -> Result<Vec<u8>, ActError> {
        let mut patience = PATIENCE;
        let proof = self.proof_in_log(holder, id, &mut patience).await?;
        let (keys, now) = (Arc::clone(&self.keys), self.now());
        let packed = tokio::task::spawn_blocking(move || bundle::pack(&proof, language, (&keys.seal, now))).await;
        match packed.map_err(|error| ActError::Evidence(Box::new(error)))? {
            Err(BundleError::Unnumbered) => Err(ActError::Busy),
            packed => packed.map_err(|error| ActError::Evidence(Box::new(error))),
        }
    }
}
