//! Tokens and passwords of machine clients, and what is remembered of them for seconds.
//!
//! A token is a signed statement that names system and secret (JWT, HS256 under a key derived from the master key); it holds while that
//! secret does. A verified token is remembered for three seconds, so that a revocation holds everywhere within five seconds. Argon2id is asked
//! once a minute for the same secret, never per request.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Argon2, PasswordHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};

use super::{ActError, Hub};
use crate::domain::id::{OrganisationId, SecretId, ServiceId, SystemId};
use crate::domain::principal::{Sender, SenderService};
use crate::domain::time::from_micros;
use crate::store::Tx;
use crate::store::registry::{OrganisationRow, SecretRow, ServiceRow};
use crate::vault::{PartyKey, Place};

/// How long what was read about a system or organisation is taken for true.
const REMEMBER: Duration = Duration::from_secs(3);
/// How long a proved password is taken for proved.
const PROVED: Duration = Duration::from_secs(60);

/// An organisation and its key.
#[derive(Debug)]
pub(crate) struct Organisation {
    pub(crate) row: OrganisationRow,
    pub(crate) key: PartyKey,
}

/// A sender whose token was verified a moment ago.
#[derive(Debug, Clone)]
struct Known {
    sender: Arc<Sender>,
    /// When the token ends, in seconds: remembering it does not prolong it.
    ends: i64,
}

/// What is remembered for seconds.
#[derive(Debug)]
pub(crate) struct Caches {
    senders: Cache<[u8; 32], Known>,
    organisations: Cache<OrganisationId, Arc<Organisation>>,
    services: Cache<ServiceId, Arc<ServiceRow>>,
    passwords: Cache<[u8; 32], SecretId>,
    /// Systems whose refused sends were recorded within the last second.
    pub(crate) rejections: Cache<SystemId, ()>,
}

impl Caches {
    pub(super) fn new() -> Self {
        Self {
            senders: remember(REMEMBER),
            organisations: remember(REMEMBER),
            services: remember(REMEMBER),
            passwords: remember(PROVED),
            rejections: remember(Duration::from_secs(1)),
        }
    }
}

fn remember<K, V>(time: Duration) -> Cache<K, V>
where
    K: std::hash::Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    Cache::builder().max_capacity(10_000).time_to_live(time).build()
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    sub: SystemId,
    sid: SecretId,
    exp: i64,
}

/// A token as its receiver is told of it.
#[derive(Clone)]
pub struct IssuedToken {
    /// The token.
    pub token: String,
    /// Its lifetime in seconds.
    pub expires_in: i64,
}

