//! `[login]`: how citizens log in, in the words of OpenID Connect and the Finnish Trust Network.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use url::Url;

use super::Secret;

/// `[login]`: OpenID Connect.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Login {
    /// The identity provider's issuer, exactly as its discovery document says it. Required.
    pub issuer: Option<Url>,
    /// Our client id at the provider. Required.
    pub client_id: String,
    /// How we and the provider prove ourselves to each other.
    pub profile: LoginProfile,
    /// Our client secret. Required, but for the profile `ftn`.
    pub client_secret: Option<Secret>,
    /// A file that holds the client secret.
    pub client_secret_file: Option<PathBuf>,
    /// RSA keys (PKCS#8 PEM) that sign what we ask, the one in use first; by default those of the keys folder. Profile `ftn` alone.
    pub signing_key_files: Vec<PathBuf>,
    /// RSA keys (PKCS#8 PEM) that ID tokens are encrypted to, the one in use first; by default those of the keys folder. Profile `ftn` alone.
    pub encryption_key_files: Vec<PathBuf>,
    /// Scopes asked for beside `openid`.
    pub scopes: Vec<String>,
    /// Languages of the provider's pages, after the one the person reads ours in.
    pub ui_locales: Vec<String>,
    /// The names of the claims.
    pub claims: ClaimNames,
    /// What each `acr` value is worth.
    pub levels: BTreeMap<String, Level>,
    /// The least level a citizen must log in with.
    pub required_level: Level,
    /// Whether the providers' test levels count as `substantial`; never in production.
    pub accept_test_levels: bool,
    /// The audience (`aud`) of the provider's access tokens for `/api/v1`; without one none are taken.
    pub api_audience: Option<String>,
    /// A word that the `scope` of such a token must hold, so that only programs whom the person let do so act in their mailbox.
    pub api_scope: Option<String>,
}

/// How we and the provider prove ourselves to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginProfile {
    /// By a client secret; ID tokens are signed.
    Standard,
    /// As brokers of the Finnish Trust Network demand: by keys; requests are signed, ID tokens encrypted.
    Ftn,
}

/// What an authentication context is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A test: nothing, unless `login.accept_test_levels`.
    Test,
    /// eIDAS substantial.
    Substantial,
    /// eIDAS high.
    High,
}

impl Default for Login {
    fn default() -> Self {
        let levels = [
            ("http://ftn.ficora.fi/2017/loa2", Level::Substantial),
            ("http://ftn.ficora.fi/2017/loa3", Level::High),
            ("http://eidas.europa.eu/LoA/substantial", Level::Substantial),
            ("http://eidas.europa.eu/LoA/high", Level::High),
            ("http://ftn.ficora.fi/2017/loatest2", Level::Test),
            ("http://ftn.ficora.fi/2017/loatest3", Level::Test),
            ("urn:oid:1.2.246.517.3002.110.999", Level::Test),
        ];
        Self {
            issuer: None,
            client_id: String::new(),
            profile: LoginProfile::Standard,
            client_secret: None,
            client_secret_file: None,
            signing_key_files: Vec::new(),
            encryption_key_files: Vec::new(),
            scopes: Vec::new(),
            ui_locales: Vec::new(),
            claims: ClaimNames::default(),
            levels: levels.map(|(acr, level)| (acr.to_owned(), level)).into(),
            required_level: Level::Substantial,
            accept_test_levels: false,
            api_audience: None,
            api_scope: None,
        }
    }
}

/// `[login.claims]`: the Finnish Trust Network's names by default.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimNames {
    /// Personal identity code.
    pub hetu: String,
    /// Family name.
    pub family_name: String,
    /// Given names.
    pub given_names: String,
    /// The whole name, used where there is one.
    pub display_name: String,
}

impl Default for ClaimNames {
    fn default() -> Self {
        Self {
            hetu: "urn:oid:1.2.246.21".into(),
            family_name: "urn:oid:2.5.4.4".into(),
            given_names: "urn:oid:1.2.246.575.1.14".into(),
            display_name: "urn:oid:2.16.840.1.113730.3.1.241".into(),
        }
    }
}
