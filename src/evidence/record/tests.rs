//! Records: canonical bytes, disclosures, and what does not read back.

use super::*;
use crate::evidence::{body::EventBody, encoding::base64url};
use proptest::prelude::*;
use ring::rand::SystemRandom;
use serde_json::Value;
use std::collections::HashSet;

/// A draft with every member; also used by the tests of `verify`.
pub(crate) fn full_draft() -> RecordDraft {
    RecordDraft {
        id: Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001),
        event: EventType::SubmissionAcceptance,
        policy: "urn:tiedoksi:policy:1".into(),
        time: "2026-11-02T08:00:00.123456Z".parse().unwrap(),
        issuer: Issuer {
            id: "2769790-1".into(),
            hub: "hub.example".into(),
        },
        delivery: Some(DeliveryLink {
            id: Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0002),
            seq: 1,
            prev: None,
            message: 42,
            mode: Mode::Verifiable,
            ruleset: "FI-13/2003".into(),
            ruleset_sha256: sha256(b"rules"),
        }),
        content: vec![ContentPart {
            id: "body".into(),
            media_type: "text/plain".into(),
            size: 5,
            sha256: sha256(b"hello"),
        }],
        sender: Some(Party {
            identifier: "2769790-1".into(),
            role: Some("authority".into()),
            mandate: None,
        }),
        recipient: Some(Party {
            identifier: "010190-999Y".into(),
            role: Some("citizen".into()),
            mandate: Some("mandate-1".into()),
        }),
        actor: Some(Actor {
            identifier: "system-7".into(),
            acr: Some("http://ftn.ficora.fi/2017/loa2".into()),
            auth_time: Some("2026-11-02T07:59:00Z".parse().unwrap()),
        }),
        basis: Some(Basis {
            kind: BasisKind::Consent,
            reference: Some("consent-1".into()),
        }),
        reasons: vec![Reason {
            code: "FALLBACK_REQUIRED".into(),
            text: "Määräaika \"ohi\"\n\u{1}/\u{7f}\u{2028}😀".into(),
        }],
    }
}

fn minimal_draft() -> RecordDraft {
    RecordDraft {
        delivery: None,
        content: vec![],
        sender: None,
        recipient: None,
        actor: None,
        basis: None,
        reasons: vec![],
        ..full_draft()
    }
}

fn finish(draft: RecordDraft) -> Record {
    draft.finish(&SystemRandom::new()).unwrap()
}

#[test]
fn a_record_is_canonical_and_reads_back() {
    for draft in [full_draft(), minimal_draft()] {
        let record = finish(draft);
        let value: Value = serde_json::from_slice(&record.bytes).unwrap();
        assert_eq!(serde_json_canonicalizer::to_vec(&value).unwrap(), record.bytes);
        let parsed = ParsedRecord::parse(&record.bytes).unwrap();
        assert_eq!(parsed.hash, record.hash);
        assert_eq!(parsed.hash, sha256(&record.bytes));
        assert_eq!(parsed.body.to_bytes().unwrap(), record.bytes);
        assert_eq!(value["time"], "2026-11-02T08:00:00.123Z");
        for disclosure in &record.disclosures {
            assert_eq!(parsed.body.reference(&disclosure.field), Some(disclosure.reference()));
            let text = String::from_utf8(record.bytes.clone()).unwrap();
            assert!(!text.contains(&base64url(&disclosure.salt)) && !text.contains(&hex::encode(disclosure.salt)));
            assert!(!format!("{disclosure:?}").contains(&disclosure.value));
        }
    }
    assert_eq!(finish(full_draft()).disclosures.len(), 3);
    assert!(finish(minimal_draft()).disclosures.is_empty());
    assert!(!format!("{:?}", full_draft()).contains("010190"));
}

#[test]
fn two_records_of_one_fact_share_no_salt() {
    let salts: HashSet<_> = (0..2)
        .flat_map(|_| finish(full_draft()).disclosures)
        .map(|disclosure| disclosure.salt)
        .collect();
    assert_eq!(salts.len(), 6);
}

