//! The deprecated first version of the sender API: what an old client sends is taken, and the second version sees the same messages.

mod publisher;
mod reading;
mod uploads;

use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tiedoksi::domain::consent::Regime;
use tiedoksi::domain::id::MessageId;
use tiedoksi::domain::markup::BodyFormat;
use tiedoksi::domain::principal::Citizen;
use tiedoksi::hub::ActError;
use tiedoksi::hub::view::{MessageView, Opened};

use crate::a4::a4_pdf;
use crate::harness::{Database, Settings, Site, databases, person};
use crate::sender::{Sender, pdf, sender};
use crate::wire::Answer;

const MATTI: &str = "010594Y9032";
const MAIJA: &str = "010594Y9021";
/// Nobody who ever logged in.
const STRANGER: &str = "010280-952L";
const SINCE: &str = "@1775001600";

async fn begin(database: &Database) -> (Site, Sender) {
    let persons = vec![
        person(MATTI, "Matti", "Meikäläinen"),
        person(MAIJA, "Maija", "Meikäläinen"),
    ];
    let settings = Settings {
        regime: Regime::Consent,
        ..Settings::default()
    };
    let site = Site::start(database, persons, settings).await;
    let sender = sender(&site, "0208573-0", false).await;
    (site, sender)
}

async fn active(site: &Site, id: &str) -> Citizen {
    let citizen = site.citizen(id).await;
    site.hub.activate(&citizen).await.unwrap();
    citizen
}

fn message_id(id: i64) -> MessageId {
    id.to_string().parse().unwrap()
}

async fn opened(site: &Site, citizen: &Citizen, id: i64) -> MessageView {
    match site.hub.open(citizen, message_id(id)).await.unwrap() {
        Opened::Message(view) => *view,
        Opened::Waiting(_) | Opened::Erased(_) => panic!("it waits for a confirmation"),
    }
}

async fn reply(site: &Site, citizen: &Citizen, to: i64) -> i64 {
    let receipt = crate::citizen::reply(&site.hub, citizen, message_id(to)).await;
    receipt.unwrap().id.get()
}

/// Every answer of a deprecated path says so, and names its successor.
fn assert_deprecated(answer: &Answer, successor: &str, what: &str) {
    assert_eq!(
        answer.headers.get("deprecation").map(String::as_str),
        Some(SINCE),
        "{what}"
    );
    let link = format!("<{successor}>; rel=\"successor-version\"");
    assert_eq!(answer.headers.get("link"), Some(&link), "{what}");
    crate::wire::assert_traced(&answer.headers, what);
}

/// Posts to a deprecated path.
async fn post(sender: &Sender, path: &str, body: &Value) -> Answer {
    let answer = Answer::of(sender.post(path, body).await).await;
    assert_eq!(
        answer.headers.get("deprecation").map(String::as_str),
        Some(SINCE),
        "{path}"
    );
    answer
}

/// Posts and expects acceptance; the message id.
async fn sent(sender: &Sender, path: &str, body: &Value) -> i64 {
    let answer = post(sender, path, body).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    publisher::assert_fits("MessageResponse", &answer.json());
    answer.json()["messageId"].as_i64().unwrap()
}

