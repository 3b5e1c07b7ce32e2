//! Turns the laid-out pages into the file: draws, numbers the pages, embeds the evidence, and has the whole checked against PDF/A-3a and PDF/UA-1.
//!
//! Guarantees: the same pages and evidence give the same bytes; nothing that carries words or evidence is compressed but the letters' outlines, so
//! that whoever takes the evidence out of a stranger's file needs to unpack nothing.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata, PageLayout, TextDirection};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, LineCap, LineJoin, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, TagTree};
use krilla::{Document, SerializeSettings};

use super::sheet::{Drawing, Heading, Ink, Mark, PAGE, Role, Sheet};
use super::typeface::Typeface;
use super::{EVIDENCE, FORM, ReceiptError};
use crate::domain::name::Language;

/// How far the control points of a circle's curves stand from its ends, in radii.
const CURVE: f32 = 0.552_285;

/// What the file says of itself.
pub(super) struct About {
    pub(super) language: Language,
    pub(super) title: String,
    pub(super) subject: String,
    pub(super) author: String,
    /// What tells this document from others.
    pub(super) id: String,
    /// Of the newest event.
    pub(super) at: Timestamp,
    /// What the embedded file is.
    pub(super) evidence: String,
}

/// The file.
pub(super) fn draw(sheet: &Sheet, about: About, evidence: Vec<u8>) -> Result<Vec<u8>, ReceiptError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|_| ReceiptError::Standard)?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        compress_content_streams: false,
        ..SerializeSettings::default()
    });
    let mut identifiers = Vec::with_capacity(sheet.pages.len());
    for marks in &sheet.pages {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or(ReceiptError::Standard)?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        let drawn = marks.iter().map(|mark| draw_mark(&mut surface, &sheet.face, mark));
        identifiers.push(drawn.collect::<Vec<Identifier>>());
        surface.finish();
        page.finish();
    }
    let mut tree = TagTree::new().with_lang(Some(about.language.code().to_owned()));
    for group in sheet.structure(&identifiers) {
        tree.push(group);
    }
    document.set_tag_tree(tree);
    document.set_outline(outline(&sheet.headings));
    let at = date(about.at);
    let embedded = EmbeddedFile {
        path: EVIDENCE.to_owned(),
        mime_type: MimeType::new("application/json"),
        description: Some(about.evidence),
        // The pages were made from it.
        association_kind: AssociationKind::Source,
        data: evidence.into(),
        modification_date: Some(at),
        compress: Some(false),
        location: None,
    };
    document.embed_file(embedded).ok_or(ReceiptError::Standard)?;
    let form = format!("Tiedoksi, receipt form {FORM}");
    let metadata = Metadata::new()
        .title(about.title)
        .description(about.subject)
        .authors(vec![about.author])
        .creator(form.clone())
        .producer(form)
        .language(about.language.code().to_owned())
        .document_id(about.id)
        .creation_date(at)
        .text_direction(TextDirection::LeftToRight)
        .page_layout(PageLayout::OneColumn);
    document.set_metadata(metadata);
    document.finish().map_err(|error| ReceiptError::Pdf(Box::new(error)))
}

fn outline(headings: &[Heading]) -> Outline {
    let mut outline = Outline::new();
    let node = |heading: &Heading| {
        let at = XyzDestination::new(heading.page, Point::from_xy(0.0, (heading.top - 12.0).max(0.0)));
        OutlineNode::new(heading.text.clone(), at)
    };
    let mut headings = headings.iter().peekable();
    while let Some(heading) = headings.next() {
        let mut parent = node(heading);
        while let Some(below) = headings.next_if(|next| next.level > heading.level) {
            parent.push_child(node(below));
        }
        outline.push_child(parent.with_open(true));
    }
    outline
}

fn date(at: Timestamp) -> DateTime {
    let at = at.to_zoned(TimeZone::UTC);
    let small = |number: i8| number.unsigned_abs();
    DateTime::new(at.year().unsigned_abs())
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

fn draw_mark(surface: &mut Surface<'_>, face: &Typeface, mark: &Mark) -> Identifier {
    let identifier = surface.start_tagged(match mark.role {
        Role::Content => ContentTag::Other,
        Role::Ornament => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
        Role::Foot => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)),
    });
    for drawing in &mark.drawings {
        draw_one(surface, face, drawing);
    }
    surface.end_tagged();
    identifier
}

