//! Indexing: beside the accepting of messages, never in it; when the owner of the mailbox is there.
//!
//! Messages that are not indexed are read and prepared outside a transaction; then one act adds their segment and marks exactly them, or, when
//! another process was faster with any of them, does nothing. So a crash at any moment loses nothing and doubles nothing. Segments are
//! merged the same way (`domain::search::to_merge`).

use std::sync::Arc;

use tokio::sync::{Mutex, mpsc};

use super::sealed;
use crate::domain::id::{MailboxId, SegmentId};
use crate::domain::markup::plain_text;
use crate::domain::search::{Document, Segment, build, merge, to_merge, words};
use crate::hub::content::{Reader, message_key, open_body, open_header};
use crate::hub::delivery::awaits_confirmation;
use crate::hub::owner::Owner;
use crate::hub::{ActError, Hub};
use crate::store::Tx;
use crate::store::message::MessageRow;
use crate::store::search::{BlockRow, SegmentRow};
use crate::vault::PartyKey;

/// Most messages in one act; also how many a search indexes before it answers.
const BATCH: usize = 256;
/// After this many bytes of text a batch ends early.
const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// Mailboxes that may wait to be indexed. One more is left out, and told again when its owner looks at the next page.
const WAITING: usize = 1024;

/// What an indexer says that was too late.
const TOO_LATE: ActError = ActError::Contradiction("another process changed the index first");

/// Mailboxes whose owner is there.
#[derive(Debug)]
pub(crate) struct Indexing {
    tell: mpsc::Sender<MailboxId>,
    told: Mutex<mpsc::Receiver<MailboxId>>,
}

impl Default for Indexing {
    fn default() -> Self {
        let (tell, told) = mpsc::channel(WAITING);
        Self {
            tell,
            told: Mutex::new(told),
        }
    }
}

/// What one message brings into the index.
struct Text {
    document: Document,
    text: String,
    /// Whether the body is in it.
    whole: bool,
}

/// A batch ready to be stored.
struct Batch {
    segment: SegmentRow,
    blocks: Vec<BlockRow>,
    whole: Vec<i64>,
    front: Vec<i64>,
}

/// What came of looking for messages that are not indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Batched {
    /// There were none.
    Nothing,
    /// All of them are indexed now.
    All,
    /// There may be more.
    More,
}

impl Hub {
    /// Tells the worker that the owner of a mailbox, or an agent, is there and may search it.
    pub(crate) fn someone_is_in(&self, mailbox: MailboxId) {
        self.indexing.tell.try_send(mailbox).ok();
    }

    /// The next mailbox to index; waits for one.
    pub async fn next_to_index(&self) -> Option<MailboxId> {
        self.indexing.told.lock().await.recv().await
    }

    /// One step of indexing a mailbox, durable when it returns; false when nothing is left to do.
    pub async fn index_step(&self, mailbox: MailboxId) -> Result<bool, ActError> {
        if self.merge_segments(mailbox).await? {
            return Ok(true);
        }
        Ok(self.index_batch(mailbox).await? != Batched::Nothing)
    }

    /// Indexes the newest messages before a search; whether others may still wait. That it could not be done keeps nobody from searching.
    pub(super) async fn index_for_search(&self, mailbox: MailboxId) -> bool {
        let done = self.index_batch(mailbox).await;
        if matches!(done, Ok(Batched::Nothing)) {
            return false;
        }
        self.someone_is_in(mailbox);
        if let Err(error) = &done {
            tracing::warn!(
                error = error as &dyn std::error::Error,
                "a mailbox could not be indexed for a search"
            );
        }
        !matches!(done, Ok(Batched::All))
    }

    async fn index_batch(&self, mailbox: MailboxId) -> Result<Batched, ActError> {
        let mut tx = self.db.read().await?;
        let rows = tx.list_unindexed(mailbox, BATCH as i64).await?;
        if rows.is_empty() {
            return Ok(Batched::Nothing);
        }
        let (_, key) = Owner::open(&tx.get_mailbox(mailbox).await?, &self.vault)?;
        let mut more = rows.len() == BATCH;
        let (mut texts, mut bytes) = (Vec::with_capacity(rows.len()), 0);
        for row in &rows {
            if bytes >= BATCH_BYTES {
                more = true;
                break;
            }
            let text = self.text_of(&mut tx, row, &key).await?;
            bytes += text.text.len();
            texts.push(text);
        }
        drop(tx);
        let of = |whole| {
            texts
                .iter()
                .filter(move |it| it.whole == whole)
                .map(|it| it.document.id)
                .collect()
        };
        let (whole, front) = (of(true), of(false));
        let segment = apart(move || build(texts.into_iter().map(|it| (it.document, words(&it.text))))).await?;
        let (segment, blocks) = self.seal_segment(&segment, mailbox, &key)?;
        let batch = Batch {
            segment,
            blocks,
            whole,
            front,
        };
        match self.store_batch(mailbox, batch).await {
            Ok(()) if more => Ok(Batched::More),
            Ok(()) => Ok(Batched::All),
            Err(ActError::Contradiction(_)) => Ok(Batched::More),
            Err(error) => Err(error),
        }
    }

