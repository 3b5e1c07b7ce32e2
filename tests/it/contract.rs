//! The contract of the sender API as clients in production rely on it, rule by rule, with time passing.

use std::collections::BTreeSet;

use futures::TryStreamExt as _;
use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tiedoksi::domain::consent::Regime;
use tiedoksi::domain::id::{AttachmentId, MessageId, OrganisationId};
use tiedoksi::domain::identity::BusinessId;
use tiedoksi::domain::message::Draft;
use tiedoksi::domain::principal::Citizen;
use tiedoksi::hub::view::{Opened, SenderChoice};
use tiedoksi::hub::{ActError, Hub};

use crate::harness::{Database, HERE, Settings, Site, databases, person};
use crate::sender::{Sender, names, pdf, sender};
use crate::wire::{Answer, Lines, raw};

const MATTI: &str = "010594Y9032";
const MAIJA: &str = "010594Y9021";

async fn begin(database: &Database, regime: Regime) -> (Site, Sender) {
    let persons = vec![
        person(MATTI, "Matti", "Meikäläinen"),
        person(MAIJA, "Maija", "Meikäläinen"),
        person(&minor(), "Veera", "Meikäläinen"),
    ];
    let settings = Settings {
        regime,
        ..Settings::default()
    };
    let site = Site::start(database, persons, settings).await;
    let sender = sender(&site, "0208573-0", false).await;
    (site, sender)
}

/// An artificial person of eleven years at the start of a test.
fn minor() -> String {
    let (date, number) = (10_115, 903);
    let check = b"0123456789ABCDEFHJKLMNPRSTUVWXY"[(date * 1000 + number) % 31];
    format!("{date:06}A{number}{}", char::from(check))
}

async fn active(site: &Site, id: &str) -> Citizen {
    let citizen = site.citizen(id).await;
    site.hub.activate(&citizen).await.unwrap();
    citizen
}

fn message_id(id: i64) -> MessageId {
    id.to_string().parse().unwrap()
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// The citizen's reply with one file; the reply, and the file.
async fn reply(site: &Site, citizen: &Citizen, to: i64) -> (i64, AttachmentId) {
    let draft = site
        .hub
        .begin_reply(citizen, message_id(to), String::new())
        .await
        .unwrap();
    let file = crate::citizen::add_file(&site.hub, citizen, draft, ("liite.pdf", pdf("liite")))
        .await
        .unwrap();
    let written = crate::citizen::text("Vastaus", "Kiitos.");
    let receipt = site.hub.send_draft(citizen, draft, written).await.unwrap();
    (receipt.id.get(), file)
}

/// A message to Matti, opened and answered.
async fn answered(site: &Site, sender: &Sender, matti: &Citizen, external_id: &str) -> (i64, i64, AttachmentId) {
    let first = sender.sent(&sender.message(external_id, MATTI, "Normal")).await;
    site.hub.open(matti, message_id(first)).await.unwrap();
    let (reply, file) = reply(site, matti, first).await;
    (first, reply, file)
}

/// The contract's codes of a refusal.
async fn codes(answer: reqwest::Response) -> Vec<String> {
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    let body: Value = answer.json().await.unwrap();
    let errors = body["validationErrors"].as_array().unwrap();
    errors
        .iter()
        .map(|error| error["errorCode"].as_str().unwrap_or("").to_owned())
        .collect()
}

async fn is_active(sender: &Sender, id: &str) -> bool {
    let answer = sender
        .post("/v1/mailboxes/active", &json!({ "endUsers": [{ "id": id }] }))
        .await;
    let body: Value = answer.json().await.unwrap();
    body == json!({ "endUsersWithActiveMailbox": [{ "id": id }] })
}

/// Whether mailboxes/active and a send agree, and what they say.
async fn reachable(sender: &Sender, id: &str, external_id: &str) -> bool {
    let active = is_active(sender, id).await;
    let answer = sender.send(&sender.message(external_id, id, "Normal")).await;
    if active {
        assert_eq!(answer.status(), StatusCode::OK, "{external_id}");
    } else {
        assert_eq!(codes(answer).await, ["MAILBOX_NOT_IN_USE"], "{external_id}");
    }
    active
}

// Section 10 of the contract, as it stands there.
const ELECTRONIC: &str = r#"{"externalId":"A-1","recipient":{"id":"010280-952L"},"sender":{"serviceId":"svc"},"electronic":{"title":"T","body":"B","bodyFormat":"Markdown","attachments":[{"attachmentId":"<uuid>"}],"messageServiceType":"Verifiable","replyAllowedBy":"Anyone","visibility":"Recipient only","inReplyToMessageId":7,"notifications":{"senderDetailsInNotifications":"None","unreadMessageNotification":{"reminder":"No reminders"},"customisedNewMessageNotification":{"title":{"fi":"a","sv":"b","en":"c"},"content":{"fi":"a","sv":"b","en":"c"}}}}}"#;
const PAPER_PART: &str = r#"{"attachments":[{"attachmentId":"<uuid>"}],"colorPrinting":false,"createAddressPage":true,"rotateLandscapePages":false,"twoSidedPrinting":true,"messageServiceType":"Normal","printingAndEnvelopingService":{"costPool":"AB12","postiMessaging":{"username":"123456","password":"1234","contactDetails":{"email":"a@b.fi"}}},"recipient":{"address":{"name":"N","additionalName":"X","streetAddress":"S 1","zipCode":"00100","city":"Helsinki","countryCode":"FI"}},"sender":{"address":{"name":"O","streetAddress":"S 2","zipCode":"00100","city":"Helsinki","countryCode":"FI"}}}"#;
const REFUSED: &str = r#"{"reason":"…","validationErrors":[{"error":"…","errorCode":"MAILBOX_NOT_IN_USE"}]}"#;
const REPEATED: &str = r#"{"messageId":12345,"reason":"…"}"#;
const EVENT: &str = r#"{"type":"Receipt confirmed","eventTime":"2026-03-01T10:00:00.123Z","metadata":{"messageId":7,"serviceId":"svc","externalId":"A-1","receiptConfirmedBy":"…"}}"#;

/// A system to which Matti has written, with a letter uploaded: what the examples name by id.
struct Named {
    sender: Sender,
    reply: i64,
    file: String,
}

impl Named {
    async fn begin(database: &Database) -> (Site, Citizen, Self) {
        let (site, sender) = begin(database, Regime::Consent).await;
        let matti = active(&site, MATTI).await;
        let (_, reply, _) = answered(&site, &sender, &matti, "A-0").await;
        let answer = sender.upload("kirje.pdf", crate::a4::a4_pdf("Kirje", 1)).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        let answer: Value = answer.json().await.unwrap();
        let file = answer["attachmentId"].as_str().unwrap().to_owned();
        (site, matti, Self { sender, reply, file })
    }

    /// An example with the ids of this site, and nothing else changed.
    fn named(&self, example: &str) -> Value {
        let mut body: Value = serde_json::from_str(example).unwrap();
        for (pointer, id) in [
            ("/recipient/id", json!(MATTI)),
            ("/sender/serviceId", json!(self.sender.service)),
            ("/attachments/0/attachmentId", json!(self.file)),
            ("/electronic/attachments/0/attachmentId", json!(self.file)),
            ("/electronic/inReplyToMessageId", json!(self.reply)),
        ] {
            if let Some(place) = body.pointer_mut(pointer) {
                *place = id;
            }
        }
        body
    }

    /// The electronic example with the paper part beside it.
    fn both(&self) -> Value {
        let mut body = self.named(ELECTRONIC);
        body["paperMail"] = self.named(PAPER_PART);
        body
    }
}

/// A body with the names and types of its members, and no values.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), shape(value)))
            .collect(),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::String(_) => json!("string"),
        Value::Number(number) if number.is_i64() => json!("integer"),
        other => panic!("not in the examples: {other}"),
    }
}

