//! Verdicts over true and tampered proofs of records.

use std::sync::LazyLock;

use super::super::tests::Hub;
use super::super::{Outcome, Trust, verify_proof};
use crate::evidence::{
    Hash,
    proof::{DeliveryProof, ProofEvent, ProofTrust, RecordsProof},
    record::{EventType, RecordDraft, tests::full_draft},
    tree::leaf_hash,
};

static HUB: LazyLock<Hub> = LazyLock::new(Hub::new);
static PROOF: LazyLock<RecordsProof> = LazyLock::new(|| prove(&HUB, drafts()));

fn drafts() -> Vec<RecordDraft> {
    let events = [
        EventType::ConsentGiven,
        EventType::MailboxActivated,
        EventType::ConsentWithdrawn,
    ];
    let draft = |event| RecordDraft {
        event,
        delivery: None,
        content: Vec::new(),
        ..full_draft()
    };
    events.map(draft).into()
}

fn prove(hub: &Hub, drafts: Vec<RecordDraft>) -> RecordsProof {
    let mut proof = RecordsProof::new(ProofTrust::new(hub.log.vkey(), hub.seal.chain_pem().to_owned()));
    let mut leaves: Vec<Hash> = vec![leaf_hash(b"before")];
    for draft in drafts {
        let record = draft.finish(&hub.rng).unwrap();
        leaves.push(leaf_hash(&record.hash));
        leaves.push(leaf_hash(b"somebody else's"));
        proof.events.push(ProofEvent {
            seal: Some(hub.seal.seal(&record.bytes).unwrap()),
            event: Some(record.bytes),
            disclosures: record.disclosures,
            ..ProofEvent::default()
        });
    }
    hub.log_events(&mut proof.events, &leaves);
    proof
}

/// Applies an attacker's change (with the digest recomputed) and asserts that the verdict is 1 and names the check.
fn refused(what: &str, change: impl FnOnce(&mut RecordsProof)) {
    let mut proof = PROOF.clone();
    change(&mut proof);
    let verdict = verify_proof(&proof.to_bytes().unwrap(), &HUB.trust());
    assert_eq!(verdict.exit_code(), 1, "{verdict}");
    let fails = |check: &super::super::Check| check.what == what && check.outcome == Outcome::Fails;
    assert!(verdict.checks.iter().any(fails), "{what}\n{verdict}");
}

#[test]
fn true_records_hold_and_the_verdict_says_what_they_do_not_show() {
    let bytes = PROOF.to_bytes().unwrap();
    let verdict = verify_proof(&bytes, &HUB.trust());
    assert_eq!(verdict.exit_code(), 0, "{verdict}");
    assert_eq!(verify_proof(&bytes, &Trust::none()).exit_code(), 3);
    assert!(verdict.cannot_know[0].contains("none was left out"));
    // One left out is not noticed, and this is what is said.
    let mut fewer = PROOF.clone();
    fewer.events.remove(1);
    assert_eq!(verify_proof(&fewer.to_bytes().unwrap(), &HUB.trust()).exit_code(), 0);
    assert!(DeliveryProof::parse(&bytes).is_err());
}

#[test]
fn an_attackers_changes_are_refused() {
    refused("records", |proof| proof.events.clear());
    refused("records", |proof| {
        let event = &mut proof.events[0];
        (event.withheld, event.event, event.seal) = (event.hash(), None, None);
        event.disclosures.clear();
    });
    refused("records", |proof| proof.events.push(proof.events[2].clone()));
    refused("log", |proof| proof.events.push(proof.events[2].clone()));
    refused("log", |proof| proof.events.swap(0, 1));
    refused("log", |proof| proof.events[1].tlog_proof = None);
    refused("log", |proof| {
        proof.events[0].tlog_proof = proof.events[1].tlog_proof.clone()
    });
    refused("seals", |proof| proof.events[0].seal = proof.events[1].seal.clone());
    refused("identities", |proof| {
        proof.events[0].disclosures[1].value = "010190-900X".into()
    });
    refused("recipient", |proof| {
        proof.events[0].disclosures[1].value = "010190-900X".into()
    });
    refused("recipient", |proof| proof.events[0].disclosures.clear());
    refused("recipient", |proof| {
        proof.events.iter_mut().for_each(|it| it.disclosures.clear())
    });
    refused("log key", |proof| proof.trust.log_vkey = Hub::new().log.vkey());
}

#[test]
fn a_record_of_a_delivery_is_refused() {
    let mut drafts = drafts();
    drafts[1].delivery = full_draft().delivery;
    let verdict = verify_proof(&prove(&HUB, drafts).to_bytes().unwrap(), &HUB.trust());
    assert_eq!(verdict.exit_code(), 1);
    assert!(
        verdict.to_string().contains("record 2: belongs to a delivery"),
        "{verdict}"
    );
}

#[test]
fn records_of_two_people_are_not_one_persons() {
    let mut drafts = drafts();
    drafts[1].recipient.as_mut().unwrap().identifier = "somebody else".into();
    let verdict = verify_proof(&prove(&HUB, drafts).to_bytes().unwrap(), &HUB.trust());
    assert_eq!(verdict.exit_code(), 1);
    assert!(
        verdict.to_string().contains("not all about the same recipient"),
        "{verdict}"
    );
}

#[test]
fn another_kind_or_a_changed_byte_is_refused() {
    let text = String::from_utf8(PROOF.to_bytes().unwrap()).unwrap();
    for changed in [
        text.replace("tiedoksi-records-proof", "tiedoksi-delivery-proof"),
        text.replace("tiedoksi-records-proof", "tiedoksi-other-proof"),
        text.replace("\"v\":1", "\"v\":2"),
        text.replacen('A', "B", 1),
        format!("{text} "),
    ] {
        assert_eq!(verify_proof(changed.as_bytes(), &HUB.trust()).exit_code(), 1);
    }
}
