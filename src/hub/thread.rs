//! The thread of a message: what was written before and after it, received and sent.
//!
//! It tells titles and times, never a body: reading one message of a thread opens no other, so that evidence says what was opened.

use super::delivery::{Delivery, copies_until};
use super::folder::{TOP, place, read_cursor, write_cursor};
use super::view::{MessageSummary, Page};
use super::visible::{List, Shown};
use super::{ActError, Hub};
use crate::domain::id::MessageId;
use crate::domain::principal::Citizen;
use crate::store::Tx;
use crate::store::folder::Side;

/// Messages of a thread on one page.
const PAGE: usize = 50;

impl Hub {
    /// One page of a message's thread, newest first, the message itself among them; `cursor` is what the page before gave. Opens nothing.
    pub async fn list_thread(
        &self,
        citizen: &Citizen,
        id: MessageId,
        cursor: Option<&str>,
    ) -> Result<Page<MessageSummary>, ActError> {
        let side = cursor.map_or(Ok(TOP), read_cursor)?;
        let mut tx = self.db.read().await?;
        let delivery = self.delivery(&mut tx, citizen, id).await?;
        self.thread_of(&mut tx, citizen, &delivery, side).await
    }

    pub(super) async fn thread_of(
        &self,
        tx: &mut Tx,
        citizen: &Citizen,
        delivery: &Delivery,
        side: Side,
    ) -> Result<Page<MessageSummary>, ActError> {
        // A thread is read downwards only.
        let (Side::Older(older) | Side::Newer(older)) = side;
        let root = delivery.row.root_id;
        let copies = copies_until(&tx.get_mailbox(delivery.mailbox).await?);
        let list = List::Thread(root, copies);
        let Shown {
            rows: mut found,
            reached,
        } = self.shown(tx, citizen, list, Side::Older(older), PAGE + 1).await?;
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let next = found.last().filter(|_| more).map(place).or(reached);
        if next.is_none()
            && let Some(first) = tx.find_message(delivery.mailbox, root).await?
            && self.may_see(tx, citizen, &first, copies).await?
        {
            found.push(first);
        }
        let next = next.map(|place| write_cursor(Side::Older(place)));
        let mut rows = Vec::with_capacity(found.len());
        for row in found {
            rows.push(self.summary(tx, &row, delivery.mailbox_key()?).await?);
        }
        Ok(Page {
            rows,
            previous: None,
            next,
        })
    }
}
