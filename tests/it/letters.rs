//! Letters from a send through the spool to a print house and back: what it may fetch, what its reports become, and what is refused.

use reqwest::{Response, StatusCode};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use tiedoksi::domain::letter::pdf::examine;
use tiedoksi::evidence::verify::verify_proof;
use tiedoksi::hub::ActError;

use crate::a4::{a4_pdf, pdf};
use crate::harness::{Database, Settings, Site, databases, person};
use crate::sender::{Sender, sender};

const MATTI: &str = "010594Y9032";

pub fn paper(file: &str, kind: &str) -> Value {
    let address = |name: &str| json!({ "address": { "name": name, "streetAddress": "Keskitie 10", "zipCode": "44500", "city": "Viitasaari", "countryCode": "FI" } });
    json!({
        "attachments": [{ "attachmentId": file }],
        "colorPrinting": true, "createAddressPage": true, "rotateLandscapePages": true, "twoSidedPrinting": true,
        "messageServiceType": kind,
        "printingAndEnvelopingService": { "costPool": "AB12", "postiMessaging": {
            "username": "QXUSER", "password": "QXPW", "contactDetails": { "email": "posti@example.fi" } } },
        "recipient": address("Onni Osoitteeton"), "sender": address("Koekunta"),
    })
}

async fn uploaded(sender: &Sender, bytes: Vec<u8>) -> String {
    let answer = sender.upload("kirje.pdf", bytes).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let answer: Value = answer.json().await.unwrap();
    answer["attachmentId"].as_str().unwrap().to_owned()
}

fn without_id(sender: &Sender, external_id: &str, file: &str, kind: &str) -> Value {
    json!({ "externalId": external_id, "sender": { "serviceId": sender.service }, "paperMail": paper(file, kind) })
}

pub async fn sent_on_paper(sender: &Sender, external_id: &str, kind: &str) -> i64 {
    let file = uploaded(sender, a4_pdf("Kirje", 2)).await;
    accepted(
        sender,
        "/v2/paper-mail-without-id",
        &without_id(sender, external_id, &file, kind),
    )
    .await
}

async fn accepted(sender: &Sender, path: &str, body: &Value) -> i64 {
    let answer = sender.post(path, body).await;
    let (status, body) = (answer.status(), answer.json::<Value>().await.unwrap());
    assert_eq!(status, StatusCode::OK, "{body}");
    body["messageId"].as_i64().unwrap()
}

/// A print house with a key.
pub struct House<'a> {
    site: &'a Site,
    key: String,
}

impl<'a> House<'a> {
    pub async fn new(site: &'a Site) -> Self {
        let key = site.hub.add_print_house("Koepaino").await.unwrap();
        Self { site, key }
    }

    pub async fn get(&self, path: &str) -> Response {
        let client = self.site.browser().client;
        let request = client.get(self.site.at(&format!("/print/v1/jobs{path}")));
        request.bearer_auth(&self.key).send().await.unwrap()
    }

    pub async fn jobs(&self) -> Vec<String> {
        let answer = self.get("").await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let answer: Value = answer.json().await.unwrap();
        let id = |job: &Value| job["id"].as_str().unwrap().to_owned();
        answer["jobs"].as_array().unwrap().iter().map(id).collect()
    }

