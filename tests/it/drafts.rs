//! Drafts through the acts: kept, sent once, ended with their files, and nobody else's.

use futures::future::join_all;
use jiff::SignedDuration;
use tiedoksi::domain::id::{DraftId, MessageId};
use tiedoksi::domain::mandate::{Agency, AgentRole, Scope};
use tiedoksi::domain::principal::Citizen;
use tiedoksi::hub::ActError;
use tiedoksi::hub::draft::DraftText;
use tiedoksi::hub::upload::UploadError;
use tiedoksi::hub::view::{Folder, Hindrance};
use uuid::Uuid;

use crate::citizen::{add_file, reply, text};
use crate::harness::{Database, Settings, Site, databases, person};
use crate::sender::{Sender, pdf, sender};

const MATTI: &str = "010594Y9032";
const MAIJA: &str = "010594Y9021";
const FILES: &str = "SELECT count(*) FROM attachment WHERE key_hub IS NOT NULL";
const DRAFTS: &str = "SELECT count(*) FROM draft";

/// A site where Matti has a message that he may answer.
async fn begin(database: &Database) -> (Site, Sender, Citizen, MessageId) {
    let persons = vec![
        person(MATTI, "Matti", "Meikäläinen"),
        person(MAIJA, "Maija", "Meikäläinen"),
    ];
    let site = Site::start(database, persons, Settings::default()).await;
    let sender = sender(&site, "0208573-0", false).await;
    let matti = site.citizen(MATTI).await;
    site.hub.activate(&matti).await.unwrap();
    let id = received(&sender, "A-1").await;
    (site, sender, matti, id)
}

async fn received(sender: &Sender, external_id: &str) -> MessageId {
    let id = sender.sent(&sender.message(external_id, MATTI, "Normal")).await;
    id.to_string().parse().unwrap()
}

