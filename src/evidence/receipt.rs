//! The receipt: the proof of a delivery as people read it, a PDF in Finnish, Swedish or English with the proof itself embedded.
//!
//! Guarantees: archival (PDF/A-3a, ISO 19005-3) and accessible (PDF/UA-1, ISO 14289-1), both checked while it is written; every word on its pages
//! comes from the embedded proof, and the same proof gives the same bytes, so that [`language_of`] finds any other word. What is computed says that it is.
//! Leaves out: names, which are no part of the evidence; that the proof holds, which [`verify`](super::verify) finds.

mod chapters;
mod check;
mod dates;
mod draw;
mod facts;
mod sheet;
mod table;
mod take_out;
mod time_line;
mod typeface;
mod words;

use facts::{Came, Facts, Tone};
use krilla::tagging::Tag;
use sheet::{Drawing, Ink, LEFT, NAVY, PAGE, QUIET, RULE, SMALL, Sheet, Style, TEXT, WHITE, WIDTH};
use typeface::Weight;
use words::{Words, fill, second};

pub use self::take_out::{evidence_in, is_receipt};
use super::proof::{DeliveryProof, ProofError};
use super::sha256;
use crate::domain::name::Language;

/// The media type of a receipt.
pub const MEDIA_TYPE: &str = "application/pdf";
/// The name of the embedded proof.
pub const EVIDENCE: &str = "proof.json";
/// The edition of pages and words. Another edition is made beside this one, which must stay as it is: receipts of it are checked for ten years.
pub const FORM: u8 = 1;

const TITLE: Style = Style::new(Weight::Bold, 24.0, 30.0, NAVY);
const CHAPTER: Style = Style::new(Weight::Bold, 13.0, 19.0, NAVY);
const GREEN: Ink = [0x0b, 0x6e, 0x4f];
/// Longer texts of records are cut on the page, in characters.
const LONGEST: usize = 120;

