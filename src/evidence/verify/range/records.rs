//! The records of a range: each for itself, as events of their deliveries, and counted from tally to tally.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use uuid::Uuid;

use super::tree::Tree;
use super::{Event, Outcome, Problems, Trust, Verdict};
use crate::evidence::Hash;
use crate::evidence::range::{LOG_ROOM, Running, Statement, Tally, names};
use crate::evidence::record::{Disclosure, ParsedRecord};
use crate::evidence::seal::verify_seal;
use crate::evidence::tree::leaf_hash;

/// A record that was taken.
pub(super) struct Taken {
    pub(super) entry: Hash,
    /// Its own time; none where only its hash is shown.
    pub(super) time: Option<Timestamp>,
}

/// One of the two tallies.
#[derive(Debug, Clone, Copy)]
struct Told {
    tally: Tally,
    time: Timestamp,
}

/// What is known of the records so far.
#[derive(Debug, Default)]
pub(super) struct Records {
    before: Option<Told>,
    after: Option<Told>,
    running: Running,
    /// The place of the log's first leaf among those of all logs of the hub, in which tallies count.
    first: u64,
    last: Option<u64>,
    within: u64,
    around: u64,
    withheld: u64,
    disclosed: u64,
    undisclosed: u64,
    /// The last event seen of each delivery.
    deliveries: HashMap<Uuid, (u32, Hash)>,
    begun_before: u64,
    rules: BTreeSet<(String, Hash)>,
    kinds: BTreeMap<&'static str, u64>,
    form: Problems,
    chain: Problems,
    seals: Problems,
    identities: Problems,
    completeness: Problems,
}

impl Records {
    /// Takes the files of an event; none for a tally, and for what is no record.
    pub(super) fn take(
        &mut self,
        event: &Event,
        statement: &Statement,
        keys: &Trust,
        tree: &mut Tree,
    ) -> Option<Taken> {
        let index = event.index;
        if statement.tally_after == index || statement.tally_before == Some(index) {
            self.tally(event, statement, keys, tree);
            return None;
        }
        if self.last.is_none() {
            self.running = self.before.map(|told| told.tally.running).unwrap_or_default();
        }
        if self.last.is_some_and(|last| last >= index) {
            self.form.add(format!("record {index} stands twice"));
        }
        self.last = Some(index);
        let (entry, record) = match event.files.get(names::WITHHELD) {
            Some(hash) => (self.withheld(event, hash, statement)?, None),
            None => {
                let record = self.record(event)?;
                (record.hash, Some(record))
            }
        };
        let leaf = leaf_hash(&entry);
        if tree.leaf(index) != Some(leaf) {
            self.form
                .add(format!("record {index} is not shown to stand in the log"));
        }
        let place = self.first.saturating_add(index);
        let counted = self.before.is_none_or(|told| place > told.tally.through)
            && self.after.is_some_and(|told| place <= told.tally.through);
        if !counted {
            self.completeness
                .add(format!("record {index} does not stand between the two tallies"));
        }
        self.running.add(&leaf);
        let Some(record) = record else {
            return Some(Taken { entry, time: None });
        };
        *self.kinds.entry(record.body.event.name()).or_default() += 1;
        self.follow(index, &record);
        let time = record.body.time;
        if time < statement.from || time >= statement.to {
            self.around += 1;
        } else {
            self.within += 1;
            self.seal(event, keys);
            self.disclosures(event, &record);
        }
        Some(Taken {
            entry,
            time: Some(time),
        })
    }

    fn record(&mut self, event: &Event) -> Option<ParsedRecord> {
        let index = event.index;
        let Some(bytes) = event.files.get(names::RECORD) else {
            self.form.add(format!("record {index} is not there"));
            return None;
        };
        let record = match ParsedRecord::parse(bytes) {
            Ok(record) => record,
            Err(error) => {
                self.form.add(format!("record {index}: {error}"));
                return None;
            }
        };
        let known = [names::RECORD, names::SEAL, names::DISCLOSURES];
        if event.files.keys().any(|file| !known.contains(&file.as_str())) {
            self.form.add(format!("record {index} has a file that was added"));
        }
        if event.folder != format!("{index:012}-{}", record.body.event.name()) {
            self.form
                .add(format!("record {index} lies in a folder of another name"));
        }
        Some(record)
    }

