//! The media types of the contract (1.9), which door takes which, and how a file's is found out.

use std::fmt;
use std::str::FromStr;

use infer::MatcherType;

use super::name::FileName;
use super::signature::second_format;
use super::text::{beginning, is_json, is_rtf, is_text, is_xml};
use super::zip::{ENTRY, first_entry, tells_another_kind};

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
    /// GIF image.
    Gif = "image/gif" ["gif"],
    /// Table as text.
    Csv = "text/csv" ["csv"],
    /// XML; `text/xml` is the same (RFC 7303 9.2).
    Xml = "application/xml" ["xml"],
    /// JSON.
    Json = "application/json" ["json"],
    /// Archive.
    Zip = "application/zip" ["zip"],
    /// Rich text.
    Rtf = "application/rtf" ["rtf"],
}

impl MediaType {
    /// Whether its files are ZIP archives inside.
    #[must_use]
    pub const fn is_zip_based(self) -> bool {
        matches!(
            self,
            Self::Ods | Self::Odt | Self::Pptx | Self::Xlsx | Self::Docx | Self::Zip
        )
    }

    /// The folder that holds the document in an Office file since 2007.
    pub(super) const fn office_folder(self) -> Option<&'static [u8]> {
        match self {
            Self::Docx => Some(b"word/"),
            Self::Xlsx => Some(b"xl/"),
            Self::Pptx => Some(b"ppt/"),
            _ => None,
        }
    }
}

/// What a door takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepts {
    /// The types of `POST /v2/attachments` (contract 1.9); of citizens' replies too.
    Attachments,
    /// Those and the further ones of `POST /v1/attachments`.
    V1Attachments,
    /// PDF alone: `POST /v1/files`.
    PdfOnly,
}

impl Accepts {
    const fn takes(self, media_type: MediaType) -> bool {
        use MediaType::{Csv, Gif, Json, Pdf, Rtf, Xml, Zip};
        match self {
            Self::Attachments => !matches!(media_type, Gif | Csv | Xml | Json | Zip | Rtf),
            Self::V1Attachments => true,
            Self::PdfOnly => matches!(media_type, Pdf),
        }
    }

    /// The extensions, for a person to read.
    const fn extensions(self) -> &'static str {
        match self {
            Self::Attachments => "pdf, jpg, jpeg, png, doc, docx, xls, xlsx, ppt, pptx, odt, ods, txt",
            Self::V1Attachments => {
                "pdf, jpg, jpeg, png, gif, doc, docx, xls, xlsx, ppt, pptx, odt, ods, txt, csv, xml, json, zip, rtf"
            }
            Self::PdfOnly => "pdf",
        }
    }
}

/// A stored text that names none of the types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a permitted media type")]
pub struct UnknownType;

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MediaType {
    type Err = UnknownType;

    /// Reads the stored form.
    fn from_str(text: &str) -> Result<Self, UnknownType> {
        Self::ALL
            .iter()
            .copied()
            .find(|it| it.as_str() == text)
            .ok_or(UnknownType)
    }
}

/// Why a file is not accepted: the answer is 415.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TypeRefused {
    /// The name has no extension.
    #[error("The file name has no extension; name the file with the extension of its type, for example .pdf.")]
    NoExtension,
    /// The extension belongs to no type that this door takes.
    #[error("This type of file is not accepted here; send one of {}.", .0.extensions())]
    NotAllowed(Accepts),
    /// The extension of a program, a page or an archive hides before the last one.
    #[error("The file name hides the extension of a program, a web page or an archive; rename the file.")]
    HiddenExtension,
    /// Anywhere before the last extension stands that of another type.
    #[error("The file name has two extensions of different types; keep only that of the file's own type.")]
    DoubleExtension,
    /// There is no content.
    #[error("The file is empty.")]
    Empty,
    /// The content is something else than the extension says.
    #[error("The content of the file is not of the type that its extension says; send it with its own extension.")]
    Mismatch,
    /// A second format begins in the first kilobyte.
    #[error(
        "In the first kilobyte of the file begins something else than its extension says: {0}. Save the document anew and send it without what is hidden in it."
    )]
    SecondFormat(&'static str),
    /// No ZIP, and yet it ends as one.
    #[error(
        "The file ends in the directory of a ZIP archive, so it is an archive as well as what its extension says. Save the document anew and send the archive's files by themselves."
    )]
    ZipAtEnd,
    /// A plain ZIP that is another kind of file.
    #[error(
        "The archive is an Office or OpenDocument file, or a Java or Android program; send a document with the extension of its own type."
    )]
    Disguised,
}

