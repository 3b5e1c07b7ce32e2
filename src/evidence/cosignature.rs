//! Cosignatures of witnesses (C2SP tlog-cosignature, Ed25519): that somebody other than the log saw this tree, at this time, as the largest
//! one and as an extension of every tree they saw before.
//!
//! Guarantees: what [`WitnessKey::cosign`] writes, [`CosignerKey::cosigned`] reads; a key has one spelling. That a witness cosigns no two
//! trees that contradict each other is the duty of the one who holds the key (`crate::witness`), not this module's.

use super::{
    checkpoint::KeyError,
    note::{NoteError, checked_name, format_line, format_vkey, key_id, parse_vkey, split},
};
use ring::{
    rand::SecureRandom,
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use std::{fmt, str::FromStr};
use zeroize::Zeroizing;

/// The signature type byte of an Ed25519 cosignature.
const TYPE_COSIGNATURE: u8 = 4;

/// A witness's public key, written `name+hash+base64`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CosignerKey {
    name: String,
    public: [u8; 32],
}

impl CosignerKey {
    /// The witness's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key itself: what is signed does not say the name, so the same key under two names is one witness.
    #[must_use]
    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }

    /// When this witness cosigned the note's text, in seconds of Unix time by its own clock: the latest, if it did so several times.
    ///
    /// # Errors
    /// [`NoteError::NotSigned`] without a line by this key, [`NoteError::WrongSignature`] if one does not hold, [`NoteError::Malformed`].
    pub fn cosigned(&self, note: &str) -> Result<u64, NoteError> {
        let (text, lines) = split(note)?;
        let own = key_id(&self.name, TYPE_COSIGNATURE, &self.public);
        let mut latest = Err(NoteError::NotSigned);
        for (name, id, bytes) in lines {
            if name != self.name || id != own {
                continue;
            }
            let (time, signature) = bytes.split_first_chunk::<8>().ok_or(NoteError::WrongSignature)?;
            let time = u64::from_be_bytes(*time);
            if time > i64::MAX.unsigned_abs() {
                return Err(NoteError::WrongSignature);
            }
            UnparsedPublicKey::new(&ED25519, self.public)
                .verify(message(text, time).as_bytes(), signature)
                .map_err(|_| NoteError::WrongSignature)?;
            latest = Ok(latest.map_or(time, |before: u64| before.max(time)));
        }
        latest
    }
}

impl fmt::Display for CosignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format_vkey(&self.name, TYPE_COSIGNATURE, &self.public))
    }
}

impl FromStr for CosignerKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let (name, public) = parse_vkey(text, TYPE_COSIGNATURE)?;
        Ok(Self {
            name: checked_name(name)?,
            public,
        })
    }
}

/// A witness's signing key. Debug shows the public half only.
pub struct WitnessKey {
    pair: Ed25519KeyPair,
    public: CosignerKey,
}

impl WitnessKey {
    /// A new private key, as PKCS#8 DER for the caller to store.
    ///
    /// # Errors
    /// [`KeyError::Randomness`].
    pub fn generate(rng: &dyn SecureRandom) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let document = Ed25519KeyPair::generate_pkcs8(rng).map_err(|_| KeyError::Randomness)?;
        Ok(Zeroizing::new(document.as_ref().to_vec()))
    }

    /// The key from PKCS#8 DER, under the witness's name.
    ///
    /// # Errors
    /// [`KeyError::BadKey`], [`KeyError::BadName`].
    pub fn from_pkcs8(name: &str, der: &[u8]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map_err(|_| KeyError::BadKey)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| KeyError::BadKey)?;
        let name = checked_name(name).map_err(|_| KeyError::BadName)?;
        Ok(Self {
            public: CosignerKey { name, public },
            pair,
        })
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> &CosignerKey {
        &self.public
    }

    /// The line to be added to the checkpoint with this text, with its newline. `time` is in seconds of Unix time.
    #[must_use]
    pub fn cosign(&self, text: &str, time: u64) -> String {
        let mut bytes = time.to_be_bytes().to_vec();
        bytes.extend_from_slice(self.pair.sign(message(text, time).as_bytes()).as_ref());
        let id = key_id(&self.public.name, TYPE_COSIGNATURE, &self.public.public);
        format_line(&self.public.name, id, &bytes)
    }
}

impl fmt::Debug for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WitnessKey")
            .field("public", &self.public.to_string())
            .finish_non_exhaustive()
    }
}

/// What a witness signs.
fn message(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

#[cfg(test)]
mod tests;
