//! Tokens and passwords of machine clients, and what is remembered of them for seconds.
//!
//! A token is a signed statement that names system and credential (JWT, HS256 under a key derived from the master key); it holds while that
//! secret or key does, and from where the system may call. A verified token is remembered for two seconds, so that a revocation holds everywhere
//! within five seconds. A secret that was proved within the last minute costs no password hash, and each use begins the minute anew; that it
//! still holds is read from the database each time.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};

use super::acting::by_token::{ActingByToken, acting_by_token};
use super::guesses::Guesses;
use super::letter::Houses;
use super::password::Hashers;
use super::recent::Recent;
use super::{ActError, Hub};
use crate::domain::id::{AttachmentId, OrganisationId, SecretId, ServiceId, SystemId};
use crate::domain::letter::pdf::PdfRefused;
use crate::domain::network::Networks;
use crate::domain::principal::{Credential, Sender, SenderService};
use crate::domain::time::from_micros;
use crate::store::registry::{OrganisationRow, SecretRow, ServiceRow, SystemRow};
use crate::store::system_key::SystemKeyRow;
use crate::store::{StoreError, Tx};
use crate::vault::{PartyKey, Place};

/// How long what was read about a system or organisation is taken for true; two such memories stand one upon the other.
const REMEMBER: Duration = Duration::from_secs(2);
/// How long a proved password is taken for proved.
const PROVED: Duration = Duration::from_secs(60);

/// What a caller from the wrong address is told, once it proved who it is.
const ELSEWHERE: &str =
    "Access denied: this system may not call from this address. Ask the operator of the hub to allow the address.";

/// An organisation and its key.
#[derive(Debug)]
pub(crate) struct Organisation {
    pub(crate) row: OrganisationRow,
    pub(crate) key: PartyKey,
}

/// A service and the codes of its topics.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) row: ServiceRow,
    pub(crate) topics: Vec<String>,
}

/// A sender whose token was verified a moment ago.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) sender: Arc<Sender>,
    networks: Arc<Networks>,
    /// When the token ends, in seconds: remembering it does not prolong it.
    ends: i64,
}

/// What is remembered for seconds.
#[derive(Debug)]
pub(crate) struct Caches {
    pub(super) senders: Recent<[u8; 32], Known>,
    organisations: Recent<OrganisationId, Arc<Organisation>>,
    services: Recent<ServiceId, Arc<Service>>,
    pub(super) passwords: Recent<[u8; 32], SecretId>,
    pub(super) hashers: Hashers,
    pub(super) print_houses: Houses,
    pub(super) guesses: Guesses,
    pub(super) acting: ActingByToken,
    /// Systems whose refused sends were recorded within the last second.
    pub(crate) rejections: Cache<SystemId, ()>,
    /// Which uploads can be printed, with an address page or without, turned or not: how many pages they have, or why not.
    pub(crate) letters: Cache<(AttachmentId, bool, bool), Result<u32, PdfRefused>>,
}

