//! Encryption at rest: every message, attachment and record has a data key of its own, wrapped once for each party that may read it.
//!
//! Three layers: the master key (from a file or the environment) wraps party keys; a party key (mailbox, organisation, or the hub for unused
//! uploads) wraps data keys; a data key encrypts one thing. Destroying a wrapped key is the erasure. AES-256-GCM by ring; every ciphertext
//! is bound to its table, column and row, so that bytes moved to another place do not open. A party wraps very many keys, so each wrap
//! uses a key derived for its place (HKDF-SHA-256): random nonces never come near their limit.
//! Leaves out: who may read what (`hub`), the bytes of files (`vault::file`).

pub mod file;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::SecureRandom;
use ring::{hkdf, hmac};
use zeroize::{Zeroize, ZeroizeOnDrop};

const KEY_LEN: usize = 32;

/// Why something did not open or could not be sealed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum VaultError {
    /// Wrong key, wrong place or altered bytes: ciphertext and key do not belong together.
    #[error("the stored bytes cannot be opened with this key at this place")]
    Sealed,
    /// The master key is not 32 bytes of base64.
    #[error("the master key must be 32 bytes in base64, for example the output of `openssl rand -base64 32`")]
    MasterKey,
    /// The system gave no random numbers.
    #[error("no random numbers could be had")]
    Random,
}

/// Where a ciphertext lives: it opens nowhere else.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
    /// The row's primary key as bytes.
    pub row: &'a [u8],
}

impl<'a> Place<'a> {
    /// Names a place.
    pub const fn new(table: &'static str, column: &'static str, row: &'a [u8]) -> Self {
        Self { table, column, row }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.table.len() + self.column.len() + self.row.len() + 2);
        bytes.extend_from_slice(self.table.as_bytes());
        bytes.push(b'.');
        bytes.extend_from_slice(self.column.as_bytes());
        bytes.push(b'.');
        bytes.extend_from_slice(self.row);
        bytes
    }
}

/// The key of one thing: a message, an attachment, a record.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DataKey([u8; KEY_LEN]);

/// The key of one party: a mailbox, an organisation, or the hub itself.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct PartyKey([u8; KEY_LEN]);

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DataKey(redacted)")
    }
}

impl std::fmt::Debug for PartyKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PartyKey(redacted)")
    }
}

impl DataKey {
    /// A fresh key.
    pub fn generate(rng: &dyn SecureRandom) -> Result<Self, VaultError> {
        Ok(Self(random(rng)?))
    }

    /// Encrypts `plaintext` for `place`: nonce, ciphertext, tag.
    pub fn seal(&self, place: Place<'_>, plaintext: &[u8], rng: &dyn SecureRandom) -> Result<Vec<u8>, VaultError> {
        seal(&self.0, &place.bytes(), plaintext, rng)
    }

    /// Opens what [`DataKey::seal`] made for the same place.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        open(&self.0, &place.bytes(), sealed)
    }
}

impl PartyKey {
    /// Wraps a data key for this party.
    pub fn wrap(&self, place: Place<'_>, key: &DataKey, rng: &dyn SecureRandom) -> Result<Vec<u8>, VaultError> {
        let place = place.bytes();
        seal(&derive(&self.0, &place)?, &place, &key.0, rng)
    }

    /// Opens a data key wrapped by [`PartyKey::wrap`] for the same place.
    pub fn unwrap(&self, place: Place<'_>, wrapped: &[u8]) -> Result<DataKey, VaultError> {
        let place = place.bytes();
        let mut bytes = open(&derive(&self.0, &place)?, &place, wrapped)?;
        let key = bytes.as_slice().try_into().map(DataKey).map_err(|_| VaultError::Sealed);
        bytes.zeroize();
        key
    }

    /// Encrypts a small value that belongs to the party itself (its name, a feed detail).
    pub fn seal(&self, place: Place<'_>, plaintext: &[u8], rng: &dyn SecureRandom) -> Result<Vec<u8>, VaultError> {
        let place = place.bytes();
        seal(&derive(&self.0, &place)?, &place, plaintext, rng)
    }

