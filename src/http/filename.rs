//! The file name of a part of a form, as clients in use spell it.
//!
//! RFC 7578 wants the name's UTF-8 bytes in `filename`, and browsers send that. Others send `filename*` (RFC 8187), encoded words (RFC 2047; .NET
//! and Spring) or Latin-1. Every spelling gives the same name here. What cannot be decoded stays as it was sent. Left out: whether the name may
//! be used (`domain::attachment`).

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode;

/// The file name that a part's `Content-Disposition` gives: `filename*` before `filename`. None where there is neither; a name may be empty.
#[must_use]
pub fn filename(part: &HeaderMap) -> Option<String> {
    let parameters = parameters(part.get(header::CONTENT_DISPOSITION)?.as_bytes());
    let find = |wanted: &str| {
        parameters
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value)
    };
    find("filename*")
        .and_then(|value| extended(value))
        .or_else(|| find("filename").map(|value| plain(value)))
}

/// The name of the part itself, wherever in the header it stands and whatever the file's name holds.
#[must_use]
pub fn field_name(part: &HeaderMap) -> Option<String> {
    let parameters = parameters(part.get(header::CONTENT_DISPOSITION)?.as_bytes());
    let (_, value) = parameters.iter().find(|(name, _)| name == "name")?;
    Some(plain(value))
}

/// The parameters after the header's first word, names in lower case and values without their quotes.
fn parameters(header: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut rest = after(header, b';');
    while !rest.is_empty() {
        let end = rest
            .iter()
            .position(|byte| matches!(byte, b'=' | b';'))
            .unwrap_or(rest.len());
        let name = String::from_utf8_lossy(&rest[..end]).trim().to_ascii_lowercase();
        if rest.get(end) != Some(&b'=') {
            rest = rest.get(end + 1..).unwrap_or_default();
            continue;
        }
        let value = rest[end + 1..].trim_ascii_start();
        let (value, remaining) = match value.strip_prefix(b"\"") {
            Some(quoted) => {
                let (value, remaining) = unquote(quoted);
                (value, after(remaining, b';'))
            }
            None => {
                let end = value.iter().position(|byte| *byte == b';').unwrap_or(value.len());
                (value[..end].trim_ascii().to_vec(), after(value, b';'))
            }
        };
        rest = remaining;
        found.push((name, value));
    }
    found
}

/// What follows the first `mark`.
fn after(bytes: &[u8], mark: u8) -> &[u8] {
    let at = bytes.iter().position(|byte| *byte == mark);
    at.map_or(&[], |at| &bytes[at + 1..])
}

/// A quoted string without its quotes, and what follows it. A backslash before anything but `"` and `\` is itself: old browsers send whole paths.
fn unquote(bytes: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut value = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1)) {
            (b'"', _) => return (value, &bytes[at + 1..]),
            (b'\\', Some(next @ (b'"' | b'\\'))) => {
                value.push(*next);
                at += 1;
            }
            _ => value.push(*byte),
        }
        at += 1;
    }
    (value, &[])
}

/// `charset'language'percent-encoded` (RFC 8187 3.2); none where that is not what it is.
fn extended(value: &[u8]) -> Option<String> {
    let mut pieces = value.splitn(3, |byte| *byte == b'\'');
    let (charset, _language, encoded) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let bytes: Vec<u8> = percent_decode(encoded).collect();
    decode(std::str::from_utf8(charset).ok()?, &bytes)
}

/// A value without a charset of its own: encoded words, else UTF-8, else Latin-1, in which every byte is a character.
fn plain(value: &[u8]) -> String {
    match std::str::from_utf8(value) {
        Ok(text) => encoded_words(text).unwrap_or_else(|| text.to_owned()),
        Err(_) => latin_1(value),
    }
}

/// A text of nothing but encoded words (RFC 2047 2), which a long name is folded into; none where it is anything else.
fn encoded_words(text: &str) -> Option<String> {
    let mut words = text.split_ascii_whitespace().peekable();
    words.peek()?;
    // A character may be divided between two words, so bytes of one charset are decoded together.
    let (mut decoded, mut run): (String, Option<(String, Vec<u8>)>) = (String::new(), None);
    for word in words {
        let (charset, bytes) = encoded_word(word)?;
        match &mut run {
            Some((known, before)) if *known == charset => before.extend(bytes),
            _ => {
                if let Some((charset, bytes)) = run.replace((charset, bytes)) {
                    decoded.push_str(&decode(&charset, &bytes)?);
                }
            }
        }
    }
    let (charset, bytes) = run?;
    decoded.push_str(&decode(&charset, &bytes)?);
    Some(decoded)
}

/// `=?charset?B?base64?=` or `=?charset?Q?quoted?=`: its charset and bytes.
fn encoded_word(word: &str) -> Option<(String, Vec<u8>)> {
    let mut pieces = word.strip_prefix("=?")?.strip_suffix("?=")?.splitn(3, '?');
    let (charset, encoding, text) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let bytes = match encoding {
        "B" | "b" => STANDARD.decode(text).ok()?,
        "Q" | "q" => quoted_printable(text.as_bytes())?,
        _ => return None,
    };
    // A language may follow the charset (RFC 2231 5).
    let charset = charset.split('*').next().unwrap_or(charset);
    Some((charset.to_ascii_lowercase(), bytes))
}

