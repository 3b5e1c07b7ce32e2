//! Searching a mailbox: what is found, by whom, and what is not; that the index survives whatever happens to it and tells nothing at rest.

mod index;
mod page;

use futures::{StreamExt as _, TryStreamExt as _};
use jiff::SignedDuration;
use serde_json::Value;
use tiedoksi::domain::id::MessageId;
use tiedoksi::domain::mandate::{Agency, AgentRole, Scope};
use tiedoksi::domain::principal::Citizen;
use tiedoksi::domain::search::SearchQuery;
use tiedoksi::hub::ActError;
use tiedoksi::hub::search::{FoundIn, SearchPage};

use crate::harness::{Database, Settings, Site, databases, person};
use crate::sender::{Sender, sender};

pub const MATTI: &str = "010594Y9032";
pub const MAIJA: &str = "010594Y9021";

/// A site with two people and a sender.
pub struct Mail {
    pub site: Site,
    pub sender: Sender,
    pub matti: Citizen,
    pub maija: Citizen,
}

impl Mail {
    pub async fn begin(database: &Database) -> Self {
        let persons = vec![
            person(MATTI, "Matti", "Meikäläinen"),
            person(MAIJA, "Maija", "Meikäläinen"),
        ];
        let site = Site::start(database, persons, Settings::default()).await;
        let sender = sender(&site, "0208573-0", false).await;
        let (matti, maija) = (site.citizen(MATTI).await, site.citizen(MAIJA).await);
        site.hub.activate(&matti).await.unwrap();
        site.hub.activate(&maija).await.unwrap();
        Self {
            site,
            sender,
            matti,
            maija,
        }
    }

    /// A message by its title and body.
    pub fn message(&self, name: &str, to: &str, title: &str, body: &str) -> Value {
        let mut message = self.sender.message(name, to, "Normal");
        message["electronic"]["title"] = title.into();
        message["electronic"]["body"] = body.into();
        message
    }

    pub async fn send(&self, name: &str, to: &str, title: &str, body: &str) -> i64 {
        self.sender.sent(&self.message(name, to, title, body)).await
    }

    /// Sends this many, each with its number in title and body.
    pub async fn send_many(&self, to: &str, count: usize) {
        futures::stream::iter(0..count)
            .map(|n| self.send_numbered(to, n))
            .buffer_unordered(32)
            .collect::<Vec<_>>()
            .await;
    }

    async fn send_numbered(&self, to: &str, n: usize) -> i64 {
        let (name, title, body) = (
            format!("M-{n}"),
            format!("Viesti nro{n}"),
            format!("Sisältö luku{n} yhteinen"),
        );
        self.send(&name, to, &title, &body).await
    }

    pub async fn search(&self, citizen: &Citizen, query: &str) -> SearchPage {
        let query = SearchQuery::parse(query).unwrap();
        self.site.hub.search(citizen, &query, None).await.unwrap()
    }

    /// The ids that a search finds on its first page.
    pub async fn found(&self, citizen: &Citizen, query: &str) -> Vec<i64> {
        ids(&self.search(citizen, query).await)
    }
}

pub fn ids(page: &SearchPage) -> Vec<i64> {
    page.rows.iter().map(|row| row.summary.id.get()).collect()
}

fn id(number: i64) -> MessageId {
    MessageId::try_from(number).unwrap()
}

