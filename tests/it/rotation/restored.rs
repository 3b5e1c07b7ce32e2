//! Keys that were replaced, and a backup from before that was restored.

use tiedoksi::domain::time::Clock as _;
use tiedoksi::evidence::verify::verify_range;
use tiedoksi::hub::range::RangeRequest;

use super::*;
use crate::exported::exported;
use crate::range::operator;

/// Sent since the hub went on, and its range of evidence.
async fn sent(site: &Site, sender: &Sender, external: &str) -> i64 {
    let mut sender = at(sender, site);
    sender.log_in().await;
    let id = sender.sent(&sender.message(external, MATTI, "Normal")).await;
    sealed(site).await;
    id
}

async fn proof(site: &Site, sender: &Sender, message: i64) -> Vec<u8> {
    let mut sender = at(sender, site);
    sender.log_in().await;
    let answer = sender.get(&format!("/api/v1/messages/{message}/proof")).await;
    assert_eq!(answer.status(), 200);
    answer.bytes().await.unwrap().to_vec()
}

#[tokio::test]
async fn a_database_from_before_the_announcement_wants_the_old_keys_back() {
    for database in databases() {
        let secrets = Secrets::new();
        let settings = Settings {
            keys: Some(secrets.old()),
            ..Settings::default()
        };
        let first = Site::start(&database, vec![person(MATTI, "Matti", "Meikäläinen")], settings).await;
        let sender = sender(&first, "0208573-0", false).await;
        let matti = first.citizen(MATTI).await;
        first.hub.activate(&matti).await.unwrap();
        let old = sender.sent(&sender.message("A-1", MATTI, "Normal")).await;
        sealed(&first).await;
        let backup = Backup::of(&first.database).await;
        let both = first.with_keys(secrets.both()).await;
        both.hub.prepare_log().await.unwrap();
        announce(&both).await;
        let new = first.with_keys(secrets.new_alone()).await;
        new.hub.prepare_log().await.unwrap();
        let lost = sent(&new, &sender, "A-2").await;
        let kept = proof(&new, &sender, lost).await;

        let disk = first.restored(&backup).await;
        let wrong = disk.with_keys(secrets.new_alone()).await;
        let refused = format!("{:?}", wrong.hub.prepare_log().await.unwrap_err());
        assert!(refused.contains("put the key back"), "{refused}");
        // The way that docs/keys.md says: the old key back in its place, the newer one beside it; restart, announce again, replace.
        let again = disk.with_keys(secrets.both()).await;
        again.hub.prepare_log().await.unwrap();
        assert!(again.hub.halted());
        again.hub.restart_log("Levyrikko").await.unwrap();
        announce(&again).await;
        let then = disk.with_keys(secrets.new_alone()).await;
        then.hub.prepare_log().await.unwrap();
        assert!(!then.hub.halted());
        let since = sent(&then, &sender, "A-3").await;
        for (message, name) in [(old, "before"), (since, "since")] {
            let proof = proof(&then, &sender, message).await;
            for number in [0, 1] {
                // What the old key sealed stays another's to who has the new one alone.
                let verdict = verify_proof(&proof, &secrets.trust(number));
                let knows = number == 0;
                assert_eq!(verdict.exit_code() == 0, knows, "{name}: {verdict}");
            }
        }
        assert_eq!(verify_proof(&kept, &secrets.trust(0)).exit_code(), 0);
    }
}

#[tokio::test]
async fn ranges_of_logs_before_and_after_a_restart_hold_by_the_old_keys() {
    for database in databases() {
        let rotated = Rotated::begin(&database).await;
        let third = &rotated.sites[2];
        let minute = jiff::SignedDuration::from_mins(1);
        third.advance(minute * 10);
        third.hub.tally().await.unwrap();
        sealed(third).await;
        let backup = Backup::of(&third.database).await;
        sent(third, &rotated.sender, "A-4").await;
        let disk = rotated.sites[0].restored(&backup).await;
        let restored = disk.with_keys(rotated.secrets.new_alone()).await;
        restored.hub.prepare_log().await.unwrap();
        restored.hub.restart_log("Levyrikko").await.unwrap();
        restored.advance(minute);
        let pass = async || {
            restored.hub.tally().await.unwrap();
            sealed(&restored).await;
            restored.advance(minute * 10);
        };
        sent(&restored, &rotated.sender, "A-5").await;
        pass().await;
        let from = restored.clock.now();
        sent(&restored, &rotated.sender, "A-6").await;
        pass().await;
        let start: jiff::Timestamp = START.parse().unwrap();
        let periods = [(start, start + minute / 2), (from, restored.clock.now())];
        // The next keys are announced in the second log: the first log's range carries that too.
        let next = disk.with_keys(rotated.secrets.followed_by(&Secrets::new())).await;
        for (site, announced) in [(&restored, 2), (&next, 4)] {
            site.hub.prepare_log().await.unwrap();
            if announced > 2 {
                restored.hub.release_log().await.unwrap();
                announce(site).await;
            }
            for (from, to) in periods {
                let request = RangeRequest {
                    organisation: "0208573-0".to_owned(),
                    service: None,
                    from,
                    to,
                    reason: "audit 2026/17".to_owned(),
                    by: operator(),
                    identities: true,
                };
                let packed = exported(site, &request).await;
                let verdict = verify_range(&packed[..], &rotated.secrets.trust(0), None);
                assert_eq!(verdict.exit_code(), 0, "{verdict}");
                let told = verdict.to_string();
                assert_eq!(told.matches(REASON).count(), announced, "{told}");
            }
        }
    }
}

#[tokio::test]
async fn a_key_that_signed_the_beginning_of_a_later_log_is_listed_for_it() {
    for database in databases() {
        let rotated = Rotated::begin(&database).await;
        let third = &rotated.sites[2];
        let backup = Backup::of(&third.database).await;
        sent(third, &rotated.sender, "A-4").await;
        let disk = rotated.sites[0].restored(&backup).await;
        // A process that has not been started anew since the overlap restarts the log.
        let both = disk.with_keys(rotated.secrets.both()).await;
        both.hub.prepare_log().await.unwrap();
        both.hub.restart_log("Levyrikko").await.unwrap();
        let new = disk.with_keys(rotated.secrets.new_alone()).await;
        new.hub.prepare_log().await.unwrap();
        let named = |number: usize, name: &str| rotated.secrets.log(number).public_of(name).unwrap().to_string();
        let wanted = [
            named(1, "koe.example/log/2"),
            named(0, "koe.example/log/2"),
            named(1, ORIGIN),
            named(0, ORIGIN),
        ];
        let listed = new.hub.log_vkeys().await.unwrap();
        assert_eq!(listed.lines().collect::<Vec<_>>(), wanted);
    }
}
