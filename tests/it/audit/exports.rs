//! Ranges that auditors have exported in the background: by whom, how far, and that no end of a process is one of the work.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;
use reqwest::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, ETAG, IF_RANGE, LOCATION, RANGE};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tiedoksi::domain::id::RangeExportId;
use tiedoksi::evidence::range::ContainerReader;
use tiedoksi::evidence::verify::{Verdict, verify_range};
use tiedoksi::hub::Hub;
use tiedoksi::hub::audit::export::{ExportState, ExportWish};

use super::{AINO, Hall, MATTI, OTTO, TAUNO, YLVA};
use crate::backup::Backup;
use crate::harness::{Database, Site, databases};

const DAY: &str = "2026-03-02";

/// A hall in which deliveries were made on [`DAY`], and the tallies of the day after lie in the log.
pub async fn hall(database: &Database) -> Hall {
    hall_with(database, 0).await
}

/// The same with so many deliveries more.
pub async fn hall_with(database: &Database, more: u32) -> Hall {
    let mut hall = Hall::open(database).await;
    for number in 0..more {
        let message = hall.one.message(&format!("C-{number}"), MATTI, "Normal");
        hall.one.sent(&message).await;
    }
    for number in 0..6 {
        let id = hall.send(&hall.one, &format!("A-{number}"), "Verifiable").await;
        if number % 2 == 0 {
            hall.site.hub.confirm(&hall.matti, id).await.unwrap();
        }
        hall.send(&hall.other, &format!("B-{number}"), "Normal").await;
        hall.site.seal().await;
    }
    hall.site.hub.tally().await.unwrap();
    hall.site.seal().await;
    hall.site.advance(SignedDuration::from_hours(48));
    hall.log_in().await;
    hall.send(&hall.one, "A-9", "Normal").await;
    hall.send(&hall.other, "B-9", "Normal").await;
    hall.site.seal().await;
    hall.site.hub.tally().await.unwrap();
    hall.settle().await;
    hall.site.hub.release_log().await.unwrap();
    hall.matti = hall.site.citizen(MATTI).await;
    hall
}

pub fn wish(organisation: Option<&str>) -> ExportWish {
    ExportWish {
        organisation: organisation.map(str::to_owned),
        service: None,
        first: DAY.parse().ok(),
        last: DAY.parse().ok(),
        reason: "Tarkastus 17/2026".to_owned(),
    }
}

struct Program<'a> {
    hall: &'a Hall,
    token: String,
}

impl<'a> Program<'a> {
    async fn of(hall: &'a Hall, id: &str) -> Self {
        let token = hall.site.access_token(id).await;
        Self { hall, token }
    }

    async fn call(&self, method: Method, path: &str, headers: &[(reqwest::header::HeaderName, &str)]) -> Response {
        let url = self.hall.site.at(&format!("/api/v1/audit/exports{path}"));
        let mut request = self
            .hall
            .site
            .browser()
            .client
            .request(method, url)
            .bearer_auth(&self.token);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        request.send().await.unwrap()
    }

    async fn ask(&self, body: &Value) -> Response {
        let url = self.hall.site.at("/api/v1/audit/exports");
        let client = self.hall.site.browser().client;
        client
            .post(url)
            .bearer_auth(&self.token)
            .json(body)
            .send()
            .await
            .unwrap()
    }
}

fn body() -> Value {
    json!({ "first": DAY, "last": DAY, "reason": "Tarkastus 17/2026" })
}

/// Works until nothing is left.
pub async fn work(hub: &Arc<Hub>) {
    while let Some(mut export) = hub.claim_export().await.unwrap() {
        while export.step().await.unwrap() {}
    }
}

fn files(packed: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut reader = ContainerReader::new(packed);
    let mut files = BTreeMap::new();
    while let Some(head) = reader.next_file().unwrap() {
        let mut bytes = Vec::new();
        reader.pass(|part| bytes.extend_from_slice(part)).unwrap();
        files.insert(head.name, bytes);
    }
    files
}

pub fn judged(hall: &Hall, packed: &[u8]) -> Verdict {
    verify_range(packed, &hall.site.trust(), None)
}

