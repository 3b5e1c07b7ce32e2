//! A hub that holds every key and writes another history, over a log that a witness had cosigned: the witness cosigns none of it, and the range that
//! comes of it is refused by whoever has the witness's key. The way in which a history was changed does not matter to a witness: each is tried.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::StatusCode;
use tempfile::TempDir;
use tiedoksi::evidence::checkpoint;
use tiedoksi::evidence::keys::EvidenceKeys;
use tiedoksi::evidence::submission::Submission;
use tiedoksi::evidence::tile::TileCoord;
use tiedoksi::evidence::tiles::{TileSet, consistency_proof};
use tiedoksi::evidence::verify::{Trust, Verdict, verify_range};
use tiedoksi::witness::client::{Panel, WitnessClient};

use super::World;
use super::forger::Files;
use super::rewritten::fails;
use crate::harness::{Database, Settings, databases, evidence_keys};
use crate::witness::{Process, remembered};

/// A hub and its witness, which has cosigned everything there was; more came since.
struct Witnessed {
    world: World,
    witness: Process,
    memory: TempDir,
    keys: Arc<EvidenceKeys>,
    from: Timestamp,
    /// The size that the witness cosigned.
    size: u64,
}

impl Witnessed {
    async fn begin(database: &Database) -> Self {
        let (keys, memory) = (Arc::new(evidence_keys()), TempDir::new().unwrap());
        let witness = Process::start(memory.path(), "w.example", &keys.log.vkey());
        let client = WitnessClient::new(witness.key.clone(), &witness.url, Duration::from_secs(5)).unwrap();
        let settings = Settings {
            keys: Some(Arc::clone(&keys)),
            witnesses: Some(Panel::new(vec![client], 1).unwrap()),
            ..Settings::default()
        };
        let world = World::with(database, settings).await;
        let from = world.now();
        world.deliver().await;
        let mut witnessed = Self {
            world,
            witness,
            memory,
            keys,
            from,
            size: 0,
        };
        // Another export and some minutes: the count after the period stands under what is cosigned.
        let to = witnessed.world.now() - super::MINUTE * 5;
        witnessed.world.range(from, "counted.asice").await;
        witnessed.world.pass(5).await;
        assert_eq!(witnessed.world.site.hub.ask_witnesses().await.unwrap(), 1);
        let request = witnessed.world.request(from, to);
        let honest = witnessed.world.export(&request, "honest.asice").await;
        let verdict = witnessed.verify(&honest);
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        witnessed.size = witnessed.submission(&honest).1;
        witnessed
    }

    fn verify(&self, range: &Path) -> Verdict {
        let (log, witness) = (self.world.site.hub.log_vkey(), self.witness.key.to_string());
        let files = [
            ("log.vkey", log.as_bytes()),
            ("seal_chain.pem", self.world.site.hub.seal_chain().as_bytes()),
            ("witness.vkey", witness.as_bytes()),
        ];
        let trust = Trust::from_files(files).unwrap();
        verify_range(std::fs::File::open(range).unwrap(), &trust, None)
    }

    /// What asks the witness to cosign the log in a range, as if it had grown out of what the witness saw; and the log's size.
    fn submission(&self, range: &Path) -> (Submission, u64) {
        let mut files = Files::of(range);
        let note = String::from_utf8(files.get("log/checkpoint").clone()).unwrap();
        let head = checkpoint::verify(&note, &self.world.site.trust().log_keys[0]).unwrap();
        let leaves = files.leaves();
        let mut tiles = TileSet::new();
        let (level, index, width) = (0, 0, u16::try_from(leaves.len()).unwrap());
        tiles.insert(TileCoord { level, index, width }, leaves);
        let old = self.size.min(head.size);
        let submission = Submission {
            old,
            proof: consistency_proof(old, head.size, &tiles).unwrap(),
            checkpoint: note,
        };
        (submission, head.size)
    }

    /// More is sent, so that the log is longer than what the witness saw, whatever was taken out of it.
    async fn grow(&self) {
        for number in 0..6 {
            self.world.send(&format!("C-{number}"), "Normal").await;
        }
        self.world.pass(10).await;
    }

