//! Signed notes (C2SP signed-note) with Ed25519 keys: text, blank line, signature lines.
//!
//! Guarantees: a text is handed out only after a known key's signature over it verified; signatures by unknown keys are ignored,
//! a bad signature by the known key refuses the note. Other signature types than 0x01 are not verified here: those of witnesses are
//! [`cosignature`](super::cosignature)'s.

use super::sha256_parts;
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::signature::{ED25519, UnparsedPublicKey};
use std::{fmt, str::FromStr};

/// Notes longer than this are refused, in bytes. Leaves room for many witnesses' signatures.
pub const NOTE_LIMIT: usize = 256 * 1024;

/// The signature type byte of Ed25519.
const TYPE_ED25519: u8 = 1;

/// Why a note or its key is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not text, blank line and signature lines, or too long.
    #[error("not a signed note")]
    Malformed,
    /// Not `name+hash+base64` of an Ed25519 key.
    #[error("not a verifier key")]
    BadKey,
    /// The known key did not sign.
    #[error("not signed by this key")]
    NotSigned,
    /// The known key's signature is wrong.
    #[error("the signature is wrong")]
    WrongSignature,
    /// The signed text is not a checkpoint.
    #[error("not a checkpoint")]
    NotCheckpoint,
}

/// A public key of a note, written `name+hash+base64`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    public: [u8; 32],
}

impl VerifierKey {
    /// The Ed25519 key `public` under a name.
    ///
    /// # Errors
    /// [`NoteError::BadKey`] if the name is empty or holds a space, a plus sign or a control character.
    pub fn new(name: &str, public: [u8; 32]) -> Result<Self, NoteError> {
        Ok(Self {
            name: checked_name(name)?,
            public,
        })
    }

    /// The same key under another name.
    ///
    /// # Errors
    /// [`NoteError::BadKey`] for a name that no key can have.
    pub fn renamed(&self, name: &str) -> Result<Self, NoteError> {
        Self::new(name, self.public)
    }

    /// The key's name; for a log its origin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key itself.
    #[must_use]
    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }

    /// The key id: the first four bytes of SHA-256(name || 0x0A || 0x01 || public key).
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        key_id(&self.name, TYPE_ED25519, &self.public)
    }

    /// The key as PEM (RFC 8410), for `openssl pkeyutl -verify -pubin`.
    #[must_use]
    pub fn to_pem(&self) -> String {
        let mut der = vec![0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
        der.extend_from_slice(&self.public);
        format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            STANDARD.encode(der)
        )
    }

    /// The note's text, once this key's signature over it verified.
    ///
    /// # Errors
    /// [`NoteError`].
    pub fn open<'a>(&self, note: &'a str) -> Result<&'a str, NoteError> {
        let (text, signatures) = split(note)?;
        let mut signed = Err(NoteError::NotSigned);
        for (name, id, signature) in signatures {
            if name != self.name || id != self.id() {
                continue;
            }
            UnparsedPublicKey::new(&ED25519, self.public)
                .verify(text.as_bytes(), &signature)
                .map_err(|_| NoteError::WrongSignature)?;
            signed = Ok(text);
        }
        signed
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format_vkey(&self.name, TYPE_ED25519, &self.public))
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let (name, public) = parse_vkey(text, TYPE_ED25519)?;
        Self::new(name, public)
    }
}

/// A key's name, when it can stand in a note.
pub(super) fn checked_name(name: &str) -> Result<String, NoteError> {
    let bad = |character: char| character.is_whitespace() || character.is_control() || character == '+';
    if name.is_empty() || name.contains(bad) {
        Err(NoteError::BadKey)
    } else {
        Ok(name.to_owned())
    }
}

/// The first four bytes of SHA-256(name || 0x0A || signature type || public key).
pub(super) fn key_id(name: &str, kind: u8, public: &[u8; 32]) -> [u8; 4] {
    let hash = sha256_parts(&[name.as_bytes(), b"\n", &[kind], public]);
    [hash[0], hash[1], hash[2], hash[3]]
}

/// A verifier key as text.
pub(super) fn format_vkey(name: &str, kind: u8, public: &[u8; 32]) -> String {
    let mut typed = vec![kind];
    typed.extend_from_slice(public);
    let id = hex::encode(key_id(name, kind, public));
    format!("{name}+{id}+{}", STANDARD.encode(typed))
}

/// Name and public key of a verifier key of this signature type, in its one spelling.
pub(super) fn parse_vkey(text: &str, kind: u8) -> Result<(&str, [u8; 32]), NoteError> {
    let mut parts = text.splitn(3, '+');
    let (name, _, key) = (|| Some((parts.next()?, parts.next()?, parts.next()?)))().ok_or(NoteError::BadKey)?;
    let typed = STANDARD.decode(key).map_err(|_| NoteError::BadKey)?;
    let public = typed
        .strip_prefix(&[kind])
        .and_then(|key| key.try_into().ok())
        .ok_or(NoteError::BadKey)?;
    if format_vkey(name, kind, &public) == text {
        Ok((name, public))
    } else {
        Err(NoteError::BadKey)
    }
}

/// The text of a note, whose signatures nobody has verified.
///
/// # Errors
/// [`NoteError::Malformed`].
pub fn unverified_text(note: &str) -> Result<&str, NoteError> {
    Ok(split(note)?.0)
}

/// Name, key id and signature of one line.
pub(super) type SignatureLine<'a> = (&'a str, [u8; 4], Vec<u8>);

/// Cuts a note into its text and its signature lines, without verifying anything.
pub(super) fn split(note: &str) -> Result<(&str, Vec<SignatureLine<'_>>), NoteError> {
    let bad = |character: char| character < ' ' && character != '\n';
    if note.len() > NOTE_LIMIT || note.contains(bad) {
        return Err(NoteError::Malformed);
    }
    let end = note.rfind("\n\n").ok_or(NoteError::Malformed)? + 1;
    let (text, lines) = (
        &note[..end],
        note[end + 1..].strip_suffix('\n').ok_or(NoteError::Malformed)?,
    );
    let signatures: Option<Vec<_>> = lines.split('\n').map(signature_line).collect();
    Ok((text, signatures.ok_or(NoteError::Malformed)?))
}

fn signature_line(line: &str) -> Option<SignatureLine<'_>> {
    let (name, signature) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    let bytes = STANDARD.decode(signature).ok()?;
    let (id, signature) = bytes.split_first_chunk::<4>()?;
    (!name.is_empty() && !signature.is_empty()).then(|| (name, *id, signature.to_vec()))
}

/// A note's signature line, with its newline.
pub(crate) fn format_signature(key: &VerifierKey, signature: &[u8]) -> String {
    format_line(&key.name, key.id(), signature)
}

/// The signature line of a key of any type, with its newline.
pub(super) fn format_line(name: &str, id: [u8; 4], signature: &[u8]) -> String {
    let mut bytes = id.to_vec();
    bytes.extend_from_slice(signature);
    format!("\u{2014} {name} {}\n", STANDARD.encode(bytes))
}
