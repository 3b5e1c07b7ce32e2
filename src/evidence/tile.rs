//! The addresses of the published log and its entry bundles (C2SP tlog-tiles, tile height 8).
//!
//! Guarantees: every address has one spelling; any other is refused, so that caches and files cannot be doubled. What a tile
//! holds is the business of [`tiles`](super::tiles).

use super::Hash;
use std::{fmt, str::FromStr};

/// Hashes in a full tile.
pub const TILE_WIDTH: u16 = 256;

/// A tile of hashes: at level 0 leaf hashes, above it the roots of full tiles one level below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileCoord {
    /// 0 to 63 in addresses; a tree of u64 size has at most 8.
    pub level: u8,
    /// Which tile of the level.
    pub index: u64,
    /// 1 to 256 hashes; below 256 the tile is partial.
    pub width: u16,
}

impl TileCoord {
    /// The first row of the tile in its level: rows `start .. start + width` make the tile.
    #[must_use]
    pub fn start(self) -> u64 {
        self.index * u64::from(TILE_WIDTH)
    }

    /// The row after the tile's last.
    #[must_use]
    pub fn end(self) -> u64 {
        self.start() + u64::from(self.width)
    }

    /// The tile as a tree of `size` leaves has it; `None` where it is empty.
    #[must_use]
    pub fn in_tree(level: u8, index: u64, size: u64) -> Option<Self> {
        let rows = rows(level, size).checked_sub(index.checked_mul(u64::from(TILE_WIDTH))?)?;
        let width = u16::try_from(rows).unwrap_or(TILE_WIDTH).min(TILE_WIDTH);
        (width > 0).then_some(Self { level, index, width })
    }
}

/// How many hashes the level holds in a tree of `size` leaves: size / 256^level.
#[must_use]
pub fn rows(level: u8, size: u64) -> u64 {
    size.checked_shr(8 * u32::from(level)).unwrap_or(0)
}

/// A resource of the published log, as it stands after the log's prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TilePath {
    /// `tile/<L>/<N>[.p/<W>]`
    Tile(TileCoord),
    /// `tile/entries/<N>[.p/<W>]`
    Entries {
        /// Which bundle.
        index: u64,
        /// 1 to 256 entries.
        width: u16,
    },
}

/// The text is not the address of a tile or of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the address of a tile")]
pub struct BadTilePath;

impl fmt::Display for TilePath {
    /// Without a leading slash.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (index, width) = match self {
            Self::Tile(tile) => {
                write!(f, "tile/{}", tile.level)?;
                (tile.index, tile.width)
            }
            Self::Entries { index, width } => {
                f.write_str("tile/entries")?;
                (*index, *width)
            }
        };
        let mut groups = vec![index % 1000];
        let mut rest = index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for group in groups[1..].iter().rev() {
            write!(f, "/x{group:03}")?;
        }
        write!(f, "/{:03}", groups[0])?;
        if width < TILE_WIDTH {
            write!(f, ".p/{width}")
        } else {
            Ok(())
        }
    }
}

impl FromStr for TilePath {
    type Err = BadTilePath;

    /// Reads an address, with or without a leading slash. Whether the tree has such a tile is the caller's question.
    fn from_str(text: &str) -> Result<Self, BadTilePath> {
        let text = text.strip_prefix('/').unwrap_or(text);
        let (level, rest) = text
            .strip_prefix("tile/")
            .and_then(|rest| rest.split_once('/'))
            .ok_or(BadTilePath)?;
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => (
                number,
                decimal(width, u64::from(TILE_WIDTH) - 1).filter(|width| *width > 0),
            ),
            None => (rest, Some(u64::from(TILE_WIDTH))),
        };
        let width = width.and_then(|width| u16::try_from(width).ok()).ok_or(BadTilePath)?;
        let index = tile_number(number).ok_or(BadTilePath)?;
        let path = match level {
            "entries" => Self::Entries { index, width },
            level => {
                let level = decimal(level, 63)
                    .and_then(|level| u8::try_from(level).ok())
                    .ok_or(BadTilePath)?;
                Self::Tile(TileCoord { level, index, width })
            }
        };
        Ok(path)
    }
}

/// A decimal number up to `max` in its one spelling.
fn decimal(text: &str, max: u64) -> Option<u64> {
    if text.starts_with('0') && text.len() > 1 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|number| *number <= max)
}

