//! The hub and its witnesses: what a quorum cosigned is served and proved; a log that was rewritten, by who holds its key, is refused.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ring::rand::SystemRandom;
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use tempfile::TempDir;
use tiedoksi::evidence::checkpoint::{self, LogKey};
use tiedoksi::evidence::tree::{Frontier, leaf_hash};
use tiedoksi::evidence::verify::{Trust, verify_proof};
use tiedoksi::hub::Hub;
use tiedoksi::witness::client::{Panel, WitnessClient};
use url::Url;

use super::{Process, remembered};
use crate::harness::{Database, Settings, Site, databases, evidence_keys, person};
use crate::process::{Installation, Visitor, client};
use crate::sender::{Sender, sender};

const MATTI: &str = "010594Y9032";
const NAMES: [&str; 3] = ["w.example/1", "w.example/2", "w.example/3"];

/// Changes the database by this statement, then signs what is there now, as who holds the log's key can.
async fn rewrite(database: &str, key: &LogKey, statement: &'static str) {
    const ENTRIES: &str = "SELECT entry FROM event WHERE leaf_index IS NOT NULL ORDER BY leaf_index";
    const LOG: &str = "UPDATE log SET size = $1, frontier = $2, checkpoint = $3";
    macro_rules! rewrite {
        ($connection:ty) => {{
            let mut connection = <$connection>::connect(database).await.unwrap();
            sqlx::query(statement).execute(&mut connection).await.unwrap();
            let entries: Vec<Vec<u8>> = sqlx::query_scalar(ENTRIES).fetch_all(&mut connection).await.unwrap();
            let mut frontier = Frontier::new();
            entries.iter().for_each(|entry| frontier.append(leaf_hash(entry)));
            let note = key
                .sign(key.public().name(), frontier.size(), &frontier.root())
                .unwrap();
            sqlx::query(LOG)
                .bind(frontier.size() as i64)
                .bind(frontier.to_bytes())
                .bind(note)
                .execute(&mut connection)
                .await
                .unwrap();
            connection.close().await.unwrap();
        }};
    }
    if database.starts_with("sqlite:") {
        rewrite!(SqliteConnection);
    } else {
        rewrite!(PgConnection);
    }
}

/// An entry early in the log becomes another: history is rewritten.
const FORGE: &str =
    "UPDATE event SET entry = (SELECT o.entry FROM event o WHERE o.leaf_index = 1) WHERE leaf_index = 0";
/// The last entry is taken out of the log: an older state comes back.
const ROLL_BACK: &str = "UPDATE event SET leaf_index = NULL WHERE leaf_index = (SELECT MAX(o.leaf_index) FROM event o)";

/// A hub with three witnesses of which two must cosign.
struct Watched {
    site: Site,
    sender: Sender,
    witnesses: Vec<Process>,
    folders: Vec<TempDir>,
    log: Arc<tiedoksi::evidence::keys::EvidenceKeys>,
}

impl Watched {
    async fn start(database: &Database) -> Self {
        let log = Arc::new(evidence_keys());
        let folders: Vec<_> = NAMES.iter().map(|_| TempDir::new().unwrap()).collect();
        let start = |(folder, name): (&TempDir, &&str)| Process::start(folder.path(), name, &log.log.vkey());
        let witnesses: Vec<_> = folders.iter().zip(&NAMES).map(start).collect();
        let client = |it: &Process| WitnessClient::new(it.key.clone(), &it.url, Duration::from_secs(5)).unwrap();
        let settings = Settings {
            keys: Some(Arc::clone(&log)),
            witnesses: Some(Panel::new(witnesses.iter().map(client).collect(), 2).unwrap()),
            ..Settings::default()
        };
        let persons = vec![person(MATTI, "Matti", "Meikäläinen")];
        let site = Site::start(database, persons, settings).await;
        let sender = sender(&site, "0208573-0", false).await;
        let matti = site.citizen(MATTI).await;
        site.hub.activate(&matti).await.unwrap();
        Self {
            site,
            sender,
            witnesses,
            folders,
            log,
        }
    }

    async fn sent(&self, external_id: &str) -> i64 {
        self.sender
            .sent(&self.sender.message(external_id, MATTI, "Normal"))
            .await
    }

