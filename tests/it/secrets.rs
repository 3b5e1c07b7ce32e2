//! Passwords of systems and from where they may be used: what proving one costs, how guessing is slowed down, changing, ending, networks.
//!
//! Time is the hubs' own clock throughout, which stands still until a test moves it; two hubs on one database share it, as two machines
//! share the time of day. So "within five seconds" means: five seconds later by that clock, at the latest.

use std::net::IpAddr;

use jiff::SignedDuration;
use reqwest::Response;
use serde_json::{Value, json};
use tiedoksi::hub::{ActError, Hub};

use crate::harness::{Database, HERE, Settings, Site, databases};
use crate::sender::{Sender, sender};
use crate::wire::{Answer, Lines};

const NEW: &str = "Uusi-salasana-1234567890-abcdefgh";
/// The harness's `limits.password_interval_hours`.
const INTERVAL: SignedDuration = SignedDuration::from_hours(24);

/// A site behind a proxy that is believed: the tests' own requests come from it.
async fn begin(database: &Database) -> (Site, Sender) {
    let settings = Settings {
        trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
        ..Settings::default()
    };
    let site = Site::start(database, Vec::new(), settings).await;
    let sender = sender(&site, "0208573-0", false).await;
    (site, sender)
}

/// A request that the proxy forwards for a client at `from`.
async fn from(sender: &Sender, from: &str, path: &str, body: &Value) -> Answer {
    let request = sender.client.post(sender.at(path)).header("X-Forwarded-For", from);
    Answer::of(request.json(body).send().await.unwrap()).await
}

async fn log_in_from(sender: &Sender, address: &str, username: &str, password: &str) -> Answer {
    let body = json!({ "username": username, "password": password });
    from(sender, address, "/v1/token", &body).await
}

async fn log_in(sender: &Sender, password: &str) -> Answer {
    log_in_from(sender, "127.0.0.1", &sender.username, password).await
}

async fn change(sender: &Sender, token: &str, current: &str, new: &str) -> Answer {
    let body = json!({ "accessToken": token, "currentPassword": current, "newPassword": new });
    from(sender, "127.0.0.1", "/v1/change-password", &body).await
}

fn token_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

async fn holds(hub: &Hub, token: &str) -> bool {
    match hub.sender(token, HERE).await {
        Ok(_) => true,
        Err(ActError::NotLoggedIn) => false,
        Err(error) => panic!("{error}"),
    }
}

fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