    async fn rewritten(&mut self, changes: &[&'static str]) -> PathBuf {
        let changes = [changes, &["DELETE FROM cosigned_checkpoint"]].concat();
        self.world.rewrite(&changes).await;
        self.grow().await;
        let before = remembered(self.memory.path());
        assert_eq!(self.world.site.hub.ask_witnesses().await.unwrap(), 0);
        assert_eq!(remembered(self.memory.path()), before);
        self.world.range(self.from, "rewritten.asice").await
    }

    /// Neither does the witness cosign this history, nor `verify` take it for a reader who has the witness's key.
    async fn refused(&self, range: &Path) {
        let before = remembered(self.memory.path());
        let (mut submission, size) = self.submission(range);
        assert!(size > self.size, "{size} leaves, of which {} were cosigned", self.size);
        let answer = self.witness.offer(&submission).await.unwrap_err();
        assert_eq!(answer.0, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.1);
        // As if the witness had seen nothing yet: it tells what it saw.
        (submission.old, submission.proof) = (0, Vec::new());
        let conflict = (StatusCode::CONFLICT, format!("{}\n", self.size));
        assert_eq!(self.witness.offer(&submission).await, Err(conflict));
        assert_eq!(remembered(self.memory.path()), before);
        fails(&self.verify(range), "witnesses", "0 cosigned the checkpoint");
    }
}

#[tokio::test]
async fn a_history_with_a_record_dropped_is_cosigned_by_nobody() {
    for database in databases() {
        let mut witnessed = Witnessed::begin(&database).await;
        let dropped = "DELETE FROM event WHERE kind = 'ConsignmentAcceptance'";
        let range = witnessed.rewritten(&[dropped]).await;
        witnessed.refused(&range).await;
    }
}

#[tokio::test]
async fn a_history_with_a_delivery_dropped_whole_is_cosigned_by_nobody() {
    for database in databases() {
        let mut witnessed = Witnessed::begin(&database).await;
        let dropped =
            "DELETE FROM event WHERE message_id IN (SELECT message_id FROM event WHERE kind = 'ConsignmentAcceptance')";
        let range = witnessed.rewritten(&[dropped]).await;
        // By the hub's own keys alone nothing is wrong with it.
        let alone = witnessed.world.verify(&range);
        assert_eq!(alone.exit_code(), 0, "{alone}");
        witnessed.refused(&range).await;
    }
}

#[tokio::test]
async fn a_history_in_another_order_is_cosigned_by_nobody() {
    for database in databases() {
        let mut witnessed = Witnessed::begin(&database).await;
        let mut changes = vec!["UPDATE event SET ord = ord + 1000000 WHERE kind = 'SubmissionAcceptance'"];
        if matches!(database, Database::Postgres(_)) {
            changes.insert(0, "ALTER TABLE event ALTER COLUMN ord SET GENERATED BY DEFAULT");
        }
        let range = witnessed.rewritten(&changes).await;
        witnessed.refused(&range).await;
    }
}

/// By a second and by a quarter of an hour: the one contradicts nothing in the range itself, the other is back-dated.
#[tokio::test]
async fn a_history_with_a_record_altered_or_back_dated_is_cosigned_by_nobody() {
    for database in databases() {
        let witnessed = Witnessed::begin(&database).await;
        witnessed.grow().await;
        let range = witnessed.world.range(witnessed.from, "grown.asice").await;
        for seconds in [1, 900] {
            let changed = Files::of(&range).rewritten(&witnessed.keys, |folder, record| {
                if folder.ends_with("ConsignmentAcceptance") {
                    let time: Timestamp = record["time"].as_str().unwrap().parse().unwrap();
                    let time = time - jiff::SignedDuration::from_secs(seconds);
                    record["time"] = tiedoksi::evidence::encoding::format_time(time).into();
                }
            });
            let file = witnessed.world.folder.path().join(format!("altered-{seconds}.asice"));
            std::fs::write(&file, changed.packed(&witnessed.keys.seal)).unwrap();
            let alone = witnessed.world.verify(&file);
            assert_eq!(alone.exit_code(), if seconds == 1 { 0 } else { 1 }, "{alone}");
            witnessed.refused(&file).await;
        }
        // The true one is cosigned yet.
        let (submission, _) = witnessed.submission(&range);
        witnessed.witness.offer(&submission).await.unwrap();
    }
}
