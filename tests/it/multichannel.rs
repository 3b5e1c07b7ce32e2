//! Sends that may go on paper: by which way each goes, decided once, and what lies in the mailbox of a recipient who has none in use.

use reqwest::StatusCode;
use serde_json::{Value, json};
use tiedoksi::domain::id::MessageId;
use tiedoksi::evidence::proof::DeliveryProof;
use tiedoksi::evidence::verify::verify_proof;
use tiedoksi::hub::ActError;
use tiedoksi::hub::view::{Folder, Opened, SenderChoice, Standing};

use crate::a4::a4_pdf;
use crate::harness::{Settings, Site, databases, person};
use crate::sender::{Sender, sender};

const MATTI: &str = "010594Y9032";
const MAIJA: &str = "010594Y9021";

async fn site(database: &crate::harness::Database) -> Site {
    let persons = vec![
        person(MATTI, "Matti", "Meikäläinen"),
        person(MAIJA, "Maija", "Meikäläinen"),
    ];
    Site::start(database, persons, Settings::default()).await
}

impl Sender {
    async fn letter(&self) -> String {
        let answer = self.upload("kirje.pdf", a4_pdf("Kirje", 2)).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        let answer: Value = answer.json().await.unwrap();
        answer["attachmentId"].as_str().unwrap().to_owned()
    }

    fn paper_part(&self, file: &str) -> Value {
        let address = |name: &str| {
            json!({ "address": { "name": name, "additionalName": "Kirjaamo", "streetAddress": "Keskitie 10",
                "zipCode": "44500", "city": "Viitasaari", "countryCode": "FI" } })
        };
        json!({
            "attachments": [{ "attachmentId": file }],
            "colorPrinting": false, "createAddressPage": true, "rotateLandscapePages": false, "twoSidedPrinting": true,
            "messageServiceType": "Normal",
            "printingAndEnvelopingService": { "costPool": "AB12", "postiMessaging": {
                "username": "123456", "password": "1234", "contactDetails": { "email": "a@b.fi" } } },
            "recipient": address("Onni Osoitteeton"), "sender": address("Koekunta"),
        })
    }

    /// A message that may go both ways, with its letter uploaded.
    async fn either(&self, external_id: &str, to: &str, kind: &str) -> Value {
        let file = self.letter().await;
        let mut message = self.message(external_id, to, kind);
        message["electronic"]["attachments"] = json!([{ "attachmentId": file }]);
        message["paperMail"] = self.paper_part(&file);
        message
    }

    async fn accepted(&self, path: &str, message: &Value) -> i64 {
        let answer = self.post(path, message).await;
        let (status, body) = (answer.status(), answer.json::<Value>().await.unwrap());
        assert_eq!(status, StatusCode::OK, "{body}");
        body["messageId"].as_i64().unwrap()
    }

    async fn types(&self) -> Vec<String> {
        let (events, _) = self.feed(None).await;
        let kind = |event: &Value| event["type"].as_str().unwrap().to_owned();
        events.iter().map(kind).collect()
    }
}

async fn proved(site: &Site, sender: &Sender, id: i64) -> Vec<u8> {
    let answer = sender.get(&format!("/api/v1/messages/{id}/proof")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let proof = answer.bytes().await.unwrap();
    let verdict = verify_proof(&proof, &site.trust());
    assert_eq!(verdict.exit_code(), 0, "{verdict:?}");
    proof.to_vec()
}

/// The records of a proof.
fn records(proof: &[u8]) -> Vec<Value> {
    let proof: DeliveryProof = serde_json::from_slice(proof).unwrap();
    let bytes = proof.events.iter().map(|event| event.event.clone().unwrap());
    bytes.map(|bytes| serde_json::from_slice(&bytes).unwrap()).collect()
}

#[tokio::test]
async fn a_mailbox_in_use_is_written_to_and_nothing_is_printed() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let matti = site.citizen(MATTI).await;
        site.hub.activate(&matti).await.unwrap();
        let id = sender
            .accepted("/v2/messages", &sender.either("A-1", MATTI, "Verifiable").await)
            .await;
        site.seal().await;
        assert_eq!(sender.types().await, ["Electronic message created"]);
        assert_eq!(site.count("SELECT COUNT(*) FROM print_job").await, 0);
        let page = site.hub.list_folder(&matti, Folder::Inbox, None).await.unwrap();
        assert_eq!(page.rows[0].id.get(), id);
        assert!(matches!(page.rows[0].standing, Standing::AwaitsConfirmation(_)));
        proved(&site, &sender, id).await;
    }
}

