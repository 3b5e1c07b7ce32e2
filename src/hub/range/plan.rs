//! What a range needs of the log, found before the first file: how many records there are, which tiles lead to them, and which time stamps bound them.

use std::collections::BTreeSet;

use super::super::ActError;
use super::{RangeExport, index, missing};
use crate::evidence::range::Tally;
use crate::evidence::record::ParsedRecord;
use crate::evidence::tile::{TILE_WIDTH, TileCoord};
use crate::evidence::tiles::{consistency_tiles_needed, tiles_needed};
use crate::evidence::tree::TreeError;
use crate::store::Tx;
use crate::store::log::place_of;
use crate::store::range::TallyLeafRow;

/// Places read at a time.
const PAGE: i64 = 10_000;

/// What was found. Grows with the length of the log above its leaves (a 256th) and with the minutes of the period.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) total: u64,
    /// The sizes of the stamped checkpoints between which the records came into the log.
    pub(super) stamps: BTreeSet<i64>,
    /// The tiles above the leaves, and the last tile of leaves when it is partial.
    pub(super) upper: BTreeSet<TileCoord>,
    /// Full tiles of leaves that are needed whether a record stands in them or not.
    pub(super) leaves: BTreeSet<u64>,
}

impl Plan {
    fn add(&mut self, tiles: Result<Vec<TileCoord>, TreeError>, own: bool) -> Result<(), ActError> {
        for tile in tiles.map_err(|error| ActError::Evidence(Box::new(error)))? {
            if tile.level > 0 || tile.width < TILE_WIDTH {
                self.upper.insert(tile);
            } else if own {
                self.leaves.insert(tile.index);
            }
        }
        Ok(())
    }
}

impl RangeExport {
    pub(super) async fn make_plan(&mut self) -> Result<(), ActError> {
        let through = |row: &TallyLeafRow| {
            self.tally(row)
                .map(|tally| i64::try_from(tally.through).unwrap_or(i64::MAX))
        };
        let start = self.before.as_ref().map(through).transpose()?.unwrap_or(-1);
        // Of the logs before, which the first tally of this one counts too, nothing is shown.
        self.window = (start.max(place_of(self.number, 0) - 1), through(&self.after)?);
        let mut plan = Plan::default();
        for tally in [self.statement.tally_before, Some(self.statement.tally_after)]
            .into_iter()
            .flatten()
        {
            plan.add(tiles_needed(tally, self.size), true)?;
        }
        let (mut after, mut tile, mut stamped) = (self.window.0, None, 0..0_u64);
        let mut tx = self.hub.db.read().await?;
        loop {
            let places = tx
                .list_places(self.organisation.row.id, after, self.window.1, PAGE)
                .await?;
            let Some(last) = places.last() else { break };
            after = *last;
            plan.total += places.len() as u64;
            for place in places {
                let index = index(place);
                if tile.replace(index / u64::from(TILE_WIDTH)) != Some(index / u64::from(TILE_WIDTH)) {
                    plan.add(tiles_needed(index, self.size), false)?;
                }
                if !stamped.contains(&index) {
                    stamped = self.plan_stamps(&mut tx, &mut plan, index).await?;
                }
            }
        }
        self.plan = plan;
        Ok(())
    }

    /// Adds the stamped checkpoints around a place; for which places they are the same.
    async fn plan_stamps(&self, tx: &mut Tx, plan: &mut Plan, index: u64) -> Result<std::ops::Range<u64>, ActError> {
        let (origin, index) = (&self.statement.origin, i64::try_from(index).unwrap_or(i64::MAX));
        let (under, over) = tx.stamped_around(origin, index, self.began.as_microsecond()).await?;
        for size in [under, over].into_iter().flatten() {
            let known = size.unsigned_abs();
            if known < self.size && plan.stamps.insert(size) {
                plan.add(consistency_tiles_needed(known, self.size), true)?;
            }
        }
        Ok(under.map_or(0, i64::unsigned_abs)..over.map_or(u64::MAX, i64::unsigned_abs))
    }

    /// What a tally's record tells.
    pub(super) fn tally(&self, row: &TallyLeafRow) -> Result<Tally, ActError> {
        let open = self
            .hub
            .open_record_as_organisation(&row.record, &self.organisation.key)?;
        let record = ParsedRecord::parse(&open.event_json).map_err(|error| ActError::Evidence(Box::new(error)))?;
        Tally::of(&record).ok_or_else(|| missing("tally"))
    }
}
