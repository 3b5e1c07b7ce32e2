//! What strangers and faulty clients hand in: every violation named with its place, nothing stored, nothing failed, nothing personal logged.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::harness::{Database, HERE, Settings, Site, databases, person};
use crate::sender::{Sender, names, pdf, sender};
use crate::wire::{Answer, Lines, assert_traced, raw};

const MATTI: &str = "010594Y9032";
const SEND: &str = "/v2/messages/electronic";
const TABLES: [&str; 5] = [
    "SELECT count(*) FROM message",
    "SELECT count(*) FROM message_body",
    "SELECT count(*) FROM submission",
    "SELECT count(*) FROM attachment",
    // A well-formed send that is refused leaves its own record, in no delivery and no feed.
    "SELECT count(*) FROM event WHERE kind <> 'SubmissionRejection' OR feed_type IS NOT NULL",
];

/// A site with one open mailbox and one sender, and what its tables hold.
async fn begin(database: &Database) -> (Site, Sender, Vec<i64>) {
    let persons = vec![person(MATTI, "Matti", "Meikäläinen")];
    let site = Site::start(database, persons, Settings::default()).await;
    let sender = sender(&site, "0208573-0", false).await;
    let matti = site.citizen(MATTI).await;
    site.hub.activate(&matti).await.unwrap();
    let before = stored(&site).await;
    (site, sender, before)
}

async fn stored(site: &Site) -> Vec<i64> {
    let mut counts = Vec::new();
    for query in TABLES {
        counts.push(site.count(query).await);
    }
    counts
}

/// A message in which every field of the contract stands.
fn whole(sender: &Sender, external_id: &str) -> Value {
    let mut message = sender.message(external_id, MATTI, "Normal");
    let texts = json!({ "fi": "Ilmoitus", "sv": "Meddelande", "en": "Notice" });
    message["electronic"]["notifications"]["customisedNewMessageNotification"] =
        json!({ "title": texts, "content": texts });
    message
}

fn with(mut message: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    message.pointer_mut(parent).unwrap()[name] = value;
    message
}

fn without(mut message: Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = message.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    assert!(parent.remove(name).is_some(), "{pointer}");
    message
}

async fn post(sender: &Sender, path: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = sender
        .client
        .post(sender.at(path))
        .header("Authorization", &sender.token)
        .header("Content-Type", "application/json");
    Answer::of(request.body(body).send().await.unwrap()).await
}

/// Text fields of the send: where, shortest, longest.
const TEXTS: [(&str, usize, usize); 10] = [
    ("/externalId", 1, 256),
    ("/sender/serviceId", 1, 64),
    ("/electronic/title", 1, 256),
    ("/electronic/body", 1, 40_000),
    (
        "/electronic/notifications/customisedNewMessageNotification/title/fi",
        1,
        256,
    ),
    (
        "/electronic/notifications/customisedNewMessageNotification/title/sv",
        1,
        256,
    ),
    (
        "/electronic/notifications/customisedNewMessageNotification/title/en",
        1,
        256,
    ),
    (
        "/electronic/notifications/customisedNewMessageNotification/content/fi",
        0,
        1_500,
    ),
    (
        "/electronic/notifications/customisedNewMessageNotification/content/sv",
        0,
        1_500,
    ),
    (
        "/electronic/notifications/customisedNewMessageNotification/content/en",
        0,
        1_500,
    ),
];

/// Fields with a closed list of values, and whether they must be there.
const CHOICES: [(&str, bool); 6] = [
    ("/electronic/bodyFormat", true),
    ("/electronic/messageServiceType", true),
    ("/electronic/replyAllowedBy", true),
    ("/electronic/visibility", false),
    ("/electronic/notifications/senderDetailsInNotifications", true),
    ("/electronic/notifications/unreadMessageNotification/reminder", true),
];

/// Fields that are objects, and whether they must be there.
const OBJECTS: [(&str, bool); 8] = [
    ("/recipient", true),
    ("/sender", true),
    ("/electronic", true),
    ("/electronic/notifications", true),
    ("/electronic/notifications/unreadMessageNotification", true),
    ("/electronic/notifications/customisedNewMessageNotification", false),
    ("/electronic/notifications/customisedNewMessageNotification/title", true),
    (
        "/electronic/notifications/customisedNewMessageNotification/content",
        true,
    ),
];

