//! Contents that are granted: two persons, a day, and every step in the owner's sight.

use jiff::SignedDuration;
use tiedoksi::domain::auditor::Auditor;
use tiedoksi::domain::id::{ContentRequestId, MessageId};
use tiedoksi::evidence::record::EventType;
use tiedoksi::hub::ActError;
use tiedoksi::hub::audit::view::RequestState;

use super::{AINO, Hall, OTTO, TAUNO, YLVA};
use crate::harness::databases;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// The newest request about a message, as this auditor sees it.
async fn newest(hall: &Hall, auditor: &Auditor, id: MessageId) -> tiedoksi::hub::audit::view::RequestView {
    let view = hall.site.hub.audit_delivery(auditor, id).await.unwrap();
    view.requests.into_iter().next().unwrap()
}

async fn asked(hall: &Hall, auditor: &Auditor, id: MessageId) -> ContentRequestId {
    hall.site
        .hub
        .ask_for_content(auditor, id, "Kantelu 2026/17")
        .await
        .unwrap();
    newest(hall, auditor, id).await.id
}

fn is_absent<T>(answer: Result<T, ActError>) -> bool {
    matches!(answer, Err(ActError::NotFound))
}

#[tokio::test]
async fn a_content_takes_two_persons_and_is_seen_for_a_day() {
    for database in databases() {
        let hall = Hall::open(&database).await;
        let hub = &hall.site.hub;
        let id = hall.send(&hall.one, "A-1", "Verifiable").await;
        let other = hall.send(&hall.one, "A-2", "Normal").await;
        let (ylva, aino) = (hall.auditor(YLVA).await, hall.auditor(AINO).await);
        assert!(is_absent(hub.granted_content(&ylva, id).await));
        for reason in ["", "  ", &"x".repeat(1_001)] {
            assert!(matches!(
                hub.ask_for_content(&ylva, id, reason).await,
                Err(ActError::Invalid(_))
            ));
        }
        let request = asked(&hall, &ylva, id).await;
        // Asking twice is asking once.
        assert_eq!(asked(&hall, &ylva, id).await, request);
        assert_eq!(
            hall.site
                .count("SELECT COUNT(*) FROM event WHERE kind = 'content-access-asked'")
                .await,
            1
        );
        assert!(is_absent(hub.granted_content(&ylva, id).await));
        // Never oneself, also not from another browser.
        let again = hall.auditor(YLVA).await;
        assert!(matches!(
            hub.decide_on_content(&again, request, true).await,
            Err(ActError::Forbidden(_))
        ));
        assert!(!newest(&hall, &ylva, id).await.may_decide);
        // Another authority's auditor does not even find it.
        let otto = hall.auditor(OTTO).await;
        assert!(is_absent(hub.decide_on_content(&otto, request, true).await));
        assert!(hub.waiting_requests(&otto).await.unwrap().is_empty());
        let waiting = hub.waiting_requests(&aino).await.unwrap();
        assert!(waiting[0].may_decide && waiting[0].by == "Ylva Valvoja" && waiting[0].reason == "Kantelu 2026/17");
        hall.site.advance(HOUR);
        assert_eq!(hub.decide_on_content(&aino, request, true).await.unwrap(), id);
        let twice = hub.decide_on_content(&aino, request, false).await;
        assert!(matches!(twice, Err(ActError::Contradiction(_))));

        // It is who asked that looks, and nobody else; also at what waits for its confirmation, which this serves not.
        assert!(is_absent(hub.granted_content(&aino, id).await));
        let content = hub.granted_content(&ylva, id).await.unwrap();
        assert_eq!(content.title, "Päätös rakennusluvasta");
        assert!(content.body.contains("Salainen sisältö"));
        let file = content.files[0].id;
        assert_eq!(
            hub.granted_file(&ylva, id, file).await.unwrap().file.filename,
            "salainen-liite.pdf"
        );
        assert!(is_absent(hub.granted_file(&aino, id, file).await));
        assert!(is_absent(hub.granted_content(&ylva, other).await));
        let row = hall.find(&ylva, &Default::default()).await;
        assert!(row.is_empty(), "nothing was followed yet");
        assert!(matches!(
            hub.open(&hall.matti, id).await.unwrap(),
            tiedoksi::hub::view::Opened::Waiting(_)
        ));
        // Within the hour it is one look, afterwards the next one.
        let looks = "SELECT COUNT(*) FROM event WHERE kind = 'staff-access'";
        assert_eq!(hall.site.count(looks).await, 1);
        hall.site.advance(HOUR);
        hub.granted_content(&ylva, id).await.unwrap();
        assert_eq!(hall.site.count(looks).await, 2);

        // The owner sees each step, and by whom.
        let log = hub.access_log(&hall.matti, None).await.unwrap();
        let told: Vec<_> = log
            .rows
            .iter()
            .map(|row| (row.event, row.by.clone().into_name().unwrap()))
            .collect();
        let by = |event, name: &str| (event, name.to_owned());
        assert_eq!(
            told,
            [
                by(EventType::StaffAccess, "Ylva Valvoja"),
                by(EventType::StaffAccess, "Ylva Valvoja"),
                by(EventType::ContentAccessGranted, "Aino Valvoja"),
                by(EventType::ContentAccessAsked, "Ylva Valvoja"),
            ]
        );
        let page = hall
            .site
            .logged_in(super::MATTI)
            .await
            .get(hall.site.at("/access-log?lang=en"))
            .await;
        let page = page.text().await.unwrap();
        assert!(page.contains("An auditor asked to see the content") && page.contains("Data looked at by staff"));
        assert!(!page.contains("Kantelu"));

        // It ends a day after it was granted, to the microsecond.
        hall.site.advance(HOUR * 23 - SignedDuration::from_micros(1));
        let ylva = hall.auditor(YLVA).await;
        hub.granted_content(&ylva, id).await.unwrap();
        hall.site.advance(SignedDuration::from_micros(1));
        assert!(is_absent(hub.granted_content(&ylva, id).await));
        assert!(hub.audit_delivery(&ylva, id).await.unwrap().may_ask);
        // The record holds of the reason a salted hash alone.
        hall.site.seal().await;
        let proof = String::from_utf8(hub.proof_as_auditor(&ylva, id).await.unwrap()).unwrap();
        assert!(!proof.contains("Kantelu"));
    }
}

