//! Erasure: what somebody with the master key and a copy of everything can read before it and after it, what the evidence says of it, and what pages
//! and programs are told.

mod act;
mod command;
mod killed;
mod reader;
mod restored;
mod rule;

use std::path::PathBuf;

use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use tiedoksi::domain::id::MessageId;
use tiedoksi::domain::identity::{Hetu, OwnerIdentity};
use tiedoksi::domain::search::SearchQuery;
use tiedoksi::evidence::proof::DeliveryProof;
use tiedoksi::evidence::verify::verify_proof;
use tiedoksi::hub::erasure::Order;
use tiedoksi::hub::view::{Filing, Folder, SenderChoice};

use self::reader::{Copy, Opened, files_under};
use crate::citizen::{add_file, reply_with, text};
use crate::harness::{Site, databases};
use crate::mailboxes::{MAIJA, MATTI, Town};
use crate::sender::pdf;

/// What is planted in the message that is erased.
const IN_MESSAGE: [&str; 4] = [
    "Otsake-Kirjolohi",
    "Teksti-Kirjolohi",
    "liite-kirjolohi",
    "Sisus-Kirjolohi",
];
/// What is planted in Matti's mailbox alone: his draft with its file, and his address.
const IN_MAILBOX: [&str; 4] = ["Luonnos-Made", "Luonnoksen-Made", "liite-made", "made@posti.example"];
/// What stays with the authority: another message to Matti, and his reply with its file.
const WITH_AUTHORITY: [&str; 6] = [
    "Otsake-Hauki",
    "Teksti-Hauki",
    "Vastaus-Ahven",
    "Vastauksen-Ahven",
    "liite-ahven",
    "Sisus-Ahven",
];
/// What is somebody else's.
const OF_MAIJA: [&str; 4] = ["Otsake-Siika", "Teksti-Siika", "liite-siika", "Sisus-Siika"];

pub fn order() -> Order {
    Order::new("Hallinto-oikeuden päätös", Some("H1234/2026")).unwrap()
}

pub fn matti() -> OwnerIdentity {
    OwnerIdentity::Person(Hetu::parse(MATTI, true).unwrap())
}

/// A town with everything planted.
pub struct Planted {
    pub town: Town,
    pub erased: MessageId,
    pub other: MessageId,
    pub reply: MessageId,
    pub of_maija: MessageId,
}

impl Planted {
    pub async fn begin(town: Town) -> Self {
        let hub = town.site.hub.clone();
        let maija = town.site.citizen(MAIJA).await;
        hub.activate(&maija).await.unwrap();
        let erased = sent(
            &town,
            "A-1",
            MATTI,
            [
                "Otsake-Kirjolohi",
                "Teksti-Kirjolohi",
                "liite-kirjolohi",
                "Sisus-Kirjolohi",
            ],
        )
        .await;
        let other = sent(
            &town,
            "A-2",
            MATTI,
            ["Otsake-Hauki", "Teksti-Hauki", "liite-hauki", "Sisus-Hauki"],
        )
        .await;
        let of_maija = sent(&town, "A-3", MAIJA, OF_MAIJA).await;
        let written = text("Vastaus-Ahven", "Vastauksen-Ahven");
        let file = ("liite-ahven.pdf", pdf("Sisus-Ahven"));
        let reply = reply_with(&hub, &town.matti, other, written, &[file]).await.unwrap().id;
        let draft = hub.begin_reply(&town.matti, other, String::new()).await.unwrap();
        let written = text("Luonnos-Made", "Luonnoksen-Made");
        hub.save_draft(&town.matti, draft, written).await.unwrap();
        let file = ("liite-made.pdf", pdf("Sisus-Made"));
        add_file(&hub, &town.matti, draft, file).await.unwrap();
        hub.verify_contact_of_demo(&town.matti, "made@posti.example")
            .await
            .unwrap();
        let organisation = hub.mailbox_status(&town.matti).await.unwrap().senders[0].id;
        hub.choose(&town.matti, organisation, SenderChoice::Refuse)
            .await
            .unwrap();
        hub.choose(&town.matti, organisation, SenderChoice::Allow)
            .await
            .unwrap();
        hub.open(&town.matti, erased).await.unwrap();
        while hub.index_step(town.matti.mailbox).await.unwrap() {}
        while hub.index_step(maija.mailbox).await.unwrap() {}
        town.site.seal().await;
        Self {
            town,
            erased,
            other,
            reply,
            of_maija,
        }
    }