type Case = (Value, String, &'static str);

/// Places and codes.
type Faults = Vec<(&'static str, &'static str)>;

/// One broken field each: the body, where it is broken, and the code of the violation.
fn broken_fields(sender: &Sender) -> Vec<Case> {
    let base = || whole(sender, "bad");
    let mut cases: Vec<Case> = Vec::new();
    let mut case = |body: Value, pointer: &str, code: &'static str| cases.push((body, pointer.to_owned(), code));
    let not_text = [json!(1), json!(1.5), json!(true), json!([]), json!({})];
    for (pointer, min, max) in TEXTS {
        case(without(base(), pointer), pointer, "required");
        case(with(base(), pointer, Value::Null), pointer, "required");
        for value in &not_text {
            case(with(base(), pointer, value.clone()), pointer, "wrong-type");
        }
        for letter in ["a", "ä", "\u{1f600}"] {
            case(
                with(base(), pointer, json!(letter.repeat(max + 1))),
                pointer,
                "too-long",
            );
        }
        if min > 0 {
            case(with(base(), pointer, json!("")), pointer, "too-short");
        }
        case(with(base(), pointer, json!("a\0b")), pointer, "not-allowed-character");
    }
    for (pointer, required) in CHOICES {
        if required {
            case(without(base(), pointer), pointer, "required");
            case(with(base(), pointer, Value::Null), pointer, "required");
        }
        for value in &not_text {
            case(with(base(), pointer, value.clone()), pointer, "wrong-type");
        }
        for value in ["", "Sometimes", "normal", "NONE", "Anyone "] {
            case(with(base(), pointer, json!(value)), pointer, "not-allowed-value");
        }
        case(with(base(), pointer, json!("\0")), pointer, "not-allowed-character");
    }
    for (pointer, required) in OBJECTS {
        if required {
            case(without(base(), pointer), pointer, "required");
            case(with(base(), pointer, Value::Null), pointer, "required");
        }
        for value in [json!("text"), json!(1), json!(true), json!([])] {
            case(with(base(), pointer, value), pointer, "wrong-type");
        }
    }
    let id = "/recipient/id";
    case(without(base(), id), id, "required");
    for value in &not_text {
        case(with(base(), id, value.clone()), id, "wrong-type");
    }
    for (value, code) in [
        ("", "too-short"),
        ("01059490", "too-short"),
        ("010594Y90322", "too-long"),
        ("äääääääääääää", "too-long"),
        ("010594Y903", "bad-identity"),
        ("010594Y9033", "bad-identity"),
        ("320194Y9032", "bad-identity"),
        ("010594Z9032", "bad-identity"),
        ("0208573-1", "bad-identity"),
        ("kukkakauppa", "bad-identity"),
        ("010594Y90\0", "not-allowed-character"),
    ] {
        case(with(base(), id, json!(value)), id, code);
    }
    let list = "/electronic/attachments";
    let unknown = uuid::Uuid::from_u128(7);
    case(without(base(), list), list, "required");
    for value in [json!("text"), json!(1), json!({})] {
        case(with(base(), list, value), list, "wrong-type");
    }
    for count in [51, 10_000_u128] {
        let many: Vec<_> = (0..count)
            .map(|it| json!({ "attachmentId": uuid::Uuid::from_u128(it) }))
            .collect();
        case(with(base(), list, json!(many)), list, "too-many");
    }
    let first = "/electronic/attachments/0";
    let first_id = "/electronic/attachments/0/attachmentId";
    case(with(base(), list, json!(["text"])), first, "wrong-type");
    case(with(base(), list, json!([null])), first, "wrong-type");
    case(with(base(), list, json!([{}])), first_id, "required");
    case(
        with(base(), list, json!([{ "attachmentId": 1 }])),
        first_id,
        "wrong-type",
    );
    case(
        with(base(), list, json!([{ "attachmentId": "abc" }])),
        first_id,
        "bad-uuid",
    );
    case(
        with(base(), list, json!([{ "attachmentId": unknown }])),
        first_id,
        "attachment-not-found",
    );
    let reply = "/electronic/inReplyToMessageId";
    for value in [json!("7"), json!(1.5), json!(true), json!([]), json!(1e300)] {
        case(with(base(), reply, value), reply, "wrong-type");
    }
    for value in [json!(0), json!(-1), json!(9_007_199_254_740_992_i64), json!(i64::MAX)] {
        case(with(base(), reply, value), reply, "not-allowed-value");
    }
    case(
        with(base(), reply, json!(7)),
        reply,
        "message-being-replied-to-not-found",
    );
    case(
        with(base(), "/sender/serviceId", json!("muu")),
        "/sender/serviceId",
        "unknown-service",
    );
    let files = "/electronic/files";
    case(with(base(), files, json!([])), files, "unknown-v1-field");
    cases
}

#[tokio::test]
async fn every_field_of_the_send_is_refused_by_name() {
    let lines = Lines::capture();
    for database in databases() {
        let (site, sender, before) = begin(&database).await;
        let cases = broken_fields(&sender);
        assert!(cases.len() > 200);
        for (body, pointer, code) in cases {
            let answer = post(&sender, SEND, body.to_string()).await;
            let what = format!("{pointer} {code}");
            answer.refused(400, &what);
            assert_eq!(
                answer.violations("validationErrors"),
                [(pointer, code.to_owned())],
                "{what}"
            );
        }
        assert_eq!(stored(&site).await, before);
        let rejections = "SELECT count(*) FROM event WHERE kind = 'SubmissionRejection'";
        assert_eq!(
            site.count(rejections).await,
            0,
            "none of these was well-formed and refused for its recipient"
        );
        lines.assert_clean(&[
            MATTI,
            "Meikäläinen",
            "rakennusluvasta",
            "Salainen",
            &sender.token,
            &sender.password,
        ]);
    }
}

#[tokio::test]
async fn a_body_with_many_faults_names_them_all() {
    for database in databases() {
        let (site, sender, before) = begin(&database).await;
        let same = uuid::Uuid::from_u128(1);
        let body = json!({
            "externalId": "",
            "recipient": { "id": "010594Y9033" },
            "sender": { "serviceId": "s".repeat(65) },
            "electronic": {
                "title": 5,
                "body": "b".repeat(40_001),
                "bodyFormat": "HTML",
                "files": [{ "fileId": same }],
                "attachments": [{ "attachmentId": same }, { "attachmentId": same }, { "fileId": same }, 4, { "attachmentId": "x" }],
                "messageServiceType": "normal",
                "replyAllowedBy": null,
                "visibility": "All",
                "inReplyToMessageId": "1",
                "notifications": {
                    "unreadMessageNotification": {},
                    "customisedNewMessageNotification": { "title": { "fi": "", "sv": "b" }, "content": "c" }
                }
            }
        });
        let answer = post(&sender, SEND, body.to_string()).await;
        answer.refused(400, "many faults");
        let custom = "/electronic/notifications/customisedNewMessageNotification";
        let expected = [
            ("/externalId", "too-short"),
            ("/recipient/id", "bad-identity"),
            ("/sender/serviceId", "too-long"),
            ("/electronic/title", "wrong-type"),
            ("/electronic/body", "too-long"),
            ("/electronic/bodyFormat", "not-allowed-value"),
            ("/electronic/files", "unknown-v1-field"),
            ("/electronic/attachments/1/attachmentId", "duplicate"),
            ("/electronic/attachments/2/fileId", "unknown-v1-field"),
            ("/electronic/attachments/2/attachmentId", "required"),
            ("/electronic/attachments/3", "wrong-type"),
            ("/electronic/attachments/4/attachmentId", "bad-uuid"),
            ("/electronic/messageServiceType", "not-allowed-value"),
            ("/electronic/replyAllowedBy", "required"),
            ("/electronic/visibility", "not-allowed-value"),
            ("/electronic/inReplyToMessageId", "wrong-type"),
            ("/electronic/notifications/senderDetailsInNotifications", "required"),
            (
                "/electronic/notifications/unreadMessageNotification/reminder",
                "required",
            ),
            (&format!("{custom}/title/fi"), "too-short"),
            (&format!("{custom}/title/en"), "required"),
            (&format!("{custom}/content"), "wrong-type"),
        ];
        let expected: Vec<_> = expected
            .iter()
            .map(|(at, code)| ((*at).to_owned(), (*code).to_owned()))
            .collect();
        assert_eq!(answer.violations("validationErrors"), expected);

        // What only the store knows is named together too.
        let mut message = sender.message("B-1", "010594Y9021", "Normal");
        message["sender"]["serviceId"] = json!("muu");
        message["electronic"]["attachments"] = json!([{ "attachmentId": same }]);
        message["electronic"]["inReplyToMessageId"] = json!(12);
        let answer = post(&sender, SEND, message.to_string()).await;
        answer.refused(400, "unknown things");
        let mut found = answer.violations("validationErrors");
        found.sort();
        let expected = [
            ("/electronic/attachments/0/attachmentId", "attachment-not-found"),
            ("/electronic/inReplyToMessageId", "message-being-replied-to-not-found"),
            ("/recipient/id", "mailbox-not-in-use"),
            ("/sender/serviceId", "unknown-service"),
        ];
        let expected: Vec<_> = expected
            .iter()
            .map(|(at, code)| ((*at).to_owned(), (*code).to_owned()))
            .collect();
        assert_eq!(found, expected);
        assert_eq!(stored(&site).await, before);
    }
}

#[tokio::test]
async fn the_longest_texts_are_taken_counted_in_code_points() {
    for database in databases() {
        let (site, sender, _) = begin(&database).await;
        let service = "\u{1f600}".repeat(64);
        site.hub
            .add_service(&sender.username, &service, names("Pitkä"))
            .await
            .unwrap();
        // A service added now is known to a system that was remembered before it within five seconds; a fresh token knows it at once.
        let mut fresh = sender;
        site.advance(jiff::SignedDuration::from_secs(2));
        fresh.log_in().await;
        let mut longest = whole(&fresh, "x");
        for (pointer, _, max) in TEXTS {
            longest = with(longest, pointer, json!("\u{1f600}".repeat(max)));
        }
        fresh.sent(&longest).await;
        let mut shortest = whole(&fresh, "x");
        for (pointer, min, _) in TEXTS {
            if pointer != "/sender/serviceId" {
                shortest = with(shortest, pointer, json!("y".repeat(min)));
            }
        }
        fresh.sent(&shortest).await;
        // Null and absence are the same in optional fields, and unknown members are let pass.
        let mut sparse = whole(&fresh, "z");
        for pointer in [
            "/electronic/visibility",
            "/electronic/inReplyToMessageId",
            "/electronic/notifications/customisedNewMessageNotification",
        ] {
            sparse = with(sparse, pointer, Value::Null);
        }
        sparse = with(sparse, "/unknown", json!({ "deep": [1, 2, { "er": null }] }));
        fresh.sent(&sparse).await;
        assert_eq!(site.count("SELECT count(*) FROM message").await, 3);
    }
}

/// Bodies that are no JSON object of the contract, for every endpoint that takes one.
fn broken_bodies() -> Vec<(Vec<u8>, &'static str, &'static str)> {
    vec![
        (Vec::new(), "bad-json", ""),
        (b" ".to_vec(), "bad-json", ""),
        (b"not json".to_vec(), "bad-json", ""),
        (b"{".to_vec(), "bad-json", ""),
        (b"{}{}".to_vec(), "bad-json", ""),
        (b"\xef\xbb\xbf{}".to_vec(), "bad-json", ""),
        (b"{'externalId': 1}".to_vec(), "bad-json", ""),
        (b"{\"a\": NaN}".to_vec(), "bad-json", ""),
        (b"{\"a\": 1e999}".to_vec(), "bad-json", ""),
        (b"{\"a\": \"\xff\xfe\"}".to_vec(), "bad-utf8", ""),
        (b"{\"a\": \"\xed\xa0\x80\"}".to_vec(), "bad-utf8", ""),
        (br#"{"a": "\ud800"}"#.to_vec(), "bad-json", ""),
        (br#"{"a": "\udc00\ud800"}"#.to_vec(), "bad-json", ""),
        (b"{\"a\": \"\n\"}".to_vec(), "bad-json", ""),
        ("[".repeat(100_000).into_bytes(), "bad-json", ""),
        ("{\"a\":".repeat(100_000).into_bytes(), "bad-json", ""),
        (b"[]".to_vec(), "wrong-type", ""),
        (b"null".to_vec(), "wrong-type", ""),
        (b"\"text\"".to_vec(), "wrong-type", ""),
        (b"17".to_vec(), "wrong-type", ""),
    ]
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused_on_every_door() {
    let lines = Lines::capture();
    for database in databases() {
        let (site, sender, before) = begin(&database).await;
        let doors = [
            (SEND, "validationErrors"),
            ("/suomifi/v2/messages/electronic", "validationErrors"),
            ("/v2/messages", "violations"),
            ("/v2/paper-mail-without-id", "violations"),
            ("/v1/messages", "validationErrors"),
            ("/v1/messages/electronic", "validationErrors"),
            ("/v1/paper-mail-without-id", "violations"),
            ("/v1/token", "violations"),
            ("/v1/change-password", "violations"),
            ("/v1/mailboxes/active", "violations"),
        ];
        for (path, member) in doors {
            for (body, code, pointer) in broken_bodies() {
                let what = format!("{path} {:?}", &body[..body.len().min(20)]);
                let answer = post(&sender, path, body).await;
                answer.refused(400, &what);
                let found = answer.json()[member].clone();
                assert_eq!(found.as_array().unwrap().len(), 1, "{what}");
                assert_eq!(
                    (&found[0]["code"], &found[0]["pointer"]),
                    (&json!(code), &json!(pointer)),
                    "{what}"
                );
            }
            for kind in [
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/jsonx",
                "json",
            ] {
                let request = sender.client.post(sender.at(path)).header("Content-Type", kind);
                let request = request.header("Authorization", &sender.token);
                let answer = Answer::of(request.body("{}").send().await.unwrap()).await;
                answer.refused(415, &format!("{path} {kind}"));
            }
        }
        // A key that stands twice is refused, not silently resolved.
        let twice =
            whole(&sender, "D-1")
                .to_string()
                .replacen("\"externalId\"", "\"externalId\":\"other\",\"externalId\"", 1);
        let answer = post(&sender, SEND, twice).await;
        assert_eq!(
            answer.violations("validationErrors"),
            [("/externalId".to_owned(), "duplicate-key".to_owned())]
        );
        assert_eq!(stored(&site).await, before);
        lines.assert_clean(&[MATTI, "Meikäläinen", "rakennusluvasta", &sender.token]);
    }
}

#[tokio::test]
async fn a_body_of_a_hundred_megabytes_is_refused_before_it_has_come() {
    let lines = Lines::capture();
    const HUNDRED: usize = 100 * 1024 * 1024;
    for database in databases() {
        let (site, sender, before) = begin(&database).await;
        let block = vec![b' '; 64 * 1024];
        for path in [SEND, "/v1/token", "/v1/change-password", "/v1/mailboxes/active"] {
            for framing in [
                format!("Content-Length: {HUNDRED}"),
                "Transfer-Encoding: chunked".to_owned(),
            ] {
                let chunked = framing.contains("chunked");
                let head = format!(
                    "POST {path} HTTP/1.1\r\nHost: hub\r\nAuthorization: {}\r\nContent-Type: application/json\r\n{framing}\r\n\r\n",
                    sender.token
                );
                let mut chunk = Vec::new();
                if chunked {
                    chunk.extend_from_slice(format!("{:x}\r\n", block.len()).as_bytes());
                }
                chunk.extend_from_slice(&block);
                if chunked {
                    chunk.extend_from_slice(b"\r\n");
                }
                let (answer, sent) = raw(&site, head.as_bytes(), &chunk, HUNDRED / block.len()).await;
                let reason = answer.refused(413, path);
                assert!(reason.contains("1048576"), "{reason}");
                assert!(sent < HUNDRED / 2, "{path}: the server took {sent} bytes");
            }
        }
        assert_eq!(stored(&site).await, before);
        lines.assert_clean(&[MATTI, &sender.token]);
    }
}

#[tokio::test]
async fn one_mebibyte_of_json_is_read_and_one_byte_more_is_not() {
    for database in databases() {
        let (site, sender, _) = begin(&database).await;
        let mut body = sender.message("M-1", MATTI, "Normal").to_string();
        body.push_str(&" ".repeat(1024 * 1024 - body.len()));
        assert_eq!(post(&sender, SEND, body.clone()).await.status, 200);
        body.push(' ');
        post(&sender, SEND, body).await.refused(413, "one byte more");
        assert_eq!(site.count("SELECT count(*) FROM message").await, 1);
    }
}

#[tokio::test]
async fn the_small_bodies_name_every_violation() {
    let lines = Lines::capture();
    for database in databases() {
        let (site, sender, before) = begin(&database).await;
        let cases: Vec<(&str, Value, Faults)> = vec![
            (
                "/v1/token",
                json!({}),
                vec![("/username", "required"), ("/password", "required")],
            ),
            (
                "/v1/token",
                json!({ "username": 1, "password": ["p"] }),
                vec![("/username", "wrong-type"), ("/password", "wrong-type")],
            ),
            (
                "/v1/token",
                json!({ "username": "a\0", "password": null }),
                vec![("/username", "not-allowed-character"), ("/password", "required")],
            ),
            (
                "/v1/change-password",
                json!({ "currentPassword": {}, "newPassword": "\0" }),
                vec![
                    ("/accessToken", "required"),
                    ("/currentPassword", "wrong-type"),
                    ("/newPassword", "not-allowed-character"),
                ],
            ),
            ("/v1/mailboxes/active", json!({}), vec![("/endUsers", "required")]),
            (
                "/v1/mailboxes/active",
                json!({ "endUsers": "all" }),
                vec![("/endUsers", "wrong-type")],
            ),
            (
                "/v1/mailboxes/active",
                json!({ "endUsers": [] }),
                vec![("/endUsers", "too-few")],
            ),
            (
                "/v1/mailboxes/active",
                json!({ "endUsers": [{ "id": MATTI }, { "id": "12345678" }, { "id": "010594Y90322" }, {}, 4, { "id": 5 }] }),
                vec![
                    ("/endUsers/1/id", "too-short"),
                    ("/endUsers/2/id", "too-long"),
                    ("/endUsers/3/id", "required"),
                    ("/endUsers/4", "wrong-type"),
                    ("/endUsers/5/id", "wrong-type"),
                ],
            ),
            (
                "/v1/mailboxes/active",
                json!({ "endUsers": vec![json!({ "id": MATTI }); 10_001] }),
                vec![("/endUsers", "too-many")],
            ),
        ];
        for (path, body, expected) in cases {
            let answer = post(&sender, path, body.to_string()).await;
            answer.refused(400, path);
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(at, code)| (at.to_owned(), code.to_owned()))
                .collect();
            assert_eq!(answer.violations("violations"), expected, "{path}");
        }
        // Wrong credentials of every kind are 400 and tell nothing apart.
        let mut reasons = std::collections::HashSet::new();
        for (username, password) in [
            (sender.username.as_str(), "wrong"),
            ("nobody", sender.password.as_str()),
            (sender.username.as_str(), ""),
            ("", ""),
            ("' OR 1=1 --", "x"),
            (&"u".repeat(100_000), &"p".repeat(100_000)),
        ] {
            let body = json!({ "username": username, "password": password });
            let answer = post(&sender, "/v1/token", body.to_string()).await;
            reasons.insert(answer.refused(400, username.get(..10).unwrap_or(username)));
        }
        assert_eq!(reasons.len(), 1, "{reasons:?}");
        let new = "aB3$aaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        for (token, current, new) in [
            ("garbage", sender.password.as_str(), new),
            (sender.token.as_str(), "wrong", new),
            (sender.token.as_str(), sender.password.as_str(), "short"),
            // The same one again is no change.
            (
                sender.token.as_str(),
                sender.password.as_str(),
                sender.password.as_str(),
            ),
        ] {
            let body = json!({ "accessToken": token, "currentPassword": current, "newPassword": new });
            post(&sender, "/v1/change-password", body.to_string())
                .await
                .refused(400, "change-password");
        }
        assert_eq!(stored(&site).await, before);
        lines.assert_clean(&[MATTI, &sender.token, &sender.password, new]);
    }
}

#[tokio::test]
async fn ten_thousand_mailboxes_are_asked_about_at_once() {
    for database in databases() {
        let (_site, sender, _) = begin(&database).await;
        let mut users: Vec<Value> = (0..9_996)
            .map(|it| json!({ "id": format!("{it:07}-{}", it % 10) }))
            .collect();
        // A wrong check character, and what is no identity at all, are simply absent; the spelling comes back as it was sent.
        for id in ["010594Y9033", "kukkakaupp", "010594y9032", MATTI] {
            users.push(json!({ "id": id }));
        }
        let answer = post(
            &sender,
            "/v1/mailboxes/active",
            json!({ "endUsers": users }).to_string(),
        )
        .await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.headers["content-type"], "application/json");
        let found = answer.json()["endUsersWithActiveMailbox"].clone();
        let lower = post(
            &sender,
            "/v1/mailboxes/active",
            json!({ "endUsers": [{ "id": "010594y9032" }] }).to_string(),
        )
        .await;
        let lower = lower.json()["endUsersWithActiveMailbox"].clone();
        assert_eq!(lower, json!([]));
        assert_eq!(found, json!([{ "id": MATTI }]));
        let none = post(
            &sender,
            "/v1/mailboxes/active",
            json!({ "endUsers": [{ "id": "0208573-0" }] }).to_string(),
        )
        .await;
        assert_eq!(none.json(), json!({ "endUsersWithActiveMailbox": [] }));
    }
}

const BOUNDARY: &str = "----raja";

fn part(disposition: &str, kind: Option<&str>, bytes: &[u8]) -> Vec<u8> {
    let kind = kind.map_or_else(String::new, |kind| format!("Content-Type: {kind}\r\n"));
    let mut part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n{kind}\r\n").into_bytes();
    part.extend_from_slice(bytes);
    part.extend_from_slice(b"\r\n");
    part
}

fn ended(mut parts: Vec<u8>) -> Vec<u8> {
    parts.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    parts
}

async fn upload(sender: &Sender, body: impl Into<reqwest::Body>) -> Answer {
    let request = sender
        .client
        .post(sender.at("/v2/attachments"))
        .header("Authorization", &sender.token)
        .header("Content-Type", format!("multipart/form-data; boundary={BOUNDARY}"));
    Answer::of(request.body(body).send().await.unwrap()).await
}

fn assert_too_large(answer: &Answer) {
    assert_eq!(answer.status, 413);
    assert_eq!(answer.headers["content-type"], "text/plain");
    assert_eq!(answer.text(), "HTTP content length exceeded 10485760 bytes.");
    assert_traced(&answer.headers, "413");
}

#[tokio::test]
async fn broken_uploads_are_refused_and_leave_nothing() {
    let lines = Lines::capture();
    for database in databases() {
        let (site, sender, before) = begin(&database).await;
        let file = pdf("Salainen liite");
        let good = "name=\"file\"; filename=\"a.pdf\"";
        let cases: Vec<(u16, Vec<u8>)> = vec![
            (400, Vec::new()),
            (400, ended(Vec::new())),
            (400, b"not multipart at all".to_vec()),
            (400, ended(part("name=\"metadata\"", Some("application/json"), b"{}"))),
            (400, ended(part("name=\"other\"; filename=\"a.pdf\"", None, &file))),
            (400, ended(part("name=\"file\"", None, &file))),
            (400, ended(part("name=\"file\"; filename=\"\"", None, &file))),
            (
                400,
                ended(part(
                    &format!("name=\"file\"; filename=\"{}.pdf\"", "a".repeat(252)),
                    None,
                    &file,
                )),
            ),
            // Broken off within the file, and within a header.
            (400, part(good, None, &file)[..90].to_vec()),
            (
                400,
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=").into_bytes(),
            ),
            (
                415,
                ended(part("name=\"file\"; filename=\"a.exe\"", None, b"MZ\x90\x00")),
            ),
            (415, ended(part(good, Some("application/pdf"), b"MZ\x90\x00 not a pdf"))),
            (415, ended(part("name=\"file\"; filename=\"a\"", None, b"\x00\x01\x02"))),
            (415, ended(part(good, None, b""))),
        ];
        for (number, (status, body)) in cases.into_iter().enumerate() {
            let answer = upload(&sender, body).await;
            answer.refused(status, &format!("upload {number}"));
        }
        for (status, kind) in [
            (400, "multipart/form-data"),
            (400, "application/json"),
            (400, "application/pdf"),
        ] {
            let request = sender
                .client
                .post(sender.at("/v2/attachments"))
                .header("Authorization", &sender.token);
            let answer = request
                .header("Content-Type", kind)
                .body(file.clone())
                .send()
                .await
                .unwrap();
            let answer = Answer::of(answer).await;
            answer.refused(status, kind);
        }
        assert_eq!(stored(&site).await, before);
        lines.assert_clean(&[MATTI, "Salainen", "a.pdf", &sender.token]);
    }
}

#[tokio::test]
async fn an_upload_of_the_exact_limit_is_taken_and_one_byte_more_is_not() {
    const LIMIT: usize = 10_485_760;
    for database in databases() {
        let (site, sender, _) = begin(&database).await;
        let disposition = "name=\"file\"; filename=\"päätös 1.pdf\"";
        let framing = ended(part(disposition, None, b"")).len();
        let mut file = pdf("suuri");
        file.resize(LIMIT - framing, b' ');
        let exact = ended(part(disposition, None, &file));
        assert_eq!(exact.len(), LIMIT);
        let taken = upload(&sender, exact.clone()).await;
        assert_eq!(taken.status, 201, "{}", taken.text());
        assert_eq!(taken.headers["content-type"], "application/json");
        let body = taken.json();
        assert_eq!(body.as_object().unwrap().len(), 1);
        assert!(uuid::Uuid::try_parse(body["attachmentId"].as_str().unwrap()).is_ok());

        file.push(b' ');
        let over = ended(part(disposition, None, &file));
        assert_too_large(&upload(&sender, over.clone()).await);
        // The same without a Content-Length that tells it beforehand.
        let chunks = |body: Vec<u8>| {
            let chunks: Vec<_> = body
                .chunks(64 * 1024)
                .map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec()))
                .collect();
            reqwest::Body::wrap_stream(futures::stream::iter(chunks))
        };
        // How bytes are counted has nothing to do with the database, and costs seconds in an unoptimised build.
        let once = matches!(database, Database::Sqlite);
        if once {
            assert_eq!(upload(&sender, chunks(exact)).await.status, 201);
        }
        let head = format!(
            "POST /v2/attachments HTTP/1.1\r\nHost: hub\r\nAuthorization: {}\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\nTransfer-Encoding: chunked\r\n\r\n",
            sender.token
        );
        if once {
            let mut first = head.clone().into_bytes();
            first.extend_from_slice(format!("{:x}\r\n", over.len()).as_bytes());
            first.extend_from_slice(&over[..LIMIT / 2]);
            let (answer, _) = raw(&site, &first, &over[LIMIT / 2..], 1).await;
            assert_too_large(&answer);
        }
        // A part that never ends: chunk after chunk of a hundred megabytes.
        let endless = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n%PDF-1.4\n{}",
            " ".repeat(8 * 1024)
        );
        let opening = format!("{head}{:x}\r\n{endless}\r\n", endless.len());
        let block = [
            format!("{:x}\r\n", 64 * 1024).into_bytes(),
            vec![b' '; 64 * 1024],
            b"\r\n".to_vec(),
        ]
        .concat();
        let (answer, sent) = raw(&site, opening.as_bytes(), &block, 1600).await;
        assert_too_large(&answer);
        assert!(sent < 50 * 1024 * 1024, "the server took {sent} bytes");
        let declared = format!(
            "POST /v2/attachments HTTP/1.1\r\nHost: hub\r\nAuthorization: {}\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: 104857600\r\n\r\n",
            sender.token
        );
        let (answer, _) = raw(&site, declared.as_bytes(), b"", 0).await;
        assert_too_large(&answer);
        assert_eq!(site.count("SELECT count(*) FROM attachment").await, 1 + i64::from(once));
    }
}

