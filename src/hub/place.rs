//! The places of records in the log: the trees they are shown in, and the hashes that lead there.

use std::collections::{BTreeMap, HashMap};

use super::ActError;
use crate::evidence::proof::ProofTimestamp;
use crate::evidence::tile::TileCoord;
use crate::evidence::tiles::{TileSet, inclusion_proof, tiles_needed};
use crate::evidence::tlog_proof::TlogProof;
use crate::store::timestamp::TimestampRow;
use crate::store::{StoreError, Tx};

/// A signed tree of the log.
struct Head {
    size: i64,
    checkpoint: String,
}

/// The checkpoints that records are shown under, and the tiles that lead there, each read once.
#[derive(Default)]
pub(super) struct Places {
    origin: String,
    /// The checkpoint that witnesses cosigned, where there is one, and the newest.
    heads: Vec<Head>,
    set: TileSet,
    /// How much of each tile was read: under a larger tree the same tile is wider.
    read: HashMap<(u8, u64), u16>,
    /// The stamped checkpoints that records stand under, by size.
    stamped: BTreeMap<i64, TimestampRow>,
    /// The record that was asked for last, and the size of its stamped checkpoint.
    last: Option<(i64, i64)>,
}

impl Places {
    /// The places in the log of this origin as it is now.
    pub(super) async fn of(tx: &mut Tx, origin: &str) -> Result<Self, ActError> {
        let cosigned = tx.find_cosigned(origin).await?;
        let newest = tx.find_log(origin).await?;
        let cosigned = cosigned.map(|row| Head {
            size: row.size,
            checkpoint: row.note,
        });
        let newest = newest.map(|row| Head {
            size: row.size,
            checkpoint: row.checkpoint,
        });
        Ok(Self {
            origin: origin.to_owned(),
            heads: cosigned.into_iter().chain(newest).collect(),
            ..Self::default()
        })
    }

    /// Under the cosigned checkpoint, or the newest where that one does not hold the record yet; none while neither does.
    pub(super) async fn in_log(&mut self, tx: &mut Tx, index: Option<i64>) -> Result<Option<TlogProof>, ActError> {
        let holds = |index: i64| self.heads.iter().find(|head| index < head.size);
        let Some((index, head)) = index.and_then(|index| Some((index, holds(index)?))) else {
            return Ok(None);
        };
        let (size, checkpoint) = (head.size, head.checkpoint.clone());
        self.inclusion(tx, index, size, checkpoint).await.map(Some)
    }

    /// Under the smallest stamped checkpoint that holds the record; none while there is none. Records that come in the log's order and share a
    /// checkpoint cost one question.
    pub(super) async fn in_stamped(&mut self, tx: &mut Tx, index: Option<i64>) -> Result<Option<TlogProof>, ActError> {
        let newest = self.heads.iter().map(|head| head.size).max();
        let (Some(index), Some(newest)) = (index, newest) else {
            return Ok(None);
        };
        let size = match self.last {
            Some((before, size)) if (before..size).contains(&index) => size,
            _ => match tx.find_timestamp_over(&self.origin, index).await? {
                Some(row) if row.size <= newest => {
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

/// The hashes of one tile: leaf hashes at level 0, roots of completed tiles above.
pub(crate) async fn read_tile(tx: &mut Tx, tile: TileCoord) -> Result<Vec<[u8; 32]>, ActError> {
    let range = |at: u64| i64::try_from(at).unwrap_or(i64::MAX);
    let (start, end) = (range(tile.start()), range(tile.end()));
    let rows = match tile.level {
        0 => tx.list_log_entries(start, end).await?,
        level => tx.list_log_nodes(i64::from(level), start, end).await?,
    };
    if rows.len() != usize::from(tile.width) {
        return Err(StoreError::Missing("log tile").into());
    }
    rows.into_iter()
        .map(|hash| match tile.level {
            0 => Ok(crate::evidence::tree::leaf_hash(&hash)),
            _ => hash
                .as_slice()
                .try_into()
                .map_err(|_| StoreError::Missing("log node").into()),
        })
        .collect()
}
