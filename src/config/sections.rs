//! The sections of the file, with their defaults.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use serde::Deserialize;
use url::Url;

use super::Secret;
use crate::domain::consent::Regime;

/// `[server]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Address and port to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The address under which citizens reach the hub. Required.
    pub base_url: Option<Url>,
    /// The sender API is served here as well as at the root, for example `/rest`.
    pub path_prefix: String,
    /// The certificate chain, PEM; with it the hub speaks TLS itself.
    pub tls_certificate: Option<PathBuf>,
    /// The private key of the certificate, PEM.
    pub tls_key: Option<PathBuf>,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Where Prometheus fetches metrics; nowhere by default. Not for the public network.
    pub metrics_listen: Option<SocketAddr>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            base_url: None,
            path_prefix: String::new(),
            tls_certificate: None,
            tls_key: None,
            trusted_proxies: Vec::new(),
            metrics_listen: None,
        }
    }
}

/// `[database]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://…`. Required; a secret, for it may hold a password.
    pub url: Option<Secret>,
    /// A file that holds the address.
    pub url_file: Option<PathBuf>,
    /// Connections: for reading (SQLite) or for everything (PostgreSQL).
    pub connections: u32,
    /// A pooler in transaction mode (PgBouncer) stands before PostgreSQL.
    pub pooler: bool,
    /// PostgreSQL without the pooler, for `migrate`.
    pub direct_url: Option<Secret>,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: None,
            url_file: None,
            connections: 12,
            pooler: false,
            direct_url: None,
        }
    }
}

impl Database {
    pub(super) fn anchor(&mut self, folder: &Path) {
        for url in [&mut self.url, &mut self.direct_url].into_iter().flatten() {
            let Some(path) = url.reveal().strip_prefix("sqlite:") else {
                continue;
            };
            let path = path.strip_prefix("//").unwrap_or(path);
            if !path.starts_with(':') && Path::new(path).is_relative() {
                *url = Secret::new(format!("sqlite:{}", folder.join(path).display()));
            }
        }
    }
}

/// `[objects]`: a folder, or `[objects.s3]`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Objects {
    /// A folder on this machine.
    pub folder: Option<PathBuf>,
    /// A bucket that speaks the S3 protocol.
    pub s3: Option<S3>,
}

/// `[objects.s3]`
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct S3 {
    /// Bucket name. Required.
    pub bucket: String,
    /// Key prefix inside the bucket.
    pub prefix: String,
    /// Region. Required.
    pub region: String,
    /// Endpoint, for stores other than AWS.
    pub endpoint: Option<Url>,
    /// Access key id; without one the `AWS_*` environment counts.
    pub access_key_id: Option<String>,
    /// Secret access key.
    pub secret_access_key: Option<Secret>,
    /// A file that holds the secret access key.
    pub secret_access_key_file: Option<PathBuf>,
}

/// `[keys]`: a key without a file of its own lives in the folder and is made at the first start.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Keys {
    /// Where keys are kept that have no file of their own.
    pub folder: PathBuf,
    /// The key that opens everything stored: 32 bytes in base64.
    pub master_key: Option<Secret>,
    /// A file that holds the master key.
    pub master_key_file: Option<PathBuf>,
    /// The sealing key: PKCS#8 PEM, P-256.
    pub seal_key_file: Option<PathBuf>,
    /// The sealing key's certificate chain, PEM, its own certificate first.
    pub seal_certificate_file: Option<PathBuf>,
    /// The log's key: PKCS#8 PEM, Ed25519.
    pub log_key_file: Option<PathBuf>,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            folder: "keys".into(),
            master_key: None,
            master_key_file: None,
            seal_key_file: None,
            seal_certificate_file: None,
            log_key_file: None,
        }
    }
}

/// `[log]`
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// The log's name in every checkpoint; never changes. Required.
    pub origin: String,
    /// The hub's name in evidence; by default the host of `server.base_url`.
    pub hub_name: Option<String>,
    /// The operator's identifier in evidence, such as its Business ID; by default `hub_name`.
    pub operator_id: Option<String>,
    /// URI of the policy under which evidence is made; by default one that says that none is published.
    pub policy: Option<String>,
}

/// `[mailbox]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mailbox {
    /// How mailboxes open.
    pub regime: Regime,
    /// How many months a choice of paper holds in the statutory regime.
    pub opt_out_months: i32,
    /// Days that a deleted message can be restored.
    pub deleted_days: u32,
    /// Whether a mailbox is activated only with a verified e-mail address (consent regime).
    pub require_email: bool,
    /// Whether artificial identity codes (individual number 900-999) are taken; never in production.
    pub allow_artificial: bool,
}

impl Default for Mailbox {
    fn default() -> Self {
        Self {
            regime: Regime::Consent,
            opt_out_months: 6,
            deleted_days: 60,
            require_email: true,
            allow_artificial: false,
        }
    }
}

/// `[paper]`
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Paper {
    /// Whether letters are taken for a print house to collect. Without it, messages that would go on paper are refused.
    pub enabled: bool,
}

/// `[limits]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Days that the event feed reaches back, and that end users' messages, their files and the state of a sent message (v1) are shown to systems.
    pub feed_days: u32,
    /// Hours an upload may wait for its message.
    pub upload_hours: u32,
    /// Minutes an access token lives.
    pub token_minutes: u32,
    /// Hours between two changes of a system's password.
    pub password_interval_hours: u32,
    /// Minutes after which an unused session ends.
    pub session_idle_minutes: u32,
    /// Hours after which a session ends in any case.
    pub session_hours: u32,
    /// Minutes for which a login lets a person confirm receipt; later they log in again first.
    pub confirm_login_minutes: u32,
    /// Acts that may wait for the writer.
    pub queue: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            feed_days: 60,
            upload_hours: 24,
            token_minutes: 60,
            password_interval_hours: 0,
            session_idle_minutes: 30,
            session_hours: 8,
            confirm_login_minutes: 60,
            queue: 1024,
        }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Human,
    /// One JSON object per line.
    Json,
}

/// `[telemetry]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Telemetry {
    /// How log lines look.
    pub format: LogFormat,
    /// What is logged: a level, or directives such as `info,tiedoksi=debug`.
    pub filter: String,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self {
            format: LogFormat::Human,
            filter: "info".into(),
        }
    }
}

/// `[bench]`
#[cfg(feature = "bench-switches")]
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bench {
    /// Whether acts share commits.
    pub share_commits: bool,
    /// Whether evidence is written.
    pub evidence: bool,
}

#[cfg(feature = "bench-switches")]
impl Default for Bench {
    fn default() -> Self {
        Self {
            share_commits: true,
            evidence: true,
        }
    }
}
