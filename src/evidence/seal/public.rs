//! Public sealing keys: from certificates and JWKs, and their names.

use super::KeyError;
use crate::evidence::{
    Hash,
    encoding::{base64url, base64url32},
    sha256,
};
use rustls::{
    pki_types::{CertificateDer, pem::PemObject},
    server::ParsedCertificate,
};
use serde::{Deserialize, Serialize};

/// SubjectPublicKeyInfo of an uncompressed P-256 point, up to the point (RFC 5480).
const P256_SPKI: &[u8] =
    b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";

/// A public key that seals are checked with, from a certificate or a JWK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealPublic {
    pub(in crate::evidence) point: [u8; 65],
    pub(in crate::evidence) certificate: Option<Hash>,
}

/// RFC 7517 form of a P-256 key; the first four members in this order are the input of the thumbprint (RFC 7638 3.2).
#[derive(Serialize, Deserialize)]
struct Jwk {
    crv: String,
    kty: String,
    #[serde(with = "base64url32")]
    x: [u8; 32],
    #[serde(with = "base64url32")]
    y: [u8; 32],
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    usage: Option<String>,
}

/// RFC 7517 5.
#[derive(Serialize, Deserialize)]
struct JwkSet {
    keys: Vec<Jwk>,
}

impl SealPublic {
    /// The P-256 keys of the certificates in a PEM text, in its order; certificates of other keys (such as an issuer's RSA
    /// key) are passed over.
    ///
    /// # Errors
    /// [`KeyError::BadCertificate`] if a certificate cannot be read, or none has a P-256 key.
    pub fn from_pem_chain(pem: &str) -> Result<Vec<Self>, KeyError> {
        let mut keys = Vec::new();
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            let certificate = certificate.map_err(|_| KeyError::BadCertificate)?;
            keys.extend(Self::from_certificate(&certificate)?);
        }
        if keys.is_empty() {
            Err(KeyError::BadCertificate)
        } else {
            Ok(keys)
        }
    }

    /// The P-256 key of a certificate; none when it has another key.
    pub(in crate::evidence) fn from_certificate(certificate: &CertificateDer<'_>) -> Result<Option<Self>, KeyError> {
        let parsed = ParsedCertificate::try_from(certificate).map_err(|_| KeyError::BadCertificate)?;
        let spki = parsed.subject_public_key_info();
        let point = spki
            .as_ref()
            .strip_prefix(P256_SPKI)
            .and_then(|point| point.try_into().ok());
        Ok(point.map(|point| Self {
            point,
            certificate: Some(sha256(certificate)),
        }))
    }

    /// The keys of a JWK, or of a JWK set (RFC 7517). Having no certificate, they are matched by their thumbprints.
    ///
    /// # Errors
    /// [`KeyError::BadPublicKey`] unless all are P-256 keys, and there is one.
    pub fn from_jwks(json: &[u8]) -> Result<Vec<Self>, KeyError> {
        let set: JwkSet = match serde_json::from_slice(json) {
            Ok(set) => set,
            Err(_) => JwkSet {
                keys: vec![serde_json::from_slice(json).map_err(|_| KeyError::BadPublicKey)?],
            },
        };
        match set.keys.is_empty() {
            true => Err(KeyError::BadPublicKey),
            false => set.keys.iter().map(Self::from_jwk).collect(),
        }
    }

    fn from_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        if jwk.crv != "P-256" || jwk.kty != "EC" {
            return Err(KeyError::BadPublicKey);
        }
        let mut point = [4; 65];
        point[1..33].copy_from_slice(&jwk.x);
        point[33..].copy_from_slice(&jwk.y);
        Ok(Self {
            point,
            certificate: None,
        })
    }

    /// The key as JWK, the content of `seal.jwk`.
    #[must_use]
    pub fn jwk(&self) -> String {
        to_json(&self.named_jwk())
    }

    /// Several keys as a JWK set (RFC 7517 5), the content of `seal.jwk` once a key was replaced.
    #[must_use]
    pub fn jwk_set(keys: &[Self]) -> String {
        let keys = keys.iter().map(Self::named_jwk).collect();
        to_json(&JwkSet { keys })
    }

    fn named_jwk(&self) -> Jwk {
        Jwk {
            alg: Some("ES256".into()),
            kid: Some(self.kid()),
            usage: Some("sig".into()),
            ..self.bare_jwk()
        }
    }

    /// The RFC 7638 thumbprint, 43 characters.
    #[must_use]
    pub fn kid(&self) -> String {
        base64url(&sha256(to_json(&self.bare_jwk()).as_bytes()))
    }

    fn bare_jwk(&self) -> Jwk {
        let (mut x, mut y) = ([0; 32], [0; 32]);
        x.copy_from_slice(&self.point[1..33]);
        y.copy_from_slice(&self.point[33..]);
        Jwk {
            crv: "P-256".into(),
            kty: "EC".into(),
            x,
            y,
            alg: None,
            kid: None,
            usage: None,
        }
    }
}

pub(in crate::evidence) fn to_json<T: Serialize>(value: &T) -> String {
    // Structs of strings always encode; were one not to, the empty text matches nothing.
    serde_json::to_string(value).unwrap_or_default()
}
