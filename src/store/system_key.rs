//! The public keys of systems, and the assertions that were used up.

use sqlx::FromRow;

use super::db::on;
use super::{Result, Tx};
use crate::domain::id::{KeyId, SystemId};

/// One public key of a system.
#[derive(Debug, Clone, FromRow)]
pub struct SystemKeyRow {
    /// Id.
    pub id: KeyId,
    /// Whose it is.
    pub system_id: SystemId,
    /// The key id that assertions name; unique within the system, for ever.
    pub kid: String,
    /// The key as a JWK, without anything private.
    pub jwk: String,
    /// Microseconds.
    pub created_at: i64,
    /// Microseconds; from then on it is not accepted.
    pub expires_at: Option<i64>,
    /// Microseconds; it was taken back then.
    pub revoked_at: Option<i64>,
}

impl Tx {
    /// Adds a key.
    pub async fn insert_system_key(&mut self, row: &SystemKeyRow) -> Result<()> {
        on!(self, conn => sqlx::query(
            "INSERT INTO system_key (id, system_id, kid, jwk, created_at, expires_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(row.id).bind(row.system_id).bind(&row.kid).bind(&row.jwk).bind(row.created_at).bind(row.expires_at).bind(row.revoked_at)
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// The keys of a system, newest first, revoked ones too.
    pub async fn list_system_keys(&mut self, system: SystemId) -> Result<Vec<SystemKeyRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM system_key WHERE system_id = $1 ORDER BY created_at DESC, id DESC")
            .bind(system).fetch_all(conn).await)?,
        )
    }

    /// The key that a system knows by this key id.
    pub async fn find_system_key_by_kid(&mut self, system: SystemId, kid: &str) -> Result<Option<SystemKeyRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM system_key WHERE system_id = $1 AND kid = $2").bind(system).bind(kid)
            .fetch_optional(conn).await)?,
        )
    }

    /// One key.
    pub async fn find_system_key(&mut self, id: KeyId) -> Result<Option<SystemKeyRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM system_key WHERE id = $1").bind(id).fetch_optional(conn).await)?,
        )
    }

    /// Takes a key back; false when it was taken back before or is not there.
    pub async fn revoke_system_key(&mut self, id: KeyId, at: i64) -> Result<bool> {
        Ok(
            on!(self, conn => sqlx::query("UPDATE system_key SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL")
            .bind(at).bind(id).execute(conn).await.map(|done| done.rows_affected()))?
                == 1,
        )
    }

    /// Uses an assertion up; false when it was used before, by whichever process.
    pub async fn use_assertion(&mut self, jti_hash: &[u8], expires_at: i64) -> Result<bool> {
        Ok(
            on!(self, conn => sqlx::query("INSERT INTO used_assertion (jti_hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(jti_hash).bind(expires_at).execute(conn).await.map(|done| done.rows_affected()))?
                == 1,
        )
    }

    /// Forgets assertions that nobody could use any more at `before`.
    pub async fn delete_assertions_before(&mut self, before: i64) -> Result<u64> {
        Ok(
            on!(self, conn => sqlx::query("DELETE FROM used_assertion WHERE expires_at < $1").bind(before).execute(conn).await
            .map(|done| done.rows_affected()))?,
        )
    }
}
