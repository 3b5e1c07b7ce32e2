//! A walk of the owner over every route while a verifiable message waits: nothing of its body or attachments leaves by any.

use std::collections::BTreeSet;

use memchr::memmem;
use reqwest::StatusCode;
use ring::digest::{SHA256, digest};
use serde_json::json;

use super::FILE;
use super::list::{For, ROUTES};
use crate::agent::{HELMI, Session, persons};
use crate::citizen::reply;
use crate::harness::{Settings, Site, databases};
use crate::outsider::with_decoded;
use crate::sender::{pdf, sender};

/// Title and body of a verifiable message that waits.
const TITLE: &str = "Päätös poikkeamisluvasta";
const WAITING: &str = "Poikkeaminen myönnetään, Ahventie 3 (ahventie).";

#[tokio::test]
async fn nothing_of_a_waiting_message_leaves_by_any_route() {
    for database in databases() {
        let site = Site::start(&database, persons(), Settings::default()).await;
        let sender = sender(&site, "0208573-0", false).await;
        let session = Session::begin(&site, HELMI).await;
        let own = session.citizen(&site).await.unwrap();
        site.hub.activate(&own).await.unwrap();
        let (file, bytes) = (sender.pdf(FILE).await, pdf(FILE));
        let root = sender.sent(&sender.message("A-0", HELMI, "Normal")).await;
        let answer = reply(&site.hub, &own, root.to_string().parse().unwrap()).await.unwrap();
        let mut message = sender.message("A-1", HELMI, "Verifiable");
        message["electronic"]["attachments"] = json!([{ "attachmentId": file }]);
        message["electronic"]["title"] = TITLE.into();
        message["electronic"]["body"] = WAITING.into();
        message["electronic"]["inReplyToMessageId"] = answer.id.get().into();
        let id = sender.sent(&message).await.to_string();
        let organisation = site.hub.mailbox_status(&own).await.unwrap().senders[0].id.to_string();
        site.seal().await;

        let mut hidden: Vec<Vec<u8>> = ["ahventie", "salainen-liite", "%PDF-1.4"]
            .map(|text| text.as_bytes().to_vec())
            .into();
        for content in [WAITING.as_bytes(), &bytes] {
            let sha256 = digest(&SHA256, content);
            hidden.push(hex::encode(sha256.as_ref()).into_bytes());
            hidden.push(
                base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, sha256.as_ref()).into(),
            );
        }
        let mut seen = BTreeSet::new();
        let queries = [
            "",
            "?q=poikkeamisluvasta",
            "?q=ahvent",
            "?folder=inbox",
            "?file=x&beside=x",
        ];
        let program = site.access_token(HELMI).await;
        let theirs = |whose: For| matches!(whose, For::Person | For::Program);
        for (route, methods, whose, _) in ROUTES.iter().filter(|route| theirs(route.2)) {
            for method in methods.split(' ') {
                let bare = route.strip_prefix("/api/v1/mailbox").unwrap_or(route);
                if matches!(
                    bare,
                    "/messages/{id}/confirm"
                        | "/messages/{id}/confirmation"
                        | "/auth/logout"
                        | "/settings/withdraw"
                        | "/filing"
                ) && method == "POST"
                    || method == "DELETE"
                {
                    // Confirming is what opens it; the others end the walk, and show nothing.
                    continue;
                }
                for query in queries {
                    let path = route
                        .replace("{id}", &id)
                        .replace("{attachment}", &file)
                        .replace("{file}", &file)
                        .replace("{organisation}", &organisation);
                    let url = site.at(&format!("{path}{query}"));
                    let mut request = session.browser.client.request(method.parse().unwrap(), url);
                    if *whose == For::Program {
                        request = request.bearer_auth(&program);
                        if method != "GET" {
                            let number: i64 = id.parse().unwrap();
                            request = request.json(&json!({ "inReplyToMessageId": number, "title": "x", "body": "x" }));
                        }
                    } else if method == "POST" {
                        request = request.form(&[("csrf", own.csrf().unwrap()), ("message", &id), ("id", &id)]);
                    }
                    let answer = request.send().await.unwrap();
                    assert!(!answer.status().is_server_error(), "{method} {path}{query}");
                    let shown = format!("{:?}", answer.headers()).into_bytes();
                    let body = answer.bytes().await.unwrap();
                    // What is packed in the answer depends on no query.
                    let body = if query.is_empty() {
                        with_decoded(&body)
                    } else {
                        body.into()
                    };
                    let shown = [shown, body].concat();
                    if String::from_utf8_lossy(&shown).contains(TITLE) {
                        seen.insert(*route);
                    }
                    for hidden in &hidden {
                        let found = memmem::find(&shown, hidden).is_some();
                        assert!(
                            !found,
                            "{whose:?}: {method} {path}{query} shows {}",
                            String::from_utf8_lossy(hidden)
                        );
                    }
                }
            }
        }
        // The walk was Helmi's to its end, and went where the message waits.
        assert_eq!(session.browser.get(site.at("/inbox")).await.status(), StatusCode::OK);
        let waits = [
            "/inbox",
            "/messages/{id}",
            "/messages/{id}/thread",
            "/search",
            "/proofs",
            "/export",
            "/api/v1/mailbox/messages",
            "/api/v1/mailbox/messages/{id}",
            "/api/v1/mailbox/messages/{id}/thread",
            "/api/v1/mailbox/search",
        ];
        for route in waits {
            assert!(
                seen.contains(route),
                "{route} does not show that the message waits: {seen:?}"
            );
        }
        // What is looked for is what confirming opens.
        site.hub.confirm(&own, id.parse().unwrap()).await.unwrap();
        let proof = session.browser.get(site.at(&format!("/messages/{id}/proof"))).await;
        let proof = with_decoded(&proof.bytes().await.unwrap());
        let found = |hidden: &&Vec<u8>| memmem::find(&proof, hidden).is_some();
        assert_eq!(
            hidden.iter().filter(found).count(),
            2,
            "the digests of body and file, as records write them"
        );
    }
}
