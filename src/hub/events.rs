//! The sender's view of what happened: the event feed, the search by external id, and who can be reached.

use super::event::FeedDetail;
use super::{ActError, Hub};
use crate::domain::event::{ContinuationToken, FeedType};
use crate::domain::id::MessageId;
use crate::domain::identity::RecipientId;
use crate::domain::message::Violation;
use crate::domain::principal::Sender;
use crate::domain::time::from_micros;
use crate::store::StoreError;
use crate::vault::Place;

/// Most events of one page (contract 1.10).
const PAGE: i64 = 1000;
/// Most identities of one question (contract 1.5).
pub const MOST_MAILBOXES: usize = 10_000;

/// One entry of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedEvent {
    /// What happened.
    pub kind: FeedType,
    /// When it happened.
    pub at: jiff::Timestamp,
    /// The message.
    pub message: i64,
    /// The wire's `serviceId`.
    pub service: String,
    /// The sender's own id.
    pub external_id: Option<String>,
    /// What else there is to tell.
    pub detail: Option<FeedDetail>,
}

/// A page of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedPage {
    /// Where the next page begins: always there, also on an empty page.
    pub token: String,
    /// In the log's order.
    pub events: Vec<FeedEvent>,
}

impl Hub {
    /// One page of the feed of the sender's system, after `token`; from the start of the window without one.
    ///
    /// The token is the place in the log scanned so far: gapless, never reordered, and a place once passed never gains an event. It grows over a
    /// restart of the log; what the restored backup held without a place is then told once more. A token that reaches back before the window goes
    /// on at the oldest event within it. [`ActError::Invalid`] for what is no token.
    pub async fn events(&self, sender: &Sender, token: Option<&str>) -> Result<FeedPage, ActError> {
        let after: ContinuationToken = match token {
            Some(text) => text.parse().map_err(|_| {
                let message = "This is no continuation token of this hub. Leave the parameter out to start from the oldest event.";
                ActError::Invalid(vec![Violation::new("/continuationToken", "bad-token", message)])
            })?,
            None => ContinuationToken::START,
        };
        let organisation = self.organisation(sender.organisation).await?;
        let mut tx = self.db.read().await?;
        let end = tx.find_log(&self.options.origin).await?.map_or(0, |log| log.end());
        let rows = tx
            .list_feed(sender.system, after.index(), end, self.window_start(), PAGE)
            .await?;
        drop(tx);
        let scanned = match rows.last() {
            Some(last) if rows.len() as i64 == PAGE => last.leaf_index,
            _ => end - 1,
        };
        let mut events = Vec::with_capacity(rows.len());
        for row in rows {
            let detail = match &row.feed_sealed {
                Some(sealed) => {
                    let bytes = organisation
                        .key
                        .open(Place::new("event", "feed_sealed", row.id.as_bytes()), sealed)?;
                    Some(FeedDetail::read(&bytes))
                }
                None => None,
            };
            events.push(FeedEvent {
                kind: row
                    .feed_type
                    .parse()
                    .map_err(|_| StoreError::Missing("type of feed entry"))?,
                at: from_micros(row.time),
                message: row.message_id.unwrap_or_default(),
                service: row.service_code,
                external_id: row.external_id,
                detail,
            });
        }
        Ok(FeedPage {
            token: ContinuationToken::after(scanned).to_string(),
            events,
        })
    }

    /// The message that an external id of the sender's system stands for.
    pub async fn find_by_external_id(&self, sender: &Sender, external_id: &str) -> Result<MessageId, ActError> {
        // No column holds the NUL character, and PostgreSQL refuses to be asked for it.
        if external_id.contains('\0') {
            return Err(ActError::NotFound);
        }
        let row = self
            .db
            .read()
            .await?
            .find_submission(sender.system, external_id)
            .await?
            .ok_or(ActError::NotFound)?;
        MessageId::try_from(row.message_id).map_err(|_| ActError::NotFound)
    }

    /// Which of these identities the sender's organisation can reach now, in the order and spelling given.
    ///
    /// What is no identity, for its check character or anything else, is simply not reachable.
    pub async fn reachable(&self, sender: &Sender, ids: Vec<String>) -> Result<Vec<String>, ActError> {
        let mut wanted = Vec::with_capacity(ids.len());
        for id in ids {
            if let Ok(recipient) = RecipientId::parse(&id, self.options.allow_artificial) {
                wanted.push((self.vault.lookup(&recipient.0.lookup_text()).to_vec(), id));
            }
        }
        let organisation = self.organisation(sender.organisation).await?;
        let now = self.now();
        let mut reachable = Vec::new();
        let mut tx = self.db.read().await?;
        for chunk in wanted.chunks(500) {
            let pairs: Vec<_> = chunk
                .iter()
                .map(|(lookup, _)| (lookup.clone(), sender.organisation))
                .collect();
            let rows = tx.list_reachable(&pairs, false).await?;
            reachable.extend(
                chunk
                    .iter()
                    .filter(|(lookup, _)| {
                        let row = rows.iter().find(|row| row.mailbox.lookup == *lookup);
                        self.basis(row, &organisation, now).is_some()
                    })
                    .map(|(_, id)| id.clone()),
            );
        }
        Ok(reachable)
    }
}
