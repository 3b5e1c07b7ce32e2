//! The stranger's path: from the bytes of a proof and public keys to a verdict. No network, no hub, no clock.
//!
//! Guarantees: exit 0 only if every event of the chain up to the last shown is there, each stands in the log at its own place by
//! a checkpoint that a key given by the reader signed, every seal is by a given key, and identities and rules hash to what the
//! records say; a log that was begun anew is accepted as the record in it says, and the gap is named; a key that replaced a given one is
//! accepted as the record in the log says that both signed; where the reader gave keys of witnesses, enough of them cosigned every checkpoint that an event is shown under. Without given keys
//! the file's own are used and the verdict says so. What cannot be known is listed, not hidden.

mod announcements;
mod container;
mod events;
mod range;
mod receipt;
mod records;
mod restarts;
mod stamps;
mod story;
mod trust;
mod witnesses;

pub use super::verdict::{Check, Outcome, Said, Verdict};
use super::{
    Hash,
    bundle::{Files, is_container, unpack},
    proof::{DeliveryProof, ProofFile},
    receipt::is_receipt,
    record::{EventType, Mode, ParsedRecord},
    sha256,
};
pub use range::{Earlier, EarlierError, verify_range, verify_range_files};
use std::collections::BTreeSet;
use trust::choose_keys;
pub use trust::{Trust, TrustError};

/// Verifies a file that proves, of any kind.
#[must_use]
pub fn verify_proof(bytes: &[u8], trust: &Trust) -> Verdict {
    let mut verdict = Verdict::default();
    if is_container(bytes) {
        container::verify(unpack(bytes), trust, &mut verdict);
        return verdict;
    }
    if is_receipt(bytes) {
        receipt::verify(bytes, trust, &mut verdict);
        return verdict;
    }
    match ProofFile::parse(bytes) {
        Ok(ProofFile::Delivery(proof)) => {
            verify_delivery(&proof, trust, &mut verdict);
        }
        Ok(ProofFile::Records(proof)) => records::verify(&proof, trust, &mut verdict),
        Err(error) => verdict.push("file", Outcome::Fails, error.to_string()),
    }
    verdict
}

/// Verifies the files of a folder that a container was unpacked into.
#[must_use]
pub fn verify_files(files: Files, trust: &Trust) -> Verdict {
    let mut verdict = Verdict::default();
    container::verify(Ok(files), trust, &mut verdict);
    verdict
}

/// Verifies what the proof of a delivery claims; answers the keys it was held to.
fn verify_delivery(proof: &DeliveryProof, trust: &Trust, verdict: &mut Verdict) -> Trust {
    verdict.push(
        "file",
        Outcome::Holds,
        format!("a proof of delivery {}, undamaged", proof.delivery),
    );
    let mut keys = choose_keys(&proof.trust, trust, verdict);
    let logs = restarts::check(&proof.restarts, &proof.trust.announcements, &mut keys, verdict);
    let records = events::check_records(&proof.events, verdict);
    verdict.says = story::told(&proof.events, &records);
    verdict.outcome = story::outcome(&records);
    check_chain(proof, &records, verdict);
    events::check_seals(&proof.events, &keys.seal_keys, verdict);
    let places = events::check_log(&proof.events, &keys.log_keys, &logs, verdict);
    let log_unknown = witnesses::check(&proof.events, keys.witnesses.as_ref(), verdict);
    let stamped = stamps::check_stamps(&proof.events, &records, &proof.timestamps, &keys, &places, verdict);
    events::check_disclosures(&proof.events, &records, verdict);
    check_rules(proof, &records, verdict);
    for note in &proof.incomplete {
        verdict.push("completeness", Outcome::Note, note.clone());
    }
    verdict.cannot_know = cannot_know(proof, &records, log_unknown, stamped);
    logs.tell_unknown(verdict);
    keys
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

/// What no file can show, whatever it proves. `log_unknown`: what remains unknown after the witnesses' word; `stamped`: that every event stood in
/// the log by a time that a given authority states.
fn everywhere_unknown(log_unknown: String, stamped: bool) -> [String; 4] {
    let times = match stamped {
        true => {
            "How long before its time stamp each event happened: its own time is the hub's clock. And whether hub and time-stamping \
             authority worked together."
        }
        false => "Whether the times are right: they are the hub's clock, bounded only by the order of the log.",
    };
    [
        times.to_owned(),
        log_unknown,
        "Whether the person who logged in was who the identity provider said.".to_owned(),
        "Whether a certificate was valid or revoked when it sealed, or revoked when it stamped: only that it is, or comes from, one you trust.".to_owned(),
    ]
}

fn cannot_know(
    proof: &DeliveryProof,
    records: &[Option<ParsedRecord>],
    log_unknown: String,
    stamped: bool,
) -> Vec<String> {
    let mut lines = vec![format!(
        "Whether anything happened after event {}: fetch a newer proof from the hub.",
        proof.events.len()
    )];
    lines.extend(everywhere_unknown(log_unknown, stamped));
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
