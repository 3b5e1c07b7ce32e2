//! Receipts over proofs of every kind, and over those that nobody should have made.

use ring::rand::SystemRandom;
use uuid::Uuid;

use super::*;
use crate::domain::deadline::{Inputs, RuleSets, ServiceMode, compute};
use crate::evidence::proof::{ProofEvent, ProofTrust};
use crate::evidence::record::tests::full_draft;
use crate::evidence::record::{Actor, ContentPart, EventType, Mode, Party, Reason, RecordDraft};

const PERSON: &str = "010594Y9032";
const LOA2: &str = "http://ftn.ficora.fi/2017/loa2";

/// An event of a story: what, how many seconds after the first, and whether the recipient did it.
type Step = (EventType, i64, bool);

/// The proof of a delivery that went like this.
fn proof(mode: Mode, steps: &[Step]) -> DeliveryProof {
    let rules = RuleSets::embedded();
    let rules = rules.by_id("FI-13/2003").unwrap();
    let begin: jiff::Timestamp = "2026-12-01T07:30:12.345Z".parse().unwrap();
    let at = |seconds: i64| begin + jiff::SignedDuration::from_secs(seconds);
    let link = full_draft().delivery.unwrap();
    let mut proof = DeliveryProof::new(
        link.id,
        ProofTrust::new("hub.example/log+00000000+x".into(), String::new()),
    );
    let mut previous = None;
    for ((event, seconds, acted), seq) in steps.iter().zip(1..) {
        let draft = RecordDraft {
            id: Uuid::from_u128(u128::from(seq)),
            event: *event,
            time: at(*seconds),
            delivery: Some(crate::evidence::record::DeliveryLink {
                seq,
                prev: previous,
                mode,
                ruleset: rules.id().to_owned(),
                ruleset_sha256: rules.sha256(),
                ..link.clone()
            }),
            content: match event {
                EventType::SubmissionAcceptance => parts(),
                _ => Vec::new(),
            },
            recipient: Some(Party {
                identifier: PERSON.into(),
                role: Some("citizen".into()),
                mandate: None,
            }),
            actor: acted.then(|| Actor {
                identifier: PERSON.into(),
                acr: Some(LOA2.into()),
                auth_time: Some(at(seconds - 95)),
            }),
            reasons: match event {
                EventType::AcceptanceRejectionExpiry => vec![Reason {
                    code: "FALLBACK_REQUIRED".into(),
                    text: "Serve in another way.".into(),
                }],
                _ => Vec::new(),
            },
            ..full_draft()
        };
        let record = draft.finish(&SystemRandom::new()).unwrap();
        previous = Some(record.hash);
        proof.events.push(ProofEvent {
            event: Some(record.bytes),
            disclosures: record.disclosures,
            ..ProofEvent::default()
        });
    }
    let happened = |wanted: EventType| steps.iter().find(|step| step.0 == wanted).map(|step| at(step.1));
    let inputs = Inputs {
        mode: match mode {
            Mode::Ordinary => ServiceMode::Ordinary,
            Mode::Verifiable => ServiceMode::Verifiable,
        },
        available_at: begin,
        notified_at: None,
        confirmed_at: happened(EventType::ConsignmentAcceptance).or(happened(EventType::LateRetrieval)),
        opened_at: happened(EventType::ContentHandover),
        period: None,
        no_appeal: false,
        now: at(steps.last().unwrap().1 + 3600),
    };
    proof.deadlines = serde_json::to_value(compute(rules, &inputs).unwrap()).unwrap();
    for (id, bytes) in [
        (rules.id(), rules.bytes()),
        (rules.calendar().id(), rules.calendar().bytes()),
    ] {
        proof
            .rules
            .insert(id.into(), String::from_utf8(bytes.to_vec()).unwrap());
    }
    proof
}

fn parts() -> Vec<ContentPart> {
    let part = |id: &str, media_type: &str, size| ContentPart {
        id: id.into(),
        media_type: media_type.into(),
        size,
        sha256: sha256(id.as_bytes()),
    };
    vec![
        part("body", "text/plain", 1_204),
        part("0199c2a4-7e31-7a10-b1c2-53aa0be5d6f1", "application/pdf", 184_223),
    ]
}

const DAY: i64 = 86_400;

fn ordinary() -> DeliveryProof {
    proof(
        Mode::Ordinary,
        &[
            (EventType::SubmissionAcceptance, 0, false),
            (EventType::ContentConsignment, 0, false),
            (EventType::ConsignmentNotification, 4, false),
            (EventType::ContentHandover, DAY + 9_000, true),
            (EventType::ContentAccessTracking, 2 * DAY, true),
            (EventType::ContentAccessTracking, 3 * DAY, true),
        ],
    )
}

fn confirmed() -> DeliveryProof {
    proof(
        Mode::Verifiable,
        &[
            (EventType::SubmissionAcceptance, 0, false),
            (EventType::NotificationForAcceptance, 0, false),
            (EventType::NoticeAccepted, 4, false),
            (EventType::ConsignmentAcceptance, 2 * DAY + 3_700, true),
            (EventType::ContentHandover, 2 * DAY + 3_700, true),
        ],
    )
}

