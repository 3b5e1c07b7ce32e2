//! A stranger's verdicts over true and tampered proofs.

mod witnesses;

use super::*;
use crate::evidence::{
    checkpoint::LogKey,
    cosignature::WitnessKey,
    proof::{ProofEvent, ProofTrust},
    record::{DeliveryLink, Mode, RecordDraft, tests::full_draft},
    seal::SealKey,
    tile::TileCoord,
    tiles::{self, TileSet},
    tlog_proof::TlogProof,
    tree::{Frontier, leaf_hash},
};
use proptest::prelude::*;
use ring::rand::SystemRandom;
use std::sync::LazyLock;
use uuid::Uuid;

const ORIGIN: &str = "hub.example/log";
const RULES: &str = "{\"id\":\"FI-13/2003\"}";

/// A hub with its keys, enough to write a delivery and prove it.
pub(super) struct Hub {
    pub(super) log: LogKey,
    pub(super) seal: SealKey,
    pub(super) rng: SystemRandom,
}

impl Hub {
    pub(super) fn new() -> Self {
        let rng = SystemRandom::new();
        let log = LogKey::from_pkcs8(ORIGIN, &LogKey::generate(&rng).unwrap()).unwrap();
        let (from, to) = (
            "2026-01-01T00:00:00Z".parse().unwrap(),
            "2031-01-01T00:00:00Z".parse().unwrap(),
        );
        let pem = SealKey::generate("hub.example", from, to, &rng).unwrap();
        Self {
            log,
            seal: SealKey::from_pem(&pem.key, &pem.chain).unwrap(),
            rng,
        }
    }

    pub(super) fn trust(&self) -> Trust {
        let vkey = format!("{}\n", self.log.vkey());
        let files = [
            ("log.vkey", vkey.as_bytes()),
            ("seal_chain.pem", self.seal.chain_pem().as_bytes()),
            ("README", b"x".as_slice()),
        ];
        Trust::from_files(files).unwrap()
    }

    /// Proves these drafts as one delivery, in a log that holds other things too.
    fn prove(&self, drafts: Vec<RecordDraft>) -> DeliveryProof {
        let delivery = drafts[0].delivery.as_ref().unwrap().id;
        let mut proof = DeliveryProof::new(
            delivery,
            ProofTrust::new(self.log.vkey(), self.seal.chain_pem().to_owned()),
        );
        proof.rules.insert("FI-13/2003".into(), RULES.into());
        proof.deadlines = serde_json::json!({"served": "2026-11-05", "days": 7});
        let mut leaves: Vec<Hash> = (0..3_u8).map(|other| leaf_hash(&[other; 32])).collect();
        for draft in drafts {
            let record = draft.finish(&self.rng).unwrap();
            leaves.push(leaf_hash(&record.hash));
            leaves.push(leaf_hash(b"somebody else's"));
            let seal = Some(self.seal.seal(&record.bytes).unwrap());
            proof.events.push(ProofEvent {
                event: Some(record.bytes),
                disclosures: record.disclosures,
                seal,
                ..ProofEvent::default()
            });
        }
        self.log_events(&mut proof.events, &leaves);
        proof
    }

    pub(super) fn log_events(&self, events: &mut [ProofEvent], leaves: &[Hash]) {
        let (mut tree, mut tiles) = (Frontier::new(), TileSet::new());
        leaves.iter().for_each(|leaf| tree.append(*leaf));
        tiles.insert(
            TileCoord {
                level: 0,
                index: 0,
                width: leaves.len() as u16,
            },
            leaves.to_vec(),
        );
        let checkpoint = self.log.sign(ORIGIN, tree.size(), &tree.root()).unwrap();
        for event in events {
            let leaf = leaf_hash(&event.hash().unwrap());
            let index = leaves.iter().position(|other| *other == leaf).unwrap() as u64;
            let hashes = tiles::inclusion_proof(index, tree.size(), &tiles).unwrap();
            event.tlog_proof = Some(
                TlogProof {
                    index,
                    hashes,
                    checkpoint: checkpoint.clone(),
                }
                .to_string(),
            );
        }
    }

    fn delivery(&self) -> DeliveryProof {
        self.prove(self.drafts())
    }

