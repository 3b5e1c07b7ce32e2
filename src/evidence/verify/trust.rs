//! The keys that a verification stands on: the reader's own, or, said so, the file's.

use super::{Outcome, Verdict};
use crate::evidence::{
    checkpoint::{KeyError, VerifierKey},
    cosignature::CosignerKey,
    proof::ProofTrust,
    seal::SealPublic,
    timestamp::Authorities,
    witnesses::{PolicyError, WitnessPolicy},
};
use std::str::FromStr;

/// Keys that the reader has from elsewhere than the file. Empty: none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    /// Verifier keys of the log, old and new.
    pub log_keys: Vec<VerifierKey>,
    /// Sealing keys, old and new.
    pub seal_keys: Vec<SealPublic>,
    /// Certificates that those of time-stamping authorities must come from.
    pub authorities: Authorities,
    /// Witnesses that must have cosigned every checkpoint that an event is shown under.
    pub witnesses: Option<WitnessPolicy>,
}

/// A file of the trust folder is not what its name says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` holds no key that can be used")]
pub struct TrustError {
    /// The file.
    pub name: String,
    /// Why.
    #[source]
    pub source: TrustCause,
}

/// Why a file of the trust folder cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TrustCause {
    /// It holds no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The witnesses, or how many of them must have cosigned, cannot be used.
    #[error(transparent)]
    Witnesses(#[from] PolicyError),
}

impl Trust {
    /// No keys: the file's own will be used, and the verdict will say so.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The keys in the files of a trust folder: `*.vkey`, `seal*.pem`, `seal*.jwk`, `tsa*.pem`; of witnesses `witness*.vkey`. How many of the witnesses must have
    /// cosigned stands in `witness.policy`; without it all must. Other files are passed over.
    ///
    /// # Errors
    /// [`TrustError`] for the first file that cannot be read as what its name says.
    pub fn from_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Self, TrustError> {
        let (mut trust, mut witnesses, mut quorum) = (Self::none(), Vec::new(), None);
        for (name, bytes) in files {
            let refuse = |source| refused(name, source);
            let text = || std::str::from_utf8(bytes).map_err(|_| refuse(KeyError::BadPublicKey));
            if name.starts_with("witness") && name.ends_with(".vkey") {
                let keys = keys(text()?).ok_or_else(|| refuse(KeyError::BadPublicKey))?;
                witnesses.extend::<Vec<CosignerKey>>(keys);
            } else if name == "witness.policy" {
                quorum = Some(WitnessPolicy::parse_quorum(text()?).map_err(|error| refused(name, error))?);
            } else if name.ends_with(".vkey") {
                trust.log_keys.extend(log_keys(text()?).map_err(refuse)?);
            } else if name.starts_with("seal") && name.ends_with(".pem") {
                trust
                    .seal_keys
                    .extend(SealPublic::from_pem_chain(text()?).map_err(refuse)?);
            } else if name.starts_with("seal") && name.ends_with(".jwk") {
                trust.seal_keys.extend(SealPublic::from_jwks(bytes).map_err(refuse)?);
            } else if name.starts_with("tsa") && name.ends_with(".pem") {
                trust
                    .authorities
                    .extend(Authorities::from_pem(text()?).map_err(refuse)?);
            }
        }
        if !witnesses.is_empty() || quorum.is_some() {
            let quorum = quorum.unwrap_or(witnesses.len());
            let policy = WitnessPolicy::new(witnesses, quorum).map_err(|error| refused("witness.policy", error))?;
            trust.witnesses = Some(policy);
        }
        Ok(trust)
    }
}

fn refused(name: &str, source: impl Into<TrustCause>) -> TrustError {
    TrustError {
        name: name.to_owned(),
        source: source.into(),
    }
}

fn log_keys(text: &str) -> Result<Vec<VerifierKey>, KeyError> {
    keys(text).ok_or(KeyError::BadPublicKey)
}

/// The keys of a file, one a line; none unless every line is one.
fn keys<K: FromStr>(text: &str) -> Option<Vec<K>> {
    let keys: Result<Vec<_>, _> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::parse)
        .collect();
    keys.ok().filter(|keys| !keys.is_empty())
}

/// The reader's keys where there are any, otherwise the file's.
pub(super) fn choose_keys(stated_by_file: &ProofTrust, trust: &Trust, verdict: &mut Verdict) -> Trust {
    let mut keys = trust.clone();
    match (log_keys(&stated_by_file.log_vkey), trust.log_keys.is_empty()) {
        (Err(_), _) => verdict.push("log key", Outcome::Fails, "the file states no key that can be read"),
        (Ok(stated), true) => {
            verdict.push(
                "log key",
                Outcome::KeysFromFile,
                format!("only known from this file: {}", stated_by_file.log_vkey.trim()),
            );
            keys.log_keys = stated;
        }
        (Ok(stated), false) if stated.iter().any(|key| trust.log_keys.contains(key)) => {
            verdict.push("log key", Outcome::Holds, "the file states a key that you gave");
        }
        (Ok(_), false) => verdict.push(
            "log key",
            Outcome::Fails,
            "the file states another key than those you gave",
        ),
    }
    if !trust.seal_keys.is_empty() {
        verdict.push("seal key", Outcome::Holds, "seals are checked by the keys you gave");
        return keys;
    }
    match SealPublic::from_pem_chain(&stated_by_file.seal_chain) {
        Ok(stated) => {
            let kids: Vec<_> = stated.iter().map(SealPublic::kid).collect();
            verdict.push(
                "seal key",
                Outcome::KeysFromFile,
                format!("only known from this file: {}", kids.join(", ")),
            );
            keys.seal_keys = stated;
        }
        Err(_) => verdict.push(
            "seal key",
            Outcome::Fails,
            "the file states no certificate that can be read",
        ),
    }
    keys
}
