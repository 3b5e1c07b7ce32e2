//! Between which times the records of a range came into the log, by the word of a time-stamping authority, and whether their own times fit.
//!
//! A stamped tree that does not hold a record yet says that the record came later than the stamp. A record that says it happened long before was
//! slipped into the past; so was one that says it happened long before a record that stands before it.

use jiff::{SignedDuration, Timestamp};

use super::tree::signed;
use super::{Outcome, Problems, Trust, Verdict};
use crate::evidence::Hash;
use crate::evidence::checkpoint::Checkpoint;
use crate::evidence::range::names;
use crate::evidence::timestamp::{Stamp, verify_stamp};

const WHAT: &str = "time";
/// What two clocks and an act under way may differ by.
const LONG: SignedDuration = SignedDuration::from_mins(10);

/// A stamped tree.
#[derive(Debug)]
struct Stamped {
    size: u64,
    root: Hash,
    stamp: Stamp,
    /// Whether the range's tree is shown to begin with it.
    shown: bool,
}

/// What is known of time.
#[derive(Debug, Default)]
pub(super) struct Times {
    /// By their size.
    stamps: Vec<Stamped>,
    /// The stamp over the range's own checkpoint.
    own: Option<Stamped>,
    /// A checkpoint whose stamp comes next.
    waiting: Option<(u64, Vec<u8>)>,
    /// How many stamps the last record stands after.
    passed: usize,
    latest: Option<Timestamp>,
    records: u64,
    covered: u64,
    ahead: u64,
    problems: Problems,
}

impl Times {
    /// Takes a file of a stamped checkpoint.
    pub(super) fn file(&mut self, size: u64, name: &str, bytes: Vec<u8>, keys: &Trust) {
        if !name.ends_with(names::STAMP) {
            self.waiting = Some((size, bytes));
            return;
        }
        let Some((_, checkpoint)) = self.waiting.take().filter(|(of, _)| *of == size) else {
            self.problems
                .add(format!("the time stamp over {size} leaves has no checkpoint"));
            return;
        };
        match signed(&String::from_utf8_lossy(&checkpoint), &keys.log_keys) {
            Some(head) if head.size == size => {
                if let Some(stamped) = self.read(&head, &checkpoint, &bytes, keys) {
                    self.stamps.push(stamped);
                }
            }
            _ => self.problems.add(format!(
                "the stamped checkpoint of {size} leaves is not signed by a known key"
            )),
        }
    }

    /// Takes the stamp over the range's own checkpoint.
    pub(super) fn stamped(&mut self, head: &Checkpoint, checkpoint: &[u8], reply: &[u8], keys: &Trust) {
        self.own = self
            .read(head, checkpoint, reply, keys)
            .map(|it| Stamped { shown: true, ..it });
    }

    fn read(&mut self, head: &Checkpoint, checkpoint: &[u8], reply: &[u8], keys: &Trust) -> Option<Stamped> {
        let authorities = (!keys.authorities.is_empty()).then_some(&keys.authorities);
        match verify_stamp(reply, checkpoint, authorities) {
            Ok(stamp) => Some(Stamped {
                size: head.size,
                root: head.root,
                stamp,
                shown: false,
            }),
            Err(error) => {
                self.problems
                    .add(format!("the time stamp over {} leaves: {error}", head.size));
                None
            }
        }
    }

    /// No more stamps come.
    pub(super) fn settle(&mut self) {
        self.stamps.extend(self.own.take());
        if self.waiting.is_some() {
            self.problems.add("a stamped checkpoint has no time stamp");
        }
    }

    /// Notes of every stamped tree of a size that `now` picks whether the range's tree begins with it.
    pub(super) fn show(&mut self, now: impl Fn(u64) -> bool, begins: impl Fn(u64, &Hash) -> bool) {
        for stamped in self.stamps.iter_mut().filter(|it| !it.shown && now(it.size)) {
            stamped.shown = begins(stamped.size, &stamped.root);
        }
    }

    /// Holds a record's time to the stamps around it, and to the records before it.
    pub(super) fn record(&mut self, index: u64, time: Timestamp) {
        self.records += 1;
        while self.stamps.get(self.passed).is_some_and(|it| it.size <= index) {
            self.passed += 1;
        }
        let long_before = |other: Timestamp| time < other - LONG;
        let before = self.passed.checked_sub(1).and_then(|at| self.stamps.get(at));
        if let Some(before) = before.filter(|it| long_before(it.stamp.time)) {
            self.problems.add(format!(
                "record {index} is back-dated: it says {time}, and was not in the log on {}, says {}",
                before.stamp.time, before.stamp.authority
            ));
        } else if let Some(latest) = self.latest.filter(|latest| long_before(*latest)) {
            self.problems.add(format!(
                "record {index} is back-dated, or the hub's clock was set back: it says {time}, and stands in the log after one of {latest}"
            ));
        }
        let mut known = time;
        if let Some(after) = self.stamps.get(self.passed) {
            self.covered += 1;
            self.ahead += u64::from(time.as_second() > after.stamp.time.as_second());
            // What a clock says that was ahead makes no later record look older than it is.
            known = known.min(after.stamp.time);
        }
        self.latest = self.latest.max(Some(known));
    }

    /// True if every record stood in the log by a time that a given authority states.
    pub(super) fn conclude(&mut self, keys: &Trust, verdict: &mut Verdict) -> bool {
        for it in self.stamps.iter().filter(|it| !it.shown) {
            self.problems.add(format!(
                "the log was rewritten, or tiles are missing: its tree is not shown to begin with that of {} leaves, which was stamped on {}",
                it.size, it.stamp.time
            ));
        }
        let whole = self.problems.first.is_empty() && self.covered == self.records && !keys.authorities.is_empty();
        let (covered, records) = (self.covered, self.records);
        let problems = std::mem::take(&mut self.problems).into_vec();
        if !problems.is_empty() {
            verdict.conclude(WHAT, problems, "");
        } else if let (Some(first), Some(last)) = (self.stamps.first(), self.stamps.last()) {
            let said = format!(
                "{covered} of {records} records are bounded by {} time stamps, from {} to {}, says the time-stamping authority {}",
                self.stamps.len(),
                first.stamp.time,
                last.stamp.time,
                last.stamp.authority
            );
            match keys.authorities.is_empty() {
                true => {
                    let said = format!("{said}, whose certificate is only known from this file");
                    verdict.push(WHAT, Outcome::KeysFromFile, said);
                }
                false => verdict.push(WHAT, Outcome::Holds, said),
            }
        } else {
            verdict.push(
                WHAT,
                Outcome::Holds,
                "the records' own times follow the order of the log; no time stamp is in the file",
            );
        }
        if self.ahead > 0 {
            let detail = format!(
                "{} records: the hub's clock was ahead of the authority's: they say that they happened later than they were in the log",
                self.ahead
            );
            verdict.push(WHAT, Outcome::Note, detail);
        }
        whole && records > 0
    }
}
