//! Wrong passwords, counted by where they come from, so that guessing is slow and nobody is locked out.
//!
//! The first ten from one source cost nothing; then each doubles the wait for the next, from one second to a minute, until none came for a
//! quarter of an hour. A source is an IPv4 address or the 64 bits that name an IPv6 network. Never counted by username: a stranger could
//! otherwise lock a system out, and a client that tries a pending password first would lock itself out.
//!
//! Who must wait is answered 429 with Retry-After, not 503: clients repeat a 5xx by themselves, so a client with a wrong password would knock
//! on and on, and the operator would be called for a fault that is not the hub's. A caller whose password was proved within the minute
//! does not pass here at all; any other waits its turn, also with the right one, for the answer would tell a guesser that it is right.
//!
//! Kept in this process alone: N processes allow N times as much, which against passwords of 32 characters and more is as good as nothing. At
//! most 50 000 sources are remembered.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use jiff::Timestamp;
use moka::sync::Cache;

use super::ActError;

/// Wrong passwords that cost nothing: a shared address, a rotation that went wrong.
const FREE: u32 = 10;
/// The longest wait, in seconds.
const LONGEST: i64 = 60;
/// After so long without a wrong password the source begins anew.
const FORGET: Duration = Duration::from_secs(15 * 60);

#[derive(Debug, Clone, Copy)]
struct Wrong {
    count: u32,
    last: Timestamp,
}

impl Wrong {
    /// Seconds to wait after the last one.
    fn wait(self) -> i64 {
        match self.count.checked_sub(FREE) {
            None => 0,
            Some(over) => 1_i64.checked_shl(over).map_or(LONGEST, |wait| wait.clamp(1, LONGEST)),
        }
    }

    /// The time since the last one; a clock that was set back since lets it grow as well.
    fn age(self, now: Timestamp) -> Duration {
        now.duration_since(self.last).unsigned_abs()
    }

    fn is_old(self, now: Timestamp) -> bool {
        self.age(now) > FORGET
    }
}

/// The wrong passwords of late.
#[derive(Debug)]
pub(super) struct Guesses {
    wrong: Cache<IpAddr, Wrong>,
}

/// A password on its way to being checked: counts as wrong unless it is found right, also when the caller hangs up first.
#[derive(Debug)]
pub(super) struct Guess<'a> {
    guesses: &'a Guesses,
    source: IpAddr,
    at: Timestamp,
    right: bool,
}

impl Guesses {
    pub(super) fn new() -> Self {
        Self {
            wrong: Cache::builder().max_capacity(50_000).time_to_live(FORGET).build(),
        }
    }

    /// [`ActError::Throttled`] while the source must wait.
    pub(super) fn check(&self, from: IpAddr, now: Timestamp) -> Result<(), ActError> {
        if let Some(wrong) = self.wrong.get(&source(from)).filter(|wrong| !wrong.is_old(now)) {
            let waited = i64::try_from(wrong.age(now).as_secs()).unwrap_or(i64::MAX);
            if waited < wrong.wait() {
                return Err(ActError::Throttled(wrong.wait() - waited));
            }
        }
        Ok(())
    }

    /// The same, and the password that is about to be checked.
    pub(super) fn begin(&self, from: IpAddr, now: Timestamp) -> Result<Guess<'_>, ActError> {
        self.check(from, now)?;
        Ok(Guess {
            guesses: self,
            source: source(from),
            at: now,
            right: false,
        })
    }
}

impl Guess<'_> {
    /// It was the right one.
    pub(super) fn acquit(mut self) {
        self.right = true;
    }
}

impl Drop for Guess<'_> {
    fn drop(&mut self) {
        if self.right {
            return;
        }
        self.guesses.wrong.entry(self.source).and_upsert_with(|before| {
            let before = before
                .map(moka::Entry::into_value)
                .filter(|wrong| !wrong.is_old(self.at));
            Wrong {
                count: before.map_or(0, |wrong| wrong.count).saturating_add(1),
                last: self.at,
            }
        });
    }
}

fn source(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn each_wrong_one_doubles_the_wait_up_to_a_minute() {
        let guesses = Guesses::new();
        let from = "192.0.2.7".parse().unwrap();
        for _ in 0..FREE {
            drop(guesses.begin(from, now(0)).unwrap());
        }
        let mut at = 0;
        for wait in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
            for second in 0..wait {
                let refused = guesses.begin(from, now(at + second));
                assert!(matches!(refused, Err(ActError::Throttled(left)) if left == wait - second));
            }
            at += wait;
            // What turns out right is not counted, nor does it wipe out what was.
            guesses.begin(from, now(at)).unwrap().acquit();
            drop(guesses.begin(from, now(at)).unwrap());
        }
        at += 15 * 60 + 1;
        for _ in 0..FREE {
            drop(guesses.begin(from, now(at)).unwrap());
        }
        assert!(guesses.begin(from, now(at)).is_err());
        // A clock that is set back makes nobody wait until it is there again.
        assert!(guesses.begin(from, now(at - 600)).is_ok());
    }

    #[test]
    fn sources_are_addresses_of_ipv4_and_networks_of_ipv6() {
        let of = |text: &str| source(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
    }
}
