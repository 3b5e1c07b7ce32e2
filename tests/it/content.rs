//! What may be uploaded: the named corpus through the sender's door, and what a refusal leaves behind, which is nothing.

mod corpus;
mod forge;

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use tiedoksi::domain::attachment::Accepts;
use tiedoksi::hub::view::Opened;

use crate::harness::{Database, HERE, Settings, Site, databases, person, until};
use crate::sender::{Sender, pdf, sender};
use crate::wire::Answer;
use corpus::Sample;

const HELMI: &str = "010594Y9032";
const ATTACHMENTS: &str = "SELECT count(*) FROM attachment";

#[tokio::test]
async fn the_corpus_is_refused_with_a_reason_and_nothing_of_it_is_stored() {
    let (samples, of_first_version) = (corpus::bad(), corpus::bad_of_first_version());
    let all = || samples.iter().chain(&of_first_version);
    let names: BTreeSet<_> = all().map(|it| it.sample).collect();
    assert_eq!(names.len(), all().count());
    assert!(samples.len() >= 20);
    for database in databases() {
        let site = Site::start(&database, Vec::new(), Settings::default()).await;
        let sender = sender(&site, "0208573-0", false).await;
        for it in &samples {
            let answer = sender.upload(it.filename, it.bytes.clone()).await;
            assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{}", it.sample);
            let reason = answer.json::<Value>().await.unwrap()["reason"]
                .as_str()
                .unwrap()
                .to_owned();
            assert!(reason.contains(it.refused.unwrap()), "{}: {reason}", it.sample);
        }
        // The first version's door takes more types, and none of these either. A GIF is refused there for what it hides, not for being one.
        for it in all().filter(|it| it.sample != "gif with jar") {
            let answer = upload_first_version(&sender, it).await;
            let reason = answer.refused(415, it.sample);
            assert!(reason.contains(it.refused.unwrap()), "{}: {reason}", it.sample);
        }
        assert_eq!(site.count(ATTACHMENTS).await, 0);
        assert_eq!(site.stored_files(), 0);
    }
}

#[tokio::test]
async fn an_upload_that_is_given_up_at_any_step_leaves_nothing() {
    let site = Site::start(&Database::Sqlite, Vec::new(), Settings::default()).await;
    let sender = sender(&site, "0208573-0", false).await;
    let principal = site.hub.sender(&sender.token, HERE).await.unwrap();
    let mut given_up = 0;
    loop {
        let bytes = futures::stream::iter([Ok(bytes::Bytes::from(pdf("x")))]);
        let upload = site
            .hub
            .upload_as_sender(&principal, Accepts::Attachments, "a.pdf", bytes);
        let mut upload = pin!(upload);
        let mut waits = 0;
        let done = poll_fn(|context| match upload.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if waits == given_up => Poll::Ready(None),
            Poll::Pending => {
                waits += 1;
                Poll::Pending
            }
        })
        .await;
        if let Some(done) = done {
            done.unwrap();
            break;
        }
        given_up += 1;
    }
    // It waits at least until the bytes are visible, and until the row is written.
    assert!(given_up >= 2, "{given_up}");
    let rows = usize::try_from(site.count(ATTACHMENTS).await).unwrap();
    until(|| site.stored_files() == rows).await;
}