#[tokio::test]
async fn whole_words_and_beginnings_are_found_whatever_their_marks_and_case() {
    for database in databases() {
        let mail = Mail::begin(&database).await;
        let body =
            "# Kokous\n\nTervetuloa **Äänekosken** kaupungin\u{AD}talolle, [ohjeet](https://viitasaari.fi/ohjeet).";
        let one = mail.send("A-1", MATTI, "Kutsu ÖLJYSÄILIÖN tarkastukseen", body).await;
        let two = mail
            .send("A-2", MATTI, "Lasku 2026-114", "Maksettava viimeistään. Äänekoski")
            .await;
        for query in ["aanekosk", "ÄÄNEKOS", "äänek", "A\u{308}a\u{308}nekosk", "  ,,äänek!! "] {
            let found = mail.found(&mail.matti, query).await;
            assert!(
                !found.is_empty() && found.iter().all(|id| [one, two].contains(id)),
                "{query}: {found:?}"
            );
        }
        for (query, expected) in [
            ("aanek", vec![two, one]),
            ("äänekosken kaupungintalolle", vec![one]),
            ("oljy tark", vec![one]),
            ("tark oljy", vec![one]),
            ("2026-114", vec![two]),
            ("viitasaari.fi", vec![one]),
            // The sender, in any language.
            ("rakennusvalv", vec![two, one]),
            ("koekunta lasku", vec![two]),
            // Not within words, nor of two messages together.
            ("koski", vec![]),
            ("kutsu lasku", vec![]),
            ("https", vec![one]),
            ("olematon", vec![]),
        ] {
            assert_eq!(mail.found(&mail.matti, query).await, expected, "{query}");
        }
        let page = mail.search(&mail.matti, "lasku").await;
        assert_eq!(page.rows[0].summary.title.as_deref(), Some("Lasku 2026-114"));
        assert!(page.rows[0].lies == FoundIn::Inbox && !page.incomplete && page.next.is_none());
    }
}

#[tokio::test]
async fn an_unconfirmed_message_is_found_by_what_its_gate_shows() {
    for database in databases() {
        let mail = Mail::begin(&database).await;
        let number = mail.sender.sent(&mail.sender.message("A-1", MATTI, "Verifiable")).await;
        for query in ["päätös", "rakennusluvasta koekunta"] {
            assert_eq!(mail.found(&mail.matti, query).await, [number], "{query}");
        }
        for query in ["salainen", "päätös sisältö", "myönnetty"] {
            assert!(mail.found(&mail.matti, query).await.is_empty(), "{query}");
        }
        mail.site.hub.confirm(&mail.matti, id(number)).await.unwrap();
        for query in ["salainen", "päätös sisältö", "rakennusluvasta", "koekunta myönnetty"] {
            assert_eq!(mail.found(&mail.matti, query).await, [number], "{query}");
        }
        // Where the service hides its titles, the sender alone is found before.
        mail.site.execute("UPDATE service SET hides_title = TRUE").await;
        mail.site.advance(SignedDuration::from_secs(3));
        let hidden = mail.sender.sent(&mail.sender.message("A-2", MATTI, "Verifiable")).await;
        assert_eq!(mail.found(&mail.matti, "rakennusluvasta").await, [number]);
        assert_eq!(mail.found(&mail.matti, "rakennusvalvonta").await, [hidden, number]);
        // After its window it is read late, and then found as a whole.
        mail.site.advance(SignedDuration::from_hours(24 * 60));
        assert!(!mail.site.hub.confirm(&mail.matti, id(hidden)).await.unwrap().served);
        assert_eq!(
            mail.found(&mail.matti, "salainen rakennusluvasta").await,
            [hidden, number]
        );
    }
}

#[tokio::test]
async fn nobody_finds_what_they_may_not_see() {
    for database in databases() {
        let mail = Mail::begin(&database).await;
        let open = mail.send("A-1", MATTI, "Avoin asia", "yhteinen").await;
        let mut kept = mail.message("A-2", MATTI, "Oma asia", "yhteinen");
        kept["electronic"]["visibility"] = "Recipient only".into();
        let kept = mail.sender.sent(&kept).await;
        assert_eq!(mail.found(&mail.matti, "yhteinen").await, [kept, open]);
        assert!(mail.found(&mail.maija, "yhteinen").await.is_empty());

        let agent = |role, scope| Citizen {
            mailbox: mail.matti.mailbox,
            agency: Some(Agency {
                mandate: "1".into(),
                role,
                scope,
                owner_name: "Matti".into(),
            }),
            ..mail.maija.clone()
        };
        let nothing = Scope::Some {
            organisations: [].into(),
            topics: ["housing".to_owned()].into(),
        };
        for (agent, expected) in [
            (agent(AgentRole::Mandate, Scope::Everything), vec![open]),
            (agent(AgentRole::Signatory, Scope::Everything), vec![kept, open]),
            (agent(AgentRole::Mandate, nothing), vec![]),
        ] {
            assert_eq!(mail.found(&agent, "asia").await, expected);
        }
    }
}

