//! Tiles: paths, and reading a tree through them.

use super::*;
use crate::evidence::tree::{Frontier, leaf_hash, verify_consistency, verify_inclusion};
use proptest::prelude::*;

/// The database as the store will have it: leaf hashes by index, rows above by level and index.
#[derive(Default)]
struct Database {
    leaves: Vec<Hash>,
    rows: HashMap<(u8, u64), Hash>,
}

impl Database {
    fn read(&self, tiles: Vec<TileCoord>) -> TileSet {
        let mut set = TileSet::new();
        for tile in tiles {
            let row = |index| {
                if tile.level == 0 {
                    self.leaves[index as usize]
                } else {
                    self.rows[&(tile.level, index)]
                }
            };
            set.insert(tile, (tile.start()..tile.end()).map(row).collect());
        }
        set
    }

    fn append(&mut self, batch: &[Hash]) {
        let size = self.leaves.len() as u64;
        let partials = self.read(partials_needed(size, batch.len() as u64));
        for node in completed_nodes(size, batch, &partials).unwrap() {
            assert!(
                self.rows.insert((node.level, node.index), node.hash).is_none(),
                "a row is written once"
            );
        }
        self.leaves.extend_from_slice(batch);
        let size = self.leaves.len() as u64;
        for level in 1..4 {
            assert_eq!(
                self.rows.keys().filter(|key| key.0 == level).count() as u64,
                rows(level, size)
            );
        }
    }
}

fn leaf(index: u64) -> Hash {
    leaf_hash(&index.to_be_bytes())
}

fn database(size: u64, batch: usize) -> Database {
    let mut database = Database::default();
    let leaves: Vec<_> = (0..size).map(leaf).collect();
    leaves.chunks(batch).for_each(|batch| database.append(batch));
    database
}

fn check(database: &Database, sizes: &[u64], indices: &[u64]) {
    let root = |size: u64| frontier(size, &database.read(root_tiles_needed(size))).unwrap().root();
    for &size in sizes {
        for index in indices.iter().map(|index| index % size) {
            let needed = tiles_needed(index, size).unwrap();
            assert!(needed.len() <= 2 * LEVELS as usize, "{needed:?}");
            let proof = inclusion_proof(index, size, &database.read(needed)).unwrap();
            verify_inclusion(&leaf(index), index, size, &proof, &root(size)).unwrap();
        }
        for &old in sizes.iter().filter(|old| **old <= size) {
            let needed = consistency_tiles_needed(old, size).unwrap();
            let proof = consistency_proof(old, size, &database.read(needed)).unwrap();
            verify_consistency(old, size, &proof, &root(old), &root(size)).unwrap();
        }
    }
}

#[test]
fn proofs_from_stored_rows_across_three_levels() {
    let database = database(66_700, 997);
    let mut whole = Frontier::new();
    database.leaves.iter().for_each(|leaf| whole.append(*leaf));
    assert_eq!(frontier(66_700, &database.read(root_tiles_needed(66_700))), Ok(whole));
    check(
        &database,
        &[1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 66_700],
        &[0, 1, 255, 256, 65_535, 65_536, 66_699, 40_000],
    );
}

#[test]
fn a_missing_tile_is_named() {
    let missing = Err(TreeError::MissingHash { level: 0, index: 1 });
    assert_eq!(inclusion_proof(0, 2, &TileSet::new()), missing);
    assert!(matches!(
        completed_nodes(255, &[leaf(255)], &TileSet::new()),
        Err(TreeError::MissingHash { level: 0, index: 0 })
    ));
    assert_eq!(completed_nodes(0, &[leaf(0)], &TileSet::new()), Ok(vec![]));
    assert_eq!(partials_needed(100, 155), []);
    assert_eq!(
        partials_needed(100, 156),
        [TileCoord {
            level: 0,
            index: 0,
            width: 100
        }]
    );
    assert_eq!(partials_needed(65_535, 1).len(), 2);
    assert_eq!(frontier(0, &TileSet::new()), Ok(Frontier::new()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn any_batches_store_the_same_tree(size in 1_u64..2500, batch in 1_usize..700, old in 1_u64..2500, index: u64) {
        check(&database(size, batch), &[old.min(size), size], &[index]);
    }
}
