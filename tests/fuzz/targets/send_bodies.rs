//! The bodies of the sends: every reader of them either takes a draft that keeps every limit, or names violations that point into the body
//! and tell nothing of what it holds.

#![no_main]

use std::collections::HashSet;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tiedoksi::domain::letter::PaperMail;
use tiedoksi::domain::message::{Draft, Electronic, LanguageTexts, Violation};

fuzz_target!(|body: &[u8]| {
    // A key of this name means something to `Value` alone, which is the measure here.
    if body.windows(19).any(|it| it == b"serde_json::private") {
        return;
    }
    let sent = serde_json::from_slice(body).ok();
    // One line for each reader; each gets every body.
    let sent = sent.as_ref();
    check(body, sent, Draft::parse_electronic_v2, is_within_limits);
    check(body, sent, Draft::parse_multichannel_v2, is_within_limits);
    check(body, sent, |body, _| Draft::parse_paper_v2(body), is_within_limits);
    check(body, sent, Draft::parse_electronic_v1, is_within_limits);
    check(body, sent, Draft::parse_multichannel_v1, is_within_limits);
    check(body, sent, |body, _| Draft::parse_paper_v1(body), is_within_limits);
});

type Read<T> = Result<T, Vec<Violation>>;

/// `read` takes the body and whether artificial identity codes are taken; `is_within_limits` asserts what holds of anything accepted.
fn check<T: PartialEq>(
    body: &[u8],
    sent: Option<&Value>,
    read: impl Fn(&[u8], bool) -> Read<T>,
    is_within_limits: impl Fn(&T, &Value),
) {
    let first = read(body, true);
    assert!(first == read(body, true), "read twice, understood differently");
    if let Ok(strict) = read(body, false) {
        assert!(
            first.is_ok_and(|lenient| lenient == strict),
            "only artificial codes may depend on the switch"
        );
        return;
    }
    match (first, sent) {
        (Ok(draft), Some(sent)) => is_within_limits(&draft, sent),
        (Ok(_), None) => panic!("took what is not JSON"),
        (Err(found), None) => {
            let [only] = &found[..] else { panic!("{found:?}") };
            assert!(
                matches!(only.code, "bad-json" | "bad-utf8") && only.pointer.is_empty(),
                "{only:?}"
            );
        }
        (Err(found), Some(sent)) => {
            check_violations(&found, sent);
            check_silence(sent, |body| read(body, true));
        }
    }
}

/// There are some, each once, each with a code, a sentence and a place.
fn check_violations(found: &[Violation], sent: &Value) {
    assert!(!found.is_empty(), "refused without a reason");
    assert!(found.len() < 500, "{} violations", found.len());
    let mut seen = HashSet::new();
    // Of a field that stands twice, `sent` holds another one than the reader may have read.
    let is_plain = found.iter().all(|violation| violation.code != "duplicate-key");
    for violation in found {
        let Violation { pointer, code, message } = violation;
        assert!(seen.insert((pointer, code)), "told twice: {violation:?}");
        assert!(!matches!(*code, "bad-json" | "bad-utf8"), "{violation:?}");
        assert!(
            code.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        );
        assert!(message.ends_with('.') && message.len() < 500, "{violation:?}");
        assert!(!is_plain || points_into(sent, pointer), "points nowhere: {violation:?}");
    }
}

/// To something, or to a field that an object lacks.
fn points_into(sent: &Value, pointer: &str) -> bool {
    sent.pointer(pointer).is_some()
        || pointer
            .rsplit_once('/')
            .is_some_and(|(parent, _)| sent.pointer(parent).is_some_and(Value::is_object))
}

/// No sentence repeats what a string of the body says: where a sentence holds a piece of one, that piece does not change when the letters or
/// digits of every string do. (The piece alone is no measure: a body may well hold the words of a sentence.)
fn check_silence<T>(sent: &Value, read: impl Fn(&[u8]) -> Read<T>) {
    let violations = |body: &Value| read(body.to_string().as_bytes()).err().unwrap_or_default();
    let found = violations(sent);
    for change in [next_letter, next_digit] {
        let (mut other, mut strings) = (sent.clone(), Vec::new());
        change_strings(&mut other, change, &mut strings);
        for now in violations(&other) {
            let Some(then) = found.iter().find(|it| it.pointer == now.pointer && it.code == now.code) else {
                continue;
            };
            if then.message == now.message {
                continue;
            }
            let letters: Vec<char> = then.message.chars().collect();
            for piece in letters.windows(8) {
                let (held, changed): (String, String) = piece.iter().map(|c| (*c, change(*c))).unzip();
                let repeated = held != changed && now.message.contains(&changed);
                let repeated = repeated && strings.iter().any(|string| string.contains(&held));
                assert!(!repeated, "{:?} repeats a value", then.message);
            }
        }
    }
}

