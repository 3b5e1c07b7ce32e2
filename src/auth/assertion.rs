//! How a system proves itself with a key: the public keys it may register, and the assertions it signs (`private_key_jwt`, RFC 7523).
//!
//! Guarantees: what [`Assertion::verify`] lets through was signed by the given key with an algorithm that fits it, names this hub, and holds
//! for five minutes at most. Nothing symmetric and nothing unsigned is ever taken, and a key that an assertion brings along is not looked at.
//! Leaves out: whose key it is, and that each assertion is used once (`hub::assertion`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The algorithms an assertion may be signed with.
pub const ALGORITHMS: [&str; 4] = ["RS256", "PS256", "ES256", "EdDSA"];
/// The furthest that `exp` may lie ahead, in seconds.
const LONGEST_LIFE: f64 = 300.0;
/// How far the client's clock may be ahead of ours, in seconds.
const LEEWAY: f64 = 30.0;
/// Longest `jti`, `iss` and `kid`, in bytes.
const LONGEST_NAME: usize = 256;
/// Members of a JWK that no one but its owner may know.
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// Why a text is not a key that a system may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a JSON object, or a set of keys.
    #[error("not one JSON Web Key: the file must hold one JSON object with kty, kid and the public members")]
    NotAKey,
    /// A private or symmetric key.
    #[error(
        "the file holds a private or symmetric key: register the public part alone, and make a new key if this one was handed around"
    )]
    Private,
    /// A kind of key that is not taken.
    #[error("this kind of key is not taken: use RSA, EC with P-256, or OKP with Ed25519")]
    Kind,
    /// `use`, `key_ops` or `alg` say that it is for something else.
    #[error(
        "the key says that it is for something else: use must be sig, key_ops must have verify, alg must be RS256, PS256, ES256 or EdDSA"
    )]
    Purpose,
    /// RSA with less than 2048 or more than 8192 bits, or an even or tiny exponent.
    #[error("the RSA key is too weak or too large: use 2048 to 8192 bits and the exponent 65537")]
    Strength,
    /// The numbers of the key are not base64url of the right length.
    #[error("the members n, e, x or y are not base64url numbers of the right length")]
    Numbers,
    /// The key id is empty or longer than 256 bytes.
    #[error("kid must be a text of 1 to 256 bytes")]
    KeyId,
}

/// The public key of a system.
#[derive(Debug, Clone)]
pub struct PublicKey {
    /// Its key id; that of RFC 7638 when its owner gave none.
    pub kid: String,
    jwk: Jwk,
}

impl PublicKey {
    /// Reads a JWK as its owner exports it. Only what is needed to verify is kept.
    pub fn read(text: &str) -> Result<Self, KeyError> {
        let given: Map<String, Value> = serde_json::from_str(text).map_err(|_| KeyError::NotAKey)?;
        if PRIVATE.iter().any(|name| given.contains_key(*name)) || given.get("kty").is_some_and(|kty| kty == "oct") {
            return Err(KeyError::Private);
        }
        check_purpose(&given)?;
        let mut kept = given;
        kept.retain(|name, _| ["kty", "crv", "n", "e", "x", "y", "alg", "kid"].contains(&name.as_str()));
        match kept.get("kty") {
            None => return Err(KeyError::NotAKey),
            Some(kty) if kty != "RSA" && kty != "EC" && kty != "OKP" => return Err(KeyError::Kind),
            Some(_) => {}
        }
        let mut jwk: Jwk = serde_json::from_value(Value::Object(kept)).map_err(|_| KeyError::Kind)?;
        check_numbers(&jwk.algorithm)?;
        let kid = match jwk.common.key_id.take() {
            Some(kid) => kid,
            None => jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| KeyError::Kind)?,
        };
        if kid.is_empty() || kid.len() > LONGEST_NAME || kid.contains('\0') {
            return Err(KeyError::KeyId);
        }
        let key = Self { kid, jwk };
        if key.algorithms().is_empty() {
            return Err(KeyError::Purpose);
        }
        Ok(key)
    }

    /// The key as it is stored.
    pub fn to_json(&self) -> String {
        // Unwrap safety: not unwrapped; a struct of texts always serialises, and an empty text verifies nothing.
        serde_json::to_string(&self.jwk).unwrap_or_default()
    }

    /// A stored key; none when the text is not one.
    pub fn from_stored(kid: &str, json: &str) -> Option<Self> {
        Some(Self {
            kid: kid.to_owned(),
            jwk: serde_json::from_str(json).ok()?,
        })
    }

    /// What it is, for people.
    pub fn kind(&self) -> &'static str {
        match self.jwk.algorithm {
            AlgorithmParameters::RSA(_) => "RSA",
            AlgorithmParameters::EllipticCurve(_) => "EC P-256",
            _ => "Ed25519",
        }
    }

    /// The algorithms that fit the key, and that it allows.
    fn algorithms(&self) -> Vec<Algorithm> {
        let fitting: &[Algorithm] = match &self.jwk.algorithm {
            AlgorithmParameters::RSA(_) => &[Algorithm::RS256, Algorithm::PS256],
            AlgorithmParameters::EllipticCurve(_) => &[Algorithm::ES256],
            AlgorithmParameters::OctetKeyPair(_) => &[Algorithm::EdDSA],
            _ => &[],
        };
        let named = self.jwk.common.key_algorithm;
        let allowed = |it: &&Algorithm| named.is_none_or(|named| named == KeyAlgorithm::from(**it));
        fitting.iter().filter(allowed).copied().collect()
    }
}

