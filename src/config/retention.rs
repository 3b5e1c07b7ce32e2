//! `[retention]`: how long content and evidence are kept.

use serde::Deserialize;

/// `[retention]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Days after which the content of a message is erased for everybody; without it, it is kept until it is erased by order.
    pub content_days: Option<u32>,
    /// Years for which the evidence of a message without content is kept after the last event of its delivery.
    pub evidence_years: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            content_days: None,
            evidence_years: 10,
        }
    }
}

impl Retention {
    /// The years of evidence as days, a leap day in each four begun.
    #[must_use]
    pub const fn evidence_days(&self) -> u32 {
        self.evidence_years
            .saturating_mul(365)
            .saturating_add(self.evidence_years.div_ceil(4))
    }
}
