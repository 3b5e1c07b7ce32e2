//! The newest checkpoint that enough witnesses cosigned.

use sqlx::FromRow;

use super::Result;
use super::db::{Tx, on};

/// A checkpoint with the lines of witnesses.
#[derive(Debug, Clone, FromRow)]
pub struct CosignedRow {
    /// Leaves of its tree.
    pub size: i64,
    /// How many witnesses cosigned it.
    pub cosigners: i64,
    /// The signed note.
    pub note: String,
}

impl Tx {
    /// Keeps a cosigned checkpoint, unless one of a larger tree, or of the same with as many cosigners, is kept.
    pub async fn keep_cosigned(&mut self, origin: &str, row: &CosignedRow) -> Result<()> {
        on!(self, conn => sqlx::query(
            "INSERT INTO cosigned_checkpoint (origin, size, cosigners, note) VALUES ($1, $2, $3, $4)
             ON CONFLICT (origin) DO UPDATE SET size = excluded.size, cosigners = excluded.cosigners, note = excluded.note
             WHERE cosigned_checkpoint.size < excluded.size
                OR (cosigned_checkpoint.size = excluded.size AND cosigned_checkpoint.cosigners < excluded.cosigners)")
            .bind(origin).bind(row.size).bind(row.cosigners).bind(&row.note).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// The newest checkpoint that enough witnesses cosigned.
    pub async fn find_cosigned(&mut self, origin: &str) -> Result<Option<CosignedRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT size, cosigners, note FROM cosigned_checkpoint WHERE origin = $1")
            .bind(origin).fetch_optional(conn).await)?)
    }
}
