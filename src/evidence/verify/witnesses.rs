//! Whether enough of the reader's witnesses cosigned every checkpoint that an event is shown under; stamped ones beside those are not asked about.

use std::collections::BTreeMap;

use super::{Outcome, Verdict};
use crate::evidence::{proof::ProofEvent, tlog_proof::TlogProof, witnesses::WitnessPolicy};

/// Checks the cosignatures; what remains unknown about the log's being one and the same to everybody.
pub(super) fn check(events: &[ProofEvent], policy: Option<&WitnessPolicy>, verdict: &mut Verdict) -> String {
    let mut checkpoints: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for (event, number) in events.iter().zip(1..) {
        // An event without a place, or with one that cannot be read, fails with the log.
        if let Some(Ok(place)) = event.tlog_proof.as_deref().map(str::parse::<TlogProof>) {
            checkpoints.entry(place.checkpoint).or_default().push(number);
        }
    }
    let named = checkpoints.into_iter().map(|(checkpoint, numbers)| {
        let numbers: Vec<_> = numbers.iter().map(ToString::to_string).collect();
        (checkpoint, format!("event {}", numbers.join(", ")))
    });
    check_over(&named.collect(), policy, verdict)
}

/// The same for checkpoints, each with what is shown under it, in words.
pub(super) fn check_over(
    checkpoints: &BTreeMap<String, String>,
    policy: Option<&WitnessPolicy>,
    verdict: &mut Verdict,
) -> String {
    let unknown =
        "Whether the log shows the same tree to everybody: compare its checkpoint with one that somebody else kept.";
    let Some(policy) = policy else {
        let detail = "nobody but the hub was asked about its log: you gave no keys of witnesses";
        verdict.push("witnesses", Outcome::Note, detail);
        return unknown.to_owned();
    };
    let (wanted, of) = (policy.quorum(), policy.keys().len());
    let mut problems = Vec::new();
    for (checkpoint, shown) in checkpoints {
        match policy.cosigners(checkpoint) {
            Ok(names) if names.len() >= wanted => {}
            Ok(names) => problems.push(format!(
                "{shown}: of the {of} witnesses whose keys you gave, {} cosigned the checkpoint and {wanted} must have; fetch the proof again later",
                names.len()
            )),
            Err(error) => problems.push(format!("{shown}: a witness's cosignature: {error}")),
        }
    }
    if checkpoints.is_empty() {
        problems.push("there is no checkpoint that a witness could have cosigned".to_owned());
    }
    let held = problems.is_empty();
    verdict.conclude(
        "witnesses",
        problems,
        format!("at least {wanted} of the {of} witnesses whose keys you gave cosigned every checkpoint that an event is shown under"),
    );
    if !held {
        return unknown.to_owned();
    }
    if policy.is_majority() {
        format!(
            "Whether the witnesses kept their word: only if {} of the {of} did not could the log show others another tree.",
            2 * wanted - of
        )
    } else {
        format!(
            "Whether the log shows the same tree to everybody: {wanted} of {of} witnesses is not more than half, so others may have cosigned another one."
        )
    }
}
