//! Two servers on one PostgreSQL, their clocks two seconds apart, both accepting: one feed, one log.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use rustix::process::Signal;
use serde_json::{Value, json};

use super::{CONFIRMED, CREATED, PERSONS, persons, try_send};
use crate::faketime;
use crate::harness::{Database, databases};
use crate::process::{
    Installation, Seen, Server, Visitor, client, published, settled, told, verify_delivery, verify_log, whole_feed,
};
use crate::sender::Sender;

/// A dead sealer's lease is ten seconds; the other looks every second.
const TAKEN_OVER: Duration = Duration::from_secs(15);

/// What makes a process's clock run two seconds ahead. Timers go by the monotonic clock, which stays.
fn two_seconds_ahead() -> Vec<(&'static str, OsString)> {
    vec![
        ("LD_PRELOAD", faketime::library("libfaketimeMT.so.1").into()),
        ("FAKETIME", "+2s".into()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".into()),
        ("DONT_FAKE_MONOTONIC", "1".into()),
    ]
}

/// The server's clock, by the Date of its answers.
pub async fn clock(server: &Server) -> jiff::Timestamp {
    let answer = client()
        .get(server.base.join("/health/live").unwrap())
        .send()
        .await
        .unwrap();
    let date = answer.headers()["date"].to_str().unwrap();
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).unwrap()
}

/// The two servers as their clients see them.
struct Pair<'a> {
    senders: [&'a Sender; 2],
    visitors: [&'a Visitor; 2],
    next: RefCell<usize>,
    sent: RefCell<Vec<i64>>,
    confirmed: RefCell<Vec<i64>>,
}

impl Pair<'_> {
    fn number(&self) -> usize {
        *self.next.borrow_mut() += 1;
        *self.next.borrow()
    }

    /// Sends through one server and at once confirms and looks through the other.
    async fn across(&self, until: Instant) {
        while Instant::now() < until {
            let number = self.number();
            let (here, there) = (self.senders[number % 2], self.senders[(number + 1) % 2]);
            let to = number % 4 / 2;
            let body = here.message(&format!("T-{number}"), PERSONS[to], "Verifiable");
            let (status, id, _) = try_send(here, &body).await.unwrap();
            assert_eq!(status, StatusCode::OK);
            self.sent.borrow_mut().push(id);
            assert!(self.visitors[to].confirm(&there.base, id).await.unwrap());
            self.confirmed.borrow_mut().push(id);
            let seen = self.visitors[to].receipt(&there.base, id).await.unwrap();
            assert_eq!(self.visitors[to].receipt(&here.base, id).await.unwrap(), seen);
        }
    }

    /// The same external id to both at once: one message.
    async fn at_once(&self, until: Instant) {
        while Instant::now() < until {
            let number = self.number();
            let body = self.senders[0].message(&format!("T-{number}"), PERSONS[0], "Normal");
            let answers = futures::join!(try_send(self.senders[0], &body), try_send(self.senders[1], &body));
            let (one, other) = (answers.0.unwrap(), answers.1.unwrap());
            assert_eq!((one.1, &one.2), (other.1, &other.2));
            assert!((one.0 == StatusCode::OK) != (other.0 == StatusCode::OK));
            self.sent.borrow_mut().push(one.1);
        }
    }

    async fn work(&self, length: Duration) {
        let until = Instant::now() + length;
        let across = futures::future::join_all((0..6).map(|_| self.across(until)));
        let at_once = futures::future::join_all((0..2).map(|_| self.at_once(until)));
        futures::join!(across, at_once);
    }
}

