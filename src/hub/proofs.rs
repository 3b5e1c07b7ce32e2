//! Every delivery of a mailbox with its state, so that each proof can be found: the citizen's own list of evidence.

use super::content::header_for_owner;
use super::delivery::{awaits_confirmation, copies_until, shown_title, standing};
use super::folder::{TOP, folder_of, place, read_cursor, write_cursor};
use super::owner::Owner;
use super::view::{Correspondent, Folder, Page, Standing};
use super::visible::{List, Shown};
use super::{ActError, Hub};
use crate::domain::deadline::{Served, State};
use crate::domain::id::MessageId;
use crate::domain::principal::Citizen;
use crate::domain::time::from_micros;
use crate::store::folder::Side;
use crate::store::message::MessageRow;
use crate::store::{StoreError, Tx};
use crate::vault::PartyKey;

/// Rows on a page.
const PAGE: usize = 20;

/// A delivery, as the list of proofs and the index of an exported mailbox tell it.
#[derive(Debug, Clone)]
pub struct DeliverySummary {
    /// The message.
    pub id: MessageId,
    /// The other side.
    pub correspondent: Correspondent,
    /// Its title, when that may be shown.
    pub title: Option<String>,
    /// When it came (or was sent).
    pub at: jiff::Timestamp,
    /// Where it stands.
    pub standing: Standing,
    /// The local day from which an ordinary message counts as served, once that has come: calculated, not evidence.
    pub deemed: Option<jiff::civil::Date>,
    /// Whether the citizen answered it.
    pub answered: bool,
    /// The folder it lies in.
    pub folder: Folder,
    /// How many files it has; none is told before a verifiable message is confirmed.
    pub attachments: Option<u16>,
}

impl Hub {
    /// One page of all deliveries of the mailbox, wherever they lie, newest first; `cursor` is what the page before gave.
    pub async fn list_deliveries(
        &self,
        citizen: &Citizen,
        cursor: Option<&str>,
    ) -> Result<Page<DeliverySummary>, ActError> {
        // The list has one direction, so either side of a place is what comes after it.
        let (Side::Older(after) | Side::Newer(after)) = cursor.map_or(Ok(TOP), read_cursor)?;
        let mut tx = self.db.read().await?;
        let (rows, next) = self.deliveries_after(&mut tx, citizen, after, PAGE).await?;
        let mailbox = tx.get_mailbox(citizen.mailbox).await?;
        let (_, key) = Owner::open(&mailbox, &self.vault)?;
        let mut summaries = Vec::with_capacity(rows.len());
        for row in rows {
            summaries.push(self.delivery_summary(&mut tx, &row, &key).await?);
        }
        Ok(Page {
            previous: None,
            rows: summaries,
            next: next.map(|place| write_cursor(Side::Older(place))),
        })
    }

    /// Up to `page` messages of the whole mailbox that the person may see, and the place after them when there are more.
    pub(super) async fn deliveries_after(
        &self,
        tx: &mut Tx,
        citizen: &Citizen,
        after: (i64, i64),
        page: usize,
    ) -> Result<(Vec<MessageRow>, Option<(i64, i64)>), ActError> {
        let mailbox = tx.get_mailbox(citizen.mailbox).await?;
        let list = List::Mailbox(copies_until(&mailbox));
        let Shown { mut rows, reached } = self.shown(tx, citizen, list, Side::Older(after), page + 1).await?;
        let more = rows.len() > page;
        rows.truncate(page);
        let next = rows.last().filter(|_| more).map(place).or(reached);
        Ok((rows, next))
    }

    pub(super) async fn delivery_summary(
        &self,
        tx: &mut Tx,
        row: &MessageRow,
        key: &PartyKey,
    ) -> Result<DeliverySummary, ActError> {
        let header = header_for_owner(row, key)?;
        let organisation = self.organisation_in(tx, row.organisation_id).await?;
        let service = self.service_in(tx, row.service_id).await?;
        let mailbox = row.mailbox_id.ok_or(StoreError::Missing("mailbox of a message"))?;
        Ok(DeliverySummary {
            id: MessageId::try_from(row.id).map_err(|_| StoreError::Missing("message id"))?,
            correspondent: Correspondent {
                organisation: organisation.row.names.clone(),
                service: service.row.names.clone(),
            },
            title: header
                .as_ref()
                .and_then(|it| shown_title(row, &service.row, it.title.clone())),
            at: from_micros(row.created_at),
            standing: standing(row, self),
            deemed: self.deemed(row),
            answered: row.folder == "inbox" && tx.is_answered(mailbox, row.root_id, row.id).await?,
            folder: folder_of(row),
            attachments: header.filter(|_| !awaits_confirmation(row)).map(|it| it.attachments),
        })
    }

    /// The day from which an ordinary message counts as served, when that is not ahead.
    fn deemed(&self, row: &MessageRow) -> Option<jiff::civil::Date> {
        if row.folder != "inbox" || row.mode == "verifiable" {
            return None;
        }
        let State::Served { date, kind } = self.deadline(row)?.state else {
            return None;
        };
        let today = self.rules.by_id(&row.ruleset)?.local_date(self.now());
        (kind == Served::Deemed && date <= today).then_some(date)
    }
}
