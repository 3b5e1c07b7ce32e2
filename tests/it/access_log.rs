//! The access log: what the owner of a mailbox is told of who opened what, and who is told nothing.

use reqwest::StatusCode;
use tiedoksi::domain::folder::Filing;
use tiedoksi::domain::id::MessageId;
use tiedoksi::domain::mandate::{Agency, AgentRole, Scope};
use tiedoksi::domain::principal::Citizen;
use tiedoksi::evidence::record::EventType;
use tiedoksi::hub::ActError;
use tiedoksi::hub::access_log::{Access, AccessedMessage, Accessor};

use crate::harness::{Database, Settings, Site, databases, person};
use crate::sender::{Sender, names, sender};

const MATTI: &str = "010594Y9032";
const MAIJA: &str = "010594Y9021";

async fn site(database: &Database) -> (Site, Sender, Citizen, Citizen) {
    let persons = vec![
        person(MATTI, "Matti", "Meikäläinen"),
        person(MAIJA, "Maija", "Meikäläinen"),
    ];
    let site = Site::start(database, persons, Settings::default()).await;
    let sender = sender(&site, "0208573-0", false).await;
    let (matti, maija) = (site.citizen(MATTI).await, site.citizen(MAIJA).await);
    site.hub.activate(&matti).await.unwrap();
    (site, sender, matti, maija)
}

/// The person acting for another.
pub fn agent(person: &Citizen, owner: &Citizen, role: AgentRole) -> Citizen {
    Citizen {
        mailbox: owner.mailbox,
        agency: Some(Agency {
            mandate: "mandate-1".into(),
            role,
            scope: Scope::Everything,
            owner_name: owner.name.clone(),
        }),
        ..person.clone()
    }
}

async fn sent(sender: &Sender, external_id: &str, kind: &str) -> MessageId {
    let id = sender.sent(&sender.message(external_id, MATTI, kind)).await;
    id.to_string().parse().unwrap()
}

fn told(row: &Access) -> (EventType, Accessor, Option<AgentRole>) {
    (row.event, row.by.clone(), row.role)
}

#[tokio::test]
async fn the_owner_sees_who_opened_what_and_when() {
    for database in databases() {
        let (site, sender, matti, maija) = site(&database).await;
        let second = jiff::SignedDuration::from_secs(1);
        let ordinary = sent(&sender, "A-1", "Normal").await;
        let verifiable = sent(&sender, "A-2", "Verifiable").await;
        // The gate opens nothing.
        site.hub.open(&matti, verifiable).await.unwrap();
        site.advance(second);
        site.hub.open(&matti, ordinary).await.unwrap();
        site.advance(second);
        site.hub.confirm(&matti, verifiable).await.unwrap();
        site.advance(second);
        let at = site.hub.now();
        let agent = agent(&maija, &matti, AgentRole::Mandate);
        site.hub.open(&agent, ordinary).await.unwrap();
        site.advance(second);
        let reply = crate::citizen::reply(&site.hub, &matti, ordinary).await.unwrap().id;
        let fetched = sender.get(&format!("/v2/messages/{reply}")).await;
        assert_eq!(fetched.status(), StatusCode::OK);
        drop(site.hub.export(&matti).await.unwrap());

        let log = site.hub.access_log(&matti, None).await.unwrap();
        assert!(log.next.is_none());
        let owner = || Accessor::Owner("Matti Meikäläinen".into());
        let rows: Vec<_> = log.rows.iter().map(told).collect();
        assert_eq!(
            rows,
            [
                (EventType::MailboxExported, owner(), None),
                (EventType::ContentHandover, Accessor::Authority(names("Koekunta")), None),
                (
                    EventType::ContentAccessTracking,
                    Accessor::Person("Maija Meikäläinen".into()),
                    Some(AgentRole::Mandate)
                ),
                (EventType::ContentHandover, owner(), None),
                (EventType::ConsignmentAcceptance, owner(), None),
                (EventType::ContentHandover, owner(), None),
            ]
        );
        let title = |title: &str| Some(title.to_owned());
        assert_eq!(
            log.rows[1].message,
            Some(AccessedMessage::Here(reply, title("Vastaus")))
        );
        assert_eq!(
            log.rows[2].message,
            Some(AccessedMessage::Here(ordinary, title("Päätös rakennusluvasta")))
        );
        assert_eq!(log.rows[2].at, at);

        let page = site.logged_in(MATTI).await.get(site.at("/access-log?lang=fi")).await;
        assert_eq!(page.status(), StatusCode::OK);
        let page = page.text().await.unwrap();
        assert_eq!(page.matches("data-testid=\"access\"").count(), 6);
        for text in [
            "Maija Meikäläinen",
            "valtuutettuna",
            "Koekunta, viranomaisen järjestelmä",
            "klo 12.00.03",
        ] {
            assert!(page.contains(text), "{text}");
        }
        // No identity code stands on it.
        assert!(!page.contains(MATTI) && !page.contains(MAIJA));
        // Another person sees none of it, and nobody is asked to log in.
        assert!(site.hub.access_log(&maija, None).await.unwrap().rows.is_empty());
        assert_eq!(
            site.browser().get(site.at("/access-log")).await.status(),
            StatusCode::SEE_OTHER
        );
    }
}

