//! What tells the formats made of text apart: they have no magic number, so this asks what their first bytes can and cannot be.

use serde::de::IgnoredAny;

use super::HEAD_BYTES;

/// UTF-8, or text in an old single-byte encoding: no control characters, and nothing that a browser or a reader might take for a document.
pub(super) fn is_text(head: &[u8]) -> bool {
    let begin = beginning(head);
    let begins = |mark: &[u8]| begin.get(..mark.len()).is_some_and(|it| it.eq_ignore_ascii_case(mark));
    let is_markup = [&b"<!doctype"[..], b"<?xml", b"<!--"].into_iter().any(begins);
    has_no_controls(head) && !is_markup && !begin.starts_with(b"#!")
}

/// JSON as far as it can be seen (RFC 8259): the whole of a short file, the beginning of a long one.
pub(super) fn is_json(head: &[u8]) -> bool {
    let whole = head.len() < HEAD_BYTES;
    let in_utf8 = std::str::from_utf8(head).map_or_else(|error| !whole && error.error_len().is_none(), |_| true);
    let parsed = serde_json::from_slice::<IgnoredAny>(without_bom(head));
    in_utf8 && parsed.map_or_else(|error| !whole && error.is_eof(), |_| true)
}

/// XML that is data: begins with a declaration or an element, and is not a page, a picture or a style sheet, which run in a browser. It may name a
/// style sheet, as Finvoice does.
pub(super) fn is_xml(head: &[u8]) -> bool {
    let mut begin = beginning(head).strip_prefix(b"<").unwrap_or_default().iter();
    let opens = begin
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || b"?!_".contains(c) || *c >= 0x80);
    let lower = head.to_ascii_lowercase();
    let runs = [
        &b"http://www.w3.org/1999/xhtml"[..],
        b"http://www.w3.org/2000/svg",
        b"http://www.w3.org/1999/xsl/transform",
    ]
    .iter()
    .any(|it| lower.windows(it.len()).any(|at| at == *it));
    opens && has_no_controls(head) && !runs
}

/// RTF up to its version, which every writer gives.
pub(super) fn is_rtf(head: &[u8]) -> bool {
    head.starts_with(b"{\\rtf")
}

fn has_no_controls(head: &[u8]) -> bool {
    head.iter()
        .all(|byte| matches!(byte, b'\t' | b'\n' | 0x0C | b'\r' | 0x20..=0x7E | 0x80..))
}

fn without_bom(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head)
}

/// What stands first after a byte order mark and white space.
pub(super) fn beginning(head: &[u8]) -> &[u8] {
    without_bom(head).trim_ascii_start()
}
