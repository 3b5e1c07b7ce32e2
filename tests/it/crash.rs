//! Killed under load: what was acknowledged is there afterwards exactly once, and the log verifies from its bytes.
//!
//! A kill leaves the page cache, so it proves the order of commits and answers, not that the disk has the bytes: `fsync` proves that.

mod citizens;
mod exports;
mod fsync;
mod letters;
pub mod sealing;
mod two_processes;

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use futures::{StreamExt as _, stream};
use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tiedoksi::evidence::checkpoint::VerifierKey;
use tiedoksi::http::idp::DemoPerson;
use url::Url;

use crate::harness::{Database, databases, person};
use crate::process::{
    Installation, Seen, Server, Visitor, client, published, random, settled, told, verify_delivery, verify_log,
    whole_feed,
};
use crate::sender::{Sender, pdf};

const KILLS: usize = 20;
const PERSONS: [&str; 2] = ["010594Y9032", "010594Y9021"];
const CREATED: &str = "Electronic message created";
const CONFIRMED: &str = "Receipt confirmed";

fn persons() -> Vec<DemoPerson> {
    vec![
        person(PERSONS[0], "Eino Olavi", "Koivuranta"),
        person(PERSONS[1], "Helmi", "Östersund-Mäkelä"),
    ]
}

type File = (String, Vec<u8>);

/// A message that a client wants sent.
#[derive(Clone)]
struct Letter {
    body: Value,
    /// Index in [`PERSONS`].
    to: usize,
    verifiable: bool,
    files: Vec<File>,
}

impl Letter {
    fn new(sender: &Sender, external_id: &str, verifiable: bool, files: Vec<File>) -> Self {
        let to = random(2) as usize;
        let kind = if verifiable { "Verifiable" } else { "Normal" };
        let mut body = sender.message(external_id, PERSONS[to], kind);
        let named: Vec<Value> = files.iter().map(|(id, _)| json!({ "attachmentId": id })).collect();
        body["electronic"]["attachments"] = named.into();
        Self {
            body,
            to,
            verifiable,
            files,
        }
    }
}

/// A message that the hub said it has.
struct Held {
    letter: Letter,
    id: i64,
    seal: String,
}

/// What the clients were told.
#[derive(Default)]
struct Record {
    next: usize,
    held: Vec<Held>,
    /// Sent, and not answered.
    doubtful: Vec<Letter>,
    /// Acknowledged, and in no message yet.
    uploads: Vec<File>,
    /// Verifiable messages that nobody confirmed yet, with their recipient.
    waiting: VecDeque<(i64, usize)>,
    /// Acknowledged confirmations, and the time that the page showed, once it was seen.
    confirmed: BTreeMap<i64, (usize, Option<String>)>,
    /// Confirmations that were not answered.
    unsure: Vec<(i64, usize)>,
    seen: Seen,
    uploaded: usize,
}

/// What the hub answers to a send: none when the connection broke.
async fn try_send(sender: &Sender, body: &Value) -> Option<(StatusCode, i64, String)> {
    try_send_to(sender, "/v2/messages/electronic", body).await
}

async fn try_send_to(sender: &Sender, path: &str, body: &Value) -> Option<(StatusCode, i64, String)> {
    let request = sender.client.post(sender.at(path));
    let answer = request
        .header("Authorization", &sender.token)
        .json(body)
        .send()
        .await
        .ok()?;
    let status = answer.status();
    let seal = answer
        .headers()
        .get("tiedoksi-seal")
        .map(|seal| seal.to_str().unwrap().to_owned());
    let text = answer.text().await.ok()?;
    if status == StatusCode::SERVICE_UNAVAILABLE {
        return None;
    }
    assert!(
        matches!(status, StatusCode::OK | StatusCode::CONFLICT),
        "{status}: {text}"
    );
    let answer: Value = serde_json::from_str(&text).unwrap();
    Some((status, answer["messageId"].as_i64().unwrap(), seal.unwrap()))
}

async fn try_upload(sender: &Sender, bytes: Vec<u8>) -> Option<String> {
    let form = Form::new().part("file", Part::bytes(bytes).file_name("liite.pdf"));
    let request = sender.client.post(sender.at("/v2/attachments"));
    let answer = request
        .header("Authorization", &sender.token)
        .multipart(form)
        .send()
        .await
        .ok()?;
    let status = answer.status();
    let text = answer.text().await.ok()?;
    if status == StatusCode::SERVICE_UNAVAILABLE {
        return None;
    }
    assert_eq!(status, StatusCode::CREATED, "{text}");
    let answer: Value = serde_json::from_str(&text).unwrap();
    Some(answer["attachmentId"].as_str().unwrap().to_owned())
}

