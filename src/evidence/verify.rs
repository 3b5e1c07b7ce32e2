//! The stranger's path: from the bytes of a proof and public keys to a verdict. No network, no hub, no clock.
//!
//! Guarantees: exit 0 only if every event of the chain up to the last shown is there, each stands in the log at its own place by
//! a checkpoint that a key given by the reader signed, every seal is by a given key, and identities and rules hash to what the
//! records say. Without given keys the file's own are used and the verdict says so. What cannot be known is listed, not hidden.

mod trust;

pub use super::verdict::{Check, Outcome, Verdict};
use super::{
    Hash,
    checkpoint::VerifierKey,
    proof::{DeliveryProof, ProofEvent},
    record::{EventType, Mode, ParsedRecord},
    seal::{SealPublic, verify_seal},
    sha256,
    tlog_proof::TlogProof,
};
use std::collections::{BTreeSet, HashMap};
use trust::choose_keys;
pub use trust::{Trust, TrustError};

/// Verifies the file of [`DeliveryProof`].
#[must_use]
pub fn verify_proof(bytes: &[u8], trust: &Trust) -> Verdict {
    let mut verdict = Verdict::default();
    let proof = match DeliveryProof::parse(bytes) {
        Ok(proof) => proof,
        Err(error) => {
            verdict.push("file", Outcome::Fails, error.to_string());
            return verdict;
        }
    };
    verdict.push(
        "file",
        Outcome::Holds,
        format!("a proof of delivery {}, undamaged", proof.delivery),
    );
    let keys = choose_keys(&proof, trust, &mut verdict);
    let records = check_records(&proof, &mut verdict);
    check_chain(&proof, &records, &mut verdict);
    check_seals(&proof, &keys.seal_keys, &mut verdict);
    check_log(&proof, &keys.log_keys, &mut verdict);
    check_disclosures(&proof, &records, &mut verdict);
    check_rules(&proof, &records, &mut verdict);
    for note in &proof.incomplete {
        verdict.push("completeness", Outcome::Note, note.clone());
    }
    verdict.cannot_know = cannot_know(&proof, &records);
    verdict
}

/// The records by their position in the file; `None` for those withheld or unreadable.
fn check_records(proof: &DeliveryProof, verdict: &mut Verdict) -> Vec<Option<ParsedRecord>> {
    let mut problems = Vec::new();
    if proof.events.is_empty() {
        problems.push("there is no event".to_owned());
    }
    let mut withheld = 0;
    let records = proof
        .events
        .iter()
        .zip(1..)
        .map(|(event, number): (&ProofEvent, usize)| {
            let parsed = match (&event.event, event.withheld) {
                (Some(bytes), None) => ParsedRecord::parse(bytes).map_err(|error| error.to_string()),
                (None, Some(_)) if event.seal.is_none() && event.disclosures.is_empty() => {
                    withheld += 1;
                    return None;
                }
                _ => Err("neither shown nor withheld".to_owned()),
            };
            parsed
                .map_err(|error| problems.push(format!("event {number}: {error}")))
                .ok()
        });
    let records: Vec<_> = records.collect();
    let shown = records.iter().flatten().count();
    verdict.conclude(
        "records",
        problems,
        format!("{shown} events read, each in its only form"),
    );
    if withheld > 0 {
        let detail = format!("{withheld} events are withheld: their hashes are checked, what they say is not shown");
        verdict.push("records", Outcome::Note, detail);
    }
    records
}

/// That the events are those of one delivery, from the first on, each naming the one before it.
fn check_chain(proof: &DeliveryProof, records: &[Option<ParsedRecord>], verdict: &mut Verdict) {
    let mut problems = Vec::new();
    let mut previous: Option<Hash> = None;
    let mut constant = None;
    for ((event, record), number) in proof.events.iter().zip(records).zip(1_u32..) {
        if let Some(record) = record {
            match &record.body.delivery {
                Some(link) => {
                    let mut require = |holds: bool, what: &str| {
                        if !holds {
                            problems.push(format!("event {number}: {what}"));
                        }
                    };
                    require(link.id == proof.delivery, "belongs to another delivery");
                    require(link.seq == number, "is out of order, or one is missing before it");
                    require(link.prev == previous, "does not follow the event before it");
                    let now = (link.message, link.mode, &link.ruleset, link.ruleset_sha256);
                    require(
                        *constant.get_or_insert(now) == now,
                        "speaks of another message, mode or rule set",
                    );
                }
                None => problems.push(format!("event {number}: belongs to no delivery")),
            }
        }
        previous = event.hash();
    }
    verdict.conclude(
        "chain",
        problems,
        format!(
            "events 1 to {} follow each other, none missing between them",
            records.len()
        ),
    );
}

fn check_seals(proof: &DeliveryProof, keys: &[SealPublic], verdict: &mut Verdict) {
    let (mut problems, mut sealed) = (Vec::new(), 0);
    for (event, number) in proof.events.iter().zip(1..) {
        let Some(seal) = &event.seal else { continue };
        sealed += 1;
        match verify_seal(seal, keys) {
            Ok((payload, _)) if Some(&payload) == event.event.as_ref() => {}
            Ok(_) => problems.push(format!("event {number}: the seal is over something else")),
            Err(error) => problems.push(format!("event {number}: {error}")),
        }
    }
    if sealed == 0 {
        verdict.push(
            "seals",
            Outcome::Note,
            "no event carries a seal; the log alone vouches for them",
        );
    } else {
        verdict.conclude(
            "seals",
            problems,
            format!(
                "{sealed} of {} events carry a seal, all by a known key",
                proof.events.len()
            ),
        );
    }
}

