//! The seal in the answer to an act: a compact JWS (RFC 7515, ES256) over the bytes of `event.json`.
//!
//! The header is `alg`, `kid` (RFC 7638 thumbprint of the key) and `x5t#S256` (SHA-256 of the certificate), no `x5c`: common
//! libraries refuse headers over 512 bytes. Verification accepts exactly that header, so no `crit`, `b64` or `jku` can
//! change what a signature means. Certificates are pinned by their hash; their dates and revocation are not judged here.

mod public;

pub use super::checkpoint::KeyError;
use super::{
    Hash,
    encoding::{base64url, base64url32, from_base64url},
    sha256,
    signer::{FileSigner, Signer, SignerError},
};
use jiff::Timestamp;
pub use public::SealPublic;
pub(super) use public::to_json;
use ring::{
    rand::SecureRandom,
    signature::{ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, UnparsedPublicKey},
};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, pem::PemObject};
use serde::{Deserialize, Serialize};
use std::{fmt, time::Duration};
use zeroize::Zeroizing;

/// Why a seal is refused, or could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Not a compact JWS with exactly our header.
    #[error("not a seal")]
    Malformed,
    /// None of the keys at hand is the one the seal names.
    #[error("sealed by a key that is not among the trusted ones")]
    UnknownKey,
    /// The signature is wrong.
    #[error("the signature is wrong")]
    WrongSignature,
    /// The key could not sign.
    #[error(transparent)]
    Signer(#[from] SignerError),
}

/// `serialNumber` (X.520 6.2.9).
const SERIAL_NUMBER: [u64; 4] = [2, 5, 4, 5];

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    #[serde(rename = "x5t#S256", with = "base64url32")]
    x5t: Hash,
}

/// Checks a seal and returns the sealed bytes and the key that sealed them.
///
/// # Errors
/// [`SealError`].
pub fn verify_seal<'k>(jws: &str, keys: &'k [SealPublic]) -> Result<(Vec<u8>, &'k SealPublic), SealError> {
    let (signed, signature) = jws.rsplit_once('.').ok_or(SealError::Malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(SealError::Malformed)?;
    let [header, payload, signature] = [header, payload, signature].map(from_base64url);
    let (Some(header), Some(payload), Some(signature)) = (header, payload, signature) else {
        return Err(SealError::Malformed);
    };
    let header: Header = serde_json::from_slice(&header).map_err(|_| SealError::Malformed)?;
    if header.alg != "ES256" {
        return Err(SealError::Malformed);
    }
    let named = |key: &&SealPublic| key.kid() == header.kid && key.certificate.is_none_or(|hash| hash == header.x5t);
    let key = keys.iter().find(named).ok_or(SealError::UnknownKey)?;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.point)
        .verify(signed.as_bytes(), &signature)
        .map_err(|_| SealError::WrongSignature)?;
    Ok((payload, key))
}

/// A seal without its payload (RFC 7515 appendix F): what is kept beside the encrypted record. `None` for what is no compact JWS.
#[must_use]
pub fn detach(jws: &str) -> Option<String> {
    let (header, rest) = jws.split_once('.')?;
    let (_, signature) = rest.split_once('.')?;
    Some(format!("{header}..{signature}"))
}

/// The seal that [`detach`] was given, from what it answered and the sealed bytes.
#[must_use]
pub fn attach(detached: &str, event_json: &[u8]) -> Option<String> {
    let (header, signature) = detached.split_once("..")?;
    Some(format!("{header}.{}.{signature}", base64url(event_json)))
}

/// What a seal is over, unverified: for who made it.
#[must_use]
pub fn sealed_bytes(jws: &str) -> Option<Vec<u8>> {
    from_base64url(jws.split('.').nth(1)?)
}

/// A new sealing key as text, for the caller to store. Debug shows the certificate only.
pub struct SealKeyPem {
    /// PKCS#8 private key.
    pub key: Zeroizing<String>,
    /// Its self-signed certificate.
    pub chain: String,
}

impl fmt::Debug for SealKeyPem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealKeyPem")
            .field("chain", &self.chain)
            .finish_non_exhaustive()
    }
}

/// The hub's sealing key with its certificate. Debug shows the public half only.
pub struct SealKey {
    signer: Box<dyn Signer>,
    public: SealPublic,
    chain: String,
    header: String,
}