#[track_caller]
fn assert_shape(answer: &Value, example: &str) {
    assert_eq!(
        shape(answer),
        shape(&serde_json::from_str(example).unwrap()),
        "{answer}"
    );
}

#[tokio::test]
async fn the_contracts_own_example_is_accepted() {
    for database in databases() {
        let (site, matti, named) = Named::begin(&database).await;
        let (sender, body) = (&named.sender, named.named(ELECTRONIC));
        let first = plain(sender.post("/v2/messages/electronic", &body).await, 200).await["messageId"].clone();
        let repeat = plain(sender.post("/suomifi/v2/messages/electronic", &body).await, 409).await;
        assert_shape(&repeat, REPEATED);
        assert_eq!(repeat["messageId"], first);
        site.hub
            .confirm(&matti, message_id(first.as_i64().unwrap()))
            .await
            .unwrap();
        site.seal().await;
        let (events, _) = sender.feed(None).await;
        let expected: Value = serde_json::from_str(EVENT).unwrap();
        let event = events.iter().find(|event| event["type"] == expected["type"]).unwrap();
        assert_shape(event, EVENT);
        assert_eq!(event["metadata"]["externalId"], expected["metadata"]["externalId"]);

        // Either way: into a mailbox in use, and on paper when there is none.
        let jobs = "SELECT COUNT(*) FROM print_job";
        let (site, _, named) = Named::begin(&database).await;
        plain(named.sender.post("/v2/messages", &named.both()).await, 200).await;
        assert_eq!(site.count(jobs).await, 0);
        let (site, matti, named) = Named::begin(&database).await;
        site.hub.withdraw(&matti).await.unwrap();
        let answer = named
            .sender
            .post("/v2/messages/electronic", &named.named(ELECTRONIC))
            .await;
        let mut refused = plain(answer, 400).await;
        // Beside the contract's members stand two of our own.
        let violation = refused["validationErrors"][0].as_object_mut().unwrap();
        assert!(violation.remove("code").is_some() && violation.remove("pointer").is_some());
        assert_shape(&refused, REFUSED);
        let expected: Value = serde_json::from_str(REFUSED).unwrap();
        let code = "/validationErrors/0/errorCode";
        assert_eq!(refused.pointer(code), expected.pointer(code));
        plain(named.sender.post("/v2/messages", &named.both()).await, 200).await;
        assert_eq!(site.count(jobs).await, 1);

        let (site, _, named) = Named::begin(&database).await;
        let mut letter = named.both();
        for other in ["recipient", "electronic"] {
            letter.as_object_mut().unwrap().remove(other).unwrap();
        }
        plain(named.sender.post("/v2/paper-mail-without-id", &letter).await, 200).await;
        assert_eq!(site.count(jobs).await, 1);
    }
}

