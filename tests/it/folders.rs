//! Folders: what is archived and deleted, by one or by many; where it comes back to, and when it leaves the mailbox for good.

use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::Value;
use tiedoksi::domain::id::{AttachmentId, MessageId};
use tiedoksi::domain::mandate::{Agency, AgentRole, Scope};
use tiedoksi::domain::principal::Citizen;
use tiedoksi::evidence::verify::verify_proof;
use tiedoksi::hub::ActError;
use tiedoksi::hub::view::{Filed, Filing, Folder, Standing};

use crate::harness::{databases, location};
use crate::mailboxes::{MAIJA, MATTI, Town, browser};

const ARCHIVED: &str = "SELECT count(*) FROM event WHERE kind = 'messages-archived'";
const DELETED: &str = "SELECT count(*) FROM event WHERE kind = 'messages-deleted'";
const ERASED: &str = "SELECT count(*) FROM event WHERE kind = 'erasure'";

fn done(ids: &[MessageId]) -> Filed {
    Filed {
        done: ids.to_vec(),
        kept: Vec::new(),
    }
}

#[tokio::test]
async fn what_is_archived_and_deleted_comes_back_to_where_it_was() {
    for database in databases() {
        let town = Town::start(&database).await;
        let (hub, matti) = (&town.site.hub, &town.matti);
        let id = town.sent("A-1", MATTI, "Normal").await;
        let file = async |filing| hub.file(matti, filing, &[id]).await.unwrap();

        assert_eq!(file(Filing::Archive).await, done(&[id]));
        assert!(town.ids(Folder::Inbox).await.is_empty());
        assert_eq!(town.ids(Folder::Archive).await, [id]);
        assert_eq!(town.list(Folder::Archive).await[0].standing, Standing::Unread);
        assert_eq!(town.list(Folder::Archive).await[0].removed_on, None);

        assert_eq!(file(Filing::Delete).await, done(&[id]));
        assert!(town.ids(Folder::Archive).await.is_empty());
        let row = town.list(Folder::Deleted).await.remove(0);
        assert_eq!(row.standing, Standing::Unread);
        assert_eq!(
            row.removed_on,
            Some(town.site.hub.now() + SignedDuration::from_hours(60 * 24))
        );
        // What is deleted is neither archived nor taken out of the archive.
        assert_eq!(file(Filing::Archive).await, done(&[]));
        assert_eq!(file(Filing::Unarchive).await, done(&[]));

        assert_eq!(file(Filing::Restore).await, done(&[id]));
        assert_eq!(town.ids(Folder::Archive).await, [id]);
        assert_eq!(file(Filing::Unarchive).await, done(&[id]));
        assert_eq!(town.ids(Folder::Inbox).await, [id]);
        assert!(town.ids(Folder::Archive).await.is_empty() && town.ids(Folder::Deleted).await.is_empty());

        // Twice the same is one, and answered the same.
        for (filing, events) in [(Filing::Archive, ARCHIVED), (Filing::Delete, DELETED)] {
            let before = town.site.count(events).await;
            assert_eq!(file(filing).await, file(filing).await);
            assert_eq!(town.site.count(events).await, before + 1);
        }
        // The mailbox can read these events, and no organisation can.
        let readable = "SELECT count(*) FROM event e JOIN record r ON r.event_id = e.id WHERE e.kind LIKE 'messages-%' \
                        AND e.mailbox_id IS NOT NULL AND r.key_mailbox IS NOT NULL AND r.key_organisation IS NULL \
                        AND e.message_id IS NULL AND e.feed_type IS NULL";
        assert_eq!(town.site.count(readable).await, 6);
        town.site.seal().await;
        let proof = hub.proof_as_citizen(matti, id).await.unwrap();
        assert_eq!(verify_proof(&proof, &town.site.trust()).exit_code(), 0);
    }
}

