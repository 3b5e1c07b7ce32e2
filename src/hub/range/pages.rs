//! The files of a range, page by page, in the one order that a container has them in.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::super::ActError;
use super::super::event::OpenRecord;
use super::super::place::Places;
use super::super::place::read_tile;
use super::super::proof::Unsealed;
use super::plan::Plan;
use super::{RangeExport, RangeFile, broken, index, missing};
use crate::evidence::range::{
    HOW_TO, STATEMENT, disclosures_file, event_folder, names, stamp_folder, tile_file, trust_files,
};
use crate::evidence::record::ParsedRecord;
use crate::evidence::tile::{TILE_WIDTH, TileCoord};
use crate::store::Tx;
use crate::store::event::SealedRecordRow;
use crate::store::range::RangeRow;

/// Records on a page.
const PAGE: i64 = 200;
/// Time stamps, and tiles, on a page.
const FEW: usize = 64;

/// How far the files have come.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Pages {
    stage: Stage,
    pub(super) done: u64,
    /// The size of the last stamped checkpoint that was handed out.
    stamp: Option<i64>,
    /// The last upper tile that was handed out: level, index and width.
    upper: Option<(u8, u64, u16)>,
    /// The last record that was handed out.
    after: Option<i64>,
    /// The last full tile of leaves that was handed out because a record stands in it.
    tile: Option<u64>,
    /// The rule sets that records named, by id.
    rules: BTreeSet<String>,
}

impl Pages {
    /// Takes from a plan that was made again what was handed out before.
    pub(super) fn take_from(&self, plan: &mut Plan) {
        plan.stamps.retain(|size| self.stamp.is_none_or(|last| *size > last));
        plan.upper.retain(|tile| {
            self.upper
                .is_none_or(|last| (tile.level, tile.index, tile.width) > last)
        });
        let through = self.after.map(|place| index(place) / u64::from(TILE_WIDTH));
        plan.leaves.retain(|tile| through.is_none_or(|last| *tile > last));
        if matches!(self.stage, Stage::Rules | Stage::End) {
            plan.leaves.clear();
        }
    }
}

#[derive(Debug, Default, Clone, Copy, Serialize, Deserialize)]
enum Stage {
    #[default]
    Head,
    Stamps,
    Tiles,
    Records,
    Rules,
    End,
}

/// A record that is shown, and what is shown of it.
struct Shown {
    index: u64,
    record: OpenRecord,
    name: &'static str,
    /// Whether it is of the period: with its seal, and whom it is about.
    whole: bool,
}

impl RangeExport {
    /// The next files; none after the last, when [`RangeWriter::finish`](crate::evidence::range::RangeWriter::finish) is due. A page may be empty.
    ///
    /// # Errors
    /// [`ActError`], when the range cannot be written to its end.
    pub async fn next(&mut self) -> Result<Option<Vec<RangeFile>>, ActError> {
        let files = match self.pages.stage {
            Stage::Head => {
                self.pages.stage = Stage::Stamps;
                self.head().await?
            }
            Stage::Stamps => self.stamps().await?,
            Stage::Tiles => self.upper_tiles().await?,
            Stage::Records => self.records().await?,
            Stage::Rules => {
                self.pages.stage = Stage::End;
                self.rules()
            }
            Stage::End => return Ok(None),
        };
        Ok(Some(files))
    }

    /// The rule sets that records named, each with its calendar.
    fn rules(&self) -> Vec<RangeFile> {
        let mut files = BTreeMap::new();
        for rules in self.pages.rules.iter().filter_map(|id| self.hub.rules.by_id(id)) {
            let calendar = rules.calendar();
            files.insert(names::rule_file(rules.id()), rules.bytes().to_vec());
            files.insert(names::rule_file(calendar.id()), calendar.bytes().to_vec());
        }
        files.into_iter().collect()
    }

