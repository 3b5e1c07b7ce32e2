//! The main job through the acts and the sender API: a decision goes in, is read, confirmed and answered, and is proved.

use futures::TryStreamExt as _;
use reqwest::StatusCode;
use serde_json::Value;
use tiedoksi::domain::id::{AttachmentId, MessageId};
use tiedoksi::domain::principal::Citizen;
use tiedoksi::evidence::verify::{Trust, verify_proof};
use tiedoksi::hub::ActError;
use tiedoksi::hub::view::{Folder, Opened, Standing};

use crate::harness::{Settings, Site, databases, person};
use crate::outsider::with_decoded;
use crate::sender::{pdf, sender};

const MATTI: &str = "010594Y9032";
const MAIJA: &str = "010594Y9021";

async fn site(database: &crate::harness::Database) -> Site {
    let persons = vec![
        person(MATTI, "Matti", "Meikäläinen"),
        person(MAIJA, "Maija", "Meikäläinen"),
    ];
    Site::start(database, persons, Settings::default()).await
}

async fn citizen(site: &Site, id: &str) -> Citizen {
    site.citizen(id).await
}

async fn bytes_of(download: tiedoksi::hub::view::Download) -> Vec<u8> {
    let parts: Vec<_> = download.bytes.try_collect().await.unwrap();
    parts.concat()
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_decision_is_sent_read_confirmed_answered_and_proved() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let matti = citizen(&site, MATTI).await;

        // Not reachable yet; the refusal consumes nothing.
        let file = sender.pdf("päätös 1.pdf").await;
        let mut message = sender.message("A-1", MATTI, "Verifiable");
        message["electronic"]["attachments"] = serde_json::json!([{ "attachmentId": file }]);
        let refused = sender.send(&message).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
        let refused: Value = refused.json().await.unwrap();
        assert_eq!(refused["validationErrors"][0]["errorCode"], "MAILBOX_NOT_IN_USE");

        site.hub.activate(&matti).await.unwrap();
        let answer = sender.send(&message).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "application/json");
        assert!(answer.headers().contains_key("traceid"));
        let seal = answer.headers()["tiedoksi-seal"].to_str().unwrap().to_owned();
        let id = answer.json::<Value>().await.unwrap()["messageId"].as_i64().unwrap();
        let repeat = sender.send(&message).await;
        assert_eq!(repeat.status(), StatusCode::CONFLICT);
        assert_eq!(repeat.headers()["tiedoksi-seal"].to_str().unwrap(), seal);
        assert_eq!(repeat.json::<Value>().await.unwrap()["messageId"], id);

        let message_id: MessageId = id.to_string().parse().unwrap();
        let attachment: AttachmentId = file.parse().unwrap();
        let page = site.hub.list_folder(&matti, Folder::Inbox, None).await.unwrap();
        assert_eq!(page.rows.len(), 1);
        assert_eq!(page.rows[0].title.as_deref(), Some("Päätös rakennusluvasta"));
        assert_eq!(page.rows[0].attachments, None);
        assert!(matches!(page.rows[0].standing, Standing::AwaitsConfirmation(_)));

        // The gate: no body, no file, no content in the proof, no reply.
        assert!(matches!(
            site.hub.open(&matti, message_id).await.unwrap(),
            Opened::Waiting(_)
        ));
        assert!(matches!(
            site.hub.download(&matti, message_id, attachment).await,
            Err(ActError::NotFound)
        ));
        site.seal().await;
        let early = site.hub.proof_as_citizen(&matti, message_id).await.unwrap();
        let tells = |proof: &[u8]| String::from_utf8_lossy(&with_decoded(proof)).contains(&file);
        assert!(!tells(&early));
        assert_eq!(verify_proof(&early, &site.trust()).exit_code(), 0);
        assert!(matches!(
            crate::citizen::reply(&site.hub, &matti, message_id).await,
            Err(ActError::NotFound)
        ));

        let confirmation = site.hub.confirm(&matti, message_id).await.unwrap();
        assert!(confirmation.served);
        site.advance(jiff::SignedDuration::from_mins(5));
        assert_eq!(site.hub.confirm(&matti, message_id).await.unwrap(), confirmation);

        let Opened::Message(view) = site.hub.open(&matti, message_id).await.unwrap() else {
            panic!("still waiting")
        };
        assert!(view.body.contains("myönnetty"));
        assert_eq!(view.attachments[0].filename, "päätös 1.pdf");
        assert_eq!(view.standing, Standing::Confirmed(confirmation.at));
        assert!(view.deadline.unwrap().appeal.is_some());
        let download = site.hub.download(&matti, message_id, attachment).await.unwrap();
        assert_eq!(bytes_of(download).await, pdf("päätös 1.pdf"));

        let written = crate::citizen::text("Vastaus", "Kiitos. Ohessa liite.");
        let files = [("liite.pdf", pdf("liite"))];
        let receipt = crate::citizen::reply_with(&site.hub, &matti, message_id, written, &files)
            .await
            .unwrap();
        assert!(!receipt.seal.is_empty());

        site.seal().await;
        assert!(tells(&site.hub.proof_as_citizen(&matti, message_id).await.unwrap()));
        let (events, token) = sender.feed(None).await;
        let expected = [
            "Electronic message created",
            "Receipt confirmed",
            "Electronic message read",
            "Electronic message from end user",
        ];
        assert_eq!(kinds(&events), expected);
        assert_eq!(events[0]["metadata"]["externalId"], "A-1");
        assert_eq!(events[1]["metadata"]["receiptConfirmedBy"], "Matti Meikäläinen");
        assert_eq!(events[1]["eventTime"], format!("{:.3}", confirmation.at));
        let (more, again) = sender.feed(Some(&token)).await;
        assert!(more.is_empty());
        assert_eq!(again, token);

        let incoming: Value = sender
            .get(&format!("/v2/messages/{}", receipt.id))
            .await
            .json()
            .await
            .unwrap();
        assert_eq!(incoming["electronic"]["body"], "Kiitos. Ohessa liite.");
        assert_eq!(incoming["electronic"]["thread"]["rootMessageId"], id);
        assert_eq!(incoming["electronic"]["thread"]["threadExternalId"], "A-1");
        assert_eq!(incoming["sender"]["mailboxOwner"]["id"], MATTI);
        let got = incoming["electronic"]["attachments"][0]["attachmentId"]
            .as_str()
            .unwrap();
        let fetched = sender.get(&format!("/v1/attachments/{got}")).await;
        assert_eq!(fetched.status(), StatusCode::OK);
        assert_eq!(fetched.bytes().await.unwrap(), pdf("liite"));

        site.seal().await;
        for proof in [
            site.hub.proof_as_citizen(&matti, message_id).await.unwrap(),
            sender
                .get(&format!("/api/v1/messages/{id}/proof"))
                .await
                .bytes()
                .await
                .unwrap()
                .to_vec(),
            site.hub.proof_as_citizen(&matti, receipt.id).await.unwrap(),
        ] {
            let verdict = verify_proof(&proof, &site.trust());
            assert_eq!(verdict.exit_code(), 0, "{verdict}");
            assert_eq!(verify_proof(&proof, &Trust::none()).exit_code(), 3);
        }
    }
}