#[tokio::test]
async fn sent_messages_are_filed_too() {
    for database in databases() {
        let town = Town::start(&database).await;
        let (hub, matti) = (&town.site.hub, &town.matti);
        let id = town.sent("A-1", MATTI, "Normal").await;
        let draft = crate::citizen::text("Vastaus", "Kiitos.");
        let sent = crate::citizen::reply_with(hub, matti, id, draft, &[]).await.unwrap().id;
        hub.file(matti, Filing::Archive, &[id, sent]).await.unwrap();
        assert_eq!(town.ids(Folder::Archive).await, [sent, id]);
        assert!(town.ids(Folder::Sent).await.is_empty());
        hub.file(matti, Filing::Unarchive, &[id, sent]).await.unwrap();
        assert_eq!(town.ids(Folder::Sent).await, [sent]);
        assert_eq!(town.ids(Folder::Inbox).await, [id]);
        assert_eq!(town.site.count(ARCHIVED).await, 1, "one event for both");
    }
}

#[tokio::test]
async fn others_messages_are_as_if_absent() {
    for database in databases() {
        let town = Town::start(&database).await;
        let hub = &town.site.hub;
        let maija = town.site.citizen(MAIJA).await;
        hub.activate(&maija).await.unwrap();
        let own = town.sent("A-1", MATTI, "Normal").await;
        let hers = town.sent("A-2", MAIJA, "Normal").await;
        let absent: MessageId = "99999".parse().unwrap();

        let filed = hub
            .file(&town.matti, Filing::Delete, &[own, hers, absent])
            .await
            .unwrap();
        assert_eq!(filed, done(&[own]));
        for ids in [&[hers][..], &[absent], &[hers, absent], &[]] {
            let refused = hub.file(&town.matti, Filing::Delete, ids).await;
            assert!(matches!(refused, Err(ActError::NotFound)));
        }
        let rows = hub.list_folder(&maija, Folder::Inbox, None).await.unwrap().rows;
        assert_eq!(rows.len(), 1);
        let many: Vec<MessageId> = (1..=21).map(|id| MessageId::try_from(id).unwrap()).collect();
        let refused = hub.file(&town.matti, Filing::Delete, &many).await;
        assert!(matches!(refused, Err(ActError::Invalid(_))));

        // An agent moves what the mandate reaches, and finds nothing else.
        let agent = |scope| Citizen {
            own: maija.mailbox,
            agency: Some(Agency {
                mandate: "M-1".into(),
                role: AgentRole::Mandate,
                scope,
                owner_name: "Matti Meikäläinen".into(),
            }),
            ..town.matti.clone()
        };
        let nothing = Scope::Some {
            organisations: Default::default(),
            topics: Default::default(),
        };
        let kept_from = agent(nothing);
        let refused = hub.file(&kept_from, Filing::Restore, &[own]).await;
        assert!(matches!(refused, Err(ActError::NotFound)));
        assert!(
            hub.list_folder(&kept_from, Folder::Deleted, None)
                .await
                .unwrap()
                .rows
                .is_empty()
        );
        let all = agent(Scope::Everything);
        assert_eq!(hub.file(&all, Filing::Restore, &[own]).await.unwrap(), done(&[own]));
    }
}

#[tokio::test]
async fn a_verifiable_message_is_not_deleted_before_it_was_opened() {
    for database in databases() {
        let mut town = Town::start(&database).await;
        let waiting = town.sent("A-1", MATTI, "Verifiable").await;
        let other = town.sent("A-2", MATTI, "Normal").await;
        let hub = town.site.hub.clone();
        let expected = Filed {
            done: vec![other],
            kept: vec![waiting],
        };
        for _ in 0..2 {
            let filed = hub.file(&town.matti, Filing::Delete, &[waiting, other]).await.unwrap();
            assert_eq!(filed, expected);
        }
        assert_eq!(town.ids(Folder::Inbox).await, [waiting]);
        // It may be archived, and waits there.
        hub.file(&town.matti, Filing::Archive, &[waiting]).await.unwrap();
        let row = town.list(Folder::Archive).await.remove(0);
        assert!(matches!(row.standing, Standing::AwaitsConfirmation(_)));

        // Also when the time to confirm passed unused; once opened late, it may be deleted.
        town.days_later(8).await;
        hub.sweep_unconfirmed().await.unwrap();
        let filed = hub.file(&town.matti, Filing::Delete, &[waiting]).await.unwrap();
        assert_eq!(filed.kept, [waiting]);
        assert!(!hub.confirm(&town.matti, waiting).await.unwrap().served);
        let filed = hub.file(&town.matti, Filing::Delete, &[waiting]).await.unwrap();
        assert_eq!(filed, done(&[waiting]));
    }
}