#[tokio::test]
async fn uploads_in_the_shapes_of_the_field_are_taken() {
    for database in databases() {
        let (_site, sender, _) = begin(&database).await;
        for (disposition, kind) in [
            ("name=\"file\"; filename=\"päätös 1.pdf\"", None),
            ("name=\"file\"; filename=\"a.pdf\"", Some("application/pdf")),
            ("name=\"file\"; filename=\"a.pdf\"", Some("application/octet-stream")),
            ("name=file; filename=a.pdf", None),
            ("filename=\"a.pdf\"; name=\"file\"", None),
        ] {
            let answer = upload(&sender, ended(part(disposition, kind, &pdf("x")))).await;
            assert_eq!(answer.status, 201, "{disposition}: {}", answer.text());
        }
        // A part that nobody asked for does not hinder.
        let both = [
            part("name=\"metadata\"", None, b"{}"),
            part("name=\"file\"; filename=\"a.txt\"", None, "ä".as_bytes()),
        ];
        assert_eq!(upload(&sender, ended(both.concat())).await.status, 201);
        let form = Form::new().part("file", Part::bytes(pdf("x")).file_name("a.pdf"));
        let request = sender.client.post(sender.at("/suomifi/v2/attachments"));
        let request = request.header("Authorization", &sender.token).multipart(form);
        assert_eq!(request.send().await.unwrap().status(), 201);
    }
}

