//! Searching a mailbox: by words and their beginnings in sender, title and body.
//!
//! The index lies encrypted beside the messages (`search::sealed`); a mailbox is indexed when its owner is there (`search::index`). Guarantees: a
//! search finds only what the person may see now, of an unconfirmed verifiable message only by what is shown before confirmation, and says
//! so when messages may be missing because they are not indexed yet. Leaves out: files, and what lies among the deleted messages.

mod index;
mod sealed;

pub(crate) use index::Indexing;

use super::delivery::{awaits_confirmation, copies_until};
use super::folder::{TOP, read_cursor, write_cursor};
use super::owner::Owner;
use super::view::MessageSummary;
use super::{ActError, Hub};
use crate::domain::id::MailboxId;
use crate::domain::principal::Citizen;
use crate::domain::search::{Document, Found, Header, SearchQuery, find, words};
use crate::store::folder::Side;
use crate::store::message::MessageRow;
use crate::store::search::SegmentRow;
use crate::store::{StoreError, Tx};
use crate::vault::{DataKey, PartyKey};

/// Messages on a page of results.
const PAGE: usize = 20;
/// How many messages of the results are read at a time.
const AT_A_TIME: usize = 64;
/// How often a search begins again because the index was changed under it.
const ATTEMPTS: usize = 5;

/// Where a message lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundIn {
    /// Among what was received.
    Inbox,
    /// Among what was sent.
    Sent,
    /// In the archive.
    Archive,
}

/// A message that was found.
#[derive(Debug, Clone)]
pub struct FoundMessage {
    /// As it stands in its folder.
    pub summary: MessageSummary,
    /// Its folder.
    pub lies: FoundIn,
}

/// One page of results.
#[derive(Debug, Clone)]
pub struct SearchPage {
    /// The messages, newest first.
    pub rows: Vec<FoundMessage>,
    /// Opaque cursor of the next page, when there is one.
    pub next: Option<String>,
    /// Whether messages may be missing because they are not indexed yet.
    pub incomplete: bool,
}

