//! The descriptions of the APIs: that they are the program's, that they leave no route out, and that the publisher's own agrees.

use std::collections::BTreeSet;

use serde_json::Value;

/// The paths of the publisher's document that this program answers.
const ANSWERED: [(&str, &str); 19] = [
    ("post", "/v1/token"),
    ("post", "/v1/change-password"),
    ("post", "/v1/mailboxes/active"),
    ("get", "/v1/messages/id"),
    ("get", "/v2/messages/{id}"),
    ("get", "/v1/attachments/{id}"),
    ("post", "/v2/attachments"),
    ("get", "/v2/events"),
    ("post", "/v2/messages"),
    ("post", "/v2/messages/electronic"),
    ("post", "/v2/paper-mail-without-id"),
    ("get", "/v1/messages/{id}"),
    ("post", "/v1/attachments"),
    ("get", "/v1/events"),
    ("post", "/v1/files"),
    ("post", "/v1/messages"),
    ("post", "/v1/messages/electronic"),
    ("get", "/v1/messages/{id}/state"),
    ("post", "/v1/paper-mail-without-id"),
];

fn documents() -> Vec<(&'static str, String)> {
    tiedoksi::http::openapi::documents().unwrap()
}

fn sender_api() -> Value {
    let (name, text) = documents().swap_remove(0);
    assert_eq!(name, "messages-api.yaml");
    yaml_serde::from_str(&text).unwrap()
}

/// Method and path of every operation.
fn operations(document: &Value) -> BTreeSet<(String, String)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            methods.map(|method| (method.clone(), path.clone())).collect::<Vec<_>>()
        })
        .filter(|(method, _)| matches!(method.as_str(), "get" | "post" | "put" | "delete" | "patch"))
        .collect()
}

/// The status codes of an operation.
fn codes<'a>(document: &'a Value, method: &str, path: &str) -> Vec<&'a str> {
    let responses = &document["paths"][path][method]["responses"];
    responses.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn the_files_are_what_the_program_would_write() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("api-spec");
    for (name, text) in documents() {
        let file = std::fs::read_to_string(folder.join(name)).unwrap();
        assert!(file == text, "api-spec/{name} has drifted: run `tiedoksi openapi`");
    }
}

#[test]
fn every_route_of_the_sender_api_is_described() {
    let described = operations(&sender_api());
    let answered: BTreeSet<_> = ANSWERED
        .iter()
        .map(|(method, path)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    assert_eq!(described, answered);
    // The routes themselves, as the router's source lists them.
    let source = include_str!("../../src/http/suomifi.rs");
    let routed: BTreeSet<&str> = source
        .split("\"/v")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .filter(|path| path.len() > 2 && !path.contains("{*"))
        .collect();
    let expected: BTreeSet<&str> = ANSWERED.iter().map(|(_, path)| &path[2..]).collect();
    assert_eq!(routed, expected);
}

#[test]
fn every_operation_tells_of_its_refusals() {
    let document = sender_api();
    for (method, path) in ANSWERED {
        let codes = codes(&document, method, path);
        let open = matches!(path, "/v1/token" | "/v1/change-password");
        assert_eq!(codes.contains(&"401"), !open, "{path}");
        assert!(codes.contains(&"400"), "{path}");
        assert!(codes.contains(&"503"), "{path}");
    }
}

#[test]
fn the_publishers_document_agrees() {
    let Some(file) = std::env::var_os("SUOMIFI_YAML") else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "CI needs SUOMIFI_YAML");
        println!("not checked: our answers against the publisher's API document (set SUOMIFI_YAML)");
        return;
    };
    let theirs: Value = yaml_serde::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let ours = sender_api();
    for (method, path) in ANSWERED {
        assert!(
            theirs["paths"][path][method].is_object(),
            "{method} {path} is not the publisher's"
        );
        let known = codes(&theirs, method, path);
        let success: Vec<_> = codes(&ours, method, path)
            .into_iter()
            .filter(|code| code.starts_with('2'))
            .collect();
        assert!(!success.is_empty(), "{path}");
        for code in success {
            assert!(
                known.contains(&code),
                "{method} {path} answers {code}, the publisher's {known:?}"
            );
        }
        let deprecated = |document: &Value| document["paths"][path][method]["deprecated"] == true;
        assert_eq!(deprecated(&ours), deprecated(&theirs), "{method} {path}");
        // What theirs can refuse with, ours can too.
        for code in known {
            assert!(
                codes(&ours, method, path).contains(&code),
                "{method} {path} never answers {code}"
            );
        }
    }
}
