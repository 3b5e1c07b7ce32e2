//! `GET /log/...`: the evidence log in the C2SP layout (tlog-tiles, tlog-checkpoint), for anyone.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};

use super::App;
use super::api::{unknown_path, wrong_method};
use super::error::problem;
use crate::evidence::tile::TilePath;
use crate::hub::ActError;

/// The routes of the log.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/log/checkpoint", get(checkpoint))
        .route("/log/checkpoint/newest", get(newest_checkpoint))
        .route("/log/ended/{number}/checkpoint", get(ended_checkpoint))
        .route("/log/ended/{number}/checkpoint/held", get(held_checkpoint))
        .route("/log/ended/{number}/tile/{*path}", get(ended_tile))
        .route("/log/log.vkey", get(log_key))
        .route("/log/seal_chain.pem", get(seal_chain))
        .route("/log/tile/{*path}", get(tile))
        .method_not_allowed_fallback(wrong_method)
        .route("/log", any(unknown_path))
        .route("/log/", any(unknown_path))
        .route("/log/{*unknown}", any(unknown_path))
}

async fn checkpoint(State(app): State<Arc<App>>) -> Response {
    note(app.hub.checkpoint().await)
}

async fn newest_checkpoint(State(app): State<Arc<App>>) -> Response {
    note(app.hub.newest_checkpoint().await)
}

async fn ended_checkpoint(State(app): State<Arc<App>>, number: Result<Path<i64>, PathRejection>) -> Response {
    match number {
        Ok(Path(number)) => note(app.hub.ended_checkpoint(number).await),
        Err(_) => problem(&ActError::NotFound),
    }
}

async fn held_checkpoint(State(app): State<Arc<App>>, number: Result<Path<i64>, PathRejection>) -> Response {
    match number {
        Ok(Path(number)) => note(app.hub.held_checkpoint(number).await),
        Err(_) => problem(&ActError::NotFound),
    }
}

fn note(note: Result<String, ActError>) -> Response {
    match note {
        Ok(text) => (
            [
                (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
                (header::CACHE_CONTROL, "no-store"),
            ],
            text,
        )
            .into_response(),
        Err(error) => problem(&error),
    }
}

async fn log_key(State(app): State<Arc<App>>) -> Response {
    match app.hub.log_vkeys().await {
        Ok(keys) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], keys).into_response(),
        Err(error) => problem(&error),
    }
}

async fn seal_chain(State(app): State<Arc<App>>) -> Response {
    match app.hub.seal_chains().await {
        Ok(chains) => ([(header::CONTENT_TYPE, "application/x-pem-file")], chains).into_response(),
        Err(error) => problem(&error),
    }
}

async fn tile(State(app): State<Arc<App>>, path: Result<Path<String>, PathRejection>) -> Response {
    let path = path.map(|Path(path)| path).unwrap_or_default();
    let Ok(path) = format!("tile/{path}").parse::<TilePath>() else {
        return problem(&ActError::NotFound);
    };
    tile_bytes(app.hub.tile(path).await)
}

async fn ended_tile(State(app): State<Arc<App>>, path: Result<Path<(i64, String)>, PathRejection>) -> Response {
    let parsed = path
        .ok()
        .and_then(|Path((number, path))| Some((number, format!("tile/{path}").parse::<TilePath>().ok()?)));
    match parsed {
        Some((number, path)) => tile_bytes(app.hub.ended_tile(number, path).await),
        None => problem(&ActError::NotFound),
    }
}

fn tile_bytes(bytes: Result<Vec<u8>, ActError>) -> Response {
    match bytes {
        Ok(bytes) => {
            let mut response = (StatusCode::OK, bytes).into_response();
            let headers = response.headers_mut();
            headers.insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/octet-stream"),
            );
            // A tile never changes once it is there.
            headers.insert(
                header::CACHE_CONTROL,
                HeaderValue::from_static("public, max-age=31536000, immutable"),
            );
            response
        }
        Err(error) => problem(&error),
    }
}
