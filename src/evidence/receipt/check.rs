//! The chapter that says how to check the receipt, with the hash of the embedded file in letters and as a QR code (ISO/IEC 18004).

use krilla::geom::Rect;
use krilla::tagging::{BBox, ListNumbering, Tag};
use qrcode::{Color, EcLevel, QrCode};

use super::chapters::Chapters;
use super::sheet::{BODY, Drawing, LEFT, SMALL, STRONG, Sheet, Style, TEXT, WIDTH};
use super::typeface::Weight;
use super::words::{Words, fill};
use super::{CHAPTER, ReceiptError};

/// The side of the code, in points.
const SIDE: f32 = 104.0;
/// Where it begins.
const CODE_LEFT: f32 = LEFT + WIDTH - SIDE;
/// How wide the text beside it is.
const BESIDE: f32 = WIDTH - SIDE - 24.0;
/// About as tall as the chapter is, which stays on one page.
const HEIGHT: f32 = 260.0;
const COMMAND: Style = Style::new(Weight::Bold, 9.0, 13.5, TEXT);

impl Chapters<'_> {
    /// How to check, beside the code.
    pub(super) fn check(&self, sheet: &mut Sheet, hash: &str) -> Result<(), ReceiptError> {
        let words = self.words;
        sheet.need(HEIGHT);
        sheet.heading(2, CHAPTER, words.check, 100.0);
        let top = sheet.y;
        let lead = sheet.node(None, Tag::P);
        sheet.flow(lead, (LEFT, BESIDE), BODY, words.check_lead);
        sheet.y += 3.0;
        let list = sheet.node(None, Tag::L(ListNumbering::Decimal));
        for ((text, command), number) in words.check_steps.iter().zip(1..) {
            let item = sheet.node(Some(list), Tag::LI);
            let label = sheet.node(Some(item), Tag::Lbl);
            sheet.write(Some(label), (LEFT, sheet.y), STRONG, &[format!("{number}. ")]);
            let body = sheet.node(Some(item), Tag::LBody);
            let said = sheet.node(Some(body), Tag::P);
            sheet.flow(said, (LEFT + 16.0, BESIDE - 16.0), BODY, text);
            let code = sheet.node(Some(body), Tag::P);
            let code = sheet.node(Some(code), Tag::Code);
            sheet.flow(code, (LEFT + 16.0, BESIDE - 16.0), COMMAND, command);
            sheet.y += 3.0;
        }
        let keys = sheet.node(None, Tag::P);
        sheet.flow(keys, (LEFT, BESIDE), STRONG, words.check_keys);
        let below = sheet.y;
        sheet.y = top + 2.0;
        code(sheet, words, hash)?;
        sheet.y = sheet.y.max(below) + 4.0;
        sheet.paragraph(None, SMALL, words.check_limits);
        Ok(())
    }
}

/// The code and, below it, what it says.
fn code(sheet: &mut Sheet, words: &Words, hash: &str) -> Result<(), ReceiptError> {
    let code = QrCode::with_error_correction_level(hash, EcLevel::M).map_err(|_| ReceiptError::Code)?;
    let modules = code.width();
    let module = SIDE / modules as f32;
    let colours = code.to_colors();
    let mut boxes = Vec::new();
    for (row, line) in colours.chunks(modules).enumerate() {
        // Dark modules side by side are one box, without seams.
        let mut column = 0;
        for run in line.chunk_by(|left, right| left == right) {
            if run.first() == Some(&Color::Dark) {
                let (x, y) = (column as f32 * module, row as f32 * module);
                boxes.push([CODE_LEFT + x, sheet.y + y, run.len() as f32 * module, module]);
            }
            column += run.len();
        }
    }
    let alt = fill(words.hash_alt, &[("hash", hash)]);
    let bounds = Rect::from_xywh(CODE_LEFT, sheet.y, SIDE, SIDE).map(|rect| BBox::new(sheet.pages.len() - 1, rect));
    let figure = sheet.node(None, Tag::Figure(Some(alt)).with_bbox(bounds));
    sheet.draw(Some(figure), vec![Drawing::Boxes { boxes, ink: TEXT }]);
    sheet.y += SIDE + 6.0;
    let caption = sheet.node(None, Tag::P);
    let title = Style::new(Weight::Bold, 7.5, 10.0, TEXT);
    sheet.flow(caption, (CODE_LEFT, SIDE), title, words.hash);
    let digits = sheet.node(None, Tag::P);
    let plain = Style::new(Weight::Regular, 7.5, 10.0, TEXT);
    sheet.flow(digits, (CODE_LEFT, SIDE), plain, hash);
    Ok(())
}
