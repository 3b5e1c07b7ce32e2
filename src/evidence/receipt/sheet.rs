//! The pages of a receipt while they fill: marks in reading order, each belonging to a node of the document's structure or to none.
//!
//! Points (1/72 inch) from the upper left corner; the y of a text is its base line. Everything is laid out first and drawn at the end, when the
//! number of pages is known.

use krilla::tagging::{Node, TagGroup, TagKind};

use super::ReceiptError;
use super::typeface::{Typeface, Weight};

/// A4, in points.
pub(super) const PAGE: (f32, f32) = (595.276, 841.89);
/// Where text begins.
pub(super) const LEFT: f32 = 56.0;
/// How wide text may be.
pub(super) const WIDTH: f32 = PAGE.0 - 2.0 * LEFT;
/// Where the first line of a further page may stand, and below what nothing stands but the foot.
const TOP: f32 = 64.0;
const BOTTOM: f32 = PAGE.1 - 66.0;

/// A colour: red, green, blue.
pub(super) type Ink = [u8; 3];
pub(super) const NAVY: Ink = [0x16, 0x2b, 0x4d];
pub(super) const TEXT: Ink = [0x1f, 0x29, 0x33];
pub(super) const QUIET: Ink = [0x52, 0x60, 0x6d];
pub(super) const RULE: Ink = [0xcb, 0xd2, 0xd9];
pub(super) const TINT: Ink = [0xf3, 0xf6, 0xf9];
pub(super) const WHITE: Ink = [0xff, 0xff, 0xff];

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) weight: Weight,
    pub(super) size: f32,
    /// From one base line to the next.
    pub(super) leading: f32,
    pub(super) ink: Ink,
}

impl Style {
    pub(super) const fn new(weight: Weight, size: f32, leading: f32, ink: Ink) -> Self {
        Self {
            weight,
            size,
            leading,
            ink,
        }
    }
}

pub(super) const BODY: Style = Style::new(Weight::Regular, 9.5, 13.5, TEXT);
pub(super) const STRONG: Style = Style::new(Weight::Bold, 9.5, 13.5, TEXT);
pub(super) const SMALL: Style = Style::new(Weight::Regular, 8.5, 11.5, QUIET);
/// Hashes: one in a line.
pub(super) const HASH: Style = Style::new(Weight::Regular, 8.0, 11.5, QUIET);
pub(super) const SMALL_STRONG: Style = Style::new(Weight::Bold, 8.5, 11.5, QUIET);

/// What is drawn.
#[derive(Debug, Clone)]
pub(super) enum Drawing {
    Text {
        at: (f32, f32),
        style: Style,
        text: String,
    },
    /// Filled rectangles: left, top, width, height.
    Boxes {
        boxes: Vec<[f32; 4]>,
        ink: Ink,
    },
    /// A filled rectangle with round corners.
    Plate {
        at: [f32; 4],
        radius: f32,
        ink: Ink,
    },
    Line {
        from: (f32, f32),
        to: (f32, f32),
        width: f32,
        ink: Ink,
        dashed: bool,
    },
    /// A filled circle with a rim.
    Dot {
        centre: (f32, f32),
        radius: f32,
        fill: Ink,
        rim: Ink,
        width: f32,
    },
    /// A line through points, as of a tick.
    Path {
        points: Vec<(f32, f32)>,
        width: f32,
        ink: Ink,
    },
}

/// A node of the structure, while it is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NodeId(usize);

enum Child {
    Node(NodeId),
    /// What this mark, by page and number, shows.
    Mark(usize, usize),
}

struct Element {
    tag: TagKind,
    children: Vec<Child>,
}

/// What a mark is to someone who hears the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Part of the structure.
    Content,
    /// Nothing.
    Ornament,
    /// The foot of a page.
    Foot,
}

/// Drawings that belong together.
pub(super) struct Mark {
    pub(super) role: Role,
    pub(super) drawings: Vec<Drawing>,
}

/// A heading, for the outline.
pub(super) struct Heading {
    pub(super) text: String,
    pub(super) page: usize,
    pub(super) top: f32,
    pub(super) level: u16,
}

/// The pages so far.
pub(super) struct Sheet {
    pub(super) face: Typeface,
    pub(super) pages: Vec<Vec<Mark>>,
    pub(super) headings: Vec<Heading>,
    elements: Vec<Element>,
    roots: Vec<NodeId>,
    /// Where the next thing begins.
    pub(super) y: f32,
}