#[tokio::test]
async fn a_repeat_is_a_409_with_the_first_message() {
    for database in databases() {
        let (site, sender) = begin(&database, Regime::Consent).await;
        let matti = active(&site, MATTI).await;
        let first = sender.sent(&sender.message("A-1", MATTI, "Normal")).await;
        // What the repeat says otherwise is not looked at, and it stands after the mailbox is closed, too.
        let mut other = sender.message("A-1", MAIJA, "Verifiable");
        other["electronic"]["attachments"] = json!([{ "attachmentId": uuid::Uuid::from_u128(1) }]);
        site.hub.withdraw(&matti).await.unwrap();
        for body in [sender.message("A-1", MATTI, "Normal"), other] {
            let answer = Answer::of(sender.send(&body).await).await;
            answer.refused(409, "repeat");
            assert_eq!(answer.json()["messageId"], first);
            assert_eq!(keys(&answer.json()), ["messageId", "reason"]);
            assert!(answer.headers.contains_key("tiedoksi-seal"));
        }
        // Unique per system: another one has its own.
        let other = crate::sender::sender(&site, "9900001-8", false).await;
        site.hub.activate(&matti).await.unwrap();
        assert_ne!(other.sent(&other.message("A-1", MATTI, "Normal")).await, first);
        assert_eq!(site.count("SELECT count(*) FROM submission").await, 2);
    }
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

async fn plain(answer: reqwest::Response, status: u16) -> Value {
    let answer = Answer::of(answer).await;
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.headers["content-type"], "application/json");
    crate::wire::assert_traced(&answer.headers, "answer");
    answer.json()
}

/// `2026-03-02T10:00:00.123Z`: 0, 3 or 6 digits after the seconds.
fn assert_time(value: &Value) {
    let text = value.as_str().unwrap();
    assert!(text.parse::<jiff::Timestamp>().is_ok() && text.ends_with('Z'), "{text}");
    let fraction = text.split_once('.').map_or(0, |(_, rest)| rest.len() - 1);
    assert!(matches!(fraction, 0 | 3 | 6), "{text}");
}