    pub async fn open(&self) -> Opened {
        Copy::of(&self.town.site).await.open()
    }

    pub async fn erase(&self) {
        self.town.site.hub.erase_message(&order(), self.erased).await.unwrap();
    }

    pub async fn later(&mut self) {
        // Past the hour of grace after the time of uploads: the files themselves go.
        self.town.days_later(2).await;
        self.town.site.hub.finish_erasures().await.unwrap();
    }
}

async fn sent(town: &Town, external_id: &str, to: &str, [title, body, file, content]: [&str; 4]) -> MessageId {
    let answer = town.sender.upload(&format!("{file}.pdf"), pdf(content)).await;
    let answer: serde_json::Value = answer.json().await.unwrap();
    let change = |electronic: &mut serde_json::Value| {
        electronic["title"] = json!(title);
        electronic["body"] = json!(body);
        electronic["attachments"] = json!([{ "attachmentId": answer["attachmentId"] }]);
    };
    town.sent_with(external_id, to, "Normal", change).await
}

fn finds_all(opened: &Opened, planted: &[&str]) {
    for words in planted {
        assert!(opened.finds(words.as_bytes()), "{words} cannot be read");
    }
}

fn finds_none(opened: &Opened, planted: &[&str]) {
    for words in planted {
        assert!(!opened.finds(words.as_bytes()), "{words} can be read");
    }
}

#[tokio::test]
async fn a_purged_message_opens_for_nobody_and_its_proofs_hold() {
    for database in databases() {
        let mut planted = Planted::begin(Town::start(&database).await).await;
        let (id, trust) = (planted.erased, planted.town.site.trust());
        let sender_proof = format!("/api/v1/messages/{id}/proof");
        let sender_bundle = format!("/api/v1/messages/{id}/bundle");
        let bytes = async |planted: &Planted, path: &str| {
            let answer = planted.town.sender.get(path).await;
            assert_eq!(answer.status(), 200, "{path}");
            answer.bytes().await.unwrap().to_vec()
        };
        let before = [
            bytes(&planted, &sender_proof).await,
            bytes(&planted, &sender_bundle).await,
        ];
        let copy = Copy::of(&planted.town.site).await;
        let opened = copy.open();
        for all in [&IN_MESSAGE[..], &IN_MAILBOX, &WITH_AUTHORITY, &OF_MAIJA] {
            finds_all(&opened, all);
        }

        planted.erase().await;
        let opened = planted.open().await;
        finds_none(&opened, &IN_MESSAGE);
        for all in [&IN_MAILBOX[..], &WITH_AUTHORITY, &OF_MAIJA] {
            finds_all(&opened, all);
        }
        // Searching goes on, and finds what is left.
        let hub = planted.town.site.hub.clone();
        for (word, found) in [("kirjolohi", 0), ("hauki", 1), ("ahven", 1)] {
            let page = hub
                .search(&planted.town.matti, &SearchQuery::parse(word).unwrap(), None)
                .await
                .unwrap();
            assert_eq!(page.rows.len(), found, "{word}");
        }
        planted.later().await;
        let left = Copy::of(&planted.town.site).await;
        assert_eq!(left.objects_in("attachments/"), copy.objects_in("attachments/") - 1);
        finds_none(&left.open(), &IN_MESSAGE);
        no_file_holds_what_was_destroyed(&planted.town.site, &copy, &left).await;

        // What was handed out holds; what is made now holds too, and names the erasure.
        planted.town.site.seal().await;
        for file in &before {
            assert_eq!(verify_proof(file, &trust).exit_code(), 0);
        }
        let of_citizen = hub.proof_as_citizen(&planted.town.matti, id).await.unwrap();
        for file in [&of_citizen, &bytes(&planted, &sender_proof).await] {
            let verdict = verify_proof(file, &trust);
            assert_eq!(verdict.exit_code(), 0, "{verdict:?}");
            assert_eq!(verdict.says.last().unwrap().event, "erasure");
            let proof = DeliveryProof::parse(file).unwrap();
            let last = String::from_utf8(proof.events.last().unwrap().event.clone().unwrap()).unwrap();
            assert!(
                last.contains("ERASED_BY_ORDER") && last.contains("H1234/2026"),
                "{last}"
            );
            let first = String::from_utf8(proof.events[0].event.clone().unwrap()).unwrap();
            assert!(first.contains("\"sha256\""), "what was sent stays proved: {first}");
        }
        let bundle = bytes(&planted, &sender_bundle).await;
        assert_eq!(verify_proof(&bundle, &trust).exit_code(), 0);
    }
}

