//! The period for appeal: the rule set's general one, or what a service states of what it sends.

use tiedoksi::hub::change_service::ServiceChange;
use tiedoksi::hub::view::{Folder, LastDay};

use crate::harness::databases;
use crate::mailboxes::{MATTI, Town, browser};

#[tokio::test]
async fn a_service_states_its_period_for_appeal_for_what_it_sends_from_then_on() {
    for database in databases() {
        let mut town = Town::start(&database).await;
        let states = |appeal: Option<&str>| ServiceChange {
            appeal: Some(appeal.map(|it| it.parse().unwrap())),
            ..ServiceChange::default()
        };
        let before = town.sent("A-1", MATTI, "Normal").await;
        let mut sent = Vec::new();
        for (number, appeal) in [Some("P14D"), Some("none"), None].into_iter().enumerate() {
            let hub = &town.site.hub;
            hub.change_service(&town.sender.service, states(appeal)).await.unwrap();
            // What a sender is known by holds for five seconds.
            town.site.advance(jiff::SignedDuration::from_secs(6));
            sent.push(town.sent(&format!("B-{number}"), MATTI, "Normal").await);
        }
        town.days_later(4).await;
        let day = |text: &str, stated| {
            Some(LastDay {
                day: text.parse().unwrap(),
                stated,
            })
        };
        let rows = town.list(Folder::Inbox).await;
        let last_day = |id| rows.iter().find(|row| row.id == id).unwrap().last_day;
        // Served on 5 March: 30 days come to a Saturday before Easter.
        assert_eq!(
            last_day(before),
            day("2026-04-07", false),
            "what was sent stays as it was"
        );
        assert_eq!(last_day(sent[0]), day("2026-03-19", true));
        assert_eq!(last_day(sent[1]), None);
        assert_eq!(last_day(sent[2]), day("2026-04-07", false));

        let (browser, _) = browser(&town.site, MATTI).await;
        for (id, told) in [
            (sent[0], "Lähettäjä on ilmoittanut muutoksenhakuajan."),
            (sent[1], "tähän ei voi hakea muutosta"),
            (sent[2], "Päätöksessä voi olla lyhyempi aika"),
        ] {
            let page = town.page(&browser, &format!("/messages/{id}")).await;
            assert!(page.contains(told), "{told}: {page}");
        }
        town.site.seal().await;
        let proof = town.site.hub.proof_as_citizen(&town.matti, sent[0]).await.unwrap();
        assert!(String::from_utf8_lossy(&proof).contains("2026-03-19"));
        let verdict = tiedoksi::evidence::verify::verify_proof(&proof, &town.site.trust());
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
    }
}