#[tokio::test]
async fn a_persons_openings_within_an_hour_are_one() {
    const OPENED: &str = "SELECT count(*) FROM event WHERE kind IN ('ContentHandover', 'ContentAccessTracking')";
    for database in databases() {
        let (site, sender, matti, maija) = site(&database).await;
        let id = sent(&sender, "A-1", "Normal").await;
        let hub = &site.hub;
        futures::future::try_join_all((0..20).map(|_| hub.open(&matti, id)))
            .await
            .unwrap();
        hub.open(&matti, id).await.unwrap();
        assert_eq!(site.count(OPENED).await, 1);
        let agent = agent(&maija, &matti, AgentRole::Mandate);
        futures::future::try_join_all((0..5).map(|_| hub.open(&agent, id)))
            .await
            .unwrap();
        assert_eq!(site.count(OPENED).await, 2, "each person's own");
        site.advance(jiff::SignedDuration::from_mins(59));
        hub.open(&matti, id).await.unwrap();
        assert_eq!(site.count(OPENED).await, 2);
        site.advance(jiff::SignedDuration::from_mins(1));
        for who in [&matti, &agent, &matti, &agent] {
            hub.open(who, id).await.unwrap();
        }
        assert_eq!(site.count(OPENED).await, 4);
    }
}

#[tokio::test]
async fn agents_see_the_log_only_where_they_decide_and_of_it_only_what_they_may_see() {
    for database in databases() {
        let (site, sender, matti, maija) = site(&database).await;
        let open = sent(&sender, "A-1", "Normal").await;
        let mut message = sender.message("A-2", MATTI, "Normal");
        message["electronic"]["visibility"] = "Recipient only".into();
        let own: MessageId = sender.sent(&message).await.to_string().parse().unwrap();
        site.hub.open(&matti, open).await.unwrap();
        site.hub.open(&matti, own).await.unwrap();
        let by = |role| agent(&maija, &matti, role);
        let refused = site.hub.access_log(&by(AgentRole::Mandate), None).await;
        assert!(matches!(refused, Err(ActError::OwnerDecides)));
        let seen = async |role| site.hub.access_log(&by(role), None).await.unwrap().rows;
        let guardian = seen(AgentRole::Guardian).await;
        assert_eq!(guardian.len(), 1);
        assert!(matches!(&guardian[0].message, Some(AccessedMessage::Here(id, _)) if *id == open));
        assert_eq!(seen(AgentRole::Signatory).await.len(), 2);
    }
}

#[tokio::test]
async fn removed_messages_and_strangers_are_told_without_their_names() {
    for database in databases() {
        let (site, sender, matti, maija) = site(&database).await;
        let id = sent(&sender, "A-1", "Normal").await;
        let stranger = Citizen {
            identifier: "010594Y9098".into(),
            ..agent(&maija, &matti, AgentRole::Guardian)
        };
        site.hub.open(&stranger, id).await.unwrap();
        let foreign = Citizen {
            identifier: "foreign:4:idp1:ES/FI/1".into(),
            ..stranger
        };
        site.advance(jiff::SignedDuration::from_hours(1));
        site.hub.open(&foreign, id).await.unwrap();
        site.execute("UPDATE message SET deleted_at = 1, removed_at = 2, key_mailbox = NULL")
            .await;
        let rows = site.hub.access_log(&matti, None).await.unwrap().rows;
        let by: Vec<_> = rows.iter().map(|row| row.by.clone()).collect();
        assert_eq!(
            by,
            [Accessor::Unnamed(None), Accessor::Unnamed(Some("******Y9098".into()))]
        );
        assert!(rows.iter().all(|row| row.message == Some(AccessedMessage::Removed)));
    }
}

