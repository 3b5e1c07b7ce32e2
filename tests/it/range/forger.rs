//! Who makes another container out of one: with the names and bytes of their choice, and with the keys they have.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;
use tiedoksi::evidence::cades;
use tiedoksi::evidence::keys::EvidenceKeys;
use tiedoksi::evidence::range::{ContainerReader, RangeWriter};
use tiedoksi::evidence::seal::SealKey;
use tiedoksi::evidence::{Hash, sha256, tree};

/// The files of a container, in their order.
#[derive(Clone)]
pub struct Files(pub Vec<(String, Vec<u8>)>);

const OWN: [&str; 4] = [
    "mimetype",
    "files.sha256",
    "META-INF/ASiCManifest001.xml",
    "META-INF/signature001.p7s",
];

impl Files {
    /// Every file but those that the writer makes.
    pub fn of(container: &Path) -> Self {
        let bytes = std::fs::read(container).unwrap();
        let mut reader = ContainerReader::new(bytes.as_slice());
        let mut files = Vec::new();
        while let Some(head) = reader.next_file().unwrap() {
            let bytes = reader.bytes(u64::MAX).unwrap();
            if !OWN.contains(&head.name.as_str()) {
                files.push((head.name, bytes));
            }
        }
        Self(files)
    }

    /// The container of these files, with sums and manifest made anew, signed by this key.
    pub fn packed(&self, key: &SealKey) -> Vec<u8> {
        self.packed_with(|manifest| {
            let at: Timestamp = "2026-03-02T12:00:00Z".parse().unwrap();
            cades::sign_hash(manifest, key, at).unwrap()
        })
    }

    /// The same with a signature of one's own.
    pub fn packed_with(&self, sign: impl FnOnce(Hash) -> Vec<u8>) -> Vec<u8> {
        let scratch = || Cursor::new(Vec::new());
        let mut writer = RangeWriter::begin(Vec::new(), [scratch(), scratch(), scratch()]).unwrap();
        for (name, bytes) in &self.0 {
            writer.file(name, bytes).unwrap();
        }
        writer.finish(|manifest| Ok(sign(manifest))).unwrap()
    }

    pub fn get(&mut self, name: &str) -> &mut Vec<u8> {
        let found = self.0.iter_mut().find(|(it, _)| it == name);
        &mut found.unwrap_or_else(|| panic!("{name}")).1
    }

    /// The folders of events whose name ends so.
    pub fn events(&self, kind: &str) -> Vec<String> {
        let records = self.0.iter().filter_map(|(name, _)| name.strip_suffix("/event.json"));
        records.filter(|name| name.ends_with(kind)).map(str::to_owned).collect()
    }

    fn statement(&mut self) -> Value {
        serde_json::from_slice(self.get("range.json")).unwrap()
    }

    /// Writes another history, as a hub can that holds its keys: `change` alters what each record says, and hashes, seals, tally, tree and checkpoint are
    /// made to fit. For a log of one tile.
    pub fn rewritten(mut self, keys: &EvidenceKeys, change: impl Fn(&str, &mut Value)) -> Self {
        let after = self.statement()["tallyAfter"].as_u64().unwrap();
        let before = self.statement()["tallyBefore"].as_u64();
        let (mut leaves, mut changed) = (self.leaves(), BTreeMap::new());
        let mut running: Hash = [0; 32];
        if let Some(before) = before {
            let tally: Value =
                serde_json::from_slice(self.get(&format!("events/{before:012}-tally/event.json"))).unwrap();
            hex::decode_to_slice(tally["content"]["parts"][0]["sha256"].as_str().unwrap(), &mut running).unwrap();
        }
        let of = |index: u64| format!("events/{index:012}-tally");
        let mut records = self.events("");
        records.retain(|folder| *folder != of(after) && before.is_none_or(|before| *folder != of(before)));
        for folder in records {
            let leaf = self.record(&folder, keys, &mut leaves, |record| {
                if let Some(prev) = record["delivery"]["prev"].as_str()
                    && let Some(now) = changed.get(prev)
                {
                    record["delivery"]["prev"] = Value::from(hex::encode(now));
                }
                change(&folder, record);
            });
            changed.insert(hex::encode(leaf.0), leaf.1);
            running = sha256(&[running, tree::leaf_hash(&leaf.1)].concat());
        }
        self.record(&of(after), keys, &mut leaves, |record| {
            record["content"]["parts"][0]["sha256"] = Value::from(hex::encode(running));
        });
        let name = self.tile();
        *self.get(&name) = leaves.concat();
        let checkpoint = keys
            .log
            .sign("koe.example/log", leaves.len() as u64, &tree::root(&leaves));
        *self.get("log/checkpoint") = checkpoint.unwrap().into_bytes();
        self
    }

    /// The folder of the tally before the period.
    pub fn tally_before(&mut self) -> Option<String> {
        let index = self.statement()["tallyBefore"].as_u64()?;
        Some(format!("events/{index:012}-tally"))
    }

    fn tile(&self) -> String {
        let tiles = self.0.iter().filter(|(name, _)| name.starts_with("log/tile/"));
        let names: Vec<&String> = tiles.map(|(name, _)| name).collect();
        assert_eq!(names.len(), 1, "the log is one tile");
        names[0].clone()
    }

    /// The leaves of the log.
    pub fn leaves(&mut self) -> Vec<Hash> {
        let name = self.tile();
        self.get(&name).as_chunks::<32>().0.to_vec()
    }

    /// Changes one record, its seal and its leaf; its hash before and after.
    fn record(
        &mut self,
        folder: &str,
        keys: &EvidenceKeys,
        leaves: &mut [Hash],
        change: impl FnOnce(&mut Value),
    ) -> (Hash, Hash) {
        let index: usize = folder["events/".len()..][..12].parse().unwrap();
        let file = self.get(&format!("{folder}/event.json"));
        let before = sha256(file);
        let mut record: Value = serde_json::from_slice(file).unwrap();
        change(&mut record);
        *file = serde_json_canonicalizer::to_vec(&record).unwrap();
        let (now, bytes) = (sha256(file), file.clone());
        leaves[index] = tree::leaf_hash(&now);
        let seal = format!("{folder}/event.jws");
        if now != before && self.0.iter().any(|(name, _)| *name == seal) {
            *self.get(&seal) = keys.seal.seal(&bytes).unwrap().into_bytes();
        }
        (before, now)
    }
}

/// Where each file of a container lies: name, local header, bytes, and the header in the directory.
pub fn places(container: &[u8]) -> Vec<(String, usize, std::ops::Range<usize>, usize)> {
    let two = |at: usize| usize::from(u16::from_le_bytes([container[at], container[at + 1]]));
    let four = |at: usize| u32::from_le_bytes(container[at..at + 4].try_into().unwrap()) as usize;
    let (mut at, mut found) = (0, Vec::new());
    while container[at..].starts_with(b"PK\x03\x04") {
        let (name, extra, size) = (two(at + 26), two(at + 28), four(at + 22));
        let text = String::from_utf8(container[at + 30..at + 30 + name].to_vec()).unwrap();
        let first = at + 30 + name + extra;
        found.push((text, at, first..first + size, 0));
        at = first + size;
    }
    for file in &mut found {
        file.3 = at;
        at += 46 + two(at + 28) + two(at + 30) + two(at + 32);
    }
    found
}

/// The signature over a container, as it lies in it.
pub fn signature(container: &[u8]) -> Vec<u8> {
    let (_, _, bytes, _) = places(container).pop().unwrap();
    container[bytes].to_vec()
}
