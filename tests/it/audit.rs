//! The auditor: who is one, what they find, and that none of it is content.

mod api;
mod contents;
mod exports;
mod kept;
mod numbers;
mod pages;

use std::sync::Arc;

use reqwest::StatusCode;
use serde_json::json;
use tiedoksi::domain::auditor::{Auditor, Outcome, Period};
use tiedoksi::domain::id::MessageId;
use tiedoksi::domain::name::Language;
use tiedoksi::domain::principal::Citizen;
use tiedoksi::evidence::record::EventType;
use tiedoksi::evidence::verify::verify_proof;
use tiedoksi::hub::ActError;
use tiedoksi::hub::audit::view::{AuditedDelivery, Wanted};

use crate::harness::{Database, Settings, Site, databases, person, person_with};
use crate::sender::{Sender, pdf, sender};

pub const MATTI: &str = "010594Y9032";
/// Of the whole hub.
pub const TAUNO: &str = "020503F9037";
/// Of the first authority.
pub const YLVA: &str = "010594Y9021";
/// Of the first authority too.
pub const AINO: &str = "030694W9024";
/// Of the second.
pub const OTTO: &str = "030594W903B";
/// What of Matti's messages no auditor reads without a grant.
pub const SECRETS: [&str; 4] = [
    "Salainen sisältö",
    "salainen-liite",
    "Päätös rakennusluvasta",
    "Rakennuslupa",
];

/// A hub with two authorities, five persons and a mailbox in use.
pub struct Hall {
    pub site: Site,
    pub matti: Citizen,
    pub one: Sender,
    pub other: Sender,
}

impl Hall {
    pub async fn open(database: &Database) -> Self {
        let auditor = |id, name: &str, role: serde_json::Value| {
            let names = json!({ "urn:oid:2.16.840.1.113730.3.1.241": name, "roles": role });
            person_with(id, names)
        };
        let persons = vec![
            person(MATTI, "Matti", "Meikäläinen"),
            auditor(TAUNO, "Tauno Tarkastaja", json!(["auditor"])),
            auditor(YLVA, "Ylva Valvoja", json!("auditor-koekunta")),
            auditor(AINO, "Aino Valvoja", json!(["x", "auditor-koekunta"])),
            auditor(OTTO, "Otto Valvoja", json!(["auditor-toinen"])),
        ];
        let site = Site::start(database, persons, Settings::default()).await;
        let one = sender(&site, "0208573-0", false).await;
        let other = sender(&site, "7654321-2", false).await;
        let matti = site.citizen(MATTI).await;
        site.hub.activate(&matti).await.unwrap();
        Self {
            site,
            matti,
            one,
            other,
        }
    }

    /// New tokens for the senders, whose old ones have expired.
    pub async fn log_in(&mut self) {
        self.one.log_in().await;
        self.other.log_in().await;
    }

    pub async fn auditor(&self, id: &str) -> Auditor {
        Auditor::of(&self.site.citizen(id).await).unwrap()
    }

    /// Sends Matti a message with a file.
    pub async fn send(&self, sender: &Sender, external_id: &str, kind: &str) -> MessageId {
        let file = sender.upload("salainen-liite.pdf", pdf("x")).await;
        let file: serde_json::Value = file.json().await.unwrap();
        let mut message = sender.message(external_id, MATTI, kind);
        message["electronic"]["attachments"] = json!([{ "attachmentId": file["attachmentId"] }]);
        sender.sent(&message).await.to_string().parse().unwrap()
    }

    /// Seals, and has the log followed.
    pub async fn settle(&self) {
        self.site.seal().await;
        while self.site.hub.follow_log().await.unwrap() > 0 {}
    }

    pub async fn find(&self, auditor: &Auditor, wanted: &Wanted) -> Vec<AuditedDelivery> {
        self.site
            .hub
            .audit_find(auditor, wanted, None, None)
            .await
            .unwrap()
            .rows
    }

    pub async fn ids(&self, auditor: &Auditor, wanted: &Wanted) -> Vec<MessageId> {
        self.find(auditor, wanted).await.iter().map(|row| row.id).collect()
    }
}

