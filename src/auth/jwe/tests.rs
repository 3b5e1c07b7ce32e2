//! Opening what another program encrypted, what the standard gives as examples, and nothing that was changed on the way.

use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;

use super::*;

/// Made for these tests, and used for nothing else.
const KEY: &str = include_str!("tests/key.pem");
/// `alg enc token`, encrypted to that key by the npm package jose; the text is `ääni alg enc`.
const BY_JOSE: &str = include_str!("tests/by_jose.txt");

fn key(kid: &str) -> DecryptionKey {
    let der = PrivatePkcs8KeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
    let private = aws_lc_rs::rsa::PrivateDecryptingKey::from_pkcs8(der.secret_pkcs8_der()).unwrap();
    DecryptionKey {
        kid: kid.to_owned(),
        key: OaepPrivateDecryptingKey::new(private).unwrap(),
    }
}

fn other_key(kid: &str) -> DecryptionKey {
    let private = aws_lc_rs::rsa::PrivateDecryptingKey::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    DecryptionKey {
        kid: kid.to_owned(),
        key: OaepPrivateDecryptingKey::new(private).unwrap(),
    }
}

fn foreign() -> impl Iterator<Item = (&'static str, String)> {
    BY_JOSE.lines().map(|line| {
        let (algorithms, token) = line.rsplit_once(' ').unwrap();
        (token, format!("ääni {algorithms}"))
    })
}

#[test]
fn what_another_program_encrypted_is_opened_in_every_way() {
    let keys = [other_key("ours"), key("theirs")];
    assert_eq!(foreign().count(), KEY_ALGORITHMS.len() * CONTENT_ALGORITHMS.len());
    for (token, text) in foreign() {
        assert_eq!(decrypt(token, &keys).unwrap().as_slice(), text.as_bytes(), "{text}");
    }
}

#[test]
fn nothing_that_was_changed_is_opened() {
    let keys = [key("theirs")];
    for (token, text) in foreign() {
        let parts: Vec<&str> = token.split('.').collect();
        for place in 0..parts.len() {
            let mut bytes = URL_SAFE_NO_PAD.decode(parts[place]).unwrap();
            for at in [0, bytes.len() / 2, bytes.len() - 1] {
                bytes[at] ^= 1;
                let changed = URL_SAFE_NO_PAD.encode(&bytes);
                bytes[at] ^= 1;
                let mut tampered = parts.clone();
                tampered[place] = &changed;
                assert!(
                    decrypt(&tampered.join("."), &keys).is_err(),
                    "{text}: part {place}, byte {at}"
                );
            }
            let mut shorter = parts.clone();
            let cut = URL_SAFE_NO_PAD.encode(&bytes[..bytes.len() - 1]);
            shorter[place] = &cut;
            assert!(decrypt(&shorter.join("."), &keys).is_err(), "{text}: part {place} cut");
            let mut empty = parts.clone();
            empty[place] = "";
            assert!(decrypt(&empty.join("."), &keys).is_err(), "{text}: part {place} empty");
        }
    }
}

#[test]
fn the_wrong_key_an_unknown_key_and_other_algorithms_are_told_apart() {
    let (token, _) = foreign().next().unwrap();
    assert_eq!(
        decrypt(token, &[other_key("theirs")]).unwrap_err(),
        JweError::Undecipherable
    );
    assert_eq!(decrypt(token, &[key("ours")]).unwrap_err(), JweError::UnknownKey);
    let rest = token.split_once('.').unwrap().1;
    for (header, error) in [
        (r#"{"alg":"RSA1_5","enc":"A128GCM"}"#, JweError::Algorithm),
        (r#"{"alg":"dir","enc":"A128GCM"}"#, JweError::Algorithm),
        (r#"{"alg":"none","enc":"none"}"#, JweError::Algorithm),
        (r#"{"alg":"RSA-OAEP","enc":"A192GCM"}"#, JweError::Algorithm),
        (r#"{"alg":"RSA-OAEP","enc":"A128GCM","zip":"DEF"}"#, JweError::Algorithm),
        (
            r#"{"alg":"RSA-OAEP","enc":"A128GCM","crit":["exp"]}"#,
            JweError::Algorithm,
        ),
        (r#"{"alg":"RSA-OAEP","enc":"A128GCM"}"#, JweError::Undecipherable),
        (r#"{"alg":"RSA-OAEP"}"#, JweError::NotEncrypted),
        ("{", JweError::NotEncrypted),
    ] {
        let token = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header));
        assert_eq!(decrypt(&token, &[key("theirs")]).unwrap_err(), error, "{header}");
    }
    for text in ["", "a.b.c", "....", "a.b.c.d.e.f", "é.é.é.é.é"] {
        assert_eq!(
            decrypt(text, &[key("theirs")]).unwrap_err(),
            JweError::NotEncrypted,
            "{text}"
        );
    }
    assert_eq!(
        decrypt(&"A".repeat(LONGEST + 1), &[key("theirs")]).unwrap_err(),
        JweError::Algorithm
    );
}

/// RFC 7518 appendix B.1 and B.3.
#[test]
fn the_standards_own_examples_are_opened() {
    let text = "A cipher system must not be required to be secret, and it must be able to fall into the hands of the enemy without inconvenience";
    for (enc, length, ciphertext, tag) in [
        (
            "A128CBC-HS256",
            32,
            "c80edfa32ddf39d5ef00c0b468834279a2e46a1b8049f792f76bfe54b903a9c9a94ac9b47ad2655c5f10f9aef71427e2fc6f9b3f399a2214\
             89f16362c703233609d45ac69864e3321cf82935ac4096c86e133314c54019e8ca7980dfa4b9cf1b384c486f3a54c51078158ee5d79de59f\
             bd34d848b3d69550a67646344427ade54b8851ffb598f7f80074b9473c82e2db",
            "652c3fa36b0a7c5b3219fab3a30bc1c4",
        ),
        (
            "A256CBC-HS512",
            64,
            "4affaaadb78c31c5da4b1b590d10ffbd3dd8d5d302423526912da037ecbcc7bd822c301dd67c373bccb584ad3e9279c2e6d12a1374b77f07\
             7553df829410446b36ebd97066296ae6427ea75c2e0846a11a09ccf5370dc80bfecbad28c73f09b3a3b75e662a2594410ae496b2e2e6609e\
             31e6e02cc837f053d21f37ff4f51950bbe2638d09dd7a4930930806d0703b1f6",
            "4dd3b4c088a7f45c216839645b2012bf2e6269a8c56a816dbc1b267761955bc5",
        ),
    ] {
        let parts = Parts {
            protected: "The second principle of Auguste Kerckhoffs",
            header: Header {
                alg: "RSA-OAEP".to_owned(),
                enc: enc.to_owned(),
                kid: None,
                zip: None,
                crit: None,
            },
            encrypted_key: Vec::new(),
            iv: hex::decode("1af38c2dc2b96ffdd86694092341bc04").unwrap(),
            ciphertext: hex::decode(ciphertext).unwrap(),
            tag: hex::decode(tag).unwrap(),
        };
        let key: Vec<u8> = (0..length).collect();
        assert_eq!(decrypt_content(&parts, &key).unwrap().as_slice(), text.as_bytes());
        assert!(decrypt_content(&parts, &key[..length as usize - 1]).is_none());
    }
}
