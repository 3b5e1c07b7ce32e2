//! The citizen's own list of proofs, and that their proof is the sender's.

use reqwest::StatusCode;
use serde_json::Value;
use tiedoksi::domain::id::MessageId;
use tiedoksi::domain::mandate::AgentRole;
use tiedoksi::domain::principal::Citizen;
use tiedoksi::evidence::verify::verify_proof;
use tiedoksi::hub::view::{Folder, Standing};

use crate::access_log::agent;
use crate::harness::{Database, Settings, Site, databases, person};
use crate::outsider::with_decoded;
use crate::sender::{Sender, sender};

const MATTI: &str = "010594Y9032";
const MAIJA: &str = "010594Y9021";

async fn sent(sender: &Sender, external_id: &str, kind: &str) -> MessageId {
    let id = sender.sent(&sender.message(external_id, MATTI, kind)).await;
    id.to_string().parse().unwrap()
}

/// Matti's mailbox is in use, and there is somebody to send to it.
async fn begin(database: &Database) -> (Site, Sender, Citizen) {
    let persons = vec![person(MATTI, "Matti", "Meikäläinen")];
    let site = Site::start(database, persons, Settings::default()).await;
    let sender = sender(&site, "0208573-0", false).await;
    let matti = site.citizen(MATTI).await;
    site.hub.activate(&matti).await.unwrap();
    (site, sender, matti)
}

