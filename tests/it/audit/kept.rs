//! What is kept of exports: for whom, for how long, and what becomes of one that cannot be gone on with.

use jiff::SignedDuration;
use tiedoksi::domain::auditor::Auditor;
use tiedoksi::domain::id::RangeExportId;
use tiedoksi::domain::identity::{Hetu, OwnerIdentity};
use tiedoksi::hub::audit::export::TOLD_FOR;
use tiedoksi::hub::audit::view::RequestState;
use tiedoksi::hub::erasure::Order;

use super::exports::{bytes_of, hall, judged, wish, work};
use super::{AINO, Hall, YLVA};
use crate::harness::databases;

/// Ylva, when the login gave her this much.
async fn ylva(hall: &Hall, everywhere: bool, named: bool) -> Option<Auditor> {
    let mut person = hall.site.citizen(YLVA).await;
    let mut scope = person.audits.clone().unwrap();
    scope.everywhere = everywhere;
    if !named {
        scope.organisations.clear();
    }
    person.audits = (everywhere || named).then_some(scope);
    Auditor::of(&person)
}

#[tokio::test]
async fn who_is_of_the_organisation_no_more_fetches_no_identities() {
    for database in databases() {
        let hall = hall(&database).await;
        let hub = &hall.site.hub;
        let own = ylva(&hall, false, true).await.unwrap();
        let with = hub.ask_for_export(&own, wish(None)).await.unwrap();
        let everywhere = ylva(&hall, true, false).await.unwrap();
        let without = hub.ask_for_export(&everywhere, wish(Some("0208573-0"))).await.unwrap();
        work(hub).await;
        let fetched = async |auditor: &Auditor, id| hub.export_file(auditor, id).await.is_ok();
        let both = ylva(&hall, true, true).await.unwrap();
        for auditor in [&own, &both] {
            assert!(fetched(auditor, with).await && fetched(auditor, without).await);
        }
        assert!(!fetched(&everywhere, with).await, "it tells of persons");
        assert!(fetched(&everywhere, without).await);
        // She may give up what she cannot fetch, and without the role she is nobody.
        hub.cancel_export(&everywhere, with).await.unwrap();
        assert!(ylva(&hall, false, false).await.is_none());
        let mut other = own.person().clone();
        other.audits.as_mut().unwrap().organisations = ["7654321-2".to_owned()].into();
        let other = Auditor::of(&other).unwrap();
        assert!(!fetched(&other, without).await);
        assert!(hub.cancel_export(&other, without).await.is_err());
        assert!(hub.list_exports(&other, None).await.unwrap().rows.is_empty());
    }
}

#[tokio::test]
async fn what_was_begun_with_another_key_or_cannot_be_read_is_begun_anew() {
    for database in databases() {
        let hall = hall(&database).await;
        let auditor = hall.auditor(YLVA).await;
        let mut recorded = 0;
        for change in [
            "UPDATE range_export SET progress = REPLACE(progress, '\"kid\":\"', '\"kid\":\"x') WHERE state = 'running'",
            "UPDATE range_export SET progress = '{}' WHERE state = 'running'",
        ] {
            let id = hall.site.hub.ask_for_export(&auditor, wish(None)).await.unwrap();
            let first = hall.site.hub.claim_export().await.unwrap().unwrap();
            let mut first = first.in_parts_of(2_000);
            assert!(first.step().await.unwrap() && first.step().await.unwrap() && first.step().await.unwrap());
            drop(first);
            hall.site.execute(change).await;
            hall.site.advance(SignedDuration::from_secs(31));
            work(&hall.site.hub).await;
            let verdict = judged(&hall, &bytes_of(&hall.site, YLVA, id).await);
            assert_eq!(verdict.exit_code(), 0, "{verdict}");
            recorded += 2;
            let exports = "SELECT COUNT(*) FROM event WHERE kind = 'evidence-exported'";
            assert_eq!(
                hall.site.count(exports).await,
                recorded,
                "what was fixed anew is recorded anew"
            );
        }
    }
}