#[tokio::test]
async fn a_secret_proved_within_the_minute_costs_no_hash() {
    for database in databases() {
        let (site, sender) = begin(&database).await;
        let other = site.another_hub().await;
        // The harness's own first log-in paid for the first minute, and its registration for making the secret.
        let paid = site.hub.password_hashes();
        assert_eq!(paid, 2);
        for _ in 0..5 {
            token_of(&log_in(&sender, &sender.password).await);
            site.advance(seconds(59));
        }
        assert_eq!(site.hub.password_hashes(), paid);
        site.advance(seconds(1));
        token_of(&log_in(&sender, &sender.password).await);
        assert_eq!(site.hub.password_hashes(), paid + 1, "a whole minute without use");
        // Each process asks for itself, and of many at once the two who began pay for all.
        let many = (0..40).map(|_| other.issue_token(&sender.username, &sender.password, HERE));
        let given = futures::future::join_all(many).await;
        assert!(given.iter().all(Result::is_ok));
        assert!(
            (1..=2).contains(&other.password_hashes()),
            "{}",
            other.password_hashes()
        );
        // A wrong one always costs, and so does a name that is not there: the time tells nothing.
        for (username, password) in [
            (sender.username.as_str(), "wrong"),
            ("nobody", "wrong"),
            ("nobody", "wrong"),
        ] {
            let before = site.hub.password_hashes();
            assert!(site.hub.issue_token(username, password, HERE).await.is_err());
            assert_eq!(site.hub.password_hashes(), before + 1);
        }
        // What was proved a moment ago is not prolonged by that: revoked elsewhere, it ends at once in both.
        let (id, second) = other.add_secret(&sender.username, None).await.unwrap();
        for hub in [&site.hub, &other] {
            hub.issue_token(&sender.username, &second, HERE).await.unwrap();
        }
        other.revoke_secret(id).await.unwrap();
        for hub in [&site.hub, &other] {
            let refused = hub.issue_token(&sender.username, &second, HERE).await;
            assert!(matches!(refused, Err(ActError::NotLoggedIn)));
        }
        // Nor is one whose end has come.
        let end = site.hub.now() + seconds(30);
        let (_, third) = other.add_secret(&sender.username, Some(end)).await.unwrap();
        let token = token_of(&log_in(&sender, &third).await);
        site.advance(SignedDuration::from_micros(29_999_999));
        token_of(&log_in(&sender, &third).await);
        assert!(holds(&other, &token).await);
        site.advance(SignedDuration::from_micros(1));
        log_in(&sender, &third).await.refused(400, "ended");
        site.advance(seconds(5));
        assert!(!holds(&site.hub, &token).await && !holds(&other, &token).await);
        // A system without any secret left costs as much.
        let before = site.hub.password_hashes();
        let listed = site.hub.list_secrets(&sender.username).await.unwrap();
        for secret in listed.into_iter().filter(|secret| secret.active) {
            site.hub.revoke_secret(secret.name.parse().unwrap()).await.unwrap();
        }
        log_in(&sender, &sender.password).await.refused(400, "no secret left");
        assert_eq!(site.hub.password_hashes(), before + 1);
    }
}

#[tokio::test]
async fn a_change_holds_at_once_here_and_in_seconds_elsewhere() {
    for database in databases() {
        let (site, sender) = begin(&database).await;
        let other = site.another_hub().await;
        let tokens = [
            sender.token.clone(),
            other
                .issue_token(&sender.username, &sender.password, HERE)
                .await
                .unwrap()
                .token,
        ];
        for hub in [&site.hub, &other] {
            for token in &tokens {
                assert!(holds(hub, token).await);
            }
        }
        // What the operator issued may be changed at once.
        assert_eq!(
            change(&sender, &sender.token, &sender.password, NEW).await.json(),
            json!({})
        );
        for token in &tokens {
            assert!(!holds(&site.hub, token).await, "here it is dead with the answer");
        }
        // The old password is dead at once in both, though the other proved it a moment ago; the new one works at once in both.
        for hub in [&site.hub, &other] {
            assert!(hub.issue_token(&sender.username, &sender.password, HERE).await.is_err());
            let fresh = hub.issue_token(&sender.username, NEW, HERE).await.unwrap();
            assert!(holds(&site.hub, &fresh.token).await && holds(&other, &fresh.token).await);
        }
        // The other process may know the old tokens for a moment longer, never for five seconds.
        site.advance(seconds(5));
        for token in &tokens {
            assert!(!holds(&other, token).await);
        }
        // The second change waits for the interval, to the second.
        let newer = format!("{NEW}2");
        site.advance(INTERVAL - seconds(6));
        let token = token_of(&log_in(&sender, NEW).await);
        let early = change(&sender, &token, NEW, &newer).await;
        assert!(early.refused(400, "too soon").contains("2026-03-03T10:00:00Z"));
        assert_eq!(early.violations("violations"), [(String::new(), "too-soon".to_owned())]);
        assert_eq!(log_in(&sender, NEW).await.status, 200, "the refusal changed nothing");
        site.advance(seconds(1));
        assert_eq!(change(&sender, &token, NEW, &newer).await.status, 200);
        log_in(&sender, NEW).await.refused(400, "replaced");
        // A dead token changes nothing, and a pending password that was never accepted locks nothing.
        change(&sender, &token, &newer, NEW).await.refused(400, "a dead token");
        for _ in 0..5 {
            log_in(&sender, NEW).await.refused(400, "pending");
        }
        token_of(&log_in(&sender, &newer).await);
    }
}