    /// Opens what [`PartyKey::seal`] made for the same place.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let place = place.bytes();
        open(&derive(&self.0, &place)?, &place, sealed)
    }
}

/// The master key and what is derived from it.
#[derive(Clone)]
pub struct Vault {
    master: PartyKey,
    hub: PartyKey,
    lookup: hmac::Key,
    secrets: hmac::Key,
    token_key: [u8; KEY_LEN],
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(redacted)")
    }
}

impl Vault {
    /// Opens the vault with the 32-byte master key in base64, surrounding white space ignored.
    pub fn from_base64(text: &str) -> Result<Self, VaultError> {
        use base64::Engine as _;
        let mut bytes = base64::engine::general_purpose::STANDARD
            .decode(text.trim())
            .map_err(|_| VaultError::MasterKey)?;
        let key: [u8; KEY_LEN] = bytes.as_slice().try_into().map_err(|_| VaultError::MasterKey)?;
        bytes.zeroize();
        Self::new(key)
    }

    /// A fresh master key in base64, for a first start.
    pub fn generate_base64(rng: &dyn SecureRandom) -> Result<String, VaultError> {
        use base64::Engine as _;
        Ok(base64::engine::general_purpose::STANDARD.encode(random::<KEY_LEN>(rng)?))
    }

    fn new(master: [u8; KEY_LEN]) -> Result<Self, VaultError> {
        let hmac = |purpose: &[u8]| Ok(hmac::Key::new(hmac::HMAC_SHA256, &derive(&master, purpose)?));
        Ok(Self {
            hub: PartyKey(derive(&master, b"hub")?),
            lookup: hmac(b"identity look-up")?,
            secrets: hmac(b"digests of secrets")?,
            token_key: derive(&master, b"access token signing key")?,
            master: PartyKey(master),
        })
    }

    /// The keyed digest under which an identity is looked up; without the master key nobody can try all identity codes.
    pub fn lookup(&self, identity: &str) -> [u8; 32] {
        bytes_of(&hmac::sign(&self.lookup, identity.as_bytes()))
    }

    /// The keyed digest of a secret text, so that the database holds nothing that can be used. Each purpose (`session`, `login state`) has
    /// digests of its own.
    pub fn digest(&self, purpose: &'static str, secret: &str) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.secrets);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(secret.as_bytes());
        bytes_of(&context.sign())
    }

    /// The key with which bearer tokens are authenticated.
    pub fn token_key(&self) -> [u8; 32] {
        self.token_key
    }

    /// The hub's own party key: unused uploads, pending logins.
    pub fn hub(&self) -> &PartyKey {
        &self.hub
    }

    /// A new party key and its wrapped form for `place`.
    pub fn new_party(&self, place: Place<'_>, rng: &dyn SecureRandom) -> Result<(PartyKey, Vec<u8>), VaultError> {
        let key = DataKey::generate(rng)?;
        let wrapped = self.master.wrap(place, &key, rng)?;
        Ok((PartyKey(key.0), wrapped))
    }

    /// Opens a party key wrapped by [`Vault::new_party`].
    pub fn party(&self, place: Place<'_>, wrapped: &[u8]) -> Result<PartyKey, VaultError> {
        self.master.unwrap(place, wrapped).map(|key| PartyKey(key.0))
    }
}

fn bytes_of(tag: &hmac::Tag) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(tag.as_ref());
    bytes
}

fn random<const N: usize>(rng: &dyn SecureRandom) -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    rng.fill(&mut bytes).map_err(|_| VaultError::Random)?;
    Ok(bytes)
}

struct Len;

impl hkdf::KeyType for Len {
    fn len(&self) -> usize {
        KEY_LEN
    }
}

