//! Acting for another by a program: by which mandate, how far it reaches, and that it ends.

use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{EINO, HELMI, Program, town};
use crate::harness::databases;

const USED: &str = "SELECT count(*) FROM event WHERE kind = 'mandate-used'";

fn mandate() -> Value {
    json!({ "agent": EINO, "name": "Eino Koivuranta", "scope": "everything" })
}

#[tokio::test]
async fn an_agents_program_acts_in_the_owners_mailbox() {
    for database in databases() {
        let (site, sender, _) = town(&database).await;
        let id = sender.sent(&sender.message("A-1", HELMI, "Verifiable")).await;
        let mut hidden = sender.message("A-2", HELMI, "Normal");
        hidden["electronic"]["visibility"] = json!("Recipient only");
        let hidden = sender.sent(&hidden).await;
        let helmi = Program::of(&site, HELMI).await;
        let granted = helmi.post("/mandates", mandate()).await.ok();
        assert_eq!(granted["inForce"][0]["role"], "mandate");
        assert_eq!(
            helmi.post("/mandates", mandate()).await.ok(),
            granted,
            "the same again is the one that is there"
        );

        let mut eino = Program::of(&site, EINO).await;
        let path = format!("/messages/{id}");
        eino.get(&path).await.problem(404);
        let held = eino.get("/held-mandates").await;
        eino.unchanged("/held-mandates", held.etag()).await;
        let held = held.ok();
        assert_eq!(
            (&held["held"][0]["ownerName"], &held["incomplete"]),
            (&json!("Helmi Mäkelä"), &json!(false))
        );
        let key = held["held"][0]["actingFor"].as_str().unwrap().to_owned();

        // Of no use to anyone else, and a mandate that is not there is told alike.
        let mut stranger = Program::of(&site, HELMI).await;
        for wrong in [key.as_str(), "x", "018f3b2e-0000-7000-8000-000000000001"] {
            stranger.acting_for = Some(wrong.to_owned());
            assert_eq!(stranger.get("").await.problem(403)["code"], "mandate-not-held");
        }

        eino.acting_for = Some(key);
        assert_eq!(
            eino.get("/messages").await.ok()["messages"].as_array().unwrap().len(),
            1,
            "one is the recipient's alone"
        );
        eino.get(&format!("/messages/{hidden}")).await.problem(404);
        assert!(
            eino.post(&format!("{path}/confirmation"), json!(null)).await.ok()["served"]
                .as_bool()
                .unwrap()
        );
        assert_eq!(eino.get(&path).await.ok()["state"], "confirmed");
        assert_eq!(site.count(USED).await, 1, "taken up once, however many requests");
        site.seal().await;
        let (events, _) = sender.feed(None).await;
        let confirmed = events
            .iter()
            .find(|event| event["type"] == "Receipt confirmed")
            .unwrap();
        assert_eq!(confirmed["metadata"]["receiptConfirmedBy"], "Eino Koivuranta");

        // Handles messages, and decides nothing.
        let told = eino.get("").await.ok();
        assert_eq!((&told["decides"], &told["inUse"]), (&json!(false), &json!(true)));
        for kept in ["basis", "inUseSince", "paperUntil", "needsAddress"] {
            assert!(told.get(kept).is_none(), "{kept}: {told}");
        }
        let authority = helmi.get("/senders").await.ok()["senders"][0]["id"].clone();
        let authority = format!("/senders/{}", authority.as_str().unwrap());
        for refused in [
            eino.get("/senders").await,
            eino.get(&authority).await,
            eino.put("", json!({ "inUse": false })).await,
            eino.get("/mandates").await,
            eino.post("/mandates", mandate()).await,
            eino.get("/contact").await,
            eino.get("/history").await,
            eino.get("/access-log").await,
            eino.post("/export", json!(null)).await,
        ] {
            refused.problem(403);
        }
        let log = helmi.get("/access-log").await.ok();
        assert!(
            log["accesses"]
                .as_array()
                .unwrap()
                .iter()
                .any(|it| it["role"] == "mandate"),
            "{log}"
        );

        // It ends at once, on every machine.
        let revoke = format!("/mandates/{}", granted["inForce"][0]["mandateId"].as_str().unwrap());
        eino.delete(&revoke).await.problem(403);
        for _ in 0..2 {
            assert_eq!(helmi.delete(&revoke).await.status, StatusCode::NO_CONTENT);
        }
        assert_eq!(eino.get(&path).await.problem(403)["code"], "mandate-not-held");
        assert_eq!(helmi.get("/mandates").await.ok()["ended"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_program_gives_up_a_mandate_of_its_persons() {
    for database in databases() {
        let (site, ..) = town(&database).await;
        let helmi = Program::of(&site, HELMI).await;
        helmi.post("/mandates", mandate()).await.ok();
        let mut eino = Program::of(&site, EINO).await;
        let held = eino.get("/held-mandates").await.ok();
        assert_eq!(held["held"][0]["renounceable"], true);
        let key = held["held"][0]["actingFor"].as_str().unwrap().to_owned();
        let path = format!("/held-mandates/{key}");
        helmi.delete(&path).await.problem(404);
        eino.delete("/held-mandates/x").await.problem(404);
        eino.acting_for = Some(key);
        eino.get("/messages").await.ok();
        for _ in 0..2 {
            assert_eq!(eino.delete(&path).await.status, StatusCode::NO_CONTENT);
        }
        assert_eq!(eino.get("/messages").await.problem(403)["code"], "mandate-not-held");
        assert_eq!(eino.get("/held-mandates").await.ok()["held"], json!([]));
        let told = helmi.get("/history").await.ok();
        assert_eq!(
            (&told["choices"][0]["event"], &told["choices"][0]["renounced"]),
            (&json!("mandate-revoked"), &json!(true))
        );
        assert_eq!(told["choices"][0]["agent"]["name"], "Eino Koivuranta");
        assert!(told["choices"][1].get("renounced").is_none());
        assert_eq!(helmi.get("/mandates").await.ok()["ended"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn an_export_that_must_wait_says_so() {
    for database in databases() {
        let (site, _, helmi) = town(&database).await;
        let program = Program::of(&site, HELMI).await;
        let running = site.hub.export(&helmi).await.unwrap();
        let busy = program.post("/export", json!(null)).await;
        assert_eq!(busy.header("retry-after"), "60");
        assert_eq!(busy.problem(503)["code"], "export-busy");
        drop(running);
        assert_eq!(program.post("/export", json!(null)).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_mandate_is_granted_with_everything_right_or_not_at_all() {
    for database in databases() {
        let (site, ..) = town(&database).await;
        let helmi = Program::of(&site, HELMI).await;
        let pointers = |found: Vec<(String, String)>| found.into_iter().map(|it| it.0).collect::<Vec<_>>();
        assert_eq!(
            pointers(helmi.post("/mandates", json!({})).await.violations()),
            ["/agent", "/name", "/scope"]
        );
        let wrong = json!({ "agent": "x", "name": "", "scope": "half", "begins": "eilen", "until": "2026-13-01" });
        let wrong = pointers(helmi.post("/mandates", wrong).await.violations());
        assert_eq!(wrong, ["/agent", "/name", "/scope", "/begins", "/until"]);
        let types = json!({ "agent": EINO, "name": "Eino", "scope": "some", "organisations": 7, "topics": [1] });
        assert_eq!(
            pointers(helmi.post("/mandates", types).await.violations()),
            ["/organisations", "/topics/0"]
        );
        let own = json!({ "agent": HELMI, "name": "Helmi", "scope": "everything" });
        assert_eq!(helmi.post("/mandates", own).await.violations()[0].1, "oneself");
        helmi.delete("/mandates/x").await.problem(404);

        let day = json!({ "agent": EINO, "name": "Eino", "scope": "everything", "until": "2026-03-02" });
        helmi.post("/mandates", day).await.ok();
        let mut eino = Program::of(&site, EINO).await;
        let held = eino.get("/held-mandates").await.ok();
        eino.acting_for = held["held"][0]["actingFor"].as_str().map(ToOwned::to_owned);
        eino.get("/messages").await.ok();
        site.advance(SignedDuration::from_hours(12));
        let mut tomorrow = Program::of(&site, EINO).await;
        tomorrow.acting_for = eino.acting_for;
        assert_eq!(tomorrow.get("/messages").await.problem(403)["code"], "mandate-not-held");
    }
}