async fn begun(site: &Site, citizen: &Citizen, to: MessageId) -> DraftId {
    site.hub.begin_reply(citizen, to, "Vs: Päätös".into()).await.unwrap()
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

#[tokio::test]
async fn a_draft_keeps_what_was_written_and_is_sent_once() {
    for database in databases() {
        let (site, _, matti, to) = begin(&database).await;
        let draft = begun(&site, &matti, to).await;
        // The same reply again is the same draft.
        assert_eq!(begun(&site, &matti, to).await, draft);
        site.advance(SignedDuration::from_mins(3));
        let half = text("Vs: Päätös", "Hyvä kunta, \0 kesken");
        assert_eq!(
            site.hub.save_draft(&matti, draft, half.clone()).await.unwrap(),
            site.hub.now()
        );
        let file = add_file(&site.hub, &matti, draft, ("liite.pdf", pdf("liite")))
            .await
            .unwrap();
        let view = site.hub.draft(&matti, draft).await.unwrap();
        assert_eq!(
            (view.text, view.reply_to, view.hindrance),
            (half.clone(), Some(to), None)
        );
        assert_eq!((view.files[0].id, view.files[0].filename.as_str()), (file, "liite.pdf"));
        let list = site.hub.drafts(&matti).await.unwrap();
        assert_eq!(
            (list.len(), list[0].title.as_str(), list[0].is_reply),
            (1, "Vs: Päätös", true)
        );

        // What cannot be sent is kept all the same.
        let wrong = text("", "Hyvä kunta");
        let refused = site.hub.send_draft(&matti, draft, wrong.clone()).await;
        assert!(matches!(refused, Err(ActError::Invalid(found)) if found[0].pointer == "/title"));
        assert_eq!(site.hub.draft(&matti, draft).await.unwrap().text, wrong);

        let receipt = site.hub.send_draft(&matti, draft, text("Vs", "Kiitos.")).await.unwrap();
        site.advance(SignedDuration::from_mins(3));
        for again in [text("Vs", "Kiitos."), text("", "")] {
            assert_eq!(site.hub.send_draft(&matti, draft, again).await.unwrap(), receipt);
        }
        let view = site.hub.draft(&matti, draft).await.unwrap();
        assert_eq!((view.sent, view.text), (Some(receipt.id), DraftText::default()));
        assert!(view.files.is_empty() && site.hub.drafts(&matti).await.unwrap().is_empty());
        assert_eq!(site.count(FILES).await, 0, "the hub keeps no key to the file");
        assert_eq!(
            site.count("SELECT count(*) FROM draft WHERE length(draft_sealed) > 0")
                .await,
            0
        );
        assert_eq!(
            site.count("SELECT count(*) FROM message WHERE folder = 'sent'").await,
            1
        );
        for late in [
            site.hub.save_draft(&matti, draft, half).await.map(drop),
            site.hub.delete_draft(&matti, draft).await,
            site.hub.remove_draft_file(&matti, draft, file).await,
        ] {
            assert!(matches!(late, Err(ActError::Forbidden(_))));
        }
        let late = add_file(&site.hub, &matti, draft, ("myöhä.pdf", pdf("x"))).await;
        assert!(matches!(late, Err(UploadError::Act(ActError::Forbidden(_)))));
        assert_eq!(site.stored_files(), 1);
        // The next reply is another draft.
        assert_ne!(begun(&site, &matti, to).await, draft);
    }
}

#[tokio::test]
async fn twenty_sends_at_once_are_one_message() {
    for database in databases() {
        let (site, sender, matti, to) = begin(&database).await;
        let other = site.another_hub().await;
        let draft = begun(&site, &matti, to).await;
        add_file(&site.hub, &matti, draft, ("liite.pdf", pdf("liite")))
            .await
            .unwrap();
        let hubs = [&site.hub, &other];
        let sends = (0..20).map(|turn| hubs[turn % 2].send_draft(&matti, draft, text("Vs", "Kiitos.")));
        let receipts: Vec<_> = join_all(sends).await.into_iter().map(Result::unwrap).collect();
        assert!(receipts.iter().all(|it| *it == receipts[0]), "{receipts:?}");
        assert_eq!(
            site.count("SELECT count(*) FROM message WHERE folder = 'sent'").await,
            1
        );
        assert_eq!(site.count("SELECT count(*) FROM message_attachment").await, 1);
        site.seal().await;
        let told: Vec<_> = sender.feed(None).await.0;
        let from_end_users = told
            .iter()
            .filter(|it| it["type"] == "Electronic message from end user");
        assert_eq!(from_end_users.count(), 1);
    }
}

#[tokio::test]
async fn two_clicks_begin_one_draft() {
    for database in databases() {
        let (site, _, matti, to) = begin(&database).await;
        let other = site.another_hub().await;
        let hubs = [&site.hub, &other];
        let begun = join_all((0..10).map(|turn| hubs[turn % 2].begin_reply(&matti, to, "Vs".into()))).await;
        let first = *begun[0].as_ref().unwrap();
        assert!(begun.into_iter().all(|it| it.unwrap() == first));
        assert_eq!(site.count(DRAFTS).await, 1);
    }
}

#[tokio::test]
async fn a_file_is_in_a_draft_once_and_never_an_eleventh() {
    for database in databases() {
        let (site, _, matti, to) = begin(&database).await;
        let draft = begun(&site, &matti, to).await;
        let add = async |key: Option<Uuid>, name: String, bytes: Vec<u8>| {
            let bytes = futures::stream::iter([Ok::<_, UploadError>(bytes.into())]);
            site.hub.add_draft_file(&matti, draft, key, (&name, bytes)).await
        };
        // One key, five times at once: a browser that lost the answers.
        let key = Some(Uuid::from_u128(7));
        let same = join_all((0..5).map(|_| add(key, "a.pdf".into(), pdf("a")))).await;
        let first = same[0].as_ref().unwrap().id;
        assert!(same.iter().all(|it| it.as_ref().unwrap().id == first));
        // The same name and bytes without a key: a form that was sent twice. Another name is another file.
        assert_eq!(add(None, "a.pdf".into(), pdf("a")).await.unwrap().id, first);
        assert_ne!(add(None, "b.pdf".into(), pdf("a")).await.unwrap().id, first);
        assert_eq!((site.count(FILES).await, site.stored_files()), (2, 2));

        let more = join_all((0..12).map(|number| add(None, format!("{number}.pdf"), pdf(&number.to_string())))).await;
        let (taken, refused): (Vec<_>, Vec<_>) = more.into_iter().partition(Result::is_ok);
        assert_eq!((taken.len(), refused.len()), (8, 4));
        let full = |it: &Result<_, _>| matches!(it, Err(UploadError::Act(ActError::Invalid(found))) if found[0].code == "too-many");
        assert!(refused.iter().all(full));
        assert_eq!((site.count(FILES).await, site.stored_files()), (10, 10));
        // The last answer was lost: its repeat is answered although the draft is full.
        assert_eq!(add(key, "a.pdf".into(), pdf("a")).await.unwrap().id, first);

        site.hub.remove_draft_file(&matti, draft, first).await.unwrap();
        site.hub.remove_draft_file(&matti, draft, first).await.unwrap();
        assert_eq!((site.count(FILES).await, site.stored_files()), (9, 9));
        site.hub.send_draft(&matti, draft, text("Vs", "Kiitos.")).await.unwrap();
        let sent = site.hub.list_folder(&matti, Folder::Sent, None).await.unwrap();
        assert_eq!(sent.rows[0].attachments, Some(9));
    }
}

#[tokio::test]
async fn nobody_finds_the_draft_of_another() {
    for database in databases() {
        let (site, sender, matti, to) = begin(&database).await;
        let maija = site.citizen(MAIJA).await;
        site.hub.activate(&maija).await.unwrap();
        let draft = begun(&site, &matti, to).await;
        let file = add_file(&site.hub, &matti, draft, ("liite.pdf", pdf("liite")))
            .await
            .unwrap();
        // Maija in her own mailbox, and acting in Matti's: the owner's draft is not hers.
        let agent = Citizen {
            mailbox: matti.mailbox,
            agency: Some(Agency {
                mandate: "m-1".into(),
                role: AgentRole::Mandate,
                scope: Scope::Everything,
                owner_name: "Matti Meikäläinen".into(),
            }),
            ..maija.clone()
        };
        for other in [&maija, &agent] {
            assert!(site.hub.drafts(other).await.unwrap().is_empty());
            assert!(matches!(site.hub.draft(other, draft).await, Err(ActError::NotFound)));
            for refused in [
                site.hub.save_draft(other, draft, text("a", "b")).await.map(drop),
                site.hub.send_draft(other, draft, text("a", "b")).await.map(drop),
                site.hub.remove_draft_file(other, draft, file).await,
                site.hub.delete_draft(other, draft).await,
            ] {
                assert!(matches!(refused, Err(ActError::NotFound)));
            }
            let refused = add_file(&site.hub, other, draft, ("x.pdf", pdf("x"))).await;
            assert!(matches!(refused, Err(UploadError::Act(ActError::NotFound))));
        }
        assert!(matches!(reply(&site.hub, &maija, to).await, Err(ActError::NotFound)));
        // The agent's own draft is the agent's, and a file of another draft is not in it.
        let own = begun(&site, &agent, to).await;
        assert_ne!(own, draft);
        assert!(matches!(site.hub.draft(&matti, own).await, Err(ActError::NotFound)));
        site.hub.remove_draft_file(&agent, own, file).await.unwrap();
        let second = begun(&site, &matti, received(&sender, "A-2").await).await;
        site.hub.remove_draft_file(&matti, second, file).await.unwrap();
        assert_eq!(site.hub.draft(&matti, draft).await.unwrap().files[0].id, file);
        assert_eq!(site.stored_files(), 1);
    }
}

#[tokio::test]
async fn files_live_as_long_as_their_draft_and_ninety_days_of_silence_end_both() {
    for database in databases() {
        let (site, sender, matti, to) = begin(&database).await;
        let draft = begun(&site, &matti, to).await;
        add_file(&site.hub, &matti, draft, ("liite.pdf", pdf("liite")))
            .await
            .unwrap();
        let sent = begun(&site, &matti, received(&sender, "A-2").await).await;
        site.hub.send_draft(&matti, sent, text("Vs", "Kiitos.")).await.unwrap();
        site.advance(days(3));
        assert_eq!(
            site.hub.sweep_uploads().await.unwrap(),
            0,
            "a draft's file outlives the window of uploads"
        );
        site.hub.save_draft(&matti, draft, text("Vs", "Jatkuu.")).await.unwrap();
        site.advance(days(88));
        // The memory of what was sent is ninety days old, the draft is not.
        assert_eq!(site.hub.sweep_drafts().await.unwrap(), 1);
        assert_eq!((site.count(DRAFTS).await, site.stored_files()), (1, 1));
        site.advance(days(2));
        let (one, other) = (site.hub.sweep_drafts(), site.hub.sweep_drafts());
        futures::future::try_join(one, other).await.unwrap();
        assert_eq!((site.count(DRAFTS).await, site.count(FILES).await), (0, 0));
        assert_eq!(site.stored_files(), 0);
        assert!(matches!(site.hub.draft(&matti, draft).await, Err(ActError::NotFound)));
        assert_eq!(site.hub.sweep_drafts().await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_deleted_draft_takes_its_files_along_also_after_a_crash_half_way() {
    for database in databases() {
        let (site, sender, matti, to) = begin(&database).await;
        let third = received(&sender, "A-3").await;
        let draft = begun(&site, &matti, to).await;
        add_file(&site.hub, &matti, draft, ("liite.pdf", pdf("liite")))
            .await
            .unwrap();
        site.hub.delete_draft(&matti, draft).await.unwrap();
        assert_eq!(
            (site.count(DRAFTS).await, site.count(FILES).await, site.stored_files()),
            (0, 0, 0)
        );
        assert!(matches!(
            site.hub.delete_draft(&matti, draft).await,
            Err(ActError::NotFound)
        ));

        // The process ended after the commit and before the bytes went: what the act's own transaction leaves.
        let draft = begun(&site, &matti, received(&sender, "A-2").await).await;
        add_file(&site.hub, &matti, draft, ("liite.pdf", pdf("liite")))
            .await
            .unwrap();
        site.execute("UPDATE attachment SET draft_id = NULL").await;
        site.execute("DELETE FROM draft").await;
        site.advance(days(1) + SignedDuration::from_hours(2));
        assert_eq!(site.hub.sweep_uploads().await.unwrap(), 1);
        assert_eq!((site.count(FILES).await, site.stored_files()), (0, 0));

        // Deleted and sent at once: one of the two.
        let draft = begun(&site, &matti, third).await;
        add_file(&site.hub, &matti, draft, ("liite.pdf", pdf("liite")))
            .await
            .unwrap();
        let sent = site.hub.send_draft(&matti, draft, text("Vs", "Kiitos."));
        let (sent, deleted) = futures::future::join(sent, site.hub.delete_draft(&matti, draft)).await;
        assert_ne!(sent.is_ok(), deleted.is_ok());
        assert_eq!(site.stored_files(), usize::from(sent.is_ok()));
    }
}

#[tokio::test]
async fn nothing_is_sent_from_a_mailbox_that_is_not_in_use_and_the_draft_stays() {
    for database in databases() {
        let (site, _, matti, to) = begin(&database).await;
        let draft = begun(&site, &matti, to).await;
        site.hub.withdraw(&matti).await.unwrap();
        let refused = site.hub.send_draft(&matti, draft, text("Vs", "Kiitos.")).await;
        assert!(matches!(refused, Err(ActError::NotInUse)));
        let view = site.hub.draft(&matti, draft).await.unwrap();
        assert_eq!(view.hindrance, Some(Hindrance::MailboxNotInUse));
        assert_eq!(view.text, text("Vs", "Kiitos."));
        site.hub.activate(&matti).await.unwrap();
        site.hub.send_draft(&matti, draft, view.text).await.unwrap();
    }
}

#[tokio::test]
async fn a_hundred_drafts_are_enough() {
    for database in databases() {
        let (site, sender, matti, to) = begin(&database).await;
        for number in 0..99 {
            let other = received(&sender, &format!("B-{number}")).await;
            begun(&site, &matti, other).await;
        }
        let last = begun(&site, &matti, to).await;
        let more = received(&sender, "C-1").await;
        let refused = site.hub.begin_reply(&matti, more, String::new()).await;
        assert!(matches!(refused, Err(ActError::Invalid(_))));
        assert_eq!(site.hub.drafts(&matti).await.unwrap().len(), 100);
        // One that is there is still found, and one less makes room.
        assert_eq!(begun(&site, &matti, to).await, last);
        site.hub.delete_draft(&matti, last).await.unwrap();
        begun(&site, &matti, more).await;
    }
}
