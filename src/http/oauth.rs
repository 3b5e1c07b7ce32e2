//! OAuth 2.0 beside the password: client credentials with a signed assertion (`private_key_jwt`), and the metadata that tells clients so.
//!
//! RFC 6749 4.4 and 5, RFC 7523 2.2, RFC 8414. Served at the root alone, also when the sender API has a prefix: the addresses stand in the
//! metadata, and a token from here opens the sender API in both places. There are no scopes. The Authorization header plays no part,
//! but for `Basic`, which would be a second way of proving the client.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Serialize;
use url::form_urlencoded;

use super::App;
use super::api::wrong_method;
use super::client_addr::ClientAddr;
use super::error::{log, status};
use super::suomifi::auth::TokenResponse;
use crate::auth::assertion::ALGORITHMS;
use crate::hub::ActError;
use crate::hub::assertion::{GrantError, Proof};

/// Where tokens are given.
const TOKEN: &str = "/oauth2/token";
/// Where the metadata lies (RFC 8414 3).
const METADATA: &str = "/.well-known/oauth-authorization-server";
/// The one kind of assertion (RFC 7523 2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Most bytes of a form.
const FORM_LIMIT: usize = 64 * 1024;

/// The routes of the authorization server.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(TOKEN, post(token))
        .route(METADATA, get(metadata))
        .method_not_allowed_fallback(wrong_method)
}

/// The names of this server: of itself, and of its token endpoint.
struct Names {
    issuer: String,
    token_endpoint: String,
}

impl Names {
    fn of(app: &App) -> Self {
        let issuer = app.base_url.as_str().trim_end_matches('/').to_owned();
        Self {
            token_endpoint: format!("{issuer}{TOKEN}"),
            issuer,
        }
    }
}

/// What a client needs to know of the authorization server (RFC 8414 2).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ServerMetadata {
    /// The server's name: an assertion may be addressed to it.
    #[schema(example = "https://viestit.example.fi")]
    issuer: String,
    /// Where tokens are given; the usual address of an assertion.
    #[schema(example = "https://viestit.example.fi/oauth2/token")]
    token_endpoint: String,
    /// Always empty: there is no authorization endpoint.
    response_types_supported: [&'static str; 0],
    /// `client_credentials`.
    grant_types_supported: [&'static str; 1],
    /// `private_key_jwt`.
    token_endpoint_auth_methods_supported: [&'static str; 1],
    /// What an assertion may be signed with.
    token_endpoint_auth_signing_alg_values_supported: [&'static str; 4],
}

/// The metadata of the authorization server.
#[utoipa::path(get, path = METADATA, tag = "oauth", security(()), responses(
    (status = 200, description = "The metadata", body = ServerMetadata)))]
pub async fn metadata(State(app): State<Arc<App>>) -> Json<ServerMetadata> {
    let names = Names::of(&app);
    Json(ServerMetadata {
        issuer: names.issuer,
        token_endpoint: names.token_endpoint,
        response_types_supported: [],
        grant_types_supported: ["client_credentials"],
        token_endpoint_auth_methods_supported: ["private_key_jwt"],
        token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    })
}

/// The form of a token request.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes what read_form reads")]
pub struct GrantRequest {
    /// `client_credentials`.
    #[schema(pattern = "^client_credentials$", example = "client_credentials")]
    grant_type: String,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    #[schema(
        pattern = "^urn:ietf:params:oauth:client-assertion-type:jwt-bearer$",
        example = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    )]
    client_assertion_type: String,
    /// A JWT signed with a registered key: `kid` in the header; `iss` and `sub` (the username), `aud` (the token endpoint or the issuer), `exp` (five
    /// minutes ahead at most) and `jti` (new each time) in the claims.
    client_assertion: String,
    /// The username; if sent, that of the assertion.
    client_id: Option<String>,
}

/// A refusal (RFC 6749 5.2).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct GrantRefusal {
    /// The code for programs.
    #[schema(example = "invalid_client")]
    error: &'static str,
    /// What is wrong and what to do.
    error_description: String,
}

/// A refusal on its way out.
type Refusal = Box<Response>;

fn refusal(status: StatusCode, error: &'static str, description: &str) -> Refusal {
    let body = GrantRefusal {
        error,
        error_description: description.to_owned(),
    };
    Box::new((status, Json(body)).into_response())
}

fn bad_request(description: &str) -> Refusal {
    refusal(StatusCode::BAD_REQUEST, "invalid_request", description)
}

fn bad_client(description: &str) -> Refusal {
    refusal(StatusCode::UNAUTHORIZED, "invalid_client", description)
}

