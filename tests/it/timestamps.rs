//! Time stamps over checkpoints: what is asked, what is kept, what a proof shows of it, and what the authority's failures do.

mod installed;
mod replies;

use jiff::SignedDuration;
use serde_json::Value;
use tiedoksi::domain::principal::Citizen;
use tiedoksi::domain::time::{Clock as _, SystemClock};
use tiedoksi::evidence::proof::{DeliveryProof, ProofFile};
use tiedoksi::evidence::seal::{SealPublic, verify_seal};
use tiedoksi::evidence::verify::{Outcome, Trust, Verdict, verify_proof};

use crate::faketime::TEN_YEARS_ON;
use crate::harness::{Database, Settings, Site, databases, person, until};
use crate::sender::{Sender, sender};
use crate::tsa::{Authority, Kind, Manner, NAME, Server, openssl_verifies};

const MATTI: &str = "010594Y9032";
const MINUTE: SignedDuration = SignedDuration::from_secs(61);

const STAMPS: &str = "SELECT count(*) FROM log_timestamp";
const OUTAGES: &str = "SELECT count(*) FROM log_timestamp_outage";
const OPEN_OUTAGES: &str = "SELECT count(*) FROM log_timestamp_outage WHERE ended_at IS NULL";
const STAMP_EVENTS: &str = "SELECT count(*) FROM event WHERE kind = 'timestamp'";
const FAILURE_EVENTS: &str = "SELECT count(*) FROM event WHERE kind = 'timestamp-failed'";

/// A hub whose log is stamped, with somebody to send and somebody to send to.
async fn begin(database: &Database) -> (Site, Server, Sender, Citizen) {
    let server = Server::start(Authority::new(Kind::P256)).await;
    let settings = Settings {
        tsa: Some(server.tsa()),
        ..Settings::default()
    };
    let site = Site::start(database, vec![person(MATTI, "Matti", "Meikäläinen")], settings).await;
    let sender = sender(&site, "0208573-0", false).await;
    let matti = site.citizen(MATTI).await;
    site.hub.activate(&matti).await.unwrap();
    (site, server, sender, matti)
}

/// A minute later: what is committed is sealed, and a stamp is asked for when one is due.
async fn a_minute_later(site: &Site) -> bool {
    site.advance(MINUTE);
    site.seal().await;
    let stamped = site.hub.stamp().await.unwrap();
    site.seal().await;
    stamped
}

/// The keys of the hub, and the certificates of its authority.
fn trust(site: &Site, server: &Server) -> Trust {
    Trust {
        authorities: server.authority.authorities(),
        ..site.trust()
    }
}

/// What the verdict says of times.
fn of_time(verdict: &Verdict) -> Vec<(Outcome, String)> {
    let checks = verdict.checks.iter().filter(|check| check.what == "time");
    checks.map(|check| (check.outcome, check.detail.clone())).collect()
}

#[tokio::test]
async fn the_log_is_stamped_once_a_minute_while_something_happens_and_no_longer() {
    for database in databases() {
        let (site, server, sender, _) = begin(&database).await;
        site.seal().await;
        let size = site.count("SELECT size FROM log").await;
        assert!(site.hub.stamp().await.unwrap());
        assert_eq!(server.authorization(), None);
        // At once again: it is too soon, whatever happened meanwhile.
        sender.sent(&sender.message("A-1", MATTI, "Normal")).await;
        site.seal().await;
        assert!(!site.hub.stamp().await.unwrap());
        assert_eq!(site.count("SELECT max(size) FROM log_timestamp").await, size);
        assert!(a_minute_later(&site).await);
        // The tallies of the first minute are news too; after them nothing is.
        site.hub.tally().await.unwrap();
        assert!(a_minute_later(&site).await);
        let (asked, leaves) = (server.asked(), site.count("SELECT size FROM log").await);
        for _ in 0..5 {
            assert!(!a_minute_later(&site).await);
            assert_eq!(site.hub.tally().await.unwrap(), 0);
        }
        assert_eq!(
            (server.asked(), site.count("SELECT size FROM log").await),
            (asked, leaves)
        );
        assert_eq!([site.count(STAMPS).await, site.count(STAMP_EVENTS).await], [3, 3]);
        sender.sent(&sender.message("A-2", MATTI, "Normal")).await;
        assert!(a_minute_later(&site).await);
    }
}

#[tokio::test]
async fn only_the_process_that_seals_asks() {
    for database in databases() {
        let (site, server, _, _) = begin(&database).await;
        let other = site.another_hub().await;
        site.seal().await;
        assert!(!other.stamp().await.unwrap());
        assert_eq!(server.asked(), 0);
        // The lease runs out; the other takes it.
        site.advance(MINUTE);
        other.prepare_log().await.unwrap();
        assert!(other.lease_log().await.unwrap().is_some());
        assert!(!site.hub.stamp().await.unwrap());
        assert!(other.stamp().await.unwrap());
        assert_eq!((server.asked(), site.count(STAMPS).await), (1, 1));
    }
}

