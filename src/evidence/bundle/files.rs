//! A proof as files, and files as the proof they were written from.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;

use super::{BundleError, Files};
use crate::evidence::announcement::{AnnouncedKey, Announcement};
use crate::evidence::proof::{DeliveryProof, ProofEvent, ProofTimestamp, ProofTrust};
use crate::evidence::record::ParsedRecord;
use crate::evidence::seal::SealPublic;
use crate::evidence::tlog_proof::TlogProof;
use crate::evidence::{checkpoint::VerifierKey, sha256};

/// How to check the bundle without this program.
const VERIFY: &str = concat!(include_str!("VERIFY.md"), include_str!("../announcement/VERIFY.md"));

pub const EVENTS: &str = "events/";
const RESTARTS: &str = "restarts/";
/// Where rule sets lie.
pub const RULES: &str = "rules/";
/// A record.
pub const RECORD: &str = "event.json";
/// The hash of a record that is not shown.
pub const WITHHELD: &str = "event.sha256";
/// The seal over a record.
pub const SEAL: &str = "event.jws";
const PLACE: &str = "event.tlog-proof";
const STAMPED_PLACE: &str = "event.stamped-proof";
/// The identities behind a record's references.
pub const DISCLOSURES: &str = "disclosures.json";
const DEADLINES: &str = "deadlines.json";
/// The checkpoint that everything stands under.
pub const CHECKPOINT: &str = "log/checkpoint";
pub const STAMPED: &str = "log/stamped/";
/// A checkpoint that was stamped, in a folder of its own.
pub const STAMPED_CHECKPOINT: &str = "checkpoint";
/// The time stamp over it.
pub const STAMP: &str = "checkpoint.tsr";
/// The log's verifier key.
pub const LOG_VKEY: &str = "trust/log.vkey";
const LOG_PEM: &str = "trust/log_pub.pem";
/// The certificates of the sealing keys.
pub const SEAL_CHAIN: &str = "trust/seal_chain.pem";
const SEAL_JWK: &str = "trust/seal.jwk";
/// Where the records lie by which keys were announced, each in a folder by its number.
const ANNOUNCEMENTS: &str = "trust/announcements/";
/// How to check the container, as the hub that made it knew.
pub const HOW_TO: &str = "VERIFY.md";
/// The sums of all other files, as `sha256sum` reads them.
pub const SUMS: &str = "files.sha256";

/// The files that carry a proof.
pub(super) fn write(proof: &DeliveryProof) -> Result<Files, BundleError> {
    let mut files = Files::new();
    let logs = LaterLogs::of(&proof.restarts);
    for (folder, events) in [(EVENTS, &proof.events), (RESTARTS, &proof.restarts)] {
        for event in events {
            write_event(folder, event, &logs, &mut files)?;
        }
    }
    for (id, text) in &proof.rules {
        files.insert(rule_file(id), text.clone().into_bytes());
    }
    if !proof.deadlines.is_null() {
        files.insert(DEADLINES.to_owned(), json(&proof.deadlines)?);
    }
    if let Some(checkpoint) = newest_checkpoint(&proof.events, &logs) {
        files.insert(CHECKPOINT.to_owned(), checkpoint.into_bytes());
    }
    for stamp in &proof.timestamps {
        let folder = format!(
            "{STAMPED}{}{:012}/",
            logs.prefix(&stamp.checkpoint),
            size(&stamp.checkpoint).ok_or_else(|| wrong(STAMPED, "holds no checkpoint"))?
        );
        files.insert(
            folder.clone() + STAMPED_CHECKPOINT,
            stamp.checkpoint.clone().into_bytes(),
        );
        files.insert(folder + STAMP, stamp.reply.clone());
    }
    write_trust(&proof.trust, &mut files)?;
    Ok(files)
}

/// Adds what helps a reader: how to check the files, and their sums.
pub(super) fn explain(files: &mut Files) {
    files.insert(HOW_TO.to_owned(), VERIFY.into());
    files.insert(SUMS.to_owned(), sums(files));
}

/// `files.sha256` of the other files.
pub(super) fn sums(files: &Files) -> Vec<u8> {
    let mut sums = String::new();
    for (name, bytes) in files.iter().filter(|(name, _)| *name != SUMS) {
        // Writing to a string cannot fail.
        let _ = writeln!(sums, "{}  {name}", hex::encode(sha256(bytes)));
    }
    sums.into_bytes()
}

/// The logs that began by restarts, the oldest first. In names of files the second log has the number two, whatever it is called.
struct LaterLogs(Vec<String>);

impl LaterLogs {
    fn of(restarts: &[ProofEvent]) -> Self {
        let place = |event: &ProofEvent| event.tlog_proof.as_deref()?.parse::<TlogProof>().ok();
        let origin = |event: &ProofEvent| place(event).map_or_else(String::new, |it| origin(&it.checkpoint).to_owned());
        Self(restarts.iter().map(origin).collect())
    }

