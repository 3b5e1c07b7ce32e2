//! Verdicts over proofs by keys that were announced.

use super::super::tests::{Hub, chained};
use super::super::{Outcome, Trust, Verdict, verify_proof};
use crate::evidence::announcement::Announcement;
use crate::evidence::proof::{DeliveryProof, ProofEvent, RecordsProof};
use crate::evidence::record::{EventType, RecordDraft, tests::full_draft};
use crate::evidence::tree::leaf_hash;

const ORIGIN: &str = "hub.example/log";

/// The announcement of the keys of `new` by `old`, and a record sealed and logged by `new` alone.
fn rotated(old: &Hub, new: &Hub) -> RecordsProof {
    let reason = || "yearly change".to_owned();
    let announcements = [
        Announcement::of_log_key(reason(), ORIGIN, &old.log, &new.log).unwrap(),
        Announcement::of_seal(reason(), &old.seal, old.seal.chain_pem(), &new.seal).unwrap(),
    ];
    let stands = |event, reasons, hub: &Hub| {
        let draft = RecordDraft {
            event,
            delivery: None,
            content: Vec::new(),
            reasons,
            ..full_draft()
        };
        let record = draft.finish(&hub.rng).unwrap();
        ProofEvent {
            seal: Some(hub.seal.seal(&record.bytes).unwrap()),
            event: Some(record.bytes),
            disclosures: record.disclosures,
            ..ProofEvent::default()
        }
    };
    let mut events: Vec<ProofEvent> = announcements
        .iter()
        .map(|it| ProofEvent {
            disclosures: Vec::new(),
            ..stands(EventType::KeyAnnounced, it.to_reasons(), old)
        })
        .collect();
    events.push(stands(EventType::ConsentGiven, Vec::new(), new));
    let leaves: Vec<_> = events.iter().map(|event| leaf_hash(&event.hash().unwrap())).collect();
    new.log_events(&mut events, &leaves);
    let mut trust = crate::evidence::proof::ProofTrust::new(
        format!("{}\n{}", old.log.vkey(), new.log.vkey()),
        format!("{}{}", old.seal.chain_pem(), new.seal.chain_pem()),
    );
    let last = events.pop().unwrap();
    trust.announcements = events;
    let mut proof = RecordsProof::new(trust);
    proof.events = vec![last];
    proof
}

fn judged(proof: &RecordsProof, trust: &Trust) -> Verdict {
    verify_proof(&proof.to_bytes().unwrap(), trust)
}

fn fails(verdict: &Verdict, what: &str) -> bool {
    let mut failed = verdict.checks.iter().filter(|check| check.outcome == Outcome::Fails);
    failed.any(|check| check.what == what)
}

#[test]
fn who_has_the_old_keys_accepts_what_the_new_ones_signed() {
    let (old, new) = (Hub::new(), Hub::new());
    let proof = rotated(&old, &new);
    let verdict = judged(&proof, &old.trust());
    assert_eq!(verdict.exit_code(), 0, "{verdict}");
    let told = verdict.to_string();
    assert!(
        told.contains("yearly change") && told.contains("stayed secret"),
        "{told}"
    );
    let verdict = judged(&proof, &new.trust());
    assert_eq!(verdict.exit_code(), 0, "{verdict}");
    assert!(!verdict.to_string().contains("stayed secret"), "{verdict}");
    let verdict = judged(&proof, &Trust::none());
    assert_eq!(verdict.exit_code(), 3, "{verdict}");
    let verdict = judged(&proof, &Hub::new().trust());
    assert_eq!(verdict.exit_code(), 1, "{verdict}");
}

#[test]
fn without_its_announcement_a_key_is_nobodys() {
    let (old, new) = (Hub::new(), Hub::new());
    for (kept, what) in [(1, "log"), (0, "seals")] {
        let mut proof = rotated(&old, &new);
        proof.trust.announcements = vec![proof.trust.announcements[kept].clone()];
        let verdict = judged(&proof, &old.trust());
        assert!(fails(&verdict, what), "{verdict}");
    }
}

#[test]
fn what_is_announced_by_others_or_stands_nowhere_is_refused() {
    let (old, new, thief) = (Hub::new(), Hub::new(), Hub::new());
    // Two keys that speak of each other, but of no key that the reader has.
    let mut proof = rotated(&thief, &new);
    proof.trust.log_vkey.push_str(&format!("\n{}", old.log.vkey()));
    let verdict = judged(&proof, &old.trust());
    assert!(fails(&verdict, "log"), "{verdict}");
    assert!(
        verdict.to_string().contains("by a key that you did not give"),
        "{verdict}"
    );
    // The announcement is sealed by another than the one that it replaces.
    let mut proof = rotated(&old, &new);
    let event = &mut proof.trust.announcements[1];
    event.seal = Some(thief.seal.seal(event.event.as_ref().unwrap()).unwrap());
    let verdict = judged(&proof, &old.trust());
    assert!(fails(&verdict, "seals"), "{verdict}");
    // It stands in no log, or elsewhere.
    for place in [None, rotated(&old, &new).trust.announcements[0].tlog_proof.clone()] {
        let mut proof = rotated(&old, &new);
        proof.trust.announcements[0].tlog_proof = place;
        let verdict = judged(&proof, &old.trust());
        assert!(fails(&verdict, "new keys"), "{verdict}");
    }
    // A byte of it was changed.
    let mut proof = rotated(&old, &new);
    let bytes = proof.trust.announcements[0].event.as_mut().unwrap();
    let at = bytes.windows(6).position(|it| it == b"yearly").unwrap();
    bytes[at] = b'Y';
    let verdict = judged(&proof, &old.trust());
    assert!(fails(&verdict, "new keys"), "{verdict}");
}

#[test]
fn keys_follow_each_other() {
    let hubs = [Hub::new(), Hub::new(), Hub::new()];
    let (first, mut last) = (rotated(&hubs[0], &hubs[1]), rotated(&hubs[1], &hubs[2]));
    // The first announcements under the last key's checkpoint, as a hub would show them.
    let mut events = first.trust.announcements;
    events.append(&mut last.trust.announcements);
    events.append(&mut last.events);
    let leaves: Vec<_> = events.iter().map(|event| leaf_hash(&event.hash().unwrap())).collect();
    hubs[2].log_events(&mut events, &leaves);
    last.events = vec![events.pop().unwrap()];
    last.trust.announcements = events;
    last.trust.log_vkey = hubs.iter().map(|hub| hub.log.vkey()).collect::<Vec<_>>().join("\n");
    last.trust.seal_chain = hubs.iter().map(|hub| hub.seal.chain_pem()).collect();
    let verdict = judged(&last, &hubs[0].trust());
    assert_eq!(verdict.exit_code(), 0, "{verdict}");
    last.trust.announcements.drain(..2);
    assert_eq!(judged(&last, &hubs[0].trust()).exit_code(), 1);
}

#[test]
fn a_proof_of_a_delivery_carries_them_too() {
    let (old, new) = (Hub::new(), Hub::new());
    let mut proof = chained(&new);
    let rotated = rotated(&old, &new);
    proof.trust = rotated.trust;
    // Of two trees of one log, one is false; here only the keys matter.
    let verdict = verify_proof(&proof.to_bytes().unwrap(), &old.trust());
    assert_eq!(verdict.exit_code(), 0, "{verdict}");
    assert_eq!(
        DeliveryProof::parse(&proof.to_bytes().unwrap())
            .unwrap()
            .trust
            .announcements
            .len(),
        2
    );
}