impl std::fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedToken")
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
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
    /// Gives a token for the right username and password; [`ActError::NotLoggedIn`] for anything else.
    pub async fn issue_token(&self, username: &str, password: &str) -> Result<IssuedToken, ActError> {
        let (system, secret) = self.prove_password(username, password).await?;
        self.token_for(system, secret)
    }

    fn token_for(&self, system: SystemId, secret: SecretId) -> Result<IssuedToken, ActError> {
        let expires_in = i64::try_from(self.options.token_lifetime.as_secs()).unwrap_or(3600);
        let claims = Claims {
            sub: system,
            sid: secret,
            exp: self.now().as_second() + expires_in,
        };
        let key = EncodingKey::from_secret(&self.vault.token_key());
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)
            .map_err(|error| ActError::Evidence(Box::new(error)))?;
        Ok(IssuedToken { token, expires_in })
    }

    /// Whose token this is. [`ActError::NotLoggedIn`] when it is malformed, expired, or its secret no longer holds.
    pub async fn sender(&self, token: &str) -> Result<Arc<Sender>, ActError> {
        let digest = self.vault.digest("access token", token);
        if let Some(known) = self.caches.senders.get(&digest) {
            return if known.ends > self.now().as_second() {
                Ok(known.sender)
            } else {
                Err(ActError::NotLoggedIn)
            };
        }
        let claims = self.read_token(token)?;
        let known = Known {
            sender: Arc::new(self.load_sender(&claims).await?),
            ends: claims.exp,
        };
        self.caches.senders.insert(digest, known.clone());
        Ok(known.sender)
    }

    fn read_token(&self, token: &str) -> Result<Claims, ActError> {
        let mut validation = Validation::new(Algorithm::HS256);
        // The hub's own clock decides, below.
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        let key = DecodingKey::from_secret(&self.vault.token_key());
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation)
            .map_err(|_| ActError::NotLoggedIn)?
            .claims;
        if claims.exp <= self.now().as_second() {
            Err(ActError::NotLoggedIn)
        } else {
            Ok(claims)
        }
    }

    async fn load_sender(&self, claims: &Claims) -> Result<Sender, ActError> {
        let mut tx = self.db.read().await?;
        let secret = tx
            .find_secret(claims.sid)
            .await?
            .filter(|secret| self.holds(secret))
            .ok_or(ActError::NotLoggedIn)?;
        let system = tx
            .find_system_by_id(secret.system_id)
            .await?
            .ok_or(ActError::NotLoggedIn)?;
        let services = tx.list_services_of(system.id).await?;
        drop(tx);
        let organisation = self.organisation(system.organisation_id).await?;
        Ok(Sender {
            system: system.id,
            secret: secret.id,
            organisation: system.organisation_id,
            business_id: organisation.row.business_id.as_str().into(),
            active: system.active && organisation.row.active,
            services: services
                .into_iter()
                .map(|service| SenderService {
                    id: service.id,
                    code: service.code,
                    active: service.active,
                })
                .collect(),
        })
    }

    fn holds(&self, secret: &SecretRow) -> bool {
        secret.revoked_at.is_none() && secret.expires_at.is_none_or(|at| from_micros(at) > self.now())
    }

    /// An organisation and its key, as of a moment ago.
    pub(crate) async fn organisation(&self, id: OrganisationId) -> Result<Arc<Organisation>, ActError> {
        match self.caches.organisations.get(&id) {
            Some(organisation) => Ok(organisation),
            None => self.organisation_in(&mut self.db.read().await?, id).await,
        }
    }

    /// The same, read with a connection that the caller holds.
    pub(crate) async fn organisation_in(&self, tx: &mut Tx, id: OrganisationId) -> Result<Arc<Organisation>, ActError> {
        if let Some(organisation) = self.caches.organisations.get(&id) {
            return Ok(organisation);
        }
        let row = tx.find_organisation(id).await?.ok_or(ActError::NotFound)?;
        let key = self.vault.party(
            Place::new("organisation", "party_key", row.id.0.as_bytes()),
            &row.party_key,
        )?;
        let organisation = Arc::new(Organisation { row, key });
        self.caches.organisations.insert(id, Arc::clone(&organisation));
        Ok(organisation)
    }

    /// A service, as of a moment ago.
    pub(crate) async fn service_in(&self, tx: &mut Tx, id: ServiceId) -> Result<Arc<ServiceRow>, ActError> {
        if let Some(service) = self.caches.services.get(&id) {
            return Ok(service);
        }
        let service = Arc::new(tx.find_service_by_id(id).await?.ok_or(ActError::NotFound)?);
        self.caches.services.insert(id, Arc::clone(&service));
        Ok(service)
    }

    async fn prove_password(&self, username: &str, password: &str) -> Result<(SystemId, SecretId), ActError> {
        let proof = self
            .vault
            .digest("password", &format!("{}:{username}:{password}", username.len()));
        let mut tx = self.db.read().await?;
        let Some(system) = tx.find_system(username).await? else {
            drop(tx);
            // As slow as a wrong password, so that the time does not tell which usernames exist.
            verify(password.to_owned(), DUMMY_HASH.to_owned()).await;
            return Err(ActError::NotLoggedIn);
        };
        let secrets = tx.list_secrets_of(system.id).await?;
        drop(tx);
        let proved = self.caches.passwords.get(&proof);
        for secret in secrets.into_iter().filter(|secret| self.holds(secret)) {
            if proved == Some(secret.id) || verify(password.to_owned(), secret.hash).await {
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
        let claims = self.read_token(token)?;
        let sender = self.load_sender(&claims).await?;
        let mut tx = self.db.read().await?;
        let secret = tx
            .find_secret(sender.secret)
            .await?
            .filter(|secret| self.holds(secret))
            .ok_or(ActError::NotLoggedIn)?;
        drop(tx);
        if !verify(current.to_owned(), secret.hash).await {
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
            hash: hash(new.to_owned()).await?,
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

/// A hash of a password nobody has.
const DUMMY_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$QMNrDMrr7Ppn2YXoLDmIgo3Xp0kDTEWzjLCT6KoS9kc";

async fn verify(password: String, hash: String) -> bool {
    tokio::task::spawn_blocking(move || {
        PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await
    .unwrap_or(false)
}

/// The Argon2id hash of a password, in PHC form.
pub(crate) async fn hash(password: String) -> Result<String, ActError> {
    tokio::task::spawn_blocking(move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|error| error.to_string())
    })
    .await
    .map_err(|error| ActError::Evidence(Box::new(error)))?
    .map_err(|error| ActError::Evidence(error.into()))
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
