//! What was on the disk before an answer left, told by the system calls: a kill keeps the page cache and cannot show it.
//!
//! The hub, and for PostgreSQL a cluster of the test's own, run under strace from their first call (a process's own children may always be
//! traced). A call that ended before another began, by strace's clock, came before it: strace sees the begin before the kernel does, and the
//! end after it.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;
use tiedoksi::store::{Db, DbOptions};

use super::{PERSONS, file, persons, try_send, try_upload};
use crate::harness::{Database, databases};
use crate::process::{Installation, Visitor, free_port};

const TRACED: &str = "trace=fsync,fdatasync,rename,renameat,renameat2,mkdir,openat,write,writev,sendto,sendmsg,read,recvfrom,msync,pwrite64";

/// A system call, its times in microseconds.
#[derive(Debug, Clone)]
struct Call {
    name: String,
    text: String,
    start: u64,
    end: u64,
}

impl Call {
    fn syncs(&self, path: &str) -> bool {
        matches!(&*self.name, "fsync" | "fdatasync")
            && self.text.contains(&format!("{path}>"))
            && self.text.contains("= 0")
    }

    fn writes(&self, path: &str) -> bool {
        matches!(&*self.name, "write" | "writev" | "pwrite64") && self.text.contains(path)
    }

    fn says(&self, head: &str) -> bool {
        matches!(&*self.name, "write" | "writev" | "sendto" | "sendmsg") && self.text.contains(&format!("\"{head}"))
    }

    fn hears(&self, head: &str) -> bool {
        matches!(&*self.name, "read" | "recvfrom") && self.text.contains(&format!("\"{head}"))
    }
}

/// The calls in a trace, by their begin.
fn calls(trace: &str) -> Vec<Call> {
    let (mut calls, mut unfinished) = (Vec::new(), HashMap::new());
    for line in trace.lines() {
        let mut words = line.splitn(3, ' ').map(str::trim);
        let (Some(process), Some(time), Some(text)) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        // Process ids stand in columns.
        let (time, text) = if time.is_empty() {
            text.split_once(' ').unwrap()
        } else {
            (time, text)
        };
        let Some(at) = micros(time) else { continue };
        if let Some(begun) = text.strip_suffix("<unfinished ...>") {
            unfinished.insert(process, (at, begun));
        } else if let Some(resumed) = text.strip_prefix("<... ") {
            let Some((start, begun)) = unfinished.remove(process) else {
                continue;
            };
            calls.push(call(format!("{begun}{resumed}"), start, at));
        } else if let Some(took) = text
            .rsplit_once('<')
            .and_then(|(_, took)| micros(took.strip_suffix('>')?))
        {
            calls.push(call(text.to_owned(), at, at + took));
        }
    }
    calls.sort_by_key(|call| call.start);
    calls
}

fn call(text: String, start: u64, end: u64) -> Call {
    let name = text.split('(').next().unwrap_or_default().to_owned();
    Call { name, text, start, end }
}

fn micros(time: &str) -> Option<u64> {
    let (seconds, rest) = time.split_once('.')?;
    Some(seconds.parse::<u64>().ok()? * 1_000_000 + rest.parse::<u64>().ok()?)
}

fn strace(out: &Path) -> Vec<OsString> {
    assert!(
        Command::new("strace")
            .arg("-V")
            .output()
            .is_ok_and(|done| done.status.success()),
        "no strace: install Debian's package `strace`, as tests/run does"
    );
    let words = ["strace", "-f", "-D", "-y", "-ttt", "-T", "-s", "64", "-e", TRACED, "-o"];
    words.iter().map(OsString::from).chain([out.into()]).collect()
}

