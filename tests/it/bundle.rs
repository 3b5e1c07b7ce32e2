//! The proof of a delivery as a signed container, checked by programs that nobody here wrote: with the very commands that are printed in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jiff::SignedDuration;
use reqwest::StatusCode;
use tempfile::TempDir;
use tiedoksi::domain::id::MessageId;

use crate::agent::Session;
use crate::faketime::{self, NOW, TEN_YEARS_ON};
use crate::harness::{Database, Settings, Site, databases, person};
use crate::outsider::{with_decoded, zip_list};
use crate::sender::{Sender, sender};
use crate::tsa::{Authority, Kind, NAME, Server};

const MATTI: &str = "010594Y9032";

/// Matti confirmed a verifiable message; a second one waits.
pub struct Served {
    site: Site,
    sender: Sender,
    served: MessageId,
    waiting: MessageId,
}

impl Served {
    pub async fn begin(database: &Database) -> Self {
        Self::with(database, Settings::default()).await
    }

    async fn with(database: &Database, settings: Settings) -> Self {
        let persons = vec![person(MATTI, "Matti", "Meikäläinen")];
        let site = Site::start(database, persons, settings).await;
        let sender = sender(&site, "0208573-0", false).await;
        let matti = site.citizen(MATTI).await;
        site.hub.activate(&matti).await.unwrap();
        let mut ids = Vec::new();
        for external in ["A-1", "A-2"] {
            let id = sender.sent(&sender.message(external, MATTI, "Verifiable")).await;
            ids.push(id.to_string().parse::<MessageId>().unwrap());
        }
        site.hub.confirm(&matti, ids[0]).await.unwrap();
        site.seal().await;
        Self {
            site,
            sender,
            served: ids[0],
            waiting: ids[1],
        }
    }

    async fn bundle(&self, id: MessageId) -> Vec<u8> {
        let answer = self.sender.get(&format!("/api/v1/messages/{id}/bundle")).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "application/vnd.etsi.asic-e+zip");
        let name = format!("attachment; filename=\"tiedoksi-proof-{id}.asice\"");
        assert_eq!(answer.headers()["content-disposition"], name.as_str());
        assert_eq!(answer.headers()["cache-control"], "no-store");
        answer.bytes().await.unwrap().to_vec()
    }

    /// The bundle of the message that was served, in a folder, packed and unpacked, with the hub's keys beside it.
    pub async fn unpacked(&self) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        std::fs::write(at.join("proof.asice"), self.bundle(self.served).await).unwrap();
        let unzipped = Command::new("unzip")
            .args(["-q", "../proof.asice"])
            .current_dir(made(at.join("unpacked")))
            .status();
        assert!(unzipped.unwrap().success());
        let trust = made(at.join("trust"));
        std::fs::write(trust.join("log.vkey"), self.site.hub.log_vkey()).unwrap();
        std::fs::write(trust.join("seal_chain.pem"), self.site.hub.seal_chain()).unwrap();
        folder
    }
}

pub fn made(folder: PathBuf) -> PathBuf {
    std::fs::create_dir(&folder).unwrap();
    folder
}

/// The commands that `VERIFY.md` prints, one block for each chapter.
pub fn printed(unpacked: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(unpacked.join("VERIFY.md")).unwrap();
    let blocks = text.split("```bash\n").skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap().to_owned())
        .collect()
}

/// Runs a block in the unpacked folder, by another clock ([`faketime::command`]); the reader's keys lie beside the folder.
pub fn run(block: &str, unpacked: &Path, clock: &str) -> Output {
    faketime::command(clock, "bash")
        .args(["-c", block])
        .env("TRUST", "../trust")
        .current_dir(unpacked)
        .output()
        .unwrap()
}

/// Standard output and standard error together.
pub fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

pub fn verify(file: &Path, trust: &Path) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_tiedoksi"))
        .arg("verify")
        .arg(file)
        .arg("--trust")
        .arg(trust)
        .output()
        .unwrap();
    (output.status.code().unwrap(), words(&output))
}

/// How many events the unpacked bundle has.
fn events(unpacked: &Path) -> usize {
    std::fs::read_dir(unpacked.join("events")).unwrap().count()
}

