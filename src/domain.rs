//! Nouns and rules: what the hub talks about, without I/O and without async.
//!
//! Everything here is a value or a pure function of values: time and randomness come in as arguments, nothing is read from
//! disk or network, and no type knows how it is stored or shown over HTTP. Deliberately left out: anything that needs another
//! module of this crate.

pub mod attachment;
pub mod auditor;
pub mod browser;
pub mod consent;
pub mod contact;
pub mod deadline;
pub mod event;
pub(crate) mod fields;
pub mod folder;
pub mod id;
pub mod identity;
pub mod letter;
pub mod mail;
pub mod mandate;
pub mod markup;
pub mod message;
pub mod name;
pub mod network;
pub mod principal;
pub mod search;
pub mod time;
