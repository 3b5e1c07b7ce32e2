//! The index itself: several indexers at once, one that is broken off, forgetting, growth, and what it tells at rest.

use tiedoksi::domain::id::MailboxId;
use tiedoksi::domain::search::SearchQuery;
use tiedoksi::hub::Hub;
use tiedoksi::store::{Db, DbOptions, Tx};

use super::{MAIJA, MATTI, Mail, ids, sealed};
use crate::harness::{Site, databases};

async fn index(hub: &Hub, mailbox: MailboxId) {
    while hub.index_step(mailbox).await.unwrap() {}
}

async fn unindexed(site: &Site) -> i64 {
    site.count("SELECT COUNT(*) FROM message WHERE NOT body_indexed").await
}

async fn documents(site: &Site) -> i64 {
    site.count("SELECT CAST(COALESCE(SUM(documents), 0) AS BIGINT) FROM search_segment")
        .await
}

/// A transaction of the test's own.
async fn transaction(site: &Site) -> Tx {
    let options = DbOptions {
        url: site.database.clone(),
        connections: 1,
        pooler: false,
    };
    Db::open(&options).await.unwrap().write().await.unwrap()
}

#[tokio::test]
async fn a_search_indexes_the_newest_first_and_says_when_older_ones_wait() {
    for database in databases() {
        let mail = Mail::begin(&database).await;
        mail.send_many(MATTI, 300).await;
        assert_eq!(unindexed(&mail.site).await, 300);
        let page = mail.search(&mail.matti, "yhteinen").await;
        assert!(page.incomplete && page.rows.len() == 20);
        assert_eq!(unindexed(&mail.site).await, 300 - 256);
        let newest = mail.site.count("SELECT MAX(id) FROM message").await;
        assert_eq!(ids(&page)[0], newest);
        // The search told the worker that there is more to do, as logging in and looking at a list do.
        assert_eq!(mail.site.hub.next_to_index().await, Some(mail.matti.mailbox));
        assert!(!mail.search(&mail.matti, "yhteinen").await.incomplete);
        assert_eq!(unindexed(&mail.site).await, 0);
        assert!(!mail.site.hub.index_step(mail.maija.mailbox).await.unwrap());
    }
}

#[tokio::test]
async fn indexers_at_once_and_broken_off_index_each_message_once() {
    for database in databases() {
        let mail = Mail::begin(&database).await;
        mail.send_many(MATTI, 300).await;
        let other = mail.site.another_hub().await;
        // Some are broken off at whatever point they have reached.
        for patience in 0..12_u64 {
            let step = other.index_step(mail.matti.mailbox);
            tokio::time::timeout(std::time::Duration::from_millis(patience), step)
                .await
                .ok();
        }
        let query = SearchQuery::parse("yhteinen").unwrap();
        tokio::join!(
            index(&mail.site.hub, mail.matti.mailbox),
            index(&other, mail.matti.mailbox),
            index(&mail.site.hub, mail.matti.mailbox),
            async {
                for _ in 0..20 {
                    mail.site.hub.search(&mail.matti, &query, None).await.unwrap();
                }
            }
        );
        assert_eq!((unindexed(&mail.site).await, documents(&mail.site).await), (0, 300));
        for n in [0, 70, 150, 299] {
            assert_eq!(mail.found(&mail.matti, &format!("nro{n} luku{n}")).await.len(), 1);
        }
    }
}

#[tokio::test]
async fn segments_stay_few_and_find_the_same() {
    for database in databases() {
        let mail = Mail::begin(&database).await;
        for n in 0..20 {
            mail.send_numbered(MATTI, n).await;
            mail.site.hub.index_step(mail.matti.mailbox).await.unwrap();
        }
        assert!(mail.site.count("SELECT COUNT(*) FROM search_segment").await <= 20);
        index(&mail.site.hub, mail.matti.mailbox).await;
        let segments = mail.site.count("SELECT COUNT(*) FROM search_segment").await;
        assert!(segments <= 6, "{segments}");
        assert_eq!(documents(&mail.site).await, 20);
        assert_eq!(mail.found(&mail.matti, "yhteinen").await.len(), 20);
        assert_eq!(mail.found(&mail.matti, "nro13").await.len(), 1);
    }
}

