//! `tiedoksi witness`: the small server by which somebody else vouches that a hub's log only ever grows (C2SP tlog-witness).
//!
//! It shares nothing with a hub: a folder of its own holds its key and what it remembers. Guarantees of what it cosigns: `crate::witness`.

use std::fs::DirBuilder;
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use clap::Args;
use ring::rand::SystemRandom;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;

use super::{keys, serve};
use crate::domain::time::SystemClock;
use crate::evidence::checkpoint::VerifierKey;
use crate::evidence::cosignature::WitnessKey;
use crate::http;
use crate::telemetry::{self, Lines};
use crate::witness::memory::{Memory, replace};

/// The file of the secret key.
const KEY: &str = "witness.key";
/// The file of the public key, which also keeps the name.
const VKEY: &str = "witness.vkey";

#[derive(Debug, Args)]
#[command(
    after_help = "The first start makes the witness's key in the folder and prints its public half; give that to the hub's operator and to those who
verify. Never put the folder back from an older copy: a witness that forgot must begin anew, in an empty folder, under a new name.
It speaks plain http: put a proxy that does TLS before it, and let that pass POST /add-checkpoint alone. docs/witness.md says more.

Example:
  tiedoksi witness --name todistaja.example.fi --listen 127.0.0.1:8090 --data /var/lib/tiedoksi-witness \\
    --log \"$(curl -s https://viestit.example.fi/log/log.vkey)\""
)]
pub(super) struct WitnessCommand {
    /// The witness's name in every cosignature: a host or an address without https://. Never changes
    #[arg(long, value_name = "NAME", value_parser = witness_name)]
    name: String,
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS")]
    listen: SocketAddr,
    /// The folder of this witness alone: its key, and what it remembers
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    /// The verifier key of a log to follow, as in log.vkey; may be given several times, or several keys as lines
    #[arg(long = "log", value_name = "VKEY", required = true, value_delimiter = '\n', value_parser = log_key)]
    logs: Vec<VerifierKey>,
}

impl WitnessCommand {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        telemetry::install("info", Lines::Human, None)?;
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.data)
            .with_context(|| format!("the folder {}", self.data.display()))?;
        // The memory first: it holds the folder, so that no second process makes a key beside ours.
        let memory = Memory::open(&self.data)?;
        let key = key(&self.data, &self.name)?;
        ensure!(
            self.logs.iter().all(|log| log.public() != key.public().public()),
            "a log has the witness's own key: who holds a log's key cannot vouch for it"
        );
        let listener = serve::bind(self.listen)?;
        println!("{}\nlistening on http://{}", key.public(), listener.local_addr()?);
        std::io::stdout().flush()?;
        let witness = crate::witness::Witness::new(key, self.logs, memory, Arc::new(SystemClock));
        serve::serve_alone(listener, http::witness::router(Arc::new(witness))).await
    }
}

/// A name that can stand in a note, and is no address of a page: it never changes.
fn witness_name(text: &str) -> Result<String, String> {
    let bad = |character: char| character.is_whitespace() || character.is_control() || character == '+';
    match text.is_empty() || text.contains(bad) || text.contains("://") {
        true => Err("write a host such as todistaja.example.fi, without https://, spaces and +".to_owned()),
        false => Ok(text.to_owned()),
    }
}

fn log_key(text: &str) -> Result<VerifierKey, String> {
    let hint = "no verifier key: the text in log.vkey is wanted, not the file's name, as --log \"$(cat log.vkey)\"";
    text.trim().parse().map_err(|_| hint.to_owned())
}

/// The key in the folder; made where the folder is new.
fn key(folder: &Path, name: &str) -> anyhow::Result<WitnessKey> {
    let (file, public) = (folder.join(KEY), folder.join(VKEY));
    if !file.exists() {
        ensure!(
            !public.exists() && !remembers(folder)?,
            "{} is missing while the folder was used before: begin anew in an empty folder, under a new name",
            file.display()
        );
        let der = WitnessKey::generate(&SystemRandom::new())?;
        replace(folder, KEY, keys::pkcs8_pem(&der).as_bytes())?;
    }
    let pem = keys::read(&file)?;
    let der = PrivatePkcs8KeyDer::from_pem_slice(pem.reveal().as_bytes())
        .with_context(|| format!("{}: not a PKCS#8 private key in PEM", file.display()))?;
    let key = WitnessKey::from_pkcs8(name, der.secret_pkcs8_der()).with_context(|| file.display().to_string())?;
    let line = format!("{}\n", key.public());
    if public.exists() {
        let before = std::fs::read_to_string(&public).with_context(|| public.display().to_string())?;
        ensure!(
            before == line,
            "this folder's witness is {}: its name and key never change",
            before.trim()
        );
    } else {
        replace(folder, VKEY, line.as_bytes())?;
    }
    Ok(key)
}

/// Whether a checkpoint was ever cosigned here.
fn remembers(folder: &Path) -> anyhow::Result<bool> {
    let mut found = false;
    for entry in std::fs::read_dir(folder)? {
        found |= entry?.path().extension().is_some_and(|it| it == "checkpoint");
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_would_be_wrong_for_ever_is_refused() {
        assert_eq!(witness_name("w.example/1"), Ok("w.example/1".to_owned()));
        for bad in ["https://w.example", "", "w example", "w+example", "w\n"] {
            assert!(witness_name(bad).is_err(), "{bad}");
        }
        assert!(log_key("keys/log.vkey").unwrap_err().contains("cat log.vkey"));
    }

    #[test]
    fn the_key_is_made_once_and_keeps_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let first = key(folder.path(), "w.example").unwrap();
        let mode = std::fs::metadata(folder.path().join(KEY)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = key(folder.path(), "w.example").unwrap();
        assert_eq!(first.public(), again.public());
        let refusal = key(folder.path(), "other.example").unwrap_err().to_string();
        assert!(refusal.contains("w.example+"), "{refusal}");
        std::fs::remove_file(folder.path().join(KEY)).unwrap();
        let refusal = key(folder.path(), "w.example").unwrap_err().to_string();
        assert!(refusal.contains("begin anew"), "{refusal}");
    }
}
