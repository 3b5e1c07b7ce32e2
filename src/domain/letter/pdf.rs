//! The PDF of a letter: whether it can be printed as it is.
//!
//! Guarantees: what [`examine`] takes can be opened to its last page, stands on A4 throughout, and has everything that its pages refer to. Bytes
//! come from strangers: every limit that `lopdf` offers is set, the page tree is walked without recursion, and nothing is visited twice. What
//! `lopdf` does not bound (memory and time while it reads) the caller bounds by giving it a process of its own (`press`). Left out: whether what
//! is on the pages is right, and drawing them.

mod page;
#[cfg(test)]
pub(super) mod tests;

use std::collections::HashSet;
use std::fmt;

use lopdf::{Document, LoadOptions, Object, ObjectId};
use serde::{Deserialize, Serialize};

pub(super) use page::{Page, pages};

/// Most bytes of a letter's PDF ("max 10 MB", contract 4): less than an upload may have, which is 10 MiB.
pub const MAX_LETTER_BYTES: usize = 10_000_000;
/// Most pages of a letter.
pub const MAX_LETTER_PAGES: usize = 5000;
/// Most bytes that one stream of objects may inflate to.
const MAX_OBJECT_STREAM: usize = 16 * 1024 * 1024;
/// Most bytes that what is drawn on one page may inflate to.
const MAX_DRAWING: usize = 32 * 1024 * 1024;
/// Bytes that nothing may take when it is packed.
const PACKED_NOTHING: usize = 32;
/// Where a reader looks for the header at the latest (ISO 32000-1 annex H.3.4.1).
const HEADER_WITHIN: usize = 1024;
/// Page numbers that a refusal names.
const NAMED_PAGES: usize = 8;

/// What an acceptable PDF turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PdfFacts {
    /// Pages, at least one.
    pub pages: u32,
}

/// One reason why a PDF cannot be printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Over [`MAX_LETTER_BYTES`]; how many it has.
    TooLarge(usize),
    /// Encrypted, also when it opens without a password.
    Encrypted,
    /// Not a PDF that can be read to its end: what is the matter.
    Broken(String),
    /// Over [`MAX_LETTER_PAGES`].
    TooManyPages,
    /// Pages that are not A4: the first few, and how many there are.
    NotA4(PageNumbers),
    /// Pages on which something is missing or cannot be read.
    Unreadable(PageNumbers),
}

/// Page numbers from 1: the first few, and how many there are in all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageNumbers {
    /// The first few.
    pub first: Vec<u32>,
    /// All of them.
    pub count: u32,
}

impl PageNumbers {
    fn add(&mut self, number: u32) {
        self.count += 1;
        if self.first.len() < NAMED_PAGES {
            self.first.push(number);
        }
    }
}

impl fmt::Display for PageNumbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named: Vec<String> = self.first.iter().map(ToString::to_string).collect();
        let more = self.count as usize - self.first.len();
        f.write_str(if self.count == 1 { "page " } else { "pages " })?;
        match (named.split_last(), more) {
            (_, 1..) => write!(f, "{} and {more} more", named.join(", ")),
            (Some((last, before)), 0) if !before.is_empty() => write!(f, "{} and {last}", before.join(", ")),
            _ => f.write_str(&named.join("")),
        }
    }
}

impl Reason {
    /// Its code in a violation.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "pdf-too-large",
            Self::Encrypted => "pdf-encrypted",
            Self::Broken(_) | Self::Unreadable(_) => "pdf-broken",
            Self::TooManyPages => "pdf-too-many-pages",
            Self::NotA4(_) => "pdf-not-a4",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(size) => {
                write!(
                    f,
                    "The PDF has {size} bytes; at most {MAX_LETTER_BYTES} can be printed. Make its images smaller."
                )
            }
            Self::Encrypted => {
                f.write_str("The PDF is encrypted. Save it without password and without restrictions of use.")
            }
            Self::Broken(what) => write!(f, "The file is not a PDF that can be printed: {what}. Make it anew."),
            Self::TooManyPages => write!(f, "The PDF has more than {MAX_LETTER_PAGES} pages. Divide it."),
            Self::NotA4(pages) => write!(
                f,
                "Not A4 (210 x 297 mm, standing or lying): {pages}. Set the paper size to A4."
            ),
            Self::Unreadable(pages) => write!(
                f,
                "Something that belongs to the page is missing or cannot be read: {pages}. Make the PDF anew."
            ),
        }
    }
}

/// Why a PDF cannot be sent on paper: every reason, at least one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PdfRefused(Vec<Reason>);

impl PdfRefused {
    /// Every reason.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        &self.0
    }

    /// A refusal of a file that cannot be read.
    #[must_use]
    pub fn broken(what: &str) -> Self {
        Reason::Broken(what.to_owned()).into()
    }
}

impl From<Reason> for PdfRefused {
    fn from(reason: Reason) -> Self {
        Self(vec![reason])
    }
}