#[tokio::test]
async fn a_message_removed_for_good_leaves_no_word_behind() {
    for database in databases() {
        let mail = Mail::begin(&database).await;
        let gone = mail.send("A-1", MATTI, "Unohdettava", "poistuva yhteinen").await;
        let stays = mail.send("A-2", MATTI, "Pysyvä", "jäävä yhteinen").await;
        index(&mail.site.hub, mail.matti.mailbox).await;
        assert_eq!(mail.found(&mail.matti, "yhteinen").await, [stays, gone]);
        let before = sealed(&mail.site).await;

        // Undone as a whole with the act that removes.
        let hub = &mail.site.hub;
        let mut tx = transaction(&mail.site).await;
        hub.forget_in_search(&mut tx, mail.matti.mailbox, &[gone])
            .await
            .unwrap();
        drop(tx);
        assert_eq!(mail.found(&mail.matti, "unohdettava").await, [gone]);
        // Of another mailbox nothing is forgotten by it.
        let mut tx = transaction(&mail.site).await;
        hub.forget_in_search(&mut tx, mail.maija.mailbox, &[gone])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(mail.found(&mail.matti, "unohdettava").await, [gone]);

        mail.site
            .execute("UPDATE message SET removed_at = 1, key_mailbox = NULL WHERE id = (SELECT MIN(id) FROM message)")
            .await;
        let mut tx = transaction(&mail.site).await;
        hub.forget_in_search(&mut tx, mail.matti.mailbox, &[gone])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(
            sealed(&mail.site).await.iter().all(|blob| !before.contains(blob)),
            "the old ciphertext is gone"
        );
        assert_eq!(mail.found(&mail.matti, "yhteinen").await, [stays]);
        assert!(mail.found(&mail.matti, "unohdettava").await.is_empty());
        assert_eq!(documents(&mail.site).await, 1);
        // Again there is nothing to forget.
        let mut tx = transaction(&mail.site).await;
        hub.forget_in_search(&mut tx, mail.matti.mailbox, &[gone])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(mail.found(&mail.matti, "yhteinen").await, [stays]);
    }
}

#[tokio::test]
async fn the_index_tells_nothing_at_rest() {
    for database in databases() {
        let mail = Mail::begin(&database).await;
        let words = [
            "Kuusitiainen",
            "kuusitiainen",
            "Töyhtötiainen",
            "toyhtotiainen",
            "KUUSITIAINEN",
        ];
        for (name, to) in [("A-1", MATTI), ("A-2", MAIJA)] {
            mail.send(name, to, "Kuusitiainen", "Töyhtötiainen ja kuusitiainen")
                .await;
        }
        for citizen in [&mail.matti, &mail.maija] {
            assert_eq!(mail.found(citizen, "toyhto kuusi").await.len(), 1);
        }
        let blobs = sealed(&mail.site).await;
        assert_eq!(blobs.len(), 6);
        for (at, blob) in blobs.iter().enumerate() {
            assert!(
                !blobs[..at].contains(blob),
                "the same words are the same bytes in two mailboxes"
            );
        }
        let mut everything = blobs.concat();
        if mail.site.database.starts_with("sqlite:") {
            for entry in std::fs::read_dir(mail.site.folder()).unwrap() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    everything.extend(std::fs::read(path).unwrap());
                }
            }
        }
        for word in words {
            let found = everything.windows(word.len()).any(|bytes| bytes == word.as_bytes());
            assert!(!found, "{word} lies in the database");
        }
    }
}

#[tokio::test]
async fn a_damaged_message_keeps_none_of_the_others_out_of_the_index() {
    for database in databases() {
        let mail = Mail::begin(&database).await;
        mail.send("A-1", MATTI, "Rikki", "yhteinen").await;
        let whole = mail.send("A-2", MATTI, "Ehjä", "yhteinen").await;
        mail.site
            .execute("UPDATE message SET header_sealed = key_mailbox WHERE id = (SELECT MIN(id) FROM message)")
            .await;
        assert_eq!(mail.found(&mail.matti, "yhteinen").await, [whole]);
        assert_eq!(unindexed(&mail.site).await, 0);
    }
}
