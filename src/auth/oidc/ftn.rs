//! What the Finnish Trust Network asks beyond OpenID Connect (Traficom recommendation 213/2023 S, which brokers enforce): we sign what we ask
//! (RFC 9101) and prove ourselves by a signed assertion (RFC 7523), and the ID token comes encrypted to us.
//!
//! Guarantees: nothing of an authorization request but its client id, response type and scope stands outside the signature, and an ID token
//! that is not encrypted goes no further. Leaves out: the checks of the token inside (`exchange`), which are the same as everywhere.

use futures::future::BoxFuture;
use jiff::SignedDuration;
use openidconnect::{AsyncHttpClient, HttpClientError, HttpRequest, HttpResponse, ProviderMetadataWithLogout, reqwest};
use ring::rand::SecureRandom as _;
use serde_json::{Map, Value, json};
use url::Url;

use super::{OidcError, Profile, Provider};
use crate::auth::jwe::{self, JweError};
use crate::auth::login_keys::LoginKeys;

/// How long a signed request holds: as long as a person may stay at the provider.
const REQUEST_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// How long a client assertion holds; it is used at once.
const ASSERTION_LIFE: SignedDuration = SignedDuration::from_mins(2);
/// What a client assertion calls itself (RFC 7523 2.2).
pub(super) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Why the token endpoint's answer did not reach the checks.
#[derive(Debug, thiserror::Error)]
pub enum Undelivered {
    /// No answer.
    #[error("the token endpoint does not answer")]
    Http(#[from] HttpClientError<reqwest::Error>),
    /// An ID token that is not for us, or open to everyone.
    #[error("the ID token was not opened")]
    Jwe(#[from] JweError),
}

impl Provider {
    /// The address that begins the flow, with everything that `plain` asks signed into one parameter (RFC 9101 5). Client id, response type and
    /// scope stand beside it too (OpenID Connect Core 6.1).
    pub(super) fn signed_request(
        &self,
        keys: &LoginKeys,
        metadata: &ProviderMetadataWithLogout,
        plain: &Url,
    ) -> Result<Url, OidcError> {
        let mut url = metadata.authorization_endpoint().url().clone();
        // Parameters that belong to the endpoint's own address stay there.
        let own = url.query_pairs().count();
        let asked: Vec<_> = plain.query_pairs().into_owned().skip(own).collect();
        let mut claims: Map<String, Value> = asked
            .iter()
            .map(|(name, value)| {
                let number = value.parse::<u64>().ok().filter(|_| name == "max_age");
                (name.clone(), number.map_or_else(|| json!(value), |it| json!(it)))
            })
            .collect();
        self.complete(&mut claims, metadata.issuer().as_str(), REQUEST_LIFE)?;
        let request = keys
            .sign("oauth-authz-req+jwt", &claims)
            .map_err(|error| OidcError::Settings(error.into()))?;
        let beside = |name: &str| ["client_id", "response_type", "scope"].contains(&name);
        url.query_pairs_mut()
            .extend_pairs(asked.iter().filter(|(name, _)| beside(name)))
            .append_pair("request", &request);
        Ok(url)
    }

    /// Proves at the token endpoint who we are (OpenID Connect Core 9, `private_key_jwt`).
    pub(super) fn client_assertion(&self, keys: &LoginKeys, token_endpoint: &str) -> Result<String, OidcError> {
        let mut claims = Map::new();
        claims.insert("sub".to_owned(), json!(self.options.client_id));
        self.complete(&mut claims, token_endpoint, ASSERTION_LIFE)?;
        keys.sign("JWT", &claims)
            .map_err(|error| OidcError::Settings(error.into()))
    }

    /// Adds what every token of ours says: from whom, for whom, from when until when, and a name of its own.
    fn complete(&self, claims: &mut Map<String, Value>, audience: &str, life: SignedDuration) -> Result<(), OidcError> {
        let mut name = [0; 16];
        self.rng
            .fill(&mut name)
            .map_err(|_| OidcError::Settings("no random numbers could be had".into()))?;
        let now = self.clock.now().as_second();
        claims.insert("iss".to_owned(), json!(self.options.client_id));
        claims.insert("aud".to_owned(), json!(audience));
        claims.insert("jti".to_owned(), json!(hex::encode(name)));
        claims.insert("iat".to_owned(), json!(now));
        claims.insert("exp".to_owned(), json!(now + life.as_secs()));
        Ok(())
    }

    /// Asks the token endpoint. Where the profile demands it, the ID token of the answer is opened, so that from here on it is like any other.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Undelivered> {
        let answer = self.http.call(request).await?;
        match &self.options.profile {
            Profile::Ftn(keys) if answer.status().is_success() => {
                let (head, body) = answer.into_parts();
                Ok(HttpResponse::from_parts(head, opened(keys, body)?))
            }
            _ => Ok(answer),
        }
    }
}

/// How the library reaches the token endpoint.
impl<'c> AsyncHttpClient<'c> for Provider {
    type Error = Undelivered;
    type Future = BoxFuture<'c, Result<HttpResponse, Undelivered>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// The answer with its ID token opened. What is no answer with an ID token stays as it is: the library tells what is wrong with it.
fn opened(keys: &LoginKeys, body: Vec<u8>) -> Result<Vec<u8>, JweError> {
    let Ok(mut answer) = serde_json::from_slice::<Map<String, Value>>(&body) else {
        return Ok(body);
    };
    let Some(Value::String(token)) = answer.get_mut("id_token") else {
        return Ok(body);
    };
    let inner = jwe::decrypt(token, keys.decryption())?;
    *token = std::str::from_utf8(&inner)
        .map_err(|_| JweError::Undecipherable)?
        .to_owned();
    serde_json::to_vec(&answer).map_err(|_| JweError::Undecipherable)
}