#[tokio::test]
async fn a_stranger_gets_a_letter_and_finds_its_copy_once_the_mailbox_is_in_use() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        // As clients do: electronically first, and the same external id again when that is refused.
        let message = sender.either("A-1", MATTI, "Verifiable").await;
        assert_eq!(sender.send(&message).await.status(), StatusCode::BAD_REQUEST);
        let id = sender.accepted("/v2/messages", &message).await;
        let message_id: MessageId = id.to_string().parse().unwrap();
        assert_eq!(
            site.count("SELECT COUNT(*) FROM print_job WHERE state = 'accepted'")
                .await,
            1
        );

        // There, and not to be seen.
        let matti = site.citizen(MATTI).await;
        assert_eq!(site.count("SELECT COUNT(*) FROM mailbox").await, 1);
        let inbox = async || site.hub.list_folder(&matti, Folder::Inbox, None).await.unwrap().rows;
        assert!(inbox().await.is_empty());
        assert!(matches!(
            site.hub.open(&matti, message_id).await,
            Err(ActError::NotFound)
        ));
        assert!(matches!(
            site.hub.proof_as_citizen(&matti, message_id).await,
            Err(ActError::NotFound)
        ));

        site.advance(jiff::SignedDuration::from_mins(10));
        site.hub.activate(&matti).await.unwrap();
        let rows = inbox().await;
        assert_eq!((rows.len(), &rows[0].standing), (1, &Standing::OnPaper(None)));
        // It was served by post: nothing to confirm, nothing that the feed would tell.
        assert!(matches!(
            site.hub.confirm(&matti, message_id).await,
            Err(ActError::Forbidden(_))
        ));
        let Opened::Message(view) = site.hub.open(&matti, message_id).await.unwrap() else {
            panic!("a copy has no gate")
        };
        assert!(view.body.contains("Salainen sisältö"));
        assert_eq!(view.attachments[0].filename, "kirje.pdf");
        assert!(view.deadline.is_none());
        assert_eq!(inbox().await[0].standing, Standing::OnPaper(Some(site.hub.now())));
        crate::citizen::reply(&site.hub, &matti, message_id).await.unwrap();
        site.hub.withdraw(&matti).await.unwrap();
        assert_eq!(inbox().await.len(), 1, "what could be read stays readable");

        site.seal().await;
        let told = ["Paper mail created", "Electronic message from end user"];
        assert_eq!(sender.types().await, told);
        let proof = proved(&site, &sender, id).await;
        assert_eq!(records(&proof)[0]["basis"]["kind"], "none");
        let types: Vec<_> = records(&proof).iter().map(|record| record["type"].clone()).collect();
        let etsi = |name: &str| json!(format!("http://uri.etsi.org/19522/Event/{name}"));
        assert_eq!(types, [etsi("SubmissionAcceptance"), etsi("ContentAccessTracking")]);
        let as_citizen = site.hub.proof_as_citizen(&matti, message_id).await.unwrap();
        assert_eq!(verify_proof(&as_citizen, &site.trust()).exit_code(), 0);
    }
}

