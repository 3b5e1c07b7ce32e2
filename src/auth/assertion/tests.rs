//! Which keys may be registered; the assertions themselves are tried at the door (`tests/it/oauth.rs`).

use serde_json::json;

use super::*;

/// The RSA key of RFC 7638 3.1, the P-256 key of RFC 7517 A.1, the Ed25519 key of RFC 8037 A.2.
const RSA: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
const X: &str = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
const Y: &str = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM";
const ED: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

fn rsa() -> Value {
    json!({ "kty": "RSA", "n": RSA, "e": "AQAB" })
}

fn ec() -> Value {
    json!({ "kty": "EC", "crv": "P-256", "x": X, "y": Y, "kid": "1" })
}

fn with(mut key: Value, name: &str, value: Value) -> Value {
    key[name] = value;
    key
}

fn read(key: &Value) -> Result<PublicKey, KeyError> {
    PublicKey::read(&key.to_string())
}

#[test]
fn good_keys_are_kept_without_what_is_not_needed() {
    let key = read(&rsa()).unwrap();
    // The thumbprint that RFC 7638 3.1 works out.
    assert_eq!(key.kid, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    assert_eq!(key.algorithms(), [Algorithm::RS256, Algorithm::PS256]);
    let only = read(&with(rsa(), "alg", json!("PS256"))).unwrap();
    assert_eq!(only.algorithms(), [Algorithm::PS256]);

    let more = with(with(ec(), "use", json!("sig")), "x5u", json!("https://example.fi/x"));
    let key = read(&with(more, "key_ops", json!(["verify"]))).unwrap();
    assert_eq!((key.kid.as_str(), key.kind()), ("1", "EC P-256"));
    let stored: Value = serde_json::from_str(&key.to_json()).unwrap();
    assert_eq!(stored, json!({ "kty": "EC", "crv": "P-256", "x": X, "y": Y }));
    let again = PublicKey::from_stored("1", &key.to_json()).unwrap();
    assert_eq!(again.algorithms(), [Algorithm::ES256]);

    let key = read(&json!({ "kty": "OKP", "crv": "Ed25519", "x": ED })).unwrap();
    assert_eq!(key.kid, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    assert_eq!((key.algorithms(), key.kind()), (vec![Algorithm::EdDSA], "Ed25519"));
}

#[test]
fn what_is_private_symmetric_weak_or_for_something_else_is_refused() {
    let modulus = |bytes: usize| URL_SAFE_NO_PAD.encode(vec![0xff; bytes]);
    let cases = [
        (json!({ "keys": [ec()] }), KeyError::NotAKey),
        (json!({ "kid": "1" }), KeyError::NotAKey),
        (with(ec(), "d", json!("AQAB")), KeyError::Private),
        (with(rsa(), "p", json!("AQAB")), KeyError::Private),
        (with(rsa(), "oth", json!([])), KeyError::Private),
        (json!({ "kty": "oct", "k": "c2VjcmV0" }), KeyError::Private),
        (json!({ "kty": "oct" }), KeyError::Private),
        (json!({ "kty": "AKP", "pub": "x" }), KeyError::Kind),
        (with(ec(), "crv", json!("P-384")), KeyError::Kind),
        (with(ec(), "crv", json!("secp256k1")), KeyError::Kind),
        (json!({ "kty": "OKP", "crv": "X25519", "x": ED }), KeyError::Kind),
        (json!({ "kty": "EC", "crv": "P-256", "x": X }), KeyError::Kind),
        (with(ec(), "use", json!("enc")), KeyError::Purpose),
        (with(ec(), "key_ops", json!(["sign"])), KeyError::Purpose),
        (with(ec(), "alg", json!("RS256")), KeyError::Purpose),
        (with(ec(), "alg", json!("HS256")), KeyError::Purpose),
        (with(rsa(), "alg", json!("RS512")), KeyError::Purpose),
        (with(rsa(), "alg", json!("none")), KeyError::Purpose),
        (with(ec(), "x", json!("AQAB")), KeyError::Numbers),
        (with(ec(), "y", json!("+/==")), KeyError::Numbers),
        (with(rsa(), "n", json!("!")), KeyError::Numbers),
        (with(rsa(), "n", json!(modulus(255))), KeyError::Strength),
        (with(rsa(), "n", json!(modulus(128))), KeyError::Strength),
        (with(rsa(), "n", json!(modulus(1025))), KeyError::Strength),
        (with(rsa(), "e", json!("Aw")), KeyError::Strength),
        (with(rsa(), "e", json!("AQAA")), KeyError::Strength),
        (with(ec(), "kid", json!("")), KeyError::KeyId),
        (with(ec(), "kid", json!("k".repeat(257))), KeyError::KeyId),
        (with(ec(), "kid", json!("a\0b")), KeyError::KeyId),
    ];
    for (key, error) in cases {
        assert_eq!(read(&key).err(), Some(error), "{key}");
    }
    for text in ["", "[]", "\"k\"", "-----BEGIN PUBLIC KEY-----"] {
        assert_eq!(PublicKey::read(text).err(), Some(KeyError::NotAKey), "{text}");
    }
    // 2047 bits, though in as many bytes; leading zeros add nothing.
    let mut short = vec![0xff; 256];
    short[0] = 0x7f;
    let short = with(rsa(), "n", json!(URL_SAFE_NO_PAD.encode(&short)));
    assert_eq!(read(&short).err(), Some(KeyError::Strength));
    let padded = [vec![0; 200], vec![0xff; 128]].concat();
    let padded = with(rsa(), "n", json!(URL_SAFE_NO_PAD.encode(padded)));
    assert_eq!(read(&padded).err(), Some(KeyError::Strength));
    assert!(
        read(&with(rsa(), "n", json!(modulus(256)))).is_ok() && read(&with(rsa(), "n", json!(modulus(1024)))).is_ok()
    );
}
