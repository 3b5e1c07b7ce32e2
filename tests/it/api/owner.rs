//! What the owner decides: use of the mailbox, choices about authorities, the e-mail address; and what they can look up.

use reqwest::StatusCode;
use serde_json::json;
use tiedoksi::domain::consent::Regime;
use tiedoksi::evidence::verify::verify_proof;

use super::{EINO, HELMI, Program, town};
use crate::harness::{Settings, Site, databases, person};
use crate::postbox::code_for;
use crate::sender::sender;

#[tokio::test]
async fn a_mailbox_is_taken_into_use_and_given_up() {
    for database in databases() {
        let (site, ..) = town(&database).await;
        let eino = Program::of(&site, EINO).await;
        let first = eino.get("").await;
        let tag = first.etag().to_owned();
        assert_eq!(first.header("cache-control"), "private, no-cache");
        let first = first.ok();
        assert_eq!(
            (&first["inUse"], &first["regime"], &first["decides"]),
            (&json!(false), &json!("consent"), &json!(true))
        );
        eino.unchanged("", &tag).await;

        let wrong = eino.put("", json!({ "inUse": true })).await;
        assert_eq!(wrong.violations(), [("/consent".to_owned(), "required".to_owned())]);
        assert_eq!(
            eino.put("", json!({ "inUse": "yes", "consent": 1 }))
                .await
                .violations()
                .len(),
            2
        );

        for _ in 0..2 {
            let used = eino.put("", json!({ "inUse": true, "consent": true })).await;
            assert_ne!(used.etag(), tag);
            let used = used.ok();
            assert_eq!((&used["inUse"], &used["basis"]), (&json!(true), &json!("consent")));
        }
        assert_eq!(
            site.count("SELECT count(*) FROM event WHERE kind = 'mailbox-activated'")
                .await,
            2,
            "Helmi's and one of Eino's"
        );
        for _ in 0..2 {
            assert_eq!(
                eino.put("", json!({ "inUse": false })).await.ok()["inUse"],
                json!(false)
            );
        }
        assert_eq!(
            site.count("SELECT count(*) FROM event WHERE kind = 'mailbox-deactivated'")
                .await,
            1
        );

        let history = eino.get("/history").await.ok();
        let events: Vec<_> = history["choices"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["event"].clone())
            .collect();
        assert_eq!(events.len(), 4, "{history}");
        assert!(history.get("next").is_none());
        site.seal().await;
        let proof = eino.get("/history/proof").await;
        assert_eq!(
            (proof.status, proof.header("cache-control")),
            (StatusCode::OK, "no-store")
        );
        assert_eq!(verify_proof(&proof.bytes, &site.trust()).exit_code(), 0);
    }
}

#[tokio::test]
async fn going_back_to_paper_says_until_when() {
    for database in databases() {
        let settings = Settings {
            regime: Regime::Statutory,
            ..Settings::default()
        };
        let site = Site::start(&database, vec![person(EINO, "Eino", "Koivuranta")], settings).await;
        let eino = Program::of(&site, EINO).await;
        let left = eino.put("", json!({ "inUse": false })).await.ok();
        assert_eq!(left["paperUntil"], "2026-09-02T09:00:00Z", "{left}");
    }
}

