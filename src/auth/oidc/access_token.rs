//! Access tokens with which a program acts for a person (RFC 9068), from the same provider that logs people in.
//!
//! Guarantees: a [`Holder`] comes only from a token of the type `at+jwt` whose signature, issuer, audience and times were checked, and whose
//! assurance level suffices. An ID token is none: its type and its audience differ. Nothing symmetric and nothing unsigned is ever taken, and a key
//! that a token brings along is not looked at. A token may be shown as often as its holder likes, until it ends. Leaves out: tokens that
//! the provider took back early (it is not asked), mailboxes (`hub::bearer`).

use jiff::Timestamp;
use jsonwebtoken::jwk::{Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use openidconnect::ProviderMetadataWithLogout;
use serde_json::{Map, Value};

use super::claims::Stated;
use super::{LEEWAY, OidcError, Provider, level};
use crate::domain::identity::OwnerIdentity;

/// What a token may be signed with: public keys only.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];
/// The longest token that is looked at, in bytes.
const LONGEST: usize = 8 * 1024;

/// For whom an access token was given, by the provider's word.
#[derive(Clone)]
pub struct Holder {
    /// The person.
    pub owner: OwnerIdentity,
    /// The name to show.
    pub name: String,
    /// The assurance level as the provider wrote it.
    pub acr: String,
    /// When the person authenticated.
    pub auth_time: Timestamp,
    /// When the token expires.
    pub until: Timestamp,
    /// The roles that it states.
    pub roles: Vec<String>,
}

impl std::fmt::Debug for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Holder").field("acr", &self.acr).finish_non_exhaustive()
    }
}

impl Provider {
    /// Believes an access token, or says why not.
    ///
    /// # Errors
    /// [`OidcError::NotAccepted`] for a token that proves nothing here, [`OidcError::Lacks`] for one that does not say who its holder is,
    /// [`OidcError::LacksScope`], [`OidcError::LevelTooLow`], and [`OidcError::Unreachable`] while the provider's keys were never fetched.
    pub async fn holder(&self, token: &str) -> Result<Holder, OidcError> {
        let refused = OidcError::NotAccepted;
        let audience = self.options.api_audience.as_deref();
        let audience = audience.ok_or(refused("This hub takes no access tokens of its identity provider."))?;
        let header = read_header(token)?;
        let metadata = self.metadata().await?;
        let claims = match claims_by(&metadata, &header, token)? {
            Some(claims) => claims,
            None => claims_by(&*self.metadata_with_new_keys().await?, &header, token)?.ok_or(refused(
                "The access token is not signed with a key of the identity provider.",
            ))?,
        };
        let issuer = metadata.issuer().as_str();
        if claims.get("iss").and_then(Value::as_str) != Some(issuer) {
            return Err(refused("The access token is another provider's: iss."));
        }
        if !names(claims.get("aud"), audience) {
            return Err(refused("The access token is not for this API: aud."));
        }
        check_times(&claims, self.clock.now())?;
        if let Some(scope) = self
            .options
            .api_scope
            .as_deref()
            .filter(|it| !allows(claims.get("scope"), it))
        {
            return Err(OidcError::LacksScope(scope.to_owned()));
        }
        self.holder_of(&Stated::of(claims), issuer)
    }

    /// Reads a believed token.
    fn holder_of(&self, stated: &Stated, issuer: &str) -> Result<Holder, OidcError> {
        let acr = stated.text("acr").ok_or_else(|| lacks(&["acr"]))?;
        let rank = self.options.levels.get(acr);
        if !rank.is_some_and(|rank| level::suffices(&self.options, *rank)) {
            return Err(OidcError::LevelTooLow);
        }
        let subject = stated.text("sub").ok_or_else(|| lacks(&["sub"]))?;
        let auth_time = stated.seconds("auth_time").ok_or_else(|| lacks(&["auth_time"]))?;
        let auth_time = Timestamp::from_second(auth_time).map_err(OidcError::bad_answer)?;
        if auth_time.duration_since(self.clock.now()) > LEEWAY {
            return Err(OidcError::NotAccepted(
                "The authentication lies in the future: auth_time.",
            ));
        }
        let until = stated.instant("exp").ok_or_else(|| lacks(&["exp"]))?;
        let names = &self.options.claims;
        Ok(Holder {
            owner: stated.owner(&self.options, issuer, subject)?,
            name: stated
                .name(names)
                .map_err(|_| lacks(&[&names.display_name, &names.given_names, &names.family_name]))?,
            acr: acr.to_owned(),
            roles: stated.roles(self.options.role_claim.as_deref()),
            auth_time,
            until: until.saturating_add(LEEWAY).unwrap_or(Timestamp::MAX),
        })
    }

