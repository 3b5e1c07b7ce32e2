//! `tiedoksi admin log restart`, killed between its two writes, the second place and the database, and before each change of the second place:
//! the hub is halted as before; the command is repeated; no log has two checkpoints of one size, and every proof leads over all that began and came to nothing.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;
use tiedoksi::evidence::verify::Trust;
use tiedoksi::store::log::place_of;
use url::Url;

use super::{MATTI, REASON};
use crate::backup::Backup;
use crate::crash::sealing;
use crate::harness::{databases, person};
use crate::process::{Installation, Visitor, settled, verify_delivery};

/// The command changes the second place less often.
const WRITES: usize = 50;
const RESTART: [&str; 5] = ["admin", "log", "restart", "--reason", REASON];

/// An installation whose disk broke: a message of the backup, and the keys from before.
struct Broken {
    hub: Installation,
    message: i64,
    trust: Trust,
    /// Every checkpoint that the second place ever held.
    seen: BTreeMap<String, String>,
}

impl Broken {
    async fn begin(hub: Installation) -> Self {
        let server = hub.serve(0).await;
        let sender = hub.sender(&server).await;
        Visitor::log_in(&server, MATTI).await;
        let message = sender.sent(&sender.message("A-1", MATTI, "Normal")).await;
        settled(&hub, Duration::from_secs(30)).await;
        let backup = Backup::of(&hub.database_url).await;
        sender.sent(&sender.message("A-2", MATTI, "Normal")).await;
        settled(&hub, Duration::from_secs(30)).await;
        let (trust, _) = hub.trust();
        server.kill();
        backup.restore(&hub.database_url);
        hub.let_the_lease_pass().await;
        Self {
            hub,
            message,
            trust,
            seen: BTreeMap::new(),
        }
    }

    /// The number of the log in the database, how many ended, and how many records of a restart there are.
    async fn state(&self) -> (i64, i64, i64) {
        let numbers = self.hub.numbers(
            "SELECT number, (SELECT COUNT(*) FROM log_ended), (SELECT COUNT(*) FROM event WHERE kind = 'log-restarted') FROM log",
        );
        numbers.await[0]
    }

    /// Looks at the second place: what was there is there yet, or a newer one of its log; nothing has become another.
    fn look(&mut self) {
        for file in std::fs::read_dir(folder_of(&self.hub)).unwrap() {
            let file = file.unwrap();
            let name = file.file_name().into_string().unwrap();
            if !name.bytes().all(|byte| byte.is_ascii_digit()) {
                // A file under way when its writer was killed: it has no name yet.
                continue;
            }
            let text = std::fs::read_to_string(file.path()).unwrap();
            let before = self.seen.insert(name.clone(), text.clone());
            assert!(before.is_none_or(|before| before == text), "{name} is another now");
        }
    }
}

/// When the command is killed.
struct Kill {
    /// Writes are counted while this file is there.
    armed: PathBuf,
    at: usize,
    paths: &'static str,
    /// The database's, if its writes count.
    port: Option<u16>,
}

/// Whether the command died of it; otherwise it did what it had to.
fn killed_by(kill: &Kill, library: &Path, hub: &Installation) -> bool {
    let mut command = hub.command(&RESTART);
    command
        .env("LD_PRELOAD", library)
        .env("CRASH_ARMED", &kill.armed)
        .env("CRASH_AT", kill.at.to_string())
        .env("CRASH_PATHS", kill.paths);
    if let Some(port) = kill.port {
        command.env("CRASH_PORT", port.to_string());
    }
    let done = command.output().unwrap();
    let died = done.status.signal().is_some();
    assert!(
        died || done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    died
}

/// The second place.
fn folder_of(hub: &Installation) -> PathBuf {
    hub.folder.path().join("files/objects/log/checkpoint")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_that_is_killed_between_its_writes_is_repeated() {
    let folder = TempDir::new().unwrap();
    let library = sealing::build(folder.path());
    let armed = folder.path().join("armed");
    std::fs::write(&armed, "").unwrap();
    for database in databases() {
        let hub = Installation::new(&database, 1, vec![person(MATTI, "Matti", "Meikäläinen")]).await;
        let mut broken = Broken::begin(hub).await;
        let port = broken.hub.database_url.parse::<Url>().ok().and_then(|url| url.port());
        let old = broken.state().await;
        broken.look();
        let at_first = broken.seen.len();
        let mut killed = 0;
        // Once right after the second place has the new log's first checkpoint; then before each change of the second place.
        let next = folder_of(&broken.hub).join(format!("{:020}", place_of(old.0 + 1, 1)));
        let first = Kill {
            armed: next,
            at: 1,
            paths: "/hub.sqlite:/objects/log/",
            port,
        };
        assert!(killed_by(&first, &library, &broken.hub), "not killed before the commit");
        broken.look();
        assert_eq!((broken.state().await, broken.seen.len()), (old, at_first + 1));
        for at in 1.. {
            assert!(at < WRITES, "write {at} still kills");
            let kill = Kill {
                armed: armed.clone(),
                at,
                paths: "/objects/log/",
                port: None,
            };
            let died = killed_by(&kill, &library, &broken.hub);
            broken.look();
            if !died {
                break;
            }
            killed += 1;
            assert_eq!(broken.state().await, old);
        }
        // The new log is there, once, whoever began it.
        let (number, ended, records) = broken.state().await;
        let begun = broken.seen.len() - at_first;
        assert_eq!(
            i64::try_from(begun).unwrap() + old.0,
            number,
            "{:?}",
            broken.seen.keys()
        );
        assert_eq!((ended, records), (number - 1, 1));
        assert!(killed > 1, "killed {killed} times");
        let again = broken.hub.command(&RESTART).output().unwrap();
        assert!(String::from_utf8_lossy(&again.stderr).contains("needs no restart"));
        println!(
            "killed {killed} times before a write, {} times with a log begun that came to nothing",
            begun - 1
        );

        broken.hub.let_the_lease_pass().await;
        let server = broken.hub.serve(0).await;
        let sender = broken.hub.sender(&server).await;
        let message = sender.sent(&sender.message("A-3", MATTI, "Normal")).await;
        settled(&broken.hub, Duration::from_secs(30)).await;
        for message in [broken.message, message] {
            verify_delivery(&sender, message, &broken.trust).await;
        }
        server.kill();
    }
}
