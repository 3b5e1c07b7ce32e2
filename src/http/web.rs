//! The citizens' pages.

pub mod login;
pub mod session;

use std::sync::Arc;

use axum::Router;

use super::App;

/// The routes of the pages.
pub fn routes() -> Router<Arc<App>> {
    Router::new().merge(login::routes())
}