#[tokio::test]
async fn results_come_page_by_page_and_leave_out_what_was_deleted() {
    for database in databases() {
        let mail = Mail::begin(&database).await;
        mail.send_many(MATTI, 45).await;
        let query = SearchQuery::parse("yhteinen").unwrap();
        let (mut all, mut cursor, mut sizes) = (Vec::new(), None, Vec::new());
        loop {
            let page = mail
                .site
                .hub
                .search(&mail.matti, &query, cursor.as_deref())
                .await
                .unwrap();
            sizes.push(page.rows.len());
            all.extend(ids(&page));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(sizes, [20, 20, 5]);
        assert!(
            all.windows(2).all(|pair| pair[0] > pair[1]),
            "newest first, each once: {all:?}"
        );
        for bad in ["x", "AAAA"] {
            let refused = mail.site.hub.search(&mail.matti, &query, Some(bad)).await;
            assert!(matches!(refused, Err(ActError::Invalid(_))));
        }

        // A whole page of deleted ones shortens none, and the last page is the last.
        mail.site
            .execute("UPDATE message SET deleted_at = 1 WHERE id > (SELECT MIN(id) + 22 FROM message)")
            .await;
        mail.site
            .execute("UPDATE message SET archived_at = 1 WHERE id = (SELECT MIN(id) FROM message)")
            .await;
        let first = mail.site.hub.search(&mail.matti, &query, None).await.unwrap();
        let last = mail
            .site
            .hub
            .search(&mail.matti, &query, first.next.as_deref())
            .await
            .unwrap();
        let kept = mail
            .site
            .count("SELECT COUNT(*) FROM message WHERE deleted_at IS NULL")
            .await;
        assert_eq!((first.rows.len() + last.rows.len()) as i64, kept);
        assert_eq!((last.rows.last().unwrap().lies, last.next), (FoundIn::Archive, None));

        let written = crate::citizen::text("Vastaus", "Kiitos yhteistyöstä");
        let to = first.rows[0].summary.id;
        let receipt = crate::citizen::reply_with(&mail.site.hub, &mail.matti, to, written, &[])
            .await
            .unwrap();
        let page = mail.search(&mail.matti, "yhteist").await;
        assert_eq!((ids(&page), page.rows[0].lies), (vec![receipt.id.get()], FoundIn::Sent));
    }
}

/// Every column of the index that holds ciphertext.
pub async fn sealed(site: &Site) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for query in [
        "SELECT segment_sealed FROM search_segment",
        "SELECT key_mailbox FROM search_segment",
        "SELECT block_sealed FROM search_block",
    ] {
        all.extend(blobs(site, query).await);
    }
    all
}

async fn blobs(site: &Site, query: &'static str) -> Vec<Vec<u8>> {
    use sqlx::Connection as _;
    if site.database.starts_with("sqlite:") {
        let mut connection = sqlx::SqliteConnection::connect(&site.database).await.unwrap();
        sqlx::query_scalar(query)
            .fetch(&mut connection)
            .try_collect()
            .await
            .unwrap()
    } else {
        let mut connection = sqlx::PgConnection::connect(&site.database).await.unwrap();
        sqlx::query_scalar(query)
            .fetch(&mut connection)
            .try_collect()
            .await
            .unwrap()
    }
}
