//! What an erasure leaves to be done after its commit: the list beside the database, the files, and the old bytes in the database's own files.
//!
//! Everything is read from state and may be repeated: a crash at any moment leaves it to the next turn.

use super::super::{ActError, Hub};
use super::replay::Listed;
use crate::domain::id::AttachmentId;
use crate::objects::ObjectName;
use crate::store::erasure::RemovalRow;
use crate::store::scrub::Scrub;

/// Erasures that one turn finishes, and files that it removes at a time.
const AT_A_TIME: i64 = 500;

impl Hub {
    /// Finishes erasures and removes what is to be removed by now; idempotent. Answers how many erasures it finished.
    pub async fn finish_erasures(&self) -> Result<usize, ActError> {
        let unfinished = self.db.read().await?.list_unfinished_erasures(AT_A_TIME).await?;
        for row in &unfinished {
            // First of all: from here on an older backup does not bring it back.
            self.put_on_list(&Listed::of(row)).await?;
        }
        for row in &unfinished {
            if let Some(mailbox) = row.mailbox_id {
                self.destroy_mailbox_keys(row.id, mailbox, row.reached).await?;
            }
        }
        self.remove_erased().await?;
        if unfinished.is_empty() || !self.db.scrub(Scrub::Light).await? {
            return Ok(0);
        }
        let now = self.now().as_microsecond();
        let mut finished = 0;
        for row in unfinished {
            // One without its record waits for a hub that takes acts.
            if row.event_id.is_none() && !self.record_replayed(&row).await? {
                continue;
            }
            self.act_though_halted(move |_, tx| Box::pin(async move { Ok(tx.finish_erasure(row.id, now).await?) }))
                .await?;
            finished += 1;
        }
        Ok(finished)
    }

    /// Writes the database anew, so that its free room holds no old bytes either. Writing waits meanwhile, on PostgreSQL reading too. False when
    /// somebody who reads kept it from being complete.
    pub async fn scrub(&self) -> Result<bool, ActError> {
        Ok(self.db.scrub(Scrub::Whole).await?)
    }

    /// Removes from the object store what is to be removed by now.
    pub(super) async fn remove_erased(&self) -> Result<usize, ActError> {
        let now = self.now().as_microsecond();
        let mut removed = 0;
        loop {
            let due = self.db.read().await?.list_removals(now, AT_A_TIME).await?;
            if due.is_empty() {
                return Ok(removed);
            }
            for row in due {
                self.remove_one(row).await?;
                removed += 1;
            }
        }
    }

    /// Bytes first, then the rows: a crash between them leaves rows that the next turn removes.
    async fn remove_one(&self, row: RemovalRow) -> Result<(), ActError> {
        let file = (row.kind == "attachment").then_some(AttachmentId(row.id));
        match file {
            // A send that was under way uses it: it belongs to that message now.
            Some(id) if self.db.read().await?.is_attachment_used(id).await? => {}
            Some(id) => self.objects.remove(ObjectName::Attachment(id.0)).await?,
            None => self.objects.remove_job(row.id).await?,
        }
        self.act_though_halted(move |_, tx| {
            let row = row.clone();
            Box::pin(async move {
                match file {
                    Some(id) => tx.delete_attachment(id).await?,
                    None => tx.clear_print_job(row.id).await?,
                }
                Ok(tx.delete_removal(&row).await?)
            })
        })
        .await
    }
}
