//! `[timestamp]`: who stamps the log's checkpoints.

use std::path::PathBuf;

use serde::Deserialize;
use url::Url;

use super::Secret;

/// `[timestamp]`
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TimeStamping {
    /// The address of the time-stamping authority; without it nothing is stamped.
    pub url: Option<Url>,
    /// The certificates (PEM) that the authority's own must come from.
    pub ca_file: Option<PathBuf>,
    /// The policy that is asked for, an object identifier.
    pub policy: Option<String>,
    /// The user, where the authority asks for one.
    pub user: Option<String>,
    /// Its password.
    pub password: Option<Secret>,
    /// A file that holds the password.
    pub password_file: Option<PathBuf>,
}
