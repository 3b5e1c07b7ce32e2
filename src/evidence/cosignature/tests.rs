//! Cosignatures: the one of the specification, and what a reader refuses.

use super::*;
use crate::evidence::checkpoint::{self, LogKey, VerifierKey};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use proptest::prelude::*;
use ring::rand::SystemRandom;

fn log() -> LogKey {
    LogKey::from_pkcs8("hub.example/log", &LogKey::generate(&SystemRandom::new()).unwrap()).unwrap()
}

fn witness(name: &str) -> WitnessKey {
    WitnessKey::from_pkcs8(name, &WitnessKey::generate(&SystemRandom::new()).unwrap()).unwrap()
}

#[test]
fn the_line_is_made_as_the_specification_says() {
    // By hand: a fixed key, the id from its bytes, the message from its lines.
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let public: [u8; 32] = pair.public_key().as_ref().try_into().unwrap();
    let key = WitnessKey {
        public: CosignerKey {
            name: "witness.example/w1".into(),
            public,
        },
        pair: Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap(),
    };
    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let signed = format!("cosignature/v1\ntime 1679315147\n{text}");
    let hashed = [b"witness.example/w1\n\x04".as_slice(), &public].concat();
    let id = &ring::digest::digest(&ring::digest::SHA256, &hashed).as_ref()[..4].to_owned();
    let bytes = [
        id,
        &1_679_315_147_u64.to_be_bytes()[..],
        pair.sign(signed.as_bytes()).as_ref(),
    ]
    .concat();
    assert_eq!(bytes.len(), 4 + 8 + 64);
    let line = format!("\u{2014} witness.example/w1 {}\n", STANDARD.encode(&bytes));
    assert_eq!(key.cosign(text, 1_679_315_147), line);
    assert_eq!(key.public().cosigned(&format!("{text}\n{line}")), Ok(1_679_315_147));
    let vkey = key.public().to_string();
    let typed = STANDARD.encode([&[4], &public[..]].concat());
    assert_eq!(vkey, format!("witness.example/w1+{}+{typed}", hex::encode(id)));
    assert_eq!(vkey.parse(), Ok(key.public().clone()));
}

#[test]
fn log_and_witnesses_sign_one_note() {
    let (log, first, second) = (log(), witness("w/1"), witness("w/2"));
    let plain = log.sign("hub.example/log", 5, &[7; 32]).unwrap();
    let text = log.public().open(&plain).unwrap();
    let note = format!("{plain}{}{}", first.cosign(text, 10), second.cosign(text, 20));
    assert_eq!(checkpoint::verify(&note, log.public()).unwrap().size, 5);
    assert_eq!(first.public().cosigned(&note), Ok(10));
    assert_eq!(second.public().cosigned(&note), Ok(20));
    assert_eq!(first.public().cosigned(&plain), Err(NoteError::NotSigned));
    let again = format!("{note}{}", first.cosign(text, 30));
    assert_eq!(first.public().cosigned(&again), Ok(30));
    // Another tree under the same line, another witness of the same name, a time that no one signed.
    let other = note.replace("\n5\n", "\n6\n");
    assert_eq!(first.public().cosigned(&other), Err(NoteError::WrongSignature));
    assert_eq!(witness("w/1").public().cosigned(&note), Err(NoteError::NotSigned));
    let late = format!("{plain}{}", first.cosign(text, u64::MAX));
    assert_eq!(first.public().cosigned(&late), Err(NoteError::WrongSignature));
}

#[test]
fn the_key_of_a_log_is_no_key_of_a_witness() {
    let (log, witness) = (log(), witness("w/1"));
    assert_eq!(log.vkey().parse::<CosignerKey>(), Err(NoteError::BadKey));
    assert_eq!(
        witness.public().to_string().parse::<VerifierKey>(),
        Err(NoteError::BadKey)
    );
    assert!(!format!("{witness:?}").contains("pair"));
    assert_eq!(WitnessKey::from_pkcs8("a b", &[]).err(), Some(KeyError::BadKey));
}

proptest! {
    #[test]
    fn a_changed_cosignature_is_refused(at: prop::sample::Index, change in 1_u8..=255, time in 0..=i64::MAX.unsigned_abs()) {
        let key = witness("w/1");
        let text = "log\n1\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n";
        let note = format!("{text}\n{}", key.cosign(text, time));
        prop_assert_eq!(key.public().cosigned(&note), Ok(time));
        let mut bytes = note.into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        if let Ok(changed) = std::str::from_utf8(&bytes) {
            prop_assert!(key.public().cosigned(changed).is_err());
        }
    }
}