#[tokio::test]
async fn answers_hold_what_the_contract_names_and_nothing_else() {
    let lines = Lines::capture();
    for database in databases() {
        let (site, sender) = begin(&database, Regime::Consent).await;
        let matti = active(&site, MATTI).await;
        let login = json!({ "username": sender.username, "password": sender.password });
        let token = plain(sender.post("/v1/token", &login).await, 200).await;
        assert_eq!(keys(&token), ["access_token", "expires_in", "token_type"]);
        assert_eq!(
            (&token["token_type"], &token["expires_in"]),
            (&json!("Bearer"), &json!(3600))
        );
        let active = plain(
            sender
                .post("/v1/mailboxes/active", &json!({ "endUsers": [{ "id": MATTI }] }))
                .await,
            200,
        )
        .await;
        assert_eq!(active, json!({ "endUsersWithActiveMailbox": [{ "id": MATTI }] }));
        let uploaded = plain(sender.upload("a.pdf", pdf("a")).await, 201).await;
        assert_eq!(keys(&uploaded), ["attachmentId"]);
        assert!(uuid::Uuid::try_parse(uploaded["attachmentId"].as_str().unwrap()).is_ok());

        let first = plain(sender.send(&sender.message("A-1", MATTI, "Verifiable")).await, 200).await;
        assert_eq!(keys(&first), ["messageId"]);
        let first = first["messageId"].as_i64().unwrap();
        assert!((1..1 << 53).contains(&first));
        let found = plain(sender.get("/v1/messages/id?externalId=A-1").await, 200).await;
        assert_eq!(found, json!({ "messageId": first }));
        site.hub.confirm(&matti, message_id(first)).await.unwrap();
        site.hub.open(&matti, message_id(first)).await.unwrap();
        let (reply, file) = reply(&site, &matti, first).await;

        let incoming = plain(sender.get(&format!("/v2/messages/{reply}")).await, 200).await;
        assert_eq!(keys(&incoming), ["createdAt", "electronic", "messageId", "sender"]);
        assert_eq!(incoming["messageId"], reply);
        let electronic = &incoming["electronic"];
        assert_eq!(
            keys(electronic),
            ["attachments", "body", "createdAt", "messageId", "thread", "title"]
        );
        assert_eq!(electronic["messageId"], reply);
        assert_eq!(
            keys(&electronic["attachments"][0]),
            ["attachmentId", "filename", "mediaType", "sizeBytes"]
        );
        assert_eq!(electronic["attachments"][0]["sizeBytes"], pdf("liite").len());
        assert_eq!(
            electronic["thread"],
            json!({ "rootMessageId": first, "threadExternalId": "A-1" })
        );
        let owner = json!({ "mailboxOwner": { "id": MATTI, "name": "Matti Meikäläinen" } });
        assert_eq!(incoming["sender"], owner);
        assert_time(&incoming["createdAt"]);
        assert_time(&electronic["createdAt"]);
        assert_eq!(
            sender
                .get(&format!("/v1/attachments/{file}"))
                .await
                .bytes()
                .await
                .unwrap(),
            pdf("liite")
        );

        site.seal().await;
        let page = plain(sender.get("/v2/events").await, 200).await;
        assert_eq!(keys(&page), ["continuationToken", "events"]);
        let kinds: BTreeSet<_> = page["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["type"].as_str().unwrap())
            .collect();
        assert_eq!(kinds.len(), 4);
        for event in page["events"].as_array().unwrap() {
            assert_eq!(keys(event), ["eventTime", "metadata", "type"]);
            assert_time(&event["eventTime"]);
            let expected: &[&str] = match event["type"].as_str().unwrap() {
                "Electronic message from end user" => &["messageId", "serviceId"],
                "Receipt confirmed" => &["externalId", "messageId", "receiptConfirmedBy", "serviceId"],
                _ => &["externalId", "messageId", "serviceId"],
            };
            assert_eq!(keys(&event["metadata"]), expected, "{event}");
            assert_eq!(event["metadata"]["serviceId"], sender.service);
            assert!(event["metadata"]["messageId"].is_i64());
        }
        let token = token["access_token"].as_str().unwrap();
        let secret = [token, &sender.token, &sender.password];
        let personal = [
            MATTI,
            "Meikäläinen",
            "rakennusluvasta",
            "myönnetty",
            "Vastaus",
            "Kiitos",
            "liite",
        ];
        lines.assert_clean(&[secret.as_slice(), &personal].concat());
    }
}

#[tokio::test]
async fn the_host_header_counts_for_nothing() {
    for database in databases() {
        let (site, sender) = begin(&database, Regime::Consent).await;
        for host in [
            "api.messages.suomi.fi",
            "api.messages.suomi.fi:8443",
            "localhost:1",
            "[::1]:5",
        ] {
            let get = format!(
                "GET /v2/events HTTP/1.1\r\nHost: {host}\r\nAuthorization: {}\r\n\r\n",
                sender.token
            );
            assert_eq!(raw(&site, get.as_bytes(), b"", 0).await.0.status, 200, "{host}");
            let body = json!({ "username": sender.username, "password": sender.password }).to_string();
            let post = format!(
                "POST /v1/token HTTP/1.1\r\nHost: {host}\r\nAuthorization: stale\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            assert_eq!(raw(&site, post.as_bytes(), b"", 0).await.0.status, 200, "{host}");
        }
    }
}

#[tokio::test]
async fn the_feed_goes_on_where_it_ended() {
    for database in databases() {
        let (site, sender) = begin(&database, Regime::Consent).await;
        active(&site, MATTI).await;
        let (none, start) = sender.feed(None).await;
        assert!(none.is_empty());
        let principal = site.hub.sender(&sender.token, HERE).await.unwrap();
        for batch in 0..21 {
            let sends = (0..50).map(|number| {
                let body = sender
                    .message(&format!("A-{batch}-{number}"), MATTI, "Normal")
                    .to_string();
                let draft = Draft::parse_electronic_v2(body.as_bytes(), true).unwrap();
                site.hub.submit(&principal, draft)
            });
            for answer in futures::future::join_all(sends).await {
                answer.unwrap();
            }
        }
        // What is committed and not yet in the log is not in the feed.
        assert!(sender.feed(Some(&start)).await.0.is_empty());
        site.seal().await;
        let (first, middle) = sender.feed(None).await;
        let (second, end) = sender.feed(Some(&middle)).await;
        assert_eq!((first.len(), second.len()), (1_000, 50));
        let (third, same) = sender.feed(Some(&end)).await;
        assert!(third.is_empty());
        assert_eq!(same, end);
        let ids: BTreeSet<_> = first
            .iter()
            .chain(&second)
            .map(|event| event["metadata"]["messageId"].as_i64())
            .collect();
        assert_eq!(ids.len(), 1_050);
        // In the order of acceptance: one batch was answered before the next was sent.
        let batches: Vec<u32> = first
            .iter()
            .chain(&second)
            .map(|event| {
                let id = event["metadata"]["externalId"].as_str().unwrap();
                id.split('-').nth(1).unwrap().parse().unwrap()
            })
            .collect();
        assert!(batches.is_sorted(), "{batches:?}");
        // Under a prefix it is the same feed.
        let under_prefix = plain(sender.get("/suomifi/v2/events").await, 200).await;
        assert_eq!(under_prefix["events"], json!(first));
        assert_eq!(sender.feed(Some(&start)).await.0, first);
        for token in [start, middle, end.clone()] {
            let unreserved = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~');
            assert!(!token.is_empty() && token.chars().all(unreserved), "{token}");
        }
        // Another system's page is empty, has its token, and never replays.
        let other = crate::sender::sender(&site, "9900001-8", false).await;
        let (none, token) = other.feed(None).await;
        assert!(none.is_empty());
        assert_eq!(other.feed(Some(&token)).await, (none, token));
        sender.sent(&sender.message("B-1", MATTI, "Normal")).await;
        site.seal().await;
        let (new, _) = sender.feed(Some(&end)).await;
        assert_eq!(new.len(), 1);
        assert_eq!(new[0]["metadata"]["externalId"], "B-1");
    }
}

#[tokio::test]
async fn what_is_older_than_the_window_is_hidden() {
    for database in databases() {
        let (site, mut sender) = begin(&database, Regime::Consent).await;
        let matti = active(&site, MATTI).await;
        site.seal().await;
        let (_, oldest) = sender.feed(None).await;
        let (_, old, file) = answered(&site, &sender, &matti, "A-1").await;
        site.seal().await;
        assert_eq!(sender.feed(Some(&oldest)).await.0.len(), 3);

        // The tests' window is thirty days: to the last of them everything is there.
        site.advance(days(30));
        sender.log_in().await;
        assert_eq!(sender.feed(Some(&oldest)).await.0.len(), 3);
        assert_eq!(sender.get(&format!("/v2/messages/{old}")).await.status(), 200);
        assert_eq!(sender.get(&format!("/v1/attachments/{file}")).await.status(), 200);
        site.advance(SignedDuration::from_secs(1));
        let (none, _) = sender.feed(None).await;
        assert!(none.is_empty());
        Answer::of(sender.get(&format!("/v2/messages/{old}")).await)
            .await
            .refused(404, "message");
        Answer::of(sender.get(&format!("/v1/attachments/{file}")).await)
            .await
            .refused(404, "attachment");

        let matti = site.citizen(MATTI).await;
        let (_, new, _) = answered(&site, &sender, &matti, "A-2").await;
        site.seal().await;
        // A token from before the window goes on at the oldest event within it.
        let (events, token) = sender.feed(Some(&oldest)).await;
        let ids: BTreeSet<_> = events
            .iter()
            .map(|event| event["metadata"]["externalId"].as_str().unwrap_or(""))
            .collect();
        assert_eq!(ids, BTreeSet::from(["", "A-2"]));
        assert_eq!(sender.feed(None).await, (events, token));
        assert_eq!(sender.get(&format!("/v2/messages/{new}")).await.status(), 200);
        // Hidden, not deleted: the external id is remembered, and the citizen still has everything.
        assert_eq!(sender.get("/v1/messages/id?externalId=A-1").await.status(), 200);
        assert_eq!(
            sender.send(&sender.message("A-1", MATTI, "Normal")).await.status(),
            StatusCode::CONFLICT
        );
        let opened = site.hub.open(&matti, message_id(old)).await.unwrap();
        assert!(matches!(opened, Opened::Message(_)));
    }
}

#[tokio::test]
async fn an_upload_waits_a_day_and_a_used_one_stays() {
    for database in databases() {
        let (site, mut sender) = begin(&database, Regime::Consent).await;
        let matti = active(&site, MATTI).await;
        let (used, unused) = (sender.pdf("used.pdf").await, sender.pdf("unused.pdf").await);
        let with = |sender: &Sender, external_id: &str, file: &str| {
            let mut message = sender.message(external_id, MATTI, "Normal");
            message["electronic"]["attachments"] = json!([{ "attachmentId": file }]);
            message
        };
        let first = sender.sent(&with(&sender, "A-1", &used)).await;
        // One upload may stand in several messages within its day.
        sender.sent(&with(&sender, "A-2", &used)).await;
        site.advance(days(1) - SignedDuration::from_secs(1));
        sender.log_in().await;
        sender.sent(&with(&sender, "A-3", &unused)).await;
        let late = sender.pdf("late.pdf").await;
        site.advance(SignedDuration::from_secs(1));
        for file in [&used, &unused] {
            let answer = Answer::of(sender.send(&with(&sender, "A-4", file)).await).await;
            answer.refused(400, "expired upload");
            let place = "/electronic/attachments/0/attachmentId".to_owned();
            assert_eq!(
                answer.violations("validationErrors"),
                [(place, "attachment-not-found".to_owned())]
            );
        }
        // An hour of grace, then the sweep takes what no message uses.
        assert_eq!(site.hub.sweep_uploads().await.unwrap(), 0);
        site.advance(SignedDuration::from_hours(1) + SignedDuration::from_secs(1));
        assert_eq!(site.hub.sweep_uploads().await.unwrap(), 2);
        assert_eq!(site.count("SELECT count(*) FROM attachment").await, 3);
        site.advance(days(1));
        assert_eq!(site.hub.sweep_uploads().await.unwrap(), 1);
        assert_eq!(site.hub.sweep_uploads().await.unwrap(), 0);
        assert_eq!(site.count("SELECT count(*) FROM attachment").await, 2);
        sender.log_in().await;
        let gone = Answer::of(sender.send(&with(&sender, "A-5", &late)).await).await;
        gone.refused(400, "swept upload");

        let matti_again = site.citizen(MATTI).await;
        assert_eq!(matti_again.mailbox, matti.mailbox);
        site.hub.open(&matti_again, message_id(first)).await.unwrap();
        let download = site
            .hub
            .download(&matti_again, message_id(first), used.parse().unwrap())
            .await
            .unwrap();
        let parts: Vec<_> = download.bytes.try_collect().await.unwrap();
        assert_eq!(parts.concat(), pdf("used.pdf"));
    }
}

#[tokio::test]
async fn a_refused_send_consumes_nothing() {
    for database in databases() {
        let (site, sender) = begin(&database, Regime::Consent).await;
        let file = sender.pdf("a.pdf").await;
        let mut good = sender.message("A-1", MATTI, "Normal");
        good["electronic"]["attachments"] = json!([{ "attachmentId": file }]);
        assert_eq!(codes(sender.send(&good).await).await, ["MAILBOX_NOT_IN_USE"]);
        let matti = active(&site, MATTI).await;
        let mut bad = good.clone();
        bad["electronic"]["title"] = json!("");
        assert_eq!(codes(sender.send(&bad).await).await, [""]);
        let mut bad = good.clone();
        bad["sender"]["serviceId"] = json!("muu");
        assert_eq!(codes(sender.send(&bad).await).await, [""]);
        let mut bad = good.clone();
        bad["electronic"]["inReplyToMessageId"] = json!(1);
        assert_eq!(
            codes(sender.send(&bad).await).await,
            ["MESSAGE_BEING_REPLIED_TO_NOT_FOUND"]
        );
        assert_eq!(sender.get("/v1/messages/id?externalId=A-1").await.status(), 404);
        let id = sender.sent(&good).await;
        let found: Value = sender.get("/v1/messages/id?externalId=A-1").await.json().await.unwrap();
        assert_eq!(found["messageId"], id);
        let Opened::Message(view) = site.hub.open(&matti, message_id(id)).await.unwrap() else {
            panic!("an ordinary message waits")
        };
        assert_eq!(view.attachments.len(), 1);
    }
}

#[tokio::test]
async fn a_token_lives_as_long_as_it_says() {
    for database in databases() {
        let (site, mut sender) = begin(&database, Regime::Consent).await;
        let mut tokens = Vec::new();
        for _ in 0..5 {
            site.advance(SignedDuration::from_secs(1));
            sender.log_in().await;
            tokens.push(sender.token.clone());
        }
        assert_eq!(tokens.iter().collect::<BTreeSet<_>>().len(), 5);
        site.advance(SignedDuration::from_secs(3_595));
        // One second before the first one's end every one holds; then they end one by one.
        for token in &tokens {
            assert!(site.hub.sender(token, HERE).await.is_ok());
        }
        for ended in 1..=tokens.len() {
            site.advance(SignedDuration::from_secs(1));
            for (number, token) in tokens.iter().enumerate() {
                let holds = site.hub.sender(token, HERE).await.is_ok();
                assert_eq!(holds, number + 1 > ended, "{number} after {ended} s");
            }
        }
    }
}

/// Asks until the answer is `wanted`, as a caller would; at most for the five seconds that the contract allows, by the hubs' own clock.
pub async fn within_five_seconds(site: &Site, what: &str, mut wanted: impl AsyncFnMut() -> bool) {
    for _ in 0..50 {
        if wanted().await {
            return;
        }
        site.advance(SignedDuration::from_millis(100));
    }
    assert!(wanted().await, "{what}: still not after five seconds");
}

async fn refuses(hub: &Hub, token: &str) -> bool {
    match hub.sender(token, HERE).await {
        Ok(_) => false,
        Err(ActError::NotLoggedIn) => true,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_new_password_ends_the_old_one_and_its_tokens() {
    for database in databases() {
        let (site, mut sender) = begin(&database, Regime::Consent).await;
        let other = site.another_hub().await;
        site.advance(days(1));
        sender.log_in().await;
        let old = sender.token.clone();
        assert!(!refuses(&site.hub, &old).await && !refuses(&other, &old).await);
        let new = "Uusi-salasana-1234567890-abcdefgh";
        let body = json!({ "accessToken": old, "currentPassword": sender.password, "newPassword": new });
        // The Authorization header plays no part.
        let request = sender.client.post(sender.at("/v1/change-password")).json(&body);
        assert_eq!(plain(request.send().await.unwrap(), 200).await, json!({}));
        assert!(refuses(&site.hub, &old).await);
        within_five_seconds(&site, "the other process", async || refuses(&other, &old).await).await;
        let login = json!({ "username": sender.username, "password": sender.password });
        let answer = sender
            .client
            .post(sender.at("/v1/token"))
            .json(&login)
            .send()
            .await
            .unwrap();
        Answer::of(answer).await.refused(400, "the old password");
        sender.password = new.to_owned();
        sender.log_in().await;
        assert_eq!(sender.get("/v2/events").await.status(), 200);
        // Again too soon, and with the token that died.
        let soon = json!({ "accessToken": sender.token, "currentPassword": new, "newPassword": format!("{new}2") });
        Answer::of(sender.post("/v1/change-password", &soon).await)
            .await
            .refused(400, "too soon");
        let dead = json!({ "accessToken": old, "currentPassword": new, "newPassword": format!("{new}2") });
        Answer::of(sender.post("/v1/change-password", &dead).await)
            .await
            .refused(400, "dead token");
    }
}

#[tokio::test]
async fn a_revoked_secret_is_refused_everywhere_within_five_seconds() {
    for database in databases() {
        let (site, sender) = begin(&database, Regime::Consent).await;
        let other = site.another_hub().await;
        let (id, password) = site.hub.add_secret(&sender.username, None).await.unwrap();
        let token = other
            .issue_token(&sender.username, &password, HERE)
            .await
            .unwrap()
            .token;
        assert!(!refuses(&site.hub, &token).await && !refuses(&other, &token).await);
        site.hub.revoke_secret(id).await.unwrap();
        within_five_seconds(&site, "both processes", async || {
            refuses(&site.hub, &token).await && refuses(&other, &token).await
        })
        .await;
        // Neither gives a new token, and the system's other secret holds on.
        for hub in [&site.hub, &other] {
            let refused = hub.issue_token(&sender.username, &password, HERE).await;
            assert!(matches!(refused, Err(ActError::NotLoggedIn)));
            assert!(!refuses(hub, &sender.token).await);
        }
        // A secret with an end date ends by itself, and the tokens made with it.
        let end = site.hub.now() + SignedDuration::from_mins(10);
        let (_, password) = site.hub.add_secret(&sender.username, Some(end)).await.unwrap();
        let token = site
            .hub
            .issue_token(&sender.username, &password, HERE)
            .await
            .unwrap()
            .token;
        site.advance(SignedDuration::from_mins(10));
        assert!(refuses(&other, &token).await);
        assert!(site.hub.issue_token(&sender.username, &password, HERE).await.is_err());
    }
}

#[tokio::test]
async fn what_the_operator_disabled_does_not_send() {
    for database in databases() {
        let (site, sender) = begin(&database, Regime::Consent).await;
        active(&site, MATTI).await;
        let unused = "palvelu-2";
        site.hub
            .add_service(&sender.username, unused, names("Toinen"))
            .await
            .unwrap();
        let mut by_other_service = sender.message("other", MATTI, "Normal");
        by_other_service["sender"]["serviceId"] = json!(unused);

        // Every try is a send of its own: one that is still accepted would be a repeat ever after.
        let number = std::cell::Cell::new(0);
        let send = async || {
            number.set(number.get() + 1);
            let message = sender.message(&format!("S-{}", number.get()), MATTI, "Normal");
            sender.send(&message).await
        };
        let refused_as = async |expected: &[&str]| {
            let answer = send().await;
            answer.status() == StatusCode::BAD_REQUEST && codes(answer).await == expected
        };
        let other = crate::sender::sender(&site, "9900001-8", false).await;
        // Both are known as active a moment ago.
        assert_eq!(send().await.status(), StatusCode::OK);
        other.sent(&other.message("O-0", MATTI, "Normal")).await;
        let organisation = BusinessId::parse("9900001-8").unwrap();
        site.hub.set_organisation_active(&organisation, false).await.unwrap();
        site.hub.set_service_active(&sender.service, false).await.unwrap();
        within_five_seconds(&site, "service", async || refused_as(&["SERVICE_NOT_ACTIVE"]).await).await;
        sender.sent(&by_other_service).await;
        within_five_seconds(&site, "organisation", async || {
            number.set(number.get() + 1);
            let message = other.message(&format!("O-{}", number.get()), MATTI, "Normal");
            let answer = other.send(&message).await;
            answer.status() == StatusCode::BAD_REQUEST && codes(answer).await == ["SYSTEM_NOT_ACTIVE"]
        })
        .await;
        // Refused for the service or the system: one record for each of the two, in no feed.
        let rejections = "SELECT count(DISTINCT organisation_id) FROM event WHERE kind = 'SubmissionRejection' AND feed_type IS NULL";
        assert_eq!(site.count(rejections).await, 2);

        site.hub.set_system_active(&sender.username, false).await.unwrap();
        within_five_seconds(&site, "system", async || {
            refused_as(&["SYSTEM_NOT_ACTIVE", "SERVICE_NOT_ACTIVE"]).await
        })
        .await;
        // Whoever was disabled reads nothing either: neither what happened before nor what citizens sent.
        for path in ["/v2/events", "/v1/messages/id?externalId=S-1"] {
            assert_eq!(sender.get(path).await.status(), StatusCode::FORBIDDEN, "{path}");
            assert_eq!(other.get(path).await.status(), StatusCode::FORBIDDEN, "{path}");
        }
        let asked = sender
            .post("/v1/mailboxes/active", &json!({ "endUsers": [{ "id": MATTI }] }))
            .await;
        assert_eq!(asked.status(), StatusCode::FORBIDDEN);
        assert_eq!(
            sender.upload("a.pdf", crate::sender::pdf("a")).await.status(),
            StatusCode::FORBIDDEN
        );
    }
}

#[tokio::test]
async fn an_authority_answers_the_one_who_wrote() {
    for database in databases() {
        let (site, sender) = begin(&database, Regime::Consent).await;
        let (matti, _maija) = (active(&site, MATTI).await, active(&site, MAIJA).await);
        let (first, reply, _) = answered(&site, &sender, &matti, "A-1").await;
        let to = |external_id: &str, recipient: &str, kind: &str, id: i64| {
            let mut message = sender.message(external_id, recipient, kind);
            message["electronic"]["inReplyToMessageId"] = json!(id);
            message
        };
        let gone = ["MESSAGE_BEING_REPLIED_TO_NOT_FOUND"];
        // Another recipient, the authority's own message, an unknown one, another authority's.
        assert_eq!(codes(sender.send(&to("A-2", MAIJA, "Normal", reply)).await).await, gone);
        assert_eq!(codes(sender.send(&to("A-2", MATTI, "Normal", first)).await).await, gone);
        assert_eq!(
            codes(sender.send(&to("A-2", MATTI, "Normal", 9_007_199_254_740_991)).await).await,
            gone
        );
        let other = crate::sender::sender(&site, "9900001-8", false).await;
        let mut foreign = to("A-2", MATTI, "Normal", reply);
        foreign["sender"]["serviceId"] = json!(other.service);
        assert_eq!(codes(other.send(&foreign).await).await, gone);

        let answer = sender.sent(&to("A-2", MATTI, "Normal", reply)).await;
        let Opened::Message(view) = site.hub.open(&matti, message_id(answer)).await.unwrap() else {
            panic!("an ordinary message waits")
        };
        assert!(view.body.contains("myönnetty"));
        // It stays in the thread of the first message, and so does the next reply.
        let (second, _) = self::reply(&site, &matti, answer).await;
        let incoming: Value = sender
            .get(&format!("/v2/messages/{second}"))
            .await
            .json()
            .await
            .unwrap();
        assert_eq!(
            incoming["electronic"]["thread"],
            json!({ "rootMessageId": first, "threadExternalId": "A-1" })
        );
        // A verifiable reply is accepted.
        sender.sent(&to("A-3", MATTI, "Verifiable", second)).await;
        // A closed mailbox is named together with the wrong thread.
        site.hub.withdraw(&matti).await.unwrap();
        let both = codes(sender.send(&to("A-4", MATTI, "Normal", 9_007_199_254_740_991)).await).await;
        assert_eq!(
            BTreeSet::from_iter(both.iter().map(String::as_str)),
            BTreeSet::from(["MAILBOX_NOT_IN_USE", gone[0]])
        );
    }
}

async fn organisation(site: &Site, citizen: &Citizen, requires_consent: bool) -> OrganisationId {
    let status = site.hub.mailbox_status(citizen).await.unwrap();
    let mut found = status
        .senders
        .iter()
        .filter(|sender| sender.requires_consent == requires_consent);
    found.next().unwrap().id
}

#[tokio::test]
async fn consent_decides_who_can_be_reached() {
    for database in databases() {
        let (site, sender) = begin(&database, Regime::Consent).await;
        let strict = crate::sender::sender(&site, "9900001-8", true).await;
        let matti = site.citizen(MATTI).await;
        // Unknown, known and not open, open: the first two look the same.
        assert!(!reachable(&sender, MAIJA, "A-1").await);
        assert!(!reachable(&sender, MATTI, "A-2").await);
        site.hub.activate(&matti).await.unwrap();
        assert!(reachable(&sender, MATTI, "A-3").await);

        let own = organisation(&site, &matti, true).await;
        assert!(!reachable(&strict, MATTI, "B-1").await);
        site.hub.choose(&matti, own, SenderChoice::Give).await.unwrap();
        assert!(reachable(&strict, MATTI, "B-2").await);
        site.hub.choose(&matti, own, SenderChoice::Withdraw).await.unwrap();
        assert!(!reachable(&strict, MATTI, "B-3").await);
        assert!(reachable(&sender, MATTI, "A-4").await);
        site.hub.choose(&matti, own, SenderChoice::Give).await.unwrap();
        site.hub.choose(&matti, own, SenderChoice::Refuse).await.unwrap();
        assert!(!reachable(&strict, MATTI, "B-4").await);
        // Allowing again is no consent.
        site.hub.choose(&matti, own, SenderChoice::Allow).await.unwrap();
        assert!(!reachable(&strict, MATTI, "B-5").await);

        let plain = organisation(&site, &matti, false).await;
        site.hub.choose(&matti, plain, SenderChoice::Refuse).await.unwrap();
        assert!(!reachable(&sender, MATTI, "A-5").await);
        site.hub.choose(&matti, plain, SenderChoice::Allow).await.unwrap();
        assert!(reachable(&sender, MATTI, "A-6").await);

        let read = sender.sent(&sender.message("A-7", MATTI, "Normal")).await;
        site.hub.withdraw(&matti).await.unwrap();
        assert!(!reachable(&sender, MATTI, "A-8").await);
        assert!(!reachable(&strict, MATTI, "B-6").await);
        let opened = site.hub.open(&matti, message_id(read)).await.unwrap();
        assert!(matches!(opened, Opened::Message(_)), "what was received stays readable");
        // Logging in opens nothing in this regime; consenting again does.
        let matti = site.citizen(MATTI).await;
        assert!(!reachable(&sender, MATTI, "A-9").await);
        site.hub.activate(&matti).await.unwrap();
        assert!(reachable(&sender, MATTI, "A-10").await);
    }
}

#[tokio::test]
async fn the_law_opens_mailboxes_at_identification() {
    for database in databases() {
        let (site, mut sender) = begin(&database, Regime::Statutory).await;
        assert!(!reachable(&sender, MATTI, "A-1").await);
        let matti = site.citizen(MATTI).await;
        assert!(reachable(&sender, MATTI, "A-2").await);
        // A minor's identification opens nothing.
        site.citizen(&minor()).await;
        assert!(!reachable(&sender, &minor(), "A-3").await);

        // Back to paper for six months, whatever identifications there are.
        site.hub.withdraw(&matti).await.unwrap();
        assert!(!reachable(&sender, MATTI, "A-4").await);
        site.citizen(MATTI).await;
        assert!(!reachable(&sender, MATTI, "A-5").await);
        // From 2 March to 2 September are 184 days; in Finland the clock is then an hour ahead.
        site.advance(days(184) - SignedDuration::from_hours(1) - SignedDuration::from_secs(1));
        sender.log_in().await;
        let matti = site.citizen(MATTI).await;
        assert!(!reachable(&sender, MATTI, "A-6").await);
        let until = site.hub.mailbox_status(&matti).await.unwrap().opt_out_until.unwrap();
        assert_eq!(until.to_string(), "2026-09-02T09:00:00Z");
        site.advance(SignedDuration::from_secs(1));
        // The time is over: the mailbox waits for the next identification.
        assert!(!reachable(&sender, MATTI, "A-7").await);
        let matti = site.citizen(MATTI).await;
        assert!(reachable(&sender, MATTI, "A-8").await);
        let status = site.hub.mailbox_status(&matti).await.unwrap();
        assert_eq!((status.active, status.opt_out_until), (true, None));
        assert_eq!(status.basis.as_deref(), Some("statutory_account"));
    }
}
