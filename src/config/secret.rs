//! A value that shows nowhere, and the three places it may come from.

use std::fmt;
use std::path::Path;

use serde::de::{Deserialize, Deserializer, Error as _};

use super::{Config, Environment, Problem};

/// A secret text. Debug shows that there is one, nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a text for a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    /// As a text; the complaint about anything else does not repeat it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)
            .map(Self)
            .map_err(|_| D::Error::custom("this must be a text in quotation marks"))
    }
}

/// Where one secret may stand.
struct Places<'a> {
    key: &'a str,
    variable: &'a str,
    file: Option<&'a Path>,
}

impl Config {
    /// Fills each secret from the environment or its file.
    pub(super) fn resolve_secrets(&mut self, environment: Environment<'_>, problems: &mut Vec<Problem>) {
        let mut resolve = |places: Places<'_>, value: &mut Option<Secret>| {
            if let Err(problem) = places.resolve(value, environment) {
                problems.push(problem);
            }
        };
        resolve(
            Places {
                key: "database.url",
                variable: "TIEDOKSI_DATABASE_URL",
                file: self.database.url_file.as_deref(),
            },
            &mut self.database.url,
        );
        resolve(
            Places {
                key: "keys.master_key",
                variable: "TIEDOKSI_MASTER_KEY",
                file: self.keys.master_key_file.as_deref(),
            },
            &mut self.keys.master_key,
        );
        resolve(
            Places {
                key: "login.client_secret",
                variable: "TIEDOKSI_CLIENT_SECRET",
                file: self.login.client_secret_file.as_deref(),
            },
            &mut self.login.client_secret,
        );
        resolve(
            Places {
                key: "mandates.api_key",
                variable: "TIEDOKSI_MANDATES_API_KEY",
                file: self.mandates.api_key_file.as_deref(),
            },
            &mut self.mandates.api_key,
        );
        resolve(
            Places {
                key: "mail.password",
                variable: "TIEDOKSI_MAIL_PASSWORD",
                file: self.mail.password_file.as_deref(),
            },
            &mut self.mail.password,
        );
        resolve(
            Places {
                key: "timestamp.password",
                variable: "TIEDOKSI_TIMESTAMP_PASSWORD",
                file: self.timestamp.password_file.as_deref(),
            },
            &mut self.timestamp.password,
        );
        if let Some(s3) = &mut self.objects.s3 {
            resolve(
                Places {
                    key: "objects.s3.secret_access_key",
                    variable: "TIEDOKSI_S3_SECRET_ACCESS_KEY",
                    file: s3.secret_access_key_file.as_deref(),
                },
                &mut s3.secret_access_key,
            );
        }
    }
}

impl Places<'_> {
    fn resolve(&self, value: &mut Option<Secret>, environment: Environment<'_>) -> Result<(), Problem> {
        if let Some(text) = environment(self.variable).filter(|text| !text.is_empty()) {
            *value = Some(Secret(text));
            return Ok(());
        }
        let Some(file) = self.file else { return Ok(()) };
        let key = format!("{}_file", self.key);
        if value.is_some() {
            let text = format!("give either {} or {key}, not both", self.key);
            return Err(Problem::new(key, text));
        }
        match std::fs::read_to_string(file) {
            Ok(text) if text.trim().is_empty() => Err(Problem::new(key, format!("{} is empty", file.display()))),
            Ok(text) => {
                *value = Some(Secret(text.trim().to_owned()));
                Ok(())
            }
            Err(error) => Err(Problem::new(
                key,
                format!(
                    "{} cannot be read: {error}; make the file, readable by this user",
                    file.display()
                ),
            )),
        }
    }
}
