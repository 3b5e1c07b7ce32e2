//! `tiedoksi login-key`, and the files of our keys at the citizens' identity provider (`login.profile = "ftn"`).
//!
//! A key without a file of its own lives in the keys folder and is made at the first start; a file that the configuration names is never made.
//! Brokers register our public keys by hand, so keys are replaced in two steps: `next` makes those that come, beside those in use, and shows
//! both; `switch` puts them into use once the broker knows them, and keeps those before for what is still encrypted to them. The hub reads
//! keys when it starts.

use std::fs::{DirBuilder, File};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use clap::{Args, Subcommand};

use super::ConfigFile;
use super::keys::{pkcs8_pem, read, write_new};
use crate::auth::login_keys::LoginKeys;
use crate::config::{Config, LoginProfile, Secret};

/// The two purposes, as file names begin.
const NAMES: [&str; 2] = ["login-sign", "login-encrypt"];

#[derive(Debug, Args)]
pub(super) struct LoginKey {
    #[command(flatten)]
    at: ConfigFile,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Print the public keys as a JSON Web Key Set, to be registered with the broker
    Show,
    /// Make the next keys beside those in use, and print all public keys: restart the hub, register them, then `switch`
    Next,
    /// Put the next keys into use, when the broker knows them; then restart the hub
    Switch,
}

impl LoginKey {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let config = self.at.load()?;
        ensure!(
            config.login.profile == LoginProfile::Ftn,
            "login.profile is not \"ftn\": the hub proves itself by login.client_secret and has no keys at the provider"
        );
        ensure(&config)?;
        let places = Places::of(&config);
        match self.verb {
            Verb::Show => {}
            Verb::Next => places.make_next()?,
            Verb::Switch => return places.switch(),
        }
        println!("{}", serde_json::to_string_pretty(&open(&config)?.jwks())?);
        Ok(())
    }
}

/// The files of one purpose.
struct Place {
    /// Those that the configuration names; none: those of the folder.
    named: Vec<PathBuf>,
    current: PathBuf,
    next: PathBuf,
    previous: PathBuf,
}

impl Place {
    fn of(folder: &Path, name: &str, named: &[PathBuf]) -> Self {
        let file = |ending: &str| folder.join(format!("{name}{ending}.key"));
        Self {
            named: named.to_vec(),
            current: file(""),
            next: file(".next"),
            previous: file(".previous"),
        }
    }

    /// The files to read, the one in use first.
    fn files(&self) -> Vec<&Path> {
        if !self.named.is_empty() {
            return self.named.iter().map(PathBuf::as_path).collect();
        }
        let more = [&self.next, &self.previous].into_iter().filter(|file| file.exists());
        std::iter::once(&self.current)
            .chain(more)
            .map(PathBuf::as_path)
            .collect()
    }
}

struct Places {
    folder: PathBuf,
    both: [Place; 2],
}

impl Places {
    fn of(config: &Config) -> Self {
        let (folder, login) = (&config.keys.folder, &config.login);
        Self {
            folder: folder.clone(),
            both: [
                Place::of(folder, NAMES[0], &login.signing_key_files),
                Place::of(folder, NAMES[1], &login.encryption_key_files),
            ],
        }
    }

    /// Those whose files live in the folder.
    fn ours(&self) -> anyhow::Result<Vec<&Place>> {
        let ours: Vec<_> = self.both.iter().filter(|place| place.named.is_empty()).collect();
        ensure!(
            !ours.is_empty(),
            "the configuration names the key files: put the next key at the end of login.signing_key_files and login.encryption_key_files, and \
             at the beginning once the broker knows it"
        );
        Ok(ours)
    }

    fn make_next(&self) -> anyhow::Result<()> {
        for place in self.ours()? {
            // A repeat shows the same keys again: they may have been handed to the broker already.
            if !place.next.exists() {
                make(&place.next)?;
            }
        }
        self.keep()
    }

    fn switch(&self) -> anyhow::Result<()> {
        let ours = self.ours()?;
        for place in &ours {
            ensure!(
                place.next.exists(),
                "there is no {}: make the next keys first (`login-key next`) and have the broker register them",
                place.next.display()
            );
        }
        for place in ours {
            // In this order a switch that breaks off is told at the next start, and a repeat of it finds what is left to do.
            if place.current.exists() {
                rename(&place.current, &place.previous)?;
            }
            rename(&place.next, &place.current)?;
        }
        self.keep()?;
        println!("The next keys are in use once the hub is restarted.");
        Ok(())
    }

