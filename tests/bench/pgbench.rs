//! What PostgreSQL does by itself: pgbench, the same three rows, the same durability.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, bail};
use url::Url;

use crate::people;
use crate::site::{Site, run_on};

const TABLES: &str = "
CREATE TABLE message (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mailbox BIGINT NOT NULL, body TEXT NOT NULL);
CREATE TABLE event (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mailbox BIGINT NOT NULL, kind TEXT NOT NULL, time TIMESTAMPTZ NOT NULL);
CREATE TABLE idempotency (system BIGINT NOT NULL, external_id TEXT NOT NULL, PRIMARY KEY (system, external_id));";

const THREE: &str = r"\set mailbox random(1, 1000)
BEGIN;
INSERT INTO message (mailbox, body) VALUES (:mailbox, :body);
INSERT INTO event (mailbox, kind, time) VALUES (:mailbox, 'accepted', now());
INSERT INTO idempotency (system, external_id) VALUES (1, gen_random_uuid()::text);
COMMIT;
";

const SINGLE: &str = r"\set mailbox random(1, 1000)
WITH m AS (INSERT INTO message (mailbox, body) VALUES (:mailbox, :body)), e AS (INSERT INTO event (mailbox, kind, time) VALUES (:mailbox, 'accepted', now())) INSERT INTO idempotency (system, external_id) VALUES (1, gen_random_uuid()::text);
";

/// pgbench with its scripts and its database.
pub struct PgBench {
    folder: PathBuf,
    database: Url,
    program: PathBuf,
}

impl PgBench {
    pub async fn prepare(site: &Site) -> anyhow::Result<Self> {
        let database = site.own_postgres("bench_baseline").await?;
        run_on(&database, TABLES).await?;
        let folder = site.folder().to_owned();
        std::fs::write(folder.join("three.sql"), THREE)?;
        std::fs::write(folder.join("single.sql"), SINGLE)?;
        let program = std::env::var_os("PGBENCH").context("PGBENCH: start the bench by tests/bench/run")?;
        Ok(Self {
            folder,
            database,
            program: program.into(),
        })
    }

    /// Transactions per second.
    pub fn rate(&self, script: &str, clients: u32, time: Duration) -> anyhow::Result<f64> {
        let told = self.run(script, clients, time, &[])?;
        let rate = told
            .lines()
            .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next());
        Ok(rate.with_context(|| format!("no rate in: {told}"))?.parse()?)
    }

    /// The median time of a transaction, in seconds, of one client alone.
    pub fn median_alone(&self, script: &str, time: Duration) -> anyhow::Result<f64> {
        self.run(script, 1, time, &["-l"])?;
        let mut took = Vec::new();
        for entry in std::fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if is_log(&path) {
                // client, transaction, microseconds, …
                let text = std::fs::read_to_string(&path)?;
                took.extend(
                    text.lines()
                        .filter_map(|line| line.split(' ').nth(2)?.parse::<f64>().ok()),
                );
                std::fs::remove_file(&path)?;
            }
        }
        took.sort_by(f64::total_cmp);
        let median = took.get(took.len() / 2).context("pgbench wrote no log")?;
        Ok(median / 1e6)
    }

    fn run(&self, script: &str, clients: u32, time: Duration, more: &[&str]) -> anyhow::Result<String> {
        let output = Command::new(&self.program)
            .current_dir(&self.folder)
            .args(["-n", "-M", "prepared", "-j", "2", "-c", &clients.to_string()])
            .args(["-T", &time.as_secs().max(1).to_string(), "-f", &format!("{script}.sql")])
            .args(["-D", &format!("body={}", people::BODY.as_str())])
            .args(more)
            .arg(self.database.as_str())
            .output()
            .context("pgbench")?;
        if !output.status.success() {
            bail!("pgbench: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

fn is_log(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with("pgbench_log."))
}
