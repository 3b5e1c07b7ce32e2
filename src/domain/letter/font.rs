//! The typeface of everything printed: Liberation Sans 2.1.5 (SIL Open Font License 1.1, `font/LICENSE`). It has Latin, Greek, Cyrillic and Hebrew
//! letters; who embeds it takes only the glyphs in use.

/// The upright cut.
pub const REGULAR: &[u8] = include_bytes!("font/LiberationSans-Regular.ttf");
/// The bold cut, of headings.
pub const BOLD: &[u8] = include_bytes!("font/LiberationSans-Bold.ttf");
