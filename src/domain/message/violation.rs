//! One thing wrong with a request, with the place where it is wrong.

use serde::Serialize;

/// A violation: where, what kind, and what to do. Never echoes what was sent, which may be personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{pointer}: {message}")]
pub struct Violation {
    /// RFC 6901 JSON pointer to the field; empty for the whole body. For a form, `/` and the field's name.
    pub pointer: String,
    /// Stable kebab-case code for programs: `required`, `wrong-type`, `too-long`, `too-short`, `too-many`, `too-few`,
    /// `not-allowed-value`, `not-allowed-character`, `duplicate`, `duplicate-key`, `bad-identity`, `bad-uuid`, `bad-json`,
    /// `bad-utf8`, `unknown-v1-field`, `misplaced-field`.
    pub code: &'static str,
    /// Plain English for a person: what is wrong and what to do.
    pub message: String,
}

impl Violation {
    /// A violation at `pointer`.
    pub fn new(pointer: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            message: message.into(),
        }
    }
}