#[tokio::test]
async fn another_person_finds_nothing() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let (matti, maija) = (citizen(&site, MATTI).await, citizen(&site, MAIJA).await);
        site.hub.activate(&matti).await.unwrap();
        site.hub.activate(&maija).await.unwrap();
        let file = sender.pdf("a.pdf").await;
        let mut message = sender.message("A-1", MATTI, "Normal");
        message["electronic"]["attachments"] = serde_json::json!([{ "attachmentId": file }]);
        let id: MessageId = sender.sent(&message).await.to_string().parse().unwrap();
        let file: AttachmentId = file.parse().unwrap();
        assert!(
            site.hub
                .list_folder(&maija, Folder::Inbox, None)
                .await
                .unwrap()
                .rows
                .is_empty()
        );
        assert!(matches!(site.hub.open(&maija, id).await, Err(ActError::NotFound)));
        assert!(matches!(site.hub.confirm(&maija, id).await, Err(ActError::NotFound)));
        assert!(matches!(
            site.hub.download(&maija, id, file).await,
            Err(ActError::NotFound)
        ));
        assert!(matches!(
            site.hub.proof_as_citizen(&maija, id).await,
            Err(ActError::NotFound)
        ));
        assert!(matches!(
            crate::citizen::reply(&site.hub, &maija, id).await,
            Err(ActError::NotFound)
        ));

        let other = crate::sender::sender(&site, "9900001-8", false).await;
        for path in [
            format!("/v2/messages/{id}"),
            format!("/v1/attachments/{file}"),
            format!("/api/v1/messages/{id}/proof"),
            "/v1/messages/id?externalId=A-1".into(),
        ] {
            assert_eq!(other.get(&path).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
        assert!(other.feed(None).await.0.is_empty());
        // A message it sent itself is no end user's message.
        assert_eq!(
            sender.get(&format!("/v2/messages/{id}")).await.status(),
            StatusCode::NOT_FOUND
        );
        assert_eq!(
            sender.get(&format!("/v1/attachments/{file}")).await.status(),
            StatusCode::NOT_FOUND
        );
        // Another system's upload cannot be used, and the refusal says which.
        let mut stolen = other.message("B-1", MATTI, "Normal");
        stolen["electronic"]["attachments"] = serde_json::json!([{ "attachmentId": file.to_string() }]);
        let refused: Value = other.send(&stolen).await.json().await.unwrap();
        assert_eq!(
            refused["validationErrors"][0]["pointer"],
            "/electronic/attachments/0/attachmentId"
        );
    }
}

