//! A register of mandates over HTTP, in the style of Suomi.fi e-Authorizations (`docs/mandates.md` says what is called and how it is read).
//!
//! Guarantees: an answer is used only when it came whole, in time, from the address configured, and every entry of it could be read; roles that
//! are not configured give nothing. Reads only, so everything may be repeated. Leaves out: how long an answer holds (`hub::acting`) and what a
//! mandate reaches.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use openidconnect::reqwest;
use ring::hmac;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::domain::identity::{BusinessId, Hetu, OwnerIdentity};
use crate::domain::mandate::{AgentRole, majority};
use crate::domain::network::is_loopback;

/// The header that carries client, time and checksum.
const HEADER: &str = "X-AsiointivaltuudetAuthorization";
/// Most bytes of an answer: some thousands of companies.
const MOST_BYTES: usize = 1_048_576;

/// Where the register is, what we are to it, and how its roles are read.
#[derive(Clone)]
pub struct RegisterOptions {
    /// The address before `/service/`.
    pub url: Url,
    /// What the register calls us.
    pub client_id: String,
    /// The key of the checksums.
    pub api_key: String,
    /// How long one answer may take.
    pub timeout: Duration,
    /// How long an answer holds.
    pub hold: Duration,
    /// Roles of those who sign for a company alone.
    pub signatory_roles: Vec<String>,
    /// Roles of guardians; they count for minors only.
    pub guardian_roles: Vec<String>,
    /// Roles of those who hold a mandate for messages.
    pub mandate_roles: Vec<String>,
    /// Whether artificial identity codes (individual number 900-999) are read.
    pub allow_artificial: bool,
}

