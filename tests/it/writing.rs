//! Writing to an authority, through the pages: new messages and replies, their receipt, and what the authority's system gets of them.

use reqwest::multipart::{Form, Part};
use reqwest::{Response, StatusCode};
use serde_json::Value;
use tiedoksi::domain::id::{DraftId, MessageId};
use tiedoksi::domain::identity::BusinessId;
use tiedoksi::domain::mandate::{Agency, AgentRole, Scope};
use tiedoksi::domain::principal::Citizen;
use tiedoksi::evidence::proof::DeliveryProof;
use tiedoksi::evidence::verify::verify_proof;
use tiedoksi::hub::ActError;
use tiedoksi::hub::change_service::ServiceChange;
use tiedoksi::hub::directory::Wanted;
use tiedoksi::hub::view::{Folder, Hindrance, Opened};

use crate::citizen::text;
use crate::harness::{Browser, Database, Settings, Site, databases, location, person};
use crate::process::Installation;
use crate::sender::{Sender, names, pdf, sender};

const HELMI: &str = "010594Y9021";
const MAIJA: &str = "010594Y9032";
const SENT: &str = "SELECT count(*) FROM message WHERE folder = 'sent'";

async fn begin(database: &Database) -> (Site, Sender, Citizen) {
    let persons = vec![person(HELMI, "Helmi", "Mäkelä"), person(MAIJA, "Maija", "Testilä")];
    let site = Site::start(database, persons, Settings::default()).await;
    let sender = sender(&site, "0208573-0", false).await;
    takes(&site, &sender.service, true).await;
    let helmi = site.citizen(HELMI).await;
    site.hub.activate(&helmi).await.unwrap();
    (site, sender, helmi)
}

async fn takes(site: &Site, service: &str, takes_messages: bool) {
    let change = ServiceChange {
        takes_messages: Some(takes_messages),
        ..ServiceChange::default()
    };
    site.hub.change_service(service, change).await.unwrap();
    // What was read of the service a moment ago is read anew.
    site.advance(jiff::SignedDuration::from_secs(5));
}

fn about(words: &str) -> Wanted {
    Wanted {
        words: words.into(),
        ..Wanted::default()
    }
}

/// A draft to the one service that there is.
async fn draft(site: &Site, citizen: &Citizen) -> DraftId {
    let found = site.hub.directory(citizen, &about("rakennus")).await.unwrap();
    site.hub.begin_message(citizen, found.services[0].id).await.unwrap()
}

/// A person at the pages.
struct Writer {
    browser: Browser,
    csrf: String,
}

impl Writer {
    async fn new(site: &Site, id: &str) -> Self {
        let browser = site.logged_in(id).await;
        let who: Value = browser.get(site.at("/probe/whoami")).await.json().await.unwrap();
        let csrf = who["csrf"].as_str().unwrap().to_owned();
        Self { browser, csrf }
    }

    fn form(&self, button: &str) -> Form {
        Form::new()
            .text("csrf", self.csrf.clone())
            .text("title", "Kysymys")
            .text("body", "Milloin?\r\nTerveisin")
            .text("do", button.to_owned())
    }

    async fn post(&self, site: &Site, path: &str, form: Form) -> Response {
        let request = self.browser.client.post(site.at(path)).header("Accept-Language", "fi");
        request.multipart(form).send().await.unwrap()
    }

    /// As the page's script asks.
    async fn ask(&self, site: &Site, path: &str, form: Form) -> (u16, Value) {
        let request = self
            .browser
            .client
            .post(site.at(path))
            .header("Accept", "application/json");
        let answer = request.multipart(form).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }
}

fn file(name: &str, bytes: Vec<u8>) -> Part {
    Part::bytes(bytes).file_name(name.to_owned())
}

