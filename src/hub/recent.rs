//! What is remembered for seconds, by two clocks.
//!
//! An entry is forgotten as soon as either clock says so: the hub's, which tests advance, or the machine's steady one, which no one can set
//! back. At most 10 000 entries; what does not fit is read anew.

use std::hash::Hash;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use moka::sync::Cache;

pub(super) struct Recent<K, V> {
    entries: Cache<K, (Timestamp, V)>,
    time: SignedDuration,
}

impl<K, V> std::fmt::Debug for Recent<K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recent")
            .field("time", &self.time)
            .finish_non_exhaustive()
    }
}

impl<K, V> Recent<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    pub(super) fn new(time: Duration) -> Self {
        Self {
            entries: Cache::builder().max_capacity(10_000).time_to_live(time).build(),
            time: SignedDuration::try_from(time).unwrap_or_default(),
        }
    }

    pub(super) fn get(&self, key: &K, now: Timestamp) -> Option<V> {
        let (since, value) = self.entries.get(key)?;
        let age = now.duration_since(since);
        (age >= SignedDuration::ZERO && age < self.time).then_some(value)
    }

    /// `now` is when the value was found to be true.
    pub(super) fn insert(&self, key: K, value: V, now: Timestamp) {
        self.entries.insert(key, (now, value));
    }

    pub(super) fn clear(&self) {
        self.entries.invalidate_all();
    }
}
