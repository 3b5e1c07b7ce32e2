//! The keys of evidence are replaced: announced in the log by old and new, both signing for a time, accepted by who knows the old ones alone.

mod installed;
mod outside;
mod restored;
mod strangers;

use std::sync::Arc;

use ring::rand::SystemRandom;
use tiedoksi::domain::id::MessageId;
use tiedoksi::evidence::checkpoint::{self, LogKey, VerifierKey};
use tiedoksi::evidence::keys::{EvidenceKeys, NextKeys};
use tiedoksi::evidence::seal::{SealKey, SealKeyPem};
use tiedoksi::evidence::verify::{Trust, Verdict, verify_proof};
use tiedoksi::hub::ActError;
use tiedoksi::hub::keys::{KeyKind, KeyState};
use zeroize::Zeroizing;

use crate::backup::Backup;
use crate::harness::{Database, START, Settings, Site, databases, person};
use crate::sender::{Sender, sender};

const MATTI: &str = "010594Y9032";
const REASON: &str = "Vuosittainen vaihto";
const ORIGIN: &str = "koe.example/log";

/// Two keys of each kind, as their files hold them.
struct Secrets {
    logs: [Zeroizing<Vec<u8>>; 2],
    seals: [SealKeyPem; 2],
}

impl Secrets {
    fn new() -> Self {
        let rng = SystemRandom::new();
        let start: jiff::Timestamp = START.parse().unwrap();
        let end = start + jiff::SignedDuration::from_hours(24 * 365);
        let log = || LogKey::generate(&rng).unwrap();
        let seal = || SealKey::generate("Koe", start, end, &rng).unwrap();
        Self {
            logs: [log(), log()],
            seals: [seal(), seal()],
        }
    }

    fn log(&self, number: usize) -> LogKey {
        LogKey::from_pkcs8(ORIGIN, &self.logs[number]).unwrap()
    }

    fn seal(&self, number: usize) -> SealKey {
        SealKey::from_pem(&self.seals[number].key, &self.seals[number].chain).unwrap()
    }

    /// The old keys alone.
    fn old(&self) -> Arc<EvidenceKeys> {
        Arc::new(EvidenceKeys::new(self.seal(0), self.log(0)))
    }

    /// The old keys in use, the new ones beside them.
    fn both(&self) -> Arc<EvidenceKeys> {
        Arc::new(EvidenceKeys {
            next: NextKeys {
                seal: Some(self.seal(1)),
                log: Some(self.log(1)),
            },
            ..EvidenceKeys::new(self.seal(0), self.log(0))
        })
    }

    /// The new keys alone.
    fn new_alone(&self) -> Arc<EvidenceKeys> {
        Arc::new(EvidenceKeys::new(self.seal(1), self.log(1)))
    }

    /// The new keys in use, the first ones of `next` beside them.
    fn followed_by(&self, next: &Self) -> Arc<EvidenceKeys> {
        Arc::new(EvidenceKeys {
            next: NextKeys {
                seal: Some(next.seal(0)),
                log: Some(next.log(0)),
            },
            ..EvidenceKeys::new(self.seal(1), self.log(1))
        })
    }

    fn trust(&self, number: usize) -> Trust {
        let vkey = self.log(number).vkey();
        let files = [
            ("log.vkey", vkey.as_bytes()),
            ("seal_chain.pem", self.seals[number].chain.as_bytes()),
        ];
        Trust::from_files(files).unwrap()
    }
}

/// A hub whose keys were announced, with what was sent before and since.
struct Rotated {
    secrets: Secrets,
    /// The same hub with the old keys, with both, and with the new ones: as it was started one after the other.
    sites: [Site; 3],
    sender: Sender,
    /// Sent and confirmed under the old keys; sent under both; sent under the new ones.
    messages: [i64; 3],
}

fn at(sender: &Sender, site: &Site) -> Sender {
    Sender {
        client: sender.client.clone(),
        base: site.base.clone(),
        username: sender.username.clone(),
        password: sender.password.clone(),
        token: sender.token.clone(),
        service: sender.service.clone(),
    }
}

/// Seals everything, as a process does that ends afterwards.
async fn sealed(site: &Site) {
    site.seal().await;
    site.hub.release_log().await.unwrap();
}

async fn announce(site: &Site) {
    for kind in [KeyKind::Log, KeyKind::Seal] {
        let key = site.hub.announce_key(kind, REASON).await.unwrap();
        assert_eq!(key.state, KeyState::Announced { logged: false });
    }
    sealed(site).await;
}