#[tokio::test]
async fn bad_tokens_and_ids_in_addresses_are_refused() {
    let lines = Lines::capture();
    for database in databases() {
        let (site, sender, before) = begin(&database).await;
        for (status, path) in [
            (400, "/v2/events?continuationToken="),
            (400, "/v2/events?continuationToken=abc"),
            (400, "/v2/events?continuationToken=i-1"),
            (400, "/v2/events?continuationToken=%00"),
            (400, "/v2/events?continuationToken=%FF%FE"),
            (400, "/v2/events?continuationToken=i1&continuationToken=i2"),
            (400, "/v2/messages/abc"),
            (400, "/v2/messages/0"),
            (400, "/v2/messages/-1"),
            (400, "/v2/messages/1.5"),
            (400, "/v2/messages/9007199254740992"),
            (400, "/v2/messages/99999999999999999999999999"),
            (400, "/v2/messages/%FF"),
            (400, "/v2/messages/%00"),
            (404, "/v2/messages/1"),
            (404, "/v2/messages/9007199254740991"),
            (400, "/v1/attachments/abc"),
            (400, "/v1/attachments/%FF"),
            (404, "/v1/attachments/00000000-0000-0000-0000-000000000000"),
            (400, "/v1/messages/id"),
            (400, "/v1/messages/id?externalId="),
            (400, "/v1/messages/id?externalId=a&externalId=b"),
            (404, "/v1/messages/id?externalId=%00"),
            (404, "/v1/messages/id?externalId=%FF"),
            (404, "/v1/messages/id?externalId=unknown"),
        ] {
            for prefix in ["", "/suomifi"] {
                let path = format!("{prefix}{path}");
                let answer = Answer::of(sender.get(&path).await).await;
                answer.refused(status, &path);
            }
        }
        // A token ahead of the log is no error: it waits there.
        let ahead = sender.feed(Some("i9007199254740991")).await;
        assert!(ahead.0.is_empty());
        assert_eq!(stored(&site).await, before);
        lines.assert_clean(&[MATTI, &sender.token]);
    }
}

