//! Every route, and everyone who may not call it: the list in `routes/list.rs` is held to the source and to the running hub, and drives a walk
//! of strangers over everything of one person's mailbox, and a walk of that person over everything while a message waits for confirmation.

mod list;

use std::collections::BTreeSet;
use std::path::Path;

use memchr::memmem;
use reqwest::{Method, StatusCode};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use tiedoksi::domain::mandate::Scope;
use tiedoksi::domain::principal::Citizen;
use tiedoksi::hub::view::Folder;

use self::list::{For, ROUTES};
use crate::agent::{EINO, HELMI, LIISA, Session, grant, persons};
use crate::citizen::{add_file, reply, text};
use crate::harness::{Database, Settings, Site, databases, person_with};
use crate::outsider::with_decoded;
use crate::sender::{Sender, pdf, sender};

const AUDITOR: &str = "020503F9037";
const FILE: &str = "salainen-liite.pdf";
/// Title and body of a verifiable message that waits.
const TITLE: &str = "Päätös poikkeamisluvasta";
const WAITING: &str = "Poikkeaminen myönnetään, Ahventie 3 (ahventie).";

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
        // The demo's identity provider is no part of the hub, and tests make routes of their own.
        if name.starts_with("idp") || name.starts_with("tests") {
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

/// Helmi, with everything that a mailbox can hold.
struct Helmi {
    site: Site,
    own: Citizen,
    /// A waiting verifiable message and an opened one.
    messages: [String; 2],
    file: String,
    draft: String,
    mandate: String,
    session: String,
    organisation: String,
}

impl Helmi {
    async fn begin(database: &Database) -> (Self, Sender) {
        let role = json!({ "name": "Tarkastaja", "roles": ["auditor"] });
        let mut all = persons();
        all.push(person_with(AUDITOR, role));
        let site = Site::start(database, all, Settings::default()).await;
        let sender = sender(&site, "0208573-0", false).await;
        let session = Session::begin(&site, HELMI).await;
        let own = session.citizen(&site).await.unwrap();
        site.hub.activate(&own).await.unwrap();
        let file = sender.pdf(FILE).await;
        let mut messages = Vec::new();
        for kind in ["Verifiable", "Normal"] {
            let mut message = sender.message(kind, HELMI, kind);
            message["electronic"]["attachments"] = json!([{ "attachmentId": file }]);
            messages.push(sender.sent(&message).await.to_string());
        }
        let opened = messages[1].parse().unwrap();
        site.hub.open(&own, opened).await.unwrap();
        let draft = site.hub.begin_reply(&own, opened, String::new()).await.unwrap();
        site.hub
            .save_draft(&own, draft, text("Luonnoksen salaisuus", "Luonnoksen salaisuus"))
            .await
            .unwrap();
        add_file(&site.hub, &own, draft, (FILE, pdf("x"))).await.unwrap();
        let granted = grant(&site, "030594W903B", Scope::Everything, None);
        let mandate = site.hub.grant_mandate(&own, granted).await.unwrap();
        let sessions = site.hub.list_sessions(&session.person(&site).await).await.unwrap();
        let status = site.hub.mailbox_status(&own).await.unwrap();
        let helmi = Self {
            messages: messages.try_into().unwrap(),
            file,
            draft: draft.to_string(),
            mandate: mandate.to_string(),
            session: sessions[0].key.clone(),
            organisation: status.senders[0].id.to_string(),
            own,
            site,
        };
        (helmi, sender)
    }

    /// A path that names what is Helmi's.
    fn filled(&self, path: &str, message: &str) -> String {
        let id = match path {
            path if path.contains("/drafts/") => &self.draft,
            path if path.contains("/mandates/") => &self.mandate,
            path if path.contains("/attachments/{id}") => &self.file,
            path if path.starts_with("/print") => &self.mandate,
            _ => message,
        };
        path.replace("{id}", id)
            .replace("{attachment}", &self.file)
            .replace("{file}", &self.file)
            .replace("{key}", &self.session)
            .replace("{organisation}", &self.organisation)
            .replace("{name}", "x")
            .replace("{*path}", "0/000")
    }

    /// Everything of the mailbox that an act could change.
    async fn state(&self) -> String {
        let hub = &self.site.hub;
        let mut state = String::new();
        for folder in [Folder::Inbox, Folder::Sent, Folder::Archive, Folder::Deleted] {
            state += &format!("{:?}", hub.list_folder(&self.own, folder, None).await.unwrap());
        }
        state += &format!("{:?}", hub.drafts(&self.own).await.unwrap());
        state += &format!("{:?}", hub.granted_mandates(&self.own).await.unwrap());
        state += &format!("{:?}", hub.mailbox_status(&self.own).await.unwrap());
        let events = "SELECT COUNT(*) FROM event WHERE message_id IS NOT NULL";
        format!("{state} {}", self.site.count(events).await)
    }

    /// The members of every body at once, with whatever is Helmi's in them.
    fn json(&self) -> Value {
        json!({
            "inUse": true, "consent": true, "choice": "none", "filing": "delete", "messages": self.numbers(), "scope": "everything",
            "inReplyToMessageId": self.numbers()[1], "title": "x", "body": "x", "code": "000000", "name": "x", "agent": LIISA,
        })
    }

    fn numbers(&self) -> Vec<i64> {
        self.messages.iter().map(|id| id.parse().unwrap()).collect()
    }

    /// The fields of every form at once, with whatever is Helmi's in them.
    fn form<'a>(&'a self, csrf: &'a str) -> Vec<(&'static str, &'a str)> {
        vec![
            ("csrf", csrf),
            ("id", &self.messages[1]),
            ("do", "delete"),
            ("folder", "inbox"),
            ("organisation", &self.organisation),
            ("choice", "refuse"),
            ("mandate", &self.mandate),
            ("key", &self.session),
            ("session", &self.session),
            ("draft", &self.draft),
            ("title", "x"),
            ("body", "x"),
            ("code", "000000"),
            ("consent", "yes"),
        ]
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
        let before = helmi.state().await;
        let mut calls = 0;
        let program = format!("Bearer {}", site.access_token(EINO).await);
        for stranger in [Nobody, Citizen, AgentOfAnother, Auditor, System, Program] {
            let mut session = None;
            for (path, methods, whose, _) in ROUTES {
                for method in methods.split(' ') {
                    // A form may end the session it comes with.
                    if session.is_none() || method == "POST" {
                        session = Some(come(site, stranger).await);
                    }
                    let (browser, csrf) = session.as_ref().unwrap();
                    for message in &helmi.messages {
                        let url = site.at(&helmi.filled(path, message));
                        let method: Method = method.parse().unwrap();
                        let mut request = browser.client.request(method.clone(), url);
                        if *whose == For::Program && method != Method::GET {
                            request = request.json(&helmi.json());
                        } else if method == Method::POST {
                            request = request.form(&helmi.form(csrf));
                        }
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
                            For::Person if comes_in => assert!(status.is_client_error(), "{what}"),
                            For::Person => assert!(status.is_redirection() || status.is_client_error(), "{what}"),
                            For::Program if stranger == Program && !named => {
                                assert!(!status.is_server_error(), "{what}");
                            }
                            For::Program if stranger == Program => assert!(status.is_client_error(), "{what}"),
                            For::Program => assert_eq!(status, StatusCode::UNAUTHORIZED, "{what}"),
                            For::System if stranger == System && !named => {
                                assert!(!status.is_server_error(), "{what}");
                            }
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
        assert!(calls > 700, "{calls}");
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

        let mut hidden: Vec<Vec<u8>> = ["ahventie", "salainen-liite", "%PDF"]
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
