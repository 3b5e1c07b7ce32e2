//! Who writes to the database without a key adds none to the hub's.

use sqlx::Connection as _;

use super::*;

/// Changes the database as who has no key of the hub does.
async fn write(site: &Site, statement: String) {
    let statement = sqlx::AssertSqlSafe(statement);
    if site.database.starts_with("sqlite:") {
        let mut connection = sqlx::SqliteConnection::connect(&site.database).await.unwrap();
        sqlx::query(statement).execute(&mut connection).await.unwrap();
    } else {
        let mut connection = sqlx::PgConnection::connect(&site.database).await.unwrap();
        sqlx::query(statement).execute(&mut connection).await.unwrap();
    }
}

async fn insert(site: &Site, kind: &str, number: i64, public: &str, record: Option<&str>) {
    let record = record.map_or_else(|| "NULL".to_owned(), |record| format!("'{record}'"));
    let row = format!("('{kind}', {number}, '{public}', {record}, 0)");
    let statement = format!("INSERT INTO evidence_key (kind, number, public, record_jws, announced_at) VALUES {row}");
    write(site, statement).await;
}

/// The list of keys of one kind as a stranger would write it: the true key, and the stranger's after it.
async fn list(site: &Site, kind: &str, keys: [&str; 2], record: Option<&str>) {
    for (key, number) in keys.iter().zip(1_i64..) {
        let record = record.filter(|_| number == 2);
        insert(site, kind, number, key, record).await;
    }
}

#[tokio::test]
async fn a_key_that_no_key_of_the_hub_announced_is_never_handed_out() {
    for database in databases() {
        let (secrets, strangers) = (Secrets::new(), Secrets::new());
        let settings = Settings {
            keys: Some(secrets.old()),
            ..Settings::default()
        };
        let site = Site::start(&database, vec![person(MATTI, "Matti", "Meikäläinen")], settings).await;
        let sender = sender(&site, "0208573-0", false).await;
        let matti = site.citizen(MATTI).await;
        site.hub.activate(&matti).await.unwrap();
        let sent = sender.sent(&sender.message("A-1", MATTI, "Verifiable")).await;
        sealed(&site).await;
        // The stranger's own announcement: sealed by the stranger, who says that the true key said so.
        let own = Site::start(
            &database,
            Vec::new(),
            Settings {
                keys: Some(strangers.both()),
                ..Settings::default()
            },
        )
        .await;
        own.hub.prepare_log().await.unwrap();
        announce(&own).await;
        for (kind, of) in [("log", KeyKind::Log), ("seal", KeyKind::Seal)] {
            let keys = match of {
                KeyKind::Log => [secrets.log(0).vkey(), strangers.log(1).vkey()],
                KeyKind::Seal => [secrets.seals[0].chain.clone(), strangers.seals[1].chain.clone()],
            };
            let record = own
                .text("SELECT record_jws FROM evidence_key WHERE kind = 'seal' AND number = 2")
                .await;
            for record in [None, Some(record.as_str())] {
                list(&site, kind, [&keys[0], &keys[1]], record).await;
                let refused = format!("{:?}", site.hub.prepare_log().await.unwrap_err());
                assert!(refused.contains("no key of this hub announced"), "{refused}");
                let handed_out = match of {
                    KeyKind::Log => site.hub.log_vkeys().await,
                    KeyKind::Seal => site.hub.seal_chains().await,
                };
                assert!(handed_out.is_err(), "{handed_out:?}");
                let proof = sender.get(&format!("/api/v1/messages/{sent}/proof")).await;
                assert_eq!(proof.status(), 500);
                site.execute("DELETE FROM evidence_key").await;
            }
            // Certificates that are added to the true one are not handed out either.
            if of == KeyKind::Seal {
                let more = [keys[0].as_str(), &keys[1]].concat();
                insert(&site, kind, 1, &more, None).await;
                assert_eq!(site.hub.seal_chains().await.unwrap().trim(), keys[0].trim());
                site.execute("DELETE FROM evidence_key").await;
            }
        }
    }
}

#[tokio::test]
async fn a_tree_that_a_strangers_key_signed_is_not_gone_on_with() {
    for database in databases() {
        let (secrets, strangers) = (Secrets::new(), Secrets::new());
        let settings = Settings {
            keys: Some(secrets.old()),
            ..Settings::default()
        };
        let site = Site::start(&database, vec![person(MATTI, "Matti", "Meikäläinen")], settings).await;
        let sender = sender(&site, "0208573-0", false).await;
        let matti = site.citizen(MATTI).await;
        site.hub.activate(&matti).await.unwrap();
        sealed(&site).await;
        let before = site.hub.newest_checkpoint().await.unwrap();
        let head = checkpoint::verify(&before, secrets.log(0).public()).unwrap();
        let forged = strangers.log(1).sign(ORIGIN, head.size, &head.root).unwrap();
        list(&site, "log", [&secrets.log(0).vkey(), &strangers.log(1).vkey()], None).await;
        write(&site, format!("UPDATE log SET checkpoint = '{forged}'")).await;
        sender.sent(&sender.message("A-1", MATTI, "Normal")).await;
        let fence = site.hub.lease_log().await.unwrap().unwrap();
        let refused = format!("{:?}", site.hub.seal_batch(fence).await.unwrap_err());
        assert!(refused.contains("no key of this hub announced"), "{refused}");
        assert_eq!(site.hub.newest_checkpoint().await.unwrap(), forged);
    }
}

#[tokio::test]
async fn a_key_that_was_lost_before_it_took_over_is_given_up() {
    for database in databases() {
        let rotated = Rotated::begin(&database).await;
        let (secrets, others) = (&rotated.secrets, [Secrets::new(), Secrets::new()]);
        let lost = rotated.sites[0].with_keys(secrets.followed_by(&others[0])).await;
        lost.hub.prepare_log().await.unwrap();
        announce(&lost).await;
        let held = rotated.sites[0].with_keys(secrets.followed_by(&others[1])).await;
        held.hub.prepare_log().await.unwrap();
        for kind in [KeyKind::Log, KeyKind::Seal] {
            let refused = held.hub.announce_key(kind, REASON).await.unwrap_err().to_string();
            assert!(refused.contains("--instead"), "{refused}");
            let key = held.hub.announce_key_instead(kind, "Avain katosi").await.unwrap();
            assert_eq!(key.state, KeyState::Announced { logged: false });
        }
        sealed(&held).await;
        let states: Vec<_> = held
            .hub
            .list_keys()
            .await
            .unwrap()
            .iter()
            .map(|key| key.state)
            .collect();
        let of_kind = [
            KeyState::Replaced,
            KeyState::InUse,
            KeyState::GivenUp,
            KeyState::Announced { logged: true },
        ];
        assert_eq!(states, [of_kind, of_kind].concat());
        // The third takes over, and who knows the first alone follows.
        let third = EvidenceKeys::new(
            others[1].seal(0),
            LogKey::from_pkcs8(ORIGIN, &others[1].logs[0]).unwrap(),
        );
        let third = rotated.sites[0].with_keys(Arc::new(third)).await;
        third.hub.prepare_log().await.unwrap();
        let sender = at(&rotated.sender, &third);
        let sent = sender.sent(&sender.message("A-9", MATTI, "Normal")).await;
        sealed(&third).await;
        let answer = sender.get(&format!("/api/v1/messages/{sent}/proof")).await;
        let verdict = verify_proof(&answer.bytes().await.unwrap(), &secrets.trust(0));
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
    }
}