#[tokio::test]
async fn a_purged_mailbox_opens_for_nobody_and_authorities_keep_theirs() {
    for database in databases() {
        let mut planted = Planted::begin(Town::start(&database).await).await;
        let hub = planted.town.site.hub.clone();
        let copy = Copy::of(&planted.town.site).await;
        assert!(copy.open().count("search_block.block_sealed") > 1);
        let waiting = planted.town.sent("A-4", MATTI, "Verifiable").await;
        let filed = hub
            .file(&planted.town.matti, Filing::Delete, &[planted.other])
            .await
            .unwrap();
        assert_eq!(filed.done, [planted.other]);
        assert_eq!(hub.plan_mailbox_erasure(&matti()).await.unwrap().waiting, 1);
        let reply = format!("/v2/messages/{}", planted.reply);
        let read = async |planted: &Planted| {
            let answer = planted.town.sender.get(&reply).await;
            assert_eq!(answer.status(), 200);
            answer.json::<serde_json::Value>().await.unwrap()
        };
        let (mailbox, _) = hub.erase_mailbox(&order(), &matti()).await.unwrap();
        assert_eq!(mailbox, planted.town.matti.mailbox);

        // The person's sessions and keys are gone with it.
        assert!(hub.list_folder(&planted.town.matti, Folder::Inbox, None).await.is_err());
        assert!(
            hub.save_draft(
                &planted.town.matti,
                "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
                text("a", "b")
            )
            .await
            .is_err()
        );
        let left = Copy::of(&planted.town.site).await;
        let opened = left.open();
        finds_none(&opened, &IN_MAILBOX);
        for all in [&IN_MESSAGE[..], &WITH_AUTHORITY, &OF_MAIJA] {
            finds_all(&opened, all);
        }
        // Its owner is known by what authorities may know alone: no name is left, and of the index what is Maija's.
        assert!(!opened.finds("Matti Meikäläinen".as_bytes()));
        assert_eq!(opened.count("search_block.block_sealed"), 1);
        let readable =
            "SELECT COUNT(*) FROM event e JOIN record r ON r.event_id = e.id JOIN mailbox m ON m.id = e.mailbox_id
                        WHERE m.state = 'erased' AND r.key_mailbox IS NOT NULL";
        assert_eq!(planted.town.site.count(readable).await, 0);

        let answer = read(&planted).await;
        assert_eq!(answer["electronic"]["title"], "Vastaus-Ahven");
        assert_eq!(answer["sender"]["mailboxOwner"]["id"], MATTI);
        planted.town.site.seal().await;
        for id in [planted.reply, planted.erased] {
            let proof = planted.town.sender.get(&format!("/api/v1/messages/{id}/proof")).await;
            let proof = proof.bytes().await.unwrap();
            assert_eq!(verify_proof(&proof, &planted.town.site.trust()).exit_code(), 0);
        }

        // The same person is somebody new, with an empty mailbox that is not in use.
        planted.later().await;
        assert_ne!(planted.town.matti.mailbox, mailbox);
        assert!(planted.town.ids(Folder::Inbox).await.is_empty());
        let refused = planted
            .town
            .sender
            .send(&planted.town.sender.message("B-1", MATTI, "Normal"))
            .await;
        assert_eq!(refused.status(), 400);
        let left = Copy::of(&planted.town.site).await;
        finds_none(&left.open(), &["Sisus-Made"]);
        assert_eq!(left.objects_in("attachments/"), copy.objects_in("attachments/") - 1);
        no_file_holds_what_was_destroyed(&planted.town.site, &copy, &left).await;

        // What was to happen to its messages still happens, in the authority's evidence.
        planted.town.days_later(61).await;
        assert_eq!(hub.sweep_unconfirmed().await.unwrap(), 1);
        assert_eq!(hub.sweep_deleted().await.unwrap(), 1);
        planted.town.site.seal().await;
        let proof = planted
            .town
            .sender
            .get(&format!("/api/v1/messages/{waiting}/proof"))
            .await;
        let verdict = verify_proof(&proof.bytes().await.unwrap(), &planted.town.site.trust());
        assert_eq!(verdict.exit_code(), 0, "{verdict:?}");
        assert_eq!(verdict.says.last().unwrap().event, "AcceptanceRejectionExpiry");
    }
}

