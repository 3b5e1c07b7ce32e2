//! Passwords of machine clients: proving one, changing one.
//!
//! Argon2id is asked by a few at a time (each hash takes 19 MiB): a flood of wrong passwords waits in a short line, and past it is told that the
//! hub is busy. Who guesses is slowed down by address (`hub::guesses`). Left out: what a proved password is good for (`hub::token`).

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Argon2, PasswordHash};
use jiff::SignedDuration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{ActError, Hub};
use crate::domain::id::SecretId;
use crate::domain::message::Violation;
use crate::domain::principal::Credential;
use crate::domain::time::from_micros;
use crate::store::registry::{SecretRow, SystemRow};

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
    line: Arc<Semaphore>,
    running: Arc<Semaphore>,
    computed: Arc<AtomicU64>,
}

/// One's turn to compute hashes. Held until they are computed, even when nobody waits for them any more.
struct Turn {
    _place: OwnedSemaphorePermit,
    _turn: OwnedSemaphorePermit,
    computed: Arc<AtomicU64>,
}

impl Hashers {
    pub(super) fn new() -> Self {
        Self {
            line: Arc::new(Semaphore::new(AT_ONCE + WAITING)),
            running: Arc::new(Semaphore::new(AT_ONCE)),
            computed: Arc::default(),
        }
    }

    /// Waits for a turn. [`ActError::Busy`] when too many wait.
    async fn turn(&self) -> Result<Turn, ActError> {
        let place = Arc::clone(&self.line).try_acquire_owned();
        let place = place.map_err(|_| ActError::Busy)?;
        let turn = Arc::clone(&self.running).acquire_owned().await;
        Ok(Turn {
            _place: place,
            _turn: turn.map_err(|_| ActError::Busy)?,
            computed: Arc::clone(&self.computed),
        })
    }

    /// The Argon2id hash of a password, in PHC form. [`ActError::Busy`] when too many wait.
    pub(super) async fn hash(&self, password: &str) -> Result<String, ActError> {
        let password = password.to_owned();
        let hash = self.turn().await?.run(move |turn| {
            turn.count();
            Argon2::default()
                .hash_password(password.as_bytes())
                .map(|hash| hash.to_string())
                .map_err(|error| error.to_string())
        });
        let (_, hash) = hash.await?;
        hash.map_err(|error| ActError::Evidence(error.into()))
    }
}

impl Turn {
    /// Which of the hashes is the password's.
    async fn which(self, password: &str, hashes: Vec<String>) -> Result<(Self, Option<usize>), ActError> {
        let password = password.to_owned();
        self.run(move |turn| {
            hashes.iter().position(|hash| {
                turn.count();
                PasswordHash::new(hash)
                    .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
            })
        })
        .await
    }

    fn count(&self) {
        self.computed.fetch_add(1, Ordering::Relaxed);
        metrics::counter!("tiedoksi_password_hashes").increment(1);
    }

    /// Also when the caller goes away, the work is done in this turn.
    async fn run<T, F>(self, work: F) -> Result<(Self, T), ActError>
    where
        T: Send + 'static,
        F: FnOnce(&Self) -> T + Send + 'static,
    {
        let done = tokio::task::spawn_blocking(move || {
            let done = work(&self);
            (self, done)
        })
        .await;
        done.map_err(|error| ActError::Evidence(Box::new(error)))
    }
}

/// What is wrong with a new password by the contract's rule: 32 characters or more, with a lower case letter, an upper case letter, a number and
/// a symbol. The contract advises against the backslash, which configuration files and shells swallow; it refuses none, and so do we not.
fn password_violations(password: &str) -> Vec<Violation> {
    let has = |kind: fn(char) -> bool| password.chars().any(kind);
    let is_symbol = |c: char| !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control();
    let rules = [
        (
            password.chars().count() >= 32,
            "too-short",
            "Use 32 characters or more.",
        ),
        (password.len() <= LONGEST, "too-long", "Use 1024 bytes at most."),
        (has(char::is_lowercase), "no-lower-case", "Use a lower case letter too."),
        (
            has(char::is_uppercase),
            "no-upper-case",
            "Use an upper case letter too.",
        ),
        (has(char::is_numeric), "no-number", "Use a number too."),
        (has(is_symbol), "no-symbol", "Use a symbol too, such as $ # ~ or !."),
    ];
    let broken = rules.into_iter().filter(|(holds, ..)| !holds);
    broken
        .map(|(_, code, message)| Violation::new("/newPassword", code, message))
        .collect()
}

