//! Mailboxes: whose, in what state, and on what basis electronic service is allowed.

use sqlx::FromRow;
use uuid::Uuid;

use super::db::{Tx, on};
use super::{Result, StoreError};
use crate::domain::id::{MailboxId, OrganisationId};

/// One mailbox.
#[derive(Debug, Clone, FromRow)]
pub struct MailboxRow {
    /// Id.
    pub id: MailboxId,
    /// `person`, `company` or `foreign`.
    pub kind: String,
    /// Keyed digest of the owner's identity.
    pub lookup: Vec<u8>,
    /// The owner's identity and name, under the party key.
    pub owner_sealed: Vec<u8>,
    /// The party key, wrapped by the master key.
    pub party_key: Vec<u8>,
    /// `active`, `inactive` or `erased`.
    pub state: String,
    /// `consent` or `statutory_account` once it was ever active.
    pub basis_kind: Option<String>,
    /// The event that stands behind the basis.
    pub basis_event: Option<Uuid>,
    /// Microseconds.
    pub activated_at: Option<i64>,
    /// Microseconds: until then the owner has chosen paper.
    pub opt_out_until: Option<i64>,
    /// Microseconds.
    pub created_at: i64,
}

impl MailboxRow {
    /// Whether its keys are destroyed: it belongs to nobody, and nothing in it can be read.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.state == "erased"
    }
}

/// A mailbox as one organisation sees it: with the owner's choice about that organisation.
#[derive(Debug, Clone, FromRow)]
pub struct ReachableRow {
    /// The mailbox.
    #[sqlx(flatten)]
    pub mailbox: MailboxRow,
    /// For which organisation it was asked.
    pub for_organisation: OrganisationId,
    /// `given`, `withdrawn` or `refused`.
    pub choice: Option<String>,
    /// The event of that choice.
    pub choice_event: Option<Uuid>,
}

impl Tx {
    /// Adds a mailbox; false when one with the same look-up is there already (two first logins at once).
    pub async fn insert_mailbox(&mut self, row: &MailboxRow) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "INSERT INTO mailbox (id, kind, lookup, owner_sealed, party_key, state, basis_kind, basis_event, activated_at, opt_out_until, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING")
            .bind(row.id).bind(&row.kind).bind(&row.lookup).bind(&row.owner_sealed).bind(&row.party_key).bind(&row.state)
            .bind(&row.basis_kind).bind(row.basis_event).bind(row.activated_at).bind(row.opt_out_until).bind(row.created_at)
            .execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// The mailbox of an identity.
    pub async fn find_mailbox_by_lookup(&mut self, lookup: &[u8]) -> Result<Option<MailboxRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM mailbox WHERE lookup = $1").bind(lookup).fetch_optional(conn).await)?,
        )
    }

    /// A mailbox that must be there.
    pub async fn get_mailbox(&mut self, id: MailboxId) -> Result<MailboxRow> {
        on!(self, conn => sqlx::query_as("SELECT * FROM mailbox WHERE id = $1").bind(id).fetch_optional(conn).await)?
            .ok_or(StoreError::Missing("mailbox"))
    }

    /// Stores the owner's name anew (names change; the identity does not).
    pub async fn update_mailbox_owner(&mut self, id: MailboxId, owner_sealed: &[u8]) -> Result<()> {
        on!(self, conn => sqlx::query("UPDATE mailbox SET owner_sealed = $1 WHERE id = $2").bind(owner_sealed).bind(id)
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// Opens an inactive mailbox; false when it was active already.
    pub async fn activate_mailbox(
        &mut self,
        id: MailboxId,
        basis_kind: &str,
        basis_event: Uuid,
        at: i64,
    ) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "UPDATE mailbox SET state = 'active', basis_kind = $1, basis_event = $2, activated_at = $3, opt_out_until = NULL
             WHERE id = $4 AND state <> 'active'")
            .bind(basis_kind).bind(basis_event).bind(at).bind(id)
            .execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// Closes an active mailbox, until `opt_out_until` when the choice is for a time; false when it was not active.
    pub async fn deactivate_mailbox(&mut self, id: MailboxId, opt_out_until: Option<i64>) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "UPDATE mailbox SET state = 'inactive', opt_out_until = $1 WHERE id = $2 AND state = 'active'")
            .bind(opt_out_until).bind(id).execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// Records the choice of paper of an owner whose mailbox is not open; false when such a choice is in force already.
    pub async fn opt_out_of_mailbox(&mut self, id: MailboxId, now: i64, until: i64) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "UPDATE mailbox SET opt_out_until = $1 WHERE id = $2 AND state <> 'active' AND (opt_out_until IS NULL OR opt_out_until <= $3)")
            .bind(until).bind(id).bind(now).execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// Locks a mailbox until the act commits: waits for sends that are deciding about it, and keeps new ones waiting.
    pub async fn lock_mailbox(&mut self, id: MailboxId) -> Result<()> {
        on!(self, conn => sqlx::query("UPDATE mailbox SET state = state WHERE id = $1").bind(id).execute(conn).await.map(drop))?;
        Ok(())
    }

    /// The mailboxes behind these (look-up, organisation) pairs. `deciding` locks them against a change of state until the act commits: what
    /// is decided about reachability then holds at the moment of acceptance.
    pub async fn list_reachable(
        &mut self,
        wanted: &[(Vec<u8>, OrganisationId)],
        deciding: bool,
    ) -> Result<Vec<ReachableRow>> {
        match self {
            // Differs: PostgreSQL must lock the rows and takes all pairs in one statement; SQLite's one writer needs neither.
            Self::Postgres(held) => {
                let (lookups, organisations): (Vec<&[u8]>, Vec<Uuid>) = wanted
                    .iter()
                    .map(|(lookup, organisation)| (lookup.as_slice(), organisation.0))
                    .unzip();
                if deciding {
                    // A statement of its own: one that waited for a lock would read the choices as they were before the wait.
                    sqlx::query("SELECT id FROM mailbox WHERE lookup = ANY($1) ORDER BY id FOR SHARE")
                        .bind(&lookups)
                        .execute(&mut **held)
                        .await?;
                }
                Ok(sqlx::query_as(
                    "SELECT m.*, w.organisation_id AS for_organisation, c.choice, c.event_id AS choice_event
                     FROM UNNEST($1, $2) AS w (lookup, organisation_id) JOIN mailbox m ON m.lookup = w.lookup
                     LEFT JOIN consent c ON c.mailbox_id = m.id AND c.organisation_id = w.organisation_id",
                )
                .bind(lookups)
                .bind(organisations)
                .fetch_all(&mut **held)
                .await?)
            }
            Self::Sqlite(held) => {
                let mut rows = Vec::with_capacity(wanted.len());
                for (lookup, organisation) in wanted {
                    let query = sqlx::query_as(
                        "SELECT m.*, $2 AS for_organisation, c.choice, c.event_id AS choice_event FROM mailbox m
                         LEFT JOIN consent c ON c.mailbox_id = m.id AND c.organisation_id = $2 WHERE m.lookup = $1",
                    );
                    rows.extend(
                        query
                            .bind(lookup)
                            .bind(organisation)
                            .fetch_optional(&mut **held)
                            .await?,
                    );
                }
                Ok(rows)
            }
        }
    }
}
