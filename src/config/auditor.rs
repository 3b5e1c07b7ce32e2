//! `[auditor]`: who may look into deliveries.

use std::collections::BTreeMap;

use serde::Deserialize;

/// `[auditor]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Auditor {
    /// The claim of the identity provider that names roles: a text or a list of texts. With a slash in front, a JSON pointer to it.
    pub claim: String,
    /// Its values that give the role for the whole hub.
    pub everywhere: Vec<String>,
    /// Its values that give it for one organisation, each with that organisation's Business ID.
    pub organisations: BTreeMap<String, String>,
}

impl Default for Auditor {
    fn default() -> Self {
        Self {
            claim: "roles".into(),
            everywhere: Vec::new(),
            organisations: BTreeMap::new(),
        }
    }
}
