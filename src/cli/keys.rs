//! The hub's keys: read from where the configuration says, made at the first start where it leaves them to the keys folder.
//!
//! A file that the configuration names is never made: a mistyped path must not become a new key. The keys of the folder are made all together
//! or not at all: one missing among others is a loss to be told, not to be papered over with a new key.

pub(super) mod rotation;

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use base64::Engine as _;
use jiff::{Span, Timestamp, tz::TimeZone};
use ring::rand::SystemRandom;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use zeroize::Zeroizing;

use crate::config::{Config, Secret};
use crate::evidence::checkpoint::LogKey;
use crate::evidence::keys::EvidenceKeys;
use crate::evidence::seal::SealKey;
use crate::vault::Vault;

/// A self-signed sealing certificate holds this long; a key of a trust service comes with its own dates.
const CERTIFICATE_YEARS: i64 = 10;

/// The opened keys.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) vault: Vault,
    pub(super) evidence: EvidenceKeys,
}

/// Where each key is.
#[derive(Debug)]
pub(super) struct Places {
    /// None when the master key stands in the configuration itself (or came with it from a file or the environment).
    pub(super) master: Option<PathBuf>,
    pub(super) seal_key: PathBuf,
    pub(super) seal_certificate: PathBuf,
    pub(super) log_key: PathBuf,
}

impl Places {
    pub(super) fn of(config: &Config) -> Self {
        let keys = &config.keys;
        let place = |own: &Option<PathBuf>, name: &str| own.clone().unwrap_or_else(|| keys.folder.join(name));
        Self {
            master: keys.master_key.is_none().then(|| keys.folder.join("master.key")),
            seal_key: place(&keys.seal_key_file, "seal.key"),
            seal_certificate: place(&keys.seal_certificate_file, "seal_chain.pem"),
            log_key: place(&keys.log_key_file, "log.key"),
        }
    }

    /// Where the keys lie that will take the place of those in use: beside them, with this ending.
    pub(super) fn next(&self) -> Self {
        self.beside("next")
    }

    /// Where those lie that were in use before.
    pub(super) fn old(&self) -> Self {
        self.beside("old")
    }

    fn beside(&self, ending: &str) -> Self {
        let beside = |file: &Path| PathBuf::from(format!("{}.{ending}", file.display()));
        Self {
            master: None,
            seal_key: beside(&self.seal_key),
            seal_certificate: beside(&self.seal_certificate),
            log_key: beside(&self.log_key),
        }
    }

    /// The files that live in the keys folder.
    fn ours<'a>(&'a self, config: &Config) -> Vec<&'a Path> {
        let keys = &config.keys;
        let mut ours: Vec<&Path> = self.master.as_deref().into_iter().collect();
        if keys.seal_key_file.is_none() {
            ours.extend([self.seal_certificate.as_path(), self.seal_key.as_path()]);
        }
        if keys.log_key_file.is_none() {
            ours.push(&self.log_key);
        }
        ours
    }
}

/// Makes the keys that the configuration leaves to the folder, when none of them is there. Durable when it returns.
pub(super) fn ensure(config: &Config, now: Timestamp) -> anyhow::Result<()> {
    let places = Places::of(config);
    rotation::finish(config, &places)?;
    let ours = places.ours(config);
    let missing: Vec<_> = ours.iter().filter(|file| !file.exists()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if missing.len() < ours.len() {
        let missing: Vec<_> = missing.iter().map(|file| file.display().to_string()).collect();
        bail!(
            "{} missing while other keys are there: restore the keys folder from its backup (or, if this hub has never served, remove the folder)",
            missing.join(", ")
        );
    }
    make(config, &places, now).context("keys could not be made")
}

fn make(config: &Config, places: &Places, now: Timestamp) -> anyhow::Result<()> {
    let rng = SystemRandom::new();
    let folder = &config.keys.folder;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("the folder {}", folder.display()))?;
    if let Some(master) = &places.master {
        write_new(master, Zeroizing::new(Vault::generate_base64(&rng)?).as_bytes())?;
    }
    if config.keys.seal_key_file.is_none() {
        make_seal_key(config, places, now)?;
    }
    if config.keys.log_key_file.is_none() {
        write_new(&places.log_key, pkcs8_pem(&LogKey::generate(&rng)?).as_bytes())?;
    }
    File::open(folder)?.sync_all()?;
    Ok(())
}