async fn of_sender(sender: &Sender, id: MessageId) -> Vec<u8> {
    let answer = sender.get(&format!("/api/v1/messages/{id}/proof")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.bytes().await.unwrap().to_vec()
}

#[tokio::test]
async fn the_citizens_proof_is_the_senders_but_for_what_is_withheld() {
    for database in databases() {
        let (site, sender, matti) = begin(&database).await;
        let (ordinary, verifiable) = (
            sent(&sender, "A-1", "Normal").await,
            sent(&sender, "A-2", "Verifiable").await,
        );
        site.hub.open(&matti, ordinary).await.unwrap();
        site.seal().await;
        let of_matti = site.hub.proof_as_citizen(&matti, ordinary).await.unwrap();
        assert_eq!(of_matti, of_sender(&sender, ordinary).await);

        // Before confirmation the same, with the hash of an event where the sender has the event.
        let withheld = site.hub.proof_as_citizen(&matti, verifiable).await.unwrap();
        let whole = of_sender(&sender, verifiable).await;
        let [mut withheld, mut whole]: [Value; 2] =
            [withheld, whole].map(|bytes| serde_json::from_slice(&bytes).unwrap());
        let mut hidden = 0;
        let (with, of) = (&mut withheld["events"], &mut whole["events"]);
        for (with, of) in with.as_array_mut().unwrap().iter_mut().zip(of.as_array_mut().unwrap()) {
            let record = with_decoded(of["event"].as_str().unwrap().as_bytes());
            let names_content = String::from_utf8_lossy(&record).contains("\"content\"");
            assert_eq!(with["withheld"].is_string(), names_content);
            if with.as_object_mut().unwrap().remove("withheld").is_some() {
                hidden += 1;
                for member in ["event", "seal", "disclosures"] {
                    of.as_object_mut().unwrap().remove(member);
                }
            }
        }
        for proof in [&mut withheld, &mut whole] {
            proof.as_object_mut().unwrap().remove("digest");
        }
        assert_eq!(hidden, 1, "the acceptance alone names the content");
        assert_eq!(withheld, whole);

        site.hub.confirm(&matti, verifiable).await.unwrap();
        site.seal().await;
        let of_matti = site.hub.proof_as_citizen(&matti, verifiable).await.unwrap();
        assert_eq!(of_matti, of_sender(&sender, verifiable).await);
        assert_eq!(verify_proof(&of_matti, &site.trust()).exit_code(), 0);
    }
}

#[tokio::test]
async fn every_delivery_is_listed_wherever_it_lies() {
    for database in databases() {
        let persons = vec![
            person(MATTI, "Matti", "Meikäläinen"),
            person(MAIJA, "Maija", "Meikäläinen"),
        ];
        let site = Site::start(&database, persons, Settings::default()).await;
        let mut sender = sender(&site, "0208573-0", false).await;
        let matti = site.citizen(MATTI).await;
        site.hub.activate(&matti).await.unwrap();
        site.execute("UPDATE service SET hides_title = (1 = 1)").await;
        let second = jiff::SignedDuration::from_secs(1);
        let mut ids = Vec::new();
        for (external_id, kind) in [
            ("A-1", "Normal"),
            ("A-2", "Normal"),
            ("A-3", "Normal"),
            ("A-4", "Verifiable"),
            ("A-5", "Verifiable"),
        ] {
            ids.push(sent(&sender, external_id, kind).await);
            site.advance(second);
        }
        let reply = crate::citizen::reply(&site.hub, &matti, ids[0]).await.unwrap().id;
        site.hub.confirm(&matti, ids[4]).await.unwrap();
        site.execute("UPDATE message SET archived_at = 1 WHERE external_id = 'A-2'")
            .await;
        site.execute("UPDATE message SET deleted_at = 1 WHERE external_id = 'A-3'")
            .await;

        let rows = site.hub.list_deliveries(&matti, None).await.unwrap().rows;
        assert_eq!(
            rows.iter().map(|row| row.id).collect::<Vec<_>>(),
            [reply, ids[4], ids[3], ids[2], ids[1], ids[0]]
        );
        let places: Vec<_> = rows.iter().map(|row| row.folder).collect();
        use Folder::{Archive, Deleted, Inbox, Sent};
        assert_eq!(places, [Sent, Inbox, Inbox, Deleted, Archive, Inbox]);
        assert!(matches!(rows[1].standing, Standing::Confirmed(_)) && rows[1].title.is_some());
        assert!(matches!(rows[2].standing, Standing::AwaitsConfirmation(_)));
        assert_eq!((&rows[2].title, rows[2].attachments), (&None, None));
        assert!(rows[5].answered && !rows[4].answered);
        assert!(rows.iter().all(|row| row.deemed.is_none()));

        let page = site
            .logged_in(MATTI)
            .await
            .get(site.at("/proofs?lang=fi"))
            .await
            .text()
            .await
            .unwrap();
        assert_eq!(page.matches("data-testid=\"proof-row\"").count(), 6);
        assert!(
            page.contains("Todisteellisesti tiedoksi annettava asiakirja") && page.contains("Olet vastannut viestiin.")
        );

        // Time does its part: the window passes, and an ordinary message counts as served.
        site.advance(jiff::SignedDuration::from_hours(24 * 9));
        sender.log_in().await;
        let matti = site.citizen(MATTI).await;
        let rows = site.hub.list_deliveries(&matti, None).await.unwrap().rows;
        assert!(matches!(rows[2].standing, Standing::WindowPassed(_)));
        assert!(rows[5].deemed.is_some() && rows[0].deemed.is_none());

        // An agent finds what the mandate reaches, another person nothing, and pages have no gap.
        let maija = site.citizen(MAIJA).await;
        assert!(site.hub.list_deliveries(&maija, None).await.unwrap().rows.is_empty());
        let agent = agent(&maija, &matti, AgentRole::Mandate);
        assert_eq!(site.hub.list_deliveries(&agent, None).await.unwrap().rows.len(), 6);
        for n in 0..40 {
            sent(&sender, &format!("B-{n}"), "Normal").await;
        }
        let (mut found, mut cursor) = (std::collections::HashSet::new(), None);
        loop {
            let page = site.hub.list_deliveries(&matti, cursor.as_deref()).await.unwrap();
            found.extend(page.rows.iter().map(|row| row.id));
            match page.next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(found.len(), 46);
        let wrong = site.logged_in(MATTI).await.get(site.at("/proofs?cursor=x")).await;
        assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    }
}

/// More seals than one act keeps are made for one proof; the next proof holds the same ones.
#[tokio::test]
async fn a_message_opened_for_days_is_proved_and_the_proof_stays_the_same() {
    for database in databases() {
        let (site, sender, matti) = begin(&database).await;
        let id = sent(&sender, "A-1", "Normal").await;
        for _ in 0..210 {
            site.advance(jiff::SignedDuration::from_hours(1));
            site.hub.open(&matti, id).await.unwrap();
        }
        site.seal().await;
        let first = site.hub.proof_as_citizen(&matti, id).await.unwrap();
        let verdict = verify_proof(&first, &site.trust());
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        let whole: Value = serde_json::from_slice(&first).unwrap();
        let events = whole["events"].as_array().unwrap();
        assert_eq!(events.len(), 212);
        assert!(events.iter().all(|event| event["seal"].is_string()));
        let kept = "SELECT count(*) FROM record r JOIN event e ON e.id = r.event_id WHERE e.message_id IS NOT NULL AND r.seal IS NULL";
        assert_eq!(site.count(kept).await, 0);
        assert_eq!(site.hub.proof_as_citizen(&matti, id).await.unwrap(), first);
    }
}
