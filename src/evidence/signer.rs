//! Who signs for the hub: the one place where a private key is used, whatever keeps it.
//!
//! The keys of evidence know their public half and ask a [`Signer`] for signatures. Today there is one, [`FileSigner`], whose key came from a file; a
//! security module or a trust service would be another. Guarantees: nothing here shows a private key. Leaves out: where files lie (`cli`).

use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use rustls::pki_types::{PrivatePkcs8KeyDer, pem::PemObject};

use super::checkpoint::KeyError;

/// The key could not sign; nothing was signed, and it may be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key could not sign")]
pub struct SignerError;

/// Signs with a key that it does not show. May block for as long as its key takes.
pub trait Signer: Send + Sync {
    /// The public key: the 32 bytes of an Ed25519 key (RFC 8032), or the 65 of an uncompressed P-256 point (SEC 1 2.3.3).
    fn public_key(&self) -> &[u8];

    /// The signature over the bytes: Ed25519, or ECDSA with SHA-256 as two numbers of 32 bytes (IEEE P1363).
    ///
    /// # Errors
    /// [`SignerError`].
    fn sign(&self, bytes: &[u8]) -> Result<[u8; 64], SignerError>;
}

/// A key that was read from a file and is kept in memory.
pub enum FileSigner {
    /// Ed25519.
    Ed25519(Ed25519KeyPair),
    /// ECDSA over P-256, each signature with a number of its own from the system's randomness.
    P256(EcdsaKeyPair, SystemRandom),
}

impl FileSigner {
    /// An Ed25519 key from PKCS#8 DER (version 1 as openssl writes it, or version 2).
    ///
    /// # Errors
    /// [`KeyError::BadKey`].
    pub fn ed25519(der: &[u8]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map_err(|_| KeyError::BadKey)?;
        Ok(Self::Ed25519(pair))
    }

    /// A P-256 key from PKCS#8 PEM.
    ///
    /// # Errors
    /// [`KeyError::BadKey`].
    pub fn p256(pem: &str) -> Result<Self, KeyError> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| KeyError::BadKey)?;
        let rng = SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der.secret_pkcs8_der(), &rng)
            .map_err(|_| KeyError::BadKey)?;
        Ok(Self::P256(pair, rng))
    }
}

impl Signer for FileSigner {
    fn public_key(&self) -> &[u8] {
        match self {
            Self::Ed25519(pair) => pair.public_key().as_ref(),
            Self::P256(pair, _) => pair.public_key().as_ref(),
        }
    }

    fn sign(&self, bytes: &[u8]) -> Result<[u8; 64], SignerError> {
        let signature = match self {
            Self::Ed25519(pair) => pair.sign(bytes),
            Self::P256(pair, rng) => pair.sign(rng, bytes).map_err(|_| SignerError)?,
        };
        signature.as_ref().try_into().map_err(|_| SignerError)
    }
}