impl Hub {
    /// How many password hashes this process has computed; also the metric `tiedoksi_password_hashes`.
    pub fn password_hashes(&self) -> u64 {
        self.caches.hashers.computed.load(Ordering::Relaxed)
    }

    /// The system of this username, and which of its secrets the password is.
    pub(super) async fn prove_password(
        &self,
        username: &str,
        password: &str,
        from: IpAddr,
    ) -> Result<(SystemRow, SecretId), ActError> {
        if username.len().max(password.len()) > LONGEST || username.contains('\0') {
            return Err(ActError::NotLoggedIn);
        }
        let proof = self
            .vault
            .digest("password", &format!("{}:{username}:{password}", username.len()));
        if self.caches.passwords.get(&proof, self.now()).is_none() {
            // Told before anything is read; asked again when the hash is about to be computed.
            self.caches.guesses.check(from, self.now())?;
        }
        let mut tx = self.db.read().await?;
        let system = tx.find_system(username).await?;
        let mut secrets = match &system {
            Some(system) => tx.list_secrets_of(system.id).await?,
            None => Vec::new(),
        };
        drop(tx);
        secrets.retain(|secret| self.secret_holds(secret));
        let secret = match self.proved(&proof, &secrets) {
            Some(secret) => {
                self.caches.passwords.insert(proof, secret, self.now());
                Some(secret)
            }
            None => self.prove_anew(proof, password, &secrets, from).await?,
        };
        system.zip(secret).ok_or(ActError::NotLoggedIn)
    }

    /// Which of the secrets was proved by the same words within the minute.
    fn proved(&self, proof: &[u8; 32], secrets: &[SecretRow]) -> Option<SecretId> {
        let id = self.caches.passwords.get(proof, self.now())?;
        secrets.iter().find(|secret| secret.id == id).map(|secret| secret.id)
    }

    async fn prove_anew(
        &self,
        proof: [u8; 32],
        password: &str,
        secrets: &[SecretRow],
        from: IpAddr,
    ) -> Result<Option<SecretId>, ActError> {
        let turn = self.caches.hashers.turn().await?;
        // Of many who came at once with the same password, those before may have computed.
        if let Some(secret) = self.proved(&proof, secrets) {
            return Ok(Some(secret));
        }
        let guess = self.caches.guesses.begin(from, self.now())?;
        // The turn is kept until what was found is remembered.
        let (_turn, found) = turn.which(password, hashes_of(secrets)).await?;
        let secret = found.and_then(|at| secrets.get(at)).map(|secret| secret.id);
        if let Some(secret) = secret {
            guess.acquit();
            self.caches.passwords.insert(proof, secret, self.now());
        }
        Ok(secret)
    }