impl Rotated {
    async fn begin(database: &Database) -> Self {
        let secrets = Secrets::new();
        let settings = Settings {
            keys: Some(secrets.old()),
            ..Settings::default()
        };
        let first = Site::start(database, vec![person(MATTI, "Matti", "Meikäläinen")], settings).await;
        let sender = sender(&first, "0208573-0", false).await;
        let matti = first.citizen(MATTI).await;
        first.hub.activate(&matti).await.unwrap();
        let send = async |site: &Site, external: &str| {
            let sender = at(&sender, site);
            let id = sender.sent(&sender.message(external, MATTI, "Verifiable")).await;
            sealed(site).await;
            id
        };
        let old = send(&first, "A-1").await;
        first
            .hub
            .confirm(&matti, MessageId::try_from(old).unwrap())
            .await
            .unwrap();
        sealed(&first).await;
        let second = first.with_keys(secrets.both()).await;
        second.hub.prepare_log().await.unwrap();
        announce(&second).await;
        let between = send(&second, "A-2").await;
        let third = first.with_keys(secrets.new_alone()).await;
        third.hub.prepare_log().await.unwrap();
        let new = send(&third, "A-3").await;
        let sender = at(&sender, &third);
        Self {
            secrets,
            sites: [first, second, third],
            sender,
            messages: [old, between, new],
        }
    }

    async fn proof(&self, message: i64) -> Vec<u8> {
        let answer = self.sender.get(&format!("/api/v1/messages/{message}/proof")).await;
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap().to_vec()
    }

    /// How every proof fares with these keys.
    async fn judged(&self, trust: &Trust) -> Vec<Verdict> {
        let mut verdicts = Vec::new();
        for message in self.messages {
            verdicts.push(verify_proof(&self.proof(message).await, trust));
        }
        verdicts
    }
}

fn codes(verdicts: &[Verdict]) -> Vec<u8> {
    verdicts.iter().map(Verdict::exit_code).collect()
}

async fn text(site: &Site, path: &str) -> String {
    site.browser().get(site.at(path)).await.text().await.unwrap()
}

/// Which of the two keys signed a checkpoint.
fn signers(secrets: &Secrets, note: &str) -> [bool; 2] {
    [0, 1].map(|number| checkpoint::verify(note, secrets.log(number).public()).is_ok())
}

#[tokio::test]
async fn who_knows_the_old_keys_verifies_what_the_new_ones_signed() {
    for database in databases() {
        let rotated = Rotated::begin(&database).await;
        let verdicts = rotated.judged(&rotated.secrets.trust(0)).await;
        assert_eq!(codes(&verdicts), [0, 0, 0], "{}", verdicts[2]);
        let told = verdicts[0].to_string();
        assert!(told.contains(REASON) && told.contains("stayed secret"), "{told}");
        // Who has the new keys alone can check what they sealed; what the old one sealed stays another's.
        let verdicts = rotated.judged(&rotated.secrets.trust(1)).await;
        assert_eq!(verdicts[0].exit_code(), 1, "{}", verdicts[0]);
        // Everybody else is told all of them.
        let site = &rotated.sites[2];
        let (vkeys, chain) = (
            text(site, "/log/log.vkey").await,
            text(site, "/log/seal_chain.pem").await,
        );
        let names: Vec<VerifierKey> = vkeys.lines().map(|line| line.parse().unwrap()).collect();
        assert_eq!(names.len(), 2, "{vkeys}");
        let files = [("log.vkey", vkeys.as_bytes()), ("seal_chain.pem", chain.as_bytes())];
        let verdicts = rotated.judged(&Trust::from_files(files).unwrap()).await;
        assert_eq!(codes(&verdicts), [0, 0, 0]);
        assert!(!verdicts[0].to_string().contains("stayed secret"), "{}", verdicts[0]);
        assert_eq!(codes(&rotated.judged(&Trust::none()).await), [3, 3, 3]);
    }
}

#[tokio::test]
async fn both_keys_sign_until_the_new_one_signs_alone() {
    for database in databases() {
        let rotated = Rotated::begin(&database).await;
        let (secrets, [first, second, third]) = (&rotated.secrets, &rotated.sites);
        let newest = async |site: &Site| {
            let sender = at(&rotated.sender, site);
            let external = format!("B-{}", site.count("SELECT size FROM log").await);
            sender.sent(&sender.message(&external, MATTI, "Normal")).await;
            sealed(site).await;
            signers(secrets, &site.hub.newest_checkpoint().await.unwrap())
        };
        assert_eq!(newest(third).await, [false, true]);
        assert_eq!(newest(second).await, [true, true]);
        // A process that was not started anew yet goes on with what it has, after whatever key signed last.
        assert_eq!(newest(first).await, [true, false]);
        assert_eq!(newest(third).await, [false, true]);
        assert_eq!(newest(first).await, [true, false]);
        assert_eq!(codes(&rotated.judged(&secrets.trust(0)).await), [0, 0, 0]);
    }
}