fn file() -> Vec<u8> {
    let mut bytes = pdf(&random(u32::MAX).to_string());
    let more = if random(5) == 0 { random(300_000) } else { random(2_000) };
    bytes.extend((0..more).map(|n| (n % 251) as u8));
    bytes
}

/// Clients that work until the server is gone.
struct Load<'a> {
    sender: &'a Sender,
    visitors: &'a [Visitor],
    record: &'a RefCell<Record>,
    key: &'a VerifierKey,
}

impl Load<'_> {
    /// Sends: ordinary, verifiable, and every third with a file of its own. Ends at the first broken connection.
    async fn send(&self) {
        loop {
            let number = {
                let mut record = self.record.borrow_mut();
                record.next += 1;
                record.next
            };
            let mut files = Vec::new();
            if number.is_multiple_of(3) {
                let Some(file) = self.upload().await else { return };
                files.push(file);
            }
            let letter = Letter::new(self.sender, &format!("K-{number}"), number.is_multiple_of(2), files);
            let answer = try_send(self.sender, &letter.body).await;
            let mut record = self.record.borrow_mut();
            let Some((status, id, seal)) = answer else {
                record.doubtful.push(letter);
                return;
            };
            assert_eq!(status, StatusCode::OK);
            if letter.verifiable {
                record.waiting.push_back((id, letter.to));
            }
            record.held.push(Held { letter, id, seal });
        }
    }

    async fn upload(&self) -> Option<File> {
        let bytes = file();
        let id = try_upload(self.sender, bytes.clone()).await?;
        self.record.borrow_mut().uploaded += 1;
        Some((id, bytes))
    }

    async fn upload_only(&self) {
        while let Some(file) = self.upload().await {
            self.record.borrow_mut().uploads.push(file);
        }
    }

    async fn confirm(&self) {
        let base = &self.sender.base;
        loop {
            let next = self.record.borrow_mut().waiting.pop_front();
            let Some((message, to)) = next else {
                if client().get(base.clone()).send().await.is_err() {
                    return;
                }
                continue;
            };
            match self.visitors[to].confirm(base, message).await {
                Ok(true) => {
                    self.record.borrow_mut().confirmed.insert(message, (to, None));
                }
                Ok(false) | Err(_) => {
                    self.record.borrow_mut().unsure.push((message, to));
                    return;
                }
            }
            let Ok(at) = self.visitors[to].receipt(base, message).await else {
                return;
            };
            assert!(at.is_some(), "{message} was confirmed a moment ago");
            self.record.borrow_mut().confirmed.insert(message, (to, at));
        }
    }

    async fn watch(&self) {
        let client = client();
        while client.get(self.sender.at("/health/live")).send().await.is_ok() {
            if let Some(checkpoint) = published(&client, &self.sender.base, self.key).await {
                self.record.borrow_mut().seen.add(&checkpoint);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn clients(&self) {
        let sends = futures::future::join_all((0..6).map(|_| self.send()));
        let uploads = futures::future::join_all((0..2).map(|_| self.upload_only()));
        let confirms = futures::future::join_all((0..3).map(|_| self.confirm()));
        futures::join!(sends, uploads, confirms, self.watch());
    }

    async fn until_killed(&self, server: Server) {
        let kill = async {
            tokio::time::sleep(Duration::from_millis(300 + u64::from(random(700)))).await;
            server.kill();
        };
        futures::join!(self.clients(), kill);
    }
}

/// What is asked after a restart, eight questions at a time.
async fn ask_all<T, F: Future<Output = ()>>(about: impl IntoIterator<Item = T>, ask: impl Fn(T) -> F) {
    stream::iter(about).for_each_concurrent(8, ask).await;
}

struct After<'a> {
    sender: &'a Sender,
    visitors: &'a [Visitor],
}

impl After<'_> {
    fn base(&self) -> &Url {
        &self.sender.base
    }

    /// Repeats what was not answered: it is there as a whole, or not at all and accepted now. Answers how many were there.
    async fn settle(&self, record: &mut Record) -> usize {
        let mut there = 0;
        for letter in std::mem::take(&mut record.doubtful) {
            let (status, id, seal) = try_send(self.sender, &letter.body).await.unwrap();
            there += usize::from(status == StatusCode::CONFLICT);
            if letter.verifiable {
                record.waiting.push_back((id, letter.to));
            }
            record.held.push(Held { letter, id, seal });
        }
        for (message, to) in std::mem::take(&mut record.unsure) {
            match self.visitors[to].receipt(self.base(), message).await.unwrap() {
                Some(at) => {
                    there += 1;
                    record.confirmed.insert(message, (to, Some(at)));
                }
                None => record.waiting.push_back((message, to)),
            }
        }
        there
    }

    /// Acknowledged messages: a repeat is answered as the first time; the recipient sees them, and their files byte for byte.
    async fn messages(&self, held: &[Held]) {
        ask_all(held, async |held: &Held| {
            let repeat = try_send(self.sender, &held.letter.body).await.unwrap();
            assert_eq!(repeat, (StatusCode::CONFLICT, held.id, held.seal.clone()));
            let visitor = &self.visitors[held.letter.to];
            if held.letter.verifiable {
                visitor.receipt(self.base(), held.id).await.unwrap();
            } else {
                for (file, bytes) in &held.letter.files {
                    assert!(
                        visitor.download(self.base(), held.id, file).await == *bytes,
                        "{file} differs"
                    );
                }
            }
        })
        .await;
    }

    /// Acknowledged uploads can be sent, and arrive byte for byte.
    async fn uploads(&self, record: &mut Record) {
        let uploads = std::mem::take(&mut record.uploads);
        let first = record.held.len();
        for files in uploads.chunks(5) {
            record.next += 1;
            let letter = Letter::new(self.sender, &format!("K-{}", record.next), false, files.to_vec());
            let (status, id, seal) = try_send(self.sender, &letter.body).await.unwrap();
            assert_eq!(status, StatusCode::OK);
            record.held.push(Held { letter, id, seal });
        }
        self.messages(&record.held[first..]).await;
    }

    /// Acknowledged confirmations stand, with the time that was shown.
    async fn confirmations(&self, record: &mut Record, known: &mut BTreeMap<i64, String>) {
        for (message, (to, shown)) in std::mem::take(&mut record.confirmed) {
            let at = self.visitors[to].receipt(self.base(), message).await.unwrap().unwrap();
            assert!(
                shown.is_none_or(|shown| shown == at),
                "{message} has another time of confirmation"
            );
            known.insert(message, at);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_twenty_times_on_sqlite() {
    killed(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_twenty_times_on_postgres() {
    for database in databases() {
        if matches!(database, Database::Postgres(_)) {
            killed(database).await;
        }
    }
}

async fn killed(database: Database) {
    let since = Instant::now();
    let hub = Installation::new(&database, 1, persons()).await;
    let (trust, key) = hub.trust();
    let mut server = hub.serve(0).await;
    let mut sender = hub.sender(&server).await;
    let visitors = [
        Visitor::log_in(&server, PERSONS[0]).await,
        Visitor::log_in(&server, PERSONS[1]).await,
    ];
    let mut record = Record::default();
    let (mut feed, mut token) = sender.feed(None).await;
    let (mut known, mut there, mut doubtful) = (BTreeMap::new(), 0, 0);
    let mut slowest = Duration::ZERO;
    for _ in 0..KILLS {
        let checked = record.held.len();
        let cell = RefCell::new(record);
        let load = Load {
            sender: &sender,
            visitors: &visitors,
            record: &cell,
            key: &key,
        };
        load.until_killed(server).await;
        record = cell.into_inner();
        doubtful += record.doubtful.len() + record.unsure.len();

        let down = Instant::now();
        server = hub.serve(0).await;
        slowest = slowest.max(down.elapsed());
        hub.let_the_lease_pass().await;
        // The token outlives the process; the connections do not.
        sender.client = client();
        let after = After {
            sender: &sender,
            visitors: &visitors,
        };
        there += after.settle(&mut record).await;
        after.messages(&record.held[checked..]).await;
        after.uploads(&mut record).await;
        after.confirmations(&mut record, &mut known).await;
        let (more, next) = sender.feed(Some(&token)).await;
        feed.extend(more);
        token = next;
    }

    settled(&hub, Duration::from_secs(20)).await;
    After {
        sender: &sender,
        visitors: &visitors,
    }
    .messages(&record.held)
    .await;
    settled(&hub, Duration::from_secs(20)).await;
    check_feed(&sender, feed, &token, &record, &known).await;
    let size = verify_log(&server.base, &key, &mut record.seen).await;
    let events = hub
        .numbers("SELECT COUNT(*), MAX(leaf_index), MIN(leaf_index) FROM event")
        .await[0];
    assert_eq!(events, (size as i64, size as i64 - 1, 0));
    for _ in 0..10 {
        let one = &record.held[random(record.held.len() as u32) as usize];
        verify_delivery(&sender, one.id, &trust).await;
    }
    let said = hub.said(0);
    assert!(!said.contains("panicked") && !said.contains("refused"), "{said}");
    let orphans = orphans(&hub).await;
    println!(
        "{KILLS} kills on {database:?}: {} messages, {} uploads, {} confirmations acknowledged, none lost and none twice; of {doubtful} acts \
         without an answer {there} were there as a whole; log of {size} leaves, {} checkpoints seen; ready again after at most {slowest:?}; \
         {orphans} files of unanswered uploads left; {:?} in all",
        record.held.len(),
        record.uploaded,
        known.len(),
        record.seen.count(),
        since.elapsed(),
    );
}

/// The feed tells of every message once; read page by page across all kills it is the same as read at once.
async fn check_feed(
    sender: &Sender,
    mut feed: Vec<Value>,
    token: &str,
    record: &Record,
    known: &BTreeMap<i64, String>,
) {
    let mut token = token.to_owned();
    loop {
        let (more, next) = sender.feed(Some(&token)).await;
        if more.is_empty() {
            break;
        }
        feed.extend(more);
        token = next;
    }
    assert!(whole_feed(sender).await == feed, "the feed reads otherwise than it did");
    let once: BTreeMap<i64, usize> = record.held.iter().map(|held| (held.id, 1)).collect();
    assert_eq!(once.len(), record.held.len());
    assert_eq!(told(&feed, CREATED), once);
    // Confirmed, and nothing else was: everything that was not answered was looked up after the restart.
    let once: BTreeMap<i64, usize> = known.keys().map(|id| (*id, 1)).collect();
    assert_eq!(told(&feed, CONFIRMED), once);
    for event in feed.iter().filter(|event| event["type"] == CONFIRMED) {
        let at = &known[&event["metadata"]["messageId"].as_i64().unwrap()];
        let (at, told): (jiff::Timestamp, jiff::Timestamp) = (
            at.parse().unwrap(),
            event["eventTime"].as_str().unwrap().parse().unwrap(),
        );
        assert_eq!(at.as_second(), told.as_second());
    }
}

/// Files in the store that no row names: their bytes can be read by nobody.
async fn orphans(hub: &Installation) -> usize {
    let stored = std::fs::read_dir(hub.folder.path().join("files/objects/attachments"))
        .unwrap()
        .count();
    let rows = hub
        .numbers("SELECT COUNT(*), CAST(0 AS BIGINT), CAST(0 AS BIGINT) FROM attachment")
        .await[0]
        .0;
    assert!(stored >= rows as usize, "{rows} uploads, {stored} files");
    stored - rows as usize
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_registers_while_the_hub_serves() {
    for database in databases() {
        let hub = Installation::new(&database, 1, persons()).await;
        let (_, key) = hub.trust();
        let server = hub.serve(0).await;
        let sender = hub.sender(&server).await;
        let visitors = [
            Visitor::log_in(&server, PERSONS[0]).await,
            Visitor::log_in(&server, PERSONS[1]).await,
        ];
        let record = RefCell::default();
        let load = Load {
            sender: &sender,
            visitors: &visitors,
            record: &record,
            key: &key,
        };
        let operator = async {
            for number in 0..8 {
                let username = format!("toinen-{number}");
                for arguments in [
                    vec![
                        "admin",
                        "system",
                        "add",
                        "--organisation",
                        "0208573-0",
                        "--username",
                        &username,
                    ],
                    vec!["admin", "secret", "add", "--system", &username],
                    vec!["admin", "system", "disable", &username],
                ] {
                    let mut command = hub.command(&arguments);
                    let done = tokio::task::spawn_blocking(move || command.output())
                        .await
                        .unwrap()
                        .unwrap();
                    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
                }
            }
            server.kill();
        };
        futures::join!(load.clients(), operator);
        let record = record.into_inner();
        // Six clients, and each was answered until the end.
        assert!(record.doubtful.len() <= 6 && record.held.len() > 6);
        assert!(hub.run(&["admin", "system", "list"]).contains("toinen-7\tdisabled"));
        println!("24 commands beside {} messages on {database:?}", record.held.len());
    }
}