    /// Puts a new password in the place of the one used, at once: tokens of the old one die with it, here with the answer (a call that was under way may
    /// let one live for two seconds), in other processes within five seconds.
    ///
    /// [`ActError::NotLoggedIn`] for a wrong token or password, [`ActError::Invalid`] when the new one breaks the rule or the last change is too
    /// fresh, [`ActError::Forbidden`] when the system may not call from there. A password that the operator issued may be changed at
    /// once: the interval lies between two changes.
    pub async fn change_password(&self, token: &str, current: &str, new: &str, from: IpAddr) -> Result<(), ActError> {
        let sender = self.sender_now(token, from).await?;
        let secret = match sender.credential {
            Credential::Secret(id) => self.db.read().await?.find_secret(id).await?,
            // A token that was given for a key says nothing about a password.
            Credential::Key(_) => None,
        };
        let secret = secret
            .filter(|secret| self.secret_holds(secret) && current.len() <= LONGEST)
            .ok_or(ActError::NotLoggedIn)?;
        self.caches.guesses.check(from, self.now())?;
        let turn = self.caches.hashers.turn().await?;
        let guess = self.caches.guesses.begin(from, self.now())?;
        let (_, found) = turn.which(current, vec![secret.hash.clone()]).await?;
        found.ok_or(ActError::NotLoggedIn)?;
        guess.acquit();
        let mut broken = password_violations(new);
        if new == current {
            broken.push(Violation::new(
                "/newPassword",
                "unchanged",
                "Use another one than before.",
            ));
        }
        if !broken.is_empty() {
            return Err(ActError::Invalid(broken));
        }
        self.check_interval(&secret)?;
        self.replace_secret(secret, new).await
    }

    fn check_interval(&self, secret: &SecretRow) -> Result<(), ActError> {
        let interval = SignedDuration::try_from(self.options.password_interval).unwrap_or_default();
        match secret.changed_at {
            Some(at) if from_micros(at) + interval > self.now() => {
                let next = from_micros(at) + interval;
                let text =
                    format!("The password was changed a short while ago. It may be changed again from {next:.0} on.");
                Err(ActError::Invalid(vec![Violation::new("", "too-soon", text)]))
            }
            _ => Ok(()),
        }
    }

    async fn replace_secret(&self, old: SecretRow, new: &str) -> Result<(), ActError> {
        let hash = self.caches.hashers.hash(new).await?;
        let now = self.now();
        let row = SecretRow {
            id: SecretId::new(now, self.random()?),
            system_id: old.system_id,
            hash,
            created_at: now.as_microsecond(),
            expires_at: old.expires_at,
            revoked_at: None,
            changed_at: Some(now.as_microsecond()),
        };
        let old = old.id;
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
        self.caches.senders.clear();
        Ok(())
    }
}

/// What a password is compared with: as much work when there is nothing, so that the time does not tell which usernames exist. (It does tell, while
/// a system has two secrets, that there are two.)
fn hashes_of(secrets: &[SecretRow]) -> Vec<String> {
    if secrets.is_empty() {
        return vec![DUMMY_HASH.to_owned()];
    }
    secrets.iter().map(|secret| secret.hash.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(password: &str) -> Vec<&'static str> {
        password_violations(password).iter().map(|it| it.code).collect()
    }

    #[test]
    fn the_password_rule_is_the_contracts() {
        let good = format!("aB3${}", "a".repeat(28));
        assert_eq!(codes(&good), [""; 0]);
        assert_eq!(codes(&good[..31]), ["too-short"]);
        assert_eq!(codes(&good.replace('B', "b")), ["no-upper-case"]);
        assert_eq!(codes(&good.to_uppercase()), ["no-lower-case"]);
        assert_eq!(codes(&good.replace('3', "c")), ["no-number"]);
        assert_eq!(codes(&good.replace('$', "c")), ["no-symbol"]);
        assert_eq!(codes(&good.replace('$', " ")), ["no-symbol"]);
        assert_eq!(codes(&good.replace('$', "\\")), [""; 0]);
        // Characters count, not bytes.
        assert_eq!(codes(&format!("B3${}", "ä".repeat(28))), ["too-short"]);
        assert_eq!(codes(&format!("B3${}", "ä".repeat(29))), [""; 0]);
        assert_eq!(codes(&format!("aB3${}", "a".repeat(1020))), [""; 0]);
        assert_eq!(codes(&format!("aB3${}", "a".repeat(1021))), ["too-long"]);
        assert_eq!(
            codes(""),
            ["too-short", "no-lower-case", "no-upper-case", "no-number", "no-symbol"]
        );
    }
}