#[tokio::test]
async fn twenty_at_once_are_one() {
    for database in databases() {
        let town = Town::start(&database).await;
        let hub = &town.site.hub;
        let ids = [
            town.sent("A-1", MATTI, "Normal").await,
            town.sent("A-2", MATTI, "Normal").await,
        ];
        let acts = (0..20).map(|_| hub.file(&town.matti, Filing::Delete, &ids));
        for filed in futures::future::join_all(acts).await {
            assert!(filed.unwrap().kept.is_empty());
        }
        assert_eq!(town.ids(Folder::Deleted).await.len(), 2);
        let events = town.site.count(DELETED).await;
        assert!((1..=2).contains(&events), "{events}: each message was moved once");
    }
}

#[tokio::test]
async fn a_page_is_filed_while_another_process_deletes_from_it() {
    for database in databases() {
        let town = Town::start(&database).await;
        let other = town.site.another_hub().await;
        for round in 0..10 {
            let mut ids = Vec::new();
            for n in 0..4 {
                ids.push(town.sent(&format!("A-{round}-{n}"), MATTI, "Normal").await);
            }
            let (archived, deleted) = tokio::join!(
                town.site.hub.file(&town.matti, Filing::Archive, &ids),
                other.file(&town.matti, Filing::Delete, &ids[1..3]),
            );
            let archived = archived.unwrap();
            assert!(archived.done.contains(&ids[0]) && archived.done.contains(&ids[3]));
            assert_eq!(deleted.unwrap(), done(&ids[1..3]));
            let lying = town.ids(Folder::Deleted).await;
            assert!(ids[1..3].iter().all(|id| lying.contains(id)));
        }
        assert!(town.ids(Folder::Inbox).await.is_empty());
        town.site.seal().await;
    }
}

#[tokio::test]
async fn sixty_days_after_deletion_a_message_leaves_the_mailbox_for_good() {
    for database in databases() {
        let mut town = Town::start(&database).await;
        let hub = town.site.hub.clone();
        let pdf = town.sender.pdf("päätös.pdf").await;
        let attached =
            |electronic: &mut Value| electronic["attachments"] = serde_json::json!([{ "attachmentId": pdf }]);
        let gone = town.sent_with("A-1", MATTI, "Verifiable", attached).await;
        let restored = town.sent("A-2", MATTI, "Normal").await;
        hub.confirm(&town.matti, gone).await.unwrap();
        let draft = || crate::citizen::text("Vastaus", "Kiitos.");
        hub.file(&town.matti, Filing::Delete, &[gone, restored]).await.unwrap();
        town.days_later(59).await;
        // Answered from among the deleted ones, on the last day but one.
        let reply = crate::citizen::reply_with(&hub, &town.matti, gone, draft(), &[])
            .await
            .unwrap()
            .id;
        assert_eq!(hub.sweep_deleted().await.unwrap(), 0);
        hub.file(&town.matti, Filing::Restore, &[restored]).await.unwrap();
        town.days_later(1).await;
        assert_eq!(hub.sweep_deleted().await.unwrap(), 1);
        assert_eq!(hub.sweep_deleted().await.unwrap(), 0);
        assert_eq!(town.site.count(ERASED).await, 1);

        let matti = &town.matti;
        assert!(town.ids(Folder::Deleted).await.is_empty());
        assert_eq!(town.ids(Folder::Inbox).await, [restored]);
        let file: AttachmentId = pdf.parse().unwrap();
        assert!(matches!(hub.open(matti, gone).await, Err(ActError::NotFound)));
        assert!(matches!(hub.confirm(matti, gone).await, Err(ActError::NotFound)));
        assert!(matches!(hub.download(matti, gone, file).await, Err(ActError::NotFound)));
        assert!(matches!(
            hub.proof_as_citizen(matti, gone).await,
            Err(ActError::NotFound)
        ));
        assert!(matches!(
            crate::citizen::reply_with(&hub, matti, gone, draft(), &[]).await,
            Err(ActError::NotFound)
        ));
        assert!(matches!(
            hub.list_thread(matti, gone, None).await,
            Err(ActError::NotFound)
        ));
        let restore = hub.file(matti, Filing::Restore, &[gone]).await;
        assert!(matches!(restore, Err(ActError::NotFound)));
        let thread = hub.list_thread(matti, reply, None).await.unwrap().rows;
        assert_eq!(thread.iter().map(|row| row.id).collect::<Vec<_>>(), [reply]);
        // No key of the mailbox is left to it, and the authority's are.
        let keys = "SELECT count(*) FROM message m JOIN message_attachment a ON a.message_id = m.id WHERE m.removed_at IS NOT NULL \
                    AND m.key_mailbox IS NULL AND a.key_mailbox IS NULL AND m.key_organisation IS NOT NULL \
                    AND a.key_organisation IS NOT NULL";
        assert_eq!(town.site.count(keys).await, 1);

        // The authority goes on: its proof holds, and the answer still says which message it answers.
        town.site.seal().await;
        let proof = town.sender.get(&format!("/api/v1/messages/{gone}/proof")).await;
        let proof = proof.bytes().await.unwrap();
        assert_eq!(verify_proof(&proof, &town.site.trust()).exit_code(), 0);
        let incoming: Value = town
            .sender
            .get(&format!("/v2/messages/{reply}"))
            .await
            .json()
            .await
            .unwrap();
        assert_eq!(incoming["electronic"]["thread"]["threadExternalId"], "A-1");
        assert_eq!(incoming["electronic"]["body"], "Kiitos.");
    }
}