#[tokio::test]
async fn simultaneous_confirmations_are_one() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let matti = citizen(&site, MATTI).await;
        site.hub.activate(&matti).await.unwrap();
        let id: MessageId = sender
            .sent(&sender.message("A-1", MATTI, "Verifiable"))
            .await
            .to_string()
            .parse()
            .unwrap();
        let answers = futures::future::join_all((0..20).map(|_| site.hub.confirm(&matti, id))).await;
        let first = answers[0].as_ref().unwrap();
        for answer in &answers {
            assert_eq!(answer.as_ref().unwrap(), first);
        }
        site.seal().await;
        let (events, _) = sender.feed(None).await;
        assert_eq!(
            kinds(&events),
            [
                "Electronic message created",
                "Receipt confirmed",
                "Electronic message read"
            ]
        );
    }
}

#[tokio::test]
async fn fifty_repeats_at_once_are_one_message() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let matti = citizen(&site, MATTI).await;
        site.hub.activate(&matti).await.unwrap();
        let message = sender.message("A-1", MATTI, "Normal");
        let answers = futures::future::join_all((0..50).map(|_| sender.send(&message))).await;
        let (mut accepted, mut ids, mut seals) =
            (0, std::collections::HashSet::new(), std::collections::HashSet::new());
        for answer in answers {
            match answer.status() {
                StatusCode::OK => accepted += 1,
                status => assert_eq!(status, StatusCode::CONFLICT),
            }
            seals.insert(answer.headers()["tiedoksi-seal"].to_str().unwrap().to_owned());
            ids.insert(answer.json::<Value>().await.unwrap()["messageId"].as_i64().unwrap());
        }
        assert_eq!((accepted, ids.len(), seals.len()), (1, 1, 1));
        assert_eq!(
            site.hub
                .list_folder(&matti, Folder::Inbox, None)
                .await
                .unwrap()
                .rows
                .len(),
            1
        );
        let found: Value = sender.get("/v1/messages/id?externalId=A-1").await.json().await.unwrap();
        assert!(ids.contains(&found["messageId"].as_i64().unwrap()));
    }
}

