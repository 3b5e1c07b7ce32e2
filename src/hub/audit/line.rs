//! The time line of a delivery, read from its records.

use super::view::{AuditedView, Step};
use crate::domain::auditor::Auditor;
use crate::domain::id::MessageId;
use crate::domain::time::from_micros;
use crate::evidence::record::ParsedRecord;
use crate::hub::{ActError, Hub};

impl Hub {
    /// A delivery with its time line, and what was asked about its content. [`ActError::NotFound`] when the auditor's scope does not cover it.
    pub async fn audit_delivery(&self, auditor: &Auditor, id: MessageId) -> Result<AuditedView, ActError> {
        let mut tx = self.db.read().await?;
        let (row, organisation) = self.audited(&mut tx, auditor, id).await?;
        let records = tx.list_records_of_message(row.id).await?;
        let mut steps = Vec::with_capacity(records.len());
        for (record, seq) in records.iter().zip(1..) {
            let open = self.open_record_as_organisation(&record.record, &organisation.key)?;
            let parsed = ParsedRecord::parse(&open.event_json).map_err(|error| ActError::Evidence(Box::new(error)))?;
            steps.push(Step {
                event: parsed.body.event,
                at: parsed.body.time,
                seq,
                index: record.leaf_index.map(i64::unsigned_abs),
                sha256: hex::encode(&record.entry),
            });
        }
        let requests = self.requests_about(&mut tx, auditor, &row, &organisation).await?;
        Ok(AuditedView {
            delivery: self.audited_delivery(&mut tx, &row).await?,
            steps,
            confirm_before: row.confirm_before.map(from_micros),
            deadline: (row.folder == "inbox").then(|| self.deadline(&row)).flatten(),
            granted_until: requests.granted_until,
            may_ask: requests.may_ask,
            requests: requests.views,
        })
    }
}
