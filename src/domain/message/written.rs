//! What a citizen writes to an authority, a reply or a new message, ready to be sent.

use std::fmt;

use super::violation::Violation;
use crate::domain::fields::check_length;

/// A valid text that no one has accepted yet. Always plain text.
#[derive(Clone, PartialEq, Eq)]
pub struct Written {
    /// 1-256 characters, as written.
    pub title: String,
    /// 1-40 000 characters, as written.
    pub body: String,
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Written").finish_non_exhaustive()
    }
}

impl Written {
    /// Most characters of a title.
    pub const MAX_TITLE: usize = 256;
    /// Most characters of a body.
    pub const MAX_BODY: usize = 40_000;
    /// Most files of one message. Our choice; the contract is silent.
    pub const MAX_FILES: usize = 10;

    /// Checks a text. Title and body of white space alone count as empty.
    ///
    /// # Errors
    /// Every violation, with pointers `/title` and `/body`.
    pub fn parse(title: &str, body: &str) -> Result<Self, Vec<Violation>> {
        let mut found = Vec::new();
        check_text(title, Self::MAX_TITLE, "/title", &mut found);
        check_text(body, Self::MAX_BODY, "/body", &mut found);
        if found.is_empty() {
            Ok(Self {
                title: title.to_owned(),
                body: body.to_owned(),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(title: &str, body: &str) -> Vec<(String, &'static str)> {
        let found = Written::parse(title, body).unwrap_err();
        found.into_iter().map(|v| (v.pointer, v.code)).collect()
    }

    #[test]
    fn a_text_is_kept_as_written() {
        let written = Written::parse(" Otsikko", "a\r\nb ").unwrap();
        assert_eq!((written.title.as_str(), written.body.as_str()), (" Otsikko", "a\r\nb "));
        assert!(Written::parse(&"ä".repeat(256), &"ä".repeat(40_000)).is_ok());
    }

    #[test]
    fn every_violation_is_named() {
        assert_eq!(
            codes("  ", ""),
            [("/title".into(), "required"), ("/body".into(), "required")]
        );
        let long = codes(&"ä".repeat(257), &"ä".repeat(40_001));
        assert_eq!(long, [("/title".into(), "too-long"), ("/body".into(), "too-long")]);
        assert_eq!(codes("a\0", "b"), [("/title".into(), "not-allowed-character")]);
    }
}
