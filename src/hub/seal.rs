//! The sealer: numbers what was committed, extends the tree, signs one checkpoint per batch.
//!
//! One transaction per batch. It holds only while this process has the lease: the fencing number is checked by the same statement that moves
//! the log on, so a sealer that lost its lease changes nothing. The checkpoint is also kept in a second place, written once per size; when
//! that place is ahead of the database, an older backup was restored, and the hub refuses acts rather than fork the log.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::place::read_tile;
use super::tally;
use super::{ActError, Hub};
use crate::evidence::Hash;
use crate::evidence::tiles::{TileSet, completed_nodes, partials_needed};
use crate::evidence::tree::{Frontier, leaf_hash};
use crate::store::Tx;
use crate::store::log::{LogRow, LogStep, NodeRow, UnsealedRow, place_of};

/// Most events of one batch.
const BATCH: i64 = 4096;
/// How long a lease holds without renewal. A pause longer than this costs nothing but the lease.
pub const LEASE: Duration = Duration::from_secs(10);

impl Hub {
    /// Makes the log's row on a new database, and compares the database with the second place.
    ///
    /// When the second place is ahead, acts are refused from now on ([`Hub::halted`]); otherwise they are taken. To be called before the first
    /// act. May be repeated: that is how a halted hub learns that the newer database is back, or that the log was restarted.
    pub async fn prepare_log(&self) -> Result<(), ActError> {
        // The second place is read first: it never runs ahead of the database, so whatever other processes seal meanwhile does no harm.
        let (found, first) = (self.second_place().await?, self.first_keys().await?);
        let mut tx = self.db.write().await?;
        tx.create_log(&self.options.origin, &Frontier::new().to_bytes()).await?;
        let log = tx.find_log(&self.options.origin).await?;
        if tx.has_other_log(&self.options.origin).await? {
            return Err(ActError::Evidence(
                "the database holds the log of another origin: log.origin must never change".into(),
            ));
        }
        self.check_keys(&mut tx, &first).await?;
        tx.commit().await?;
        self.keep_first_keys().await?;
        let mut ahead = false;
        if let (Some(log), Some(kept)) = (&log, found.kept.last()) {
            self.head_of(&mut self.db.read().await?, kept).await?;
            ahead = kept.is_ahead_of(log);
            let told = self.told_ahead.swap(ahead, Ordering::SeqCst);
            if ahead && !told {
                tracing::error!(
                    database = log.end(),
                    second_place = kept.end,
                    "the log's last checkpoint is ahead of the database: an older backup was restored; acts are refused. Restore the newer \
                     database; only when it is lost: `tiedoksi admin log restart`"
                );
            } else if told && !ahead {
                tracing::info!(log = log.name(), "the log can go on: acts are taken again");
            }
        }
        self.halted.store(ahead, Ordering::SeqCst);
        if let (false, Some(log)) = (ahead, &log)
            && !log.checkpoint.is_empty()
        {
            // A process that ended between commit and copy left the copy to us.
            self.keep_checkpoint(log.end(), &log.checkpoint).await?;
        }
        self.tidy_second_place(&found).await
    }

    /// Refuses acts until [`Hub::prepare_log`] has compared the database with the second place.
    pub fn halt(&self) {
        self.halted.store(true, Ordering::SeqCst);
    }

    /// Takes or renews the lease of sealing; the fencing number while this process has it.
    pub async fn lease_log(&self) -> Result<Option<i64>, ActError> {
        let now = self.now().as_microsecond();
        let until = now + i64::try_from(LEASE.as_micros()).unwrap_or(10_000_000);
        let mut tx = self.db.write().await?;
        let fence = tx.lease_log(&self.options.origin, &self.holder, now, until).await?;
        tx.commit().await?;
        Ok(fence)
    }

    /// Gives the lease back at the end of the process.
    pub async fn release_log(&self) -> Result<(), ActError> {
        let mut tx = self.db.write().await?;
        tx.release_log(&self.options.origin, &self.holder).await?;
        Ok(tx.commit().await?)
    }

