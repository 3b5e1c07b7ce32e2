//! Which version the database's schema has, and which one this program needs.

use sqlx::migrate::{Migrate, MigrateError};

use super::db::Db;
use super::{Result, StoreError};

const TABLE: &str = "_sqlx_migrations";

/// Versions are the numbers of the migrations; 0 is an empty database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SchemaVersion {
    /// What the database has.
    pub applied: i64,
    /// What this program was built for.
    pub needed: i64,
}

impl Db {
    /// Reads the version. Changes nothing.
    ///
    /// # Errors
    /// When the database cannot be read, or its list of migrations is broken.
    pub async fn schema_version(&self) -> Result<SchemaVersion> {
        let (applied, migrator) = match self {
            Self::Sqlite { read, .. } => (
                applied(&mut *read.acquire().await?).await?,
                sqlx::migrate!("migrations/sqlite"),
            ),
            Self::Postgres { pool, .. } => (
                applied(&mut *pool.acquire().await?).await?,
                sqlx::migrate!("migrations/postgres"),
            ),
        };
        Ok(SchemaVersion {
            applied,
            needed: migrator.iter().map(|migration| migration.version).max().unwrap_or(0),
        })
    }
}

async fn applied(connection: &mut impl Migrate) -> Result<i64> {
    match connection.list_applied_migrations(TABLE).await {
        Ok(list) => Ok(list.iter().map(|migration| migration.version).max().unwrap_or(0)),
        // No such table: nothing was ever migrated.
        Err(MigrateError::Execute(sqlx::Error::Database(_))) => Ok(0),
        Err(error) => Err(StoreError::Migration(error)),
    }
}
