//! The numbers: equal to what happened, counted once, also over the end of a day and by two processes at once.

use jiff::SignedDuration;
use tiedoksi::domain::auditor::Period;
use tiedoksi::hub::ActError;
use tiedoksi::hub::audit::view::{Numbers, Wanted};

use super::{Hall, OTTO, TAUNO, YLVA};
use crate::harness::databases;

fn on(first: &str, last: &str) -> Wanted {
    Wanted {
        period: Period {
            first: first.parse().ok(),
            last: last.parse().ok(),
        },
        ..Wanted::default()
    }
}

#[tokio::test]
async fn the_numbers_are_the_truth_after_the_day_has_rolled() {
    for database in databases() {
        let hall = Hall::open(&database).await;
        let hub = &hall.site.hub;
        let first = hall.send(&hall.one, "A-1", "Normal").await;
        let second = hall.send(&hall.one, "A-2", "Verifiable").await;
        hall.send(&hall.one, "A-3", "Verifiable").await;
        hall.send(&hall.other, "B-1", "Verifiable").await;
        hub.open(&hall.matti, first).await.unwrap();
        hall.settle().await;
        // 21:59 UTC is one minute before the day ends in Finland.
        hall.site.clock.set("2026-03-02T21:59:59Z".parse().unwrap());
        let matti = hall.site.citizen(super::MATTI).await;
        hub.open(&matti, first).await.unwrap();
        hall.site.advance(SignedDuration::from_secs(1));
        hub.confirm(&matti, second).await.unwrap();
        hall.settle().await;
        hall.site.advance(SignedDuration::from_hours(24 * 9));
        hub.sweep_unconfirmed().await.unwrap();
        // Two processes that follow at the same time count each event once.
        let another = hall.site.another_hub().await;
        hall.site.seal().await;
        for _ in 0..3 {
            let (one, two) = futures::future::join(hub.follow_log(), another.follow_log()).await;
            one.and(two).unwrap();
        }
        hall.settle().await;
        let days = |counts: &tiedoksi::hub::audit::view::Counts| -> Vec<(String, Numbers)> {
            let steps = counts.steps.iter().filter(|(_, it)| *it != Numbers::default());
            steps.map(|(day, numbers)| (day.to_string(), *numbers)).collect()
        };
        let numbers = |accepted, opened, confirmed, expired| Numbers {
            accepted,
            opened,
            confirmed,
            expired,
            late: 0,
            posted: 0,
        };
        let (tauno, ylva, otto) = (
            hall.auditor(TAUNO).await,
            hall.auditor(YLVA).await,
            hall.auditor(OTTO).await,
        );
        let wanted = on("2026-03-01", "2026-03-31");
        let of_ylva = hub.audit_counts(&ylva, &wanted).await.unwrap();
        let day = |day: &str, it| (format!("2026-03-{day}"), it);
        assert_eq!(
            days(&of_ylva),
            [
                day("02", numbers(3, 1, 0, 0)),
                day("03", numbers(0, 1, 1, 0)),
                day("12", numbers(0, 0, 0, 1)),
            ]
        );
        assert_eq!(of_ylva.steps.len(), 31);
        assert_eq!(of_ylva.total, numbers(3, 2, 1, 1));
        assert_eq!(of_ylva.services.len(), 1);
        let of_tauno = hub.audit_counts(&tauno, &wanted).await.unwrap();
        assert_eq!(of_tauno.total, numbers(4, 2, 1, 2));
        let services: Vec<_> = of_tauno
            .services
            .iter()
            .map(|it| (it.code.as_str(), it.numbers.accepted))
            .collect();
        assert_eq!(services, [("palvelu-0208573-0", 3), ("palvelu-7654321-2", 1)]);
        assert_eq!(
            hub.audit_counts(&otto, &wanted).await.unwrap().total,
            numbers(1, 0, 0, 1)
        );
        // They equal what the log itself holds.
        for (kind, number) in [
            (
                "SELECT COUNT(*) FROM event WHERE kind = 'SubmissionAcceptance'",
                of_tauno.total.accepted,
            ),
            (
                "SELECT COUNT(*) FROM event WHERE kind = 'ContentHandover'",
                of_tauno.total.opened,
            ),
            (
                "SELECT COUNT(*) FROM event WHERE kind = 'ConsignmentAcceptance'",
                of_tauno.total.confirmed,
            ),
            (
                "SELECT COUNT(*) FROM event WHERE kind = 'AcceptanceRejectionExpiry'",
                of_tauno.total.expired,
            ),
        ] {
            assert_eq!(hall.site.count(kind).await, number, "{kind}");
        }
        // What is another's has no numbers, like what is not there.
        for organisation in ["7654321-2", "1234567-1"] {
            let wanted = Wanted {
                organisation: Some(organisation.into()),
                ..wanted.clone()
            };
            let none = hub.audit_counts(&ylva, &wanted).await.unwrap();
            assert_eq!((none.total, none.services.len()), (Numbers::default(), 0));
        }
        let by_month = hub.audit_counts(&tauno, &on("2026-01-01", "2026-12-31")).await.unwrap();
        assert!(by_month.monthly && by_month.steps.len() == 12 && by_month.total == of_tauno.total);
        for wrong in [on("2026-03-02", "2026-03-01"), on("1999-01-01", "2026-03-01")] {
            assert!(matches!(
                hub.audit_counts(&tauno, &wrong).await,
                Err(ActError::Invalid(_))
            ));
        }
    }
}
