//! The sender's event feed: its nine types, by their exact wire strings (contract 1.10). Nothing else may enter the feed, because
//! clients in production fail on an unknown type.

use std::fmt;
use std::str::FromStr;

/// A text that is no type of the feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a type of the event feed")]
pub struct UnknownFeedType;

macro_rules! feed_types {
    ($($(#[$doc:meta])* $name:ident = $wire:literal,)+) => {
        /// A type of feed entry.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum FeedType {
            $($(#[$doc])* $name,)+
        }

        impl FeedType {
            /// All types, in the contract's order.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The exact text on the wire, also the stored form.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $wire,)+
                }
            }
        }
    };
}

feed_types! {
    /// Delivered to the mailbox.
    ElectronicCreated = "Electronic message created",
    /// First read by the end user.
    ElectronicRead = "Electronic message read",
    /// Written by an end user.
    ElectronicFromEndUser = "Electronic message from end user",
    /// Receipt of a verifiable message confirmed in time.
    ReceiptConfirmed = "Receipt confirmed",
    /// A paper letter accepted.
    PaperCreated = "Paper mail created",
    /// Handed to the printer.
    PaperSentForPrinting = "Sent for printing and enveloping",
    /// Receipt confirmed to the post.
    PostReceiptConfirmed = "Posti: receipt confirmed",
    /// Came back unconfirmed.
    PostReturnedToSender = "Posti: returned to sender",
    /// Outcome unknown at the end of monitoring.
    PostUnresolved = "Posti: unresolved",
}

impl fmt::Display for FeedType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for FeedType {
    type Err = UnknownFeedType;

    fn from_str(text: &str) -> Result<Self, UnknownFeedType> {
        Self::ALL
            .iter()
            .copied()
            .find(|it| it.as_str() == text)
            .ok_or(UnknownFeedType)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_exact_strings() {
        assert_eq!(FeedType::ALL.len(), 9);
        for feed_type in FeedType::ALL {
            assert_eq!(feed_type.to_string().parse(), Ok(*feed_type));
        }
        assert_eq!("Posti: Receipt confirmed".parse::<FeedType>(), Err(UnknownFeedType));
    }
}