#[tokio::test]
async fn who_loses_the_lease_or_its_life_while_the_authority_answers_loses_that_stamp_alone() {
    for database in databases() {
        let (site, server, _, _) = begin(&database).await;
        site.seal().await;
        server.hold();
        let hub = std::sync::Arc::clone(&site.hub);
        let stamping = tokio::spawn(async move { hub.stamp().await });
        until(|| server.asked() == 1).await;
        stamping.abort();
        assert!(stamping.await.unwrap_err().is_cancelled());
        server.release();
        assert_eq!([site.count(STAMPS).await, site.count(STAMP_EVENTS).await], [0, 0]);
        assert!(a_minute_later(&site).await);
        assert_eq!([site.count(STAMPS).await, site.count(STAMP_EVENTS).await], [1, 1]);

        // The answer comes to a process that seals no longer.
        site.execute("DELETE FROM log_timestamp").await;
        site.advance(MINUTE);
        site.seal().await;
        server.hold();
        let hub = std::sync::Arc::clone(&site.hub);
        let stamping = tokio::spawn(async move { hub.stamp().await });
        until(|| server.asked() == 3).await;
        let other = site.another_hub().await;
        site.hub.release_log().await.unwrap();
        other.lease_log().await.unwrap().unwrap();
        server.release();
        assert!(!stamping.await.unwrap().unwrap());
        assert_eq!(site.count(STAMPS).await, 0);
        assert!(other.stamp().await.unwrap());
    }
}

#[tokio::test]
async fn an_authority_that_fails_stops_nothing_and_is_one_event_for_each_outage() {
    for database in databases() {
        let (site, server, sender, _) = begin(&database).await;
        let refused = axum::http::StatusCode::SERVICE_UNAVAILABLE;
        server.answers(Manner::Status(refused));
        for minutes in 1..4 {
            assert!(!a_minute_later(&site).await);
            assert_eq!(server.asked(), minutes, "once a minute");
            assert!(!site.hub.stamp().await.unwrap());
            assert_eq!(server.asked(), minutes, "and no oftener");
            sender
                .sent(&sender.message(&format!("A-{minutes}"), MATTI, "Normal"))
                .await;
        }
        assert!(site.hub.readiness().await.ready);
        let counts = [OUTAGES, OPEN_OUTAGES, FAILURE_EVENTS, STAMP_EVENTS];
        let mut found = Vec::new();
        for query in counts {
            found.push(site.count(query).await);
        }
        assert_eq!(found, [1, 1, 1, 0]);
        assert_eq!(
            site.count("SELECT count(*) FROM log_timestamp_outage WHERE reason = 'refused'")
                .await,
            1
        );

        // It gives stamps again: the one over the log now covers all that came meanwhile.
        server.answers(Manner::Stamps);
        assert!(a_minute_later(&site).await);
        assert_eq!([site.count(OPEN_OUTAGES).await, site.count(STAMPS).await], [0, 1]);
        assert!(!a_minute_later(&site).await);

        // The next outage is another, whatever its kind.
        server.answers(Manner::Says(b"aika on kultaa".to_vec()));
        sender.sent(&sender.message("B-1", MATTI, "Normal")).await;
        assert!(!a_minute_later(&site).await);
        server.answers(Manner::Says(vec![0x30; 70_000]));
        assert!(!a_minute_later(&site).await);
        let invalid = "SELECT count(*) FROM log_timestamp_outage WHERE reason = 'invalid'";
        assert_eq!([site.count(OUTAGES).await, site.count(invalid).await], [2, 1]);
    }
}

#[tokio::test]
async fn a_stamp_that_does_not_hold_is_not_kept() {
    let server = Server::start(Authority::new(Kind::P256)).await;
    server.authority.certify("expired", "tsa", Some("2020-01-01 12:00:00"));
    server.answers(Manner::By("expired"));
    let other = Authority::new(Kind::P256);
    let mut of_other = server.options();
    of_other.authorities = other.authorities();
    let mut wants_other_policy = server.options();
    wants_other_policy.policy = Some("1.2.3.4.9".parse().unwrap());
    let mut logs_in = server.options();
    logs_in.login = Some(("hub".into(), "salaisuus".into()));
    let mut gone = server.options();
    gone.url = "http://127.0.0.1:1/".parse().unwrap();
    let word = async |options| {
        let tsa = tiedoksi::tsa::Tsa::new(options).unwrap();
        let stamped = tsa.stamp(b"data", &ring::rand::SystemRandom::new()).await;
        stamped.map(|it| it.stamp.authority).map_err(|error| error.word())
    };
    assert_eq!(word(server.options()).await, Err("invalid"));
    server.answers(Manner::Stamps);
    assert_eq!(word(of_other).await, Err("invalid"));
    assert_eq!(word(wants_other_policy).await, Err("refused"));
    assert_eq!(word(gone).await, Err("unreachable"));
    assert!(!format!("{logs_in:?}").contains("salaisuus"));
    assert_eq!(word(logs_in).await, Ok(NAME.to_owned()));
    assert_eq!(server.authorization().unwrap(), "Basic aHViOnNhbGFpc3V1cw==");
}

