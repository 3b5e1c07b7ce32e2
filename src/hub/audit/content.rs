//! Looking at a content that a second person granted.
//!
//! Guarantees: each look is an event in the delivery's record, durable before anything is shown, one for each hour; without a grant of their own
//! that holds at this moment an auditor finds nothing here. What is shown is the organisation's own copy: what awaits the recipient's
//! confirmation is shown too, since the gate is between the authority and the citizen, and the authority knows its own document. A look serves nothing
//! and starts no period.

pub use super::request::{ASKED_FOR, GRANTED_FOR, LONGEST_REASON};

use jiff::SignedDuration;

use super::request::request_named;
use super::view::AuditedContent;
use crate::domain::auditor::Auditor;
use crate::domain::id::{AttachmentId, MessageId};
use crate::evidence::record::EventType;
use crate::hub::content::{Reader, message_key, open_body, open_header};
use crate::hub::view::Download;
use crate::hub::{ActError, Hub};

/// Looks of one person within this time are one in evidence.
const ONE_LOOK: SignedDuration = SignedDuration::from_hours(1);

impl Hub {
    /// The content of a delivery that the auditor was granted. [`ActError::NotFound`] without a grant, and where the organisation's key to it was
    /// destroyed.
    pub async fn granted_content(&self, auditor: &Auditor, id: MessageId) -> Result<AuditedContent, ActError> {
        let until = self.record_look(auditor, id).await?;
        let mut tx = self.db.read().await?;
        let (row, organisation) = self.audited(&mut tx, auditor, id).await?;
        let reader = Reader::Organisation(&organisation.key);
        let key = message_key(&row, reader)?;
        let header = open_header(&row, &key)?;
        let body = tx.find_body(row.id).await?.ok_or(ActError::NotFound)?;
        let files = tx.list_message_attachments(row.id).await?;
        Ok(AuditedContent {
            delivery: self.audited_delivery(&mut tx, &row).await?,
            until,
            title: header.title,
            body: open_body(row.id, &key, &body)?,
            body_format: header.body_format,
            files: self.files(&files, reader)?.into_iter().map(|(file, _)| file).collect(),
        })
    }

    /// A file of such a content.
    pub async fn granted_file(
        &self,
        auditor: &Auditor,
        id: MessageId,
        file: AttachmentId,
    ) -> Result<Download, ActError> {
        self.record_look(auditor, id).await?;
        let mut tx = self.db.read().await?;
        let (row, organisation) = self.audited(&mut tx, auditor, id).await?;
        let files = tx.list_message_attachments(row.id).await?;
        drop(tx);
        let files = self.readable_files(&files, Reader::Organisation(&organisation.key))?;
        let wanted = files.into_iter().find(|it| it.file.id == file);
        self.read_file(wanted.ok_or(ActError::NotFound)?).await
    }

    async fn record_look(&self, auditor: &Auditor, id: MessageId) -> Result<jiff::Timestamp, ActError> {
        let auditor = auditor.clone();
        self.act_as(&auditor.person().clone(), move |hub, tx, person| {
            let auditor = auditor.clone();
            Box::pin(async move {
                let (row, organisation) = hub.audited(tx, &auditor, id).await?;
                let grant = hub.grant_of(tx, &person, row.id).await?;
                let (grant, until) = grant.ok_or(ActError::NotFound)?;
                let now = hub.now();
                let since = (now - ONE_LOOK).as_microsecond();
                if tx.note_content_look(grant.id, since, now.as_microsecond()).await? {
                    let reasons = vec![request_named(grant.id)];
                    let event = EventType::StaffAccess;
                    hub.record_audit_event(tx, (&row, &organisation), &person, event, reasons)
                        .await?;
                }
                Ok(until)
            })
        })
        .await
    }
}