#[tokio::test]
async fn what_ended_long_ago_is_forgotten() {
    for database in databases() {
        let hall = hall(&database).await;
        let auditor = hall.auditor(YLVA).await;
        let hub = &hall.site.hub;
        let ready = hub.ask_for_export(&auditor, wish(None)).await.unwrap();
        work(hub).await;
        // Given up while it is being made: what its process writes late goes too.
        let cancelled = hub.ask_for_export(&auditor, wish(None)).await.unwrap();
        let running = hub.claim_export().await.unwrap().unwrap();
        hub.cancel_export(&auditor, cancelled).await.unwrap();
        drop(running);
        let folder = |id: RangeExportId| hall.site.folder().join("objects/exports").join(id.0.to_string());
        std::fs::create_dir_all(folder(cancelled)).unwrap();
        std::fs::write(folder(cancelled).join("late"), "x").unwrap();
        hub.sweep_exports().await.unwrap();
        assert!(folder(cancelled).exists() && folder(ready).exists());
        hall.site.advance(SignedDuration::from_mins(11));
        hub.sweep_exports().await.unwrap();
        assert!(!folder(cancelled).exists() && folder(ready).exists());
        let rows = || hall.site.count("SELECT COUNT(*) FROM range_export");
        hall.site.advance(SignedDuration::from_hours(7 * 24));
        hub.sweep_exports().await.unwrap();
        assert_eq!(rows().await, 2);
        assert!(!folder(ready).exists());
        hall.site.advance(TOLD_FOR);
        hub.sweep_exports().await.unwrap();
        assert_eq!(rows().await, 0);
    }
}

#[tokio::test]
async fn a_mailbox_that_is_erased_leaves_no_exports() {
    for database in databases() {
        let hall = hall(&database).await;
        let auditor = hall.auditor(YLVA).await;
        let hub = &hall.site.hub;
        let ready = hub.ask_for_export(&auditor, wish(None)).await.unwrap();
        work(hub).await;
        hub.ask_for_export(&auditor, wish(None)).await.unwrap();
        let aino = hall.auditor(AINO).await;
        let asked = hall.send(&hall.one, "A-10", "Normal").await;
        hub.ask_for_content(&auditor, asked, "Kantelu 2026/17").await.unwrap();
        let other = hall.send(&hall.one, "A-11", "Normal").await;
        hub.ask_for_content(&aino, other, "Kantelu 2026/18").await.unwrap();
        let request = hub.audit_delivery(&auditor, other).await.unwrap().requests[0].id;
        hub.decide_on_content(&auditor, request, true).await.unwrap();
        let order = Order::new("Hallinto-oikeuden päätös", Some("H1234/2026")).unwrap();
        let owner = OwnerIdentity::Person(Hetu::parse(YLVA, true).unwrap());
        hub.erase_mailbox(&order, &owner).await.unwrap();
        let told = "SELECT COUNT(*) FROM range_export WHERE LENGTH(request_sealed) > 0 OR LENGTH(key_organisation) > 0";
        assert_eq!(hall.site.count(told).await, 0);
        // Others see that somebody asked and decided, and not who.
        let view = &hub.audit_delivery(&aino, asked).await.unwrap().requests[0];
        assert_eq!((view.by.as_str(), view.reason.as_str()), ("", ""));
        assert_eq!(view.state, RequestState::Lapsed);
        let view = &hub.audit_delivery(&aino, other).await.unwrap().requests[0];
        assert_eq!((view.by.as_str(), &view.decided_by), ("Aino Valvoja", &None));
        assert!(matches!(view.state, RequestState::Granted(_)));
        assert!(hub.claim_export().await.unwrap().is_none());
        hub.sweep_exports().await.unwrap();
        let folder = hall.site.folder().join("objects/exports").join(ready.0.to_string());
        assert!(!folder.exists());
    }
}
