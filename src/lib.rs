//! Tiedoksi.