impl Caches {
    pub(super) fn new() -> Self {
        Self {
            senders: Recent::new(REMEMBER),
            organisations: Recent::new(REMEMBER),
            services: Recent::new(REMEMBER),
            passwords: Recent::new(PROVED),
            hashers: Hashers::new(),
            print_houses: Recent::new(REMEMBER),
            guesses: Guesses::new(),
            acting: acting_by_token(),
            letters: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(Duration::from_secs(3_600))
                .build(),
            rejections: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(Duration::from_secs(1))
                .build(),
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    sub: SystemId,
    #[serde(flatten)]
    credential: Credential,
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

/// [`ActError::Forbidden`] when a system may not call from there.
pub(super) fn check_address(networks: &Networks, from: IpAddr) -> Result<(), ActError> {
    if networks.allow(from) {
        Ok(())
    } else {
        Err(ActError::Forbidden(ELSEWHERE))
    }
}

/// From where a system may call. What cannot be read lets nobody in.
pub(super) fn networks(system: &SystemRow) -> Result<Networks, ActError> {
    Ok(system
        .networks
        .parse()
        .map_err(|_| StoreError::Missing("networks of a system"))?)
}

impl Hub {
    /// Gives a token for the right username and password to a caller at `from`; [`ActError::NotLoggedIn`] for anything else.
    ///
    /// [`ActError::Forbidden`] when they are right and the system may not call from there: whoever does not know the password learns nothing of
    /// that, not even whether the username exists. [`ActError::Throttled`] after many wrong passwords from there (`hub::guesses`).
    pub async fn issue_token(&self, username: &str, password: &str, from: IpAddr) -> Result<IssuedToken, ActError> {
        let (system, secret) = self.prove_password(username, password, from).await?;
        check_address(&networks(&system)?, from)?;
        self.token_for(system.id, Credential::Secret(secret))
    }

    pub(super) fn token_for(&self, system: SystemId, credential: Credential) -> Result<IssuedToken, ActError> {
        let expires_in = i64::try_from(self.options.token_lifetime.as_secs()).unwrap_or(3600);
        let claims = Claims {
            sub: system,
            credential,
            exp: self.now().as_second() + expires_in,
        };
        let key = EncodingKey::from_secret(&self.vault.token_key());
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)
            .map_err(|error| ActError::Evidence(Box::new(error)))?;
        Ok(IssuedToken { token, expires_in })
    }

    /// Whose token this is, sent from `from`. [`ActError::NotLoggedIn`] when it is malformed, expired, or its credential no longer holds;
    /// [`ActError::Forbidden`] when its system may not call from there.
    pub async fn sender(&self, token: &str, from: IpAddr) -> Result<Arc<Sender>, ActError> {
        let (digest, now) = (self.vault.digest("access token", token), self.now());
        let known = match self.caches.senders.get(&digest, now) {
            Some(known) if known.ends > now.as_second() => known,
            Some(_) => return Err(ActError::NotLoggedIn),
            None => {
                let known = self.load_sender(&self.read_token(token)?).await?;
                self.caches.senders.insert(digest, known.clone(), now);
                known
            }
        };
        check_address(&known.networks, from)?;
        Ok(known.sender)
    }

    /// Whose token this is, read anew.
    pub(super) async fn sender_now(&self, token: &str, from: IpAddr) -> Result<Arc<Sender>, ActError> {
        let known = self.load_sender(&self.read_token(token)?).await?;
        check_address(&known.networks, from)?;
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

    async fn load_sender(&self, claims: &Claims) -> Result<Known, ActError> {
        let mut tx = self.db.read().await?;
        let owner = match claims.credential {
            Credential::Secret(id) => {
                let secret = tx.find_secret(id).await?;
                secret.filter(|it| self.secret_holds(it)).map(|it| it.system_id)
            }
            Credential::Key(id) => {
                let key = tx.find_system_key(id).await?;
                key.filter(|it| self.key_holds(it)).map(|it| it.system_id)
            }
        };
        let owner = owner
            .filter(|owner| *owner == claims.sub)
            .ok_or(ActError::NotLoggedIn)?;
        let system = tx.find_system_by_id(owner).await?.ok_or(ActError::NotLoggedIn)?;
        let services = tx.list_services_of(system.id).await?;
        drop(tx);
        let organisation = self.organisation(system.organisation_id).await?;
        let sender = Sender {
            system: system.id,
            credential: claims.credential,
            organisation: system.organisation_id,
            business_id: organisation.row.business_id.as_str().into(),
            active: system.active && organisation.row.active,
            services: services
                .into_iter()
                .map(|service| SenderService {
                    id: service.id,
                    code: service.code,
                    active: service.active,
                    appeal: service.appeal,
                })
                .collect(),
        };
        Ok(Known {
            sender: Arc::new(sender),
            networks: Arc::new(networks(&system)?),
            ends: claims.exp,
        })
    }

    pub(super) fn secret_holds(&self, secret: &SecretRow) -> bool {
        self.holds(secret.revoked_at, secret.expires_at)
    }

    pub(super) fn key_holds(&self, key: &SystemKeyRow) -> bool {
        self.holds(key.revoked_at, key.expires_at)
    }

    fn holds(&self, revoked_at: Option<i64>, expires_at: Option<i64>) -> bool {
        revoked_at.is_none() && expires_at.is_none_or(|at| from_micros(at) > self.now())
    }

    /// An organisation and its key, as of a moment ago.
    pub(crate) async fn organisation(&self, id: OrganisationId) -> Result<Arc<Organisation>, ActError> {
        match self.caches.organisations.get(&id, self.now()) {
            Some(organisation) => Ok(organisation),
            None => self.organisation_in(&mut self.db.read().await?, id).await,
        }
    }

    /// The same, read with a connection that the caller holds.
    pub(crate) async fn organisation_in(&self, tx: &mut Tx, id: OrganisationId) -> Result<Arc<Organisation>, ActError> {
        let now = self.now();
        if let Some(organisation) = self.caches.organisations.get(&id, now) {
            return Ok(organisation);
        }
        let row = tx.find_organisation(id).await?.ok_or(ActError::NotFound)?;
        let key = self.vault.party(
            Place::new("organisation", "party_key", row.id.0.as_bytes()),
            &row.party_key,
        )?;
        let organisation = Arc::new(Organisation { row, key });
        self.caches.organisations.insert(id, Arc::clone(&organisation), now);
        Ok(organisation)
    }

    /// A service, as of a moment ago.
    pub(crate) async fn service_in(&self, tx: &mut Tx, id: ServiceId) -> Result<Arc<Service>, ActError> {
        let now = self.now();
        if let Some(service) = self.caches.services.get(&id, now) {
            return Ok(service);
        }
        let row = tx.find_service_by_id(id).await?.ok_or(ActError::NotFound)?;
        let topics = tx.list_topics_of(id).await?;
        let service = Arc::new(Service { row, topics });
        self.caches.services.insert(id, Arc::clone(&service), now);
        Ok(service)
    }
}
