//! The real binary: set up with `migrate` and `admin`, served as processes that can be killed, traced or given another clock.
//!
//! An installation has a folder, a database of its own and an identity provider that the test's own process serves. The servers of one
//! installation share database, objects and keys, as the machines of one hub do.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::multipart::{Form, Part};
use ring::rand::{SecureRandom as _, SystemRandom};
use serde_json::Value;
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use tempfile::TempDir;
use tiedoksi::domain::time::SystemClock;
use tiedoksi::evidence::checkpoint::{self, Checkpoint, VerifierKey};
use tiedoksi::evidence::tile::{TileCoord, TilePath, decode_entries};
use tiedoksi::evidence::tree::{Frontier, leaf_hash};
use tiedoksi::evidence::verify::{Trust, verify_proof};
use tiedoksi::evidence::{Hash, tree};
use tiedoksi::http::idp::{DemoPerson, demo_provider};
use url::Url;

use crate::harness::{Browser, CLIENT_SECRET, Database, OwnDatabase};
use crate::sender::Sender;

pub const BINARY: &str = env!("CARGO_BIN_EXE_tiedoksi");
const USERNAME: &str = "asianhallinta";
const SERVICE: &str = "rakennusvalvonta";
const ORIGIN: &str = "koe.example/log";

/// A number below `n`.
pub fn random(n: u32) -> u32 {
    let mut bytes = [0; 4];
    SystemRandom::new().fill(&mut bytes).unwrap();
    u32::from_be_bytes(bytes) % n
}

