//! Evidence events and their records; the feed of a system is read from the same rows.

use sqlx::FromRow;
use uuid::Uuid;

use super::Result;
use super::bulk::insert_all;
use super::db::{Tx, on};
use crate::domain::id::{MailboxId, OrganisationId, ServiceId, SystemId};

/// An event about to be written, with its record.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Id.
    pub id: Uuid,
    /// SHA-256 of event.json: the log's entry.
    pub entry: [u8; 32],
    /// Short name of the fact.
    pub kind: &'static str,
    /// Microseconds.
    pub time: i64,
    /// The message it is about.
    pub message_id: Option<i64>,
    /// Its number within the delivery.
    pub seq: Option<i64>,
    /// The mailbox it concerns.
    pub mailbox_id: Option<MailboxId>,
    /// The organisation it concerns.
    pub organisation_id: Option<OrganisationId>,
    /// The system whose feed tells of it.
    pub system_id: Option<SystemId>,
    /// The service it concerns.
    pub service_id: Option<ServiceId>,
    /// The feed's exact type, when a feed tells of it.
    pub feed_type: Option<&'static str>,
    /// What else the feed tells, under the organisation's key.
    pub feed_sealed: Option<Vec<u8>>,
    /// The sender's own id of the message.
    pub external_id: Option<String>,
    /// event.json and disclosures, under a data key.
    pub record_sealed: Vec<u8>,
    /// The JWS over event.json, where one was handed out, without its payload.
    pub seal: Option<String>,
    /// The data key for the mailbox.
    pub key_mailbox: Option<Vec<u8>>,
    /// The data key for the organisation.
    pub key_organisation: Option<Vec<u8>>,
}

/// A stored record.
#[derive(Debug, Clone, FromRow)]
pub struct SealedRecordRow {
    /// The event.
    pub event_id: Uuid,
    /// Sealed event.json and disclosures.
    pub record_sealed: Vec<u8>,
    /// The JWS over event.json, without its payload.
    pub seal: Option<String>,
    /// The data key for the mailbox.
    pub key_mailbox: Option<Vec<u8>>,
    /// The data key for the organisation.
    pub key_organisation: Option<Vec<u8>>,
}

/// A stored record and its place in the log.
#[derive(Debug, Clone, FromRow)]
pub struct RecordRow {
    /// The record.
    #[sqlx(flatten)]
    pub record: SealedRecordRow,
    /// Its place in the log once it is numbered.
    pub leaf_index: Option<i64>,
    /// SHA-256 of event.json.
    pub entry: Vec<u8>,
    /// Short name of the fact.
    pub kind: String,
}

/// A choice of a mailbox's owner, with its record.
#[derive(Debug, Clone, FromRow)]
pub struct ChoiceRow {
    /// Its number in the order of insertion.
    pub ord: i64,
    /// Microseconds.
    pub time: i64,
    /// The record.
    #[sqlx(flatten)]
    pub record: RecordRow,
}

/// What happened to a message, and when.
#[derive(Debug, Clone, FromRow)]
pub struct HappeningRow {
    /// The feed's exact type.
    pub feed_type: String,
    /// Microseconds.
    pub time: i64,
}

/// One entry of a system's feed.
#[derive(Debug, Clone, FromRow)]
pub struct FeedRow {
    /// The event.
    pub id: Uuid,
    /// Its place in the log: the feed's cursor.
    pub leaf_index: i64,
    /// The feed's exact type.
    pub feed_type: String,
    /// Microseconds.
    pub time: i64,
    /// The message.
    pub message_id: Option<i64>,
    /// The wire's `serviceId`.
    pub service_code: String,
    /// The sender's own id.
    pub external_id: Option<String>,
    /// What else the feed tells.
    pub feed_sealed: Option<Vec<u8>>,
}

