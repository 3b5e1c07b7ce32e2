//! Killed before each write of accepting and sealing, one after the other: never two checkpoints of one size, never a gap.
//!
//! A preloaded library (`sealing.c`) counts every call by which the hub changes its database or the log's second place, and kills it right before the
//! n-th: n grows until a message is accepted and sealed without the n-th being reached, so that each write was the first one missing once. After
//! every kill, the checkpoints in the database and in the second place are compared with all that were ever seen.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tiedoksi::evidence::checkpoint::{self, VerifierKey};
use url::Url;

use super::two_processes::check_order;
use super::{CREATED, PERSONS, persons, try_send};
use crate::harness::{Database, databases};
use crate::process::{
    Installation, Seen, Server, Visitor, client, published, told, verify_delivery, verify_log, whole_feed,
};

/// A message is accepted and sealed by fewer writes than this, on either database.
const WRITES: usize = 500;

#[tokio::test(flavor = "multi_thread")]
async fn no_write_of_sealing_can_be_the_last_one_and_fork_the_log() {
    let folder = TempDir::new().unwrap();
    let library = build(folder.path());
    for database in databases() {
        let mut crashes = Crashes::new(&database, library.clone()).await;
        let mut survived = 0;
        // Twice, because the work of other workers may have reached the n-th write first.
        while survived < 2 {
            if crashes.die_at_next().await {
                survived = 0;
            } else {
                survived += 1;
            }
        }
        crashes.die_while_starting().await;
        crashes.everything_is_there().await;
    }
}

/// The library that kills.
pub fn build(folder: &Path) -> PathBuf {
    let library = folder.join("sealing.so");
    let done = Command::new("cc")
        .args(["-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o"])
        .arg(&library)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/crash/sealing.c"))
        .arg("-ldl")
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    library
}

/// A hub that is killed again and again.
struct Crashes {
    hub: Installation,
    library: PathBuf,
    key: VerifierKey,
    seen: Seen,
    /// Number of the write that kills.
    at: usize,
    /// Every message that a client wanted sent, by its number.
    wanted: usize,
    /// How often it was killed, and how often with something unsealed.
    killed: usize,
    unsealed: usize,
    /// The writes before which it died with a second place that lacked the database's checkpoint.
    apart: Vec<usize>,
    /// How often it was killed while it started on such a database.
    starting: usize,
}

impl Crashes {
    async fn new(database: &Database, library: PathBuf) -> Self {
        let hub = Installation::new(database, 1, persons()).await;
        let (_, key) = hub.trust();
        let server = hub.serve(0).await;
        Visitor::log_in(&server, PERSONS[0]).await;
        server.kill();
        Self {
            hub,
            library,
            key,
            seen: Seen::default(),
            at: 0,
            wanted: 0,
            killed: 0,
            unsealed: 0,
            apart: Vec::new(),
            starting: 0,
        }
    }

    fn armed(&self) -> PathBuf {
        self.hub.folder.path().join("armed")
    }

    fn variables(&self) -> Vec<(&'static str, OsString)> {
        let url: Option<Url> = self.hub.database_url.parse().ok();
        let port = url.and_then(|url| url.port()).unwrap_or_default();
        vec![
            ("LD_PRELOAD", self.library.clone().into()),
            ("CRASH_ARMED", self.armed().into()),
            ("CRASH_AT", self.at.to_string().into()),
            ("CRASH_PATHS", "/hub.sqlite:/objects/log/".into()),
            ("CRASH_PORT", port.to_string().into()),
        ]
    }

    /// The same as [`Self::die`], one write later than the last time.
    async fn die_at_next(&mut self) -> bool {
        self.at += 1;
        assert!(self.at < WRITES, "write {} still kills", self.at);
        self.die().await
    }