fn withheld() -> DeliveryProof {
    let mut proof = proof(
        Mode::Verifiable,
        &[
            (EventType::SubmissionAcceptance, 0, false),
            (EventType::NotificationForAcceptance, 0, false),
            (EventType::NoticeFailed, 31, false),
        ],
    );
    let first = &mut proof.events[0];
    *first = ProofEvent {
        withheld: first.hash(),
        ..ProofEvent::default()
    };
    proof
}

fn expired() -> DeliveryProof {
    proof(
        Mode::Verifiable,
        &[
            (EventType::SubmissionAcceptance, 0, false),
            (EventType::NotificationForAcceptance, 0, false),
            (EventType::NoticeAccepted, 4, false),
            (EventType::AcceptanceRejectionExpiry, 7 * DAY + 52_200, false),
        ],
    )
}

fn late() -> DeliveryProof {
    proof(
        Mode::Verifiable,
        &[
            (EventType::SubmissionAcceptance, 0, false),
            (EventType::NotificationForAcceptance, 0, false),
            (EventType::NoticeAccepted, 4, false),
            (EventType::AcceptanceRejectionExpiry, 7 * DAY + 52_200, false),
            (EventType::ContentHandover, 9 * DAY, true),
            (EventType::LateRetrieval, 9 * DAY, true),
        ],
    )
}

fn all() -> [(&'static str, DeliveryProof); 5] {
    [
        ("ordinary", ordinary()),
        ("confirmed", confirmed()),
        ("withheld", withheld()),
        ("expired", expired()),
        ("late", late()),
    ]
}

#[test]
fn every_receipt_keeps_the_standards_and_carries_its_proof() {
    for (name, proof) in all() {
        for language in Language::ALL {
            let receipt = render(&proof, language).unwrap_or_else(|error| panic!("{name}: {error:?}"));
            if let Ok(folder) = std::env::var("TIEDOKSI_RECEIPT_SAMPLES") {
                std::fs::write(format!("{folder}/{name}-{}.pdf", language.code()), &receipt).unwrap();
            }
            assert!(is_receipt(&receipt));
            assert_eq!(evidence_in(&receipt), Some(proof.to_bytes().unwrap().as_slice()));
            assert_eq!(language_of(&receipt, &proof).unwrap(), Some(language));
            assert_eq!(render(&proof, language).unwrap(), receipt);
        }
    }
}

/// Receipts are checked for ten years by rendering them again: pages that come out otherwise, by a change of ours or of a library, are another
/// [`FORM`], and this one must still come out as it did.
#[test]
fn this_form_of_a_receipt_comes_out_as_ever() {
    let proof = DeliveryProof::parse(include_bytes!("tests/proof.json")).unwrap();
    let sums = Language::ALL.map(|language| {
        let receipt = render(&proof, language).unwrap();
        format!("{}  receipt-{}.pdf\n", hex::encode(sha256(&receipt)), language.code())
    });
    let kept = format!(
        "{}/src/evidence/receipt/tests/form-{FORM}.sha256",
        env!("CARGO_MANIFEST_DIR")
    );
    assert_eq!(sums.concat(), std::fs::read_to_string(kept).unwrap());
}

/// Whatever texts a proof has, there is a receipt, and its length is bounded by that of a page, not by the proof's.
#[test]
fn strange_proofs_have_receipts_too() {
    let mut empty = ordinary();
    empty.events.clear();
    empty.deadlines = serde_json::json!({"state": "x", "inputs": [1, 2]});
    let texts = [
        "",
        " ",
        "\u{202e}gro.live\u{0}\u{feff}\u{e000}😀 \u{10ffff}",
        "שלום 日本語 ﬁ Å",
        "x{at}{day}{count}",
    ];
    let strange = texts.map(|text| {
        let mut proof = ordinary();
        for event in &mut proof.events {
            let mut body = crate::evidence::record::ParsedRecord::parse(event.event.as_ref().unwrap())
                .unwrap()
                .body;
            body.issuer.hub = text.to_owned();
            body.issuer.id = text.repeat(500);
            let part = ContentPart {
                id: text.to_owned(),
                media_type: text.repeat(1000),
                size: (1 << 53) - 1,
                sha256: [7; 32],
            };
            if let Some(content) = &mut body.content {
                content.parts = vec![part; 500];
            }
            if let Some(actor) = &mut body.actor {
                actor.acr = Some(text.repeat(100));
            }
            event.event = Some(body.to_bytes().unwrap_or_else(|_| b"not NFC".to_vec()));
        }
        proof
    });
    let steps: Vec<Step> = (0..400).map(|n| (EventType::ContentHandover, n * 3600, true)).collect();
    let long = proof(Mode::Ordinary, &steps);
    for proof in strange.into_iter().chain([empty, long]) {
        let receipt = render(&proof, Language::En).unwrap();
        let evidence = proof.to_bytes().unwrap();
        assert_eq!(evidence_in(&receipt), Some(evidence.as_slice()));
        assert!(
            receipt.len() - evidence.len() < 900_000,
            "{}",
            receipt.len() - evidence.len()
        );
    }
}
