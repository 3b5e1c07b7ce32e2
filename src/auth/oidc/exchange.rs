//! Turning a code into an identity: the token endpoint, and every check of the ID token.

use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm};
use openidconnect::{
    AuthorizationCode, ClaimsVerificationError, Nonce, PkceCodeVerifier, ProviderMetadataWithLogout, RequestTokenError,
    SignatureVerificationError, TokenResponse as _,
};

use super::ftn::{ASSERTION_TYPE, Undelivered};
use super::{Flow, Identity, LEEWAY, OidcError, Profile, Provider, claims, level};

/// How old a token may be when it is handed to us.
const OLDEST: SignedDuration = SignedDuration::from_mins(10);

impl Provider {
    /// Exchanges a code for the person's identity, once.
    ///
    /// # Errors
    /// See [`OidcError`]; the code is spent in any case.
    pub async fn exchange(&self, code: &str, flow: &Flow) -> Result<Identity, OidcError> {
        let metadata = self.metadata().await?;
        let token = self.redeem(&metadata, code, flow).await?;
        let nonce = Nonce::new(flow.nonce.clone());
        let verified = match self.verify(&metadata, &token, &nonce) {
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                let metadata = self.metadata_with_new_keys().await?;
                self.verify(&metadata, &token, &nonce)
            }
            verified => verified,
        };
        let verified = verified.map_err(OidcError::bad_answer)?;
        let anew = |since: Timestamp| {
            let at = verified.auth_time().map(|at| at.timestamp());
            at.is_some_and(|at| at >= since.as_second() - LEEWAY.as_secs())
        };
        if !flow.fresh_since.is_none_or(anew) {
            return Err(OidcError::bad_answer(
                "the person was not authenticated anew: auth_time",
            ));
        }
        self.identity(&verified, token.to_string())
    }

    async fn redeem(
        &self,
        metadata: &ProviderMetadataWithLogout,
        code: &str,
        flow: &Flow,
    ) -> Result<CoreIdToken, OidcError> {
        let client = self.client(metadata);
        let mut request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(OidcError::bad_answer)?
            .set_pkce_verifier(PkceCodeVerifier::new(flow.verifier.clone()));
        if let (Profile::Ftn(keys), Some(endpoint)) = (&self.options.profile, metadata.token_endpoint()) {
            request = request
                .add_extra_param("client_assertion_type", ASSERTION_TYPE)
                .add_extra_param("client_assertion", self.client_assertion(keys, endpoint)?);
        }
        let answer = request.request_async(self).await.map_err(|error| match error {
            RequestTokenError::ServerResponse(answer) => OidcError::Refused(answer.error().to_string()),
            RequestTokenError::Request(Undelivered::Http(error)) => OidcError::Unreachable(error.into()),
            RequestTokenError::Request(error @ Undelivered::Jwe(_)) => OidcError::bad_answer(error),
            // The sources of these may quote the token, so they go no further.
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                OidcError::bad_answer("the token endpoint's answer cannot be read")
            }
        })?;
        let token = answer
            .id_token()
            .ok_or_else(|| OidcError::bad_answer("no ID token came"))?;
        Ok(token.clone())
    }

    /// Signature, issuer, audience, nonce and times (OpenID Connect Core 3.1.3.7).
    fn verify(
        &self,
        metadata: &ProviderMetadataWithLogout,
        token: &CoreIdToken,
        nonce: &Nonce,
    ) -> Result<CoreIdTokenClaims, ClaimsVerificationError> {
        use CoreJwsSigningAlgorithm as Alg;
        let now = self.clock.now();
        let client = self.client(metadata);
        let verifier = client
            .id_token_verifier()
            // Public keys only: who knows our secret must not be able to make a token.
            .set_allowed_algs([
                Alg::EcdsaP256Sha256,
                Alg::EcdsaP384Sha384,
                Alg::EdDsa,
                Alg::RsaSsaPssSha256,
                Alg::RsaSsaPssSha384,
                Alg::RsaSsaPssSha512,
                Alg::RsaSsaPkcs1V15Sha256,
                Alg::RsaSsaPkcs1V15Sha384,
                Alg::RsaSsaPkcs1V15Sha512,
            ])
            .set_time_fn(move || SystemTime::from(now.saturating_sub(LEEWAY).unwrap_or(now)).into())
            .set_issue_time_verifier_fn(move |issued| {
                let age = now.as_second().saturating_sub(issued.timestamp());
                if (-LEEWAY.as_secs()..=OLDEST.as_secs()).contains(&age) {
                    Ok(())
                } else {
                    Err("issued too long ago or in the future".into())
                }
            });
        let claims = token.claims(&verifier, nonce)?;
        // The library leaves the authorised party to us.
        if claims
            .authorized_party()
            .is_some_and(|party| **party != self.options.client_id)
        {
            return Err(ClaimsVerificationError::InvalidAudience(
                "issued to another party".into(),
            ));
        }
        Ok(claims.clone())
    }

    /// Reads a verified token.
    fn identity(&self, verified: &CoreIdTokenClaims, id_token: String) -> Result<Identity, OidcError> {
        let acr = verified
            .auth_context_ref()
            .map(|acr| acr.to_string())
            .unwrap_or_default();
        let rank = self
            .options
            .levels
            .get(&acr)
            .copied()
            .filter(|rank| level::suffices(&self.options, *rank));
        let level = rank.ok_or(OidcError::LevelTooLow)?;
        let auth_time = verified
            .auth_time()
            .map(|at| Timestamp::from_second(at.timestamp()).map_err(OidcError::bad_answer))
            .transpose()?;
        if auth_time.is_some_and(|at| at.duration_since(self.clock.now()) > LEEWAY) {
            return Err(OidcError::bad_answer("the authentication lies in the future"));
        }
        let stated = claims::Stated::read(&id_token)?;
        Ok(Identity {
            owner: stated.owner(&self.options, verified.issuer().as_str(), verified.subject().as_str())?,
            name: stated.name(&self.options.claims)?,
            sid: stated.text("sid").map(str::to_owned),
            roles: stated.roles(self.options.role_claim.as_deref()),
            acr,
            level,
            auth_time,
            id_token,
        })
    }
}
