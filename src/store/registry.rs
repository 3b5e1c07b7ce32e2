//! Organisations, their services, their systems and the systems' secrets.

use sqlx::FromRow;

use super::db::on;
use super::{Result, Tx};
use crate::domain::id::{OrganisationId, SecretId, ServiceId, SystemId};
use crate::domain::name::Names;

/// An authority.
#[derive(Debug, Clone, FromRow)]
pub struct OrganisationRow {
    /// Id.
    pub id: OrganisationId,
    /// Its Business ID, public.
    pub business_id: String,
    /// Its names.
    #[sqlx(flatten)]
    pub names: Names,
    /// Whether it needs a consent of its own before it may send.
    pub requires_consent: bool,
    /// Whether a citizen may refuse it.
    pub refusable: bool,
    /// Whether it may use the hub.
    pub active: bool,
    /// Its party key, wrapped by the master key.
    pub party_key: Vec<u8>,
    /// Microseconds.
    pub created_at: i64,
}

/// What a citizen sees as sender.
#[derive(Debug, Clone, FromRow)]
pub struct ServiceRow {
    /// Id.
    pub id: ServiceId,
    /// Whose it is.
    pub organisation_id: OrganisationId,
    /// The one system that sends and receives for it.
    pub system_id: SystemId,
    /// The wire's `serviceId`.
    pub code: String,
    /// Its names.
    #[sqlx(flatten)]
    pub names: Names,
    /// Whether it may send.
    pub active: bool,
    /// Whether the titles of its verifiable messages stay hidden until receipt is confirmed.
    pub hides_title: bool,
    /// Whether citizens may write to it.
    pub takes_messages: bool,
    /// The period for appeal of what it sends, as `domain::deadline::StatedPeriod` writes it; none where nothing is stated.
    pub appeal: Option<String>,
}

/// An API client.
#[derive(Debug, Clone, FromRow)]
pub struct SystemRow {
    /// Id.
    pub id: SystemId,
    /// Whose it is.
    pub organisation_id: OrganisationId,
    /// The wire's `username`.
    pub username: String,
    /// Whether it may call.
    pub active: bool,
    /// From where it may call: [`crate::domain::network::Networks`] as text.
    pub networks: String,
}

/// One secret of a system; the text itself is known to the system alone.
#[derive(Debug, Clone, FromRow)]
pub struct SecretRow {
    /// Id.
    pub id: SecretId,
    /// Whose it is.
    pub system_id: SystemId,
    /// Argon2id in PHC form.
    pub hash: String,
    /// Microseconds.
    pub created_at: i64,
    /// Microseconds; from then on it is not accepted.
    pub expires_at: Option<i64>,
    /// Microseconds; it was taken back then.
    pub revoked_at: Option<i64>,
    /// Microseconds; the system itself put it in the place of another then. None when the operator issued it.
    pub changed_at: Option<i64>,
}

