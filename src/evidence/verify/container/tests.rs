//! A stranger's verdicts over true and tampered containers.

use std::io::{Cursor, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::super::tests::{Hub, chained};
use super::super::{Verdict, verify_files, verify_proof};
use crate::domain::name::Language;
use crate::evidence::bundle::{Files, pack, unpack};
use crate::evidence::proof::DeliveryProof;
use crate::evidence::{cades, sha256};

const AT: &str = "2026-11-05T06:00:00Z";

impl Hub {
    fn packed(&self, proof: &DeliveryProof) -> Vec<u8> {
        let at: Timestamp = AT.parse().unwrap();
        pack(proof, Language::Sv, (&self.seal, at)).unwrap()
    }
}

/// A zip file of these, in this order.
fn zipped<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in files {
        zip.start_file(name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn files_of(files: &Files) -> impl Iterator<Item = (&str, &[u8])> {
    files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
}

fn failing(verdict: &Verdict) -> Vec<&str> {
    let failing = verdict.checks.iter().filter(|it| it.outcome == super::Outcome::Fails);
    failing.map(|it| it.what.as_str()).collect()
}

#[test]
fn a_true_container_holds_and_says_what_the_proof_says() {
    let hub = Hub::new();
    let proof = chained(&hub);
    let packed = hub.packed(&proof);
    let verdict = verify_proof(&packed, &hub.trust());
    assert_eq!(verdict.exit_code(), 0, "{verdict}");
    let plain = verify_proof(&proof.to_bytes().unwrap(), &hub.trust());
    assert_eq!((&verdict.says, &verdict.cannot_know), (&plain.says, &plain.cannot_know));
    assert!(verdict.to_string().contains(AT), "{verdict}");
    // Unpacked, and packed again by another program, it is the same.
    let files = unpack(&packed).unwrap();
    assert_eq!(verify_files(files.clone(), &hub.trust()), verdict);
    assert_eq!(verify_proof(&zipped(files_of(&files)), &hub.trust()), verdict);
    // The keys of the file alone convince nobody.
    assert_eq!(verify_proof(&packed, &super::Trust::none()).exit_code(), 3);
}

#[test]
fn the_media_type_comes_first_and_two_containers_differ_in_the_signature_only() {
    let hub = Hub::new();
    let proof = chained(&hub);
    let packed = hub.packed(&proof);
    // EN 319 162-1 A.1: at a fixed place, not compressed, without extra fields.
    assert_eq!(&packed[30..38], b"mimetype");
    assert_eq!(&packed[38..69], b"application/vnd.etsi.asic-e+zip");
    let again = pack(&proof, Language::Sv, (&hub.seal, Timestamp::UNIX_EPOCH)).unwrap();
    let (one, mut other) = (unpack(&packed).unwrap(), unpack(&again).unwrap());
    let differing: Vec<_> = one.keys().filter(|name| one[*name] != other[*name]).collect();
    assert_eq!(differing, ["META-INF/signature001.p7s"]);
    assert_eq!(one.len(), other.len());
    other.clear();
    let mut zip = ZipArchive::new(Cursor::new(packed)).unwrap();
    for at in 0..zip.len() {
        let file = zip.by_index(at).unwrap();
        assert_eq!(file.last_modified().unwrap(), zip::DateTime::default());
    }
}

#[test]
fn what_is_withheld_stays_withheld() {
    let hub = Hub::new();
    let mut proof = chained(&hub);
    let first = &mut proof.events[0];
    first.withheld = first.hash();
    first.event = None;
    first.seal = None;
    first.disclosures.clear();
    let packed = hub.packed(&proof);
    let verdict = verify_proof(&packed, &hub.trust());
    assert_eq!(verdict.exit_code(), 0, "{verdict}");
    let files = unpack(&packed).unwrap();
    let withheld: Vec<_> = files.keys().filter(|name| name.contains("withheld")).collect();
    assert_eq!(withheld.len(), 2, "{withheld:?}");
}

#[test]
fn one_byte_in_any_file_is_seen() {
    let hub = Hub::new();
    let files = unpack(&hub.packed(&chained(&hub))).unwrap();
    assert!(files.len() > 20, "{:?}", files.keys());
    for name in files.keys() {
        let mut changed = files.clone();
        let bytes = changed.get_mut(name).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        let verdict = verify_files(changed, &hub.trust());
        assert_eq!(verdict.exit_code(), 1, "{name}: {verdict}");
        let mut without = files.clone();
        without.remove(name);
        let verdict = verify_files(without, &hub.trust());
        assert_eq!(verdict.exit_code(), 1, "without {name}: {verdict}");
    }
    for added in [
        "content/decision.pdf",
        "events/000000000009-Tally/event.jws",
        "META-INF/signature002.p7s",
    ] {
        let mut more = files.clone();
        more.insert(added.into(), b"more".to_vec());
        assert_eq!(verify_files(more, &hub.trust()).exit_code(), 1, "{added}");
    }
}

/// A forger who writes sums, manifest and signature anew, with a key of their own or with none.
#[test]
fn a_forger_who_writes_everything_anew_is_seen_by_the_keys() {
    let (hub, forger) = (Hub::new(), Hub::new());
    let proof = chained(&hub);
    let mut swapped = proof.clone();
    swapped.events.swap(1, 2);
    let mut shortened = proof.clone();
    shortened.events.remove(1);
    let mut renamed = proof.clone();
    renamed.events[0].disclosures[0].value = "140590-9011".into();
    for (what, forged) in [("shortened", &shortened), ("renamed", &renamed)] {
        let verdict = verify_proof(&forger.packed(forged), &hub.trust());
        assert_eq!(verdict.exit_code(), 1, "{what}: {verdict}");
        assert!(failing(&verdict).contains(&"signature"), "{what}: {verdict}");
        // Even with the hub's own sealing key in hand.
        let verdict = verify_proof(&hub.packed(forged), &hub.trust());
        assert_eq!(verdict.exit_code(), 1, "{what}: {verdict}");
        assert!(!failing(&verdict).contains(&"signature"), "{what}: {verdict}");
    }
    // Folders stand in the order of the log: the events know no other order, and a receipt that tells another is not theirs.
    let verdict = verify_proof(&hub.packed(&swapped), &hub.trust());
    assert_eq!(failing(&verdict), ["container"], "{verdict}");
    let verdict = verify_proof(&forger.packed(&chained(&forger)), &hub.trust());
    assert_eq!(verdict.exit_code(), 1, "{verdict}");
    // The true facts, the forger's signature.
    let verdict = verify_proof(&forger.packed(&proof), &hub.trust());
    assert_eq!(failing(&verdict), ["signature"], "{verdict}");
}

#[test]
fn a_container_of_another_version_holds_by_its_signed_manifest() {
    let hub = Hub::new();
    let mut files = unpack(&hub.packed(&chained(&hub))).unwrap();
    let text = |files: &Files, name: &str| String::from_utf8(files[name].clone()).unwrap();
    let (old, new) = (files["VERIFY.md"].clone(), b"# Other words\n".to_vec());
    let replaced = |text: String| {
        text.replace(&hex::encode(sha256(&old)), &hex::encode(sha256(&new)))
            .replace(&STANDARD.encode(sha256(&old)), &STANDARD.encode(sha256(&new)))
    };
    let sums = replaced(text(&files, "files.sha256"));
    let (sums_before, sums_now) = (files["files.sha256"].clone(), sums.clone().into_bytes());
    let manifest = replaced(text(&files, "META-INF/ASiCManifest001.xml")).replace(
        &STANDARD.encode(sha256(&sums_before)),
        &STANDARD.encode(sha256(&sums_now)),
    );
    files.insert("VERIFY.md".into(), new.clone());
    files.insert("files.sha256".into(), sums_now);
    files.insert("META-INF/ASiCManifest001.xml".into(), manifest.clone().into_bytes());
    assert_eq!(failing(&verify_files(files.clone(), &hub.trust())), ["signature"]);
    let signature = cades::sign(manifest.as_bytes(), &hub.seal, AT.parse().unwrap()).unwrap();
    files.insert("META-INF/signature001.p7s".into(), signature);
    let verdict = verify_files(files, &hub.trust());
    assert_eq!(verdict.exit_code(), 0, "{verdict}");
}

#[test]
fn a_file_that_stands_twice_or_hides_is_refused() {
    let hub = Hub::new();
    let packed = hub.packed(&chained(&hub));
    let files = unpack(&packed).unwrap();
    let name = files.keys().find(|name| name.ends_with("event.json")).unwrap();
    // Two entries of one name: the writer refuses to write them, so the second name is changed afterwards.
    let other = format!("{}X", &name[..name.len() - 1]);
    let twice = zipped(std::iter::once((other.as_str(), b"false".as_slice())).chain(files_of(&files)));
    let mut bytes = twice.clone();
    while let Some(at) = bytes.windows(other.len()).position(|it| it == other.as_bytes()) {
        bytes[at..at + name.len()].copy_from_slice(name.as_bytes());
    }
    assert_ne!(bytes, twice);
    assert_eq!(verify_proof(&bytes, &hub.trust()).exit_code(), 1);
    // An entry that only those see who read from the front.
    let (hidden, whole) = (zipped([(name.as_str(), b"false".as_slice())]), packed.len());
    let local = &hidden[..30 + name.len() + 5];
    let behind = [local, &packed].concat();
    assert_eq!(verify_proof(&behind, &hub.trust()).exit_code(), 1, "{whole}");
}

#[test]
fn hostile_containers_are_refused() {
    let hub = Hub::new();
    let packed = hub.packed(&chained(&hub));
    let files = unpack(&packed).unwrap();
    for name in ["../etc/passwd", "/etc/passwd", "a//b", "a\\b", "./a"] {
        let bytes = zipped(files_of(&files).chain([(name, b"x".as_slice())]));
        let verdict = verify_proof(&bytes, &hub.trust());
        assert_eq!(verdict.exit_code(), 1, "{name}");
    }
    for end in (0..packed.len()).step_by(997) {
        assert_eq!(
            verify_proof(&packed[..end], &hub.trust()).exit_code(),
            1,
            "cut at {end}"
        );
    }
    for bytes in [zipped([]), zipped([("mimetype", b"x".as_slice())])] {
        assert_eq!(verify_proof(&bytes, &hub.trust()).exit_code(), 1);
    }
    let mut plain = files;
    plain.insert("META-INF/signature001.p7s".into(), Vec::new());
    assert_eq!(failing(&verify_files(plain, &hub.trust())), ["signature"]);
}
