//! The sealer: numbers what was committed, extends the tree, signs one checkpoint per batch.
//!
//! One transaction per batch. It holds only while this process has the lease: the fencing number is checked by the same statement that moves
//! the log on, so a sealer that lost its lease changes nothing. The checkpoint is also kept in a second place, written once per size; when
//! that place is ahead of the database, an older backup was restored, and the hub refuses acts rather than fork the log.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::event::{Fact, Readers, party};
use super::proof::read_tile;
use super::{ActError, Hub};
use crate::domain::id::OrganisationId;
use crate::evidence::checkpoint::{self, Checkpoint};
use crate::evidence::record::{ContentPart, EventType};
use crate::evidence::tiles::{TileSet, completed_nodes, partials_needed};
use crate::evidence::tree::{Frontier, leaf_hash};
use crate::evidence::{Hash, sha256};
use crate::objects::ObjectError;
use crate::store::Tx;
use crate::store::log::{LogRow, LogStep, NodeRow, TallyRow, UnsealedRow};

/// Most events of one batch.
const BATCH: i64 = 4096;
/// How long a lease holds without renewal. A pause longer than this costs nothing but the lease.
pub const LEASE: Duration = Duration::from_secs(10);
/// Where the second copy of checkpoints lies.
const SECOND_PLACE: &str = "log/checkpoint";

impl Hub {
    /// Makes the log's row on a new database, and compares the database with the second place.
    ///
    /// When the second place is ahead, acts are refused from now on ([`Hub::halted`]).
    pub async fn prepare_log(&self) -> Result<(), ActError> {
        // The second place first: another process may be sealing, and what it kept by now was committed before.
        let (_, kept) = self.objects.last_in(SECOND_PLACE).await?;
        let mut tx = self.db.write().await?;
        tx.create_log(&self.options.origin, &Frontier::new().to_bytes()).await?;
        let log = tx.find_log(&self.options.origin).await?;
        tx.commit().await?;
        let (Some(log), Some(kept)) = (log, kept) else {
            return Ok(());
        };
        let kept = String::from_utf8_lossy(&kept).into_owned();
        let there =
            checkpoint::verify(&kept, self.keys.log.public()).map_err(|error| ActError::Evidence(Box::new(error)))?;
        if there.size > log.size.unsigned_abs() || (there.size == log.size.unsigned_abs() && kept != log.checkpoint) {
            tracing::error!(
                database = log.size,
                second_place = there.size,
                "the log's last checkpoint is ahead of the database: an older backup was restored; acts are refused"
            );
            self.halted.store(true, Ordering::SeqCst);
        }
        // What an earlier process left there goes when this one keeps its first.
        let kept_size = i64::try_from(there.size).unwrap_or_default();
        self.kept_size.store(kept_size, Ordering::SeqCst);
        Ok(())
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
        let events = tx.list_unsealed(BATCH).await?;
        let (frontier, nodes) = self.extend(&mut tx, &log, &events).await?;
        let text = self
            .keys
            .log
            .sign(&self.options.origin, frontier.size(), &frontier.root());
        let ords: Vec<i64> = events.iter().map(|event| event.ord).collect();
        let numbered = tx.number_events(&ords, log.size).await?;
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
        tx.insert_log_nodes(&nodes).await?;
        tally(&mut tx, &events, log.size).await?;
        tx.commit().await?;
        metrics::counter!("tiedoksi_events_sealed").increment(ords.len() as u64);
        self.keep_checkpoint(step.size, &text).await?;
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
            let last: Checkpoint = checkpoint::verify(&log.checkpoint, self.keys.log.public())
                .map_err(|error| ActError::Evidence(Box::new(error)))?;
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
            tiles.insert(tile, read_tile(tx, tile).await?);
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

    /// Keeps the checkpoint in the second place. A different one of the same size stops the hub: the log would fork.
    async fn keep_checkpoint(&self, size: i64, text: &str) -> Result<(), ActError> {
        let kept = self
            .objects
            .put_once(&format!("{SECOND_PLACE}/{size:020}"), text.as_bytes())
            .await;
        if matches!(kept, Err(ObjectError::Exists)) {
            tracing::error!(
                size,
                "another checkpoint of this size was kept before: acts are refused"
            );
            self.halted.store(true, Ordering::SeqCst);
        }
        kept?;
        let before = self.kept_size.swap(size, Ordering::SeqCst);
        // The second place holds the last checkpoint; the one before it stays until this one is durable.
        if before > 0 && before < size {
            self.objects
                .remove_named(&format!("{SECOND_PLACE}/{before:020}"))
                .await?;
        }
        Ok(())
    }

    /// Writes a tally leaf for every organisation with new events. Answers how many.
    pub async fn tally(&self) -> Result<usize, ActError> {
        if self.halted() {
            return Ok(0);
        }
        let due = self.db.read().await?.list_untold_tallies(1000).await?;
        for row in &due {
            let row = row.clone();
            self.act(move |hub, tx| {
                let row = row.clone();
                Box::pin(async move {
                    if tx.tell_tally(row.organisation_id, row.count).await? {
                        let organisation = hub.organisation_in(tx, row.organisation_id).await?;
                        let part = ContentPart {
                            id: format!("leaves-through-{}", row.through_index),
                            media_type: "application/vnd.tiedoksi.tally".to_owned(),
                            size: row.count.unsigned_abs(),
                            sha256: row.hash.as_slice().try_into().map_err(|_| ActError::NotFound)?,
                        };
                        let fact = Fact {
                            content: &[part],
                            sender: Some(party(organisation.row.business_id.clone())),
                            ..Fact::new(EventType::Tally, hub.now())
                        };
                        let readers = Readers {
                            mailbox: None,
                            organisation: Some((row.organisation_id, &organisation.key)),
                        };
                        let mut event = hub.record(fact, readers)?;
                        // A tally does not count itself.
                        event.organisation_id = None;
                        tx.insert_events(&[event]).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        }
        Ok(due.len())
    }
}

/// Counts the batch into its organisations' tallies: hash' = SHA-256(hash || leaf hash), in the log's order.
async fn tally(tx: &mut Tx, events: &[UnsealedRow], first: i64) -> Result<(), ActError> {
    let mut tallies: BTreeMap<OrganisationId, TallyRow> = BTreeMap::new();
    for (index, event) in (first..).zip(events) {
        let Some(organisation) = event.organisation_id else {
            continue;
        };
        let row = match tallies.entry(organisation) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(tx.find_tally(organisation).await?.unwrap_or(TallyRow {
                organisation_id: organisation,
                count: 0,
                hash: vec![0; 32],
                through_index: -1,
                told: 0,
            })),
        };
        row.hash.extend_from_slice(&leaf_hash(&event.entry));
        row.hash = sha256(&row.hash).to_vec();
        row.count += 1;
        row.through_index = index;
    }
    for row in tallies.values() {
        tx.set_tally(row).await?;
    }
    Ok(())
}