impl Tx {
    /// Adds an organisation.
    pub async fn insert_organisation(&mut self, row: &OrganisationRow) -> Result<()> {
        on!(self, conn => sqlx::query(
            "INSERT INTO organisation (id, business_id, name_fi, name_sv, name_en, requires_consent, refusable, active, party_key, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
            .bind(row.id).bind(&row.business_id).bind(&row.names.fi).bind(&row.names.sv).bind(&row.names.en)
            .bind(row.requires_consent).bind(row.refusable).bind(row.active).bind(&row.party_key).bind(row.created_at)
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Every organisation, by Business ID.
    pub async fn list_organisations(&mut self) -> Result<Vec<OrganisationRow>> {
        Ok(on!(self, conn => sqlx::query_as("SELECT * FROM organisation ORDER BY business_id").fetch_all(conn).await)?)
    }

    /// One organisation by id.
    pub async fn find_organisation(&mut self, id: OrganisationId) -> Result<Option<OrganisationRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM organisation WHERE id = $1").bind(id).fetch_optional(conn).await)?,
        )
    }

    /// One organisation by Business ID.
    pub async fn find_organisation_by_business_id(&mut self, business_id: &str) -> Result<Option<OrganisationRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM organisation WHERE business_id = $1").bind(business_id)
            .fetch_optional(conn).await)?,
        )
    }

    /// Lets an organisation use the hub, or not. False when there is none of this id.
    pub async fn set_organisation_active(&mut self, id: OrganisationId, active: bool) -> Result<bool> {
        Ok(
            on!(self, conn => sqlx::query("UPDATE organisation SET active = $1 WHERE id = $2").bind(active).bind(id)
            .execute(conn).await.map(|done| done.rows_affected()))?
                == 1,
        )
    }

    /// Adds a system.
    pub async fn insert_system(&mut self, row: &SystemRow, created_at: i64) -> Result<()> {
        on!(self, conn => sqlx::query(
            "INSERT INTO system (id, organisation_id, username, active, networks, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(row.id).bind(row.organisation_id).bind(&row.username).bind(row.active).bind(&row.networks).bind(created_at)
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Every system, by username.
    pub async fn list_systems(&mut self) -> Result<Vec<SystemRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT id, organisation_id, username, active, networks FROM system ORDER BY username")
            .fetch_all(conn).await)?,
        )
    }

    /// One system by its username.
    pub async fn find_system(&mut self, username: &str) -> Result<Option<SystemRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT id, organisation_id, username, active, networks FROM system WHERE username = $1")
            .bind(username).fetch_optional(conn).await)?,
        )
    }

    /// One system by its id.
    pub async fn find_system_by_id(&mut self, id: SystemId) -> Result<Option<SystemRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT id, organisation_id, username, active, networks FROM system WHERE id = $1")
            .bind(id).fetch_optional(conn).await)?,
        )
    }

    /// Lets a system call, or not.
    pub async fn set_system_active(&mut self, id: SystemId, active: bool) -> Result<bool> {
        Ok(
            on!(self, conn => sqlx::query("UPDATE system SET active = $1 WHERE id = $2").bind(active).bind(id)
            .execute(conn).await.map(|done| done.rows_affected()))?
                == 1,
        )
    }

    /// Sets from where a system may call.
    pub async fn set_system_networks(&mut self, id: SystemId, networks: &str) -> Result<bool> {
        Ok(
            on!(self, conn => sqlx::query("UPDATE system SET networks = $1 WHERE id = $2").bind(networks).bind(id)
            .execute(conn).await.map(|done| done.rows_affected()))?
                == 1,
        )
    }

    /// Adds a service.
    pub async fn insert_service(&mut self, row: &ServiceRow, created_at: i64) -> Result<()> {
        on!(self, conn => sqlx::query(
            "INSERT INTO service (id, organisation_id, system_id, code, name_fi, name_sv, name_en, active, created_at, hides_title, takes_messages, appeal)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
            .bind(row.id).bind(row.organisation_id).bind(row.system_id).bind(&row.code).bind(&row.names.fi)
            .bind(&row.names.sv).bind(&row.names.en).bind(row.active).bind(created_at)
            .bind(row.hides_title).bind(row.takes_messages).bind(&row.appeal).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Every service, by code.
    pub async fn list_services(&mut self) -> Result<Vec<ServiceRow>> {
        Ok(on!(self, conn => sqlx::query_as("SELECT * FROM service ORDER BY code").fetch_all(conn).await)?)
    }

    /// The services of one system.
    pub async fn list_services_of(&mut self, system: SystemId) -> Result<Vec<ServiceRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM service WHERE system_id = $1 ORDER BY code").bind(system)
            .fetch_all(conn).await)?,
        )
    }

    /// The services of an organisation, by code.
    pub async fn list_services_of_organisation(&mut self, organisation: OrganisationId) -> Result<Vec<ServiceRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM service WHERE organisation_id = $1 ORDER BY code")
            .bind(organisation).fetch_all(conn).await)?,
        )
    }

    /// One service by its wire code.
    pub async fn find_service(&mut self, code: &str) -> Result<Option<ServiceRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM service WHERE code = $1").bind(code).fetch_optional(conn).await)?,
        )
    }

    /// One service by its id.
    pub async fn find_service_by_id(&mut self, id: ServiceId) -> Result<Option<ServiceRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM service WHERE id = $1").bind(id).fetch_optional(conn).await)?,
        )
    }

    /// Every active service that takes messages, by code.
    pub async fn list_services_to_write_to(&mut self) -> Result<Vec<ServiceRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM service WHERE active AND takes_messages ORDER BY code").fetch_all(conn)
            .await)?,
        )
    }

    /// Lets citizens write to a service, or not.
    pub async fn set_service_takes_messages(&mut self, id: ServiceId, takes: bool) -> Result<bool> {
        Ok(
            on!(self, conn => sqlx::query("UPDATE service SET takes_messages = $1 WHERE id = $2").bind(takes).bind(id)
            .execute(conn).await.map(|done| done.rows_affected()))?
                == 1,
        )
    }

    /// Lets a service send, or not.
    pub async fn set_service_active(&mut self, id: ServiceId, active: bool) -> Result<bool> {
        Ok(
            on!(self, conn => sqlx::query("UPDATE service SET active = $1 WHERE id = $2").bind(active).bind(id)
            .execute(conn).await.map(|done| done.rows_affected()))?
                == 1,
        )
    }

    /// Stores what a service wishes.
    pub async fn set_service_hides_title(&mut self, id: ServiceId, hides_title: bool) -> Result<bool> {
        Ok(
            on!(self, conn => sqlx::query("UPDATE service SET hides_title = $1 WHERE id = $2").bind(hides_title).bind(id)
            .execute(conn).await.map(|done| done.rows_affected()))?
                == 1,
        )
    }

    /// Stores which period for appeal a service states.
    pub async fn set_service_appeal(&mut self, id: ServiceId, appeal: Option<&str>) -> Result<bool> {
        Ok(
            on!(self, conn => sqlx::query("UPDATE service SET appeal = $1 WHERE id = $2").bind(appeal).bind(id)
            .execute(conn).await.map(|done| done.rows_affected()))?
                == 1,
        )
    }

    /// Adds a secret.
    pub async fn insert_secret(&mut self, row: &SecretRow) -> Result<()> {
        on!(self, conn => sqlx::query(
            "INSERT INTO secret (id, system_id, hash, created_at, expires_at, revoked_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(row.id).bind(row.system_id).bind(&row.hash).bind(row.created_at).bind(row.expires_at).bind(row.revoked_at)
            .bind(row.changed_at).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// The secrets of a system, newest first, revoked ones too.
    pub async fn list_secrets_of(&mut self, system: SystemId) -> Result<Vec<SecretRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM secret WHERE system_id = $1 ORDER BY created_at DESC, id DESC")
            .bind(system).fetch_all(conn).await)?,
        )
    }

    /// One secret.
    pub async fn find_secret(&mut self, id: SecretId) -> Result<Option<SecretRow>> {
        Ok(on!(self, conn => sqlx::query_as("SELECT * FROM secret WHERE id = $1").bind(id).fetch_optional(conn).await)?)
    }

    /// Takes a secret back; false when it was taken back before or is not there.
    pub async fn revoke_secret(&mut self, id: SecretId, at: i64) -> Result<bool> {
        Ok(
            on!(self, conn => sqlx::query("UPDATE secret SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL")
            .bind(at).bind(id).execute(conn).await.map(|done| done.rows_affected()))?
                == 1,
        )
    }
}
