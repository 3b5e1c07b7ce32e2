//! What a service wishes, as the operator sets it.

use super::registry::finish;
use super::{ActError, Hub};

/// What changes of a service; nothing where none is given.
#[derive(Debug, Clone, Copy, Default)]
pub struct ServiceChange {
    /// Whether the titles of its verifiable messages stay hidden until receipt is confirmed.
    pub hides_title: Option<bool>,
}

impl Hub {
    /// Changes what a service wishes. Holds within five seconds everywhere.
    pub async fn change_service(&self, code: &str, change: ServiceChange) -> Result<(), ActError> {
        let mut tx = self.db.write().await?;
        let row = tx.find_service(code).await?.ok_or(ActError::NotFound)?;
        let hides_title = change.hides_title.unwrap_or(row.hides_title);
        let done = tx.change_service(row.id, hides_title).await?;
        finish(tx, done).await
    }
}
