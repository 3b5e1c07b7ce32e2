//! The public keys with which systems sign their assertions, as the operator registers them. Durable when an act returns.
//!
//! A system may have several, so that one replaces another without a gap. The hub never holds a private key: a file with one is refused.

use super::registry::{Listed, dates, finish, unique};
use super::{ActError, Hub};
use crate::auth::assertion::PublicKey;
use crate::domain::id::KeyId;
use crate::store::system_key::SystemKeyRow;

impl Hub {
    /// Registers a public key, with an end date if given. [`ActError::Forbidden`] when the system had a key of this key id before, also a
    /// revoked one: its name stays its own; or when the end lies in the past.
    pub async fn add_system_key(
        &self,
        username: &str,
        key: &PublicKey,
        expires: Option<jiff::Timestamp>,
    ) -> Result<KeyId, ActError> {
        self.check_end(expires)?;
        let mut tx = self.db.write().await?;
        let system = tx.find_system(username).await?.ok_or(ActError::NotFound)?;
        let row = SystemKeyRow {
            id: KeyId::new(self.now(), self.random()?),
            system_id: system.id,
            kid: key.kid.clone(),
            jwk: key.to_json(),
            created_at: self.now().as_microsecond(),
            expires_at: expires.map(jiff::Timestamp::as_microsecond),
            revoked_at: None,
        };
        unique(
            tx.insert_system_key(&row).await,
            "The system has, or had, a key with this kid. Give the new key a kid of its own.",
        )?;
        tx.commit().await?;
        Ok(row.id)
    }

    /// The keys of a system, newest first.
    pub async fn list_system_keys(&self, username: &str) -> Result<Vec<Listed>, ActError> {
        let mut tx = self.db.read().await?;
        let system = tx.find_system(username).await?.ok_or(ActError::NotFound)?;
        let rows = tx.list_system_keys(system.id).await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let kind = PublicKey::from_stored(&row.kid, &row.jwk).map_or("unreadable", |key| key.kind());
                let dates = dates("registered", row.created_at, row.expires_at, row.revoked_at);
                Listed {
                    active: self.key_holds(&row),
                    name: row.id.to_string(),
                    parent: Some(username.to_owned()),
                    details: format!("kid {}, {kind}, {dates}", row.kid),
                }
            })
            .collect())
    }

    /// Takes a key back for good; it and its tokens are refused within five seconds everywhere. Not found when it was taken back before.
    pub async fn revoke_system_key(&self, id: KeyId) -> Result<(), ActError> {
        let mut tx = self.db.write().await?;
        let done = tx.revoke_system_key(id, self.now().as_microsecond()).await?;
        finish(tx, done).await
    }
}
