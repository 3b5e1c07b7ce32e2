//! The pages of a PDF in their order, each with what it inherits from the page tree (ISO 32000-1 7.7.3).

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::{MAX_LETTER_PAGES, PdfRefused, Reason};

/// Points in a millimetre.
const POINTS_PER_MM: f64 = 72.0 / 25.4;
/// A4 (ISO 216), millimetres.
const A4: (f64, f64) = (210.0, 297.0);
/// How far a page may be from A4, millimetres: what programs round, and what a printer's grippers allow.
const TOLERANCE: f64 = 2.0;
/// How deep a page tree may be; balanced ones have less than ten levels.
const MAX_DEPTH: usize = 100;

/// A page as it is seen.
#[derive(Debug, Clone, Copy)]
pub(in crate::domain::letter) struct Page<'a> {
    /// Its object.
    pub(in crate::domain::letter) id: ObjectId,
    /// How far it is turned clockwise for showing: 0, 90, 180 or 270.
    pub(in crate::domain::letter) rotation: i64,
    /// What is drawn on it.
    pub(super) contents: Option<&'a Object>,
    /// Fonts, images and the like.
    pub(super) resources: Option<&'a Object>,
    /// Width and height as seen, in points; none when it has no readable size.
    size: Option<(f64, f64)>,
}

impl Page<'_> {
    /// Whether it is A4, standing or lying.
    pub(super) fn is_a4(&self) -> bool {
        let near = |points: f64, mm: f64| (points / POINTS_PER_MM - mm).abs() <= TOLERANCE;
        self.size.is_some_and(|(width, height)| {
            let (short, long) = (width.min(height), width.max(height));
            near(short, A4.0) && near(long, A4.1)
        })
    }

    /// Whether it is wider than high as seen.
    pub(in crate::domain::letter) fn is_lying(&self) -> bool {
        self.size.is_some_and(|(width, height)| width > height)
    }
}

/// What a node of the page tree hands down.
#[derive(Debug, Clone, Copy, Default)]
struct Inherited<'a> {
    media: Option<&'a Object>,
    crop: Option<&'a Object>,
    rotate: Option<&'a Object>,
    resources: Option<&'a Object>,
}

impl<'a> Inherited<'a> {
    fn with(self, node: &'a Dictionary) -> Self {
        let own = |key: &[u8], inherited| node.get(key).ok().or(inherited);
        Self {
            media: own(b"MediaBox", self.media),
            crop: own(b"CropBox", self.crop),
            rotate: own(b"Rotate", self.rotate),
            resources: own(b"Resources", self.resources),
        }
    }
}

/// Every page in reading order.
pub(in crate::domain::letter) fn pages(document: &Document) -> Result<Vec<Page<'_>>, PdfRefused> {
    let root = document
        .catalog()
        .and_then(|catalog| catalog.get(b"Pages"))
        .and_then(Object::as_reference)
        .map_err(|_| PdfRefused::broken("it has no pages"))?;
    let mut pages = Vec::new();
    let mut seen = HashSet::new();
    let mut open = vec![(root, Inherited::default(), 0)];
    while let Some((id, inherited, depth)) = open.pop() {
        let node = document
            .get_dictionary(id)
            .map_err(|_| PdfRefused::broken("a page is missing"))?;
        if depth > MAX_DEPTH || !seen.insert(id) {
            return Err(PdfRefused::broken("its pages go in a circle"));
        }
        let inherited = inherited.with(node);
        let Some(kids) = kids(document, node)? else {
            if pages.len() == MAX_LETTER_PAGES {
                return Err(Reason::TooManyPages.into());
            }
            pages.push(page(document, (id, node), inherited));
            continue;
        };
        for kid in kids.iter().rev() {
            let kid = kid
                .as_reference()
                .map_err(|_| PdfRefused::broken("a page is missing"))?;
            open.push((kid, inherited, depth + 1));
        }
    }
    let counted = document
        .get_dictionary(root)
        .and_then(|root| root.get(b"Count"))
        .and_then(|count| document.dereference(count))
        .and_then(|(_, count)| count.as_i64());
    if pages.is_empty() {
        return Err(PdfRefused::broken("it has no pages"));
    }
    if counted.ok().and_then(|count| usize::try_from(count).ok()) != Some(pages.len()) {
        return Err(PdfRefused::broken(
            "it says that it has another number of pages than it has",
        ));
    }
    Ok(pages)
}

