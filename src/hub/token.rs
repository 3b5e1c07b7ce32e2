//! Tokens of machine clients, and what is remembered of them for seconds.

/// What is remembered for seconds.
#[derive(Debug)]
pub struct Caches {}
impl Caches {
    /// Empty caches.
    pub fn new() -> Self {
        Self {}
    }
}
