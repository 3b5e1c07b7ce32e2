//! The whole mailbox as an archive, read by programs that nobody here wrote.

mod ending;

use std::path::PathBuf;

use futures::StreamExt as _;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;
use tiedoksi::domain::id::MessageId;
use tiedoksi::domain::mandate::AgentRole;
use tiedoksi::domain::principal::Citizen;
use tiedoksi::evidence::sha256;
use tiedoksi::evidence::verify::verify_proof;
use tiedoksi::hub::ActError;

use crate::access_log::agent;
use crate::harness::{Browser, Database, Settings, Site, databases, person};
use crate::outsider::{forget_peak, peak_memory, python, unzip_tests, zip_list};
use crate::sender::{Sender, pdf, sender};

const MATTI: &str = "010594Y9032";
const MAIJA: &str = "010594Y9021";
const EINO: &str = "010594Y9043";

/// Reads every message of an archive with Python's own library, the table and the other files.
const READ: &str = r#"
import csv, email, email.policy, hashlib, io, json, sys, zipfile
from email.utils import parsedate_to_datetime
def message(raw):
    m = email.message_from_bytes(raw, policy=email.policy.default)
    parts = list(m.walk())
    text = m.get_body(preferencelist=('plain',))
    return {
        'defects': [repr(d) for p in parts for d in p.defects], 'longest': max(len(l) for l in raw.split(b'\r\n')), 'nul': raw.count(b'\0'),
        'from': [m['from'].addresses[0].display_name, m['from'].addresses[0].addr_spec],
        'to': [m['to'].addresses[0].display_name, m['to'].addresses[0].addr_spec], 'subject': str(m['subject']),
        'date': parsedate_to_datetime(m['date']).isoformat(), 'id': m['message-id'], 'reply_to': m['in-reply-to'], 'references': m['references'],
        'text': text.get_content(),
        'files': [[a.get_filename(), a.get_content_type(), hashlib.sha256(a.get_payload(decode=True)).hexdigest()] for a in m.iter_attachments()],
    }
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    names = z.namelist()
    assert len(set(names)) == len(names)
    print(json.dumps({
        'names': names, 'messages': {n: message(z.read(n)) for n in names if n.endswith('.eml')},
        'proofs': {n: z.read(n).decode() for n in names if n.endswith('.json')},
        'table': list(csv.reader(io.StringIO(z.read('index.csv').decode('utf-8-sig'), newline=''))),
        'page': z.read('index.html').decode(), 'readme': z.read('README.txt').decode(),
    }))
"#;

struct Place {
    site: Site,
    sender: Sender,
    matti: Citizen,
    browser: Browser,
    csrf: String,
    folder: TempDir,
    sealer: tokio::task::JoinHandle<()>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.sealer.abort();
    }
}

impl Place {
    async fn start(database: &Database) -> Self {
        Self::start_with(database, Settings::default()).await
    }

    async fn start_with(database: &Database, settings: Settings) -> Self {
        let persons = vec![
            person(MATTI, "Matti", "Meikäläinen"),
            person(MAIJA, "Maija", "Meikäläinen"),
            person(EINO, "Eino", "Östersund"),
        ];
        let site = Site::start(database, persons, settings).await;
        let sender = sender(&site, "0208573-0", false).await;
        let matti = site.citizen(MATTI).await;
        site.hub.activate(&matti).await.unwrap();
        let browser = site.logged_in(MATTI).await;
        let who: Value = browser.get(site.at("/probe/whoami")).await.json().await.unwrap();
        Self {
            csrf: who["csrf"].as_str().unwrap().to_owned(),
            folder: TempDir::new().unwrap(),
            sealer: sealer(&site).await,
            site,
            sender,
            matti,
            browser,
        }
    }

    async fn export(&self) -> reqwest::Response {
        let url = self.site.at("/export?lang=fi");
        self.browser.post(url, &[("csrf", &self.csrf)]).await
    }

