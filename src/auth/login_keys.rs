//! Our own keys at the citizens' identity provider: what we sign our requests with, and what ID tokens are encrypted to.
//!
//! Signing and encryption keys are separate RSA keys. The first of each kind is in use; further ones are published and still open what is encrypted to
//! them, so that a broker that registers keys by hand can be told of the next ones before they are used. Key ids are those of RFC 7638.
//! Leaves out: where the files are and how they take each other's place (`cli::login_keys`).

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair, KeySize, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use jsonwebtoken::jwk::{Jwk, KeyAlgorithm, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde::Serialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::jwe::DecryptionKey;

/// The fewest bits of a key.
const FEWEST_BITS: usize = 2048;

/// Why the keys cannot be used. Holds nothing of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoginKeyError {
    /// Not a key of the right kind.
    #[error(
        "not an RSA private key of 2048 bits or more in PKCS#8 PEM (openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072)"
    )]
    NotAKey,
    /// One key for both purposes.
    #[error("the same key signs and encrypts: make separate ones")]
    Shared,
    /// No key of one kind.
    #[error("one signing and one encryption key are needed")]
    Missing,
    /// The system gives no random numbers.
    #[error("no key could be made")]
    NotMade,
}

/// The keys. Debug shows their ids alone.
pub struct LoginKeys {
    signing: EncodingKey,
    signing_kid: String,
    decryption: Vec<DecryptionKey>,
    published: Vec<Jwk>,
}

impl std::fmt::Debug for LoginKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoginKeys")
            .field("signing", &self.signing_kid)
            .finish_non_exhaustive()
    }
}

impl LoginKeys {
    /// A new key: PKCS#8 DER.
    ///
    /// # Errors
    /// [`LoginKeyError::NotMade`].
    pub fn generate() -> Result<Zeroizing<Vec<u8>>, LoginKeyError> {
        let pair = KeyPair::generate(KeySize::Rsa3072).map_err(|_| LoginKeyError::NotMade)?;
        let der = pair.as_der().map_err(|_| LoginKeyError::NotMade)?;
        Ok(Zeroizing::new(der.as_ref().to_vec()))
    }

    /// Reads keys in PEM, the one in use first.
    ///
    /// # Errors
    /// [`LoginKeyError`].
    pub fn from_pem(signing: &[&str], encryption: &[&str]) -> Result<Self, LoginKeyError> {
        let signing = signing
            .iter()
            .map(|pem| read(pem, Purpose::Sign))
            .collect::<Result<Vec<_>, _>>()?;
        let encryption = encryption
            .iter()
            .map(|pem| read(pem, Purpose::Encrypt))
            .collect::<Result<Vec<_>, _>>()?;
        let (Some(first), false) = (signing.first(), encryption.is_empty()) else {
            return Err(LoginKeyError::Missing);
        };
        if signing
            .iter()
            .any(|one| encryption.iter().any(|other| one.kid == other.kid))
        {
            return Err(LoginKeyError::Shared);
        }
        let (signing_key, signing_kid) = (first.signing.clone(), first.kid.clone());
        let published = signing.iter().chain(&encryption).map(|key| key.jwk.clone()).collect();
        let decryption = encryption.into_iter().map(|key| DecryptionKey {
            kid: key.kid,
            key: key.decryption,
        });
        Ok(Self {
            signing: signing_key,
            signing_kid,
            decryption: decryption.collect(),
            published,
        })
    }

    /// The public halves of all of them, as a broker registers them (RFC 7517).
    #[must_use]
    pub fn jwks(&self) -> Value {
        json!({ "keys": self.published })
    }

    /// What opens an encrypted ID token.
    #[must_use]
    pub fn decryption(&self) -> &[DecryptionKey] {
        &self.decryption
    }

    /// A token signed with the key in use (RS256).
    ///
    /// # Errors
    /// When the claims are no JSON object.
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, jsonwebtoken::errors::Error> {
        let mut header = Header::new(Algorithm::RS256);
        header.typ = Some(typ.to_owned());
        header.kid = Some(self.signing_kid.clone());
        jsonwebtoken::encode(&header, claims, &self.signing)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Sign,
    Encrypt,
}

struct Key {
    kid: String,
    jwk: Jwk,
    signing: EncodingKey,
    decryption: OaepPrivateDecryptingKey,
}

fn read(pem: &str, purpose: Purpose) -> Result<Key, LoginKeyError> {
    let unusable = |_| LoginKeyError::NotAKey;
    let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| LoginKeyError::NotAKey)?;
    let private = PrivateDecryptingKey::from_pkcs8(der.secret_pkcs8_der()).map_err(|_| LoginKeyError::NotAKey)?;
    if private.key_size_bits() < FEWEST_BITS {
        return Err(LoginKeyError::NotAKey);
    }
    let decryption = OaepPrivateDecryptingKey::new(private).map_err(|_| LoginKeyError::NotAKey)?;
    let signing = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(unusable)?;
    let mut jwk = Jwk::from_encoding_key(&signing, Algorithm::RS256).map_err(unusable)?;
    let kid = jwk.thumbprint(ThumbprintHash::SHA256).map_err(unusable)?;
    jwk.common.key_id = Some(kid.clone());
    let (public_key_use, algorithm) = match purpose {
        Purpose::Sign => (PublicKeyUse::Signature, Some(KeyAlgorithm::RS256)),
        // Which of the ways of encrypting is used, the broker chooses.
        Purpose::Encrypt => (PublicKeyUse::Encryption, None),
    };
    jwk.common.public_key_use = Some(public_key_use);
    jwk.common.key_algorithm = algorithm;
    Ok(Key {
        kid,
        jwk,
        signing,
        decryption,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pem() -> String {
        use base64::Engine as _;
        let der = base64::engine::general_purpose::STANDARD.encode(LoginKeys::generate().unwrap().as_slice());
        format!("-----BEGIN PRIVATE KEY-----\n{der}\n-----END PRIVATE KEY-----\n")
    }

    #[test]
    fn only_public_halves_are_published_the_keys_in_use_first() {
        let (sign, next, encrypt) = (pem(), pem(), pem());
        let keys = LoginKeys::from_pem(&[&sign, &next], &[&encrypt]).unwrap();
        let jwks = keys.jwks();
        let list = jwks["keys"].as_array().unwrap();
        let uses: Vec<_> = list.iter().map(|key| key["use"].as_str().unwrap()).collect();
        assert_eq!(uses, ["sig", "sig", "enc"]);
        for key in list {
            let mut members: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
            members.retain(|name| *name != "alg");
            members.sort_unstable();
            assert_eq!(members, ["e", "kid", "kty", "n", "use"]);
        }
        assert_eq!(list[0]["kid"].as_str(), Some(keys.signing_kid.as_str()));
        assert!(!format!("{keys:?}").contains("PRIVATE"));
    }

    #[test]
    fn unfit_keys_are_refused() {
        let key = pem();
        assert_eq!(
            LoginKeys::from_pem(&[&key], &[&key]).unwrap_err(),
            LoginKeyError::Shared
        );
        assert_eq!(LoginKeys::from_pem(&[&key], &[]).unwrap_err(), LoginKeyError::Missing);
        assert_eq!(
            LoginKeys::from_pem(&["x"], &[&key]).unwrap_err(),
            LoginKeyError::NotAKey
        );
    }
}
