//! The configuration file: one struct, every key with a default that is written down in `tiedoksi.example.toml`.
//!
//! Guarantees: an unknown key is refused, every problem is found at once and told with its key and what to do, secrets show neither in Debug
//! nor in a problem. A secret stands in the file, in a file of its own (`…_file`) or in the environment, which wins.
//! Leaves out: whether what the keys point at works (`doctor`).

mod auditor;
mod login;
mod mail;
mod malware;
mod mandates;
mod read;
mod retention;
mod rules;
mod secret;
mod sections;
mod timestamp;
mod witness;

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use auditor::Auditor;
pub use login::{ClaimNames, Level, Login, LoginProfile};
pub use mail::{Mail, MailServer, MailTls};
pub use malware::{Clamd, Malware};
pub use mandates::Mandates;
pub use retention::Retention;
pub use rules::is_loopback;
pub use secret::Secret;
pub use sections::{Database, Keys, Limits, Log, LogFormat, Mailbox, Objects, Paper, S3, Server, Telemetry};
pub use timestamp::TimeStamping;
pub use witness::{Witness, WitnessServer};

/// The commented example with every key, which is also the documentation of the defaults.
pub const EXAMPLE: &str = include_str!("../tiedoksi.example.toml");

/// Everything that can be configured.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the hub listens and under which address it is known.
    pub server: Server,
    /// The database.
    pub database: Database,
    /// Where attachments lie.
    pub objects: Objects,
    /// What looks for malware in uploads.
    pub malware: Malware,
    /// The keys.
    pub keys: Keys,
    /// The evidence log.
    pub log: Log,
    /// Who stamps the log's checkpoints.
    pub timestamp: TimeStamping,
    /// Who is asked to vouch that the log only grows.
    pub witness: Witness,
    /// How citizens log in.
    pub login: Login,
    /// Who may look into deliveries.
    pub auditor: Auditor,
    /// How mailboxes open.
    pub mailbox: Mailbox,
    /// How long content and evidence are kept.
    pub retention: Retention,
    /// Who knows who may act for whom, beside the built-in register.
    pub mandates: Mandates,
    /// How the hub writes to people.
    pub mail: Mail,
    /// Lengths of time, and how much may wait.
    pub limits: Limits,
    /// Letters.
    pub paper: Paper,
    /// What the program tells of itself.
    pub telemetry: Telemetry,
    /// The benchmarks' switches.
    #[cfg(feature = "bench-switches")]
    pub bench: sections::Bench,
}

/// One thing wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key, dotted (`server.listen`); empty for the whole file.
    pub key: String,
    /// What is wrong and what to do.
    pub text: String,
}

impl Problem {
    /// A problem with a key.
    pub fn new(key: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            text: text.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key.as_str() {
            "" => f.write_str(&self.text),
            key => write!(f, "{key}: {}", self.text),
        }
    }
}

/// All that is wrong with a configuration; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Problems {
    /// The file.
    pub file: PathBuf,
    /// In the order they were found.
    pub list: Vec<Problem>,
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} problem(s)", self.file.display(), self.list.len())?;
        self.list.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

/// How an environment variable is read; a parameter because a test cannot set one safely.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Config {
    /// Reads and checks a file. Relative paths count from the file's folder. Secrets are read from where they are named.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn load(file: &Path, environment: Environment<'_>) -> Result<Self, Problems> {
        let refuse = |list| Problems {
            file: file.to_owned(),
            list,
        };
        let text = std::fs::read_to_string(file)
            .map_err(|error| refuse(vec![Problem::new("", format!("the file cannot be read: {error}"))]))?;
        let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        let folder = absolute.parent().map_or_else(PathBuf::new, Path::to_owned);
        Self::from_text(&text, &folder, environment).map_err(refuse)
    }

    /// As [`Config::load`], of a text whose relative paths count from `folder`.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn from_text(text: &str, folder: &Path, environment: Environment<'_>) -> Result<Self, Vec<Problem>> {
        let (mut config, mut problems) = read::read(text);
        config.anchor(folder);
        config.resolve_secrets(environment, &mut problems);
        config.check(&mut problems);
        // A key refused while reading is missing afterwards: one complaint about it is enough.
        let mut seen = std::collections::BTreeSet::new();
        problems.retain(|problem| problem.key.is_empty() || seen.insert(problem.key.clone()));
        if problems.is_empty() { Ok(config) } else { Err(problems) }
    }

    /// Makes every path absolute.
    fn anchor(&mut self, folder: &Path) {
        let files = [
            &mut self.server.tls_certificate,
            &mut self.server.tls_key,
            &mut self.objects.folder,
            &mut self.keys.master_key_file,
            &mut self.keys.seal_key_file,
            &mut self.keys.seal_certificate_file,
            &mut self.keys.log_key_file,
            &mut self.login.client_secret_file,
            &mut self.mandates.api_key_file,
            &mut self.mail.password_file,
            &mut self.mail.ca_file,
            &mut self.mail.folder,
            &mut self.timestamp.ca_file,
            &mut self.timestamp.password_file,
        ];
        for file in files.into_iter().flatten() {
            *file = folder.join(&*file);
        }
        self.keys.folder = folder.join(&self.keys.folder);
        let login = &mut self.login;
        for file in login
            .signing_key_files
            .iter_mut()
            .chain(&mut login.encryption_key_files)
        {
            *file = folder.join(&*file);
        }
        if let Some(file) = self
            .objects
            .s3
            .as_mut()
            .and_then(|s3| s3.secret_access_key_file.as_mut())
        {
            *file = folder.join(&*file);
        }
        if let Some(Clamd::Unix(socket)) = &mut self.malware.clamd {
            *socket = folder.join(&*socket);
        }
        if let Some(file) = &mut self.database.url_file {
            *file = folder.join(&*file);
        }
        self.database.anchor(folder);
    }
}

#[cfg(test)]
mod tests;
