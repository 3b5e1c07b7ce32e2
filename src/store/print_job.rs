//! Letters to be printed.

use uuid::Uuid;

use super::Result;
use super::bulk::insert_all;
use super::db::Tx;
use crate::domain::id::{AttachmentId, OrganisationId};

/// A letter that was accepted.
#[derive(Debug, Clone)]
pub struct NewPrintJob {
    /// The job's id, which the print house knows it by.
    pub id: Uuid,
    /// The message that went on paper.
    pub message_id: i64,
    /// Whose letter it is.
    pub organisation_id: OrganisationId,
    /// The upload to print.
    pub attachment_id: AttachmentId,
    /// `domain::letter::PrintOrder`, under the job's data key.
    pub order_sealed: Vec<u8>,
    /// The job's data key for the hub.
    pub key_hub: Vec<u8>,
    /// The upload's data key for the hub.
    pub key_file: Vec<u8>,
    /// `accepted`.
    pub state: &'static str,
    /// Microseconds.
    pub created_at: i64,
    /// Whether nothing of it lies in the spool any more.
    pub cleared: bool,
}

impl Tx {
    /// Adds letters.
    pub async fn insert_print_jobs(&mut self, rows: &[NewPrintJob]) -> Result<()> {
        insert_all!(self, "print_job", row in rows,
            id = "$1": row.id,
            message_id = "$2": row.message_id,
            organisation_id = "$3": row.organisation_id.0,
            attachment_id = "$4": row.attachment_id.0,
            state = "$5": row.state,
            order_sealed = "$6": row.order_sealed.as_slice(),
            key_hub = "$7": row.key_hub.as_slice(),
            key_file = "$8": row.key_file.as_slice(),
            created_at = "$9": row.created_at,
            cleared = "$10": row.cleared);
        Ok(())
    }
}