/// Makes a sealing key: its certificate first, so that a key that is there has one.
fn make_seal_key(config: &Config, places: &Places, now: Timestamp) -> anyhow::Result<()> {
    let until = now
        .to_zoned(TimeZone::UTC)
        .checked_add(Span::new().years(CERTIFICATE_YEARS))?
        .timestamp();
    let pem = SealKey::generate(&super::build::hub_name(config), now, until, &SystemRandom::new())?;
    write_new(&places.seal_certificate, pem.chain.as_bytes())?;
    write_new(&places.seal_key, pem.key.as_bytes())
}

/// Writes a file that must not exist yet, readable by this user alone.
pub(super) fn write_new(file: &Path, content: &[u8]) -> anyhow::Result<()> {
    let write = || {
        let mut handle = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
        handle.write_all(content)?;
        handle.sync_all()
    };
    write().with_context(|| format!("the file {}", file.display()))
}

pub(super) fn pkcs8_pem(der: &[u8]) -> Zeroizing<String> {
    let base64 = Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(der));
    let mut pem = Zeroizing::new("-----BEGIN PRIVATE KEY-----\n".to_owned());
    for (n, character) in base64.chars().enumerate() {
        if n > 0 && n % 64 == 0 {
            pem.push('\n');
        }
        pem.push(character);
    }
    pem.push_str("\n-----END PRIVATE KEY-----\n");
    pem
}

/// Opens the keys. Makes none.
pub(super) fn open(config: &Config) -> anyhow::Result<Opened> {
    let places = Places::of(config);
    let vault = match (&config.keys.master_key, &places.master) {
        (Some(key), _) => Vault::from_base64(key.reveal()).context("keys.master_key")?,
        (None, Some(file)) => Vault::from_base64(read(file)?.reveal()).with_context(|| file.display().to_string())?,
        (None, None) => bail!("keys.master_key is missing"),
    };
    let mut evidence = EvidenceKeys::new(
        seal_key(&places.seal_key, &places.seal_certificate)?,
        log_key(&places.log_key, config)?,
    );
    let next = places.next();
    if next.log_key.exists() {
        evidence.next.log = Some(log_key(&next.log_key, config)?);
    }
    if next.seal_key.exists() {
        evidence.next.seal = Some(seal_key(&next.seal_key, &next.seal_certificate)?);
    }
    Ok(Opened { vault, evidence })
}

fn seal_key(file: &Path, certificate: &Path) -> anyhow::Result<SealKey> {
    let (key, chain) = (read(file)?, read(certificate)?);
    SealKey::from_pem(key.reveal(), chain.reveal())
        .with_context(|| format!("{} with {}", file.display(), certificate.display()))
}

fn log_key(file: &Path, config: &Config) -> anyhow::Result<LogKey> {
    let pem = read(file)?;
    let der = PrivatePkcs8KeyDer::from_pem_slice(pem.reveal().as_bytes())
        .with_context(|| format!("{}: not a PKCS#8 private key in PEM", file.display()))?;
    LogKey::from_pkcs8(&config.log.origin, der.secret_pkcs8_der()).with_context(|| file.display().to_string())
}

pub(super) fn read(file: &Path) -> anyhow::Result<Secret> {
    std::fs::read_to_string(file)
        .map(Secret::new)
        .with_context(|| format!("{} cannot be read", file.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::domain::time::{Clock as _, SystemClock};

    fn config(folder: &Path) -> Config {
        let mut config = Config::default();
        config.keys.folder = folder.join("keys");
        config.log.origin = "log.example".into();
        config
    }

    #[test]
    fn keys_are_made_once_and_are_ours_alone() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        assert!(open(&config).is_err());
        ensure(&config, SystemClock.now()).unwrap();
        let first = open(&config).unwrap();
        ensure(&config, SystemClock.now()).unwrap();
        let second = open(&config).unwrap();
        assert_eq!(first.evidence.log.vkey(), second.evidence.log.vkey());
        assert_eq!(first.vault.lookup("x"), second.vault.lookup("x"));
        for name in ["master.key", "seal.key", "log.key"] {
            let mode = std::fs::metadata(config.keys.folder.join(name))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }

    #[test]
    fn a_lost_key_is_told_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        ensure(&config, SystemClock.now()).unwrap();
        std::fs::remove_file(config.keys.folder.join("log.key")).unwrap();
        let refusal = ensure(&config, SystemClock.now()).unwrap_err().to_string();
        assert!(refusal.contains("log.key") && refusal.contains("backup"), "{refusal}");
    }

    #[test]
    fn a_named_file_is_never_made() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(folder.path());
        config.keys.log_key_file = Some(folder.path().join("mistyped.key"));
        ensure(&config, SystemClock.now()).unwrap();
        let refusal = format!("{:#}", open(&config).unwrap_err());
        assert!(refusal.contains("mistyped.key"), "{refusal}");
    }
}
