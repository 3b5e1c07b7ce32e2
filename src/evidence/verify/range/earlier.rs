//! An earlier file that its reader kept, held against a range: what it showed must stand there unchanged.
//!
//! A hub that holds every key can write another history, and all of it will fit. It does not fit what it handed out before.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::ops::Range;
use std::rc::Rc;

use jiff::Timestamp;

use super::{Outcome, Problems, Trust, Verdict, judge};
use crate::evidence::Hash;
use crate::evidence::bundle::{Bundle, is_container, unpack};
use crate::evidence::checkpoint::Checkpoint;
use crate::evidence::note::unverified_text;
use crate::evidence::proof::{ProofEvent, ProofFile};
use crate::evidence::range::{ContainerReader, Statement};
use crate::evidence::receipt::{evidence_in, is_receipt};
use crate::evidence::record::ParsedRecord;
use crate::evidence::tlog_proof::TlogProof;
use crate::evidence::tree::{inclusion_ranges, leaf_hash};
use crate::evidence::verify::verify_proof;

const WHAT: &str = "earlier file";

/// Why an earlier file cannot be compared with.
#[derive(Debug, thiserror::Error)]
pub enum EarlierError {
    /// It does not hold itself.
    #[error("the earlier file does not hold itself: verify it alone")]
    Doubtful,
}

/// What an earlier file shows.
#[derive(Debug, Default)]
pub struct Earlier {
    /// By the name of their log, and their index there.
    records: BTreeMap<(String, u64), Known>,
    /// The roots of its trees, by the name of their log and their size.
    trees: BTreeMap<(String, u64), Hash>,
}

/// A record of the earlier file.
#[derive(Debug)]
struct Known {
    entry: Hash,
    /// Its path in the earlier tree, and that tree's size; none where the file is a range.
    path: Option<(Vec<Hash>, u64)>,
    time: Option<Timestamp>,
    /// Whom the file names in the record's delivery.
    parties: Rc<BTreeSet<String>>,
}

impl Earlier {
    /// Reads a proof, a receipt, or the container of a delivery.
    ///
    /// # Errors
    /// [`EarlierError::Doubtful`].
    pub fn read(bytes: &[u8], trust: &Trust) -> Result<Self, EarlierError> {
        if verify_proof(bytes, trust).exit_code() == 1 {
            return Err(EarlierError::Doubtful);
        }
        let bytes = match is_receipt(bytes) {
            true => evidence_in(bytes).ok_or(EarlierError::Doubtful)?,
            false => bytes,
        };
        let events = match is_container(bytes) {
            true => {
                let bundle = unpack(bytes).and_then(Bundle::read);
                bundle.map_err(|_| EarlierError::Doubtful)?.proof.events
            }
            false => match ProofFile::parse(bytes).map_err(|_| EarlierError::Doubtful)? {
                ProofFile::Delivery(proof) => proof.events,
                ProofFile::Records(proof) => proof.events,
            },
        };
        Ok(Self::of(&events))
    }

    /// Reads a range. Keeps forty bytes for each of its records.
    ///
    /// # Errors
    /// [`EarlierError::Doubtful`].
    pub fn read_range(input: impl Read, trust: &Trust) -> Result<Self, EarlierError> {
        let mut earlier = Self::default();
        let nobody = Rc::default();
        let verdict = judge(ContainerReader::new(input), trust, None, &mut |origin, index, entry| {
            let known = Known {
                entry,
                path: None,
                time: None,
                parties: Rc::clone(&nobody),
            };
            earlier.records.insert((origin.to_owned(), index), known);
        });
        match verdict.exit_code() {
            1 => Err(EarlierError::Doubtful),
            _ => Ok(earlier),
        }
    }

    fn of(events: &[ProofEvent]) -> Self {
        let disclosed = events.iter().flat_map(|event| &event.disclosures);
        let parties = Rc::new(disclosed.map(|one| one.value.clone()).collect::<BTreeSet<_>>());
        let mut earlier = Self::default();
        for event in events {
            let place = event
                .tlog_proof
                .as_deref()
                .and_then(|text| text.parse::<TlogProof>().ok());
            let (Some(place), Some(entry)) = (place, event.hash()) else {
                continue;
            };
            let head = unverified_text(&place.checkpoint).and_then(Checkpoint::parse);
            let Ok(head) = head else { continue };
            let size = head.size;
            earlier.trees.insert((head.origin.clone(), size), head.root);
            let record = event.event.as_ref().and_then(|bytes| ParsedRecord::parse(bytes).ok());
            let known = Known {
                entry,
                path: Some((place.hashes, size)),
                time: record.map(|record| record.body.time),
                parties: Rc::clone(&parties),
            };
            earlier.records.insert((head.origin, place.index), known);
        }
        earlier
    }
}

