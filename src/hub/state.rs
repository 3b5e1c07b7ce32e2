//! How far a sent message has come, for the senders that ask for it message by message (the first version of the API).
//!
//! Read from the events that the sender's feed tells of, without opening any content. What the first version has no word for (what the post says
//! of a letter) is left out; the feed has it.

use super::{ActError, Hub};
use crate::domain::event::FeedType;
use crate::domain::id::MessageId;
use crate::domain::message::Mode;
use crate::domain::principal::Sender;
use crate::domain::time::from_micros;
use crate::hub::delivery::{mode_of, went_on_paper};
use crate::store::event::HappeningRow;

/// A sent message, and what happened to it in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageState {
    /// When it was accepted.
    pub created_at: jiff::Timestamp,
    /// The way it went.
    pub way: WayTaken,
}

/// The way a message went, and how far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WayTaken {
    /// Into a mailbox.
    Electronic(Vec<(ElectronicStatus, jiff::Timestamp)>),
    /// On paper.
    Paper(Vec<(PaperStatus, jiff::Timestamp)>),
}

/// A status of a message in a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ElectronicStatus {
    /// It is in the mailbox.
    Created,
    /// Its content can be read: at once, or when the receipt of a verifiable message was confirmed.
    Readable,
    /// It was read.
    Read,
    /// Its receipt was confirmed in time.
    ReceiptConfirmed,
}

/// A status of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaperStatus {
    /// It was accepted.
    Created,
    /// The print house has it.
    SentForPrinting,
}

impl Hub {
    /// How far a message of the sender's system has come. [`ActError::NotFound`] for what it did not send, and for what it sent before the window.
    pub async fn message_state(&self, sender: &Sender, id: MessageId) -> Result<MessageState, ActError> {
        let mut tx = self.db.read().await?;
        let row = tx.find_message_of_system(sender.system, id.get()).await?;
        let row = row
            .filter(|row| row.folder == "inbox" && row.created_at >= self.window_start())
            .ok_or(ActError::NotFound)?;
        let happenings = tx.list_happenings(row.id).await?;
        let way = match went_on_paper(&row) {
            true => WayTaken::Paper(on_paper(&happenings)),
            false => WayTaken::Electronic(in_mailbox(&happenings, mode_of(&row))),
        };
        Ok(MessageState {
            created_at: from_micros(row.created_at),
            way,
        })
    }
}

fn in_mailbox(happenings: &[HappeningRow], mode: Mode) -> Vec<(ElectronicStatus, jiff::Timestamp)> {
    let mut statuses = Vec::new();
    for (kind, at) in happenings.iter().filter_map(known) {
        let meant: &[ElectronicStatus] = match (kind, mode) {
            (FeedType::ElectronicCreated, Mode::Ordinary) => &[ElectronicStatus::Created, ElectronicStatus::Readable],
            (FeedType::ElectronicCreated, Mode::Verifiable) => &[ElectronicStatus::Created],
            (FeedType::ElectronicRead, Mode::Ordinary) => &[ElectronicStatus::Read],
            (FeedType::ElectronicRead, Mode::Verifiable) => &[ElectronicStatus::Readable, ElectronicStatus::Read],
            (FeedType::ReceiptConfirmed, _) => &[ElectronicStatus::ReceiptConfirmed],
            _ => &[],
        };
        statuses.extend(meant.iter().map(|status| (*status, at)));
    }
    statuses
}

fn on_paper(happenings: &[HappeningRow]) -> Vec<(PaperStatus, jiff::Timestamp)> {
    let status = |(kind, at)| match kind {
        FeedType::PaperCreated => Some((PaperStatus::Created, at)),
        FeedType::PaperSentForPrinting => Some((PaperStatus::SentForPrinting, at)),
        _ => None,
    };
    happenings.iter().filter_map(known).filter_map(status).collect()
}

fn known(row: &HappeningRow) -> Option<(FeedType, jiff::Timestamp)> {
    Some((row.feed_type.parse().ok()?, from_micros(row.time)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn happened(kinds: &[FeedType]) -> Vec<HappeningRow> {
        let row = |(time, kind): (i64, &FeedType)| HappeningRow {
            feed_type: kind.to_string(),
            time,
        };
        (1..).zip(kinds).map(row).collect()
    }

    #[test]
    fn a_verifiable_message_is_readable_when_its_receipt_is_confirmed() {
        use ElectronicStatus::{Created, Read, Readable, ReceiptConfirmed};
        let words = |mode, kinds: &[FeedType]| -> Vec<_> {
            let told = in_mailbox(&happened(kinds), mode);
            told.into_iter()
                .map(|(status, at)| (status, at.as_microsecond()))
                .collect()
        };
        let (created, read) = (FeedType::ElectronicCreated, FeedType::ElectronicRead);
        assert_eq!(words(Mode::Ordinary, &[created]), [(Created, 1), (Readable, 1)]);
        assert_eq!(
            words(Mode::Ordinary, &[created, read]),
            [(Created, 1), (Readable, 1), (Read, 2)]
        );
        assert_eq!(words(Mode::Verifiable, &[created]), [(Created, 1)]);
        assert_eq!(
            words(Mode::Verifiable, &[created, FeedType::ReceiptConfirmed, read]),
            [(Created, 1), (ReceiptConfirmed, 2), (Readable, 3), (Read, 3)]
        );
    }

    #[test]
    fn what_the_post_says_is_no_status() {
        let kinds = [
            FeedType::PaperCreated,
            FeedType::PaperSentForPrinting,
            FeedType::PostReceiptConfirmed,
            FeedType::PostReturnedToSender,
            FeedType::PostUnresolved,
        ];
        let told: Vec<_> = on_paper(&happened(&kinds))
            .into_iter()
            .map(|(status, _)| status)
            .collect();
        assert_eq!(told, [PaperStatus::Created, PaperStatus::SentForPrinting]);
    }
}
