//! A thousand letters through the spool to a print house and back, the hub killed in the middle of it, again and again, and the print house too.
//!
//! The print house is a client of its own: what it knows, it knows from its ledger, a file. It takes a letter into the ledger, reports `sent`, and
//! prints once the hub has answered; started anew, it goes on where the ledger ends. So it prints each job once, however often one is offered.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use futures::{StreamExt as _, stream};
use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use url::Url;

use super::{persons, try_send_to};
use crate::a4::a4_pdf;
use crate::harness::{Database, databases};
use crate::letters::paper;
use crate::process::{
    Installation, Seen, Server, client, random, settled, told, verify_delivery, verify_log, whole_feed,
};
use crate::sender::Sender;

const LETTERS: usize = 1000;
/// Letters that share an upload.
const OF_ONE_UPLOAD: usize = 20;
const KILLS: usize = 6;

/// What a print house knows of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    Taken,
    Printed,
    Resolved,
}

/// A print house.
#[derive(Clone)]
struct House {
    ledger: PathBuf,
    base: Url,
    key: String,
}

impl House {
    /// Every job with the last thing that the ledger says of it, and how often each was printed.
    fn remembered(&self) -> (BTreeMap<String, Known>, BTreeMap<String, usize>) {
        let text = std::fs::read_to_string(&self.ledger).unwrap_or_default();
        let (mut known, mut printed) = (BTreeMap::new(), BTreeMap::new());
        for line in text.lines() {
            let (word, job) = line.split_once(' ').unwrap();
            let state = match word {
                "taken" => Known::Taken,
                "printed" => Known::Printed,
                _ => Known::Resolved,
            };
            if state == Known::Printed {
                *printed.entry(job.to_owned()).or_default() += 1;
            }
            known.insert(job.to_owned(), state);
        }
        (known, printed)
    }

    fn write(&self, word: &str, job: &str) {
        let mut ledger = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.ledger)
            .unwrap();
        ledger.write_all(format!("{word} {job}\n").as_bytes()).unwrap();
    }

    /// Works for ever; whatever fails, the next turn begins with what the ledger says.
    async fn work(self) {
        let client = client();
        loop {
            if self.turn(&client).await.is_none() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }

    /// One page of jobs, and everything that the ledger has open. None when the hub did not answer or has nothing new.
    async fn turn(&self, client: &reqwest::Client) -> Option<()> {
        let (known, _) = self.remembered();
        let open = known.into_iter().filter(|(_, state)| *state != Known::Resolved);
        stream::iter(open)
            .for_each_concurrent(8, |(job, state)| self.go_on(client, job, state))
            .await;
        let request = client.get(self.base.join("/print/v1/jobs?limit=50").unwrap());
        let answer = request.bearer_auth(&self.key).send().await.ok()?;
        if answer.status() != StatusCode::OK {
            return None;
        }
        let page: Value = answer.json().await.ok()?;
        let jobs = page["jobs"].as_array().unwrap();
        stream::iter(jobs)
            .for_each_concurrent(8, |job| async move {
                self.take(client, job["id"].as_str().unwrap()).await;
            })
            .await;
        (!jobs.is_empty()).then_some(())
    }

    /// Takes a letter into the ledger when it is whole.
    async fn take(&self, client: &reqwest::Client, job: &str) -> Option<()> {
        if self.remembered().0.contains_key(job) {
            return None;
        }
        let get = async |path: &str| {
            let request = client.get(self.base.join(&format!("/print/v1/jobs/{job}{path}")).unwrap());
            let answer = request.bearer_auth(&self.key).send().await.ok()?;
            let answer = (answer.status() == StatusCode::OK).then_some(answer)?;
            answer.bytes().await.ok()
        };
        let sheet: Value = serde_json::from_slice(&get("").await?).unwrap();
        let letter = get("/letter.pdf").await?;
        assert_eq!(sheet["jobId"], job);
        assert_eq!(
            sheet["letter"]["sha256"],
            hex::encode(digest(&SHA256, &letter)),
            "{job} came otherwise than its sheet says"
        );
        self.write("taken", job);
        Some(())
    }

    async fn go_on(&self, client: &reqwest::Client, job: String, state: Known) {
        if state == Known::Taken {
            if self.report(client, &job, json!({ "type": "sent" })).await != Some(StatusCode::OK) {
                return;
            }
            self.write("printed", &job);
        }
        let result = result(&job);
        if self.report(client, &job, result).await == Some(StatusCode::OK) {
            self.write("resolved", &job);
        }
    }

    /// None when the hub did not answer.
    async fn report(&self, client: &reqwest::Client, job: &str, report: Value) -> Option<StatusCode> {
        let request = client.post(self.base.join(&format!("/print/v1/jobs/{job}/reports")).unwrap());
        let answer = request.bearer_auth(&self.key).json(&report).send().await.ok()?;
        let status = answer.status();
        let text = answer.text().await.ok()?;
        assert!(
            matches!(status, StatusCode::OK | StatusCode::SERVICE_UNAVAILABLE),
            "{report}: {status} {text}"
        );
        Some(status)
    }
}

