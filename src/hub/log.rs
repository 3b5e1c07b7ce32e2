//! Reading the log: its checkpoint, its tiles, the keys it is checked with, and whether the hub is fit to act.

use std::sync::atomic::Ordering;

use super::place::read_tile;
use super::{ActError, Hub};
use crate::evidence::tile::{TileCoord, TilePath, encode_entries, rows};

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
        if self.has_witnesses()
            && let Some(cosigned) = self.db.read().await?.find_cosigned(&self.options.origin).await?
        {
            return Ok(cosigned.note);
        }
        self.newest_checkpoint().await
    }

    /// The newest checkpoint, cosigned or not. Not found before the first event.
    pub async fn newest_checkpoint(&self) -> Result<String, ActError> {
        let log = self
            .db
            .read()
            .await?
            .find_log(&self.options.origin)
            .await?
            .ok_or(ActError::NotFound)?;
        if log.checkpoint.is_empty() {
            Err(ActError::NotFound)
        } else {
            Ok(log.checkpoint)
        }
    }

    /// The bytes of a tile or an entry bundle (C2SP tlog-tiles). Not found beyond the last checkpoint.
    pub async fn tile(&self, path: TilePath) -> Result<Vec<u8>, ActError> {
        let mut tx = self.db.read().await?;
        let size = tx
            .find_log(&self.options.origin)
            .await?
            .map_or(0, |log| log.size.unsigned_abs());
        let tile = match path {
            TilePath::Tile(tile) => tile,
            TilePath::Entries { index, width } => TileCoord { level: 0, index, width },
        };
        // The first comparison also keeps the second from overflowing.
        if tile.index > size || tile.end() > rows(tile.level, size) {
            return Err(ActError::NotFound);
        }
        match path {
            TilePath::Tile(_) => Ok(read_tile(&mut tx, tile).await?.concat()),
            TilePath::Entries { .. } => {
                let (start, end) = (i64::try_from(tile.start()), i64::try_from(tile.end()));
                let (Ok(start), Ok(end)) = (start, end) else {
                    return Err(ActError::NotFound);
                };
                let entries = tx.list_log_entries(start, end).await?;
                let entries: Result<Vec<[u8; 32]>, _> =
                    entries.iter().map(|entry| entry.as_slice().try_into()).collect();
                Ok(encode_entries(&entries.map_err(|_| ActError::NotFound)?))
            }
        }
    }

    /// The log's verifier key (C2SP signed note).
    pub fn log_vkey(&self) -> String {
        self.keys.log.vkey()
    }

    /// The certificates of the sealing key, PEM.
    pub fn seal_chain(&self) -> &str {
        self.keys.seal.chain_pem()
    }
}