#[tokio::test]
async fn a_choice_replaces_only_the_one_that_was_seen() {
    for database in databases() {
        let (site, ..) = town(&database).await;
        sender(&site, "1234567-1", true).await;
        let helmi = Program::of(&site, HELMI).await;
        let list = helmi.get("/senders").await;
        helmi.unchanged("/senders", list.etag()).await;
        let list = list.ok();
        let asks = list["senders"]
            .as_array()
            .unwrap()
            .iter()
            .find(|it| it["requiresConsent"] == true)
            .unwrap();
        assert_eq!((&asks["choice"], &asks["canSend"]), (&json!("none"), &json!(false)));
        let path = format!("/senders/{}", asks["id"].as_str().unwrap());
        let one = helmi.get(&path).await;
        let seen = one.etag().to_owned();
        assert_eq!(one.ok()["businessId"], "1234567-1");

        // Two at once that build upon the same: one of them is told.
        let (give, refuse) = tokio::join!(
            helmi.put_if(&path, &seen, json!({ "choice": "given" })),
            helmi.put_if(&path, &seen, json!({ "choice": "refused" }))
        );
        let mut statuses = [give.status.as_u16(), refuse.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
        helmi
            .put_if(&path, &seen, json!({ "choice": "given" }))
            .await
            .problem(412);

        let given = helmi.put(&path, json!({ "choice": "given" })).await;
        let tag = given.etag().to_owned();
        let given = given.ok();
        assert_eq!((&given["choice"], &given["canSend"]), (&json!("given"), &json!(true)));
        let again = helmi.put_if(&path, &tag, json!({ "choice": "given" })).await;
        assert_eq!(again.etag(), tag, "the same choice again changes nothing");
        helmi.unchanged(&path, &tag).await;
        assert_eq!(
            helmi.put(&path, json!({ "choice": "withdrawn" })).await.ok()["choice"],
            "withdrawn"
        );

        assert_eq!(
            helmi.put(&path, json!({ "choice": "maybe" })).await.violations()[0].0,
            "/choice"
        );
        let bad_tag = super::answer(
            helmi
                .request(reqwest::Method::PUT, &path)
                .header("If-Match", "x y")
                .json(&json!({ "choice": "given" })),
        )
        .await;
        bad_tag.problem(412);
        let other = list["senders"]
            .as_array()
            .unwrap()
            .iter()
            .find(|it| it["requiresConsent"] == false)
            .unwrap();
        let other = format!("/senders/{}", other["id"].as_str().unwrap());
        helmi.put(&other, json!({ "choice": "given" })).await.problem(403);
        for nothing in ["/senders/x", "/senders/018f3b2e-0000-7000-8000-000000000001"] {
            helmi.get(nothing).await.problem(404);
            helmi.put(nothing, json!({ "choice": "given" })).await.problem(404);
        }
    }
}

#[tokio::test]
async fn an_address_is_verified_by_its_code() {
    for database in databases() {
        let (site, ..) = town(&database).await;
        let helmi = Program::of(&site, HELMI).await;
        assert_eq!(helmi.get("/contact").await.ok(), json!({}));
        let wrong = helmi.post("/contact", json!({ "address": 7, "language": "de" })).await;
        assert_eq!(wrong.violations().len(), 2);
        assert_eq!(
            helmi
                .post("/contact", json!({ "address": "helmi", "language": "fi" }))
                .await
                .violations()[0]
                .1,
            "bad-address"
        );

        let set = helmi
            .post(
                "/contact",
                json!({ "address": "helmi@posti.example", "language": "sv" }),
            )
            .await
            .ok();
        assert_eq!(
            (&set["pending"]["address"], &set["pending"]["attemptsLeft"]),
            (&json!("helmi@posti.example"), &json!(5))
        );
        assert_eq!(
            helmi
                .post("/contact/verification", json!({ "code": "0" }))
                .await
                .violations()[0]
                .0,
            "/code"
        );
        let code = code_for(&site, "helmi@posti.example").await;
        let verified = helmi.post("/contact/verification", json!({ "code": code })).await.ok();
        assert_eq!(
            (&verified["verified"]["language"], verified.get("pending")),
            (&json!("sv"), None)
        );
    }
}

#[tokio::test]
async fn what_happened_can_be_looked_up_and_all_of_it_taken_along() {
    for database in databases() {
        let (site, sender, _) = town(&database).await;
        let id = sender.sent(&sender.message("A-1", HELMI, "Normal")).await;
        let helmi = Program::of(&site, HELMI).await;
        helmi.get(&format!("/messages/{id}")).await.ok();
        let log = helmi.get("/access-log").await;
        helmi.unchanged("/access-log", log.etag()).await;
        let log = log.ok();
        let opened = &log["accesses"][0];
        assert_eq!(
            (&opened["by"], &opened["messageId"], &opened["messageRemoved"]),
            (&json!("owner"), &json!(id), &json!(false))
        );
        let deliveries = helmi.get("/deliveries").await.ok();
        assert_eq!(
            (
                &deliveries["deliveries"][0]["messageId"],
                &deliveries["deliveries"][0]["state"]
            ),
            (&json!(id), &json!("read"))
        );
        for bad in ["/access-log?cursor=x", "/deliveries?cursor=x", "/history?cursor=x"] {
            assert_eq!(helmi.get(bad).await.violations()[0].1, "bad-cursor", "{bad}");
        }

        assert_eq!(
            helmi.post("/export?language=de", json!(null)).await.violations()[0].0,
            "/language"
        );
        let archive = helmi.post("/export?language=en", json!(null)).await;
        assert_eq!(
            (archive.status, archive.header("content-type")),
            (StatusCode::OK, "application/zip")
        );
        assert!(archive.bytes.starts_with(b"PK"));
        assert_eq!(
            site.count("SELECT count(*) FROM event WHERE kind = 'mailbox-exported'")
                .await,
            1
        );

        let eino = Program::of(&site, EINO).await;
        assert_eq!(eino.get("/access-log").await.ok(), json!({ "accesses": [] }));
        assert_eq!(eino.get("/deliveries").await.ok(), json!({ "deliveries": [] }));
    }
}

#[tokio::test]
async fn sessions_of_browsers_are_seen_and_ended() {
    for database in databases() {
        let (site, ..) = town(&database).await;
        let (first, _second) = (site.logged_in(EINO).await, site.logged_in(EINO).await);
        let eino = Program::of(&site, EINO).await;
        let sessions = eino.get("/sessions").await.ok();
        let sessions = sessions["sessions"].as_array().unwrap();
        assert_eq!(sessions.len(), 2);
        let key = sessions[0]["key"].as_str().unwrap();
        let helmi = Program::of(&site, HELMI).await;
        assert_eq!(
            helmi.delete(&format!("/sessions/{key}")).await.status,
            StatusCode::NO_CONTENT
        );
        assert_eq!(
            eino.get("/sessions").await.ok()["sessions"].as_array().unwrap().len(),
            2,
            "another's is not ended"
        );
        for _ in 0..2 {
            assert_eq!(
                eino.delete(&format!("/sessions/{key}")).await.status,
                StatusCode::NO_CONTENT
            );
            assert_eq!(
                eino.get("/sessions").await.ok()["sessions"].as_array().unwrap().len(),
                1
            );
        }
        assert_eq!(eino.delete("/sessions").await.status, StatusCode::NO_CONTENT);
        assert_eq!(eino.get("/sessions").await.ok(), json!({ "sessions": [] }));
        assert_eq!(first.get(site.at("/inbox")).await.status(), StatusCode::SEE_OTHER);
    }
}
