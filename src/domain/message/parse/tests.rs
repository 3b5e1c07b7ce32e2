//! What each field of the send refuses, and how it says so.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::domain::id::MessageId;
use crate::domain::markup::BodyFormat;
use crate::domain::message::{Reminder, SenderDetails, Visibility};

const UPLOAD: &str = "018f3b2e-0000-7000-8000-000000000001";

/// The contract's field-complete example (section 10).
fn full() -> Value {
    json!({
        "externalId": "A-1",
        "recipient": {"id": "010280-952L"},
        "sender": {"serviceId": "svc"},
        "electronic": {
            "title": "T", "body": "B", "bodyFormat": "Markdown",
            "attachments": [{"attachmentId": UPLOAD}],
            "messageServiceType": "Verifiable", "replyAllowedBy": "Anyone",
            "visibility": "Recipient only", "inReplyToMessageId": 7,
            "notifications": {
                "senderDetailsInNotifications": "None",
                "unreadMessageNotification": {"reminder": "No reminders"},
                "customisedNewMessageNotification": {
                    "title": {"fi": "a", "sv": "b", "en": "c"}, "content": {"fi": "a", "sv": "b", "en": "c"}
                }
            }
        }
    })
}

/// The example with the value at `pointer` replaced, or removed when there is none.
fn with(pointer: &str, value: Option<Value>) -> Value {
    let mut body = full();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).unwrap();
    match (parent, value) {
        (Value::Object(fields), Some(value)) => drop(fields.insert(name.into(), value)),
        (Value::Object(fields), None) => drop(fields.remove(name)),
        (Value::Array(items), Some(value)) => items[name.parse::<usize>().unwrap()] = value,
        other => panic!("{other:?}"),
    }
    body
}

fn parse(body: &Value) -> Result<Draft, Vec<Violation>> {
    Draft::parse_electronic_v2(&serde_json::to_vec(body).unwrap(), true)
}

fn codes(result: Result<Draft, Vec<Violation>>) -> Vec<(String, &'static str)> {
    result
        .unwrap_err()
        .into_iter()
        .map(|violation| (violation.pointer, violation.code))
        .collect()
}

fn assert_one(pointer: &str, value: Option<Value>, at: &str, code: &'static str) {
    assert_eq!(
        codes(parse(&with(pointer, value))),
        [(at.to_owned(), code)],
        "{pointer}"
    );
}

#[test]
fn the_complete_example_is_read() {
    let draft = parse(&full()).unwrap();
    assert_eq!(draft.external_id, "A-1");
    assert_eq!(draft.service_code, "svc");
    assert_eq!(draft.recipient().unwrap().0.lookup_text(), "person:010280-952L");
    let electronic = draft.electronic().unwrap();
    assert_eq!((electronic.title.as_str(), electronic.body.as_str()), ("T", "B"));
    assert_eq!(electronic.attachments, [UPLOAD.parse().unwrap()]);
    assert_eq!(
        (electronic.mode, electronic.body_format),
        (Mode::Verifiable, BodyFormat::Markdown)
    );
    assert!(electronic.reply_allowed);
    assert_eq!(electronic.visibility, Visibility::RecipientOnly);
    assert_eq!(electronic.in_reply_to.map(MessageId::get), Some(7));
    assert_eq!(electronic.notifications.sender_details, SenderDetails::None);
    assert_eq!(electronic.notifications.reminder, Reminder::None);
    assert_eq!(electronic.notifications.new_message.as_ref().unwrap().content.en, "c");
    let shown = format!("{draft:?} {electronic:?}");
    assert!(!shown.contains("010280") && !shown.contains("\"T\""), "{shown}");
}

const REQUIRED: &[&str] = &[
    "/externalId",
    "/recipient",
    "/recipient/id",
    "/sender",
    "/sender/serviceId",
    "/electronic",
    "/electronic/title",
    "/electronic/body",
    "/electronic/bodyFormat",
    "/electronic/attachments",
    "/electronic/attachments/0/attachmentId",
    "/electronic/messageServiceType",
    "/electronic/replyAllowedBy",
    "/electronic/notifications",
    "/electronic/notifications/senderDetailsInNotifications",
    "/electronic/notifications/unreadMessageNotification",
    "/electronic/notifications/unreadMessageNotification/reminder",
    "/electronic/notifications/customisedNewMessageNotification/title",
    "/electronic/notifications/customisedNewMessageNotification/content",
    "/electronic/notifications/customisedNewMessageNotification/title/fi",
    "/electronic/notifications/customisedNewMessageNotification/title/sv",
    "/electronic/notifications/customisedNewMessageNotification/title/en",
    "/electronic/notifications/customisedNewMessageNotification/content/fi",
    "/electronic/notifications/customisedNewMessageNotification/content/sv",
    "/electronic/notifications/customisedNewMessageNotification/content/en",
];

