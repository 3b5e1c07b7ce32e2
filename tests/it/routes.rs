//! Every route, and everyone who may not call it: the list in `routes/list.rs` is held to the source and to the running hub, and drives a walk
//! of strangers over everything of one person's mailbox, and a walk of that person over everything while a message waits for confirmation.

mod helmi;
mod list;
mod waiting;

use std::collections::BTreeSet;
use std::path::Path;

use reqwest::{Method, StatusCode};
use tiedoksi::domain::mandate::Scope;

use self::helmi::Helmi;
use self::list::{For, ROUTES};
use crate::agent::{EINO, HELMI, LIISA, Session, grant, persons};
use crate::harness::{Database, Settings, Site, databases};
use crate::sender::sender;

const AUDITOR: &str = "020503F9037";
const FILE: &str = "salainen-liite.pdf";

/// What of Helmi's nobody else may read.
const SECRETS: [&str; 7] = [
    "Salainen sisältö",
    "salainen-liite",
    "Päätös rakennusluvasta",
    "Luonnoksen salaisuus",
    "Östersund",
    "helmi@example.fi",
    HELMI,
];

/// The paths that the source names, without those that only say that there is no such path.
fn in_source(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        // The demo's identity provider and the witness are no part of the hub, and tests make routes of their own.
        if name.starts_with("idp") || name.starts_with("witness") || name.starts_with("tests") {
            continue;
        }
        if path.is_dir() {
            in_source(&path, found);
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let source = source.split("\n#[cfg(test)]").next().unwrap();
        for route in source.split(".route(").skip(1) {
            let (path, handler) = route.split_once(',').unwrap();
            if handler.trim_start().starts_with("any(unknown_path)") {
                continue;
            }
            let path = path.trim();
            found.insert(match path.strip_prefix('"') {
                Some(quoted) => quoted.trim_end_matches('"').to_owned(),
                None => {
                    let constant = source.split_once(&format!("const {path}: &str = \"")).unwrap().1;
                    constant.split('"').next().unwrap().to_owned()
                }
            });
        }
    }
}

#[tokio::test]
async fn the_list_names_every_route_with_its_methods_and_its_test() {
    let mut found = BTreeSet::new();
    in_source(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http"), &mut found);
    let listed: BTreeSet<_> = ROUTES.iter().map(|(path, ..)| (*path).to_owned()).collect();
    assert_eq!(found, listed);
    assert_eq!(listed.len(), ROUTES.len(), "a route stands twice");
    let here = include_str!("routes.rs");
    let site = Site::start(&Database::Sqlite, persons(), Settings::default()).await;
    let browser = site.browser();
    for (path, methods, _, test) in ROUTES {
        assert!(here.contains(&format!("async fn {test}()")), "there is no test {test}");
        let url = site.at(&path.replace(['{', '}', '*'], ""));
        let answer = browser.client.request(Method::TRACE, url).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
        let allow = answer.headers()["allow"].to_str().unwrap().to_owned();
        let mut allowed: Vec<_> = allow.split(',').map(str::trim).filter(|it| *it != "HEAD").collect();
        allowed.sort_unstable();
        assert_eq!(allowed.join(" "), *methods, "{path}");
    }
}

/// Who has no business in Helmi's mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stranger {
    Nobody,
    Citizen,
    AgentOfAnother,
    Auditor,
    System,
    /// A program of another citizen's.
    Program,
}

