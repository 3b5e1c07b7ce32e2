//! `tiedoksi admin system-key`: the public keys with which systems prove themselves at `/oauth2/token`.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Subcommand;
use jiff::Timestamp;

use super::{print, time, told};
use crate::auth::assertion::PublicKey;
use crate::domain::id::KeyId;
use crate::hub::Hub;

#[derive(Debug, Subcommand)]
pub(super) enum SystemKeyVerb {
    /// Register a public key; several at a time let one replace another
    Add {
        /// The system's username
        username: String,
        /// The public key as a JSON Web Key: RSA from 2048 bits, EC P-256 or Ed25519
        #[arg(long, value_name = "FILE")]
        jwk: PathBuf,
        /// When it stops working: a date (its start, UTC) or an RFC 3339 time
        #[arg(long, value_name = "TIME", value_parser = time)]
        expires: Option<Timestamp>,
    },
    /// The keys of a system
    List {
        /// The system's username
        username: String,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Take a key back for good, and the tokens given for it
    Disable {
        /// The key's id, as `add` and `list` print it first; not its kid
        id: KeyId,
    },
}

impl SystemKeyVerb {
    pub(super) async fn run(self, hub: &Hub) -> anyhow::Result<()> {
        match self {
            Self::Add { username, jwk, expires } => {
                let text = std::fs::read_to_string(&jwk).with_context(|| jwk.display().to_string())?;
                let key = PublicKey::read(&text).with_context(|| jwk.display().to_string())?;
                let id = hub.add_system_key(&username, &key, expires).await.map_err(told)?;
                println!(
                    "Key {id} of {username} is registered. Its assertions name kid {}.",
                    key.kid
                );
            }
            Self::List { username, json } => print(&hub.list_system_keys(&username).await.map_err(told)?, json)?,
            Self::Disable { id } => hub.revoke_system_key(id).await.map_err(told)?,
        }
        Ok(())
    }
}