    /// The archive as a file, and what Python reads in it.
    async fn read(&self) -> (PathBuf, Value) {
        let answer = self.export().await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "application/zip");
        let name = answer.headers()["content-disposition"].to_str().unwrap();
        assert!(name.starts_with("attachment; filename=\"Viestit 2026-"), "{name}");
        let file = self.folder.path().join("all.zip");
        std::fs::write(&file, answer.bytes().await.unwrap()).unwrap();
        assert!(unzip_tests(&file));
        let read = python(READ, &file);
        (file, read)
    }

    async fn send(&self, external_id: &str, kind: &str, change: impl FnOnce(&mut Value)) -> MessageId {
        let mut message = self.sender.message(external_id, MATTI, kind);
        change(&mut message["electronic"]);
        self.sender.sent(&message).await.to_string().parse().unwrap()
    }
}

/// Seals beside the exports, as the worker does.
async fn sealer(site: &Site) -> tokio::task::JoinHandle<()> {
    site.hub.prepare_log().await.unwrap();
    let fence = site.hub.lease_log().await.unwrap().unwrap();
    let hub = site.hub.clone();
    tokio::spawn(async move {
        loop {
            hub.wait_for_commit(std::time::Duration::from_secs(1)).await;
            while hub.seal_batch(fence).await.unwrap() > 0 {}
        }
    })
}

/// The one message whose folder names this id.
fn of(read: &Value, id: MessageId) -> (String, Value) {
    let messages = read["messages"].as_object().unwrap();
    let mut found = messages.iter().filter(|(name, _)| {
        let rest = name.strip_prefix("messages/2026-03-02-").unwrap();
        rest.split(['-', '/']).next() == Some(&id.to_string())
    });
    let (name, message) = found.next().unwrap();
    assert!(found.next().is_none());
    (name.clone(), message.clone())
}

#[tokio::test]
async fn every_message_comes_along_with_its_files_and_proof() {
    for database in databases() {
        let place = Place::start(&database).await;
        let (site, sender, matti) = (&place.site, &place.sender, &place.matti);
        let title = "Päätös ".to_owned() + &"ä".repeat(249);
        let body = format!("Hyvä Matti,\n\n{}\n.\nFrom nyt\r\nloppu ", "pitkä ".repeat(2_000));
        let files = [
            sender.pdf("päätös 1.pdf").await,
            sender.pdf("../päätös 1.pdf").await,
            sender.pdf("PÄÄTÖS 1.pdf").await,
        ];
        let attachments: Vec<_> = files.iter().map(|id| json!({ "attachmentId": id })).collect();
        let long = place
            .send("A-1", "Normal", |message| {
                message["title"] = title.as_str().into();
                message["body"] = body.as_str().into();
                message["bodyFormat"] = "Text".into();
                message["attachments"] = attachments.into();
            })
            .await;
        let served = place
            .send("A-2", "Verifiable", |message| message["title"] = "=1+1".into())
            .await;
        site.hub.confirm(matti, served).await.unwrap();
        let written = crate::citizen::text("Vastaus: <b>", "Kiitos.");
        let files = [("liite.pdf", pdf("liite"))];
        let reply = crate::citizen::reply_with(&site.hub, matti, served, written, &files).await;
        let reply = reply.unwrap().id;
        let (_, read) = place.read().await;
        let (name, message) = of(&read, long);
        assert_eq!(message["subject"], title);
        assert_eq!(
            message["text"].as_str().unwrap().replace("\r\n", "\n").trim_end(),
            body.replace("\r\n", "\n").trim_end()
        );
        assert_eq!(
            message["from"],
            json!(["Koekunta, Rakennusvalvonta", "0208573-0@127.0.0.1.invalid"])
        );
        assert_eq!(message["to"], json!(["Matti Meikäläinen", "owner@127.0.0.1.invalid"]));
        assert_eq!(message["date"], "2026-03-02T10:00:00+00:00");
        let digest = |text: &str| hex::encode(sha256(&pdf(text)));
        assert_eq!(
            message["files"],
            json!([
                ["päätös 1.pdf", "application/pdf", digest("päätös 1.pdf")],
                ["_.._päätös 1.pdf", "application/pdf", digest("../päätös 1.pdf")],
                ["PÄÄTÖS 1 (2).pdf", "application/pdf", digest("PÄÄTÖS 1.pdf")],
            ])
        );
        assert!(name.len() < 120, "{name}");
        let (_, answered) = of(&read, served);
        let (_, sent) = of(&read, reply);
        assert_eq!(sent["reply_to"], answered["id"]);
        assert_eq!(sent["references"], answered["id"]);
        assert_eq!(sent["from"][1], "owner@127.0.0.1.invalid");
        assert_eq!(sent["to"][1], "0208573-0@127.0.0.1.invalid");
        assert_eq!(sent["files"][0][2], digest("liite"));
        for message in read["messages"].as_object().unwrap().values() {
            assert_eq!(message["defects"], json!([]));
            assert!(
                message["longest"].as_u64().unwrap() <= 998 && message["nul"] == 0,
                "{}",
                message["id"]
            );
        }

        // A proof lies beside each, and holds; the first opening that the export itself is stands in it.
        assert_eq!(read["proofs"].as_object().unwrap().len(), 3);
        for (name, proof) in read["proofs"].as_object().unwrap() {
            assert!(
                read["messages"]
                    .get(name.replace("proof.json", "message.eml"))
                    .is_some()
            );
            let verdict = verify_proof(proof.as_str().unwrap().as_bytes(), &site.trust());
            assert_eq!(verdict.exit_code(), 0, "{verdict}");
        }
        assert_eq!(
            site.count("SELECT count(*) FROM event WHERE kind = 'ContentHandover'")
                .await,
            2
        );
        assert_eq!(
            site.count("SELECT count(*) FROM event WHERE kind = 'ContentAccessTracking'")
                .await,
            0,
            "what was confirmed a moment ago is not opened anew"
        );
        assert_eq!(
            site.count("SELECT count(*) FROM event WHERE kind = 'mailbox-exported'")
                .await,
            1
        );

        let table = read["table"].as_array().unwrap();
        assert_eq!(table.len(), 4);
        assert_eq!(table[0][4], "Otsikko");
        assert_eq!(table[1][4], "Vastaus: <b>");
        assert_eq!(table[2][4], "'=1+1");
        for line in &table[1..] {
            assert!(read["names"].as_array().unwrap().contains(&line[6]), "{line}");
            assert!(read["names"].as_array().unwrap().contains(&line[7]), "{line}");
        }
        let page = read["page"].as_str().unwrap();
        assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
        assert_eq!(page.matches("<tr>").count(), 4);
        assert!(!page.contains("<b>"));
        assert!(read["readme"].as_str().unwrap().contains("Matti Meikäläinen"));
    }
}