fn quoted_printable(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'=' => {
                bytes.extend(hex::decode(text.get(at + 1..at + 3)?).ok()?);
                at += 2;
            }
            b'_' => bytes.push(b' '),
            _ => bytes.push(*byte),
        }
        at += 1;
    }
    Some(bytes)
}

fn decode(charset: &str, bytes: &[u8]) -> Option<String> {
    match charset.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" | "us-ascii" => String::from_utf8(bytes.to_vec()).ok(),
        "iso-8859-1" | "latin1" => Some(latin_1(bytes)),
        _ => None,
    }
}

fn latin_1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn named(disposition: &[u8]) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CONTENT_DISPOSITION,
            HeaderValue::from_bytes(disposition).unwrap(),
        );
        filename(&headers)
    }

    #[test]
    fn every_spelling_in_use_gives_the_same_name() {
        for disposition in [
            "form-data; name=\"file\"; filename=\"päätös 1.pdf\"".as_bytes(),
            b"form-data; name=\"file\"; filename=\"p\xe4\xe4t\xf6s 1.pdf\"",
            b"form-data; name=file; filename=x.pdf; filename*=UTF-8''p%C3%A4%C3%A4t%C3%B6s%201.pdf",
            b"form-data; name=file; filename*=utf-8'fi'p%c3%a4%c3%a4t%c3%b6s%201.pdf; filename=\"x.pdf\"",
            b"form-data; name=file; filename*=iso-8859-1''p%E4%E4t%F6s%201.pdf",
            b"form-data; name=file; filename=\"=?utf-8?B?cMOkw6R0w7ZzIDEucGRm?=\"",
            b"form-data; name=file; filename==?utf-8?B?cMOkw6R0w7ZzIDEucGRm?=",
            b"form-data; name=\"file\"; filename=\"=?UTF-8?Q?p=C3=A4=C3=A4t=C3=B6s_1.pdf?=\"",
            b"form-data; name=\"file\"; filename=\"=?UTF-8?Q?p=C3=A4=C3?= =?UTF-8?Q?=A4t=C3=B6s_1.pdf?=\"",
            b"form-data; name=\"file\"; filename=\"=?iso-8859-1?q?p=E4=E4t=F6s_1.pdf?=\"",
            "form-data; FileName = \"päätös 1.pdf\" ; name=\"file\"".as_bytes(),
        ] {
            assert_eq!(
                named(disposition).as_deref(),
                Some("päätös 1.pdf"),
                "{}",
                String::from_utf8_lossy(disposition)
            );
        }
    }

    #[test]
    fn quotes_semicolons_and_paths_stay_in_the_name() {
        let cases: [(&[u8], &str); 6] = [
            (br#"form-data; filename="a \"b\" c.pdf"; name=file"#, "a \"b\" c.pdf"),
            (
                br#"form-data; filename="a; name=x; filename*=y.pdf""#,
                "a; name=x; filename*=y.pdf",
            ),
            (br#"form-data; filename="C:\omat\a.pdf""#, r"C:\omat\a.pdf"),
            (br#"form-data; filename="a\\b.pdf""#, r"a\b.pdf"),
            (b"form-data; name=file; filename=\"100%25.pdf\"", "100%25.pdf"),
            (b"form-data; filename=\"unfinished.pdf", "unfinished.pdf"),
        ];
        for (disposition, name) in cases {
            assert_eq!(named(disposition).as_deref(), Some(name));
        }
    }

    #[test]
    fn the_part_is_found_whatever_its_file_is_called() {
        let mut headers = HeaderMap::new();
        let disposition = HeaderValue::from_static("form-data; filename=\"a; name=x\"; name=\"file\"");
        headers.insert(header::CONTENT_DISPOSITION, disposition);
        assert_eq!(field_name(&headers).as_deref(), Some("file"));
    }

    #[test]
    fn what_cannot_be_decoded_stays_as_it_was_sent() {
        let cases: [(&[u8], Option<&str>); 7] = [
            (
                b"form-data; filename=\"a.pdf\"; filename*=koi8-r''%C1.pdf",
                Some("a.pdf"),
            ),
            (
                b"form-data; filename=\"a.pdf\"; filename*=utf-8''%FF.pdf",
                Some("a.pdf"),
            ),
            (b"form-data; filename=\"=?utf-8?B?!?=\"", Some("=?utf-8?B?!?=")),
            (b"form-data; filename=\"=?utf-8?Q?=C?=\"", Some("=?utf-8?Q?=C?=")),
            (b"form-data; filename=\"\"", Some("")),
            (b"form-data; name=\"file\"; filename", None),
            (b"form-data", None),
        ];
        for (disposition, name) in cases {
            assert_eq!(named(disposition).as_deref(), name);
        }
    }
}