    async fn report(&self, job: &str, report: &Value) -> (StatusCode, Value) {
        let client = self.site.browser().client;
        let request = client.post(self.site.at(&format!("/print/v1/jobs/{job}/reports")));
        let answer = request.bearer_auth(&self.key).json(report).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    pub async fn sent(&self, job: &str) {
        assert_eq!(self.report(job, &json!({ "type": "sent" })).await.0, StatusCode::OK);
    }
}

async fn site(database: &Database) -> Site {
    let persons = vec![person(MATTI, "Matti", "Meikäläinen")];
    Site::start(database, persons, Settings::default()).await
}

/// The types of the feed with the names of their metadata.
async fn told(sender: &Sender) -> Vec<(String, Value)> {
    let (events, _) = sender.feed(None).await;
    events
        .into_iter()
        .map(|event| (event["type"].as_str().unwrap().to_owned(), event["metadata"].clone()))
        .collect()
}

#[tokio::test]
async fn a_letter_goes_through_the_spool_and_comes_back_as_evidence() {
    for database in databases() {
        let site = site(&database).await;
        let mut sender = sender(&site, "0208573-0", false).await;
        let house = House::new(&site).await;
        let file = uploaded(&sender, a4_pdf("Kirje", 2)).await;
        let mut message = sender.message("A-1", MATTI, "Verifiable");
        message["paperMail"] = paper(&file, "Verifiable");
        let id = accepted(&sender, "/v2/messages", &message).await;
        assert!(
            house.jobs().await.is_empty(),
            "nothing is offered before it lies in the spool"
        );
        assert_eq!(site.hub.spool_letters().await.unwrap(), 0);

        let jobs = house.jobs().await;
        assert_eq!(jobs.len(), 1);
        let job = &jobs[0];
        let sheet: Value = house.get(&format!("/{job}")).await.json().await.unwrap();
        let letter = house.get(&format!("/{job}/letter.pdf")).await;
        assert_eq!(letter.headers()["content-type"], "application/pdf");
        let letter = letter.bytes().await.unwrap();
        assert_eq!(examine(&letter).unwrap().pages, 3);
        let address = |name: &str| json!({ "name": name, "streetAddress": "Keskitie 10", "zipCode": "44500", "city": "Viitasaari", "countryCode": "FI" });
        let expected = json!({
            "jobId": job, "created": "2026-03-02T10:00:00Z", "messageId": id, "organisation": "0208573-0", "serviceId": sender.service,
            "mode": "verifiable", "pages": 3, "sheets": 2, "envelope": "C5", "colour": true, "twoSided": true, "addressPage": true,
            "costPool": "AB12", "contactEmail": "posti@example.fi", "recipient": address("Onni Osoitteeton"), "sender": address("Koekunta"),
            "letter": { "bytes": letter.len(), "sha256": hex::encode(digest(&SHA256, &letter)) },
        });
        assert_eq!(sheet, expected);
        // What lies in the store can be read by nobody who has only the store.
        let stored = std::fs::read(site.folder().join(format!("objects/spool/{job}/letter.pdf"))).unwrap();
        assert!(stored.len() > letter.len() && !stored.windows(5).any(|window| window == b"%PDF-"));

        let (status, answer) = house
            .report(job, &json!({ "type": "sent", "time": "2026-03-02T09:59:00+00:00" }))
            .await;
        assert_eq!(
            (status, &answer),
            (
                StatusCode::OK,
                &json!({ "jobId": job, "type": "sent", "time": "2026-03-02T09:59:00Z" })
            )
        );
        assert!(house.jobs().await.is_empty());
        for path in ["", "/letter.pdf"] {
            assert_eq!(
                house.get(&format!("/{job}{path}")).await.status(),
                StatusCode::NOT_FOUND
            );
        }
        assert!(!site.folder().join(format!("objects/spool/{job}/letter.pdf")).exists());
        assert!(!site.folder().join(format!("objects/spool/{job}/job.json")).exists());
        let kept = "SELECT COUNT(*) FROM print_job WHERE key_hub IS NOT NULL OR key_file IS NOT NULL OR NOT cleared";
        assert_eq!(site.count(kept).await, 0);

        site.advance(jiff::SignedDuration::from_hours(48));
        sender.log_in().await;
        let received = json!({ "type": "receiptConfirmed", "time": "2026-03-03T13:30:00+02:00", "trackingCode": "JJFI65432100000000001",
            "recipientSignature": "M. Meikäläinen" });
        assert_eq!(house.report(job, &received).await.0, StatusCode::OK);
        site.seal().await;
        let about = json!({ "messageId": id, "serviceId": sender.service, "externalId": "A-1" });
        let mut signed = about.clone();
        signed["postiTrackingCode"] = json!("JJFI65432100000000001");
        signed["recipientSignature"] = json!("M. Meikäläinen");
        let expected = [
            ("Paper mail created", &about),
            ("Sent for printing and enveloping", &about),
            ("Posti: receipt confirmed", &signed),
        ];
        assert_eq!(
            told(&sender).await,
            expected.map(|(kind, metadata)| (kind.to_owned(), metadata.clone()))
        );
        // When the hub recorded it, not when it happened.
        let (events, _) = sender.feed(None).await;
        let times: Vec<&Value> = events.iter().map(|event| &event["eventTime"]).collect();
        assert_eq!(
            times,
            [
                "2026-03-02T10:00:00.000Z",
                "2026-03-02T10:00:00.000Z",
                "2026-03-04T10:00:00.000Z"
            ]
        );

        let proof = sender
            .get(&format!("/api/v1/messages/{id}/proof"))
            .await
            .bytes()
            .await
            .unwrap();
        assert_eq!(verify_proof(&proof, &site.trust()).exit_code(), 0);
        check_records(&proof);
    }
}

/// The records of a letter that someone signed for: one chain, the same parties, and nothing of the post's word in the clear.
fn check_records(proof: &[u8]) {
    let parsed: tiedoksi::evidence::proof::DeliveryProof = serde_json::from_slice(proof).unwrap();
    let texts: Vec<String> = parsed
        .events
        .iter()
        .map(|it| String::from_utf8(it.event.clone().unwrap()).unwrap())
        .collect();
    let records: Vec<Value> = texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let types: Vec<&str> = records.iter().map(|it| it["type"].as_str().unwrap()).collect();
    assert_eq!(
        types,
        [
            "http://uri.etsi.org/19522/Event/SubmissionAcceptance",
            "http://uri.etsi.org/19522/Event/RelayToNonERDS",
            "urn:tiedoksi:event:post-receipt-confirmed"
        ]
    );
    assert!(
        texts
            .iter()
            .all(|text| !text.contains("JJFI") && !text.contains("Meikäläinen") && !text.contains("Koepaino"))
    );
    let proof: Value = serde_json::from_slice(proof).unwrap();
    let disclosed = |event: usize, field: &str| {
        let all = proof["events"][event]["disclosures"].as_array().unwrap();
        all.iter().find(|one| one["field"] == field).unwrap()["value"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    for event in 0..3 {
        assert_eq!(
            (disclosed(event, "sender"), disclosed(event, "recipient")),
            ("0208573-0".into(), MATTI.into())
        );
    }
    assert_eq!(
        disclosed(1, "actor"),
        r#"{"printHouse":"Koepaino","time":"2026-03-02T09:59:00Z"}"#
    );
    assert_eq!(
        disclosed(2, "actor"),
        r#"{"signature":"M. Meikäläinen","time":"2026-03-03T11:30:00Z","trackingCode":"JJFI65432100000000001"}"#
    );
    let times: Vec<&Value> = records.iter().map(|it| &it["time"]).collect();
    assert_eq!(
        times,
        [
            "2026-03-02T10:00:00.000Z",
            "2026-03-02T10:00:00.000Z",
            "2026-03-04T10:00:00.000Z"
        ]
    );
}

#[tokio::test]
async fn reports_follow_one_another_and_are_taken_once() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let house = House::new(&site).await;
        for n in 0..3 {
            sent_on_paper(&sender, &format!("A-{n}"), "Normal").await;
        }
        let absent = "00000000-0000-7000-8000-000000000000";
        assert_eq!(
            house.report(absent, &json!({ "type": "sent" })).await.0,
            StatusCode::NOT_FOUND
        );
        site.hub.spool_letters().await.unwrap();
        let jobs = house.jobs().await;
        let result = |kind: &str, code: &str| json!({ "type": kind, "trackingCode": code });
        let sheet: Value = house.get(&format!("/{}", jobs[0])).await.json().await.unwrap();

        let (status, answer) = house.report(&jobs[0], &result("returned", "A")).await;
        assert_eq!((status, &answer["status"]), (StatusCode::CONFLICT, &json!(409)));
        assert!(answer["detail"].as_str().unwrap().contains("Report `sent` first"));

        // Twenty at once: one record, and the same answer to all.
        let sent = json!({ "type": "sent" });
        let answers = futures::future::join_all((0..20).map(|_| house.report(&jobs[0], &sent))).await;
        assert!(
            answers.iter().all(|answer| *answer == answers[0]) && answers[0].0 == StatusCode::OK,
            "{answers:?}"
        );
        let another = json!({ "type": "sent", "time": "2026-03-01T00:00:00Z" });
        assert_eq!(house.report(&jobs[0], &another).await.0, StatusCode::CONFLICT);

        let unresolved = result("unresolved", "A");
        let answers = futures::future::join_all((0..20).map(|_| house.report(&jobs[0], &unresolved))).await;
        assert!(
            answers.iter().all(|answer| *answer == answers[0]) && answers[0].0 == StatusCode::OK,
            "{answers:?}"
        );
        assert_eq!(
            house.report(&jobs[0], &result("unresolved", "B")).await.0,
            StatusCode::CONFLICT
        );
        // It turned up after all.
        let returned = result("returned", "A");
        let first = house.report(&jobs[0], &returned).await;
        assert_eq!(first.0, StatusCode::OK);
        site.advance(jiff::SignedDuration::from_mins(10));
        assert_eq!(
            house.report(&jobs[0], &returned).await,
            first,
            "a repeat is answered as the first time"
        );
        for other in [unresolved, result("returned", "B")] {
            assert_eq!(house.report(&jobs[0], &other).await.0, StatusCode::CONFLICT);
        }
        assert_eq!(house.report(&jobs[0], &sent).await.0, StatusCode::OK, "a late repeat");

        // Ordinary post has no receipt, and every violation is named.
        house.sent(&jobs[1]).await;
        let signed = json!({ "type": "receiptConfirmed", "trackingCode": "A", "recipientSignature": "O. O." });
        let (status, answer) = house.report(&jobs[1], &signed).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert!(answer["detail"].as_str().unwrap().contains("ordinary post"));
        let (status, answer) = house
            .report(&jobs[1], &json!({ "type": "receiptConfirmed", "time": 1 }))
            .await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        let violations = answer["violations"].as_array().unwrap();
        let pointers: Vec<&str> = violations.iter().map(|it| it["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/time", "/trackingCode", "/recipientSignature"]);
        assert_eq!(house.jobs().await, jobs[2..]);

        site.seal().await;
        let told = told(&sender).await;
        // What the post said of this letter, and nothing of a signature.
        let created = told.iter().find(|(_, about)| about["messageId"] == sheet["messageId"]);
        let about = json!({ "messageId": sheet["messageId"], "serviceId": sender.service,
            "externalId": created.unwrap().1["externalId"], "postiTrackingCode": "A" });
        let post: Vec<_> = told
            .iter()
            .filter(|(kind, _)| kind.starts_with("Posti: "))
            .cloned()
            .collect();
        let expected = ["Posti: unresolved", "Posti: returned to sender"];
        assert_eq!(post, expected.map(|kind| (kind.to_owned(), about.clone())));
        let kinds: Vec<String> = told.into_iter().map(|(kind, _)| kind).collect();
        let count = |kind: &str| kinds.iter().filter(|it| *it == kind).count();
        assert_eq!(
            (count("Paper mail created"), count("Sent for printing and enveloping")),
            (3, 2)
        );
        assert_eq!((count("Posti: unresolved"), count("Posti: returned to sender")), (1, 1));
        assert_eq!(kinds.len(), 7);
    }
}

#[tokio::test]
async fn pages_of_jobs_and_a_door_of_its_own() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let house = House::new(&site).await;
        for n in 0..5 {
            sent_on_paper(&sender, &format!("A-{n}"), "Normal").await;
            site.advance(jiff::SignedDuration::from_secs(1));
        }
        site.hub.spool_letters().await.unwrap();
        let all = house.jobs().await;
        assert_eq!(all.len(), 5);
        assert!(all.is_sorted(), "oldest first");
        let page: Value = house
            .get(&format!("?after={}&limit=2", all[1]))
            .await
            .json()
            .await
            .unwrap();
        assert_eq!(page["jobs"].as_array().unwrap().len(), 2);
        assert_eq!(page["jobs"][0]["id"], all[2]);
        for wrong in ["?limit=0", "?limit=1001", "?limit=x", "?after=1"] {
            assert_eq!(house.get(wrong).await.status(), StatusCode::BAD_REQUEST, "{wrong}");
        }
        for unknown in ["/x", "/x/letter.pdf", "/00000000-0000-7000-8000-000000000000"] {
            assert_eq!(house.get(unknown).await.status(), StatusCode::NOT_FOUND, "{unknown}");
        }