#[tokio::test]
async fn of_two_changes_at_once_one_wins() {
    for database in databases() {
        let (site, sender) = begin(&database).await;
        let other = site.another_hub().await;
        let new: Vec<_> = (0..6).map(|number| format!("{NEW}{number}")).collect();
        let changes = new.iter().enumerate().map(|(number, new)| {
            let hub = if number % 2 == 0 { &site.hub } else { &other };
            hub.change_password(&sender.token, &sender.password, new, HERE)
        });
        let results = futures::future::join_all(changes).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        for (new, result) in new.iter().zip(&results) {
            assert_eq!(log_in(&sender, new).await.status == 200, result.is_ok());
        }
    }
}

#[tokio::test]
async fn a_new_password_is_told_every_rule_it_breaks() {
    for database in databases() {
        let (site, sender) = begin(&database).await;
        let filler = "a".repeat(28);
        let cases = [
            (
                "",
                vec!["too-short", "no-lower-case", "no-upper-case", "no-number", "no-symbol"],
            ),
            (&*format!("aB3${}", &filler[1..]), vec!["too-short"]),
            (&*format!("ab3${filler}"), vec!["no-upper-case"]),
            (&*format!("aB3${filler}").to_uppercase(), vec!["no-lower-case"]),
            (&*format!("aBc${filler}"), vec!["no-number"]),
            (&*format!("aB3c{filler}"), vec!["no-symbol"]),
            (&*format!("aB3${}", "a".repeat(1_021)), vec!["too-long"]),
            (sender.password.as_str(), vec!["unchanged"]),
        ];
        for (new, codes) in cases {
            let answer = change(&sender, &sender.token, &sender.password, new).await;
            answer.refused(400, new);
            let expected: Vec<_> = codes
                .iter()
                .map(|code| ("/newPassword".to_owned(), (*code).to_owned()))
                .collect();
            assert_eq!(answer.violations("violations"), expected, "{new}");
        }
        // A wrong password is told nothing of the rule.
        let wrong = change(&sender, &sender.token, "wrong", "short").await;
        assert!(!wrong.refused(400, "wrong").contains("32"));
        // Exactly 32 characters, and the backslash that the contract advises against: it arrives whole.
        let advised_against = format!("aB3\\{filler}");
        assert_eq!(advised_against.chars().count(), 32);
        assert_eq!(
            change(&sender, &sender.token, &sender.password, &advised_against)
                .await
                .status,
            200
        );
        token_of(&log_in(&sender, &advised_against).await);
        drop(site);
    }
}

