//! A range that was unpacked: the program judges the folder as it judges the container.

use std::path::Path;

use tiedoksi::evidence::verify::Verdict;

use super::run;
use crate::bundle::verify;
use crate::faketime::NOW;
use crate::harness::Site;

/// The same verdict; and nothing that is taken out of the folder, put in or changed passes.
pub fn as_the_container(unpacked: &Path, site: &Site, verdict: &Verdict) {
    let trust = tempfile::tempdir().unwrap();
    std::fs::write(trust.path().join("log.vkey"), site.hub.log_vkey()).unwrap();
    std::fs::write(trust.path().join("seal_chain.pem"), site.hub.seal_chain()).unwrap();
    let judged = || verify(unpacked, trust.path());
    assert_eq!(judged(), (0, verdict.to_string()));
    for name in ["event.json", "event.jws", "disclosures.json"] {
        let folders = std::fs::read_dir(unpacked.join("events")).unwrap();
        let mut files = folders.map(|folder| folder.unwrap().path().join(name));
        let file = files.find(|file| file.is_file()).unwrap();
        let kept = std::fs::read(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert_eq!(judged().0, 1, "without {name}");
        let mut changed = kept.clone();
        changed[10] ^= 1;
        std::fs::write(&file, changed).unwrap();
        assert_eq!(judged().0, 1, "with another {name}");
        std::fs::write(&file, kept).unwrap();
        assert_eq!(judged().0, 0);
    }
    let added = unpacked.join("events/more.txt");
    std::fs::write(&added, "more").unwrap();
    let (code, said) = judged();
    assert_eq!(code, 1);
    assert!(said.contains("`events/more.txt` was added"), "{said}");
    std::fs::remove_file(&added).unwrap();
    std::os::unix::fs::symlink("range.json", &added).unwrap();
    let (code, said) = judged();
    assert_eq!(code, 2);
    assert!(said.contains("more.txt is neither a file nor a folder"), "{said}");
    std::fs::remove_file(&added).unwrap();
}

/// A record without its seal, and a period that the tallies do not reach around.
pub fn the_printed_commands_see_what_is_missing(unpacked: &Path, blocks: &[String]) {
    let folders = std::fs::read_dir(unpacked.join("events")).unwrap();
    for folder in folders.map(|folder| folder.unwrap().path()) {
        let seal = folder.join("event.jws");
        let kept = std::fs::read(&seal).unwrap();
        std::fs::remove_file(&seal).unwrap();
        let said = run(&blocks[3], unpacked, NOW);
        assert!(said.contains("seal: FAILED (there is none)"), "{said}");
        std::fs::write(&seal, kept).unwrap();
    }
    let file = unpacked.join("range.json");
    let kept = std::fs::read(&file).unwrap();
    for (member, time, complaint) in [
        ("to", "2026-03-03T00:00:00.000Z", "end: FAILED"),
        ("from", "2026-03-01T00:00:00.000Z", "start: FAILED"),
    ] {
        let mut statement: serde_json::Value = serde_json::from_slice(&kept).unwrap();
        statement[member] = time.into();
        std::fs::write(&file, serde_json_canonicalizer::to_vec(&statement).unwrap()).unwrap();
        let said = run(&blocks[5], unpacked, NOW);
        assert!(said.contains(complaint), "{said}");
    }
    std::fs::write(&file, kept).unwrap();
}
