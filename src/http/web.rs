//! The citizens' pages: server-rendered, in three languages. Each works without JavaScript; one script makes writing easier.
//!
//! A handler parses, does one act of the hub and answers with a template of `templates/`; every text lies in `locales/`. Errors become pages in
//! [`error`], and `dress` adds the security headers to every answer. Left out: what the acts decide, and the sender API.

mod acting;
mod activate;
mod assets;
mod attachment;
mod auditor;
mod contact;
mod deadline;
mod deliberate;
mod draft;
mod drafts;
mod dress;
mod erased;
pub mod error;
mod filing;
mod folder;
mod front;
mod history;
pub mod login;
mod mandates;
mod message;
mod opened;
pub(in crate::http) mod openness;
pub mod page;
mod proof;
mod search;
mod sender;
pub mod session;
mod sessions;
mod settings;
pub mod text;
mod thread;
mod write;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse as _;
use axum::routing::{get, post};

pub(in crate::http) use self::deliberate::deliberate;
use self::dress::{Dress, dress};
use self::error::{Kind, PageError};
use super::patience::{Patience, timely};
use super::{App, docs};

/// The routes of the pages, and the page of addresses that lead nowhere.
pub fn routes(app: &App) -> Router<Arc<App>> {
    dressed(Dress::of(app), app.patience)
}

fn dressed(with: Dress, patience: Patience) -> Router<Arc<App>> {
    let pages = Router::new()
        .route("/", get(front::show))
        .route("/activate", get(activate::show).post(activate::submit))
        .route("/opened", get(opened::show))
        .route("/messages/{id}", get(message::show).layer(from_fn(deliberate)))
        .route("/messages/{id}/confirm", post(message::confirm))
        .route(
            "/messages/{id}/attachments/{attachment}",
            get(attachment::show).layer(from_fn(deliberate)),
        )
        .route("/messages/{id}/reply", post(drafts::reply))
        .merge(write::routes())
        .route("/settings", get(settings::show))
        .route("/settings/sender", post(settings::choose))
        .route("/settings/withdraw", post(settings::withdraw))
        .route("/assets/{name}", get(assets::show))
        .route("/messages/{id}/proof", get(proof::show))
        .route("/messages/{id}/bundle", get(proof::bundle))
        .route("/messages/{id}/receipt", get(proof::receipt))
        .merge(folder::routes())
        .merge(login::routes())
        .merge(contact::routes())
        .merge(history::routes())
        .merge(auditor::routes())
        .merge(sender::routes())
        .merge(search::routes())
        .merge(openness::routes())
        .merge(acting::routes())
        .merge(mandates::routes())
        .merge(sessions::routes())
        .merge(docs::page())
        .merge(docs::descriptions())
        .fallback(|| async { StatusCode::NOT_FOUND });
    timely(pages, patience, || PageError::Bare(Kind::TooSlow).into_response()).layer(from_fn_with_state(with, dress))
}

#[cfg(test)]
mod tests;