    /// The keys of log, seal and witnesses, of which `quorum` must have cosigned.
    fn trust(&self, quorum: usize) -> Trust {
        let keys: String = self.witnesses.iter().map(|it| format!("{}\n", it.key)).collect();
        let (log, policy) = (self.site.hub.log_vkey(), format!("quorum {quorum}\n"));
        let files = [
            ("log.vkey", log.as_bytes()),
            ("seal_chain.pem", self.site.hub.seal_chain().as_bytes()),
            ("witness.vkey", keys.as_bytes()),
            ("witness.policy", policy.as_bytes()),
        ];
        Trust::from_files(files).unwrap()
    }

    async fn get(&self, path: &str) -> String {
        let answer = self.site.browser().get(self.site.at(path)).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    }

    fn cosigners(&self, note: &str) -> usize {
        self.witnesses.iter().filter(|it| it.key.cosigned(note).is_ok()).count()
    }

    /// How the proof of a message fares with a reader who demands so many cosignatures.
    async fn verified(&self, message: i64, quorum: usize) -> u8 {
        let answer = self.sender.get(&format!("/api/v1/messages/{message}/proof")).await;
        let verdict = verify_proof(&answer.bytes().await.unwrap(), &self.trust(quorum));
        verdict.exit_code()
    }

    /// What each witness remembers.
    fn memories(&self) -> Vec<Vec<(std::path::PathBuf, Vec<u8>)>> {
        self.folders.iter().map(|folder| remembered(folder.path())).collect()
    }
}

#[tokio::test]
async fn what_a_quorum_cosigned_is_served_and_proved() {
    for database in databases() {
        let mut watched = Watched::start(&database).await;
        let hub = Arc::clone(&watched.site.hub);
        assert_eq!(hub.ask_witnesses().await.unwrap(), 0, "there is no checkpoint yet");
        let first = watched.sent("A-1").await;
        watched.site.seal().await;
        assert_eq!(watched.cosigners(&watched.get("/log/checkpoint").await), 0);
        assert_eq!(watched.verified(first, 2).await, 1, "nobody has cosigned it yet");
        // The database fails once: what was cosigned is kept by the next round.
        let site = &watched.site;
        site.execute("ALTER TABLE cosigned_checkpoint RENAME TO away").await;
        assert!(hub.ask_witnesses().await.is_err());
        site.execute("ALTER TABLE away RENAME TO cosigned_checkpoint").await;
        assert_eq!(hub.ask_witnesses().await.unwrap(), 3);
        let note = watched.get("/log/checkpoint").await;
        assert_eq!(watched.cosigners(&note), 3);
        let cosigned = checkpoint::verify(&note, &watched.site.trust().log_keys[0]).unwrap();
        for quorum in 1..=3 {
            assert_eq!(watched.verified(first, quorum).await, 0);
        }

        // One is down: two are enough, and what only the newest checkpoint covers is proved by that, without them, until the next round.
        watched.witnesses[0].child.kill().unwrap();
        watched.witnesses[0].child.wait().unwrap();
        let second = watched.sent("A-2").await;
        watched.site.seal().await;
        assert_eq!(watched.get("/log/checkpoint").await, note);
        let newest = watched.get("/log/checkpoint/newest").await;
        let newest = checkpoint::verify(&newest, &watched.site.trust().log_keys[0]).unwrap();
        assert!(newest.size > cosigned.size);
        assert_eq!(watched.verified(first, 3).await, 0, "the older one goes on proving it");
        let answer = watched.sender.get(&format!("/api/v1/messages/{second}/proof")).await;
        let proof = answer.bytes().await.unwrap();
        assert_eq!(verify_proof(&proof, &watched.site.trust()).exit_code(), 0);
        assert_eq!(verify_proof(&proof, &watched.trust(2)).exit_code(), 1);
        assert_eq!(hub.ask_witnesses().await.unwrap(), 2);
        assert_eq!(watched.verified(second, 2).await, 0);
        assert_eq!(watched.verified(second, 3).await, 1);
        assert_eq!(watched.cosigners(&watched.get("/log/checkpoint").await), 2);

        // Two are down: that is not enough, and the log goes on without a word to anybody who waits.
        watched.witnesses[1].child.kill().unwrap();
        watched.witnesses[1].child.wait().unwrap();
        let third = watched.sent("A-3").await;
        watched.site.seal().await;
        assert_eq!(hub.ask_witnesses().await.unwrap(), 1);
        assert_eq!(watched.verified(third, 2).await, 1);
        assert_eq!(watched.verified(second, 2).await, 0);

        // They come back, under other addresses, to a hub that was restarted: it learns anew where each is.
        for (number, name) in NAMES.iter().enumerate().take(2) {
            let folder = watched.folders[number].path();
            watched.witnesses[number] = Process::start(folder, name, &watched.log.log.vkey());
        }
        let panel = panel(&watched.witnesses);
        let hub = watched.site.another_hub_with(panel).await;
        assert_eq!(hub.ask_witnesses().await.unwrap(), 3);
        assert_eq!(watched.verified(third, 3).await, 0);
    }
}