#[tokio::test]
async fn a_key_is_announced_once_and_no_other_beside_it() {
    for database in databases() {
        let rotated = Rotated::begin(&database).await;
        let (secrets, [first, second, third]) = (&rotated.secrets, &rotated.sites);
        let count = || first.count("SELECT COUNT(*) FROM event WHERE kind = 'key-announced'");
        let before = count().await;
        assert_eq!(before, 2);
        // A repeat changes nothing, also after another word of why.
        second.hub.announce_key(KeyKind::Log, "another reason").await.unwrap();
        assert_eq!(count().await, before);
        let refused = |answer: Result<_, ActError>| matches!(answer, Err(ActError::Contradiction(_)));
        assert!(refused(first.hub.announce_key(KeyKind::Log, REASON).await.map(drop)));
        assert!(refused(third.hub.announce_key(KeyKind::Seal, REASON).await.map(drop)));
        for bad in ["", "  ", "two\nlines", "Asia 010594Y9032"] {
            let answer = second.hub.announce_key(KeyKind::Log, bad).await;
            assert!(matches!(answer, Err(ActError::Invalid(_))), "{bad}");
        }
        // A third key waits until the second took over; one that was in use never comes back.
        let others = Secrets::new();
        let with_next = |current: usize, next: LogKey| {
            Arc::new(EvidenceKeys {
                next: NextKeys {
                    seal: None,
                    log: Some(next),
                },
                ..EvidenceKeys::new(secrets.seal(current), secrets.log(current))
            })
        };
        for (current, next) in [(0, others.log(0)), (1, secrets.log(0))] {
            let site = first.with_keys(with_next(current, next)).await;
            site.hub.prepare_log().await.unwrap();
            assert!(refused(site.hub.announce_key(KeyKind::Log, REASON).await.map(drop)));
        }
        assert_eq!(count().await, before);
        let site = first.with_keys(with_next(1, others.log(0))).await;
        site.hub.announce_key(KeyKind::Log, REASON).await.unwrap();
        let states: Vec<_> = site.hub.list_keys().await.unwrap();
        let states: Vec<_> = states.iter().map(|key| (key.kind, key.state)).collect();
        assert_eq!(
            states,
            [
                (KeyKind::Log, KeyState::Replaced),
                (KeyKind::Log, KeyState::InUse),
                (KeyKind::Log, KeyState::Announced { logged: false }),
                (KeyKind::Seal, KeyState::Replaced),
                (KeyKind::Seal, KeyState::InUse),
            ]
        );
        // A hub that is started with a key of which the log knows nothing takes no act.
        let strange = first.with_keys(others.old()).await;
        let told = format!("{:?}", strange.hub.prepare_log().await.unwrap_err());
        assert!(told.contains("is not one that was announced"), "{told}");
    }
}

#[tokio::test]
async fn two_announce_at_once() {
    for database in databases() {
        let secrets = Secrets::new();
        let settings = Settings {
            keys: Some(secrets.both()),
            ..Settings::default()
        };
        let site = Site::start(&database, Vec::new(), settings).await;
        site.hub.prepare_log().await.unwrap();
        let other = site.another_hub().await;
        other.prepare_log().await.unwrap();
        let both = tokio::join!(
            site.hub.announce_key(KeyKind::Log, REASON),
            other.announce_key(KeyKind::Log, REASON)
        );
        assert!(both.0.is_ok() || both.1.is_ok());
        for lost in [both.0, both.1].into_iter().filter_map(Result::err) {
            assert!(matches!(lost, ActError::Contradiction(_)), "{lost:?}");
        }
        assert_eq!(site.count("SELECT COUNT(*) FROM evidence_key").await, 2);
        assert_eq!(
            site.count("SELECT COUNT(*) FROM event WHERE kind = 'key-announced'")
                .await,
            1
        );
    }
}

#[tokio::test]
async fn a_log_that_is_begun_anew_goes_on_with_the_new_key() {
    for database in databases() {
        let rotated = Rotated::begin(&database).await;
        let third = &rotated.sites[2];
        let backup = Backup::of(&third.database).await;
        let sender = &rotated.sender;
        sender.sent(&sender.message("A-4", MATTI, "Normal")).await;
        sealed(third).await;
        let disk = rotated.sites[0].restored(&backup).await;
        let restored = disk.with_keys(rotated.secrets.new_alone()).await;
        restored.hub.prepare_log().await.unwrap();
        assert!(restored.hub.halted());
        restored.hub.restart_log("Levyrikko").await.unwrap();
        let mut sender = at(sender, &restored);
        sender.log_in().await;
        let matti = restored.citizen(MATTI).await;
        let waiting = MessageId::try_from(rotated.messages[1]).unwrap();
        restored.hub.confirm(&matti, waiting).await.unwrap();
        sealed(&restored).await;
        let answer = sender.get(&format!("/api/v1/messages/{waiting}/proof")).await;
        let verdict = verify_proof(&answer.bytes().await.unwrap(), &rotated.secrets.trust(0));
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        let told = verdict.to_string();
        assert!(told.contains(REASON) && told.contains("Levyrikko"), "{told}");
        let vkeys = text(&restored, "/log/log.vkey").await;
        let names: Vec<_> = vkeys.lines().map(|line| line.split('+').next().unwrap()).collect();
        assert_eq!(names, ["koe.example/log/2", ORIGIN, ORIGIN], "{vkeys}");
        let new = rotated.secrets.log(1).public_of("koe.example/log/2").unwrap();
        assert_eq!(vkeys.lines().next().unwrap(), new.to_string());
    }
}