        let paths = [String::new(), format!("/{}", all[0]), format!("/{}/letter.pdf", all[0])];
        let wrong = "tph_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned();
        for key in ["", &sender.token, &wrong] {
            let stranger = House {
                site: &site,
                key: key.to_owned(),
            };
            for path in &paths {
                let answer = stranger.get(path).await;
                assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
                assert_eq!(answer.headers()["content-type"], "application/problem+json");
            }
            assert_eq!(
                stranger.report(&all[0], &json!({ "type": "sent" })).await.0,
                StatusCode::UNAUTHORIZED
            );
        }
        let with_its_key = sender.client.get(sender.at("/v2/events")).bearer_auth(&house.key);
        assert_eq!(with_its_key.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);

        assert!(matches!(
            site.hub.add_print_house("Koepaino").await,
            Err(ActError::Forbidden(_))
        ));
        let second = site.hub.add_print_house("Toinen").await.unwrap();
        site.hub.revoke_print_house("Koepaino").await.unwrap();
        assert!(matches!(
            site.hub.revoke_print_house("Koepaino").await,
            Err(ActError::NotFound)
        ));
        // What a process remembers it forgets after two seconds; another one never knew it.
        assert_eq!(house.get("").await.status(), StatusCode::OK);
        site.advance(jiff::SignedDuration::from_secs(3));
        assert_eq!(house.get("").await.status(), StatusCode::UNAUTHORIZED);
        let elsewhere = site.another_hub().await;
        assert!(matches!(
            elsewhere.print_house(&house.key).await,
            Err(ActError::NotLoggedIn)
        ));
        assert_eq!(&*elsewhere.print_house(&second).await.unwrap().name, "Toinen");
        let listed = site.hub.list_print_houses().await.unwrap();
        let states: Vec<_> = listed.iter().map(|it| (it.name.as_str(), it.active)).collect();
        assert_eq!(states, [("Koepaino", false), ("Toinen", true)]);
        assert_eq!(
            site.count("SELECT COUNT(*) FROM print_house WHERE LENGTH(key_digest) = 32")
                .await,
            2
        );
    }
}