#[test]
fn text_is_brought_to_nfc_and_other_text_refused() {
    let decomposed = Reason {
        code: "X".into(),
        text: "a\u{308}".into(),
    };
    let record = finish(RecordDraft {
        reasons: vec![decomposed.clone()],
        ..minimal_draft()
    });
    let mut body = ParsedRecord::parse(&record.bytes).unwrap().body;
    assert_eq!(body.reasons[0].text, "ä");
    body.reasons = vec![decomposed];
    assert!(matches!(
        ParsedRecord::parse(&serde_json::to_vec(&body).unwrap()),
        Err(RecordError::NotNfc("reasons.text"))
    ));
}

#[test]
fn drafts_that_no_record_can_hold_are_refused() {
    let with = |change: fn(&mut DeliveryLink)| {
        let mut draft = full_draft();
        draft.delivery.as_mut().map(change).unwrap();
        draft.finish(&SystemRandom::new()).unwrap_err()
    };
    assert!(matches!(
        with(|link| link.message = 1 << 53),
        RecordError::OutOfRange("delivery.message")
    ));
    assert!(matches!(
        with(|link| link.message = -1),
        RecordError::OutOfRange("delivery.message")
    ));
    assert!(matches!(with(|link| link.seq = 0), RecordError::Chain));
    assert!(matches!(with(|link| link.seq = 2), RecordError::Chain));
    assert!(matches!(with(|link| link.prev = Some([0; 32])), RecordError::Chain));
    let mut draft = full_draft();
    draft.content[0].size = 1 << 53;
    assert!(matches!(
        draft.finish(&SystemRandom::new()),
        Err(RecordError::OutOfRange("content.parts.size"))
    ));
}

#[test]
fn what_we_would_not_write_is_refused() {
    let text = String::from_utf8(finish(full_draft()).bytes).unwrap();
    for (from, to) in [
        ("\"v\":1", "\"v\":2"),
        ("\"v\":1", "\"v\":1.0"),
        ("\"v\":1", "\"v\":1,\"w\":1"),
        ("\"v\":1", "\"v\":1,\"v\":1"),
        ("\"v\":1", "\"v\": 1"),
        ("\"v\":1}", "\"v\":1} "),
        ("\"v\":1}", "\"v\":1}{}"),
        ("\"seq\":1", "\"seq\":1,\"prev\":null"),
        ("\"message\":42", "\"message\":42.0"),
        ("\"message\":42", "\"message\":-42"),
        ("\"message\":42", "\"message\":4.2e1"),
        ("\"mandate\":\"mandate-1\"", "\"mandate\":null"),
        (".123Z", "Z"),
        (".123Z", ".123456Z"),
        (".123Z", ".123+00:00"),
        ("urn:tiedoksi:policy:1", "urn:tiedoksi\\u003apolicy:1"),
        ("Määräaika", "Ma\u{308}a\u{308}ra\u{308}aika"),
        ("SubmissionAcceptance", "Submission"),
        ("\"consent\"", "\"Consent\""),
        ("0199", "0199-"),
        ("\"id\":\"0199", "\"id\":\"{0199"),
        ("\"policy\":\"urn:tiedoksi:policy:1\",", ""),
    ] {
        assert!(text.contains(from), "{from}");
        assert!(
            ParsedRecord::parse(text.replacen(from, to, 1).as_bytes()).is_err(),
            "{from} -> {to}"
        );
    }
    assert!(matches!(
        ParsedRecord::parse(text.replace("\"v\":1", "\"v\":2").as_bytes()),
        Err(RecordError::Version(2))
    ));
    let (id, rest) = text.split_at(text.find("\"issuer\"").unwrap());
    let spaced = format!("{id} {rest}");
    assert!(matches!(
        ParsedRecord::parse(spaced.as_bytes()),
        Err(RecordError::NotCanonical)
    ));
    let capitals = text.replace(&hex::encode(sha256(b"rules")), &hex::encode_upper(sha256(b"rules")));
    assert!(ParsedRecord::parse(capitals.as_bytes()).is_err());
}