    /// Waits for the next commit, or for `at_most`.
    pub async fn wait_for_commit(&self, at_most: Duration) {
        tokio::time::timeout(at_most, self.committed.notified()).await.ok();
    }

    /// Seals one batch; answers how many events it sealed. Zero when there is none, or the lease is gone.
    pub async fn seal_batch(&self, fence: i64) -> Result<usize, ActError> {
        if self.halted() {
            return Ok(0);
        }
        let unsealed = self.db.read().await?.list_unsealed(1).await?;
        if unsealed.is_empty() {
            return Ok(0);
        }
        let mut tx = self.db.write().await?;
        let Some(log) = tx.find_log(&self.options.origin).await? else {
            return Ok(0);
        };
        if log.fence != fence {
            return Ok(0);
        }
        if log.end() < self.kept_end.load(Ordering::SeqCst) {
            tracing::error!(
                database = log.end(),
                "the database went back behind a checkpoint that was signed: acts are refused"
            );
            self.halt();
            return Ok(0);
        }
        let events = tx.list_unsealed(BATCH).await?;
        let (frontier, nodes) = self.extend(&mut tx, &log, &events).await?;
        let text = self
            .keys
            .sign_checkpoint(&log.name(), frontier.size(), &frontier.root());
        let text = text.map_err(|error| ActError::Evidence(Box::new(error)))?;
        let ords: Vec<i64> = events.iter().map(|event| event.ord).collect();
        let numbered = tx.number_events(&ords, log.end()).await?;
        let step = LogStep {
            origin: &self.options.origin,
            fence,
            size_before: log.size,
            size: log.size + i64::try_from(events.len()).unwrap_or_default(),
            frontier: &frontier.to_bytes(),
            checkpoint: &text,
        };
        // Another sealer was faster: leave everything as it is.
        if numbered != ords.len() as u64 || !tx.extend_log(&step).await? {
            return Ok(0);
        }
        tx.insert_log_nodes(log.number, &nodes).await?;
        tally::count(&mut tx, &events, log.end()).await?;
        tx.commit().await?;
        metrics::counter!("tiedoksi_events_sealed").increment(ords.len() as u64);
        self.keep_checkpoint(place_of(log.number, step.size), &text).await?;
        Ok(ords.len())
    }

    /// The tree after the batch. Refuses a log whose stored frontier is not what its last checkpoint signed.
    async fn extend(
        &self,
        tx: &mut Tx,
        log: &LogRow,
        events: &[UnsealedRow],
    ) -> Result<(Frontier, Vec<NodeRow>), ActError> {
        let broken = |text: &str| ActError::Evidence(text.into());
        let mut frontier = Frontier::from_bytes(&log.frontier).map_err(|error| ActError::Evidence(Box::new(error)))?;
        if !log.checkpoint.is_empty() {
            let last = self.own_head(tx, &log.checkpoint, &log.name()).await?;
            if last.size != log.size.unsigned_abs() || last.root != frontier.root() {
                return Err(broken(
                    "the stored tree is not the one that was signed last; nothing is sealed",
                ));
            }
        }
        if frontier.size() != log.size.unsigned_abs() {
            return Err(broken(
                "the stored tree has another size than the log; nothing is sealed",
            ));
        }
        let leaves: Vec<Hash> = events.iter().map(|event| leaf_hash(&event.entry)).collect();
        let mut tiles = TileSet::new();
        for tile in partials_needed(frontier.size(), leaves.len() as u64) {
            tiles.insert(tile, read_tile(tx, log.number, tile).await?);
        }
        let nodes =
            completed_nodes(frontier.size(), &leaves, &tiles).map_err(|error| ActError::Evidence(Box::new(error)))?;
        for leaf in leaves {
            frontier.append(leaf);
        }
        let nodes = nodes
            .into_iter()
            .map(|node| NodeRow {
                level: i64::from(node.level),
                idx: i64::try_from(node.index).unwrap_or(i64::MAX),
                hash: node.hash,
            })
            .collect();
        Ok((frontier, nodes))
    }
}