/// Why there is no receipt.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// The embedded font does not read.
    #[error("the font does not read")]
    Font,
    /// What is asked of the file cannot be had together.
    #[error("the file cannot be set up")]
    Standard,
    /// The hash has no code.
    #[error("the code cannot be made")]
    Code,
    /// The proof cannot be written.
    #[error("the proof cannot be written")]
    Proof(#[from] ProofError),
    /// The file would not be what the standards demand.
    #[error("the file does not come out as the standards demand")]
    Pdf(#[source] Box<krilla::error::KrillaError>),
}

/// The receipt over a proof.
///
/// # Errors
/// [`ReceiptError`]: a fault of the program, whatever the proof says.
pub fn render(proof: &DeliveryProof, language: Language) -> Result<Vec<u8>, ReceiptError> {
    let evidence = proof.to_bytes()?;
    let hash = hex::encode(sha256(&evidence));
    let (facts, words) = (Facts::of(proof), Words::of(language));
    let mut sheet = Sheet::new()?;
    head(&mut sheet, words, proof);
    outcome(&mut sheet, words, language, &facts);
    sheet.heading(2, CHAPTER, words.time_line, 90.0);
    time_line::time_line(&mut sheet, words, language, &facts.milestones());
    let chapters = chapters::Chapters {
        words,
        language,
        facts: &facts,
    };
    gap(&mut sheet);
    chapters.message(&mut sheet);
    gap(&mut sheet);
    chapters.times(&mut sheet);
    gap(&mut sheet);
    chapters.actors(&mut sheet);
    gap(&mut sheet);
    chapters.dates(&mut sheet);
    gap(&mut sheet);
    chapters.check(&mut sheet, &hash)?;
    foot(&mut sheet, words, proof);
    let hub = facts
        .bodies()
        .next()
        .map_or("Tiedoksi", |body| body.issuer.hub.as_str());
    let about = draw::About {
        language,
        title: words.title.to_owned(),
        subject: words.subject.to_owned(),
        author: brief(hub),
        id: hash,
        at: facts.newest(),
        evidence: words.evidence_file.to_owned(),
    };
    draw::draw(&sheet, about, evidence)
}

/// The language in which a file is, to the byte, the receipt over a proof: its pages say what the proof says, and nothing else. None where it is not.
///
/// # Errors
/// Those of [`render`].
pub fn language_of(bytes: &[u8], proof: &DeliveryProof) -> Result<Option<Language>, ReceiptError> {
    for language in Language::ALL {
        if render(proof, language)? == bytes {
            return Ok(Some(language));
        }
    }
    Ok(None)
}

fn head(sheet: &mut Sheet, words: &Words, proof: &DeliveryProof) {
    let band = vec![[0.0, 0.0, PAGE.0, 7.0]];
    sheet.draw(None, vec![Drawing::Boxes { boxes: band, ink: NAVY }]);
    sheet.y = 44.0;
    sheet.heading(1, TITLE, words.title, 100.0);
    let of = fill(words.of, &[("id", &proof.delivery.to_string())]);
    sheet.paragraph(None, SMALL, &of);
    sheet.y += 10.0;
}

/// What came of it, in a coloured field: the words say it, the colour only repeats them.
fn outcome(sheet: &mut Sheet, words: &Words, language: Language, facts: &Facts<'_>) {
    let (came, at) = facts.came();
    let (headline, meaning) = match came {
        Came::Confirmed => words.outcome.confirmed,
        Came::ByPost => words.outcome.by_post,
        Came::Late => words.outcome.late,
        Came::Expired => words.outcome.expired,
        Came::OnPaper => words.outcome.on_paper,
        Came::Available => words.outcome.available,
        Came::Waits => words.outcome.waits,
        Came::Unknown => words.outcome.unknown,
    };
    let at = at.map(|at| second(language, at)).unwrap_or_default();
    let (ink, tint) = tone_inks(came.tone());
    let (inset, right) = (44.0, 16.0);
    let headline_style = Style::new(Weight::Bold, 12.0, 16.0, ink);
    let meaning_style = Style::new(Weight::Regular, 9.5, 13.5, TEXT);
    let set = |style: Style, text: &str| {
        let text = fill(text, &[("at", &at)]);
        sheet.face.wrap(style.weight, style.size, &text, WIDTH - inset - right)
    };
    let (headline, meaning) = (set(headline_style, headline), set(meaning_style, meaning));
    let height = 16.0 * headline.len() as f32 + 13.5 * meaning.len() as f32 + 26.0;
    let (top, x) = (sheet.y, LEFT + 22.0);
    let plate = Drawing::Plate {
        at: [LEFT - 6.0, top, WIDTH + 12.0, height],
        radius: 6.0,
        ink: tint,
    };
    let mut sign = vec![plate];
    sign.extend(mark(came.tone(), (x, top + height / 2.0), ink));
    sheet.draw(None, sign);
    let node = sheet.node(None, Tag::P);
    let y = sheet.write(Some(node), (LEFT + inset, top + 11.0), headline_style, &headline);
    let node = sheet.node(None, Tag::P);
    sheet.write(Some(node), (LEFT + inset, y + 2.0), meaning_style, &meaning);
    sheet.y = top + height + 14.0;
}

/// The sign of a tone, in a circle.
fn mark(tone: Tone, (x, y): (f32, f32), ink: Ink) -> Vec<Drawing> {
    let circle = Drawing::Dot {
        centre: (x, y),
        radius: 11.0,
        fill: ink,
        rim: ink,
        width: 0.0,
    };
    let path = |points: &[(f32, f32)]| Drawing::Path {
        points: points.iter().map(|(dx, dy)| (x + dx, y + dy)).collect(),
        width: 2.2,
        ink: WHITE,
    };
    let mut mark = vec![circle];
    match tone {
        Tone::Good => mark.push(path(&[(-4.8, 0.4), (-1.3, 4.0), (5.0, -3.8)])),
        Tone::Bad => mark.extend([path(&[(-3.6, -3.6), (3.6, 3.6)]), path(&[(-3.6, 3.6), (3.6, -3.6)])]),
        Tone::Waiting => mark.push(path(&[(0.0, -5.6), (0.0, 0.6), (3.9, 2.8)])),
        Tone::Plain => mark.extend([
            path(&[(-5.0, -3.4), (5.0, -3.4), (5.0, 3.6), (-5.0, 3.6), (-5.0, -3.4)]),
            path(&[(-5.0, -3.4), (0.0, 0.9), (5.0, -3.4)]),
        ]),
    }
    mark
}

/// The colour of a tone, and the one that lies under it.
const fn tone_inks(tone: Tone) -> (Ink, Ink) {
    match tone {
        Tone::Good => (GREEN, [0xe5, 0xf4, 0xed]),
        Tone::Plain => ([0x1d, 0x5a, 0x9c], [0xe7, 0xf0, 0xfa]),
        Tone::Waiting => ([0x85, 0x57, 0x00], [0xfd, 0xf3, 0xdc]),
        Tone::Bad => ([0x9b, 0x1c, 0x1c], [0xfb, 0xea, 0xea]),
    }
}

fn gap(sheet: &mut Sheet) {
    sheet.y += 10.0;
}

fn foot(sheet: &mut Sheet, words: &Words, proof: &DeliveryProof) {
    let style = Style::new(Weight::Regular, 8.0, 11.0, QUIET);
    let pages = sheet.pages.len().to_string();
    let y = PAGE.1 - 38.0;
    let name = format!("{} · {}", words.title, proof.delivery);
    let number = |page: usize| fill(words.page, &[("page", &page.to_string()), ("pages", &pages)]);
    let widths: Vec<f32> = (1..=sheet.pages.len())
        .map(|page| sheet.face.width(style.weight, style.size, &number(page)))
        .collect();
    sheet.foot(|page| {
        let text = |x: f32, text: String| Drawing::Text {
            at: (x, y),
            style,
            text,
        };
        let width = widths.get(page - 1).copied().unwrap_or(0.0);
        vec![
            Drawing::Line {
                from: (LEFT - 6.0, y - 15.0),
                to: (LEFT + WIDTH + 6.0, y - 15.0),
                width: 0.5,
                ink: RULE,
                dashed: false,
            },
            text(LEFT, name.clone()),
            text(LEFT + WIDTH - width, number(page)),
        ]
    });
}

/// A text of a record, as far as a page has room for it.
fn brief(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
