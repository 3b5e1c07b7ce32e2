//! What stands in the doors themselves: names of files as clients spell them, what may be kept on the way, what opens nothing, and what a person
//! is told at the first login under the law.

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::Value;
use tiedoksi::domain::consent::Regime;
use tiedoksi::domain::id::MessageId;
use tiedoksi::hub::view::{Folder, Opened, Standing};

use crate::harness::{Settings, Site, databases, location, person};
use crate::sender::{pdf, sender};

const HELMI: &str = "010594Y9021";

async fn site(database: &crate::harness::Database, regime: Regime) -> Site {
    let settings = Settings {
        regime,
        ..Settings::default()
    };
    Site::start(database, vec![person(HELMI, "Helmi", "Mäkelä")], settings).await
}

/// A form with one part, whose disposition is these bytes.
fn form(disposition: &[u8]) -> Vec<u8> {
    let head: &[u8] = b"--x\r\nContent-Type: application/pdf\r\nContent-Disposition: ";
    [head, disposition, b"\r\n\r\n", &pdf("x"), b"\r\n--x--\r\n"].concat()
}

#[tokio::test]
async fn every_spelling_of_a_file_name_gives_the_same_file() {
    for database in databases() {
        let site = site(&database, Regime::Consent).await;
        let sender = sender(&site, "0208573-0", false).await;
        let helmi = site.citizen(HELMI).await;
        site.hub.activate(&helmi).await.unwrap();
        let mut ids = Vec::new();
        for disposition in [
            "form-data; name=\"file\"; filename=\"päätös 1.pdf\"".as_bytes(),
            b"form-data; name=\"file\"; filename=\"p\xe4\xe4t\xf6s 1.pdf\"",
            b"form-data; name=file; filename*=utf-8''p%C3%A4%C3%A4t%C3%B6s%201.pdf",
            b"form-data; name=file; filename=\"=?utf-8?B?cMOkw6R0w7ZzIDEucGRm?=\"; filename*=utf-8''p%C3%A4%C3%A4t%C3%B6s%201.pdf",
            b"form-data; filename=\"=?UTF-8?Q?p=C3=A4=C3=A4t=C3=B6s_1.pdf?=\"; name=\"file\"",
            b"form-data; filename=\"=?utf-8?B?cMOkw6R0w7ZzIDEucGRm?=\"; name=file",
        ] {
            let request = sender.client.post(sender.at("/v2/attachments"));
            let request = request
                .header("Authorization", &sender.token)
                .header("Content-Type", "multipart/form-data; boundary=x");
            let answer = request.body(form(disposition)).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::CREATED);
            assert_eq!(answer.headers()["cache-control"], "no-store");
            let id = answer.json::<Value>().await.unwrap()["attachmentId"].clone();
            ids.push(serde_json::json!({ "attachmentId": id }));
        }
        let mut message = sender.message("A-1", HELMI, "Normal");
        message["electronic"]["attachments"] = ids.into();
        let id: MessageId = sender.sent(&message).await.to_string().parse().unwrap();
        let Opened::Message(view) = site.hub.open(&helmi, id).await.unwrap() else {
            panic!("an ordinary message waits for nothing")
        };
        let names: Vec<_> = view.attachments.iter().map(|file| file.filename.as_str()).collect();
        assert_eq!(names, ["päätös 1.pdf"; 6]);
    }
}

#[tokio::test]
async fn nothing_on_the_way_keeps_what_the_sender_api_answers() {
    for database in databases() {
        let site = site(&database, Regime::Consent).await;
        let sender = sender(&site, "0208573-0", false).await;
        for path in ["/v2/events", "/suomifi/v2/events", "/v2/messages/1", "/v2/nothing"] {
            let answer = sender.get(path).await;
            assert_eq!(answer.headers()["cache-control"], "no-store", "{path}");
        }
        let refused = sender.client.get(sender.at("/v2/events")).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(refused.headers()["cache-control"], "no-store");
    }
}