#[tokio::test]
async fn the_printed_commands_hold_today_and_in_ten_years() {
    for database in databases() {
        let served = Served::begin(&database).await;
        let folder = served.unpacked().await;
        let unpacked = folder.path().join("unpacked");
        let blocks = printed(&unpacked);
        let events = events(&unpacked);
        assert_eq!((blocks.len(), events), (8, 4));
        for clock in [NOW, TEN_YEARS_ON] {
            let said: Vec<String> = blocks
                .iter()
                .map(|block| words(&run(block, &unpacked, clock)))
                .collect();
            assert_eq!(said[0], "files: OK\n");
            assert_eq!(said[1], "manifest: OK\n");
            assert!(said[2].ends_with("CAdES Verification successful\n"), "{}", said[2]);
            assert_eq!(said[3].matches("seal: OK").count(), events, "{}", said[3]);
            assert_eq!(said[4].matches("log: OK").count(), events, "{}", said[4]);
            assert_eq!(said[5], "no time stamps in this package\n");
            assert_eq!(said[6].matches("receipt: OK").count(), events, "{}", said[6]);
            assert!(said[6].ends_with("receipt hash: OK\n"), "{}", said[6]);
            assert_eq!(said[7], "no key was replaced\nkeys: OK\n");
            assert!(!said.concat().contains("FAILED"), "{said:?}");
        }
        for proof in ["proof.asice", "unpacked"] {
            let (code, said) = verify(&folder.path().join(proof), &folder.path().join("trust"));
            assert_eq!(code, 0, "{said}");
            assert!(said.contains("Served: receipt was confirmed in time"), "{said}");
        }
    }
}

#[tokio::test]
async fn a_bundle_holds_the_time_stamps_and_openssl_checks_them_today_and_in_ten_years() {
    let server = Server::start(Authority::new(Kind::P256)).await;
    let settings = Settings {
        tsa: Some(server.tsa()),
        ..Settings::default()
    };
    let served = Served::with(&Database::Sqlite, settings).await;
    served.site.advance(SignedDuration::from_secs(61));
    served.site.seal().await;
    assert!(served.site.hub.stamp().await.unwrap());
    served.site.seal().await;
    let folder = served.unpacked().await;
    let unpacked = folder.path().join("unpacked");
    let (trust, chain) = (folder.path().join("trust"), server.authority.path("ca.pem"));
    std::fs::copy(&chain, trust.join("tsa_chain.pem")).unwrap();
    let blocks = printed(&unpacked);
    let command = format!("TSA={chain}\n{}", blocks[5]);
    for clock in [NOW, TEN_YEARS_ON] {
        let said = words(&run(&command, &unpacked, clock));
        assert!(
            said.contains("Verification: OK") && said.contains("stamped on"),
            "{said}"
        );
        let said = words(&run(&blocks[4], &unpacked, clock));
        assert_eq!(said.matches("log: OK").count(), events(&unpacked), "{said}");
    }
    let (code, said) = verify(&unpacked, &trust);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains(NAME), "{said}");
    // A stamp of another checkpoint, with sums and manifest as they were: told by openssl and by `verify`.
    let stamped = std::fs::read_dir(unpacked.join("log/stamped")).unwrap().next().unwrap();
    let checkpoint = stamped.unwrap().path().join("checkpoint");
    let whole = std::fs::read_to_string(&checkpoint).unwrap();
    std::fs::write(&checkpoint, whole.replacen('\n', "x\n", 1)).unwrap();
    let said = words(&run(&command, &unpacked, NOW));
    assert!(said.contains("Verification: FAILED"), "{said}");
    assert_eq!(verify(&unpacked, &trust).0, 1);
}

