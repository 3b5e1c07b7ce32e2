//! An older backup was restored and the newer database is lost: the hub is halted, its operator restarts the log, and everybody can see what was lost.

mod installed;
mod killed;
mod outside;
mod races;

use reqwest::StatusCode;
use serde_json::Value;
use tiedoksi::domain::id::MessageId;
use tiedoksi::evidence::proof::DeliveryProof;
use tiedoksi::evidence::record::ParsedRecord;
use tiedoksi::evidence::restart::Restart;
use tiedoksi::evidence::verify::{Outcome, Trust, Verdict, verify_proof};
use tiedoksi::hub::ActError;

use crate::backup::Backup;
use crate::harness::{Database, Settings, Site, databases, person};
use crate::sender::{Sender, sender};

const MATTI: &str = "010594Y9032";
const REASON: &str = "Levyrikko 3.3.; palautettu 2.3. varmuuskopio";
const LOG_NAME: &str = "koe.example/log";

/// What was before the disk broke, and the backup.
struct Before {
    site: Site,
    sender: Sender,
    backup: Backup,
    /// Sent and numbered; sent but without a place in the log when the backup was made; sent after it.
    messages: [i64; 3],
    /// The proofs of the first and of the lost one, as their sender has them.
    proofs: [Vec<u8>; 2],
    /// The feed's token before everything, after the first message, and after all.
    tokens: [String; 3],
    /// Leaves in the backup, and of the lost database.
    sizes: [i64; 2],
    trust: Trust,
}

