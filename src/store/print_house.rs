//! Those who may collect letters.

use sqlx::FromRow;
use uuid::Uuid;

use super::Result;
use super::db::{Tx, on};

/// A print house, by one key.
#[derive(Debug, Clone, FromRow)]
pub struct PrintHouseRow {
    /// Id.
    pub id: Uuid,
    /// The operator's name for it.
    pub name: String,
    /// Keyed digest of its key; the key itself is known to the print house alone.
    pub key_digest: Vec<u8>,
    /// Microseconds.
    pub created_at: i64,
    /// Microseconds: it may not collect any more since then.
    pub revoked_at: Option<i64>,
}

impl Tx {
    /// Adds a print house.
    pub async fn insert_print_house(&mut self, row: &PrintHouseRow) -> Result<()> {
        on!(self, conn => sqlx::query("INSERT INTO print_house (id, name, key_digest, created_at) VALUES ($1, $2, $3, $4)")
            .bind(row.id).bind(&row.name).bind(&row.key_digest).bind(row.created_at)
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Every print house, by name.
    pub async fn list_print_houses(&mut self) -> Result<Vec<PrintHouseRow>> {
        Ok(on!(self, conn => sqlx::query_as("SELECT * FROM print_house ORDER BY name").fetch_all(conn).await)?)
    }

    /// The print house of a key that holds.
    pub async fn find_print_house(&mut self, key_digest: &[u8]) -> Result<Option<PrintHouseRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM print_house WHERE key_digest = $1 AND revoked_at IS NULL")
            .bind(key_digest).fetch_optional(conn).await)?,
        )
    }

    /// Takes a print house's key back. False when there is none of this name whose key holds.
    pub async fn revoke_print_house(&mut self, name: &str, at: i64) -> Result<bool> {
        Ok(
            on!(self, conn => sqlx::query("UPDATE print_house SET revoked_at = $1 WHERE name = $2 AND revoked_at IS NULL")
            .bind(at).bind(name).execute(conn).await.map(|done| done.rows_affected()))?
                == 1,
        )
    }
}
