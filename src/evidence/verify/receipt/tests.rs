//! A stranger's verdicts over true and tampered receipts.

use super::super::tests::{Hub, chained};
use super::super::{Outcome, Verdict, verify_proof};
use crate::domain::name::Language;
use crate::evidence::proof::DeliveryProof;
use crate::evidence::receipt::{evidence_in, render};
use crate::evidence::record::ParsedRecord;
use crate::evidence::sha256;

fn failing(verdict: &Verdict) -> Vec<&str> {
    let failing = verdict.checks.iter().filter(|it| it.outcome == Outcome::Fails);
    failing.map(|it| it.what.as_str()).collect()
}

/// Where `wanted` stands first.
fn find(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).position(|window| window == wanted).unwrap()
}

/// The receipt with another file of the same length embedded: its tables stay true.
fn with_evidence(receipt: &[u8], evidence: &[u8]) -> Vec<u8> {
    let there = evidence_in(receipt).unwrap();
    assert_eq!(there.len(), evidence.len());
    let at = find(receipt, there);
    let mut changed = receipt.to_vec();
    changed[at..at + evidence.len()].copy_from_slice(evidence);
    changed
}

/// The same delivery, said to have been accepted in another year: what its holder can write without the hub's keys.
fn forged(proof: &DeliveryProof) -> DeliveryProof {
    let mut forged = proof.clone();
    let mut previous = None;
    for event in &mut forged.events {
        let mut body = ParsedRecord::parse(event.event.as_ref().unwrap()).unwrap().body;
        body.time = "2025-01-02T03:04:05Z".parse().unwrap();
        body.delivery.as_mut().unwrap().prev = previous;
        let bytes = body.to_bytes().unwrap();
        previous = Some(sha256(&bytes));
        event.event = Some(bytes);
    }
    forged
}

#[test]
fn a_true_receipt_holds_in_every_language_and_says_what_the_proof_says() {
    let hub = Hub::new();
    let proof = chained(&hub);
    let plain = verify_proof(&proof.to_bytes().unwrap(), &hub.trust());
    for language in Language::ALL {
        let receipt = render(&proof, language).unwrap();
        let verdict = verify_proof(&receipt, &hub.trust());
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        assert_eq!((&verdict.says, &verdict.cannot_know), (&plain.says, &plain.cannot_know));
        assert!(verdict.to_string().contains("holds   pages: "), "{verdict}");
        // The keys of the file alone convince nobody, and those of another hub refuse it.
        assert_eq!(verify_proof(&receipt, &super::Trust::none()).exit_code(), 3);
        assert_eq!(verify_proof(&receipt, &Hub::new().trust()).exit_code(), 1);
    }
}

#[test]
fn pages_that_say_something_else_are_refused() {
    let hub = Hub::new();
    let proof = chained(&hub);
    let receipt = render(&proof, Language::En).unwrap();
    // One glyph of the first line drawn; one letter of what is read aloud; a page of which more is drawn.
    let mut glyph = receipt.clone();
    let at = find(&glyph, b"Tj\n") - 4;
    glyph[at] ^= 1;
    let mut spoken = receipt.clone();
    let at = find(&spoken, b"Receipt of delivery");
    spoken[at] = b'D';
    let mut appended = receipt.clone();
    appended.extend_from_slice(b"\n9 0 obj\n<< >>\nendobj\nstartxref\n0\n%%EOF\n");
    // The true pages of another delivery with this one's evidence, both by the hub.
    let other = render(&forged(&proof), Language::En).unwrap();
    let grafted = with_evidence(&other, &proof.to_bytes().unwrap());
    for changed in [glyph, spoken, appended, grafted] {
        let verdict = verify_proof(&changed, &hub.trust());
        assert_eq!(verdict.exit_code(), 1, "{verdict}");
        assert_eq!(failing(&verdict), ["pages"], "{verdict}");
    }
}

#[test]
fn evidence_that_was_changed_is_refused_with_and_without_its_pages() {
    let hub = Hub::new();
    let proof = chained(&hub);
    let receipt = render(&proof, Language::Fi).unwrap();
    let mut byte = receipt.clone();
    let at = find(&byte, b"\"event\":\"") + 40;
    byte[at] = if byte[at] == b'A' { b'B' } else { b'A' };
    let verdict = verify_proof(&byte, &hub.trust());
    assert_eq!(failing(&verdict), ["file"], "{verdict}");
    // With the digest made anew, and with pages that fit the lie, the hub's signatures are missing.
    let forged = forged(&proof);
    let grafted = with_evidence(&receipt, &forged.to_bytes().unwrap());
    let verdict = verify_proof(&grafted, &hub.trust());
    assert!(failing(&verdict).contains(&"pages"), "{verdict}");
    let verdict = verify_proof(&render(&forged, Language::Fi).unwrap(), &hub.trust());
    assert_eq!(verdict.exit_code(), 1, "{verdict}");
    assert!(
        failing(&verdict).contains(&"seals") && !failing(&verdict).contains(&"pages"),
        "{verdict}"
    );
}

#[test]
fn a_pdf_without_a_proof_is_refused_and_says_what_to_do() {
    let hub = Hub::new();
    let receipt = render(&chained(&hub), Language::Sv).unwrap();
    let at = find(&receipt, b"stream\n{");
    for other in [
        &b"%PDF-1.7\n"[..],
        &receipt[..at],
        &receipt[..receipt.len() / 2],
        b"%PDF-1.7\nstream\n{\nendstream",
    ] {
        let verdict = verify_proof(other, &hub.trust());
        assert_eq!(verdict.exit_code(), 1, "{verdict}");
        assert_eq!(failing(&verdict), ["file"], "{verdict}");
    }
    assert!(
        verify_proof(b"%PDF-1.7\n", &hub.trust())
            .to_string()
            .contains("pdfdetach")
    );
}
