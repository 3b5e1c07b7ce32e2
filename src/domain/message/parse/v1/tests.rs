//! What the bodies of the first version leave unsaid, and what each of their fields refuses.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const UPLOAD: &str = "018f3b2e-0000-7000-8000-000000000001";

type Parser = fn(&[u8]) -> Result<Draft, Vec<Violation>>;

fn address() -> Value {
    json!({ "name": "N", "additionalName": "X", "streetAddress": "S 1", "zipCode": "00100", "city": "Helsinki", "countryCode": "FI" })
}

/// The letter's own fields, complete.
fn letter() -> Value {
    json!({
        "files": [{ "fileId": UPLOAD }], "colorPrinting": true, "createCoverPage": true, "messageServiceType": "Verifiable",
        "printingAndEnvelopingService": {
            "costPool": "yksikkö 1/ä",
            "postiMessaging": { "username": "123456", "password": "1234", "contactDetails": { "email": "a@b.fi" } }
        },
        "recipient": { "address": address() }, "sender": { "address": address() }
    })
}

fn electronic() -> Value {
    let texts = json!({ "fi": "a", "sv": "b", "en": "c" });
    json!({
        "title": "T", "body": "# B", "messageServiceType": "Verifiable", "replyAllowedBy": "Anyone", "visibility": "Recipient only",
        "notifications": {
            "senderDetailsInNotifications": "None",
            "unreadMessageNotification": { "reminder": "No reminders" },
            "customisedNewMessageNotification": { "title": texts, "content": texts }
        }
    })
}

fn with(mut body: Value, pointer: &str, value: Option<Value>) -> Value {
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

fn alone() -> Value {
    let electronic = with(electronic(), "/attachments", Some(json!([{ "attachmentId": UPLOAD }])));
    json!({
        "externalId": "A-1", "recipient": { "id": "010280-952L" }, "sender": { "serviceId": "svc" },
        "electronic": with(electronic, "/inReplyToMessageId", Some(json!(7)))
    })
}

fn multichannel() -> Value {
    json!({
        "externalId": "A-1", "recipient": { "id": "010280-952L" }, "sender": { "serviceId": "svc" },
        "electronic": with(electronic(), "/files", Some(json!([{ "fileId": UPLOAD }]))), "paperMail": letter()
    })
}

fn flat() -> Value {
    let body = with(letter(), "/externalId", Some(json!("A-1")));
    with(body, "/sender/serviceId", Some(json!("svc")))
}

/// Each path's body and its reader.
fn bodies() -> [(Value, Parser); 3] {
    [
        (alone(), |body| Draft::parse_electronic_v1(body, true)),
        (multichannel(), |body| Draft::parse_multichannel_v1(body, true)),
        (flat(), Draft::parse_paper_v1),
    ]
}

fn read(parser: Parser, body: &Value) -> Result<Draft, Vec<Violation>> {
    parser(&serde_json::to_vec(body).unwrap())
}

fn codes(result: Result<Draft, Vec<Violation>>) -> Vec<(String, &'static str)> {
    let found = result.err().unwrap_or_default();
    found
        .into_iter()
        .map(|violation| (violation.pointer, violation.code))
        .collect()
}

/// Every place of a body, down to the last member; of a list its first entry.
fn places(value: &Value, at: &str, all: &mut Vec<String>) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, it)| (index.to_string(), it))
            .collect(),
        _ => Vec::new(),
    };
    for (name, member) in members {
        let place = format!("{at}/{name}");
        all.push(place.clone());
        places(member, &place, all);
    }
}

#[test]
fn complete_bodies_are_read() {
    let draft = Draft::parse_electronic_v1(&serde_json::to_vec(&alone()).unwrap(), true).unwrap();
    assert_eq!(
        (draft.external_id.as_str(), draft.service_code.as_str()),
        ("A-1", "svc")
    );
    let part = draft.electronic().unwrap();
    assert_eq!(part.attachments, [UPLOAD.parse().unwrap()]);
    assert_eq!((part.mode, part.body_format), (Mode::Verifiable, BodyFormat::Text));
    assert_eq!(part.in_reply_to.map(crate::domain::id::MessageId::get), Some(7));
    assert!(part.reply_allowed && draft.paper().is_none() && draft.starts_anew_without_its_thread());
    assert_eq!(part.notifications.reminder, Reminder::None);
    assert_eq!(part.notifications.sender_details, SenderDetails::None);
    assert!(part.notifications.new_message.is_some());
    assert_eq!(draft.attachment_pointer(0), "/electronic/attachments/0/attachmentId");

    let draft = Draft::parse_multichannel_v1(&serde_json::to_vec(&multichannel()).unwrap(), true).unwrap();
    let (part, paper) = (draft.electronic().unwrap(), draft.paper().unwrap());
    assert_eq!(
        (part.attachments.as_slice(), paper.attachment),
        (&[paper.attachment][..], UPLOAD.parse().unwrap())
    );
    assert_eq!(
        (part.in_reply_to, draft.starts_anew_without_its_thread()),
        (None, false)
    );
    assert!(paper.printing.colour && paper.printing.address_page && paper.printing.two_sided);
    assert!(!paper.printing.rotate_landscape);
    assert_eq!(
        (paper.mode, paper.cost_pool.as_deref()),
        (Mode::Verifiable, Some("yksikkö 1/ä"))
    );
    assert_eq!(draft.attachment_pointer(0), "/electronic/files/0/fileId");
    assert_eq!(draft.letter_pointer(), "/paperMail/files/0/fileId");

    let draft = Draft::parse_paper_v1(&serde_json::to_vec(&flat()).unwrap()).unwrap();
    assert_eq!(
        (draft.service_code.as_str(), draft.letter_pointer()),
        ("svc", "/files/0/fileId")
    );
    assert!(draft.electronic().is_none() && draft.recipient().is_none());
    assert_eq!(draft.paper().unwrap().sender.city, "Helsinki");
}

