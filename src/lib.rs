//! Tiedoksi.

pub mod domain;
