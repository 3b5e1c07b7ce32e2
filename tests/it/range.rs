//! Ranges: the evidence of an organisation's period, exported whole and told to be complete; checked by programs that nobody here wrote.

mod command;
mod forger;
mod large;
mod restarted;
mod rewritten;
mod service;
mod stamped;
mod tampered;
mod unpacked;
mod witnessed;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use tiedoksi::domain::id::MessageId;
use tiedoksi::domain::principal::Citizen;
use tiedoksi::evidence::range::RangeWriter;
use tiedoksi::evidence::record::Actor;
use tiedoksi::evidence::verify::{Earlier, Verdict, verify_range};
use tiedoksi::hub::range::RangeRequest;

use crate::faketime::{self, NOW, TEN_YEARS_ON};
use crate::harness::{Database, Settings, Site, databases, person};
use crate::outsider::{unzip_tests, zip_list};
use crate::sender::{Sender, sender};

const MATTI: &str = "010594Y9032";
const OURS: &str = "0208573-0";
const OTHERS: &str = "9900002-6";
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// Two organisations that send to Matti, with something to export of the first.
struct World {
    site: Site,
    sender: Sender,
    other: Sender,
    matti: Citizen,
    folder: TempDir,
}

impl World {
    /// Before the period each organisation sent once.
    async fn begin(database: &Database) -> Self {
        Self::with(database, Settings::default()).await
    }

    async fn with(database: &Database, settings: Settings) -> Self {
        let site = Site::start(database, vec![person(MATTI, "Matti", "Meikäläinen")], settings).await;
        let (sender, other) = (sender(&site, OURS, false).await, sender(&site, OTHERS, false).await);
        let matti = site.citizen(MATTI).await;
        site.hub.activate(&matti).await.unwrap();
        let world = Self {
            site,
            sender,
            other,
            matti,
            folder: TempDir::new().unwrap(),
        };
        world.send("before", "Normal").await;
        world.other.sent(&world.other.message("before", MATTI, "Normal")).await;
        world.pass(10).await;
        world
    }

    /// Minutes pass, and what a hub does each minute is done.
    async fn pass(&self, minutes: i32) {
        self.site.seal().await;
        self.site.hub.tally().await.unwrap();
        self.site.seal().await;
        self.site.advance(MINUTE * minutes);
    }

    async fn send(&self, external: &str, mode: &str) -> MessageId {
        let id = self.sender.sent(&self.sender.message(external, MATTI, mode)).await;
        id.to_string().parse().unwrap()
    }

    /// In the period: three messages of ours, of which one is confirmed, and one of the others'.
    async fn deliver(&self) -> MessageId {
        let confirmed = self.send("A-1", "Verifiable").await;
        self.pass(1).await;
        self.other.sent(&self.other.message("B-1", MATTI, "Normal")).await;
        self.send("A-2", "Normal").await;
        self.site.hub.confirm(&self.matti, confirmed).await.unwrap();
        self.pass(1).await;
        self.send("A-3", "Verifiable").await;
        self.pass(10).await;
        confirmed
    }

    fn now(&self) -> Timestamp {
        use tiedoksi::domain::time::Clock as _;
        self.site.clock.now()
    }

    fn request(&self, from: Timestamp, to: Timestamp) -> RangeRequest {
        RangeRequest {
            organisation: OURS.to_owned(),
            service: None,
            from,
            to,
            reason: "audit 2026/17".to_owned(),
            by: operator(),
            identities: true,
        }
    }

    async fn export(&self, request: &RangeRequest, name: &str) -> PathBuf {
        let mut export = self.site.hub.export_range(request).await.unwrap();
        let file = self.folder.path().join(name);
        let scratch = || tempfile::tempfile().unwrap();
        let mut writer = RangeWriter::begin(File::create(&file).unwrap(), [scratch(), scratch(), scratch()]).unwrap();
        while let Some(files) = export.next().await.unwrap() {
            for (name, bytes) in files {
                writer.file(&name, &bytes).unwrap();
            }
        }
        assert_eq!(export.done(), export.total());
        writer.finish(|manifest| export.sign(manifest)).unwrap();
        file
    }

    /// What the program says, by the keys of this hub.
    fn verify(&self, file: &Path) -> Verdict {
        verify_range(File::open(file).unwrap(), &self.site.trust(), None)
    }

