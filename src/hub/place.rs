//! The places of records in the log: the trees they are shown in, and the hashes that lead there. After a restart there are several logs.

use std::collections::{BTreeMap, HashMap};

use super::ActError;
use crate::evidence::proof::{ProofEvent, ProofTimestamp};
use crate::evidence::seal::sealed_bytes;
use crate::evidence::tile::TileCoord;
use crate::evidence::tiles::{TileSet, inclusion_proof, tiles_needed};
use crate::evidence::tlog_proof::TlogProof;
use crate::store::ended_log::EndedLogRow;
use crate::store::log::{index_in_log, log_of, place_of};
use crate::store::timestamp::TimestampRow;
use crate::store::{StoreError, Tx};

/// A signed tree of a log.
struct Head {
    size: i64,
    checkpoint: String,
}

/// One of the hub's logs, and the tiles of it that were read.
#[derive(Default)]
struct LogTiles {
    name: String,
    /// The checkpoint that witnesses cosigned, where there is one, and the newest; of a log that ended, the newest that the database holds.
    heads: Vec<Head>,
    set: TileSet,
    /// How much of each tile was read: under a larger tree the same tile is wider.
    read: HashMap<(u8, u64), u16>,
}

/// The checkpoints that records are shown under, and the tiles that lead there, each read once.
#[derive(Default)]
pub(super) struct Places {
    /// By their numbers.
    logs: BTreeMap<i64, LogTiles>,
    ended: Vec<EndedLogRow>,
    /// The stamped checkpoints that records stand under, by the place after their last leaf.
    stamped: BTreeMap<i64, TimestampRow>,
    /// The place of the record that was asked for last, and the end of its stamped checkpoint.
    last: Option<(i64, i64)>,
}

impl Places {
    /// The places in the logs of this origin as they are now.
    pub(super) async fn of(tx: &mut Tx, origin: &str) -> Result<Self, ActError> {
        let mut places = Self {
            ended: tx.list_ended_logs().await?,
            ..Self::default()
        };
        for row in places.ended.clone() {
            places
                .add(tx, row.number, row.origin, row.held, row.held_checkpoint)
                .await?;
        }
        if let Some(row) = tx.find_log(origin).await? {
            places.add(tx, row.number, row.name(), row.size, row.checkpoint).await?;
        }
        Ok(places)
    }

    async fn add(
        &mut self,
        tx: &mut Tx,
        number: i64,
        name: String,
        size: i64,
        checkpoint: String,
    ) -> Result<(), ActError> {
        let cosigned = tx.find_cosigned(&name).await?.map(|row| Head {
            size: row.size,
            checkpoint: row.note,
        });
        let log = LogTiles {
            name,
            heads: cosigned.into_iter().chain([Head { size, checkpoint }]).collect(),
            ..LogTiles::default()
        };
        self.logs.insert(number, log);
        Ok(())
    }

    /// Under the cosigned checkpoint, or the newest where that one does not hold the record yet; none while neither does.
    pub(super) async fn in_log(&mut self, tx: &mut Tx, place: Option<i64>) -> Result<Option<TlogProof>, ActError> {
        let Some(place) = place else { return Ok(None) };
        let (number, index) = (log_of(place), index_in_log(place));
        let Some(log) = self.logs.get_mut(&number) else {
            return Ok(None);
        };
        let Some(head) = log.heads.iter().find(|head| index < head.size) else {
            return Ok(None);
        };
        let (size, checkpoint) = (head.size, head.checkpoint.clone());
        log.inclusion(tx, number, index, size, checkpoint).await.map(Some)
    }

    /// Under the smallest stamped checkpoint that holds the record; none while there is none. Records that come in the log's order and share a
    /// checkpoint cost one question.
    pub(super) async fn in_stamped(&mut self, tx: &mut Tx, place: Option<i64>) -> Result<Option<TlogProof>, ActError> {
        let Some(place) = place else { return Ok(None) };
        let (number, index) = (log_of(place), index_in_log(place));
        let Some(log) = self.logs.get_mut(&number) else {
            return Ok(None);
        };
        let newest = log.heads.iter().map(|head| head.size).max().unwrap_or_default();
        let end = match self.last {
            Some((before, end)) if (before..end).contains(&place) => end,
            _ => match tx.find_timestamp_over(&log.name, index).await? {
                Some(row) if row.size <= newest => {
                    let end = place_of(number, row.size);
                    self.stamped.insert(end, row);
                    end
                }
                _ => return Ok(None),
            },
        };
        self.last = Some((place, end));
        let checkpoint = self.stamped.get(&end).map(|row| row.checkpoint.clone());
        let checkpoint = checkpoint.ok_or(StoreError::Missing("time stamp"))?;
        log.inclusion(tx, number, index, index_in_log(end), checkpoint)
            .await
            .map(Some)
    }

    /// The records of the log's restarts, the oldest first, each as the first leaf of its log: under that log's first checkpoint, so that it is proved
    /// by the keys of then, whatever keys came later.
    pub(super) fn restarts(&self) -> Result<Vec<ProofEvent>, ActError> {
        let (mut restarts, mut told) = (Vec::new(), 0);
        for row in &self.ended {
            // One restart ends several logs when it follows one that was lost with its database.
            if row.successor == told {
                continue;
            }
            told = row.successor;
            let place = TlogProof {
                index: 0,
                hashes: Vec::new(),
                checkpoint: row.next_checkpoint.clone(),
            };
            restarts.push(ProofEvent {
                event: Some(sealed_bytes(&row.record_jws).ok_or(StoreError::Missing("record of a restart"))?),
                tlog_proof: Some(place.to_string()),
                seal: Some(row.record_jws.clone()),
                ..ProofEvent::default()
            });
        }
        Ok(restarts)
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
}

impl LogTiles {
    async fn inclusion(
        &mut self,
        tx: &mut Tx,
        number: i64,
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
                self.set.insert(tile, read_tile(tx, number, tile).await?);
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

/// The hashes of one tile of log `number`: leaf hashes at level 0, roots of completed tiles above.
pub(crate) async fn read_tile(tx: &mut Tx, number: i64, tile: TileCoord) -> Result<Vec<[u8; 32]>, ActError> {
    let range = |at: u64| i64::try_from(at).unwrap_or(i64::MAX);
    let (start, end) = (range(tile.start()), range(tile.end()));
    let rows = match tile.level {
        0 => {
            tx.list_log_entries(place_of(number, start), place_of(number, end))
                .await?
        }
        level => tx.list_log_nodes(number, i64::from(level), start, end).await?,
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
