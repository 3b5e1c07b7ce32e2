//! The object store over the real protocol of S3, served by moto: what the hub puts into a bucket, and that it goes again.
//!
//! `TIEDOKSI_TEST_S3` is the program of that server (`tests/run` and `tests/with-s3` install it). Without it the test fails. Moto does not check
//! signatures; everything else that is looked at here (multipart uploads, `If-None-Match`, listing by prefix, deleting) is its own work.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use futures::TryStreamExt as _;
use jiff::SignedDuration;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::{ObjectStore as _, ObjectStoreExt as _};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tiedoksi::hub::ActError;
use tiedoksi::objects::{ObjectError, Objects, ObjectsAt, S3Options};

use crate::harness::{Database, Settings, Site, person};
use crate::letters::{House, sent_on_paper};
use crate::process::{client, free_port};
use crate::sender::{Sender, pdf, sender};

const MATTI: &str = "010594Y9032";
const BUCKET: &str = "viestit";
pub const PREFIX: &str = "hub/koe";

/// An S3 server with one empty bucket; dropped, it is killed.
pub struct S3 {
    child: Child,
    endpoint: String,
}

impl Drop for S3 {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl S3 {
    pub async fn start() -> Self {
        let Ok(program) = std::env::var("TIEDOKSI_TEST_S3") else {
            panic!(
                "no S3 server: run `tests/with-s3 cargo nextest run s3`, which installs one and sets TIEDOKSI_TEST_S3"
            );
        };
        let port = free_port();
        let child = Command::new(&program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("TIEDOKSI_TEST_S3: {program} does not start: {error}"));
        let mut server = Self {
            child,
            endpoint: format!("http://127.0.0.1:{port}"),
        };
        let (client, since) = (client(), Instant::now());
        let bucket = format!("{}/{BUCKET}", server.endpoint);
        while !matches!(client.put(&bucket).send().await, Ok(answer) if answer.status() == StatusCode::OK) {
            let ended = server.child.try_wait().unwrap();
            assert!(ended.is_none(), "{program} ended at once: {ended:?}");
            assert!(since.elapsed() < Duration::from_secs(60), "{program} does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        server
    }

    /// Where a hub finds it.
    pub fn options(&self) -> ObjectsAt {
        ObjectsAt::S3(S3Options {
            bucket: BUCKET.into(),
            prefix: PREFIX.into(),
            region: "us-east-1".into(),
            // With the slash that an address from the configuration ends in.
            endpoint: Some(format!("{}/", self.endpoint)),
            access_key_id: Some("koe".into()),
            secret_access_key: Some("salaisuus".into()),
        })
    }

    /// The whole bucket, past the hub.
    pub fn bucket(&self) -> AmazonS3 {
        let builder = AmazonS3Builder::new().with_bucket_name(BUCKET).with_region("us-east-1");
        let builder = builder.with_endpoint(&self.endpoint).with_allow_http(true);
        let builder = builder.with_access_key_id("koe").with_secret_access_key("salaisuus");
        builder.build().unwrap()
    }

    /// The names of everything in the bucket, sorted, without the prefix under which all of it lies. No object holds any of the words.
    async fn names_without(&self, words: &[&str]) -> Vec<String> {
        let bucket = self.bucket();
        let listed: Vec<_> = bucket.list(None).try_collect().await.unwrap();
        let mut names = Vec::new();
        for meta in listed {
            let bytes = bucket.get(&meta.location).await.unwrap().bytes().await.unwrap();
            for word in words {
                let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
                assert!(!found, "{} holds {word} in the clear", meta.location);
            }
            let name = meta.location.as_ref().strip_prefix("hub/koe/");
            names.push(
                name.unwrap_or_else(|| panic!("{} lies outside the prefix", meta.location))
                    .to_owned(),
            );
        }
        names.sort();
        names
    }
}

/// What stands in the files, messages and letters of this test.
const WORDS: [&str; 5] = ["%PDF-", "Suunnitelma", "Salainen", "Osoitteeton", MATTI];

async fn site(s3: &S3) -> Site {
    let settings = Settings {
        objects: Some(s3.options()),
        ..Settings::default()
    };
    let persons = vec![person(MATTI, "Matti", "Meikäläinen")];
    Site::start(&Database::Sqlite, persons, settings).await
}

/// A file of this many bytes, which the store takes in one or several parts.
fn file(size: usize) -> Vec<u8> {
    let mut bytes = pdf("Suunnitelma");
    bytes.resize_with(size, || b'S');
    bytes.extend(b"Suunnitelma");
    bytes
}

async fn uploaded(sender: &Sender, bytes: Vec<u8>) -> String {
    let answer = sender.upload("Suunnitelma.pdf", bytes).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let answer: Value = answer.json().await.unwrap();
    answer["attachmentId"].as_str().unwrap().to_owned()
}

fn sorted(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.into_iter().collect();
    names.sort();
    names
}

#[tokio::test]
async fn files_and_checkpoints_come_and_go_in_a_bucket() {
    let s3 = S3::start().await;
    let site = site(&s3).await;
    assert!(s3.names_without(&[]).await.is_empty());
    let sender = sender(&site, "0208573-0", false).await;
    let matti = site.citizen(MATTI).await;
    site.hub.activate(&matti).await.unwrap();

    // Files: one part, two parts, one that no message takes, and one that is refused.
    let (small, large) = (file(3_000), file(6_000_000));
    let ids = [
        uploaded(&sender, small.clone()).await,
        uploaded(&sender, large.clone()).await,
        uploaded(&sender, file(20)).await,
    ];
    let refused = sender.upload("kuva.png", file(9_000)).await;
    assert_eq!(refused.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let attachments = |ids: &[String]| sorted(ids.iter().map(|id| format!("attachments/{id}")));
    assert_eq!(s3.names_without(&WORDS).await, attachments(&ids));
    let mut message = sender.message("A-1", MATTI, "Normal");
    message["electronic"]["attachments"] = json!([{ "attachmentId": ids[0] }, { "attachmentId": ids[1] }]);
    let id = sender.sent(&message).await.to_string().parse().unwrap();
    assert_eq!(s3.names_without(&WORDS).await, attachments(&ids));
    site.hub.open(&matti, id).await.unwrap();
    for (name, bytes) in ids.iter().zip([small, large]) {
        let download = site.hub.download(&matti, id, name.parse().unwrap()).await.unwrap();
        let read: Vec<_> = download.bytes.try_collect().await.unwrap();
        assert!(read.concat() == bytes, "{name} came back otherwise");
    }

    // The second place of checkpoints: the newest, and that one only.
    let mut kept = Vec::new();
    for external_id in ["A-2", "A-3"] {
        sender.sent(&sender.message(external_id, MATTI, "Normal")).await;
        site.seal().await;
        let size = site.count("SELECT size FROM log").await;
        let name = format!("log/checkpoint/{size:020}");
        kept = s3.names_without(&WORDS).await;
        kept.retain(|name| !name.starts_with("attachments/"));
        assert_eq!(kept, [name]);
        let there = s3.bucket().get(&format!("{PREFIX}/{}", kept[0]).into()).await.unwrap();
        let published = site.browser().get(site.at("/log/checkpoint")).await;
        assert_eq!(there.bytes().await.unwrap(), published.bytes().await.unwrap());
    }

    // An upload that no message took is swept away; the files of the message stay.
    site.advance(SignedDuration::from_hours(26));
    assert!(site.hub.sweep_uploads().await.unwrap() > 0);
    let stays = || attachments(&ids[..2]).into_iter().chain(kept.iter().cloned());
    assert_eq!(s3.names_without(&WORDS).await, sorted(stays()));
}

#[tokio::test]
async fn a_letter_comes_and_goes_in_a_bucket() {
    let s3 = S3::start().await;
    let site = site(&s3).await;
    let sender = sender(&site, "0208573-0", false).await;
    let house = House::new(&site).await;
    sent_on_paper(&sender, "A-1", "Normal").await;
    let file = s3.names_without(&WORDS).await;
    assert!(
        matches!(&file[..], [name] if name.starts_with("attachments/")),
        "{file:?}"
    );

    assert_eq!(site.hub.spool_letters().await.unwrap(), 0);
    let jobs = house.jobs().await;
    assert_eq!(jobs.len(), 1);
    let job = &jobs[0];
    let spooled = [format!("spool/{job}/job.json"), format!("spool/{job}/letter.pdf")];
    let all = sorted(file.iter().cloned().chain(spooled));
    assert_eq!(s3.names_without(&WORDS).await, all);
    let letter = house.get(&format!("/{job}/letter.pdf")).await.bytes().await.unwrap();
    assert!(letter.starts_with(b"%PDF-"));
    let sheet: Value = house.get(&format!("/{job}")).await.json().await.unwrap();
    assert_eq!(sheet["letter"]["bytes"], letter.len());

    house.sent(job).await;
    assert_eq!(s3.names_without(&WORDS).await, file);
    assert_eq!(
        house.get(&format!("/{job}/letter.pdf")).await.status(),
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_kept_checkpoint_is_never_replaced_in_a_bucket() {
    let s3 = S3::start().await;
    let objects = Objects::open(&s3.options()).unwrap();
    let name = "log/checkpoint/00000000000000000007";
    objects.put_once(name, b"seven").await.unwrap();
    objects.put_once(name, b"seven").await.unwrap();
    let other = objects.put_once(name, b"another seven").await;
    assert!(matches!(other, Err(ObjectError::Exists)), "{other:?}");
    let names = objects.list_named("log/checkpoint").await.unwrap();
    let last = objects.read_named(names.last().unwrap()).await.unwrap();
    assert_eq!((names, last.as_deref()), (vec![name.to_owned()], Some(&b"seven"[..])));
    objects.remove_named(name).await.unwrap();
    objects.remove_named(name).await.unwrap();
    assert!(objects.list_named("log/checkpoint").await.unwrap().is_empty());

    // Where the next checkpoint goes lies another: the log would fork, so the hub takes no more acts.
    let site = site(&s3).await;
    let sender = sender(&site, "0208573-0", false).await;
    site.hub.activate(&site.citizen(MATTI).await).await.unwrap();
    site.seal().await;
    sender.sent(&sender.message("A-1", MATTI, "Normal")).await;
    let next = site.count("SELECT COUNT(*) FROM event").await;
    let next = format!("log/checkpoint/{next:020}");
    objects.put_once(&next, b"another log's").await.unwrap();
    let fence = site.hub.lease_log().await.unwrap().unwrap();
    let sealed = site.hub.seal_batch(fence).await;
    assert!(
        matches!(sealed, Err(ActError::Objects(ObjectError::Exists))),
        "{sealed:?}"
    );
    assert_eq!(
        sender.send(&sender.message("A-2", MATTI, "Normal")).await.status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
}
