//! Until when events stood in the log, by the word of a time-stamping authority: somebody else's clock.
//!
//! Guarantees: a time is told only for an event that stands in the stamped tree, by a checkpoint that a log key signed and an authority stamped; it
//! counts as shown only where the authority is one that the reader gave. What a stamp cannot show is how long before it the event happened.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::events::Places;
use super::{Outcome, Trust, Verdict};
use crate::evidence::{
    Hash,
    proof::{ProofEvent, ProofTimestamp},
    record::ParsedRecord,
    timestamp::{Stamp, verify_stamp},
    tlog_proof::TlogProof,
};

const WHAT: &str = "time";

/// What is known of an event's place under a stamped checkpoint.
type Stamped<'s> = Option<&'s Stamp>;

/// Checks the time stamps of a file. True if every event stood in the log by a time that a given authority states.
pub(super) fn check_stamps(
    events: &[ProofEvent],
    records: &[Option<ParsedRecord>],
    timestamps: &[ProofTimestamp],
    keys: &Trust,
    places: &Places,
    verdict: &mut Verdict,
) -> bool {
    if timestamps.is_empty() && events.iter().all(|event| event.stamped_proof.is_none()) {
        if !keys.authorities.is_empty() {
            verdict.push(WHAT, Outcome::Note, "the file holds no time stamp");
        }
        return false;
    }
    let mut problems = Vec::new();
    let stamps = stamps(timestamps, keys, &mut problems);
    let (mut used, mut roots) = (HashSet::new(), places.roots.clone());
    let mut covered: Vec<Stamped<'_>> = Vec::with_capacity(events.len());
    for ((event, index), number) in events.iter().zip(&places.indexes).zip(1..) {
        let Some(text) = &event.stamped_proof else {
            covered.push(None);
            continue;
        };
        let found = place(event, text, *index, keys, &mut roots).and_then(|checkpoint| {
            let stamp = stamps
                .get(checkpoint.as_str())
                .ok_or("names a time stamp that is not in the file")?;
            used.insert(checkpoint);
            Ok(stamp.as_ref())
        });
        covered.push(found.unwrap_or_else(|problem| {
            problems.push(format!("event {number}: {problem}"));
            None
        }));
    }
    if timestamps.iter().any(|stamp| !used.contains(&stamp.checkpoint)) {
        problems.push("a time stamp belongs to no event".to_owned());
    }
    let whole = problems.is_empty() && covered.iter().all(Option::is_some) && !keys.authorities.is_empty();
    if roots.len() > places.roots.len() {
        let detail = "stamped trees are others than those that the events are shown in: that they are beginnings of those is not shown here";
        verdict.push("log", Outcome::Note, detail);
    }
    if problems.is_empty() {
        tell(&covered, !keys.authorities.is_empty(), verdict);
        tell_clock(&covered, records, verdict);
    } else {
        verdict.conclude(WHAT, problems, "");
    }
    whole
}

/// The stamps by the checkpoint they are over; `None` for those that do not hold.
fn stamps<'f>(
    timestamps: &'f [ProofTimestamp],
    keys: &Trust,
    problems: &mut Vec<String>,
) -> HashMap<&'f str, Option<Stamp>> {
    let authorities = (!keys.authorities.is_empty()).then_some(&keys.authorities);
    let mut stamps = HashMap::new();
    for (timestamp, number) in timestamps.iter().zip(1..) {
        let stamp = verify_stamp(&timestamp.reply, timestamp.checkpoint.as_bytes(), authorities);
        let stamp = stamp
            .map_err(|error| problems.push(format!("time stamp {number}: {error}")))
            .ok();
        if stamps.insert(timestamp.checkpoint.as_str(), stamp).is_some() {
            problems.push(format!("time stamp {number}: the checkpoint has one already"));
        }
    }
    stamps
}

/// The stamped checkpoint that an event stands under, once a log key signed it and the tree is the log's own.
fn place(
    event: &ProofEvent,
    text: &str,
    index: Option<u64>,
    keys: &Trust,
    roots: &mut HashMap<(String, u64), Hash>,
) -> Result<String, &'static str> {
    let hash = event.hash().ok_or("has no hash")?;
    let proof: TlogProof = text
        .parse()
        .map_err(|_| "its place under a stamped checkpoint cannot be read")?;
    let head = proof
        .verify(&hash, &keys.log_keys)
        .map_err(|_| "is not shown to stand under the stamped checkpoint")?;
    if index != Some(proof.index) {
        return Err("stands elsewhere under the stamped checkpoint");
    }
    if *roots.entry((head.origin, head.size)).or_insert(head.root) != head.root {
        return Err("the log shows two trees of the same size");
    }
    Ok(proof.checkpoint)
}

/// One line for each stamp, with the events that it covers and no smaller one does.
fn tell(covered: &[Stamped<'_>], given: bool, verdict: &mut Verdict) {
    let mut groups: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (stamp, number) in covered.iter().zip(1..) {
        let key = stamp.map(|stamp| (stamp.time, stamp.authority.as_str()));
        groups.entry(key).or_default().push(number);
    }
    for (key, numbers) in groups {
        let events = events(&numbers);
        match key {
            None => verdict.push(
                WHAT,
                Outcome::Note,
                format!("{events}: no time stamp in this file covers it"),
            ),
            Some((time, authority)) => {
                let said =
                    format!("{events}: in the log no later than {time}, says the time-stamping authority {authority}");
                match given {
                    true => verdict.push(WHAT, Outcome::Holds, said),
                    false => verdict.push(
                        WHAT,
                        Outcome::KeysFromFile,
                        format!("{said}, whose certificate is only known from this file"),
                    ),
                }
            }
        }
    }
}

/// A hub whose clock is ahead says that something happened after the time by which it was in the log.
fn tell_clock(covered: &[Stamped<'_>], records: &[Option<ParsedRecord>], verdict: &mut Verdict) {
    let ahead = covered.iter().zip(records).zip(1..).filter(|((stamp, record), _)| {
        let times = stamp.zip(record.as_ref());
        times.is_some_and(|(stamp, record)| record.body.time.as_second() > stamp.time.as_second())
    });
    let numbers: Vec<usize> = ahead.map(|(_, number)| number).collect();
    if !numbers.is_empty() {
        let detail = format!(
            "{}: the hub's clock was ahead of the authority's: it says that it happened later than it was in the log",
            events(&numbers)
        );
        verdict.push(WHAT, Outcome::Note, detail);
    }
}

/// `event 3`, `events 1 to 4`, `events 1, 2, 5`.
fn events(numbers: &[usize]) -> String {
    match numbers {
        [one] => format!("event {one}"),
        [first, .., last] if last - first + 1 == numbers.len() => format!("events {first} to {last}"),
        _ => {
            let numbers: Vec<_> = numbers.iter().map(usize::to_string).collect();
            format!("events {}", numbers.join(", "))
        }
    }
}