#[tokio::test]
async fn a_new_message_begins_a_thread_that_the_authority_goes_on_with() {
    for database in databases() {
        let (site, sender, helmi) = begin(&database).await;
        let writer = Writer::new(&site, HELMI).await;
        // Found by name, then a draft, a file, and sent; each step leads on.
        let found = writer.browser.get(site.at("/write?q=rak")).await.text().await.unwrap();
        let service = found
            .split("name=\"service\" value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let fields = [("csrf", writer.csrf.as_str()), ("service", service)];
        let begun = writer.browser.post(site.at("/write"), &fields).await;
        assert_eq!(begun.status(), StatusCode::SEE_OTHER);
        let path = location(&begun).unwrap().path().to_owned();
        let added = writer.form("add").part("files", file("suunnitelma.pdf", pdf("s")));
        assert_eq!(writer.post(&site, &path, added).await.status(), StatusCode::SEE_OTHER);
        let sent = writer.post(&site, &path, writer.form("send")).await;
        let receipt = location(&sent).unwrap();
        assert_eq!(receipt.query(), Some("sent=1"));
        let id: i64 = receipt.path().rsplit('/').next().unwrap().parse().unwrap();

        site.seal().await;
        let (events, _) = sender.feed(None).await;
        assert_eq!(events.len(), 1);
        assert_eq!(events[0]["type"], "Electronic message from end user");
        assert_eq!(events[0]["metadata"]["messageId"], id);
        let got: Value = sender.get(&format!("/v2/messages/{id}")).await.json().await.unwrap();
        assert_eq!(got["electronic"]["title"], "Kysymys");
        assert_eq!(got["electronic"]["body"], "Milloin?\r\nTerveisin");
        assert_eq!(got["electronic"]["thread"], serde_json::json!({ "rootMessageId": id }));
        assert_eq!(got["electronic"]["attachments"][0]["filename"], "suunnitelma.pdf");
        assert_eq!(got["sender"]["mailboxOwner"]["id"], HELMI);
        let old: Value = sender.get(&format!("/v1/messages/{id}")).await.json().await.unwrap();
        assert!(old["electronic"].get("thread").is_none(), "it answers nothing");

        let mut answer = sender.message("V-1", HELMI, "Normal");
        answer["electronic"]["inReplyToMessageId"] = id.into();
        let answer = sender.sent(&answer).await;
        let Opened::Message(view) = site.hub.open(&helmi, message_id(answer)).await.unwrap() else {
            panic!("an ordinary message waits for nothing")
        };
        assert_eq!(view.reply_to, Some(message_id(id)));
        // And so on, in the same thread.
        let again = crate::citizen::reply(&site.hub, &helmi, message_id(answer))
            .await
            .unwrap()
            .id;
        let got: Value = sender.get(&format!("/v2/messages/{again}")).await.json().await.unwrap();
        assert_eq!(got["electronic"]["thread"], serde_json::json!({ "rootMessageId": id }));
        site.seal().await;
        for proof in [
            site.hub.proof_as_citizen(&helmi, message_id(id)).await.unwrap(),
            sender
                .get(&format!("/api/v1/messages/{id}/proof"))
                .await
                .bytes()
                .await
                .unwrap()
                .to_vec(),
        ] {
            assert_eq!(verify_proof(&proof, &site.trust()).exit_code(), 0);
        }
        // No other system gets it.
        let other = crate::sender::sender(&site, "9900001-8", false).await;
        assert_eq!(
            other.get(&format!("/v2/messages/{id}")).await.status(),
            StatusCode::NOT_FOUND
        );
    }
}

fn message_id(id: i64) -> MessageId {
    id.to_string().parse().unwrap()
}

#[tokio::test]
async fn the_receipt_tells_time_numbers_hashes_and_seal_and_stays() {
    for database in databases() {
        let (site, sender, helmi) = begin(&database).await;
        let id = sender.sent(&sender.message("VIITE 2026-114", HELMI, "Normal")).await;
        let writer = Writer::new(&site, HELMI).await;
        let begun = writer
            .browser
            .post(site.at(&format!("/messages/{id}/reply")), &[("csrf", &writer.csrf)])
            .await;
        let path = location(&begun).unwrap().path().to_owned();
        let page = writer.browser.get(site.at(&path)).await.text().await.unwrap();
        assert!(page.contains("value=\"Vs: Päätös rakennusluvasta\""), "{page}");
        let form = writer.form("send").part("files", file("liite.pdf", pdf("liite")));
        let sent = location(&writer.post(&site, &path, form).await).unwrap();
        let number: i64 = sent.path().rsplit('/').next().unwrap().parse().unwrap();
        let Opened::Message(view) = site.hub.open(&helmi, message_id(number)).await.unwrap() else {
            panic!("a sent message waits for nothing")
        };
        let receipt = view.receipt.unwrap();
        assert_eq!(
            (receipt.thread, receipt.reference.as_deref()),
            (id, Some("VIITE 2026-114"))
        );
        let digest = |bytes: &[u8]| hex::encode(ring::digest::digest(&ring::digest::SHA256, bytes));
        assert_eq!(
            hex::encode(receipt.body_sha256),
            digest("Milloin?\r\nTerveisin".as_bytes())
        );
        for address in [sent.as_str(), site.at(&format!("/messages/{number}")).as_str()] {
            let page = writer.browser.get(address.parse().unwrap()).await.text().await.unwrap();
            for told in [
                "12.00.05",
                &number.to_string(),
                &id.to_string(),
                "VIITE 2026-114",
                &digest("Milloin?\r\nTerveisin".as_bytes()),
                &digest(&pdf("liite")),
                &receipt.seal,
            ] {
                assert!(page.contains(told), "{told} is not on {page}");
            }
        }
        // The seal is the one that evidence holds.
        site.seal().await;
        let proof = site.hub.proof_as_citizen(&helmi, message_id(number)).await.unwrap();
        assert!(String::from_utf8(proof).unwrap().contains(&receipt.seal));
        // The old address of a sent draft leads to the message, and sending it again too.
        for answer in [
            writer.browser.get(site.at(&path)).await,
            writer.post(&site, &path, writer.form("send")).await,
            writer
                .post(&site, &path, writer.form("send").part("files", file("b.pdf", pdf("b"))))
                .await,
        ] {
            assert_eq!(location(&answer).unwrap(), sent);
        }
        let (status, _) = writer.ask(&site, &path, writer.form("save")).await;
        assert_eq!((status, site.count(SENT).await, site.stored_files()), (409, 1, 1));
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_told_and_kept() {
    for database in databases() {
        let (site, sender, helmi) = begin(&database).await;
        let draft = draft(&site, &helmi).await;
        let path = format!("/drafts/{draft}");
        let writer = Writer::new(&site, HELMI).await;
        takes(&site, &sender.service, false).await;
        let answer = writer.post(&site, &path, writer.form("send")).await;
        assert_eq!(answer.status(), StatusCode::CONFLICT);
        let page = answer.text().await.unwrap();
        assert!(
            page.contains("ei enää ota vastaan viestejä") && page.contains("Milloin?"),
            "{page}"
        );
        let view = site.hub.draft(&helmi, draft).await.unwrap();
        assert_eq!(
            (view.hindrance, view.text.title.as_str()),
            (Some(Hindrance::NotTaken), "Kysymys")
        );
        let id = site.hub.directory(&helmi, &about("rakennus")).await.unwrap();
        assert!(id.services.is_empty());

        takes(&site, &sender.service, true).await;
        site.hub.withdraw(&helmi).await.unwrap();
        let answer = writer.post(&site, &path, writer.form("send")).await;
        assert_eq!(answer.status(), StatusCode::CONFLICT);
        let page = answer.text().await.unwrap();
        assert!(
            page.contains("href=\"/activate\"") && page.contains("Ota viestit käyttöön"),
            "{page}"
        );
        site.hub.activate(&helmi).await.unwrap();

        // A disabled service and a disabled authority take nothing either.
        site.hub.set_service_active(&sender.service, false).await.unwrap();
        site.advance(jiff::SignedDuration::from_secs(5));
        assert!(matches!(
            site.hub.send_draft(&helmi, draft, text("a", "b")).await,
            Err(ActError::NotFound)
        ));
        site.hub.set_service_active(&sender.service, true).await.unwrap();
        let town = BusinessId::parse("0208573-0").unwrap();
        site.hub.set_organisation_active(&town, false).await.unwrap();
        site.advance(jiff::SignedDuration::from_secs(5));
        assert!(matches!(
            site.hub.send_draft(&helmi, draft, text("a", "b")).await,
            Err(ActError::NotFound)
        ));
        site.hub.set_organisation_active(&town, true).await.unwrap();
        site.advance(jiff::SignedDuration::from_secs(5));
        assert_eq!(
            writer.post(&site, &path, writer.form("send")).await.status(),
            StatusCode::SEE_OTHER
        );
        assert_eq!(site.count(SENT).await, 1);
    }
}

#[tokio::test]
async fn a_form_keeps_every_text_and_names_every_mistake() {
    for database in databases() {
        let (site, _, helmi) = begin(&database).await;
        let draft = draft(&site, &helmi).await;
        let path = format!("/drafts/{draft}");
        let writer = Writer::new(&site, HELMI).await;
        let form = |title: &str, body: String| {
            let form = Form::new()
                .text("csrf", writer.csrf.clone())
                .text("title", title.to_owned());
            form.text("body", body).text("do", "send")
        };
        let kept = async || site.hub.draft(&helmi, draft).await.unwrap().text;
        for (title, body, told) in [
            ("", "Teksti".to_owned(), "Kirjoita viestille otsikko."),
            ("Otsikko", " \r\n".to_owned(), "Kirjoita viesti."),
            ("Otsikko", "ä".repeat(40_001), "Viesti on liian pitkä."),
            (&*"ä".repeat(257), "Teksti".to_owned(), "Otsikko on liian pitkä."),
            ("a\0", "Teksti".to_owned(), "Tekstissä on merkki"),
        ] {
            let answer = writer.post(&site, &path, form(title, body.clone())).await;
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.text().await.unwrap().contains(told), "{told}");
            assert_eq!(kept().await, text(title, &body));
        }
        // A refused file stops the sending, and loses neither the text nor the files beside it.
        let mixed = writer
            .form("send")
            .part("files", file("hyvä.pdf", pdf("h")))
            .part("files", file("ohjelma.exe", b"MZ\x90\0".to_vec()))
            .part("files", file("kuva.pdf.exe", pdf("x")))
            .part("files", file("suuri.pdf", [pdf("s"), vec![b' '; 10_485_760]].concat()));
        let answer = writer.post(&site, &path, mixed).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let csp = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(
            csp.contains("script-src 'self'; connect-src 'self'") && !csp.contains("unsafe"),
            "{csp}"
        );
        let page = answer.text().await.unwrap();
        for told in ["ohjelma.exe", "kuva.pdf.exe", "suuri.pdf", "on liian suuri", "hyvä.pdf"] {
            assert!(page.contains(told), "{told}: {page}");
        }
        assert_eq!(kept().await, text("Kysymys", "Milloin?\r\nTerveisin"));
        assert_eq!((site.stored_files(), site.count(SENT).await), (1, 0));

        // Without the token, or with it too late, nothing is taken; neither is a name that no draft has.
        let late = Form::new()
            .part("files", file("a.pdf", pdf("a")))
            .text("csrf", writer.csrf.clone());
        assert_eq!(writer.post(&site, &path, late).await.status(), StatusCode::FORBIDDEN);
        let foreign = Form::new().text("csrf", "x").text("do", "send");
        assert_eq!(writer.post(&site, &path, foreign).await.status(), StatusCode::FORBIDDEN);
        for nowhere in ["/drafts/x", "/drafts/018f3b2e-0000-7000-8000-000000000001"] {
            assert_eq!(
                writer.browser.get(site.at(nowhere)).await.status(),
                StatusCode::NOT_FOUND
            );
            assert_eq!(
                writer.post(&site, nowhere, writer.form("send")).await.status(),
                StatusCode::NOT_FOUND
            );
        }
        let maija = Writer::new(&site, MAIJA).await;
        for button in ["send", "save", "add"] {
            assert_eq!(
                maija.post(&site, &path, maija.form(button)).await.status(),
                StatusCode::NOT_FOUND
            );
        }
        let with_file = maija.form("add").part("files", file("a.pdf", pdf("a")));
        assert_eq!(
            maija.post(&site, &path, with_file).await.status(),
            StatusCode::NOT_FOUND
        );
        assert_eq!(maija.browser.get(site.at(&path)).await.status(), StatusCode::NOT_FOUND);
        let delete = site.at(&format!("{path}/delete"));
        let not_hers = maija.browser.post(delete.clone(), &[("csrf", &maija.csrf)]).await;
        assert_eq!(not_hers.status(), StatusCode::NOT_FOUND);
        assert_eq!(site.stored_files(), 1);
        let deleted = writer.browser.post(delete, &[("csrf", &writer.csrf)]).await;
        assert_eq!(location(&deleted).unwrap().path(), "/drafts");
        assert_eq!(site.stored_files(), 0);
        // Other pages run no script.
        let other = writer.browser.get(site.at("/drafts")).await;
        assert!(
            !other.headers()["content-security-policy"]
                .to_str()
                .unwrap()
                .contains("script-src")
        );
    }
}

#[tokio::test]
async fn the_script_uploads_saves_and_removes_by_the_same_address() {
    for database in databases() {
        let (site, _, helmi) = begin(&database).await;
        let draft = draft(&site, &helmi).await;
        let (path, files) = (format!("/drafts/{draft}"), format!("/drafts/{draft}/files"));
        let writer = Writer::new(&site, HELMI).await;
        let upload = |name: &str, bytes: Vec<u8>| {
            let form = Form::new().text("csrf", writer.csrf.clone());
            form.text("upload", "018f3b2e-0000-7000-8000-000000000001")
                .part("files", file(name, bytes))
        };
        let (status, first) = writer.ask(&site, &files, upload("käyrä.pdf", pdf("k"))).await;
        assert_eq!(
            (status, &first["files"][0]["name"]),
            (201, &"käyrä.pdf".into()),
            "{first}"
        );
        // The answer was lost, so the browser repeats it.
        let (status, again) = writer.ask(&site, &files, upload("käyrä.pdf", pdf("k"))).await;
        assert_eq!((status, again), (201, first.clone()));
        assert_eq!(site.stored_files(), 1);
        let (status, refused) = writer.ask(&site, &files, upload("a.exe", b"MZ\x90\0".to_vec())).await;
        assert_eq!(status, 422);
        assert!(refused["problems"][0].as_str().unwrap().contains("a.exe"));
        let (status, saved) = writer.ask(&site, &path, writer.form("save")).await;
        assert_eq!(status, 200);
        assert!(saved["saved"].as_str().unwrap().contains("12.00.05"), "{saved}");
        assert_eq!(site.hub.draft(&helmi, draft).await.unwrap().text.title, "Kysymys");
        let remove = Form::new()
            .text("csrf", writer.csrf.clone())
            .text("do", format!("remove/{}", first["files"][0]["id"].as_str().unwrap()));
        assert_eq!(writer.ask(&site, &path, remove).await.0, 200);
        assert_eq!(site.stored_files(), 0);
        let text = site.hub.draft(&helmi, draft).await.unwrap().text;
        assert_eq!(text.title, "Kysymys", "a form without texts leaves them alone");
        let nobody = site
            .browser()
            .client
            .post(site.at(&files))
            .header("Accept", "application/json");
        let nobody = nobody.multipart(upload("a.pdf", pdf("a"))).send().await.unwrap();
        assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_service_is_found_by_name_topic_and_authority() {
    for database in databases() {
        let (site, sender, helmi) = begin(&database).await;
        let town = BusinessId::parse("0208573-0").unwrap();
        site.hub.add_system(&town, "toinen").await.unwrap();
        site.hub
            .add_service("toinen", "kirjaamo", names("Äänekosken kirjaamo"))
            .await
            .unwrap();
        site.hub.add_topic("asuminen", names("Asuminen")).await.unwrap();
        site.hub.add_topic("tyhjä", names("Tyhjä")).await.unwrap();
        let topics = |code: &str| ServiceChange {
            hides_title: None,
            appeal: None,
            takes_messages: Some(true),
            topics: Some(vec![code.to_owned()]),
        };
        site.hub
            .change_service(&sender.service, topics("asuminen"))
            .await
            .unwrap();
        site.hub
            .change_service(
                "kirjaamo",
                ServiceChange {
                    topics: None,
                    ..topics("")
                },
            )
            .await
            .unwrap();
        let unknown = site.hub.change_service("kirjaamo", topics("puuttuu")).await;
        assert!(matches!(unknown, Err(ActError::Invalid(_))));
        let codes = async |wanted: Wanted, who: &Citizen| -> Vec<String> {
            let found = site.hub.directory(who, &wanted).await.unwrap();
            found
                .services
                .into_iter()
                .map(|it| it.correspondent.service.fi)
                .collect()
        };
        assert!(codes(Wanted::default(), &helmi).await.is_empty());
        assert_eq!(codes(about("aanekos KIRJ"), &helmi).await, ["Äänekosken kirjaamo"]);
        assert_eq!(codes(about("koekunta"), &helmi).await.len(), 2);
        assert!(
            codes(about("valvonta"), &helmi).await.is_empty(),
            "words are found by their beginnings"
        );
        let all = site.hub.directory(&helmi, &Wanted::default()).await.unwrap();
        assert_eq!(
            (all.topics.len(), all.authorities.len()),
            (1, 1),
            "what leads nowhere is not offered"
        );
        let by = |topic: Option<&str>, authority| Wanted {
            topic: topic.map(Into::into),
            authority,
            ..Wanted::default()
        };
        assert_eq!(codes(by(Some("asuminen"), None), &helmi).await, ["Rakennusvalvonta"]);
        assert_eq!(codes(by(None, Some(all.authorities[0].0)), &helmi).await.len(), 2);
        // An agent for housing writes about housing.
        let agent = Citizen {
            agency: Some(agency(Scope::Some {
                organisations: Default::default(),
                topics: ["asuminen".to_owned()].into(),
            })),
            ..helmi.clone()
        };
        assert_eq!(codes(about("koekunta"), &agent).await, ["Rakennusvalvonta"]);
        let registry = site.hub.directory(&helmi, &about("kirjaamo")).await.unwrap().services[0].id;
        assert!(matches!(
            site.hub.begin_message(&agent, registry).await,
            Err(ActError::NotFound)
        ));
        // Strange questions are questions.
        let writer = Writer::new(&site, HELMI).await;
        for strange in [
            "/write?q=%00%22%3E%3Cb%3E",
            &format!("/write?q={}", "a+".repeat(3_000)),
            "/write?topic=%25",
        ] {
            let page = writer.browser.get(site.at(strange)).await;
            assert_eq!(page.status(), StatusCode::OK, "{strange}");
            assert!(!page.text().await.unwrap().contains("><b>"));
        }
        assert_eq!(
            writer.browser.get(site.at("/write?authority=x")).await.status(),
            StatusCode::NOT_FOUND
        );
        let fields = [("csrf", writer.csrf.as_str()), ("service", "x")];
        assert_eq!(
            writer.browser.post(site.at("/write"), &fields).await.status(),
            StatusCode::NOT_FOUND
        );
    }
}

fn agency(scope: Scope) -> Agency {
    Agency {
        mandate: "valtuus-7".into(),
        role: AgentRole::Mandate,
        scope,
        owner_name: "Helmi Mäkelä".into(),
    }
}

#[tokio::test]
async fn an_agent_writes_as_agent_and_evidence_says_so() {
    for database in databases() {
        let (site, sender, helmi) = begin(&database).await;
        let maija = site.citizen(MAIJA).await;
        let agent = Citizen {
            mailbox: helmi.mailbox,
            agency: Some(agency(Scope::Everything)),
            ..maija
        };
        let draft = draft(&site, &agent).await;
        let receipt = site
            .hub
            .send_draft(&agent, draft, text("Kysymys", "Milloin?"))
            .await
            .unwrap();
        site.seal().await;
        let proof = site.hub.proof_as_citizen(&helmi, receipt.id).await.unwrap();
        assert_eq!(verify_proof(&proof, &site.trust()).exit_code(), 0);
        let proof: DeliveryProof = serde_json::from_slice(&proof).unwrap();
        let record: Value = serde_json::from_slice(proof.events[0].event.as_ref().unwrap()).unwrap();
        assert_eq!(
            (&record["sender"]["role"], &record["sender"]["mandate"]),
            (&"mandate".into(), &"valtuus-7".into())
        );
        let disclosed = serde_json::to_string(&proof.events[0]).unwrap();
        assert!(
            disclosed.contains(HELMI) && disclosed.contains(MAIJA),
            "owner and actor are both named"
        );
        // It lies in the owner's mailbox, and came from it.
        let sent = site.hub.list_folder(&helmi, Folder::Sent, None).await.unwrap();
        assert_eq!(sent.rows[0].id, receipt.id);
        let got: Value = sender
            .get(&format!("/v2/messages/{}", receipt.id))
            .await
            .json()
            .await
            .unwrap();
        assert_eq!(got["sender"]["mailboxOwner"]["id"], HELMI);
    }
}

#[tokio::test]
async fn the_operator_opens_a_service_to_messages_from_the_command_line() {
    let hub = Installation::new(&Database::Sqlite, 1, Vec::new()).await;
    let admin = |arguments: &[&str]| hub.run(&[&["admin"], arguments].concat());
    let three = |name: &'static str| ["--name-fi", name, "--name-sv", name, "--name-en", name];
    admin(
        &[
            &["organisation", "add", "--business-id", "9900001-8"][..],
            &three("Toinen"),
        ]
        .concat(),
    );
    admin(&["system", "add", "--organisation", "9900001-8", "--username", "toinen-9"]);
    admin(
        &[
            &["service", "add", "--system", "toinen-9", "--id", "palvelu-9"][..],
            &three("Neuvonta"),
        ]
        .concat(),
    );
    admin(&[&["topic", "add", "--code", "neuvonta"][..], &three("Neuvonta")].concat());
    assert!(admin(&["topic", "list"]).contains("neuvonta\tactive"));
    admin(&[
        "service",
        "set",
        "palvelu-9",
        "--takes-messages",
        "true",
        "--topic",
        "neuvonta",
    ]);
    let listed = admin(&["service", "list"]);
    assert!(listed.contains("Neuvonta, takes messages, about neuvonta"), "{listed}");
    admin(&[
        "service",
        "set",
        "palvelu-9",
        "--takes-messages",
        "false",
        "--no-topics",
    ]);
    let listed = admin(&["service", "list"]);
    assert!(
        !listed.contains("takes messages") && !listed.contains("about"),
        "{listed}"
    );
    for (wrong, why) in [
        (
            &["service", "set", "palvelu-9", "--topic", "puuttuu"][..],
            "no topic puuttuu",
        ),
        (
            &["service", "set", "puuttuu", "--takes-messages", "true"],
            "there is none of that name",
        ),
        (&["service", "set", "palvelu-9"], "required"),
    ] {
        let done = hub.command(&[&["admin"], wrong].concat()).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(!done.status.success() && said.contains(why), "{said}");
    }
}