/// That every event stands in the log, each later than the one before, and that the log shows one tree for one size.
fn check_log(proof: &DeliveryProof, keys: &[VerifierKey], verdict: &mut Verdict) {
    let mut problems = Vec::new();
    let mut roots: HashMap<(String, u64), Hash> = HashMap::new();
    let mut last: HashMap<String, u64> = HashMap::new();
    for (event, number) in proof.events.iter().zip(1..) {
        let mut refuse = |problem: &str| problems.push(format!("event {number}: {problem}"));
        let Some(text) = &event.tlog_proof else {
            refuse("not shown to be in the log yet; fetch the proof again later");
            continue;
        };
        let Some(hash) = event.hash() else { continue };
        let place = text
            .parse::<TlogProof>()
            .and_then(|place| Ok((place.index, place.verify(&hash, keys)?)));
        match place {
            Err(error) => {
                let cause = std::error::Error::source(&error)
                    .map(|source| format!(": {source}"))
                    .unwrap_or_default();
                refuse(&format!("{error}{cause}"));
            }
            Ok((index, head)) => {
                if *roots.entry((head.origin.clone(), head.size)).or_insert(head.root) != head.root {
                    refuse("the log shows two trees of the same size");
                }
                if last.insert(head.origin, index).is_some_and(|before| before >= index) {
                    refuse("stands in the log before an earlier event");
                }
            }
        }
    }
    let origins: BTreeSet<_> = roots.keys().map(|(origin, _)| origin.as_str()).collect();
    let origins = origins.into_iter().collect::<Vec<_>>().join(", ");
    verdict.conclude(
        "log",
        problems,
        format!("every event stands in the log {origins}, by signed checkpoints"),
    );
    if roots.len() > 1 {
        let detail = "the checkpoints are of several sizes; that the smaller trees are beginnings of the larger is not shown here";
        verdict.push("log", Outcome::Note, detail);
    }
}

fn check_disclosures(proof: &DeliveryProof, records: &[Option<ParsedRecord>], verdict: &mut Verdict) {
    let (mut problems, mut count) = (Vec::new(), 0);
    for ((event, record), number) in proof.events.iter().zip(records).zip(1..) {
        let Some(record) = record else { continue };
        let mut seen = BTreeSet::new();
        for disclosure in &event.disclosures {
            count += 1;
            if !seen.insert(&disclosure.field)
                || record.body.reference(&disclosure.field) != Some(disclosure.reference())
            {
                problems.push(format!(
                    "event {number}: the identity given as `{}` is not the one in the record",
                    disclosure.field
                ));
            }
        }
    }
    verdict.conclude(
        "identities",
        problems,
        format!("{count} identities are those that the records refer to"),
    );
}

fn check_rules(proof: &DeliveryProof, records: &[Option<ParsedRecord>], verdict: &mut Verdict) {
    let named: BTreeSet<_> = records
        .iter()
        .flatten()
        .filter_map(|record| record.body.delivery.as_ref())
        .map(|link| (link.ruleset.as_str(), link.ruleset_sha256))
        .collect();
    let mut problems = Vec::new();
    for (id, hash) in &named {
        match proof.rules.get(*id) {
            Some(text) if sha256(text.as_bytes()) == *hash => {}
            Some(_) => problems.push(format!("the text of `{id}` is not the one that the records name")),
            None => problems.push(format!("the text of `{id}` is missing")),
        }
    }
    let ids: Vec<_> = named.iter().map(|(id, _)| *id).collect();
    verdict.conclude(
        "rules",
        problems,
        format!("the rule set {} is the one that the records name", ids.join(", ")),
    );
}

fn cannot_know(proof: &DeliveryProof, records: &[Option<ParsedRecord>]) -> Vec<String> {
    let mut lines = vec![
        format!(
            "Whether anything happened after event {}: fetch a newer proof from the hub.",
            proof.events.len()
        ),
        "Whether the times are right: they are the hub's clock, bounded only by the order of the log.".to_owned(),
        "Whether the log shows the same tree to everybody: compare its checkpoint with one that somebody else kept."
            .to_owned(),
        "Whether the person who logged in was who the identity provider said.".to_owned(),
        "Whether a certificate was valid or revoked when it sealed: only that it is the one you trust.".to_owned(),
    ];
    let events: Vec<_> = records
        .iter()
        .flatten()
        .map(|record| (record.body.event, &record.body))
        .collect();
    if events.iter().any(|(_, body)| !body.parts().is_empty()) {
        lines.push(
            "What the documents say: they are not in this file. Compare their SHA-256 with the records.".to_owned(),
        );
    }
    if events.len() < records.len() {
        lines.push("What the withheld events say: only that they happened, and where they stand.".to_owned());
    }
    if !proof.deadlines.is_null() {
        lines.push(
            "Whether the deadlines are right: they are calculated, not evidence; compute them again from the rules."
                .to_owned(),
        );
    }
    let verifiable = events
        .iter()
        .any(|(_, body)| body.delivery.as_ref().is_some_and(|link| link.mode == Mode::Verifiable));
    let happened = |wanted: EventType| events.iter().any(|(event, _)| *event == wanted);
    if happened(EventType::PostReceiptConfirmed) {
        lines.push("Whether the post was right that the letter was received and signed for: the paper that was signed is not here.".to_owned());
    } else if verifiable && !happened(EventType::ConsignmentAcceptance) {
        let by_post = happened(EventType::RelayToNonErds);
        lines.push(if by_post {
            "That the letter was served: the events shown hold no word of the post that it was received.".to_owned()
        } else {
            "That the message was served: no receipt is confirmed in the events shown.".to_owned()
        });
    }
    lines
}

#[cfg(test)]
mod tests;
