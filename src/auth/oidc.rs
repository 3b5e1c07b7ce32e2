//! The OpenID Connect relying party: authorization code flow with PKCE, as the Finnish Trust Network profiles it.
//!
//! Guarantees: an [`Identity`] comes only from an ID token whose signature, issuer, audience, authorised party, nonce and times were
//! checked and whose assurance level suffices. The provider need not be up when we start; its metadata and keys are fetched when first
//! needed, kept an hour, and fetched anew when a token names an unknown key. Nothing here touches the database. A code works once, so
//! [`Provider::exchange`] must not be retried. Leaves out: state, sessions and mailboxes (`hub::login`).

mod access_token;
mod claims;
mod discovery;
mod exchange;
mod ftn;
mod level;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{CoreAuthPrompt, CoreAuthenticationFlow};
use openidconnect::{
    AuthenticationContextClass, ClientId, CsrfToken, LanguageTag, LoginHint, LogoutRequest, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, PostLogoutRedirectUrl, Scope, reqwest,
};
use ring::rand::SystemRandom;
use serde_json::Value;
use url::{Host, Url};

pub use self::access_token::Holder;
pub use self::level::default_levels;
use super::login_keys::LoginKeys;
use crate::domain::identity::OwnerIdentity;
use crate::domain::time::Clock;

/// How far the provider's clock may be off ours.
const LEEWAY: SignedDuration = SignedDuration::from_secs(60);

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Our registration with an identity provider, and what we ask of it.
#[derive(Clone)]
pub struct ProviderOptions {
    /// The provider's issuer identifier.
    pub issuer: Url,
    /// Our client id.
    pub client_id: String,
    /// How we and the provider prove ourselves to each other.
    pub profile: Profile,
    /// Where the provider sends the browser back to.
    pub redirect_url: Url,
    /// Where the provider may send the browser after logout.
    pub post_logout_url: Url,
    /// Scopes beside `openid`.
    pub scopes: Vec<String>,
    /// Under which names the provider states what we need.
    pub claims: ClaimNames,
    /// The rank of each `acr` value; 0 marks a test level.
    pub levels: BTreeMap<String, u8>,
    /// The least rank that may log in.
    pub required_level: u8,
    /// Whether test levels may log in: in the demo and in tests only.
    pub accept_test_levels: bool,
    /// Whether artificial identity codes (individual number 900-999) may log in.
    pub allow_artificial: bool,
    /// Languages of the provider's pages, after the one the person reads ours in.
    pub ui_locales: Vec<String>,
    /// The audience of access tokens for our API (RFC 9068); without one none are taken. Never our client id, which ID tokens name.
    pub api_audience: Option<String>,
    /// What the person must have agreed to for a program to use our API: a value of the access token's `scope`. None asks for none.
    pub api_scope: Option<String>,
    /// The claim that names roles, or a JSON pointer to it; none is looked at without.
    pub role_claim: Option<String>,
}

impl std::fmt::Debug for ProviderOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProviderOptions")
            .field("issuer", &self.issuer.as_str())
            .field("client_id", &self.client_id)
            .field("profile", &self.profile)
            .field("required_level", &self.required_level)
            .finish_non_exhaustive()
    }
}

/// How we and a provider prove ourselves to each other.
#[derive(Clone)]
pub enum Profile {
    /// As most providers do: we know a secret, what we ask is plain, and the ID token is signed.
    Secret(String),
    /// As brokers of the Finnish Trust Network do (Traficom recommendation 213/2023 S): we sign what we ask and who we are, and the ID token is
    /// encrypted to us around its signature.
    Ftn(Arc<LoginKeys>),
}

impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Secret(_) => "Secret(redacted)",
            Self::Ftn(_) => "Ftn",
        })
    }
}

/// The names of claims. The defaults are the Finnish Trust Network's (Traficom recommendation 213/2023 S).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimNames {
    /// The personal identity code.
    pub identity: String,
    /// The name to show.
    pub display_name: String,
    /// Family name, used with the given names where no display name is stated.
    pub family_name: String,
    /// Given names.
    pub given_names: String,
}

impl Default for ClaimNames {
    fn default() -> Self {
        Self {
            identity: "urn:oid:1.2.246.21".into(),
            display_name: "urn:oid:2.16.840.1.113730.3.1.241".into(),
            family_name: "urn:oid:2.5.4.4".into(),
            given_names: "urn:oid:1.2.246.575.1.14".into(),
        }
    }
}

/// What a login must remember between the redirect and the answer. Secret, but for `fresh_since`.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub struct Flow {
    /// Comes back inside the ID token.
    pub nonce: String,
    /// Proves to the token endpoint that we began the flow (RFC 7636): 43 to 128 characters.
    pub verifier: String,
    /// When the login was begun, where the person must authenticate anew: whoever authenticated before that does not count.
    #[serde(default)]
    pub fresh_since: Option<Timestamp>,
}

impl std::fmt::Debug for Flow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Flow(redacted)")
    }
}

/// Who logged in, by the provider's word.
#[derive(Clone)]
pub struct Identity {
    /// The person.
    pub owner: OwnerIdentity,
    /// The name to show.
    pub name: String,
    /// The assurance level as the provider wrote it.
    pub acr: String,
    /// Its rank.
    pub level: u8,
    /// When the person authenticated, where the provider says: an old login of its own may stand behind a new token.
    pub auth_time: Option<Timestamp>,
    /// The token itself, the hint for logging out.
    pub id_token: String,
    /// The provider's session.
    pub sid: Option<String>,
    /// The roles that it states.
    pub roles: Vec<String>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity")
            .field("acr", &self.acr)
            .finish_non_exhaustive()
    }
}

