//! Reading the log: its checkpoint, its tiles, the keys it is checked with, and whether the hub is fit to act.

use std::sync::atomic::Ordering;

use super::place::read_tile;
use super::{ActError, Hub};
use crate::evidence::tile::{TileCoord, TilePath, encode_entries, rows};
use crate::store::Tx;
use crate::store::log::place_of;

/// Whether the hub can act, part by part.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Readiness {
    /// Whether every part works.
    pub ready: bool,
    /// The database answers.
    pub database: bool,
    /// The log may be extended; false after an older backup was restored.
    pub log: bool,
}

impl Hub {
    /// Whether acts are refused because the log's last checkpoint is ahead of the database.
    pub fn halted(&self) -> bool {
        self.halted.load(Ordering::SeqCst)
    }

    /// Whether the hub can act.
    pub async fn readiness(&self) -> Readiness {
        let database = async { self.db.read().await?.ping().await }.await.is_ok();
        let log = !self.halted();
        Readiness {
            ready: database && log,
            database,
            log,
        }
    }

    /// The checkpoint for monitors and clients, a signed note: where witnesses are asked the newest that enough of them cosigned, with their lines,
    /// for who demands cosignatures can use no other; without witnesses, and before the first is cosigned, the newest. Not found before the first
    /// event.
    pub async fn checkpoint(&self) -> Result<String, ActError> {
        let mut tx = self.db.read().await?;
        let log = tx.find_log(&self.options.origin).await?.ok_or(ActError::NotFound)?;
        if self.has_witnesses()
            && let Some(cosigned) = tx.find_cosigned(&log.name()).await?
        {
            return Ok(cosigned.note);
        }
        existing(log.checkpoint)
    }

    /// The newest checkpoint, cosigned or not. Not found before the first event.
    pub async fn newest_checkpoint(&self) -> Result<String, ActError> {
        let log = self.db.read().await?.find_log(&self.options.origin).await?;
        existing(log.ok_or(ActError::NotFound)?.checkpoint)
    }

    /// The bytes of a tile or an entry bundle (C2SP tlog-tiles). Not found beyond the last checkpoint.
    pub async fn tile(&self, path: TilePath) -> Result<Vec<u8>, ActError> {
        let mut tx = self.db.read().await?;
        let log = tx.find_log(&self.options.origin).await?.ok_or(ActError::NotFound)?;
        tile_of(&mut tx, log.number, log.size, path).await
    }

    /// The last checkpoint of all of a log that ended, a signed note. It can speak of more leaves than there are.
    pub async fn ended_checkpoint(&self, number: i64) -> Result<String, ActError> {
        let row = self.db.read().await?.find_ended_log(number).await?;
        Ok(row.ok_or(ActError::NotFound)?.checkpoint)
    }

    /// The checkpoint over what is held of a log that ended. Not found when nothing is.
    pub async fn held_checkpoint(&self, number: i64) -> Result<String, ActError> {
        let row = self.db.read().await?.find_ended_log(number).await?;
        let held = row.map(|row| row.held_checkpoint).filter(|note| !note.is_empty());
        held.ok_or(ActError::NotFound)
    }

    /// The bytes of a tile or an entry bundle of a log that ended. Not found beyond what is held of it.
    pub async fn ended_tile(&self, number: i64, path: TilePath) -> Result<Vec<u8>, ActError> {
        let mut tx = self.db.read().await?;
        let row = tx.find_ended_log(number).await?.ok_or(ActError::NotFound)?;
        tile_of(&mut tx, number, row.held, path).await
    }

    /// The verifier key (C2SP signed note) of the log's key in use, under the name of the first log.
    pub fn log_vkey(&self) -> String {
        self.keys.log.vkey()
    }

    /// The certificates of the sealing key in use, PEM.
    pub fn seal_chain(&self) -> &str {
        self.keys.seal.chain_pem()
    }
}

/// A checkpoint, once there is one.
fn existing(checkpoint: String) -> Result<String, ActError> {
    match checkpoint.is_empty() {
        true => Err(ActError::NotFound),
        false => Ok(checkpoint),
    }
}

/// The bytes of a tile or an entry bundle of log `number`, which has so many leaves.
async fn tile_of(tx: &mut Tx, number: i64, size: i64, path: TilePath) -> Result<Vec<u8>, ActError> {
    let size = size.unsigned_abs();
    let tile = match path {
        TilePath::Tile(tile) => tile,
        TilePath::Entries { index, width } => TileCoord { level: 0, index, width },
    };
    // The first comparison also keeps the second from overflowing.
    if tile.index > size || tile.end() > rows(tile.level, size) {
        return Err(ActError::NotFound);
    }
    match path {
        TilePath::Tile(_) => Ok(read_tile(tx, number, tile).await?.concat()),
        TilePath::Entries { .. } => {
            let (start, end) = (i64::try_from(tile.start()), i64::try_from(tile.end()));
            let (Ok(start), Ok(end)) = (start, end) else {
                return Err(ActError::NotFound);
            };
            let entries = tx
                .list_log_entries(place_of(number, start), place_of(number, end))
                .await?;
            let entries: Result<Vec<[u8; 32]>, _> = entries.iter().map(|entry| entry.as_slice().try_into()).collect();
            Ok(encode_entries(&entries.map_err(|_| ActError::NotFound)?))
        }
    }
}