/// Every artificial identity code (individual number 900 to 999) of a birth year in the 1900s, as the authority issues them.
fn artificial_codes(year: i16) -> Vec<String> {
    let check = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let mut day = jiff::civil::date(year, 1, 1);
    let mut codes = Vec::new();
    while day.year() == year {
        for number in 900..=999 {
            let digits = format!("{:02}{:02}{:02}{number}", day.day(), day.month(), day.year() % 100);
            let character = check[digits.parse::<usize>().unwrap() % 31] as char;
            codes.push(format!("{}-{}{character}", &digits[..6], &digits[6..]));
        }
        day = day.tomorrow().unwrap();
    }
    codes
}

/// Every 32 bytes that stand in the JSON in any of our spellings.
fn byte_strings(value: &Value, found: &mut Vec<[u8; 32]>) {
    match value {
        Value::String(text) => {
            let decoded = crate::evidence::encoding::from_base64url(text)
                .into_iter()
                .chain(hex::decode(text).ok());
            found.extend(decoded.filter_map(|bytes| <[u8; 32]>::try_from(bytes).ok()));
        }
        Value::Array(items) => items.iter().for_each(|item| byte_strings(item, found)),
        Value::Object(members) => members.values().for_each(|member| byte_strings(member, found)),
        _ => {}
    }
}

#[test]
fn trying_every_code_of_a_birth_year_finds_nobody() {
    let codes = artificial_codes(1990);
    assert_eq!(codes.len(), 36_500);
    let code = codes[12_345].clone();
    let recipient = Some(Party {
        identifier: code.clone(),
        role: None,
        mandate: None,
    });
    let record = finish(RecordDraft {
        recipient,
        ..full_draft()
    });
    let (text, mut known) = (String::from_utf8(record.bytes.clone()).unwrap(), Vec::new());
    byte_strings(&serde_json::from_slice(&record.bytes).unwrap(), &mut known);
    assert!(known.len() >= 5, "salt, three references, hashes");
    let targets: HashSet<_> = known.iter().chain([&record.hash]).copied().collect();
    let id = ParsedRecord::parse(&record.bytes).unwrap().body.id;
    for candidate in &codes {
        assert!(!text.contains(candidate.as_str()));
        assert!(!targets.contains(&sha256(candidate.as_bytes())));
        assert!(!targets.contains(&sha256_parts(&[id.as_bytes(), candidate.as_bytes()])));
        for salt in &known {
            assert!(!targets.contains(&reference(salt, candidate)));
            assert!(!targets.contains(&sha256_parts(&[candidate.as_bytes(), salt])));
        }
    }
    let salt = record
        .disclosures
        .iter()
        .find(|disclosure| disclosure.field == "recipient")
        .unwrap()
        .salt;
    let found: Vec<_> = codes
        .iter()
        .filter(|candidate| targets.contains(&reference(&salt, candidate)))
        .collect();
    assert_eq!(found, [&code]);
}