async fn proof(sender: &Sender, message: i64) -> Vec<u8> {
    let answer = sender.get(&format!("/api/v1/messages/{message}/proof")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.bytes().await.unwrap().to_vec()
}

async fn size(site: &Site) -> i64 {
    site.count("SELECT size FROM log").await
}

impl Before {
    async fn begin(database: &Database) -> Self {
        Self::with(database, Settings::default(), async |_| {}).await
    }

    /// `then` is done before the backup is made.
    async fn with(database: &Database, settings: Settings, then: impl AsyncFn(&Site)) -> Self {
        let persons = vec![person(MATTI, "Matti", "Meikäläinen")];
        let site = Site::start(database, persons, settings).await;
        let sender = sender(&site, "0208573-0", false).await;
        let matti = site.citizen(MATTI).await;
        site.hub.activate(&matti).await.unwrap();
        let send = async |external: &str| sender.sent(&sender.message(external, MATTI, "Verifiable")).await;
        let (_, begin) = sender.feed(None).await;
        let first = send("A-1").await;
        site.seal().await;
        then(&site).await;
        let held = size(&site).await;
        let (_, after_first) = sender.feed(Some(&begin)).await;
        let first_proof = proof(&sender, first).await;
        let second = send("A-2").await;
        let backup = Backup::of(&site.database).await;
        site.seal().await;
        let third = send("A-3").await;
        site.seal().await;
        let (_, after_all) = sender.feed(Some(&after_first)).await;
        let proofs = [first_proof, proof(&sender, third).await];
        let (sizes, trust) = ([held, size(&site).await], site.trust());
        Self {
            site,
            sender,
            backup,
            messages: [first, second, third],
            proofs,
            tokens: [begin, after_first, after_all],
            sizes,
            trust,
        }
    }

    /// The hub on the restored backup, and the sender there.
    async fn restored(&self) -> (Site, Sender) {
        let site = self.site.restored(&self.backup).await;
        site.hub.prepare_log().await.unwrap();
        let sender = self.at(&site).await;
        (site, sender)
    }

    async fn at(&self, site: &Site) -> Sender {
        let mut sender = Sender {
            client: self.sender.client.clone(),
            base: site.base.clone(),
            username: self.sender.username.clone(),
            password: self.sender.password.clone(),
            token: self.sender.token.clone(),
            service: self.sender.service.clone(),
        };
        if !site.hub.halted() {
            sender.log_in().await;
        }
        sender
    }
}

/// What a verdict says of restarts.
fn of_restart(verdict: &Verdict) -> Vec<(Outcome, String)> {
    let checks = verdict.checks.iter().filter(|check| check.what == "restart");
    checks.map(|check| (check.outcome, check.detail.clone())).collect()
}

/// Numbers in continuation tokens.
fn number(token: &str) -> i64 {
    token.strip_prefix('i').unwrap().parse().unwrap()
}

fn held(verdict: &Verdict) {
    assert_eq!(verdict.exit_code(), 0, "{verdict}");
}

#[tokio::test]
async fn a_restored_hub_is_halted_until_its_log_is_restarted() {
    for database in databases() {
        let before = Before::begin(&database).await;
        let (site, mut sender) = before.restored().await;
        assert!(site.hub.halted());
        let ready = site.browser().get(site.at("/health/ready")).await;
        assert_eq!(ready.status(), StatusCode::SERVICE_UNAVAILABLE);
        let refused = sender.send(&sender.message("A-4", MATTI, "Normal")).await;
        assert_ne!(refused.status(), StatusCode::OK);

        let done = site.hub.restart_log(REASON).await.unwrap();
        let [held_size, lost_size] = before.sizes;
        assert_eq!(done.origin, "koe.example/log/2");
        assert_eq!(
            done.ended,
            [(LOG_NAME.to_owned(), held_size.unsigned_abs(), lost_size.unsigned_abs())]
        );
        let ready = site.browser().get(site.at("/health/ready")).await;
        assert_eq!(ready.status(), StatusCode::OK);
        sender.log_in().await;
        let fourth = sender.sent(&sender.message("A-4", MATTI, "Normal")).await;
        assert!(fourth > before.messages[2], "no number is given twice: {fourth}");
        site.seal().await;
        // A delivery whose records stand in both logs, and one whose records all stand in the new one.
        let matti = site.citizen(MATTI).await;
        let [first, second, third] = before.messages;
        site.hub
            .confirm(&matti, MessageId::try_from(first).unwrap())
            .await
            .unwrap();
        site.seal().await;
        for message in [first, second, fourth] {
            let verdict = verify_proof(&proof(&sender, message).await, &before.trust);
            held(&verdict);
            let said = of_restart(&verdict);
            assert_eq!(said.len(), 2, "{verdict}");
            assert_eq!(said[0].0, Outcome::Holds);
            assert_eq!(said[1].0, Outcome::Note);
            for word in [
                format!("of the log {LOG_NAME} what was added between size {held_size} and size {lost_size} is lost"),
                "went on as koe.example/log/2 on 2026-03-02T10:00:00Z".to_owned(),
                REASON.to_owned(),
            ] {
                assert!(said[1].1.contains(&word), "{word}: {}", said[1].1);
            }
        }
        let both = DeliveryProof::parse(&proof(&sender, first).await).unwrap();
        let origins: Vec<&str> = both
            .events
            .iter()
            .map(|event| origin(event.tlog_proof.as_deref().unwrap()))
            .collect();
        assert_eq!(origins.first(), Some(&LOG_NAME));
        assert_eq!(origins.last(), Some(&"koe.example/log/2"));
        // What was handed out before still holds, also of the message that the hub does not know any more.
        for proof in &before.proofs {
            held(&verify_proof(proof, &before.trust));
        }
        let gone = sender.get(&format!("/api/v1/messages/{third}/proof")).await;
        assert_eq!(gone.status(), StatusCode::NOT_FOUND);
        // A person's choices: records that belong to no delivery.
        held(&verify_proof(
            &site.hub.history_proof(&matti).await.unwrap(),
            &before.trust,
        ));
    }
}

fn origin(tlog_proof: &str) -> &str {
    tlog_proof.split_once("\n\n").unwrap().1.lines().next().unwrap()
}

#[tokio::test]
async fn the_feed_goes_on_and_tells_again_what_the_backup_held_without_a_place() {
    for database in databases() {
        let before = Before::begin(&database).await;
        let (site, mut sender) = before.restored().await;
        site.hub.restart_log(REASON).await.unwrap();
        sender.log_in().await;
        let fourth = sender.sent(&sender.message("A-4", MATTI, "Normal")).await;
        site.seal().await;
        let ids = |events: &[Value]| -> Vec<i64> {
            let id = |event: &Value| event["metadata"]["messageId"].as_i64().unwrap();
            events.iter().map(id).collect()
        };
        let [first, second, _] = before.messages;
        let [begin, after_first, after_all] = &before.tokens;
        // Who read everything that there was before the loss.
        let (events, token) = sender.feed(Some(after_all)).await;
        assert_eq!(ids(&events), [second, fourth]);
        assert!(number(&token) > number(after_all));
        assert_eq!(sender.feed(Some(&token)).await, (Vec::new(), token.clone()));
        let (events, again) = sender.feed(Some(after_first)).await;
        assert_eq!((ids(&events), again), (vec![second, fourth], token.clone()));
        let (events, _) = sender.feed(Some(begin)).await;
        assert_eq!(ids(&events), [first, second, fourth]);
        let fifth = sender.sent(&sender.message("A-5", MATTI, "Normal")).await;
        site.seal().await;
        let (events, last) = sender.feed(Some(&token)).await;
        assert_eq!(ids(&events), [fifth]);
        assert!(number(&last) > number(&token));
    }
}

#[tokio::test]
async fn the_log_that_ended_is_served_as_far_as_it_is_held() {
    for database in databases() {
        let before = Before::begin(&database).await;
        let get = async |site: &Site, path: &str| {
            let answer = site.browser().get(site.at(path)).await;
            (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
        };
        let last = get(&before.site, "/log/checkpoint").await;
        let [held, all] = before.sizes;
        let (leaves, entries) = (format!("tile/0/000.p/{held}"), format!("tile/entries/000.p/{held}"));
        let tiles = [
            get(&before.site, &format!("/log/{leaves}")).await,
            get(&before.site, &format!("/log/{entries}")).await,
        ];
        let (site, _) = before.restored().await;
        assert_eq!(get(&site, "/log/ended/1/checkpoint").await.0, 404);
        let key = get(&site, "/log/log.vkey").await;
        let newest = get(&site, "/log/checkpoint/newest").await;
        site.hub.restart_log(REASON).await.unwrap();
        assert_eq!(get(&site, "/log/ended/1/checkpoint").await, last);
        assert_eq!(get(&site, "/log/ended/1/checkpoint/held").await, newest);
        assert_eq!(get(&site, &format!("/log/ended/1/{leaves}")).await, tiles[0]);
        assert_eq!(get(&site, &format!("/log/ended/1/{entries}")).await, tiles[1]);
        for absent in [
            &format!("1/tile/0/000.p/{all}"),
            "2/checkpoint",
            "0/checkpoint",
            "x/checkpoint",
            "2/checkpoint/held",
            "2/tile/0/000.p/1",
            "1/tile/x",
        ] {
            assert_eq!(get(&site, &format!("/log/ended/{absent}")).await.0, 404, "{absent}");
        }
        // The new log: its first leaf, and the key under both names, the newest first.
        let checkpoint = String::from_utf8(get(&site, "/log/checkpoint").await.1).unwrap();
        assert!(checkpoint.starts_with("koe.example/log/2\n1\n"), "{checkpoint}");
        assert_eq!(get(&site, "/log/tile/0/000.p/1").await.0, 200);
        assert_eq!(get(&site, "/log/tile/0/000.p/2").await.0, 404);
        let keys = String::from_utf8(get(&site, "/log/log.vkey").await.1).unwrap();
        let keys: Vec<&str> = keys.lines().collect();
        assert_eq!(keys.len(), 2);
        assert!(keys[0].starts_with("koe.example/log/2+"));
        assert_eq!(key.1, format!("{}\n", keys[1]).into_bytes());
    }
}

#[tokio::test]
async fn who_needs_no_restart_is_refused_with_advice_and_nothing_changes() {
    for database in databases() {
        let before = Before::begin(&database).await;
        let site = &before.site;
        let state = async |site: &Site| {
            let events = site.count("SELECT count(*) FROM event").await;
            let ended = site.count("SELECT count(*) FROM log_ended").await;
            (
                events,
                ended,
                site.text("SELECT checkpoint FROM log").await,
                site.count("SELECT number FROM log").await,
            )
        };
        let was = state(site).await;
        let refusal = site.hub.restart_log(REASON).await.unwrap_err();
        assert!(matches!(refusal, ActError::Contradiction(_)) && refusal.to_string().contains("needs no restart"));
        assert_eq!(state(site).await, was);
        let (restored, _) = before.restored().await;
        let was = state(&restored).await;
        let long = "x".repeat(501);
        for reason in ["", "  ", "two\nlines", "bell\u{7}", &long] {
            let refusal = restored.hub.restart_log(reason).await.unwrap_err();
            assert!(matches!(&refusal, ActError::Invalid(_)), "{reason:?}: {refusal}");
        }
        assert_eq!(state(&restored).await, was);
        assert!(restored.hub.halted());
        restored.hub.restart_log(REASON).await.unwrap();
        let refusal = restored.hub.restart_log(REASON).await.unwrap_err();
        assert!(refusal.to_string().contains("needs no restart"), "{refusal}");
    }
}

#[tokio::test]
async fn a_proof_whose_restart_was_meddled_with_is_refused() {
    let before = Before::begin(&Database::Sqlite).await;
    let (site, mut sender) = before.restored().await;
    site.hub.restart_log(REASON).await.unwrap();
    sender.log_in().await;
    let fourth = sender.sent(&sender.message("A-4", MATTI, "Normal")).await;
    site.seal().await;
    let whole = DeliveryProof::parse(&proof(&sender, fourth).await).unwrap();
    let judge = |proof: &DeliveryProof| verify_proof(&proof.to_bytes().unwrap(), &before.trust);
    held(&judge(&whole));
    let record = ParsedRecord::parse(whole.restarts[0].event.as_ref().unwrap()).unwrap();
    assert_eq!(Restart::read(&record).unwrap().reason, REASON);
    let change = |change: &dyn Fn(&mut DeliveryProof)| {
        let mut proof = whole.clone();
        change(&mut proof);
        let verdict = judge(&proof);
        assert_eq!(verdict.exit_code(), 1, "{verdict}");
    };
    change(&|proof| proof.restarts.clear());
    change(&|proof| proof.restarts[0].seal = None);
    change(&|proof| proof.restarts[0].tlog_proof = None);
    change(&|proof| proof.restarts.push(proof.restarts[0].clone()));
    // Another record of the new log in the place of the restart.
    change(&|proof| proof.restarts[0] = proof.events[0].clone());
    // Another reason, and less that was lost.
    for (from, to) in [("Levyrikko", "Levynikko"), ("LEAVES_HELD", "LEAVES_GONE")] {
        change(&|proof| {
            let event = proof.restarts[0].event.as_mut().unwrap();
            *event = String::from_utf8(event.clone()).unwrap().replace(from, to).into_bytes();
        });
    }
    // Another hub's restart.
    let other = Before::begin(&Database::Sqlite).await;
    let (theirs, mut their_sender) = other.restored().await;
    theirs.hub.restart_log(REASON).await.unwrap();
    their_sender.log_in().await;
    let message = their_sender.sent(&their_sender.message("A-4", MATTI, "Normal")).await;
    theirs.seal().await;
    let their_proof = DeliveryProof::parse(&proof(&their_sender, message).await).unwrap();
    change(&|proof| proof.restarts.clone_from(&their_proof.restarts));
    assert_eq!(
        verify_proof(&their_proof.to_bytes().unwrap(), &before.trust).exit_code(),
        1
    );
    // Without keys of the reader's own it is as true as its keys.
    assert_eq!(verify_proof(&whole.to_bytes().unwrap(), &Trust::none()).exit_code(), 3);
}
