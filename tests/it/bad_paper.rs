//! What the sends that may go on paper refuse, and those of the first version: every field named with its place, nothing stored.

use serde_json::{Value, json};

use crate::a4::a4_pdf;
use crate::harness::{Database, Settings, Site, databases, person};
use crate::sender::{Sender, sender};
use crate::wire::{Answer, Lines};

const MATTI: &str = "010594Y9032";
const TABLES: [&str; 5] = [
    "SELECT count(*) FROM message",
    "SELECT count(*) FROM submission",
    "SELECT count(*) FROM print_job",
    "SELECT count(*) FROM mailbox",
    "SELECT count(*) FROM event WHERE kind <> 'SubmissionRejection' OR feed_type IS NOT NULL",
];

/// A send: where it goes, under which name it lists violations, and its field-complete body.
struct Send {
    path: &'static str,
    member: &'static str,
    body: Value,
}

async fn begin(database: &Database) -> (Site, Sender, [Send; 5], Vec<i64>) {
    let persons = vec![person(MATTI, "Matti", "Meikäläinen")];
    let site = Site::start(database, persons, Settings::default()).await;
    let sender = sender(&site, "0208573-0", false).await;
    let matti = site.citizen(MATTI).await;
    site.hub.activate(&matti).await.unwrap();
    let uploaded = sender.upload("kirje.pdf", a4_pdf("Kirje", 1)).await;
    let file = uploaded.json::<Value>().await.unwrap()["attachmentId"]
        .as_str()
        .unwrap()
        .to_owned();
    let sends = sends(&sender, &file);
    let before = stored(&site).await;
    (site, sender, sends, before)
}

async fn stored(site: &Site) -> Vec<i64> {
    let mut counts = Vec::new();
    for query in TABLES {
        counts.push(site.count(query).await);
    }
    counts
}

/// What both versions' letters share.
fn letter() -> Value {
    let address = json!({ "name": "Onni Testilä", "additionalName": "c/o Virtanen", "streetAddress": "Salakatu 1",
        "zipCode": "00100", "city": "Helsinki", "countryCode": "FI" });
    json!({
        "colorPrinting": true, "messageServiceType": "Normal",
        "printingAndEnvelopingService": { "costPool": "AB12", "postiMessaging": {
            "username": "123456", "password": "1234", "contactDetails": { "email": "a@b.fi" } } },
        "recipient": { "address": address }, "sender": { "address": address }
    })
}

fn sends(sender: &Sender, file: &str) -> [Send; 5] {
    let texts = json!({ "fi": "Ilmoitus", "sv": "Meddelande", "en": "Notice" });
    let mut new = sender.message("bad", MATTI, "Normal");
    new["electronic"]["attachments"] = json!([{ "attachmentId": file }]);
    new["electronic"]["notifications"]["customisedNewMessageNotification"] =
        json!({ "title": texts, "content": texts });
    let mut old_alone = new.clone();
    old_alone["electronic"].as_object_mut().unwrap().remove("bodyFormat");
    let mut old = old_alone.clone();
    let files = old["electronic"]
        .as_object_mut()
        .unwrap()
        .remove("attachments")
        .unwrap();
    assert!(files.is_array());
    old["electronic"]["files"] = json!([{ "fileId": file }]);
    let mut old_letter = letter();
    old_letter["files"] = json!([{ "fileId": file }]);
    old_letter["createCoverPage"] = json!(true);
    old["paperMail"] = old_letter.clone();
    let mut flat = old_letter;
    flat["externalId"] = json!("bad");
    flat["sender"]["serviceId"] = json!(sender.service);
    let mut new_letter = letter();
    new_letter["attachments"] = json!([{ "attachmentId": file }]);
    for flag in ["createAddressPage", "rotateLandscapePages", "twoSidedPrinting"] {
        new_letter[flag] = json!(true);
    }
    new["paperMail"] = new_letter.clone();
    let nested = json!({ "externalId": "bad", "sender": { "serviceId": sender.service }, "paperMail": new_letter });
    let send = |path, member, body| Send { path, member, body };
    [
        send("/v2/messages", "violations", new),
        send("/v2/paper-mail-without-id", "violations", nested),
        send("/v1/messages", "validationErrors", old),
        send("/v1/messages/electronic", "validationErrors", old_alone),
        send("/v1/paper-mail-without-id", "violations", flat),
    ]
}

fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[name] = value;
    body
}

fn without(mut body: Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    assert!(parent.remove(name).is_some(), "{pointer}");
    body
}

