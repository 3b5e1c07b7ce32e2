//! `[mail]`: how the hub writes to people.

use std::path::PathBuf;

use serde::Deserialize;

use super::Secret;

/// `[mail]`: a server, or a folder for trying the hub on one's own machine.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// The sender: an address, or a name and an address in angle brackets. Required.
    pub from: String,
    /// The SMTP server.
    pub server: Option<MailServer>,
    /// How the connection to it is kept private.
    pub tls: MailTls,
    /// The user, where the server asks for one.
    pub user: Option<String>,
    /// Its password.
    pub password: Option<Secret>,
    /// A file that holds the password.
    pub password_file: Option<PathBuf>,
    /// Certificates (PEM) of an authority of one's own that the server's certificate comes from.
    pub ca_file: Option<PathBuf>,
    /// A folder into which mail is laid, a file each, instead of being sent.
    pub folder: Option<PathBuf>,
}

impl Mail {
    /// Whether mail can be written.
    #[must_use]
    pub const fn is_configured(&self) -> bool {
        self.server.is_some() || self.folder.is_some()
    }
}

/// How the connection to the SMTP server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// By STARTTLS, without which nothing is sent; port 587.
    #[default]
    Starttls,
    /// From the first byte; port 465.
    Tls,
    /// Not at all; port 25. For a server on this machine.
    None,
}

impl MailTls {
    /// The port where nothing else is said.
    #[must_use]
    pub const fn port(self) -> u16 {
        match self {
            Self::Starttls => 587,
            Self::Tls => 465,
            Self::None => 25,
        }
    }
}

/// An SMTP server: `HOST` or `HOST:PORT`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct MailServer {
    /// The host.
    pub host: String,
    /// The port, where it is not the usual one. 0: the usual one.
    pub port: u16,
}

impl TryFrom<String> for MailServer {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().ok().filter(|port| *port != 0)),
            None => (text.as_str(), Some(0)),
        };
        let usable = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
        match port {
            Some(port) if !host.is_empty() && host.chars().all(usable) => Ok(Self {
                host: host.to_owned(),
                port,
            }),
            _ => Err(
                "must be a host, with its port where that is not the usual one: \"smtp.example.fi\" or \"127.0.0.1:2525\"",
            ),
        }
    }
}