impl fmt::Display for PdfRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, reason) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            reason.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for PdfRefused {}

/// Examines a PDF that is to be printed. Takes processor time and, for a hostile file, memory: call it where both are limited.
///
/// # Errors
/// Every reason for which it cannot be printed.
pub fn examine(bytes: &[u8]) -> Result<PdfFacts, PdfRefused> {
    if bytes.len() > MAX_LETTER_BYTES {
        return Err(Reason::TooLarge(bytes.len()).into());
    }
    let document = open(bytes)?;
    let pages = pages(&document)?;
    let (mut not_a4, mut unreadable) = (PageNumbers::default(), PageNumbers::default());
    let mut seen = HashSet::new();
    for (number, page) in (1..).zip(&pages) {
        if !page.is_a4() {
            not_a4.add(number);
        }
        if !is_drawable(&document, page) || !is_complete(&document, page, &mut seen) {
            unreadable.add(number);
        }
    }
    let mut reasons = Vec::new();
    if not_a4.count > 0 {
        reasons.push(Reason::NotA4(not_a4));
    }
    if unreadable.count > 0 {
        reasons.push(Reason::Unreadable(unreadable));
    }
    if !reasons.is_empty() {
        return Err(PdfRefused(reasons));
    }
    Ok(PdfFacts {
        pages: u32::try_from(pages.len()).map_err(|_| Reason::TooManyPages)?,
    })
}

/// The file from its header on; some programs write a line or two before it.
pub(super) fn from_header(bytes: &[u8]) -> Option<&[u8]> {
    let head = bytes.get(..HEADER_WITHIN).unwrap_or(bytes);
    let at = head.windows(5).position(|window| window == b"%PDF-")?;
    bytes.get(at..)
}

/// Opens a PDF whose parts all stand where it says.
pub(super) fn open(bytes: &[u8]) -> Result<Document, PdfRefused> {
    let bytes = from_header(bytes).ok_or_else(|| PdfRefused::broken("it does not begin as one"))?;
    let options = LoadOptions::with_max_decompressed_size(MAX_OBJECT_STREAM);
    let document = Document::load_mem_with_options(bytes, options).map_err(|_| {
        // An encryption that the library does not know is still an encryption.
        if bytes.windows(8).any(|window| window == b"/Encrypt") {
            Reason::Encrypted.into()
        } else {
            PdfRefused::broken("it cannot be read to its end")
        }
    })?;
    if document.trailer.has(b"Encrypt") || document.was_encrypted() {
        return Err(Reason::Encrypted.into());
    }
    if document.xref_recovery.is_some() {
        return Err(PdfRefused::broken(
            "it was cut short or altered, so that its parts do not stand where it says",
        ));
    }
    Ok(document)
}

/// Whether everything that is drawn on the page itself is there and can be unpacked.
fn is_drawable(document: &Document, page: &Page<'_>) -> bool {
    let Some(contents) = page.contents else { return true };
    let Ok((_, contents)) = document.dereference(contents) else {
        return false;
    };
    let parts = match contents {
        Object::Array(parts) => parts.as_slice(),
        Object::Null => return true,
        single => std::slice::from_ref(single),
    };
    let mut size = 0;
    parts.iter().all(|part| {
        let Ok((_, Object::Stream(stream))) = document.dereference(part) else {
            return false;
        };
        match stream.get_plain_content_with_limit(MAX_DRAWING - size) {
            Ok(drawing) => {
                size += drawing.len();
                // The library answers what it could unpack: nothing at all of something means that it is damaged.
                !drawing.is_empty() || stream.content.len() <= PACKED_NOTHING
            }
            Err(_) => false,
        }
    })
}

/// Entries of a page's resources that a printer does without.
const DISPENSABLE: &[&[u8]] = &[
    b"Metadata",
    b"OC",
    b"PieceInfo",
    b"Parent",
    b"P",
    b"StructParents",
    b"Ref",
    b"OPI",
];

/// Whether fonts, images and the like that the page refers to are all in the file. What was seen for an earlier page is not visited again.
fn is_complete(document: &Document, page: &Page<'_>, seen: &mut HashSet<ObjectId>) -> bool {
    let mut open: Vec<&Object> = page.resources.into_iter().collect();
    while let Some(object) = open.pop() {
        match object {
            Object::Reference(id) => {
                let Some(target) = document.objects.get(id) else {
                    return false;
                };
                if seen.insert(*id) {
                    open.push(target);
                }
            }
            Object::Array(parts) => open.extend(parts),
            Object::Dictionary(parts) => open.extend(indispensable(parts)),
            Object::Stream(stream) => open.extend(indispensable(&stream.dict)),
            _ => {}
        }
    }
    true
}

fn indispensable(parts: &lopdf::Dictionary) -> impl Iterator<Item = &Object> {
    parts
        .iter()
        .filter(|(key, _)| !DISPENSABLE.contains(&key.as_slice()))
        .map(|(_, value)| value)
}