    /// The refusal of a token that does not say who its holder is.
    pub fn lacks_identity(&self) -> OidcError {
        lacks(&[&self.options.claims.identity])
    }
}

fn lacks(claims: &[&str]) -> OidcError {
    OidcError::Lacks(claims.join(" or "))
}

fn read_header(token: &str) -> Result<Header, OidcError> {
    if token.len() > LONGEST {
        return Err(OidcError::NotAccepted("The access token is longer than 8 KiB."));
    }
    // An algorithm that the library does not know, such as none, is an error here already.
    let header = jsonwebtoken::decode_header(token).ok();
    let header = header
        .filter(|it| ALGORITHMS.contains(&it.alg) && it.crit.is_none())
        .ok_or(OidcError::NotAccepted(
            "The access token is not a JWT signed with a public key.",
        ))?;
    // RFC 9068 4: an ID token, or a token for something else, is no access token.
    let typ = header.typ.as_deref().unwrap_or_default().to_ascii_lowercase();
    if typ.strip_prefix("application/").unwrap_or(&typ) != "at+jwt" {
        return Err(OidcError::NotAccepted(
            "The token is not an access token: typ must be at+jwt (RFC 9068).",
        ));
    }
    Ok(header)
}

/// The claims of a token that one of the provider's keys signed; none when no such key did.
fn claims_by(
    metadata: &ProviderMetadataWithLogout,
    header: &Header,
    token: &str,
) -> Result<Option<Map<String, Value>>, OidcError> {
    let mut validation = Validation::new(header.alg);
    // The hub's own clock decides, and the audience is told apart from the rest.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    for key in metadata.jwks().keys() {
        let key: Jwk = serde_json::to_value(key)
            .and_then(serde_json::from_value)
            .map_err(OidcError::bad_answer)?;
        if !fits(&key, header) {
            continue;
        }
        let decoded = DecodingKey::from_jwk(&key)
            .and_then(|key| jsonwebtoken::decode::<Map<String, Value>>(token, &key, &validation));
        if let Ok(data) = decoded {
            return Ok(Some(data.claims));
        }
    }
    Ok(None)
}

/// Whether a key is the one that the header names, and for this use.
fn fits(key: &Jwk, header: &Header) -> bool {
    let common = &key.common;
    let named = header.kid.is_none() || header.kid == common.key_id;
    let signs = common
        .public_key_use
        .as_ref()
        .is_none_or(|it| *it == PublicKeyUse::Signature);
    let same = common
        .key_algorithm
        .is_none_or(|it| it == KeyAlgorithm::from(header.alg));
    named && signs && same
}

/// Whether `aud`, one text or a list, names us. A slash at the end makes a difference, as everywhere in a token.
fn names(aud: Option<&Value>, audience: &str) -> bool {
    match aud {
        Some(Value::String(one)) => one == audience,
        Some(Value::Array(list)) => list.iter().any(|it| it == audience),
        _ => false,
    }
}

/// Whether `scope`, words with spaces between (RFC 9068 2.2.3), holds this one.
fn allows(scope: Option<&Value>, wanted: &str) -> bool {
    let scope = scope.and_then(Value::as_str).unwrap_or_default();
    scope.split(' ').any(|it| it == wanted)
}

fn check_times(claims: &Map<String, Value>, now: Timestamp) -> Result<(), OidcError> {
    let at = |name: &str| claims.get(name).and_then(Value::as_f64);
    let (now, leeway) = (now.as_microsecond() as f64 / 1e6, LEEWAY.as_secs_f64());
    if at("exp").is_none_or(|exp| exp + leeway <= now) {
        return Err(OidcError::NotAccepted("The access token has expired: exp."));
    }
    let ahead = |time: f64| time > now + leeway;
    if at("iat").is_none_or(ahead) || (claims.contains_key("nbf") && at("nbf").is_none_or(ahead)) {
        return Err(OidcError::NotAccepted("The access token is not valid yet: iat, nbf."));
    }
    Ok(())
}
