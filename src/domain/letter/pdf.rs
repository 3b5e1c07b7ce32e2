//! The PDF of a letter: whether it can be printed as it is.

/// Most bytes of a letter's PDF (contract 1.9): 10 MiB.
pub const MAX_LETTER_BYTES: usize = 10 * 1024 * 1024;

/// What an acceptable PDF turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PdfFacts {
    /// Pages, at least one.
    pub pages: u32,
}

/// Why a PDF cannot be sent on paper; the text says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PdfRefused {
    /// Not a PDF that can be read to its end.
    #[error("the file is not a PDF that can be read; make it anew")]
    Broken,
    /// Over [`MAX_LETTER_BYTES`].
    #[error("the PDF has {0} bytes; at most {MAX_LETTER_BYTES} can be printed")]
    TooLarge(usize),
}

/// Examines a PDF that is to be printed. Takes processor time: call it where blocking is allowed.
///
/// # Errors
/// The first reason for which it cannot be printed.
pub fn examine(bytes: &[u8]) -> Result<PdfFacts, PdfRefused> {
    if bytes.len() > MAX_LETTER_BYTES {
        return Err(PdfRefused::TooLarge(bytes.len()));
    }
    let document = lopdf::Document::load_mem(bytes).map_err(|_| PdfRefused::Broken)?;
    let pages = u32::try_from(document.get_pages().len()).map_err(|_| PdfRefused::Broken)?;
    if pages == 0 {
        return Err(PdfRefused::Broken);
    }
    Ok(PdfFacts { pages })
}
