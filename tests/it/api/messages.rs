//! Messages: lists page by page, opening, confirming, files, filing, search.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{EINO, HELMI, Program, answer, town};
use crate::harness::databases;
use crate::sender::{Sender, pdf};

const OPENED: &str = "SELECT count(*) FROM event WHERE kind IN ('ContentHandover', 'ContentAccessTracking')";

/// A message with a file, whose name and bytes are secrets of their own.
async fn with_file(sender: &Sender, external_id: &str, kind: &str) -> (i64, String) {
    let answer = sender.upload("salainen-liite.pdf", pdf("Salainen liite")).await;
    let file = answer.json::<Value>().await.unwrap()["attachmentId"].clone();
    let mut message = sender.message(external_id, HELMI, kind);
    message["electronic"]["attachments"] = json!([{ "attachmentId": file }]);
    (sender.sent(&message).await, file.as_str().unwrap().to_owned())
}

fn ids(page: &Value) -> Vec<i64> {
    let rows = page["messages"].as_array().unwrap().iter();
    rows.map(|row| row["messageId"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_folder_is_read_page_by_page() {
    for database in databases() {
        let (site, sender, _) = town(&database).await;
        let mut sent = BTreeSet::new();
        for number in 0..25 {
            sent.insert(
                sender
                    .sent(&sender.message(&format!("A-{number}"), HELMI, "Normal"))
                    .await,
            );
            site.advance(SignedDuration::from_secs(1));
        }
        let helmi = Program::of(&site, HELMI).await;
        let (mut seen, mut path, mut pages) = (Vec::new(), "/messages?limit=10".to_owned(), Vec::new());
        loop {
            let page = helmi.get(&path).await;
            helmi.unchanged(&path, page.etag()).await;
            let page = page.ok();
            pages.push(ids(&page).len());
            seen.extend(ids(&page));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/messages?limit=10&cursor={next}");
        }
        assert_eq!(pages, [10, 10, 5]);
        assert_eq!((seen.len(), seen.iter().copied().collect::<BTreeSet<_>>()), (25, sent));
        let row = helmi.get("/messages").await.ok()["messages"][0].clone();
        assert_eq!(
            (&row["state"], &row["folder"], &row["title"]),
            (&json!("unread"), &json!("inbox"), &json!("Päätös rakennusluvasta"))
        );
        assert_eq!(helmi.get("/messages?folder=sent").await.ok(), json!({ "messages": [] }));
        assert_eq!(site.count(OPENED).await, 0, "a list opens nothing");

        let wrong = helmi.get("/messages?folder=attic&limit=0").await;
        let expected = [("/folder", "not-allowed-value"), ("/limit", "not-allowed-value")];
        assert_eq!(
            wrong.violations(),
            expected.map(|(at, code)| (at.to_owned(), code.to_owned()))
        );
        for bad in [
            "limit=101",
            "limit=x",
            "cursor=x",
            "cursor=",
            "limit=1&limit=2",
            "folder=%FF",
        ] {
            helmi.get(&format!("/messages?{bad}")).await.problem(400);
        }
        assert_eq!(
            Program::of(&site, EINO).await.get("/messages").await.ok(),
            json!({ "messages": [] })
        );
    }
}

#[tokio::test]
async fn opening_is_evidence_and_only_a_person_opens() {
    for database in databases() {
        let (site, sender, _) = town(&database).await;
        let (id, file) = with_file(&sender, "A-1", "Normal").await;
        let helmi = Program::of(&site, HELMI).await;
        let path = format!("/messages/{id}");
        for path in [
            path.clone(),
            format!("{path}/attachments/{file}"),
            format!("{path}/attachments.zip"),
        ] {
            let head = answer(helmi.request(Method::HEAD, &path)).await;
            assert_eq!(
                (head.status, head.header("allow")),
                (StatusCode::METHOD_NOT_ALLOWED, "GET")
            );
        }
        let eino = Program::of(&site, EINO).await;
        for path in [
            path.clone(),
            format!("{path}/attachments/{file}"),
            format!("{path}/attachments.zip"),
            format!("{path}/thread"),
        ] {
            eino.get(&path).await.problem(404);
        }
        helmi.get(&format!("{path}/thread")).await.ok();
        assert_eq!(site.count(OPENED).await, 0);

        let opened = helmi.get(&path).await;
        let tag = opened.etag().to_owned();
        let opened = opened.ok();
        assert_eq!(
            (&opened["state"], &opened["since"]),
            (&json!("read"), &json!("2026-03-02T10:00:00Z"))
        );
        let content = &opened["content"];
        assert_eq!(
            (&content["bodyFormat"], &content["replyAllowed"]),
            (&json!("Markdown"), &json!(true))
        );
        assert!(
            content["body"].as_str().unwrap().contains("**myönnetty**"),
            "as its sender wrote it"
        );
        assert_eq!(
            (
                &content["attachments"][0]["attachmentId"],
                &content["attachments"][0]["filename"]
            ),
            (&json!(file), &json!("salainen-liite.pdf"))
        );
        assert_eq!(
            (&content["deadline"]["servedOn"], &content["deadline"]["servedBy"]),
            (&json!("2026-03-05"), &json!("presumption"))
        );
        site.advance(SignedDuration::from_secs(3));
        helmi.unchanged(&path, &tag).await;
        assert_eq!(site.count(OPENED).await, 1, "within the hour it is one opening");

        let bytes = helmi.get(&format!("{path}/attachments/{file}")).await;
        assert_eq!(
            (
                bytes.header("content-type"),
                bytes.header("x-content-type-options"),
                bytes.header("cache-control")
            ),
            ("application/pdf", "nosniff", "no-store")
        );
        assert!(bytes.header("content-disposition").starts_with("attachment"));
        assert_eq!(bytes.bytes, pdf("Salainen liite"));
        assert_eq!(bytes.etag().trim_matches('"'), content["attachments"][0]["sha256"]);
        helmi
            .unchanged(&format!("{path}/attachments/{file}"), bytes.etag())
            .await;
        let zip = helmi.get(&format!("{path}/attachments.zip")).await;
        assert!(zip.bytes.starts_with(b"PK") && zip.status == StatusCode::OK);
        for absent in [
            "/messages/9",
            "/messages/x",
            "/messages/0",
            "/messages/%FF",
            "/messages/9/attachments/x",
        ] {
            helmi.get(absent).await.problem(404);
        }
        helmi
            .post(&format!("{path}/confirmation"), json!(null))
            .await
            .problem(403);
    }
}

#[tokio::test]
async fn confirming_answers_as_the_page_does() {
    for database in databases() {
        let (site, sender, citizen) = town(&database).await;
        let (id, file) = with_file(&sender, "A-1", "Verifiable").await;
        let helmi = Program::of(&site, HELMI).await;
        let path = format!("/messages/{id}");
        let gate = helmi.get(&path).await.ok();
        assert_eq!(
            (&gate["state"], &gate["confirmBy"], gate.get("content")),
            (&json!("awaitsConfirmation"), &json!("2026-03-09"), None)
        );
        helmi.get(&format!("{path}/attachments/{file}")).await.problem(404);
        helmi.get(&format!("{path}/attachments.zip")).await.problem(404);
        Program::of(&site, EINO)
            .await
            .post(&format!("{path}/confirmation"), json!(null))
            .await
            .problem(404);
        assert_eq!(site.count(OPENED).await, 0);

        let confirmation = format!("{path}/confirmation");
        let (first, second) = tokio::join!(
            helmi.post(&confirmation, json!(null)),
            helmi.post(&confirmation, json!(null))
        );
        let (first, second) = (first.ok(), second.ok());
        assert_eq!(first, second, "two at once");
        site.advance(SignedDuration::from_secs(60));
        assert_eq!(
            helmi.post(&confirmation, json!(null)).await.ok(),
            first,
            "and the same again"
        );
        let page = site
            .hub
            .confirm(&citizen, id.to_string().parse().unwrap())
            .await
            .unwrap();
        assert_eq!(
            first,
            json!({ "messageId": id, "at": page.at, "served": page.served, "seal": page.seal })
        );
        assert!(page.served && !page.seal.is_empty());
        assert_eq!(helmi.get(&path).await.ok()["state"], "confirmed");
    }
}

#[tokio::test]
async fn an_old_login_confirms_nothing_and_is_told_how_old_it_may_be() {
    for database in databases() {
        let persons = vec![crate::harness::person(HELMI, "Helmi", "Mäkelä")];
        let settings = crate::harness::Settings {
            confirm_login: std::time::Duration::from_secs(120),
            ..crate::harness::Settings::default()
        };
        let site = crate::harness::Site::start(&database, persons, settings).await;
        let sender = crate::sender::sender(&site, "0208573-0", false).await;
        site.hub.activate(&site.citizen(HELMI).await).await.unwrap();
        let (id, _) = with_file(&sender, "A-1", "Verifiable").await;
        let helmi = Program::of(&site, HELMI).await;
        site.advance(SignedDuration::from_secs(121));
        let refused = helmi.post(&format!("/messages/{id}/confirmation"), json!(null)).await;
        assert_eq!(
            refused.header("www-authenticate"),
            "Bearer error=\"insufficient_user_authentication\", max_age=120"
        );
        assert_eq!(refused.problem(401)["code"], "login-too-old");
        let fresh = Program::of(&site, HELMI).await;
        fresh
            .post(&format!("/messages/{id}/confirmation"), json!(null))
            .await
            .ok();
    }
}

#[tokio::test]
async fn messages_are_filed_and_found() {
    for database in databases() {
        let (site, sender, _) = town(&database).await;
        let (one, _) = with_file(&sender, "A-1", "Normal").await;
        let (waiting, _) = with_file(&sender, "A-2", "Verifiable").await;
        let helmi = Program::of(&site, HELMI).await;
        let order = |filing: &str| json!({ "filing": filing, "messages": [one, waiting, 9] });
        for _ in 0..2 {
            let deleted = helmi.post("/filing", order("delete")).await.ok();
            assert_eq!(deleted, json!({ "done": [one], "kept": [waiting] }));
        }
        let bin = helmi.get("/messages?folder=deleted").await.ok();
        assert_eq!(ids(&bin), [one]);
        assert_eq!(bin["messages"][0]["removedOn"], "2026-05-01T10:00:00Z");
        assert_eq!(ids(&helmi.get("/messages").await.ok()), [waiting]);
        helmi
            .post("/filing", json!({ "filing": "restore", "messages": [one] }))
            .await
            .ok();
        helmi.post("/filing", order("archive")).await.ok();
        assert_eq!(ids(&helmi.get("/messages?folder=archive").await.ok()).len(), 2);
        assert_eq!(
            Program::of(&site, EINO)
                .await
                .post("/filing", order("unarchive"))
                .await
                .problem(404)["status"],
            404
        );
        assert_eq!(
            helmi
                .post("/filing", json!({ "filing": "burn", "messages": [0] }))
                .await
                .violations()
                .len(),
            2
        );

        let found = |words: &'static str| helmi.get(words);
        assert_eq!(ids(&found("/search?q=PAATOS").await.ok()).len(), 2);
        let by_body = found("/search?q=salainen").await.ok();
        assert_eq!(
            (ids(&by_body), &by_body["incomplete"]),
            (vec![one], &json!(false)),
            "of the other the body waits"
        );
        assert_eq!(
            found("/search?q=%20-").await.violations(),
            [("/q".to_owned(), "required".to_owned())]
        );
        assert_eq!(found("/search?q=a&cursor=x").await.violations()[0].1, "bad-cursor");
        assert_eq!(
            ids(&Program::of(&site, EINO).await.get("/search?q=paatos").await.ok()).len(),
            0
        );
    }
}
