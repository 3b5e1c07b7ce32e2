//! `tiedoksi admin key`: replacing the keys with which the hub makes evidence.

use anyhow::{Context as _, bail, ensure};
use clap::{Subcommand, ValueEnum};
use jiff::SignedDuration;

use super::super::keys::{self, rotation};
use super::told;
use crate::config::Config;
use crate::domain::time::{Clock as _, SystemClock, from_micros};
use crate::hub::Hub;
use crate::hub::keys::{KeyKind, KeyState, KnownKey};
use crate::hub::restart::checked;

/// How long an announced key waits, unless there is no time for it.
const OVERLAP: SignedDuration = SignedDuration::from_hours(7 * 24);

#[derive(Debug, Subcommand)]
#[command(
    after_help = "Keys of evidence are replaced with an overlap, so that who knows the old key learns of the new one from the log itself:
  1. tiedoksi admin --config F key announce log --reason 'yearly change'   makes the next key beside the one in use, and announces it;
  2. restart every process of the hub (where there are several machines, copy the new file to each first): from then on both keys sign;
  3. give the new public keys to those who verify (`tiedoksi trust`), and to witnesses;
  4. after some weeks: tiedoksi admin --config F key replace log           and restart every process again.
Proofs carry the announcement: `tiedoksi verify` accepts the new key from who gives the old one. docs/keys.md says more."
)]
pub(super) enum KeyVerb {
    /// Every key that there was and is: kind, state, when it was announced, name
    List {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Make the key that will take over, and announce it in the log; repeated, it changes nothing
    Announce {
        /// Which
        #[arg(value_enum)]
        kind: Which,
        /// Why, in one line; stands in the log and in every proof for ever: nothing personal
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Also when another key is announced already, whose file is lost: that one never takes over
        #[arg(long)]
        instead: bool,
    },
    /// Put the announced key in the place of the one in use
    Replace {
        /// Which
        #[arg(value_enum)]
        kind: Which,
        /// Also when it was announced less than seven days ago, such as when the old key was stolen
        #[arg(long)]
        now: bool,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Which {
    /// The key that signs the log's checkpoints
    Log,
    /// The key that seals records, with its certificate
    Seal,
}

impl From<Which> for KeyKind {
    fn from(which: Which) -> Self {
        match which {
            Which::Log => Self::Log,
            Which::Seal => Self::Seal,
        }
    }
}

impl KeyVerb {
    /// What must be there before the hub is opened: the key to announce.
    pub(super) fn prepare(&self, config: &Config) -> anyhow::Result<()> {
        if let Self::Announce { kind, reason, .. } = self {
            // Who is refused has made no key.
            checked(reason).map_err(told)?;
            // Of a new hub the first key comes before the next.
            keys::ensure(config, SystemClock.now())?;
            rotation::make_next(config, (*kind).into(), SystemClock.now())?;
        }
        Ok(())
    }

    pub(super) async fn run(self, hub: &Hub, config: &Config) -> anyhow::Result<()> {
        hub.prepare_log().await.map_err(told)?;
        match self {
            Self::List { json } => print(&hub.list_keys().await.map_err(told)?, json),
            Self::Announce { kind, reason, instead } => {
                // To the microsecond, as the database has times.
                let asked = from_micros(SystemClock.now().as_microsecond());
                let key = match instead {
                    true => hub.announce_key_instead(kind.into(), &reason).await,
                    false => hub.announce_key(kind.into(), &reason).await,
                };
                let key = key.map_err(told)?;
                if key.announced_at.is_some_and(|at| at < asked) {
                    println!("Announced before, with the reason of then: {}", key.name);
                    return Ok(());
                }
                println!(
                    "Announced: {}\nIts file lies beside the one in use, and ends in .next. Restart every process of the hub, each with that file: from then on \
                     both keys sign. Later: `key replace {}`.",
                    key.name,
                    key.kind.as_str()
                );
                Ok(())
            }
            Self::Replace { kind, now } => replace(hub, config, kind.into(), now).await,
        }
    }
}

async fn replace(hub: &Hub, config: &Config, kind: KeyKind, now: bool) -> anyhow::Result<()> {
    let keys = hub.list_keys().await.map_err(told)?;
    let announced = keys.iter().find_map(|key| match key.state {
        KeyState::Announced { logged } if key.kind == kind => Some((key, logged)),
        _ => None,
    });
    let Some((key, logged)) = announced else {
        bail!(
            "no key of the {0} is announced to take over: `key announce {0}` comes first",
            kind.as_str()
        );
    };
    ensure!(
        !keys.iter().any(|it| it.kind == kind && it.state == KeyState::Held),
        "the file that ends in .next holds another key than the one that is announced, {}: put that one there (it was made where it was announced), or \
         announce the one that is there: `key announce {} --instead`",
        key.name,
        kind.as_str()
    );
    ensure!(
        logged,
        "the announcement is not in the log yet: it gets its place within a second while the hub serves. Try again then"
    );
    let since = key.announced_at.context("the time of the announcement")?;
    ensure!(
        now || SystemClock.now().duration_since(since) >= OVERLAP,
        "it was announced on {since:.0}, less than seven days ago: those who verify have had no time to learn of it. Wait, or, when the old key can no \
         longer be trusted, add --now"
    );
    rotation::replace(config, kind)?;
    println!(
        "{} is in the place of the key before it, whose file now ends in .old. Restart every process of the hub; on other machines move the files in the \
         same way first.",
        key.name
    );
    Ok(())
}

fn print(keys: &[KnownKey], json: bool) -> anyhow::Result<()> {
    let word = |state| match state {
        KeyState::Replaced => "replaced",
        KeyState::InUse => "in use",
        KeyState::Announced { logged: true } => "announced",
        KeyState::Announced { logged: false } => "announced, not in the log yet",
        KeyState::GivenUp => "given up",
        KeyState::Held => "held, not announced",
    };
    if json {
        let list: Vec<_> = keys
            .iter()
            .map(|key| {
                serde_json::json!({
                    "kind": key.kind.as_str(),
                    "state": word(key.state),
                    "name": key.name,
                    "announcedAt": key.announced_at.map(|at| at.to_string()),
                })
            })
            .collect();
        println!("{}", serde_json::to_string_pretty(&list)?);
        return Ok(());
    }
    for key in keys {
        let at = key.announced_at.map_or_else(|| "-".to_owned(), |at| format!("{at:.0}"));
        println!("{}\t{}\t{at}\t{}", key.kind.as_str(), word(key.state), key.name);
    }
    Ok(())
}
