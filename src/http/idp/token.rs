//! The token endpoint of the demo's provider.

use std::sync::{Arc, PoisonError};

use axum::Json;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, Header};
use percent_encoding::percent_decode_str;
use ring::digest;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use subtle::ConstantTimeEq as _;

use super::{ACR, CODE_LIFETIME, Grant, Idp, PROGRAM};
use crate::auth::oidc::ClaimNames;

/// How long a token holds, in seconds.
const LIFETIME: i64 = 300;

#[derive(Debug, Deserialize)]
pub(super) struct Redeem {
    grant_type: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    code_verifier: String,
    client_id: Option<String>,
    client_secret: Option<String>,
}

pub(super) async fn token(State(idp): State<Arc<Idp>>, headers: HeaderMap, Form(redeem): Form<Redeem>) -> Response {
    match idp.redeem(&headers, &redeem) {
        Ok(answer) => ([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response(),
        Err("invalid_client") => {
            let challenge = [(header::WWW_AUTHENTICATE, "Basic realm=\"demo-idp\"")];
            (
                StatusCode::UNAUTHORIZED,
                challenge,
                Json(json!({ "error": "invalid_client" })),
            )
                .into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response(),
    }
}

impl Idp {
    fn redeem(&self, headers: &HeaderMap, redeem: &Redeem) -> Result<Value, &'static str> {
        let client = self.authenticated(headers, redeem).ok_or("invalid_client")?;
        if redeem.grant_type != "authorization_code" {
            return Err("unsupported_grant_type");
        }
        // Taken out before it is looked at: a code is spent by the first attempt.
        let grant = self
            .codes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&redeem.code);
        let grant = grant.ok_or("invalid_grant")?;
        let challenge = digest::digest(&digest::SHA256, redeem.code_verifier.as_bytes());
        let fresh = self.clock.now().duration_since(grant.issued) < CODE_LIFETIME;
        let ours = grant.client_id == client
            && grant.redirect_uri == redeem.redirect_uri
            && grant.challenge == URL_SAFE_NO_PAD.encode(challenge);
        if !fresh || !ours {
            return Err("invalid_grant");
        }
        Ok(json!({
            "access_token": self.access_token(&grant)?,
            "token_type": "Bearer",
            "expires_in": LIFETIME,
            "id_token": self.id_token(&grant)?,
        }))
    }

    /// Which client asks: the hub by `client_secret_basic` (RFC 6749 2.3.1: both parts form-encoded) or `client_secret_post`, a program by naming itself.
    fn authenticated(&self, headers: &HeaderMap, redeem: &Redeem) -> Option<String> {
        let basic = headers
            .get(header::AUTHORIZATION)
            .and_then(|it| it.to_str().ok()?.strip_prefix("Basic "))
            .and_then(|it| String::from_utf8(STANDARD.decode(it).ok()?).ok())
            .and_then(|it| {
                it.split_once(':')
                    .map(|(id, secret)| (form_decode(id), form_decode(secret)))
            });
        let (id, secret) = basic.unwrap_or_else(|| {
            let text = |it: &Option<String>| it.clone().unwrap_or_default();
            (text(&redeem.client_id), text(&redeem.client_secret))
        });
        let hub = id == self.client_id && bool::from(secret.as_bytes().ct_eq(self.client_secret.as_bytes()));
        let program = id == PROGRAM && secret.is_empty();
        (hub || program).then_some(id)
    }

    fn id_token(&self, grant: &Grant) -> Result<String, &'static str> {
        let mut claims = self.claims(grant)?;
        let mut state = |name: &str, value: Value| {
            claims.entry(name).or_insert(value);
        };
        state("aud", json!(grant.client_id));
        state("sid", json!(self.secret().ok_or("server_error")?));
        if let Some(nonce) = &grant.nonce {
            state("nonce", json!(nonce));
        }
        self.sign("JWT", &claims)
    }

    /// An access token (RFC 9068) for the API that was asked for, or for this provider alone.
    fn access_token(&self, grant: &Grant) -> Result<String, &'static str> {
        let mut claims = self.claims(grant)?;
        let mut state = |name: &str, value: Value| {
            claims.entry(name).or_insert(value);
        };
        state("aud", json!(grant.resource.as_ref().unwrap_or(&self.issuer)));
        state("client_id", json!(grant.client_id));
        state("jti", json!(self.secret().ok_or("server_error")?));
        self.sign("at+jwt", &claims)
    }

    /// What both tokens say. What a person's further claims say stands.
    fn claims(&self, grant: &Grant) -> Result<Map<String, Value>, &'static str> {
        let person = self.persons.get(grant.person).ok_or("invalid_grant")?;
        let names = ClaimNames::default();
        let now = self.clock.now().as_second();
        let subject = digest::digest(&digest::SHA256, format!("demo person {}", person.id).as_bytes());
        let mut claims = person.extra_claims.clone();
        let mut state = |name: &str, value: Value| {
            claims.entry(name).or_insert(value);
        };
        state("iss", json!(self.issuer));
        state(
            "sub",
            json!(hex::encode(subject.as_ref().get(..16).unwrap_or_default())),
        );
        state("iat", json!(now));
        state("exp", json!(now + LIFETIME));
        state("auth_time", json!(grant.issued.as_second()));
        state("acr", json!(ACR));
        state(&names.identity, json!(person.id));
        state(&names.display_name, json!(person.name));
        state(&names.given_names, json!(person.given_names));
        state(&names.family_name, json!(person.family_name));
        Ok(claims)
    }

    fn sign(&self, typ: &str, claims: &Map<String, Value>) -> Result<String, &'static str> {
        let mut head = Header::new(Algorithm::ES256);
        head.typ = Some(typ.to_owned());
        head.kid = Some(self.key.id.clone());
        jsonwebtoken::encode(&head, claims, &self.key.private).map_err(|_| "server_error")
    }
}

fn form_decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}