/// What becomes of a letter: each its own, and always the same.
fn result(job: &str) -> Value {
    let code = format!("JJFI{}", &job[24..]);
    match job.as_bytes()[35] % 3 {
        0 => json!({ "type": "receiptConfirmed", "trackingCode": code, "recipientSignature": "Onni Osoitteeton" }),
        1 => json!({ "type": "returned", "trackingCode": code }),
        _ => json!({ "type": "unresolved", "trackingCode": code }),
    }
}

/// Sends every letter until the hub says that it has it; answers their messages.
async fn send_all(sender: &Sender) -> Vec<i64> {
    stream::iter(0..LETTERS / OF_ONE_UPLOAD)
        .map(|batch| async move {
            let file = upload(sender).await;
            let mut sent = Vec::new();
            for n in 0..OF_ONE_UPLOAD {
                let body = json!({ "externalId": format!("L-{batch}-{n}"), "sender": { "serviceId": sender.service },
                    "paperMail": paper(&file, "Verifiable") });
                sent.push(
                    until_answered(async || {
                        let answer = try_send_to(sender, "/v2/paper-mail-without-id", &body).await;
                        answer.map(|(_, id, _)| id)
                    })
                    .await,
                );
            }
            sent
        })
        .buffer_unordered(8)
        .collect::<Vec<_>>()
        .await
        .concat()
}

async fn upload(sender: &Sender) -> String {
    let bytes = a4_pdf("Kirje", 1);
    until_answered(async || {
        let form = Form::new().part("file", Part::bytes(bytes.clone()).file_name("kirje.pdf"));
        let request = sender
            .client
            .post(sender.at("/v2/attachments"))
            .header("Authorization", &sender.token);
        let answer = request.multipart(form).send().await.ok()?;
        let answer = (answer.status() == StatusCode::CREATED).then_some(answer)?;
        let answer: Value = answer.json().await.ok()?;
        Some(answer["attachmentId"].as_str()?.to_owned())
    })
    .await
}

async fn until_answered<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let since = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(since.elapsed() < Duration::from_secs(60), "the hub does not come back");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// An installation that takes letters.
pub(super) async fn installation(database: &Database, filter: &str) -> Installation {
    let hub = Installation::new(database, 1, persons()).await;
    let path = hub.folder.path().join("hub-0.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    let config = config.replace("filter = \"warn\"", &format!("filter = \"{filter}\""));
    std::fs::write(&path, format!("{config}[paper]\nenabled = true\n")).unwrap();
    hub
}