    /// Zero for the first log.
    fn age(&self, checkpoint: &str) -> usize {
        let found = self.0.iter().position(|it| it == origin(checkpoint));
        found.map_or(0, |position| position + 1)
    }

    /// What names begin with, so that they sort by log and index. Nothing for the first log.
    fn prefix(&self, checkpoint: &str) -> String {
        match self.age(checkpoint) {
            0 => String::new(),
            age => format!("log-{:03}-", age + 1),
        }
    }
}

fn write_event(folder: &str, event: &ProofEvent, logs: &LaterLogs, files: &mut Files) -> Result<(), BundleError> {
    let place = event.tlog_proof.as_deref().ok_or(BundleError::Unnumbered)?;
    let read = place
        .parse::<TlogProof>()
        .map_err(|_| wrong(PLACE, "is no place in a log"))?;
    let (log, index) = (logs.prefix(&read.checkpoint), read.index);
    let name = match &event.event {
        Some(bytes) => ParsedRecord::parse(bytes).map_or("unreadable", |record| record.body.event.name()),
        None => "withheld",
    };
    write_files(&format!("{folder}{log}{index:012}-{name}/"), event, files)
}

/// The files of one event, in its folder.
fn write_files(folder: &str, event: &ProofEvent, files: &mut Files) -> Result<(), BundleError> {
    let mut add = |file: &str, bytes: Vec<u8>| files.insert(format!("{folder}{file}"), bytes);
    if let Some(place) = &event.tlog_proof {
        add(PLACE, place.clone().into_bytes());
    }
    if let Some(place) = &event.stamped_proof {
        add(STAMPED_PLACE, place.clone().into_bytes());
    }
    if let Some(bytes) = &event.event {
        add(RECORD, bytes.clone());
    }
    if let Some(hash) = &event.withheld {
        add(WITHHELD, format!("{}\n", hex::encode(hash)).into_bytes());
    }
    if let Some(seal) = &event.seal {
        add(SEAL, seal.clone().into_bytes());
    }
    if !event.disclosures.is_empty() {
        add(DISCLOSURES, json(&event.disclosures)?);
    }
    Ok(())
}

pub(in crate::evidence) fn write_trust(trust: &ProofTrust, files: &mut Files) -> Result<(), BundleError> {
    files.insert(LOG_VKEY.to_owned(), format!("{}\n", trust.log_vkey).into_bytes());
    files.insert(SEAL_CHAIN.to_owned(), trust.seal_chain.clone().into_bytes());
    let log_keys: Result<Vec<VerifierKey>, _> = trust.log_vkey.lines().map(str::parse).collect();
    let log_keys = log_keys.map_err(|_| wrong(LOG_VKEY, "holds no key"))?;
    let mut pems: Vec<String> = Vec::new();
    for pem in log_keys.iter().map(VerifierKey::to_pem) {
        if !pems.contains(&pem) {
            pems.push(pem);
        }
    }
    for (pem, number) in pems.into_iter().zip(1..) {
        let name = match number {
            1 => LOG_PEM.to_owned(),
            _ => LOG_PEM.replace(".pem", &format!("-{number}.pem")),
        };
        files.insert(name, pem.into_bytes());
    }
    let seals = SealPublic::from_pem_chain(&trust.seal_chain).map_err(|_| wrong(SEAL_CHAIN, "holds no key"))?;
    let was_replaced = trust.announcements.iter().any(is_of_seal);
    let jwk = match seals.first().filter(|_| !was_replaced) {
        Some(only) => only.jwk(),
        None => SealPublic::jwk_set(&seals),
    };
    files.insert(SEAL_JWK.to_owned(), jwk.into_bytes());
    for (event, number) in trust.announcements.iter().zip(1..) {
        write_files(&format!("{ANNOUNCEMENTS}{number:03}/"), event, files)?;
    }
    Ok(())
}

/// Whether a record announces a key of the seals.
fn is_of_seal(event: &ProofEvent) -> bool {
    let record = event.event.as_ref().and_then(|bytes| ParsedRecord::parse(bytes).ok());
    let announcement = record.as_ref().and_then(Announcement::read);
    announcement.is_some_and(|it| matches!(it.key, AnnouncedKey::Seal { .. }))
}

/// The announcements among the files of the folder `trust`.
pub(in crate::evidence) fn read_announcements(files: &Files) -> Result<Vec<ProofEvent>, BundleError> {
    let mut found = BTreeMap::<&str, ProofEvent>::new();
    for (name, bytes) in files {
        if let Some((folder, file)) = name.strip_prefix(ANNOUNCEMENTS).and_then(|rest| rest.split_once('/')) {
            read_event(found.entry(folder).or_default(), file, name, bytes)?;
        }
    }
    Ok(found.into_values().collect())
}

/// The checkpoint of the largest tree of the newest log among those that the events stand in.
fn newest_checkpoint(events: &[ProofEvent], logs: &LaterLogs) -> Option<String> {
    let places = events
        .iter()
        .filter_map(|event| event.tlog_proof.as_deref()?.parse().ok());
    places
        .max_by_key(|place: &TlogProof| (logs.age(&place.checkpoint), size(&place.checkpoint)))
        .map(|place| place.checkpoint)
}