/// After the database was written anew, no file of it holds the bytes of a wrapped key that is gone from its rows. PostgreSQL's write-ahead log
/// (`pg_wal`) is left out: it keeps what was written until its segments are used again, which `docs/erasure.md` tells.
async fn no_file_holds_what_was_destroyed(site: &Site, before: &Copy, after: &Copy) {
    assert!(site.hub.scrub().await.unwrap());
    let kept: std::collections::HashSet<_> = after.wrapped_keys().into_iter().map(|(_, bytes)| bytes).collect();
    let destroyed: Vec<_> = before
        .wrapped_keys()
        .into_iter()
        .filter(|(_, bytes)| !kept.contains(bytes))
        .collect();
    assert!(destroyed.len() > 2, "{} keys were destroyed", destroyed.len());
    let files = database_files(site).await;
    assert!(!files.is_empty());
    let mut others = 0;
    for file in files {
        let bytes = std::fs::read(&file).unwrap_or_default();
        for (column, key) in &destroyed {
            assert!(!holds_key(&bytes, key), "{} holds a destroyed {column}", file.display());
        }
        others += kept.iter().filter(|key| holds_key(&bytes, key)).count();
    }
    // The same look finds the keys that are not destroyed.
    assert!(others >= kept.len(), "{others} of {}", kept.len());
}

fn holds_key(bytes: &[u8], key: &[u8]) -> bool {
    memchr::memmem::find(bytes, key).is_some()
}

/// The files in which the database lives.
async fn database_files(site: &Site) -> Vec<PathBuf> {
    if let Some(file) = site.database.strip_prefix("sqlite:") {
        let file = PathBuf::from(file);
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let ends = ["", "-wal", "-shm"];
        return ends
            .iter()
            .map(|end| file.with_file_name(format!("{name}{end}")))
            .filter(|it| it.exists())
            .collect();
    }
    let mut connection = PgConnection::connect(&site.database).await.unwrap();
    sqlx::query("CHECKPOINT").execute(&mut connection).await.unwrap();
    let folder: String = sqlx::query_scalar("SHOW data_directory")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    let oid: String = sqlx::query_scalar("SELECT oid::text FROM pg_database WHERE datname = current_database()")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    files_under(&PathBuf::from(folder).join("base").join(oid))
}