fn print_house_key(hub: &Installation) -> String {
    let told = hub.run(&["admin", "print-house", "add", "Koepaino"]);
    told.lines().last().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_letters_on_sqlite() {
    thousand(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_letters_on_postgres() {
    for database in databases() {
        if matches!(database, Database::Postgres(_)) {
            thousand(database).await;
        }
    }
}

/// Kills hub and print house until everything is done, but at least [`KILLS`] times.
async fn kill_until(hub: &Installation, mut server: Server, house: &House, done: impl Fn() -> bool) -> (Server, usize) {
    let mut kills = 0;
    let mut working = tokio::spawn(house.clone().work());
    loop {
        tokio::time::sleep(Duration::from_millis(500 + u64::from(random(3000)))).await;
        if kills >= KILLS && done() {
            working.abort();
            return (server, kills);
        }
        if kills < KILLS + 4 {
            server.kill();
            if random(2) == 0 {
                working.abort();
                assert!(
                    working.await.is_err_and(|error| error.is_cancelled()),
                    "the print house failed"
                );
                working = tokio::spawn(house.clone().work());
            }
            server = hub.serve(0).await;
            hub.let_the_lease_pass().await;
            kills += 1;
        }
        assert!(!working.is_finished(), "the print house failed");
    }
}

async fn thousand(database: Database) {
    let since = Instant::now();
    let hub = installation(&database, "warn").await;
    let (trust, key) = hub.trust();
    let server = hub.serve(0).await;
    let mut sender = hub.sender(&server).await;
    let base = server.base.clone();
    let house = House {
        ledger: hub.folder.path().join("ledger"),
        base: base.clone(),
        key: print_house_key(&hub),
    };
    let done = || {
        let (known, _) = house.remembered();
        known.len() == LETTERS && known.values().all(|state| *state == Known::Resolved)
    };
    let (sent, (server, kills)) = tokio::join!(send_all(&sender), kill_until(&hub, server, &house, done));
    let took = since.elapsed();
    sender.client = client();
    settled(&hub, Duration::from_secs(30)).await;

    let ids: BTreeSet<i64> = sent.iter().copied().collect();
    assert_eq!(ids.len(), LETTERS);
    let (known, printed) = house.remembered();
    assert_eq!(known.len(), LETTERS);
    assert!(
        printed.len() == LETTERS && printed.values().all(|times| *times == 1),
        "a job was printed twice, or not"
    );
    let feed = whole_feed(&sender).await;
    let once: BTreeMap<i64, usize> = ids.iter().map(|id| (*id, 1)).collect();
    for kind in ["Paper mail created", "Sent for printing and enveloping"] {
        assert_eq!(told(&feed, kind), once, "{kind}");
    }
    let mut ended = BTreeMap::new();
    for kind in [
        "Posti: receipt confirmed",
        "Posti: returned to sender",
        "Posti: unresolved",
    ] {
        let these = told(&feed, kind);
        assert!(these.len() > LETTERS / 10, "{kind}: {}", these.len());
        ended.extend(these);
    }
    assert_eq!(ended, once, "every letter ends in one result");
    assert_eq!(feed.len(), 3 * LETTERS);
    let size = verify_log(&base, &key, &mut Seen::default()).await;
    let records = hub.numbers("SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN message_id IS NULL THEN 0 ELSE 1 END), 0) AS BIGINT), CAST(0 AS BIGINT) FROM event").await[0];
    assert_eq!((records.0, records.1), (size as i64, 3 * LETTERS as i64));
    for _ in 0..10 {
        verify_delivery(&sender, sent[random(LETTERS as u32) as usize], &trust).await;
    }

    // Started once more, the hub finishes what the kills left: nothing lies in the spool, and no key of a letter is left.
    server.kill();
    let server = hub.serve(0).await;
    let left = async || {
        hub.numbers("SELECT COUNT(*), CAST(0 AS BIGINT), CAST(0 AS BIGINT) FROM print_job WHERE NOT cleared OR key_hub IS NOT NULL OR key_file IS NOT NULL")
            .await[0]
            .0
    };
    until_answered(async || (left().await == 0).then_some(())).await;
    assert_eq!(files_under(&hub.folder.path().join("files/objects/spool")), 0);
    let said = hub.said(0);
    assert!(
        !said.contains("panicked") && !said.contains("Osoitteeton") && !said.contains("QX"),
        "{said}"
    );
    drop(server);
    println!(
        "{LETTERS} letters on {database:?}: {kills} kills, each printed once, {size} leaves; sent, printed and resolved in {took:?}, {:?} in all",
        since.elapsed()
    );
}

fn files_under(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    entries
        .map(|entry| entry.unwrap().path())
        .map(|path| if path.is_dir() { files_under(&path) } else { 1 })
        .sum()
}

/// What a sender names for the print house, by which it could be found again.
const ACCOUNT: [&str; 2] = ["QXUSER", "QXPW"];

fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

/// Every file under a folder that holds one of the words.
fn holding(folder: &Path, words: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, words));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found.extend(words.iter().any(|word| holds(&bytes, word)).then_some(path));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_at_the_print_house_is_kept_nowhere() {
    for database in databases() {
        let hub = installation(&database, "trace").await;
        let server = hub.serve(0).await;
        let sender = hub.sender(&server).await;
        let file = upload(&sender).await;
        let path = "/v2/paper-mail-without-id";
        let mut body = json!({ "externalId": "L-1", "sender": { "serviceId": sender.service }, "paperMail": paper(&file, "Normal") });
        assert!(try_send_to(&sender, path, &body).await.is_some());
        // A refusal repeats nothing of it either.
        body["externalId"] = json!("L-2");
        body["paperMail"]["printingAndEnvelopingService"]["postiMessaging"]["password"] = json!("QXPWQXPW");
        let refused = sender.post(path, &body).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
        let refused = refused.text().await.unwrap();
        assert!(
            refused.contains("/paperMail/printingAndEnvelopingService/postiMessaging/password"),
            "{refused}"
        );
        assert!(ACCOUNT.iter().all(|word| !refused.contains(word)), "{refused}");

        let spooled = async || {
            hub.numbers("SELECT COUNT(*), CAST(0 AS BIGINT), CAST(0 AS BIGINT) FROM print_job WHERE state = 'spooled'")
                .await[0]
                .0
        };
        until_answered(async || (spooled().await == 1).then_some(())).await;
        let key = print_house_key(&hub);
        let client = client();
        let jobs = client
            .get(server.base.join("/print/v1/jobs").unwrap())
            .bearer_auth(&key)
            .send()
            .await
            .unwrap();
        let jobs: Value = jobs.json().await.unwrap();
        let job = jobs["jobs"][0]["id"].as_str().unwrap();
        let sheet = client
            .get(server.base.join(&format!("/print/v1/jobs/{job}")).unwrap())
            .bearer_auth(&key);
        let sheet = sheet.send().await.unwrap().text().await.unwrap();
        assert!(
            sheet.contains("Osoitteeton") && ACCOUNT.iter().all(|word| !sheet.contains(word)),
            "{sheet}"
        );
        server.kill();

        // Database, write-ahead log, objects and what the server said, down to its finest lines.
        assert_eq!(holding(hub.folder.path(), &ACCOUNT), Vec::<PathBuf>::new());
        let said = hub.said(0);
        assert!(
            said.contains("DEBUG"),
            "{}",
            said.lines().take(5).collect::<Vec<_>>().join("\n")
        );
        for word in ["Osoitteeton", &key] {
            let told = said.lines().find(|line| line.contains(word));
            assert_eq!(told, None);
        }
        if matches!(database, Database::Postgres(_)) {
            let dump = std::process::Command::new("pg_dump")
                .arg(&hub.database_url)
                .output()
                .unwrap();
            assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
            assert!(holds(&dump.stdout, "print_job"));
            for word in ACCOUNT.into_iter().chain(["Osoitteeton", &key]) {
                assert!(
                    !holds(&dump.stdout, word) && !holds(&dump.stdout, &hex::encode(word)),
                    "{word}"
                );
            }
        } else {
            assert_eq!(
                holding(hub.folder.path(), &["Osoitteeton", &key]),
                Vec::<PathBuf>::new()
            );
        }
    }
}