const OPTIONAL: &[&str] = &[
    "/electronic/visibility",
    "/electronic/inReplyToMessageId",
    "/electronic/notifications/customisedNewMessageNotification",
];

#[test]
fn a_missing_or_mistyped_field_is_named_alone() {
    for pointer in REQUIRED {
        assert_one(pointer, None, pointer, "required");
        assert_one(pointer, Some(Value::Null), pointer, "required");
        assert_one(pointer, Some(json!(true)), pointer, "wrong-type");
    }
    for pointer in OPTIONAL {
        assert!(parse(&with(pointer, None)).is_ok(), "{pointer}");
        assert!(parse(&with(pointer, Some(Value::Null))).is_ok(), "{pointer}");
        assert_one(pointer, Some(json!(true)), pointer, "wrong-type");
    }
    assert_eq!(
        parse(&with("/electronic/visibility", None))
            .unwrap()
            .electronic()
            .unwrap()
            .visibility,
        Visibility::Normal
    );
}

#[test]
fn lengths_count_code_points() {
    let texts = "/electronic/notifications/customisedNewMessageNotification";
    let limits = [
        ("/externalId", 1, 256),
        ("/sender/serviceId", 1, 64),
        ("/electronic/title", 1, 256),
        ("/electronic/body", 1, 40_000),
        (&format!("{texts}/title/fi"), 1, 256),
        (&format!("{texts}/content/sv"), 0, 1_500),
    ];
    for (pointer, min, max) in limits {
        for length in [min, max] {
            assert!(
                parse(&with(pointer, Some(json!("𝄞".repeat(length))))).is_ok(),
                "{pointer} {length}"
            );
        }
        assert_one(pointer, Some(json!("𝄞".repeat(max + 1))), pointer, "too-long");
        assert_one(pointer, Some(json!("x".repeat(max + 1))), pointer, "too-long");
        if min > 0 {
            assert_one(pointer, Some(json!("")), pointer, "too-short");
        }
        assert_one(pointer, Some(json!("a\0b")), pointer, "not-allowed-character");
    }
}

#[test]
fn enumerations_are_exact() {
    let choices = [
        ("/electronic/bodyFormat", "markdown"),
        ("/electronic/messageServiceType", "Ordinary"),
        ("/electronic/replyAllowedBy", "Noone"),
        ("/electronic/visibility", "recipient only"),
        ("/electronic/notifications/senderDetailsInNotifications", ""),
        (
            "/electronic/notifications/unreadMessageNotification/reminder",
            "No reminder",
        ),
    ];
    for (pointer, value) in choices {
        assert_one(pointer, Some(json!(value)), pointer, "not-allowed-value");
    }
}

#[test]
fn broken_identities_are_violations_without_an_echo() {
    let at = "/recipient/id";
    for (id, code) in [
        ("010594Y9031", "bad-identity"),
        ("1234567-2", "bad-identity"),
        ("010594Y903", "bad-identity"),
        ("12345671", "too-short"),
        ("010594Y90322", "too-long"),
        ("", "too-short"),
    ] {
        let found = parse(&with(at, Some(json!(id)))).unwrap_err();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].pointer.as_str(), found[0].code), (at, code), "{id}");
        assert!(id.is_empty() || !found[0].message.contains(id));
    }
    let body = serde_json::to_vec(&full()).unwrap();
    assert_eq!(
        codes(Draft::parse_electronic_v2(&body, false)),
        [(at.to_owned(), "bad-identity")]
    );
}

#[test]
fn attachment_lists() {
    let at = "/electronic/attachments";
    let upload = |n: usize| json!({"attachmentId": format!("018f3b2e-0000-7000-8000-{n:012}")});
    let list = |n: usize| Some(Value::Array((0..n).map(upload).collect()));
    assert!(parse(&with(at, list(0))).is_ok());
    assert_eq!(
        parse(&with(at, list(50)))
            .unwrap()
            .electronic()
            .unwrap()
            .attachments
            .len(),
        50
    );
    assert_one(at, list(51), at, "too-many");
    assert_one(at, list(10_000), at, "too-many");
    assert_one(
        at,
        Some(json!([upload(1), upload(1)])),
        "/electronic/attachments/1/attachmentId",
        "duplicate",
    );
    assert_one(
        at,
        Some(json!([{"attachmentId": "7"}])),
        "/electronic/attachments/0/attachmentId",
        "bad-uuid",
    );
    assert_one(at, Some(json!([UPLOAD])), "/electronic/attachments/0", "wrong-type");
}

