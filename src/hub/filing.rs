//! Filing messages: into the archive and out of it, deleting, restoring; one or a page of them at once.
//!
//! Guarantees: what is asked for twice is done once and answered the same; one event names the messages that were moved, for the mailbox alone;
//! reading, receipts and threads stay as they are. A verifiable message cannot be deleted before its content was opened.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::delivery::{awaits_confirmation, copies_until};
use super::event::Readers;
use super::folder::PAGE;
use super::owner::Owner;
use super::view::Filed;
use super::{ActError, Hub};
use crate::domain::folder::Filing;
use crate::domain::id::MessageId;
use crate::domain::message::Violation;
use crate::domain::principal::Citizen;
use crate::evidence::record::{EventType, Reason};
use crate::store::Tx;
use crate::store::message::MessageRow;

/// Most messages that are filed at once: a page of them.
pub const MOST: usize = PAGE;
/// The reason that names the messages of an event.
pub(super) const MESSAGES: &str = "MESSAGES";

/// What filing did to one message.
enum Fate {
    /// It was moved now.
    Moved,
    /// It lay there before.
    Stood,
    /// It stays: its receipt is not confirmed.
    Kept,
    /// It lies where this way of filing does not reach.
    Elsewhere,
}

impl Hub {
    /// Files messages, at most a page of them. Not found when none of them lies in the mailbox as this person sees it; others are as if absent.
    ///
    /// Durable when it returns; may be repeated.
    pub async fn file(&self, citizen: &Citizen, filing: Filing, ids: &[MessageId]) -> Result<Filed, ActError> {
        // In one order everywhere, so that two acts never wait for each other in a circle.
        let ids: BTreeSet<MessageId> = ids.iter().copied().collect();
        if ids.len() > MOST {
            return Err(ActError::Invalid(vec![Violation::new(
                "/id",
                "too-many",
                "More messages than a page shows.",
            )]));
        }
        self.act_as(citizen, move |hub, tx, citizen| {
            let ids = ids.clone();
            Box::pin(async move { hub.file_in(tx, &citizen, filing, &ids).await })
        })
        .await
    }

    async fn file_in(
        &self,
        tx: &mut Tx,
        citizen: &Citizen,
        filing: Filing,
        ids: &BTreeSet<MessageId>,
    ) -> Result<Filed, ActError> {
        let mailbox = tx.get_mailbox(citizen.mailbox).await?;
        let copies = copies_until(&mailbox);
        let now = self.now();
        let (mut filed, mut moved, mut found) = (Filed::default(), Vec::new(), false);
        for id in ids {
            let Some(row) = tx.find_message(citizen.mailbox, id.get()).await? else {
                continue;
            };
            if !self.may_see(tx, citizen, &row, copies).await? {
                continue;
            }
            found = true;
            match file_one(tx, citizen, filing, &row, now).await? {
                Fate::Moved => {
                    moved.push(id.to_string());
                    filed.done.push(*id);
                }
                Fate::Stood => filed.done.push(*id),
                Fate::Kept => filed.kept.push(*id),
                Fate::Elsewhere => {}
            }
        }
        if !found {
            return Err(ActError::NotFound);
        }
        if !moved.is_empty() {
            let (owner, key) = Owner::open(&mailbox, &self.vault)?;
            let mut fact = self.own_fact(citizen, &owner, event_of(filing), now);
            fact.reasons.push(messages(&moved));
            let readers = Readers {
                mailbox: Some((citizen.mailbox, &key)),
                organisation: None,
            };
            tx.insert_events(&[self.record(fact, readers)?]).await?;
        }
        Ok(filed)
    }
}

async fn file_one(
    tx: &mut Tx,
    citizen: &Citizen,
    filing: Filing,
    row: &MessageRow,
    now: Timestamp,
) -> Result<Fate, ActError> {
    let (mailbox, now) = (citizen.mailbox, now.as_microsecond());
    let moved = match (filing, row.archived_at, row.deleted_at) {
        (Filing::Archive, None, None) => tx.archive_message(mailbox, row.id, now).await?,
        (Filing::Unarchive, Some(since), None) => tx.unarchive_message(mailbox, row.id, since).await?,
        (Filing::Delete, _, None) if awaits_confirmation(row) && row.erased_at.is_none() => return Ok(Fate::Kept),
        (Filing::Delete, _, None) => tx.delete_message(mailbox, row.id, now).await?,
        (Filing::Restore, _, Some(since)) => tx.restore_message(mailbox, row.id, since).await?,
        (Filing::Archive, Some(_), None)
        | (Filing::Unarchive, None, None)
        | (Filing::Delete, _, Some(_))
        | (Filing::Restore, _, None) => return Ok(Fate::Stood),
        (Filing::Archive | Filing::Unarchive, _, Some(_)) => return Ok(Fate::Elsewhere),
    };
    // Another act was faster between reading and writing.
    Ok(if moved { Fate::Moved } else { Fate::Elsewhere })
}

/// The ids of messages as an event names them.
pub(super) fn messages(ids: &[String]) -> Reason {
    Reason {
        code: MESSAGES.to_owned(),
        text: ids.join(" "),
    }
}

/// The messages that an event names so.
pub(super) fn named(reasons: &[Reason]) -> Vec<i64> {
    let texts = reasons.iter().filter(|it| it.code == MESSAGES).map(|it| &it.text);
    texts
        .flat_map(|text| text.split(' '))
        .filter_map(|id| id.parse().ok())
        .collect()
}

const fn event_of(filing: Filing) -> EventType {
    match filing {
        Filing::Archive => EventType::MessagesArchived,
        Filing::Unarchive => EventType::MessagesUnarchived,
        Filing::Delete => EventType::MessagesDeleted,
        Filing::Restore => EventType::MessagesRestored,
    }
}