#[tokio::test]
async fn the_role_comes_from_the_provider_alone() {
    let hall = Hall::open(&Database::Sqlite).await;
    assert!(Auditor::of(&hall.matti).is_none());
    let scope = |auditor: Auditor| (auditor.scope().covers("0208573-0"), auditor.scope().covers("7654321-2"));
    assert_eq!(scope(hall.auditor(TAUNO).await), (true, true));
    assert_eq!(scope(hall.auditor(YLVA).await), (true, false));
    assert_eq!(scope(hall.auditor(AINO).await), (true, false));
    assert_eq!(scope(hall.auditor(OTTO).await), (false, true));
    // Who comes without asking for a page lands where they work.
    let browser = hall.site.browser();
    let login = |id: &str| hall.site.at(&format!("/auth/login?login_hint={id}"));
    assert_eq!(browser.follow(login(YLVA)).await.url().path(), "/auditor");
    assert_eq!(browser.follow(login(MATTI)).await.url().path(), "/inbox");
    let answer = browser.get(hall.site.at("/auditor")).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert!(
        !browser
            .get(hall.site.at("/inbox"))
            .await
            .text()
            .await
            .unwrap()
            .contains("/auditor")
    );
}

#[tokio::test]
async fn deliveries_are_found_by_every_key() {
    for database in databases() {
        let mut hall = Hall::open(&database).await;
        let hub = Arc::clone(&hall.site.hub);
        let day = jiff::SignedDuration::from_hours(24);
        let first = hall.send(&hall.one, "A-1", "Normal").await;
        hall.site.advance(day);
        hall.log_in().await;
        let second = hall.send(&hall.one, "A-2", "Verifiable").await;
        let foreign = hall.send(&hall.other, "A-1", "Verifiable").await;
        hall.site.advance(day);
        hall.log_in().await;
        let third = hall.send(&hall.one, "A-3", "Verifiable").await;
        hall.matti = hall.site.citizen(MATTI).await;
        hub.open(&hall.matti, first).await.unwrap();
        hub.confirm(&hall.matti, second).await.unwrap();
        let reply = crate::citizen::reply(&hub, &hall.matti, first).await.unwrap().id;
        hall.settle().await;
        let (tauno, ylva, otto) = (
            hall.auditor(TAUNO).await,
            hall.auditor(YLVA).await,
            hall.auditor(OTTO).await,
        );
        let any = Wanted::default();
        assert_eq!(hall.ids(&tauno, &any).await.len(), 5);
        let mut own = hall.ids(&ylva, &any).await;
        own.sort_unstable();
        let mut expected = vec![first, second, third, reply];
        expected.sort_unstable();
        assert_eq!(own, expected);
        assert_eq!(hall.ids(&otto, &any).await, [foreign]);

        let by_message = |id| Wanted {
            message: Some(id),
            ..Wanted::default()
        };
        assert_eq!(hall.ids(&ylva, &by_message(first)).await, [first]);
        assert!(hall.ids(&ylva, &by_message(foreign)).await.is_empty());
        let external = Wanted {
            external_id: Some("A-1".into()),
            ..Wanted::default()
        };
        assert_eq!(hall.ids(&ylva, &external).await, [first]);
        assert_eq!(hall.ids(&otto, &external).await, [foreign]);
        assert_eq!(hall.ids(&tauno, &external).await, [foreign, first]);
        let both = Wanted {
            message: Some(second),
            ..external.clone()
        };
        assert!(hall.ids(&tauno, &both).await.is_empty());

        let organisation = |id: &str| Wanted {
            organisation: Some(id.into()),
            ..Wanted::default()
        };
        assert_eq!(hall.ids(&tauno, &organisation("7654321-2")).await, [foreign]);
        assert!(hall.ids(&ylva, &organisation("7654321-2")).await.is_empty());
        assert!(hall.ids(&ylva, &organisation("no such")).await.is_empty());
        let service = |code: &str| Wanted {
            service: Some(code.into()),
            ..Wanted::default()
        };
        assert_eq!(hall.ids(&tauno, &service(&hall.other.service)).await, [foreign]);
        assert!(hall.ids(&ylva, &service(&hall.other.service)).await.is_empty());
        assert_eq!(hall.ids(&ylva, &service(&hall.one.service)).await.len(), 4);

        // The first day in Finland is the second of March.
        let on = |first: &str, last: &str| Wanted {
            period: Period {
                first: first.parse().ok(),
                last: last.parse().ok(),
            },
            ..Wanted::default()
        };
        assert_eq!(hall.ids(&tauno, &on("2026-03-02", "2026-03-02")).await, [first]);
        assert_eq!(hall.ids(&ylva, &on("2026-03-03", "2026-03-03")).await, [second]);
        assert_eq!(hall.ids(&ylva, &on("", "2026-03-03")).await, [second, first]);
        assert!(hall.ids(&tauno, &on("2026-03-05", "")).await.is_empty());
        let outcome = |outcome| Wanted {
            outcome: Some(outcome),
            ..Wanted::default()
        };
        assert_eq!(hall.ids(&ylva, &outcome(Outcome::Opened)).await, [first]);
        assert_eq!(hall.ids(&tauno, &outcome(Outcome::Confirmed)).await, [second]);
        assert_eq!(hall.ids(&tauno, &outcome(Outcome::Accepted)).await.len(), 3);
        let all_at_once = Wanted {
            service: Some(hall.one.service.clone()),
            organisation: Some("0208573-0".into()),
            outcome: Some(Outcome::Confirmed),
            ..on("2026-03-03", "2026-03-04")
        };
        assert_eq!(hall.ids(&ylva, &all_at_once).await, [second]);
        let crossed = Wanted {
            organisation: Some("7654321-2".into()),
            ..all_at_once
        };
        assert!(hall.ids(&tauno, &crossed).await.is_empty());

        // The window passes: the outcome follows what is recorded, also of what is opened too late.
        hall.site.advance(day * 10);
        hub.sweep_unconfirmed().await.unwrap();
        hall.settle().await;
        assert_eq!(hall.ids(&tauno, &outcome(Outcome::Expired)).await, [third, foreign]);
        hub.confirm(&hall.site.citizen(MATTI).await, third).await.unwrap();
        hall.settle().await;
        assert_eq!(hall.ids(&tauno, &outcome(Outcome::Late)).await, [third]);
        assert_eq!(hall.ids(&tauno, &outcome(Outcome::Expired)).await, [foreign]);
    }
}

