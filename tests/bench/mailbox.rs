//! A citizen's own acts in a large mailbox beside a small one: list, open, search. In process, without HTTP: what the size of a mailbox costs.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, anyhow};
use futures::{StreamExt as _, TryStreamExt as _};
use tiedoksi::domain::id::MessageId;
use tiedoksi::domain::identity::Hetu;
use tiedoksi::domain::message::Draft;
use tiedoksi::domain::principal::{Citizen, Sender};
use tiedoksi::domain::search::SearchQuery;
use tiedoksi::hub::Hub;
use tiedoksi::hub::view::Folder;
use tiedoksi::store::{Db, DbOptions};

use crate::people;
use crate::site::{Site, seed};
use crate::table::{Goal, Table};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Sends under way at once: enough to share commits.
const AT_ONCE: usize = 64;
/// A rare word, a common one, two, a beginning, three beginnings, the shortest beginning, and one that is not there.
const QUERIES: [&str; 7] = ["kalatero", "kaka", "kaka kala", "peru", "ka la ma", "k", "olematon"];

/// A mailbox and one of its messages.
struct Mailbox {
    citizen: Citizen,
    newest: MessageId,
}

struct Mail {
    hub: Arc<Hub>,
    sender: Arc<Sender>,
}

/// Measures everything on one database.
pub async fn measure(pairs: usize, site: &Site, table: &mut Table) -> anyhow::Result<()> {
    let db = Db::open(&DbOptions {
        url: site.new_database("bench_mailboxes").await?,
        connections: 8,
        pooler: false,
    })
    .await?;
    db.migrate().await?;
    let hub = seed::hub(db, site.master_key(), &site.folder().join("mailboxes"))?;
    let password = seed::register(&hub).await?;
    let token = hub.issue_token(seed::USERNAME, &password, HERE).await?;
    let sender = hub.sender(&token.token, HERE).await?;
    let mail = Mail { hub, sender };
    let ten = mail.fill(site, 0, 10, 2048).await?;
    let many = mail.fill(site, 1, 10_000, 2048).await?;
    let most = mail.fill(site, 2, 100_000, 256).await?;
    for _ in 0..pairs {
        table.ratio(Goal::M1, site.kind, mail.list(&most).await?, mail.list(&ten).await?);
        table.ratio(Goal::M2, site.kind, mail.open(&most).await?, mail.open(&ten).await?);
        let (all, few) = (mail.search(&most).await?, mail.search(&ten).await?);
        table.ratio(Goal::M3, site.kind, median(&all), median(&few));
        let found = mail.search(&many).await?;
        table.value(Goal::M4, site.kind, median(&found) * 1000.0);
        let slowest = found.iter().copied().fold(0.0, f64::max);
        table.value(Goal::M5, site.kind, slowest * 1000.0);
        let slowest = all.iter().copied().fold(0.0, f64::max);
        table.value(Goal::M6, site.kind, slowest * 1000.0);
    }
    Ok(())
}

impl Mail {
    /// Opens the mailbox of this person, sends so many messages to it, and indexes them.
    async fn fill(&self, site: &Site, person: usize, count: usize, bytes: usize) -> anyhow::Result<Mailbox> {
        let hetu = Hetu::parse(&people::code(person), true)?;
        let citizen = self.hub.citizen_of_demo(hetu, "Onni Testilä").await?;
        self.hub.activate(&citizen).await?;
        let began = Instant::now();
        futures::stream::iter(0..count)
            .map(Ok)
            .try_for_each_concurrent(AT_ONCE, |number| self.send(person, number, bytes))
            .await?;
        let sent = began.elapsed();
        while self.hub.index_step(citizen.mailbox).await? {}
        eprintln!(
            "{:10} {count} messages of {bytes} bytes: sent in {:.1} s, indexed in {:.1} s",
            site.kind.name(),
            sent.as_secs_f64(),
            (began.elapsed() - sent).as_secs_f64()
        );
        let page = self.hub.list_folder(&citizen, Folder::Inbox, None).await?;
        let newest = page.rows.first().context("an empty mailbox")?.id;
        Ok(Mailbox { citizen, newest })
    }

    async fn send(&self, person: usize, number: usize, bytes: usize) -> anyhow::Result<()> {
        let body = serde_json::json!({
            "externalId": format!("mailbox-{person}-{number}"),
            "recipient": { "id": people::code(person) },
            "sender": { "serviceId": seed::SERVICE },
            "electronic": {
                "title": people::text(number + 1_000_000_007, 40),
                "body": people::text(number, bytes),
                "bodyFormat": "Text",
                "messageServiceType": "Normal",
                "replyAllowedBy": "Anyone",
                "visibility": "Normal",
                "attachments": [],
                "notifications": {
                    "senderDetailsInNotifications": "Organisation and service name",
                    "unreadMessageNotification": { "reminder": "Default reminder" }
                }
            }
        });
        let draft = Draft::parse_electronic_v2(body.to_string().as_bytes(), true);
        let draft = draft.map_err(|found| anyhow!("{found:?}"))?;
        self.hub.submit(&self.sender, draft).await?;
        Ok(())
    }

    /// Seconds of a first page, the median of some.
    async fn list(&self, mailbox: &Mailbox) -> anyhow::Result<f64> {
        let mut took = Vec::new();
        for _ in 0..41 {
            let began = Instant::now();
            self.hub.list_folder(&mailbox.citizen, Folder::Inbox, None).await?;
            took.push(began.elapsed().as_secs_f64());
        }
        Ok(median(&took))
    }

    /// Seconds until a message is shown, the record of its opening included.
    async fn open(&self, mailbox: &Mailbox) -> anyhow::Result<f64> {
        let mut took = Vec::new();
        for _ in 0..41 {
            let began = Instant::now();
            self.hub.open(&mailbox.citizen, mailbox.newest).await?;
            took.push(began.elapsed().as_secs_f64());
        }
        Ok(median(&took))
    }

    /// Seconds of a first page of results, for each query the median of some.
    async fn search(&self, mailbox: &Mailbox) -> anyhow::Result<Vec<f64>> {
        let mut all = Vec::new();
        for query in QUERIES {
            let query = SearchQuery::parse(query)?;
            let mut took = Vec::new();
            for _ in 0..11 {
                let began = Instant::now();
                self.hub.search(&mailbox.citizen, &query, None).await?;
                took.push(began.elapsed().as_secs_f64());
            }
            all.push(median(&took));
        }
        Ok(all)
    }
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