#[tokio::test]
async fn nothing_of_an_unconfirmed_message_comes_along() {
    for database in databases() {
        let place = Place::start(&database).await;
        let site = &place.site;
        site.execute("UPDATE service SET hides_title = (1 = 1)").await;
        let file = place.sender.pdf("salaisuus.pdf").await;
        let id = place
            .send("A-1", "Verifiable", |message| {
                message["title"] = "Salainen otsikko".into();
                message["attachments"] = json!([{ "attachmentId": file }]);
            })
            .await;
        let (file, read) = place.read().await;
        let (name, message) = of(&read, id);
        assert_eq!(name, format!("messages/2026-03-02-{id}/message.eml"));
        assert!(
            message["subject"]
                .as_str()
                .unwrap()
                .starts_with("Todisteellisesti tiedoksi")
        );
        assert!(message["text"].as_str().unwrap().contains("ei ole mukana"));
        let all = read.to_string();
        for hidden in [
            "Salainen",
            "myönnetty",
            "salaisuus",
            &hex::encode(sha256(&pdf("salaisuus.pdf"))),
        ] {
            assert!(!all.contains(hidden), "{hidden}");
        }
        assert_eq!(zip_list(&file).len(), 5);
        // Nor was it opened by that, and it can still be confirmed in time.
        assert_eq!(
            site.count("SELECT count(*) FROM event WHERE kind LIKE 'Content%' AND kind <> 'ContentConsignment'")
                .await,
            0
        );
        assert!(site.hub.confirm(&place.matti, id).await.unwrap().served);
        let (_, read) = place.read().await;
        assert_eq!(of(&read, id).1["subject"], "Salainen otsikko");
    }
}

