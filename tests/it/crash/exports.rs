//! The server is killed while ranges are exported; whoever is started next goes on, and nobody has to ask again.

use std::time::{Duration, Instant};

use serde_json::json;
use tiedoksi::evidence::verify::verify_range;

use super::two_processes::clock;
use crate::harness::{databases, person, person_with};
use crate::process::{Installation, Server, Visitor, settled};

const MATTI: &str = "010594Y9032";
const TAUNO: &str = "020503F9037";

async fn page(server: &Server, auditor: &Visitor) -> String {
    auditor.look(&server.base, "/auditor/exports").await.unwrap()
}

#[tokio::test]
async fn an_export_is_finished_whenever_its_server_is_killed() {
    for database in databases() {
        let names = json!({ "urn:oid:2.16.840.1.113730.3.1.241": "Tauno Tarkastaja", "roles": ["auditor"] });
        let persons = vec![person(MATTI, "Matti", "Meikäläinen"), person_with(TAUNO, names)];
        let hub = Installation::new(&database, 1, persons).await;
        hub.configure("[auditor]\nclaim = \"roles\"\neverywhere = [\"auditor\"]\n");
        let mut server = hub.serve(0).await;
        let sender = hub.sender(&server).await;
        Visitor::log_in(&server, MATTI).await;
        for number in 0..40 {
            sender
                .sent(&sender.message(&format!("A-{number}"), MATTI, "Normal"))
                .await;
        }
        settled(&hub, Duration::from_secs(30)).await;
        let (trust, _) = hub.trust();
        let auditor = Visitor::log_in(&server, TAUNO).await;
        let today = tiedoksi::domain::auditor::day_of(clock(&server).await).to_string();
        for pause in [0, 15, 60] {
            let wish = [
                ("organisation", "0208573-0"),
                ("first", today.as_str()),
                ("last", today.as_str()),
                ("reason", "Tarkastus 17/2026"),
            ];
            let to = auditor
                .act(&server.base, "/auditor/exports", &wish, None)
                .await
                .unwrap();
            assert_eq!(to.as_deref(), Some("/auditor/exports"));
            tokio::time::sleep(Duration::from_millis(pause)).await;
            server.kill();
            server = hub.serve(0).await;
        }
        let since = Instant::now();
        let ready = loop {
            let page = page(&server, &auditor).await;
            if page.matches("data-testid=\"export-file\"").count() == 3 {
                break page;
            }
            assert!(since.elapsed() < Duration::from_secs(120), "{page}");
            tokio::time::sleep(Duration::from_millis(500)).await;
        };
        let links = ready.split("href=\"/auditor/exports/").skip(1);
        let links: Vec<_> = links.map(|rest| rest.split('"').next().unwrap()).collect();
        assert_eq!(links.len(), 3, "{links:?}");
        for link in links {
            let url = server.base.join(&format!("/auditor/exports/{link}")).unwrap();
            let packed = auditor.browser.get(url).await.bytes().await.unwrap();
            let verdict = verify_range(&packed[..], &trust, None);
            assert_eq!(verdict.exit_code(), 0, "{verdict}");
        }
        let recorded = hub
            .numbers(
                "SELECT COUNT(*), CAST(0 AS BIGINT), CAST(0 AS BIGINT) FROM event WHERE kind = 'evidence-exported'",
            )
            .await[0]
            .0;
        assert_eq!(recorded, 3, "each export is recorded once");
    }
}
