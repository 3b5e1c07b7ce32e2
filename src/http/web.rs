//! The citizens' pages.

use std::sync::Arc;

use axum::Router;

use super::App;

/// The routes of the pages.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
}
