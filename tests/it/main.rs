//! The integration tests: behaviour through the public doors, on both databases.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod harness;
mod idp;
mod login;