/// `x001/x234/067` is 1234067.
fn tile_number(text: &str) -> Option<u64> {
    let mut groups = text.split('/').rev();
    let mut digits = vec![groups.next()?];
    for group in groups {
        digits.push(group.strip_prefix('x')?);
    }
    let three_digits = |group: &&str| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
    if !digits.iter().all(three_digits) || (digits.len() > 1 && digits.last() == Some(&"000")) {
        return None;
    }
    digits.iter().rev().try_fold(0_u64, |number, group| {
        number.checked_mul(1000)?.checked_add(group.parse().ok()?)
    })
}

/// An entry bundle: each entry with its length before it as two bytes big-endian.
#[must_use]
pub fn encode_entries(entries: &[Hash]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(34 * entries.len());
    for entry in entries {
        bytes.extend_from_slice(&32_u16.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    bytes
}

/// Reads an entry bundle of this log; `None` unless it is whole and every entry is a 32-byte hash.
#[must_use]
pub fn decode_entries(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (entries, rest) = bytes.as_chunks::<34>();
    if !rest.is_empty() || entries.len() > usize::from(TILE_WIDTH) {
        return None;
    }
    entries
        .iter()
        .map(|entry| entry.strip_prefix(&[0, 32])?.try_into().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_of_the_specification() {
        let tile = |level, index, width| TilePath::Tile(TileCoord { level, index, width });
        for (text, path) in [
            ("tile/0/x001/x234/067", tile(0, 1_234_067, 256)),
            ("tile/0/000", tile(0, 0, 256)),
            ("tile/1/x001/000.p/17", tile(1, 1000, 17)),
            ("tile/63/999.p/255", tile(63, 999, 255)),
            ("tile/entries/x001/234.p/5", TilePath::Entries { index: 1234, width: 5 }),
        ] {
            assert_eq!(path.to_string(), text);
            assert_eq!(text.parse(), Ok(path));
            assert_eq!(format!("/{text}").parse(), Ok(path));
        }
        for bad in [
            "",
            "tile",
            "tile/0",
            "tile/0/",
            "tile/0/0",
            "tile/00/000",
            "tile/64/000",
            "tile/0/x000/001",
            "tile/0/001/001",
            "tile/0/x001",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/000.p",
            "tile/0/+01",
            "tile/-1/000",
            "//tile/0/000",
            "tile/0/000/",
            "tile/0/x18/x446/x744/x073/x709/x551/616",
            "tile/entry/000",
            "tile/0/000.p/1/2",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
        ] {
            assert_eq!(bad.parse::<TilePath>(), Err(BadTilePath), "{bad}");
        }
    }

    #[test]
    fn tiles_of_a_tree_of_70_000() {
        let width = |level, index| TileCoord::in_tree(level, index, 70_000).map(|tile| tile.width);
        assert_eq!(
            [width(0, 272), width(0, 273), width(0, 274)],
            [Some(256), Some(112), None]
        );
        assert_eq!([width(1, 0), width(1, 1), width(1, 2)], [Some(256), Some(17), None]);
        assert_eq!([width(2, 0), width(2, 1), width(3, 0)], [Some(1), None, None]);
        assert_eq!(
            TileCoord::in_tree(1, 0, 256),
            Some(TileCoord {
                level: 1,
                index: 0,
                width: 1
            })
        );
        assert_eq!(TileCoord::in_tree(9, 0, u64::MAX), None);
    }

    proptest! {
        #[test]
        fn addresses_round_trip(level in 0_u8..64, index: u64, width in 1_u16..=256) {
            for path in [TilePath::Tile(TileCoord { level, index, width }), TilePath::Entries { index, width }] {
                prop_assert_eq!(path.to_string().parse(), Ok(path));
            }
        }

        #[test]
        fn what_parses_is_spelt_so(text in "/?tile/[0-9a-z]{1,3}/[x0-9/]{1,12}(\\.p/[0-9]{1,3})?") {
            if let Ok(path) = text.parse::<TilePath>() {
                prop_assert_eq!(path.to_string(), text.trim_start_matches('/'));
            }
        }

        #[test]
        fn bundles_round_trip(entries: Vec<Hash>) {
            let bytes = encode_entries(&entries);
            if entries.len() <= 256 {
                prop_assert_eq!(decode_entries(&bytes), Some(entries));
            }
            prop_assert!(bytes.is_empty() || decode_entries(&bytes[1..]).is_none());
        }
    }
}