fn check_purpose(given: &Map<String, Value>) -> Result<(), KeyError> {
    let signs = given.get("use").is_none_or(|it| it == "sig");
    let verifies = given.get("key_ops").is_none_or(|it| {
        it.as_array()
            .is_some_and(|list| list.iter().any(|operation| operation == "verify"))
    });
    if signs && verifies {
        Ok(())
    } else {
        Err(KeyError::Purpose)
    }
}

fn check_numbers(parameters: &AlgorithmParameters) -> Result<(), KeyError> {
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyError::Numbers);
    let is_coordinate = |text: &str| bytes(text).map(|bytes| bytes.len() == 32);
    match parameters {
        AlgorithmParameters::RSA(key) => {
            let (n, e) = (bytes(&key.n)?, bytes(&key.e)?);
            let exponent = e.iter().skip_while(|byte| **byte == 0).count();
            let is_odd = |number: &[u8]| number.last().is_some_and(|byte| byte % 2 == 1);
            let fine = (2048..=8192).contains(&bits(&n)) && is_odd(&n) && (2..=4).contains(&exponent) && is_odd(&e);
            if fine { Ok(()) } else { Err(KeyError::Strength) }
        }
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
            match is_coordinate(&key.x)? && is_coordinate(&key.y)? {
                true => Ok(()),
                false => Err(KeyError::Numbers),
            }
        }
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => match is_coordinate(&key.x)? {
            true => Ok(()),
            false => Err(KeyError::Numbers),
        },
        _ => Err(KeyError::Kind),
    }
}

/// The length of a number in bits.
fn bits(number: &[u8]) -> u64 {
    let mut rest = number.iter().skip_while(|byte| **byte == 0);
    match rest.next() {
        None => 0,
        Some(first) => u64::from(8 - first.leading_zeros()) + 8 * rest.count() as u64,
    }
}

/// Why an assertion is not taken, in words for the client's makers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub &'static str);

/// The one answer to an unknown client, an unknown key and a wrong signature: it tells nobody which clients there are.
pub const NOT_PROVED: Refused =
    Refused("The assertion does not prove a known client: check iss, the kid of the header, and the signature.");

/// An assertion that is well formed and not yet believed.
#[derive(Debug)]
pub struct Assertion<'a> {
    jwt: &'a str,
    /// The key it names.
    pub kid: String,
    /// The client it names: a system's username.
    pub issuer: String,
}

/// What a believed assertion is remembered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Believed {
    /// Its own id, used once.
    pub jti: String,
    /// When it ends.
    pub expires: Timestamp,
}

#[derive(Debug, Deserialize)]
struct Issuer {
    iss: String,
}

#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    sub: Option<String>,
    #[serde(default)]
    aud: Value,
    exp: Option<f64>,
    nbf: Option<f64>,
    iat: Option<f64>,
    jti: Option<String>,
}

