//! The place of a record in the log: the tree it is shown in, and the hashes that lead there.

use std::collections::HashSet;

use super::{ActError, Hub};
use crate::evidence::tile::TileCoord;
use crate::evidence::tiles::{TileSet, inclusion_proof, tiles_needed};
use crate::evidence::tlog_proof::TlogProof;
use crate::store::event::RecordRow;
use crate::store::{StoreError, Tx};

impl Hub {
    /// The checkpoints that a record can be shown under: the one that witnesses cosigned, where there is one, and the newest.
    pub(super) async fn heads(&self, tx: &mut Tx) -> Result<Vec<Head>, ActError> {
        let cosigned = tx.find_cosigned(&self.options.origin).await?;
        let newest = tx.find_log(&self.options.origin).await?;
        let cosigned = cosigned.map(|row| Head {
            size: row.size,
            checkpoint: row.note,
        });
        let newest = newest.map(|row| Head {
            size: row.size,
            checkpoint: row.checkpoint,
        });
        Ok(cosigned.into_iter().chain(newest).collect())
    }
}

/// A signed tree of the log.
pub(super) struct Head {
    size: i64,
    checkpoint: String,
}

/// Tiles of the log, each read once.
#[derive(Default)]
pub(super) struct Tiles {
    set: TileSet,
    /// Level, index and width: under a larger tree the same tile is wider.
    read: HashSet<(u8, u64, u16)>,
}

impl Tiles {
    /// The place of an event in the log, under the first of these trees that holds it; none while it has none.
    pub(super) async fn inclusion(
        &mut self,
        tx: &mut Tx,
        heads: &[Head],
        row: &RecordRow,
    ) -> Result<Option<TlogProof>, ActError> {
        let holds = |index: i64| heads.iter().find(|head| index < head.size);
        let Some((index, head)) = row.leaf_index.and_then(|index| Some((index, holds(index)?))) else {
            return Ok(None);
        };
        let (index, size) = (index.unsigned_abs(), head.size.unsigned_abs());
        let broken = |error| ActError::Evidence(Box::new(error));
        for tile in tiles_needed(index, size).map_err(broken)? {
            if self.read.insert((tile.level, tile.index, tile.width)) {
                self.set.insert(tile, read_tile(tx, tile).await?);
            }
        }
        let hashes = inclusion_proof(index, size, &self.set).map_err(broken)?;
        Ok(Some(TlogProof {
            index,
            hashes,
            checkpoint: head.checkpoint.clone(),
        }))
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
