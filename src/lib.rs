//! Tiedoksi: an open, self-hosted hub for official messages.

pub mod auth;
pub mod cli;
pub mod config;
pub mod domain;
pub mod evidence;
pub mod http;
pub mod hub;
pub mod objects;
pub mod store;
pub mod telemetry;
pub mod vault;
pub mod worker;