/// What a field takes.
enum Rule {
    /// This many characters.
    Text(usize, usize),
    /// One of a closed list.
    Choice,
    /// A country's two letters.
    Country,
    /// True or false.
    Flag,
    /// Members.
    Object,
    /// Uploads: at least, at most, and what each is called.
    List(usize, usize, &'static str),
}

/// Every field of a letter, and whether it may be left out: in which version it is so.
fn letter_fields(v1: bool) -> Vec<(String, Rule, bool)> {
    use Rule::{Choice, Country, Flag, List, Object, Text};
    let service = "printingAndEnvelopingService";
    let posti = format!("{service}/postiMessaging");
    let mut fields = vec![
        ("colorPrinting".to_owned(), Flag, v1),
        ("messageServiceType".to_owned(), Choice, v1),
        (service.to_owned(), Object, false),
        (format!("{service}/costPool"), Text(1, 15), true),
        (posti.clone(), Object, false),
        (format!("{posti}/username"), Text(6, 6), false),
        (format!("{posti}/password"), Text(4, 4), false),
        (format!("{posti}/contactDetails"), Object, false),
        (format!("{posti}/contactDetails/email"), Text(5, 256), false),
    ];
    if v1 {
        fields.push(("createCoverPage".to_owned(), Flag, false));
        fields.push(("files".to_owned(), List(1, 1, "fileId"), false));
    } else {
        for flag in ["createAddressPage", "rotateLandscapePages", "twoSidedPrinting"] {
            fields.push((flag.to_owned(), Flag, false));
        }
        fields.push(("attachments".to_owned(), List(1, 1, "attachmentId"), false));
    }
    for side in ["recipient", "sender"] {
        fields.push((side.to_owned(), Object, false));
        fields.push((format!("{side}/address"), Object, false));
        for (name, max) in [("name", 256), ("streetAddress", 256), ("zipCode", 64), ("city", 256)] {
            fields.push((format!("{side}/address/{name}"), Text(1, max), false));
        }
        fields.push((format!("{side}/address/additionalName"), Text(1, 256), true));
        fields.push((format!("{side}/address/countryCode"), Country, false));
    }
    fields
}

/// Every field of `electronic` beside its files.
fn electronic_fields(v1: bool) -> Vec<(String, Rule, bool)> {
    use Rule::{Choice, Object, Text};
    let unread = "notifications/unreadMessageNotification";
    let custom = "notifications/customisedNewMessageNotification";
    let mut fields = vec![
        ("title".to_owned(), Text(1, 256), false),
        ("body".to_owned(), Text(1, 40_000), false),
        ("messageServiceType".to_owned(), Choice, v1),
        ("replyAllowedBy".to_owned(), Choice, v1),
        ("visibility".to_owned(), Choice, true),
        ("notifications".to_owned(), Object, v1),
        ("notifications/senderDetailsInNotifications".to_owned(), Choice, v1),
        (unread.to_owned(), Object, v1),
        (format!("{unread}/reminder"), Choice, false),
        (custom.to_owned(), Object, true),
        (format!("{custom}/title"), Object, false),
        (format!("{custom}/content"), Object, false),
    ];
    for language in ["fi", "sv", "en"] {
        fields.push((format!("{custom}/title/{language}"), Text(1, 256), false));
        fields.push((format!("{custom}/content/{language}"), Text(0, 1_500), false));
    }
    fields
}

/// Every field of a send.
fn fields(send: &Send) -> Vec<(String, Rule, bool)> {
    use Rule::{List, Object, Text};
    let v1 = send.path.starts_with("/v1");
    let mut all = vec![
        ("/externalId".to_owned(), Text(1, 256), false),
        ("/sender".to_owned(), Object, false),
        ("/sender/serviceId".to_owned(), Text(1, 64), false),
    ];
    let under = |base: &'static str, fields: Vec<(String, Rule, bool)>| {
        fields
            .into_iter()
            .map(move |(at, rule, optional)| (format!("{base}/{at}"), rule, optional))
    };
    if send.body.get("electronic").is_some() {
        all.push(("/electronic".to_owned(), Object, false));
        all.push(("/recipient".to_owned(), Object, false));
        all.extend(under("/electronic", electronic_fields(v1)));
        let list = match send.path {
            "/v1/messages" => ("/electronic/files", List(0, 1, "fileId"), false),
            "/v1/messages/electronic" => ("/electronic/attachments", List(0, 1, "attachmentId"), true),
            _ => ("/electronic/attachments", List(0, 50, "attachmentId"), false),
        };
        all.push((list.0.to_owned(), list.1, list.2));
    }
    if send.body.get("paperMail").is_some() {
        all.push(("/paperMail".to_owned(), Object, false));
        all.extend(under("/paperMail", letter_fields(v1)));
    } else if send.body.get("electronic").is_none() {
        // Flat: its sender is a letter's and a message's at once.
        let once = |(at, _, _): &(String, Rule, bool)| at != "/sender";
        all.extend(under("", letter_fields(v1)).filter(once));
    }
    all
}

