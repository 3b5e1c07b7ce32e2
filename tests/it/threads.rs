//! Threads: what belongs together is shown together, and reading one message opens no other.

use tiedoksi::domain::id::MessageId;
use tiedoksi::hub::ActError;
use tiedoksi::hub::view::{Filing, Folder, Opened, Standing};

use crate::harness::databases;
use crate::mailboxes::{MAIJA, MATTI, Town, browser};

const HANDED_OVER: &str = "SELECT count(*) FROM event WHERE kind IN ('ContentHandover', 'ContentAccessTracking')";

async fn answer(town: &Town, to: MessageId, title: &str) -> MessageId {
    let draft = crate::citizen::text(title, "Kiitos.");
    crate::citizen::reply_with(&town.site.hub, &town.matti, to, draft, &[])
        .await
        .unwrap()
        .id
}

#[tokio::test]
async fn a_message_shows_its_thread_and_opens_no_other() {
    for database in databases() {
        let town = Town::start(&database).await;
        let (hub, matti) = (&town.site.hub, &town.matti);
        let alone = town.sent("B-1", MATTI, "Normal").await;
        let first = town.sent("A-1", MATTI, "Normal").await;
        let sent = answer(&town, first, "Vastaus 1").await;
        let back = town
            .sent_with("A-2", MATTI, "Verifiable", |it| {
                it["inReplyToMessageId"] = sent.get().into();
                it["title"] = "Päätös oikaisuvaatimukseen".into();
            })
            .await;
        let before = town.site.count(HANDED_OVER).await;
        let Opened::Message(view) = hub.open(matti, first).await.unwrap() else {
            panic!("an ordinary message waits for nothing")
        };
        assert_eq!(town.site.count(HANDED_OVER).await, before + 1, "one message was opened");
        let rows = view.thread.rows;
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [back, sent, first]);
        assert!(matches!(rows[0].standing, Standing::AwaitsConfirmation(_)));
        assert_eq!(rows[0].attachments, None);
        assert_eq!(rows[1].standing, Standing::Sent);
        assert!(view.thread.next.is_none());
        assert_eq!(hub.list_thread(matti, alone, None).await.unwrap().rows.len(), 1);
        // From the message that waits, the thread is seen and nothing opened.
        let rows = hub.list_thread(matti, back, None).await.unwrap().rows;
        assert_eq!(rows.len(), 3);
        assert!(matches!(hub.open(matti, back).await.unwrap(), Opened::Waiting(_)));
        assert_eq!(town.site.count(HANDED_OVER).await, before + 1);

        // As a page: the titles of all, the body of one.
        let (browser, _) = browser(&town.site, MATTI).await;
        let page = town.page(&browser, &format!("/messages/{sent}")).await;
        assert_eq!(page.matches("data-testid=\"thread-row\"").count(), 3);
        assert!(page.contains("Päätös oikaisuvaatimukseen") && !page.contains("Salainen"));
        let page = town.page(&browser, &format!("/messages/{first}/thread")).await;
        assert!(page.contains("Päätös oikaisuvaatimukseen") && !page.contains("Salainen") && !page.contains("Kiitos."));
        let page = town.page(&browser, &format!("/messages/{alone}")).await;
        assert!(!page.contains("data-testid=\"thread\""));

        // Archived and deleted ones stay in it, and another person finds none of it.
        hub.file(matti, Filing::Archive, &[first]).await.unwrap();
        hub.file(matti, Filing::Delete, &[sent]).await.unwrap();
        let rows = hub.list_thread(matti, back, None).await.unwrap().rows;
        let folders: Vec<Folder> = rows.iter().map(|row| row.folder).collect();
        assert_eq!(folders, [Folder::Inbox, Folder::Deleted, Folder::Archive]);
        let maija = town.site.citizen(MAIJA).await;
        let refused = hub.list_thread(&maija, first, None).await;
        assert!(matches!(refused, Err(ActError::NotFound)));
    }
}

#[tokio::test]
async fn a_long_thread_is_shown_in_pages() {
    for database in databases() {
        let town = Town::start(&database).await;
        let (hub, matti) = (&town.site.hub, &town.matti);
        let first = town.sent("A-1", MATTI, "Normal").await;
        let mut all = vec![first];
        for n in 0..60 {
            all.insert(0, answer(&town, first, &format!("Vastaus {n}")).await);
        }
        let page = hub.list_thread(matti, first, None).await.unwrap();
        let ids: Vec<MessageId> = page.rows.iter().map(|row| row.id).collect();
        assert_eq!(ids, all[..50]);
        let rest = hub.list_thread(matti, first, page.next.as_deref()).await.unwrap();
        let ids: Vec<MessageId> = rest.rows.iter().map(|row| row.id).collect();
        assert_eq!((&ids[..], rest.next), (&all[50..], None));
        let refused = hub.list_thread(matti, first, Some("x")).await;
        assert!(matches!(refused, Err(ActError::Invalid(_))));

        let (browser, _) = browser(&town.site, MATTI).await;
        let page = town.page(&browser, &format!("/messages/{first}")).await;
        assert_eq!(page.matches("data-testid=\"thread-row\"").count(), 50);
        let (_, link) = page.split_once("data-testid=\"rest-of-thread\" href=\"").unwrap();
        let rest = town.page(&browser, link.split('"').next().unwrap()).await;
        assert_eq!(rest.matches("data-testid=\"thread-row\"").count(), 11);
    }
}
