//! A hub that holds every key and writes another history: what its own log, the time stamps, or what its readers kept say against it.

use std::sync::Arc;

use jiff::Timestamp;
use tiedoksi::domain::name::Language;
use tiedoksi::evidence::verify::{Verdict, verify_range};

use super::forger::Files;
use super::{MINUTE, World, says, stamped};
use crate::harness::{Database, Settings, databases, evidence_keys};

/// Everything that the log was made of, gone: the sealer makes it anew from what stands in the database.
const FORGET: &[&str] = &[
    "DELETE FROM event WHERE kind IN ('tally', 'evidence-exported')",
    "DELETE FROM tally_leaf",
    "DELETE FROM tally",
    "DELETE FROM log_node",
    "DELETE FROM log",
    "UPDATE event SET leaf_index = NULL",
];

impl World {
    /// The proof that Matti keeps.
    pub(super) async fn kept(&self, message: tiedoksi::domain::id::MessageId) -> Vec<u8> {
        self.site.seal().await;
        self.site.hub.proof_as_citizen(&self.matti, message).await.unwrap()
    }

    /// Changes the database and has the sealer of another process write the log anew, signed by the hub's keys.
    pub(super) async fn rewrite(&mut self, changes: &[&'static str]) {
        for statement in changes.iter().chain(FORGET) {
            self.site.execute(statement).await;
        }
        std::fs::remove_dir_all(self.site.folder().join("objects/log")).unwrap();
        let hub = self.site.another_hub().await;
        hub.prepare_log().await.unwrap();
        let fence = hub.lease_log().await.unwrap().unwrap();
        while hub.seal_batch(fence).await.unwrap() > 0 {}
        self.site.hub = hub;
    }

    pub(super) async fn range(&self, from: Timestamp, name: &str) -> std::path::PathBuf {
        self.export(&self.request(from, self.now()), name).await
    }
}

pub(super) fn fails(verdict: &Verdict, what: &str, word: &str) {
    assert_eq!(verdict.exit_code(), 1, "{verdict}");
    assert!(says(verdict, what).concat().contains(word), "{what}, {word}: {verdict}");
}

#[tokio::test]
async fn an_honest_hub_is_borne_out_by_what_its_readers_kept() {
    for database in databases() {
        let world = World::begin(&database).await;
        let from = world.now();
        let message = world.deliver().await;
        let proof = world.kept(message).await;
        let earlier = world.range(from, "earlier.asice").await;
        world.send("A-4", "Normal").await;
        world.pass(3).await;
        let range = world.range(from, "range.asice").await;
        let verdict = world.verify_against(&range, &proof);
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        assert!(
            says(&verdict, "earlier file")[0].starts_with("4 of its 4 records are in this range"),
            "{verdict}"
        );
        // The receipt that Matti printed from the same.
        let parsed = tiedoksi::evidence::proof::DeliveryProof::parse(&proof).unwrap();
        let receipt = tiedoksi::evidence::receipt::render(&parsed, Language::Fi).unwrap();
        let verdict = world.verify_against(&range, &receipt);
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        // An earlier range, too.
        let read = |file| std::fs::File::open(file).unwrap();
        let kept = tiedoksi::evidence::verify::Earlier::read_range(read(&earlier), &world.site.trust()).unwrap();
        let verdict = verify_range(read(&range), &world.site.trust(), Some(&kept));
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        assert!(
            says(&verdict, "earlier file")[0].starts_with("8 of its 8 records are in this range"),
            "{verdict}"
        );
    }
}

#[tokio::test]
async fn an_event_that_is_dropped_leaves_a_gap_in_its_delivery() {
    for database in databases() {
        let mut world = World::begin(&database).await;
        let from = world.now();
        let message = world.deliver().await;
        let proof = world.kept(message).await;
        world
            .rewrite(&["DELETE FROM event WHERE kind = 'ConsignmentAcceptance'"])
            .await;
        let range = world.range(from, "range.asice").await;
        fails(&world.verify(&range), "chain", "one is missing");
        fails(&world.verify_against(&range, &proof), "earlier file", "rewritten");
        // The first event of each delivery.
        world
            .rewrite(&["DELETE FROM event WHERE kind = 'SubmissionAcceptance'"])
            .await;
        let range = world.range(from, "headless.asice").await;
        fails(&world.verify(&range), "chain", "without their first event");
    }
}

#[tokio::test]
async fn a_delivery_that_is_dropped_whole_is_missed_by_who_kept_its_proof() {
    for database in databases() {
        let mut world = World::begin(&database).await;
        let from = world.now();
        let message = world.deliver().await;
        let proof = world.kept(message).await;
        let earlier = world.range(from, "earlier.asice").await;
        let changes = [
            "DELETE FROM event WHERE message_id IN (SELECT message_id FROM event WHERE kind = 'ConsignmentAcceptance')",
        ];
        world.rewrite(&changes).await;
        let range = world.range(from, "range.asice").await;
        // By itself it is a history like any other: this is what witnesses, time stamps and kept proofs are for.
        let alone = world.verify(&range);
        assert_eq!(alone.exit_code(), 0, "{alone}");
        assert!(
            says(&alone, "completeness")[0].starts_with("6 of 6")
                || alone.cannot_know.iter().any(|it| it.contains("same tree")),
            "{alone}"
        );
        fails(&world.verify_against(&range, &proof), "earlier file", "rewritten");
        let read = |file| std::fs::File::open(file).unwrap();
        let kept = tiedoksi::evidence::verify::Earlier::read_range(read(&earlier), &world.site.trust()).unwrap();
        fails(
            &verify_range(read(&range), &world.site.trust(), Some(&kept)),
            "earlier file",
            "rewritten",
        );
    }
}

#[tokio::test]
async fn events_in_another_order_do_not_follow_each_other() {
    for database in databases() {
        let mut world = World::begin(&database).await;
        let from = world.now();
        let message = world.deliver().await;
        let proof = world.kept(message).await;
        let mut changes = vec!["UPDATE event SET ord = ord + 1000000 WHERE kind = 'SubmissionAcceptance'"];
        if matches!(database, Database::Postgres(_)) {
            changes.insert(0, "ALTER TABLE event ALTER COLUMN ord SET GENERATED BY DEFAULT");
        }
        world.rewrite(&changes).await;
        let range = world.range(from, "range.asice").await;
        fails(&world.verify(&range), "chain", "out of order");
        fails(&world.verify_against(&range, &proof), "earlier file", "rewritten");
    }
}

#[tokio::test]
async fn a_record_that_is_altered_contradicts_the_proof_that_its_recipient_kept() {
    let keys = Arc::new(evidence_keys());
    let settings = Settings {
        keys: Some(Arc::clone(&keys)),
        ..Settings::default()
    };
    let world = World::with(&Database::Sqlite, settings).await;
    let from = world.now();
    let message = world.deliver().await;
    let proof = world.kept(message).await;
    let range = world.range(from, "range.asice").await;
    let files = Files::of(&range);
    // The receipt is said to have been confirmed a second earlier, and everything is made to fit.
    let altered = |seconds: i64, kind: &'static str| {
        let changed = files.clone().rewritten(&keys, |folder, record| {
            if folder.ends_with(kind) {
                let time: Timestamp = record["time"].as_str().unwrap().parse().unwrap();
                let time = time - jiff::SignedDuration::from_secs(seconds);
                record["time"] = tiedoksi::evidence::encoding::format_time(time).into();
            }
        });
        let file = world.folder.path().join(format!("{kind}-{seconds}.asice"));
        std::fs::write(&file, changed.packed(&keys.seal)).unwrap();
        file
    };
    let later = altered(1, "ConsignmentAcceptance");
    let alone = world.verify(&later);
    assert_eq!(alone.exit_code(), 0, "{alone}");
    fails(&world.verify_against(&later, &proof), "earlier file", "rewritten");
    // Back-dated by a quarter of an hour, it stands after records that say they are younger.
    let back_dated = altered(900, "ConsignmentAcceptance");
    fails(&world.verify(&back_dated), "time", "back-dated");
}