/// Size, fence and end of the lease.
async fn log(hub: &Installation) -> (i64, i64, i64) {
    log_or_none(hub).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_on_one_postgres_keep_one_log() {
    for database in databases() {
        if matches!(database, Database::Postgres(_)) {
            two_servers(&database).await;
        }
    }
}

async fn two_servers(database: &Database) {
    let ahead = two_seconds_ahead();
    let hub = Installation::new(database, 2, persons()).await;
    let (trust, key) = hub.trust();
    // Alone at first, so that the first holder of the lease is known.
    let first = hub.serve(0).await;
    while log_or_none(&hub).await.is_none_or(|(_, fence, _)| fence == 0) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let second = hub.serve_as(1, &[], &ahead).await;
    let apart = (clock(&second).await - clock(&first).await).get_seconds();
    assert!((1..=3).contains(&apart), "the clocks are {apart} s apart");
    let mut seen = Seen::default();
    let senders = [hub.sender(&first).await, hub.sender(&second).await];
    let visitors = [
        Visitor::log_in(&first, PERSONS[0]).await,
        Visitor::log_in(&second, PERSONS[1]).await,
    ];
    let pair = Pair {
        senders: [&senders[0], &senders[1]],
        visitors: [&visitors[0], &visitors[1]],
        next: RefCell::default(),
        sent: RefCell::default(),
        confirmed: RefCell::default(),
    };
    let both = [&first, &second];
    watched(&hub, &both, &mut seen, &key, pair.work(Duration::from_secs(6))).await;
    assert_eq!(
        log(&hub).await.1,
        1,
        "nobody else took the lease while its holder lived"
    );

    // The sealer freezes for longer than its lease, while the other accepts; then it wakes and both go on.
    first.signal(Signal::STOP);
    let frozen = Instant::now();
    let moved = send_and_wait(&hub, &senders[1], &pair).await;
    assert!(log(&hub).await.1 > 1, "the lease did not move");
    first.signal(Signal::CONT);
    let fence = log(&hub).await.1;
    watched(&hub, &both, &mut seen, &key, pair.work(Duration::from_secs(2))).await;
    let frozen = frozen.elapsed();
    assert_eq!(
        log(&hub).await.1,
        fence,
        "the one that woke took the lease from its holder"
    );

    // Now the second seals; it is killed.
    second.kill();
    let killed = send_and_wait(&hub, &senders[0], &pair).await;
    assert!(log(&hub).await.1 > fence, "the lease did not move");
    let second = joins(&hub, &ahead, &pair).await;
    let both = [&first, &second];
    watched(&hub, &both, &mut seen, &key, pair.work(Duration::from_secs(2))).await;

    settled(&hub, TAKEN_OVER).await;
    let feed = whole_feed(&senders[0]).await;
    assert!(
        whole_feed(&senders[1]).await == feed,
        "the two servers tell different feeds"
    );
    let once = |ids: &[i64]| -> BTreeMap<i64, usize> { ids.iter().map(|id| (*id, 1)).collect() };
    assert_eq!(told(&feed, CREATED), once(&pair.sent.borrow()));
    assert_eq!(told(&feed, CONFIRMED), once(&pair.confirmed.borrow()));
    let size = verify_log(&first.base, &key, &mut seen).await;
    assert_eq!(verify_log(&second.base, &key, &mut seen).await, size);
    check_order(&hub, size).await;
    for id in pair.confirmed.take().into_iter().rev().take(10) {
        verify_delivery(&senders[0], id, &trust).await;
    }
    for number in 0..2 {
        let said = hub.said(number);
        assert!(
            !said.contains("panicked") && !said.contains("acts are refused"),
            "{said}"
        );
    }
    println!(
        "two servers, clocks {apart} s apart: {} messages and {} confirmations, {size} leaves, {} checkpoints seen; sealed again {moved:?} after \
         the sealer froze (for {frozen:?}), {killed:?} after it was killed",
        pair.sent.borrow().len(),
        told(&feed, CONFIRMED).len(),
        seen.count(),
    );
}

/// What one process is told to revoke, another that remembers it refuses within this (`Hub::change_password`, `tiedoksi admin`).
const REVOKED: Duration = Duration::from_secs(5);

#[tokio::test]
async fn what_one_process_revokes_the_other_refuses_within_five_seconds() {
    for database in databases() {
        if matches!(database, Database::Postgres(_)) {
            revocations(&database).await;
        }
    }
}

async fn revocations(database: &Database) {
    let hub = Installation::new(database, 2, persons()).await;
    let (first, second) = (hub.serve(0).await, hub.serve(1).await);
    let (here, there) = (hub.sender(&first).await, hub.sender(&second).await);

    // A changed password: dead at once where it was changed, with the tokens that either process gave for it.
    let tokens = [here.token.clone(), there.token.clone()];
    for token in &tokens {
        assert_eq!(status_of(&first, token).await, StatusCode::OK);
        assert_eq!(status_of(&second, token).await, StatusCode::OK);
    }
    let new = "Uusi-salasana-1234567890-abcdefgh";
    let change = json!({ "accessToken": here.token, "currentPassword": here.password, "newPassword": new });
    let answer = client().post(here.at("/v1/change-password")).json(&change).send().await;
    let since = Instant::now();
    assert_eq!(answer.unwrap().status(), StatusCode::OK);
    for token in &tokens {
        assert_eq!(status_of(&first, token).await, StatusCode::UNAUTHORIZED);
        refused_in_time(&second, token, since).await;
    }
    for server in [&first, &second] {
        assert_eq!(log_in(server, &here, &here.password).await.0, StatusCode::BAD_REQUEST);
    }
    let (status, changed) = log_in(&second, &here, new).await;
    assert_eq!(status, StatusCode::OK);

    // A password that the operator takes back, by a third process: the other password of the system stays.
    let told = hub.run(&["admin", "secret", "add", "--system", &here.username]);
    let (id, second_password) = (told.split(' ').nth(1).unwrap(), told.lines().last().unwrap());
    let (_, token) = log_in(&first, &here, second_password).await;
    for server in [&first, &second] {
        assert_eq!(status_of(server, &token).await, StatusCode::OK);
    }
    hub.run(&["admin", "secret", "disable", id]);
    let since = Instant::now();
    for server in [&first, &second] {
        refused_in_time(server, &token, since).await;
        assert_eq!(log_in(server, &here, second_password).await.0, StatusCode::BAD_REQUEST);
        assert_eq!(status_of(server, &changed).await, StatusCode::OK);
    }
}

/// What a server answers to a request with this token.
async fn status_of(server: &Server, token: &str) -> StatusCode {
    let request = client().get(server.base.join("/v2/events").unwrap());
    request.bearer_auth(token).send().await.unwrap().status()
}

async fn refused_in_time(server: &Server, token: &str, since: Instant) {
    loop {
        let asked = since.elapsed();
        match status_of(server, token).await {
            StatusCode::UNAUTHORIZED => return,
            status => assert_eq!(status, StatusCode::OK),
        }
        assert!(asked < REVOKED, "a revoked token still serves after {asked:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The status, and the token when there is one.
async fn log_in(server: &Server, sender: &Sender, password: &str) -> (StatusCode, String) {
    let body = json!({ "username": sender.username, "password": password });
    let request = client().post(server.base.join("/v1/token").unwrap()).json(&body);
    let answer = request.send().await.unwrap();
    let (status, answer) = (answer.status(), answer.json::<Value>().await.unwrap());
    (status, answer["access_token"].as_str().unwrap_or_default().to_owned())
}

/// A server that starts while the other seals does not take what is sealed meanwhile for a restored backup, however slowly it reads the
/// second place (by strace's doing here); the last one stays.
async fn joins(hub: &Installation, ahead: &[(&str, OsString)], pair: &Pair<'_>) -> Server {
    let joined = Cell::new(false);
    let sends = async {
        while !joined.get() {
            let body = pair.senders[0].message(&format!("T-{}", pair.number()), PERSONS[0], "Normal");
            let (_, id, _) = try_send(pair.senders[0], &body).await.unwrap();
            pair.sent.borrow_mut().push(id);
        }
    };
    let servers = async {
        let kept = hub.folder.path().join("files/objects/log/checkpoint");
        let slowly = ["strace", "-f", "-D", "-qq", "-o", "/dev/null", "-e", "trace=openat"];
        let slowly = slowly
            .into_iter()
            .chain(["-e", "inject=openat:delay_enter=200000", "-P"]);
        let slowly: Vec<OsString> = slowly.map(OsString::from).chain([kept.into()]).collect();
        for _ in 0..3 {
            let server = hub.serve_as(1, &slowly, ahead).await;
            tokio::time::sleep(Duration::from_millis(700)).await;
            assert!(server.is_ready(&client()).await, "{}", hub.said(1));
        }
        let last = hub.serve_as(1, &[], ahead).await;
        joined.set(true);
        last
    };
    futures::join!(sends, servers).1
}

async fn log_or_none(hub: &Installation) -> Option<(i64, i64, i64)> {
    hub.numbers("SELECT size, fence, lease_until FROM log")
        .await
        .first()
        .copied()
}

/// Sends one message through the server that lives, and waits until it has its place in the log.
async fn send_and_wait(hub: &Installation, sender: &Sender, pair: &Pair<'_>) -> Duration {
    let body = sender.message(&format!("T-{}", pair.number()), PERSONS[0], "Normal");
    let (status, id, _) = try_send(sender, &body).await.unwrap();
    assert_eq!(status, StatusCode::OK);
    pair.sent.borrow_mut().push(id);
    settled(hub, TAKEN_OVER).await
}

/// Does the work while the checkpoints of both servers are watched.
async fn watched(
    hub: &Installation,
    servers: &[&Server; 2],
    seen: &mut Seen,
    key: &tiedoksi::evidence::checkpoint::VerifierKey,
    work: impl Future<Output = ()>,
) {
    let client = client();
    let watch = async {
        loop {
            for server in servers {
                if let Some(checkpoint) = published(&client, &server.base, key).await {
                    seen.add(&checkpoint);
                }
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        () = work => {}
        () = watch => {}
    }
    settled(hub, TAKEN_OVER).await;
}

/// Every event has its own place, none is empty, and the events of a delivery stand in their order.
pub(super) async fn check_order(hub: &Installation, size: u64) {
    let events = hub
        .numbers("SELECT COUNT(*), MAX(leaf_index), COUNT(DISTINCT leaf_index) FROM event")
        .await[0];
    let size = size as i64;
    assert_eq!(events, (size, size - 1, size));
    let deliveries = hub
        .numbers("SELECT message_id, seq, leaf_index FROM event WHERE message_id IS NOT NULL ORDER BY leaf_index")
        .await;
    let mut last: BTreeMap<i64, i64> = BTreeMap::new();
    for (message, seq, place) in deliveries {
        let before = last.insert(message, seq).unwrap_or(0);
        assert_eq!(seq, before + 1, "event {seq} of message {message} stands at {place}");
    }
}
