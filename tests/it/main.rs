//! The integration tests: behaviour through the public doors, on both databases.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod a4;
mod access_log;
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
mod export;
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
mod outsider;
mod postbox;
mod process;
mod proofs;
mod rules;
mod s3;
mod search;
mod secrets;
mod sender;
mod v1;
mod wire;
mod zip;
