//! `[witness]`: who is asked to vouch that the log only grows.

use serde::Deserialize;
use url::Url;

/// `[witness]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Witness {
    /// How many of the servers must have cosigned a checkpoint. Required where there are any.
    pub quorum: u32,
    /// Seconds within which a witness must answer.
    pub timeout_seconds: u32,
    /// The witnesses; none by default.
    pub server: Vec<WitnessServer>,
}

impl Default for Witness {
    fn default() -> Self {
        Self {
            quorum: 0,
            timeout_seconds: 5,
            server: Vec::new(),
        }
    }
}

/// `[[witness.server]]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessServer {
    /// Its address, before `/add-checkpoint`.
    pub url: Url,
    /// Its verifier key, `name+hash+base64`.
    pub vkey: String,
}