    /// Four events of a verifiable message. Record bytes depend on salts, so the chain is made by finishing each in turn.
    fn drafts(&self) -> Vec<RecordDraft> {
        let link = |seq: u32| DeliveryLink {
            seq,
            prev: (seq > 1).then_some([0; 32]),
            ruleset_sha256: sha256(RULES.as_bytes()),
            ..full_draft().delivery.unwrap()
        };
        let events = [
            EventType::SubmissionAcceptance,
            EventType::NotificationForAcceptance,
            EventType::ConsignmentAcceptance,
            EventType::ContentHandover,
        ];
        events
            .into_iter()
            .zip(1..)
            .map(|(event, seq)| RecordDraft {
                event,
                delivery: Some(link(seq)),
                ..full_draft()
            })
            .collect()
    }
}

/// Makes the chain true: sets `prev` and rewrites what depends on it (bytes, seals, log).
pub(super) fn chained(hub: &Hub) -> DeliveryProof {
    let mut proof = hub.delivery();
    let mut previous = None;
    for event in &mut proof.events {
        let mut body = ParsedRecord::parse(event.event.as_ref().unwrap()).unwrap().body;
        body.delivery.as_mut().unwrap().prev = previous;
        let bytes = body.to_bytes().unwrap();
        previous = Some(sha256(&bytes));
        event.seal = Some(hub.seal.seal(&bytes).unwrap());
        event.event = Some(bytes);
    }
    relog(hub, &mut proof);
    proof
}

fn relog(hub: &Hub, proof: &mut DeliveryProof) {
    let mut leaves: Vec<Hash> = (0..3_u8).map(|other| leaf_hash(&[other; 32])).collect();
    leaves.extend(proof.events.iter().map(|event| leaf_hash(&event.hash().unwrap())));
    leaves.push(leaf_hash(b"after"));
    hub.log_events(&mut proof.events, &leaves);
}

static HUB: LazyLock<Hub> = LazyLock::new(Hub::new);
static PROOF: LazyLock<DeliveryProof> = LazyLock::new(|| chained(&HUB));

fn code(proof: &DeliveryProof, trust: &Trust) -> u8 {
    verify_proof(&proof.to_bytes().unwrap(), trust).exit_code()
}

/// Applies an attacker's change (with the digest recomputed) and asserts that the verdict is 1 and names the check.
fn refused(what: &str, change: impl FnOnce(&mut DeliveryProof)) {
    let mut proof = PROOF.clone();
    change(&mut proof);
    let verdict = verify_proof(&proof.to_bytes().unwrap(), &HUB.trust());
    assert_eq!(verdict.exit_code(), 1, "{verdict}");
    assert!(
        verdict
            .checks
            .iter()
            .any(|check| check.what == what && check.outcome == Outcome::Fails),
        "{what}\n{verdict}"
    );
}

#[test]
fn a_true_proof_holds() {
    let verdict = verify_proof(&PROOF.to_bytes().unwrap(), &HUB.trust());
    assert_eq!(verdict.exit_code(), 0, "{verdict}");
    assert!(
        verdict.to_string().contains("events 1 to 4 follow each other"),
        "{verdict}"
    );
    assert!(verdict.cannot_know.iter().any(|line| line.contains("after event 4")));
    let json = serde_json::to_value(&verdict).unwrap();
    assert_eq!(json["checks"][0]["outcome"], "holds");
    assert_eq!(
        DeliveryProof::parse(&PROOF.to_bytes().unwrap()).unwrap().events,
        PROOF.events
    );
}

#[test]
fn the_report_says_what_happened_and_to_whom() {
    let verdict = verify_proof(&PROOF.to_bytes().unwrap(), &HUB.trust());
    let events: Vec<_> = verdict.says.iter().map(|said| said.event).collect();
    assert_eq!(
        events,
        [
            "SubmissionAcceptance",
            "NotificationForAcceptance",
            "ConsignmentAcceptance",
            "ContentHandover"
        ]
    );
    assert_eq!(
        verdict.outcome.as_deref(),
        Some("Served: receipt was confirmed in time, at 2026-11-02T08:00:00.123Z.")
    );
    let report = verdict.to_string();
    let line = "2026-11-02T08:00:00.123Z  The recipient confirmed receipt within the window. Sender: 2769790-1. Recipient: 010190-999Y. By: system-7.";
    assert!(
        report.contains("What the file says:") && report.contains(line),
        "{report}"
    );

    // A name that the record does not refer to is nobody's, and what does not hold is a claim.
    let mut proof = PROOF.clone();
    for event in &mut proof.events {
        for it in &mut event.disclosures {
            it.value = "Somebody\u{1b}[2J else".into();
        }
    }
    let verdict = verify_proof(&proof.to_bytes().unwrap(), &HUB.trust());
    let report = verdict.to_string();
    assert!(
        report.contains("What the file claims:") && !report.contains("Somebody"),
        "{report}"
    );

    // Cut before the confirmation it says no more than it shows.
    let mut proof = PROOF.clone();
    proof.events.truncate(2);
    let verdict = verify_proof(&proof.to_bytes().unwrap(), &HUB.trust());
    assert!(verdict.outcome.unwrap().starts_with("Waits for the recipient"));
    proof.events.clear();
    let verdict = verify_proof(&proof.to_bytes().unwrap(), &HUB.trust());
    assert!(verdict.says.is_empty() && verdict.outcome.is_none());
}