#[tokio::test]
async fn what_cannot_be_printed_is_refused_at_send_with_the_reason() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let whole = a4_pdf("Kirje", 2);
        let cases = [
            (pdf("Kirje", 2, "[0 0 612 792]"), "pdf-not-a4", "pages 1 and 2"),
            (whole[..whole.len() - 60].to_vec(), "pdf-broken", "cut short"),
            (encrypted(), "pdf-encrypted", "without password"),
            (exhausting(), "pdf-broken", "more memory or time"),
            (
                padded(10_000_001),
                "pdf-too-large",
                "The PDF has 10000001 bytes; at most 10000000 can be printed.",
            ),
        ];
        for (file, code, words) in cases {
            let started = std::time::Instant::now();
            let file = uploaded(&sender, file).await;
            let answer = sender
                .post(
                    "/v2/paper-mail-without-id",
                    &without_id(&sender, "A-1", &file, "Normal"),
                )
                .await;
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{code}");
            let answer: Value = answer.json().await.unwrap();
            assert!(answer["reason"].as_str().unwrap().contains(words), "{answer}");
            assert_eq!(answer["violations"][0]["code"], code);
            assert_eq!(
                answer["violations"][0]["pointer"],
                "/paperMail/attachments/0/attachmentId"
            );
            assert_eq!(answer["violations"].as_array().unwrap().len(), 1);
            assert!(started.elapsed().as_secs() < 60, "{code} took {:?}", started.elapsed());
        }
        assert_eq!(site.count("SELECT COUNT(*) FROM print_job").await, 0);
        assert_eq!(site.count("SELECT COUNT(*) FROM submission").await, 0);
        // The same id is free, and a file of more than one chunk goes.
        let file = uploaded(&sender, padded(600_000)).await;
        accepted(
            &sender,
            "/v2/paper-mail-without-id",
            &without_id(&sender, "A-1", &file, "Normal"),
        )
        .await;
        assert_eq!(site.hub.spool_letters().await.unwrap(), 0);
        assert_eq!(
            site.count("SELECT COUNT(*) FROM print_job WHERE state = 'spooled'")
                .await,
            1
        );
    }
}

