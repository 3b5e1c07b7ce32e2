//! A hub's databases with their mailboxes, and the real server on top of them.
//!
//! Mailboxes are opened once, by the acts themselves; every server gets a copy of that database, so that each begins with the same.

pub mod seed;

use std::cell::Cell;
use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use ring::rand::SystemRandom;
use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;
use tiedoksi::vault::Vault;
use url::Url;

use crate::load::{self, Client};

/// A database kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Postgres,
    Sqlite,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::Sqlite => "SQLite",
        }
    }
}

/// What a server does without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    Everything,
    OwnCommits,
    NoEvidence,
}

/// Where everything of one database kind lies.
pub struct Site {
    pub kind: Kind,
    folder: TempDir,
    master_key: String,
    password: String,
}

/// A running server.
pub struct Server {
    process: Child,
    config: PathBuf,
    client: Client,
}

const TEMPLATE: &str = "bench_template";

impl Site {
    /// Makes the database that every server begins with.
    pub async fn make(kind: Kind) -> anyhow::Result<Self> {
        let mut site = Self {
            kind,
            folder: TempDir::new()?,
            master_key: Vault::generate_base64(&SystemRandom::new())?,
            password: String::new(),
        };
        let url = site.new_database(TEMPLATE).await?;
        site.password = seed::fill(&url, &site.master_key, site.folder()).await?;
        Ok(site)
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn master_key(&self) -> &str {
        &self.master_key
    }

    /// The address of a new, empty database.
    pub async fn new_database(&self, name: &str) -> anyhow::Result<String> {
        Ok(match self.kind {
            Kind::Sqlite => self.sqlite(name),
            Kind::Postgres => self.own_postgres(name).await?.into(),
        })
    }

    fn sqlite(&self, name: &str) -> String {
        format!("sqlite:{}", self.folder().join(name).with_extension("sqlite").display())
    }

    /// A new, empty database on the server that the bench was started with.
    pub async fn own_postgres(&self, name: &str) -> anyhow::Result<Url> {
        self.new_postgres(name, "template0").await
    }

    async fn new_postgres(&self, name: &str, template: &str) -> anyhow::Result<Url> {
        let server = std::env::var("TIEDOKSI_TEST_POSTGRES").context("start the bench by tests/bench/run")?;
        let mut url: Url = server.parse()?;
        run_on(&url, &format!("DROP DATABASE IF EXISTS {name}")).await?;
        run_on(&url, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await?;
        url.set_path(name);
        Ok(url)
    }

    /// Starts the real binary on a copy of the database.
    pub async fn serve(&self, switch: Switch) -> anyhow::Result<Server> {
        let name = match switch {
            Switch::Everything => "everything",
            Switch::OwnCommits => "own_commits",
            Switch::NoEvidence => "no_evidence",
        };
        let database = match self.kind {
            Kind::Postgres => self.new_postgres(&format!("bench_{name}"), TEMPLATE).await?.into(),
            Kind::Sqlite => {
                let (from, to) = (self.sqlite(TEMPLATE), self.sqlite(name));
                std::fs::copy(&from["sqlite:".len()..], &to["sqlite:".len()..])?;
                to
            }
        };
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let folder = self.folder().join(name);
        std::fs::create_dir_all(&folder)?;
        let config = folder.join("tiedoksi.toml");
        std::fs::write(&config, self.config(address, &database, switch))?;
        let log = folder.join("server.log");
        let process = Command::new(env!("CARGO_BIN_EXE_tiedoksi"))
            .arg("serve")
            .arg("--config")
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .spawn()?;
        let mut server = Server {
            process,
            config,
            client: Client {
                address,
                token: String::new(),
                service: seed::SERVICE,
                sent: Rc::new(Cell::new(0)),
            },
        };
        server.client.token = token(address, &self.password)
            .await
            .with_context(|| std::fs::read_to_string(&log).unwrap_or_default())?;
        Ok(server)
    }

    fn config(&self, address: SocketAddr, database: &str, switch: Switch) -> String {
        format!(
            r#"
[server]
listen = "{address}"
base_url = "http://{address}/"
[database]
url = "{database}"
[objects]
folder = "objects"
[keys]
folder = "keys"
master_key = "{}"
[log]
origin = "bench.example/log"
[login]
issuer = "http://{address}/nobody"
client_id = "bench"
client_secret = "bench"
[mailbox]
allow_artificial = true
require_email = false
[bench]
share_commits = {}
evidence = {}
"#,
            self.master_key,
            switch != Switch::OwnCommits,
            switch != Switch::NoEvidence,
        )
    }
}

impl Server {
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Its configuration file, for the commands beside it.
    pub fn config(&self) -> &Path {
        &self.config
    }

    pub fn resident_megabytes(&self) -> anyhow::Result<f64> {
        resident_megabytes(self.process.id())
    }
}

/// What a process holds in memory (VmRSS).
pub fn resident_megabytes(process: u32) -> anyhow::Result<f64> {
    memory_megabytes(process, "VmRSS:")
}

/// One of the numbers that the kernel tells of a process's memory.
pub fn memory_megabytes(process: u32, which: &str) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(which));
    let kilobytes = line
        .and_then(|line| line.split_whitespace().next())
        .with_context(|| format!("no {which}"))?;
    Ok(kilobytes.parse::<f64>()? / 1024.0)
}

/// Ends it at once; its database is not used again.
impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Waits for the server to answer, and logs the system in.
async fn token(address: SocketAddr, password: &str) -> anyhow::Result<String> {
    let body = serde_json::json!({ "username": seed::USERNAME, "password": password }).to_string();
    for _ in 0..100 {
        if let Ok(answer) = load::post(address, "/v1/token", &body).await {
            let answer: serde_json::Value = serde_json::from_str(&answer)?;
            return Ok(answer["access_token"].as_str().context("no token")?.to_owned());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("the server does not answer")
}

/// Runs statements on a database, one after the other.
pub async fn run_on(database: &Url, statements: &str) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(database.as_str()).await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements))
        .execute(&mut connection)
        .await?;
    Ok(connection.close().await?)
}
