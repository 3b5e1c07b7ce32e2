//! The second place: where the last checkpoint is kept beside the database, so that an older backup that was restored is noticed.
//!
//! Checkpoints lie there by the place after their last leaf, each written once. The newest stays, and the last one of every log that ended: who
//! restores a backup from before a restart needs it. The second place never runs ahead of the database, but for a restart that was broken off.

use std::sync::atomic::Ordering;

use super::{ActError, Hub};
use crate::evidence::checkpoint::Checkpoint;
use crate::evidence::restart::origin_of;
use crate::objects::ObjectError;
use crate::store::Tx;
use crate::store::log::{LogRow, index_in_log, log_of};

/// The folder in the object store.
const FOLDER: &str = "log/checkpoint";

/// The last checkpoint of one log in the second place, as it was found: nobody has verified it.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    /// The place after its last leaf.
    pub(super) end: i64,
    /// The signed note.
    pub(super) text: String,
}

/// What lies in the second place.
#[derive(Debug, Default)]
pub(super) struct SecondPlace {
    /// The last checkpoint of each log, the oldest log first.
    pub(super) kept: Vec<Kept>,
    /// Names of those that newer ones stand beside.
    older: Vec<String>,
}

/// The name of the checkpoint up to this place.
fn name(end: i64) -> String {
    format!("{FOLDER}/{end:020}")
}

fn end_in(name: &str) -> Option<i64> {
    name.rsplit('/').next()?.parse().ok()
}

impl Kept {
    /// Whether it is ahead of what the database holds, or beside it.
    pub(super) fn is_ahead_of(&self, log: &LogRow) -> bool {
        self.end > log.end() || (self.end == log.end() && self.text != log.checkpoint)
    }
}

impl Hub {
    /// Reads the second place.
    pub(super) async fn second_place(&self) -> Result<SecondPlace, ActError> {
        'listing: loop {
            let names = self.objects.list_named(FOLDER).await?;
            let mut found = SecondPlace::default();
            for (number, name) in names.iter().enumerate() {
                let Some(end) = end_in(name) else { continue };
                let next = names.get(number + 1).and_then(|name| end_in(name));
                if next.is_some_and(|next| log_of(next) == log_of(end)) {
                    found.older.push(name.clone());
                    continue;
                }
                // Another process put a newer one in its place since the listing.
                let Some(bytes) = self.objects.read_named(name).await? else {
                    continue 'listing;
                };
                let text = String::from_utf8_lossy(&bytes).into_owned();
                found.kept.push(Kept { end, text });
            }
            return Ok(found);
        }
    }

    /// The head that a kept checkpoint is of, once a key of ours is known to have signed it, for the log and the size that its name says.
    pub(super) async fn head_of(&self, tx: &mut Tx, kept: &Kept) -> Result<Checkpoint, ActError> {
        let origin = origin_of(&self.options.origin, log_of(kept.end).unsigned_abs());
        let head = self.own_head(tx, &kept.text, &origin).await?;
        match head.size == index_in_log(kept.end).unsigned_abs() {
            true => Ok(head),
            false => Err(ActError::Evidence(
                "a checkpoint in the second place has another size than its name says".into(),
            )),
        }
    }

    /// Keeps the checkpoint up to this place. A different one there stops the hub: the log would fork.
    pub(super) async fn keep_checkpoint(&self, end: i64, text: &str) -> Result<(), ActError> {
        let kept = self.put_checkpoint(end, text).await;
        if matches!(kept, Err(ActError::Objects(ObjectError::Exists))) {
            tracing::error!(
                log = log_of(end),
                size = index_in_log(end),
                "another checkpoint of this size was kept before: acts are refused"
            );
            self.halted.store(true, Ordering::SeqCst);
        }
        kept?;
        let before = self.kept_end.swap(end, Ordering::SeqCst);
        // The second place holds the last checkpoint of a log; the one before it stays until this one is durable.
        if before > 0 && before < end && log_of(before) == log_of(end) {
            self.objects.remove_named(&name(before)).await?;
        }
        Ok(())
    }

    /// Writes the checkpoint up to this place, unless another is there.
    pub(super) async fn put_checkpoint(&self, end: i64, text: &str) -> Result<(), ActError> {
        Ok(self.objects.put_once(&name(end), text.as_bytes()).await?)
    }

    /// Removes checkpoints that newer ones of the same log stand beside.
    pub(super) async fn tidy_second_place(&self, found: &SecondPlace) -> Result<(), ActError> {
        for name in &found.older {
            self.objects.remove_named(name).await?;
        }
        Ok(())
    }
}