fn next_letter(c: char) -> char {
    match c {
        'z' => 'a',
        'Z' => 'A',
        'a'..='y' | 'A'..='Y' => char::from(c as u8 + 1),
        '\0'..='\x7f' => c,
        'å' => 'ä',
        _ => 'å',
    }
}

fn next_digit(c: char) -> char {
    match c {
        '9' => '0',
        '0'..='8' => char::from(c as u8 + 1),
        _ => c,
    }
}

/// Changes every character of every string; `strings` gets what was there.
fn change_strings(value: &mut Value, change: fn(char) -> char, strings: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let changed = text.chars().map(change).collect();
            strings.push(std::mem::replace(text, changed));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| change_strings(item, change, strings)),
        Value::Object(fields) => fields
            .values_mut()
            .for_each(|field| change_strings(field, change, strings)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Contract 1.11 to 1.14 and 1.16, and that text is kept as it was sent.
fn is_within_limits(draft: &Draft, sent: &Value) {
    is_text(&draft.external_id, &sent["externalId"], 1, 256);
    is_text(&draft.service_code, &sent["sender"]["serviceId"], 1, 64);
    let recipient = draft.recipient().and_then(|it| it.0.reveal_wire_id());
    assert!(recipient.is_none() || recipient == sent["recipient"]["id"].as_str());
    if let Some(electronic) = draft.electronic() {
        part_is_within_limits(electronic, &sent["electronic"]);
    }
    if let Some(paper) = draft.paper() {
        let sent = if sent["paperMail"].is_object() {
            &sent["paperMail"]
        } else {
            sent
        };
        letter_is_within_limits(paper, sent);
    }
}

fn letter_is_within_limits(paper: &PaperMail, sent: &Value) {
    let service = &sent["printingAndEnvelopingService"];
    is_text(
        &paper.contact_email,
        &service["postiMessaging"]["contactDetails"]["email"],
        5,
        256,
    );
    if let Some(pool) = &paper.cost_pool {
        is_text(pool, &service["costPool"], 1, 15);
    }
    for (kept, sent) in [(&paper.recipient, &sent["recipient"]), (&paper.sender, &sent["sender"])] {
        let sent = &sent["address"];
        is_text(&kept.name, &sent["name"], 1, 256);
        is_text(&kept.street_address, &sent["streetAddress"], 1, 256);
        is_text(&kept.zip_code, &sent["zipCode"], 1, 64);
        is_text(&kept.city, &sent["city"], 1, 256);
        is_text(kept.country_code.as_str(), &sent["countryCode"], 2, 2);
        if let Some(second) = &kept.additional_name {
            is_text(second, &sent["additionalName"], 1, 256);
        }
    }
}

fn part_is_within_limits(part: &Electronic, sent: &Value) {
    is_text(&part.title, &sent["title"], 1, 256);
    is_text(&part.body, &sent["body"], 1, 40_000);
    let once: HashSet<_> = part.attachments.iter().map(|id| id.0).collect();
    assert!(once.len() == part.attachments.len() && once.len() <= 50);
    assert!(part.in_reply_to.is_none_or(|id| (1..1 << 53).contains(&id.get())));
    if let Some(notice) = &part.notifications.new_message {
        let sent = &sent["notifications"]["customisedNewMessageNotification"];
        are_texts(&notice.title, &sent["title"], 1, 256);
        are_texts(&notice.content, &sent["content"], 0, 1_500);
    }
}

fn are_texts(kept: &LanguageTexts, sent: &Value, min: usize, max: usize) {
    is_text(&kept.fi, &sent["fi"], min, max);
    is_text(&kept.sv, &sent["sv"], min, max);
    is_text(&kept.en, &sent["en"], min, max);
}

fn is_text(kept: &str, sent: &Value, min: usize, max: usize) {
    assert_eq!(Some(kept), sent.as_str());
    assert!((min..=max).contains(&kept.chars().count()));
    assert!(!kept.contains('\0'));
}
