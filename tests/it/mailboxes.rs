//! What the tests of the mailbox share: a town that sends, two people who read, and the words of the questions they ask.

use reqwest::StatusCode;
use serde_json::Value;
use tiedoksi::domain::id::MessageId;
use tiedoksi::domain::principal::Citizen;
use tiedoksi::hub::view::{Folder, MessageSummary};

use crate::harness::{Browser, Database, Settings, Site, person};
use crate::sender::{Sender, sender};

pub const MATTI: &str = "010594Y9032";
pub const MAIJA: &str = "010594Y9021";

/// A site with a sender and Matti's mailbox in use.
pub struct Town {
    pub site: Site,
    pub sender: Sender,
    pub matti: Citizen,
}

impl Town {
    pub async fn start(database: &Database) -> Self {
        Self::start_with(database, Settings::default()).await
    }

    pub async fn start_with(database: &Database, settings: Settings) -> Self {
        let persons = vec![
            person(MATTI, "Matti", "Meikäläinen"),
            person(MAIJA, "Maija", "Meikäläinen"),
        ];
        let site = Site::start(database, persons, settings).await;
        let sender = sender(&site, "0208573-0", false).await;
        let matti = site.citizen(MATTI).await;
        site.hub.activate(&matti).await.unwrap();
        Self { site, sender, matti }
    }

    /// Sends a message of this kind, `Normal` or `Verifiable`.
    pub async fn sent(&self, external_id: &str, to: &str, kind: &str) -> MessageId {
        self.sent_with(external_id, to, kind, |_| {}).await
    }

    /// The same after a change of its electronic part.
    pub async fn sent_with(
        &self,
        external_id: &str,
        to: &str,
        kind: &str,
        change: impl FnOnce(&mut Value),
    ) -> MessageId {
        let mut message = self.sender.message(external_id, to, kind);
        change(&mut message["electronic"]);
        self.sender.sent(&message).await.to_string().parse().unwrap()
    }

    /// The first page of a folder of Matti's.
    pub async fn list(&self, folder: Folder) -> Vec<MessageSummary> {
        self.site.hub.list_folder(&self.matti, folder, None).await.unwrap().rows
    }

    /// The ids on it.
    pub async fn ids(&self, folder: Folder) -> Vec<MessageId> {
        self.list(folder).await.iter().map(|row| row.id).collect()
    }

    /// Goes on by so many days; sessions and tokens end meanwhile and are begun anew.
    pub async fn days_later(&mut self, days: i64) {
        self.site.advance(jiff::SignedDuration::from_hours(24 * days));
        self.sender.log_in().await;
        self.matti = self.site.citizen(MATTI).await;
    }

    /// The page at this path, as Matti's browser gets it.
    pub async fn page(&self, browser: &Browser, path: &str) -> String {
        let answer = browser.get(self.site.at(path)).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.unwrap()
    }
}

/// A browser in which this person is logged in, and the token of its forms.
pub async fn browser(site: &Site, id: &str) -> (Browser, String) {
    let browser = site.logged_in(id).await;
    let who: Value = browser.get(site.at("/probe/whoami")).await.json().await.unwrap();
    let csrf = who["csrf"].as_str().unwrap().to_owned();
    (browser, csrf)
}
