//! Others across a restart: witnesses, a time-stamping authority, and programs that nobody here wrote.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tempfile::TempDir;
use tiedoksi::domain::id::MessageId;
use tiedoksi::evidence::proof::DeliveryProof;
use tiedoksi::evidence::verify::{Outcome, Trust, verify_proof};
use tiedoksi::witness::client::{Panel, WitnessClient};

use super::{Before, MATTI, REASON, held, proof};
use crate::bundle::{made, printed, run, verify, words};
use crate::faketime::TEN_YEARS_ON;
use crate::harness::{Database, Settings, Site, databases, evidence_keys};
use crate::tsa::{Authority, Kind, Server};
use crate::witness::Process;

#[tokio::test]
async fn stamps_go_on_in_the_new_log() {
    for database in databases() {
        let server = Server::start(Authority::new(Kind::P256)).await;
        let settings = Settings {
            tsa: Some(server.tsa()),
            ..Settings::default()
        };
        let stamped = async |site: &Site| {
            site.advance(SignedDuration::from_secs(61));
            site.seal().await;
            assert!(site.hub.stamp().await.unwrap());
            site.seal().await;
        };
        let before = Before::with(&database, settings, stamped).await;
        let (site, mut sender) = before.restored().await;
        assert!(!site.hub.stamp().await.unwrap(), "a halted hub has nothing stamped");
        site.hub.restart_log(REASON).await.unwrap();
        sender.log_in().await;
        let matti = site.citizen(MATTI).await;
        let first = MessageId::try_from(before.messages[0]).unwrap();
        site.hub.confirm(&matti, first).await.unwrap();
        stamped(&site).await;
        let trust = Trust {
            authorities: server.authority.authorities(),
            ..before.trust.clone()
        };
        let proof = proof(&sender, before.messages[0]).await;
        let verdict = verify_proof(&proof, &trust);
        held(&verdict);
        let mut times = verdict.checks.iter().filter(|check| check.what == "time");
        assert!(times.all(|check| check.outcome == Outcome::Holds), "{verdict}");
        let stamps = DeliveryProof::parse(&proof).unwrap().timestamps;
        let origins: Vec<_> = stamps.iter().map(|it| it.checkpoint.lines().next().unwrap()).collect();
        assert_eq!(origins, ["koe.example/log", "koe.example/log/2"]);
    }
}

#[tokio::test]
async fn a_witness_vouches_for_the_new_log_when_it_is_told_its_key() {
    for database in databases() {
        let log = Arc::new(evidence_keys());
        let folder = TempDir::new().unwrap();
        let witness = Process::start(folder.path(), "w.example", &log.log.vkey());
        let panel = |it: &Process| {
            let client = WitnessClient::new(it.key.clone(), &it.url, Duration::from_secs(5)).unwrap();
            Panel::new(vec![client], 1).unwrap()
        };
        let settings = Settings {
            keys: Some(Arc::clone(&log)),
            witnesses: Some(panel(&witness)),
            ..Settings::default()
        };
        let ask = async |site: &Site| assert_eq!(site.hub.ask_witnesses().await.unwrap(), 1);
        let before = Before::with(&database, settings, ask).await;
        let (site, mut sender) = before.restored().await;
        let done = site.hub.restart_log(REASON).await.unwrap();
        sender.log_in().await;
        let message = sender.sent(&sender.message("A-4", MATTI, "Normal")).await;
        site.seal().await;
        let files = [
            ("log.vkey", log.log.vkey()),
            ("seal_chain.pem", log.seal.chain_pem().to_owned()),
            ("witness.vkey", witness.key.to_string()),
        ];
        let trust = Trust::from_files(files.iter().map(|(name, text)| (*name, text.as_bytes()))).unwrap();
        let code = async |message: i64| verify_proof(&proof(&sender, message).await, &trust).exit_code();
        // The witness knows of no such log.
        assert_eq!(site.hub.ask_witnesses().await.unwrap(), 0);
        assert_eq!(code(message).await, 1);
        assert_eq!(
            code(before.messages[0]).await,
            0,
            "what it cosigned before goes on proving the old log's records"
        );
        drop(witness);
        let witness = Process::start(folder.path(), "w.example", &done.vkey);
        let hub = site.another_hub_with(panel(&witness)).await;
        assert_eq!(hub.ask_witnesses().await.unwrap(), 1);
        assert_eq!(code(message).await, 0);
        let note = hub.checkpoint().await.unwrap();
        assert!(note.starts_with("koe.example/log/2\n") && witness.key.cosigned(&note).is_ok());
    }
}

#[tokio::test]
async fn the_printed_commands_hold_over_both_logs() {
    let before = Before::begin(&Database::Sqlite).await;
    let (site, mut sender) = before.restored().await;
    site.hub.restart_log(REASON).await.unwrap();
    sender.log_in().await;
    let matti = site.citizen(MATTI).await;
    let first = before.messages[0];
    site.hub
        .confirm(&matti, MessageId::try_from(first).unwrap())
        .await
        .unwrap();
    site.seal().await;
    let answer = sender.get(&format!("/api/v1/messages/{first}/bundle")).await;
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(at.join("proof.asice"), answer.bytes().await.unwrap()).unwrap();
    let unzipped = Command::new("unzip")
        .args(["-q", "../proof.asice"])
        .current_dir(made(at.join("unpacked")))
        .status();
    assert!(unzipped.unwrap().success());
    let trust = made(at.join("trust"));
    std::fs::write(trust.join("log.vkey"), before.site.hub.log_vkey()).unwrap();
    std::fs::write(trust.join("seal_chain.pem"), before.site.hub.seal_chain()).unwrap();
    let unpacked = at.join("unpacked");
    let names = |folder: &str| {
        let entries = std::fs::read_dir(unpacked.join(folder)).unwrap();
        let mut names: Vec<_> = entries
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let events = names("events");
    assert!(
        events[0].ends_with("-SubmissionAcceptance") && events[0].starts_with("0000"),
        "{events:?}"
    );
    assert!(events.last().unwrap().starts_with("log-002-0000"), "{events:?}");
    assert_eq!(names("restarts"), ["log-002-000000000000-log-restarted"]);
    let blocks = printed(&unpacked);
    let said: Vec<String> = blocks
        .iter()
        .map(|block| words(&run(block, &unpacked, TEN_YEARS_ON)))
        .collect();
    assert!(said.iter().all(|it| !it.contains("FAILED")), "{said:?}");
    assert_eq!((said[0].as_str(), said[1].as_str()), ("files: OK\n", "manifest: OK\n"));
    assert!(said[2].ends_with("CAdES Verification successful\n"));
    assert_eq!(said[3].matches("seal: OK").count(), events.len() + 1, "{}", said[3]);
    assert_eq!(said[4].matches("log: OK").count(), events.len() + 1, "{}", said[4]);
    assert_eq!(said[6].matches("receipt: OK").count(), events.len() + 1, "{}", said[6]);
    assert_eq!(said[7], "no key was replaced\nkeys: OK\n");
    for file in [&unpacked, &at.join("proof.asice")] {
        let (code, told) = verify(file, &trust);
        assert_eq!(code, 0, "{told}");
        assert!(told.contains("is lost") && told.contains(REASON), "{told}");
    }
    // Without the restart the new log's key is nobody's.
    std::fs::remove_dir_all(unpacked.join("restarts")).unwrap();
    assert_eq!(verify(&unpacked, &trust).0, 1);
}
