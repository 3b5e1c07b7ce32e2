//! The demo's identity provider: OpenID Connect with the Finnish Trust Network's claim names, for artificial persons.
//!
//! Guarantees the protocol as a real one does (PKCE, client authentication, codes that work once and for a minute, ES256 tokens), and no
//! security at all: whoever asks is whoever they say. Mounted by `demo` alone, never by `serve`. A request with `login_hint=<id>` is
//! answered with the redirect at once. Beside the hub it knows one client, [`PROGRAM`], for citizens' own programs: public (RFC 8252), so it has no
//! secret, and its codes go to this machine alone. Access tokens (RFC 9068) are for the `resource` that the request names, of whatever name. Keeps codes in
//! memory; its key lives as long as the process. Leaves out: single sign-on (there is no session here, so every request with any `prompt` or
//! `max_age` is a login of its own, and ending a session only leads back) and userinfo.

mod page;
mod token;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Form, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::EncodingKey;
use ring::rand::{SecureRandom as _, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use crate::domain::time::Clock;

/// The client id of citizens' own programs.
pub const PROGRAM: &str = "demo-program";

const ACR: &str = "http://ftn.ficora.fi/2017/loa2";
const CODE_LIFETIME: SignedDuration = SignedDuration::from_secs(60);

/// An artificial person.
#[derive(Debug, Clone)]
pub struct DemoPerson {
    /// Identity code with an individual number of 900-999.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Given names.
    pub given_names: String,
    /// Family name.
    pub family_name: String,
    /// Further claims (roles of auditor and operator). They replace claims of the same name, so that a test can have a provider that errs.
    pub extra_claims: Map<String, Value>,
}

/// Why the demo's provider could not start.
#[derive(Debug, thiserror::Error)]
#[error("the demo's identity provider could not make its key")]
pub struct NoKey;

#[derive(Debug)]
struct Idp {
    issuer: String,
    client_id: String,
    client_secret: String,
    redirect_urls: Vec<Url>,
    persons: Vec<DemoPerson>,
    clock: Arc<dyn Clock>,
    rng: SystemRandom,
    key: Key,
    codes: Mutex<HashMap<String, Grant>>,
}

struct Key {
    private: EncodingKey,
    id: String,
    jwk: Value,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What a code stands for.
#[derive(Debug)]
struct Grant {
    client_id: String,
    person: usize,
    redirect_uri: String,
    nonce: Option<String>,
    challenge: String,
    resource: Option<String>,
    issued: Timestamp,
}

/// The parameters of an authorization request.
#[derive(Debug, Clone, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    response_type: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    scope: String,
    state: Option<String>,
    nonce: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
    login_hint: Option<String>,
    /// The API that an access token is wanted for (RFC 8707).
    resource: Option<String>,
    prompt: Option<String>,
    max_age: Option<String>,
    /// Chosen on our page.
    person: Option<String>,
    /// Chosen on our page.
    cancel: Option<String>,
}

/// The routes of the demo's provider, under the path of `issuer`.
///
/// # Errors
/// [`NoKey`] when the system gives no random numbers.
pub fn demo_provider(
    issuer: Url,
    client_id: String,
    client_secret: String,
    redirect_urls: Vec<Url>,
    persons: Vec<DemoPerson>,
    clock: Arc<dyn Clock>,
) -> Result<Router, NoKey> {
    let rng = SystemRandom::new();
    let path = issuer.path().trim_end_matches('/').to_owned();
    let idp = Arc::new(Idp {
        issuer: issuer.as_str().trim_end_matches('/').to_owned(),
        client_id,
        client_secret,
        redirect_urls,
        persons,
        clock,
        key: Key::generate(&rng)?,
        rng,
        codes: Mutex::default(),
    });
    let routes = Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/jwks", get(jwks))
        .route("/authorize", get(authorize).post(chosen))
        .route("/token", post(token::token))
        .route("/logout", get(logout))
        .with_state(idp);
    Ok(if path.is_empty() {
        routes
    } else {
        Router::new().nest(&path, routes)
    })
}

impl Key {
    fn generate(rng: &SystemRandom) -> Result<Self, NoKey> {
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, rng).map_err(|_| NoKey)?;
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), rng).map_err(|_| NoKey)?;
        // An uncompressed point: 4, then x and y of 32 bytes each.
        let point = pair.public_key().as_ref();
        let (x, y) = point.get(1..).and_then(|xy| xy.split_at_checked(32)).ok_or(NoKey)?;
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        let id = x.chars().take(8).collect::<String>();
        Ok(Self {
            private: EncodingKey::from_ec_der(pkcs8.as_ref()),
            jwk: json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": id, "x": x, "y": y }),
            id,
        })
    }
}

impl Idp {
    fn secret(&self) -> Option<String> {
        let mut bytes = [0; 32];
        self.rng.fill(&mut bytes).ok()?;
        Some(URL_SAFE_NO_PAD.encode(bytes))
    }

    fn known_client(&self, asked: &Asked) -> bool {
        if asked.client_id == PROGRAM {
            return on_this_machine(&asked.redirect_uri);
        }
        asked.client_id == self.client_id && self.redirect_urls.iter().any(|it| it.as_str() == asked.redirect_uri)
    }