#[tokio::test]
async fn pages_lead_on_and_back_without_a_gap() {
    for database in databases() {
        let town = Town::start(&database).await;
        let hub = &town.site.hub;
        let mut all = Vec::new();
        for n in 0..45 {
            // Some share a moment: their number decides.
            if n % 3 == 0 {
                town.site.advance(SignedDuration::from_secs(1));
            }
            all.insert(0, town.sent(&format!("A-{n}"), MATTI, "Normal").await);
        }
        for folder in [Folder::Inbox, Folder::Archive, Folder::Deleted] {
            let page = async |cursor: Option<&str>| {
                let page = hub.list_folder(&town.matti, folder, cursor).await.unwrap();
                let ids: Vec<MessageId> = page.rows.iter().map(|row| row.id).collect();
                (ids, page.previous, page.next)
            };
            let (first, none, second) = page(None).await;
            assert_eq!((&first[..], &none), (&all[..20], &None));
            let (ids, back, third) = page(second.as_deref()).await;
            assert_eq!(ids, all[20..40]);
            let (ids, back_from_third, end) = page(third.as_deref()).await;
            assert_eq!((&ids[..], end), (&all[40..], None));
            let (ids, back_again, on) = page(back_from_third.as_deref()).await;
            assert_eq!((&ids[..], &on, &back_again), (&all[20..40], &third, &back));
            let (ids, none, on) = page(back.as_deref()).await;
            assert_eq!((&ids[..], none, on), (&all[..20], None, second.clone()));

            // The last page's messages are moved away: its address leads to what is last now.
            let next = match folder {
                Folder::Inbox => Filing::Archive,
                _ => Filing::Delete,
            };
            for chunk in [&all[40..], &all[20..40], &all[..20]] {
                hub.file(&town.matti, next, chunk).await.unwrap();
                if chunk.len() == 5 && folder != Folder::Deleted {
                    let (ids, _, on) = page(third.as_deref()).await;
                    assert_eq!((&ids[..], on), (&all[20..40], None));
                }
            }
        }
    }
}