impl Sheet {
    pub(super) fn new() -> Result<Self, ReceiptError> {
        Ok(Self {
            face: Typeface::new()?,
            pages: vec![Vec::new()],
            headings: Vec::new(),
            elements: Vec::new(),
            roots: Vec::new(),
            y: TOP,
        })
    }

    /// A new node of the structure, in a node or in the document.
    pub(super) fn node(&mut self, within: Option<NodeId>, tag: impl Into<TagKind>) -> NodeId {
        let id = NodeId(self.elements.len());
        self.elements.push(Element {
            tag: tag.into(),
            children: Vec::new(),
        });
        match within.and_then(|within| self.elements.get_mut(within.0)) {
            Some(parent) => parent.children.push(Child::Node(id)),
            None => self.roots.push(id),
        }
        id
    }

    /// Begins a new page unless `height` more points fit.
    pub(super) fn need(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > TOP {
            self.pages.push(Vec::new());
            self.y = TOP;
        }
    }

    /// Draws on the last page, as part of a node or, without one, as ornament.
    pub(super) fn draw(&mut self, node: Option<NodeId>, drawings: Vec<Drawing>) {
        let page = self.pages.len() - 1;
        let Some(marks) = self.pages.last_mut() else { return };
        if let Some(element) = node.and_then(|node| self.elements.get_mut(node.0)) {
            element.children.push(Child::Mark(page, marks.len()));
        }
        let role = match node {
            Some(_) => Role::Content,
            None => Role::Ornament,
        };
        marks.push(Mark { role, drawings });
    }

    /// Draws the foot of every page, made from its number.
    pub(super) fn foot(&mut self, foot: impl Fn(usize) -> Vec<Drawing>) {
        for (marks, number) in self.pages.iter_mut().zip(1..) {
            marks.push(Mark {
                role: Role::Foot,
                drawings: foot(number),
            });
        }
    }

    /// Writes lines one under the other from `y`, where the first has its upper edge, into a node or as ornament; answers where the next would have
    /// its upper edge.
    pub(super) fn write(&mut self, node: Option<NodeId>, (x, y): (f32, f32), style: Style, lines: &[String]) -> f32 {
        let mut top = y;
        for line in lines {
            // The base line: what is left of the leading stands half above.
            let base = top + (style.leading + style.size * 0.7) / 2.0;
            let text = Drawing::Text {
                at: (x, base),
                style,
                text: line.clone(),
            };
            self.draw(node, vec![text]);
            top += style.leading;
        }
        top
    }

    /// A paragraph across the page, which may go on over the page's end.
    pub(super) fn paragraph(&mut self, within: Option<NodeId>, style: Style, text: &str) {
        let node = self.node(within, krilla::tagging::Tag::P);
        self.flow(node, (LEFT, WIDTH), style, text);
    }

    /// Text in a column, which may go on over the page's end.
    pub(super) fn flow(&mut self, node: NodeId, (x, width): (f32, f32), style: Style, text: &str) {
        for line in self.face.wrap(style.weight, style.size, text, width) {
            self.need(style.leading);
            self.y = self.write(Some(node), (x, self.y), style, &[line]);
        }
    }

    /// A heading, which stands with at least `with` points of what it is over.
    pub(super) fn heading(&mut self, level: u16, style: Style, text: &str, with: f32) {
        self.need(style.leading + with);
        let number = std::num::NonZeroU16::new(level).unwrap_or(std::num::NonZeroU16::MIN);
        let node = self.node(None, krilla::tagging::Tag::Hn(number, Some(text.to_owned())));
        self.headings.push(Heading {
            text: text.to_owned(),
            page: self.pages.len() - 1,
            top: self.y,
            level,
        });
        self.flow(node, (LEFT, WIDTH), style, text);
    }

    /// The structure as the document has it, once every mark has got its identifier.
    pub(super) fn structure(&self, identifiers: &[Vec<krilla::tagging::Identifier>]) -> Vec<TagGroup> {
        self.roots
            .iter()
            .filter_map(|root| self.group(*root, identifiers))
            .collect()
    }

    fn group(&self, node: NodeId, identifiers: &[Vec<krilla::tagging::Identifier>]) -> Option<TagGroup> {
        let element = self.elements.get(node.0)?;
        let children = element.children.iter().filter_map(|child| match child {
            Child::Node(node) => self.group(*node, identifiers).map(Node::from),
            Child::Mark(page, number) => identifiers.get(*page)?.get(*number).map(|it| Node::from(*it)),
        });
        Some(TagGroup::with_children(element.tag.clone(), children.collect()))
    }
}
