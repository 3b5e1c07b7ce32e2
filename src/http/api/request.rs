//! What a program sends, read so that everything wrong with it is told at once: query, path and body.

use std::str::FromStr;
use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use http_body_util::LengthLimitError;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::domain::message::Violation;
use crate::domain::name::Language;
use crate::http::App;
use crate::http::error::{problem, problem_document};
use crate::http::suomifi::extract::is_json;
use crate::hub::ActError;

/// Most bytes of a JSON body: a text of 40 000 characters, each written as two escapes, fits.
const JSON_LIMIT: usize = 1024 * 1024;

/// A JSON body as bytes; reading stops at the limit.
pub struct JsonBody(pub Bytes);

impl FromRequest<Arc<App>> for JsonBody {
    type Rejection = Response;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        if !kind.is_some_and(|kind| kind.to_str().is_ok_and(is_json)) {
            let text = "Send the body as application/json.";
            return Err(problem_document(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
        }
        let read = to_bytes(request.into_body(), JSON_LIMIT).await;
        read.map(Self).map_err(|error| {
            if error.into_inner().is::<LengthLimitError>() {
                let text = format!("The body is larger than {JSON_LIMIT} bytes.");
                problem_document(StatusCode::PAYLOAD_TOO_LARGE, &text)
            } else {
                problem_document(StatusCode::BAD_REQUEST, "The body broke off. Send the request again.")
            }
        })
    }
}

/// What the path names. What cannot be an id is not found, like an id of nothing.
pub struct Named<T>(pub T);

impl<T: FromStr> FromRequestParts<Arc<App>> for Named<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let path: Result<Path<String>, _> = Path::from_request_parts(parts, app).await;
        let id = path.ok().and_then(|Path(id)| id.parse().ok());
        id.map(Self).ok_or_else(|| problem(&ActError::NotFound))
    }
}

/// The same of a path that names a thing and something of it.
pub struct NamedOf<T, U>(pub T, pub U);

impl<T: FromStr, U: FromStr> FromRequestParts<Arc<App>> for NamedOf<T, U> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let path: Result<Path<(String, String)>, _> = Path::from_request_parts(parts, app).await;
        let ids = path
            .ok()
            .and_then(|Path((of, id))| Some((of.parse().ok()?, id.parse().ok()?)));
        ids.map(|(of, id)| Self(of, id))
            .ok_or_else(|| problem(&ActError::NotFound))
    }
}

/// The language that `language` of the query names, Finnish when it is left out.
pub struct InLanguage(pub Language);

impl FromRequestParts<Arc<App>> for InLanguage {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        #[derive(Deserialize)]
        struct Spoken {
            language: Option<String>,
        }
        let Asked(spoken) = Asked::<Spoken>::from_request_parts(parts, app).await?;
        let language = spoken
            .language
            .as_deref()
            .map_or(Some(Language::Fi), Language::from_code);
        language.map(Self).ok_or_else(|| {
            let text = "Send one of \"fi\", \"sv\", \"en\".";
            let violation = Violation::new("/language", "not-allowed-value", text);
            problem(&ActError::Invalid(vec![violation]))
        })
    }
}

/// The query, each of its parameters at most once; unknown ones are ignored.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Arc<App>> for Asked<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let query: Result<Query<T>, _> = Query::from_request_parts(parts, app).await;
        query.map(|Query(query)| Self(query)).map_err(|_| {
            let text = "A parameter of the query stands twice, or is not UTF-8.";
            problem(&ActError::Invalid(vec![Violation::new("", "bad-query", text)]))
        })
    }
}