/// One broken field each: the body, where it is broken, and the code of the violation.
fn broken(send: &Send) -> Vec<(Value, String, &'static str)> {
    let mut cases = Vec::new();
    for (at, rule, optional) in fields(send) {
        let base = || send.body.clone();
        let mut case = |value: Value, place: String, code| cases.push((with(base(), &at, value), place, code));
        if !optional {
            case(Value::Null, at.clone(), "required");
        }
        match &rule {
            Rule::Text(min, max) => {
                case(json!(1), at.clone(), "wrong-type");
                case(json!(["a"]), at.clone(), "wrong-type");
                case(json!("ä".repeat(max + 1)), at.clone(), "too-long");
                if *min > 0 {
                    case(json!("\u{1f600}".repeat(min - 1)), at.clone(), "too-short");
                }
                case(json!("a\0bcde"), at.clone(), "not-allowed-character");
            }
            Rule::Choice => {
                case(json!(true), at.clone(), "wrong-type");
                for value in ["", "normal", "Normal "] {
                    case(json!(value), at.clone(), "not-allowed-value");
                }
            }
            Rule::Country => {
                case(json!(358), at.clone(), "wrong-type");
                for value in ["", "fi", "FIN", "ZZ", "F", "ÅÄ"] {
                    case(json!(value), at.clone(), "not-allowed-value");
                }
            }
            Rule::Flag => {
                for value in [json!("true"), json!(1), json!({})] {
                    case(value, at.clone(), "wrong-type");
                }
            }
            Rule::Object => {
                for value in [json!("text"), json!(true), json!([])] {
                    case(value, at.clone(), "wrong-type");
                }
            }
            Rule::List(least, most, name) => {
                let many = |count: usize| {
                    let ids = (0..count as u128).map(|it| json!({ *name: uuid::Uuid::from_u128(it) }));
                    Value::Array(ids.collect())
                };
                case(json!({}), at.clone(), "wrong-type");
                case(many(most + 1), at.clone(), "too-many");
                if *least > 0 {
                    case(many(0), at.clone(), "too-few");
                }
                case(json!(["text"]), format!("{at}/0"), "wrong-type");
                case(json!([{}]), format!("{at}/0/{name}"), "required");
                case(json!([{ *name: 7 }]), format!("{at}/0/{name}"), "wrong-type");
                case(json!([{ *name: "7" }]), format!("{at}/0/{name}"), "bad-uuid");
                case(many(1), format!("{at}/0/{name}"), "attachment-not-found");
            }
        }
        if !optional {
            cases.push((without(base(), &at), at, "required"));
        }
    }
    cases
}

async fn refused(sender: &Sender, send: &Send, body: &Value, expected: &[(String, String)], what: &str) {
    let answer = Answer::of(sender.post(send.path, body).await).await;
    answer.refused(400, what);
    assert_eq!(answer.violations(send.member), expected, "{} {what}", send.path);
}

#[tokio::test]
async fn every_field_of_every_send_is_refused_by_name() {
    let lines = Lines::capture();
    for database in databases() {
        let (site, sender, sends, before) = begin(&database).await;
        for send in &sends {
            let mut cases = broken(send);
            assert!(cases.len() > 100, "{}: {}", send.path, cases.len());
            if !send.path.starts_with("/v1") {
                let pool = "/paperMail/printingAndEnvelopingService/costPool";
                for value in ["ab", "A-1", "Ä", " "] {
                    cases.push((
                        with(send.body.clone(), pool, json!(value)),
                        pool.to_owned(),
                        "not-allowed-character",
                    ));
                }
            }
            for (body, at, code) in cases {
                let what = format!("{at} {code}");
                refused(&sender, send, &body, &[(at, code.to_owned())], &what).await;
            }
        }
        assert_eq!(stored(&site).await, before);
        lines.assert_clean(&[
            MATTI,
            "Meikäläinen",
            "Onni",
            "Salakatu",
            "Virtanen",
            "1234\"",
            &sender.token,
        ]);
    }
}

