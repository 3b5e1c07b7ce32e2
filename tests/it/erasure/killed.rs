//! An order that is killed between the database's commit and the list beside it, on local files and on S3: the list holds it once a hub has started,
//! and after the same command.

use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::TryStreamExt as _;
use object_store::ObjectStore as _;
use tempfile::TempDir;
use tiedoksi::hub::Hub;
use tiedoksi::objects::{ObjectsAt, S3Options};

use super::reader::Copy;
use super::{IN_MAILBOX, IN_MESSAGE, Planted, finds_none, matti, order};
use crate::crash::sealing;
use crate::harness::{Settings, databases, person};
use crate::mailboxes::Town;
use crate::process::{Installation, Visitor};
use crate::s3::{PREFIX, S3};

const EINO: &str = "010594Y9032";

/// The orders on the list in this bucket, or in the site's own folder.
async fn listed(planted: &Planted, s3: Option<&S3>) -> usize {
    let Some(s3) = s3 else {
        return std::fs::read_dir(planted.town.site.folder().join("objects/erasures")).map_or(0, Iterator::count);
    };
    let at = format!("{PREFIX}/erasures").into();
    let found: Vec<_> = s3.bucket().list(Some(&at)).try_collect().await.unwrap();
    found.len()
}

/// A hub whose object store never answers: who carries out an order there comes as far as the commit.
async fn silent(planted: &Planted) -> (Arc<Hub>, std::net::TcpListener) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let at = ObjectsAt::S3(S3Options {
        bucket: "hiljaa".into(),
        prefix: PREFIX.into(),
        region: "us-east-1".into(),
        endpoint: Some(format!("http://{}/", listener.local_addr().unwrap())),
        access_key_id: Some("koe".into()),
        secret_access_key: Some("salaisuus".into()),
    });
    (planted.town.site.another_hub_at(&at).await, listener)
}

/// Erases a message and Matti's mailbox, each by a process that is ended right after its commit.
async fn break_off(planted: &Planted) {
    let committed = async |orders: i64| {
        let since = Instant::now();
        while planted.town.site.count("SELECT COUNT(*) FROM erasure").await < orders {
            assert!(
                since.elapsed() < Duration::from_secs(20),
                "order {orders} is not committed"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let (hub, _store) = silent(planted).await;
    let erased = planted.erased;
    let one = tokio::spawn({
        let hub = Arc::clone(&hub);
        async move { hub.erase_message(&order(), erased).await }
    });
    committed(1).await;
    one.abort();
    let two = tokio::spawn(async move { hub.erase_mailbox(&order(), &matti()).await });
    committed(2).await;
    two.abort();
    assert!(one.await.unwrap_err().is_cancelled() && two.await.unwrap_err().is_cancelled());
}

#[tokio::test]
async fn an_order_that_was_broken_off_after_its_commit_comes_onto_the_list() {
    for database in databases() {
        for in_bucket in [false, true] {
            let s3 = if in_bucket { Some(S3::start().await) } else { None };
            let settings = Settings {
                objects: s3.as_ref().map(S3::options),
                ..Settings::default()
            };
            let planted = Planted::begin(Town::start_with(&database, settings).await).await;
            break_off(&planted).await;
            assert_eq!(listed(&planted, s3.as_ref()).await, 0);
            let site = &planted.town.site;
            let unfinished = "SELECT COUNT(*) FROM erasure WHERE finished_at IS NULL";
            assert_eq!(site.count(unfinished).await, 2);

            // As a hub that starts, and each minute.
            let next = site.another_hub().await;
            assert_eq!(next.replay_erasures().await.unwrap(), 0);
            assert_eq!(next.finish_erasures().await.unwrap(), 2);
            assert_eq!(listed(&planted, s3.as_ref()).await, 2);
            assert_eq!(site.count(unfinished).await, 0);
            assert!(next.erase_message(&order(), planted.erased).await.unwrap().before);
            assert_eq!(listed(&planted, s3.as_ref()).await, 2);
            if s3.is_none() {
                let opened = Copy::of(site).await.open();
                finds_none(&opened, &IN_MESSAGE);
                finds_none(&opened, &IN_MAILBOX);
            }
        }
    }
}

/// The command, killed before each write to the list.
struct Killed {
    hub: Installation,
    library: PathBuf,
    armed: PathBuf,
}

impl Killed {
    fn command(&self, words: &[&str], at: usize) -> Command {
        let mut command = self.hub.command(words);
        command
            .env("LD_PRELOAD", &self.library)
            .env("CRASH_ARMED", &self.armed)
            .env("CRASH_AT", at.to_string())
            .env("CRASH_PATHS", "/objects/erasures/");
        command
    }

    /// What stands on the list; a file under way when its writer was killed is no order.
    fn listed(&self) -> usize {
        let files = std::fs::read_dir(self.hub.folder.path().join("files/objects/erasures"));
        files.map_or(0, |files| {
            let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
            names.filter(|name| name.parse::<uuid::Uuid>().is_ok()).count()
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_is_killed_before_any_write_to_the_list_is_finished_by_a_start_or_a_repeat() {
    let folder = TempDir::new().unwrap();
    let library = sealing::build(folder.path());
    let armed = folder.path().join("armed");
    std::fs::write(&armed, "").unwrap();
    for database in databases() {
        let hub = Installation::new(&database, 1, vec![person(EINO, "Eino Olavi", "Koivuranta")]).await;
        let killed = Killed {
            hub,
            library: library.clone(),
            armed: armed.clone(),
        };
        let server = killed.hub.serve(0).await;
        let sender = killed.hub.sender(&server).await;
        Visitor::log_in(&server, EINO).await;
        let mut ids = Vec::new();
        for number in 0..2 {
            let message = sender.message(&format!("A-{number}"), EINO, "Normal");
            ids.push(sender.sent(&message).await.to_string());
        }
        server.kill();
        killed.hub.let_the_lease_pass().await;
        let message = |id: &'static str| ["admin", "erase", "message", "--id", id, "--reason", "Päätös", "--yes"];
        let [first, second]: [&'static str; 2] = [ids.remove(0).leak(), ids.remove(0).leak()];

        // The same command again and again, each time killed one write later, until it comes to its end.
        let mut at = 1;
        loop {
            let done = killed.command(&message(first), at).output().unwrap();
            if done.status.success() {
                break;
            }
            assert!(
                done.status.signal().is_some(),
                "{}",
                String::from_utf8_lossy(&done.stderr)
            );
            at += 1;
        }
        assert!(at > 2, "killed {} times", at - 1);
        assert_eq!(killed.listed(), 1);

        // Once more, and then the hub starts.
        let done = killed.command(&message(second), 1).output().unwrap();
        assert!(done.status.signal().is_some());
        assert_eq!(killed.listed(), 1);
        let server = killed.hub.serve(0).await;
        assert_eq!(killed.listed(), 2);
        server.kill();

        // A mailbox: who repeats the order is told that it is nobody's, and the list is complete.
        killed.hub.let_the_lease_pass().await;
        let whole = [
            "admin", "erase", "mailbox", "--owner", EINO, "--reason", "Pyyntö", "--yes",
        ];
        let done = killed.command(&whole, 1).output().unwrap();
        assert!(done.status.signal().is_some());
        assert_eq!(killed.listed(), 2);
        let again = killed.hub.command(&whole).output().unwrap();
        assert!(String::from_utf8_lossy(&again.stderr).contains("has no mailbox"));
        assert_eq!(killed.listed(), 3);
    }
}
