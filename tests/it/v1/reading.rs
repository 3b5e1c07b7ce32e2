//! What the first version reads: events, end users' messages, the state of a sent message.

use jiff::SignedDuration;

use super::*;

/// A page of the first version's feed, and the token after it.
async fn feed(sender: &Sender, token: Option<&str>) -> (Vec<Value>, String) {
    let path = token.map_or("/v1/events".to_owned(), |token| {
        format!("/v1/events?continuationToken={token}")
    });
    let answer = Answer::of(sender.get(&path).await).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_deprecated(&answer, "../v2/events", &path);
    let page = answer.json();
    publisher::assert_fits("Events", &page);
    (
        page["events"].as_array().unwrap().clone(),
        page["continuationToken"].as_str().unwrap().to_owned(),
    )
}

async fn get(sender: &Sender, path: &str, status: u16) -> Value {
    let answer = Answer::of(sender.get(path).await).await;
    assert_eq!(answer.status, status, "{path}: {}", answer.text());
    assert!(answer.headers.contains_key("deprecation"), "{path}");
    answer.json()
}

/// Entity and type of each event, and its message.
fn told(events: &[Value]) -> Vec<(String, i64)> {
    let words = |event: &Value| {
        let (entity, kind) = (
            event["entityType"].as_str().unwrap(),
            event["eventType"].as_str().unwrap(),
        );
        format!("{entity}: {kind}, {}", event["metadata"]["direction"].as_str().unwrap())
    };
    events
        .iter()
        .map(|event| (words(event), event["metadata"]["messageId"].as_i64().unwrap()))
        .collect()
}

#[tokio::test]
async fn both_feeds_tell_of_the_same_messages_with_the_same_tokens() {
    for database in databases() {
        let (site, sender) = begin(&database).await;
        let matti = active(&site, MATTI).await;
        let (none, start) = feed(&sender, None).await;
        assert!(none.is_empty());
        let old = sent(&sender, "/v1/messages/electronic", &electronic(&sender, "A-1", MATTI)).await;
        let new = sender.sent(&sender.message("A-2", MATTI, "Verifiable")).await;
        let file = file(&sender, "kirje.pdf", a4_pdf("Kirje", 1)).await;
        let on_paper = sent(&sender, "/v1/paper-mail-without-id", &paper(&sender, "A-3", &file)).await;
        site.seal().await;
        let (first, middle) = feed(&sender, Some(&start)).await;
        let by_new = |events: &[Value]| -> Vec<(String, i64)> {
            let kind = |event: &Value| event["type"].as_str().unwrap().to_owned();
            events
                .iter()
                .map(|event| (kind(event), event["metadata"]["messageId"].as_i64().unwrap()))
                .collect()
        };
        let (same, same_middle) = sender.feed(Some(&start)).await;
        assert_eq!(middle, same_middle);
        let created = "Electronic: Created, FROM_ORGANIZATION".to_owned();
        let mut expected = vec![
            (created.clone(), old),
            (created, new),
            ("Paper mail: Created, FROM_ORGANIZATION".to_owned(), on_paper),
        ];
        assert_eq!(told(&first), expected);
        let names = [
            "Electronic message created",
            "Electronic message created",
            "Paper mail created",
        ];
        let by_new_names: Vec<_> = names
            .iter()
            .map(|it| (*it).to_owned())
            .zip([old, new, on_paper])
            .collect();
        assert_eq!(by_new(&same), by_new_names);

        site.hub.open(&matti, message_id(old)).await.unwrap();
        site.hub.confirm(&matti, message_id(new)).await.unwrap();
        let reply = reply(&site, &matti, new).await;
        site.seal().await;
        // From the second version's token, and again from the first's.
        let (rest, end) = feed(&sender, Some(&same_middle)).await;
        assert_eq!(sender.feed(Some(&middle)).await.1, end);
        expected = vec![
            ("Electronic: Read, FROM_ORGANIZATION".to_owned(), old),
            ("Electronic: Receipt confirmed, FROM_ORGANIZATION".to_owned(), new),
            ("Electronic: Read, FROM_ORGANIZATION".to_owned(), new),
            ("Electronic: Created, FROM_END_USER".to_owned(), reply),
        ];
        assert_eq!(told(&rest), expected);
        let confirmed = json!({
            "direction": "FROM_ORGANIZATION", "messageId": new, "serviceId": sender.service, "externalId": "A-2",
            "receiptConfirmedBy": "Matti Meikäläinen"
        });
        assert_eq!(rest[1]["metadata"], confirmed);
        let from_end_user = json!({ "direction": "FROM_END_USER", "messageId": reply, "serviceId": sender.service });
        assert_eq!(rest[3]["metadata"], from_end_user);
        assert_eq!(feed(&sender, Some(&end)).await, (Vec::new(), end));

        for query in [
            "continuationToken=",
            "continuationToken=abc",
            "continuationToken=i1&continuationToken=i2",
        ] {
            let body = get(&sender, &format!("/v1/events?{query}"), 400).await;
            assert_eq!(body["validationErrors"][0]["pointer"], "/continuationToken", "{query}");
            publisher::assert_refusal(&body);
        }
    }
}

