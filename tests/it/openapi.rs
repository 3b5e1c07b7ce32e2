//! The descriptions of the APIs: that they are the program's, that they leave no route out, and that the publisher's own agrees.

use std::collections::BTreeSet;

use serde_json::{Value, json};

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
fn answers_of_the_first_version_are_described_as_deprecated() {
    let document = sender_api();
    for (method, path) in ANSWERED {
        let operation = &document["paths"][path][method];
        for (status, response) in operation["responses"].as_object().unwrap() {
            for header in ["Deprecation", "Link"] {
                let told = response["headers"][header].is_object();
                assert_eq!(
                    told,
                    operation["deprecated"] == true,
                    "{method} {path} {status} {header}"
                );
            }
        }
    }
}

/// The properties of a schema.
fn schema<'a>(document: &'a Value, name: &str) -> &'a Value {
    let properties = &document["components"]["schemas"][name]["properties"];
    assert!(properties.is_object(), "{name}");
    properties
}

#[test]
fn words_of_answers_are_listed() {
    let document = sender_api();
    let code = &schema(&document, "ValidationError")["errorCode"];
    assert_eq!(code["type"], "string");
    let required = document["components"]["schemas"]["ValidationError"]["required"].as_array();
    assert!(!required.unwrap().contains(&json!("errorCode")));
    let codes = json!([
        "MAILBOX_NOT_IN_USE",
        "MESSAGE_BEING_REPLIED_TO_NOT_FOUND",
        "SERVICE_NOT_ACTIVE",
        "SYSTEM_NOT_ACTIVE"
    ]);
    assert_eq!(code["enum"], codes);
    let event = schema(&document, "EventV1");
    assert_eq!(event["entityType"]["enum"], json!(["Electronic", "Paper mail"]));
    let types = json!([
        "Created",
        "Read",
        "Receipt confirmed",
        "Sent for printing and enveloping",
        "Posti: Receipt confirmed",
        "Posti: Returned to sender",
        "Posti: Unresolved"
    ]);
    assert_eq!(event["eventType"]["enum"], types);
    let statuses = json!([
        "Created",
        "Readable",
        "Read",
        "Receipt confirmed",
        "Sent for printing and enveloping"
    ]);
    assert_eq!(schema(&document, "StatusSince")["status"]["enum"], statuses);
}

#[test]
fn what_the_first_version_leaves_out_has_its_value_described() {
    let document = sender_api();
    for (name, member, value) in [
        ("ElectronicAloneV1", "messageServiceType", json!("Normal")),
        ("ElectronicAloneV1", "replyAllowedBy", json!("No one")),
        ("ElectronicAloneV1", "visibility", json!("Normal")),
        ("ElectronicBesidePaperV1", "messageServiceType", json!("Normal")),
        ("ElectronicBesidePaperV1", "replyAllowedBy", json!("No one")),
        ("ElectronicBesidePaperV1", "visibility", json!("Normal")),
        (
            "NotificationsV1",
            "senderDetailsInNotifications",
            json!("Organisation and service name"),
        ),
        (
            "NotificationsV1",
            "unreadMessageNotification",
            json!({ "reminder": "Default reminder" }),
        ),
        ("PaperMailV1", "colorPrinting", json!(false)),
        ("PaperMailV1", "messageServiceType", json!("Normal")),
        ("PaperMessageV1", "colorPrinting", json!(false)),
        ("PaperMessageV1", "messageServiceType", json!("Normal")),
    ] {
        assert_eq!(schema(&document, name)[member]["default"], value, "{name} {member}");
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
