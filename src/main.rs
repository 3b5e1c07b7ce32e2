//! Tiedoksi's binary.
fn main() {}