#[tokio::test]
async fn pages_of_the_list_are_whole_whatever_comes_in_between() {
    for database in databases() {
        let hall = Hall::open(&database).await;
        let mut sent = Vec::new();
        for number in 0..7 {
            sent.push(hall.send(&hall.one, &format!("A-{number}"), "Normal").await);
        }
        hall.send(&hall.other, "B", "Normal").await;
        hall.settle().await;
        sent.reverse();
        for id in [YLVA, TAUNO] {
            let auditor = hall.auditor(id).await;
            let wanted = Wanted {
                organisation: Some("0208573-0".into()),
                ..Wanted::default()
            };
            let (mut read, mut cursor) = (Vec::new(), None);
            loop {
                let page = hall
                    .site
                    .hub
                    .audit_find(&auditor, &wanted, cursor.as_deref(), Some(3))
                    .await
                    .unwrap();
                assert!(page.rows.len() <= 3 && !page.rows.is_empty());
                read.extend(page.rows.iter().map(|row| row.id));
                if cursor.is_none() {
                    hall.send(&hall.one, &format!("later-{id}"), "Normal").await;
                    hall.settle().await;
                }
                match page.next {
                    Some(next) => cursor = Some(next),
                    None => break,
                }
            }
            let before = if id == YLVA { 0 } else { 1 };
            assert_eq!(read[before..], sent[..], "{id}");
        }
        let auditor = hall.auditor(YLVA).await;
        let bad = hall
            .site
            .hub
            .audit_find(&auditor, &Wanted::default(), Some("AAAA"), None)
            .await;
        assert!(matches!(bad, Err(ActError::Invalid(_))));
    }
}

