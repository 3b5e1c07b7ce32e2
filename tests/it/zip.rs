//! All files of a message in one zip: whole, well named, recorded, and nothing before confirmation.

use futures::StreamExt as _;
use reqwest::StatusCode;
use serde_json::json;
use tempfile::TempDir;
use tiedoksi::evidence::sha256;

use crate::harness::{Browser, Database, Settings, Site, databases, person};
use crate::outsider::{forget_peak, peak_memory, unzip_tests, zip_list};
use crate::sender::{Sender, pdf, sender};

const MATTI: &str = "010594Y9032";
const MAIJA: &str = "010594Y9021";

async fn site(database: &Database) -> (Site, Sender, Browser) {
    let persons = vec![
        person(MATTI, "Matti", "Meikäläinen"),
        person(MAIJA, "Maija", "Meikäläinen"),
    ];
    let site = Site::start(database, persons, Settings::default()).await;
    let sender = sender(&site, "0208573-0", false).await;
    let matti = site.citizen(MATTI).await;
    site.hub.activate(&matti).await.unwrap();
    let browser = site.logged_in(MATTI).await;
    (site, sender, browser)
}

async fn sent(sender: &Sender, external_id: &str, kind: &str, files: &[String]) -> i64 {
    let files: Vec<_> = files.iter().map(|id| json!({ "attachmentId": id })).collect();
    let mut message = sender.message(external_id, MATTI, kind);
    message["electronic"]["attachments"] = files.into();
    sender.sent(&message).await
}

#[tokio::test]
async fn all_files_of_a_message_come_in_one_archive() {
    for database in databases() {
        let (site, sender, browser) = site(&database).await;
        let names = ["päätös.pdf", "PÄÄTÖS.pdf", "liitteet/../a\u{202e}.pdf", "CON.pdf"];
        let mut files = Vec::new();
        for name in names {
            files.push(sender.pdf(name).await);
        }
        let id = sent(&sender, "A-1", "Normal", &files).await;
        let url = site.at(&format!("/messages/{id}/attachments.zip"));
        let answer = browser.get(url.clone()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "application/zip");
        assert_eq!(header("cache-control"), "no-store");
        assert!(header("content-disposition").starts_with(&format!("attachment; filename=\"Liitteet {id}.zip\"")));
        assert!(header("content-security-policy").starts_with("sandbox"));
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("all.zip");
        std::fs::write(&file, answer.bytes().await.unwrap()).unwrap();
        assert!(unzip_tests(&file));
        let listed = zip_list(&file);
        let expected = ["päätös.pdf", "PÄÄTÖS (2).pdf", "liitteet_.._a_.pdf", "_CON.pdf"];
        assert_eq!(
            listed.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            expected
        );
        for ((_, digest), name) in listed.iter().zip(names) {
            assert_eq!(*digest, hex::encode(sha256(&pdf(name))));
        }
        // It was the opening of the message, once; the page offers it.
        browser.get(url).await.bytes().await.unwrap();
        assert_eq!(
            site.count("SELECT count(*) FROM event WHERE kind = 'ContentHandover'")
                .await,
            1
        );
        let page = browser
            .get(site.at(&format!("/messages/{id}")))
            .await
            .text()
            .await
            .unwrap();
        assert!(page.contains(&format!("href=\"/messages/{id}/attachments.zip\"")));
        let one = sent(&sender, "A-2", "Normal", &files[..1]).await;
        let page = browser
            .get(site.at(&format!("/messages/{one}")))
            .await
            .text()
            .await
            .unwrap();
        assert!(!page.contains("attachments.zip"));
    }
}

