//! The write lane.
use crate::store::Db;
/// The lane.
#[derive(Debug)]
pub struct Lane {}
impl Lane {
    /// Starts the writers.
    pub fn start(db: Db, queue: usize, share: bool) -> Self {
        let _ = (db, queue, share);
        Self {}
    }
}
/// Message ids.
#[derive(Debug, Default)]
pub struct MessageIds {}
