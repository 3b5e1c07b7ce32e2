//! The goals of performance, each a ratio within one run: the real server over loopback against what its database can do by itself, large
//! mailboxes against small ones, a log of a million leaves against a short one, and a range of many deliveries against one of few.
//!
//! Every comparison is made in interleaved pairs and told as the median of the pairs' ratios, so that a change of the machine's mood in the
//! course of a run touches both sides. Start it by `tests/bench/run`. Leaves out: tests (nothing here asserts).

mod load;
mod log;
mod mailbox;
mod people;
mod pgbench;
mod range;
mod raw;
mod site;
mod table;

use std::time::Duration;

use anyhow::{Context as _, bail};

use load::{Client, Load};
use pgbench::PgBench;
use site::{Kind, Server, Site, Switch};
use table::{Goal, Table};

/// Connections of the load that every throughput is measured with.
const CONNECTIONS: usize = 64;

/// How much is measured.
struct Plan {
    pairs: usize,
    time: Duration,
    only: Vec<String>,
    /// In the log of the goals L1 to L4.
    leaves: u64,
    /// In the range of the goals L5 and L6.
    deliveries: u64,
}

impl Plan {
    fn read() -> anyhow::Result<Self> {
        let mut plan = Self {
            pairs: 5,
            time: Duration::from_secs(4),
            only: Vec::new(),
            leaves: 1_000_000,
            deliveries: 100_000,
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                // Cargo says so to every bench.
                "--bench" => {}
                "--quick" => {
                    (plan.pairs, plan.time) = (1, Duration::from_secs(1));
                    (plan.leaves, plan.deliveries) = (20_000, 5000);
                }
                "--pairs" => plan.pairs = value()?.parse()?,
                "--seconds" => plan.time = Duration::from_secs(value()?.parse()?),
                "--leaves" => plan.leaves = value()?.parse()?,
                "--deliveries" => plan.deliveries = value()?.parse()?,
                "--only" => plan.only = value()?.split(',').map(str::to_owned).collect(),
                other => bail!("unknown: {other}"),
            }
        }
        Ok(plan)
    }

    fn wants(&self, goals: &[&str]) -> bool {
        self.only.is_empty() || goals.iter().any(|goal| self.only.iter().any(|only| only == goal))
    }
}

/// One thread is enough for the clients, and leaves the rest of the machine to the server.
#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    rustls::crypto::ring::default_provider().install_default().ok();
    let plan = Plan::read()?;
    let mut table = Table::default();
    for kind in [Kind::Postgres, Kind::Sqlite] {
        let site = Site::make(kind).await?;
        if plan.wants(&["M1", "M2", "M3", "M4", "M5", "M6"]) {
            mailbox::measure(plan.pairs, &site, &mut table).await?;
        }
        if plan.wants(&["L1", "L2", "L3", "L4"]) {
            log::measure(plan.leaves, &site, &mut table).await?;
        }
        if plan.wants(&["L5", "L6"]) {
            range::measure(plan.deliveries, &site, &mut table).await?;
        }
        if !plan.wants(&["G1", "G2", "G3", "G4", "G5", "G6", "G11", "G14"]) {
            continue;
        }
        let everything = site.serve(Switch::Everything).await?;
        match kind {
            Kind::Postgres => postgres(&plan, &site, &everything, &mut table).await?,
            Kind::Sqlite => sqlite(&plan, &site, &everything, &mut table).await?,
        }
        switches(&plan, &site, &everything, &mut table).await?;
    }
    table.print(&plan.only);
    Ok(())
}

/// What the server accepts per second with the usual load; fails when anything was not accepted.
async fn accepted(plan: &Plan, server: &Server) -> anyhow::Result<Load> {
    let load = server.client().run(CONNECTIONS, plan.time).await?;
    // The sealer catches up, so that the next measurement does not pay for this one.
    tokio::time::sleep(Duration::from_millis(300)).await;
    Ok(load)
}

async fn postgres(plan: &Plan, site: &Site, server: &Server, table: &mut Table) -> anyhow::Result<()> {
    let bench = PgBench::prepare(site).await?;
    if plan.wants(&["G1", "G2", "G5", "G14"]) {
        warm(server.client()).await?;
        for _ in 0..plan.pairs {
            let ours = accepted(plan, server).await?;
            let three = bench.rate("three", 8, plan.time)?;
            let again = accepted(plan, server).await?;
            let single = bench.rate("single", 8, plan.time)?;
            table.ratio(Goal::G1, site.kind, ours.rate, three);
            table.ratio(Goal::G2, site.kind, again.rate, single);
            table.ratio(Goal::G5, site.kind, ours.p99, CONNECTIONS as f64 / ours.rate);
        }
        table.value(Goal::G14Postgres, site.kind, server.resident_megabytes()?);
    }
    if plan.wants(&["G4"]) {
        warm(server.client()).await?;
        for _ in 0..plan.pairs {
            let ours = server.client().run(1, plan.time).await?;
            let theirs = bench.median_alone("three", plan.time)?;
            table.ratio(Goal::G4, site.kind, ours.p50, theirs);
        }
    }
    Ok(())
}

async fn sqlite(plan: &Plan, site: &Site, server: &Server, table: &mut Table) -> anyhow::Result<()> {
    if plan.wants(&["G5", "G6", "G14"]) {
        warm(server.client()).await?;
        for _ in 0..plan.pairs {
            let ours = accepted(plan, server).await?;
            let theirs = raw::rate(site.folder(), plan.time)?;
            table.ratio(Goal::G6, site.kind, ours.rate, theirs);
            table.ratio(Goal::G5, site.kind, ours.p99, CONNECTIONS as f64 / ours.rate);
        }
        table.value(Goal::G14Sqlite, site.kind, server.resident_megabytes()?);
    }
    Ok(())
}

/// The same server with one switch off.
async fn switches(plan: &Plan, site: &Site, server: &Server, table: &mut Table) -> anyhow::Result<()> {
    for (goal, switch) in [(Goal::G3, Switch::OwnCommits), (Goal::G11, Switch::NoEvidence)] {
        if !plan.wants(&[goal.name()]) {
            continue;
        }
        let other = site.serve(switch).await?;
        warm(server.client()).await?;
        warm(other.client()).await?;
        for _ in 0..plan.pairs {
            let ours = accepted(plan, server).await?;
            let theirs = accepted(plan, &other).await?;
            table.ratio(goal, site.kind, ours.rate, theirs.rate);
        }
    }
    Ok(())
}

/// Fills pools, caches and the statement cache.
async fn warm(client: &Client) -> anyhow::Result<()> {
    client.run(CONNECTIONS, Duration::from_millis(500)).await.map(drop)
}