    /// Makes names of files durable.
    fn keep(&self) -> anyhow::Result<()> {
        File::open(&self.folder)
            .and_then(|folder| folder.sync_all())
            .with_context(|| self.folder.display().to_string())
    }
}

fn rename(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::rename(from, to).with_context(|| format!("{} cannot become {}", from.display(), to.display()))
}

fn make(file: &Path) -> anyhow::Result<()> {
    write_new(file, pkcs8_pem(&LoginKeys::generate()?).as_bytes())
}

/// Makes the keys that the configuration leaves to the folder, where the profile needs them and none is there. Durable when it returns.
pub(super) fn ensure(config: &Config) -> anyhow::Result<()> {
    if config.login.profile != LoginProfile::Ftn {
        return Ok(());
    }
    let places = Places::of(config);
    let ours: Vec<_> = places.both.iter().filter(|place| place.named.is_empty()).collect();
    let missing: Vec<_> = ours.iter().filter(|place| !place.current.exists()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let is_there = |place: &&&Place| {
        [&place.current, &place.next, &place.previous]
            .iter()
            .any(|file| file.exists())
    };
    if ours.iter().any(|place| is_there(&place)) {
        let missing: Vec<_> = missing
            .iter()
            .map(|place| place.current.display().to_string())
            .collect();
        bail!(
            "{} missing while other keys of the login are there: restore the keys folder from its backup",
            missing.join(", ")
        );
    }
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&places.folder)
        .with_context(|| format!("the folder {}", places.folder.display()))?;
    for place in ours {
        make(&place.current)?;
    }
    places.keep()
}

/// The files that are read, for those who look after them.
pub(super) fn files(config: &Config) -> Vec<PathBuf> {
    let places = Places::of(config);
    places.both.iter().flat_map(Place::files).map(Path::to_owned).collect()
}

/// Opens the keys. Makes none.
pub(super) fn open(config: &Config) -> anyhow::Result<LoginKeys> {
    let places = Places::of(config);
    let [signing, encryption] = &places.both;
    let texts = |place: &Place| place.files().into_iter().map(read).collect::<anyhow::Result<Vec<_>>>();
    let (signing, encryption) = (texts(signing)?, texts(encryption)?);
    LoginKeys::from_pem(
        &signing.iter().map(Secret::reveal).collect::<Vec<_>>(),
        &encryption.iter().map(Secret::reveal).collect::<Vec<_>>(),
    )
    .context("login.signing_key_files, login.encryption_key_files, or the login-*.key files of the keys folder")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(folder: &Path) -> Config {
        let mut config = Config::default();
        config.keys.folder = folder.join("keys");
        config.login.profile = LoginProfile::Ftn;
        config
    }

    fn kids(config: &Config) -> Vec<String> {
        let jwks = open(config).unwrap().jwks();
        let list = jwks["keys"].as_array().unwrap();
        list.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn keys_are_made_once_and_replaced_in_two_steps() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        assert!(open(&config).is_err());
        ensure(&config).unwrap();
        let first = kids(&config);
        ensure(&config).unwrap();
        assert_eq!((kids(&config).len(), kids(&config)), (2, first.clone()));

        let places = Places::of(&config);
        assert!(places.switch().is_err(), "no next keys yet");
        places.make_next().unwrap();
        let both = kids(&config);
        places.make_next().unwrap();
        assert_eq!(kids(&config), both, "a repeat makes no others");
        assert_eq!((both.len(), &both[0], &both[2]), (4, &first[0], &first[1]));

        places.switch().unwrap();
        let after = kids(&config);
        assert_eq!(
            after,
            [both[1].clone(), both[0].clone(), both[3].clone(), both[2].clone()]
        );
        assert!(places.switch().is_err());
    }

    #[test]
    fn a_lost_key_is_told_and_a_named_file_is_never_made() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(folder.path());
        ensure(&config).unwrap();
        std::fs::remove_file(config.keys.folder.join("login-sign.key")).unwrap();
        let refusal = ensure(&config).unwrap_err().to_string();
        assert!(
            refusal.contains("login-sign.key") && refusal.contains("backup"),
            "{refusal}"
        );
        config.login.signing_key_files = vec![folder.path().join("mistyped.key")];
        ensure(&config).unwrap();
        let refusal = format!("{:#}", open(&config).unwrap_err());
        assert!(refusal.contains("mistyped.key"), "{refusal}");
        assert!(
            Places::of(&config).make_next().is_ok(),
            "the other purpose's key lives in the folder"
        );
    }
}
