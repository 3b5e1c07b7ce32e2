//! The verdict over a range: that every record in it holds, that none of those which the organisation's tallies count is missing, and that no file of
//! the container was added, left out or changed.
//!
//! Reads the container once, from the front. Memory grows with the number of deliveries alone: some hundred bytes for each, the last event seen of it.

mod earlier;
mod files;
mod records;
mod source;
mod times;
mod tree;

use std::collections::BTreeMap;
use std::io::{self, Read};

use self::earlier::Compared;
pub use self::earlier::{Earlier, EarlierError};
use self::files::{Files, What};
use self::records::Records;
use self::source::{Source, Unpacked};
use self::times::Times;
use self::tree::Tree;
use super::restarts::{self, Logs};
use super::{Outcome, Trust, Verdict, choose_keys, everywhere_unknown, witnesses};
use crate::evidence::bundle::files::read_announcements;
use crate::evidence::cades;
use crate::evidence::checkpoint::VerifierKey;
use crate::evidence::proof::ProofTrust;
use crate::evidence::range::{ContainerReader, RangeError, STATEMENT, Statement, names, trust_files};
use crate::evidence::restart::{MOST_LOGS, first_name, origin_of};
use crate::evidence::tile::{TILE_WIDTH, TileCoord};
use crate::evidence::{Hash, sha256};

/// Problems of one kind that are told one by one.
const TOLD: usize = 20;
/// Longer files are refused, in bytes, but for the lists of all files.
const FILE_LIMIT: u64 = 1 << 20;
/// More files than an event can have.
const FEW: usize = 8;
/// More files than the keys can have: three for each that was announced.
const KEYS: usize = 200;
/// More rule sets than a range can name.
const MANY: usize = 1000;

/// What does not hold, of which only the first are told.
#[derive(Debug, Default)]
struct Problems {
    first: Vec<String>,
    more: u64,
}

impl Problems {
    fn add(&mut self, problem: impl Into<String>) {
        match self.first.len() < TOLD {
            true => self.first.push(problem.into()),
            false => self.more += 1,
        }
    }

    fn into_vec(mut self) -> Vec<String> {
        if self.more > 0 {
            self.first.push(format!("and {} more of the kind", self.more));
        }
        self.first
    }
}

/// Takes what a record is: the name of its log, its index there, and its hash.
type Each<'e> = dyn FnMut(&str, u64, Hash) + 'e;

/// Verifies a range; what an `earlier` file showed must be in it unchanged.
#[must_use]
pub fn verify_range(input: impl Read, trust: &Trust, earlier: Option<&Earlier>) -> Verdict {
    judge(ContainerReader::new(input), trust, earlier, &mut |_, _, _| {})
}

/// Verifies the files that a range was unpacked into, by their names in its container; `open` gives the bytes of each. Keeps all names, which are
/// a kilobyte for each record.
#[must_use]
pub fn verify_range_files<R: Read>(
    names: Vec<String>,
    open: impl FnMut(&str) -> io::Result<R>,
    trust: &Trust,
    earlier: Option<&Earlier>,
) -> Verdict {
    judge(Unpacked::new(names, open), trust, earlier, &mut |_, _, _| {})
}

/// The same; hands on the log index and hash of every record.
fn judge(source: impl Source, trust: &Trust, earlier: Option<&Earlier>, each: &mut Each<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    let mut range = Range::new(trust, earlier);
    if let Err(error) = range.read(Files::new(source), &mut verdict, each) {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        verdict.push("file", Outcome::Fails, format!("{error}{}", cause.unwrap_or_default()));
        return verdict;
    }
    range.conclude(&mut verdict);
    verdict
}

/// The files of one event.
struct Event {
    index: u64,
    folder: String,
    files: BTreeMap<String, Vec<u8>>,
}

impl Event {
    fn new(index: u64, folder: &str) -> Self {
        Self {
            index,
            folder: folder.to_owned(),
            files: BTreeMap::new(),
        }
    }
}

/// Whether it is a tile of leaves that comes among the records.
const fn place_of_leaves(tile: TileCoord) -> bool {
    tile.level == 0 && tile.width == TILE_WIDTH
}

/// The number of the log that a hub began after others ended, and the keys of the first under its name; none for a first log.
fn later_log(origin: &str, keys: &[VerifierKey]) -> Option<(u64, Vec<VerifierKey>)> {
    let (_, number) = origin.rsplit_once('/')?;
    let number = number.parse().ok().filter(|number| (2..=MOST_LOGS).contains(number))?;
    let renamed = keys
        .iter()
        .filter(|key| origin_of(first_name(key.name()), number) == origin);
    let renamed: Vec<_> = renamed.filter_map(|key| key.renamed(origin).ok()).collect();
    (!renamed.is_empty()).then_some((number, renamed))
}

