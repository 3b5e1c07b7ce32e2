//! Who may not come in, and that the description leaves nothing out. That nothing of a waiting message leaves is in `routes`.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::{HELMI, Program, answer, town};
use crate::harness::databases;

fn hub_api() -> Value {
    let documents = tiedoksi::http::openapi::documents().unwrap();
    let (_, text) = documents.iter().find(|(name, _)| *name == "hub-api.yaml").unwrap();
    yaml_serde::from_str(text).unwrap()
}

/// Method and path of every described operation of a citizen's, the path below the mailbox.
fn operations() -> Vec<(Method, String)> {
    let document = hub_api();
    let paths = document["paths"].as_object().unwrap().iter();
    let below = paths.filter_map(|(path, item)| Some((path.strip_prefix(super::MAILBOX)?, item)));
    let methods = |(path, item): (&str, &Value)| {
        let methods = item
            .as_object()
            .unwrap()
            .keys()
            .map(|it| it.to_uppercase().parse().unwrap());
        methods.map(|method| (method, path.to_owned())).collect::<Vec<_>>()
    };
    below.flat_map(methods).collect()
}

fn filled(path: &str, message: &str, other: &str) -> String {
    let path = if path.starts_with("/messages/") {
        path.replace("{id}", message)
    } else {
        path.replace("{id}", other)
    };
    path.replace("{attachment}", other)
        .replace("{file}", other)
        .replace("{organisation}", other)
        .replace("{key}", other)
}

const NOTHING: &str = "018f3b2e-0000-7000-8000-000000000001";

#[test]
fn every_route_is_described_and_every_description_has_its_refusals() {
    let source = concat!(
        include_str!("../../../src/http/api.rs"),
        include_str!("../../../src/http/api/audit.rs")
    );
    // A description names its path with another sign before it.
    let source = source.replace("path = \"", "");
    let paths = source.split("\"/api/v1").skip(1);
    let routed: BTreeSet<_> = paths
        .map(|rest| format!("/api/v1{}", rest.split('"').next().unwrap()))
        .collect();
    let document = hub_api();
    let paths = document["paths"].as_object().unwrap();
    let described: BTreeSet<_> = paths
        .keys()
        .filter(|path| path.starts_with("/api/v1"))
        .cloned()
        .collect();
    assert_eq!(routed, described);
    for (method, path) in operations() {
        let operation = &paths[&format!("{}{path}", super::MAILBOX)][method.as_str().to_lowercase()];
        let text = |value: &Value| value.as_str().is_some_and(|it| !it.is_empty());
        assert!(
            text(&operation["summary"]) || text(&operation["description"]),
            "{method} {path}"
        );
        let responses = operation["responses"].as_object().unwrap();
        for status in ["401", "403", "405", "502", "503"] {
            assert!(responses.contains_key(status), "{method} {path} {status}");
        }
        assert_eq!(operation["security"], json!([{ "citizen": [] }]), "{method} {path}");
        assert!(
            responses.contains_key("404") || !path.contains("{id}"),
            "{method} {path}"
        );
        let takes_body = operation["requestBody"].is_object();
        for status in ["400", "413", "415"] {
            assert!(
                responses.contains_key(status) || !takes_body,
                "{method} {path} {status}"
            );
        }
    }
}

#[tokio::test]
async fn nobody_comes_in_without_a_persons_token() {
    for database in databases() {
        let (site, sender, _) = town(&database).await;
        let message = sender.sent(&sender.message("A-1", HELMI, "Normal")).await.to_string();
        let session = site.logged_in(HELMI).await;
        let before = site.count("SELECT count(*) FROM event").await;
        for (method, path) in operations() {
            let url = site.at(&format!("{}{}", super::MAILBOX, filled(&path, &message, NOTHING)));
            let bare = || {
                reqwest::Client::new()
                    .request(method.clone(), url.clone())
                    .json(&json!({}))
            };
            let by_session = session.client.request(method.clone(), url.clone()).json(&json!({}));
            for (who, request, code) in [
                ("nobody", bare(), "token-missing"),
                ("a session of the pages", by_session, "token-missing"),
                ("a system", bare().bearer_auth(&sender.token), "token-refused"),
                ("nonsense", bare().bearer_auth("x.y.z"), "token-refused"),
            ] {
                let refused = answer(request).await;
                assert!(
                    refused.header("www-authenticate").starts_with("Bearer"),
                    "{who}: {method} {path}"
                );
                assert_eq!(refused.header("cache-control"), "no-store");
                assert_eq!(refused.problem(401)["code"], code, "{who}: {method} {path}");
            }
        }
        assert_eq!(
            site.count("SELECT count(*) FROM event").await,
            before,
            "and nothing happened"
        );
        // A person's token is no system's.
        let person = site.access_token(HELMI).await;
        let other = reqwest::Client::new()
            .get(site.at(&format!("/api/v1/messages/{message}/proof")))
            .bearer_auth(person);
        answer(other).await.problem(401);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_told() {
    for database in databases() {
        let (site, ..) = town(&database).await;
        let helmi = Program::of(&site, HELMI).await;
        let put = || helmi.request(Method::PUT, "");
        answer(put().body("{}")).await.problem(415);
        answer(put().header("Content-Type", "text/plain").body("{}"))
            .await
            .problem(415);
        let json_body = |body: Vec<u8>| {
            put()
                .header("Content-Type", "application/json; charset=utf-8")
                .body(body)
        };
        assert_eq!(
            answer(json_body(b"{".to_vec())).await.violations(),
            [(String::new(), "bad-json".to_owned())]
        );
        assert_eq!(answer(json_body(vec![0xff])).await.violations()[0].1, "bad-utf8");
        assert_eq!(
            answer(json_body(b"[[[[".repeat(5_000))).await.violations()[0].1,
            "bad-json"
        );
        let twice = br#"{"inUse":true,"inUse":false,"consent":true}"#.to_vec();
        assert_eq!(
            answer(json_body(twice)).await.violations(),
            [("/inUse".to_owned(), "duplicate-key".to_owned())]
        );
        answer(json_body(vec![b' '; 1024 * 1024 + 1])).await.problem(413);
        let wrong = answer(helmi.request(Method::PATCH, "")).await;
        assert!(wrong.header("allow").contains("PUT"));
        wrong.problem(405);
        helmi.get("/nothing").await.problem(404);
    }
}
