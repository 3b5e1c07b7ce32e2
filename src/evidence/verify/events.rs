//! What holds of every event in a file that proves, whatever the events have to do with each other: its form, its seal, its place in the log and
//! the identities disclosed beside it.

use std::collections::{BTreeSet, HashMap};

use super::{Outcome, Verdict, restarts::Logs};
use crate::evidence::{
    Hash,
    checkpoint::VerifierKey,
    proof::ProofEvent,
    record::ParsedRecord,
    seal::{SealPublic, verify_seal},
    tlog_proof::TlogProof,
};

/// The records by their position in the file; `None` for those withheld or unreadable.
pub(super) fn check_records(events: &[ProofEvent], verdict: &mut Verdict) -> Vec<Option<ParsedRecord>> {
    let mut problems = Vec::new();
    if events.is_empty() {
        problems.push("there is no event".to_owned());
    }
    let mut withheld = 0;
    let records = events.iter().zip(1..).map(|(event, number): (&ProofEvent, usize)| {
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

pub(super) fn check_seals(events: &[ProofEvent], keys: &[SealPublic], verdict: &mut Verdict) {
    let (mut problems, mut sealed) = (Vec::new(), 0);
    for (event, number) in events.iter().zip(1..) {
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
            format!("{sealed} of {} events carry a seal, all by a known key", events.len()),
        );
    }
}

/// Where the events stand.
pub(super) struct Places {
    /// By their position in the file; `None` where it is not shown.
    pub(super) indexes: Vec<Option<u64>>,
    /// The trees that were shown, by origin and size.
    pub(super) roots: HashMap<(String, u64), Hash>,
}

/// That every event stands in the log, each later than the one before, and that the log shows one tree for one size. Where the log was begun anew,
/// what stands in a later log comes after what stands in an older one.
pub(super) fn check_log(events: &[ProofEvent], keys: &[VerifierKey], logs: &Logs, verdict: &mut Verdict) -> Places {
    let mut problems = Vec::new();
    let mut indexes = vec![None; events.len()];
    let mut roots: HashMap<(String, u64), Hash> = HashMap::new();
    let mut last: HashMap<String, u64> = HashMap::new();
    let mut newest: Option<String> = None;
    for ((event, shown), number) in events.iter().zip(&mut indexes).zip(1..) {
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
                *shown = Some(index);
                if *roots.entry((head.origin.clone(), head.size)).or_insert(head.root) != head.root {
                    refuse("the log shows two trees of the same size");
                }
                if newest
                    .as_ref()
                    .is_some_and(|newest| logs.is_older(&head.origin, newest))
                {
                    refuse("stands in an older log than an earlier event");
                }
                newest = Some(head.origin.clone());
                if last.insert(head.origin, index).is_some_and(|before| before >= index) {
                    refuse("stands in the log before an earlier event");
                }
            }
        }
    }
    let origins: BTreeSet<_> = roots.keys().map(|(origin, _)| origin.as_str()).collect();
    let several = roots.len() > origins.len();
    let origins = origins.into_iter().collect::<Vec<_>>().join(", ");
    verdict.conclude(
        "log",
        problems,
        format!("every event stands in the log {origins}, by signed checkpoints"),
    );
    if several {
        let detail = "the checkpoints are of several sizes; that the smaller trees are beginnings of the larger is not shown here";
        verdict.push("log", Outcome::Note, detail);
    }
    Places { indexes, roots }
}

pub(super) fn check_disclosures(events: &[ProofEvent], records: &[Option<ParsedRecord>], verdict: &mut Verdict) {
    let (mut problems, mut count, mut left_out) = (Vec::new(), 0, 0);
    for ((event, record), number) in events.iter().zip(records).zip(1..) {
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
        let disclosed = |field: &str| event.disclosures.iter().any(|it| it.field == field);
        let fields = ["sender", "recipient", "actor"].into_iter();
        left_out += fields
            .filter(|field| record.body.reference(field).is_some() && !disclosed(field))
            .count();
    }
    verdict.conclude(
        "identities",
        problems,
        format!("{count} identities are those that the records refer to"),
    );
    if left_out > 0 {
        let detail =
            format!("{left_out} identities are left out: this file does not say whom the records refer to there");
        verdict.push("identities", Outcome::Note, detail);
    }
}