/// Extensions that a system somewhere runs, mounts or unpacks, or a browser or web server takes for a page, when the file is opened. Left out are
/// those that are words or parts of names and addresses, as far as it can be: `fi` and `org` pass, `com` does not.
const PROGRAMS: &[&str] = &[
    "7z", "ade", "apk", "app", "appimage", "appx", "arj", "asp", "aspx", "asx", "bash", "bat", "bz2", "cab", "cer",
    "cgi", "chm", "cmd", "com", "cpl", "crt", "csh", "deb", "desktop", "diagcab", "dll", "dmg", "docm", "dotm", "ear",
    "exe", "gz", "hta", "htm", "html", "iso", "jar", "jnlp", "js", "jse", "jsp", "jspx", "ksh", "lnk", "lzh", "mde",
    "mjs", "msc", "msi", "msix", "msp", "mst", "ocx", "phar", "php", "php3", "php4", "php5", "php7", "php8", "phps",
    "pht", "phtml", "pif", "pkg", "pl", "potm", "ppam", "ppsm", "pptm", "ps1", "ps1xml", "psc1", "psd1", "psm1", "py",
    "pyc", "pyw", "pyz", "rar", "rb", "reg", "rpm", "scf", "scpt", "scr", "sct", "sh", "shb", "shs", "shtm", "shtml",
    "sldm", "svg", "swf", "tar", "tgz", "url", "vb", "vbe", "vbs", "vbscript", "vhd", "vhdx", "war", "wasm", "ws",
    "wsc", "wsf", "wsh", "xbap", "xht", "xhtm", "xhtml", "xlam", "xll", "xlsb", "xlsm", "xltm", "xz", "zsh",
];

const COMPOUND_FILE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Decides a file's type from its name and its first bytes, up to [`super::HEAD_BYTES`] of them. What its end tells, [`super::Tail`] decides.
///
/// # Errors
/// See [`TypeRefused`]: when name and content do not both say the same type, one that the door takes, and nothing else.
pub fn decide_type(accepts: Accepts, name: &FileName, head: &[u8]) -> Result<MediaType, TypeRefused> {
    let media_type = type_of_name(accepts, name)?;
    if head.is_empty() {
        return Err(TypeRefused::Empty);
    }
    if !content_fits(media_type, head) {
        return Err(TypeRefused::Mismatch);
    }
    match second_format(media_type, head) {
        Some(second) => Err(TypeRefused::SecondFormat(second)),
        None => Ok(media_type),
    }
}

/// What the extension says, when it is the only one.
fn type_of_name(accepts: Accepts, name: &FileName) -> Result<MediaType, TypeRefused> {
    let visible = name.display().to_lowercase();
    let mut parts = visible.trim_end().split('.').rev();
    let extension = parts.next().unwrap_or_default();
    // A name of one part, or of a leading dot alone, has no extension.
    let stem: Vec<_> = parts.map(|part| part.trim_matches(['_', ' '])).collect();
    if extension.is_empty() || stem.iter().all(|part| part.is_empty()) {
        return Err(TypeRefused::NoExtension);
    }
    let media_type = MediaType::of_extension(extension)
        .filter(|it| accepts.takes(*it))
        .ok_or(TypeRefused::NotAllowed(accepts))?;
    // The last of the stem's parts is the name itself.
    let before: &[&str] = stem.split_last().map_or(&[], |(_, before)| before);
    if before.iter().any(|part| PROGRAMS.contains(part)) {
        return Err(TypeRefused::HiddenExtension);
    }
    // `a.pdf.pdf` says one thing twice; `a.docx.pdf` and `a.docx.v2.pdf` say two.
    let mut others = before.iter().filter_map(|part| MediaType::of_extension(part));
    if others.any(|other| other != media_type) {
        Err(TypeRefused::DoubleExtension)
    } else {
        Ok(media_type)
    }
}

fn content_fits(media_type: MediaType, head: &[u8]) -> bool {
    let sniffed = infer::get(head);
    match media_type {
        MediaType::Pdf => beginning(head).starts_with(b"%PDF-"),
        MediaType::Jpeg | MediaType::Png | MediaType::Gif => {
            sniffed.is_some_and(|it| it.mime_type() == media_type.as_str())
        }
        MediaType::Doc | MediaType::Xls | MediaType::Ppt => head.starts_with(COMPOUND_FILE),
        MediaType::Odt | MediaType::Ods => zip_fits(media_type, head),
        MediaType::Docx | MediaType::Xlsx | MediaType::Pptx => zip_fits(media_type, head),
        MediaType::Zip => is_plain_zip(head),
        MediaType::Json => is_json(head),
        MediaType::Xml => is_xml(head),
        MediaType::Rtf => is_rtf(head),
        // Binary formats hold control characters; without any, a text that begins with `BM` is no bitmap.
        MediaType::Text | MediaType::Csv => {
            is_text(head) && sniffed.is_none_or(|it| it.matcher_type() != MatcherType::Text)
        }
    }
}

/// An archive whose first entry is not that of another kind of file made of a ZIP.
fn is_plain_zip(head: &[u8]) -> bool {
    head.starts_with(ENTRY) && first_entry(head).is_some_and(|(name, _)| !tells_another_kind(name))
}

/// A ZIP whose first entry does not speak for another type. OpenDocument names its type in that entry; the others name
/// nothing that early, so their extension decides between them unless a folder gives them away.
fn zip_fits(media_type: MediaType, head: &[u8]) -> bool {
    if !head.starts_with(ENTRY) {
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
    let own = media_type.office_folder().unwrap_or_default();
    known(&[own, b"[Content_Types].xml", b"_rels/", b"docProps/", b"customXml/"])
}

#[cfg(test)]
mod tests;
