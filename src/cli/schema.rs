//! Which version the database's schema has, against the one this program needs.

use std::fmt;

use anyhow::bail;
use sqlx::migrate::Migrate;

use crate::store::Db;

const TABLE: &str = "_sqlx_migrations";

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
    let (applied, migrator) = match db {
        Db::Sqlite { read, .. } => (
            applied(&mut *read.acquire().await?).await?,
            sqlx::migrate!("migrations/sqlite"),
        ),
        Db::Postgres { pool, .. } => (
            applied(&mut *pool.acquire().await?).await?,
            sqlx::migrate!("migrations/postgres"),
        ),
    };
    Ok(State {
        applied,
        needed: migrator.iter().map(|migration| migration.version).max().unwrap_or(0),
    })
}

async fn applied(connection: &mut impl Migrate) -> anyhow::Result<i64> {
    use sqlx::migrate::MigrateError;
    match connection.list_applied_migrations(TABLE).await {
        Ok(list) => Ok(list.iter().map(|migration| migration.version).max().unwrap_or(0)),
        // No such table: nothing was ever migrated.
        Err(MigrateError::Execute(sqlx::Error::Database(_))) => Ok(0),
        Err(error) => Err(error.into()),
    }
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
