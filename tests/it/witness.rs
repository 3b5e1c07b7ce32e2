//! `tiedoksi witness` as a process of its own: what it cosigns, what it refuses, and that killing it makes it forget nothing.

mod hub;

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Response, StatusCode};
use ring::rand::SystemRandom;
use tempfile::TempDir;
use tiedoksi::evidence::Hash;
use tiedoksi::evidence::checkpoint::LogKey;
use tiedoksi::evidence::cosignature::CosignerKey;
use tiedoksi::evidence::submission::Submission;
use tiedoksi::evidence::tile::TileCoord;
use tiedoksi::evidence::tiles::{TileSet, consistency_proof};
use tiedoksi::evidence::tree::{leaf_hash, root};
use url::Url;

use crate::process::{BINARY, client};

const ORIGIN: &str = "koe.example/log";

/// A witness; dropped, it is killed as by `kill -9`. What it remembers is its folder's.
pub struct Process {
    child: Child,
    pub url: Url,
    pub key: CosignerKey,
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn command(folder: &Path, name: &str, log: &str) -> Command {
    let mut command = Command::new(BINARY);
    command
        .args(["witness", "--name", name, "--listen", "127.0.0.1:0"])
        .arg("--data")
        .arg(folder)
        .args(["--log", log])
        .stdin(Stdio::null());
    command
}

impl Process {
    pub fn start(folder: &Path, name: &str, log: &str) -> Self {
        Self::run(&mut command(folder, name, log))
    }

    /// The same, started by another command (`strace …`).
    pub fn start_by(by: &[OsString], folder: &Path, name: &str, log: &str) -> Self {
        let witness = command(folder, name, log);
        let mut command = Command::new(&by[0]);
        command
            .args(&by[1..])
            .arg(witness.get_program())
            .args(witness.get_args());
        Self::run(command.stdin(Stdio::null()))
    }

    fn run(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut told = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let key = told.next().unwrap().parse().unwrap();
        let at = told.next().unwrap();
        let url = at.strip_prefix("listening on ").unwrap().parse().unwrap();
        Self { child, url, key }
    }

    async fn post(&self, body: impl Into<reqwest::Body>) -> reqwest::Result<Response> {
        let url = self.url.join("/add-checkpoint").unwrap();
        client().post(url).body(body).send().await
    }

    /// Offers a checkpoint: whether it was cosigned, or the status of the refusal with what it says.
    pub async fn offer(&self, submission: &Submission) -> Result<(), (StatusCode, String)> {
        let answer = self.post(submission.to_string()).await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        if status != StatusCode::OK {
            return Err((status, text));
        }
        self.key.cosigned(&format!("{}{text}", submission.checkpoint)).unwrap();
        Ok(())
    }
}

/// The checkpoints that a witness remembers, as they lie in its folder.
pub fn remembered(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|it| it == "checkpoint"))
        .map(|path| (path.clone(), std::fs::read(&path).unwrap()))
        .collect()
}

/// A log's key, and two trees that part at their fourth entry.
pub struct Log {
    pub key: LogKey,
    trees: [Vec<Hash>; 2],
}

impl Log {
    pub fn new() -> Self {
        let der = LogKey::generate(&SystemRandom::new()).unwrap();
        let leaves = |other: u8| (0..40).map(move |n: u8| leaf_hash(&[n, if n < 3 { 0 } else { other }]));
        Self {
            key: LogKey::from_pkcs8(ORIGIN, &der).unwrap(),
            trees: [leaves(0).collect(), leaves(1).collect()],
        }
    }

    pub fn submission(&self, tree: usize, old: u64, size: u64) -> Submission {
        let leaves = &self.trees[tree];
        let mut tiles = TileSet::new();
        let (level, index, width) = (0, 0, leaves.len() as u16);
        tiles.insert(TileCoord { level, index, width }, leaves.clone());
        Submission {
            old,
            proof: consistency_proof(old, size, &tiles).unwrap(),
            checkpoint: self.key.sign(ORIGIN, size, &root(&leaves[..size as usize])).unwrap(),
        }
    }
}