/// Which log a checkpoint is of.
fn origin(checkpoint: &str) -> &str {
    checkpoint.lines().next().unwrap_or_default()
}

/// How many leaves a checkpoint speaks of.
fn size(checkpoint: &str) -> Option<u64> {
    checkpoint.lines().nth(1)?.parse().ok()
}

/// The proof that the files were written from. What differs from the files that it would be written as, the caller finds by writing it.
pub(super) fn read(files: &Files) -> Result<DeliveryProof, BundleError> {
    let (mut folders, mut restarts) = (BTreeMap::<&str, ProofEvent>::new(), BTreeMap::<&str, ProofEvent>::new());
    let (mut rules, mut stamps) = (BTreeMap::new(), BTreeMap::new());
    for (name, bytes) in files {
        if let Some((folder, file)) = name.strip_prefix(EVENTS).and_then(|rest| rest.split_once('/')) {
            read_event(folders.entry(folder).or_default(), file, name, bytes)?;
        } else if let Some((folder, file)) = name.strip_prefix(RESTARTS).and_then(|rest| rest.split_once('/')) {
            read_event(restarts.entry(folder).or_default(), file, name, bytes)?;
        } else if name.starts_with(RULES) {
            let named: Named = serde_json::from_slice(bytes).map_err(|_| wrong(name, "names no rule set"))?;
            rules.insert(named.id, text(name, bytes)?);
        } else if let Some((folder, STAMPED_CHECKPOINT)) = stamped(name) {
            let reply = files.get(&format!("{STAMPED}{folder}/{STAMP}"));
            let stamp = ProofTimestamp {
                checkpoint: text(name, bytes)?,
                reply: reply.ok_or_else(|| wrong(name, "has no time stamp beside it"))?.clone(),
            };
            stamps.insert(folder, stamp);
        }
    }
    let events: Vec<ProofEvent> = folders.into_values().collect();
    let records = events
        .iter()
        .filter_map(|event| ParsedRecord::parse(event.event.as_ref()?).ok());
    let delivery = records
        .filter_map(|record| Some(record.body.delivery?.id))
        .next()
        .ok_or_else(|| wrong("events", "holds no event of a delivery"))?;
    let file = |name: &str| text(name, files.get(name).ok_or_else(|| wrong(name, "is missing"))?);
    let log_vkey = file(LOG_VKEY)?.trim_end_matches('\n').to_owned();
    let trust = ProofTrust {
        log_vkey,
        seal_chain: file(SEAL_CHAIN)?,
        announcements: read_announcements(files)?,
    };
    let mut proof = DeliveryProof::new(delivery, trust);
    proof.events = events;
    proof.restarts = restarts.into_values().collect();
    proof.rules = rules;
    proof.timestamps = stamps.into_values().collect();
    if let Some(bytes) = files.get(DEADLINES) {
        proof.deadlines = serde_json::from_slice(bytes).map_err(|_| wrong(DEADLINES, "is no JSON"))?;
    }
    Ok(proof)
}

/// What rule sets and calendars have in common.
#[derive(Deserialize)]
struct Named {
    id: String,
}

/// Where a rule set or calendar lies: its id, with a hyphen for what stands in no file name.
pub fn rule_file(id: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | '_');
    let name: String = id.chars().map(|it| if plain(it) { it } else { '-' }).collect();
    format!("{RULES}{name}.json")
}

/// The folder and the file of what stands under the stamped checkpoints.
fn stamped(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix(STAMPED)?.split_once('/')
}

fn read_event(event: &mut ProofEvent, file: &str, name: &str, bytes: &[u8]) -> Result<(), BundleError> {
    match file {
        RECORD => event.event = Some(bytes.to_vec()),
        WITHHELD => {
            let hash = hex::decode(text(name, bytes)?.trim_end())
                .ok()
                .and_then(|hash| hash.try_into().ok());
            event.withheld = Some(hash.ok_or_else(|| wrong(name, "is no hash"))?);
        }
        SEAL => event.seal = Some(text(name, bytes)?),
        STAMPED_PLACE => event.stamped_proof = Some(text(name, bytes)?),
        PLACE => event.tlog_proof = Some(text(name, bytes)?),
        DISCLOSURES => {
            event.disclosures = serde_json::from_slice(bytes).map_err(|_| wrong(name, "is no list of identities"))?;
        }
        // Told by the caller as added.
        _ => {}
    }
    Ok(())
}

fn text(name: &str, bytes: &[u8]) -> Result<String, BundleError> {
    String::from_utf8(bytes.to_vec()).map_err(|_| wrong(name, "is no text"))
}

fn wrong(name: &str, why: &'static str) -> BundleError {
    BundleError::File {
        name: name.to_owned(),
        why,
    }
}

pub(in crate::evidence) fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, BundleError> {
    serde_json_canonicalizer::to_vec(value).map_err(BundleError::Json)
}