impl Hub {
    /// One page of the messages that hold every word of the query at least as a beginning, newest first; `cursor` is what the page before gave.
    ///
    /// Indexes a bounded number of messages first, so that a search right after login finds the newest.
    pub async fn search(
        &self,
        citizen: &Citizen,
        query: &SearchQuery,
        cursor: Option<&str>,
    ) -> Result<SearchPage, ActError> {
        let (Side::Older(after) | Side::Newer(after)) = cursor.map_or(Ok(TOP), read_cursor)?;
        let incomplete = self.index_for_search(citizen.mailbox).await;
        let mut tx = self.db.read().await?;
        let mailbox = tx.get_mailbox(citizen.mailbox).await?;
        let (_, key) = Owner::open(&mailbox, &self.vault)?;
        let found = self.matches(&mut tx, citizen.mailbox, &key, query).await?;
        let rest = found.partition_point(|it| (it.created_at, it.id) >= after);
        let mut rows = Vec::with_capacity(PAGE);
        let mut next = None;
        'pages: for some in found.get(rest..).unwrap_or_default().chunks(AT_A_TIME) {
            for row in self.rows_of(&mut tx, citizen.mailbox, some).await? {
                let Some(lies) = lies_in(&row) else { continue };
                if !self.may_see(&mut tx, citizen, &row, copies_until(&mailbox)).await?
                    || !self.may_be_found(&mut tx, &row, query).await?
                {
                    continue;
                }
                // There is a next page only if this person can see something on it.
                if rows.len() == PAGE {
                    next = rows
                        .last()
                        .map(|(row, _): &(MessageRow, _)| write_cursor(Side::Older((row.created_at, row.id))));
                    break 'pages;
                }
                rows.push((row, lies));
            }
        }
        let mut page = SearchPage {
            rows: Vec::with_capacity(rows.len()),
            next,
            incomplete,
        };
        for (row, lies) in rows {
            let summary = self.summary(&mut tx, &row, &key).await?;
            page.rows.push(FoundMessage { summary, lies });
        }
        Ok(page)
    }

    /// Whether the title that was indexed may still answer: a service that has come to hide its titles is found by names alone.
    async fn may_be_found(&self, tx: &mut Tx, row: &MessageRow, query: &SearchQuery) -> Result<bool, ActError> {
        if !awaits_confirmation(row) || !self.service_in(tx, row.service_id).await?.row.hides_title {
            return Ok(true);
        }
        let names = words(&self.names_of(tx, row).await?);
        let begins = |asked: &String| names.iter().any(|name| name.starts_with(asked.as_str()));
        Ok(query.words().iter().all(begins))
    }

    /// The messages of these documents that are in the mailbox, in their order.
    async fn rows_of(
        &self,
        tx: &mut Tx,
        mailbox: MailboxId,
        documents: &[Document],
    ) -> Result<Vec<MessageRow>, ActError> {
        let ids: Vec<i64> = documents.iter().map(|document| document.id).collect();
        let mut rows = tx.list_messages_by_ids(mailbox, &ids).await?;
        rows.sort_unstable_by_key(|row| std::cmp::Reverse((row.created_at, row.id)));
        Ok(rows)
    }

    /// Every document of a mailbox that holds all words, newest first.
    async fn matches(
        &self,
        tx: &mut Tx,
        mailbox: MailboxId,
        key: &PartyKey,
        query: &SearchQuery,
    ) -> Result<Vec<Document>, ActError> {
        for _ in 0..ATTEMPTS {
            let mut all = Vec::new();
            let mut whole = true;
            for row in tx.list_segments(mailbox).await? {
                match self.matches_in(tx, &row, key, query).await? {
                    Some(found) => all.extend(found),
                    // It was merged with others between two reads.
                    None => whole = false,
                }
            }
            if whole {
                // A message stands in two segments when its body was added later.
                all.sort_unstable_by(|a, b| b.cmp(a));
                all.dedup();
                return Ok(all);
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// The documents of one segment; none when the segment is gone.
    async fn matches_in(
        &self,
        tx: &mut Tx,
        row: &SegmentRow,
        key: &PartyKey,
        query: &SearchQuery,
    ) -> Result<Option<Vec<Document>>, ActError> {
        let (segment_key, header) = sealed::open_header(row, key)?;
        let mut all: Option<Found> = None;
        for word in query.words() {
            let Some(found) = find_in(tx, row, (&segment_key, &header), word).await? else {
                return Ok(None);
            };
            match &mut all {
                Some(all) => all.retain(&found),
                None => all = Some(found),
            }
            if all.as_ref().is_some_and(Found::is_empty) {
                return Ok(Some(Vec::new()));
            }
        }
        let numbers = all.iter().flat_map(Found::iter);
        Ok(Some(
            numbers
                .filter_map(|number| header.documents().get(number).copied())
                .collect(),
        ))
    }

    /// Takes messages out of a mailbox's index within the caller's transaction, for an act that removes them for good: no word of them stays. What
    /// shared a segment with them is indexed anew when the owner is there next.
    ///
    /// Call it after `removed_at` was set in the same transaction, or an indexer under way may add them once more.
    pub async fn forget_in_search(&self, tx: &mut Tx, mailbox: MailboxId, ids: &[i64]) -> Result<(), ActError> {
        let (_, key) = Owner::open(&tx.get_mailbox(mailbox).await?, &self.vault)?;
        for row in tx.list_segments(mailbox).await? {
            let (_, header) = sealed::open_header(&row, &key)?;
            let documents: Vec<i64> = header.documents().iter().map(|document| document.id).collect();
            if !documents.iter().any(|id| ids.contains(id)) {
                continue;
            }
            if !tx.delete_segment(mailbox, row.id).await? {
                return Err(StoreError::Conflict.into());
            }
            tx.mark_unindexed(mailbox, &documents).await?;
        }
        Ok(())
    }
}

/// The documents of a segment that hold a word with this beginning; none when the segment is gone.
async fn find_in(
    tx: &mut Tx,
    row: &SegmentRow,
    (key, header): (&DataKey, &Header),
    beginning: &str,
) -> Result<Option<Found>, ActError> {
    let documents = header.documents().len();
    let mut found = Found::none(documents);
    let positions = header.blocks_of(beginning);
    if positions.is_empty() {
        return Ok(Some(found));
    }
    let blocks = tx
        .list_blocks(row.id, positions.start as i64, positions.end as i64)
        .await?;
    if blocks.len() != positions.len() {
        return Ok(None);
    }
    for block in blocks {
        let bytes = sealed::open_block(&block, key)?;
        find(&bytes, beginning, documents, &mut found).map_err(sealed::unreadable)?;
    }
    Ok(Some(found))
}

/// Where results show a message to lie; none for what was deleted.
fn lies_in(row: &MessageRow) -> Option<FoundIn> {
    if row.deleted_at.is_some() {
        None
    } else if row.archived_at.is_some() {
        Some(FoundIn::Archive)
    } else if row.folder == "sent" {
        Some(FoundIn::Sent)
    } else {
        Some(FoundIn::Inbox)
    }
}
