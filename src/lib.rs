//! Tiedoksi.

pub mod evidence;
