//! What the version of the database's schema means for a command: serve, migrate first, or use a newer program.

use std::fmt;

use crate::store::{Db, SchemaVersion};
use anyhow::bail;

/// Versions are the numbers of the migrations; 0 is an empty database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    pub(super) applied: i64,
    pub(super) needed: i64,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.applied.cmp(&self.needed) {
            std::cmp::Ordering::Less => write!(
                f,
                "the database is at version {}, this program needs {}: run `tiedoksi migrate`",
                self.applied, self.needed
            ),
            std::cmp::Ordering::Equal => write!(f, "version {}", self.applied),
            std::cmp::Ordering::Greater => write!(
                f,
                "the database is at version {}, newer than this program's {}: run the newer program",
                self.applied, self.needed
            ),
        }
    }
}

/// Refuses a database that this program cannot serve from. A newer one serves too: migrations only add.
pub(super) async fn require(db: &Db) -> anyhow::Result<()> {
    let state = state(db).await?;
    if state.applied < state.needed {
        bail!("{state}");
    }
    Ok(())
}

/// Reads the version. Changes nothing.
pub(super) async fn state(db: &Db) -> anyhow::Result<State> {
    let SchemaVersion { applied, needed } = db.schema_version().await?;
    Ok(State { applied, needed })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::DbOptions;

    #[tokio::test]
    async fn an_empty_database_is_refused_and_a_migrated_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&DbOptions {
            url: format!("sqlite:{}", folder.path().join("t.db").display()),
            connections: 1,
            pooler: false,
        })
        .await
        .unwrap();
        let refusal = require(&db).await.unwrap_err().to_string();
        assert!(refusal.contains("tiedoksi migrate"), "{refusal}");
        db.migrate().await.unwrap();
        require(&db).await.unwrap();
        db.close().await;
    }
}