/// What may be left out of which body, beside what its own members are.
const OPTIONAL: [&[&str]; 3] = [
    &[
        "/electronic/attachments",
        "/electronic/inReplyToMessageId",
        "/electronic/messageServiceType",
        "/electronic/replyAllowedBy",
        "/electronic/visibility",
        "/electronic/notifications",
        "/electronic/notifications/senderDetailsInNotifications",
        "/electronic/notifications/unreadMessageNotification",
        "/electronic/notifications/customisedNewMessageNotification",
    ],
    &[
        "/electronic/messageServiceType",
        "/electronic/replyAllowedBy",
        "/electronic/visibility",
        "/electronic/notifications",
        "/electronic/notifications/senderDetailsInNotifications",
        "/electronic/notifications/unreadMessageNotification",
        "/electronic/notifications/customisedNewMessageNotification",
        "/paperMail/colorPrinting",
        "/paperMail/messageServiceType",
        "/paperMail/printingAndEnvelopingService/costPool",
        "/paperMail/recipient/address/additionalName",
        "/paperMail/sender/address/additionalName",
    ],
    &[
        "/colorPrinting",
        "/messageServiceType",
        "/printingAndEnvelopingService/costPool",
        "/recipient/address/additionalName",
        "/sender/address/additionalName",
    ],
];

#[test]
fn every_field_missing_or_mistyped_is_named_alone() {
    for ((body, parser), optional) in bodies().into_iter().zip(OPTIONAL) {
        let mut all = Vec::new();
        places(&body, "", &mut all);
        let mut left_out = 0;
        for place in &all {
            let entry = place.ends_with("/0");
            let wrong = if body.pointer(place).unwrap().is_boolean() {
                json!("true")
            } else {
                json!(true)
            };
            assert_eq!(
                codes(read(parser, &with(body.clone(), place, Some(wrong)))),
                [(place.clone(), "wrong-type")]
            );
            let null = read(parser, &with(body.clone(), place, Some(Value::Null)));
            if entry {
                assert_eq!(codes(null), [(place.clone(), "wrong-type")]);
                continue;
            }
            let without = read(parser, &with(body.clone(), place, None));
            if optional.contains(&place.as_str()) {
                left_out += 1;
                assert!(without.is_ok() && null.is_ok(), "{place}");
            } else {
                assert_eq!(codes(without), [(place.clone(), "required")]);
                assert_eq!(codes(null), [(place.clone(), "required")]);
            }
        }
        assert_eq!(left_out, optional.len());
    }
}

#[test]
fn what_is_left_out_has_the_first_versions_value() {
    for ((mut body, parser), optional) in bodies().into_iter().zip(OPTIONAL) {
        for place in optional {
            if body.pointer(place).is_some() {
                body = with(body, place, None);
            }
        }
        let draft = read(parser, &body).unwrap();
        if let Some(part) = draft.electronic() {
            assert_eq!((part.mode, part.reply_allowed), (Mode::Ordinary, false));
            assert_eq!(part.visibility, crate::domain::message::Visibility::Normal);
            assert_eq!(part.notifications.sender_details, SenderDetails::OrganisationAndService);
            assert_eq!(
                (part.notifications.reminder, part.in_reply_to),
                (Reminder::Default, None)
            );
            assert!(part.notifications.new_message.is_none());
            // The schema's default where the object is there and its members are not.
            let empty = with(body.clone(), "/electronic/notifications", Some(json!({})));
            assert_eq!(read(parser, &empty).unwrap(), draft);
        }
        if let Some(paper) = draft.paper() {
            assert!(!paper.printing.colour);
            assert_eq!((paper.mode, paper.cost_pool.as_deref()), (Mode::Ordinary, None));
        }
    }
}