/// Gives an access token for a signed assertion. It works on the whole sender API as one of /v1/token does.
#[utoipa::path(post, path = TOKEN, tag = "oauth", security(()),
    request_body(content = GrantRequest, content_type = "application/x-www-form-urlencoded"), responses(
    (status = 200, description = "A token", body = TokenResponse),
    (status = 400, description = "invalid_request, unsupported_grant_type or invalid_scope", body = GrantRefusal),
    (status = 401, description = "invalid_client: the assertion is wrong, too old or used before, or its key unknown", body = GrantRefusal),
    (status = 403, description = "access_denied: the system may not call from this address", body = GrantRefusal),
    (status = 408, description = "invalid_request: the form came too slowly, or stopped", body = GrantRefusal),
    (status = 413, description = "The form is over 64 KiB", body = GrantRefusal),
    (status = 503, description = "temporarily_unavailable: repeat with a new assertion", body = GrantRefusal)))]
pub async fn token(State(app): State<Arc<App>>, ClientAddr(from): ClientAddr, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let given = async {
        let form = read_form(&head.headers, body).await?;
        let (assertion, client_id) = check_form(&form, &head.headers)?;
        let names = Names::of(&app);
        let proof = Proof {
            assertion,
            client_id,
            audiences: &[&names.token_endpoint, &names.issuer],
            from,
        };
        app.hub.issue_token_for_assertion(proof).await.map_err(not_given)
    };
    let mut response = match given.await {
        Ok(issued) => Json(TokenResponse::from(issued)).into_response(),
        Err(refusal) => *refusal,
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// The refusal of a form that came too slowly.
pub(super) fn too_slow() -> Response {
    let text = "The form came too slowly, or stopped. Send the request again.";
    refusal(StatusCode::REQUEST_TIMEOUT, "invalid_request", text).into_response()
}

/// The members of the form. One that stands there twice is refused (RFC 6749 3.2), an empty one counts as left out.
async fn read_form(headers: &HeaderMap, body: Body) -> Result<BTreeMap<String, String>, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(bad_request("Send the parameters as application/x-www-form-urlencoded."));
    }
    let bytes = to_bytes(body, FORM_LIMIT).await.map_err(|error| {
        if error.into_inner().is::<http_body_util::LengthLimitError>() {
            let text = "The form is larger than 65536 bytes.";
            refusal(StatusCode::PAYLOAD_TOO_LARGE, "invalid_request", text)
        } else {
            bad_request("The body broke off, or is badly framed.")
        }
    })?;
    let mut form = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(&bytes) {
        if form.insert(name.into_owned(), value.into_owned()).is_some() {
            return Err(bad_request("A parameter is sent twice. Send each once."));
        }
    }
    form.retain(|_, value| !value.is_empty());
    Ok(form)
}

/// The assertion, and the client's id if it was sent.
fn check_form<'a>(
    form: &'a BTreeMap<String, String>,
    headers: &HeaderMap,
) -> Result<(&'a str, Option<&'a str>), Refusal> {
    let member = |name: &str| form.get(name).map(String::as_str);
    match member("grant_type") {
        Some("client_credentials") => {}
        None => return Err(bad_request("grant_type is missing: send client_credentials.")),
        Some(_) => {
            let text = "Only the grant type client_credentials is given here.";
            return Err(refusal(StatusCode::BAD_REQUEST, "unsupported_grant_type", text));
        }
    }
    let basic = headers
        .get(header::AUTHORIZATION)
        .is_some_and(|value| value.as_bytes().to_ascii_lowercase().starts_with(b"basic "));
    let by_secret = basic || form.contains_key("client_secret");
    let assertion = match (member("client_assertion"), by_secret) {
        (Some(assertion), false) => assertion,
        (Some(_), true) => {
            return Err(bad_request(
                "Prove the client in one way: by client_assertion, without a client secret.",
            ));
        }
        (None, _) => {
            let mut refused =
                bad_client("Prove the client by client_assertion (private_key_jwt); nothing else is taken here.");
            if basic {
                let challenge = HeaderValue::from_static("Basic realm=\"tiedoksi\"");
                refused.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            }
            return Err(refused);
        }
    };
    match member("client_assertion_type") {
        Some(ASSERTION_TYPE) => {}
        None => return Err(bad_request("client_assertion_type is missing.")),
        Some(_) => {
            return Err(bad_client(
                "client_assertion_type must be urn:ietf:params:oauth:client-assertion-type:jwt-bearer.",
            ));
        }
    }
    if form.contains_key("scope") {
        let text = "There are no scopes here: leave scope out. A token opens what the system may do.";
        return Err(refusal(StatusCode::BAD_REQUEST, "invalid_scope", text));
    }
    Ok((assertion, member("client_id")))
}

fn not_given(error: GrantError) -> Refusal {
    match error {
        GrantError::Client(refused) => bad_client(refused.0),
        GrantError::Act(ActError::Forbidden(why)) => refusal(StatusCode::FORBIDDEN, "access_denied", why),
        GrantError::Act(error) => {
            let status = status(&error);
            log(&error, status);
            if status != StatusCode::SERVICE_UNAVAILABLE {
                return refusal(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "The hub failed.");
            }
            let text = "The hub is busy. Repeat the request in a moment, with a new assertion.";
            let mut refused = refusal(status, "temporarily_unavailable", text);
            refused
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            refused
        }
    }
}
