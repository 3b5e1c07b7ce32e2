//! The style sheet, the pictures and the scripts, compiled in; their addresses carry a hash of the content, so that browsers may keep them for ever.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use ring::digest::{SHA256, digest};

struct Asset {
    path: String,
    media_type: &'static str,
    bytes: &'static [u8],
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| asset("style", "css", include_bytes!("assets/style.css")));
static LOGO: LazyLock<Asset> = LazyLock::new(|| asset("logo", "svg", include_bytes!("assets/logo.svg")));
static ICON: LazyLock<Asset> = LazyLock::new(|| asset("icon", "svg", include_bytes!("assets/icon.svg")));
static WRITING: LazyLock<Asset> = LazyLock::new(|| asset("writing", "js", include_bytes!("assets/writing.js")));
static EXPORTS: LazyLock<Asset> = LazyLock::new(|| asset("exports", "js", include_bytes!("assets/exports.js")));

fn asset(name: &str, extension: &str, bytes: &'static [u8]) -> Asset {
    let hash = hex::encode(digest(&SHA256, bytes));
    let media_type = match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        _ => "image/svg+xml",
    };
    Asset {
        path: format!("/assets/{name}.{}.{extension}", &hash[..16]),
        media_type,
        bytes,
    }
}

/// Address of the style sheet.
pub fn style_path() -> &'static str {
    &STYLE.path
}

/// Address of the logo.
pub fn logo_path() -> &'static str {
    &LOGO.path
}

/// Address of the icon.
pub fn icon_path() -> &'static str {
    &ICON.path
}

/// Address of the script of the page where people write.
pub fn writing_path() -> &'static str {
    &WRITING.path
}

/// Address of the script of an auditor's exports.
pub fn exports_path() -> &'static str {
    &EXPORTS.path
}

/// `GET /assets/{name}`
pub async fn show(Path(name): Path<String>) -> Response {
    let path = format!("/assets/{name}");
    let Some(asset) = [&STYLE, &LOGO, &ICON, &WRITING, &EXPORTS]
        .into_iter()
        .find(|it| it.path == path)
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, asset.bytes).into_response()
}