#[tokio::test]
async fn others_deliveries_are_not_found_like_those_that_are_not_there() {
    for database in databases() {
        let hall = Hall::open(&database).await;
        let id = hall.send(&hall.one, "A-1", "Verifiable").await;
        hall.site.seal().await;
        let browser = hall.site.logged_in(OTTO).await;
        let csrf = hall.site.citizen_of(&browser).await.csrf().unwrap().to_owned();
        let mut answers = Vec::new();
        for message in [id.to_string(), "999999".into(), "x".into()] {
            let mut seen = Vec::new();
            for path in [
                "",
                "/proof",
                "/bundle",
                "/content",
                "/files/018f3b2e-0000-7000-8000-000000000001",
            ] {
                let url = hall.site.at(&format!("/auditor/deliveries/{message}{path}?lang=en"));
                let answer = browser.get(url).await;
                assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{message}{path}");
                seen.push(answer.text().await.unwrap());
            }
            let url = hall.site.at(&format!("/auditor/deliveries/{message}"));
            let answer = browser.post(url, &[("csrf", &csrf), ("reason", "x")]).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{message}");
            seen.push(answer.text().await.unwrap());
            answers.push(seen);
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(answers[0], answers[2]);
        let events =
            "SELECT COUNT(*) FROM event WHERE kind IN ('proof-exported', 'content-access-asked', 'staff-access')";
        assert_eq!(hall.site.count(events).await, 0);
    }
}

#[tokio::test]
async fn an_auditors_proof_verifies_and_names_the_citizen_to_the_authority_alone() {
    for database in databases() {
        let hall = Hall::open(&database).await;
        let hub = &hall.site.hub;
        let id = hall.send(&hall.one, "A-1", "Verifiable").await;
        hub.confirm(&hall.matti, id).await.unwrap();
        hall.site.seal().await;
        let (tauno, ylva) = (hall.auditor(TAUNO).await, hall.auditor(YLVA).await);
        let of_sender = hall.one.get(&format!("/api/v1/messages/{id}/proof")).await;
        let of_sender = of_sender.bytes().await.unwrap().to_vec();
        assert_eq!(hub.proof_as_auditor(&ylva, id).await.unwrap(), of_sender);
        let of_tauno = hub.proof_as_auditor(&tauno, id).await.unwrap();
        let text = String::from_utf8(of_tauno.clone()).unwrap();
        assert!(!text.contains(MATTI) && text.contains("0208573-0"));
        for proof in [&of_sender, &of_tauno] {
            let verdict = verify_proof(proof, &hall.site.trust());
            assert_eq!(verdict.exit_code(), 0, "{}", verdict.summary());
            let text = String::from_utf8_lossy(proof).into_owned();
            assert!(SECRETS.iter().all(|secret| !text.contains(secret)));
        }
        assert!(
            hub.bundle_as_auditor(&ylva, id, Language::Fi)
                .await
                .unwrap()
                .starts_with(b"PK")
        );
        // Each is in the record, beside the delivery's own events; the owner sees by whom.
        let log = hub.access_log(&hall.matti, None).await.unwrap();
        let exported: Vec<_> = log
            .rows
            .iter()
            .filter(|row| row.event == EventType::ProofExported)
            .collect();
        assert_eq!(exported.len(), 3);
        assert_eq!(exported[0].by.clone().into_name().as_deref(), Some("Ylva Valvoja"));
        assert_eq!(exported[1].by.clone().into_name().as_deref(), Some("Tauno Tarkastaja"));
        hall.site.seal().await;
        let events = |proof: &[u8]| {
            let proof: serde_json::Value = serde_json::from_slice(proof).unwrap();
            proof["events"].as_array().unwrap().len()
        };
        assert_eq!(
            events(&hub.proof_as_auditor(&ylva, id).await.unwrap()),
            events(&of_sender)
        );
    }
}