fn panel(witnesses: &[Process]) -> Panel {
    let client = |it: &Process| WitnessClient::new(it.key.clone(), &it.url, Duration::from_secs(5)).unwrap();
    Panel::new(witnesses.iter().map(client).collect(), 2).unwrap()
}

#[tokio::test]
async fn a_log_that_was_rewritten_is_refused_by_every_witness() {
    for database in databases() {
        for statement in [FORGE, ROLL_BACK] {
            let watched = Watched::start(&database).await;
            watched.sent("A-1").await;
            watched.site.seal().await;
            assert_eq!(watched.site.hub.ask_witnesses().await.unwrap(), 3);
            let (note, memories) = (watched.get("/log/checkpoint").await, watched.memories());
            let refused = async || {
                for hub in [Arc::clone(&watched.site.hub), restarted(&watched).await] {
                    assert_eq!(hub.ask_witnesses().await.unwrap(), 0, "{statement}");
                }
                assert_eq!(watched.memories(), memories);
                let served = watched.get("/log/checkpoint").await;
                assert_eq!(served, note, "what was cosigned before stays");
            };

            rewrite(&watched.site.database, &watched.log.log, statement).await;
            refused().await;

            // What was rolled back stays away, something else comes in its place and more after it. The lease of the sealer that was ended passes.
            watched
                .site
                .execute("UPDATE event SET leaf_index = -1 WHERE leaf_index IS NULL")
                .await;
            watched.sent("B-1").await;
            watched.site.advance(jiff::SignedDuration::from_secs(20));
            let hub = restarted(&watched).await;
            let fence = hub.lease_log().await.unwrap().unwrap();
            while hub.seal_batch(fence).await.unwrap() > 0 {}
            let grown = hub.newest_checkpoint().await.unwrap();
            assert_ne!(grown, note);
            refused().await;
        }
    }
}

/// A hub that was restarted after the second place was rewritten too, by who may.
async fn restarted(watched: &Watched) -> Arc<Hub> {
    std::fs::remove_dir_all(watched.site.folder().join("objects/log/checkpoint")).ok();
    watched.site.another_hub_with(panel(&watched.witnesses)).await
}

