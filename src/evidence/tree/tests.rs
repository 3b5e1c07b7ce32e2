//! The tree against RFC 6962: its vectors, and its properties.

use super::*;
use crate::evidence::{
    Hash,
    tile::TileCoord,
    tiles::{self, TileSet},
};
use proptest::prelude::*;

/// The leaves of the certificate-transparency reference tests.
const LEAVES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];

/// The roots of the trees over the first 1 to 8 of them.
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn hash(hex: &str) -> Hash {
    hex::decode(hex).unwrap().try_into().unwrap()
}

fn vectors() -> Vec<Hash> {
    LEAVES
        .iter()
        .map(|leaf| leaf_hash(&hex::decode(leaf).unwrap()))
        .collect()
}

/// RFC 6962 2.1 as it is written, to compare with.
fn slow_root(leaves: &[Hash]) -> Hash {
    match leaves.len() {
        0 => sha256(&[]),
        1 => leaves[0],
        n => {
            let middle = n.next_power_of_two() / 2;
            node_hash(&slow_root(&leaves[..middle]), &slow_root(&leaves[middle..]))
        }
    }
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|index| leaf_hash(&index.to_be_bytes())).collect()
}

fn small_tree_tiles(leaves: &[Hash]) -> TileSet {
    let mut set = TileSet::new();
    set.insert(
        TileCoord {
            level: 0,
            index: 0,
            width: leaves.len() as u16,
        },
        leaves.to_vec(),
    );
    set
}

#[test]
fn known_roots() {
    assert_eq!(
        Frontier::new().root(),
        hash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    );
    let mut frontier = Frontier::new();
    for (leaf, root) in vectors().into_iter().zip(ROOTS) {
        frontier.append(leaf);
        assert_eq!(frontier.root(), hash(root));
        assert_eq!(Frontier::from_bytes(&frontier.to_bytes()), Ok(frontier.clone()));
    }
}

#[test]
fn known_inclusion_proofs() {
    let proof =
        |index, size: usize| tiles::inclusion_proof(index, size as u64, &small_tree_tiles(&vectors()[..size])).unwrap();
    assert!(proof(0, 1).is_empty());
    assert_eq!(
        proof(0, 8),
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ]
        .map(hash)
    );
    assert_eq!(
        proof(5, 8),
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
        .map(hash)
    );
    assert_eq!(
        proof(2, 3),
        ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"].map(hash)
    );
}

#[test]
fn known_consistency_proofs() {
    let proof =
        |old, new: usize| tiles::consistency_proof(old, new as u64, &small_tree_tiles(&vectors()[..new])).unwrap();
    assert!(proof(1, 1).is_empty());
    assert_eq!(
        proof(1, 8),
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ]
        .map(hash)
    );
    assert_eq!(
        proof(6, 8),
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
        .map(hash)
    );
    assert_eq!(
        proof(2, 5),
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ]
        .map(hash)
    );
}

#[test]
fn every_proof_of_small_trees_holds_and_no_other() {
    for size in 1..=20_u64 {
        let leaves = leaves(size);
        let (set, root) = (small_tree_tiles(&leaves), slow_root(&leaves));
        for index in 0..size {
            let proof = tiles::inclusion_proof(index, size, &set).unwrap();
            verify_inclusion(&leaves[index as usize], index, size, &proof, &root).unwrap();
            for other in (0..=size).filter(|other| *other != index) {
                assert!(verify_inclusion(&leaves[index as usize], other, size, &proof, &root).is_err());
            }
            let longer = [proof.clone(), vec![root]].concat();
            assert_eq!(
                verify_inclusion(&leaves[index as usize], index, size, &longer, &root),
                Err(TreeError::WrongProof)
            );
            if let [_, shorter @ ..] = &proof[..] {
                assert_eq!(
                    verify_inclusion(&leaves[index as usize], index, size, shorter, &root),
                    Err(TreeError::WrongProof)
                );
            }
        }
        for old in 0..=size {
            let proof = tiles::consistency_proof(old, size, &set).unwrap();
            let old_root = slow_root(&leaves[..old as usize]);
            verify_consistency(old, size, &proof, &old_root, &root).unwrap();
            assert!(verify_consistency(old, size, &[proof.clone(), vec![root]].concat(), &old_root, &root).is_err());
            if old < size {
                assert!(verify_consistency(old, size, &proof, &root, &root).is_err());
            }
            for cut in 0..proof.len() {
                assert!(verify_consistency(old, size, &proof[..cut], &old_root, &root).is_err());
            }
        }
        assert_eq!(tiles::inclusion_proof(size, size, &set), Err(TreeError::OutOfTree));
        assert_eq!(
            tiles::consistency_proof(size + 1, size, &set),
            Err(TreeError::OutOfTree)
        );
    }
}

proptest! {
    #[test]
    fn the_frontier_is_the_tree(count in 0_u64..700, extra in 1_u64..300) {
        let leaves = leaves(count + extra);
        let mut frontier = Frontier::new();
        leaves[..count as usize].iter().for_each(|leaf| frontier.append(*leaf));
        prop_assert_eq!(frontier.root(), slow_root(&leaves[..count as usize]));
        let mut stored = Frontier::from_bytes(&frontier.to_bytes()).unwrap();
        leaves[count as usize..].iter().for_each(|leaf| stored.append(*leaf));
        prop_assert_eq!(stored.size(), count + extra);
        prop_assert_eq!(stored.root(), slow_root(&leaves));
    }

    #[test]
    fn broken_frontiers_are_refused(bytes: Vec<u8>) {
        if let Ok(frontier) = Frontier::from_bytes(&bytes) {
            prop_assert_eq!(frontier.to_bytes(), bytes);
        }
    }

    #[test]
    fn strangers_proofs_do_not_panic_or_pass(index: u64, size: u64, old: u64, proof in prop::collection::vec(any::<Hash>(), 0..70)) {
        prop_assert!(verify_inclusion(&[1; 32], index, size, &proof, &[2; 32]).is_err());
        prop_assert!(verify_consistency(old, size, &proof, &[1; 32], &[2; 32]).is_err());
    }
}
