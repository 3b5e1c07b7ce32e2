//! The hub's side: asks one witness over HTTP to cosign a checkpoint.
//!
//! Guarantees: an answer is used only when it came whole, in time, from the address configured, and is as short as an answer is; a cosignature
//! is handed out only after the configured key verified it. Asking changes nothing here and may be repeated.

use std::time::Duration;

use openidconnect::reqwest;
use reqwest::header::CONTENT_TYPE;
use url::Url;

use crate::evidence::cosignature::CosignerKey;
use crate::evidence::submission::Submission;
use crate::evidence::witnesses::{PolicyError, WitnessPolicy};

/// Most bytes of an answer: the lines of many keys.
const MOST_BYTES: usize = 64 * 1024;

/// Why a witness's answer cannot be used; it may be asked again.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It cannot be reached, or not in time.
    #[error("the witness cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    /// It answers with an error: 404 does not follow our log, 403 does not know our log's key.
    #[error("the witness answered {0}")]
    Status(u16),
    /// What came is not what a witness answers.
    #[error("the witness gave an answer that cannot be used: {0}")]
    Answer(&'static str),
    /// The settings make no client.
    #[error("the settings of the witness cannot be used")]
    Settings(#[source] reqwest::Error),
}

/// What a witness says to a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Its line, verified.
    Cosigned(String),
    /// It knows a tree of this size, from which it wants the proof.
    Knows(u64),
    /// It says that the proof does not lead from the tree it knows to ours.
    WrongProof,
}

/// One witness as the hub knows it.
#[derive(Debug, Clone)]
pub struct WitnessClient {
    key: CosignerKey,
    address: Url,
    http: reqwest::Client,
}

impl WitnessClient {
    /// The witness with this key at this address (before `/add-checkpoint`). Nothing is asked yet.
    ///
    /// # Errors
    /// [`AskError::Settings`].
    pub fn new(key: CosignerKey, url: &Url, timeout: Duration) -> Result<Self, AskError> {
        let mut address = url.clone();
        address.set_path(&format!("{}/add-checkpoint", url.path().trim_end_matches('/')));
        let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let mut http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(timeout);
        if loopback {
            http = http.no_proxy();
        }
        let http = http.build().map_err(AskError::Settings)?;
        Ok(Self { key, address, http })
    }

    /// The witness's key.
    #[must_use]
    pub fn key(&self) -> &CosignerKey {
        &self.key
    }

    /// Asks for a cosignature.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn ask(&self, submission: &Submission) -> Result<Answer, AskError> {
        let request = self.http.post(self.address.clone()).body(submission.to_string());
        let mut answer = request.send().await.map_err(AskError::Unreachable)?;
        let status = answer.status().as_u16();
        let sized = answer
            .headers()
            .get(CONTENT_TYPE)
            .is_some_and(|kind| kind == "text/x.tlog.size");
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(AskError::Unreachable)? {
            if bytes.len() + chunk.len() > MOST_BYTES {
                return Err(AskError::Answer("its size"));
            }
            bytes.extend_from_slice(&chunk);
        }
        let text = String::from_utf8(bytes).map_err(|_| AskError::Answer("its form"))?;
        match status {
            200 => self.own_line(submission, &text).map(Answer::Cosigned),
            409 if sized => {
                let size = text.strip_suffix('\n').and_then(|size| size.parse().ok());
                size.map(Answer::Knows).ok_or(AskError::Answer("the size it knows"))
            }
            422 => Ok(Answer::WrongProof),
            status => Err(AskError::Status(status)),
        }
    }

    /// The line by the configured key, among those of other keys that the witness may have.
    fn own_line(&self, submission: &Submission, lines: &str) -> Result<String, AskError> {
        lines
            .split_inclusive('\n')
            .find(|line| {
                let note = format!("{}{line}", submission.checkpoint);
                self.key.cosigned(&note).is_ok()
            })
            .map(ToOwned::to_owned)
            .ok_or(AskError::Answer("no cosignature by the key configured for it"))
    }
}

/// The witnesses that a hub asks, and how many of them must cosign.
#[derive(Debug, Clone)]
pub struct Panel {
    clients: Vec<WitnessClient>,
    policy: WitnessPolicy,
}

impl Panel {
    /// At least `quorum` of these must cosign.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub fn new(clients: Vec<WitnessClient>, quorum: usize) -> Result<Self, PolicyError> {
        let keys = clients.iter().map(|client| client.key.clone()).collect();
        let policy = WitnessPolicy::new(keys, quorum)?;
        Ok(Self { clients, policy })
    }

    /// The witnesses.
    #[must_use]
    pub fn clients(&self) -> &[WitnessClient] {
        &self.clients
    }

    /// How many must cosign.
    #[must_use]
    pub fn quorum(&self) -> usize {
        self.policy.quorum()
    }
}
