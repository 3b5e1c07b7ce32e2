//! The folders of a mailbox, page by page.
//!
//! Guarantees: a page costs the same at any size of the mailbox, forwards and backwards; what a page tells of a message is never its content.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};

use super::content::header_for_owner;
use super::delivery::{awaits_confirmation, copies_until, mode_of, shown_title, standing};
use super::owner::Owner;
use super::view::{Correspondent, LastDay, MessageSummary, Page};
use super::visible::{List, Shown};
use super::{ActError, Hub};
use crate::domain::folder::Folder;
use crate::domain::id::MessageId;
use crate::domain::message::Violation;
use crate::domain::principal::Citizen;
use crate::domain::time::from_micros;
use crate::store::folder::Side;
use crate::store::message::MessageRow;
use crate::store::{StoreError, Tx};
use crate::vault::PartyKey;

/// Rows on a page of a folder.
pub(super) const PAGE: usize = 20;
/// Most rows on a page that a program asks for.
pub const MOST_ROWS: usize = 100;
/// The place from which the first page is read.
pub(super) const TOP: Side = Side::Older((i64::MAX, i64::MAX));

impl Hub {
    /// One page of a folder, newest first; `cursor` is what another page gave. A page that has become empty leads to the one before it.
    pub async fn list_folder(
        &self,
        citizen: &Citizen,
        folder: Folder,
        cursor: Option<&str>,
    ) -> Result<Page<MessageSummary>, ActError> {
        self.list_folder_by(citizen, folder, cursor, PAGE).await
    }

    /// The same with pages of so many rows, at most [`MOST_ROWS`].
    pub async fn list_folder_by(
        &self,
        citizen: &Citizen,
        folder: Folder,
        cursor: Option<&str>,
        rows: usize,
    ) -> Result<Page<MessageSummary>, ActError> {
        let most = rows.clamp(1, MOST_ROWS);
        let mut side = cursor.map_or(Ok(TOP), read_cursor)?;
        let mut tx = self.db.read().await?;
        let mailbox = tx.get_mailbox(citizen.mailbox).await?;
        let (_, key) = Owner::open(&mailbox, &self.vault)?;
        self.someone_is_in(citizen.mailbox);
        let list = List::Folder(folder, copies_until(&mailbox));
        let mut shown = self.shown(&mut tx, citizen, list, side, most + 1).await?;
        let ended = shown.rows.is_empty() && shown.reached.is_none() && side != TOP;
        if let Side::Older((at, id)) = side
            && ended
        {
            side = Side::Newer((at, id.saturating_sub(1)));
            shown = self.shown(&mut tx, citizen, list, side, most + 1).await?;
        }
        // Upwards there is less than a page: this is the first one, and it is shown whole.
        if matches!(side, Side::Newer(_)) && shown.rows.len() <= most {
            side = TOP;
            shown = self.shown(&mut tx, citizen, list, side, most + 1).await?;
        }
        let Shown {
            rows: mut found,
            reached,
        } = shown;
        let more = found.len() > most;
        let upwards = matches!(side, Side::Newer(_));
        if more && upwards {
            found.remove(0);
        }
        found.truncate(most);
        let cursor =
            |row: Option<&MessageRow>, side: fn((i64, i64)) -> Side| row.map(|row| write_cursor(side(place(row))));
        let previous = (side != TOP).then(|| cursor(found.first(), Side::Newer)).flatten();
        let next = (more && !upwards || upwards && !ended)
            .then(|| cursor(found.last(), Side::Older))
            .flatten()
            .or_else(|| reached.map(|place| write_cursor(Side::Older(place))));
        let mut rows = Vec::with_capacity(found.len());
        for row in found {
            rows.push(self.summary(&mut tx, &row, &key).await?);
        }
        Ok(Page { rows, previous, next })
    }

