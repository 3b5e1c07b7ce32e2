//! The integration tests: behaviour through the public doors, on both databases.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod a4;
mod bad_input;
mod bad_paper;
mod bearer;
mod choices;
mod clamd;
mod contact;
mod content;
mod contract;
mod crash;
mod docs;
mod doors;
mod harness;
mod idp;
mod layers;
mod letters;
mod login;
mod mail;
mod main_job;
mod malware;
mod multichannel;
mod oauth;
mod openapi;
mod postbox;
mod process;
mod rules;
mod s3;
mod secrets;
mod sender;
mod v1;
mod wire;