#[tokio::test]
async fn the_lists_are_filed_by_forms() {
    for database in databases() {
        let town = Town::start(&database).await;
        let (browser, csrf) = browser(&town.site, MATTI).await;
        let first = town.sent("A-1", MATTI, "Normal").await.to_string();
        let waiting = town.sent("A-2", MATTI, "Verifiable").await.to_string();
        let at = |path: &str| town.site.at(path);
        let fields = |fields: &[(&'static str, &str)]| -> Vec<(String, String)> {
            let csrf = [("csrf", csrf.as_str())];
            let all = csrf.iter().chain(fields);
            all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect()
        };
        let post = async |form: &[(&'static str, &str)]| {
            let form = fields(form);
            let form: Vec<_> = form
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            browser.post(at("/filing"), &form).await
        };

        // Both ticked: one is deleted, the other stays and the page says why.
        let answer = post(&[("folder", "inbox"), ("do", "delete"), ("id", &first), ("id", &waiting)]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let page = browser.get(location(&answer).unwrap()).await.text().await.unwrap();
        assert!(
            page.contains("Viesti on poistettu.") && page.contains("Yhtä viestiä ei poistettu"),
            "{page}"
        );
        assert!(page.contains(&format!("/messages/{waiting}")) && !page.contains(&format!("/messages/{first}\"")));
        assert!(page.contains("data-testid=\"undo\"") && page.contains("value=\"restore\""));
        // Reloading the page does nothing; the deleted ones say until when they stay.
        let page = town.page(&browser, "/deleted").await;
        assert!(page.contains("data-testid=\"removed-on\"") && page.contains("60 päivän ajan"));
        let answer = post(&[("folder", "inbox"), ("do", "restore"), ("id", &first)]).await;
        let page = browser.get(location(&answer).unwrap()).await.text().await.unwrap();
        assert!(page.contains("Viesti on palautettu") && !page.contains("data-testid=\"undo\""));

        let answer = post(&[("folder", "sent"), ("do", "archive"), ("cursor", "a&b=c")]).await;
        let to = location(&answer).unwrap();
        assert_eq!(to.query(), Some("cursor=a%26b%3Dc&filed=none"));
        let page = town.page(&browser, "/inbox?filed=none").await;
        assert!(page.contains("Valitse ensin viestit"));
        let all = town.page(&browser, "/inbox?select=all").await;
        assert_eq!(all.matches(" checked>").count(), 2);

        // What no page of ours sends.
        let before = town.site.count("SELECT count(*) FROM event").await;
        for (form, status) in [
            (
                &[("folder", "inbox"), ("do", "archive"), ("id", "99999")][..],
                StatusCode::NOT_FOUND,
            ),
            (
                &[("folder", "inbox"), ("do", "archive"), ("id", "1' OR 1=1")],
                StatusCode::NOT_FOUND,
            ),
            (
                &[("folder", "inbox"), ("do", "shred"), ("id", "1")],
                StatusCode::BAD_REQUEST,
            ),
            (
                &[("folder", "//evil.example"), ("do", "archive"), ("id", "1")],
                StatusCode::BAD_REQUEST,
            ),
            (&[("do", "archive")], StatusCode::BAD_REQUEST),
        ] {
            assert_eq!(post(form).await.status(), status, "{form:?}");
        }
        let mine = [("folder", "inbox"), ("do", "delete"), ("id", first.as_str())];
        assert_eq!(browser.post(at("/filing"), &mine).await.status(), StatusCode::FORBIDDEN);
        let foreign = [&mine[..], &[("csrf", "x")]].concat();
        assert_eq!(
            browser.post(at("/filing"), &foreign).await.status(),
            StatusCode::FORBIDDEN
        );
        assert_eq!(
            browser.get(at("/filing")).await.status(),
            StatusCode::METHOD_NOT_ALLOWED
        );
        let nobody = town.site.browser();
        assert_eq!(
            nobody.post(at("/filing"), &mine).await.status(),
            StatusCode::UNAUTHORIZED
        );
        for path in ["/archive", "/deleted", &format!("/messages/{first}/thread")] {
            assert_eq!(nobody.get(at(path)).await.status(), StatusCode::SEE_OTHER, "{path}");
        }
        for path in ["/archive?cursor=x", "/deleted?cursor=%00", "/inbox?cursor=AAAA"] {
            assert_eq!(browser.get(at(path)).await.status(), StatusCode::BAD_REQUEST, "{path}");
        }
        for path in [
            "/inbox?filed=delete&ids=a-b",
            "/inbox?filed=%3Cb%3E&ids=1",
            "/inbox?filed=delete&ids=-",
        ] {
            assert!(
                !town.page(&browser, path).await.contains("data-testid=\"filed\""),
                "{path}"
            );
        }
        assert_eq!(town.site.count("SELECT count(*) FROM event").await, before);
    }
}
