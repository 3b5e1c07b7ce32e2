//! The time-stamping authority: asked over HTTP (RFC 3161 3.4).
//!
//! Guarantees: a stamp is handed out only after it was verified against the authorities that the operator named; an answer that is too long, too
//! late or redirected is an error. Asking changes nothing and may be repeated. What leaves the hub is a hash of a public checkpoint, and user and
//! password where the authority asks for them. Leaves out: when it is asked, and what becomes of a stamp (`hub::stamp`).

use std::time::Duration;

use openidconnect::reqwest;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use ring::rand::SystemRandom;
use url::Url;

use crate::domain::network::is_loopback;
use crate::evidence::timestamp::{Authorities, PolicyId, REPLY_LIMIT, Stamp, StampError, StampRequest};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where the authority is, and what it must prove.
#[derive(Clone)]
pub struct TsaOptions {
    /// Its address.
    pub url: Url,
    /// The certificates that its own must come from.
    pub authorities: Authorities,
    /// The policy that is asked for; its own choice where none is.
    pub policy: Option<PolicyId>,
    /// User and password (HTTP Basic), where it asks for them.
    pub login: Option<(String, String)>,
}

impl std::fmt::Debug for TsaOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TsaOptions")
            .field("url", &self.url.as_str())
            .finish_non_exhaustive()
    }
}

/// Why there is no stamp. May be repeated.
#[derive(Debug, thiserror::Error)]
pub enum TsaError {
    /// It cannot be reached, or not in time.
    #[error("the time-stamping authority cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    /// It answers with another HTTP status than 200.
    #[error("the time-stamping authority answered {0}")]
    Status(u16),
    /// What came is no stamp, or does not hold.
    #[error("the time-stamping authority's answer does not hold")]
    Answer(#[source] StampError),
    /// The settings make no client.
    #[error("the settings of the time-stamping authority cannot be used")]
    Settings(#[source] reqwest::Error),
}

impl TsaError {
    /// The reason as evidence and metrics have it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Unreachable(_) | Self::Settings(_) => "unreachable",
            Self::Status(_) | Self::Answer(StampError::Rejected(_)) => "refused",
            Self::Answer(_) => "invalid",
        }
    }
}

/// A stamp that was verified, with the reply that proves it.
#[derive(Debug, Clone)]
pub struct Stamped {
    /// The reply in DER.
    pub reply: Vec<u8>,
    /// What it says.
    pub stamp: Stamp,
}

/// The authority.
#[derive(Debug, Clone)]
pub struct Tsa {
    options: TsaOptions,
    http: reqwest::Client,
}

impl Tsa {
    /// Takes the settings; nothing is asked yet.
    ///
    /// # Errors
    /// [`TsaError::Settings`].
    pub fn new(options: TsaOptions) -> Result<Self, TsaError> {
        let mut http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE);
        if is_loopback(&options.url) {
            http = http.no_proxy();
        }
        let http = http.build().map_err(TsaError::Settings)?;
        Ok(Self { options, http })
    }

    /// Has `data` stamped.
    ///
    /// # Errors
    /// See [`TsaError`].
    pub async fn stamp(&self, data: &[u8], rng: &SystemRandom) -> Result<Stamped, TsaError> {
        let request = StampRequest::new(data, self.options.policy, rng).map_err(TsaError::Answer)?;
        let mut asking = self
            .http
            .post(self.options.url.clone())
            .header(CONTENT_TYPE, "application/timestamp-query")
            .header(ACCEPT, "application/timestamp-reply")
            .body(request.to_der().to_vec());
        if let Some((user, password)) = &self.options.login {
            asking = asking.basic_auth(user, Some(password));
        }
        let unreachable = |error: reqwest::Error| TsaError::Unreachable(error.without_url());
        let mut answer = asking.send().await.map_err(unreachable)?;
        if answer.status() != reqwest::StatusCode::OK {
            return Err(TsaError::Status(answer.status().as_u16()));
        }
        let mut reply = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
            if reply.len() + chunk.len() > REPLY_LIMIT {
                return Err(TsaError::Answer(StampError::TooLong));
            }
            reply.extend_from_slice(&chunk);
        }
        let stamp = request
            .accept(&reply, &self.options.authorities)
            .map_err(TsaError::Answer)?;
        Ok(Stamped { reply, stamp })
    }
}
