//! A hub that takes no acts, because an older backup of its database was restored: what a citizen is told, and what they can still do.

use reqwest::StatusCode;
use tiedoksi::hub::ActError;

use crate::harness::databases;
use crate::mailboxes::{MATTI, Town, browser};

#[tokio::test]
async fn what_was_opened_can_be_read_and_a_deadline_is_not_slept_over() {
    for database in databases() {
        let town = Town::start(&database).await;
        let (site, matti) = (&town.site, &town.matti);
        let waiting = town.sent("A-1", MATTI, "Verifiable").await;
        let opened = town.sent("A-2", MATTI, "Normal").await;
        let unopened = town.sent("A-3", MATTI, "Normal").await;
        site.hub.open(matti, opened).await.unwrap();
        let (browser, csrf) = browser(site, MATTI).await;
        let events = "SELECT count(*) FROM event";
        let before = site.count(events).await;

        site.hub.halt();
        assert!(town.page(&browser, "/inbox").await.contains("Päätös rakennusluvasta"));
        assert!(
            town.page(&browser, &format!("/messages/{opened}"))
                .await
                .contains("Salainen")
        );
        let told = async |answer: reqwest::Response| {
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
            let page = answer.text().await.unwrap();
            assert!(page.contains("ota yhteyttä suoraan viranomaiseen"), "{page}");
            assert!(!page.contains("Salainen"));
        };
        told(browser.get(site.at(&format!("/messages/{unopened}"))).await).await;
        let confirm = site.at(&format!("/messages/{waiting}/confirm"));
        told(browser.post(confirm.clone(), &[("csrf", &csrf)]).await).await;
        assert!(matches!(site.hub.confirm(matti, waiting).await, Err(ActError::Halted)));
        assert_eq!(site.count(events).await, before, "a refused act changes nothing");

        // The operator has restored the newer database.
        site.hub.prepare_log().await.unwrap();
        let answer = browser.post(confirm, &[("csrf", &csrf)]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    }
}
