//! Tokens and passwords of machine clients, and what is remembered of them for seconds.
//!
//! A token is a signed statement that names system and secret (JWT, HS256 under a key derived from the master key); it holds while that
//! secret does. A verified token is remembered for two seconds, so that a revocation holds everywhere within five seconds. Argon2id is asked
//! once a minute for the same secret, never per request.

use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};

use super::letter::Houses;
use super::password::Hashers;
use super::{ActError, Hub};
use crate::domain::id::{OrganisationId, SecretId, ServiceId, SystemId};
use crate::domain::principal::{Sender, SenderService};
use crate::domain::time::from_micros;
use crate::store::Tx;
use crate::store::registry::{OrganisationRow, SecretRow, ServiceRow};
use crate::vault::{PartyKey, Place};

/// How long what was read about a system or organisation is taken for true; two such memories stand one upon the other.
const REMEMBER: Duration = Duration::from_secs(2);
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
pub(super) struct Known {
    sender: Arc<Sender>,
    /// When the token ends, in seconds: remembering it does not prolong it.
    ends: i64,
}

/// What is remembered for seconds.
#[derive(Debug)]
pub(crate) struct Caches {
    pub(super) senders: Cache<[u8; 32], Known>,
    organisations: Cache<OrganisationId, Arc<Organisation>>,
    services: Cache<ServiceId, Arc<ServiceRow>>,
    pub(super) passwords: Cache<[u8; 32], SecretId>,
    pub(super) hashers: Hashers,
    pub(super) print_houses: Houses,
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
            hashers: Hashers::new(),
            print_houses: remember(REMEMBER),
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
pub(super) struct Claims {
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

    pub(super) fn read_token(&self, token: &str) -> Result<Claims, ActError> {
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

    pub(super) async fn load_sender(&self, claims: &Claims) -> Result<Sender, ActError> {
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

    pub(super) fn holds(&self, secret: &SecretRow) -> bool {
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
}