impl Tx {
    /// Writes events and their records; the sealer numbers them after the commit.
    pub async fn insert_events(&mut self, rows: &[NewEvent]) -> Result<()> {
        insert_all!(self, "event", row in rows,
            id = "$1": row.id,
            entry = "$2": row.entry.as_slice(),
            kind = "$3": row.kind,
            time = "$4": row.time,
            message_id = "$5": row.message_id,
            seq = "$6": row.seq,
            mailbox_id = "$7": row.mailbox_id.map(|id| id.0),
            organisation_id = "$8": row.organisation_id.map(|id| id.0),
            system_id = "$9": row.system_id.map(|id| id.0),
            service_id = "$10": row.service_id.map(|id| id.0),
            feed_type = "$11": row.feed_type,
            feed_sealed = "$12": row.feed_sealed.as_deref(),
            external_id = "$13": row.external_id.as_deref());
        insert_all!(self, "record", row in rows,
            event_id = "$1": row.id,
            record_sealed = "$2": row.record_sealed.as_slice(),
            seal = "$3": row.seal.as_deref(),
            key_mailbox = "$4": row.key_mailbox.as_deref(),
            key_organisation = "$5": row.key_organisation.as_deref());
        Ok(())
    }

    /// The records of one delivery, by their number.
    pub async fn list_records_of_message(&mut self, message: i64) -> Result<Vec<RecordRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT r.*, e.leaf_index, e.entry, e.kind FROM event e JOIN record r ON r.event_id = e.id
             WHERE e.message_id = $1 ORDER BY e.seq")
            .bind(message).fetch_all(conn).await)?)
    }

    /// The choices of a mailbox's owner before `before`, newest first. The kinds are those of the index `event_choice`, word for word, or it is
    /// not used.
    pub async fn list_choices(&mut self, mailbox: MailboxId, before: i64, limit: i64) -> Result<Vec<ChoiceRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT e.ord, e.time, r.*, e.leaf_index, e.entry, e.kind FROM event e JOIN record r ON r.event_id = e.id
             WHERE e.mailbox_id = $1 AND e.ord < $2 AND e.kind IN ('mailbox-activated', 'mailbox-deactivated', 'opt-out', 'consent-given',
             'consent-withdrawn', 'sender-refused', 'sender-allowed', 'contact-verified', 'mandate-granted', 'mandate-revoked')
             ORDER BY e.ord DESC LIMIT $3")
            .bind(mailbox).bind(before).bind(limit).fetch_all(conn).await)?)
    }

    /// The events of one delivery that a feed tells of, in their order, whether numbered yet or not.
    pub async fn list_happenings(&mut self, message: i64) -> Result<Vec<HappeningRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT feed_type, time FROM event WHERE message_id = $1 AND feed_type IS NOT NULL ORDER BY seq")
            .bind(message).fetch_all(conn).await)?)
    }

    /// The record of an event.
    pub async fn find_record(&mut self, event: Uuid) -> Result<Option<SealedRecordRow>> {
        Ok(
            on!(self, conn => sqlx::query_as("SELECT * FROM record WHERE event_id = $1").bind(event)
            .fetch_optional(conn).await)?,
        )
    }

    /// The record of a delivery's first event of this kind.
    pub async fn find_record_of(&mut self, message: i64, kind: &str) -> Result<Option<SealedRecordRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT r.* FROM event e JOIN record r ON r.event_id = e.id WHERE e.message_id = $1 AND e.kind = $2 ORDER BY e.seq LIMIT 1")
            .bind(message).bind(kind).fetch_optional(conn).await)?)
    }

    /// Keeps a seal that was made when a proof was first asked for; the first one kept stays.
    pub async fn keep_seal(&mut self, event: Uuid, seal: &str) -> Result<()> {
        on!(self, conn => sqlx::query("UPDATE record SET seal = $1 WHERE event_id = $2 AND seal IS NULL").bind(seal).bind(event)
            .execute(conn).await.map(drop))?;
        Ok(())
    }

    /// One page of a system's feed: numbered events after `after` and below `below`, no older than `since`, in the log's order.
    pub async fn list_feed(
        &mut self,
        system: SystemId,
        after: i64,
        below: i64,
        since: i64,
        limit: i64,
    ) -> Result<Vec<FeedRow>> {
        Ok(on!(self, conn => sqlx::query_as(
            "SELECT e.id, e.leaf_index, e.feed_type, e.time, e.message_id, s.code AS service_code, e.external_id, e.feed_sealed
             FROM event e JOIN service s ON s.id = e.service_id
             WHERE e.system_id = $1 AND e.leaf_index > $2 AND e.leaf_index < $3 AND e.time >= $4 AND e.feed_type IS NOT NULL
             ORDER BY e.leaf_index LIMIT $5")
            .bind(system).bind(after).bind(below).bind(since).bind(limit).fetch_all(conn).await)?)
    }
}