#[tokio::test]
async fn a_message_of_an_end_user_is_read_by_both_versions() {
    for database in databases() {
        let (site, sender) = begin(&database).await;
        let matti = active(&site, MATTI).await;
        let first = sender.sent(&sender.message("A-1", MATTI, "Normal")).await;
        site.hub.open(&matti, message_id(first)).await.unwrap();
        let reply = reply(&site, &matti, first).await;
        let old = get(&sender, &format!("/v1/messages/{reply}"), 200).await;
        publisher::assert_fits("MessageFromEndUserResponse", &old);
        let mut new: Value = sender.get(&format!("/v2/messages/{reply}")).await.json().await.unwrap();
        publisher::assert_fits("MessageFromEndUserResponseV2", &new);
        let thread = json!({ "inReplyToMessageId": first, "rootMessageId": first });
        assert_eq!(old["electronic"]["thread"], thread);
        new["electronic"]["thread"] = thread;
        assert_eq!(old, new);

        // The literal path is not taken for an id.
        let found: Value = sender.get("/v1/messages/id?externalId=A-1").await.json().await.unwrap();
        assert_eq!(found, json!({ "messageId": first }));
        let other = crate::sender::sender(&site, "9900001-8", false).await;
        for (path, caller) in [
            (format!("/v1/messages/{first}"), &sender),
            ("/v1/messages/9007199254740991".to_owned(), &sender),
            (format!("/v1/messages/{reply}"), &other),
        ] {
            let body = get(caller, &path, 404).await;
            publisher::assert_fits("ErrorResponseV1", &body);
        }
        for id in ["abc", "0", "-1", "1.5", "9007199254740992", "%FF", "%00"] {
            for path in [format!("/v1/messages/{id}"), format!("/v1/messages/{id}/state")] {
                let body = get(&sender, &path, 400).await;
                assert_eq!(body["validationErrors"][0]["pointer"], "/id", "{path}");
                publisher::assert_refusal(&body);
            }
        }
        site.advance(SignedDuration::from_hours(24 * 31));
        let mut sender = sender;
        sender.log_in().await;
        get(&sender, &format!("/v1/messages/{reply}"), 404).await;
    }
}

/// The words of a list of statuses.
fn words(statuses: &Value) -> Vec<&str> {
    let list = statuses["statuses"].as_array().unwrap();
    list.iter().map(|it| it["status"].as_str().unwrap()).collect()
}

/// The print house takes the letter of this message, and reports it as sent and then as returned.
async fn collect(site: &Site, message: i64) {
    let key = site.hub.add_print_house("Koepaino").await.unwrap();
    let client = site.browser().client;
    let get = async |path: &str| -> Value {
        let answer = client.get(site.at(path)).bearer_auth(&key).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    };
    assert_eq!(site.hub.spool_letters().await.unwrap(), 0);
    for job in get("/print/v1/jobs").await["jobs"].as_array().unwrap() {
        let path = format!("/print/v1/jobs/{}", job["id"].as_str().unwrap());
        if get(&path).await["messageId"] != message {
            continue;
        }
        for report in [
            json!({ "type": "sent" }),
            json!({ "type": "returned", "trackingCode": "A" }),
        ] {
            let request = client.post(site.at(&format!("{path}/reports"))).bearer_auth(&key);
            assert_eq!(request.json(&report).send().await.unwrap().status(), 200);
        }
        return;
    }
    panic!("no job of message {message}");
}