/// A letter of exactly so many bytes. Its text is drawn outside the page, and none of it is packed.
fn padded(size: usize) -> Vec<u8> {
    let mut text = "x".repeat(size - a4_pdf("", 1).len());
    // The numbers in the file have more digits than those of a short one.
    let more = a4_pdf(&text, 1).len() - size;
    text.truncate(text.len() - more);
    let letter = a4_pdf(&text, 1);
    assert_eq!(letter.len(), size);
    letter
}

/// Says that it is encrypted, in a way that nobody knows.
fn encrypted() -> Vec<u8> {
    let text = String::from_utf8(a4_pdf("Kirje", 1)).unwrap();
    text.replace("/Root 1 0 R", "/Root 1 0 R /Encrypt << /Filter /Nobody /V 99 >>")
        .into_bytes()
}

/// A table that names the same large object under very many numbers: each is read anew.
fn exhausting() -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let object = file.len();
    file.extend_from_slice(b"1 0 obj\n[");
    file.extend_from_slice(&b"0 ".repeat(1 << 18));
    file.extend_from_slice(b"]\nendobj\n");
    let (start, entries) = (file.len(), 60_000);
    file.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", entries + 1).as_bytes());
    file.extend(format!("{object:010} 00000 n \n").into_bytes().repeat(entries));
    file.extend_from_slice(
        format!(
            "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
            entries + 1
        )
        .as_bytes(),
    );
    file
}

