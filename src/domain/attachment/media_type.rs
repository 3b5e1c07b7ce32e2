//! The media types of the contract (1.9), and how a file's is found out.

use std::fmt;
use std::str::FromStr;

use infer::MatcherType;

use super::name::FileName;

macro_rules! media_types {
    ($($(#[$doc:meta])* $name:ident = $wire:literal [$($extension:literal),+],)+) => {
        /// A permitted media type.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum MediaType {
            $($(#[$doc])* $name,)+
        }

        impl MediaType {
            /// All permitted types.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The type as a `Content-Type` names it, also the stored form.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $wire,)+
                }
            }

            fn of_extension(extension: &str) -> Option<Self> {
                match extension {
                    $($($extension)|+ => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

media_types! {
    /// Word before 2007.
    Doc = "application/msword" ["doc"],
    /// PDF.
    Pdf = "application/pdf" ["pdf"],
    /// Excel before 2007.
    Xls = "application/vnd.ms-excel" ["xls"],
    /// PowerPoint before 2007.
    Ppt = "application/vnd.ms-powerpoint" ["ppt"],
    /// OpenDocument spreadsheet.
    Ods = "application/vnd.oasis.opendocument.spreadsheet" ["ods"],
    /// OpenDocument text.
    Odt = "application/vnd.oasis.opendocument.text" ["odt"],
    /// PowerPoint since 2007.
    Pptx = "application/vnd.openxmlformats-officedocument.presentationml.presentation" ["pptx"],
    /// Excel since 2007.
    Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" ["xlsx"],
    /// Word since 2007.
    Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document" ["docx"],
    /// JPEG image.
    Jpeg = "image/jpeg" ["jpg", "jpeg"],
    /// PNG image.
    Png = "image/png" ["png"],
    /// Plain text.
    Text = "text/plain" ["txt"],
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MediaType {
    type Err = TypeRefused;

    /// Reads the stored form.
    fn from_str(text: &str) -> Result<Self, TypeRefused> {
        Self::ALL
            .iter()
            .copied()
            .find(|it| it.as_str() == text)
            .ok_or(TypeRefused::NotAllowed)
    }
}

/// Why a file is not accepted: the answer is 415.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TypeRefused {
    /// The name has no extension.
    #[error("The file name has no extension; name the file with the extension of its type, for example .pdf.")]
    NoExtension,
    /// The extension belongs to no permitted type.
    #[error(
        "This type of file is not accepted; send one of pdf, jpg, jpeg, png, doc, docx, xls, xlsx, ppt, pptx, odt, ods, txt."
    )]
    NotAllowed,
    /// An extension of a program hides before the last one.
    #[error("The file name hides the extension of a program; rename the file.")]
    HiddenExtension,
    /// There is no content.
    #[error("The file is empty.")]
    Empty,
    /// The content is something else than the extension says.
    #[error("The content of the file is not of the type that its extension says.")]
    Mismatch,
}

/// Extensions that a system somewhere runs when the file is opened.
const PROGRAMS: &[&str] = &[
    "apk", "app", "bat", "cmd", "cpl", "dll", "exe", "hta", "jar", "js", "jse", "lnk", "msi", "pif", "ps1", "reg",
    "scr", "sh", "vbe", "vbs", "wsf",
];

const COMPOUND_FILE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
const ZIP_ENTRY: &[u8] = b"PK\x03\x04";

/// Decides a file's type from its name and its first bytes, up to [`super::HEAD_BYTES`] of them.
///
/// # Errors
/// See [`TypeRefused`]: when name and content do not both say the same permitted type.
pub fn decide_type(name: &FileName, head: &[u8]) -> Result<MediaType, TypeRefused> {
    let visible = name.display().to_lowercase();
    let mut parts = visible.trim_end().split('.').rev();
    let extension = parts.next().unwrap_or_default();
    // A name of one part, or of a leading dot alone, has no extension.
    let stem: Vec<_> = parts.collect();
    if extension.is_empty() || stem.iter().all(|part| part.is_empty()) {
        return Err(TypeRefused::NoExtension);
    }
    let media_type = MediaType::of_extension(extension).ok_or(TypeRefused::NotAllowed)?;
    // The last of the stem's parts is the name itself.
    if stem
        .iter()
        .take(stem.len() - 1)
        .any(|part| PROGRAMS.contains(&part.trim_matches(['_', ' '])))
    {
        return Err(TypeRefused::HiddenExtension);
    }
    if head.is_empty() {
        return Err(TypeRefused::Empty);
    }
    if content_fits(media_type, head) {
        Ok(media_type)
    } else {
        Err(TypeRefused::Mismatch)
    }
}

fn content_fits(media_type: MediaType, head: &[u8]) -> bool {
    let sniffed = infer::get(head);
    match media_type {
        MediaType::Pdf => head.trim_ascii_start().starts_with(b"%PDF-"),
        MediaType::Jpeg | MediaType::Png => sniffed.is_some_and(|it| it.mime_type() == media_type.as_str()),
        MediaType::Doc | MediaType::Xls | MediaType::Ppt => head.starts_with(COMPOUND_FILE),
        MediaType::Odt | MediaType::Ods => zip_fits(media_type, head),
        MediaType::Docx | MediaType::Xlsx | MediaType::Pptx => zip_fits(media_type, head),
        // Binary formats hold control characters; without any, a text that begins with `BM` is no bitmap.
        MediaType::Text => is_text(head) && sniffed.is_none_or(|it| it.matcher_type() != MatcherType::Text),
    }
}

/// A ZIP whose first entry does not speak for another type. OpenDocument names its type in that entry; the others name
/// nothing that early, so their extension decides between them unless a folder gives them away.
fn zip_fits(media_type: MediaType, head: &[u8]) -> bool {
    if !head.starts_with(ZIP_ENTRY) {
        return false;
    }
    let Some((entry, content)) = first_entry(head) else {
        return false;
    };
    let open_document = matches!(media_type, MediaType::Odt | MediaType::Ods);
    if entry == b"mimetype" {
        let named = media_type.as_str().as_bytes();
        // A template's type only begins with the document's; what follows must be the next entry.
        return open_document && content.strip_prefix(named).is_some_and(|rest| rest.starts_with(b"PK"));
    }
    let known = |names: &[&[u8]]| names.iter().any(|name| entry.starts_with(name));
    if open_document {
        return known(&[
            b"content.xml",
            b"meta.xml",
            b"settings.xml",
            b"styles.xml",
            b"Thumbnails/",
            b"META-INF/manifest.xml",
        ]);
    }
    let own: &[u8] = match media_type {
        MediaType::Docx => b"word/",
        MediaType::Xlsx => b"xl/",
        _ => b"ppt/",
    };
    known(&[own, b"[Content_Types].xml", b"_rels/", b"docProps/", b"customXml/"])
}

/// Name and beginning of the content of the first entry (PKWARE APPNOTE 4.3.7).
fn first_entry(head: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = |at: usize| Some(usize::from(u16::from_le_bytes([*head.get(at)?, *head.get(at + 1)?])));
    let name_end = 30 + length(26)?;
    Some((head.get(30..name_end)?, head.get(name_end + length(28)?..)?))
}

/// UTF-8, or text in an old single-byte encoding: no control characters, and nothing that a browser might take for markup.
fn is_text(head: &[u8]) -> bool {
    let allowed = |byte: &u8| matches!(byte, b'\t' | b'\n' | 0x0C | b'\r' | 0x20..=0x7E | 0x80..);
    let begin = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let markup = [
        &b"<!doctype"[..],
        b"<html",
        b"<head",
        b"<body",
        b"<script",
        b"<svg",
        b"<?xml",
        b"<iframe",
        b"<!--",
    ];
    let is_markup = markup
        .iter()
        .any(|tag| begin.get(..tag.len()).is_some_and(|it| it.eq_ignore_ascii_case(tag)));
    let is_program = begin.starts_with(b"#!") || begin.starts_with(b"%PDF-") || begin.starts_with(b"{\\rtf");
    head.iter().all(allowed) && !is_markup && !is_program
}

#[cfg(test)]
mod tests;