#[test]
fn without_given_keys_the_verdict_says_so() {
    assert_eq!(code(&PROOF, &Trust::none()), 3);
    let half = Trust {
        seal_keys: vec![],
        ..HUB.trust()
    };
    assert_eq!(code(&PROOF, &half), 3);
    let verdict = verify_proof(&PROOF.to_bytes().unwrap(), &Trust::none());
    assert!(verdict.summary().contains("the keys come from this file"));
}

#[test]
fn all_signed_again_by_another_hub_is_refused_by_given_keys() {
    let forged = chained(&Hub::new());
    assert_eq!(code(&forged, &Trust::none()), 3);
    assert_eq!(code(&forged, &HUB.trust()), 1);
    let mut disguised = forged.clone();
    disguised.trust = PROOF.trust.clone();
    assert_eq!(code(&disguised, &HUB.trust()), 1);
    assert_eq!(code(&disguised, &Trust::none()), 1);
}

#[test]
fn an_attackers_changes_are_refused() {
    refused("chain", |proof| proof.events.swap(1, 2));
    refused("chain", |proof| drop(proof.events.remove(0)));
    refused("chain", |proof| drop(proof.events.remove(1)));
    refused("chain", |proof| proof.events.push(proof.events[3].clone()));
    refused("chain", |proof| proof.delivery = Uuid::nil());
    refused("records", |proof| proof.events.clear());
    refused("records", |proof| proof.events[0].event = None);
    refused("records", |proof| proof.events[0].withheld = Some([0; 32]));
    refused("seals", |proof| proof.events[0].seal = proof.events[1].seal.clone());
    refused("log", |proof| {
        proof.events[0].tlog_proof = proof.events[1].tlog_proof.clone()
    });
    refused("log", |proof| proof.events[2].tlog_proof = None);
    refused("identities", |proof| {
        proof.events[1].disclosures[1].value = "010190-900X".into()
    });
    refused("identities", |proof| {
        proof.events[1].disclosures[1].field = "actor".into()
    });
    refused("identities", |proof| {
        proof.events[1].disclosures[1].field = "issuer".into()
    });
    refused("rules", |proof| {
        drop(proof.rules.insert("FI-13/2003".into(), "{}".into()))
    });
    refused("rules", |proof| proof.rules.clear());
    refused("log key", |proof| proof.trust.log_vkey = Hub::new().log.vkey());
    refused("log key", |proof| proof.trust.log_vkey.clear());
}

#[test]
fn a_changed_record_is_refused_even_when_the_hub_of_the_attacker_seals_it() {
    refused("seals", |proof| {
        let mut body = ParsedRecord::parse(proof.events[0].event.as_ref().unwrap())
            .unwrap()
            .body;
        body.time = "2026-11-01T08:00:00Z".parse().unwrap();
        let bytes = body.to_bytes().unwrap();
        proof.events[0].seal = Some(Hub::new().seal.seal(&bytes).unwrap());
        proof.events[0].event = Some(bytes);
    });
}