#[tokio::test]
async fn no_door_opens_without_a_token() {
    let lines = Lines::capture();
    for database in databases() {
        let (site, mut sender, before) = begin(&database).await;
        let doors = [
            ("POST", SEND),
            ("POST", "/v2/attachments"),
            ("POST", "/v1/mailboxes/active"),
            ("GET", "/v2/events"),
            ("GET", "/v2/messages/1"),
            ("GET", "/v1/messages/id?externalId=A"),
            ("GET", "/v1/attachments/00000000-0000-0000-0000-000000000000"),
            ("POST", "/v2/messages"),
            ("POST", "/v2/paper-mail-without-id"),
            ("GET", "/v1/messages/1"),
            ("POST", "/v1/attachments"),
            ("GET", "/v1/events"),
            ("POST", "/v1/files"),
            ("POST", "/v1/messages"),
            ("POST", "/v1/messages/electronic"),
            ("GET", "/v1/messages/1/state"),
            ("POST", "/v1/paper-mail-without-id"),
        ];
        let ours = "/api/v1/messages/1/proof";
        let old = sender.token.clone();
        // Good for the last time; remembered now.
        assert_eq!(sender.get("/v2/events").await.status(), 200);
        site.advance(jiff::SignedDuration::from_secs(3_600));
        sender.log_in().await;
        let (id, password) = site.hub.add_secret(&sender.username, None).await.unwrap();
        let issued = site.hub.issue_token(&sender.username, &password, HERE).await.unwrap();
        site.hub.revoke_secret(id).await.unwrap();
        let swapped = {
            let mut parts: Vec<_> = sender.token.split('.').map(str::to_owned).collect();
            parts[0] = "eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0".into();
            format!("{}.{}.", parts[0], parts[1])
        };
        let missing = "The Authorization header is missing. Get an access token from /v1/token and send it there.";
        let invalid = "The access token is missing, expired or revoked. Get a new one from /v1/token.";
        let authorizations = [
            (None, missing),
            (Some(String::new()), missing),
            (Some("Bearer".to_owned()), invalid),
            (Some("Bearer ".to_owned()), invalid),
            (Some("Basic YTpi".to_owned()), missing),
            (Some("garbage".to_owned()), invalid),
            (Some("a.b.c".to_owned()), invalid),
            (Some("x".repeat(8_000)), invalid),
            (Some(swapped), invalid),
            (Some(old.clone()), invalid),
            (Some(format!("Bearer {old}")), invalid),
            (Some(issued.token), invalid),
        ];
        for (method, path) in doors {
            for (authorization, reason) in &authorizations {
                let mut request = sender.client.request(method.parse().unwrap(), sender.at(path));
                if let Some(value) = authorization {
                    request = request.header("Authorization", value);
                }
                if method == "POST" {
                    request = request.header("Content-Type", "application/json").body("{}");
                }
                let answer = Answer::of(request.send().await.unwrap()).await;
                let what = format!("{path} {authorization:?}");
                assert_eq!(answer.refused(401, &what), *reason, "{what}");
                assert_eq!(answer.json(), json!({ "reason": reason }), "{what}");
            }
            // Bare, and after Bearer in any case.
            for good in [
                sender.token.clone(),
                format!("Bearer {}", sender.token),
                format!("bearer {}", sender.token),
                format!("BEARER  {}", sender.token),
            ] {
                let request = sender.client.request(method.parse().unwrap(), sender.at(path));
                let answer = request.header("Authorization", good).send().await.unwrap();
                assert_ne!(answer.status(), 401, "{path}");
            }
        }
        let answer = Answer::of(sender.client.get(sender.at(ours)).send().await.unwrap()).await;
        assert_eq!(
            (answer.status, &*answer.headers["content-type"]),
            (401, "application/problem+json")
        );
        // A stale Authorization header beside a log-in counts for nothing.
        let body = json!({ "username": sender.username, "password": sender.password });
        for stale in [old.as_str(), "garbage", "Basic YTpi"] {
            let request = sender
                .client
                .post(sender.at("/v1/token"))
                .header("Authorization", stale);
            assert_eq!(request.json(&body).send().await.unwrap().status(), 200);
        }
        assert_eq!(stored(&site).await, before);
        lines.assert_clean(&[MATTI, &old, &sender.token, &sender.password, &password]);
    }
}

