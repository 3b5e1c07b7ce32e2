//! Files, encrypted as they stream: the STREAM construction (Hoang et al. 2015) over ChaCha20-Poly1305 of the `aead-stream` crate.
//!
//! A sealed file is a 7-byte nonce prefix, then chunks of [`CHUNK`] plaintext bytes each with its 16-byte tag; the last chunk (possibly empty)
//! is marked as last, so that a file cut short does not open. Never more than one chunk is in memory.

use aead_stream::{DecryptorBE32, EncryptorBE32};
use chacha20poly1305::ChaCha20Poly1305;
use chacha20poly1305::aead::{KeyInit as _, Payload};
use ring::rand::SecureRandom;

use super::{DataKey, VaultError, random};

/// Plaintext bytes in each chunk but the last.
pub const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
const PREFIX: usize = 7;

/// Encrypts one file as it arrives.
pub struct FileSealer {
    encryptor: EncryptorBE32<ChaCha20Poly1305>,
    place: Vec<u8>,
    buffer: Vec<u8>,
    out: Vec<u8>,
}

impl FileSealer {
    /// Starts a file; `row` binds it to its attachment's id.
    pub fn new(key: &DataKey, row: &[u8], rng: &dyn SecureRandom) -> Result<Self, VaultError> {
        let prefix: [u8; PREFIX] = random(rng)?;
        Ok(Self {
            encryptor: EncryptorBE32::from_aead(ChaCha20Poly1305::new(&key.0.into()), &prefix.into()),
            place: row.to_vec(),
            buffer: Vec::with_capacity(CHUNK),
            out: prefix.to_vec(),
        })
    }

    /// Takes plaintext and hands back what may be written now (possibly nothing).
    pub fn push(&mut self, mut plaintext: &[u8]) -> Result<Vec<u8>, VaultError> {
        while !plaintext.is_empty() {
            // A full chunk is sealed only when more follows: the last one is sealed by `finish`.
            if self.buffer.len() == CHUNK {
                let payload = Payload {
                    msg: &self.buffer,
                    aad: &self.place,
                };
                let sealed = self.encryptor.encrypt_next(payload).map_err(|_| VaultError::Sealed)?;
                self.out.extend_from_slice(&sealed);
                self.buffer.clear();
            }
            let take = plaintext.len().min(CHUNK - self.buffer.len());
            let (now, later) = plaintext.split_at(take);
            self.buffer.extend_from_slice(now);
            plaintext = later;
        }
        Ok(std::mem::take(&mut self.out))
    }

    /// Ends the file and hands back its last bytes.
    pub fn finish(mut self) -> Result<Vec<u8>, VaultError> {
        let payload = Payload {
            msg: &self.buffer,
            aad: &self.place,
        };
        let sealed = self.encryptor.encrypt_last(payload).map_err(|_| VaultError::Sealed)?;
        self.out.extend_from_slice(&sealed);
        Ok(self.out)
    }
}

/// Decrypts one file as it is read. Plaintext handed out before [`FileOpener::finish`] is authentic but may not be all of it.
pub struct FileOpener {
    key: DataKey,
    decryptor: Option<DecryptorBE32<ChaCha20Poly1305>>,
    place: Vec<u8>,
    buffer: Vec<u8>,
}

impl FileOpener {
    /// Starts reading a file sealed with the same key and row.
    pub fn new(key: DataKey, row: &[u8]) -> Self {
        Self {
            key,
            decryptor: None,
            place: row.to_vec(),
            buffer: Vec::with_capacity(CHUNK + TAG),
        }
    }

    /// Takes sealed bytes and hands back the plaintext that is certain so far.
    pub fn push(&mut self, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.buffer.extend_from_slice(sealed);
        if self.decryptor.is_none() {
            let Some((prefix, rest)) = self.buffer.split_at_checked(PREFIX) else {
                return Ok(Vec::new());
            };
            let prefix: [u8; PREFIX] = prefix.try_into().map_err(|_| VaultError::Sealed)?;
            let cipher = ChaCha20Poly1305::new(&self.key.0.into());
            self.decryptor = Some(DecryptorBE32::from_aead(cipher, &prefix.into()));
            self.buffer = rest.to_vec();
        }
        let mut plaintext = Vec::new();
        let Some(decryptor) = self.decryptor.as_mut() else {
            return Ok(plaintext);
        };
        let mut start = 0;
        while self.buffer.len() - start > CHUNK + TAG {
            let end = start + CHUNK + TAG;
            let msg = self.buffer.get(start..end).ok_or(VaultError::Sealed)?;
            let payload = Payload { msg, aad: &self.place };
            plaintext.extend(decryptor.decrypt_next(payload).map_err(|_| VaultError::Sealed)?);
            start = end;
        }
        self.buffer.drain(..start);
        Ok(plaintext)
    }

    /// Ends the file and hands back its last plaintext; an error when the file was cut short or altered.
    pub fn finish(self) -> Result<Vec<u8>, VaultError> {
        let payload = Payload {
            msg: &self.buffer,
            aad: &self.place,
        };
        self.decryptor
            .ok_or(VaultError::Sealed)?
            .decrypt_last(payload)
            .map_err(|_| VaultError::Sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ring::rand::SystemRandom;

    fn sealed(key: &DataKey, plaintext: &[u8], step: usize) -> Vec<u8> {
        let mut sealer = FileSealer::new(key, b"row", &SystemRandom::new()).unwrap();
        let mut out = Vec::new();
        for part in plaintext.chunks(step.max(1)) {
            out.extend(sealer.push(part).unwrap());
        }
        out.extend(sealer.finish().unwrap());
        out
    }

    fn opened(key: &DataKey, row: &[u8], sealed: &[u8], step: usize) -> Result<Vec<u8>, VaultError> {
        let mut opener = FileOpener::new(key.clone(), row);
        let mut out = Vec::new();
        for part in sealed.chunks(step.max(1)) {
            out.extend(opener.push(part)?);
        }
        out.extend(opener.finish()?);
        Ok(out)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn what_is_sealed_opens_whatever_the_steps(size in prop_oneof![Just(0), Just(CHUNK), Just(CHUNK + 1), Just(2 * CHUNK), 0..200_000usize], a in 1..70_000usize, b in 1..70_000usize) {
            let key = DataKey::generate(&SystemRandom::new()).unwrap();
            let plaintext: Vec<u8> = (0..size).map(|i| (i % 251) as u8).collect();
            let file = sealed(&key, &plaintext, a);
            prop_assert_eq!(opened(&key, b"row", &file, b).unwrap(), plaintext);
        }
    }

    #[test]
    fn a_file_cut_short_altered_or_moved_does_not_open() {
        let key = DataKey::generate(&SystemRandom::new()).unwrap();
        let file = sealed(&key, &vec![7; 3 * CHUNK], 1000);
        assert!(opened(&key, b"other", &file, 999).is_err());
        for cut in [0, 5, PREFIX + CHUNK + TAG, file.len() - 1] {
            assert!(opened(&key, b"row", &file[..cut], 999).is_err(), "cut at {cut}");
        }
        let mut altered = file;
        altered[CHUNK * 2] ^= 1;
        assert!(opened(&key, b"row", &altered, 999).is_err());
    }
}
