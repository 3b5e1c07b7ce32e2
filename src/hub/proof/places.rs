//! Where events stand: under the log's last checkpoint, and under the smallest checkpoint that holds them and has a time stamp.

use std::collections::{BTreeMap, HashMap};

use super::super::ActError;
use super::read_tile;
use crate::evidence::proof::ProofTimestamp;
use crate::evidence::tiles::{TileSet, inclusion_proof, tiles_needed};
use crate::evidence::tlog_proof::TlogProof;
use crate::store::log::LogRow;
use crate::store::timestamp::TimestampRow;
use crate::store::{StoreError, Tx};

/// Tiles and stamped checkpoints, each read once.
#[derive(Default)]
pub(super) struct Places {
    log: Option<LogRow>,
    set: TileSet,
    /// How much of each tile was read.
    read: HashMap<(u8, u64), u16>,
    /// The stamped checkpoints that events stand under, by size.
    stamped: BTreeMap<i64, TimestampRow>,
    /// The event that was asked for last, and the size of its stamped checkpoint.
    last: Option<(i64, i64)>,
}

impl Places {
    /// The places in the log as it is now.
    pub(super) async fn of(tx: &mut Tx, origin: &str) -> Result<Self, ActError> {
        Ok(Self {
            log: tx.find_log(origin).await?,
            ..Self::default()
        })
    }

    /// Under the last checkpoint; none while it does not hold the event.
    pub(super) async fn in_log(&mut self, tx: &mut Tx, index: Option<i64>) -> Result<Option<TlogProof>, ActError> {
        let Some(log) = &self.log else { return Ok(None) };
        let (size, checkpoint) = (log.size, log.checkpoint.clone());
        match index {
            Some(index) if index < size => self.inclusion(tx, index, size, checkpoint).await.map(Some),
            _ => Ok(None),
        }
    }

    /// Under the smallest stamped checkpoint that holds the event; none while there is none. Events that come in the log's order and share a
    /// checkpoint cost one question.
    pub(super) async fn in_stamped(&mut self, tx: &mut Tx, index: Option<i64>) -> Result<Option<TlogProof>, ActError> {
        let (Some(index), Some(log)) = (index, &self.log) else {
            return Ok(None);
        };
        let size = match self.last {
            Some((before, size)) if (before..size).contains(&index) => size,
            _ => match tx.find_timestamp_over(&log.origin, index).await? {
                Some(row) if row.size <= log.size => {
                    let size = row.size;
                    self.stamped.insert(size, row);
                    size
                }
                _ => return Ok(None),
            },
        };
        self.last = Some((index, size));
        let checkpoint = self.stamped.get(&size).map(|row| row.checkpoint.clone());
        let checkpoint = checkpoint.ok_or(StoreError::Missing("time stamp"))?;
        self.inclusion(tx, index, size, checkpoint).await.map(Some)
    }

    /// The time stamps of the checkpoints that [`Places::in_stamped`] named, each once.
    pub(super) fn into_timestamps(self) -> Vec<ProofTimestamp> {
        let stamped = self.stamped.into_values();
        stamped
            .map(|row| ProofTimestamp {
                checkpoint: row.checkpoint,
                reply: row.reply,
            })
            .collect()
    }

    async fn inclusion(
        &mut self,
        tx: &mut Tx,
        index: i64,
        size: i64,
        checkpoint: String,
    ) -> Result<TlogProof, ActError> {
        let (index, size) = (index.unsigned_abs(), size.unsigned_abs());
        let broken = |error| ActError::Evidence(Box::new(error));
        for tile in tiles_needed(index, size).map_err(broken)? {
            let read = self.read.entry((tile.level, tile.index)).or_default();
            if *read < tile.width {
                *read = tile.width;
                self.set.insert(tile, read_tile(tx, tile).await?);
            }
        }
        let hashes = inclusion_proof(index, size, &self.set).map_err(broken)?;
        Ok(TlogProof {
            index,
            hashes,
            checkpoint,
        })
    }
}
