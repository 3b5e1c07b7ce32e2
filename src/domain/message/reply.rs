//! A citizen's reply, as a form or an API of ours hands it in.

use std::fmt;

use super::violation::Violation;
use crate::domain::fields::check_length;
use crate::domain::id::AttachmentId;

/// A valid reply that no one has accepted yet. Always plain text.
#[derive(Clone, PartialEq, Eq)]
pub struct ReplyDraft {
    /// 1-256 characters, as written.
    pub title: String,
    /// 1-40 000 characters, as written.
    pub body: String,
    /// 0-10 uploads, each once.
    pub attachments: Vec<AttachmentId>,
}

impl fmt::Debug for ReplyDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyDraft").finish_non_exhaustive()
    }
}

impl ReplyDraft {
    /// Most attachments of one reply. Our choice; the contract is silent.
    pub const MAX_ATTACHMENTS: usize = 10;

    /// Checks a reply. Title and body of white space alone count as empty; attachments are upload ids as text.
    ///
    /// # Errors
    /// Every violation, with pointers `/title`, `/body`, `/attachments` and `/attachments/N`.
    pub fn parse<S: AsRef<str>>(title: &str, body: &str, attachments: &[S]) -> Result<Self, Vec<Violation>> {
        let mut found = Vec::new();
        check_text(title, 256, "/title", &mut found);
        check_text(body, 40_000, "/body", &mut found);
        let ids = check_attachments(attachments, &mut found);
        if found.is_empty() {
            Ok(Self {
                title: title.to_owned(),
                body: body.to_owned(),
                attachments: ids,
            })
        } else {
            Err(found)
        }
    }
}

fn check_text(text: &str, max: usize, pointer: &str, found: &mut Vec<Violation>) {
    if text.contains('\0') {
        found.push(Violation::new(
            pointer,
            "not-allowed-character",
            "The NUL character (U+0000) is not allowed; remove it.",
        ));
    }
    if text.trim().is_empty() {
        found.push(Violation::new(pointer, "required", "Write something here."));
    } else {
        check_length(text, 1, max, || pointer.to_owned(), found);
    }
}

fn check_attachments<S: AsRef<str>>(attachments: &[S], found: &mut Vec<Violation>) -> Vec<AttachmentId> {
    let mut ids = Vec::new();
    if attachments.len() > ReplyDraft::MAX_ATTACHMENTS {
        let message = format!(
            "There are {} attachments; at most {} are allowed.",
            attachments.len(),
            ReplyDraft::MAX_ATTACHMENTS
        );
        found.push(Violation::new("/attachments", "too-many", message));
        return ids;
    }
    for (index, text) in attachments.iter().enumerate() {
        let pointer = format!("/attachments/{index}");
        match text.as_ref().parse() {
            Ok(id) if ids.contains(&id) => {
                found.push(Violation::new(
                    pointer,
                    "duplicate",
                    "This attachment is there already; remove one.",
                ));
            }
            Ok(id) => ids.push(id),
            Err(_) => found.push(Violation::new(
                pointer,
                "bad-uuid",
                "This is not an uploaded file; upload it again.",
            )),
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPLOAD: &str = "018f3b2e-0000-7000-8000-000000000001";

    fn codes(title: &str, body: &str, attachments: &[&str]) -> Vec<(String, &'static str)> {
        let found = ReplyDraft::parse(title, body, attachments).unwrap_err();
        found.into_iter().map(|v| (v.pointer, v.code)).collect()
    }

    #[test]
    fn a_reply_is_kept_as_written() {
        let reply = ReplyDraft::parse(" Otsikko", "a\r\nb ", &[UPLOAD]).unwrap();
        assert_eq!(
            (reply.title.as_str(), reply.body.as_str(), reply.attachments.len()),
            (" Otsikko", "a\r\nb ", 1)
        );
        assert!(ReplyDraft::parse::<&str>(&"ä".repeat(256), &"ä".repeat(40_000), &[]).is_ok());
    }

    #[test]
    fn every_violation_is_named() {
        assert_eq!(
            codes("  ", "", &[]),
            [("/title".into(), "required"), ("/body".into(), "required")]
        );
        let long = codes(&"ä".repeat(257), &"ä".repeat(40_001), &[UPLOAD, "x", UPLOAD]);
        let expected = [
            ("/title", "too-long"),
            ("/body", "too-long"),
            ("/attachments/1", "bad-uuid"),
            ("/attachments/2", "duplicate"),
        ];
        assert_eq!(long, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
        assert_eq!(codes("a", "b", &["x"; 11]), [("/attachments".into(), "too-many")]);
        assert_eq!(codes("a\0", "b", &[]), [("/title".into(), "not-allowed-character")]);
    }
}