#[tokio::test]
async fn a_witness_that_is_killed_remembers_what_it_cosigned() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new());
    let start = || Process::start(folder.path(), "w.example", &log.key.vkey());
    let witness = start();
    let key = witness.key.clone();
    witness.offer(&log.submission(0, 0, 5)).await.unwrap();
    drop(witness);

    let witness = start();
    assert_eq!(witness.key, key);
    let conflict = Err((StatusCode::CONFLICT, "5\n".to_owned()));
    assert_eq!(witness.offer(&log.submission(0, 0, 9)).await, conflict);
    assert_eq!(witness.offer(&log.submission(1, 5, 5)).await, conflict);
    let refused = witness.offer(&log.submission(1, 5, 9)).await.unwrap_err();
    assert_eq!(refused.0, StatusCode::UNPROCESSABLE_ENTITY);
    witness.offer(&log.submission(0, 5, 9)).await.unwrap();
    drop(witness);

    // Killed in the midst of many requests, it has forgotten nothing that it gave out.
    let mut known = 9;
    for round in 0..4_u64 {
        let witness = start();
        let sizes: Vec<u64> = (known + 1..=known + 6).collect();
        let submissions: Vec<_> = sizes
            .iter()
            .map(|size| log.submission(0, known, *size).to_string())
            .collect();
        let asked = submissions.into_iter().map(|body| witness.post(body));
        let asking = futures::future::join_all(asked);
        let kill = async {
            tokio::time::sleep(std::time::Duration::from_micros(700 * (round + 1))).await;
            rustix::process::kill_process(
                rustix::process::Pid::from_raw(witness.child.id().try_into().unwrap()).unwrap(),
                rustix::process::Signal::KILL,
            )
            .unwrap();
        };
        let (answers, ()) = tokio::join!(asking, kill);
        let cosigned = answers
            .iter()
            .zip(&sizes)
            .filter(|(answer, _)| answer.as_ref().is_ok_and(|answer| answer.status() == StatusCode::OK));
        let largest = cosigned.map(|(_, size)| *size).max().unwrap_or(known);
        drop(witness);
        let witness = start();
        let now = witness.offer(&log.submission(1, 0, 40)).await.unwrap_err();
        assert_eq!(now.0, StatusCode::CONFLICT);
        let now: u64 = now.1.trim().parse().unwrap();
        assert!(now >= largest, "{now} is less than {largest}, which it cosigned");
        assert!(witness.offer(&log.submission(1, now, 40)).await.is_err(), "a fork");
        known = now;
    }
}

#[tokio::test]
async fn of_two_forks_at_once_at_most_one_is_cosigned() {
    let log = Log::new();
    for (size, other) in [(5, 5), (9, 5), (40, 40)] {
        let folder = TempDir::new().unwrap();
        let witness = Process::start(folder.path(), "w.example", &log.key.vkey());
        let (one, two) = (log.submission(0, 0, size), log.submission(1, 0, other));
        let (one, two) = tokio::join!(witness.offer(&one), witness.offer(&two));
        assert_eq!(
            [&one, &two].iter().filter(|it| it.is_ok()).count(),
            1,
            "{one:?} {two:?}"
        );
        // From a tree that both begin with, too.
        let folder = TempDir::new().unwrap();
        let witness = Process::start(folder.path(), "w.example", &log.key.vkey());
        witness.offer(&log.submission(0, 0, 3)).await.unwrap();
        let (one, two) = (log.submission(0, 3, size), log.submission(1, 3, other));
        let (one, two) = tokio::join!(witness.offer(&one), witness.offer(&two));
        assert_eq!(
            [&one, &two].iter().filter(|it| it.is_ok()).count(),
            1,
            "{one:?} {two:?}"
        );
    }
}