    async fn store_batch(&self, mailbox: MailboxId, batch: Batch) -> Result<(), ActError> {
        let batch = Arc::new(batch);
        self.act(move |_, tx| {
            let batch = Arc::clone(&batch);
            Box::pin(async move {
                let marked = tx.mark_indexed(mailbox, &batch.whole).await?
                    + tx.mark_front_indexed(mailbox, &batch.front).await?;
                if marked != (batch.whole.len() + batch.front.len()) as u64 {
                    return Err(TOO_LATE);
                }
                tx.insert_segment(&batch.segment, &batch.blocks).await?;
                Ok(())
            })
        })
        .await
    }

    /// What may be found of a message now. One that cannot be read is found by nothing, and keeps none of the others waiting.
    async fn text_of(&self, tx: &mut Tx, row: &MessageRow, key: &PartyKey) -> Result<Text, ActError> {
        let whole = !awaits_confirmation(row);
        let text = match self.read_text(tx, row, key, whole).await {
            Err(error @ (ActError::Vault(_) | ActError::NotFound | ActError::Evidence(_))) => {
                tracing::error!(
                    message = row.id,
                    error = &error as &dyn std::error::Error,
                    "a message cannot be indexed"
                );
                String::new()
            }
            read => read?,
        };
        let document = Document {
            created_at: row.created_at,
            id: row.id,
        };
        Ok(Text { document, text, whole })
    }

    /// The names of the authority and the service, in every language.
    pub(super) async fn names_of(&self, tx: &mut Tx, row: &MessageRow) -> Result<String, ActError> {
        let service = self.service_in(tx, row.service_id).await?;
        let organisation = self.organisation_in(tx, row.organisation_id).await?;
        let mut text = String::new();
        for names in [&organisation.row.names, &service.row.names] {
            for name in [&names.fi, &names.sv, &names.en] {
                text.push_str(name);
                text.push('\n');
            }
        }
        Ok(text)
    }

    async fn read_text(&self, tx: &mut Tx, row: &MessageRow, key: &PartyKey, whole: bool) -> Result<String, ActError> {
        let mut text = self.names_of(tx, row).await?;
        if !whole && self.service_in(tx, row.service_id).await?.row.hides_title {
            return Ok(text);
        }
        let key = message_key(row, Reader::Mailbox(key))?;
        let header = open_header(row, &key)?;
        text.push_str(&header.title);
        if whole {
            let body = tx.find_body(row.id).await?.ok_or(ActError::NotFound)?;
            text.push('\n');
            text.push_str(&plain_text(&open_body(row.id, &key, &body)?, header.body_format));
        }
        Ok(text)
    }

    /// Makes one segment of several, when there are too many of about one size; whether it did.
    async fn merge_segments(&self, mailbox: MailboxId) -> Result<bool, ActError> {
        let mut tx = self.db.read().await?;
        let segments = tx.list_segment_sizes(mailbox).await?;
        let sizes: Vec<usize> = segments
            .iter()
            .map(|(_, size)| usize::try_from(*size).unwrap_or_default())
            .collect();
        let chosen = to_merge(&sizes);
        let ids: Vec<SegmentId> = chosen
            .into_iter()
            .filter_map(|at| segments.get(at))
            .map(|it| it.0)
            .collect();
        if ids.is_empty() {
            return Ok(false);
        }
        let (_, key) = Owner::open(&tx.get_mailbox(mailbox).await?, &self.vault)?;
        let mut parts = Vec::with_capacity(ids.len());
        for id in &ids {
            match whole_segment(&mut tx, mailbox, *id, &key).await? {
                Some(part) => parts.push(part),
                None => return Ok(true),
            }
        }
        drop(tx);
        let merged = apart(move || merge(&parts)).await?.map_err(sealed::unreadable)?;
        let made = Arc::new(self.seal_segment(&merged, mailbox, &key)?);
        let done = self.act(move |_, tx| {
            let (made, ids) = (Arc::clone(&made), ids.clone());
            Box::pin(async move {
                for id in ids {
                    if !tx.delete_segment(mailbox, id).await? {
                        return Err(TOO_LATE);
                    }
                }
                tx.insert_segment(&made.0, &made.1).await?;
                Ok(())
            })
        });
        match done.await {
            Ok(()) | Err(ActError::Contradiction(_)) => Ok(true),
            Err(error) => Err(error),
        }
    }

    fn seal_segment(
        &self,
        segment: &Segment,
        mailbox: MailboxId,
        key: &PartyKey,
    ) -> Result<(SegmentRow, Vec<BlockRow>), ActError> {
        let now = self.now();
        let id = SegmentId::new(now, self.random()?);
        sealed::seal(segment, (id, now.as_microsecond()), (mailbox, key), &self.rng)
    }
}

/// A segment with its blocks; none when it is gone.
async fn whole_segment(
    tx: &mut Tx,
    mailbox: MailboxId,
    id: SegmentId,
    key: &PartyKey,
) -> Result<Option<Segment>, ActError> {
    let Some(row) = tx.find_segment(mailbox, id).await? else {
        return Ok(None);
    };
    let blocks = tx.list_blocks(id, 0, i64::MAX).await?;
    let (_, header) = sealed::open_header(&row, key)?;
    if blocks.len() != header.blocks() {
        return Ok(None);
    }
    sealed::open(&row, &blocks, key).map(Some)
}

/// Runs what keeps a processor busy beside the threads that answer requests.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ActError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| ActError::Evidence(Box::new(error)))
}