/// What is known of the range while it is read.
struct Range<'a> {
    trust: &'a Trust,
    /// The files of the folder `trust`, until the keys are chosen.
    stated: BTreeMap<String, Vec<u8>>,
    keys: Option<Trust>,
    /// What the announcements of keys tell.
    logs: Logs,
    statement: Option<Statement>,
    tree: Tree,
    times: Times,
    records: Records,
    /// The hash of each rule set's text, by its file.
    rules: BTreeMap<String, Hash>,
    compared: Compared<'a>,
    container: Problems,
    /// The manifest's hash, and the signature over it.
    signature: (Hash, Vec<u8>),
}

impl<'a> Range<'a> {
    fn new(trust: &'a Trust, earlier: Option<&'a Earlier>) -> Self {
        Self {
            trust,
            stated: BTreeMap::new(),
            keys: None,
            logs: Logs::default(),
            statement: None,
            tree: Tree::default(),
            times: Times::default(),
            records: Records::default(),
            rules: BTreeMap::new(),
            compared: Compared::with(earlier),
            container: Problems::default(),
            signature: Default::default(),
        }
    }

    fn read(
        &mut self,
        mut files: Files<impl Source>,
        verdict: &mut Verdict,
        each: &mut Each<'_>,
    ) -> Result<(), RangeError> {
        let mut last = ((0, 0, 0), String::new());
        let mut event: Option<Event> = None;
        while let Some(name) = files.next()? {
            let what = What::of(&name);
            let place = what.place(self.statement.as_ref());
            if what == What::Unknown {
                self.container.add(format!("`{name}` was added"));
            } else if (place, name.as_str()) <= (last.0, last.1.as_str()) {
                self.container
                    .add(format!("`{name}` stands twice, or out of its order"));
            }
            if place.0 > files::TRUST && self.keys.is_none() {
                self.choose(verdict);
            }
            let folder = match what {
                What::Event(_, folder, _) => Some(folder),
                _ => None,
            };
            if let Some(ended) = event.take_if(|event| folder != Some(event.folder.as_str())) {
                self.event(&ended, each);
            }
            if place.0 >= files::LEAVES {
                self.tree.settle(&mut self.times, &mut self.compared);
            }
            match what {
                What::Event(index, folder, file) => {
                    let event = event.get_or_insert_with(|| Event::new(index, folder));
                    let bytes = files.bytes()?;
                    match event.files.len() < FEW {
                        true => drop(event.files.insert(file.to_owned(), bytes)),
                        false => self.container.add(format!("`{name}` was added")),
                    }
                }
                What::Sums => files.sums()?,
                What::Manifest => self.signature.0 = files.manifest()?,
                What::Signature => self.signature.1 = files.bytes()?,
                _ => {
                    let bytes = files.bytes()?;
                    self.file(&name, what, bytes)?;
                }
            }
            last = (place, name);
        }
        files
            .differences()
            .into_iter()
            .for_each(|text| self.container.add(text));
        Ok(())
    }

    /// Takes a file that belongs to no event.
    fn file(&mut self, name: &str, what: What<'_>, bytes: Vec<u8>) -> Result<(), RangeError> {
        match what {
            What::Statement => {
                let statement = Statement::parse(&bytes)?;
                self.compared.within(&statement.origin);
                self.statement = Some(statement);
            }
            What::Trust if self.stated.len() < KEYS => drop(self.stated.insert(name.to_owned(), bytes)),
            What::Rule if self.rules.len() >= MANY => self.container.add(format!("`{name}` is one rule set too many")),
            What::Trust => self.container.add(format!("`{name}` was added")),
            What::Checkpoint if name == names::CHECKPOINT => {
                if let (Some(keys), Some(statement)) = (&self.keys, &self.statement) {
                    self.tree.begin(&bytes, &keys.log_keys, &statement.origin);
                }
            }
            What::Checkpoint => {
                if let (Some(keys), Some((text, head))) = (&self.keys, self.tree.checkpoint()) {
                    self.times.stamped(head, text.as_bytes(), &bytes, keys);
                }
            }
            What::Stamp(size) => {
                if let Some(keys) = &self.keys {
                    self.times.file(size, name, bytes, keys);
                }
            }
            What::Tile(tile) => {
                self.tree.tile(tile, &bytes);
                if place_of_leaves(tile) {
                    self.tree.arrived(tile, &mut self.times, &mut self.compared);
                }
            }
            What::Rule => drop(self.rules.insert(name.to_owned(), sha256(&bytes))),
            _ => {}
        }
        Ok(())
    }

