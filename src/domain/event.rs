//! The sender's event feed: its nine types, by their exact wire strings (contract 1.10), and the token that a page ends with. Nothing
//! else may enter the feed, because clients in production fail on an unknown type.

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

/// Where a page of the feed ended: the log index scanned last, -1 before the first. Its text is made of URL-unreserved characters, because
/// some clients put it into the query as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContinuationToken(i64);

/// A text that no page of the feed ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a continuation token")]
pub struct NotAToken;

impl ContinuationToken {
    /// Before every event.
    pub const START: Self = Self(-1);

    /// The largest index that a token names; logs end long before.
    const MAX: i64 = 9_999_999_999_999_998;

    /// After everything up to this log index. Indexes below -1 count as -1.
    #[must_use]
    pub fn after(index: i64) -> Self {
        Self(index.clamp(Self::START.0, Self::MAX))
    }

    /// The log index scanned last.
    #[must_use]
    pub const fn index(self) -> i64 {
        self.0
    }
}

impl fmt::Display for ContinuationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "i{}", self.0 + 1)
    }
}

impl FromStr for ContinuationToken {
    type Err = NotAToken;

    /// Takes the one spelling that [`fmt::Display`] writes.
    fn from_str(text: &str) -> Result<Self, NotAToken> {
        let digits = text.strip_prefix('i').ok_or(NotAToken)?;
        let is_number = (1..=16).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number || (digits.starts_with('0') && digits != "0") {
            return Err(NotAToken);
        }
        digits.parse().map(|next: i64| Self(next - 1)).map_err(|_| NotAToken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_exact_strings() {
        let texts = [
            "Electronic message created",
            "Electronic message read",
            "Electronic message from end user",
            "Receipt confirmed",
            "Paper mail created",
            "Sent for printing and enveloping",
            "Posti: receipt confirmed",
            "Posti: returned to sender",
            "Posti: unresolved",
        ];
        assert_eq!(FeedType::ALL.iter().map(|it| it.as_str()).collect::<Vec<_>>(), texts);
        for feed_type in FeedType::ALL {
            assert_eq!(feed_type.to_string().parse(), Ok(*feed_type));
        }
        assert_eq!("Posti: Receipt confirmed".parse::<FeedType>(), Err(UnknownFeedType));
    }

    #[test]
    fn a_token_reads_back_and_anything_else_is_refused() {
        for index in [-1, 0, 41, 9_007_199_254_740_990, ContinuationToken::MAX] {
            let token = ContinuationToken::after(index);
            assert_eq!(token.index(), index);
            assert_eq!(token.to_string().parse(), Ok(token));
        }
        assert_eq!(ContinuationToken::after(i64::MIN).to_string(), "i0");
        assert_eq!(ContinuationToken::after(i64::MAX).to_string(), "i9999999999999999");
        for bad in [
            "",
            "i",
            "41",
            "i-1",
            "i 1",
            "i1x",
            "i99999999999999999",
            "ï1",
            "i01",
            "i00",
            "I1",
            "i+1",
        ] {
            assert_eq!(bad.parse::<ContinuationToken>(), Err(NotAToken), "{bad}");
        }
    }
}
