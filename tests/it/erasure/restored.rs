//! An older backup of the database is restored: the list beside it destroys again what the backup brings back, before anybody can read it.

use std::process::Command;

use tiedoksi::evidence::verify::verify_proof;
use tiedoksi::hub::view::Opened;

use super::reader::Copy;
use super::{IN_MAILBOX, IN_MESSAGE, Planted, WITH_AUTHORITY, finds_all, finds_none, matti, order};
use crate::harness::{Database, OwnDatabase, Site, databases};
use crate::mailboxes::{MAIJA, Town};

/// A backup of a site's database, restored beside it.
struct Restored {
    url: String,
    _database: Option<OwnDatabase>,
}

impl Restored {
    async fn of(site: &Site, database: &Database) -> Self {
        match database {
            Database::Sqlite => {
                let file = site.folder().join("backup.sqlite");
                let statement: &'static str = format!("VACUUM INTO '{}'", file.display()).leak();
                site.execute(statement).await;
                Self {
                    url: format!("sqlite:{}", file.display()),
                    _database: None,
                }
            }
            Database::Postgres(server) => {
                let own = OwnDatabase::create(server).await;
                let dump = Command::new("pg_dump").arg(&site.database).output().unwrap();
                assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
                let file = site.folder().join("backup.sql");
                std::fs::write(&file, dump.stdout).unwrap();
                let restore = Command::new("psql")
                    .args(["-q", "-v", "ON_ERROR_STOP=1", "-f"])
                    .arg(&file)
                    .arg(own.url())
                    .output()
                    .unwrap();
                assert!(restore.status.success(), "{}", String::from_utf8_lossy(&restore.stderr));
                Self {
                    url: own.url(),
                    _database: Some(own),
                }
            }
        }
    }
}

#[tokio::test]
async fn an_older_backup_brings_nothing_back() {
    for database in databases() {
        let mut planted = Planted::begin(Town::start(&database).await).await;
        let backup = Restored::of(&planted.town.site, &database).await;
        planted.erase().await;
        let of_maija = planted
            .town
            .site
            .hub
            .erase_message(&order(), planted.of_maija)
            .await
            .unwrap();
        planted.town.site.seal().await;

        // The log's second place is ahead of the backup: acts are refused, and the list is read all the same.
        planted.town.site.database = backup.url.clone();
        finds_all(&planted.open().await, &IN_MESSAGE);
        let hub = planted.town.site.hub_on(&backup.url).await;
        hub.prepare_log().await.unwrap();
        assert!(hub.halted());
        assert_eq!(hub.replay_erasures().await.unwrap(), 2);
        assert_eq!(
            hub.replay_erasures().await.unwrap(),
            0,
            "what is done is not done again"
        );
        let opened = planted.open().await;
        finds_none(&opened, &IN_MESSAGE);
        finds_none(&opened, &["Otsake-Siika", "Teksti-Siika"]);
        for all in [&IN_MAILBOX[..], &WITH_AUTHORITY] {
            finds_all(&opened, all);
        }
        let site = &planted.town.site;
        assert_eq!(site.count("SELECT COUNT(*) FROM event WHERE kind = 'erasure'").await, 0);
        let Opened::Erased(message) = hub.open(&planted.town.matti, planted.erased).await.unwrap() else {
            panic!("it is erased in the backup too");
        };
        assert_eq!(message.order.unwrap().reason, "Hallinto-oikeuden päätös");

        // Once the hub takes acts again, what was done again is recorded.
        std::fs::remove_dir_all(site.folder().join("objects/log")).unwrap();
        hub.prepare_log().await.unwrap();
        assert!(!hub.halted());
        assert_eq!(hub.finish_erasures().await.unwrap(), 2);
        assert_eq!(hub.finish_erasures().await.unwrap(), 0);
        assert_eq!(site.count("SELECT COUNT(*) FROM event WHERE kind = 'erasure'").await, 2);
        assert!(!of_maija.before);
    }
}

#[tokio::test]
async fn an_older_backup_brings_no_mailbox_back() {
    for database in databases() {
        let mut planted = Planted::begin(Town::start(&database).await).await;
        let backup = Restored::of(&planted.town.site, &database).await;
        planted.town.site.hub.erase_mailbox(&order(), &matti()).await.unwrap();
        planted.town.site.database = backup.url.clone();
        let hub = planted.town.site.hub_on(&backup.url).await;
        finds_all(&planted.open().await, &IN_MAILBOX);
        hub.prepare_log().await.unwrap();
        assert_eq!(hub.replay_erasures().await.unwrap(), 1);
        let opened = planted.open().await;
        finds_none(&opened, &IN_MAILBOX);
        for all in [&IN_MESSAGE[..], &WITH_AUTHORITY] {
            finds_all(&opened, all);
        }
        assert!(!opened.finds("Matti Meikäläinen".as_bytes()) && opened.finds(MAIJA.as_bytes()));
        let unrecorded =
            "SELECT COUNT(*) FROM erasure WHERE event_id IS NULL OR record_jws IS NULL OR finished_at IS NULL";
        assert_eq!(
            planted.town.site.count(unrecorded).await,
            0,
            "this hub takes acts: it is recorded at once"
        );
    }
}

#[tokio::test]
async fn what_was_broken_off_is_finished_by_the_next_turn() {
    for database in databases() {
        let planted = Planted::begin(Town::start(&database).await).await;
        let site = &planted.town.site;
        // The object store takes nothing: the keys are destroyed, and the order is not told as done.
        let list = site.folder().join("objects/erasures");
        std::fs::write(&list, b"in the way").unwrap();
        assert!(site.hub.erase_message(&order(), planted.erased).await.is_err());
        finds_none(&Copy::of(site).await.open(), &IN_MESSAGE);
        assert_eq!(
            site.count("SELECT COUNT(*) FROM erasure WHERE finished_at IS NULL")
                .await,
            1
        );
        assert!(site.hub.finish_erasures().await.is_err());
        std::fs::remove_file(&list).unwrap();
        let other = site.another_hub().await;
        assert_eq!(other.finish_erasures().await.unwrap(), 1);
        assert_eq!(std::fs::read_dir(&list).unwrap().count(), 1);
        assert!(site.hub.erase_message(&order(), planted.erased).await.unwrap().before);
        site.seal().await;
        let proof = site
            .hub
            .proof_as_citizen(&planted.town.matti, planted.erased)
            .await
            .unwrap();
        assert_eq!(verify_proof(&proof, &site.trust()).exit_code(), 0);
    }
}