    fn verify_against(&self, file: &Path, earlier: &[u8]) -> Verdict {
        let earlier = Earlier::read(earlier, &self.site.trust()).unwrap();
        verify_range(File::open(file).unwrap(), &self.site.trust(), Some(&earlier))
    }

    fn unpacked(&self, file: &Path) -> PathBuf {
        let folder = self
            .folder
            .path()
            .join(format!("{}-unpacked", file.file_name().unwrap().display()));
        std::fs::create_dir(&folder).unwrap();
        let unzipped = Command::new("unzip")
            .arg("-q")
            .arg(file)
            .arg("-d")
            .arg(&folder)
            .status();
        assert!(unzipped.unwrap().success());
        let trust = self.folder.path().join("trust");
        std::fs::create_dir_all(&trust).unwrap();
        std::fs::write(trust.join("log.vkey"), self.site.hub.log_vkey()).unwrap();
        std::fs::write(trust.join("seal_chain.pem"), self.site.hub.seal_chain()).unwrap();
        folder
    }
}

/// The blocks of commands that `VERIFY.md` prints.
fn printed(unpacked: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(unpacked.join("VERIFY.md")).unwrap();
    let blocks = text.split("```bash\n").skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap().to_owned())
        .collect()
}

/// What a block says in the unpacked folder, by another clock ([`faketime::command`]); the reader's keys lie beside the folder.
fn run(block: &str, unpacked: &Path, clock: &str) -> String {
    let mut command = match clock {
        NOW => Command::new("bash"),
        clock => faketime::command(clock, "bash"),
    };
    command.args(["-c", block]).env("TRUST", "../trust");
    let output: Output = command.current_dir(unpacked).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn says(verdict: &Verdict, what: &str) -> Vec<String> {
    let of = verdict.checks.iter().filter(|check| check.what == what);
    of.map(|check| check.detail.clone()).collect()
}

#[tokio::test]
async fn a_range_is_complete_and_the_printed_commands_say_so_today_and_in_ten_years() {
    for database in databases() {
        let world = World::begin(&database).await;
        let from = world.now();
        world.deliver().await;
        let file = world.export(&world.request(from, world.now()), "range.asice").await;
        let verdict = world.verify(&file);
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        // Three messages with two records each, and the two of confirming.
        let complete = says(&verdict, "completeness").concat();
        assert!(complete.starts_with("8 of 8 records, none missing"), "{complete}");
        assert!(unzip_tests(&file));
        let listed = zip_list(&file);
        assert_eq!((listed[0].0.as_str(), listed[1].0.as_str()), ("mimetype", "range.json"));

        let unpacked = world.unpacked(&file);
        let blocks = printed(&unpacked);
        assert_eq!(blocks.len(), 8);
        let said: Vec<String> = blocks.iter().map(|block| run(block, &unpacked, NOW)).collect();
        assert_eq!(said[0], "files: OK\n");
        assert_eq!(said[1], "manifest: OK\n");
        assert!(said[2].ends_with("CAdES Verification successful\n"), "{}", said[2]);
        assert_eq!(said[3].matches("seal: OK").count(), 10, "{}", said[3]);
        assert!(said[4].starts_with("checkpoint: OK\n"), "{}", said[4]);
        assert_eq!(said[4].matches("log: OK").count(), 10, "{}", said[4]);
        assert!(
            said[5].starts_with("10 counted, none missing: OK (8 of them from "),
            "{}",
            said[5]
        );
        assert_eq!(said[6], "no time stamps in this package\n");
        assert_eq!(said[7], "no key was replaced\nkeys: OK\n");
        assert!(!said.concat().contains("FAILED"), "{said:?}");
        for (block, said) in blocks.iter().zip(&said) {
            assert_eq!(&run(block, &unpacked, TEN_YEARS_ON), said);
        }
        unpacked::as_the_container(&unpacked, &world.site, &verdict);
        unpacked::the_printed_commands_see_what_is_missing(&unpacked, &blocks);
    }
}

#[tokio::test]
async fn the_export_is_recorded_and_two_of_the_same_facts_differ_in_their_signature_alone() {
    for database in databases() {
        let world = World::begin(&database).await;
        let from = world.now();
        world.deliver().await;
        let to = world.now() - MINUTE * 5;
        let exported = "SELECT count(*) FROM event WHERE kind = 'evidence-exported'";
        assert_eq!(world.site.count(exported).await, 0);
        let one = world.export(&world.request(from, to), "one.asice").await;
        assert_eq!(world.site.count(exported).await, 1);
        // The record of the export itself is the log's only news.
        world
            .site
            .execute("DELETE FROM event WHERE kind = 'evidence-exported'")
            .await;
        let two = world.export(&world.request(from, to), "two.asice").await;
        let own = |list: Vec<(String, String)>| -> Vec<(String, String)> {
            list.into_iter()
                .filter(|it| it.0 != "META-INF/signature001.p7s")
                .collect()
        };
        assert_eq!(own(zip_list(&one)), own(zip_list(&two)));
        // The next range holds it, and says what was exported.
        world.pass(5).await;
        let later = world.export(&world.request(from, world.now()), "later.asice").await;
        let verdict = world.verify(&later);
        assert_eq!(verdict.exit_code(), 0, "{verdict}");
        assert!(
            says(&verdict, "records").concat().contains("evidence-exported 1"),
            "{verdict}"
        );
        let event = zip_list(&later)
            .into_iter()
            .find(|it| it.0.ends_with("evidence-exported/event.json"));
        assert!(event.is_some());
    }
}

#[tokio::test]
async fn what_cannot_be_exported_is_refused_and_not_recorded() {
    let world = World::begin(&Database::Sqlite).await;
    let (from, to) = (world.now() - MINUTE * 5, world.now());
    let good = world.request(from, to);
    for (what, request) in [
        (
            "no such organisation",
            RangeRequest {
                organisation: "0112038-9".into(),
                ..good.clone()
            },
        ),
        (
            "another's service",
            RangeRequest {
                service: Some(world.other.service.clone()),
                ..good.clone()
            },
        ),
        (
            "upside down",
            RangeRequest {
                from: to,
                to: from,
                ..good.clone()
            },
        ),
        (
            "the future",
            RangeRequest {
                to: to + MINUTE,
                ..good.clone()
            },
        ),
        (
            "no reason",
            RangeRequest {
                reason: "  ".into(),
                ..good.clone()
            },
        ),
        (
            "a long reason",
            RangeRequest {
                reason: "x".repeat(501),
                ..good.clone()
            },
        ),
        (
            "two lines",
            RangeRequest {
                reason: "a\nb".into(),
                ..good.clone()
            },
        ),
    ] {
        assert!(world.site.hub.export_range(&request).await.is_err(), "{what}");
    }
    let exported = "SELECT count(*) FROM event WHERE kind = 'evidence-exported'";
    assert_eq!(world.site.count(exported).await, 0);
    assert!(world.site.hub.export_range(&good).await.is_ok());
}

#[tokio::test]
async fn a_range_over_whole_tiles_and_from_the_first_record_on() {
    let world = World::begin(&Database::Sqlite).await;
    for number in 0..270 {
        world
            .other
            .sent(&world.other.message(&format!("B-{number}"), MATTI, "Normal"))
            .await;
        if number % 90 == 0 {
            world.send(&format!("A-{number}"), "Normal").await;
            world.pass(2).await;
        }
    }
    world.pass(10).await;
    let all = world
        .export(
            &world.request("2026-01-01T00:00:00Z".parse().unwrap(), world.now()),
            "all.asice",
        )
        .await;
    let verdict = world.verify(&all);
    assert_eq!(verdict.exit_code(), 0, "{verdict}");
    let complete = says(&verdict, "completeness").concat();
    assert!(complete.starts_with("8 of 8 records, none missing"), "{complete}");
    assert!(complete.contains("from the organisation's first"), "{complete}");
    let unpacked = world.unpacked(&all);
    let said = run(&printed(&unpacked)[4], &unpacked, NOW);
    assert_eq!(
        (said.matches("log: OK").count(), said.matches("FAILED").count()),
        (9, 0),
        "{said}"
    );
    let said = run(&printed(&unpacked)[5], &unpacked, NOW);
    assert!(
        said.starts_with("8 counted, none missing: OK (8 of them from 2026-01-01T00:00:00.000Z to "),
        "{said}"
    );
}

/// The operator as the one who exports.
pub fn operator() -> Actor {
    Actor {
        identifier: "operator".to_owned(),
        acr: None,
        auth_time: None,
    }
}