#[tokio::test]
async fn a_record_slipped_into_the_past_was_not_in_the_log_that_was_stamped() {
    for database in databases() {
        let (world, _server, trust) = stamped::stamped(&database).await;
        let from = world.now() - MINUTE * 60;
        world.send("A-1", "Normal").await;
        world.stamp().await;
        // The hub sets its clock back by half an hour for one message.
        world.site.advance(-(MINUTE * 30));
        world.send("A-2", "Normal").await;
        world.site.advance(MINUTE * 30);
        world.stamp().await;
        let range = world.range(from, "range.asice").await;
        let verdict = verify_range(std::fs::File::open(&range).unwrap(), &trust, None);
        fails(&verdict, "time", "is back-dated: it says");
        assert!(
            says(&verdict, "time").concat().contains("was not in the log on"),
            "{verdict}"
        );
    }
}

#[tokio::test]
async fn another_history_does_not_fit_the_stamps_of_the_true_one() {
    for database in databases() {
        let (mut world, _server, trust) = stamped::stamped(&database).await;
        world.stamp().await;
        let from = world.now();
        let message = world.send("A-1", "Normal").await;
        world.stamp().await;
        world.send("A-2", "Normal").await;
        world.stamp().await;
        let proof = world.kept(message).await;
        let honest = verify_range(
            std::fs::File::open(world.range(from, "honest.asice").await).unwrap(),
            &trust,
            None,
        );
        assert_eq!(honest.exit_code(), 0, "{honest}");
        let dropped = "DELETE FROM event WHERE message_id = (SELECT max(message_id) - 1 FROM event WHERE kind = 'SubmissionAcceptance')";
        world.rewrite(&[dropped]).await;
        let range = world.range(from, "range.asice").await;
        let verdict = verify_range(std::fs::File::open(&range).unwrap(), &trust, None);
        fails(&verdict, "time", "the log was rewritten");
        // Without the old stamps nothing bounds the times any more, and the kept proof still speaks.
        world.rewrite(&["DELETE FROM log_timestamp"]).await;
        let range = world.range(from, "unstamped.asice").await;
        let earlier = tiedoksi::evidence::verify::Earlier::read(&proof, &trust).unwrap();
        let verdict = verify_range(std::fs::File::open(&range).unwrap(), &trust, Some(&earlier));
        fails(&verdict, "earlier file", "rewritten");
    }
}
