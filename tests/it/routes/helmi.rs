//! Helmi, whose mailbox holds something of everything, and the requests that name it.

use reqwest::RequestBuilder;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tiedoksi::domain::mandate::Scope;
use tiedoksi::domain::name::Language;
use tiedoksi::domain::principal::Citizen;
use tiedoksi::hub::acting::Person;
use tiedoksi::hub::view::{AddressSet, Folder};

use super::list::{For, Route};
use super::{AUDITOR, FILE};
use crate::agent::{HELMI, LIISA, Session, grant, persons};
use crate::citizen::{add_file, reply, text};
use crate::harness::{Browser, Database, Settings, Site, person_with};
use crate::sender::{Sender, pdf, sender};

/// Helmi, with everything that a mailbox can hold.
pub struct Helmi {
    pub site: Site,
    pub own: Citizen,
    person: Person,
    /// A waiting verifiable message, an opened one, and one that she sent.
    pub messages: [String; 3],
    file: String,
    draft: String,
    mandate: String,
    session: String,
    organisation: String,
}

impl Helmi {
    pub async fn begin(database: &Database) -> (Self, Sender) {
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
        messages.push(reply(&site.hub, &own, opened).await.unwrap().id.to_string());
        let draft = site.hub.begin_reply(&own, opened, String::new()).await.unwrap();
        site.hub
            .save_draft(&own, draft, text("Luonnoksen salaisuus", "Luonnoksen salaisuus"))
            .await
            .unwrap();
        add_file(&site.hub, &own, draft, (FILE, pdf("x"))).await.unwrap();
        let granted = grant(&site, "030594W903B", Scope::Everything, None);
        let mandate = site.hub.grant_mandate(&own, granted).await.unwrap();
        let address = site.hub.set_contact(&own, "helmi@example.fi", Language::Fi).await;
        assert!(matches!(address.unwrap(), AddressSet::CodeSent));
        let person = session.person(&site).await;
        // The session of another browser of hers.
        Session::begin(&site, HELMI).await;
        let sessions = site.hub.list_sessions(&person).await.unwrap();
        let other = sessions.into_iter().find(|it| !it.current).unwrap();
        let status = site.hub.mailbox_status(&own).await.unwrap();
        let helmi = Self {
            messages: messages.try_into().unwrap(),
            file,
            draft: draft.to_string(),
            mandate: mandate.to_string(),
            session: other.key,
            person,
            organisation: status.senders[0].id.to_string(),
            own,
            site,
        };
        (helmi, sender)
    }

    /// A browser in which she is logged in, and the token of its forms.
    pub async fn browser(&self) -> (Browser, String) {
        let session = Session::begin(&self.site, HELMI).await;
        let csrf = session.citizen(&self.site).await.unwrap().csrf().unwrap().to_owned();
        (session.browser, csrf)
    }

    /// A path that names what is Helmi's.
    pub fn filled(&self, path: &str, message: &str) -> String {
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
    pub async fn state(&self) -> String {
        let hub = &self.site.hub;
        let mut state = String::new();
        for folder in [Folder::Inbox, Folder::Sent, Folder::Archive, Folder::Deleted] {
            state += &format!("{:?}", hub.list_folder(&self.own, folder, None).await.unwrap());
        }
        state += &format!("{:?}", hub.drafts(&self.own).await.unwrap());
        state += &format!("{:?}", hub.granted_mandates(&self.own).await.unwrap());
        state += &format!("{:?}", hub.mailbox_status(&self.own).await.unwrap());
        state += &format!("{:?}", hub.contact(&self.own).await.unwrap());
        state += &format!("{:?}", hub.list_sessions(&self.person).await.unwrap());
        let events = "SELECT COUNT(*) FROM event WHERE message_id IS NOT NULL";
        format!("{state} {}", self.site.count(events).await)
    }

    /// The members of every body at once, with whatever is Helmi's in them.
    pub fn json(&self) -> Value {
        json!({
            "inUse": true, "consent": true, "choice": "refused", "filing": "delete", "messages": self.numbers(), "scope": "everything",
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

    /// The request that names what is Helmi's in every way that this route knows.
    pub fn request(&self, browser: &Browser, route: &Route, method: &str, message: &str, csrf: &str) -> RequestBuilder {
        let (path, _, whose, _) = *route;
        let url = self.site.at(&self.filled(path, message));
        let request = browser.client.request(method.parse().unwrap(), url);
        let takes_files = path.ends_with("/files") || path == "/drafts/{id}";
        match (whose, method) {
            (_, "GET") => request,
            (For::Person | For::Program, "POST") if takes_files => {
                let fields = self.form(csrf).into_iter();
                let form = fields.fold(Form::new(), |form, (name, value)| form.text(name, value.to_owned()));
                request.multipart(form.part("file", Part::bytes(pdf("x")).file_name("x.pdf")))
            }
            (For::Program, _) => request.json(&self.json()),
            (_, "POST") => request.form(&self.form(csrf)),
            _ => request,
        }
    }
}