impl SealKey {
    /// A new P-256 key and a self-signed certificate for it.
    ///
    /// # Errors
    /// [`KeyError::Randomness`]; [`KeyError::BadName`] if the name or dates (from 1970 on) do not fit a certificate.
    pub fn generate(
        common_name: &str,
        not_before: Timestamp,
        not_after: Timestamp,
        rng: &dyn SecureRandom,
    ) -> Result<SealKeyPem, KeyError> {
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, rng).map_err(|_| KeyError::Randomness)?;
        let key = rcgen::KeyPair::from_pkcs8_der_and_sign_algo(
            &PrivatePkcs8KeyDer::from(pkcs8.as_ref()),
            &rcgen::PKCS_ECDSA_P256_SHA256,
        )
        .map_err(|_| KeyError::BadKey)?;
        let mut params = rcgen::CertificateParams::default();
        let date = |time: Timestamp| {
            let seconds = u64::try_from(time.as_second()).map_err(|_| KeyError::BadName)?;
            Ok(rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(seconds))
        };
        params.not_before = date(not_before)?;
        params.not_after = date(not_after)?;
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(rcgen::DnType::CommonName, common_name);
        // Two keys of one hub must not have one name: openssl takes a self-signed certificate for any other of its name.
        let serial = rcgen::DnType::CustomDnType(SERIAL_NUMBER.to_vec());
        params
            .distinguished_name
            .push(serial, hex::encode(&sha256(key.public_key_raw())[..8]));
        params.key_usages = vec![
            rcgen::KeyUsagePurpose::DigitalSignature,
            rcgen::KeyUsagePurpose::ContentCommitment,
        ];
        let certificate = params.self_signed(&key).map_err(|_| KeyError::BadName)?;
        Ok(SealKeyPem {
            key: Zeroizing::new(key.serialize_pem()),
            chain: certificate.pem(),
        })
    }

    /// The key from PKCS#8 PEM, with the PEM chain whose first certificate is the key's own.
    ///
    /// # Errors
    /// [`KeyError::BadKey`]; [`KeyError::BadCertificate`] if the first certificate is of another key.
    pub fn from_pem(key: &str, chain: &str) -> Result<Self, KeyError> {
        Self::new(Box::new(FileSigner::p256(key)?), chain)
    }

    /// The key that `signer` has, with the PEM chain whose first certificate is the key's own.
    ///
    /// # Errors
    /// [`KeyError::BadCertificate`] if the first certificate is of another key.
    pub fn new(signer: Box<dyn Signer>, chain: &str) -> Result<Self, KeyError> {
        let first = CertificateDer::from_pem_slice(chain.as_bytes()).map_err(|_| KeyError::BadCertificate)?;
        let public = SealPublic::from_certificate(&first)?.ok_or(KeyError::BadCertificate)?;
        if public.point != signer.public_key() {
            return Err(KeyError::BadCertificate);
        }
        let header = to_json(&Header {
            alg: "ES256".into(),
            kid: public.kid(),
            x5t: sha256(&first),
        });
        Ok(Self {
            signer,
            public,
            chain: chain.to_owned(),
            header: base64url(header.as_bytes()),
        })
    }

    /// The seal over `event_json`: a compact JWS.
    ///
    /// # Errors
    /// [`SealError::Signer`].
    pub fn seal(&self, event_json: &[u8]) -> Result<String, SealError> {
        let payload = base64url(event_json);
        let mut jws = String::with_capacity(self.header.len() + payload.len() + 90);
        jws.push_str(&self.header);
        jws.push('.');
        jws.push_str(&payload);
        let signature = self.signer.sign(jws.as_bytes())?;
        jws.push('.');
        jws.push_str(&base64url(&signature));
        Ok(jws)
    }

    /// The signature over anything but a record: the two halves of 32 bytes each (IEEE P1363).
    ///
    /// # Errors
    /// [`SignerError`].
    pub(super) fn sign(&self, bytes: &[u8]) -> Result<[u8; 64], SignerError> {
        self.signer.sign(bytes)
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> &SealPublic {
        &self.public
    }

    /// The certificate chain as PEM: the content of `seal_chain.pem`.
    #[must_use]
    pub fn chain_pem(&self) -> &str {
        &self.chain
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealKey")
            .field("kid", &self.public.kid())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