    /// Sends the browser back to the client with `answer`.
    fn back(&self, asked: &Asked, answer: (&str, &str)) -> Response {
        let Ok(mut url) = Url::parse(&asked.redirect_uri) else {
            return refused();
        };
        url.query_pairs_mut()
            .append_pair(answer.0, answer.1)
            .append_pair("iss", &self.issuer);
        if let Some(state) = &asked.state {
            url.query_pairs_mut().append_pair("state", state);
        }
        Redirect::to(url.as_str()).into_response()
    }

    /// Sends the browser back with a code for this person.
    fn grant(&self, asked: &Asked, person: usize) -> Response {
        let Some(code) = self.secret() else {
            return self.back(asked, ("error", "server_error"));
        };
        let now = self.clock.now();
        let grant = Grant {
            client_id: asked.client_id.clone(),
            person,
            redirect_uri: asked.redirect_uri.clone(),
            nonce: asked.nonce.clone(),
            challenge: asked.code_challenge.clone().unwrap_or_default(),
            resource: asked.resource.clone(),
            issued: now,
        };
        {
            let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
            codes.retain(|_, it| now.duration_since(it.issued) < CODE_LIFETIME);
            codes.insert(code.clone(), grant);
        }
        self.back(asked, ("code", &code))
    }

    fn position(&self, id: Option<&str>) -> Option<usize> {
        self.persons.iter().position(|person| Some(person.id.as_str()) == id)
    }

    /// What is wrong with a request of a known client, as an error code of OAuth.
    fn fault(asked: &Asked) -> Option<&'static str> {
        let challenge = asked.code_challenge.as_deref().unwrap_or_default();
        if asked.response_type != "code" {
            Some("unsupported_response_type")
        } else if !asked.scope.split(' ').any(|it| it == "openid") {
            Some("invalid_scope")
        } else if asked.code_challenge_method.as_deref() != Some("S256")
            || challenge.len() != 43
            || asked.max_age.as_ref().is_some_and(|age| age.parse::<u32>().is_err())
        {
            Some("invalid_request")
        } else if asked.prompt.as_deref() == Some("none") {
            // Nobody is logged in here between two requests.
            Some("login_required")
        } else {
            None
        }
    }
}

/// Whether an address is one where a program of this machine listens (RFC 8252 7.3): any port, any path.
fn on_this_machine(redirect_uri: &str) -> bool {
    Url::parse(redirect_uri).is_ok_and(|url| {
        url.scheme() == "http" && matches!(url.host_str(), Some("127.0.0.1" | "[::1]")) && url.fragment().is_none()
    })
}

async fn discovery(State(idp): State<Arc<Idp>>) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", idp.issuer);
    Json(json!({
        "issuer": idp.issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "jwks_uri": at("/jwks"),
        "end_session_endpoint": at("/logout"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "scopes_supported": ["openid"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": [ACR],
        "ui_locales_supported": ["fi"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn jwks(State(idp): State<Arc<Idp>>) -> Json<Value> {
    Json(json!({ "keys": [idp.key.jwk] }))
}

async fn authorize(State(idp): State<Arc<Idp>>, Query(asked): Query<Asked>) -> Response {
    if !idp.known_client(&asked) {
        return refused();
    }
    if let Some(fault) = Idp::fault(&asked) {
        return idp.back(&asked, ("error", fault));
    }
    match idp.position(asked.login_hint.as_deref()) {
        Some(person) => idp.grant(&asked, person),
        None => page::choose(&asked, &idp.persons),
    }
}

async fn chosen(State(idp): State<Arc<Idp>>, Form(asked): Form<Asked>) -> Response {
    if !idp.known_client(&asked) {
        return refused();
    }
    if let Some(fault) = Idp::fault(&asked) {
        return idp.back(&asked, ("error", fault));
    }
    if asked.cancel.is_some() {
        return idp.back(&asked, ("error", "access_denied"));
    }
    match idp.position(asked.person.as_deref()) {
        Some(person) => idp.grant(&asked, person),
        None => page::choose(&asked, &idp.persons),
    }
}

#[derive(Debug, Deserialize)]
struct EndSession {
    post_logout_redirect_uri: Option<Url>,
    state: Option<String>,
}

/// Leads back to the client, to an address of its own origin only.
async fn logout(State(idp): State<Arc<Idp>>, Query(end): Query<EndSession>) -> Response {
    let ours = |url: &Url| idp.redirect_urls.iter().any(|it| it.origin() == url.origin());
    match end.post_logout_redirect_uri.filter(ours) {
        Some(mut url) => {
            if let Some(state) = end.state {
                url.query_pairs_mut().append_pair("state", &state);
            }
            Redirect::to(url.as_str()).into_response()
        }
        None => page::logged_out(),
    }
}

fn refused() -> Response {
    let text = "Tuntematon asiakas tai paluuosoite.\n";
    (StatusCode::BAD_REQUEST, [(header::CACHE_CONTROL, "no-store")], text).into_response()
}