/// Checks `value` against the parts of JSON Schema that our schema uses.
fn conform(value: &Value, schema: &Value, root: &Value, path: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        return conform(value, &root["$defs"][name.trim_start_matches("#/$defs/")], root, path);
    }
    if let Some(constant) = schema.get("const") {
        assert_eq!(value, constant, "{path}");
    }
    if let Some(values) = schema["enum"].as_array() {
        assert!(values.contains(value), "{path}: {value}");
    }
    match value {
        Value::Object(members) => {
            assert_eq!(schema["type"], "object", "{path}");
            assert_eq!(schema["additionalProperties"], false, "{path}");
            for required in schema["required"].as_array().unwrap() {
                assert!(
                    members.contains_key(required.as_str().unwrap()),
                    "{path} lacks {required}"
                );
            }
            for (name, member) in members {
                let inner = schema["properties"]
                    .get(name)
                    .unwrap_or_else(|| panic!("{path}.{name} is not in the schema"));
                conform(member, inner, root, &format!("{path}.{name}"));
            }
        }
        Value::Array(items) => {
            assert_eq!(schema["type"], "array", "{path}");
            items
                .iter()
                .for_each(|item| conform(item, &schema["items"], root, path));
        }
        Value::String(text) => {
            assert!(schema["type"] == "string" || schema.get("enum").is_some(), "{path}");
            if let Some(length) = schema["x-length"].as_u64() {
                assert_eq!(text.len() as u64, length, "{path}");
            }
        }
        Value::Number(number) => {
            assert!(schema["type"] == "integer" || schema.get("const").is_some(), "{path}");
            assert!(
                number.as_u64() <= schema["maximum"].as_u64().or(Some(u64::MAX)),
                "{path}"
            );
        }
        other => panic!("{path}: {other} cannot stand in a record"),
    }
}

fn member_names(schema: &Value) -> Vec<&str> {
    schema["properties"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn records_conform_to_the_published_schema() {
    let schema: Value = serde_json::from_str(include_str!("../../../api-spec/event.schema.json")).unwrap();
    let mut second = full_draft();
    second
        .delivery
        .as_mut()
        .map(|link| (link.seq, link.prev) = (2, Some([9; 32])))
        .unwrap();
    for draft in [full_draft(), minimal_draft(), second.clone()] {
        conform(
            &serde_json::from_slice(&finish(draft).bytes).unwrap(),
            &schema,
            &schema,
            "event",
        );
    }
    let full: Value = serde_json::from_slice(&finish(second).bytes).unwrap();
    assert_eq!(
        member_names(&schema),
        full.as_object().unwrap().keys().collect::<Vec<_>>(),
        "the schema has no member that we never write"
    );
    let uris: Vec<_> = EventType::ALL.iter().map(|event| event.uri()).collect();
    assert_eq!(
        schema["properties"]["type"]["enum"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>(),
        uris
    );
}

proptest! {
    #[test]
    fn any_texts_are_written_canonically(texts in prop::collection::vec(any::<String>(), 8), size in 0_u64..1 << 53, message in 0_i64..1 << 53) {
        let [code, text, policy, hub, role, ruleset, media, identifier] = <[String; 8]>::try_from(texts).unwrap();
        let mut draft = full_draft();
        draft.reasons = vec![Reason { code, text }];
        draft.policy = policy;
        draft.issuer.hub = hub;
        draft.recipient = Some(Party { identifier, role: Some(role), mandate: None });
        draft.content[0].size = size;
        draft.content[0].media_type = media;
        draft.delivery.as_mut().map(|link| (link.ruleset, link.message) = (ruleset, message)).unwrap();
        let record = finish(draft);
        let value: Value = serde_json::from_slice(&record.bytes).unwrap();
        prop_assert_eq!(&serde_json_canonicalizer::to_vec(&value).unwrap(), &record.bytes);
        prop_assert_eq!(ParsedRecord::parse(&record.bytes).unwrap().body.to_bytes().unwrap(), record.bytes);
    }

    #[test]
    fn a_changed_byte_never_reads_as_the_same_record(at: prop::sample::Index, change in 1_u8..=255) {
        let record = finish(full_draft());
        let mut bytes = record.bytes.clone();
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        if let Ok(parsed) = ParsedRecord::parse(&bytes) {
            prop_assert_ne!(parsed.body, serde_json::from_slice::<EventBody>(&record.bytes).unwrap());
            prop_assert_ne!(parsed.hash, record.hash);
        }
    }

    #[test]
    fn strangers_records_do_not_panic(bytes: Vec<u8>) {
        prop_assert!(ParsedRecord::parse(&bytes).is_err());
    }
}
