//! The descriptions of the APIs: as files under `/docs`, and the sender API in a browser at `/api-docs/` (Swagger UI, compiled in).
//!
//! For anyone; the page asks no host but this one, and calls this hub alone. Leaves out: how the descriptions come about (`http::openapi`).

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use ring::digest::{SHA256, digest};

use super::App;
use super::openapi::documents;

/// Scripts and styles are files of ours, all of them (Swagger UI styles its elements by script, which needs no more); its icons are `data:` addresses.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

const NO_SNIFFING: (HeaderName, &str) = (header::X_CONTENT_TYPE_OPTIONS, "nosniff");

/// A file of the page; its address carries a hash of the content, so that browsers may keep it for ever.
struct Asset {
    path: String,
    media_type: &'static str,
    bytes: Vec<u8>,
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| asset("style", "css", swagger("swagger-ui.css")));
static LIBRARY: LazyLock<Asset> = LazyLock::new(|| asset("swagger-ui", "js", swagger("swagger-ui-bundle.js")));
static START: LazyLock<Asset> = LazyLock::new(|| asset("start", "js", include_bytes!("docs/start.js").to_vec()));

static PAGE: LazyLock<String> = LazyLock::new(|| {
    include_str!("docs/page.html")
        .replace("STYLE", &STYLE.path)
        .replace("LIBRARY", &LIBRARY.path)
        .replace("START", &START.path)
});

/// What `tiedoksi openapi` writes. Empty only if a description could not be written as YAML, which a test would tell.
static DESCRIPTIONS: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| documents().unwrap_or_default());

/// The page and its files.
pub fn page() -> Router<Arc<App>> {
    Router::new()
        .route("/api-docs", get(|| async { Redirect::permanent("/api-docs/") }))
        .route("/api-docs/", get(show))
        .route("/api-docs/{name}", get(file))
}

/// The descriptions, without a prefix.
pub fn descriptions() -> Router<Arc<App>> {
    Router::new().route("/docs/{name}", get(description))
}

async fn show() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        NO_SNIFFING,
    ];
    (headers, PAGE.as_str())
}

async fn file(Path(name): Path<String>) -> Response {
    let path = format!("/api-docs/{name}");
    let Some(asset) = [&STYLE, &LIBRARY, &START].into_iter().find(|it| it.path == path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        NO_SNIFFING,
    ];
    (headers, asset.bytes.as_slice()).into_response()
}

/// `application/yaml` is RFC 9512.
async fn description(Path(name): Path<String>) -> Response {
    let Some((_, text)) = DESCRIPTIONS.iter().find(|(there, _)| *there == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, "application/yaml"),
        (header::CACHE_CONTROL, "no-cache"),
        NO_SNIFFING,
    ];
    (headers, text.as_str()).into_response()
}

/// A file of the Swagger UI that is compiled in. Empty only if a new version leaves the file out, which a test would tell.
fn swagger(name: &str) -> Vec<u8> {
    match utoipa_swagger_ui::serve(name, Arc::default()) {
        Ok(Some(file)) => file.bytes.into_owned(),
        _ => Vec::new(),
    }
}

fn asset(name: &str, extension: &str, bytes: Vec<u8>) -> Asset {
    let hash = hex::encode(digest(&SHA256, &bytes));
    Asset {
        path: format!("/api-docs/{name}.{}.{extension}", &hash[..16]),
        media_type: if extension == "css" {
            "text/css; charset=utf-8"
        } else {
            "text/javascript; charset=utf-8"
        },
        bytes,
    }
}
