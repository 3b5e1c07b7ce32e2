//! Seals: what they cover, and what breaks them.

use super::*;
use proptest::prelude::*;
use ring::rand::SystemRandom;

fn key() -> SealKey {
    let rng = SystemRandom::new();
    let (from, to) = (
        "2026-01-01T00:00:00Z".parse().unwrap(),
        "2031-01-01T00:00:00Z".parse().unwrap(),
    );
    let pem = SealKey::generate("hub.example", from, to, &rng).unwrap();
    SealKey::from_pem(&pem.key, &pem.chain).unwrap()
}

#[test]
fn what_is_sealed_verifies_by_certificate_and_by_jwk() {
    let key = key();
    let jws = key.seal(b"{}").unwrap();
    let chain = SealPublic::from_pem_chain(key.chain_pem()).unwrap();
    assert_eq!(verify_seal(&jws, &chain).unwrap().0, b"{}");
    let jwk = SealPublic::from_jwks(key.public().jwk().as_bytes()).unwrap().remove(0);
    assert_eq!(verify_seal(&jws, std::slice::from_ref(&jwk)).unwrap().0, b"{}");
    assert_eq!(jwk.kid(), key.public().kid());
    assert_eq!(verify_seal(&jws, &[]), Err(SealError::UnknownKey));
    let header = from_base64url(jws.split('.').next().unwrap()).unwrap();
    let text = String::from_utf8(header).unwrap();
    assert!(
        text.starts_with(r#"{"alg":"ES256","kid":""#) && text.contains(r#"","x5t#S256":""#) && text.len() < 512,
        "{text}"
    );
    assert!(!format!("{key:?}").contains("signer"));
    let other = self::key();
    let set = SealPublic::jwk_set(&[key.public().clone(), other.public().clone()]);
    let kids = |keys: &[SealPublic]| keys.iter().map(SealPublic::kid).collect::<Vec<_>>();
    assert_eq!(
        kids(&SealPublic::from_jwks(set.as_bytes()).unwrap()),
        kids(&[key.public().clone(), other.public().clone()])
    );
    assert_eq!(SealPublic::from_jwks(br#"{"keys":[]}"#), Err(KeyError::BadPublicKey));
}

#[test]
fn the_thumbprint_is_that_of_another_implementation() {
    // The key of RFC 7517 A.1; its thumbprint computed with Python's hashlib over the RFC 7638 input.
    let jwk = br#"{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"}"#;
    assert_eq!(
        SealPublic::from_jwks(jwk).unwrap()[0].kid(),
        "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"
    );
    assert_eq!(
        SealPublic::from_jwks(br#"{"kty":"EC","crv":"P-384","x":"","y":""}"#),
        Err(KeyError::BadPublicKey)
    );
}

#[test]
fn an_rfc_7515_signature_verifies() {
    // RFC 7515 A.3: the key and signature, without our header: the signature holds, the header is refused.
    let jwk = br#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
    let jws = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    let key = SealPublic::from_jwks(jwk).unwrap().remove(0);
    assert_eq!(verify_seal(jws, std::slice::from_ref(&key)), Err(SealError::Malformed));
    let (signed, signature) = jws.rsplit_once('.').unwrap();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.point)
        .verify(signed.as_bytes(), &from_base64url(signature).unwrap())
        .unwrap();
}

#[test]
fn other_keys_and_headers_are_refused() {
    let (one, two, rng) = (key(), key(), SystemRandom::new());
    let jws = one.seal(b"{}").unwrap();
    assert_eq!(
        verify_seal(&jws, std::slice::from_ref(two.public())),
        Err(SealError::UnknownKey)
    );
    assert_eq!(SealKey::from_pem("", two.chain_pem()).err(), Some(KeyError::BadKey));
    let pem = SealKey::generate("hub", Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH, &rng).unwrap();
    assert_eq!(
        SealKey::from_pem(&pem.key, two.chain_pem()).err(),
        Some(KeyError::BadCertificate)
    );
    assert!(!format!("{pem:?}").contains("PRIVATE"));
    assert_eq!(
        SealKey::generate("hub", Timestamp::MIN, Timestamp::MAX, &rng).err(),
        Some(KeyError::BadName)
    );
    let (_, rest) = jws.split_once('.').unwrap();
    for header in [r#"{"alg":"none"}"#, r#"{"alg":"ES256","kid":"a","x5t#S256":"a"}"#, "{}"] {
        assert_eq!(
            verify_seal(
                &format!("{}.{rest}", base64url(header.as_bytes())),
                std::slice::from_ref(one.public())
            ),
            Err(SealError::Malformed)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_changed_seal_is_refused(at: prop::sample::Index, change in 1_u8..=255) {
        let key = key();
        let mut bytes = key.seal(b"{\"v\":1}").unwrap().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        if let Ok(text) = std::str::from_utf8(&bytes) {
            prop_assert!(verify_seal(text, std::slice::from_ref(key.public())).is_err());
        }
    }

    #[test]
    fn strangers_seals_do_not_panic(text: String) {
        prop_assert!(verify_seal(&text, &[]).is_err());
        let _ = SealPublic::from_pem_chain(&text);
        let _ = SealPublic::from_jwks(text.as_bytes());
    }
}

#[test]
fn a_seal_is_whole_again_from_its_parts_and_the_sealed_bytes() {
    let jws = "aGVhZA.cGF5bG9hZA.c2ln";
    let detached = detach(jws).unwrap();
    assert_eq!(detached, "aGVhZA..c2ln");
    assert_eq!(attach(&detached, b"payload").unwrap(), jws);
    assert_eq!(detach("nothing"), None);
    assert_eq!(attach("nothing", b"payload"), None);
}