/// Uploads by `/v1/files`; the file's id.
async fn file(sender: &Sender, name: &str, bytes: Vec<u8>) -> String {
    let form = Form::new().part("file", Part::bytes(bytes).file_name(name.to_owned()));
    let request = sender.client.post(sender.at("/v1/files"));
    let request = request.header("Authorization", &sender.token).multipart(form);
    let answer = Answer::of(request.send().await.unwrap()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_deprecated(&answer, "../v2/attachments", "/v1/files");
    publisher::assert_fits("NewFileResponse", &answer.json());
    answer.json()["fileId"].as_str().unwrap().to_owned()
}

/// The least that `/v1/messages/electronic` asks for.
fn electronic(sender: &Sender, external_id: &str, to: &str) -> Value {
    json!({
        "externalId": external_id, "recipient": { "id": to }, "sender": { "serviceId": sender.service },
        "electronic": { "title": "Päätös", "body": "# Päätös\n\nLupa on **myönnetty**." }
    })
}

fn address(name: &str) -> Value {
    json!({ "name": name, "streetAddress": "Katu 1", "zipCode": "00100", "city": "Helsinki", "countryCode": "FI" })
}

/// The least that a letter needs.
fn letter(file: &str) -> Value {
    json!({
        "files": [{ "fileId": file }], "createCoverPage": true,
        "printingAndEnvelopingService": {
            "postiMessaging": { "username": "123456", "password": "1234", "contactDetails": { "email": "a@b.fi" } }
        },
        "recipient": { "address": address("Onni Testilä") }, "sender": { "address": address("Koekunta") }
    })
}

/// The least that `/v1/messages` asks for.
fn multichannel(sender: &Sender, external_id: &str, to: &str, file: &str) -> Value {
    let mut body = electronic(sender, external_id, to);
    body["electronic"]["files"] = json!([]);
    body["paperMail"] = letter(file);
    body
}

/// The least that `/v1/paper-mail-without-id` asks for.
fn paper(sender: &Sender, external_id: &str, file: &str) -> Value {
    let mut body = letter(file);
    body["externalId"] = json!(external_id);
    body["sender"]["serviceId"] = json!(sender.service);
    body
}

/// Every optional member of `electronic` that both electronic bodies have.
fn filled(mut body: Value) -> Value {
    let texts = json!({ "fi": "Ilmoitus", "sv": "Meddelande", "en": "Notice" });
    let electronic = &mut body["electronic"];
    electronic["messageServiceType"] = json!("Verifiable");
    electronic["replyAllowedBy"] = json!("Anyone");
    electronic["visibility"] = json!("Recipient only");
    electronic["notifications"] = json!({
        "senderDetailsInNotifications": "None",
        "unreadMessageNotification": { "reminder": "No reminders" },
        "customisedNewMessageNotification": { "title": texts, "content": texts }
    });
    body
}

#[tokio::test]
async fn an_electronic_message_of_the_first_version_has_its_defaults() {
    for database in databases() {
        let (site, sender) = begin(&database).await;
        let matti = active(&site, MATTI).await;
        let least = sent(&sender, "/v1/messages/electronic", &electronic(&sender, "A-1", MATTI)).await;
        // Normal, so it opens at once; plain text; no reply; seen by agents; no file.
        let view = opened(&site, &matti, least).await;
        assert_eq!((view.body_format, view.reply_allowed), (BodyFormat::Text, false));
        assert!(view.attachments.is_empty());
        let refused = crate::citizen::reply(&site.hub, &matti, message_id(least)).await;
        assert!(matches!(refused, Err(ActError::Forbidden(_))));
        let page = site
            .logged_in(MATTI)
            .await
            .get(site.at(&format!("/messages/{least}")))
            .await;
        let html = page.text().await.unwrap();
        assert!(html.contains("# Päätös") && html.contains("**myönnetty**"), "{html}");
        assert!(!html.contains("<strong>myönnetty") && !html.contains(&format!("/messages/{least}/reply")));
        assert_eq!(
            site.count("SELECT count(*) FROM message WHERE visibility = 'normal'")
                .await,
            1
        );

        let attachment = uploads::attachment(&sender, "liite.pdf", pdf("liite")).await;
        let mut full = filled(electronic(&sender, "A-2", MATTI));
        full["electronic"]["attachments"] = json!([{ "attachmentId": attachment }]);
        full["electronic"]["unknown"] = json!({ "is": ["let", "pass"] });
        let full = sent(&sender, "/v1/messages/electronic", &full).await;
        let waiting = site.hub.open(&matti, message_id(full)).await.unwrap();
        assert!(matches!(waiting, Opened::Waiting(_)));
        site.hub.confirm(&matti, message_id(full)).await.unwrap();
        let view = opened(&site, &matti, full).await;
        assert_eq!((view.body_format, view.reply_allowed), (BodyFormat::Text, true));
        assert_eq!(view.attachments[0].filename, "liite.pdf");
        let hidden = "SELECT count(*) FROM message WHERE visibility = 'recipient_only' AND mode = 'verifiable'";
        assert_eq!(site.count(hidden).await, 1);
        reply(&site, &matti, full).await;
    }
}

#[tokio::test]
async fn a_multichannel_message_of_the_first_version_goes_either_way() {
    for database in databases() {
        let (site, sender) = begin(&database).await;
        let matti = active(&site, MATTI).await;
        let file = file(&sender, "kirje.pdf", a4_pdf("Kirje", 1)).await;
        let to_mailbox = sent(&sender, "/v1/messages", &multichannel(&sender, "A-1", MATTI, &file)).await;
        let view = opened(&site, &matti, to_mailbox).await;
        assert_eq!((view.body_format, view.reply_allowed), (BodyFormat::Text, false));
        let mut full = filled(multichannel(&sender, "A-2", MATTI, &file));
        full["electronic"]["files"] = json!([{ "fileId": file }]);
        full["paperMail"]["colorPrinting"] = json!(true);
        full["paperMail"]["messageServiceType"] = json!("Verifiable");
        full["paperMail"]["printingAndEnvelopingService"]["costPool"] = json!("pool ä-1");
        let verifiable = sent(&sender, "/v1/messages", &full).await;
        site.hub.confirm(&matti, message_id(verifiable)).await.unwrap();
        assert_eq!(
            opened(&site, &matti, verifiable).await.attachments[0].filename,
            "kirje.pdf"
        );
        assert_eq!(site.count("SELECT count(*) FROM print_job").await, 0);

        full["externalId"] = json!("A-3");
        full["recipient"]["id"] = json!(STRANGER);
        let on_paper = sent(&sender, "/v1/messages", &full).await;
        assert_eq!(site.count("SELECT count(*) FROM print_job").await, 1);
        site.seal().await;
        let (events, _) = sender.feed(None).await;
        let kind_of = |id: i64| {
            let of = |event: &&Value| event["metadata"]["messageId"] == id;
            events.iter().find(of).unwrap()["type"].as_str().unwrap().to_owned()
        };
        assert_eq!(kind_of(to_mailbox), "Electronic message created");
        assert_eq!(kind_of(on_paper), "Paper mail created");
    }
}

#[tokio::test]
async fn a_letter_of_the_first_version_is_ordered() {
    for database in databases() {
        let (site, sender) = begin(&database).await;
        let file = file(&sender, "kirje.pdf", a4_pdf("Kirje", 1)).await;
        sent(&sender, "/v1/paper-mail-without-id", &paper(&sender, "P-1", &file)).await;
        let mut full = paper(&sender, "P-2", &file);
        full["colorPrinting"] = json!(false);
        full["createCoverPage"] = json!(false);
        full["messageServiceType"] = json!("Verifiable");
        full["printingAndEnvelopingService"]["costPool"] = json!("x y:ä");
        full["recipient"]["address"]["additionalName"] = json!("c/o Virtanen");
        full["recipient"]["address"]["countryCode"] = json!("XK");
        sent(&sender, "/v1/paper-mail-without-id", &full).await;
        assert_eq!(site.count("SELECT count(*) FROM print_job").await, 2);
        assert_eq!(
            site.count("SELECT count(*) FROM message WHERE mode = 'verifiable'")
                .await,
            1
        );
    }
}

#[tokio::test]
async fn a_repeat_is_a_409_across_versions() {
    for database in databases() {
        let (site, sender) = begin(&database).await;
        active(&site, MATTI).await;
        let file = file(&sender, "kirje.pdf", a4_pdf("Kirje", 1)).await;
        let first = sent(&sender, "/v1/messages/electronic", &electronic(&sender, "A-1", MATTI)).await;
        let mut of_second = sender.message("A-1", MATTI, "Normal");
        let answers = [
            post(&sender, "/v1/messages/electronic", &electronic(&sender, "A-1", MATTI)).await,
            post(&sender, "/v1/messages", &multichannel(&sender, "A-1", MAIJA, &file)).await,
            post(&sender, "/v1/paper-mail-without-id", &paper(&sender, "A-1", &file)).await,
            Answer::of(sender.send(&of_second).await).await,
        ];
        for answer in answers {
            answer.refused(409, "repeat");
            assert_eq!(answer.json()["messageId"], first);
            publisher::assert_fits("MessageAlreadyExistsResponse", &answer.json());
        }
        of_second["externalId"] = json!("A-2");
        let second = sender.sent(&of_second).await;
        let answer = post(&sender, "/v1/messages/electronic", &electronic(&sender, "A-2", MATTI)).await;
        assert_eq!((answer.status, &answer.json()["messageId"]), (409, &json!(second)));
    }
}

#[tokio::test]
async fn a_reply_to_a_message_that_is_not_there_goes_as_a_new_one() {
    for database in databases() {
        let (site, sender) = begin(&database).await;
        let (matti, maija) = (active(&site, MATTI).await, active(&site, MAIJA).await);
        let first = sender.sent(&sender.message("A-0", MATTI, "Normal")).await;
        site.hub.open(&matti, message_id(first)).await.unwrap();
        let written = reply(&site, &matti, first).await;
        let answer_to = |external_id: &str, to: &str, id: i64| {
            let mut body = electronic(&sender, external_id, to);
            body["electronic"]["inReplyToMessageId"] = json!(id);
            body["electronic"]["replyAllowedBy"] = json!("Anyone");
            body
        };
        let thread_of = async |reply: i64| {
            let incoming: Value = sender.get(&format!("/v1/messages/{reply}")).await.json().await.unwrap();
            incoming["electronic"]["thread"].clone()
        };
        // To the one who wrote, it stays in the thread.
        let answer = sent(&sender, "/v1/messages/electronic", &answer_to("A-1", MATTI, written)).await;
        site.hub.open(&matti, message_id(answer)).await.unwrap();
        let next = reply(&site, &matti, answer).await;
        let thread = json!({ "inReplyToMessageId": answer, "rootMessageId": first });
        assert_eq!(thread_of(next).await, thread);
        // To nothing, to the organisation's own message, and to what another person wrote, it begins a thread of its own.
        for (external_id, citizen, to, id) in [
            ("A-2", &matti, MATTI, 9_007_199_254_740_991),
            ("A-3", &matti, MATTI, first),
            ("A-4", &maija, MAIJA, written),
        ] {
            let new = sent(&sender, "/v1/messages/electronic", &answer_to(external_id, to, id)).await;
            let view = opened(&site, citizen, new).await;
            assert_eq!(view.reply_to, None, "{external_id}");
            let next = reply(&site, citizen, new).await;
            let thread = json!({ "inReplyToMessageId": new, "rootMessageId": new });
            assert_eq!(thread_of(next).await, thread, "{external_id}");
            // The second version refuses the same.
            let mut strict = sender.message(&format!("{external_id}-2"), to, "Normal");
            strict["electronic"]["inReplyToMessageId"] = json!(id);
            assert_eq!(
                sender.send(&strict).await.status(),
                StatusCode::BAD_REQUEST,
                "{external_id}"
            );
        }
    }
}

#[tokio::test]
async fn every_answer_says_that_the_path_is_deprecated() {
    for database in databases().into_iter().take(1) {
        let (site, sender) = begin(&database).await;
        let paths = [
            ("POST", "/v1/attachments", "../v2/attachments"),
            ("POST", "/v1/files", "../v2/attachments"),
            ("GET", "/v1/events", "../v2/events"),
            ("POST", "/v1/messages", "../v2/messages"),
            ("POST", "/v1/messages/electronic", "../../v2/messages/electronic"),
            ("POST", "/v1/paper-mail-without-id", "../v2/paper-mail-without-id"),
            ("GET", "/v1/messages/7", "../../v2/messages/7"),
            ("GET", "/v1/messages/7/state", "../../../v2/events"),
        ];
        let ask = async |method: &str, path: &str, token: Option<&str>| {
            let mut request = sender.client.request(method.parse().unwrap(), sender.at(path));
            if let Some(token) = token {
                request = request.header("Authorization", token);
            }
            Answer::of(request.send().await.unwrap()).await
        };
        for prefix in ["", "/suomifi"] {
            for (method, path, successor) in paths {
                let path = format!("{prefix}{path}");
                for (method, token, status) in [
                    (method, None, 401),
                    (method, Some("garbage"), 401),
                    ("DELETE", Some(&*sender.token), 405),
                ] {
                    let answer = ask(method, &path, token).await;
                    answer.refused(status, &path);
                    assert_deprecated(&answer, successor, &path);
                    assert_eq!(answer.headers.contains_key("allow"), status == 405, "{path}");
                }
                let answer = ask(method, &path, Some(&sender.token)).await;
                let expected = match path.rsplit_once("/v1/").unwrap().1 {
                    "events" => 200,
                    "messages/7" | "messages/7/state" => 404,
                    _ => 400,
                };
                assert_eq!(answer.status, expected, "{path}");
                assert_deprecated(&answer, successor, &path);
            }
        }
        // What is current says nothing of the kind, also where it lies beside the deprecated.
        for path in [
            "/v1/messages/id?externalId=A",
            "/v1/attachments/x",
            "/v2/events",
            "/v1/nothing",
        ] {
            let answer = ask("GET", path, Some(&sender.token)).await;
            assert!(!answer.headers.contains_key("deprecation"), "{path}");
        }
        // Whoever was disabled is told so in the same way.
        site.hub.set_system_active(&sender.username, false).await.unwrap();
        crate::contract::within_five_seconds(&site, "system", async || {
            let answer = ask("GET", "/v1/events", Some(&sender.token)).await;
            assert_deprecated(&answer, "../v2/events", "disabled");
            answer.status == 403
        })
        .await;
        let answer = post(&sender, "/v1/messages/electronic", &electronic(&sender, "A-1", MATTI)).await;
        answer.refused(400, "disabled");
        publisher::assert_refusal(&answer.json());
        assert_eq!(answer.json()["validationErrors"][0]["errorCode"], "SYSTEM_NOT_ACTIVE");
    }
}
