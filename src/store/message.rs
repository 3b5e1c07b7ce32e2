//! Messages: headers with the state of the delivery, bodies apart.

use sqlx::FromRow;
use uuid::Uuid;

use super::Result;
use super::bulk::insert_all;
use super::db::{Tx, on};
use crate::domain::id::{MailboxId, OrganisationId, ServiceId, SystemId};

/// A message's header and the state of its delivery.
#[derive(Debug, Clone, FromRow)]
pub struct MessageRow {
    /// Id.
    pub id: i64,
    /// In whose mailbox it lies; in none when it went on paper to an address alone.
    pub mailbox_id: Option<MailboxId>,
    /// From or to which authority.
    pub organisation_id: OrganisationId,
    /// From or to which of its services.
    pub service_id: ServiceId,
    /// The system that sent it or whose feed tells of it.
    pub system_id: SystemId,
    /// `inbox` or `sent`.
    pub folder: String,
    /// Microseconds.
    pub created_at: i64,
    /// `ordinary` or `verifiable`.
    pub mode: String,
    /// `electronic`, or `paper`: what lies in the mailbox is then the copy of a letter.
    pub channel: String,
    /// The first message of the thread; itself when it starts one.
    pub root_id: i64,
    /// The message it answers.
    pub reply_to: Option<i64>,
    /// Whether its recipient may reply.
    pub reply_allowed: bool,
    /// `normal` or `recipient_only`.
    pub visibility: String,
    /// The sender's own id.
    pub external_id: Option<String>,
    /// Title and what a list needs, under the data key.
    pub header_sealed: Vec<u8>,
    /// The data key for the mailbox.
    pub key_mailbox: Option<Vec<u8>>,
    /// The data key for the organisation.
    pub key_organisation: Option<Vec<u8>>,
    /// What evidence calls this delivery.
    pub delivery_id: Uuid,
    /// The rule set that holds for it.
    pub ruleset: String,
    /// Its hash.
    pub ruleset_sha256: Vec<u8>,
    /// The period for appeal that was stated when it was sent, as `domain::deadline::StatedPeriod` writes it.
    pub appeal: Option<String>,
    /// Microseconds, exclusive: the end of the time to confirm (verifiable only).
    pub confirm_before: Option<i64>,
    /// How many events the delivery has.
    pub seq: i64,
    /// SHA-256 of the last one.
    pub last_hash: Vec<u8>,
    /// Microseconds: when the last one happened; the next is never earlier, whatever the clock of its host says.
    pub last_at: i64,
    /// Microseconds: the content was first handed over.
    pub opened_at: Option<i64>,
    /// Microseconds: receipt was confirmed in time.
    pub confirmed_at: Option<i64>,
    /// Microseconds: it was retrieved after the window.
    pub late_at: Option<i64>,
    /// Microseconds: the window passed unconfirmed.
    pub expired_at: Option<i64>,
    /// Microseconds: the owner put it into the archive.
    pub archived_at: Option<i64>,
    /// Microseconds: the owner deleted it; it can be restored for a time.
    pub deleted_at: Option<i64>,
    /// Microseconds: it left the mailbox for good.
    pub removed_at: Option<i64>,
    /// Microseconds: its content was erased for everybody.
    pub erased_at: Option<i64>,
    /// Microseconds: its evidence ended.
    pub evidence_ended_at: Option<i64>,
}

/// A verifiable message whose time to confirm has ended.
#[derive(Debug, Clone, Copy, FromRow)]
pub struct UnconfirmedRow {
    /// The message.
    pub id: i64,
    /// In whose mailbox.
    pub mailbox_id: MailboxId,
    /// Microseconds: when it ended.
    pub confirm_before: i64,
}

/// A sealed body.
#[derive(Debug, Clone)]
pub struct NewBody {
    /// Whose.
    pub message_id: i64,
    /// Under the message's data key.
    pub body_sealed: Vec<u8>,
}

/// A change of a delivery's state together with its next events.
#[derive(Debug, Clone)]
pub struct DeliveryStep {
    /// The message.
    pub id: i64,
    /// The count of events before.
    pub seq_before: i64,
    /// The count of events after.
    pub seq: i64,
    /// SHA-256 of the last event.
    pub last_hash: Vec<u8>,
    /// When the last event happened.
    pub last_at: i64,
    /// New value, or none to leave it.
    pub opened_at: Option<i64>,
    /// New value, or none to leave it.
    pub confirmed_at: Option<i64>,
    /// New value, or none to leave it.
    pub late_at: Option<i64>,
    /// New value, or none to leave it.
    pub expired_at: Option<i64>,
}

