//! Tokens for systems that prove themselves with a key: OAuth 2.0 client credentials with a signed assertion (RFC 6749 4.4, RFC 7523).
//!
//! Guarantees: one assertion gives one token, whichever process it is sent to and however often: the row that uses it up decides. A refused
//! assertion changes nothing. Leaves out: what an assertion must hold (`auth::assertion`), the wire (`http::oauth`).

use std::net::IpAddr;

use jiff::SignedDuration;

use super::token::{IssuedToken, check_address, networks};
use super::{ActError, Hub};
use crate::auth::assertion::{Assertion, NOT_PROVED, PublicKey, Refused};
use crate::domain::principal::Credential;
use crate::store::StoreError;

/// How long an assertion is remembered after its end.
const REMEMBER: SignedDuration = SignedDuration::from_mins(5);

/// What a client hands in for a token.
#[derive(Clone, Copy)]
pub struct Proof<'a> {
    /// The signed assertion.
    pub assertion: &'a str,
    /// The client's id, if it was sent beside: it must be the one in the assertion.
    pub client_id: Option<&'a str>,
    /// The names of this server that the assertion may be addressed to.
    pub audiences: &'a [&'a str],
    /// The caller's address.
    pub from: IpAddr,
}

/// Why a client got no token.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// The client is not proved.
    #[error("the client is not proved")]
    Client(#[from] Refused),
    /// It is, and gets no token nevertheless: from the wrong address, or the hub is busy.
    #[error(transparent)]
    Act(#[from] ActError),
}

impl From<StoreError> for GrantError {
    fn from(error: StoreError) -> Self {
        Self::Act(error.into())
    }
}

impl Hub {
    /// Gives a token for an assertion signed by a key of the system, once. It works as one that was given for a password.
    pub async fn issue_token_for_assertion(&self, proof: Proof<'_>) -> Result<IssuedToken, GrantError> {
        let assertion = Assertion::read(proof.assertion)?;
        if proof.client_id.is_some_and(|client| client != assertion.issuer) {
            return Err(Refused("client_id is not the iss of the assertion.").into());
        }
        let mut tx = self.db.read().await?;
        let system = tx.find_system(&assertion.issuer).await?.ok_or(NOT_PROVED)?;
        let key = tx.find_system_key_by_kid(system.id, &assertion.kid).await?;
        drop(tx);
        let key = key.filter(|key| self.key_holds(key)).ok_or(NOT_PROVED)?;
        let public = PublicKey::from_stored(&key.kid, &key.jwk).ok_or(StoreError::Missing("public key"))?;
        let believed = assertion.verify(&public, proof.audiences, self.now())?;
        check_address(&networks(&system)?, proof.from)?;
        let jti_hash = self
            .vault
            .digest("assertion", &format!("{}:{}", system.id, believed.jti));
        let expires_at = believed.expires.as_microsecond();
        let fresh = self
            .act(move |_, tx| Box::pin(async move { Ok(tx.use_assertion(&jti_hash, expires_at).await?) }))
            .await?;
        if !fresh {
            return Err(Refused("An assertion with this jti was used before. Make a new one for each request.").into());
        }
        Ok(self.token_for(system.id, Credential::Key(key.id))?)
    }

    /// Forgets assertions that expired a while ago; how many. Not sooner, for another process's clock may be behind.
    pub async fn sweep_assertions(&self) -> Result<usize, ActError> {
        let before = self.now() - REMEMBER;
        let mut tx = self.db.write().await?;
        let swept = tx.delete_assertions_before(before.as_microsecond()).await?;
        tx.commit().await?;
        Ok(usize::try_from(swept).unwrap_or(usize::MAX))
    }
}
