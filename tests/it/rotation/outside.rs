//! Programs that nobody here wrote over what old and new keys signed, and a witness.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;
use tiedoksi::evidence::range::RangeWriter;
use tiedoksi::evidence::verify::verify_range;
use tiedoksi::hub::range::RangeRequest;
use tiedoksi::witness::client::{Panel, WitnessClient};

use super::{MATTI, Rotated, Secrets, announce, at, sealed};
use crate::bundle::{made, printed, run, verify, words};
use crate::faketime::{NOW, TEN_YEARS_ON};
use crate::harness::{START, Settings, Site, databases, person};
use crate::range::operator;
use crate::sender::sender;
use crate::witness::Process;

/// Unpacks a container beside itself; the keys of before, as a reader holds them.
fn unpacked(folder: &Path, packed: &[u8], secrets: &Secrets) {
    std::fs::write(folder.join("proof.asice"), packed).unwrap();
    let unzipped = Command::new("unzip")
        .args(["-q", "../proof.asice"])
        .current_dir(made(folder.join("unpacked")))
        .status();
    assert!(unzipped.unwrap().success());
    let trust = made(folder.join("trust"));
    std::fs::write(trust.join("log.vkey"), secrets.log(0).vkey()).unwrap();
    std::fs::write(trust.join("seal_chain.pem"), &secrets.seals[0].chain).unwrap();
}

#[tokio::test]
async fn the_printed_commands_hold_over_old_and_new_keys() {
    for database in databases() {
        let rotated = Rotated::begin(&database).await;
        for message in [rotated.messages[0], rotated.messages[2]] {
            let answer = rotated.sender.get(&format!("/api/v1/messages/{message}/bundle")).await;
            let folder = tempfile::tempdir().unwrap();
            let at = folder.path();
            unpacked(at, &answer.bytes().await.unwrap(), &rotated.secrets);
            let inside = at.join("unpacked");
            let events = std::fs::read_dir(inside.join("events")).unwrap().count();
            let blocks = printed(&inside);
            for clock in [NOW, TEN_YEARS_ON] {
                let said: Vec<String> = blocks.iter().map(|it| words(&run(it, &inside, clock))).collect();
                assert!(said.iter().all(|it| !it.contains("FAILED")), "{said:?}");
                assert_eq!((said[0].as_str(), said[1].as_str()), ("files: OK\n", "manifest: OK\n"));
                assert!(said[2].ends_with("CAdES Verification successful\n"), "{}", said[2]);
                assert_eq!(said[3].matches("seal: OK").count(), events + 2, "{}", said[3]);
                assert_eq!(said[4].matches("log: OK").count(), events + 2, "{}", said[4]);
                assert_eq!(said[6].matches("receipt: OK").count(), events + 2, "{}", said[6]);
                assert_eq!(said[7].matches("new key: OK").count(), 2, "{}", said[7]);
                assert!(said[7].ends_with("\nkeys: OK\n"), "{}", said[7]);
            }
            only_known_keys_announce(&inside, &blocks[7], &rotated.secrets);
            for file in [&inside, &at.join("proof.asice")] {
                let (code, told) = verify(file, &at.join("trust"));
                assert_eq!(code, 0, "{told}");
                assert!(told.contains(super::REASON), "{told}");
            }
            // Without the announcements the new keys are nobody's.
            std::fs::remove_dir_all(inside.join("trust/announcements")).unwrap();
            assert_eq!(verify(&inside, &at.join("trust")).0, 1);
        }
    }
}

/// The printed chapter of the keys takes an announcement from the reader's keys alone, and not one that was changed.
fn only_known_keys_announce(inside: &Path, chapter: &str, secrets: &Secrets) {
    let by = |log: &str, chain: &str| {
        let trust = tempfile::tempdir().unwrap();
        std::fs::write(trust.path().join("log.vkey"), log).unwrap();
        std::fs::write(trust.path().join("seal_chain.pem"), chain).unwrap();
        words(&run(
            &format!("TRUST={}\n{chapter}", trust.path().display()),
            inside,
            NOW,
        ))
    };
    let both = |number: usize| (secrets.log(number).vkey(), secrets.seals[number].chain.clone());
    let others = Secrets::new();
    let (log, chain) = both(0);
    for (log, chain, failed) in [
        (others.log(0).vkey(), others.seals[0].chain.clone(), 2),
        (both(1).0, both(1).1, 2),
        (others.log(0).vkey(), chain.clone(), 1),
        (log.clone(), others.seals[0].chain.clone(), 2),
    ] {
        let said = by(&log, &chain);
        assert_eq!(said.matches("new key: FAILED").count(), failed, "{said}");
        assert!(said.contains("trust/") && !said.contains("keys: OK"), "{said}");
    }
    for number in ["001", "002"] {
        let file = inside.join(format!("trust/announcements/{number}/event.jws"));
        let whole = std::fs::read(&file).unwrap();
        let other = inside.join(format!(
            "trust/announcements/00{}/event.jws",
            if number == "001" { 2 } else { 1 }
        ));
        std::fs::copy(other, &file).unwrap();
        let said = by(&log, &chain);
        assert_eq!(said.matches("new key: FAILED").count(), 1, "{said}");
        std::fs::write(&file, whole).unwrap();
    }
    assert!(by(&log, &chain).ends_with("\nkeys: OK\n"));
}

