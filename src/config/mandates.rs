//! `[mandates]`: a register of mandates beside the built-in one.

use std::path::PathBuf;

use serde::Deserialize;
use url::Url;

use super::Secret;

/// `[mandates]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mandates {
    /// The register's address, before `/service/`; without it the built-in register is all.
    pub url: Option<Url>,
    /// What the register calls us.
    pub client_id: Option<String>,
    /// The key of the requests' checksums.
    pub api_key: Option<Secret>,
    /// A file that holds the key.
    pub api_key_file: Option<PathBuf>,
    /// Minutes for which an answer holds.
    pub hold_minutes: u32,
    /// Seconds within which the register must answer.
    pub timeout_seconds: u32,
    /// The register's names for those who sign for a company alone.
    pub signatory_roles: Vec<String>,
    /// Its names for guardians of minors.
    pub guardian_roles: Vec<String>,
    /// Its names for those who hold a mandate for messages.
    pub mandate_roles: Vec<String>,
}

impl Default for Mandates {
    fn default() -> Self {
        let roles = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            url: None,
            client_id: None,
            api_key: None,
            api_key_file: None,
            hold_minutes: 15,
            timeout_seconds: 5,
            signatory_roles: roles(&["NIMKO"]),
            guardian_roles: roles(&["HUOLTAJA"]),
            mandate_roles: roles(&["VIESTIT"]),
        }
    }
}