#[test]
fn a_log_that_forks_or_reorders_is_refused() {
    let mut forked = PROOF.clone();
    let hash = forked.events[3].hash().unwrap();
    let size = PROOF.events[0]
        .tlog_proof
        .as_ref()
        .unwrap()
        .parse::<TlogProof>()
        .unwrap()
        .verify(&PROOF.events[0].hash().unwrap(), &HUB.trust().log_keys)
        .unwrap()
        .size;
    let mut leaves: Vec<Hash> = (0..size as u8).map(|other| leaf_hash(&[other ^ 0x55; 32])).collect();
    leaves[6] = leaf_hash(&hash);
    HUB.log_events(&mut forked.events[3..4], &leaves);
    let verdict = verify_proof(&forked.to_bytes().unwrap(), &HUB.trust());
    assert!(verdict.to_string().contains("two trees of the same size"), "{verdict}");
    assert_eq!(verdict.exit_code(), 1);

    let mut reordered = PROOF.clone();
    reordered.events.reverse();
    relog(&HUB, &mut reordered);
    reordered.events.reverse();
    let verdict = verify_proof(&reordered.to_bytes().unwrap(), &HUB.trust());
    assert!(verdict.to_string().contains("before an earlier event"), "{verdict}");
    assert_eq!(verdict.exit_code(), 1);
}

#[test]
fn a_withheld_event_keeps_its_place() {
    let mut proof = PROOF.clone();
    let first = &mut proof.events[0];
    (first.withheld, first.event, first.seal) = (first.hash(), None, None);
    first.disclosures.clear();
    let verdict = verify_proof(&proof.to_bytes().unwrap(), &HUB.trust());
    assert_eq!(verdict.exit_code(), 0, "{verdict}");
    assert!(verdict.to_string().contains("1 events are withheld"));
    assert!(
        verdict
            .cannot_know
            .iter()
            .any(|line| line.contains("withheld events say"))
    );
    proof.events[0].withheld = Some([3; 32]);
    assert_eq!(code(&proof, &HUB.trust()), 1);
}

#[test]
fn what_is_missing_from_the_end_is_said() {
    let mut proof = PROOF.clone();
    proof.events.truncate(2);
    let verdict = verify_proof(&proof.to_bytes().unwrap(), &HUB.trust());
    assert_eq!(verdict.exit_code(), 0);
    assert!(verdict.cannot_know.iter().any(|line| line.contains("after event 2")));
    assert!(
        verdict
            .cannot_know
            .iter()
            .any(|line| line.contains("no receipt is confirmed"))
    );
    proof.incomplete.push("event 3 is not in the log yet".into());
    assert!(
        verify_proof(&proof.to_bytes().unwrap(), &HUB.trust())
            .to_string()
            .contains("not in the log yet")
    );
}

#[test]
fn the_file_cannot_write_the_report() {
    let mut proof = PROOF.clone();
    proof.incomplete.push("x\n  holds   log: \u{1b}[2J\u{202e}".into());
    let verdict = verify_proof(&proof.to_bytes().unwrap(), &HUB.trust());
    let report = verdict.to_string();
    assert!(
        report.contains("x\u{fffd}  holds   log: \u{fffd}[2J\u{fffd}"),
        "{report}"
    );
    assert!(!report.contains('\u{1b}'));
}

#[test]
fn broken_trust_files_are_named() {
    for (name, bytes) in [
        ("log.vkey", b"nonsense".as_slice()),
        ("seal_chain.pem", b"nonsense"),
        ("seal.jwk", b"{}"),
        ("old.vkey", b"\xff"),
        ("log.vkey", b""),
    ] {
        assert_eq!(Trust::from_files([(name, bytes)]).unwrap_err().name, name);
    }
    let jwk = HUB.seal.public().jwk();
    let trust = Trust {
        log_keys: HUB.trust().log_keys,
        ..Trust::from_files([("seal.jwk", jwk.as_bytes())]).unwrap()
    };
    assert_eq!(code(&PROOF, &trust), 0);
    assert_eq!(Mode::Verifiable, full_draft().delivery.unwrap().mode);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn a_changed_byte_anywhere_is_refused(at: prop::sample::Index, change in 1_u8..=255) {
        let mut bytes = PROOF.to_bytes().unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        prop_assert_eq!(verify_proof(&bytes, &HUB.trust()).exit_code(), 1);
        prop_assert_eq!(verify_proof(&bytes, &Trust::none()).exit_code(), 1);
    }

    #[test]
    fn strangers_files_do_not_panic(bytes: Vec<u8>, cut: prop::sample::Index) {
        prop_assert_eq!(verify_proof(&bytes, &Trust::none()).exit_code(), 1);
        let whole = PROOF.to_bytes().unwrap();
        prop_assert_eq!(verify_proof(&whole[..cut.index(whole.len())], &Trust::none()).exit_code(), 1);
    }
}