/// A port that is free now. Below those that the system gives to outgoing connections, so that it is still free after a restart.
pub fn free_port() -> u16 {
    loop {
        let port = 20_000 + u16::try_from(random(12_000)).unwrap();
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// A hub as its operator has it.
pub struct Installation {
    pub folder: TempDir,
    _database: Option<OwnDatabase>,
    pub database_url: String,
    bases: Vec<Url>,
    password: String,
    idp: tokio::task::JoinHandle<()>,
}

impl Drop for Installation {
    fn drop(&mut self) {
        self.idp.abort();
        if std::thread::panicking() {
            for number in 0..self.bases.len() {
                let log = std::fs::read_to_string(self.log(number)).unwrap_or_default();
                let last: Vec<&str> = log.lines().rev().take(40).collect();
                eprintln!("--- the end of what server {number} said:");
                last.iter().rev().for_each(|line| eprintln!("{line}"));
            }
        }
    }
}

impl Installation {
    /// Sets a hub up from nothing, as the manual says, for this many servers.
    pub async fn new(database: &Database, servers: usize, persons: Vec<DemoPerson>) -> Self {
        let own = match database {
            Database::Sqlite => None,
            Database::Postgres(server) => Some(OwnDatabase::create(server).await),
        };
        let folder = TempDir::new().unwrap();
        let url = match &own {
            Some(own) => own.url(),
            None => format!("sqlite:{}", folder.path().join("hub.sqlite").display()),
        };
        Self::on(folder, own, url, servers, persons).await
    }

    /// On a database that is there.
    pub async fn at(url: String, persons: Vec<DemoPerson>) -> Self {
        Self::on(TempDir::new().unwrap(), None, url, 1, persons).await
    }

    async fn on(
        folder: TempDir,
        database: Option<OwnDatabase>,
        database_url: String,
        servers: usize,
        persons: Vec<DemoPerson>,
    ) -> Self {
        let bases: Vec<Url> = (0..servers)
            .map(|_| format!("http://127.0.0.1:{}/", free_port()).parse().unwrap())
            .collect();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer: Url = format!("http://{}/idp", listener.local_addr().unwrap())
            .parse()
            .unwrap();
        let back = bases.iter().map(|base| base.join("/auth/callback").unwrap());
        let router = demo_provider(
            issuer.clone(),
            "hub".into(),
            CLIENT_SECRET.into(),
            back.collect(),
            persons,
            Arc::new(SystemClock),
        )
        .unwrap();
        let idp = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let mut installation = Self {
            folder,
            _database: database,
            database_url,
            bases,
            password: String::new(),
            idp,
        };
        installation.write_configs(&issuer);
        installation.register();
        installation
    }

    fn write_configs(&self, issuer: &Url) {
        for (number, base) in self.bases.iter().enumerate() {
            let config = format!(
                r#"[server]
listen = "127.0.0.1:{port}"
base_url = "{base}"
[database]
url = "{url}"
[objects]
folder = "files/objects"
[log]
origin = "{ORIGIN}"
[login]
issuer = "{issuer}"
client_id = "hub"
client_secret = "{CLIENT_SECRET}"
[mailbox]
allow_artificial = true
require_email = false
[telemetry]
filter = "warn"
"#,
                port = base.port().unwrap(),
                url = self.database_url,
            );
            std::fs::write(self.config(number), config).unwrap();
        }
    }

    fn register(&mut self) {
        self.run(&["migrate"]);
        let names = [
            "--name-fi",
            "Koekunta",
            "--name-sv",
            "Provkommun",
            "--name-en",
            "Testtown",
        ];
        let add = ["admin", "organisation", "add", "--business-id", "0208573-0"];
        self.run(&[&add[..], &names].concat());
        let add = [
            "admin",
            "system",
            "add",
            "--organisation",
            "0208573-0",
            "--username",
            USERNAME,
        ];
        self.run(&add);
        let add = ["admin", "service", "add", "--system", USERNAME, "--id", SERVICE];
        self.run(&[&add[..], &names].concat());
        let told = self.run(&["admin", "secret", "add", "--system", USERNAME]);
        told.lines().last().unwrap().clone_into(&mut self.password);
    }

    fn config(&self, number: usize) -> PathBuf {
        self.folder.path().join(format!("hub-{number}.toml"))
    }

    fn log(&self, number: usize) -> PathBuf {
        self.folder.path().join(format!("hub-{number}.log"))
    }

    /// Adds sections to the configuration of the first server.
    pub fn configure(&self, sections: &str) {
        let written = std::fs::read_to_string(self.config(0)).unwrap();
        std::fs::write(self.config(0), written + sections).unwrap();
    }

    /// What server `number` said so far.
    pub fn said(&self, number: usize) -> String {
        std::fs::read_to_string(self.log(number)).unwrap()
    }

    /// A command of the binary.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command.args(arguments).env("TIEDOKSI_CONFIG", self.config(0));
        command
    }

    /// Runs a command of the binary to its end; what it printed.
    pub fn run(&self, arguments: &[&str]) -> String {
        let done = self.command(arguments).output().unwrap();
        let told = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "tiedoksi {}: {told}", arguments.join(" "));
        String::from_utf8(done.stdout).unwrap()
    }

    /// Starts server `number` and waits until it is ready.
    pub async fn serve(&self, number: usize) -> Server {
        self.serve_as(number, &[], &[]).await
    }

    /// The same, started by another command (`strace …`) and with these variables.
    pub async fn serve_as(&self, number: usize, by: &[OsString], variables: &[(&str, OsString)]) -> Server {
        let mut server = self.spawn(number, by, variables).await;
        let since = Instant::now();
        let client = client();
        while !server.is_ready(&client).await {
            assert!(!server.ended(), "server {number} ended: {}", self.said(number));
            assert!(
                since.elapsed() < Duration::from_secs(30),
                "server {number} does not get ready"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        server
    }

    /// The same, without waiting for it.
    pub async fn spawn(&self, number: usize, by: &[OsString], variables: &[(&str, OsString)]) -> Server {
        self.until_unheld(number).await;
        let said = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log(number))
            .unwrap();
        let mut words = by.to_vec();
        words.extend([
            BINARY.into(),
            "serve".into(),
            "--config".into(),
            self.config(number).into(),
        ]);
        let child = Command::new(&words[0])
            .args(&words[1..])
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(said.try_clone().unwrap())
            .stderr(said)
            .spawn()
            .unwrap();
        Server {
            child,
            base: self.bases[number].clone(),
        }
    }

    /// Waits until nobody holds the server's port: one killed while it started a child leaves the child holding it for a moment.
    async fn until_unheld(&self, number: usize) {
        let address = ("127.0.0.1", self.bases[number].port().unwrap());
        let since = Instant::now();
        while let Err(err) = std::net::TcpListener::bind(address) {
            assert!(since.elapsed() < Duration::from_secs(10), "{address:?}: {err}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The registered system, logged in at this server.
    pub async fn sender(&self, server: &Server) -> Sender {
        let mut sender = Sender {
            client: client(),
            base: server.base.clone(),
            username: USERNAME.into(),
            password: self.password.clone(),
            token: String::new(),
            service: SERVICE.into(),
        };
        sender.log_in().await;
        sender
    }

    /// The keys, as `tiedoksi trust` writes them for verifiers.
    pub fn trust(&self) -> (Trust, VerifierKey) {
        let out = self.folder.path().join("trust");
        self.run(&["trust", "--out", out.to_str().unwrap()]);
        let read = |name| std::fs::read(out.join(name)).unwrap();
        let (vkey, chain) = (read("log.vkey"), read("seal_chain.pem"));
        let trust = Trust::from_files([("log.vkey", &*vkey), ("seal_chain.pem", &*chain)]).unwrap();
        (trust, String::from_utf8(vkey).unwrap().trim().parse().unwrap())
    }

    /// Asks the database itself for numbers, past the hub.
    pub async fn numbers(&self, statement: &'static str) -> Vec<(i64, i64, i64)> {
        if self.database_url.starts_with("sqlite:") {
            let mut connection = SqliteConnection::connect(&self.database_url).await.unwrap();
            sqlx::query_as(statement).fetch_all(&mut connection).await.unwrap()
        } else {
            let mut connection = PgConnection::connect(&self.database_url).await.unwrap();
            sqlx::query_as(statement).fetch_all(&mut connection).await.unwrap()
        }
    }

    /// Does to the rows what half a minute does: the leases of a process that was killed, of sealing and of exports, are over.
    pub async fn let_the_lease_pass(&self) {
        const STATEMENTS: [&str; 2] = [
            "UPDATE log SET lease_until = 0",
            "UPDATE range_export SET lease_until = 0",
        ];
        for statement in STATEMENTS {
            if self.database_url.starts_with("sqlite:") {
                let mut connection = SqliteConnection::connect(&self.database_url).await.unwrap();
                sqlx::query(statement).execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
            } else {
                let mut connection = PgConnection::connect(&self.database_url).await.unwrap();
                sqlx::query(statement).execute(&mut connection).await.unwrap();
            }
        }
    }
}

/// A client that knows no proxy and gives up in time.
pub fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap()
}

/// A serving process; dropped, it is killed.
pub struct Server {
    child: Child,
    pub base: Url,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Server {
    pub async fn is_ready(&self, client: &reqwest::Client) -> bool {
        let answer = client.get(self.base.join("/health/ready").unwrap()).send().await;
        answer.is_ok_and(|answer| answer.status() == 200)
    }

    /// Whether the process is gone.
    pub fn ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    pub fn id(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_raw(self.child.id().try_into().unwrap()).unwrap()
    }

    /// `kill -9`.
    pub fn kill(self) {
        drop(self);
    }

    /// `kill -STOP`, `kill -CONT`.
    pub fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(self.id(), signal).unwrap();
    }
}

/// A citizen at their browser, with the token of the session's forms.
pub struct Visitor {
    pub browser: Browser,
    csrf: String,
}

impl Visitor {
    /// Logs in through the identity provider and opens the mailbox when it is closed.
    pub async fn log_in(server: &Server, id: &str) -> Self {
        let browser = Browser {
            client: reqwest::Client::builder()
                .cookie_store(true)
                .no_proxy()
                .timeout(Duration::from_secs(20))
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
        };
        let at = |path: &str| server.base.join(path).unwrap();
        let path = format!("/auth/login?return_to=/activate&login_hint={id}");
        let page = browser.follow(at(&path)).await.text().await.unwrap();
        let csrf = between(&page, "name=\"csrf\" value=\"", "\"")
            .unwrap_or_else(|| panic!("no form: {page}"))
            .to_owned();
        if page.contains("name=\"consent\"") {
            let fields = [("csrf", &*csrf), ("consent", "yes")];
            assert_eq!(browser.post(at("/activate"), &fields).await.status(), 303);
        }
        Self { browser, csrf }
    }

    /// Confirms receipt of a message at this server: whether it said so.
    pub async fn confirm(&self, base: &Url, message: i64) -> reqwest::Result<bool> {
        let url = base.join(&format!("/messages/{message}/confirm")).unwrap();
        let form = [("csrf", &*self.csrf)];
        let answer = self.browser.client.post(url).form(&form).send().await?;
        let status = answer.status();
        assert!(status == 303 || status == 503, "confirming {message}: {status}");
        Ok(status == 303)
    }

    /// Sends a form, with these fields and perhaps a file: where the answer leads; none when the hub was too busy.
    pub async fn act(
        &self,
        base: &Url,
        path: &str,
        fields: &[(&'static str, &str)],
        file: Option<Vec<u8>>,
    ) -> reqwest::Result<Option<String>> {
        let request = self.browser.client.post(base.join(path).unwrap());
        let request = if path.starts_with("/drafts/") {
            let form = Form::new().text("csrf", self.csrf.clone());
            let all = fields
                .iter()
                .fold(form, |form, (name, value)| form.text(*name, (*value).to_owned()));
            request.multipart(match file {
                Some(bytes) => all.part("files", Part::bytes(bytes).file_name("liite.pdf")),
                None => all,
            })
        } else {
            let csrf = ("csrf", &*self.csrf);
            request.form(&[&[csrf], fields].concat())
        };
        let answer = request.send().await?;
        let status = answer.status();
        assert!(status == 303 || status == 503, "{path} {fields:?}: {status}");
        let location = answer.headers().get("location");
        Ok(location.map(|to| to.to_str().unwrap().to_owned()))
    }

    /// A page, and where it leads when it is none.
    pub async fn look(&self, base: &Url, path: &str) -> Result<String, String> {
        let answer = self.browser.get(base.join(path).unwrap()).await;
        if let Some(to) = answer.headers().get("location") {
            return Err(to.to_str().unwrap().to_owned());
        }
        assert_eq!(answer.status(), 200, "{path}");
        Ok(answer.text().await.unwrap())
    }

    /// The time of the receipt that the message's page shows; none while it waits for confirmation.
    pub async fn receipt(&self, base: &Url, message: i64) -> reqwest::Result<Option<String>> {
        let url = base.join(&format!("/messages/{message}")).unwrap();
        let answer = self.browser.client.get(url).send().await?;
        assert_eq!(answer.status(), 200, "message {message}");
        let page = answer.text().await?;
        let receipt = page.split_once("data-testid=\"receipt\"").map(|(_, rest)| rest);
        assert!(receipt.is_some() || page.contains("data-testid=\"gate\""), "{page}");
        Ok(receipt.map(|rest| between(rest, "<time datetime=\"", "\"").unwrap().to_owned()))
    }

    /// A file of a message.
    pub async fn download(&self, base: &Url, message: i64, file: &str) -> Vec<u8> {
        let url = base.join(&format!("/messages/{message}/attachments/{file}")).unwrap();
        let answer = self.browser.get(url).await;
        assert_eq!(answer.status(), 200, "message {message}, file {file}");
        answer.bytes().await.unwrap().to_vec()
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(it, _)| it)
}

/// Every event of a system's feed, page by page.
pub async fn whole_feed(sender: &Sender) -> Vec<Value> {
    let (mut all, mut token) = sender.feed(None).await;
    loop {
        let (more, next) = sender.feed(Some(&token)).await;
        if more.is_empty() {
            return all;
        }
        all.extend(more);
        token = next;
    }
}

/// How often the feed tells each message of one type of event.
pub fn told(feed: &[Value], kind: &str) -> BTreeMap<i64, usize> {
    let mut told = BTreeMap::new();
    for event in feed.iter().filter(|event| event["type"] == kind) {
        *told
            .entry(event["metadata"]["messageId"].as_i64().unwrap())
            .or_default() += 1;
    }
    told
}

/// The checkpoints that were seen: one root for each size.
#[derive(Debug, Default)]
pub struct Seen(BTreeMap<u64, Hash>);

impl Seen {
    pub fn add(&mut self, checkpoint: &Checkpoint) {
        let root = self.0.insert(checkpoint.size, checkpoint.root);
        assert!(
            root.is_none_or(|root| root == checkpoint.root),
            "two checkpoints of size {} with different roots",
            checkpoint.size
        );
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// The checkpoint that a server publishes, its signature checked; none before the first or while the server is down.
pub async fn published(client: &reqwest::Client, base: &Url, key: &VerifierKey) -> Option<Checkpoint> {
    let answer = client.get(base.join("/log/checkpoint").unwrap()).send().await.ok()?;
    if answer.status() != 200 {
        return None;
    }
    let note = answer.text().await.ok()?;
    Some(checkpoint::verify(&note, key).unwrap())
}

/// Reads the whole log over HTTP and computes it anew: entries, tiles of leaves, root, and every checkpoint seen. Answers its size.
pub async fn verify_log(base: &Url, key: &VerifierKey, seen: &mut Seen) -> u64 {
    let client = client();
    let last = published(&client, base, key).await.unwrap();
    seen.add(&last);
    let get = async |path: TilePath| {
        let answer = client
            .get(base.join(&format!("/log/{path}")).unwrap())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.bytes().await.unwrap()
    };
    let mut leaves: Vec<Hash> = Vec::new();
    for index in 0..last.size.div_ceil(256) {
        let tile = TileCoord::in_tree(0, index, last.size).unwrap();
        let (index, width) = (tile.index, tile.width);
        let entries = decode_entries(&get(TilePath::Entries { index, width }).await).unwrap();
        let hashes: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        assert_eq!(hashes.len(), usize::from(width));
        assert_eq!(hashes.concat(), get(TilePath::Tile(tile)).await, "tile {index}");
        leaves.extend(hashes);
    }
    for index in 0..(last.size / 256).div_ceil(256) {
        let tile = TileCoord::in_tree(1, index, last.size).unwrap();
        let (start, end) = (tile.start() as usize, tile.end() as usize);
        let roots: Vec<Hash> = (start..end)
            .map(|n| tree::root(&leaves[256 * n..256 * (n + 1)]))
            .collect();
        assert_eq!(
            roots.concat(),
            get(TilePath::Tile(tile)).await,
            "tile {index} of level 1"
        );
    }
    assert_eq!(tree::root(&leaves), last.root);
    let mut frontier = Frontier::new();
    for leaf in leaves {
        frontier.append(leaf);
        if let Some(root) = seen.0.get(&frontier.size()) {
            assert_eq!(*root, frontier.root(), "the checkpoint of size {}", frontier.size());
        }
    }
    assert!(seen.0.keys().all(|size| *size <= last.size));
    last.size
}

/// The proof of a delivery, as its sender gets it, verified offline.
pub async fn verify_delivery(sender: &Sender, message: i64, trust: &Trust) {
    let answer = sender.get(&format!("/api/v1/messages/{message}/proof")).await;
    assert_eq!(answer.status(), 200, "the proof of {message}");
    let verdict = verify_proof(&answer.bytes().await.unwrap(), trust);
    assert_eq!(verdict.exit_code(), 0, "{verdict}");
}

/// Waits until every event has its place in the log; how long that took.
pub async fn settled(installation: &Installation, at_most: Duration) -> Duration {
    let since = Instant::now();
    loop {
        let unsealed = installation
            .numbers("SELECT COUNT(*), CAST(0 AS BIGINT), CAST(0 AS BIGINT) FROM event WHERE leaf_index IS NULL")
            .await[0]
            .0;
        if unsealed == 0 {
            return since.elapsed();
        }
        assert!(since.elapsed() < at_most, "{unsealed} events have no place in the log");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
