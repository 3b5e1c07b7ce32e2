//! What is changed in a range is refused, whoever changes it and whatever they make anew.

use std::sync::Arc;

use tiedoksi::evidence::verify::{Trust, Verdict, verify_range};

use super::forger::{Files, places, signature};
use super::{World, says};
use crate::harness::{Database, Settings, evidence_keys};

/// A world whose keys are known, and the range of its period.
async fn ranged() -> (World, Arc<tiedoksi::evidence::keys::EvidenceKeys>, Vec<u8>, Files) {
    let keys = Arc::new(evidence_keys());
    let settings = Settings {
        keys: Some(Arc::clone(&keys)),
        ..Settings::default()
    };
    let world = World::with(&Database::Sqlite, settings).await;
    let from = world.now();
    world.deliver().await;
    let file = world.export(&world.request(from, world.now()), "range.asice").await;
    let (bytes, files) = (std::fs::read(&file).unwrap(), Files::of(&file));
    (world, keys, bytes, files)
}

fn judged(world: &World, container: &[u8]) -> Verdict {
    verify_range(container, &world.site.trust(), None)
}

fn refused(world: &World, what: &str, container: &[u8]) -> Verdict {
    let verdict = judged(world, container);
    assert_eq!(verdict.exit_code(), 1, "{what}: {verdict}");
    verdict
}

#[tokio::test]
async fn one_byte_in_any_file_and_anything_beside_the_files_is_refused() {
    let (world, _, whole, files) = ranged().await;
    assert_eq!(judged(&world, &whole).exit_code(), 0);
    let places = places(&whole);
    assert_eq!(places.len(), files.0.len() + 4);
    for (name, local, bytes, central) in places {
        let mut changed = whole.clone();
        let at = bytes.start + bytes.len() / 2;
        changed[at] ^= 1;
        refused(&world, &name, &changed);
        // The zip file's own check sums made to fit.
        let sum = crc32fast::hash(&changed[bytes]).to_le_bytes();
        changed[local + 14..local + 18].copy_from_slice(&sum);
        changed[central + 16..central + 20].copy_from_slice(&sum);
        refused(&world, &name, &changed);
    }
    refused(&world, "cut off", &whole[..whole.len() - 1]);
    refused(&world, "cut in half", &whole[..whole.len() / 2]);
    refused(&world, "nothing", b"");
    refused(&world, "something after it", &[&whole[..], b"\0"].concat());
    refused(&world, "something before it", &[b"PK", &whole[..]].concat());
}

#[tokio::test]
async fn whoever_lacks_the_key_cannot_sign_what_they_made() {
    let (world, keys, whole, files) = ranged().await;
    // Nothing changed, packed anew: the same container but for the signature.
    assert_eq!(judged(&world, &files.packed(&keys.seal)).exit_code(), 0);
    let mut changed = files.clone();
    let folder = changed.events("ContentConsignment").remove(0);
    changed.get(&format!("{folder}/disclosures.json")).extend(b" ");
    let old = signature(&whole);
    let verdict = refused(&world, "sums and manifest made anew", &changed.packed_with(|_| old));
    assert!(
        says(&verdict, "container")[0].starts_with("the manifest names every file"),
        "{verdict}"
    );
    // All signed by another: checkpoint, seals, manifest.
    let others = evidence_keys();
    let mut theirs = files.clone().rewritten(&others, |_, record| {
        record["policy"] = "https://koe.example/other".into();
    });
    *theirs.get("trust/log.vkey") = format!("{}\n", others.log.vkey()).into_bytes();
    *theirs.get("trust/log_pub.pem") = others.log.public().to_pem().into_bytes();
    *theirs.get("trust/seal.jwk") = others.seal.public().jwk().into_bytes();
    *theirs.get("trust/seal_chain.pem") = others.seal.chain_pem().as_bytes().to_vec();
    if let Some(folder) = theirs.tally_before() {
        let record = theirs.get(&format!("{folder}/event.json")).clone();
        let seal = others.seal.seal(&record).unwrap();
        *theirs.get(&format!("{folder}/event.jws")) = seal.into_bytes();
    }
    let theirs = theirs.packed(&others.seal);
    refused(&world, "all signed by another", &theirs);
    let verdict = verify_range(theirs.as_slice(), &Trust::none(), None);
    assert_eq!(verdict.exit_code(), 3, "{verdict}");
}

