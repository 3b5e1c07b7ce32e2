//! What a print house reports of a letter, as it sends it: `POST /print/v1/jobs/{id}/reports`.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::domain::fields::{Fields, read_object};
use crate::domain::message::Violation;

/// Most characters of a tracking code.
pub const MAX_TRACKING_CODE: usize = 64;
/// Most characters of a signature.
pub const MAX_SIGNATURE: usize = 256;
/// How far a print house's clock may be ahead of ours.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportKind {
    /// The print house has it safely, and will print it once.
    Sent,
    /// Someone signed for it.
    ReceiptConfirmed,
    /// It came back.
    Returned,
    /// The post does not know what became of it.
    Unresolved,
}

impl ReportKind {
    /// Every kind by its name on the wire.
    pub const ALL: [(&'static str, Self); 4] = [
        ("sent", Self::Sent),
        ("receiptConfirmed", Self::ReceiptConfirmed),
        ("returned", Self::Returned),
        ("unresolved", Self::Unresolved),
    ];

    /// The state of a job after such a report, as it is stored.
    #[must_use]
    pub const fn state(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::ReceiptConfirmed => "receipt_confirmed",
            Self::Returned => "returned",
            Self::Unresolved => "unresolved",
        }
    }
}

/// A report. Debug shows neither code nor signature.
#[derive(Clone, PartialEq, Eq)]
pub struct Report {
    /// What became of the letter.
    pub kind: ReportKind,
    /// When, by the print house's clock.
    pub time: Option<Timestamp>,
    /// The post's tracking code; there for the three results.
    pub tracking_code: Option<String>,
    /// Who signed, as text; there for a confirmed receipt.
    pub signature: Option<String>,
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl Report {
    /// Reads a report that came at `now`.
    ///
    /// # Errors
    /// Every violation.
    pub fn parse(body: &[u8], now: Timestamp) -> Result<Self, Vec<Violation>> {
        read_object(body, |fields, found| {
            let kind = fields.choice("type", &ReportKind::ALL, found);
            let time = time(fields, now, found);
            let signed = kind == Some(ReportKind::ReceiptConfirmed);
            let result = kind.is_none_or(|kind| kind != ReportKind::Sent);
            let tracking_code = tracking_code(fields, kind.is_some() && result, found);
            let signature = fields.optional_text("recipientSignature", 1, MAX_SIGNATURE, found);
            if kind.is_some() && !result && fields.has("trackingCode") {
                found.push(out_of_place(fields, "trackingCode", "a result"));
            }
            if signed && signature == Some(None) {
                found.push(Violation::new(
                    fields.at("recipientSignature"),
                    "required",
                    "This field is required for receiptConfirmed: who signed for the letter.",
                ));
            }
            if kind.is_some() && !signed && fields.has("recipientSignature") {
                found.push(out_of_place(fields, "recipientSignature", "receiptConfirmed"));
            }
            Some(Self {
                kind: kind?,
                time: time?,
                tracking_code: tracking_code?,
                signature: signature?,
            })
        })
    }

    /// One text for all that it says: two reports are the same when these are.
    #[must_use]
    pub fn canonical(&self) -> String {
        serde_json::json!({
            "type": self.kind.state(),
            "time": self.time.map(|time| time.to_string()),
            "trackingCode": self.tracking_code,
            "recipientSignature": self.signature,
        })
        .to_string()
    }
}

fn out_of_place(fields: &Fields<'_, '_>, name: &str, of: &str) -> Violation {
    Violation::new(
        fields.at(name),
        "not-allowed",
        format!("This field belongs to {of} alone; leave it out."),
    )
}

/// The outer None only after a violation was added.
fn time(fields: &Fields<'_, '_>, now: Timestamp, found: &mut Vec<Violation>) -> Option<Option<Timestamp>> {
    let Some(text) = fields.optional_text("time", 1, 64, found)? else {
        return Some(None);
    };
    let wrong = match text.parse::<Timestamp>() {
        Ok(time) if time <= now.saturating_add(AHEAD).unwrap_or(now) => return Some(Some(time)),
        Ok(_) => ("in-the-future", "This time lies in the future."),
        Err(_) => (
            "bad-time",
            "This is no time. Write it as RFC 3339, such as 2026-03-02T10:00:00Z.",
        ),
    };
    found.push(Violation::new(fields.at("time"), wrong.0, wrong.1));
    None
}

/// The outer None only after a violation was added.
fn tracking_code(fields: &Fields<'_, '_>, required: bool, found: &mut Vec<Violation>) -> Option<Option<String>> {
    let code = fields.optional_text("trackingCode", 1, MAX_TRACKING_CODE, found)?;
    match &code {
        None if required => {
            let message = "This field is required: the post's tracking code of the letter.";
            found.push(Violation::new(fields.at("trackingCode"), "required", message));
            None
        }
        Some(code) if !code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') => {
            let message = "A tracking code has letters A-Z, digits and hyphens.";
            found.push(Violation::new(fields.at("trackingCode"), "bad-tracking-code", message));
            None
        }
        _ => Some(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<Report, Vec<(String, &'static str)>> {
        let now = "2026-03-02T10:00:00Z".parse().unwrap();
        Report::parse(body.as_bytes(), now)
            .map_err(|found| found.into_iter().map(|one| (one.pointer, one.code)).collect())
    }

    #[test]
    fn each_kind_has_its_fields() {
        assert_eq!(parse(r#"{"type":"sent"}"#).unwrap().kind, ReportKind::Sent);
        let signed = parse(
            r#"{"type":"receiptConfirmed","trackingCode":"JJFI1","recipientSignature":"H. M.","time":"2026-03-02T12:00:00+02:00"}"#,
        );
        let signed = signed.unwrap();
        assert_eq!(
            (signed.tracking_code.as_deref(), signed.signature.as_deref()),
            (Some("JJFI1"), Some("H. M."))
        );
        assert_eq!(signed.time, Some("2026-03-02T10:00:00Z".parse().unwrap()));
        assert!(!format!("{signed:?}").contains("JJFI1"));
        for kind in ["returned", "unresolved"] {
            assert!(parse(&format!(r#"{{"type":"{kind}","trackingCode":"A-1"}}"#)).is_ok());
        }
    }

    #[test]
    fn every_violation_is_named() {
        let wrong = |body: &str| parse(body).unwrap_err();
        let at = |pointer: &str, code| (pointer.to_owned(), code);
        assert_eq!(wrong("{}"), [at("/type", "required")]);
        assert_eq!(
            wrong(r#"{"type":"receiptConfirmed","time":"yesterday"}"#),
            [
                at("/time", "bad-time"),
                at("/trackingCode", "required"),
                at("/recipientSignature", "required")
            ]
        );
        assert_eq!(
            wrong(r#"{"type":"sent","trackingCode":"A","recipientSignature":"B","time":"2026-03-02T10:06:00Z"}"#),
            [
                at("/time", "in-the-future"),
                at("/trackingCode", "not-allowed"),
                at("/recipientSignature", "not-allowed")
            ]
        );
        assert_eq!(
            wrong(r#"{"type":"returned","trackingCode":"A B"}"#),
            [at("/trackingCode", "bad-tracking-code")]
        );
        let long = format!(r#"{{"type":"returned","trackingCode":"{}"}}"#, "A".repeat(65));
        assert_eq!(wrong(&long)[0].0, "/trackingCode");
        assert_eq!(
            wrong(r#"{"type":"sent","type":"returned"}"#)[0],
            at("/type", "duplicate-key")
        );
        assert_eq!(wrong("[]")[0].1, "wrong-type");
    }
}
