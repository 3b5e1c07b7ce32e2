//! The clock, the only trait this crate owns.
//!
//! Every act asks its clock once and passes the instant on. Instants are UTC, truncated to whole microseconds, because that is
//! what both databases store: an instant read back equals the instant written.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// Tells the time. Implemented by the machine's clock and by one that tests and the senders' sandbox set by hand.
pub trait Clock: Send + Sync + Debug {
    /// The current instant in UTC, truncated to whole microseconds.
    fn now(&self) -> Timestamp;
}

/// Truncates an instant to whole microseconds, the precision of every stored time.
#[must_use]
pub fn truncate(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

/// The instant of a stored number of microseconds; numbers no calendar knows become the start of 1970.
#[must_use]
pub fn from_micros(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the machine")]
    fn now(&self) -> Timestamp {
        truncate(Timestamp::now())
    }
}

/// A clock that stands still until it is told to move. Clones share one time.
#[derive(Debug, Clone)]
pub struct SimulatedClock {
    microseconds: Arc<AtomicI64>,
}

impl SimulatedClock {
    /// A clock that shows `at`, truncated to microseconds.
    #[must_use]
    pub fn new(at: Timestamp) -> Self {
        Self {
            microseconds: Arc::new(AtomicI64::new(at.as_microsecond())),
        }
    }

    /// Sets the clock, forwards or backwards.
    pub fn set(&self, at: Timestamp) {
        self.microseconds.store(at.as_microsecond(), Ordering::SeqCst);
    }

    /// Moves the clock by a duration, which may be negative. A sum outside the calendar's range stays at its edge.
    pub fn advance(&self, by: SignedDuration) {
        let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        let add = |now: i64| Some(now.saturating_add(by).min(Timestamp::MAX.as_microsecond()));
        // The closure never declines, so the update never fails.
        let _ = self.microseconds.fetch_update(Ordering::SeqCst, Ordering::SeqCst, add);
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.microseconds.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_time_has_whole_microseconds() {
        assert_eq!(SystemClock.now().subsec_nanosecond() % 1_000, 0);
    }

    #[test]
    fn clones_of_a_simulated_clock_share_its_time() {
        let start: Timestamp = "2026-03-01T10:00:00.123456789Z".parse().unwrap();
        let clock = SimulatedClock::new(start);
        let other: Arc<dyn Clock> = Arc::new(clock.clone());
        assert_eq!(other.now().to_string(), "2026-03-01T10:00:00.123456Z");
        clock.advance(SignedDuration::from_hours(24 * 7));
        assert_eq!(other.now().to_string(), "2026-03-08T10:00:00.123456Z");
        clock.set("2026-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(other.now().to_string(), "2026-01-01T00:00:00Z");
    }
}