#[tokio::test]
async fn a_mailbox_that_the_authority_may_not_write_to_gets_no_copy() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let matti = site.citizen(MATTI).await;
        site.hub.activate(&matti).await.unwrap();
        let status = site.hub.mailbox_status(&matti).await.unwrap();
        site.hub
            .choose(&matti, status.senders[0].id, SenderChoice::Refuse)
            .await
            .unwrap();
        let id = sender
            .accepted("/v2/messages", &sender.either("A-1", MATTI, "Normal").await)
            .await;
        site.seal().await;
        assert_eq!(sender.types().await, ["Paper mail created"]);
        let rows = site.hub.list_folder(&matti, Folder::Inbox, None).await.unwrap().rows;
        assert!(rows.is_empty());
        assert_eq!(site.count("SELECT COUNT(*) FROM message_body").await, 0);
        proved(&site, &sender, id).await;
    }
}

#[tokio::test]
async fn a_letter_stays_a_letter_when_the_mailbox_comes_into_use() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let message = sender.either("A-1", MATTI, "Normal").await;
        let first = sender.accepted("/v2/messages", &message).await;
        let matti = site.citizen(MATTI).await;
        site.hub.activate(&matti).await.unwrap();
        for path in ["/v2/messages", "/v2/messages/electronic"] {
            let answer = sender.post(path, &message).await;
            assert_eq!(answer.status(), StatusCode::CONFLICT, "{path}");
            assert_eq!(answer.json::<Value>().await.unwrap()["messageId"], first, "{path}");
        }
        site.seal().await;
        assert_eq!(sender.types().await, ["Paper mail created"]);
        assert_eq!(site.count("SELECT COUNT(*) FROM print_job").await, 1);
        assert_eq!(site.count("SELECT COUNT(*) FROM message").await, 1);
        // The next one goes the new way.
        let next = sender.either("A-2", MATTI, "Normal").await;
        sender.accepted("/v2/messages", &next).await;
        site.seal().await;
        let told = ["Paper mail created", "Electronic message created"];
        assert_eq!(sender.types().await, told);
        assert_eq!(site.count("SELECT COUNT(*) FROM print_job").await, 1);
    }
}

#[tokio::test]
async fn who_left_the_service_finds_a_copy_and_who_left_the_authority_finds_none() {
    for database in databases() {
        for consents in [false, true] {
            let site = site(&database).await;
            let sender = sender(&site, "0208573-0", consents).await;
            let matti = site.citizen(MATTI).await;
            site.hub.activate(&matti).await.unwrap();
            if consents {
                let authority = site.hub.mailbox_status(&matti).await.unwrap().senders[0].id;
                for choice in [SenderChoice::Give, SenderChoice::Withdraw] {
                    site.hub.choose(&matti, authority, choice).await.unwrap();
                }
            }
            site.hub.withdraw(&matti).await.unwrap();
            let status = site.hub.mailbox_status(&matti).await.unwrap();
            let choice = consents.then_some("withdrawn");
            assert_eq!((status.active, status.senders[0].choice.as_deref()), (false, choice));

            let message = sender.either("A-1", MATTI, "Normal").await;
            let id = sender.accepted("/v2/messages", &message).await;
            site.seal().await;
            assert_eq!(sender.types().await, ["Paper mail created"]);
            let copies = i64::from(!consents);
            assert_eq!(site.count("SELECT COUNT(*) FROM message_body").await, copies);
            site.hub.activate(&matti).await.unwrap();
            let rows = site.hub.list_folder(&matti, Folder::Inbox, None).await.unwrap().rows;
            let found: Vec<_> = rows.iter().map(|row| (row.id.get(), &row.standing)).collect();
            let copy = (id, &Standing::OnPaper(None));
            assert_eq!(found, if consents { vec![] } else { vec![copy] });
        }
    }
}

