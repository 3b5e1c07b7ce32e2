//! The font of address pages, of which only the glyphs in use are embedded.
//!
//! Post offices read such a face by machine. A character that it lacks is written by its base letters, and where there are none either, by a
//! question mark, which is reported.

use lopdf::{Document, Object, ObjectId, Stream, dictionary};
use subsetter::GlyphRemapper;
use ttf_parser::{Face, GlyphId};
use unicode_normalization::UnicodeNormalization as _;

use super::ComposeError;
use crate::domain::letter::font::REGULAR as FONT;

/// What stands for a character that cannot be written.
const UNKNOWN: char = '?';

/// A glyph of a line: which one in the embedded font, how wide in thousandths of the size, and which character it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Glyph {
    pub(super) id: u16,
    pub(super) width: i64,
    pub(super) character: char,
}

/// The font with the glyphs that were asked for so far.
pub(super) struct Typeface {
    face: Face<'static>,
    used: GlyphRemapper,
    glyphs: Vec<Glyph>,
    /// Whether a character had to become a question mark.
    pub(super) unprintable: bool,
}

impl Typeface {
    pub(super) fn new() -> Result<Self, ComposeError> {
        let face = Face::parse(FONT, 0).map_err(|_| ComposeError::AddressPage("the font does not read"))?;
        Ok(Self {
            face,
            used: GlyphRemapper::new(),
            glyphs: Vec::new(),
            unprintable: false,
        })
    }

    /// The glyphs of a text. Control characters become spaces.
    pub(super) fn set(&mut self, text: &str) -> Vec<Glyph> {
        let mut line = Vec::with_capacity(text.len());
        for character in text.nfc().map(|c| if c.is_control() { ' ' } else { c }) {
            let plain: String = std::iter::once(character).nfkd().filter(|&c| self.has(c)).collect();
            if self.has(character) {
                line.extend(self.glyph(character));
            } else if !plain.is_empty() {
                line.extend(plain.chars().filter_map(|c| self.glyph(c)));
            } else {
                self.unprintable = true;
                line.extend(self.glyph(UNKNOWN));
            }
        }
        line
    }

    fn has(&self, character: char) -> bool {
        self.face.glyph_index(character).is_some()
    }

    fn glyph(&mut self, character: char) -> Option<Glyph> {
        let original = self.face.glyph_index(character)?;
        let glyph = Glyph {
            id: self.used.remap(original.0),
            width: self.thousandths(i64::from(self.face.glyph_hor_advance(original).unwrap_or(0))),
            character,
        };
        self.glyphs.push(glyph);
        Some(glyph)
    }

    fn thousandths(&self, units: i64) -> i64 {
        units * 1000 / i64::from(self.face.units_per_em().max(1))
    }

    /// Adds the font with the glyphs in use to a document (ISO 32000-1 9.7: a composite font, `Identity-H`).
    pub(super) fn add_to(&self, document: &mut Document) -> Result<ObjectId, ComposeError> {
        let subset = subsetter::subset(FONT, 0, &self.used)
            .map_err(|_| ComposeError::AddressPage("the font cannot be cut to its glyphs"))?;
        let mut glyphs = self.glyphs.clone();
        glyphs.sort_unstable();
        glyphs.dedup_by_key(|glyph| glyph.id);
        let widths: Vec<Object> = glyphs
            .iter()
            .flat_map(|glyph| [i64::from(glyph.id).into(), vec![glyph.width.into()].into()])
            .collect();
        let name = subset_name(&glyphs);
        let length = i64::try_from(subset.len()).unwrap_or(i64::MAX);
        let file = document.add_object(packed(Stream::new(dictionary! { "Length1" => length }, subset))?);
        let to_unicode = document.add_object(packed(Stream::new(dictionary! {}, characters(&glyphs)))?);
        let box_ = self.face.global_bounding_box();
        let bounds = [box_.x_min, box_.y_min, box_.x_max, box_.y_max];
        let bounds: Vec<Object> = bounds
            .into_iter()
            .map(|it| self.thousandths(it.into()).into())
            .collect();
        let cap_height = self.face.capital_height().unwrap_or(self.face.ascender());
        let descriptor = document.add_object(dictionary! {
            "Type" => "FontDescriptor",
            "FontName" => name.as_str(),
            // Letters beyond the standard Latin set.
            "Flags" => 4,
            "FontBBox" => bounds,
            "ItalicAngle" => 0,
            "Ascent" => self.thousandths(self.face.ascender().into()),
            "Descent" => self.thousandths(self.face.descender().into()),
            "CapHeight" => self.thousandths(cap_height.into()),
            "StemV" => 80,
            "FontFile2" => file,
        });
        let descendant = document.add_object(dictionary! {
            "Type" => "Font",
            "Subtype" => "CIDFontType2",
            "BaseFont" => name.as_str(),
            "CIDSystemInfo" => dictionary! {
                "Registry" => Object::string_literal("Adobe"),
                "Ordering" => Object::string_literal("Identity"),
                "Supplement" => 0,
            },
            "FontDescriptor" => descriptor,
            "DW" => self.thousandths(i64::from(self.face.glyph_hor_advance(GlyphId(0)).unwrap_or(0))),
            "W" => widths,
            "CIDToGIDMap" => "Identity",
        });
        Ok(document.add_object(dictionary! {
            "Type" => "Font",
            "Subtype" => "Type0",
            "BaseFont" => name.as_str(),
            "Encoding" => "Identity-H",
            "DescendantFonts" => vec![Object::Reference(descendant)],
            "ToUnicode" => to_unicode,
        }))
    }
}

/// A subset's name: six letters that tell subsets apart, made from what is in it (ISO 32000-1 9.6.4).
fn subset_name(glyphs: &[Glyph]) -> String {
    let text: String = glyphs.iter().map(|glyph| glyph.character).collect();
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    let tag = digest.as_ref().iter().take(6).map(|byte| char::from(b'A' + byte % 26));
    let mut name: String = tag.collect();
    name.push_str("+LiberationSans");
    name
}

/// The table by which text is read back from the page (ISO 32000-1 9.10.3).
fn characters(glyphs: &[Glyph]) -> Vec<u8> {
    let mut table = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    // At most a hundred stand in one list.
    for glyphs in glyphs.chunks(100) {
        table.push_str(&format!("{} beginbfchar\n", glyphs.len()));
        for glyph in glyphs {
            let mut units = [0; 2];
            let text: String = glyph
                .character
                .encode_utf16(&mut units)
                .iter()
                .map(|unit| format!("{unit:04X}"))
                .collect();
            table.push_str(&format!("<{:04X}> <{text}>\n", glyph.id));
        }
        table.push_str("endbfchar\n");
    }
    table.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    table.into_bytes()
}

/// A stream as it is stored.
pub(super) fn packed(mut stream: Stream) -> Result<Stream, ComposeError> {
    stream.compress()?;
    Ok(stream)
}