/// What an attacker changes, the printed commands see where it is cryptographic, and `verify` sees it all.
#[tokio::test]
async fn the_printed_commands_see_what_was_changed() {
    let served = Served::begin(&Database::Sqlite).await;
    let folder = served.unpacked().await;
    let unpacked = folder.path().join("unpacked");
    let trust = folder.path().join("trust");
    let blocks = printed(&unpacked);
    let first = std::fs::read_dir(unpacked.join("events")).unwrap();
    let mut names: Vec<_> = first
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let event = format!("events/{}", names[0]);
    for (file, chapter, complaint) in [
        (format!("{event}/event.json"), 0, "FAILED"),
        (format!("{event}/event.json"), 1, "FAILED"),
        ("META-INF/ASiCManifest001.xml".to_owned(), 2, "failure"),
        (format!("{event}/event.jws"), 3, "Signature validation failed"),
        (format!("{event}/event.json"), 4, "log: FAILED"),
        (format!("{event}/event.tlog-proof"), 4, "FAILED"),
        (format!("{event}/event.json"), 6, "receipt: FAILED"),
        ("receipt.pdf".to_owned(), 0, "FAILED"),
    ] {
        let path = unpacked.join(&file);
        let whole = std::fs::read(&path).unwrap();
        let mut changed = whole.clone();
        let at = changed.len() / 2;
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        std::fs::write(&path, &changed).unwrap();
        let said = words(&run(&blocks[chapter], &unpacked, NOW));
        assert!(said.contains(complaint), "{file}, chapter {}: {said}", chapter + 1);
        assert_eq!(verify(&unpacked, &trust).0, 1, "{file}");
        std::fs::write(&path, whole).unwrap();
    }
    // A file more, which the manifest does not name.
    std::fs::write(unpacked.join("content.pdf"), b"%PDF-").unwrap();
    let said = words(&run(&blocks[1], &unpacked, NOW));
    assert!(said.contains("one is not in the manifest"), "{said}");
    assert_eq!(verify(&unpacked, &trust).0, 1);
    std::fs::remove_file(unpacked.join("content.pdf")).unwrap();
    assert_eq!(verify(&unpacked, &trust).0, 0);
    // Everything true, but of another hub.
    let other = Served::begin(&Database::Sqlite).await;
    let others = other.unpacked().await;
    assert_eq!(verify(&others.path().join("proof.asice"), &trust).0, 1);
    let chain = std::fs::read(trust.join("seal_chain.pem")).unwrap();
    let theirs = others.path().join("unpacked");
    assert!(words(&run(&blocks[7], &theirs, NOW)).ends_with("\nkeys: OK\n"));
    let ours = format!("TRUST={}\n{}", trust.display(), blocks[7]);
    let said = words(&run(&ours, &theirs, NOW));
    for file in ["log_pub.pem", "seal.jwk", "seal_chain.pem"] {
        assert!(said.contains(&format!("trust/{file}: FAILED")), "{said}");
    }
    assert!(!said.contains("OK"), "{said}");
    std::fs::write(theirs.join("trust/seal_chain.pem"), chain).unwrap();
    let said = words(&run(&blocks[2], &theirs, NOW));
    assert!(said.contains("failure"), "{said}");
}

#[tokio::test]
async fn the_citizens_bundle_is_the_senders_but_for_what_waits() {
    for database in databases() {
        let served = Served::begin(&database).await;
        let matti = Session::begin(&served.site, MATTI).await;
        let mut lists = Vec::new();
        for id in [served.served, served.waiting] {
            let answer = matti
                .browser
                .get(served.site.at(&format!("/messages/{id}/bundle")))
                .await;
            assert_eq!(answer.status(), StatusCode::OK);
            let of_matti = answer.bytes().await.unwrap().to_vec();
            let of_sender = served.bundle(id).await;
            let folder = tempfile::tempdir().unwrap();
            let list = |bytes: &[u8]| {
                let file = folder.path().join("proof.asice");
                std::fs::write(&file, bytes).unwrap();
                zip_list(&file)
            };
            assert_eq!(&of_matti[30..38], b"mimetype");
            lists.push((list(&of_matti), list(&of_sender), of_matti));
        }
        let unsigned = |list: &[(String, String)]| -> Vec<(String, String)> {
            let own = |it: &&(String, String)| it.0 != "META-INF/signature001.p7s";
            list.iter().filter(own).cloned().collect()
        };
        let (of_matti, of_sender, _) = &lists[0];
        assert_eq!(unsigned(of_matti), unsigned(of_sender));
        let (of_matti, of_sender, bytes) = &lists[1];
        let named = |list: &[(String, String)], what: &str| list.iter().filter(|it| it.0.contains(what)).count();
        assert_eq!((named(of_matti, "-withheld/"), named(of_sender, "-withheld/")), (2, 0));
        let text = with_decoded(bytes);
        assert!(
            !String::from_utf8_lossy(&text).contains("\"content\""),
            "nothing of the content"
        );
    }
}

#[tokio::test]
async fn while_an_event_is_not_in_the_log_the_bundle_is_put_off() {
    let served = Served::begin(&Database::Sqlite).await;
    let matti = served.site.citizen(MATTI).await;
    served.site.hub.confirm(&matti, served.waiting).await.unwrap();
    let path = format!("/api/v1/messages/{}/bundle", served.waiting);
    let late = served.sender.get(&path).await;
    assert_eq!(late.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(late.headers().contains_key("retry-after"));
    served.site.seal().await;
    assert_eq!(served.sender.get(&path).await.status(), StatusCode::OK);
    for strange in ["999999", "0", "x", "1%00"] {
        let answer = served.sender.get(&format!("/api/v1/messages/{strange}/bundle")).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{strange}");
    }
}