    fn withheld(&mut self, event: &Event, hash: &[u8], statement: &Statement) -> Option<Hash> {
        let index = event.index;
        if event.files.len() > 1 || event.folder != format!("{index:012}-{}", names::WITHHELD_NAME) {
            self.form.add(format!("record {index} is both shown and withheld"));
        }
        if statement.service.is_none() {
            self.form.add(format!(
                "record {index} is shown by its hash alone: what it says is hidden"
            ));
        }
        self.withheld += 1;
        let text = hash.strip_suffix(b"\n").and_then(|text| hex::decode(text).ok());
        let Some(entry) = text.and_then(|bytes| bytes.try_into().ok()) else {
            self.form.add(format!("record {index} has no hash"));
            return None;
        };
        Some(entry)
    }

    /// That a record follows the one before it in its delivery.
    fn follow(&mut self, index: u64, record: &ParsedRecord) {
        let Some(link) = &record.body.delivery else { return };
        self.rules.insert((link.ruleset.clone(), link.ruleset_sha256));
        match self.deliveries.insert(link.id, (link.seq, record.hash)) {
            Some((seq, hash)) if link.seq == seq + 1 && link.prev == Some(hash) => {}
            Some(_) => self.chain.add(format!(
                "record {index} does not follow the event before it in its delivery: one is missing, changed or out of order"
            )),
            None => self.begun_before += u64::from(link.seq > 1),
        }
    }

    /// That a record carries its seal, as each of the period does, and each tally: what has none when it is exported is sealed then.
    fn seal(&mut self, event: &Event, keys: &Trust) {
        let Some(seal) = event.files.get(names::SEAL) else {
            self.seals.add(format!("record {} carries no seal", event.index));
            return;
        };
        match verify_seal(&String::from_utf8_lossy(seal), &keys.seal_keys) {
            Ok((payload, _)) if Some(&payload) == event.files.get(names::RECORD) => {}
            Ok(_) => self
                .seals
                .add(format!("record {}: the seal is over something else", event.index)),
            Err(error) => self.seals.add(format!("record {}: {error}", event.index)),
        }
    }

    fn disclosures(&mut self, event: &Event, record: &ParsedRecord) {
        let disclosed = disclosed(event);
        let mut seen = BTreeSet::new();
        for one in &disclosed {
            if !seen.insert(one.field.as_str()) || record.body.reference(&one.field) != Some(one.reference()) {
                self.identities.add(format!(
                    "record {}: the identity given as `{}` is not the one in the record",
                    event.index, one.field
                ));
            }
        }
        let referred = ["sender", "recipient", "actor"].into_iter();
        let referred = referred.filter(|field| record.body.reference(field).is_some()).count() as u64;
        self.disclosed += seen.len() as u64;
        self.undisclosed += referred.saturating_sub(seen.len() as u64);
    }

    /// Takes one of the two tallies.
    fn tally(&mut self, event: &Event, statement: &Statement, keys: &Trust, tree: &mut Tree) {
        let Some(record) = self.record(event) else { return };
        let index = event.index;
        let Some(tally) = Tally::of(&record).filter(|tally| tally.through < self.first.saturating_add(index)) else {
            self.completeness.add(format!("record {index} is no tally"));
            return;
        };
        self.seal(event, keys);
        let disclosed = disclosed(event);
        let whose = disclosed
            .iter()
            .find(|one| record.body.reference(&one.field) == Some(one.reference()));
        if whose.is_none_or(|one| one.field != "sender" || one.value != statement.organisation) {
            self.completeness
                .add(format!("the tally at {index} is not shown to be of this organisation"));
        }
        tree.await_leaf(index, leaf_hash(&record.hash));
        let told = Told {
            tally,
            time: record.body.time,
        };
        if statement.tally_before == Some(index) {
            self.before = Some(told);
        } else {
            self.after = Some(told);
        }
    }

    /// The rule sets that records name, with the hashes they name them by.
    pub(super) fn rules(&self) -> impl Iterator<Item = (&str, &Hash)> {
        self.rules.iter().map(|(id, hash)| (id.as_str(), hash))
    }

    /// The log is the hub's `number`th.
    pub(super) fn begin(&mut self, number: u64) {
        self.first = (number - 1) << LOG_ROOM;
    }

    /// The log index that the range counts after, and the last that it counts.
    pub(super) fn window(&self) -> (Option<u64>, Option<u64>) {
        let through = |told: Option<Told>| told.and_then(|told| told.tally.through.checked_sub(self.first));
        (through(self.before), through(self.after))
    }

