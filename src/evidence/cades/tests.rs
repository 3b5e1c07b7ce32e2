//! Signatures over bundles: what they cover, and what breaks them.

use ring::rand::SystemRandom;

use super::*;

fn key() -> SealKey {
    let rng = SystemRandom::new();
    let (from, to) = (
        "2026-01-01T00:00:00Z".parse().unwrap(),
        "2031-01-01T00:00:00Z".parse().unwrap(),
    );
    let pem = SealKey::generate("hub.example", from, to, &rng).unwrap();
    SealKey::from_pem(&pem.key, &pem.chain).unwrap()
}

fn known(key: &SealKey) -> Vec<SealPublic> {
    SealPublic::from_pem_chain(key.chain_pem()).unwrap()
}

#[test]
fn what_is_signed_verifies_by_certificate_and_by_jwk() {
    let key = key();
    for at in ["2026-11-05T06:00:00Z", "2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z"] {
        let at: Timestamp = at.parse().unwrap();
        let signature = sign(b"content", &key, at).unwrap();
        let keys = known(&key);
        assert_eq!(verify(b"content", &signature, &keys).unwrap(), (at, &keys[0]));
        let jwk = SealPublic::from_jwks(key.public().jwk().as_bytes()).unwrap();
        assert_eq!(verify(b"content", &signature, &jwk).unwrap().0, at);
    }
}

#[test]
fn other_content_other_keys_and_any_changed_bit_are_refused() {
    let key = key();
    let at = "2026-11-05T06:00:00Z".parse().unwrap();
    let signature = sign(b"content", &key, at).unwrap();
    let keys = known(&key);
    assert!(matches!(
        verify(b"Content", &signature, &keys),
        Err(CadesError::OtherContent)
    ));
    assert!(matches!(
        verify(b"content", &signature, &[]),
        Err(CadesError::UnknownKey)
    ));
    assert!(matches!(
        verify(b"content", &signature, &known(&self::key())),
        Err(CadesError::UnknownKey)
    ));
    for at in 0..signature.len() {
        let mut changed = signature.clone();
        changed[at] ^= 1;
        if let Ok((time, by)) = verify(b"content", &changed, &keys) {
            // What is not signed may be spelled otherwise, and says nothing else.
            assert_eq!((time, by), verify(b"content", &signature, &keys).unwrap(), "byte {at}");
        }
        assert!(verify(b"content", &signature[..at], &keys).is_err(), "cut at {at}");
    }
    let long = [signature.as_slice(), &[0]].concat();
    assert!(verify(b"content", &long, &keys).is_err());
    assert!(verify(b"content", &vec![0x30; SIGNATURE_LIMIT + 1], &keys).is_err());
}