/// The children of an inner node; none for a page.
fn kids<'a>(document: &'a Document, node: &'a Dictionary) -> Result<Option<&'a [Object]>, PdfRefused> {
    let typed = node.get(b"Type").and_then(Object::as_name).ok();
    match node.get(b"Kids") {
        Err(_) if typed == Some(b"Pages".as_slice()) => Err(PdfRefused::broken("a page is missing")),
        Err(_) => Ok(None),
        Ok(_) if typed == Some(b"Page".as_slice()) => Ok(None),
        Ok(kids) => document
            .dereference(kids)
            .and_then(|(_, kids)| kids.as_array())
            .map(|kids| Some(kids.as_slice()))
            .map_err(|_| PdfRefused::broken("a page is missing")),
    }
}

fn page<'a>(document: &'a Document, (id, node): (ObjectId, &'a Dictionary), inherited: Inherited<'a>) -> Page<'a> {
    let integer = |object: &'a Object| document.dereference(object).and_then(|(_, it)| it.as_i64()).ok();
    let rotation = inherited.rotate.and_then(integer).unwrap_or(0).rem_euclid(360);
    let unit = node
        .get(b"UserUnit")
        .ok()
        .and_then(|unit| number(document, unit))
        .unwrap_or(1.0);
    let media = inherited.media.and_then(|media| rectangle(document, media));
    let visible = match (media, inherited.crop) {
        (Some(media), Some(crop)) => rectangle(document, crop).and_then(|crop| media.within(crop)),
        (media, _) => media,
    };
    let size = visible.map(|it| {
        let (width, height) = ((it.right - it.left) * unit, (it.top - it.bottom) * unit);
        if rotation % 180 == 90 {
            (height, width)
        } else {
            (width, height)
        }
    });
    Page {
        id,
        rotation,
        contents: node.get(b"Contents").ok(),
        resources: inherited.resources,
        // Turned by anything but quarters: no viewer agrees with the next on what is seen.
        size: size.filter(|_| rotation % 90 == 0),
    }
}

/// A rectangle, corners in order, in user space.
#[derive(Debug, Clone, Copy)]
struct Rectangle {
    left: f64,
    bottom: f64,
    right: f64,
    top: f64,
}

impl Rectangle {
    /// What is left of it within another; none when that is nothing.
    fn within(self, other: Self) -> Option<Self> {
        let both = Self {
            left: self.left.max(other.left),
            bottom: self.bottom.max(other.bottom),
            right: self.right.min(other.right),
            top: self.top.min(other.top),
        };
        (both.left < both.right && both.bottom < both.top).then_some(both)
    }
}

fn rectangle(document: &Document, object: &Object) -> Option<Rectangle> {
    let (_, object) = document.dereference(object).ok()?;
    let [a, b, c, d] = object.as_array().ok()?.as_slice() else {
        return None;
    };
    let number = |it| number(document, it);
    let (a, b, c, d) = (number(a)?, number(b)?, number(c)?, number(d)?);
    Some(Rectangle {
        left: a.min(c),
        bottom: b.min(d),
        right: a.max(c),
        top: b.max(d),
    })
}

fn number(document: &Document, object: &Object) -> Option<f64> {
    match document.dereference(object).ok()?.1 {
        #[expect(clippy::cast_precision_loss, reason = "a page is no billion points wide")]
        Object::Integer(number) => Some(*number as f64),
        Object::Real(number) => Some(f64::from(*number)),
        _ => None,
    }
    .filter(|number| number.is_finite())
}
