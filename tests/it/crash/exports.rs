//! The server is killed before each write of an export; whoever is started next goes on, and nobody has to ask again.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;
use tiedoksi::evidence::verify::{Trust, verify_range};

use super::{sealing, two_processes::clock};
use crate::harness::{Database, databases, person, person_with};
use crate::process::{Installation, Server, Visitor, settled};

const MATTI: &str = "010594Y9032";
const TAUNO: &str = "020503F9037";
/// More writes than an export of one part has.
const WRITES: usize = 60;

/// A hub with something to export, and its auditor.
struct Office {
    hub: Installation,
    trust: Trust,
    library: PathBuf,
    day: String,
    asked: usize,
}

impl Office {
    async fn open(database: &Database, library: PathBuf) -> Self {
        let names = json!({ "urn:oid:2.16.840.1.113730.3.1.241": "Tauno Tarkastaja", "roles": ["auditor"] });
        let persons = vec![person(MATTI, "Matti", "Meikäläinen"), person_with(TAUNO, names)];
        let hub = Installation::new(database, 1, persons).await;
        hub.configure("[auditor]\nclaim = \"roles\"\neverywhere = [\"auditor\"]\n");
        let server = hub.serve(0).await;
        let sender = hub.sender(&server).await;
        Visitor::log_in(&server, MATTI).await;
        for number in 0..10 {
            let message = sender.message(&format!("A-{number}"), MATTI, "Normal");
            sender.sent(&message).await;
        }
        settled(&hub, Duration::from_secs(30)).await;
        let (trust, _) = hub.trust();
        let day = tiedoksi::domain::auditor::day_of(clock(&server).await).to_string();
        server.kill();
        hub.let_the_lease_pass().await;
        Self {
            hub,
            trust,
            library,
            day,
            asked: 0,
        }
    }

    /// A server that is killed before write number `at` of an export.
    async fn mortal(&self, at: usize) -> Server {
        let armed = self.hub.folder.path().join("armed");
        std::fs::write(&armed, "").unwrap();
        let variables: [(&str, OsString); 4] = [
            ("LD_PRELOAD", self.library.clone().into()),
            ("CRASH_ARMED", armed.into()),
            ("CRASH_AT", at.to_string().into()),
            ("CRASH_PATHS", "/objects/exports/".into()),
        ];
        self.hub.serve_as(0, &[], &variables).await
    }

    async fn ask(&mut self, server: &Server) {
        let auditor = Visitor::log_in(server, TAUNO).await;
        let wish = [
            ("organisation", "0208573-0"),
            ("first", self.day.as_str()),
            ("last", self.day.as_str()),
            ("reason", "Tarkastus 17/2026"),
        ];
        let to = auditor.act(&server.base, "/auditor/exports", &wish, None).await;
        assert_eq!(to.unwrap().as_deref(), Some("/auditor/exports"));
        self.asked += 1;
    }

    async fn ready(&self) -> usize {
        let row = self
            .hub
            .numbers("SELECT COUNT(*), CAST(0 AS BIGINT), CAST(0 AS BIGINT) FROM range_export WHERE state = 'ready'")
            .await[0];
        usize::try_from(row.0).unwrap()
    }

    /// Waits until the server has died, or all is ready; whether it died.
    async fn dies(&self, server: &mut Server) -> bool {
        let since = Instant::now();
        while self.ready().await < self.asked {
            if server.ended() {
                return true;
            }
            assert!(since.elapsed() < Duration::from_secs(60), "neither dead nor ready");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        server.ended()
    }

    /// That every finished file holds, and each was recorded once.
    async fn look(&self, server: &Server) {
        let auditor = Visitor::log_in(server, TAUNO).await;
        let page = auditor.look(&server.base, "/auditor/exports").await.unwrap();
        let newest = page.split("href=\"/auditor/exports/").nth(1).unwrap();
        let newest = newest.split('"').next().unwrap();
        let url = server.base.join(&format!("/auditor/exports/{newest}")).unwrap();
        let packed = auditor.browser.get(url).await.bytes().await.unwrap();
        let verdict = verify_range(&packed[..], &self.trust, None);
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        let recorded = self
            .hub
            .numbers(
                "SELECT COUNT(*), CAST(0 AS BIGINT), CAST(0 AS BIGINT) FROM event WHERE kind = 'evidence-exported'",
            )
            .await[0]
            .0;
        assert_eq!(usize::try_from(recorded).unwrap(), self.asked);
    }
}

#[tokio::test]
async fn an_export_is_finished_whenever_its_server_is_killed() {
    let folder = TempDir::new().unwrap();
    let library = sealing::build(folder.path());
    for database in databases() {
        let mut office = Office::open(&database, library.clone()).await;
        let mut killed = 0;
        for at in 1..WRITES {
            let mut server = office.mortal(at).await;
            office.ask(&server).await;
            let died = office.dies(&mut server).await;
            server.kill();
            office.hub.let_the_lease_pass().await;
            if !died {
                break;
            }
            killed += 1;
            let mut next = office.hub.serve(0).await;
            assert!(!office.dies(&mut next).await);
            office.look(&next).await;
            next.kill();
            office.hub.let_the_lease_pass().await;
        }
        // The first part, what the end needs of it, and the end: each is an object of several writes.
        assert!((6..WRITES - 1).contains(&killed), "{killed}");
    }
}
