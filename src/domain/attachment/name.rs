//! The name of an uploaded file: kept as the sender gave it, shown and offered for download so that it cannot mislead.

use std::fmt::{self, Write as _};

use unicode_normalization::UnicodeNormalization;

/// Why a text cannot be a file's name, in the words of the answer (400).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileNameError {
    /// Nothing, or white space alone.
    #[error("The file has no name; give it one with the extension of its type, for example decision.pdf.")]
    Empty,
    /// More than 255 characters.
    #[error("The file name is longer than 255 characters; shorten it.")]
    TooLong,
    /// The NUL character, which no database column can hold.
    #[error("The file name holds the NUL character (U+0000); remove it.")]
    Nul,
}

/// How a browser is to treat a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// Show it.
    Inline,
    /// Save it.
    Attachment,
}

/// A file's name as given, of 1-255 code points counted in NFC. Debug redacts it, since names of files name people.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FileName(String);

impl FileName {
    /// Most characters, in Unicode code points of the name in NFC: however it is spelled, the same name counts the same.
    pub const MAX_CHARS: usize = 255;

    /// Takes a name as the client sent it.
    ///
    /// # Errors
    /// See [`FileNameError`].
    pub fn parse(text: &str) -> Result<Self, FileNameError> {
        // No text grows less than threefold by NFC; this only bounds the work on hostile input.
        if text.len() > Self::MAX_CHARS * 16 {
            return Err(FileNameError::TooLong);
        }
        if text.trim().is_empty() {
            Err(FileNameError::Empty)
        } else if text.contains('\0') {
            Err(FileNameError::Nul)
        } else if text.nfc().count() > Self::MAX_CHARS {
            Err(FileNameError::TooLong)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The name as given, in the spelling it came in: what is stored and what the contract's API answers. Not for paths and not for headers.
    #[must_use]
    pub fn as_given(&self) -> &str {
        &self.0
    }

    /// The name for people, in NFC: path separators, control characters, and characters that reorder or hide text become `_`.
    #[must_use]
    pub fn display(&self) -> String {
        self.0.nfc().map(|c| if misleads(c) { '_' } else { c }).collect()
    }

    /// The value of a `Content-Disposition` header (RFC 6266), the name in ASCII and in UTF-8 (RFC 8187). A device's name gets a `_` in front.
    #[must_use]
    pub fn content_disposition(&self, disposition: Disposition) -> String {
        let kind = match disposition {
            Disposition::Inline => "inline",
            Disposition::Attachment => "attachment",
        };
        let mut name = self.display();
        if is_device(&name) {
            name.insert(0, '_');
        }
        let ascii: String = name.nfd().filter_map(ascii_fallback).collect();
        let mut value = format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''");
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
                value.push(char::from(byte));
            } else {
                // Writing to a String does not fail.
                let _ = write!(value, "%{byte:02X}");
            }
        }
        value
    }
}

/// ä becomes a; other marks and letters become `_`, as do the characters that end or escape a quoted string, and `%`, which some
/// browsers decode.
fn ascii_fallback(c: char) -> Option<char> {
    match c {
        '\u{300}'..='\u{36f}' => None,
        '"' | '\\' | '%' => Some('_'),
        ' '..='~' => Some(c),
        _ => Some('_'),
    }
}

/// Whether Windows takes a file of this name for a device, whatever its extension.
pub(super) fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim().to_ascii_uppercase();
    let is_port = stem
        .strip_prefix("COM")
        .or(stem.strip_prefix("LPT"))
        .is_some_and(|port| {
            matches!(
                port,
                "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
            )
        });
    is_port || matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
}

