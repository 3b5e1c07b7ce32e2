//! The page with the addresses: A4, folded once to A5, for a C5 envelope (162 x 229 mm) with a window.
//!
//! Places are those of SFS 2487, the Finnish standard for the layout of documents, by which such windows are cut: rows of 1/6 inch from 10 mm
//! below the top edge, the text from 20 mm; the sender on rows 1-4, the recipient on rows 7-13 (the row after them is for references). The order of
//! rows is the post office's (posti.fi, address markings): name, addition, street, postal code and place in capital letters; abroad the country in
//! capital letters last. A text that is too long goes on in the next row, and when the rows do not suffice all of the field becomes smaller: nothing
//! ever stands outside its field, and nothing is cut off.

use lopdf::{Document, Object, ObjectId, Stream, dictionary};

use super::ComposeError;
use super::typeface::{Glyph, Typeface, packed};
use crate::domain::letter::PostalAddress;
use crate::domain::letter::country::name_in_capitals;

/// Points in a millimetre.
const MM: f64 = 72.0 / 25.4;
/// A4 in points, as programs write it.
const PAGE: (f64, f64) = (595.276, 841.89);
/// Left edge of both fields (SFS 2487: the first column), millimetres from the left.
const LEFT: f64 = 20.0;
/// Width of both fields, millimetres: within a window of 90 mm, with room for the sheet to slide.
const WIDTH: f64 = 80.0;
/// Upper edge of the first row (SFS 2487), millimetres from the top.
const FIRST_ROW: f64 = 10.0;
/// A row (SFS 2487: 1/6 inch), millimetres.
const ROW: f64 = 25.4 / 6.0;

/// A field: from which row, how many rows, and the size of its letters in points.
#[derive(Debug, Clone, Copy)]
struct Field {
    first_row: u8,
    rows: u8,
    size: f64,
}

/// The sender: small, above the recipient, so that a sorting machine reads the other one.
const SENDER: Field = Field {
    first_row: 1,
    rows: 4,
    size: 8.0,
};
/// The recipient.
const RECIPIENT: Field = Field {
    first_row: 7,
    rows: 7,
    size: 10.5,
};
/// By which step letters become smaller until a text fits its field, points.
const STEP: f64 = 0.25;
/// From one line to the next, in sizes.
const LEADING: f64 = 1.14;

/// An address page, drawn but not yet part of a document.
pub(super) struct AddressPage {
    typeface: Typeface,
    drawing: String,
    /// Whether a character could not be written.
    pub(super) unprintable: bool,
}

impl AddressPage {
    pub(super) fn new(sender: &PostalAddress, recipient: &PostalAddress) -> Result<Self, ComposeError> {
        let mut typeface = Typeface::new()?;
        let abroad = recipient.country_code.as_str() != "FI";
        let mut drawing = SENDER.draw(&mut typeface, &rows(sender, abroad));
        drawing.push_str(&RECIPIENT.draw(&mut typeface, &rows(recipient, false)));
        let unprintable = typeface.unprintable;
        Ok(Self {
            typeface,
            drawing,
            unprintable,
        })
    }

    /// Adds the page to a document, as a child of `parent`.
    pub(super) fn add_to(&self, document: &mut Document, parent: ObjectId) -> Result<ObjectId, ComposeError> {
        let font = self.typeface.add_to(document)?;
        let contents = document.add_object(packed(Stream::new(dictionary! {}, self.drawing.clone().into_bytes()))?);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the library keeps reals in single precision"
        )]
        let (width, height) = (PAGE.0 as f32, PAGE.1 as f32);
        Ok(document.add_object(dictionary! {
            "Type" => "Page",
            "Parent" => parent,
            "MediaBox" => vec![0.into(), 0.into(), Object::Real(width), Object::Real(height)],
            "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
            "Contents" => contents,
        }))
    }
}

/// An address as it is written, row by row. The country is named for every place but Finland, or when asked for.
fn rows(address: &PostalAddress, with_country: bool) -> Vec<String> {
    let mut rows = vec![address.name.clone()];
    rows.extend(address.additional_name.clone());
    rows.push(address.street_address.clone());
    rows.push(format!("{} {}", address.zip_code, address.city.to_uppercase()));
    if with_country || address.country_code.as_str() != "FI" {
        rows.extend(name_in_capitals(address.country_code));
    }
    rows
}

impl Field {
    /// The operators that write the rows into the field (ISO 32000-1 9.4).
    fn draw(self, typeface: &mut Typeface, rows: &[String]) -> String {
        let set: Vec<Vec<Glyph>> = rows.iter().map(|row| typeface.set(row.trim())).collect();
        let height = f64::from(self.rows) * ROW * MM;
        let mut size = self.size;
        let (lines, leading) = loop {
            let lines: Vec<&[Glyph]> = set
                .iter()
                .flat_map(|row| broken(row, WIDTH * MM / size * 1000.0))
                .collect();
            let leading = (size * LEADING).min(ROW * MM);
            #[expect(clippy::cast_precision_loss, reason = "an address has no billion lines")]
            if leading * lines.len() as f64 <= height || size <= STEP {
                break (lines, leading);
            }
            size -= STEP;
        };
        let top = PAGE.1 - (FIRST_ROW + f64::from(self.first_row - 1) * ROW) * MM;
        let mut drawing = format!(
            "BT\n/F1 {size:.2} Tf\n{leading:.3} TL\n1 0 0 1 {:.3} {:.3} Tm\n",
            LEFT * MM,
            // Letters reach about nine tenths of their size above the line they stand on.
            top - size * 0.905
        );
        for line in lines {
            let codes: String = line.iter().map(|glyph| format!("{:04X}", glyph.id)).collect();
            drawing.push_str(&format!("<{codes}> Tj\nT*\n"));
        }
        drawing.push_str("ET\n");
        drawing
    }
}

/// A row broken into lines of at most `width` (thousandths of the size): after a space where there is one, else wherever the line is full.
fn broken(row: &[Glyph], width: f64) -> Vec<&[Glyph]> {
    #[expect(clippy::cast_possible_truncation, reason = "the page is some thousands wide")]
    let width = width as i64;
    let mut lines = Vec::new();
    let mut rest = row;
    loop {
        let mut used = 0;
        let fits = rest
            .iter()
            .take_while(|glyph| {
                used += glyph.width;
                used <= width
            })
            .count();
        if fits == rest.len() {
            lines.push(rest);
            return lines;
        }
        let full = rest.get(..=fits).unwrap_or(rest);
        let at_space = full
            .iter()
            .rposition(|glyph| glyph.character == ' ')
            .filter(|&at| at > 0);
        let (line, after) = rest.split_at(at_space.unwrap_or(fits.max(1)));
        lines.push(line);
        rest = after;
        while let [Glyph { character: ' ', .. }, others @ ..] = rest {
            rest = others;
        }
    }
}
