//! The verdict over records that belong to no delivery: that each is true for itself, and that all are about one recipient.

use std::collections::BTreeSet;

use super::{Outcome, Trust, Verdict, choose_keys, events, everywhere_unknown, restarts, stamps, witnesses};
use crate::evidence::{proof::RecordsProof, record::ParsedRecord};

/// Verifies what a proof of records claims.
pub(super) fn verify(proof: &RecordsProof, trust: &Trust, verdict: &mut Verdict) {
    let count = proof.events.len();
    verdict.push("file", Outcome::Holds, format!("a proof of {count} records, undamaged"));
    let mut keys = choose_keys(&proof.trust, trust, verdict);
    let logs = restarts::check(&proof.restarts, &proof.trust.announcements, &mut keys, verdict);
    let records = events::check_records(&proof.events, verdict);
    verdict.says = super::story::told(&proof.events, &records);
    check_alone(proof, &records, verdict);
    events::check_seals(&proof.events, &keys.seal_keys, verdict);
    let places = events::check_log(&proof.events, &keys.log_keys, &logs, verdict);
    let log_unknown = witnesses::check(&proof.events, keys.witnesses.as_ref(), verdict);
    let stamped = stamps::check_stamps(&proof.events, &records, &proof.timestamps, &keys, &places, verdict);
    events::check_disclosures(&proof.events, &records, verdict);
    check_recipient(proof, verdict);
    for note in &proof.incomplete {
        verdict.push("completeness", Outcome::Note, note.clone());
    }
    verdict.cannot_know = vec![
        "Whether there are other records of the same person: nothing in this file shows that none was left out."
            .to_owned(),
    ];
    verdict.cannot_know.extend(everywhere_unknown(log_unknown, stamped));
    logs.tell_unknown(verdict);
}

/// A record of a delivery proves nothing without the others of its chain, and a record that is withheld is no use alone.
fn check_alone(proof: &RecordsProof, records: &[Option<ParsedRecord>], verdict: &mut Verdict) {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for ((event, record), number) in proof.events.iter().zip(records).zip(1..) {
        if event.withheld.is_some() {
            problems.push(format!("record {number}: is withheld"));
        }
        let Some(record) = record else { continue };
        if record.body.delivery.is_some() {
            problems.push(format!("record {number}: belongs to a delivery"));
        }
        if !seen.insert(record.hash) {
            problems.push(format!("record {number}: stands in the file twice"));
        }
    }
    verdict.conclude("records", problems, "each stands for itself");
}

/// Records put together from the files of several people would read as one person's.
fn check_recipient(proof: &RecordsProof, verdict: &mut Verdict) {
    let recipients: BTreeSet<Option<&str>> = proof
        .events
        .iter()
        .map(|event| {
            let mut disclosed = event.disclosures.iter().filter(|it| it.field == "recipient");
            disclosed.next().map(|it| it.value.as_str())
        })
        .collect();
    let problems = match recipients.len() {
        0 | 1 if !recipients.contains(&None) => Vec::new(),
        0 | 1 => vec!["the records do not say whom they are about".to_owned()],
        _ => vec!["the records are not all about the same recipient".to_owned()],
    };
    verdict.conclude("recipient", problems, "all records are about the same recipient");
}

#[cfg(test)]
mod tests;