#[tokio::test]
async fn a_late_confirmation_is_no_service() {
    for database in databases() {
        let site = site(&database).await;
        let mut sender = sender(&site, "0208573-0", false).await;
        let matti = citizen(&site, MATTI).await;
        site.hub.activate(&matti).await.unwrap();
        let swept: MessageId = sender
            .sent(&sender.message("A-1", MATTI, "Verifiable"))
            .await
            .to_string()
            .parse()
            .unwrap();
        let id: MessageId = sender
            .sent(&sender.message("A-2", MATTI, "Verifiable"))
            .await
            .to_string()
            .parse()
            .unwrap();
        site.advance(jiff::SignedDuration::from_hours(24 * 8));
        sender.log_in().await;
        let matti = citizen(&site, MATTI).await;
        // One is confirmed before the sweep has seen it, the other after.
        let late = site.hub.confirm(&matti, id).await.unwrap();
        assert_eq!(site.hub.sweep_unconfirmed().await.unwrap(), 1);
        assert_eq!(site.hub.sweep_unconfirmed().await.unwrap(), 0);
        assert!(!site.hub.confirm(&matti, swept).await.unwrap().served);
        assert!(!late.served);
        assert!(!late.seal.is_empty());
        assert_eq!(site.hub.confirm(&matti, id).await.unwrap(), late);
        site.seal().await;
        let (events, _) = sender.feed(None).await;
        let created = "Electronic message created";
        let read = "Electronic message read";
        assert_eq!(kinds(&events), [created, created, read, read]);
        for id in [id, swept] {
            let proof = site.hub.proof_as_citizen(&matti, id).await.unwrap();
            let verdict = verify_proof(&proof, &site.trust());
            assert_eq!(verdict.exit_code(), 0, "{verdict}");
        }
    }
}

#[tokio::test]
async fn paper_can_be_chosen_again_before_the_next_login_opens_the_mailbox() {
    for database in databases() {
        let settings = Settings {
            regime: tiedoksi::domain::consent::Regime::Statutory,
            ..Settings::default()
        };
        let site = Site::start(&database, vec![person(MATTI, "Matti", "Meikäläinen")], settings).await;
        let matti = citizen(&site, MATTI).await;
        assert!(site.hub.mailbox_status(&matti).await.unwrap().active);
        site.hub.withdraw(&matti).await.unwrap();
        site.advance(jiff::SignedDuration::from_hours(24 * 200));
        // The six months are over; chosen again while closed, and the same choice twice is one.
        site.hub.withdraw(&matti).await.unwrap();
        site.hub.withdraw(&matti).await.unwrap();
        let matti = citizen(&site, MATTI).await;
        let status = site.hub.mailbox_status(&matti).await.unwrap();
        assert!(!status.active);
        assert!(status.opt_out_until.is_some());
        assert_eq!(site.count("SELECT count(*) FROM event WHERE kind = 'opt-out'").await, 2);
        assert_eq!(
            site.count("SELECT count(*) FROM event WHERE kind = 'mailbox-deactivated'")
                .await,
            1
        );
    }
}

#[tokio::test]
async fn a_send_that_waited_for_a_refusal_is_refused() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", true).await;
        let matti = citizen(&site, MATTI).await;
        site.hub.activate(&matti).await.unwrap();
        let organisation = site.hub.mailbox_status(&matti).await.unwrap().senders[0].id;
        use tiedoksi::hub::view::SenderChoice::{Give, Withdraw};
        for round in 0..20 {
            site.hub.choose(&matti, organisation, Give).await.unwrap();
            let message = sender.message(&format!("A-{round}"), MATTI, "Normal");
            let (withdrawn, answer) =
                tokio::join!(site.hub.choose(&matti, organisation, Withdraw), sender.send(&message));
            withdrawn.unwrap();
            let expected = [StatusCode::OK, StatusCode::BAD_REQUEST];
            assert!(expected.contains(&answer.status()), "{}", answer.status());
        }
        // Whichever came first each time, the log agrees: no acceptance stands after the withdrawal that it should have seen.
        let blind = "SELECT count(*) FROM event a WHERE a.kind = 'SubmissionAcceptance' AND (SELECT c.kind FROM event c \
                     WHERE c.kind IN ('consent-given', 'consent-withdrawn') AND c.ord < a.ord ORDER BY c.ord DESC LIMIT 1) \
                     = 'consent-withdrawn'";
        assert_eq!(site.count(blind).await, 0);
    }
}