impl Tx {
    /// Adds messages.
    pub async fn insert_messages(&mut self, rows: &[MessageRow]) -> Result<()> {
        insert_all!(self, "message", row in rows,
            id = "$1": row.id,
            mailbox_id = "$2": row.mailbox_id.map(|id| id.0),
            organisation_id = "$3": row.organisation_id.0,
            service_id = "$4": row.service_id.0,
            system_id = "$5": row.system_id.0,
            folder = "$6": row.folder.as_str(),
            created_at = "$7": row.created_at,
            mode = "$8": row.mode.as_str(),
            root_id = "$9": row.root_id,
            reply_to = "$10": row.reply_to,
            reply_allowed = "$11": row.reply_allowed,
            visibility = "$12": row.visibility.as_str(),
            external_id = "$13": row.external_id.as_deref(),
            header_sealed = "$14": row.header_sealed.as_slice(),
            key_mailbox = "$15": row.key_mailbox.as_deref(),
            key_organisation = "$16": row.key_organisation.as_deref(),
            delivery_id = "$17": row.delivery_id,
            ruleset = "$18": row.ruleset.as_str(),
            ruleset_sha256 = "$19": row.ruleset_sha256.as_slice(),
            confirm_before = "$20": row.confirm_before,
            seq = "$21": row.seq,
            last_hash = "$22": row.last_hash.as_slice(),
            last_at = "$23": row.last_at,
            channel = "$24": row.channel.as_str(),
            appeal = "$25": row.appeal.as_deref());
        Ok(())
    }

    /// Adds bodies.
    pub async fn insert_bodies(&mut self, rows: &[NewBody]) -> Result<()> {
        insert_all!(self, "message_body", row in rows,
            message_id = "$1": row.message_id,
            body_sealed = "$2": row.body_sealed.as_slice());
        Ok(())
    }

    /// A message of one mailbox.
    pub async fn find_message(&mut self, mailbox: MailboxId, id: i64) -> Result<Option<MessageRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM message WHERE id = $1 AND mailbox_id = $2 AND removed_at IS NULL")
            .bind(id).bind(mailbox).fetch_optional(conn).await)?,
        )
    }

    /// A message that a system sent, or whose feed tells of it.
    pub async fn find_message_of_system(&mut self, system: SystemId, id: i64) -> Result<Option<MessageRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM message WHERE id = $1 AND system_id = $2")
            .bind(id).bind(system).fetch_optional(conn).await)?,
        )
    }

    /// A message, whosever it is.
    pub async fn find_message_by_id(&mut self, id: i64) -> Result<Option<MessageRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM message WHERE id = $1").bind(id).fetch_optional(conn).await)?,
        )
    }

    /// The sealed body of a message.
    pub async fn find_body(&mut self, id: i64) -> Result<Option<Vec<u8>>> {
        Ok(
            on!(self, conn => sqlx::query_scalar("SELECT body_sealed FROM message_body WHERE message_id = $1")
            .bind(id).fetch_optional(conn).await)?,
        )
    }

    /// Moves a delivery on. False when another act was faster: its caller runs again and sees what that act did.
    pub async fn advance_delivery(&mut self, step: &DeliveryStep) -> Result<bool> {
        Ok(on!(self, conn => sqlx::query(
            "UPDATE message SET seq = $1, last_hash = $2, opened_at = COALESCE($3, opened_at), confirmed_at = COALESCE($4, confirmed_at),
             late_at = COALESCE($5, late_at), expired_at = COALESCE($6, expired_at), last_at = $9 WHERE id = $7 AND seq = $8")
            .bind(step.seq).bind(&step.last_hash).bind(step.opened_at).bind(step.confirmed_at).bind(step.late_at)
            .bind(step.expired_at).bind(step.id).bind(step.seq_before).bind(step.last_at)
            .execute(conn).await.map(|done| done.rows_affected()))?
            == 1)
    }

    /// Verifiable messages whose time to confirm ended before `before` and for which that is not yet recorded, after the place
    /// `(confirm_before, id)`.
    pub async fn list_unconfirmed(
        &mut self,
        before: i64,
        after: (i64, i64),
        limit: i64,
    ) -> Result<Vec<UnconfirmedRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT id, mailbox_id, confirm_before FROM message WHERE confirm_before <= $1 AND (confirm_before, id) > ($2, $3)
             AND mode = 'verifiable' AND confirmed_at IS NULL AND expired_at IS NULL ORDER BY confirm_before, id LIMIT $4")
            .bind(before).bind(after.0).bind(after.1).bind(limit).fetch_all(conn).await)?)
    }
}