#[tokio::test]
async fn nobody_else_gets_anything_of_a_mailbox() {
    use Stranger::{AgentOfAnother, Auditor, Citizen, Nobody, Program, System};
    for database in databases() {
        let (helmi, _) = Helmi::begin(&database).await;
        let site = &helmi.site;
        let other = sender(site, "7654321-2", false).await;
        let eino = site.citizen(EINO).await;
        site.hub.activate(&eino).await.unwrap();
        let granted = grant(site, LIISA, Scope::Everything, None);
        site.hub.grant_mandate(&eino, granted).await.unwrap();
        // What an auditor is handed is whole.
        site.seal().await;
        let before = helmi.state().await;
        let mut calls = 0;
        let program = format!("Bearer {}", site.access_token(EINO).await);
        for stranger in [Nobody, Citizen, AgentOfAnother, Auditor, System, Program] {
            let mut session = None;
            for route in ROUTES {
                let (path, methods, whose, _) = route;
                for method in methods.split(' ') {
                    // A form may end the session it comes with.
                    if session.is_none() || method == "POST" {
                        session = Some(come(site, stranger).await);
                    }
                    let (browser, csrf) = session.as_ref().unwrap();
                    for message in &helmi.messages {
                        let mut request = helmi.request(browser, route, method, message, csrf);
                        match stranger {
                            System => request = request.header("Authorization", &other.token),
                            Program => request = request.header("Authorization", &program),
                            _ => {}
                        }
                        let answer = request.send().await.unwrap();
                        let status = answer.status();
                        let what = format!("{stranger:?}: {method} {path}: {status}");
                        calls += 1;
                        let named = path.contains("{id}");
                        let comes_in = matches!(stranger, Citizen | AgentOfAnother | Auditor);
                        match whose {
                            For::Anyone => assert!(!status.is_server_error(), "{what}"),
                            For::Person if comes_in && !named => assert!(!status.is_server_error(), "{what}"),
                            For::Person if comes_in => assert_eq!(status, StatusCode::NOT_FOUND, "{what}"),
                            For::Person => assert!(status.is_redirection() || status.is_client_error(), "{what}"),
                            For::Auditor if stranger == Auditor => assert!(!status.is_server_error(), "{what}"),
                            For::Auditor if comes_in => assert_eq!(status, StatusCode::NOT_FOUND, "{what}"),
                            For::Auditor => assert!(status.is_redirection() || status.is_client_error(), "{what}"),
                            For::Program if stranger == Program && !named => {
                                assert!(!status.is_server_error(), "{what}");
                            }
                            For::Program if stranger == Program => assert_eq!(status, StatusCode::NOT_FOUND, "{what}"),
                            For::Program => assert_eq!(status, StatusCode::UNAUTHORIZED, "{what}"),
                            For::System if stranger == System && !named => {
                                assert!(!status.is_server_error(), "{what}");
                            }
                            For::System if stranger == System => assert_eq!(status, StatusCode::NOT_FOUND, "{what}"),
                            For::System | For::PrintHouse => assert!(status.is_client_error(), "{what}"),
                        }
                        let seen = String::from_utf8_lossy(&answer.bytes().await.unwrap()).into_owned();
                        for secret in SECRETS {
                            assert!(!seen.contains(secret), "{what} tells {secret}");
                        }
                    }
                }
            }
        }
        assert!(calls > 1_000, "{calls}");
        assert_eq!(helmi.state().await, before, "a stranger changed something");
    }
}

/// A stranger's browser, and the token of its forms.
async fn come(site: &Site, stranger: Stranger) -> (crate::harness::Browser, String) {
    let id = match stranger {
        Stranger::Nobody | Stranger::System | Stranger::Program => return (site.browser(), String::new()),
        Stranger::Citizen => EINO,
        Stranger::AgentOfAnother => LIISA,
        Stranger::Auditor => AUDITOR,
    };
    let session = Session::begin(site, id).await;
    let mut citizen = session.citizen(site).await.unwrap();
    if stranger == Stranger::AgentOfAnother {
        citizen = session.act_for(site, "Eino Koivuranta").await;
    }
    (session.browser, citizen.csrf().unwrap().to_owned())
}

/// What a stranger's request leaves alone, the same request of Helmi's own changes.
#[tokio::test]
async fn the_same_requests_change_what_is_ones_own() {
    const CHANGE: [(&str, &str); 19] = [
        ("/filing", "POST"),
        ("/messages/{id}/confirm", "POST"),
        ("/drafts/{id}", "POST"),
        ("/drafts/{id}/delete", "POST"),
        ("/drafts/{id}/files", "POST"),
        ("/settings/sender", "POST"),
        ("/settings/withdraw", "POST"),
        ("/senders/{organisation}", "POST"),
        ("/mandates/revoke", "POST"),
        ("/sessions/end", "POST"),
        ("/sessions/end-others", "POST"),
        ("/api/v1/mailbox/senders/{organisation}", "PUT"),
        ("/api/v1/mailbox/filing", "POST"),
        ("/api/v1/mailbox/messages/{id}/confirmation", "POST"),
        ("/api/v1/mailbox/drafts/{id}", "PUT"),
        ("/api/v1/mailbox/drafts/{id}", "DELETE"),
        ("/api/v1/mailbox/drafts/{id}/sending", "POST"),
        ("/api/v1/mailbox/mandates/{id}", "DELETE"),
        ("/api/v1/mailbox/sessions/{key}", "DELETE"),
    ];
    for (path, method) in CHANGE {
        let route = ROUTES.iter().find(|route| route.0 == path).unwrap();
        assert!(route.1.split(' ').any(|it| it == method), "{method} {path}");
        let (helmi, _) = Helmi::begin(&Database::Sqlite).await;
        let browser = helmi.browser().await;
        let program = format!("Bearer {}", helmi.site.access_token(HELMI).await);
        let before = helmi.state().await;
        for message in &helmi.messages {
            let mut request = helmi.request(&browser.0, route, method, message, &browser.1);
            if route.2 == For::Program {
                request = request.header("Authorization", &program);
            }
            let status = request.send().await.unwrap().status();
            assert!(!status.is_server_error(), "{method} {path}: {status}");
        }
        assert!(helmi.state().await != before, "{method} {path} changes nothing");
    }
}