#[tokio::test]
async fn two_decisions_at_once_are_one() {
    for database in databases() {
        let hall = Hall::open(&database).await;
        let hub = &hall.site.hub;
        let id = hall.send(&hall.one, "A-1", "Normal").await;
        let request = asked(&hall, &hall.auditor(YLVA).await, id).await;
        let (aino, tauno) = (hall.auditor(AINO).await, hall.auditor(TAUNO).await);
        let decisions = [(&aino, true), (&tauno, false), (&aino, false), (&tauno, true)];
        let done =
            futures::future::join_all(decisions.map(|(who, grant)| hub.decide_on_content(who, request, grant))).await;
        assert_eq!(done.iter().filter(|it| it.is_ok()).count(), 1, "{done:?}");
        assert!(
            done.iter()
                .all(|it| matches!(it, Ok(_) | Err(ActError::Contradiction(_)))),
            "{done:?}"
        );
        let decided = "SELECT COUNT(*) FROM event WHERE kind IN ('content-access-granted', 'content-access-refused')";
        assert_eq!(hall.site.count(decided).await, 1);
        // So are two questions of one person.
        let next = hall.send(&hall.one, "A-2", "Normal").await;
        futures::future::try_join_all((0..5).map(|_| hub.ask_for_content(&aino, next, "x")))
            .await
            .unwrap();
        assert_eq!(
            hall.site
                .count("SELECT COUNT(*) FROM event WHERE kind = 'content-access-asked'")
                .await,
            2
        );
    }
}

#[tokio::test]
async fn one_of_the_two_is_the_organisations_own() {
    for database in databases() {
        let hall = Hall::open(&database).await;
        let hub = &hall.site.hub;
        let id = hall.send(&hall.one, "A-1", "Normal").await;
        let (tauno, ylva) = (hall.auditor(TAUNO).await, hall.auditor(YLVA).await);
        // The hub's own asks, the authority's grants; and the other way round.
        let request = asked(&hall, &tauno, id).await;
        hub.decide_on_content(&ylva, request, true).await.unwrap();
        assert!(hub.granted_content(&tauno, id).await.is_ok());
        hall.site.advance(SignedDuration::from_secs(1));
        let request = asked(&hall, &ylva, id).await;
        hub.decide_on_content(&tauno, request, false).await.unwrap();
        assert!(is_absent(hub.granted_content(&ylva, id).await));
        assert_eq!(newest(&hall, &ylva, id).await.state, RequestState::Refused);
        // Of two of the hub's own none is: there what Tauno asked may not be decided by another like him.
        let foreign = hall.send(&hall.other, "B-1", "Normal").await;
        let request = asked(&hall, &tauno, foreign).await;
        let operators = tiedoksi::domain::principal::Citizen {
            audits: tauno.person().audits.clone(),
            ..ylva.person().clone()
        };
        let like_him = Auditor::of(&operators).unwrap();
        let refused = hub.decide_on_content(&like_him, request, true).await;
        assert!(matches!(refused, Err(ActError::Forbidden(_))));
        assert!(!newest(&hall, &like_him, foreign).await.may_decide);
        assert!(newest(&hall, &hall.auditor(OTTO).await, foreign).await.may_decide);
    }
}

#[tokio::test]
async fn what_nobody_decides_lapses_after_a_week() {
    for database in databases() {
        let hall = Hall::open(&database).await;
        let hub = &hall.site.hub;
        let id = hall.send(&hall.one, "A-1", "Normal").await;
        let request = asked(&hall, &hall.auditor(YLVA).await, id).await;
        hall.site.advance(HOUR * 24 * 7);
        let (ylva, aino) = (hall.auditor(YLVA).await, hall.auditor(AINO).await);
        assert!(hub.waiting_requests(&aino).await.unwrap().is_empty());
        let late = hub.decide_on_content(&aino, request, true).await;
        assert!(matches!(late, Err(ActError::Contradiction(_))));
        assert_eq!(newest(&hall, &ylva, id).await.state, RequestState::Lapsed);
        // It can be asked again.
        let next = asked(&hall, &ylva, id).await;
        assert_ne!(next, request);
        hub.decide_on_content(&aino, next, true).await.unwrap();
        assert!(hub.granted_content(&ylva, id).await.is_ok());
    }
}