impl std::fmt::Debug for RegisterOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RegisterOptions")
            .field("url", &self.url.as_str())
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// Why the register's answer cannot be used. Never holds anything of the answer.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// It cannot be reached, or not in time.
    #[error("the register of mandates cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    /// It answers something else than its lists.
    #[error("the register of mandates answered {0}")]
    Status(u16),
    /// What came is no list, or has an entry that cannot be read.
    #[error("the register of mandates gave an answer that cannot be read: {0}")]
    Answer(&'static str),
    /// The settings make no client.
    #[error("the settings of the register of mandates cannot be used")]
    Settings(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// For whom a person may act, by the register.
#[derive(Debug, Clone)]
pub struct Represented {
    /// The owner.
    pub owner: OwnerIdentity,
    /// The owner's name.
    pub name: String,
    /// In which capacity.
    pub role: AgentRole,
}

/// The register.
#[derive(Debug, Clone)]
pub struct MandateRegister {
    options: RegisterOptions,
    http: reqwest::Client,
}

#[derive(Deserialize)]
struct Company {
    identifier: String,
    name: String,
    roles: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Individual {
    person_id: String,
    name: String,
    roles: Vec<String>,
}

impl MandateRegister {
    /// Takes the settings; nothing is asked yet.
    ///
    /// # Errors
    /// [`RegisterError::Settings`].
    pub fn new(options: RegisterOptions) -> Result<Self, RegisterError> {
        let mut http = reqwest::Client::builder()
            // A redirect could lead the server to addresses only it can reach, with a person's identity code.
            .redirect(reqwest::redirect::Policy::none())
            .timeout(options.timeout);
        if is_loopback(&options.url) {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| RegisterError::Settings(error.into()))?;
        Ok(Self { options, http })
    }

    /// How long an answer holds.
    #[must_use]
    pub const fn hold(&self) -> Duration {
        self.options.hold
    }

    /// What evidence calls a mandate of this register: the register, and the question that it answered.
    #[must_use]
    pub fn reference(&self, request: &str) -> String {
        format!("{}:{request}", self.options.url.host_str().unwrap_or_default())
    }

    /// For whom a person may act at `now`; `request` names the question in the register's log.
    ///
    /// # Errors
    /// See [`RegisterError`]; nothing is known then, and it may be asked again.
    pub async fn represented_by(
        &self,
        agent: &Hetu,
        now: Timestamp,
        request: &str,
    ) -> Result<Vec<Represented>, RegisterError> {
        let companies = self.ask("ypa/api/organizationRoles", agent, now, request);
        let persons = self.ask("hpa/api/delegate", agent, now, request);
        let (companies, persons): (Vec<Company>, Vec<Individual>) = futures::try_join!(companies, persons)?;
        let mut found = Vec::new();
        for company in companies {
            let owner = BusinessId::parse(&company.identifier).map_err(|_| RegisterError::Answer("a Business ID"))?;
            if let Some(role) = self.role_in_company(&company.roles) {
                found.push(represented(OwnerIdentity::Company(owner), company.name, role)?);
            }
        }
        for person in persons {
            let owner = Hetu::parse(&person.person_id, self.options.allow_artificial)
                .map_err(|_| RegisterError::Answer("an identity code"))?;
            if owner != *agent
                && let Some(role) = self.role_for(&owner, &person.roles, now)
            {
                found.push(represented(OwnerIdentity::Person(owner), person.name, role)?);
            }
        }
        Ok(found)
    }

    fn role_in_company(&self, roles: &[String]) -> Option<AgentRole> {
        if any(&self.options.signatory_roles, roles) {
            Some(AgentRole::Signatory)
        } else {
            any(&self.options.mandate_roles, roles).then_some(AgentRole::Mandate)
        }
    }

    /// Guardians act for minors only: an adult under guardianship acts alone (`contract.md` 3.6).
    fn role_for(&self, owner: &Hetu, roles: &[String], now: Timestamp) -> Option<AgentRole> {
        if now < majority(owner) && any(&self.options.guardian_roles, roles) {
            Some(AgentRole::Guardian)
        } else {
            any(&self.options.mandate_roles, roles).then_some(AgentRole::Mandate)
        }
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        what: &str,
        agent: &Hetu,
        now: Timestamp,
        request: &str,
    ) -> Result<Vec<T>, RegisterError> {
        let mut url = self.options.url.clone();
        let path = format!(
            "{}/service/{what}/{}/{}",
            url.path().trim_end_matches('/'),
            self.options.client_id,
            agent.reveal()
        );
        url.set_path(&path);
        url.set_query(Some(&format!("requestId={request}")));
        let signed = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let header = authorization(&self.options, &signed, now);
        // The address holds an identity code, so no error may carry it.
        let unreachable = |error: reqwest::Error| RegisterError::Unreachable(error.without_url());
        let mut answer = self
            .http
            .get(url)
            .header(HEADER, header)
            .send()
            .await
            .map_err(unreachable)?;
        if answer.status() != reqwest::StatusCode::OK {
            return Err(RegisterError::Status(answer.status().as_u16()));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
            if bytes.len() + chunk.len() > MOST_BYTES {
                return Err(RegisterError::Answer("its size"));
            }
            bytes.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&bytes).map_err(|_| RegisterError::Answer("its form"))
    }
}

fn represented(owner: OwnerIdentity, name: String, role: AgentRole) -> Result<Represented, RegisterError> {
    if name.trim().is_empty() || name.chars().count() > 500 || name.chars().any(char::is_control) {
        return Err(RegisterError::Answer("a name"));
    }
    Ok(Represented { owner, name, role })
}

fn any(wanted: &[String], found: &[String]) -> bool {
    found.iter().any(|role| wanted.contains(role))
}

/// Client, time, and the checksum over path, query and time: HMAC-SHA256 with the API key, in base64.
fn authorization(options: &RegisterOptions, path: &str, now: Timestamp) -> String {
    let time = format!("{now:.3}");
    let key = hmac::Key::new(hmac::HMAC_SHA256, options.api_key.as_bytes());
    let checksum = hmac::sign(&key, format!("{path} {time}").as_bytes());
    format!("{} {time} {}", options.client_id, STANDARD.encode(checksum))
}
