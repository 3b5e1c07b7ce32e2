//! The integration tests: behaviour through the public doors, on both databases.

mod harness;
mod login;
