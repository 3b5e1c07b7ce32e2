//! What a list shows to whoever reads it: it reads on past what is kept from an agent, so that a page is full, and its cursors tell of messages that
//! the agent sees.
//!
//! Leaves out: what is kept from whom (`hub::delivery`), and the form of a page.

use super::folder::place;
use super::{ActError, Hub};
use crate::domain::folder::Folder;
use crate::domain::id::MailboxId;
use crate::domain::principal::Citizen;
use crate::store::Tx;
use crate::store::folder::Side;
use crate::store::message::MessageRow;

/// Most rows that are looked at for one page. An agent from whom more is kept in a row gets a short page, and goes on from the last of them.
const MOST: usize = 2_000;
/// How many rows are read at once for an agent.
const AT_A_TIME: usize = 100;

/// A list of one mailbox, newest first; each with the time until which copies of letters are shown.
#[derive(Clone, Copy)]
pub(super) enum List {
    Folder(Folder, i64),
    /// A thread without the message that began it. Read downwards only.
    Thread(i64, i64),
    /// All of the mailbox. Read downwards only.
    Mailbox(i64),
}

/// What was found of a list, newest first.
pub(super) struct Shown {
    pub(super) rows: Vec<MessageRow>,
    /// Where reading stopped before the end of the list and before there was enough.
    pub(super) reached: Option<(i64, i64)>,
}

impl Hub {
    /// At most `limit` messages on one side of a place that this person may see, the nearest ones.
    pub(super) async fn shown(
        &self,
        tx: &mut Tx,
        citizen: &Citizen,
        list: List,
        mut side: Side,
        limit: usize,
    ) -> Result<Shown, ActError> {
        let at_once = match citizen.agency {
            None => limit,
            Some(_) => limit.max(AT_A_TIME),
        };
        let upwards = matches!(side, Side::Newer(_));
        let (mut rows, mut looked, mut ended) = (Vec::new(), 0, false);
        while rows.len() < limit && looked < MOST && !ended {
            let mut read = list.read(tx, citizen.mailbox, side, at_once).await?;
            ended = read.len() < at_once;
            looked += read.len();
            if upwards {
                read.reverse();
            }
            for row in read {
                side = match upwards {
                    true => Side::Newer(place(&row)),
                    false => Side::Older(place(&row)),
                };
                if rows.len() < limit && self.may_see(tx, citizen, &row, list.copies_until()).await? {
                    rows.push(row);
                }
            }
        }
        let (Side::Older(last) | Side::Newer(last)) = side;
        let reached = (rows.len() < limit && !ended).then_some(last);
        if upwards {
            rows.reverse();
        }
        Ok(Shown { rows, reached })
    }
}

impl List {
    const fn copies_until(self) -> i64 {
        let (Self::Folder(_, until) | Self::Thread(_, until) | Self::Mailbox(until)) = self;
        until
    }

    async fn read(
        self,
        tx: &mut Tx,
        mailbox: MailboxId,
        side: Side,
        limit: usize,
    ) -> Result<Vec<MessageRow>, ActError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let (Side::Older(place) | Side::Newer(place)) = side;
        Ok(match self {
            Self::Folder(folder, copies) => tx.list_folder(mailbox, folder, copies, side, limit).await?,
            Self::Thread(root, _) => tx.list_thread(mailbox, root, place, limit).await?,
            Self::Mailbox(copies) => tx.list_whole_mailbox(mailbox, copies, place, limit).await?,
        })
    }
}