#[tokio::test]
async fn every_body_is_taken_as_it_stands_and_without_what_is_optional() {
    for database in databases() {
        let (site, sender, sends, before) = begin(&database).await;
        for (number, send) in sends.iter().enumerate() {
            let mut least = with(send.body.clone(), "/externalId", json!(format!("least-{number}")));
            for (at, _, optional) in fields(send) {
                // Members of what is gone already are gone with it.
                if optional && least.pointer(&at).is_some() {
                    least = without(least, &at);
                }
            }
            let whole = with(send.body.clone(), "/externalId", json!(format!("whole-{number}")));
            for body in [whole, least] {
                let answer = Answer::of(sender.post(send.path, &body).await).await;
                assert_eq!(answer.status, 200, "{}: {}", send.path, answer.text());
            }
        }
        assert_eq!(stored(&site).await[0], before[0] + 10);
        assert_eq!(site.count("SELECT count(*) FROM print_job").await, 4);
    }
}

#[tokio::test]
async fn names_of_the_first_version_are_refused_by_the_second() {
    for database in databases() {
        let (site, sender, sends, before) = begin(&database).await;
        let [new, nested, _, _, flat] = &sends;
        let mut alone = sender.message("bad", MATTI, "Normal");
        alone["electronic"]["attachments"] = new.body["electronic"]["attachments"].clone();
        let alone = Send {
            path: "/v2/messages/electronic",
            member: "validationErrors",
            body: alone,
        };
        let cases = [
            (&alone, "/electronic/files", "attachments"),
            (&alone, "/electronic/attachments/0/fileId", "attachmentId"),
            (new, "/electronic/files", "attachments"),
            (new, "/electronic/attachments/0/fileId", "attachmentId"),
            (new, "/paperMail/files", "attachments"),
            (new, "/paperMail/createCoverPage", "createAddressPage"),
            (new, "/paperMail/attachments/0/fileId", "attachmentId"),
            (nested, "/paperMail/files", "attachments"),
            (nested, "/paperMail/createCoverPage", "createAddressPage"),
            (nested, "/paperMail/attachments/0/fileId", "attachmentId"),
            (nested, "/files", "paperMail/attachments"),
            (nested, "/createCoverPage", "paperMail/createAddressPage"),
            (nested, "/colorPrinting", "paperMail/colorPrinting"),
            (nested, "/messageServiceType", "paperMail/messageServiceType"),
            (
                nested,
                "/printingAndEnvelopingService",
                "paperMail/printingAndEnvelopingService",
            ),
            (nested, "/recipient", "paperMail/recipient"),
            (nested, "/sender/address", "paperMail/sender/address"),
        ];
        for (send, at, name) in cases {
            let body = with(send.body.clone(), at, json!(false));
            let answer = Answer::of(sender.post(send.path, &body).await).await;
            let reason = answer.refused(400, at);
            let expected = [(at.to_owned(), "unknown-v1-field".to_owned())];
            assert_eq!(answer.violations(send.member), expected, "{}", send.path);
            assert!(reason.contains(&format!("send \"{name}\" instead")), "{reason}");
        }
        // A whole body of the first version, as an old client sends it to the new path.
        let answer = Answer::of(sender.post(nested.path, &flat.body).await).await;
        answer.refused(400, "flat");
        let mut places: Vec<_> = answer.violations("violations");
        places.sort();
        let expected = [
            ("/colorPrinting", "unknown-v1-field"),
            ("/createCoverPage", "unknown-v1-field"),
            ("/files", "unknown-v1-field"),
            ("/messageServiceType", "unknown-v1-field"),
            ("/paperMail", "required"),
            ("/printingAndEnvelopingService", "unknown-v1-field"),
            ("/recipient", "unknown-v1-field"),
            ("/sender/address", "unknown-v1-field"),
        ];
        assert_eq!(places, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
        assert_eq!(stored(&site).await, before);
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_printed_is_named_where_the_body_has_it() {
    for database in databases() {
        let (site, sender, sends, before) = begin(&database).await;
        let broken = sender.pdf("rikki.pdf").await;
        let text = sender.upload("a.txt", b"teksti".to_vec()).await;
        let text = text.json::<Value>().await.unwrap()["attachmentId"].clone();
        let places = [
            ("/v2/messages", "/paperMail/attachments/0/attachmentId"),
            ("/v2/paper-mail-without-id", "/paperMail/attachments/0/attachmentId"),
            ("/v1/messages", "/paperMail/files/0/fileId"),
            ("/v1/paper-mail-without-id", "/files/0/fileId"),
        ];
        for (path, at) in places {
            let send = sends.iter().find(|send| send.path == path).unwrap();
            for id in [json!(broken), text.clone()] {
                let body = with(send.body.clone(), at, id);
                let expected = [(at.to_owned(), "pdf-broken".to_owned())];
                refused(&sender, send, &body, &expected, at).await;
            }
        }
        assert_eq!(stored(&site).await, before);
    }
}