#[tokio::test]
async fn the_owner_sees_who_deleted_what_and_that_it_is_gone() {
    for database in databases() {
        let (site, sender, matti, maija) = site(&database).await;
        let ids = [
            sent(&sender, "A-1", "Normal").await,
            sent(&sender, "A-2", "Normal").await,
        ];
        let mut message = sender.message("A-3", MATTI, "Normal");
        message["electronic"]["visibility"] = "Recipient only".into();
        let own: MessageId = sender.sent(&message).await.to_string().parse().unwrap();
        let by = |role| agent(&maija, &matti, role);
        let mandated = by(AgentRole::Mandate);
        site.hub.file(&mandated, Filing::Delete, &ids).await.unwrap();
        site.advance(jiff::SignedDuration::from_secs(1));
        site.hub.file(&matti, Filing::Delete, &[own]).await.unwrap();
        // In the archive nothing is lost, so nothing is told.
        site.hub.file(&matti, Filing::Restore, &[ids[1]]).await.unwrap();
        site.hub.file(&matti, Filing::Archive, &[ids[1]]).await.unwrap();

        let told_with = |row: &Access| (row.event, row.by.clone(), row.role, row.message.clone());
        let maija = || Accessor::Person("Maija Meikäläinen".into());
        let here = |id| Some(AccessedMessage::Here(id, Some("Päätös rakennusluvasta".into())));
        let (deleted, mandate) = (EventType::MessagesDeleted, Some(AgentRole::Mandate));
        let rows = site.hub.access_log(&matti, None).await.unwrap().rows;
        let rows: Vec<_> = rows.iter().map(told_with).collect();
        assert_eq!(
            rows,
            [
                (deleted, Accessor::Owner("Matti Meikäläinen".into()), None, here(own)),
                (deleted, maija(), mandate, here(ids[0])),
                (deleted, maija(), mandate, here(ids[1])),
            ]
        );
        // A guardian is told nothing of what is the owner's alone.
        let rows = site.hub.access_log(&by(AgentRole::Guardian), None).await.unwrap().rows;
        assert!(rows.iter().all(|row| row.message != here(own)) && rows.len() == 2);

        site.advance(jiff::SignedDuration::from_hours(24 * 60));
        assert_eq!(site.hub.sweep_deleted().await.unwrap(), 2);
        let browser = site.logged_in(MATTI).await;
        let page = browser.get(site.at("/access-log?lang=fi")).await.text().await.unwrap();
        for (text, times) in [
            ("Viesti poistettu", 3),
            ("Poistettu viesti hävitetty lopullisesti", 2),
            ("Automaattisesti", 2),
            ("valtuutettuna", 2),
            ("data-testid=\"access\"", 5),
        ] {
            assert_eq!(page.matches(text).count(), times, "{text}: {page}");
        }
    }
}

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_repeat() {
    for database in databases() {
        let (site, sender, matti, _) = site(&database).await;
        let id = sent(&sender, "A-1", "Normal").await;
        for _ in 0..65 {
            site.advance(jiff::SignedDuration::from_hours(1));
            site.hub.open(&matti, id).await.unwrap();
        }
        let (mut times, mut cursor, mut sizes) = (Vec::new(), None, Vec::new());
        loop {
            let page = site.hub.access_log(&matti, cursor.as_deref()).await.unwrap();
            sizes.push(page.rows.len());
            times.extend(page.rows.iter().map(|row| row.at));
            match page.next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(sizes, [30, 30, 5]);
        assert!(times.windows(2).all(|pair| pair[0] > pair[1]));
        let browser = site.logged_in(MATTI).await;
        let wrong = browser.get(site.at("/access-log?cursor=%00x")).await;
        assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    }
}