/// HKDF-SHA-256 (RFC 5869): the key of one place.
fn derive(key: &[u8; KEY_LEN], info: &[u8]) -> Result<[u8; KEY_LEN], VaultError> {
    let mut derived = [0; KEY_LEN];
    hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, key)
        .expand(&[info], Len)
        .and_then(|okm| okm.fill(&mut derived))
        .map_err(|_| VaultError::Sealed)?;
    Ok(derived)
}

fn seal(key: &[u8; KEY_LEN], aad: &[u8], plaintext: &[u8], rng: &dyn SecureRandom) -> Result<Vec<u8>, VaultError> {
    let nonce: [u8; NONCE_LEN] = random(rng)?;
    let mut sealed = Vec::with_capacity(NONCE_LEN + plaintext.len() + AES_256_GCM.tag_len());
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(plaintext);
    let tag = cipher(key)?
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(aad),
            sealed.get_mut(NONCE_LEN..).ok_or(VaultError::Sealed)?,
        )
        .map_err(|_| VaultError::Sealed)?;
    sealed.extend_from_slice(tag.as_ref());
    Ok(sealed)
}

fn open(key: &[u8; KEY_LEN], aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
    let (nonce, ciphertext) = sealed.split_at_checked(NONCE_LEN).ok_or(VaultError::Sealed)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| VaultError::Sealed)?;
    let mut buffer = ciphertext.to_vec();
    let plaintext = cipher(key)?
        .open_in_place(nonce, Aad::from(aad), &mut buffer)
        .map_err(|_| VaultError::Sealed)?
        .len();
    buffer.truncate(plaintext);
    Ok(buffer)
}

fn cipher(key: &[u8; KEY_LEN]) -> Result<LessSafeKey, VaultError> {
    UnboundKey::new(&AES_256_GCM, key)
        .map(LessSafeKey::new)
        .map_err(|_| VaultError::Sealed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::rand::SystemRandom;

    fn vault() -> Vault {
        Vault::from_base64(&Vault::generate_base64(&SystemRandom::new()).unwrap()).unwrap()
    }

    #[test]
    fn a_wrapped_key_opens_only_for_its_party_and_place() {
        let (rng, vault) = (SystemRandom::new(), vault());
        let (party, wrapped_party) = vault.new_party(Place::new("mailbox", "party_key", b"1"), &rng).unwrap();
        let key = DataKey::generate(&rng).unwrap();
        let place = Place::new("message", "key_mailbox", b"7");
        let wrapped = party.wrap(place, &key, &rng).unwrap();
        let sealed = key
            .seal(Place::new("message", "header_sealed", b"7"), b"secret", &rng)
            .unwrap();

        let again = vault
            .party(Place::new("mailbox", "party_key", b"1"), &wrapped_party)
            .unwrap();
        let opened = again.unwrap(place, &wrapped).unwrap();
        assert_eq!(
            opened
                .open(Place::new("message", "header_sealed", b"7"), &sealed)
                .unwrap(),
            b"secret"
        );

        assert_eq!(
            opened
                .open(Place::new("message", "header_sealed", b"8"), &sealed)
                .unwrap_err(),
            VaultError::Sealed
        );
        assert!(
            again
                .unwrap(Place::new("message", "key_mailbox", b"8"), &wrapped)
                .is_err()
        );
        let (other, _) = vault.new_party(Place::new("mailbox", "party_key", b"2"), &rng).unwrap();
        assert!(other.unwrap(place, &wrapped).is_err());
        let mut altered = sealed;
        altered[14] ^= 1;
        assert!(
            opened
                .open(Place::new("message", "header_sealed", b"7"), &altered)
                .is_err()
        );
    }

    #[test]
    fn the_lookup_differs_by_master_key_and_identity() {
        let (a, b) = (vault(), vault());
        assert_ne!(a.lookup("person:020504A902E"), a.lookup("person:020504B902E"));
        assert_ne!(a.lookup("person:020504A902E"), b.lookup("person:020504A902E"));
    }

    #[test]
    fn a_short_master_key_is_refused() {
        assert_eq!(Vault::from_base64("c2hvcnQ=").unwrap_err(), VaultError::MasterKey);
    }
}
