//! The log's signed heads (C2SP tlog-checkpoint) and the key that signs them.
//!
//! Guarantees: what [`LogKey::sign`] writes, [`verify`] reads; a checkpoint has one spelling. That the log never signs a tree that
//! does not extend the last one is the sealer's duty, not this module's.

pub use super::note::{NoteError, VerifierKey};
use super::{
    Hash,
    note::format_signature,
    signer::{FileSigner, Signer, SignerError},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{rand::SecureRandom, signature::Ed25519KeyPair};
use std::fmt;
use zeroize::Zeroizing;

/// The private key is not a PKCS#8 Ed25519 key, or none could be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not PKCS#8 of the expected kind.
    #[error("not a PKCS#8 private key of the expected kind")]
    BadKey,
    /// Not a public key in the form that was expected.
    #[error("not a public key in the form that the file's name says")]
    BadPublicKey,
    /// The certificate cannot be read, or does not belong to the key.
    #[error("not an X.509 certificate of this key")]
    BadCertificate,
    /// The name cannot stand in a note or certificate, or the dates are out of range.
    #[error("the name or the dates cannot be used")]
    BadName,
    /// The system's source of randomness failed; may be retried.
    #[error("no randomness to be had")]
    Randomness,
}

/// The log's Ed25519 signing key. Debug shows the public half only.
pub struct LogKey {
    signer: Box<dyn Signer>,
    public: VerifierKey,
}

impl LogKey {
    /// A new private key, as PKCS#8 DER for the caller to store.
    ///
    /// # Errors
    /// [`KeyError::Randomness`].
    pub fn generate(rng: &dyn SecureRandom) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let document = Ed25519KeyPair::generate_pkcs8(rng).map_err(|_| KeyError::Randomness)?;
        Ok(Zeroizing::new(document.as_ref().to_vec()))
    }

    /// The key from PKCS#8 DER (version 1 as openssl writes it, or version 2), named after the log's origin.
    ///
    /// # Errors
    /// [`KeyError::BadKey`], [`KeyError::BadName`].
    pub fn from_pkcs8(name: &str, der: &[u8]) -> Result<Self, KeyError> {
        Self::new(name, Box::new(FileSigner::ed25519(der)?))
    }

    /// The key that `signer` has, named after the log's origin.
    ///
    /// # Errors
    /// [`KeyError::BadKey`] for a key of another kind, [`KeyError::BadName`].
    pub fn new(name: &str, signer: Box<dyn Signer>) -> Result<Self, KeyError> {
        let public = signer.public_key().try_into().map_err(|_| KeyError::BadKey)?;
        Ok(Self {
            public: VerifierKey::new(name, public).map_err(|_| KeyError::BadName)?,
            signer,
        })
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> &VerifierKey {
        &self.public
    }

    /// The public half as text, `name+hash+base64`: the content of `log.vkey`.
    #[must_use]
    pub fn vkey(&self) -> String {
        self.public.to_string()
    }

    /// The public half under the name of a log: the first log's is the key's own, later ones are named after it (`restart`).
    ///
    /// # Errors
    /// [`NoteError::BadKey`] for a name that no key can have.
    pub fn public_of(&self, origin: &str) -> Result<VerifierKey, NoteError> {
        self.public.renamed(origin)
    }

    /// The signed checkpoint of the tree of `size` leaves. `origin` is one line and the name that the signature bears.
    ///
    /// # Errors
    /// [`SignerError`].
    pub fn sign(&self, origin: &str, size: u64, root: &Hash) -> Result<String, SignerError> {
        let text = head_text(origin, size, root);
        Ok(format!("{text}\n{}", self.line(origin, &text)?))
    }

    /// The line, with its newline, by which this key signs a note's text, under the name of a log.
    ///
    /// # Errors
    /// [`SignerError`].
    pub fn line(&self, origin: &str, text: &str) -> Result<String, SignerError> {
        let public = self.public_of(origin).unwrap_or_else(|_| self.public.clone());
        Ok(format_signature(&public, &self.signer.sign(text.as_bytes())?))
    }
}

impl fmt::Debug for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogKey")
            .field("public", &self.vkey())
            .finish_non_exhaustive()
    }
}

/// A log's tree head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// Leaves.
    pub size: u64,
    /// The Merkle tree hash (RFC 6962 2.1).
    pub root: Hash,
}

impl Checkpoint {
    /// Reads the text of a checkpoint; trust it only after its signature verified. Extension lines are refused: our logs
    /// write none, and nobody could audit them.
    ///
    /// # Errors
    /// [`NoteError::NotCheckpoint`].
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let checkpoint = Self::read(text).ok_or(NoteError::NotCheckpoint)?;
        if checkpoint.to_string() == text {
            Ok(checkpoint)
        } else {
            Err(NoteError::NotCheckpoint)
        }
    }

    fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let origin = lines.next().filter(|origin| !origin.is_empty())?.to_owned();
        let size = lines.next()?.parse().ok()?;
        let root = STANDARD.decode(lines.next()?).ok()?.try_into().ok()?;
        Some(Self { origin, size, root })
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }
}

/// The text of a checkpoint.
pub(super) fn head_text(origin: &str, size: u64, root: &Hash) -> String {
    let head = Checkpoint {
        origin: origin.to_owned(),
        size,
        root: *root,
    };
    head.to_string()
}

/// The tree head of a signed checkpoint, once `key` is known to have signed it and its origin is the key's name.
///
/// # Errors
/// [`NoteError`].
pub fn verify(note: &str, key: &VerifierKey) -> Result<Checkpoint, NoteError> {
    let checkpoint = Checkpoint::parse(key.open(note)?)?;
    if checkpoint.origin == key.name() {
        Ok(checkpoint)
    } else {
        Err(NoteError::NotCheckpoint)
    }
}

#[cfg(test)]
mod tests;
