//! Segments as they lie in the database: header and blocks under the segment's own key, which is wrapped for the mailbox.
//!
//! Guarantees: each ciphertext is bound to its place, so that a block opens neither at another position nor in another segment, and no two mailboxes
//! hold equal bytes for equal words. What shows at rest is how many segments and blocks there are, and how long.

use ring::rand::SecureRandom;

use crate::domain::id::{MailboxId, SegmentId};
use crate::domain::search::{Damaged, Header, Segment};
use crate::hub::ActError;
use crate::store::StoreError;
use crate::store::search::{BlockRow, SegmentRow};
use crate::vault::{DataKey, PartyKey, Place};

/// A segment's rows under a fresh key.
pub(super) fn seal(
    segment: &Segment,
    (id, created_at): (SegmentId, i64),
    (mailbox, key): (MailboxId, &PartyKey),
    rng: &dyn SecureRandom,
) -> Result<(SegmentRow, Vec<BlockRow>), ActError> {
    let own = DataKey::generate(rng)?;
    let row = SegmentRow {
        id,
        mailbox_id: mailbox,
        documents: segment.documents as i64,
        segment_sealed: own.seal(header_place(&id), &segment.header, rng)?,
        key_mailbox: key.wrap(key_place(&id), &own, rng)?,
        created_at,
    };
    let mut blocks = Vec::with_capacity(segment.blocks.len());
    for (position, block) in (0..).zip(&segment.blocks) {
        let place = block_row(id, position);
        blocks.push(BlockRow {
            segment_id: id,
            position,
            block_sealed: own.seal(block_place(&place), block, rng)?,
        });
    }
    Ok((row, blocks))
}

/// A segment's key and header.
pub(super) fn open_header(row: &SegmentRow, key: &PartyKey) -> Result<(DataKey, Header), ActError> {
    let own = key.unwrap(key_place(&row.id), &row.key_mailbox)?;
    let header = own.open(header_place(&row.id), &row.segment_sealed)?;
    Ok((own, Header::read(&header).map_err(unreadable)?))
}

/// A segment as a whole.
pub(super) fn open(row: &SegmentRow, blocks: &[BlockRow], key: &PartyKey) -> Result<Segment, ActError> {
    let own = key.unwrap(key_place(&row.id), &row.key_mailbox)?;
    Ok(Segment {
        header: own.open(header_place(&row.id), &row.segment_sealed)?,
        blocks: blocks
            .iter()
            .map(|block| open_block(block, &own))
            .collect::<Result<_, _>>()?,
        documents: usize::try_from(row.documents).unwrap_or_default(),
    })
}

/// The bytes of a block.
pub(super) fn open_block(block: &BlockRow, key: &DataKey) -> Result<Vec<u8>, ActError> {
    let place = block_row(block.segment_id, block.position);
    Ok(key.open(block_place(&place), &block.block_sealed)?)
}

pub(super) fn unreadable(_: Damaged) -> ActError {
    StoreError::Missing("search index").into()
}

fn key_place(id: &SegmentId) -> Place<'_> {
    Place::new("search_segment", "key_mailbox", id.0.as_bytes())
}

fn header_place(id: &SegmentId) -> Place<'_> {
    Place::new("search_segment", "segment_sealed", id.0.as_bytes())
}

fn block_place(row: &[u8]) -> Place<'_> {
    Place::new("search_block", "block_sealed", row)
}

/// A block's primary key as bytes.
fn block_row(id: SegmentId, position: i64) -> [u8; 24] {
    let mut row = [0; 24];
    row[..16].copy_from_slice(id.0.as_bytes());
    row[16..].copy_from_slice(&position.to_be_bytes());
    row
}