pub async fn bytes_of(site: &Site, auditor: &str, id: RangeExportId) -> Vec<u8> {
    use futures::TryStreamExt as _;
    let auditor = tiedoksi::domain::auditor::Auditor::of(&site.citizen(auditor).await).unwrap();
    let file = site.hub.export_file(&auditor, id).await.unwrap();
    let size = file.size();
    let parts: Vec<_> = file.read(0..size).try_collect().await.unwrap();
    let bytes = parts.concat();
    assert_eq!(bytes.len() as u64, size);
    bytes
}

#[tokio::test]
async fn a_program_asks_watches_and_fetches() {
    for database in databases() {
        let hall = hall(&database).await;
        let ylva = Program::of(&hall, YLVA).await;
        let asked = ylva.ask(&body()).await;
        assert_eq!(asked.status(), StatusCode::ACCEPTED);
        let location = asked.headers()[LOCATION].to_str().unwrap().to_owned();
        let path = location.strip_prefix("/api/v1/audit/exports").unwrap();
        let state = async || -> Value { ylva.call(Method::GET, path, &[]).await.json().await.unwrap() };
        assert_eq!(state().await["state"], "waiting");
        let file = format!("{path}/file");
        let early = ylva.call(Method::GET, &file, &[]).await;
        assert_eq!(early.status(), StatusCode::NOT_FOUND);
        work(&hall.site.hub).await;
        let ready = state().await;
        assert_eq!(ready["state"], "ready");
        assert!(ready["done"].as_u64().unwrap() > 10);
        assert_eq!(ready["done"], ready["total"]);

        let whole = ylva.call(Method::GET, &file, &[]).await;
        assert_eq!(whole.status(), StatusCode::OK);
        assert_eq!(whole.headers()["content-type"], "application/vnd.etsi.asic-e+zip");
        assert_eq!(whole.headers()["cache-control"], "no-store");
        assert_eq!(whole.headers()[ACCEPT_RANGES], "bytes");
        assert_eq!(
            whole.headers()[CONTENT_LENGTH].to_str().unwrap(),
            ready["bytes"].to_string()
        );
        let tag = whole.headers()[ETAG].to_str().unwrap().to_owned();
        let whole = whole.bytes().await.unwrap();
        let verdict = judged(&hall, &whole);
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        assert!(String::from_utf8_lossy(&whole).contains(MATTI));

        // A download that broke off goes on where it was.
        let half = whole.len() / 2;
        let rest = ylva
            .call(
                Method::GET,
                &file,
                &[(RANGE, &format!("bytes={half}-")), (IF_RANGE, &tag)],
            )
            .await;
        assert_eq!(rest.status(), StatusCode::PARTIAL_CONTENT);
        let told = format!("bytes {half}-{}/{}", whole.len() - 1, whole.len());
        assert_eq!(rest.headers()[CONTENT_RANGE], told.as_str());
        assert_eq!(rest.bytes().await.unwrap(), whole.slice(half..));
        let first = ylva.call(Method::GET, &file, &[(RANGE, "bytes=0-9")]).await;
        assert_eq!(first.bytes().await.unwrap(), whole.slice(..10));
        let other = [(RANGE, "bytes=5-"), (IF_RANGE, "\"another\"")];
        let all = ylva.call(Method::GET, &file, &other).await;
        assert_eq!(all.status(), StatusCode::OK);
        let beyond = format!("bytes={}-", whole.len());
        let beyond = ylva.call(Method::GET, &file, &[(RANGE, &beyond)]).await;
        assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);

        // The export is in the evidence, once.
        hall.site.seal().await;
        let exports = hall
            .site
            .count("SELECT COUNT(*) FROM event WHERE kind = 'evidence-exported'")
            .await;
        assert_eq!(exports, 1);
        let list: Value = ylva.call(Method::GET, "", &[]).await.json().await.unwrap();
        assert_eq!(list["exports"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn whoever_goes_on_makes_the_same_file() {
    for database in databases() {
        // More records than come on one page.
        let hall = hall_with(&database, 120).await;
        let ylva = hall.auditor(YLVA).await;
        // Seals are made once and kept: by this export for the two that are compared.
        hall.site.hub.ask_for_export(&ylva, wish(None)).await.unwrap();
        work(&hall.site.hub).await;
        let id = hall.site.hub.ask_for_export(&ylva, wish(None)).await.unwrap();
        // What both find is in the log already: they seal nothing, and share the second place.
        hall.settle().await;
        hall.site.hub.release_log().await.unwrap();
        let backup = Backup::of(&hall.site.database).await;
        work(&hall.site.hub).await;
        let undisturbed = bytes_of(&hall.site, YLVA, id).await;
        // The same once more, by a new process for every part; none of them says that it ends.
        let restored = hall.site.restored(&backup).await;
        let mut parts = 0;
        while let Some(export) = restored.another_hub().await.claim_export().await.unwrap() {
            let mut export = export.in_parts_of(2_000);
            let more = export.step().await.unwrap() && export.step().await.unwrap();
            drop(export);
            parts += 1;
            if more {
                restored.advance(SignedDuration::from_secs(31));
            }
        }
        assert!(parts > 4, "{parts}");
        let resumed = bytes_of(&restored, YLVA, id).await;
        let verdict = judged(&hall, &resumed);
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        let (mut one, mut other) = (files(&undisturbed), files(&resumed));
        for files in [&mut one, &mut other] {
            assert!(files.remove("META-INF/signature001.p7s").is_some());
        }
        let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&one), names(&other));
        let differ: Vec<_> = one
            .iter()
            .filter(|(name, bytes)| other.get(*name) != Some(*bytes))
            .collect();
        assert!(
            differ.is_empty(),
            "{:?}",
            differ.iter().map(|it| it.0).collect::<Vec<_>>()
        );
        let recorded = "SELECT COUNT(*) FROM event WHERE kind = 'evidence-exported'";
        assert_eq!(restored.count(recorded).await, 2, "each export once");
    }
}

#[tokio::test]
async fn who_comes_late_changes_nothing() {
    for database in databases() {
        let hall = hall(&database).await;
        let ylva = hall.auditor(YLVA).await;
        let id = hall.site.hub.ask_for_export(&ylva, wish(None)).await.unwrap();
        let slow = hall.site.hub.claim_export().await.unwrap().unwrap();
        let mut slow = slow.in_parts_of(2_000);
        assert!(slow.step().await.unwrap() && slow.step().await.unwrap());
        let other = hall.site.another_hub().await;
        assert!(other.claim_export().await.unwrap().is_none(), "it is being worked on");
        hall.site.advance(SignedDuration::from_secs(31));
        let next = other.claim_export().await.unwrap().unwrap();
        let mut next = next.in_parts_of(2_000);
        assert!(next.step().await.unwrap() && next.step().await.unwrap());
        assert!(!slow.step().await.unwrap(), "another took over");
        while next.step().await.unwrap() {}
        let verdict = judged(&hall, &bytes_of(&hall.site, YLVA, id).await);
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        // Given back, it is nobody's at once.
        hall.site.hub.ask_for_export(&ylva, wish(None)).await.unwrap();
        let given = other.claim_export().await.unwrap().unwrap();
        given.give_back().await.unwrap();
        assert!(hall.site.hub.claim_export().await.unwrap().is_some());
    }
}

#[tokio::test]
async fn an_export_is_its_askers_alone() {
    for database in databases() {
        let hall = hall(&database).await;
        let ylva = Program::of(&hall, YLVA).await;
        let asked: Value = ylva.ask(&body()).await.json().await.unwrap();
        let path = format!("/{}", asked["id"].as_str().unwrap());
        work(&hall.site.hub).await;
        for person in [AINO, OTTO, TAUNO, MATTI] {
            let other = Program::of(&hall, person).await;
            for (method, path) in [
                (Method::GET, path.clone()),
                (Method::GET, format!("{path}/file")),
                (Method::DELETE, path.clone()),
            ] {
                let answer = other.call(method, &path, &[]).await;
                assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{person} {path}");
            }
        }
        let list: Value = Program::of(&hall, AINO)
            .await
            .call(Method::GET, "", &[])
            .await
            .json()
            .await
            .unwrap();
        assert_eq!(list["exports"], json!([]));
        assert_eq!(ylva.call(Method::GET, &path, &[]).await.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn an_auditor_of_the_whole_hub_is_told_of_nobody() {
    for database in databases() {
        let hall = hall(&database).await;
        let tauno = hall.auditor(TAUNO).await;
        let unnamed = hall.site.hub.ask_for_export(&tauno, wish(None)).await;
        assert!(unnamed.is_err(), "who audits several says which");
        let ours = hall
            .site
            .hub
            .ask_for_export(&tauno, wish(Some("0208573-0")))
            .await
            .unwrap();
        let others = hall
            .site
            .hub
            .ask_for_export(&tauno, wish(Some("7654321-2")))
            .await
            .unwrap();
        work(&hall.site.hub).await;
        for (id, authority) in [(ours, "0208573-0"), (others, "7654321-2")] {
            let packed = bytes_of(&hall.site, TAUNO, id).await;
            let verdict = judged(&hall, &packed);
            assert_eq!(verdict.exit_code(), 0, "{verdict}");
            let text = String::from_utf8_lossy(&packed).into_owned();
            assert!(text.contains(authority) && !text.contains(MATTI));
        }
    }
}

#[tokio::test]
async fn three_at_once_and_each_can_be_given_up() {
    for database in databases() {
        let hall = hall(&database).await;
        let ylva = Program::of(&hall, YLVA).await;
        let mut ids = Vec::new();
        for _ in 0..3 {
            let asked: Value = ylva.ask(&body()).await.json().await.unwrap();
            ids.push(asked["id"].as_str().unwrap().to_owned());
        }
        assert_eq!(ylva.ask(&body()).await.status(), StatusCode::CONFLICT);
        // One is given up while it is being made.
        let running = hall.site.hub.claim_export().await.unwrap().unwrap();
        let mut running = running.in_parts_of(2_000);
        assert!(running.step().await.unwrap() && running.step().await.unwrap());
        let folder = hall.site.folder().join("objects/exports").join(&ids[0]);
        assert!(folder.exists());
        let path = format!("/{}", ids[0]);
        assert_eq!(
            ylva.call(Method::DELETE, &path, &[]).await.status(),
            StatusCode::NO_CONTENT
        );
        assert!(!running.step().await.unwrap());
        let left = std::fs::read_dir(&folder).map_or(0, Iterator::count);
        assert_eq!(left, 0, "parts are left over");
        let state: Value = ylva.call(Method::GET, &path, &[]).await.json().await.unwrap();
        assert_eq!(state["state"], "cancelled");
        assert_eq!(ylva.ask(&body()).await.status(), StatusCode::ACCEPTED);
        work(&hall.site.hub).await;
        // A finished one goes when its time is over.
        hall.site.advance(SignedDuration::from_hours(7 * 24));
        let auditor = hall.auditor(YLVA).await;
        let id: RangeExportId = ids[1].parse().unwrap();
        assert!(hall.site.hub.export_file(&auditor, id).await.is_err());
        // And what the cancelled one may have written since, for it was being worked on.
        assert_eq!(hall.site.hub.sweep_exports().await.unwrap(), 4);
        let view = hall.site.hub.export_of(&auditor, id).await.unwrap();
        assert_eq!(view.state, ExportState::Removed);
        assert!(!hall.site.folder().join("objects/exports").join(&ids[1]).exists());
        assert_eq!(hall.site.count("SELECT COUNT(*) FROM range_export_part").await, 0);
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_told() {
    for database in databases() {
        let hall = Hall::open(&database).await;
        hall.settle().await;
        let ylva = Program::of(&hall, YLVA).await;
        let pointers = async |body: Value| -> Vec<String> {
            let answer = ylva.ask(&body).await;
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
            let problem: Value = answer.json().await.unwrap();
            let found = problem["violations"].as_array().unwrap().clone();
            found
                .iter()
                .map(|it| it["pointer"].as_str().unwrap().to_owned())
                .collect()
        };
        let bad = json!({ "first": "2.3.2026", "last": 5, "reason": "" });
        assert_eq!(pointers(bad).await, ["/first", "/last", "/reason"]);
        let bad = json!({ "organisation": "7654321-2", "service": "no such", "first": "2999-01-01", "last": DAY, "reason": format!("of {MATTI}") });
        assert_eq!(pointers(bad).await, ["/organisation", "/first", "/last", "/reason"]);
        // A period without evidence cannot be exported, and says so.
        let asked: Value = ylva.ask(&body()).await.json().await.unwrap();
        let mut export = hall.site.hub.claim_export().await.unwrap().unwrap();
        let path = format!("/{}", asked["id"].as_str().unwrap());
        assert!(export.step().await.is_err());
        let state: Value = ylva.call(Method::GET, &path, &[]).await.json().await.unwrap();
        assert_eq!(state["state"], "failed");
        assert!(
            state["problem"]
                .as_str()
                .unwrap()
                .contains("no record of this organisation"),
            "{state}"
        );
        assert!(hall.site.hub.claim_export().await.unwrap().is_none());
    }
}