#[tokio::test]
async fn wrong_methods_and_unknown_paths_are_answered_in_the_apis_form() {
    for database in databases().into_iter().take(1) {
        let (_site, sender, _) = begin(&database).await;
        for (method, path, allow) in [
            ("GET", "/v1/token", "POST"),
            ("PUT", "/v1/change-password", "POST"),
            ("DELETE", "/v1/mailboxes/active", "POST"),
            ("GET", SEND, "POST"),
            ("PATCH", "/v2/attachments", "POST"),
            ("POST", "/v2/events", "GET,HEAD"),
            ("DELETE", "/v2/messages/1", "GET,HEAD"),
            ("POST", "/v1/messages/id", "GET,HEAD"),
            ("PUT", "/v1/attachments/1", "GET,HEAD"),
        ] {
            for prefix in ["", "/suomifi"] {
                let path = format!("{prefix}{path}");
                let request = sender.client.request(method.parse().unwrap(), sender.at(&path));
                let answer = Answer::of(request.send().await.unwrap()).await;
                answer.refused(405, &path);
                assert_eq!(answer.headers["allow"], allow, "{method} {path}");
            }
        }
        for path in [
            "/v1",
            "/v1/",
            "/v1/nothing",
            "/v1/messages/",
            "/v2",
            "/v2/",
            "/v2/x/y/z",
            "/v2/events/",
            "/v1/files/",
        ] {
            for prefix in ["", "/suomifi"] {
                for method in ["GET", "POST", "DELETE"] {
                    let path = format!("{prefix}{path}");
                    let request = sender.client.request(method.parse().unwrap(), sender.at(&path));
                    Answer::of(request.send().await.unwrap()).await.refused(404, &path);
                }
            }
        }
        for (status, method, path) in [
            (404, "GET", "/api"),
            (404, "GET", "/api/v1/nothing"),
            (404, "POST", "/api/v2"),
            (405, "POST", "/api/v1/messages/1/proof"),
            (404, "GET", "/log"),
            (404, "GET", "/log/nothing"),
            (404, "GET", "/log/tile/x"),
            (404, "GET", "/log/tile/%FF"),
            (405, "POST", "/log/checkpoint"),
        ] {
            let request = sender.client.request(method.parse().unwrap(), sender.at(path));
            let answer = Answer::of(request.send().await.unwrap()).await;
            assert_eq!(answer.status, status, "{path}");
            assert_eq!(answer.headers["content-type"], "application/problem+json", "{path}");
            assert_eq!(answer.json()["status"], status, "{path}");
            assert_traced(&answer.headers, path);
            assert_eq!(answer.headers.contains_key("allow"), status == 405, "{path}");
        }
        // A page that is not there is still a page.
        let page = Answer::of(sender.client.get(sender.at("/nothing")).send().await.unwrap()).await;
        assert_eq!(page.status, 404);
        assert!(page.headers["content-type"].starts_with("text/html"));
        assert_traced(&page.headers, "/nothing");
    }
}
