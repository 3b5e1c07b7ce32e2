//! Restarts that meet: two at once, two databases, one that breaks off.

use std::sync::Arc;

use tiedoksi::evidence::verify::verify_proof;
use tiedoksi::hub::ActError;

use super::{Before, LOG_NAME, MATTI, REASON, held, of_restart, proof};
use crate::harness::databases;

#[tokio::test]
async fn of_two_restarts_at_once_one_wins_and_halted_processes_go_on() {
    for database in databases() {
        let before = Before::begin(&database).await;
        let (site, _) = before.restored().await;
        let (second, third) = (site.another_hub().await, site.another_hub().await);
        for hub in [&second, &third] {
            hub.prepare_log().await.unwrap();
            assert!(hub.halted());
        }
        site.advance(jiff::SignedDuration::from_secs(61));
        // A process that had the lease before: its number is no longer good for anything.
        let fence = third.lease_log().await.unwrap().unwrap();
        let one = tokio::spawn({
            let hub = Arc::clone(&site.hub);
            async move { hub.restart_log(REASON).await }
        });
        let two = tokio::spawn(async move { second.restart_log(REASON).await });
        let (one, two) = (one.await.unwrap(), two.await.unwrap());
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        let lost = one.err().or(two.err()).unwrap();
        assert!(matches!(lost, ActError::Contradiction(_)), "{lost:?}");
        assert_eq!(site.count("SELECT number FROM log").await, 2);
        assert_eq!(site.count("SELECT count(*) FROM log_ended").await, 1);
        let told = "SELECT count(*) FROM event WHERE kind = 'log-restarted'";
        assert_eq!(site.count(told).await, 1);

        third.prepare_log().await.unwrap();
        assert!(!third.halted());
        assert_eq!(third.seal_batch(fence).await.unwrap(), 0);
        site.seal().await;
        assert_eq!(
            site.count("SELECT count(*) FROM event WHERE leaf_index IS NULL").await,
            0
        );
    }
}

/// Two databases were restored from the same backup, and each is restarted: that is also how it looks when a restart breaks off between its two
/// writes, the second place and the database.
#[tokio::test]
async fn a_restart_after_one_that_was_lost_names_both_gaps() {
    for database in databases() {
        let before = Before::begin(&database).await;
        let (lost, mut lost_sender) = before.restored().await;
        lost.hub.restart_log(REASON).await.unwrap();
        lost_sender.log_in().await;
        let gone = lost_sender.sent(&lost_sender.message("B-1", MATTI, "Normal")).await;
        lost.seal().await;
        let handed_out = proof(&lost_sender, gone).await;
        let size = super::size(&lost).await;

        let (site, mut sender) = before.restored().await;
        assert!(site.hub.halted(), "the second place knows of the second log");
        let done = site.hub.restart_log("Toinenkin levy").await.unwrap();
        assert_eq!(done.origin, "koe.example/log/3");
        let [held_size, lost_size] = before.sizes.map(i64::unsigned_abs);
        let second = "koe.example/log/2".to_owned();
        assert_eq!(
            done.ended,
            [
                (LOG_NAME.to_owned(), held_size, lost_size),
                (second, 0, size.unsigned_abs())
            ]
        );
        sender.log_in().await;
        let message = sender.sent(&sender.message("C-1", MATTI, "Normal")).await;
        site.seal().await;
        for message in [message, before.messages[0]] {
            let verdict = verify_proof(&proof(&sender, message).await, &before.trust);
            held(&verdict);
            let said = of_restart(&verdict);
            assert_eq!(said.len(), 3, "{verdict}");
            assert!(
                said[1].1.contains("of the log koe.example/log what was added"),
                "{verdict}"
            );
            assert!(
                said[2]
                    .1
                    .contains("of the log koe.example/log/2 what was added between size 0"),
                "{verdict}"
            );
        }
        held(&verify_proof(&handed_out, &before.trust));
        // The other database is behind now, and says so.
        lost.hub.prepare_log().await.unwrap();
        assert!(lost.hub.halted());
        // The newest database once more, from its own backup: a restart upon a restart.
        let backup = crate::backup::Backup::of(&site.database).await;
        sender.sent(&sender.message("C-2", MATTI, "Normal")).await;
        site.seal().await;
        let last = site.restored(&backup).await;
        last.hub.prepare_log().await.unwrap();
        last.hub.restart_log(REASON).await.unwrap();
        let mut sender = before.at(&last).await;
        sender.log_in().await;
        let message = sender.sent(&sender.message("D-1", MATTI, "Normal")).await;
        last.seal().await;
        let verdict = verify_proof(&proof(&sender, message).await, &before.trust);
        held(&verdict);
        assert_eq!(of_restart(&verdict).len(), 4, "{verdict}");
    }
}

/// The whole database is lost and there is no backup: what was handed out still holds, and the log goes on.
#[tokio::test]
async fn a_new_database_beside_an_old_second_place_is_halted_too() {
    for database in databases() {
        let before = Before::begin(&database).await;
        let (site, _) = before.restored().await;
        for statement in ["DELETE FROM log", "DELETE FROM event", "DELETE FROM record"] {
            site.execute(statement).await;
        }
        site.hub.prepare_log().await.unwrap();
        assert!(site.hub.halted());
        let done = site.hub.restart_log(REASON).await.unwrap();
        assert_eq!(done.ended, [(LOG_NAME.to_owned(), 0, before.sizes[1].unsigned_abs())]);
        assert!(site.hub.held_checkpoint(1).await.is_err());
        assert!(site.hub.ended_checkpoint(1).await.is_ok());
    }
}

/// Two databases that sealed at once cannot be told apart by their size: no new log mends that.
#[tokio::test]
async fn another_log_of_the_same_size_is_refused() {
    let before = Before::begin(&crate::harness::Database::Sqlite).await;
    let site = &before.site;
    site.execute("UPDATE log SET checkpoint = replace(checkpoint, 'koe', 'k0e')")
        .await;
    site.hub.prepare_log().await.unwrap();
    assert!(site.hub.halted());
    let refusal = site.hub.restart_log(REASON).await.unwrap_err();
    assert!(
        refusal.to_string().contains("two databases sealed at once"),
        "{refusal}"
    );
}