#[tokio::test]
async fn a_letter_to_an_address_lies_in_no_mailbox_and_is_proved() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let file = sender.letter().await;
        let message = json!({ "externalId": "P-1", "sender": { "serviceId": sender.service },
            "paperMail": sender.paper_part(&file) });
        let path = "/v2/paper-mail-without-id";
        let first = sender.post(path, &message).await;
        assert_eq!(first.status(), StatusCode::OK);
        let seal = first.headers()["tiedoksi-seal"].clone();
        let id = first.json::<Value>().await.unwrap()["messageId"].as_i64().unwrap();
        // One memory of external ids for all sends.
        let repeats = [
            (path, message),
            ("/v2/messages", sender.either("P-1", MATTI, "Normal").await),
        ];
        for (path, repeat) in repeats {
            let answer = sender.post(path, &repeat).await;
            assert_eq!(answer.status(), StatusCode::CONFLICT);
            assert_eq!(answer.headers()["tiedoksi-seal"], seal);
            assert_eq!(answer.json::<Value>().await.unwrap()["messageId"], id);
        }
        assert_eq!(site.count("SELECT COUNT(*) FROM print_job").await, 1);
        assert_eq!(
            site.count("SELECT COUNT(*) FROM message WHERE mailbox_id IS NULL")
                .await,
            1
        );
        assert_eq!(site.count("SELECT COUNT(*) FROM mailbox").await, 0);
        site.seal().await;
        assert_eq!(sender.types().await, ["Paper mail created"]);
        let proof = proved(&site, &sender, id).await;
        assert_eq!(records(&proof)[0]["content"]["parts"][0]["id"], file.as_str());
        let recipient = "Onni Osoitteeton, Kirjaamo, Keskitie 10, 44500, Viitasaari, FI";
        let proof: Value = serde_json::from_slice(&proof).unwrap();
        let disclosures = proof["events"][0]["disclosures"].as_array().unwrap();
        assert!(
            disclosures
                .iter()
                .any(|one| one["field"] == "recipient" && one["value"] == recipient)
        );
        let other = crate::sender::sender(&site, "9900001-8", false).await;
        let theirs = other.get(&format!("/api/v1/messages/{id}/proof")).await;
        assert_eq!(theirs.status(), StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_printed_is_refused_and_consumes_nothing() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let broken = sender.pdf("rikki.pdf").await;
        let mut message = sender.either("A-1", MATTI, "Normal").await;
        let file = message["paperMail"]["attachments"][0]["attachmentId"].clone();
        message["paperMail"]["attachments"][0]["attachmentId"] = json!(broken);
        message["sender"]["serviceId"] = json!("muu");
        let answer = sender.post("/v2/messages", &message).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        let answer: Value = answer.json().await.unwrap();
        let found: Vec<_> = answer["violations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| (&it["pointer"], &it["code"]))
            .collect();
        let expected = [
            (json!("/sender/serviceId"), json!("unknown-service")),
            (json!("/paperMail/attachments/0/attachmentId"), json!("pdf-broken")),
        ];
        assert_eq!(found, expected.iter().map(|(at, code)| (at, code)).collect::<Vec<_>>());
        assert_eq!(site.count("SELECT COUNT(*) FROM submission").await, 0);
        assert_eq!(site.count("SELECT COUNT(*) FROM mailbox").await, 0);
        message["paperMail"]["attachments"][0]["attachmentId"] = file;
        message["sender"]["serviceId"] = json!(sender.service);
        sender.accepted("/v2/messages", &message).await;
    }
}

#[tokio::test]
async fn many_first_letters_to_one_stranger_make_one_mailbox() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let first = sender.either("A-0", MAIJA, "Normal").await;
        let sends = (0..20).map(|n| {
            let mut message = first.clone();
            message["externalId"] = json!(format!("A-{n}"));
            let sender = &sender;
            async move { sender.accepted("/v2/messages", &message).await }
        });
        let mut ids = futures::future::join_all(sends).await;
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 20);
        assert_eq!(site.count("SELECT COUNT(*) FROM mailbox").await, 1);
        let maija = site.citizen(MAIJA).await;
        site.hub.activate(&maija).await.unwrap();
        let page = site.hub.list_folder(&maija, Folder::Inbox, None).await.unwrap();
        assert_eq!(page.rows.len(), 20);
    }
}
