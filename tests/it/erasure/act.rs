//! The act: once, twice and at once, while somebody reads, before a receipt is confirmed, on a halted hub; and what readers are told.

use reqwest::StatusCode;
use serde_json::Value;
use tiedoksi::evidence::record::EventType;
use tiedoksi::hub::ActError;
use tiedoksi::hub::access_log::{AccessedMessage, Accessor};
use tiedoksi::hub::erasure::Order;
use tiedoksi::hub::view::{Filing, Folder, Opened, Standing};

use super::{Planted, matti, order};
use crate::harness::databases;
use crate::mailboxes::{MATTI, Town, browser};
use crate::sender::pdf;

const ERASURES: &str = "SELECT COUNT(*) FROM event WHERE kind = 'erasure'";

#[tokio::test]
async fn twice_and_at_once_is_once() {
    for database in databases() {
        let planted = Planted::begin(Town::start(&database).await).await;
        let (site, id) = (&planted.town.site, planted.erased);
        let other = site.another_hub().await;
        let (one, two, owner) = (order(), Order::new("Toinen", None).unwrap(), matti());
        let (first, second) = tokio::join!(site.hub.erase_message(&one, id), other.erase_message(&two, id));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert!(
            first.before != second.before && first.at == second.at,
            "{first:?} {second:?}"
        );
        let again = site.hub.erase_message(&order(), id).await.unwrap();
        assert!(again.before && again.at == first.at);
        assert_eq!(site.count(ERASURES).await, 1);
        assert_eq!(
            site.count("SELECT COUNT(*) FROM erasure WHERE finished_at IS NOT NULL")
                .await,
            1
        );
        let listed = std::fs::read_dir(site.folder().join("objects/erasures"))
            .unwrap()
            .count();
        assert_eq!(listed, 1);

        let (one, two) = tokio::join!(site.hub.erase_mailbox(&one, &owner), other.erase_mailbox(&two, &owner));
        let refused = [one, two].into_iter().filter_map(Result::err).collect::<Vec<_>>();
        assert!(matches!(refused[..], [ActError::NotFound]), "{refused:?}");
        assert_eq!(site.count(ERASURES).await, 2);
        let absent = "99999".parse().unwrap();
        assert!(matches!(
            site.hub.erase_message(&order(), absent).await,
            Err(ActError::NotFound)
        ));
    }
}

#[tokio::test]
async fn who_reads_meanwhile_reads_all_or_is_told() {
    for database in databases() {
        let planted = Planted::begin(Town::start(&database).await).await;
        let (hub, matti, id) = (&planted.town.site.hub, &planted.town.matti, planted.erased);
        let reads = (0..20).map(|_| hub.open(matti, id));
        let order = order();
        let (read, erased) = tokio::join!(futures::future::join_all(reads), hub.erase_message(&order, id));
        erased.unwrap();
        for read in read {
            match read {
                Ok(Opened::Message(message)) => assert_eq!(message.body, "Teksti-Kirjolohi"),
                Ok(Opened::Erased(_)) | Err(ActError::NotFound) => {}
                other => panic!("{other:?}"),
            }
        }
        assert!(matches!(hub.open(matti, id).await, Ok(Opened::Erased(_))));
    }
}

#[tokio::test]
async fn readers_are_told_plainly() {
    for database in databases() {
        let mut planted = Planted::begin(Town::start(&database).await).await;
        let id = planted.erased;
        planted.erase().await;
        let (browser, csrf) = browser(&planted.town.site, MATTI).await;
        let page = planted.town.page(&browser, &format!("/messages/{id}")).await;
        assert!(
            page.contains("data-testid=\"erased\"")
                && page.contains("Hallinto-oikeuden päätös")
                && page.contains("H1234/2026")
        );
        assert!(!page.contains("Kirjolohi"));
        let inbox = planted.town.page(&browser, "/inbox").await;
        assert!(inbox.contains("Viesti, jonka sisältö on hävitetty") && !inbox.contains("Kirjolohi"));
        for path in ["/proofs", "/access-log", &format!("/messages/{}/thread", planted.other)] {
            let page = planted.town.page(&browser, path).await;
            assert!(!page.contains("Kirjolohi"), "{path}");
        }
        let absent = browser
            .get(planted.town.site.at(&format!("/messages/{id}/attachments.zip")))
            .await;
        assert_eq!(absent.status(), StatusCode::NOT_FOUND);
        let reply = planted.town.site.at(&format!("/messages/{id}/reply"));
        let reply = browser.post(reply, &[("csrf", csrf.as_str())]).await;
        assert_eq!(reply.status(), StatusCode::NOT_FOUND);

        let token = planted.town.site.access_token(MATTI).await;
        let get = async |path: String| {
            let answer = planted
                .town
                .sender
                .client
                .get(planted.town.site.at(&path))
                .bearer_auth(&token)
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
            answer.json::<Value>().await.unwrap()
        };
        let message = get(format!("/api/v1/mailbox/messages/{id}")).await;
        assert_eq!(message["state"], "erased");
        assert_eq!(message["erasure"]["because"], "order");
        assert_eq!(message["erasure"]["order"], "H1234/2026");
        assert_eq!(message["erasure"]["delivered"]["state"], "read");
        assert!(message.get("content").is_none() && message.get("title").is_none());

        // The access log says by whom; the owner can still file what is left.
        let log = planted
            .town
            .site
            .hub
            .access_log(&planted.town.matti, None)
            .await
            .unwrap();
        let erased = log.rows.iter().find(|row| row.event == EventType::Erasure).unwrap();
        assert!(erased.for_everybody && erased.by == Accessor::Operator);
        assert_eq!(erased.message, Some(AccessedMessage::Erased(id)));
        let filed = planted
            .town
            .site
            .hub
            .file(&planted.town.matti, Filing::Delete, &[id])
            .await
            .unwrap();
        assert_eq!(filed.done, [id]);
        planted.town.days_later(61).await;
        assert_eq!(planted.town.site.hub.sweep_deleted().await.unwrap(), 1);
        assert!(matches!(
            planted.town.site.hub.open(&planted.town.matti, id).await,
            Err(ActError::NotFound)
        ));
    }
}