/// Why nobody was identified. No variant holds anything personal.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// The provider cannot be reached or does not work; trying again later may help.
    #[error("the identity provider cannot be reached")]
    Unreachable(#[source] Source),
    /// The person turned back at the provider.
    #[error("the person cancelled at the identity provider")]
    Cancelled,
    /// The provider refused, with an error code of OAuth.
    #[error("the identity provider refused the login: {0}")]
    Refused(String),
    /// The person authenticated, with an assurance level that does not suffice.
    #[error("the assurance level of the login does not suffice")]
    LevelTooLow,
    /// The access token proves nothing here, for this reason.
    #[error("{0}")]
    NotAccepted(&'static str),
    /// The access token does not say who its holder is: these claims are missing.
    #[error("the access token lacks {0}")]
    Lacks(String),
    /// The person did not let the program use the API: the access token's scope lacks this.
    #[error("the scope of the access token lacks {0}")]
    LacksScope(String),
    /// The ID token did not pass a check.
    #[error("the identity provider's answer did not pass a check")]
    BadAnswer(#[source] Source),
    /// Our settings cannot work.
    #[error("the identity provider's settings cannot be used")]
    Settings(#[source] Source),
}

impl OidcError {
    fn bad_answer(reason: impl Into<Source>) -> Self {
        Self::BadAnswer(reason.into())
    }
}

/// An authorization request to be.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Ties the answer to the login under way.
    pub state: &'a str,
    /// Nonce and verifier.
    pub flow: &'a Flow,
    /// Whom the provider should expect.
    pub login_hint: Option<&'a str>,
    /// The language the person reads.
    pub language: &'a str,
}

/// An identity provider and our registration with it.
#[derive(Debug)]
pub struct Provider {
    options: ProviderOptions,
    clock: Arc<dyn Clock>,
    rng: SystemRandom,
    http: reqwest::Client,
    cache: tokio::sync::Mutex<discovery::Cache>,
}

impl Provider {
    /// Takes the settings; nothing is fetched yet.
    ///
    /// # Errors
    /// [`OidcError::Settings`].
    pub fn new(options: ProviderOptions, clock: Arc<dyn Clock>) -> Result<Self, OidcError> {
        if !options.levels.values().any(|rank| level::suffices(&options, *rank)) {
            return Err(OidcError::Settings(
                "no assurance level suffices for the required one".into(),
            ));
        }
        let mut http = reqwest::Client::builder()
            // A redirect could lead the server to addresses only it can reach.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(10));
        if is_loopback(&options.issuer) {
            // No proxy leads to this machine.
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| OidcError::Settings(error.into()))?;
        Ok(Self {
            options,
            clock,
            rng: SystemRandom::new(),
            http,
            cache: tokio::sync::Mutex::default(),
        })
    }

    /// The address that begins the flow at the provider.
    ///
    /// # Errors
    /// [`OidcError::Unreachable`] while the provider's metadata was never fetched.
    pub async fn authorize(&self, asked: Asked<'_>) -> Result<Url, OidcError> {
        let metadata = self.metadata().await?;
        let client = self.client(&metadata);
        let (state, nonce) = (asked.state.to_owned(), asked.flow.nonce.clone());
        let verifier = PkceCodeVerifier::new(asked.flow.verifier.clone());
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(nonce),
            )
            .add_scopes(self.options.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        for acr in level::wanted(&self.options) {
            request = request.add_auth_context_value(AuthenticationContextClass::new(acr));
        }
        let others = self.options.ui_locales.iter().map(String::as_str);
        for locale in std::iter::once(asked.language).chain(others.filter(|it| *it != asked.language)) {
            request = request.add_ui_locale(LanguageTag::new(locale.to_owned()));
        }
        if let Some(hint) = asked.login_hint {
            request = request.set_login_hint(LoginHint::new(hint.to_owned()));
        }
        if asked.flow.fresh_since.is_some() {
            request = request.add_prompt(CoreAuthPrompt::Login).set_max_age(Duration::ZERO);
        }
        let plain = request.url().0;
        match &self.options.profile {
            Profile::Secret(_) => Ok(plain),
            Profile::Ftn(keys) => self.signed_request(keys, &metadata, &plain),
        }
    }

    /// Our public keys, for a provider that registers them; none where we prove ourselves by a secret.
    #[must_use]
    pub fn jwks(&self) -> Option<Value> {
        match &self.options.profile {
            Profile::Secret(_) => None,
            Profile::Ftn(keys) => Some(keys.jwks()),
        }
    }

    /// Where to send the browser to end the provider's session; none when the provider has no such place or cannot be reached.
    pub async fn end_session_url(&self, id_token_hint: &str) -> Option<Url> {
        let metadata = self.metadata().await.ok()?;
        let endpoint = metadata.additional_metadata().end_session_endpoint.clone()?;
        let mut url = LogoutRequest::from(endpoint)
            .set_client_id(ClientId::new(self.options.client_id.clone()))
            .set_post_logout_redirect_uri(PostLogoutRedirectUrl::from_url(self.options.post_logout_url.clone()))
            .http_get_url();
        // The library takes the hint only as a parsed token; its text is all there is to it.
        url.query_pairs_mut().append_pair("id_token_hint", id_token_hint);
        Some(url)
    }
}

/// Whether an address is on this machine.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