#[tokio::test]
async fn only_a_person_opens_a_message() {
    for database in databases() {
        let site = site(&database, Regime::Consent).await;
        let sender = sender(&site, "0208573-0", false).await;
        let helmi = site.citizen(HELMI).await;
        site.hub.activate(&helmi).await.unwrap();
        let id = sender.sent(&sender.message("A-1", HELMI, "Normal")).await;
        let browser = site.logged_in(HELMI).await;
        let path = format!("/messages/{id}");
        let head = browser.client.head(site.at(&path)).send().await.unwrap();
        assert_eq!(head.status(), StatusCode::METHOD_NOT_ALLOWED);
        for purpose in ["prefetch", "prefetch;prerender"] {
            let ahead = browser.client.get(site.at(&path)).header("Sec-Purpose", purpose);
            assert_eq!(ahead.send().await.unwrap().status(), StatusCode::NO_CONTENT);
        }
        let row = |page: tiedoksi::hub::view::Page<tiedoksi::hub::view::MessageSummary>| page.rows[0].standing.clone();
        let before = site.hub.list_folder(&helmi, Folder::Inbox, None).await.unwrap();
        assert_eq!(row(before), Standing::Unread);
        let opened = browser.get(site.at(&format!("/messages/{id}"))).await;
        assert_eq!(opened.status(), StatusCode::OK);
        let after = site.hub.list_folder(&helmi, Folder::Inbox, None).await.unwrap();
        assert!(matches!(row(after), Standing::Read(_)));
    }
}

#[tokio::test]
async fn the_first_login_under_the_law_tells_what_was_opened_and_how_to_go_back() {
    for database in databases() {
        let site = site(&database, Regime::Statutory).await;
        let front = site.browser().get(site.base.clone()).await.text().await.unwrap();
        assert!(front.contains("lain nojalla") && !front.contains("vapaaehtoista"));

        let browser = site.browser();
        let login = site.at(&format!("/auth/login?return_to=/sent&login_hint={HELMI}&lang=en"));
        let notice = browser.follow(login.clone()).await;
        assert_eq!(notice.url().path(), "/opened");
        let html = notice.text().await.unwrap();
        assert!(html.contains("activated under the law"), "{html}");
        assert!(html.contains("2 March 2026 at 12:00") && html.contains("third day"));
        assert!(html.contains("6 months at a time") && html.contains("2 September 2026"));
        assert!(html.contains("href=\"/sent\" data-testid=\"continue\""));
        let helmi = site.citizen(HELMI).await;
        assert!(site.hub.mailbox_status(&helmi).await.unwrap().active);

        // Once: a later login leads where it was asked to, and an address from elsewhere leads home.
        assert_eq!(browser.follow(login.clone()).await.url().path(), "/sent");
        let elsewhere = browser.get(site.at("/opened?return_to=//evil.example/")).await;
        assert!(
            elsewhere
                .text()
                .await
                .unwrap()
                .contains("href=\"/inbox\" data-testid=\"continue\"")
        );

        // The button of the notice works, and the choice holds against the next login.
        let csrf = html
            .split("name=\"csrf\" value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let back = browser.post(site.at("/settings/withdraw"), &[("csrf", csrf)]).await;
        // The second login made a session of its own.
        assert_eq!(back.status(), StatusCode::FORBIDDEN);
        let page = browser.get(site.at("/opened")).await.text().await.unwrap();
        let csrf = page
            .split("name=\"csrf\" value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let back = browser.post(site.at("/settings/withdraw"), &[("csrf", csrf)]).await;
        assert_eq!(location(&back).unwrap().path(), "/settings");
        assert!(!site.hub.mailbox_status(&helmi).await.unwrap().active);
        assert_eq!(browser.follow(login).await.url().path(), "/sent");
        assert_eq!(
            location(&browser.get(site.at("/opened")).await).unwrap().path(),
            "/inbox"
        );
        let page = browser.get(site.at("/activate")).await.text().await.unwrap();
        assert!(page.contains("Keep messages on paper"), "{page}");
    }
}

#[tokio::test]
async fn a_login_that_fails_is_told_in_the_readers_language() {
    for database in databases() {
        let site = site(&database, Regime::Consent).await;
        let mut headers = HeaderMap::new();
        headers.insert("Cookie", HeaderValue::from_static("tiedoksi_lang=sv"));
        let ask = |path: &str| site.browser().client.get(site.at(path)).headers(headers.clone()).send();
        let problem = ask("/auth/callback?state=x&code=y").await.unwrap();
        assert_eq!(problem.status(), StatusCode::BAD_REQUEST);
        let html = problem.text().await.unwrap();
        assert!(
            html.contains("Inloggningen har föråldrats") && html.contains("lang=\"sv\""),
            "{html}"
        );
        let asked = location(&ask("/auth/login").await.unwrap()).unwrap();
        assert!(
            asked
                .query_pairs()
                .any(|(name, value)| name == "ui_locales" && value.starts_with("sv"))
        );
    }
}