#[tokio::test]
async fn an_export_goes_on_without_what_was_erased() {
    for database in databases() {
        let planted = Planted::begin(Town::start(&database).await).await;
        planted.erase().await;
        let (browser, csrf) = browser(&planted.town.site, MATTI).await;
        let answer = browser
            .post(planted.town.site.at("/export"), &[("csrf", csrf.as_str())])
            .await;
        assert_eq!(answer.status(), StatusCode::OK);
        let archive = answer.bytes().await.unwrap();
        assert!(memchr::memmem::find(&archive, format!("-{}/proof.json", planted.erased).as_bytes()).is_some());
        assert!(memchr::memmem::find(&archive, b"Kirjolohi").is_none());
    }
}

#[tokio::test]
async fn what_waits_for_confirmation_is_never_served() {
    for database in databases() {
        let mut town = Town::start(&database).await;
        let id = town.sent("A-1", MATTI, "Verifiable").await;
        let hub = town.site.hub.clone();
        assert!(hub.plan_message_erasure(id).await.unwrap().waits);
        hub.erase_message(&order(), id).await.unwrap();
        assert!(matches!(
            hub.confirm(&town.matti, id).await,
            Err(ActError::Contradiction(_))
        ));
        let Opened::Erased(message) = hub.open(&town.matti, id).await.unwrap() else {
            panic!("it was erased");
        };
        assert!(matches!(message.delivered, Standing::AwaitsConfirmation(_)));
        assert!(hub.gate(&town.matti, id).await.unwrap().is_none());
        let (browser, csrf) = browser(&town.site, MATTI).await;
        let page = town.page(&browser, &format!("/messages/{id}")).await;
        assert!(page.contains("data-testid=\"erased-unconfirmed\""));
        let confirm = town.site.at(&format!("/messages/{id}/confirm"));
        let answer = browser.post(confirm, &[("csrf", csrf.as_str())]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);

        // That the window passed is recorded, and the recipient's proof still tells nothing of the content.
        town.days_later(8).await;
        assert_eq!(hub.sweep_unconfirmed().await.unwrap(), 1);
        town.site.seal().await;
        let proof = hub.proof_as_citizen(&town.matti, id).await.unwrap();
        let verdict = tiedoksi::evidence::verify::verify_proof(&proof, &town.site.trust());
        assert_eq!(verdict.exit_code(), 0, "{verdict:?}");
        assert!(!String::from_utf8(proof).unwrap().contains("\"sha256\""));
        assert!(verdict.outcome.unwrap().starts_with("Not served"));
        assert_eq!(hub.file(&town.matti, Filing::Delete, &[id]).await.unwrap().done, [id]);
        assert!(town.ids(Folder::Inbox).await.is_empty());
    }
}

#[tokio::test]
async fn a_halted_hub_erases_nothing_by_order() {
    for database in databases() {
        let planted = Planted::begin(Town::start(&database).await).await;
        let site = &planted.town.site;
        site.hub.halt();
        let before = site.count("SELECT COUNT(*) FROM event").await;
        let refused = site.hub.erase_message(&order(), planted.erased).await;
        assert!(matches!(refused, Err(ActError::Halted)));
        let refused = site.hub.erase_mailbox(&order(), &matti()).await;
        assert!(matches!(refused, Err(ActError::Halted)));
        assert_eq!(site.count("SELECT COUNT(*) FROM event").await, before);
        assert_eq!(
            site.count("SELECT COUNT(*) FROM message WHERE erased_at IS NOT NULL")
                .await,
            0
        );
        assert_eq!(
            site.count("SELECT COUNT(*) FROM mailbox WHERE state = 'erased'").await,
            0
        );
    }
}

#[tokio::test]
async fn an_upload_in_two_messages_stays_with_the_other_one() {
    for database in databases() {
        let mut town = Town::start(&database).await;
        let answer: Value = town
            .sender
            .upload("yhteinen.pdf", pdf("Sisus"))
            .await
            .json()
            .await
            .unwrap();
        let file = answer["attachmentId"].clone();
        let with_file =
            |electronic: &mut Value| electronic["attachments"] = serde_json::json!([{ "attachmentId": file }]);
        let first = town.sent_with("A-1", MATTI, "Normal", with_file).await;
        let second = town.sent_with("A-2", MATTI, "Normal", with_file).await;
        let hub = town.site.hub.clone();
        hub.erase_message(&order(), first).await.unwrap();
        town.days_later(2).await;
        hub.finish_erasures().await.unwrap();
        let id = file.as_str().unwrap().parse().unwrap();
        assert!(hub.download(&town.matti, second, id).await.is_ok());
        assert!(matches!(
            hub.download(&town.matti, first, id).await,
            Err(ActError::NotFound)
        ));
        assert_eq!(town.site.stored_files(), 1);
        hub.erase_message(&order(), second).await.unwrap();
        assert_eq!(town.site.stored_files(), 0, "its time of use is over: it goes at once");
    }
}