#[tokio::test]
async fn a_proof_shows_by_when_each_event_was_in_the_log() {
    for database in databases() {
        let (site, server, sender, matti) = begin(&database).await;
        let id = sender.sent(&sender.message("A-1", MATTI, "Verifiable")).await;
        let id = id.to_string().parse().unwrap();
        assert!(a_minute_later(&site).await);
        let stamped = site.count("SELECT size FROM log_timestamp").await;
        let second = SystemClock.now().as_second();
        // More than a tile of other things, and then the rest of the delivery, under another stamp.
        for number in 0..140 {
            sender
                .sent(&sender.message(&format!("B-{number}"), MATTI, "Normal"))
                .await;
        }
        site.hub.confirm(&matti, id).await.unwrap();
        // The authority goes by the real clock, and its stamps state whole seconds.
        while SystemClock.now().as_second() == second {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert!(a_minute_later(&site).await);
        let bytes = site.hub.proof_as_citizen(&matti, id).await.unwrap();
        let proof = DeliveryProof::parse(&bytes).unwrap();
        assert_eq!(proof.timestamps.len(), 2);
        let checkpoint = &proof.timestamps[0].checkpoint;
        assert_eq!(checkpoint.lines().nth(1).unwrap(), stamped.to_string());

        let verdict = verify_proof(&bytes, &trust(&site, &server));
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        let times = of_time(&verdict);
        assert_eq!(times.len(), 2, "{times:?}");
        assert!(
            times[0].1.starts_with("events 1 to 2: in the log no later than 20"),
            "{times:?}"
        );
        assert!(
            times[0]
                .1
                .ends_with(&format!("says the time-stamping authority {NAME}"))
        );
        assert!(
            verdict
                .cannot_know
                .iter()
                .any(|line| line.contains("How long before its time stamp"))
        );

        // A stranger with openssl alone, now and ten years later.
        for timestamp in &proof.timestamps {
            let ca = server.authority.path("ca.pem");
            let (ca, data) = (std::path::Path::new(&ca), timestamp.checkpoint.as_bytes());
            assert!(openssl_verifies(ca, data, &timestamp.reply, None, None));
            let now = SystemClock.now().as_second().to_string();
            assert!(openssl_verifies(
                ca,
                data,
                &timestamp.reply,
                Some(&now),
                Some(TEN_YEARS_ON)
            ));
            assert!(!openssl_verifies(
                ca,
                b"another checkpoint",
                &timestamp.reply,
                None,
                None
            ));
        }

        // The reader gave no certificate of an authority: consistent, and said to be no more.
        let verdict = verify_proof(&bytes, &site.trust());
        assert_eq!(verdict.exit_code(), 3, "{verdict}");
        assert!(
            of_time(&verdict)
                .iter()
                .all(|(outcome, text)| *outcome == Outcome::KeysFromFile && text.contains("only known from this file"))
        );
        assert!(
            verdict
                .cannot_know
                .iter()
                .any(|line| line.contains("bounded only by the order of the log"))
        );
        // Another authority's certificate: none of the stamps holds.
        let others = Trust {
            authorities: Authority::new(Kind::P256).authorities(),
            ..site.trust()
        };
        let verdict = verify_proof(&bytes, &others);
        assert_eq!(verdict.exit_code(), 1);
        assert_eq!(of_time(&verdict).len(), 2);
        tampered_with(&proof, &trust(&site, &server));
    }
}

/// Changes to the stamps of a proof, each refused.
fn tampered_with(proof: &DeliveryProof, trust: &Trust) {
    let refused = |what: &str, change: &dyn Fn(&mut DeliveryProof)| {
        let mut changed = proof.clone();
        change(&mut changed);
        let verdict = verify_proof(&changed.to_bytes().unwrap(), trust);
        assert_eq!(verdict.exit_code(), 1, "{what}: {verdict}");
        assert!(
            of_time(&verdict).iter().all(|(outcome, _)| *outcome == Outcome::Fails),
            "{what}: {verdict}"
        );
    };
    refused("the replies swapped", &|proof| {
        let reply = std::mem::take(&mut proof.timestamps[0].reply);
        proof.timestamps[0].reply = std::mem::replace(&mut proof.timestamps[1].reply, reply);
    });
    refused("a stamp left out", &|proof| drop(proof.timestamps.remove(0)));
    refused("a stamp twice", &|proof| {
        proof.timestamps.push(proof.timestamps[0].clone())
    });
    refused("a stamp that no event needs", &|proof| {
        for event in &mut proof.events {
            let first = event
                .stamped_proof
                .as_ref()
                .unwrap()
                .contains(&proof.timestamps[0].checkpoint);
            if first {
                event.stamped_proof = None;
            }
        }
    });
    refused("another event's place", &|proof| {
        proof.events[0].stamped_proof = proof.events[1].stamped_proof.clone();
    });
    refused("a checkpoint of one's own", &|proof| {
        let place = proof.events[0].stamped_proof.clone().unwrap();
        proof.events[0].stamped_proof = Some(place.replace("koe.example/log\n", "koe.example/l0g\n"));
    });
    refused("one bit of a reply", &|proof| {
        let reply = &mut proof.timestamps[0].reply;
        let at = reply.len() / 2;
        reply[at] ^= 1;
    });
    // Without stamps the file is what it was before there were any.
    let mut without = proof.clone();
    without.timestamps.clear();
    without.events.iter_mut().for_each(|event| event.stamped_proof = None);
    let verdict = verify_proof(&without.to_bytes().unwrap(), trust);
    assert_eq!(verdict.exit_code(), 0, "{verdict}");
    assert_eq!(
        of_time(&verdict),
        [(Outcome::Note, "the file holds no time stamp".to_owned())]
    );
    // Of one event left out, the report says so.
    let mut some = proof.clone();
    some.events[0].stamped_proof = None;
    let verdict = verify_proof(&some.to_bytes().unwrap(), trust);
    assert_eq!(verdict.exit_code(), 0, "{verdict}");
    assert!(of_time(&verdict).contains(&(
        Outcome::Note,
        "event 1: no time stamp in this file covers it".to_owned()
    )));
}

#[tokio::test]
async fn a_hub_whose_clock_is_ahead_is_told_of() {
    let (site, server, mut sender, matti) = begin(&Database::Sqlite).await;
    // The authority's clock is this machine's.
    site.advance(SystemClock.now().duration_since(site.clock.now()) + SignedDuration::from_hours(1));
    sender.log_in().await;
    let id = sender.sent(&sender.message("A-1", MATTI, "Normal")).await;
    assert!(a_minute_later(&site).await);
    let proof = site
        .hub
        .proof_as_citizen(&matti, id.to_string().parse().unwrap())
        .await
        .unwrap();
    let verdict = verify_proof(&proof, &trust(&site, &server));
    assert_eq!(verdict.exit_code(), 0, "{verdict}");
    let (outcome, told) = of_time(&verdict).pop().unwrap();
    assert_eq!(outcome, Outcome::Note);
    assert!(
        told.starts_with("events 1 to 2: the hub's clock was ahead of the authority's"),
        "{told}"
    );
}

#[tokio::test]
async fn the_token_is_a_leaf_and_records_are_stamped_too() {
    for database in databases() {
        let (site, server, _, matti) = begin(&database).await;
        assert!(a_minute_later(&site).await);
        let bytes = site.hub.history_proof(&matti).await.unwrap();
        let ProofFile::Records(proof) = ProofFile::parse(&bytes).unwrap() else {
            panic!("a proof of records");
        };
        assert_eq!(proof.timestamps.len(), 1);
        let verdict = verify_proof(&bytes, &trust(&site, &server));
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        assert_eq!(of_time(&verdict).len(), 1);

        // The record beside the stamp is sealed by the hub, names the reply by its SHA-256, and is what stands in the log.
        let jws = site.text("SELECT record_jws FROM log_timestamp").await;
        let keys = SealPublic::from_pem_chain(site.hub.seal_chain()).unwrap();
        let (event, _) = verify_seal(&jws, &keys).unwrap();
        let entry = ring::digest::digest(&ring::digest::SHA256, &event);
        let size = site.count("SELECT size FROM log").await;
        let path = format!("tile/entries/000.p/{size}").parse().unwrap();
        assert!(site.hub.tile(path).await.unwrap().ends_with(entry.as_ref()));
        let event: Value = serde_json::from_slice(&event).unwrap();
        assert_eq!(event["type"], "urn:tiedoksi:event:timestamp");
        let reply = ring::digest::digest(&ring::digest::SHA256, &proof.timestamps[0].reply);
        assert_eq!(event["content"]["parts"][0]["sha256"], hex::encode(reply));
    }
}