#[tokio::test]
async fn the_state_of_a_message_grows_with_what_happens() {
    for database in databases() {
        let (site, mut sender) = begin(&database).await;
        let matti = active(&site, MATTI).await;
        let file = file(&sender, "kirje.pdf", a4_pdf("Kirje", 1)).await;
        let normal = sent(&sender, "/v1/messages/electronic", &electronic(&sender, "A-1", MATTI)).await;
        let verifiable = sender.sent(&sender.message("A-2", MATTI, "Verifiable")).await;
        let on_paper = sent(&sender, "/v1/messages", &multichannel(&sender, "A-3", STRANGER, &file)).await;
        let to_address = sent(&sender, "/v1/paper-mail-without-id", &paper(&sender, "A-4", &file)).await;
        let state = async |id: i64| {
            let state = get(&sender, &format!("/v1/messages/{id}/state"), 200).await;
            publisher::assert_fits("MessageState", &state);
            assert_eq!(words(&state), ["Created"]);
            assert_eq!(state["statuses"][0]["createdAt"], "2026-03-02T10:00:00.000Z");
            state
        };
        // Asked before anything is numbered in the log.
        let told = state(normal).await;
        assert_eq!(words(&told["electronic"]), ["Created", "Readable"]);
        assert!(told.get("paperMail").is_none());
        assert_eq!(words(&state(verifiable).await["electronic"]), ["Created"]);
        for letter in [on_paper, to_address] {
            let told = state(letter).await;
            assert_eq!(words(&told["paperMail"]), ["Created"]);
            assert!(told.get("electronic").is_none());
        }
        site.advance(SignedDuration::from_mins(5));
        // A letter with the print house; what becomes of it later has no word here. The other one still waits.
        collect(&site, on_paper).await;
        let told = state(on_paper).await;
        let printed = ["Created", "Sent for printing and enveloping"];
        assert_eq!(words(&told["paperMail"]), printed);
        let times = [0, 1].map(|at| told["paperMail"]["statuses"][at]["createdAt"].clone());
        assert_eq!(times, ["2026-03-02T10:00:00.000Z", "2026-03-02T10:05:00.000Z"]);
        assert!(told.get("electronic").is_none());
        assert_eq!(words(&state(to_address).await["paperMail"]), ["Created"]);
        site.hub.open(&matti, message_id(normal)).await.unwrap();
        site.hub.open(&matti, message_id(normal)).await.unwrap();
        let told = state(normal).await;
        assert_eq!(words(&told["electronic"]), ["Created", "Readable", "Read"]);
        let times: Vec<_> = (0..3)
            .map(|at| told["electronic"]["statuses"][at]["createdAt"].clone())
            .collect();
        let (sent_at, read_at) = ("2026-03-02T10:00:00.000Z", "2026-03-02T10:05:00.000Z");
        assert_eq!(times, [sent_at, sent_at, read_at]);
        site.hub.confirm(&matti, message_id(verifiable)).await.unwrap();
        let told = state(verifiable).await;
        let confirmed = ["Created", "Receipt confirmed", "Readable", "Read"];
        assert_eq!(words(&told["electronic"]), confirmed);

        // Not of what an end user wrote, nor of another system's, nor of what is older than the window.
        let reply = reply(&site, &matti, verifiable).await;
        let other = crate::sender::sender(&site, "9900001-8", false).await;
        for (caller, id) in [
            (&sender, reply),
            (&sender, 9_007_199_254_740_991),
            (&other, normal),
            (&other, on_paper),
        ] {
            let body = get(caller, &format!("/v1/messages/{id}/state"), 404).await;
            publisher::assert_fits("ErrorResponseV1", &body);
        }
        // Retrieved after its window it becomes readable, and is never confirmed.
        let late = sender.sent(&sender.message("A-5", MATTI, "Verifiable")).await;
        site.advance(SignedDuration::from_hours(24 * 20));
        let matti = site.citizen(MATTI).await;
        site.hub.confirm(&matti, message_id(late)).await.unwrap();
        sender.log_in().await;
        let told = get(&sender, &format!("/v1/messages/{late}/state"), 200).await;
        assert_eq!(words(&told["electronic"]), ["Created", "Readable", "Read"]);
        site.advance(SignedDuration::from_hours(24 * 11));
        sender.log_in().await;
        get(&sender, &format!("/v1/messages/{normal}/state"), 404).await;
    }
}
