//! Libraries that nobody here wrote, over what the hub publishes and hands out: the whole log, and every seal of a bundle. Today and in ten years.

use std::path::{Path, PathBuf};
use std::process::Output;

use tiedoksi::evidence::tile::{TileCoord, TilePath};

use crate::bundle::{Served, made};
use crate::faketime::{self, NOW, TEN_YEARS_ON};
use crate::harness::{Settings, Site, databases, person};
use crate::sender::sender;

const MATTI: &str = "010594Y9032";
/// Enough for a full tile and a partial one.
const MESSAGES: usize = 150;

/// Runs one of the scripts of `tests/strangers` by this clock.
fn ask(script: &str, arguments: &[&Path], clock: &str) -> Output {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/strangers");
    let mut command = faketime::command(clock, folder.join("python").to_str().unwrap());
    command.arg(folder.join(script)).args(arguments);
    command.output().unwrap()
}

/// What a script said that was content.
fn agrees(output: Output) -> String {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    String::from_utf8(output.stdout).unwrap()
}

/// A script that was content with nothing else than what it was given.
fn refuses(output: &Output, with: &str) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "a stranger agrees");
    assert!(told.contains(with), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_of_tlog_tiles_reads_the_whole_log() {
    for database in databases() {
        let persons = vec![person(MATTI, "Matti", "Meikäläinen")];
        let site = Site::start(&database, persons, Settings::default()).await;
        let sender = sender(&site, "0208573-0", false).await;
        let matti = site.citizen(MATTI).await;
        site.hub.activate(&matti).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let mut earlier = Vec::new();
        for number in 1..=MESSAGES {
            sender
                .sent(&sender.message(&format!("A-{number}"), MATTI, "Normal"))
                .await;
            if [1, 70, 140].contains(&number) {
                site.seal().await;
                let kept = at.join(format!("after-{number}"));
                std::fs::write(&kept, get(&site, "checkpoint").await).unwrap();
                earlier.push(kept);
            }
        }
        site.seal().await;

        let vkey = PathBuf::from(site.hub.log_vkey());
        let log = PathBuf::from(site.at("/log").as_str());
        let arguments = |log| {
            let earlier = earlier.iter().map(PathBuf::as_path);
            [log, vkey.as_path()].into_iter().chain(earlier).collect::<Vec<_>>()
        };
        let size = site.count("SELECT size FROM log").await;
        assert!(size > 256, "{size} leaves fill no tile");
        for clock in [NOW, TEN_YEARS_ON] {
            let said = agrees(blocking(|| ask("log.py", &arguments(&log), clock)));
            assert_eq!(said, format!("{size} leaves, {} earlier checkpoints\n", earlier.len()));
        }

        // A copy in a folder, by which anyone can keep the log; and what is changed in it.
        let copy = made(at.join("log"));
        let files = copied(&site, &copy, size.unsigned_abs()).await;
        agrees(ask("log.py", &arguments(&copy), NOW));
        for (name, complaint) in files.iter().zip(complaints(files.len())) {
            let file = copy.join(name);
            let bytes = std::fs::read(&file).unwrap();
            let mut changed = bytes.clone();
            if name == "checkpoint" {
                // Another letter of base64, so that it is a root still.
                let letter = &mut changed[root_in(&bytes)];
                *letter = if *letter == b'A' { b'B' } else { b'A' };
            } else {
                changed[bytes.len() / 2] ^= 1;
            }
            std::fs::write(&file, changed).unwrap();
            refuses(&ask("log.py", &arguments(&copy), NOW), complaint);
            std::fs::write(&file, bytes).unwrap();
        }
        // A log that forgot what an earlier checkpoint held.
        std::fs::copy(&earlier[0], copy.join("checkpoint")).unwrap();
        refuses(&ask("log.py", &arguments(&copy), NOW), "");
    }
}

/// Where the root stands in a checkpoint: in its third line.
fn root_in(checkpoint: &[u8]) -> usize {
    let lines = checkpoint.split(|byte| *byte == b'\n');
    lines.take(2).map(|line| line.len() + 1).sum::<usize>() + 3
}

/// What the script says of a changed checkpoint, and of any other changed file.
fn complaints(files: usize) -> impl Iterator<Item = &'static str> {
    std::iter::once("InvalidSignature").chain(std::iter::repeat_n("", files - 1))
}

/// The script fetches from the hub, which this thread must not keep from answering.
fn blocking<T>(ask: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(ask)
}

async fn get(site: &Site, path: &str) -> Vec<u8> {
    let answer = site.browser().get(site.at(&format!("/log/{path}"))).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.bytes().await.unwrap().to_vec()
}

/// Copies the log of this size; the names of its files, the checkpoint first.
async fn copied(site: &Site, to: &Path, size: u64) -> Vec<String> {
    let mut names = vec!["checkpoint".to_owned()];
    for index in 0..size.div_ceil(256) {
        let tile = TileCoord::in_tree(0, index, size).unwrap();
        let (index, width) = (tile.index, tile.width);
        names.push(TilePath::Tile(tile).to_string());
        names.push(TilePath::Entries { index, width }.to_string());
    }
    names.push(TilePath::Tile(TileCoord::in_tree(1, 0, size).unwrap()).to_string());
    for name in &names {
        let file = to.join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, get(site, name).await).unwrap();
    }
    names
}

#[tokio::test]
async fn a_library_of_jose_verifies_every_seal() {
    for database in databases() {
        let served = Served::begin(&database).await;
        let folder = served.unpacked().await;
        let bundle = folder.path().join("unpacked");
        let jwk = bundle.join("trust/seal.jwk");
        let events: Vec<PathBuf> = std::fs::read_dir(bundle.join("events"))
            .unwrap()
            .map(|event| event.unwrap().path())
            .collect();
        assert!(events.len() >= 4, "{events:?}");
        for event in &events {
            let (seal, record) = (event.join("event.jws"), event.join("event.json"));
            for clock in [NOW, TEN_YEARS_ON] {
                assert_eq!(
                    agrees(ask("jws.py", &[&seal, &jwk, &record], clock)),
                    "the seal holds\n"
                );
            }
            let mut altered = std::fs::read(&record).unwrap();
            altered[20] ^= 1;
            let file = event.join("altered.json");
            std::fs::write(&file, altered).unwrap();
            refuses(&ask("jws.py", &[&seal, &jwk, &file], NOW), "something else");
            let mut forged = std::fs::read(&seal).unwrap();
            let middle = forged.len() / 2;
            forged[middle] = if forged[middle] == b'A' { b'B' } else { b'A' };
            std::fs::write(event.join("forged.jws"), forged).unwrap();
            refuses(
                &ask("jws.py", &[&event.join("forged.jws"), &jwk, &record], NOW),
                "BadSignatureError",
            );
        }
    }
}