    /// Tells what was found; answers what remains unknown.
    pub(super) fn conclude(&mut self, statement: &Statement, verdict: &mut Verdict) -> Vec<String> {
        let shown: u64 = self.kinds.values().sum();
        let form = std::mem::take(&mut self.form).into_vec();
        verdict.conclude("records", form, format!("{shown} records read, each in its only form"));
        if shown > 0 {
            let kinds: Vec<_> = self
                .kinds
                .iter()
                .map(|(kind, count)| format!("{kind} {count}"))
                .collect();
            verdict.push("records", Outcome::Note, kinds.join(", "));
        }
        if self.before.is_none() && self.first > 0 {
            self.completeness
                .add("a range of a log that is not the first needs a tally before it");
        }
        self.tell_completeness(statement, verdict);
        if self.before.is_none() && self.begun_before > 0 {
            let text =
                "deliveries without their first event, though the range begins with the organisation's first record";
            self.chain.add(format!("{} {text}", self.begun_before));
        }
        let deliveries = self.deliveries.len();
        let chain = std::mem::take(&mut self.chain).into_vec();
        let detail = format!("the records of {deliveries} deliveries follow each other, none missing between them");
        verdict.conclude("chain", chain, detail);
        if self.begun_before > 0 {
            let detail = format!("{} of the deliveries began before this range", self.begun_before);
            verdict.push("chain", Outcome::Note, detail);
        }
        let seals = std::mem::take(&mut self.seals).into_vec();
        let detail = format!(
            "the {} records of the period and the tallies all carry a seal by a known key",
            self.within
        );
        verdict.conclude("seals", seals, detail);
        let identities = std::mem::take(&mut self.identities).into_vec();
        let detail = format!("{} identities are those that the records refer to", self.disclosed);
        verdict.conclude("identities", identities, detail);
        if self.undisclosed > 0 {
            let detail = format!("{} identities are left out", self.undisclosed);
            verdict.push("identities", Outcome::Note, detail);
        }
        verdict.outcome = Some(format!(
            "{} records of {} from {} to {}, in {deliveries} deliveries.",
            self.within, statement.organisation, statement.from, statement.to
        ));
        self.unknown(statement)
    }

    fn tell_completeness(&mut self, statement: &Statement, verdict: &mut Verdict) {
        let (before, all) = (self.before, self.within + self.around + self.withheld);
        if self.last.is_none() {
            self.running = before.map(|told| told.tally.running).unwrap_or_default();
        }
        let start = before.map(|told| told.tally.running.count).unwrap_or_default();
        let mut problems = std::mem::take(&mut self.completeness);
        let Some(after) = self.after else {
            problems.add("there is no tally at the end");
            verdict.conclude("completeness", problems.into_vec(), "");
            return;
        };
        let wanted = after.tally.running.count.saturating_sub(start);
        if wanted != all {
            problems.add(format!(
                "{all} of {wanted} records are here: the tallies count others, too"
            ));
        } else if self.running != after.tally.running {
            problems.add(format!(
                "{all} of {wanted} records are here, but they are others than those that the tallies count"
            ));
        }
        if statement.tally_before.is_some() && before.is_none_or(|told| told.time > statement.from) {
            problems.add("the first tally is later than the start");
        }
        if after.time < statement.to {
            problems.add("the last tally is earlier than the end");
        }
        let begins = match before {
            Some(told) => format!("from the tally of {}", told.time),
            None => "from the organisation's first".to_owned(),
        };
        let mut said = format!(
            "{all} of {wanted} records, none missing: all that the log counts for {} {begins} to the tally of {}; {} of them in the period",
            statement.organisation, after.time, self.within
        );
        if self.withheld > 0 {
            said.push_str(&format!(", {} by their hash alone", self.withheld));
        }
        verdict.conclude("completeness", problems.into_vec(), said);
    }

    fn unknown(&self, statement: &Statement) -> Vec<String> {
        let mut lines = vec![
            "Whether the hub logged a record so late that it stands after the last tally: an earlier file that somebody kept shows it (--earlier)."
                .to_owned(),
            "What the documents say: they are not in this file. Compare their SHA-256 with the records.".to_owned(),
        ];
        if let Some(service) = &statement.service {
            lines.push(format!(
                "Whether the {} records shown by their hash alone belong to other services than `{service}`: records do not name services, so \
                 this is the hub's word. Ask for the range of the whole organisation.",
                self.withheld
            ));
        }
        lines
    }
}

/// The identities disclosed beside a record; none when they are not in their only form.
fn disclosed(event: &Event) -> Vec<Disclosure> {
    let bytes = event
        .files
        .get(names::DISCLOSURES)
        .map(Vec::as_slice)
        .unwrap_or_default();
    serde_json::from_slice(bytes).unwrap_or_default()
}