#[test]
fn reply_numbers_are_integers_in_range() {
    let at = "/electronic/inReplyToMessageId";
    for value in [json!("7"), json!(7.5), json!(7.0), json!(1e30), json!(u64::MAX)] {
        assert_one(at, Some(value), at, "wrong-type");
    }
    for value in [json!(0), json!(-7), json!(1_i64 << 53)] {
        assert_one(at, Some(value), at, "not-allowed-value");
    }
}

#[test]
fn fields_of_the_first_version_are_named_with_their_successor() {
    let mut body = with("/electronic/attachments", None);
    body["electronic"]["files"] = json!([{"fileId": UPLOAD}]);
    let found = parse(&body).unwrap_err();
    assert_eq!(
        (found[0].pointer.as_str(), found[0].code),
        ("/electronic/files", "unknown-v1-field")
    );
    assert!(found[0].message.contains("\"attachments\""));
    assert_eq!(
        (found[1].pointer.as_str(), found[1].code),
        ("/electronic/attachments", "required")
    );
    let found = codes(parse(&with(
        "/electronic/attachments/0",
        Some(json!({"fileId": UPLOAD})),
    )));
    assert_eq!(
        found[0],
        ("/electronic/attachments/0/fileId".to_owned(), "unknown-v1-field")
    );
}

#[test]
fn unknown_fields_are_ignored() {
    let mut body = full();
    body["new"] = json!({"deep": [1, 2.5, null, false, "x"]});
    body["electronic"]["paper/~"] = json!([]);
    assert!(parse(&body).is_ok());
}

#[test]
fn every_violation_is_listed_at_once() {
    let body =
        br#"{"externalId":7,"recipient":{"id":"x"},"electronic":{"title":"","attachments":[{"attachmentId":"a"},3]}}"#;
    let found = codes(Draft::parse_electronic_v2(body, true));
    let expected = [
        ("/externalId", "wrong-type"),
        ("/recipient/id", "too-short"),
        ("/sender", "required"),
        ("/electronic/title", "too-short"),
        ("/electronic/body", "required"),
        ("/electronic/bodyFormat", "required"),
        ("/electronic/attachments/0/attachmentId", "bad-uuid"),
        ("/electronic/attachments/1", "wrong-type"),
        ("/electronic/messageServiceType", "required"),
        ("/electronic/replyAllowedBy", "required"),
        ("/electronic/notifications", "required"),
    ];
    assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
}

#[test]
fn duplicate_keys_are_refused() {
    let text = full()
        .to_string()
        .replacen("\"title\":\"T\"", "\"title\":\"T\",\"t\\u0069tle\":\"T2\"", 1);
    assert_eq!(
        codes(Draft::parse_electronic_v2(text.as_bytes(), true)),
        [("/electronic/title".to_owned(), "duplicate-key")]
    );
}

#[test]
fn bodies_that_are_no_json_object() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let cases: [(&[u8], &str); 10] = [
        (b"", "bad-json"),
        (b"{", "bad-json"),
        (b"{} x", "bad-json"),
        (b"\xff{}", "bad-utf8"),
        (b"{\"a\":\"\xc3\"}", "bad-utf8"),
        (br#"{"externalId":"\ud800"}"#, "bad-json"),
        (b"{\"externalId\":\"a\nb\"}", "bad-json"),
        (b"[]", "wrong-type"),
        (b"null", "wrong-type"),
        (deep.as_bytes(), "bad-json"),
    ];
    for (body, code) in cases {
        assert_eq!(codes(Draft::parse_electronic_v2(body, true)), [(String::new(), code)]);
    }
}

#[test]
fn text_is_kept_byte_for_byte() {
    let text = "pa\u{308}a\u{308}to\u{308}s \u{feff}\r\n\u{202e}";
    assert_eq!(
        parse(&with("/electronic/body", Some(json!(text))))
            .unwrap()
            .electronic()
            .unwrap()
            .body,
        text
    );
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Draft::parse_electronic_v2(&bytes, true).is_err_and(|found| !found.is_empty()));
    }

    #[test]
    fn any_cut_of_a_valid_body_is_refused(cut in 0usize..600) {
        let body = serde_json::to_vec(&full()).unwrap();
        prop_assume!(cut < body.len());
        prop_assert!(Draft::parse_electronic_v2(&body[..cut], true).is_err());
    }
}