fn draw_one(surface: &mut Surface<'_>, face: &Typeface, drawing: &Drawing) {
    match drawing {
        Drawing::Text { at, style, text } => {
            let line = face.set(style.weight, text);
            surface.set_stroke(None);
            surface.set_fill(Some(filled(style.ink)));
            let start = Point::from_xy(at.0, at.1);
            surface.draw_glyphs(
                start,
                &line.glyphs,
                face.font(style.weight),
                &line.text,
                style.size,
                false,
            );
        }
        Drawing::Boxes { boxes, ink } => fill_path(surface, filled(*ink), None, |path| {
            let boxes = boxes.iter().filter_map(|[x, y, w, h]| Rect::from_xywh(*x, *y, *w, *h));
            boxes.for_each(|it| path.push_rect(it));
        }),
        Drawing::Plate { at, radius, ink } => fill_path(surface, filled(*ink), None, |path| plate(path, *at, *radius)),
        Drawing::Dot {
            centre: (x, y),
            radius,
            fill,
            rim,
            width,
        } => {
            let bounds = [x - radius, y - radius, 2.0 * radius, 2.0 * radius];
            let rim = stroke(*rim, *width, false);
            fill_path(surface, filled(*fill), Some(rim), |path| plate(path, bounds, *radius));
        }
        Drawing::Line {
            from,
            to,
            width,
            ink,
            dashed,
        } => stroke_path(surface, stroke(*ink, *width, *dashed), &[*from, *to]),
        Drawing::Path { points, width, ink } => stroke_path(surface, stroke(*ink, *width, false), points),
    }
}

fn filled(ink: Ink) -> Fill {
    Fill {
        paint: rgb::Color::new(ink[0], ink[1], ink[2]).into(),
        ..Fill::default()
    }
}

fn stroke(ink: Ink, width: f32, dashed: bool) -> Stroke {
    Stroke {
        paint: rgb::Color::new(ink[0], ink[1], ink[2]).into(),
        width,
        line_cap: LineCap::Round,
        line_join: LineJoin::Round,
        dash: dashed.then(|| StrokeDash {
            array: vec![1.0, 4.0],
            offset: 0.0,
        }),
        ..Stroke::default()
    }
}

fn fill_path(surface: &mut Surface<'_>, fill: Fill, rim: Option<Stroke>, build: impl FnOnce(&mut PathBuilder)) {
    let mut path = PathBuilder::new();
    build(&mut path);
    if let Some(path) = path.finish() {
        surface.set_stroke(rim);
        surface.set_fill(Some(fill));
        surface.draw_path(&path);
    }
}

fn stroke_path(surface: &mut Surface<'_>, stroke: Stroke, points: &[(f32, f32)]) {
    let mut path = PathBuilder::new();
    for (number, (x, y)) in points.iter().enumerate() {
        match number {
            0 => path.move_to(*x, *y),
            _ => path.line_to(*x, *y),
        }
    }
    if let Some(path) = path.finish() {
        surface.set_fill(None);
        surface.set_stroke(Some(stroke));
        surface.draw_path(&path);
    }
}

/// A rectangle with round corners; with half its side as their radius, a circle.
fn plate(path: &mut PathBuilder, [x, y, w, h]: [f32; 4], radius: f32) {
    let r = radius.min(w / 2.0).min(h / 2.0);
    let k = r * (1.0 - CURVE);
    let (right, bottom) = (x + w, y + h);
    path.move_to(x + r, y);
    path.line_to(right - r, y);
    path.cubic_to(right - k, y, right, y + k, right, y + r);
    path.line_to(right, bottom - r);
    path.cubic_to(right, bottom - k, right - k, bottom, right - r, bottom);
    path.line_to(x + r, bottom);
    path.cubic_to(x + k, bottom, x, bottom - k, x, bottom - r);
    path.line_to(x, y + r);
    path.cubic_to(x, y + k, x + k, y, x + r, y);
    path.close();
}