fn misleads(c: char) -> bool {
    c.is_control()
        || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

impl fmt::Debug for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileName(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> FileName {
        FileName::parse(text).unwrap()
    }

    #[test]
    fn names_are_kept_as_given_and_bounded() {
        let apart = "pa\u{308}a\u{308}to\u{308}s.pdf";
        assert_eq!(name(apart).as_given(), apart);
        assert_eq!(name(apart).display(), "päätös.pdf");
        let header = |text| name(text).content_disposition(Disposition::Attachment);
        assert_eq!(header(apart), header("päätös.pdf"));
        assert!(FileName::parse(&"ä".repeat(255)).is_ok());
        assert_eq!(
            FileName::parse(&"a\u{308}".repeat(255)).unwrap().as_given(),
            "a\u{308}".repeat(255)
        );
        let long = "a\u{308}".repeat(256);
        assert_eq!(FileName::parse(&long), Err(FileNameError::TooLong));
        assert_eq!(FileName::parse(&"ä".repeat(256)), Err(FileNameError::TooLong));
        assert_eq!(FileName::parse(&"x".repeat(100_000)), Err(FileNameError::TooLong));
        assert_eq!(FileName::parse(" \t"), Err(FileNameError::Empty));
        assert_eq!(FileName::parse("a\0.pdf"), Err(FileNameError::Nul));
        assert_eq!(format!("{:?}", name("a.pdf")), "FileName(redacted)");
    }

    #[test]
    fn refusals_are_sentences_that_say_what_to_do() {
        for error in [FileNameError::Empty, FileNameError::TooLong, FileNameError::Nul] {
            let text = error.to_string();
            assert!(
                text.starts_with("The file ") && text.contains("; ") && text.ends_with('.'),
                "{text}"
            );
        }
    }

    #[test]
    fn names_cannot_mislead() {
        assert_eq!(name("../../etc/passwd").display(), ".._.._etc_passwd");
        assert_eq!(name(r"C:\Users\a.pdf").display(), "C__Users_a.pdf");
        assert_eq!(name("x\u{202e}fdp.exe").display(), "x_fdp.exe");
        assert_eq!(name("a\r\nSet-Cookie: x.pdf").display(), "a__Set-Cookie_ x.pdf");
        assert_eq!(name("päätös 1.pdf").display(), "päätös 1.pdf");
    }

    #[test]
    fn headers_carry_both_forms() {
        let header = |text| name(text).content_disposition(Disposition::Attachment);
        assert_eq!(
            header("a.pdf"),
            "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf"
        );
        let finnish = "attachment; filename=\"paatos 1.pdf\"; filename*=UTF-8''p%C3%A4%C3%A4t%C3%B6s%201.pdf";
        assert_eq!(header("päätös 1.pdf"), finnish);
        assert_eq!(
            header("a\"; filename=b\r\nX: y\u{202e}.pdf"),
            "attachment; filename=\"a_; filename=b__X_ y_.pdf\"; filename*=UTF-8''a_%3B%20filename%3Db__X_%20y_.pdf"
        );
        assert_eq!(
            header("50%'€.pdf"),
            "attachment; filename=\"50_'_.pdf\"; filename*=UTF-8''50%25%27%E2%82%AC.pdf"
        );
        assert!(
            name("a.pdf")
                .content_disposition(Disposition::Inline)
                .starts_with("inline; ")
        );
    }

    #[test]
    fn no_device_is_written_to() {
        let header = |text| name(text).content_disposition(Disposition::Attachment);
        for device in ["CON.pdf", "nul.tar.pdf", "Com1.pdf", "LPT9 .pdf", "aux"] {
            assert!(header(device).contains(&format!("filename=\"_{device}\"")), "{device}");
        }
        assert!(header("COM¹.pdf").contains("filename=\"_COM_.pdf\""));
        for fine in ["CONTROL.pdf", "a.con", "COM10.pdf", "COM.pdf"] {
            assert!(header(fine).contains(&format!("filename=\"{fine}\"")), "{fine}");
        }
    }

    proptest! {
        #[test]
        fn headers_are_one_line_of_ascii(text in ".{1,60}") {
            let Ok(name) = FileName::parse(&text) else { return Ok(()) };
            let header = name.content_disposition(Disposition::Attachment);
            prop_assert!(header.bytes().all(|b| matches!(b, b' '..=b'~')));
            prop_assert_eq!(header.matches('"').count(), 2);
        }
    }
}