/// By the first version's door, which wants a recipient.
async fn upload_first_version(sender: &Sender, it: &Sample) -> Answer {
    let file = Part::bytes(it.bytes.clone()).file_name(it.filename);
    let metadata = serde_json::json!({ "recipientId": HELMI }).to_string();
    let form = Form::new().part("file", file).text("metadata", metadata);
    let request = sender.client.post(sender.at("/v1/attachments"));
    let request = request.header("Authorization", &sender.token).multipart(form);
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn what_people_really_send_is_taken() {
    let samples = corpus::good();
    assert!(samples.len() >= 10);
    for database in databases() {
        let site = Site::start(&database, Vec::new(), Settings::default()).await;
        let sender = sender(&site, "0208573-0", false).await;
        for it in &samples {
            let answer = sender.upload(it.filename, it.bytes.clone()).await;
            let status = answer.status();
            assert_eq!(
                status,
                StatusCode::CREATED,
                "{}: {}",
                it.sample,
                answer.text().await.unwrap()
            );
        }
        assert_eq!(site.count(ATTACHMENTS).await, i64::try_from(samples.len()).unwrap());
        assert_eq!(site.stored_files(), samples.len());
    }
}

#[tokio::test]
async fn a_second_file_in_one_form_is_refused_and_other_parts_are_passed_over() {
    let part = |name: &str| Part::bytes(pdf(name)).file_name(format!("{name}.pdf"));
    for database in databases() {
        let site = Site::start(&database, Vec::new(), Settings::default()).await;
        let sender = sender(&site, "0208573-0", false).await;
        let send = async |form: Form| {
            let request = sender.client.post(sender.at("/v2/attachments"));
            let request = request.header("Authorization", &sender.token).multipart(form);
            request.send().await.unwrap()
        };
        for second in [
            Form::new().part("file", part("a")).part("file", part("b")),
            Form::new()
                .part("file", part("a"))
                .text("x", "y")
                .part("file", part("b")),
            Form::new().part("file", part("a")).text("file", "without a name"),
        ] {
            let answer = send(second).await;
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
            let reason = answer.json::<Value>().await.unwrap()["reason"].to_string();
            assert!(reason.contains("more than one part"), "{reason}");
        }
        assert_eq!(site.count(ATTACHMENTS).await, 0);
        assert_eq!(site.stored_files(), 0);

        let other = Form::new()
            .text("metadata", "{}")
            .part("file", part("a"))
            .text("x", "y".repeat(100_000));
        assert_eq!(send(other).await.status(), StatusCode::CREATED);
        assert_eq!(site.count(ATTACHMENTS).await, 1);
    }
}

#[tokio::test]
async fn a_file_keeps_its_name_and_is_offered_under_a_safe_one() {
    let long = format!("{}.pdf", "ä".repeat(251));
    // The name as given, and the two that a browser is offered (RFC 6266, RFC 8187).
    let cases = [
        ("päätös 1.pdf", "paatos 1.pdf", "p%C3%A4%C3%A4t%C3%B6s%201.pdf"),
        // As a Mac spells it: marks apart from their letters.
        (
            "pa\u{308}a\u{308}to\u{308}s 2.pdf",
            "paatos 2.pdf",
            "p%C3%A4%C3%A4t%C3%B6s%202.pdf",
        ),
        ("../../etc/passwd.pdf", ".._.._etc_passwd.pdf", ".._.._etc_passwd.pdf"),
        (r"C:\omat\a.pdf", "C__omat_a.pdf", "C__omat_a.pdf"),
        ("a\u{202e}fdp.pdf", "a_fdp.pdf", "a_fdp.pdf"),
        ("CON.pdf", "_CON.pdf", "_CON.pdf"),
        (
            "50 %, 'x'; y=z.pdf",
            "50 _, 'x'; y=z.pdf",
            "50%20%25%2C%20%27x%27%3B%20y%3Dz.pdf",
        ),
        (
            &long,
            &format!("{}.pdf", "a".repeat(251)),
            &format!("{}.pdf", "%C3%A4".repeat(251)),
        ),
    ];
    for database in databases() {
        let persons = vec![person(HELMI, "Helmi", "Testilä")];
        let site = Site::start(&database, persons, Settings::default()).await;
        let sender = sender(&site, "0208573-0", false).await;
        let browser = site.logged_in(HELMI).await;
        let helmi = site.citizen(HELMI).await;
        site.hub.activate(&helmi).await.unwrap();
        for (number, (given, ascii, extended)) in cases.iter().enumerate() {
            let file = sender.pdf(given).await;
            let mut message = sender.message(&format!("A-{number}"), HELMI, "Normal");
            message["electronic"]["attachments"] = serde_json::json!([{ "attachmentId": file }]);
            let id = sender.sent(&message).await;
            let Ok(Opened::Message(view)) = site.hub.open(&helmi, id.to_string().parse().unwrap()).await else {
                panic!("an ordinary message waits for nothing")
            };
            assert_eq!(view.attachments[0].filename, *given);
            let url = site.at(&format!("/messages/{id}/attachments/{}", view.attachments[0].id));
            let answer = browser.get(url).await;
            assert_eq!(
                answer.headers()["content-disposition"],
                format!("inline; filename=\"{ascii}\"; filename*=UTF-8''{extended}")
            );
        }
    }
}