/// The calls so far, once the answer is among them.
async fn until_answered(trace: &Path, request: &str, answer: &str) -> (Vec<Call>, Call, Call) {
    let since = Instant::now();
    loop {
        let calls = calls(&String::from_utf8_lossy(&std::fs::read(trace).unwrap()));
        let heard = calls.iter().rfind(|call| call.hears(request)).cloned();
        if let Some(heard) = heard
            && let Some(said) = calls
                .iter()
                .find(|call| call.start > heard.end && call.says(answer))
                .cloned()
        {
            return (calls, heard, said);
        }
        assert!(
            since.elapsed() < Duration::from_secs(10),
            "no {answer} to {request} in the trace"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Something was written to `path` after the request came, and synced before the answer left. The sealer may write beside it.
fn assert_synced(calls: &[Call], path: &str, (heard, said): (&Call, &Call)) {
    let written = calls
        .iter()
        .find(|call| call.writes(path) && call.start > heard.start && call.end <= said.start)
        .unwrap_or_else(|| panic!("nothing was written to {path} before the answer"));
    let synced = calls
        .iter()
        .any(|call| call.syncs(path) && call.start >= written.end && call.end <= said.start);
    assert!(synced, "{path} was not synced between {written:?} and {said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_on_the_disk_before_its_201() {
    let hub = Installation::new(&Database::Sqlite, 1, persons()).await;
    // As at the very first start: whoever makes the folder must make its name durable too.
    let folder = hub.folder.path();
    std::fs::remove_dir_all(folder.join("files")).unwrap();
    let trace = folder.join("trace");
    let server = hub.serve_as(0, &strace(&trace), &[]).await;
    let sender = hub.sender(&server).await;
    let mut bytes = file();
    bytes.resize(700_000, b' ');
    let id = try_upload(&sender, bytes).await.unwrap();

    let (calls, heard, said) = until_answered(&trace, "POST /v2/attachments", "HTTP/1.1 201").await;
    let folder = folder.to_str().unwrap();
    let files = format!("{folder}/files");
    let objects = format!("{files}/objects");
    let attachments = format!("{objects}/attachments");
    let is_file = |call: &Call| call.text.contains(&format!("{attachments}/{id}"));
    let data_written = calls
        .iter()
        .filter(|call| call.name.contains("write") && is_file(call))
        .map(|call| call.end);
    let data_written = data_written.max().expect("the file was written");
    let data_synced = calls
        .iter()
        .find(|call| matches!(&*call.name, "fsync" | "fdatasync") && is_file(call) && call.start >= data_written)
        .expect("the file was synced after its last byte");
    let named = calls
        .iter()
        .find(|call| call.name.starts_with("rename") && is_file(call) && call.start >= data_synced.end)
        .expect("the file got its name after that");
    let name_synced = calls
        .iter()
        .find(|call| call.syncs(&attachments) && call.start >= named.end)
        .expect("the folder was synced after that");
    assert!(name_synced.end <= said.start, "{name_synced:?} and only then {said:?}");
    // The folders were new: their names were synced in the folders above them, after they were made.
    for (made, above) in [(&*attachments, &*objects), (&*objects, &*files), (&*files, folder)] {
        let made = calls
            .iter()
            .find(|call| {
                call.name == "mkdir" && call.text.contains(&format!("\"{made}\"")) && call.text.contains("= 0")
            })
            .expect("the folder was made");
        let synced = calls
            .iter()
            .any(|call| call.syncs(above) && call.start >= made.end && call.end <= said.start);
        assert!(synced, "{above} was not synced between {made:?} and {said:?}");
    }
    // And the row that knows the file's key.
    assert_synced(&calls, "/hub.sqlite-wal", (&heard, &said));
    println!(
        "upload: file synced {} us, folder synced {} us after the request came; answered at {} us",
        data_synced.end - heard.start,
        name_synced.end - heard.start,
        said.start - heard.start
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_on_the_disk_before_its_200_on_sqlite() {
    let hub = Installation::new(&Database::Sqlite, 1, persons()).await;
    let trace = hub.folder.path().join("trace");
    let server = hub.serve_as(0, &strace(&trace), &[]).await;
    let sender = hub.sender(&server).await;
    let visitor = Visitor::log_in(&server, PERSONS[0]).await;
    for number in 1..=3 {
        let body = sender.message(&format!("F-{number}"), PERSONS[0], "Verifiable");
        let (status, id, _) = try_send(&sender, &body).await.unwrap();
        assert_eq!(status, StatusCode::OK);
        let (calls, heard, said) = until_answered(&trace, "POST /v2/messages/electronic", "HTTP/1.1 200").await;
        assert_synced(&calls, "/hub.sqlite-wal", (&heard, &said));
        println!(
            "message {id}: answered {} us after the request came",
            said.start - heard.start
        );
        assert!(visitor.confirm(&server.base, id).await.unwrap());
        let path = format!("POST /messages/{id}/confirm");
        let (calls, heard, said) = until_answered(&trace, &path, "HTTP/1.1 303").await;
        assert_synced(&calls, "/hub.sqlite-wal", (&heard, &said));
    }
    // The file itself was new when the server opened it: its name is durable as well.
    let calls = calls(&String::from_utf8_lossy(&std::fs::read(&trace).unwrap()));
    let folder = hub.folder.path().to_str().unwrap();
    assert!(
        calls.iter().any(|call| call.syncs(folder)),
        "the folder of the database was never synced"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hub_asks_postgres_for_durable_commits() {
    for database in databases() {
        let Database::Postgres(_) = &database else { continue };
        let hub = Installation::new(&database, 1, persons()).await;
        let options = DbOptions {
            url: hub.database_url.clone(),
            connections: 1,
            pooler: false,
        };
        let Db::Postgres { pool, .. } = Db::open(&options).await.unwrap() else {
            panic!("another database")
        };
        // The last one: a hub that is frozen within an act holds its locks no longer than a sealer's lease.
        for (setting, wanted) in [
            ("fsync", "on"),
            ("synchronous_commit", "on"),
            ("full_page_writes", "on"),
            ("idle_in_transaction_session_timeout", "10s"),
        ] {
            let value: String = sqlx::query_scalar("SELECT current_setting($1)")
                .bind(setting)
                .fetch_one(&pool)
                .await
                .unwrap();
            assert_eq!(value, wanted, "{setting}");
        }
    }
}

/// A cluster of PostgreSQL whose every process is traced.
struct Cluster {
    folder: TempDir,
    server: Child,
    port: u16,
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let id = rustix::process::Pid::from_child(&self.server);
        // Immediate shutdown: nothing of it is needed any more.
        rustix::process::kill_process(id, rustix::process::Signal::QUIT).ok();
        self.server.wait().ok();
    }
}

impl Cluster {
    /// PostgreSQL refuses to run as root; then it runs as `postgres`, like that of tests/postgres.sh.
    fn command(folder: &Path, words: &[OsString]) -> Command {
        let mut command = if rustix::process::geteuid().is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
            command.args(words);
            command
        } else {
            let mut command = Command::new(&words[0]);
            command.args(&words[1..]);
            command
        };
        command.current_dir(folder).stdin(Stdio::null());
        command
    }

    async fn start() -> Self {
        let bin = std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().path().join("bin"))
            .filter(|bin| bin.join("initdb").exists())
            .max()
            .unwrap_or_else(|| panic!("no PostgreSQL: install Debian's package `postgresql`, as tests/run does"));
        let folder = TempDir::new().unwrap();
        if rustix::process::geteuid().is_root() {
            let given = Command::new("chown")
                .arg("postgres")
                .arg(folder.path())
                .status()
                .unwrap();
            assert!(given.success());
        }
        let data = folder.path().join("data");
        let word = |word: &str| OsString::from(word);
        let initdb = [
            bin.join("initdb").into(),
            word("-D"),
            data.clone().into(),
            word("-Upostgres"),
            word("-Atrust"),
        ];
        let made = Self::command(folder.path(), &initdb).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = free_port();
        let mut words = strace(&folder.path().join("trace"));
        words.extend([
            bin.join("postgres").into(),
            word("-D"),
            data.into(),
            word("-p"),
            word(&port.to_string()),
        ]);
        words.extend(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="].map(word));
        let said = std::fs::File::create(folder.path().join("said")).unwrap();
        let server = Self::command(folder.path(), &words)
            .stdout(said.try_clone().unwrap())
            .stderr(said)
            .spawn()
            .unwrap();
        let cluster = Self { folder, server, port };
        let since = Instant::now();
        while PgConnection::connect(&cluster.url()).await.is_err() {
            let said = || std::fs::read_to_string(cluster.folder.path().join("said")).unwrap();
            assert!(since.elapsed() < Duration::from_secs(30), "{}", said());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        cluster
    }

    fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn trace(&self) -> PathBuf {
        self.folder.path().join("trace")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_on_the_disk_before_its_200_on_postgres() {
    if databases().len() == 1 {
        return;
    }
    let cluster = Cluster::start().await;
    let hub = Installation::at(cluster.url(), persons()).await;
    let trace = hub.folder.path().join("trace");
    let server = hub.serve_as(0, &strace(&trace), &[]).await;
    let sender = hub.sender(&server).await;
    let visitor = Visitor::log_in(&server, PERSONS[0]).await;
    for number in 1..=3 {
        let body = sender.message(&format!("F-{number}"), PERSONS[0], "Verifiable");
        let (status, id, _) = try_send(&sender, &body).await.unwrap();
        assert_eq!(status, StatusCode::OK);
        let (_, heard, said) = until_answered(&trace, "POST /v2/messages/electronic", "HTTP/1.1 200").await;
        let synced = until_committed(&cluster, (&heard, &said)).await;
        println!(
            "message {id}: WAL synced {} us, answered {} us after the request came",
            synced.end - heard.start,
            said.start - heard.start
        );
        assert!(visitor.confirm(&server.base, id).await.unwrap());
        let path = format!("POST /messages/{id}/confirm");
        let (_, heard, said) = until_answered(&trace, &path, "HTTP/1.1 303").await;
        until_committed(&cluster, (&heard, &said)).await;
    }
    server.kill();
}

/// PostgreSQL told COMMIT before the answer, and had synced its log before it told; all of it after the request came.
/// The cluster has a tracer of its own, which may write later than the hub's.
async fn until_committed(cluster: &Cluster, (heard, said): (&Call, &Call)) -> Call {
    let since = Instant::now();
    loop {
        let calls = calls(&String::from_utf8_lossy(&std::fs::read(cluster.trace()).unwrap()));
        // The answer may leave before this tracer sees the end of the telling: that it began is what counts. A sync must have ended before it.
        let between = |call: &&Call| call.start > heard.start && call.start < said.start;
        let told = calls
            .iter()
            .filter(between)
            .rfind(|call| call.name == "sendto" && call.text.contains("COMMIT"));
        let synced = told.and_then(|told| {
            calls
                .iter()
                .filter(between)
                .rfind(|call| call.name == "fdatasync" && call.text.contains("/pg_wal/") && call.end <= told.start)
        });
        if let Some(synced) = synced {
            return synced.clone();
        }
        assert!(
            since.elapsed() < Duration::from_secs(10),
            "between {heard:?} and {said:?}: COMMIT told by {told:?}, and no sync of the WAL before it"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
