//! The integration tests: behaviour through the public doors, on both databases.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod a4;
mod access_log;
mod agent;
mod agents;
mod bad_input;
mod bad_paper;
mod bearer;
mod citizen;
mod clamd;
mod content;
mod contract;
mod crash;
mod docs;
mod doors;
mod drafts;
mod export;
mod folders;
mod gate;
mod harness;
mod idp;
mod layers;
mod letters;
mod login;
mod mailboxes;
mod main_job;
mod malware;
mod mandates;
mod multichannel;
mod oauth;
mod openapi;
mod outsider;
mod process;
mod proofs;
mod rules;
mod s3;
mod search;
mod secrets;
mod sender;
mod sessions;
mod threads;
mod v1;
mod wire;
mod writing;
mod zip;
