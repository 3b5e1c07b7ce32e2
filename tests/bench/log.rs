//! A log of a million leaves: what sealing costs at its end beside its beginning, and what a proof costs in it. In process, without HTTP.
//!
//! The leaves between the two deliveries that are proved are rows with random digests, as if other organisations had sent meanwhile.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, anyhow, ensure};
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use tiedoksi::domain::id::MessageId;
use tiedoksi::domain::identity::Hetu;
use tiedoksi::domain::message::Draft;
use tiedoksi::domain::name::Language;
use tiedoksi::domain::principal::Sender;
use tiedoksi::evidence::verify::{Trust, verify_proof};
use tiedoksi::hub::Hub;
use tiedoksi::store::{Db, DbOptions};

use crate::people;
use crate::site::{Kind, Site, resident_megabytes, seed};
use crate::table::{Goal, Table};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// As many events as the sealer takes in one batch.
const BATCH: u64 = 4096;
/// Batches at each end whose times are compared.
const COMPARED: usize = 20;
/// Proofs made of each delivery; the median counts.
const PROOFS: usize = 41;

const SQLITE_ROWS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4096)
    INSERT INTO event (id, entry, kind, time) SELECT randomblob(16), randomblob(32), 'bench', 0 FROM n";
const POSTGRES_ROWS: &str = "INSERT INTO event (id, entry, kind, time)
    SELECT gen_random_uuid(), sha256(uuid_send(gen_random_uuid())), 'bench', 0 FROM generate_series(1, 4096)";

/// A hub whose log grows.
struct Log {
    hub: Arc<Hub>,
    sender: Arc<Sender>,
    url: String,
    fence: i64,
}

/// Measures everything on one database, in a log of so many leaves.
pub async fn measure(leaves: u64, site: &Site, table: &mut Table) -> anyhow::Result<()> {
    let log = Log::make(site).await?;
    let first = log.deliver("first").await?;
    log.seal().await?;
    let before = resident_megabytes(std::process::id())?;
    let (mut took, began) = (Vec::new(), Instant::now());
    for _ in 0..leaves.div_ceil(BATCH) {
        log.add_batch(site.kind).await?;
        let began = Instant::now();
        ensure!(log.seal_batch().await? as u64 == BATCH, "a batch of another size");
        took.push(began.elapsed().as_secs_f64());
    }
    let sealing: f64 = took.iter().sum();
    eprintln!(
        "{:10} {leaves} leaves: sealed in {sealing:.1} s, {:.0} a second, rows made in {:.1} s",
        site.kind.name(),
        leaves as f64 / sealing,
        began.elapsed().as_secs_f64() - sealing,
    );
    let ends = took.len().min(2 * COMPARED) / 2;
    let (start, end) = (&took[..ends], &took[took.len() - ends..]);
    for (start, end) in start.iter().zip(end) {
        table.ratio(Goal::L1, site.kind, *end, *start);
    }
    table.value(Goal::L2, site.kind, resident_megabytes(std::process::id())? - before);
    let last = log.deliver("last").await?;
    log.seal().await?;
    for message in [first, last] {
        for _ in 0..PROOFS {
            let began = Instant::now();
            log.hub.proof_as_sender(&log.sender, message).await?;
            table.value(Goal::L3, site.kind, began.elapsed().as_secs_f64() * 1000.0);
        }
        let bundle = log.hub.bundle_as_sender(&log.sender, message, Language::Fi).await?;
        for _ in 0..PROOFS {
            let began = Instant::now();
            let verdict = verify_proof(&bundle, &Trust::none());
            table.value(Goal::L4, site.kind, began.elapsed().as_secs_f64() * 1000.0);
            ensure!(verdict.exit_code() == 3, "{verdict}");
        }
    }
    Ok(())
}

impl Log {
    async fn make(site: &Site) -> anyhow::Result<Self> {
        let url = site.new_database("bench_log").await?;
        let db = Db::open(&DbOptions {
            url: url.clone(),
            connections: 8,
            pooler: false,
        })
        .await?;
        db.migrate().await?;
        let hub = seed::hub(db, site.master_key(), &site.folder().join("log"))?;
        hub.prepare_log().await?;
        let password = seed::register(&hub).await?;
        let token = hub.issue_token(seed::USERNAME, &password, HERE).await?;
        let sender = hub.sender(&token.token, HERE).await?;
        let hetu = Hetu::parse(&people::code(0), true)?;
        hub.activate(&hub.citizen_of_demo(hetu, "Onni Testilä").await?).await?;
        let mut log = Self {
            hub,
            sender,
            url,
            fence: 0,
        };
        log.fence = log.lease().await?;
        Ok(log)
    }

    async fn lease(&self) -> anyhow::Result<i64> {
        self.hub.lease_log().await?.context("another process seals")
    }

    async fn deliver(&self, external_id: &str) -> anyhow::Result<MessageId> {
        let body = serde_json::json!({
            "externalId": external_id,
            "recipient": { "id": people::code(0) },
            "sender": { "serviceId": seed::SERVICE },
            "electronic": {
                "title": "Päätös",
                "body": people::BODY.as_str(),
                "bodyFormat": "Text",
                "messageServiceType": "Verifiable",
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
        Ok(self.hub.submit(&self.sender, draft).await?.id)
    }

    /// Rows for one batch.
    async fn add_batch(&self, kind: Kind) -> anyhow::Result<()> {
        match kind {
            Kind::Sqlite => {
                let mut connection = SqliteConnection::connect(&self.url).await?;
                sqlx::query(SQLITE_ROWS).execute(&mut connection).await?;
                connection.close().await?;
            }
            Kind::Postgres => {
                let mut connection = PgConnection::connect(&self.url).await?;
                sqlx::query(POSTGRES_ROWS).execute(&mut connection).await?;
                connection.close().await?;
            }
        }
        Ok(())
    }

    async fn seal_batch(&self) -> anyhow::Result<usize> {
        ensure!(self.lease().await? == self.fence, "the lease was lost");
        Ok(self.hub.seal_batch(self.fence).await?)
    }

    /// Seals whatever there is.
    async fn seal(&self) -> anyhow::Result<()> {
        while self.seal_batch().await? > 0 {}
        Ok(())
    }
}
