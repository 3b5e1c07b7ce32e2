//! Tiedoksi: an open, self-hosted hub for official messages.

pub mod domain;
pub mod objects;
pub mod store;
pub mod vault;
