//! The integration tests: behaviour through the public doors, on both databases.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod doors;
mod harness;
mod idp;
mod login;
mod main_job;
mod sender;