    /// What a list tells of a message.
    pub(super) async fn summary(
        &self,
        tx: &mut Tx,
        row: &MessageRow,
        key: &PartyKey,
    ) -> Result<MessageSummary, ActError> {
        let header = header_for_owner(row, key)?;
        let organisation = self.organisation_in(tx, row.organisation_id).await?;
        let service = self.service_in(tx, row.service_id).await?;
        Ok(MessageSummary {
            id: MessageId::try_from(row.id).map_err(|_| StoreError::Missing("message id"))?,
            correspondent: Correspondent {
                organisation: organisation.row.names.clone(),
                service: service.row.names.clone(),
            },
            title: header
                .as_ref()
                .and_then(|it| shown_title(row, &service.row, it.title.clone())),
            at: from_micros(row.created_at),
            mode: mode_of(row),
            standing: standing(row, self),
            attachments: header.filter(|_| !awaits_confirmation(row)).map(|it| it.attachments),
            last_day: self.last_day_ahead(row),
            folder: folder_of(row),
            removed_on: self.removed_on(row),
        })
    }

    /// The last day for appeal of a served message, today or later.
    fn last_day_ahead(&self, row: &MessageRow) -> Option<LastDay> {
        if row.folder != "inbox" {
            return None;
        }
        let appeal = self.deadline(row)?.appeal?;
        let today = self.rules.by_id(&row.ruleset)?.local_date(self.now());
        (appeal.last_day >= today).then_some(LastDay {
            day: appeal.last_day,
            stated: row.appeal.is_some(),
        })
    }

    /// When a deleted message leaves its mailbox for good.
    pub(super) fn removed_on(&self, row: &MessageRow) -> Option<Timestamp> {
        row.deleted_at.map(|at| from_micros(at) + self.deleted_window())
    }

    /// How long a deleted message can be restored.
    pub(super) fn deleted_window(&self) -> SignedDuration {
        SignedDuration::try_from(self.options.deleted_window).unwrap_or_default()
    }
}

/// The folder in which a message lies.
pub(super) fn folder_of(row: &MessageRow) -> Folder {
    if row.deleted_at.is_some() {
        Folder::Deleted
    } else if row.archived_at.is_some() {
        Folder::Archive
    } else if row.folder == "sent" {
        Folder::Sent
    } else {
        Folder::Inbox
    }
}

/// A message's place in every list.
pub(super) fn place(row: &MessageRow) -> (i64, i64) {
    (row.created_at, row.id)
}

pub(super) fn write_cursor(side: Side) -> String {
    let (word, (at, id)) = match side {
        Side::Older(place) => (0, place),
        Side::Newer(place) => (1, place),
    };
    let mut bytes = vec![word];
    bytes.extend_from_slice(&at.to_be_bytes());
    bytes.extend_from_slice(&id.to_be_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(super) fn read_cursor(text: &str) -> Result<Side, ActError> {
    let read = || {
        let bytes: [u8; 17] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (word, place) = bytes.split_first()?;
        let (at, id) = place.split_at(8);
        let place = (
            i64::from_be_bytes(at.try_into().ok()?),
            i64::from_be_bytes(id.try_into().ok()?),
        );
        match word {
            0 => Some(Side::Older(place)),
            1 => Some(Side::Newer(place)),
            _ => None,
        }
    };
    read().ok_or_else(bad_cursor)
}

/// The answer to a cursor that no page of a list gave.
pub(super) fn bad_cursor() -> ActError {
    ActError::Invalid(vec![Violation::new(
        "/cursor",
        "bad-cursor",
        "This is no page of the list. Start from the first page.",
    )])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_anything_else_is_refused() {
        for side in [Side::Older, Side::Newer] {
            let side = side((1_700_000_000_000_000, 42));
            assert_eq!(read_cursor(&write_cursor(side)).unwrap(), side);
        }
        let other = URL_SAFE_NO_PAD.encode([2; 17]);
        for bad in ["", "AAAA", "%%", &"A".repeat(100), &other] {
            assert!(matches!(read_cursor(bad), Err(ActError::Invalid(_))), "{bad}");
        }
    }
}