#[tokio::test]
async fn what_strangers_send_is_refused_and_changes_nothing() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new());
    let witness = Process::start(folder.path(), "w.example", &log.key.vkey());
    witness.offer(&log.submission(0, 0, 5)).await.unwrap();
    let before = remembered(folder.path());
    let true_one = log.submission(0, 5, 9).to_string();
    let long = format!(
        "old 5\n{}\n{}",
        "A\n".repeat(20_000),
        log.submission(0, 5, 9).checkpoint
    );
    for (body, status) in [
        (Vec::new(), 400),
        (b"\xff\xfe".to_vec(), 400),
        (true_one.replace("old 5", "old 05").into_bytes(), 400),
        (true_one.replace("old 5", "old 18446744073709551616").into_bytes(), 400),
        (true_one.replace("old 5", "old 18446744073709551615").into_bytes(), 400),
        (true_one.replace('\n', "\r\n").into_bytes(), 400),
        (true_one.replace("\n9\n", "\n09\n").into_bytes(), 400),
        (true_one.replace("\n9\n", "\n10\n").into_bytes(), 403),
        (
            true_one
                .replace("\nkoe.example/log\n", "\nother.example\n")
                .into_bytes(),
            404,
        ),
        (true_one.as_bytes()[..true_one.len() - 20].to_vec(), 400),
        (long.into_bytes(), 400),
        (vec![b'a'; 70_000], 413),
        (Log::new().submission(0, 5, 9).to_string().into_bytes(), 403),
        (log.submission(0, 9, 9).to_string().into_bytes(), 409),
        (log.submission(1, 5, 9).to_string().into_bytes(), 422),
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
        let answer = witness.post(body).await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{shown}");
        let kind = answer.headers()["content-type"].to_str().unwrap();
        assert_eq!(kind == "text/x.tlog.size", status == 409, "{shown}");
    }
    let get = client().get(witness.url.join("/add-checkpoint").unwrap()).send().await;
    assert_eq!(get.unwrap().status(), StatusCode::METHOD_NOT_ALLOWED);
    let root = client().get(witness.url.clone()).send().await.unwrap();
    assert_eq!(root.status(), StatusCode::NOT_FOUND);
    assert_eq!(remembered(folder.path()), before);
    // Lines of unknown keys, a witness's of old among them, are passed over.
    let mut cosigned = log.submission(0, 5, 9);
    cosigned.checkpoint += "\u{2014} other.example AAAAAAAA\n";
    witness.offer(&cosigned).await.unwrap();
}

#[tokio::test]
async fn a_folder_has_one_witness_of_one_name() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new());
    let refused = |name: &str, folder: &Path| {
        let output = command(folder, name, &log.key.vkey()).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let witness = Process::start(folder.path(), "w.example", &log.key.vkey());
    witness.offer(&log.submission(0, 0, 5)).await.unwrap();
    assert!(refused("w.example", folder.path()).contains("another witness uses"));
    drop(witness);
    assert!(refused("v.example", folder.path()).contains("never change"));
    std::fs::remove_file(folder.path().join("witness.key")).unwrap();
    std::fs::remove_file(folder.path().join("witness.vkey")).unwrap();
    assert!(refused("w.example", folder.path()).contains("begin anew"));
    let bad = command(folder.path(), "w.example", "koe.example/log+0+0")
        .output()
        .unwrap();
    assert_eq!(bad.status.code(), Some(2));
}

/// With tools that nobody here wrote: the key as PEM, the message put together from its lines, `openssl pkeyutl`.
#[tokio::test]
async fn openssl_verifies_a_cosignature() {
    let (folder, log) = (TempDir::new().unwrap(), Log::new());
    let witness = Process::start(&folder.path().join("w"), "w.example", &log.key.vkey());
    let submission = log.submission(0, 0, 5);
    let line = witness
        .post(submission.to_string())
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let base64 = line.strip_prefix("\u{2014} w.example ").unwrap().trim_end();
    let bytes = STANDARD.decode(base64).unwrap();
    let (time, signature) = (u64::from_be_bytes(bytes[4..12].try_into().unwrap()), &bytes[12..]);
    let text = submission.checkpoint.split_once("\n\n").unwrap().0;
    let vkey = witness.key.to_string();
    let public = STANDARD.decode(vkey.splitn(3, '+').last().unwrap()).unwrap();
    let der = [&hex::decode("302a300506032b6570032100").unwrap(), &public[1..]].concat();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let verify = |time: u64| {
        let message = format!("cosignature/v1\ntime {time}\n{text}\n");
        let mut command = Command::new("openssl");
        command.args(["pkeyutl", "-verify", "-pubin", "-rawin", "-keyform", "DER", "-inkey"]);
        command
            .arg(file("key.der", &der))
            .arg("-sigfile")
            .arg(file("sig", signature));
        command.arg("-in").arg(file("message", message.as_bytes()));
        command.output().unwrap().status.success()
    };
    assert!(verify(time));
    assert!(!verify(time + 1));
}

#[test]
fn a_witness_does_not_vouch_for_its_own_key() {
    let folder = tempfile::tempdir().unwrap();
    let log = LogKey::from_pkcs8(ORIGIN, &LogKey::generate(&SystemRandom::new()).unwrap()).unwrap();
    let witness = Process::start(folder.path(), "w.example", &log.vkey());
    // The same key, as a log's.
    let own = tiedoksi::evidence::checkpoint::VerifierKey::new("w.example/log", *witness.key.public()).unwrap();
    drop(witness);
    let refused = command(folder.path(), "w.example", &own.to_string()).output().unwrap();
    assert!(!refused.status.success());
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(told.contains("a log has the witness's own key"), "{told}");
}
