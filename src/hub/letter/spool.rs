//! Composing letters and laying them into the spool; taking them out of it again.
//!
//! Guarantees: a letter is offered only after both its files are durable. Two processes may compose the same letter: the bytes are the same, and
//! one of them notes it. A letter that cannot be laid down now stops no other and is tried again; one that cannot be composed at all is put
//! aside until the program is started anew, perhaps a mended one.

use futures::StreamExt as _;
use uuid::Uuid;

use super::super::{ActError, Hub};
use crate::domain::letter::PrintOrder;
use crate::domain::letter::sheet::JobSheet;
use crate::domain::time::from_micros;
use crate::objects::ObjectName;
use crate::press::PressError;
use crate::store::StoreError;
use crate::store::print_job::PrintJobRow;
use crate::vault::{DataKey, Place};

/// Letters read from the database at once.
const PAGE: i64 = 50;
/// Letters composed and written at once.
const TOGETHER: usize = 4;
/// Letters taken out of the spool in one turn.
const CLEARED: i64 = 500;

impl Hub {
    /// Lays every accepted letter into the spool, oldest first. Answers how many could not be laid down and will be tried again.
    pub async fn spool_letters(&self) -> Result<usize, ActError> {
        if self.halted() {
            return Ok(0);
        }
        let (mut after, mut left) = (Uuid::nil(), 0);
        loop {
            let jobs = self.db.read().await?.list_accepted_print_jobs(after, PAGE).await?;
            let Some(last) = jobs.last() else { return Ok(left) };
            after = last.id;
            let mut spooling = futures::stream::iter(jobs)
                .map(|job| async move { (job.id, self.spool_letter(job).await) })
                .buffer_unordered(TOGETHER);
            while let Some((job, result)) = spooling.next().await {
                match result {
                    Ok(()) => {}
                    Err(ActError::Press(error @ (PressError::Compose(_) | PressError::Exhausted))) => {
                        metrics::counter!("tiedoksi_print_failures_total").increment(1);
                        tracing::error!(%job, error = &error as &dyn std::error::Error, "a letter cannot be composed and is put aside");
                        self.put_aside(job).await?;
                    }
                    Err(error) => {
                        left += 1;
                        tracing::error!(%job, error = &error as &dyn std::error::Error, "a letter is not in the spool yet");
                    }
                }
            }
        }
    }

    async fn spool_letter(&self, job: PrintJobRow) -> Result<(), ActError> {
        let key = self.job_key(&job)?;
        let row = job.id.as_bytes();
        let order = key.open(Place::new("print_job", "order_sealed", row), &job.order_sealed)?;
        let order: PrintOrder = serde_json::from_slice(&order).map_err(|error| ActError::Evidence(Box::new(error)))?;
        let file = self.vault.hub().unwrap(
            Place::new("print_job", "key_file", row),
            job.key_file
                .as_deref()
                .ok_or(StoreError::Missing("key of a letter's file"))?,
        )?;
        let source = self.letter_source(job.attachment_id, file).await?;
        let letter = self.press.compose(&source, order.clone()).await?;
        let sheet = JobSheet::new(job.id, from_micros(job.created_at), order, &letter);
        let sheet = serde_json::to_vec(&sheet).map_err(|error| ActError::Evidence(Box::new(error)))?;
        self.lay_down(ObjectName::Letter(job.id), &key, &letter.bytes).await?;
        self.lay_down(ObjectName::JobSheet(job.id), &key, &sheet).await?;
        let id = job.id;
        let at = self.now().as_microsecond();
        let noted = self
            .act(move |_, tx| Box::pin(async move { Ok(tx.spool_print_job(id, at).await?) }))
            .await?;
        if !noted {
            // Another process was faster; when the print house has the letter already, what was just written is not wanted any more.
            let now = self.db.read().await?.find_print_job(id).await?;
            if now.is_none_or(|job| job.key_hub.is_none()) {
                self.objects.remove_job(id).await?;
            }
        }
        Ok(())
    }

    async fn lay_down(&self, name: ObjectName, key: &DataKey, bytes: &[u8]) -> Result<(), ActError> {
        let mut upload = self.objects.upload(name, key, &self.rng).await?;
        if let Err(error) = upload.write(bytes).await {
            upload.abort().await;
            return Err(error.into());
        }
        upload.finish().await?;
        Ok(())
    }

    async fn put_aside(&self, id: Uuid) -> Result<(), ActError> {
        self.act(move |_, tx| Box::pin(async move { Ok(tx.fail_print_job(id).await?) }))
            .await
    }

    /// Takes up again letters that an earlier run could not compose. Answers how many.
    pub async fn retry_failed_letters(&self) -> Result<u64, ActError> {
        self.act(|_, tx| Box::pin(async move { Ok(tx.retry_failed_print_jobs().await?) }))
            .await
    }

    /// Takes a letter that the print house has out of the spool.
    pub(super) async fn clear_letter(&self, id: Uuid) -> Result<(), ActError> {
        self.objects.remove_job(id).await?;
        self.act(move |_, tx| Box::pin(async move { Ok(tx.clear_print_job(id).await?) }))
            .await
    }

    /// Finishes what a crash left: takes letters that the print house has out of the spool. Answers how many.
    pub async fn sweep_spool(&self) -> Result<usize, ActError> {
        let jobs = self.db.read().await?.list_uncleared_print_jobs(CLEARED).await?;
        for job in jobs.iter().copied() {
            if let Err(error) = self.clear_letter(job).await {
                tracing::error!(%job, error = &error as &dyn std::error::Error, "a letter cannot be taken out of the spool");
            }
        }
        Ok(jobs.len())
    }
}