#[tokio::test]
async fn a_range_leads_from_the_old_keys_to_the_new() {
    for database in databases() {
        let rotated = Rotated::begin(&database).await;
        let site = &rotated.sites[2];
        let from: jiff::Timestamp = START.parse().unwrap();
        site.advance(jiff::SignedDuration::from_mins(30));
        let request = RangeRequest {
            organisation: "0208573-0".to_owned(),
            service: None,
            from,
            to: from + jiff::SignedDuration::from_mins(10),
            reason: "audit".to_owned(),
            by: operator(),
            identities: true,
        };
        let mut export = site.hub.export_range(&request).await.unwrap();
        let scratch = || tempfile::tempfile().unwrap();
        let mut writer = RangeWriter::begin(Vec::new(), [scratch(), scratch(), scratch()]).unwrap();
        while let Some(files) = export.next().await.unwrap() {
            for (name, bytes) in files {
                writer.file(&name, &bytes).unwrap();
            }
        }
        let packed = writer.finish(|manifest| export.sign(manifest)).unwrap();
        let judged = |number: usize| verify_range(&packed[..], &rotated.secrets.trust(number), None);
        assert_eq!(judged(0).exit_code(), 0, "{}", judged(0));
        assert!(judged(0).to_string().contains(super::REASON), "{}", judged(0));
        // What the old key sealed is unknown to who has the new one alone.
        assert_eq!(judged(1).exit_code(), 1);
        let folder = tempfile::tempdir().unwrap();
        unpacked(folder.path(), &packed, &rotated.secrets);
        let inside = folder.path().join("unpacked");
        let blocks = printed(&inside);
        for clock in [NOW, TEN_YEARS_ON] {
            let said: Vec<String> = blocks.iter().map(|it| words(&run(it, &inside, clock))).collect();
            assert!(said.iter().all(|it| !it.contains("FAILED")), "{said:?}");
            assert_eq!((said[0].as_str(), said[1].as_str()), ("files: OK\n", "manifest: OK\n"));
            assert!(said[2].ends_with("CAdES Verification successful\n"), "{}", said[2]);
            assert!(said[3].contains("trust/announcements"), "{}", said[3]);
            assert!(said[4].starts_with("checkpoint: OK\n"), "{}", said[4]);
            assert_eq!(said[7].matches("new key: OK").count(), 2, "{}", said[7]);
            assert!(said[7].ends_with("\nkeys: OK\n"), "{}", said[7]);
        }
    }
}

#[tokio::test]
async fn a_witness_follows_the_old_key_until_it_is_given_the_new_one() {
    for database in databases() {
        let secrets = Secrets::new();
        let folder = TempDir::new().unwrap();
        let witness = Process::start(folder.path(), "w.example", &secrets.log(0).vkey());
        let panel = |it: &Process| {
            let client = WitnessClient::new(it.key.clone(), &it.url, Duration::from_secs(5)).unwrap();
            Panel::new(vec![client], 1).unwrap()
        };
        let settings = Settings {
            keys: Some(secrets.old()),
            witnesses: Some(panel(&witness)),
            ..Settings::default()
        };
        let first = Site::start(&database, vec![person(MATTI, "Matti", "Meikäläinen")], settings).await;
        let sender = sender(&first, "0208573-0", false).await;
        let matti = first.citizen(MATTI).await;
        first.hub.activate(&matti).await.unwrap();
        sealed(&first).await;
        assert_eq!(first.hub.ask_witnesses().await.unwrap(), 1);
        let both = first.with_keys(secrets.both()).await;
        both.hub.prepare_log().await.unwrap();
        announce(&both).await;
        assert_eq!(both.hub.ask_witnesses().await.unwrap(), 1, "the old key signs still");
        let new = first.with_keys(secrets.new_alone()).await;
        new.hub.prepare_log().await.unwrap();
        let sender = at(&sender, &new);
        sender.sent(&sender.message("A-1", MATTI, "Normal")).await;
        sealed(&new).await;
        assert_eq!(
            new.hub.ask_witnesses().await.unwrap(),
            0,
            "it does not know the new key"
        );
        drop(witness);
        let vkeys = super::text(&new, "/log/log.vkey").await;
        let witness = Process::start(folder.path(), "w.example", vkeys.trim());
        let hub = new.another_hub_with(panel(&witness)).await;
        assert_eq!(hub.ask_witnesses().await.unwrap(), 1);
        assert!(witness.key.cosigned(&hub.checkpoint().await.unwrap()).is_ok());
    }
}
