//! The machine's side: files and who may read them, certificates, clock, room on the disk.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use jiff::{SignedDuration, Timestamp};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::{EXPIRES_SOON_DAYS, Finding};
use crate::cli::build;
use crate::config::Config;

/// A clock that stands before this was never set.
const NO_EARLIER: &str = "2026-01-01T00:00:00Z";
/// Logins and proofs of several machines go wrong beyond this.
const MOST_SKEW: SignedDuration = SignedDuration::from_secs(30);
/// A disk with less room than this is soon full.
const LEAST_ROOM: u64 = 1 << 30;

/// Refuses a key that other users of the machine can read.
pub(super) fn is_ours_alone(file: &Path) -> anyhow::Result<()> {
    let mode = std::fs::metadata(file)
        .with_context(|| format!("{} cannot be read", file.display()))?
        .permissions()
        .mode();
    ensure!(
        mode & 0o077 == 0,
        "{} can be read by other users (mode {:o}): chmod 600 it",
        file.display(),
        mode & 0o777
    );
    Ok(())
}

/// "until DATE" of the first certificate of a PEM text, which must hold now.
pub(super) fn certificate_holds(pem: &str, now: Timestamp) -> Finding {
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).context("no certificate in PEM")?;
    let (_, certificate) = x509_parser::parse_x509_certificate(&der).context("not an X.509 certificate")?;
    let validity = certificate.validity();
    let from = Timestamp::from_second(validity.not_before.timestamp())?;
    let until = Timestamp::from_second(validity.not_after.timestamp())?;
    ensure!(from <= now, "holds only from {from}: check the clock");
    ensure!(until > now, "expired at {until}: get a new one");
    let days = until.duration_since(now).as_hours() / 24;
    Ok(if days < EXPIRES_SOON_DAYS {
        format!("only {days} more days, until {until}: renew it")
    } else {
        format!("until {until}")
    })
}

/// Refuses a certificate and key that do not belong together.
pub(super) fn certificate_fits(certificate: &Path, key: &Path) -> anyhow::Result<()> {
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("{} cannot be read as PEM", certificate.display()))?;
    let private =
        PrivateKeyDer::from_pem_file(key).with_context(|| format!("{} cannot be read as PEM", key.display()))?;
    ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .with_context(|| format!("{} is not the key of {}", key.display(), certificate.display()))?;
    Ok(())
}

/// Compares the clock with reason and with another's, where there is one.
pub(super) fn clock_is_sane(now: Timestamp, other: Option<Timestamp>) -> Finding {
    let earliest: Timestamp = NO_EARLIER.parse()?;
    ensure!(
        now > earliest,
        "the clock says {now}: set it, and run a time service (chrony, systemd-timesyncd)"
    );
    match other {
        Some(other) if now.duration_since(other).abs() > MOST_SKEW => bail!(
            "the clock says {now}, the identity provider's {other}: run a time service (chrony, systemd-timesyncd)"
        ),
        Some(_) => Ok(format!("{now}, as the identity provider's")),
        None => Ok(format!("{now}; compared with nobody")),
    }
}

/// Refuses a nearly full disk under the folders that grow.
pub(super) fn disk_has_room(config: &Config) -> Finding {
    let mut folders: Vec<PathBuf> = config.objects.folder.iter().cloned().collect();
    let database = build::sqlite_file(config);
    folders.extend(database.as_deref().and_then(Path::parent).map(Path::to_owned));
    let mut said = Vec::new();
    for folder in folders {
        // A folder that is not there yet will be made on the disk of the nearest one that is.
        let there = folder.ancestors().find(|it| it.exists()).unwrap_or(&folder);
        let stat = rustix::fs::statvfs(there).with_context(|| format!("{} cannot be looked at", folder.display()))?;
        let room = stat.f_bavail.saturating_mul(stat.f_frsize);
        ensure!(
            room >= LEAST_ROOM,
            "{} has {} MiB left: make room",
            folder.display(),
            room >> 20
        );
        said.push(format!("{} GiB under {}", room >> 30, folder.display()));
    }
    Ok(if said.is_empty() {
        "nothing grows on this machine".to_owned()
    } else {
        said.join(", ")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_certificate_is_judged_by_its_dates() {
        let (from, until) = (at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
        let pem = crate::evidence::seal::SealKey::generate("x", from, until, &ring::rand::SystemRandom::new()).unwrap();
        let judge = |now: &str| certificate_holds(&pem.chain, at(now));
        assert!(judge("2026-06-01T00:00:00Z").unwrap().starts_with("until 2027"));
        assert!(judge("2026-12-20T00:00:00Z").unwrap().contains("renew"));
        assert!(judge("2025-06-01T00:00:00Z").is_err());
        assert!(judge("2027-06-01T00:00:00Z").is_err());
    }

    #[test]
    fn clocks_are_compared() {
        let now = at("2026-06-01T00:00:00Z");
        assert!(clock_is_sane(now, None).is_ok());
        assert!(clock_is_sane(now, Some(at("2026-06-01T00:00:20Z"))).is_ok());
        assert!(clock_is_sane(now, Some(at("2026-06-01T00:01:00Z"))).is_err());
        assert!(clock_is_sane(at("1970-01-01T00:00:10Z"), None).is_err());
    }
}
