//! Checkpoints: signing, and what a verifier refuses.

use super::*;
use crate::evidence::note::format_signature;
use proptest::prelude::*;
use ring::{rand::SystemRandom, signature::KeyPair};

/// The example of golang.org/x/mod/sumdb/note.
const GO_VKEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_SEED: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const GO_TEXT: &str =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const GO_SIGNATURE: &str = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
/// A second signature of the same example, by another key.
const GO_OTHER: &str =
    "\u{2014} EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";
/// The example of the C2SP signed-note specification.
const SPEC_VKEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const SPEC_NOTE: &str = "This is an example message.\n\n\u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

fn key() -> LogKey {
    LogKey::from_pkcs8("hub.example/log", &LogKey::generate(&SystemRandom::new()).unwrap()).unwrap()
}

#[test]
fn known_notes_verify() {
    let (go, spec): (VerifierKey, VerifierKey) = (GO_VKEY.parse().unwrap(), SPEC_VKEY.parse().unwrap());
    assert_eq!(go.to_string(), GO_VKEY);
    let both = format!("{GO_TEXT}\n{GO_SIGNATURE}{GO_OTHER}");
    assert_eq!(go.open(&both), Ok(GO_TEXT));
    assert_eq!(go.open(&format!("{GO_TEXT}\n{GO_OTHER}")), Err(NoteError::NotSigned));
    assert_eq!(
        go.open(&both.replace("answer", "anzwer")),
        Err(NoteError::WrongSignature)
    );
    assert_eq!(spec.open(SPEC_NOTE), Ok("This is an example message.\n"));
    assert_eq!(spec.open(&both), Err(NoteError::NotSigned));
}

#[test]
fn the_known_key_signs_the_known_signature() {
    let seed = STANDARD.decode(GO_SEED).unwrap();
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed[1..]).unwrap();
    let public = VerifierKey::new("PeterNeumann", pair.public_key().as_ref().try_into().unwrap()).unwrap();
    assert_eq!(public.to_string(), GO_VKEY);
    assert_eq!(
        format_signature(&public, pair.sign(GO_TEXT.as_bytes()).as_ref()),
        GO_SIGNATURE
    );
}

#[test]
fn keys_have_one_spelling() {
    for cut in 0..GO_VKEY.len() {
        assert!(GO_VKEY[cut + 1..].parse::<VerifierKey>().is_err());
        assert!(GO_VKEY[..cut].parse::<VerifierKey>().is_err());
    }
    for bad in [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ] {
        assert_eq!(bad.parse::<VerifierKey>(), Err(NoteError::BadKey));
    }
    assert_eq!(VerifierKey::new("a b", [0; 32]), Err(NoteError::BadKey));
    assert_eq!(LogKey::from_pkcs8("x", b"nonsense").err(), Some(KeyError::BadKey));
    assert!(key().public().to_pem().contains("MCowBQYDK2VwAyEA"));
}

#[test]
fn what_the_log_signs_verifies() {
    let key = key();
    let note = key.sign("hub.example/log", 20_852_163, &[7; 32]).unwrap();
    let head = Checkpoint {
        origin: "hub.example/log".into(),
        size: 20_852_163,
        root: [7; 32],
    };
    assert_eq!(verify(&note, key.public()), Ok(head));
    assert_eq!(verify(&note, &key.vkey().parse().unwrap()).unwrap().size, 20_852_163);
    assert_eq!(
        verify(&key.sign("other.example", 1, &[7; 32]).unwrap(), key.public()),
        Err(NoteError::NotSigned)
    );
    let other = key.public_of("other.example").unwrap();
    assert_eq!(
        verify(&key.sign("other.example", 1, &[7; 32]).unwrap(), &other)
            .unwrap()
            .size,
        1
    );
    assert_eq!(verify(&note, &other), Err(NoteError::NotSigned));
    assert!(!format!("{key:?}").contains("pair"));
    for bad in [
        "",
        "log\n",
        "log\n1\n",
        "log\n01\nAAAA\n",
        "\n1\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n",
        "log\n+1\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n",
        "log\n1\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
        "log\n1\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\nmore\n",
    ] {
        assert_eq!(Checkpoint::parse(bad), Err(NoteError::NotCheckpoint), "{bad:?}");
    }
}

proptest! {
    #[test]
    fn a_changed_note_is_refused(at: prop::sample::Index, change in 1_u8..=255) {
        let key = key();
        let note = key.sign("hub.example/log", 5, &[7; 32]).unwrap();
        let mut bytes = note.into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        if let Ok(text) = std::str::from_utf8(&bytes) {
            prop_assert!(verify(text, key.public()).is_err());
        }
    }

    #[test]
    fn strangers_notes_do_not_panic(note in "[a\n\u{2014} +=A]{0,60}") {
        prop_assert!(key().public().open(&note).is_err());
        let _ = note.parse::<VerifierKey>();
        let _ = Checkpoint::parse(&note);
    }
}