    /// What the range is, the keys, the checkpoint and the two tallies.
    async fn head(&mut self) -> Result<Vec<RangeFile>, ActError> {
        let mut files = vec![
            (STATEMENT.to_owned(), self.statement.to_bytes().map_err(broken)?),
            (names::HOW_TO.to_owned(), HOW_TO.into()),
        ];
        let mut tx = self.hub.db.read().await?;
        let mut places = Places::of(&mut tx, &self.hub.options.origin).await?;
        let trust = self.hub.proof_trust(&mut tx, &mut places).await?;
        drop(tx);
        files.extend(trust_files(&trust).map_err(broken)?);
        files.push((names::CHECKPOINT.to_owned(), self.checkpoint.clone().into_bytes()));
        let size = i64::try_from(self.size).unwrap_or(i64::MAX);
        let mut tx = self.hub.db.read().await?;
        let stamp = tx.find_timestamp(&self.statement.origin, size).await?;
        drop(tx);
        if let Some(stamp) = stamp.filter(|stamp| stamp.checkpoint == self.checkpoint) {
            files.push((names::CHECKPOINT_STAMP.to_owned(), stamp.reply));
        }
        let tallies: Vec<_> = self.before.iter().chain([&self.after]).cloned().collect();
        let mut shown = Vec::new();
        for row in &tallies {
            let record = self
                .hub
                .open_record_as_organisation(&row.record, &self.organisation.key)?;
            let name = parsed(&record)?.body.event.name();
            shown.push((
                &row.record,
                Shown {
                    index: index(row.leaf_index),
                    record,
                    name,
                    whole: true,
                },
            ));
        }
        for file in self.shown(shown).await? {
            files.extend(file.1);
        }
        Ok(files)
    }

    async fn stamps(&mut self) -> Result<Vec<RangeFile>, ActError> {
        let mut files = Vec::new();
        let mut tx = self.hub.db.read().await?;
        for _ in 0..FEW {
            let Some(size) = self.plan.stamps.pop_first() else {
                self.pages.stage = Stage::Tiles;
                break;
            };
            self.pages.stamp = Some(size);
            let stamp = tx.find_timestamp(&self.statement.origin, size).await?;
            let stamp = stamp.ok_or_else(|| missing("time stamp"))?;
            let folder = stamp_folder(size.unsigned_abs());
            files.push((
                format!("{folder}{}", names::STAMPED_CHECKPOINT),
                stamp.checkpoint.into_bytes(),
            ));
            files.push((format!("{folder}{}", names::STAMP), stamp.reply));
        }
        Ok(files)
    }

    async fn upper_tiles(&mut self) -> Result<Vec<RangeFile>, ActError> {
        let mut files = Vec::new();
        let mut tx = self.hub.db.read().await?;
        for _ in 0..FEW {
            let Some(tile) = self.plan.upper.pop_first() else {
                self.pages.stage = Stage::Records;
                break;
            };
            self.pages.upper = Some((tile.level, tile.index, tile.width));
            files.push(tile_with(&mut tx, self.number, tile).await?);
        }
        Ok(files)
    }

    /// A page of records, each after the tile of leaves it stands in.
    async fn records(&mut self) -> Result<Vec<RangeFile>, ActError> {
        let after = self.pages.after.unwrap_or(self.window.0);
        let mut tx = self.hub.db.read().await?;
        let rows = tx
            .list_range(self.organisation.row.id, after, self.window.1, PAGE)
            .await?;
        let Some(last) = rows.last() else {
            self.pages.stage = Stage::Rules;
            return self.tiles_through(&mut tx, u64::MAX, false).await;
        };
        self.pages.after = Some(last.leaf_index);
        self.pages.done += rows.len() as u64;
        let mut tiles = Vec::with_capacity(rows.len());
        for row in &rows {
            let tile = index(row.leaf_index) / u64::from(TILE_WIDTH);
            tiles.push(self.tiles_through(&mut tx, tile, true).await?);
        }
        drop(tx);
        let (mut shown, mut withheld) = (Vec::new(), BTreeMap::new());
        for row in &rows {
            match self.open(row)? {
                Some(it) => shown.push((&row.record, it)),
                None => drop(withheld.insert(index(row.leaf_index), vec![withheld_file(row)])),
            }
        }
        let mut of_records = self.shown(shown).await?;
        of_records.append(&mut withheld);
        let mut files = Vec::new();
        for (row, tiles) in rows.iter().zip(tiles) {
            files.extend(tiles);
            files.extend(of_records.remove(&index(row.leaf_index)).unwrap_or_default());
        }
        Ok(files)
    }