#[tokio::test]
async fn a_hub_asks_its_witnesses_by_itself_and_cries_out_when_they_contradict_it() {
    for database in databases() {
        let persons = vec![person(MATTI, "Matti", "Meikäläinen")];
        let installation = Installation::new(&database, 1, persons).await;
        let (_, log) = installation.trust();
        let folders: Vec<_> = NAMES.iter().map(|_| TempDir::new().unwrap()).collect();
        let start = |(folder, name): (&TempDir, &&str)| Process::start(folder.path(), name, &log.to_string());
        let mut witnesses: Vec<_> = folders.iter().zip(&NAMES).map(start).collect();
        let section = |it: &Process| format!("[[witness.server]]\nurl = \"{}\"\nvkey = \"{}\"\n", it.url, it.key);
        let sections: String = witnesses.iter().map(section).collect();
        installation.configure(&format!("[witness]\nquorum = 2\ntimeout_seconds = 1\n{sections}"));
        // The third never answers: it is there, and stopped.
        let slow = rustix::process::Pid::from_raw(witnesses[2].child.id().try_into().unwrap()).unwrap();
        rustix::process::kill_process(slow, rustix::process::Signal::STOP).unwrap();

        let server = installation.serve(0).await;
        Visitor::log_in(&server, MATTI).await;
        let sender = installation.sender(&server).await;
        let message = sender.sent(&sender.message("A-1", MATTI, "Normal")).await;
        let trust = installation.folder.path().join("trust");
        installation.run(&["trust", "--out", trust.to_str().unwrap()]);
        assert!(
            std::fs::read_to_string(trust.join("witness.policy"))
                .unwrap()
                .contains("quorum 2")
        );
        let file = installation.folder.path().join("proof.json");
        let since = Instant::now();
        loop {
            let proof = sender.get(&format!("/api/v1/messages/{message}/proof")).await;
            std::fs::write(&file, proof.bytes().await.unwrap()).unwrap();
            let verify = ["verify", file.to_str().unwrap(), "--trust", trust.to_str().unwrap()];
            let done = installation.command(&verify).output().unwrap();
            if done.status.success() {
                let told = String::from_utf8(done.stdout).unwrap();
                assert!(told.contains("at least 2 of the 3 witnesses"), "{told}");
                assert!(!told.contains("same tree to everybody"), "{told}");
                break;
            }
            assert!(since.elapsed() < Duration::from_secs(20), "{}", installation.said(0));
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let url = server.base.join("/log/checkpoint").unwrap();
        let note = client().get(url).send().await.unwrap().text().await.unwrap();
        assert_eq!(witnesses.iter().filter(|it| it.key.cosigned(&note).is_ok()).count(), 2);

        // History is rewritten while the hub is down, the second place too: it starts, and is told on.
        server.kill();
        witnesses.truncate(2);
        let pem = std::fs::read_to_string(installation.folder.path().join("keys/log.key")).unwrap();
        let key = LogKey::from_pkcs8(log.name(), &der(&pem)).unwrap();
        rewrite(&installation.database_url, &key, FORGE).await;
        std::fs::remove_dir_all(installation.folder.path().join("files/objects/log/checkpoint")).unwrap();
        installation.let_the_lease_pass().await;
        let server = installation.serve(0).await;
        let since = Instant::now();
        let cries = || installation.said(0).matches("THE WITNESS SAW ANOTHER LOG").count();
        while cries() < 2 {
            assert!(since.elapsed() < Duration::from_secs(20), "{}", installation.said(0));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert!(ready(&server.base).await, "a witness never stops the hub");
    }
}

#[tokio::test]
async fn the_doctor_tells_whether_the_witnesses_follow_the_log() {
    let persons = vec![person(MATTI, "Matti", "Meikäläinen")];
    let installation = Installation::new(&Database::Sqlite, 1, persons).await;
    let (_, log) = installation.trust();
    let server = installation.serve(0).await;
    Visitor::log_in(&server, MATTI).await;
    let newest = server.base.join("/log/checkpoint/newest").unwrap();
    while client().get(newest.clone()).send().await.unwrap().status() != 200 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.kill();
    let doctor = async || {
        // The identity provider runs beside, and is asked too.
        let mut command = installation.command(&["doctor"]);
        let done = tokio::task::spawn_blocking(move || command.output().unwrap())
            .await
            .unwrap();
        let told = String::from_utf8(done.stdout).unwrap();
        let line = told.lines().find(|line| line.contains(" witnesses: "));
        line.unwrap().to_owned()
    };
    assert!(doctor().await.starts_with("OK       witnesses: none"));

    let folders = [TempDir::new().unwrap(), TempDir::new().unwrap()];
    let follows = Process::start(folders[0].path(), NAMES[0], &log.to_string());
    let section = |it: &Process| format!("[[witness.server]]\nurl = \"{}\"\nvkey = \"{}\"\n", it.url, it.key);
    installation.configure(&format!("[witness]\nquorum = 1\n{}", section(&follows)));
    assert_eq!(doctor().await, "OK       witnesses: all 1 are there; 1 must cosign");
    assert!(remembered(folders[0].path()).is_empty(), "asking changed something");

    let other = LogKey::from_pkcs8("muu.example/log", &LogKey::generate(&SystemRandom::new()).unwrap()).unwrap();
    let does_not = Process::start(folders[1].path(), NAMES[1], &other.vkey());
    installation.configure(&section(&does_not));
    let told = doctor().await;
    assert!(
        told.starts_with("PROBLEM") && told.contains("does not follow"),
        "{told}"
    );
    drop(follows);
    let told = doctor().await;
    assert!(
        told.starts_with("PROBLEM") && told.contains("cannot be reached"),
        "{told}"
    );
}

async fn ready(base: &Url) -> bool {
    client()
        .get(base.join("/health/ready").unwrap())
        .send()
        .await
        .unwrap()
        .status()
        == 200
}

fn der(pem: &str) -> Vec<u8> {
    use base64::Engine as _;
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    base64::engine::general_purpose::STANDARD.decode(base64).unwrap()
}