impl<'a> Assertion<'a> {
    /// Reads whom and which key an assertion names.
    pub fn read(jwt: &'a str) -> Result<Self, Refused> {
        // An unknown algorithm, such as none, is an error here already.
        let header = jsonwebtoken::decode_header(jwt)
            .map_err(|_| Refused("The assertion is not a JWT signed with RS256, PS256, ES256 or EdDSA."))?;
        if header.crit.is_some() {
            return Err(Refused(
                "The assertion's header has crit, which this server does not know.",
            ));
        }
        let claims: Issuer = jsonwebtoken::dangerous::insecure_decode_claims(jwt)
            .map_err(|_| Refused("The assertion's claims are not a JSON object with iss."))?;
        let kid = header.kid.ok_or(Refused(
            "The assertion's header lacks kid, the id of the key that signed it.",
        ))?;
        if kid.len().max(claims.iss.len()) > LONGEST_NAME || kid.contains('\0') || claims.iss.contains('\0') {
            return Err(NOT_PROVED);
        }
        Ok(Self {
            jwt,
            kid,
            issuer: claims.iss,
        })
    }

    /// Believes the assertion, or says why not. `audiences` are the names of this server.
    pub fn verify(&self, key: &PublicKey, audiences: &[&str], now: Timestamp) -> Result<Believed, Refused> {
        let algorithms = key.algorithms();
        let mut validation = Validation::new(*algorithms.first().ok_or(NOT_PROVED)?);
        validation.algorithms = algorithms;
        // The hub's own clock decides, below.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let decoding = DecodingKey::from_jwk(&key.jwk).map_err(|_| NOT_PROVED)?;
        let claims = match jsonwebtoken::decode::<Claims>(self.jwt, &decoding, &validation) {
            Ok(data) => data.claims,
            Err(error) if matches!(error.kind(), jsonwebtoken::errors::ErrorKind::Json(_)) => {
                return Err(Refused(
                    "The assertion's claims have a wrong type, or stand there twice.",
                ));
            }
            Err(_) => return Err(NOT_PROVED),
        };
        if claims.sub.as_ref() != Some(&claims.iss) {
            return Err(Refused("sub must equal iss: both are the client's id."));
        }
        if !names_any(&claims.aud, audiences) {
            return Err(Refused(
                "aud must be the token endpoint's address, or the issuer of the metadata.",
            ));
        }
        check_times(&claims, now)?;
        let jti = claims.jti.filter(|jti| (1..=LONGEST_NAME).contains(&jti.len()));
        Ok(Believed {
            jti: jti.ok_or(Refused(
                "jti is missing, empty or longer than 256 bytes; give each assertion a new one.",
            ))?,
            // The fraction is cut off upwards, so that the assertion is remembered at least as long as it holds.
            expires: now + jiff::SignedDuration::from_secs_f64((claims.exp.unwrap_or_default() - seconds(now)).ceil()),
        })
    }
}

fn seconds(at: Timestamp) -> f64 {
    at.as_microsecond() as f64 / 1e6
}

fn check_times(claims: &Claims, now: Timestamp) -> Result<(), Refused> {
    let now = seconds(now);
    let exp = claims
        .exp
        .ok_or(Refused("exp is missing; it may lie five minutes ahead at most."))?;
    if exp <= now {
        return Err(Refused("The assertion has expired."));
    }
    if exp > now + LONGEST_LIFE {
        return Err(Refused("exp lies more than five minutes ahead."));
    }
    if claims.nbf.is_some_and(|nbf| nbf > now + LEEWAY) || claims.iat.is_some_and(|iat| iat > now + LEEWAY) {
        return Err(Refused("nbf or iat lies ahead: set the client's clock."));
    }
    Ok(())
}

/// Whether `aud`, one text or a list, names this server. A slash at the end makes no difference.
fn names_any(aud: &Value, audiences: &[&str]) -> bool {
    let bare = |text: &str| text.strip_suffix('/').unwrap_or(text).to_owned();
    let ours = |it: &Value| {
        it.as_str()
            .is_some_and(|it| audiences.iter().any(|audience| bare(audience) == bare(it)))
    };
    match aud {
        Value::Array(list) => list.iter().any(ours),
        one => ours(one),
    }
}

#[cfg(test)]
mod tests;