    /// The full tiles of leaves up to `tile` that are still to come: those that are needed anyway, and `tile` itself where a record stands in it.
    async fn tiles_through(&mut self, tx: &mut Tx, tile: u64, own: bool) -> Result<Vec<RangeFile>, ActError> {
        let mut files = Vec::new();
        if self.pages.tile == Some(tile) {
            return Ok(files);
        }
        if own && (tile + 1) * u64::from(TILE_WIDTH) <= self.size {
            self.plan.leaves.insert(tile);
            self.pages.tile = Some(tile);
        }
        while let Some(index) = self.plan.leaves.first().copied().filter(|index| *index <= tile) {
            self.plan.leaves.remove(&index);
            let tile = TileCoord {
                level: 0,
                index,
                width: TILE_WIDTH,
            };
            files.push(tile_with(tx, self.number, tile).await?);
        }
        Ok(files)
    }

    /// A record as the range shows it; none where it is shown by its hash alone, as one of another service is.
    fn open(&mut self, row: &RangeRow) -> Result<Option<Shown>, ActError> {
        if self.service.is_some() && row.service_id != self.service {
            return Ok(None);
        }
        let record = match self
            .hub
            .open_record_as_organisation(&row.record, &self.organisation.key)
        {
            Err(ActError::NotFound) => return Ok(None),
            record => record?,
        };
        let body = parsed(&record)?.body;
        if let Some(link) = &body.delivery
            && !self.pages.rules.contains(&link.ruleset)
        {
            self.pages.rules.insert(link.ruleset.clone());
        }
        Ok(Some(Shown {
            index: index(row.leaf_index),
            record,
            name: body.event.name(),
            whole: (self.statement.from..self.statement.to).contains(&body.time),
        }))
    }

    /// The files of records, by their places. Seals that are missing are made, and kept for the next export.
    async fn shown(&self, records: Vec<(&SealedRecordRow, Shown)>) -> Result<BTreeMap<u64, Vec<RangeFile>>, ActError> {
        let unsealed = records
            .iter()
            .enumerate()
            .filter(|(_, (row, it))| it.whole && it.record.seal(row).is_none());
        let unsealed = unsealed.map(|(at, (row, it))| Unsealed {
            at,
            id: row.event_id,
            event_json: it.record.event_json.clone(),
        });
        let mut made = BTreeMap::new();
        let mut kept = Vec::new();
        for (at, id, seal) in self.hub.make_seals(unsealed.collect()).await? {
            kept.push((id, seal.clone()));
            made.insert(at, seal);
        }
        let mut all = BTreeMap::new();
        for (at, (row, mut it)) in records.into_iter().enumerate() {
            if !self.identities {
                let authority = &self.statement.organisation;
                it.record
                    .disclosures
                    .retain(|disclosure| disclosure.value == *authority);
            }
            let folder = event_folder(it.index, it.name);
            let mut files = Vec::new();
            if it.whole && !it.record.disclosures.is_empty() {
                let disclosures = disclosures_file(&it.record.disclosures).map_err(broken)?;
                files.push((format!("{folder}{}", names::DISCLOSURES), disclosures));
            }
            let seal = it.record.seal(row).or_else(|| made.remove(&at)).filter(|_| it.whole);
            files.push((format!("{folder}{}", names::RECORD), it.record.event_json));
            files.extend(seal.map(|seal| (format!("{folder}{}", names::SEAL), seal.into_bytes())));
            all.insert(it.index, files);
        }
        self.hub.keep_seals(kept).await?;
        Ok(all)
    }
}

fn parsed(record: &OpenRecord) -> Result<ParsedRecord, ActError> {
    ParsedRecord::parse(&record.event_json).map_err(|error| ActError::Evidence(Box::new(error)))
}

fn withheld_file(row: &RangeRow) -> RangeFile {
    let folder = event_folder(index(row.leaf_index), names::WITHHELD_NAME);
    let hash = format!("{}\n", hex::encode(&row.entry));
    (format!("{folder}{}", names::WITHHELD), hash.into_bytes())
}

async fn tile_with(tx: &mut Tx, number: i64, tile: TileCoord) -> Result<RangeFile, ActError> {
    Ok((tile_file(tile), read_tile(tx, number, tile).await?.concat()))
}
