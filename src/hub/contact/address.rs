//! An address as it lies in the database, under the mailbox's key.

use serde::{Deserialize, Serialize};

use crate::domain::contact::EmailAddress;
use crate::domain::id::MailboxId;
use crate::domain::name::Language;
use crate::hub::{ActError, Hub};
use crate::store::StoreError;
use crate::store::contact::ContactRow;
use crate::vault::{PartyKey, Place, VaultError};

/// What lies in `contact_sealed` and `pending_sealed`. Fields may be added, never renamed.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct StoredAddress {
    pub(super) address: EmailAddress,
    pub(super) language: Language,
}

impl Hub {
    /// An address under the mailbox's key, for the column that names its state.
    pub(super) fn seal_address(
        &self,
        key: &PartyKey,
        mailbox: MailboxId,
        column: &'static str,
        address: &StoredAddress,
    ) -> Result<Vec<u8>, ActError> {
        let json = serde_json::to_vec(address).map_err(|_| VaultError::Sealed)?;
        Ok(key.seal(place(column, &mailbox), &json, &self.rng)?)
    }
}

/// The address in use.
pub(super) fn verified(row: &ContactRow, key: &PartyKey) -> Result<Option<StoredAddress>, ActError> {
    open(row.mailbox_id, "contact_sealed", row.contact_sealed.as_deref(), key)
}

/// The address that waits for its code.
pub(super) fn pending(row: &ContactRow, key: &PartyKey) -> Result<Option<StoredAddress>, ActError> {
    open(row.mailbox_id, "pending_sealed", row.pending_sealed.as_deref(), key)
}

fn open(
    mailbox: MailboxId,
    column: &'static str,
    sealed: Option<&[u8]>,
    key: &PartyKey,
) -> Result<Option<StoredAddress>, ActError> {
    let Some(sealed) = sealed else { return Ok(None) };
    let json = key.open(place(column, &mailbox), sealed)?;
    let stored = serde_json::from_slice(&json).map_err(|_| StoreError::Missing("contact"))?;
    Ok(Some(stored))
}

fn place<'a>(column: &'static str, mailbox: &'a MailboxId) -> Place<'a> {
    Place::new("contact", column, mailbox.0.as_bytes())
}