#[tokio::test]
async fn few_run_at_a_time_and_only_the_owners_hand_begins_one() {
    for database in databases() {
        let place = Place::start(&database).await;
        let (site, matti) = (&place.site, &place.matti);
        let (maija, eino) = (site.citizen(MAIJA).await, site.citizen(EINO).await);
        let first = site.hub.export(matti).await.unwrap();
        assert!(matches!(site.hub.export(matti).await, Err(ActError::Busy)));
        // Nor in another's mailbox while one's own is on its way.
        let elsewhere = site.hub.export(&agent(matti, &eino, AgentRole::Signatory)).await;
        assert!(matches!(elsewhere, Err(ActError::Busy)));
        let second = site.hub.export(&maija).await.unwrap();
        assert!(matches!(site.hub.export(&eino).await, Err(ActError::Busy)));
        let busy = place.export().await;
        assert_eq!(busy.status(), StatusCode::SERVICE_UNAVAILABLE);
        let page = busy.text().await.unwrap();
        assert!(page.contains("data-testid=\"busy\"") && page.contains("Yritä uudelleen"));
        drop(first);
        drop(site.hub.export(matti).await.unwrap());
        drop(second);
        // What was refused is not recorded.
        assert_eq!(
            site.count("SELECT count(*) FROM event WHERE kind = 'mailbox-exported'")
                .await,
            3
        );

        let refused = site.hub.export(&agent(&maija, matti, AgentRole::Mandate)).await;
        assert!(matches!(refused, Err(ActError::OwnerDecides)));
        drop(
            site.hub
                .export(&agent(&maija, matti, AgentRole::Signatory))
                .await
                .unwrap(),
        );
        let foreign = place.browser.post(site.at("/export"), &[("csrf", "x")]).await;
        assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
        let nobody = site.browser().post(site.at("/export"), &[("csrf", "x")]).await;
        assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
        let page = place.browser.get(site.at("/export?lang=fi")).await;
        assert_eq!(page.status(), StatusCode::OK);
        assert!(page.text().await.unwrap().contains("merkitään avatuiksi"));
    }
}

#[tokio::test]
async fn a_damaged_file_breaks_the_export_and_frees_its_turn() {
    for database in databases() {
        let place = Place::start(&database).await;
        let file = place.sender.pdf("a.pdf").await;
        place
            .send("A-1", "Normal", |message| {
                message["attachments"] = json!([{ "attachmentId": file }])
            })
            .await;
        let stored = place.site.folder().join("objects/attachments").join(&file);
        let whole = std::fs::read(&stored).unwrap();
        std::fs::write(&stored, &whole[..whole.len() - 1]).unwrap();
        assert!(place.export().await.bytes().await.is_err());
        std::fs::write(&stored, whole).unwrap();
        place.read().await;
    }
}

#[tokio::test]
async fn five_hundred_messages_pass_through_little_memory() {
    for database in databases() {
        let place = Place::start(&database).await;
        let body = "Pitkä päätös. ".repeat(2_800);
        for batch in 0..10 {
            let sends = (0..50).map(|n| place.send_owned(format!("{batch}-{n}"), body.clone()));
            futures::future::join_all(sends).await;
        }
        let mut taken = 0;
        for _ in 0..2 {
            forget_peak();
            let before = peak_memory();
            let mut bytes = place.export().await.bytes_stream();
            let mut size = 0;
            while let Some(piece) = bytes.next().await {
                size += piece.unwrap().len();
            }
            assert!(size > 500 * body.len());
            taken = peak_memory().saturating_sub(before);
            let opened = "SELECT count(*) FROM event WHERE kind IN ('ContentHandover', 'ContentAccessTracking')";
            assert_eq!(
                place.site.count(opened).await,
                500,
                "within the hour they are opened once"
            );
        }
        assert!(taken < 12 * 1024 * 1024, "{taken} bytes");
    }
}

impl Place {
    async fn send_owned(&self, external_id: String, body: String) -> MessageId {
        self.send(&external_id, "Normal", |message| message["body"] = body.into())
            .await
    }
}