#[tokio::test]
async fn wrong_passwords_slow_their_source_down_and_lock_nobody_out() {
    let lines = Lines::capture();
    for database in databases() {
        let (site, sender) = begin(&database).await;
        let (_, second) = site.hub.add_secret(&sender.username, None).await.unwrap();
        let (bad, good) = ("192.0.2.7", "198.51.100.1");
        token_of(&log_in_from(&sender, bad, &sender.username, &sender.password).await);
        // Ten are free, whatever they name; a client that puts an address of its own in front stays who it is.
        for number in 0..10 {
            let username = if number % 2 == 0 { &sender.username } else { "nobody" };
            let address = format!("203.0.113.{number}, {bad}");
            log_in_from(&sender, &address, username, "wrong")
                .await
                .refused(400, "free");
        }
        let hashes = site.hub.password_hashes();
        for (username, password) in [
            (sender.username.as_str(), "wrong"),
            ("nobody", "x"),
            (&sender.username, &second),
        ] {
            let slow = log_in_from(&sender, bad, username, password).await;
            assert!(slow.refused(429, "slowed down").contains("1 seconds"));
            assert_eq!(slow.headers["retry-after"], "1");
        }
        let body = json!({ "accessToken": sender.token, "currentPassword": sender.password, "newPassword": NEW });
        let slow = from(&sender, bad, "/v1/change-password", &body).await;
        slow.refused(429, "the other door to the same hashes");
        // Who proved the secret within the minute passes; so does a token.
        token_of(&log_in_from(&sender, bad, &sender.username, &sender.password).await);
        assert_eq!(site.hub.password_hashes(), hashes, "none of this cost a hash");
        let events = sender
            .client
            .get(sender.at("/v2/events"))
            .header("X-Forwarded-For", bad);
        assert_eq!(
            events
                .header("Authorization", &sender.token)
                .send()
                .await
                .unwrap()
                .status(),
            200
        );
        // Nobody elsewhere notices.
        token_of(&log_in_from(&sender, good, &sender.username, &second).await);
        // The right one waits its turn too, and then works; that does not wipe out what was counted.
        site.advance(SignedDuration::from_mins(1));
        token_of(&log_in_from(&sender, bad, &sender.username, &second).await);
        for wait in [2, 4, 8, 16, 32, 60, 60] {
            log_in_from(&sender, bad, &sender.username, "wrong")
                .await
                .refused(400, "one more");
            let slow = log_in_from(&sender, bad, &sender.username, "wrong").await;
            slow.refused(429, "slower");
            assert_eq!(slow.headers["retry-after"], wait.to_string());
            site.advance(seconds(wait - 1));
            let slow = log_in_from(&sender, bad, &sender.username, "wrong").await;
            assert_eq!((slow.status, slow.headers["retry-after"].as_str()), (429, "1"));
            site.advance(seconds(1));
        }
        // A quarter of an hour later all is forgotten.
        site.advance(SignedDuration::from_mins(16));
        for _ in 0..10 {
            log_in_from(&sender, bad, &sender.username, "wrong")
                .await
                .refused(400, "free again");
        }
        log_in_from(&sender, bad, &sender.username, "wrong")
            .await
            .refused(429, "and not");
        lines.assert_clean(&[&sender.password, &second, &sender.token, "203.0.113."]);
    }
}

#[tokio::test]
async fn a_source_is_an_address_of_ipv4_or_a_network_of_ipv6() {
    for database in databases() {
        let (_site, sender) = begin(&database).await;
        for number in 0..10 {
            let address = format!("2001:db8:1:2::{number:x}");
            log_in_from(&sender, &address, &sender.username, "wrong")
                .await
                .refused(400, &address);
            let address = ["192.0.2.7", "::ffff:192.0.2.7"][number % 2];
            log_in_from(&sender, address, &sender.username, "wrong")
                .await
                .refused(400, address);
        }
        for (address, status) in [
            ("2001:db8:1:2:ffff::1", 429),
            ("2001:db8:1:3::1", 400),
            ("192.0.2.7", 429),
            ("::ffff:192.0.2.7", 429),
            ("192.0.2.8", 400),
        ] {
            let answer = log_in_from(&sender, address, &sender.username, "wrong").await;
            assert_eq!(answer.status, status, "{address}");
        }
    }
}

#[tokio::test]
async fn guessing_the_current_password_is_slowed_down_too() {
    for database in databases() {
        let (site, sender) = begin(&database).await;
        for _ in 0..10 {
            change(&sender, &sender.token, "wrong", NEW).await.refused(400, "free");
        }
        change(&sender, &sender.token, &sender.password, NEW)
            .await
            .refused(429, "slowed down");
        // Others at the same door are not touched, nor is the secret.
        let elsewhere: IpAddr = "198.51.100.1".parse().unwrap();
        site.hub
            .change_password(&sender.token, &sender.password, NEW, elsewhere)
            .await
            .unwrap();
    }
}

async fn events_from(sender: &Sender, address: &str) -> Response {
    let request = sender
        .client
        .get(sender.at("/v2/events"))
        .header("X-Forwarded-For", address);
    request.header("Authorization", &sender.token).send().await.unwrap()
}