#[tokio::test]
async fn the_archive_is_for_the_recipient_and_after_confirmation_alone() {
    for database in databases() {
        let (site, sender, browser) = site(&database).await;
        let files = vec![sender.pdf("a.pdf").await, sender.pdf("b.pdf").await];
        let verifiable = sent(&sender, "A-1", "Verifiable", &files).await;
        let ordinary = sent(&sender, "A-2", "Normal", &files).await;
        let empty = sent(&sender, "A-3", "Normal", &[]).await;
        let url = |id: i64| site.at(&format!("/messages/{id}/attachments.zip"));
        let missing = |id: i64| {
            let (browser, url) = (&browser, url(id));
            async move { browser.get(url).await.status() == StatusCode::NOT_FOUND }
        };
        assert!(missing(verifiable).await && missing(empty).await && missing(9_999_999).await);
        let other = site.logged_in(MAIJA).await;
        assert_eq!(other.get(url(ordinary)).await.status(), StatusCode::NOT_FOUND);
        let nobody = site.browser().get(url(ordinary)).await;
        assert_eq!(nobody.status(), StatusCode::SEE_OTHER);
        // What is no person's own doing opens nothing.
        let head = browser.client.head(url(ordinary)).send().await.unwrap();
        assert_eq!(head.status(), StatusCode::METHOD_NOT_ALLOWED);
        let ahead = browser
            .client
            .get(url(ordinary))
            .header("sec-purpose", "prefetch")
            .send()
            .await
            .unwrap();
        assert_eq!(ahead.status(), StatusCode::NO_CONTENT);
        assert_eq!(
            site.count("SELECT count(*) FROM event WHERE kind = 'ContentHandover'")
                .await,
            0
        );

        let matti = site.citizen(MATTI).await;
        site.hub
            .confirm(&matti, verifiable.to_string().parse().unwrap())
            .await
            .unwrap();
        assert_eq!(browser.get(url(verifiable)).await.status(), StatusCode::OK);
    }
}

/// Reads an answer to its end; whether that was a good one.
async fn ends_well(answer: reqwest::Response) -> bool {
    let mut bytes = answer.bytes_stream();
    while let Some(piece) = bytes.next().await {
        if piece.is_err() {
            return false;
        }
    }
    true
}

#[tokio::test]
async fn a_damaged_or_missing_file_breaks_the_download() {
    for database in databases() {
        let (site, sender, browser) = site(&database).await;
        let files = vec![sender.pdf("a.pdf").await, sender.pdf("b.pdf").await];
        let id = sent(&sender, "A-1", "Normal", &files).await;
        let url = site.at(&format!("/messages/{id}/attachments.zip"));
        assert!(ends_well(browser.get(url.clone()).await).await);
        let stored = site.folder().join("objects/attachments").join(&files[1]);
        let mut bytes = std::fs::read(&stored).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        std::fs::write(&stored, &bytes).unwrap();
        assert!(!ends_well(browser.get(url.clone()).await).await);
        std::fs::remove_file(&stored).unwrap();
        assert!(!ends_well(browser.get(url).await).await);
    }
}

#[tokio::test]
async fn ten_large_files_pass_through_little_memory() {
    for database in databases() {
        let (site, sender, browser) = site(&database).await;
        let large = {
            let mut text = "x".repeat(79) + "\n% ";
            text = text.repeat(4_000_000 / text.len());
            pdf(&text)
        };
        let mut files = Vec::new();
        for n in 0..10 {
            let answer = sender.upload(&format!("{n}.pdf"), large.clone()).await;
            assert_eq!(answer.status(), StatusCode::CREATED);
            let answer: serde_json::Value = answer.json().await.unwrap();
            files.push(answer["attachmentId"].as_str().unwrap().to_owned());
        }
        let id = sent(&sender, "A-1", "Normal", &files).await;
        let mut taken = 0;
        // Once before it is measured, so that what the allocator keeps for later is not counted.
        for _ in 0..2 {
            forget_peak();
            let before = peak_memory();
            let answer = browser.get(site.at(&format!("/messages/{id}/attachments.zip"))).await;
            let mut bytes = answer.bytes_stream();
            let mut size = 0;
            while let Some(piece) = bytes.next().await {
                size += piece.unwrap().len();
            }
            assert!(size > 10 * large.len());
            taken = peak_memory().saturating_sub(before);
        }
        assert!(taken < 16 * 1024 * 1024, "{taken} bytes");
    }
}