/// What was found of the earlier file in the range.
#[derive(Debug, Default)]
pub(super) struct Compared<'a> {
    earlier: Option<&'a Earlier>,
    /// The name of the range's log; of others nothing can be compared.
    origin: String,
    /// The records that the range lists as they were.
    listed: BTreeSet<u64>,
    /// The records that stand in the log as they did.
    stand: BTreeSet<u64>,
    /// The trees that the range's tree is shown to begin with.
    shown: BTreeSet<u64>,
    problems: Problems,
}

impl<'a> Compared<'a> {
    pub(super) fn with(earlier: Option<&'a Earlier>) -> Self {
        Self {
            earlier,
            ..Self::default()
        }
    }

    /// The range is of the log of this name.
    pub(super) fn within(&mut self, origin: &str) {
        origin.clone_into(&mut self.origin);
    }

    /// Where the records of the range's log are in the earlier file.
    fn at(&self, index: u64) -> (String, u64) {
        (self.origin.clone(), index)
    }

    /// Holds a record of the range to the earlier file.
    pub(super) fn listed(&mut self, index: u64, entry: &Hash) {
        let Some(known) = self
            .earlier
            .and_then(|earlier| earlier.records.get(&(self.origin.clone(), index)))
        else {
            return;
        };
        match known.entry == *entry {
            true => drop(self.listed.insert(index)),
            false => self.problems.add(format!(
                "record {index} is another than in the earlier file: history was rewritten"
            )),
        }
    }

    /// Holds a tile of leaves that leads to the root to the earlier file: its records, and all that stood in the log before them.
    pub(super) fn tile(
        &mut self,
        leaves: Range<u64>,
        hashes: &[Hash],
        path: impl Fn(u64) -> Option<Vec<Hash>>,
        size: u64,
    ) {
        let Some(earlier) = self.earlier else { return };
        for ((_, index), known) in earlier.records.range(self.at(leaves.start)..self.at(leaves.end)) {
            let at = usize::try_from(index - leaves.start).unwrap_or(usize::MAX);
            if hashes.get(at) != Some(&leaf_hash(&known.entry)) {
                let text =
                    format!("leaf {index} of the log is another than the earlier file shows: history was rewritten");
                self.problems.add(text);
                continue;
            }
            self.stand.insert(*index);
            if let Some((then, of)) = &known.path
                && path(*index).is_none_or(|now| before(&now, *index, size) != before(then, *index, *of))
            {
                let text = format!(
                    "what stands in the log before {index} is other than the earlier file shows: history was rewritten"
                );
                self.problems.add(text);
            }
        }
    }

    /// Notes of every earlier tree of a size that `now` picks whether the range's tree begins with it.
    pub(super) fn show(&mut self, now: impl Fn(u64) -> bool, begins: impl Fn(u64, &Hash) -> bool) {
        let Some(earlier) = self.earlier else { return };
        let ours = earlier.trees.range(self.at(0)..=self.at(u64::MAX));
        let begun = ours.filter(|((_, size), root)| now(*size) && begins(*size, root));
        self.shown.extend(begun.map(|((_, size), _)| *size));
    }

    pub(super) fn conclude(
        mut self,
        statement: &Statement,
        (start, end): (Option<u64>, Option<u64>),
        verdict: &mut Verdict,
    ) {
        let Some(earlier) = self.earlier else { return };
        for ((_, index), known) in earlier.records.range(self.at(0)..=self.at(u64::MAX)) {
            let counted = start.is_none_or(|start| *index > start) && end.is_some_and(|end| *index <= end);
            let in_period = known
                .time
                .is_some_and(|time| time >= statement.from && time < statement.to);
            let ours = known.path.is_none() || known.parties.contains(&statement.organisation);
            if ours && (counted && known.path.is_some() || in_period) && !self.listed.contains(index) {
                self.problems.add(format!(
                    "record {index} of the earlier file is missing in this range: history was rewritten"
                ));
            }
        }
        let (listed, stand) = (self.listed.len(), self.stand.len());
        if listed == 0 && stand == 0 {
            self.problems.add("nothing in it can be compared with this range");
        }
        let of = earlier.records.len();
        let trees = earlier.trees.range(self.at(0)..=self.at(u64::MAX)).count();
        verdict.conclude(
            WHAT,
            self.problems.into_vec(),
            format!("{listed} of its {of} records are in this range, {stand} stand in the log as they did, and so does all that stood before them"),
        );
        if self.shown.len() < trees {
            let detail = "whether its checkpoint is the beginning of this log is shown up to its records only: the tiles between are not in the range";
            verdict.push(WHAT, Outcome::Note, detail);
        }
    }
}

/// The hashes of a path that stand for what comes before the leaf.
fn before(path: &[Hash], index: u64, size: u64) -> Vec<Hash> {
    let ranges = inclusion_ranges(index, size).unwrap_or_default();
    let left = ranges.iter().zip(path).filter(|(range, _)| range.end <= index);
    left.map(|(_, hash)| *hash).collect()
}
