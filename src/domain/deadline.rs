//! When a document counts as served, and when the time for appeal ends: service-of-notice rules as data.
//!
//! The *event* is evidence; the date computed here is an opinion that anyone must be able to compute again. So a rule set and
//! its calendar are dated files whose exact bytes are hashed, and an [`Outcome`] carries both hashes, its inputs and the steps
//! that led to it. Left out: rebuttal of a presumption (two outcomes, compared by whoever needs both), the hour at which an
//! office closes, and any judgement of what a late retrieval is worth.

mod calendar;
mod count;
mod engine;
mod outcome;
mod rules;
mod ruleset;
mod stated;

pub use calendar::{Calendar, NonWorkingDay};
pub use engine::compute;
pub use outcome::{Appeal, DeadlineError, Inputs, Outcome, Served, State};
pub use rules::{
    EarlyAccess, Length, ModeRules, OnExpiry, Period, PeriodStart, Roll, ServedRule, ServiceMode, Trigger, Unit, Window,
};
pub use ruleset::{RuleSet, RuleSetError, RuleSets};
pub use stated::{NoPeriod, StatedPeriod};

/// SHA-256 of a file's bytes.
fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    let mut hash = [0; 32];
    hash.copy_from_slice(digest.as_ref());
    hash
}
