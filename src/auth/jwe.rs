//! Opening what was encrypted to us: JSON Web Encryption in its compact form (RFC 7516), as the Finnish Trust Network uses it for ID tokens.
//!
//! Guarantees: a text comes out only when its authentication tag is right; where encryption and tag are separate (RFC 7518 5.2), the tag is
//! compared in constant time before anything is decrypted. Every failure from the key on looks the same. The ciphers are AWS-LC's.
//! Leaves out: who made the text (its signature stands inside), encrypting, compression, and every algorithm that is not named here.

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_128, AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey};
use aws_lc_rs::{aead, cipher, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// How the key of a text may be encrypted, as `alg` names it.
pub const KEY_ALGORITHMS: [&str; 2] = ["RSA-OAEP-256", "RSA-OAEP"];
/// How a text may be encrypted, as `enc` names it.
pub const CONTENT_ALGORITHMS: [&str; 4] = ["A256GCM", "A128GCM", "A256CBC-HS512", "A128CBC-HS256"];
/// The longest text that is looked at, in bytes.
const LONGEST: usize = 64 * 1024;

/// Why a text could not be opened. Says nothing of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JweError {
    /// Not five parts with a header.
    #[error("it is not encrypted")]
    NotEncrypted,
    /// Encrypted in a way that is not taken.
    #[error("it is encrypted with an algorithm, or in a way, that is not taken")]
    Algorithm,
    /// Encrypted to a key that is not ours.
    #[error("it is encrypted to a key that is not ours: does the provider have our current keys?")]
    UnknownKey,
    /// Damaged, forged, or encrypted to another key.
    #[error("it cannot be decrypted")]
    Undecipherable,
}

/// A private key to which texts are encrypted.
#[derive(Debug)]
pub struct DecryptionKey {
    /// Its key id.
    pub kid: String,
    /// The key.
    pub key: OaepPrivateDecryptingKey,
}

#[derive(Debug, Deserialize)]
struct Header {
    alg: String,
    enc: String,
    kid: Option<String>,
    zip: Option<String>,
    crit: Option<serde_json::Value>,
}

/// The five parts, decoded; the header also as it stands, since the tag covers it so.
struct Parts<'a> {
    protected: &'a str,
    header: Header,
    encrypted_key: Vec<u8>,
    iv: Vec<u8>,
    ciphertext: Vec<u8>,
    tag: Vec<u8>,
}

impl<'a> Parts<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        let [protected, key, iv, ciphertext, tag] = parts.try_into().ok()?;
        let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        Some(Self {
            protected,
            header: serde_json::from_slice(&bytes(protected)?).ok()?,
            encrypted_key: bytes(key)?,
            iv: bytes(iv)?,
            ciphertext: bytes(ciphertext)?,
            tag: bytes(tag)?,
        })
    }
}

/// The text that was encrypted to one of `keys`: to the one it names, or to any where it names none.
///
/// # Errors
/// [`JweError`].
pub fn decrypt(text: &str, keys: &[DecryptionKey]) -> Result<Zeroizing<Vec<u8>>, JweError> {
    if text.len() > LONGEST {
        return Err(JweError::Algorithm);
    }
    let parts = Parts::read(text).ok_or(JweError::NotEncrypted)?;
    let header = &parts.header;
    if header.zip.is_some()
        || header.crit.is_some()
        || !KEY_ALGORITHMS.contains(&header.alg.as_str())
        || !CONTENT_ALGORITHMS.contains(&header.enc.as_str())
    {
        return Err(JweError::Algorithm);
    }
    let named = |key: &&DecryptionKey| header.kid.as_ref().is_none_or(|kid| *kid == key.kid);
    let mut candidates = keys.iter().filter(named).peekable();
    candidates.peek().ok_or(JweError::UnknownKey)?;
    candidates
        .find_map(|key| decrypt_content(&parts, &content_key(&parts, &key.key)?))
        .ok_or(JweError::Undecipherable)
}

/// The key of the content (RFC 7518 4.3).
fn content_key(parts: &Parts<'_>, key: &OaepPrivateDecryptingKey) -> Option<Zeroizing<Vec<u8>>> {
    let algorithm = match parts.header.alg.as_str() {
        "RSA-OAEP" => &OAEP_SHA1_MGF1SHA1,
        _ => &OAEP_SHA256_MGF1SHA256,
    };
    let mut room = Zeroizing::new(vec![0; key.min_output_size()]);
    let found = key.decrypt(algorithm, &parts.encrypted_key, &mut room, None).ok()?;
    Some(Zeroizing::new(found.to_vec()))
}

fn decrypt_content(parts: &Parts<'_>, key: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    match parts.header.enc.as_str() {
        "A128GCM" => gcm(parts, key, &AES_128_GCM),
        "A256GCM" => gcm(parts, key, &AES_256_GCM),
        "A128CBC-HS256" => cbc_hmac(parts, key, &AES_128, hmac::HMAC_SHA256),
        "A256CBC-HS512" => cbc_hmac(parts, key, &AES_256, hmac::HMAC_SHA512),
        _ => None,
    }
}

/// RFC 7518 5.3.
fn gcm(parts: &Parts<'_>, key: &[u8], algorithm: &'static aead::Algorithm) -> Option<Zeroizing<Vec<u8>>> {
    if parts.tag.len() != algorithm.tag_len() {
        return None;
    }
    let key = LessSafeKey::new(UnboundKey::new(algorithm, key).ok()?);
    let nonce = Nonce::try_assume_unique_for_key(&parts.iv).ok()?;
    let mut text = Zeroizing::new([parts.ciphertext.as_slice(), &parts.tag].concat());
    let length = key
        .open_in_place(nonce, Aad::from(parts.protected), &mut text)
        .ok()?
        .len();
    text.truncate(length);
    Some(text)
}

/// RFC 7518 5.2: the first half of the key makes the tag, the second half encrypts.
fn cbc_hmac(
    parts: &Parts<'_>,
    key: &[u8],
    algorithm: &'static cipher::Algorithm,
    digest: hmac::Algorithm,
) -> Option<Zeroizing<Vec<u8>>> {
    let half = digest.digest_algorithm().output_len() / 2;
    let (mac_key, encryption_key) = key.split_at_checked(half)?;
    if encryption_key.len() != half {
        return None;
    }
    let mut mac = hmac::Context::with_key(&hmac::Key::new(digest, mac_key));
    mac.update(parts.protected.as_bytes());
    mac.update(&parts.iv);
    mac.update(&parts.ciphertext);
    let bits = u64::try_from(parts.protected.len()).ok()?.checked_mul(8)?;
    mac.update(&bits.to_be_bytes());
    let tag = mac.sign();
    if !bool::from(tag.as_ref().get(..half)?.ct_eq(&parts.tag)) {
        return None;
    }
    let iv: [u8; 16] = parts.iv.as_slice().try_into().ok()?;
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(UnboundCipherKey::new(algorithm, encryption_key).ok()?).ok()?;
    let mut text = Zeroizing::new(parts.ciphertext.clone());
    let length = key
        .decrypt(&mut text, DecryptionContext::Iv128(FixedLength::from(iv)))
        .ok()?
        .len();
    text.truncate(length);
    Some(text)
}

#[cfg(test)]
mod tests;
