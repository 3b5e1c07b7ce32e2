//! Passwords of machine clients: proving one, changing one.
//!
//! Argon2id is asked by a few at a time (each hash takes 19 MiB): a flood of wrong passwords waits in a short line, and past it is told that the
//! hub is busy. Left out: what a proved password is good for (`hub::token`).

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Argon2, PasswordHash};
use tokio::sync::Semaphore;

use super::{ActError, Hub};
use crate::domain::id::{SecretId, SystemId};
use crate::domain::time::from_micros;
use crate::store::registry::SecretRow;

/// Password hashes computed at once.
const AT_ONCE: usize = 2;
/// Passwords that may wait for their turn; one more is answered "busy".
const WAITING: usize = 64;
/// Longest password and username, in bytes.
const LONGEST: usize = 1024;
/// A hash of a password nobody has.
const DUMMY_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$QMNrDMrr7Ppn2YXoLDmIgo3Xp0kDTEWzjLCT6KoS9kc";

/// Those who compute password hashes.
#[derive(Debug)]
pub(crate) struct Hashers {
    line: Semaphore,
    running: Semaphore,
}

impl Hashers {
    pub(super) fn new() -> Self {
        Self {
            line: Semaphore::new(AT_ONCE + WAITING),
            running: Semaphore::new(AT_ONCE),
        }
    }

    /// Whether the password is the one that was hashed. [`ActError::Busy`] when too many wait.
    async fn verify(&self, password: &str, hash: &str) -> Result<bool, ActError> {
        let (password, hash) = (password.to_owned(), hash.to_owned());
        self.run(move || {
            PasswordHash::new(&hash)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        })
        .await
    }

    /// The Argon2id hash of a password, in PHC form. [`ActError::Busy`] when too many wait.
    pub(super) async fn hash(&self, password: &str) -> Result<String, ActError> {
        let password = password.to_owned();
        self.run(move || {
            Argon2::default()
                .hash_password(password.as_bytes())
                .map(|hash| hash.to_string())
                .map_err(|error| error.to_string())
        })
        .await?
        .map_err(|error| ActError::Evidence(error.into()))
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ActError> {
        let _place = self.line.try_acquire().map_err(|_| ActError::Busy)?;
        let _turn = self.running.acquire().await.map_err(|_| ActError::Busy)?;
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|error| ActError::Evidence(Box::new(error)))
    }
}

/// The contract's rule for passwords: 32 characters or more, a lower case and an upper case letter, a digit and a symbol.
pub fn password_holds_rule(password: &str) -> bool {
    password.chars().count() >= 32
        && password.chars().any(char::is_lowercase)
        && password.chars().any(char::is_uppercase)
        && password.chars().any(char::is_numeric)
        && password
            .chars()
            .any(|c| !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control())
}

impl Hub {
    pub(super) async fn prove_password(
        &self,
        username: &str,
        password: &str,
    ) -> Result<(SystemId, SecretId), ActError> {
        if username.len().max(password.len()) > LONGEST || username.contains('\0') {
            return Err(ActError::NotLoggedIn);
        }
        let proof = self
            .vault
            .digest("password", &format!("{}:{username}:{password}", username.len()));
        let mut tx = self.db.read().await?;
        let Some(system) = tx.find_system(username).await? else {
            drop(tx);
            // As slow as a wrong password, so that the time does not tell which usernames exist.
            self.caches.hashers.verify(password, DUMMY_HASH).await?;
            return Err(ActError::NotLoggedIn);
        };
        let secrets = tx.list_secrets_of(system.id).await?;
        drop(tx);
        let proved = self.caches.passwords.get(&proof);
        for secret in secrets.into_iter().filter(|secret| self.holds(secret)) {
            if proved == Some(secret.id) || self.caches.hashers.verify(password, &secret.hash).await? {
                self.caches.passwords.insert(proof, secret.id);
                return Ok((system.id, secret.id));
            }
        }
        Err(ActError::NotLoggedIn)
    }

    /// Puts a new password in the place of the one used, at once: tokens of the old one die with it.
    ///
    /// [`ActError::NotLoggedIn`] for a wrong token or password, [`ActError::Forbidden`] when the new one breaks the rule or the last change is
    /// too fresh.
    pub async fn change_password(&self, token: &str, current: &str, new: &str) -> Result<(), ActError> {
        if current.len().max(new.len()) > LONGEST {
            return Err(ActError::Forbidden("A password has at most 1024 bytes."));
        }
        let claims = self.read_token(token)?;
        let sender = self.load_sender(&claims).await?;
        let mut tx = self.db.read().await?;
        let secret = tx
            .find_secret(sender.secret)
            .await?
            .filter(|secret| self.holds(secret))
            .ok_or(ActError::NotLoggedIn)?;
        drop(tx);
        if !self.caches.hashers.verify(current, &secret.hash).await? {
            return Err(ActError::NotLoggedIn);
        }
        if !password_holds_rule(new) {
            return Err(ActError::Forbidden(
                "The new password must have at least 32 characters, with a lower case letter, an upper case letter, a number and a symbol.",
            ));
        }
        let now = self.now();
        let interval = jiff::SignedDuration::try_from(self.options.password_interval).unwrap_or_default();
        if from_micros(secret.created_at) + interval > now {
            return Err(ActError::Forbidden(
                "The password was changed a short while ago. Wait before you change it again.",
            ));
        }
        let row = SecretRow {
            id: SecretId::new(now, self.random()?),
            system_id: sender.system,
            hash: self.caches.hashers.hash(new).await?,
            created_at: now.as_microsecond(),
            expires_at: secret.expires_at,
            revoked_at: None,
        };
        let old = secret.id;
        self.act(move |_, tx| {
            let row = row.clone();
            Box::pin(async move {
                if !tx.revoke_secret(old, row.created_at).await? {
                    return Err(ActError::NotLoggedIn);
                }
                Ok(tx.insert_secret(&row).await?)
            })
        })
        .await?;
        self.caches.senders.invalidate_all();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_rule_is_the_contracts() {
        assert!(password_holds_rule("aB3$aaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
        for bad in [
            "aB3$",
            "AB3$AAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "ab3$aaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "aBc$aaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "aB3aaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ] {
            assert!(!password_holds_rule(bad), "{bad}");
        }
    }
}