    /// Kills it before each write of a start that finds the second place behind: the last sealer died before it had copied its checkpoint.
    async fn die_while_starting(&mut self) {
        let behind = self.apart[0];
        for at in 1..WRITES {
            self.at = behind;
            self.die().await;
            self.hub.let_the_lease_pass().await;
            self.at = at;
            std::fs::write(self.armed(), "").unwrap();
            let mut server = self.hub.spawn(0, &[], &self.variables()).await;
            while !server.ended() && !server.is_ready(&client()).await {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            let ended = server.ended();
            std::fs::remove_file(self.armed()).unwrap();
            drop(server);
            if !ended {
                return;
            }
            self.starting += 1;
            self.look().await;
        }
        panic!("write {} of the start still kills", self.at);
    }

    /// Sends one message to a hub that dies before the n-th write. Whether it did; if not, the message is sealed.
    async fn die(&mut self) -> bool {
        self.hub.let_the_lease_pass().await;
        let server = self.hub.serve_as(0, &[], &self.variables()).await;
        self.all_sealed(&server)
            .await
            .unwrap_or_else(|| panic!("not sealed after write {}", self.at));
        verify_log(&server.base, &self.key, &mut self.seen).await;
        let sender = self.hub.sender(&server).await;
        std::fs::write(self.armed(), "").unwrap();
        self.wanted += 1;
        let body = sender.message(&format!("S-{}", self.wanted), PERSONS[0], "Normal");
        try_send(&sender, &body).await;
        let died = self.all_sealed(&server).await.is_none();
        std::fs::remove_file(self.armed()).unwrap();
        drop(server);
        if died {
            self.killed += 1;
            self.look().await;
        }
        died
    }

    /// Waits until everything is sealed and kept in the second place; none when the server died.
    async fn all_sealed(&self, server: &Server) -> Option<()> {
        let (client, since) = (client(), Instant::now());
        while server.is_ready(&client).await {
            let (unsealed, size) = self.state().await;
            if unsealed == 0 && size > 0 && self.kept().iter().any(|(kept, _)| *kept == size) {
                return Some(());
            }
            assert!(
                since.elapsed() < Duration::from_secs(20),
                "{unsealed} events unsealed at size {size}"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        None
    }

    /// How many events have no place, and the log's size.
    async fn state(&self) -> (i64, i64) {
        let numbers = self.hub.numbers(
            "SELECT (SELECT COUNT(*) FROM event WHERE leaf_index IS NULL), COALESCE(MAX(size), 0), CAST(0 AS BIGINT) FROM log",
        );
        let (unsealed, size, _) = numbers.await[0];
        (unsealed, size)
    }

    /// The checkpoints in the second place.
    fn kept(&self) -> Vec<(i64, String)> {
        let folder = self.hub.folder.path().join("files/objects/log/checkpoint");
        let Ok(files) = std::fs::read_dir(folder) else {
            return Vec::new();
        };
        let kept = files.filter_map(|file| {
            let path = file.unwrap().path();
            let size = path.file_name()?.to_str()?.parse().ok()?;
            Some((size, std::fs::read_to_string(path).ok()?))
        });
        kept.collect()
    }

    /// Looks at what a hub that was killed has left.
    async fn look(&mut self) {
        let (unsealed, size) = self.state().await;
        self.unsealed += usize::from(unsealed > 0);
        let kept = self.kept();
        for (size, text) in &kept {
            let checkpoint = checkpoint::verify(text, &self.key).unwrap();
            assert_eq!(checkpoint.size, size.unsigned_abs());
            self.seen.add(&checkpoint);
        }
        let last = kept.iter().map(|(size, _)| *size).max().unwrap_or(0);
        assert!(
            last <= size,
            "the second place ({last}) is ahead of the database ({size})"
        );
        if last < size {
            self.apart.push(self.at);
        }
    }

    async fn everything_is_there(mut self) {
        self.hub.let_the_lease_pass().await;
        let server = self.hub.serve(0).await;
        let sender = self.hub.sender(&server).await;
        // A client that got no answer asks again; who has the message already says which it is.
        let mut ids = Vec::new();
        for number in 1..=self.wanted {
            let body = sender.message(&format!("S-{number}"), PERSONS[0], "Normal");
            ids.push(try_send(&sender, &body).await.unwrap().1);
        }
        self.all_sealed(&server).await.unwrap();
        let feed = whole_feed(&sender).await;
        assert_eq!(told(&feed, CREATED), ids.iter().map(|id| (*id, 1)).collect());
        let size = verify_log(&server.base, &self.key, &mut self.seen).await;
        check_order(&self.hub, size).await;
        let (trust, _) = self.hub.trust();
        for id in ids.iter().rev().take(10) {
            verify_delivery(&sender, *id, &trust).await;
        }
        assert!(published(&client(), &server.base, &self.key).await.is_some());
        assert!(!self.hub.said(0).contains("acts are refused"), "{}", self.hub.said(0));
        assert!(
            self.unsealed > 0 && !self.apart.is_empty() && self.starting > 0,
            "never killed between commit, sealing and copy"
        );
        println!(
            "killed {} times before a write: {} times with unsealed events, {} times before the second place had the checkpoint, {} times while it started; {size} leaves, {} checkpoints seen",
            self.killed,
            self.unsealed,
            self.apart.len(),
            self.starting,
            self.seen.count(),
        );
    }
}