#[tokio::test]
async fn an_upload_stays_until_its_letter_is_with_the_print_house() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let house = House::new(&site).await;
        // More letters than a sweep takes at once, all of one upload, and older than the upload that the sweep is to find.
        let file = uploaded(&sender, a4_pdf("Kirje", 1)).await;
        accepted(
            &sender,
            "/v2/paper-mail-without-id",
            &without_id(&sender, "A-1", &file, "Normal"),
        )
        .await;
        site.advance(jiff::SignedDuration::from_secs(1));
        let unused = uploaded(&sender, a4_pdf("Muu", 1)).await;
        site.advance(jiff::SignedDuration::from_hours(26));
        assert_eq!(site.hub.sweep_uploads().await.unwrap(), 1, "the unused one alone");
        let stored = |id: &str| site.folder().join(format!("objects/attachments/{id}")).exists();
        assert!(stored(&file) && !stored(&unused));

        assert_eq!(site.hub.spool_letters().await.unwrap(), 0);
        let jobs = house.jobs().await;
        assert_eq!(site.hub.sweep_uploads().await.unwrap(), 0, "it may be composed again");
        house.sent(&jobs[0]).await;
        assert_eq!(site.hub.sweep_uploads().await.unwrap(), 1);
        assert!(!stored(&file));
        assert_eq!(site.count("SELECT COUNT(*) FROM attachment").await, 0);
    }
}

#[tokio::test]
async fn one_letter_that_cannot_be_laid_down_stops_no_other() {
    for database in databases() {
        let site = site(&database).await;
        let sender = sender(&site, "0208573-0", false).await;
        let house = House::new(&site).await;
        let file = uploaded(&sender, a4_pdf("Kirje", 1)).await;
        accepted(
            &sender,
            "/v2/paper-mail-without-id",
            &without_id(&sender, "A-1", &file, "Normal"),
        )
        .await;
        sent_on_paper(&sender, "A-2", "Normal").await;
        let (here, away) = (
            site.folder().join(format!("objects/attachments/{file}")),
            site.folder().join("away"),
        );
        std::fs::rename(&here, &away).unwrap();
        assert_eq!(site.hub.spool_letters().await.unwrap(), 1);
        assert_eq!(house.jobs().await.len(), 1);
        std::fs::rename(&away, &here).unwrap();
        // Two processes at once: each letter lies there once.
        let other = site.another_hub().await;
        let (one, two) = tokio::join!(site.hub.spool_letters(), other.spool_letters());
        assert_eq!((one.unwrap(), two.unwrap()), (0, 0));
        let jobs = house.jobs().await;
        assert_eq!(jobs.len(), 2);
        for job in &jobs {
            let sheet: Value = house.get(&format!("/{job}")).await.json().await.unwrap();
            let letter = house.get(&format!("/{job}/letter.pdf")).await.bytes().await.unwrap();
            assert_eq!(sheet["letter"]["sha256"], hex::encode(digest(&SHA256, &letter)));
        }

        // A crash between `sent` and clearing: the sweep finishes.
        let spooled = site.folder().join(format!("objects/spool/{}/letter.pdf", jobs[0]));
        let kept = site.folder().join("kept");
        std::fs::copy(&spooled, &kept).unwrap();
        house.sent(&jobs[0]).await;
        std::fs::create_dir(spooled.parent().unwrap()).unwrap();
        std::fs::rename(&kept, &spooled).unwrap();
        site.execute("UPDATE print_job SET cleared = (1 = 0)").await;
        assert_eq!(site.hub.sweep_spool().await.unwrap(), 1);
        assert!(!spooled.parent().unwrap().exists());
        assert_eq!(site.hub.sweep_spool().await.unwrap(), 0);
    }
}
