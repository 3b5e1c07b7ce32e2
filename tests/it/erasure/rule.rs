//! The rule of retention: content, then evidence, each at its time and no earlier.

use std::time::Duration;

use tiedoksi::evidence::verify::verify_proof;
use tiedoksi::hub::view::Opened;
use tiedoksi::store::erasure::{OLD_CONTENT, OLD_EVIDENCE};

use crate::harness::{Settings, databases};
use crate::mailboxes::{MATTI, Town};
use crate::plans::explain;

#[tokio::test]
async fn content_ends_at_its_time_and_evidence_later() {
    for database in databases() {
        let settings = Settings {
            content_retention: Some(Duration::from_secs(400 * 24 * 60 * 60)),
            ..Settings::default()
        };
        let mut town = Town::start_with(&database, settings).await;
        let old = town.sent("A-1", MATTI, "Normal").await;
        let hub = town.site.hub.clone();
        hub.open(&town.matti, old).await.unwrap();
        town.days_later(30).await;
        let young = town.sent("A-2", MATTI, "Normal").await;
        assert_eq!(hub.sweep_content().await.unwrap(), 0);
        town.days_later(370).await;
        // The whole day has to be over.
        assert_eq!(hub.sweep_content().await.unwrap(), 0);
        town.days_later(1).await;
        assert_eq!(hub.sweep_content().await.unwrap(), 1);
        assert_eq!(hub.sweep_content().await.unwrap(), 0);
        let Opened::Erased(message) = hub.open(&town.matti, old).await.unwrap() else {
            panic!("its time is over");
        };
        assert!(message.order.is_none() && message.has_proof);
        assert!(matches!(
            hub.open(&town.matti, young).await.unwrap(),
            Opened::Message(_)
        ));
        let erasures = "SELECT COUNT(*) FROM erasure";
        assert_eq!(town.site.count(erasures).await, 0, "the rule needs no list");
        town.site.seal().await;
        let proof = hub.proof_as_citizen(&town.matti, old).await.unwrap();
        assert_eq!(verify_proof(&proof, &town.site.trust()).exit_code(), 0);

        // Ten years after the last event, which was the erasure.
        assert_eq!(hub.sweep_evidence().await.unwrap(), 0);
        let leaves = "SELECT COUNT(*) FROM event WHERE leaf_index IS NOT NULL";
        let sealed = town.site.count(leaves).await;
        town.days_later(3_654).await;
        assert_eq!(hub.sweep_content().await.unwrap(), 1);
        assert_eq!(hub.sweep_evidence().await.unwrap(), 1);
        assert_eq!(hub.sweep_evidence().await.unwrap(), 0);
        let records = "SELECT COUNT(*) FROM record r JOIN event e ON e.id = r.event_id WHERE e.message_id = 1";
        assert_eq!((old.get(), town.site.count(records).await), (1, 0));
        assert!(hub.proof_as_citizen(&town.matti, old).await.is_err());
        let Opened::Erased(message) = hub.open(&town.matti, old).await.unwrap() else {
            panic!("its time is over");
        };
        assert!(!message.has_proof);
        // Its leaves stay, and what was handed out still holds.
        assert_eq!(town.site.count(leaves).await, sealed);
        assert_eq!(verify_proof(&proof, &town.site.trust()).exit_code(), 0);
        town.site.seal().await;
        let young = hub.proof_as_citizen(&town.matti, young).await.unwrap();
        let verdict = verify_proof(&young, &town.site.trust());
        assert_eq!(verdict.exit_code(), 0, "{verdict:?}");
    }
}

#[tokio::test]
async fn what_is_due_is_a_range_of_an_index() {
    for database in databases() {
        let town = Town::start(&database).await;
        for (statement, index) in [
            (OLD_CONTENT, "message_content_age"),
            (OLD_EVIDENCE, "message_evidence_age"),
        ] {
            let plan = explain(&town.site, statement).await;
            assert!(
                plan.contains(index) && !plan.contains("Sort") && !plan.contains("TEMP B-TREE"),
                "{plan}"
            );
        }
        assert_eq!(
            town.site.hub.sweep_content().await.unwrap(),
            0,
            "without a rule content is kept"
        );
    }
}
