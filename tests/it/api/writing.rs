//! Writing: drafts, their files, sending; to a message and to a service.

use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tiedoksi::hub::change_service::ServiceChange;

use super::{Answer, EINO, HELMI, Program, answer, town};
use crate::harness::databases;
use crate::sender::pdf;

const KEY: &str = "018f3b2e-0000-7000-8000-000000000001";

async fn upload(program: &Program<'_>, path: &str, key: Option<&str>, name: &str) -> Answer {
    let form = Form::new().part("file", Part::bytes(pdf(name)).file_name(name.to_owned()));
    let request = program.request(Method::POST, path).multipart(form);
    answer(match key {
        Some(key) => request.header("Idempotency-Key", key),
        None => request,
    })
    .await
}

#[tokio::test]
async fn a_reply_is_written_in_a_draft_and_sent_once() {
    for database in databases() {
        let (site, sender, _) = town(&database).await;
        let id = sender.sent(&sender.message("A-1", HELMI, "Normal")).await;
        let helmi = Program::of(&site, HELMI).await;
        let begin = json!({ "inReplyToMessageId": id, "title": "Vastaus" });
        let begun = helmi.post("/drafts", begin.clone()).await;
        assert_eq!(begun.status, StatusCode::CREATED);
        let path = begun
            .header("location")
            .strip_prefix(super::MAILBOX)
            .unwrap()
            .to_owned();
        let seen = begun.etag().to_owned();
        let begun = begun.json();
        assert_eq!(
            (&begun["inReplyToMessageId"], &begun["title"], &begun["body"]),
            (&json!(id), &json!("Vastaus"), &json!(""))
        );
        assert_eq!(
            helmi.post("/drafts", begin).await.header("location"),
            format!("{}{path}", super::MAILBOX),
            "the one begun before"
        );
        helmi.unchanged(&path, &seen).await;

        // Written over by nobody who has not seen it.
        site.advance(jiff::SignedDuration::from_secs(1));
        let text = json!({ "title": "Vastaus", "body": "Kiitos." });
        let saved = helmi.put_if(&path, &seen, text.clone()).await;
        assert_ne!(saved.etag(), seen);
        let tag = saved.etag().to_owned();
        helmi
            .put_if(&path, &seen, json!({ "title": "Vanha", "body": "" }))
            .await
            .problem(412);
        let both = tokio::join!(
            helmi.put_if(&path, &tag, json!({ "title": "a", "body": "" })),
            helmi.put_if(&path, &tag, json!({ "title": "b", "body": "" }))
        );
        let mut statuses = [both.0.status.as_u16(), both.1.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412], "two at once that build upon the same");
        assert_eq!(helmi.put(&path, json!({ "title": 1 })).await.violations().len(), 2);

        let files = format!("{path}/files");
        let first = upload(&helmi, &files, Some(KEY), "selvitys.pdf").await;
        assert_eq!(first.status, StatusCode::CREATED);
        let first = first.json();
        assert_eq!(
            upload(&helmi, &files, Some(KEY), "selvitys.pdf").await.ok(),
            first,
            "the same key is the same file"
        );
        let second = upload(&helmi, &files, None, "toinen.pdf").await.ok();
        assert_eq!(
            upload(&helmi, &files, Some("x"), "a.pdf").await.violations()[0].0,
            "/Idempotency-Key"
        );
        upload(&helmi, &files, None, "ohjelma.exe").await.problem(415);
        helmi.post(&files, json!({})).await.problem(400);
        for _ in 0..2 {
            let gone = helmi
                .delete(&format!("{files}/{}", second["attachmentId"].as_str().unwrap()))
                .await;
            assert_eq!(gone.status, StatusCode::NO_CONTENT);
        }

        let sending = format!("{path}/sending");
        let refused = helmi.post(&sending, json!({ "title": "", "body": "Kesken" })).await;
        assert_eq!(refused.violations(), [("/title".to_owned(), "required".to_owned())]);
        assert_eq!(
            helmi.get(&path).await.ok()["body"],
            "Kesken",
            "what was refused is kept"
        );
        let (one, other) = tokio::join!(helmi.post(&sending, text.clone()), helmi.post(&sending, text.clone()));
        let receipt = one.ok();
        assert_eq!(receipt, other.ok(), "sent once");
        assert_eq!(helmi.post(&sending, text.clone()).await.ok(), receipt);
        assert_eq!(helmi.get(&path).await.ok()["sentMessageId"], receipt["messageId"]);
        helmi.put(&path, text.clone()).await.problem(403);
        helmi.delete(&path).await.problem(403);

        let sent = helmi.get(&format!("/messages/{}", receipt["messageId"])).await.ok();
        assert_eq!(
            (&sent["state"], &sent["content"]["receipt"]["seal"]),
            (&json!("sent"), &receipt["seal"])
        );
        assert_eq!(sent["content"]["attachments"][0]["sha256"], first["sha256"]);
        assert_eq!(
            helmi.get("/messages?folder=sent").await.ok()["messages"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
        let thread = helmi.get(&format!("/messages/{id}/thread")).await.ok();
        assert_eq!(thread["messages"].as_array().unwrap().len(), 2);
        site.seal().await;
        let (events, _) = sender.feed(None).await;
        assert!(
            events
                .iter()
                .any(|event| event["metadata"]["messageId"] == receipt["messageId"])
        );
    }
}

#[tokio::test]
async fn another_persons_draft_is_not_there() {
    for database in databases() {
        let (site, sender, _) = town(&database).await;
        let id = sender.sent(&sender.message("A-1", HELMI, "Normal")).await;
        let helmi = Program::of(&site, HELMI).await;
        let eino = Program::of(&site, EINO).await;
        let begun = helmi.post("/drafts", json!({ "inReplyToMessageId": id })).await.ok();
        let path = format!("/drafts/{}", begun["draftId"].as_str().unwrap());
        let text = json!({ "title": "a", "body": "b" });
        eino.get(&path).await.problem(404);
        eino.put(&path, text.clone()).await.problem(404);
        eino.post(&format!("{path}/sending"), text).await.problem(404);
        upload(&eino, &format!("{path}/files"), None, "a.pdf")
            .await
            .problem(404);
        eino.delete(&path).await.problem(404);
        eino.post("/drafts", json!({ "inReplyToMessageId": id }))
            .await
            .problem(404);
        assert_eq!(eino.get("/drafts").await.ok(), json!({ "drafts": [] }));
        let drafts = helmi.get("/drafts").await;
        helmi.unchanged("/drafts", drafts.etag()).await;
        assert_eq!(drafts.ok()["drafts"][0]["isReply"], true);
        assert_eq!(helmi.delete(&path).await.status, StatusCode::NO_CONTENT);
        helmi.delete(&path).await.problem(404);

        for (body, pointer) in [
            (json!({}), ""),
            (json!({ "inReplyToMessageId": id, "serviceId": KEY }), ""),
            (json!({ "inReplyToMessageId": "x" }), "/inReplyToMessageId"),
            (json!({ "serviceId": "x" }), "/serviceId"),
            (json!([]), ""),
        ] {
            assert_eq!(
                helmi.post("/drafts", body.clone()).await.violations()[0].0,
                pointer,
                "{body}"
            );
        }
        helmi.post("/drafts", json!({ "serviceId": KEY })).await.problem(404);
    }
}

#[tokio::test]
async fn a_new_message_goes_to_a_service_that_takes_messages() {
    for database in databases() {
        let (site, sender, _) = town(&database).await;
        let takes = ServiceChange {
            takes_messages: Some(true),
            ..ServiceChange::default()
        };
        site.hub.change_service(&sender.service, takes).await.unwrap();
        site.advance(jiff::SignedDuration::from_secs(5));
        let helmi = Program::of(&site, HELMI).await;
        let all = helmi.get("/services").await.ok();
        assert_eq!(
            (
                all["services"].as_array().unwrap().len(),
                all["authorities"].as_array().unwrap().len()
            ),
            (0, 1)
        );
        assert_eq!(helmi.get("/services?authority=x").await.violations()[0].0, "/authority");
        let found = helmi.get("/services?q=rakennus").await;
        helmi.unchanged("/services?q=rakennus", found.etag()).await;
        let service: Value = found.ok()["services"][0].clone();
        let begun = helmi
            .post("/drafts", json!({ "serviceId": service["serviceId"] }))
            .await
            .ok();
        let sending = format!("/drafts/{}/sending", begun["draftId"].as_str().unwrap());
        let text = json!({ "title": "Kysymys", "body": "Milloin?" });

        // A mailbox that is not in use sends nothing, and is told so.
        helmi.put("", json!({ "inUse": false })).await.ok();
        assert_eq!(
            helmi.post(&sending, text.clone()).await.problem(403)["code"],
            "mailbox-not-in-use"
        );
        assert_eq!(
            helmi.get(sending.strip_suffix("/sending").unwrap()).await.ok()["hindrance"],
            "mailboxNotInUse"
        );
        helmi.put("", json!({ "inUse": true, "consent": true })).await.ok();
        let receipt = helmi.post(&sending, text).await.ok();
        assert!(receipt["messageId"].is_i64() && receipt["seal"].is_string());
    }
}