/// What the hub itself signs is refused all the same when its own log says otherwise.
#[tokio::test]
async fn what_the_log_does_not_bear_out_is_refused_even_when_the_hub_signs_it() {
    let (world, keys, _, files) = ranged().await;
    let signed = |files: Files| files.packed(&keys.seal);
    let without = |gone: &dyn Fn(&str) -> bool| {
        let mut left = files.clone();
        left.0.retain(|(name, _)| !gone(name));
        signed(left)
    };

    // A whole delivery is hidden.
    let hidden = files.events("ContentConsignment").remove(0);
    let index: u64 = hidden["events/".len()..][..12].parse().unwrap();
    let delivery = [
        hidden,
        files
            .events("SubmissionAcceptance")
            .into_iter()
            .find(|it| it.contains(&format!("{:012}", index - 1)))
            .unwrap(),
    ];
    let verdict = refused(
        &world,
        "hidden",
        &without(&|name| delivery.iter().any(|it| name.starts_with(it))),
    );
    assert!(
        says(&verdict, "completeness")
            .concat()
            .contains("6 of 8 records are here"),
        "{verdict}"
    );

    // It is hidden behind its hashes.
    let mut behind = files.clone();
    for folder in &delivery {
        let hash = ring::digest::digest(&ring::digest::SHA256, behind.get(&format!("{folder}/event.json")));
        let name = format!("{}-withheld/event.sha256", &folder[.."events/".len() + 12]);
        let at = behind.0.iter().position(|(name, _)| name.starts_with(folder)).unwrap();
        behind.0.retain(|(name, _)| !name.starts_with(folder));
        behind
            .0
            .insert(at, (name, format!("{}\n", hex::encode(hash)).into_bytes()));
    }
    let verdict = refused(&world, "behind its hashes", &signed(behind));
    assert!(
        says(&verdict, "records").concat().contains("what it says is hidden"),
        "{verdict}"
    );

    // A record, or a tally, without its seal.
    for folder in files.events("") {
        let seal = format!("{folder}/event.jws");
        let verdict = refused(&world, &seal, &without(&|name| name == seal));
        assert!(
            says(&verdict, "seals").concat().contains("carries no seal"),
            "{verdict}"
        );
    }

    // Two events change their places.
    let mut swapped = files.clone();
    let two = files.events("SubmissionAcceptance");
    for file in ["event.json", "event.jws", "disclosures.json"] {
        let [a, b] = [0, 1].map(|at| format!("{}/{file}", two[at]));
        let first = swapped.get(&a).clone();
        let second = std::mem::replace(swapped.get(&b), first);
        *swapped.get(&a) = second;
    }
    refused(&world, "swapped", &signed(swapped));

    // Files are left out, added, or stand elsewhere.
    for gone in ["log/checkpoint", "log/tile/", "trust/log.vkey", "rules/", "range.json"] {
        refused(&world, gone, &without(&|name| name.starts_with(gone)));
    }
    for tally in files.events("-tally") {
        refused(&world, &tally, &without(&|name| name.starts_with(&tally)));
    }
    let mut more = files.clone();
    more.0.push(("content.pdf".into(), b"%PDF-".to_vec()));
    refused(&world, "added", &signed(more));
    let mut twice = files.clone();
    twice.0.push(twice.0.last().unwrap().clone());
    refused(&world, "twice", &signed(twice));
    let mut moved = files.clone();
    let last = moved.0.len() - 1;
    moved.0.swap(last - 3, last - 6);
    refused(&world, "moved", &signed(moved));

    // It says to hold more than it does.
    for (member, value) in [
        ("to", "2026-03-03T00:00:00.000Z"),
        ("from", "2026-03-01T00:00:00.000Z"),
        ("organisation", super::OTHERS),
        ("origin", "koe.example/other"),
    ] {
        let mut other = files.clone();
        let mut statement: serde_json::Value = serde_json::from_slice(other.get("range.json")).unwrap();
        statement[member] = value.into();
        *other.get("range.json") = serde_json_canonicalizer::to_vec(&statement).unwrap();
        refused(&world, member, &signed(other));
    }
}
