//! The letters of a receipt: which glyphs a text is made of, how wide it is, and where its lines break.
//!
//! Any text can be set: a character that the face lacks, or that would turn or hide its neighbours, is written by its base letters or as a
//! question mark. Left out: scripts written from the right, whose letters stand in the order of the text.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use ttf_parser::Face;
use unicode_normalization::UnicodeNormalization as _;

use super::ReceiptError;
use crate::domain::letter::font;

/// What stands for a character that cannot be written.
const UNKNOWN: char = '?';

/// How heavy a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// Both cuts of the face.
pub(super) struct Typeface {
    regular: Cut,
    bold: Cut,
}

struct Cut {
    face: Face<'static>,
    font: Font,
}

/// A text as it is drawn.
pub(super) struct Line {
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
}

impl Typeface {
    pub(super) fn new() -> Result<Self, ReceiptError> {
        Ok(Self {
            regular: Cut::new(font::REGULAR)?,
            bold: Cut::new(font::BOLD)?,
        })
    }

    const fn cut(&self, weight: Weight) -> &Cut {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    pub(super) fn font(&self, weight: Weight) -> Font {
        self.cut(weight).font.clone()
    }

    /// The glyphs of a text.
    pub(super) fn set(&self, weight: Weight, text: &str) -> Line {
        self.cut(weight).set(text)
    }

    /// How wide a text is, in points.
    pub(super) fn width(&self, weight: Weight, size: f32, text: &str) -> f32 {
        let glyphs = self.set(weight, text).glyphs;
        glyphs.iter().map(|glyph| glyph.x_advance).sum::<f32>() * size
    }

    /// The lines of a text in a column of `width` points. Every line but the last ends in the space that it broke at, so that words stay apart
    /// for those who hear the text; what is longer than a line is cut anywhere.
    pub(super) fn wrap(&self, weight: Weight, size: f32, text: &str, width: f32) -> Vec<String> {
        let fits = |line: &str| self.width(weight, size, line.trim_end()) <= width;
        let (mut lines, mut line) = (Vec::new(), String::new());
        for word in text.split_inclusive(' ') {
            let longer = format!("{line}{word}");
            if fits(&longer) {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for character in word.chars() {
                line.push(character);
                if !fits(&line) && line.chars().count() > 1 {
                    line.pop();
                    lines.push(std::mem::take(&mut line));
                    line.push(character);
                }
            }
        }
        lines.push(line);
        lines
    }
}

impl Cut {
    fn new(bytes: &'static [u8]) -> Result<Self, ReceiptError> {
        Ok(Self {
            face: Face::parse(bytes, 0).map_err(|_| ReceiptError::Font)?,
            font: Font::new(bytes.into(), 0).ok_or(ReceiptError::Font)?,
        })
    }

    fn set(&self, text: &str) -> Line {
        let text = self.writable(text);
        let em = f32::from(self.face.units_per_em().max(1));
        let mut glyphs: Vec<KrillaGlyph> = Vec::with_capacity(text.len());
        let mut before = None;
        for (at, character) in text.char_indices() {
            let id = self.face.glyph_index(character).unwrap_or_default();
            if let (Some(last), Some(left)) = (glyphs.last_mut(), before) {
                last.x_advance += f32::from(self.kerning(left, id)) / em;
            }
            let advance = f32::from(self.face.glyph_hor_advance(id).unwrap_or(0)) / em;
            let range = at..at + character.len_utf8();
            let glyph = GlyphId::new(u32::from(id.0));
            glyphs.push(KrillaGlyph::new(glyph, advance, 0.0, 0.0, 0.0, range, None));
            before = Some(id);
        }
        Line { text, glyphs }
    }

    fn kerning(&self, left: ttf_parser::GlyphId, right: ttf_parser::GlyphId) -> i16 {
        let tables = self.face.tables().kern.into_iter().flat_map(|kern| kern.subtables);
        let mut plain = tables.filter(|table| table.horizontal && !table.variable);
        plain.find_map(|table| table.glyphs_kerning(left, right)).unwrap_or(0)
    }

    /// The text in characters that the face has.
    fn writable(&self, text: &str) -> String {
        let mut written = String::with_capacity(text.len());
        for character in text.nfc().map(|c| if c.is_control() { ' ' } else { c }) {
            if self.has(character) {
                written.push(character);
                continue;
            }
            let before = written.len();
            written.extend(std::iter::once(character).nfkd().filter(|&c| self.has(c)));
            if written.len() == before {
                written.push(UNKNOWN);
            }
        }
        written
    }

    fn has(&self, character: char) -> bool {
        let hidden = matches!(character,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{fff0}'..);
        !hidden && self.face.glyph_index(character).is_some_and(|id| id.0 != 0)
    }
}