    /// Chooses the keys once the folder `trust` was read.
    fn choose(&mut self, verdict: &mut Verdict) {
        let said = match &self.statement {
            Some(it) => format!(
                "a range of the evidence of {}, from {} to {}",
                it.organisation, it.from, it.to
            ),
            None => "a range that does not say of what".to_owned(),
        };
        verdict.push("file", Outcome::Holds, said);
        let text = |name: &str| {
            let bytes = self.stated.get(name).map(Vec::as_slice).unwrap_or_default();
            String::from_utf8_lossy(bytes).into_owned()
        };
        let announcements = read_announcements(&self.stated).unwrap_or_default();
        let stated = ProofTrust {
            log_vkey: text(names::LOG_VKEY).trim_end_matches('\n').to_owned(),
            seal_chain: text(names::SEAL_CHAIN),
            announcements,
        };
        match trust_files(&stated) {
            Ok(files) if files.iter().map(|(name, bytes)| (name, bytes)).eq(self.stated.iter()) => {}
            _ => self.container.add("the files in `trust/` do not state the same keys"),
        }
        let mut keys = choose_keys(&stated, self.trust, verdict);
        if let Some(statement) = &self.statement
            && let Some((number, renamed)) = later_log(&statement.origin, &keys.log_keys)
        {
            keys.log_keys.extend(renamed);
            self.records.begin(number);
            let detail = format!(
                "log {number} of this hub: what stood in those before it, which ended when backups were restored, is not in this range"
            );
            verdict.push("log", Outcome::Note, detail);
        }
        self.logs = restarts::check(&[], &stated.announcements, &mut keys, verdict);
        self.keys = Some(keys);
    }

    fn event(&mut self, event: &Event, each: &mut Each<'_>) {
        let (Some(keys), Some(statement)) = (&self.keys, &self.statement) else {
            self.container.add("an event stands before keys and statement");
            return;
        };
        let Some(taken) = self.records.take(event, statement, keys, &mut self.tree) else {
            return;
        };
        self.compared.listed(event.index, &taken.entry);
        if let Some(time) = taken.time {
            self.times.record(event.index, time);
        }
        each(&statement.origin, event.index, taken.entry);
    }

    fn conclude(mut self, verdict: &mut Verdict) {
        let Some(statement) = self.statement.take() else {
            verdict.push("file", Outcome::Fails, format!("`{STATEMENT}` is missing"));
            return;
        };
        let keys = self.keys.take().unwrap_or_default();
        let (checkpoint, window) = (self.tree.checkpoint(), self.records.window());
        let checkpoints = checkpoint.map(|(text, _)| (text.to_owned(), "the range".to_owned()));
        self.check_rules(verdict);
        let rest = self.records.conclude(&statement, verdict);
        self.tree.conclude(verdict);
        let log_unknown = witnesses::check_over(&checkpoints.into_iter().collect(), keys.witnesses.as_ref(), verdict);
        let stamped = self.times.conclude(&keys, verdict);
        self.compared.conclude(&statement, window, verdict);
        verdict.conclude(
            "container",
            self.container.into_vec(),
            "the manifest names every file as it is, and no other file is there",
        );
        let (manifest, signature) = self.signature;
        match cades::verify_hash(manifest, &signature, &keys.seal_keys) {
            Ok((at, _)) => verdict.push(
                "signature",
                Outcome::Holds,
                format!("the manifest is signed by a known key, on {at} as the signer says"),
            ),
            Err(error) => verdict.push("signature", Outcome::Fails, error.to_string()),
        }
        verdict.cannot_know = rest;
        verdict.cannot_know.extend(everywhere_unknown(log_unknown, stamped));
        self.logs.tell_unknown(verdict);
    }

    fn check_rules(&mut self, verdict: &mut Verdict) {
        let mut problems = Problems::default();
        for (id, hash) in self.records.rules() {
            let there = self.rules.get(&names::rule_file(id));
            if there != Some(hash) {
                problems.add(format!("the text of `{id}` that records name is not there"));
            }
        }
        let detail = "every rule set that the records name is there as they name it";
        verdict.conclude("rules", problems.into_vec(), detail);
    }
}
