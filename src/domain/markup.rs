//! How a message's body is shown.

/// How a body is written; the wire's `bodyFormat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyFormat {
    /// Plain text.
    Text,
    /// A subset of CommonMark.
    Markdown,
}
