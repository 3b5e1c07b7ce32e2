//! The files of a key that takes the place of another: made beside the one in use, and later put in its place.
//!
//! Guarantees: no key is overwritten or lost; a crash at any step leaves files with which the hub starts, and the step can be repeated. Files that the
//! configuration names are the operator's own to move.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use jiff::Timestamp;
use ring::rand::SystemRandom;

use super::{Places, make_seal_key, pkcs8_pem, seal_key, write_new};
use crate::config::Config;
use crate::evidence::checkpoint::LogKey;
use crate::hub::keys::KeyKind;

/// Makes the key that will take over, where there is none yet. Durable when it returns.
pub(in crate::cli) fn make_next(config: &Config, kind: KeyKind, now: Timestamp) -> anyhow::Result<()> {
    let (places, next) = (Places::of(config), Places::of(config).next());
    let (file, is_named) = match kind {
        KeyKind::Log => (&next.log_key, config.keys.log_key_file.is_some()),
        KeyKind::Seal => (&next.seal_key, config.keys.seal_key_file.is_some()),
    };
    if file.exists() {
        return Ok(());
    }
    if is_named {
        let certificate = match kind {
            KeyKind::Log => String::new(),
            KeyKind::Seal => format!(" and its certificates as {}", next.seal_certificate.display()),
        };
        bail!(
            "the configuration names the file of the key in use, so the next one is yours to make: put it there as {}{certificate}",
            file.display()
        );
    }
    match kind {
        KeyKind::Log => write_new(file, pkcs8_pem(&LogKey::generate(&SystemRandom::new())?).as_bytes())?,
        KeyKind::Seal => {
            finish(config, &places)?;
            // Of an attempt that broke off before the key itself was written.
            remove(&next.seal_certificate)?;
            make_seal_key(config, &next, now)?;
        }
    }
    synced(&config.keys.folder)
}

/// Puts the key that was announced in the place of the one in use, which stays beside it. Durable when it returns.
pub(in crate::cli) fn replace(config: &Config, kind: KeyKind) -> anyhow::Result<()> {
    let places = Places::of(config);
    let (next, old) = (places.next(), places.old());
    let is_named = match kind {
        KeyKind::Log => config.keys.log_key_file.is_some(),
        KeyKind::Seal => config.keys.seal_key_file.is_some(),
    };
    let files = match kind {
        KeyKind::Log => vec![(&places.log_key, &next.log_key, &old.log_key)],
        KeyKind::Seal => vec![
            (&places.seal_key, &next.seal_key, &old.seal_key),
            (&places.seal_certificate, &next.seal_certificate, &old.seal_certificate),
        ],
    };
    if is_named {
        let moves: Vec<_> = files
            .iter()
            .map(|(file, next, _)| format!("\n  mv {} {}", next.display(), file.display()))
            .collect();
        bail!(
            "the configuration names the file of the key in use, so it is yours to move: keep a copy of the old one, then{}",
            moves.concat()
        );
    }
    if let Some((_, next, _)) = files.first() {
        ensure!(
            next.exists(),
            "{} is missing: copy it from the machine on which it was announced",
            next.display()
        );
    }
    for (file, _, old) in &files {
        match std::fs::hard_link(file, old) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => ensure!(
                std::fs::read(file)? == std::fs::read(old)?,
                "{} is there from the time before: put it away, or destroy it when no backup from then will be restored any more",
                old.display()
            ),
            linked => linked.with_context(|| format!("{} cannot be written", old.display()))?,
        }
    }
    for (file, next, _) in &files {
        std::fs::rename(next, file).with_context(|| format!("{} cannot be put in its place", next.display()))?;
    }
    synced(&config.keys.folder)
}

/// Ends a replacement of the sealing key that broke off between key and certificates.
pub(super) fn finish(config: &Config, places: &Places) -> anyhow::Result<()> {
    let next = places.next();
    let broke_off = config.keys.seal_key_file.is_none() && next.seal_certificate.exists() && !next.seal_key.exists();
    if broke_off && seal_key(&places.seal_key, &next.seal_certificate).is_ok() {
        std::fs::rename(&next.seal_certificate, &places.seal_certificate)?;
        synced(&config.keys.folder)?;
    }
    Ok(())
}

fn remove(file: &Path) -> anyhow::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", file.display()))
        }
        _ => Ok(()),
    }
}

fn synced(folder: &Path) -> anyhow::Result<()> {
    Ok(File::open(folder)?.sync_all()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::keys::{ensure, open};
    use crate::domain::time::{Clock as _, SystemClock};

    fn config(folder: &Path) -> Config {
        let mut config = Config::default();
        config.keys.folder = folder.join("keys");
        config.log.origin = "log.example".into();
        ensure(&config, SystemClock.now()).unwrap();
        config
    }

    #[test]
    fn the_next_key_takes_over_and_the_old_one_stays_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let now = SystemClock.now();
        for kind in [KeyKind::Log, KeyKind::Seal] {
            let first = open(&config).unwrap().evidence;
            make_next(&config, kind, now).unwrap();
            let both = open(&config).unwrap().evidence;
            make_next(&config, kind, now).unwrap();
            replace(&config, kind).unwrap();
            let last = open(&config).unwrap().evidence;
            match kind {
                KeyKind::Log => {
                    assert_eq!(both.log.vkey(), first.log.vkey());
                    assert_eq!(last.log.vkey(), both.next.log.unwrap().vkey());
                    assert!(last.next.log.is_none());
                }
                KeyKind::Seal => {
                    assert_eq!(both.seal.public(), first.seal.public());
                    assert_eq!(last.seal.public(), both.next.seal.unwrap().public());
                    assert!(last.next.seal.is_none());
                }
            }
            // The one before is never overwritten.
            make_next(&config, kind, now).unwrap();
            let refusal = replace(&config, kind).unwrap_err().to_string();
            assert!(refusal.contains(".old is there from the time before"), "{refusal}");
            let same = open(&config).unwrap().evidence;
            assert_eq!(same.log.vkey(), last.log.vkey());
            assert_eq!(same.seal.public(), last.seal.public());
        }
    }

    #[test]
    fn what_broke_off_between_key_and_certificates_is_ended_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        make_next(&config, KeyKind::Seal, SystemClock.now()).unwrap();
        let next = open(&config).unwrap().evidence.next.seal.unwrap();
        let places = Places::of(&config);
        std::fs::rename(places.next().seal_key, &places.seal_key).unwrap();
        assert!(open(&config).is_err());
        ensure(&config, SystemClock.now()).unwrap();
        assert_eq!(open(&config).unwrap().evidence.seal.public(), next.public());
    }

    #[test]
    fn nothing_is_moved_when_there_is_no_next_key() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        for kind in [KeyKind::Log, KeyKind::Seal] {
            let refusal = replace(&config, kind).unwrap_err().to_string();
            assert!(refusal.contains(".next is missing"), "{refusal}");
        }
        let old = Places::of(&config).old();
        assert!(!old.log_key.exists() && !old.seal_key.exists());
    }

    #[test]
    fn a_named_file_is_the_operators_to_make_and_to_move() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(folder.path());
        config.keys.log_key_file = Some(config.keys.folder.join("log.key"));
        for refusal in [
            make_next(&config, KeyKind::Log, SystemClock.now())
                .unwrap_err()
                .to_string(),
            replace(&config, KeyKind::Log).unwrap_err().to_string(),
        ] {
            assert!(refusal.contains("log.key.next"), "{refusal}");
        }
    }
}