#[test]
fn names_of_other_bodies_are_refused_where_a_file_would_be_lost() {
    let [alone_body, multichannel_body, flat_body] = bodies();
    let list = json!([{ "attachmentId": UPLOAD }]);
    let cases = [
        (&alone_body, "/electronic/files", "attachments"),
        (&alone_body, "/electronic/attachments/0/fileId", "attachmentId"),
        (&multichannel_body, "/electronic/attachments", "files"),
        (&multichannel_body, "/electronic/files/0/attachmentId", "fileId"),
        (&multichannel_body, "/paperMail/attachments", "files"),
        (&multichannel_body, "/paperMail/createAddressPage", "createCoverPage"),
        (&flat_body, "/attachments", "files"),
        (&flat_body, "/createAddressPage", "createCoverPage"),
    ];
    for ((body, parser), at, right) in cases {
        let found = read(*parser, &with(body.clone(), at, Some(list.clone()))).unwrap_err();
        assert_eq!(found.len(), 1, "{at}");
        assert_eq!((found[0].pointer.as_str(), found[0].code), (at, "misplaced-field"));
        assert!(
            found[0].message.contains(&format!("send \"{right}\"")),
            "{}",
            found[0].message
        );
    }
    // Other names of the second version are unknown here, and so ignored.
    for ((body, parser), at) in [
        (&alone_body, "/electronic/bodyFormat"),
        (&multichannel_body, "/paperMail/twoSidedPrinting"),
        (&flat_body, "/rotateLandscapePages"),
    ] {
        assert_eq!(
            read(*parser, &with(body.clone(), at, Some(json!(false)))).unwrap(),
            read(*parser, body).unwrap()
        );
    }
}

#[test]
fn one_file_is_the_most() {
    let [alone_body, multichannel_body, flat_body] = bodies();
    for ((body, parser), at, name, least) in [
        (&alone_body, "/electronic/attachments", "attachmentId", 0),
        (&multichannel_body, "/electronic/files", "fileId", 0),
        (&multichannel_body, "/paperMail/files", "fileId", 1),
        (&flat_body, "/files", "fileId", 1),
    ] {
        let list = |count: usize| {
            let entries = (0..count).map(|n| json!({ name: format!("018f3b2e-0000-7000-8000-{n:012}") }));
            Some(Value::Array(entries.collect()))
        };
        let told = |count| codes(read(*parser, &with(body.clone(), at, list(count))));
        assert_eq!(told(1), []);
        assert_eq!(told(2), [(at.to_owned(), "too-many")]);
        let none = [(at.to_owned(), "too-few")];
        assert_eq!(told(0), if least == 0 { &[][..] } else { &none });
    }
}

#[test]
fn metadata_names_a_recipient() {
    assert_eq!(
        check_upload_metadata(br#"{"recipientId":"010280-952L","more":1}"#),
        Ok(())
    );
    assert_eq!(check_upload_metadata(br#"{"recipientId":"123456789"}"#), Ok(()));
    let at = "/metadata/recipientId";
    for (json, pointer, code) in [
        ("", "/metadata", "bad-json"),
        ("[]", "/metadata", "wrong-type"),
        ("{}", at, "required"),
        (r#"{"recipientId":null}"#, at, "required"),
        (r#"{"recipientId":123456789}"#, at, "wrong-type"),
        (r#"{"recipientId":"12345678"}"#, at, "too-short"),
        (r#"{"recipientId":"010280-952LL"}"#, at, "too-long"),
    ] {
        let found = check_upload_metadata(json.as_bytes()).unwrap_err();
        assert_eq!(
            (found[0].pointer.as_str(), found[0].code, found.len()),
            (pointer, code, 1),
            "{json}"
        );
    }
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for (_, parser) in bodies() {
            prop_assert!(parser(&bytes).is_err_and(|found| !found.is_empty()));
        }
        prop_assert!(check_upload_metadata(&bytes).is_err_and(|found| !found.is_empty()));
    }

    #[test]
    fn any_cut_of_a_valid_body_is_refused(which in 0_usize..3, cut in 0_usize..1_500) {
        let (body, parser) = &bodies()[which];
        let body = serde_json::to_vec(body).unwrap();
        prop_assume!(cut < body.len());
        prop_assert!(parser(&body[..cut]).is_err());
    }

    /// However many members are taken away, each answer is a draft or names what is missing.
    #[test]
    fn any_part_of_a_body_is_answered(which in 0_usize..3, taken in proptest::collection::vec(0_usize..60, 0..12)) {
        let (body, parser) = &bodies()[which];
        let mut all = Vec::new();
        places(body, "", &mut all);
        let mut part = body.clone();
        for index in taken {
            let place = &all[index % all.len()];
            if !place.ends_with("/0") && part.pointer(place).is_some() {
                part = with(part, place, None);
            }
        }
        match read(*parser, &part) {
            Ok(draft) => prop_assert_eq!(draft.external_id, "A-1"),
            Err(found) => prop_assert!(!found.is_empty() && found.iter().all(|it| it.code == "required")),
        }
    }
}