#[tokio::test]
async fn a_system_calls_only_from_its_networks() {
    for database in databases() {
        let (site, sender) = begin(&database).await;
        let other = site.another_hub().await;
        let (inside, outside) = ("192.0.2.200", "198.51.100.1");
        assert_eq!(events_from(&sender, outside).await.status(), 200);
        // The operator speaks to one process; both obey within five seconds.
        let networks = "192.0.2.0/24 2001:db8:5::/48".parse().unwrap();
        other.set_system_networks(&sender.username, &networks).await.unwrap();
        site.advance(seconds(5));
        for good in [inside, "::ffff:192.0.2.1", "2001:db8:5:9::1"] {
            assert_eq!(events_from(&sender, good).await.status(), 200, "{good}");
        }
        for (method, path) in [
            ("GET", "/v2/events"),
            ("GET", "/v2/messages/1"),
            ("GET", "/v1/messages/id?externalId=A"),
            ("GET", "/v1/attachments/1"),
            ("POST", "/v2/messages/electronic"),
            ("POST", "/v2/attachments"),
            ("POST", "/v1/mailboxes/active"),
            ("GET", "/suomifi/v2/events"),
            ("GET", "/api/v1/messages/1/proof"),
        ] {
            let request = sender.client.request(method.parse().unwrap(), sender.at(path));
            let request = request
                .header("X-Forwarded-For", outside)
                .header("Authorization", &sender.token);
            let answer = Answer::of(request.send().await.unwrap()).await;
            assert_eq!(answer.status, 403, "{path}: {}", answer.text());
            let (text, ours) = (answer.text(), path.starts_with("/api"));
            assert!(text.contains("Access denied") && text.contains("operator") && !text.contains("192.0.2"));
            let member = if ours { "detail" } else { "reason" };
            assert!(answer.json()[member].is_string(), "{path}");
        }
        // A token and a password for whoever knows them: 403 and what to do. For anyone else the answer is that of an unknown name.
        log_in_from(&sender, outside, &sender.username, &sender.password)
            .await
            .refused(403, "right, elsewhere");
        let unknown = log_in_from(&sender, outside, "nobody", "wrong")
            .await
            .refused(400, "unknown");
        let wrong = log_in_from(&sender, outside, &sender.username, "wrong")
            .await
            .refused(400, "wrong");
        assert_eq!(unknown, wrong);
        token_of(&log_in_from(&sender, inside, &sender.username, &sender.password).await);
        let body = json!({ "accessToken": sender.token, "currentPassword": sender.password, "newPassword": NEW });
        from(&sender, outside, "/v1/change-password", &body)
            .await
            .refused(403, "change, elsewhere");
        // The address in front counts for nothing: the proxy wrote the last one.
        let pretended = format!("{inside}, {outside}");
        assert_eq!(events_from(&sender, &pretended).await.status(), 403);
        // The other process refuses as well, and other systems are not touched.
        let refused = other.sender(&sender.token, outside.parse().unwrap()).await;
        assert!(matches!(refused, Err(ActError::Forbidden(_))));
        let neighbour = crate::sender::sender(&site, "9900001-8", false).await;
        assert_eq!(events_from(&neighbour, outside).await.status(), 200);
        // The operator sees the list, and can take it away.
        let listed = site.hub.list_systems().await.unwrap();
        let mine = listed.iter().find(|system| system.name == sender.username).unwrap();
        assert_eq!(mine.details, "from 192.0.2.0/24 2001:db8:5::/48");
        site.hub
            .set_system_networks(&sender.username, &"".parse().unwrap())
            .await
            .unwrap();
        site.advance(seconds(5));
        assert_eq!(events_from(&sender, outside).await.status(), 200);
        assert!(other.sender(&sender.token, outside.parse().unwrap()).await.is_ok());
    }
}
