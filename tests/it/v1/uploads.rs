//! The two uploads of the first version: their types, their parts in any order, and what a refused form leaves.

use super::*;
use crate::wire::assert_traced;

const PATH: &str = "/v1/attachments";

fn part(bytes: Vec<u8>, name: &str) -> Part {
    Part::bytes(bytes).file_name(name.to_owned())
}

fn metadata(text: &str) -> Part {
    Part::text(text.to_owned()).mime_str("application/json").unwrap()
}

async fn upload(sender: &Sender, path: &str, form: Form) -> Answer {
    let request = sender
        .client
        .post(sender.at(path))
        .header("Authorization", &sender.token);
    let answer = Answer::of(request.multipart(form).send().await.unwrap()).await;
    assert_deprecated(&answer, "../v2/attachments", path);
    answer
}

/// Uploads by `/v1/attachments`; the attachment's id.
pub(super) async fn attachment(sender: &Sender, name: &str, bytes: Vec<u8>) -> String {
    let described = metadata(&json!({ "recipientId": MATTI }).to_string());
    let form = Form::new().part("file", part(bytes, name)).part("metadata", described);
    let answer = upload(sender, PATH, form).await;
    assert_eq!(answer.status, 201, "{name}: {}", answer.text());
    publisher::assert_fits("NewAttachmentResponse", &answer.json());
    answer.json()["attachmentId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn attachments_of_the_further_types_are_taken_and_shown() {
    for database in databases() {
        let (site, sender) = begin(&database).await;
        let matti = active(&site, MATTI).await;
        let zip = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\0\x02\0\0\0\x05\0\0\0a.txthi\
            PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\0\x02\0\0\0\x05\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0a.txt\
            PK\x05\x06\0\0\0\0\x01\0\x01\0\x33\0\0\0\x25\0\0\0\0\0";
        let gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
        let files: [(&str, &[u8], &str); 7] = [
            ("a.gif", gif, "image/gif"),
            ("a.csv", b"nimi;summa\r\na;1\r\n", "text/csv"),
            ("a.xml", b"<?xml version=\"1.0\"?>\n<a><b/></a>", "application/xml"),
            ("a.json", b"{\"a\": [1, 2]}", "application/json"),
            ("a.zip", zip, "application/zip"),
            ("a.rtf", b"{\\rtf1\\ansi Hei}", "application/rtf"),
            ("a.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf"),
        ];
        for (number, (name, bytes, media_type)) in files.into_iter().enumerate() {
            let id = attachment(&sender, name, bytes.to_vec()).await;
            let mut body = electronic(&sender, &format!("A-{number}"), MATTI);
            body["electronic"]["attachments"] = json!([{ "attachmentId": id }]);
            let id = sent(&sender, "/v1/messages/electronic", &body).await;
            let view = opened(&site, &matti, id).await;
            assert_eq!(view.attachments[0].media_type, media_type);
            // The second version's door does not take what it did not promise.
            let status = sender.upload(name, bytes.to_vec()).await.status().as_u16();
            assert_eq!(status, if name == "a.pdf" { 201 } else { 415 }, "{name}");
        }
    }
}

#[tokio::test]
async fn a_file_of_either_version_serves_in_both() {
    for database in databases() {
        let (site, sender) = begin(&database).await;
        active(&site, MATTI).await;
        let ids = [
            file(&sender, "a.pdf", a4_pdf("Kirje", 1)).await,
            attachment(&sender, "b.pdf", a4_pdf("Kirje", 1)).await,
            sender.pdf("c.pdf").await,
        ];
        for (number, id) in ids.iter().enumerate() {
            let mut old = electronic(&sender, &format!("A-{number}"), MATTI);
            old["electronic"]["attachments"] = json!([{ "attachmentId": id }]);
            sent(&sender, "/v1/messages/electronic", &old).await;
            let mut new = sender.message(&format!("B-{number}"), MATTI, "Normal");
            new["electronic"]["attachments"] = json!([{ "attachmentId": id }]);
            sender.sent(&new).await;
        }
        // The recipient of the metadata binds nothing: the file meant for Matti goes to a stranger on paper.
        let body = multichannel(&sender, "C-1", STRANGER, &ids[1]);
        sent(&sender, "/v1/messages", &body).await;
    }
}

#[tokio::test]
async fn parts_come_in_any_order_and_a_refused_form_leaves_nothing() {
    let good = json!({ "recipientId": MATTI }).to_string();
    for database in databases() {
        let (site, sender) = begin(&database).await;
        let a_pdf = || part(pdf("Salainen"), "a.pdf");
        let before = Form::new().part("metadata", metadata(&good)).part("file", a_pdf());
        assert_eq!(upload(&sender, PATH, before).await.status, 201);
        let between = Form::new()
            .part("other", metadata("{"))
            .part("file", a_pdf())
            .part("more", metadata("["))
            // Old clients name no type, and some give the part a file name.
            .part("metadata", Part::text(good.clone()).file_name("metadata.json"));
        assert_eq!(upload(&sender, PATH, between).await.status, 201);
        let taken = "SELECT count(*) FROM attachment";
        assert_eq!(site.count(taken).await, 2);

        let at = "/metadata/recipientId";
        let long = format!("{{\"recipientId\":\"{MATTI}\",\"more\":\"{}\"}}", "x".repeat(5_000));
        let bad = [
            ("", "/metadata", "bad-json"),
            ("[]", "/metadata", "wrong-type"),
            ("{}", at, "required"),
            (r#"{"recipientId":5}"#, at, "wrong-type"),
            (r#"{"recipientId":"12345678"}"#, at, "too-short"),
            (r#"{"recipientId":"010594Y90322"}"#, at, "too-long"),
            (&*long, "/metadata", "too-long"),
        ];
        for (text, pointer, code) in bad {
            for form in [
                Form::new().part("metadata", metadata(text)).part("file", a_pdf()),
                Form::new().part("file", a_pdf()).part("metadata", metadata(text)),
            ] {
                let answer = upload(&sender, PATH, form).await;
                answer.refused(400, code);
                let expected = [(pointer.to_owned(), code.to_owned())];
                assert_eq!(
                    answer.violations("validationErrors"),
                    expected,
                    "{}",
                    &text[..text.len().min(40)]
                );
                publisher::assert_refusal(&answer.json());
            }
        }
        let twice = |form: Form| form.part("metadata", metadata(&good)).part("metadata", metadata(&good));
        let cases = [
            (Form::new().part("file", a_pdf()), &["/metadata"][..], "required"),
            (Form::new().part("metadata", metadata(&good)), &["/file"], "bad-form"),
            (Form::new().part("other", a_pdf()), &["/file", "/metadata"], "required"),
            (twice(Form::new()), &["/metadata"], "duplicate-key"),
            (
                Form::new().part("file", a_pdf()).part("file", a_pdf()),
                &["/file"],
                "bad-form",
            ),
            (
                twice(Form::new().part("file", Part::bytes(pdf("a")))),
                &["/file"],
                "bad-form",
            ),
            (
                twice(Form::new().part("file", part(pdf("a"), &"a".repeat(300)))),
                &["/file"],
                "bad-file-name",
            ),
        ];
        for (form, places, code) in cases {
            let answer = upload(&sender, PATH, form).await;
            answer.refused(400, code);
            let expected: Vec<_> = places.iter().map(|at| ((*at).to_owned(), code.to_owned())).collect();
            assert_eq!(answer.violations("validationErrors"), expected);
            publisher::assert_refusal(&answer.json());
        }
        for name in ["a.exe", "a.pdf", "a"] {
            let form = Form::new()
                .part("file", part(b"MZ\x90\0".to_vec(), name))
                .part("metadata", metadata(&good));
            upload(&sender, PATH, form).await.refused(415, name);
        }
        assert_eq!(site.count(taken).await, 2, "a refused form left a file");
        assert_eq!(site.hub.sweep_uploads().await.unwrap(), 0);
    }
}

#[tokio::test]
async fn files_takes_a_pdf_alone() {
    for database in databases() {
        let (site, sender) = begin(&database).await;
        file(&sender, "päätös 1.pdf", pdf("a")).await;
        for (name, bytes) in [
            ("a.txt", &b"a"[..]),
            ("a.pdf", b"not a pdf"),
            ("a.png", b"\x89PNG\r\n\x1a\n"),
        ] {
            let form = Form::new().part("file", part(bytes.to_vec(), name));
            upload(&sender, "/v1/files", form).await.refused(415, name);
        }
        for (form, code) in [
            (Form::new().part("metadata", metadata("{}")), "bad-form"),
            (
                Form::new()
                    .part("file", part(pdf("a"), "a.pdf"))
                    .part("file", part(pdf("b"), "b.pdf")),
                "bad-form",
            ),
            (Form::new().part("file", Part::bytes(pdf("a"))), "bad-form"),
            (
                Form::new().part("file", part(pdf("a"), &"a".repeat(300))),
                "bad-file-name",
            ),
        ] {
            let answer = upload(&sender, "/v1/files", form).await;
            answer.refused(400, code);
            assert_eq!(
                answer.violations("validationErrors"),
                [("/file".to_owned(), code.to_owned())]
            );
            publisher::assert_refusal(&answer.json());
        }
        assert_eq!(site.count("SELECT count(*) FROM attachment").await, 1);
    }
}

#[tokio::test]
async fn what_is_no_form_or_too_large_is_refused_by_both() {
    for database in databases() {
        let (site, sender) = begin(&database).await;
        for path in [PATH, "/v1/files"] {
            let request = |kind: &str| {
                let request = sender
                    .client
                    .post(sender.at(path))
                    .header("Authorization", &sender.token);
                request.header("Content-Type", kind)
            };
            for kind in ["application/json", "multipart/form-data"] {
                let answer = Answer::of(request(kind).body("{}").send().await.unwrap()).await;
                answer.refused(400, kind);
                assert_deprecated(&answer, "../v2/attachments", path);
                publisher::assert_refusal(&answer.json());
            }
            let broken = "--raja\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.4";
            let form = "multipart/form-data; boundary=raja";
            let answer = Answer::of(request(form).body(broken).send().await.unwrap()).await;
            answer.refused(400, "broken off");
            publisher::assert_refusal(&answer.json());
            // One byte over, once declared and once not.
            let mut large = broken.as_bytes().to_vec();
            large.resize(10_485_761, b' ');
            let chunks: Vec<_> = large
                .chunks(1 << 16)
                .map(|it| Ok::<_, std::io::Error>(it.to_vec()))
                .collect();
            let undeclared = reqwest::Body::wrap_stream(futures::stream::iter(chunks));
            for body in [reqwest::Body::from(large), undeclared] {
                let answer = Answer::of(request(form).body(body).send().await.unwrap()).await;
                assert_eq!((answer.status, &*answer.headers["content-type"]), (413, "text/plain"));
                assert_eq!(answer.text(), "HTTP content length exceeded 10485760 bytes.");
                assert_deprecated(&answer, "../v2/attachments", path);
                assert_traced(&answer.headers, path);
            }
        }
        assert_eq!(site.count("SELECT count(*) FROM attachment").await, 0);
    }
}
