//! The time line: what happened, from left to right, with the time that lay between. A picture; its alternative text says the same.

use krilla::geom::Rect;
use krilla::tagging::{BBox, Tag};

use super::facts::{Milestone, Tone};
use super::sheet::{Drawing, Ink, LEFT, QUIET, RULE, Sheet, Style, TEXT, WHITE, WIDTH};
use super::typeface::Weight;
use super::words::{Words, fill, second, span, under_a_dot};
use super::{GREEN, tone_inks};
use crate::domain::name::Language;
use crate::evidence::event_type::EventType;

const HEIGHT: f32 = 84.0;
/// Of a dot.
const RADIUS: f32 = 7.0;
const LABEL: Style = Style::new(Weight::Bold, 8.5, 11.0, TEXT);
const TIME: Style = Style::new(Weight::Regular, 8.0, 10.5, QUIET);
const SPAN: Style = Style::new(Weight::Regular, 7.5, 10.0, QUIET);

/// Draws the milestones.
pub(super) fn time_line(sheet: &mut Sheet, words: &Words, language: Language, milestones: &[Milestone]) {
    sheet.need(HEIGHT);
    let top = sheet.y;
    let alt = fill(words.time_line_alt, &[("events", &told(words, language, milestones))]);
    let bounds = Rect::from_xywh(LEFT, top, WIDTH, HEIGHT).map(|rect| BBox::new(sheet.pages.len() - 1, rect));
    let figure = sheet.node(None, Tag::Figure(Some(alt)).with_bbox(bounds));
    let slot = WIDTH / milestones.len().max(1) as f32;
    let line = top + 26.0;
    let centre = |number: usize| LEFT + slot * (number as f32 + 0.5);
    let mut drawings = Vec::new();
    for (number, pair) in milestones.windows(2).enumerate() {
        let (from, to) = (centre(number) + RADIUS + 4.0, centre(number + 1) - RADIUS - 4.0);
        let times = pair[0].what.zip(pair[1].what);
        drawings.push(Drawing::Line {
            from: (from, line),
            to: (to, line),
            width: 1.6,
            ink: RULE,
            dashed: times.is_none(),
        });
        let between = times
            .map(|((_, from), (_, to))| span(language, from, to))
            .unwrap_or_default();
        if !between.is_empty() {
            drawings.push(middle(sheet, ((from + to) / 2.0, line - 6.0), SPAN, between));
        }
    }
    for (number, milestone) in milestones.iter().enumerate() {
        let x = centre(number);
        dot(&mut drawings, (x, line), milestone);
        let label = milestone
            .what
            .map_or(words.withheld_short, |(event, _)| (words.short)(event));
        let mut y = line + RADIUS + 15.0;
        for text in sheet.face.wrap(LABEL.weight, LABEL.size, label, slot - 4.0) {
            drawings.push(middle(sheet, (x, y), LABEL, text.trim_end().to_owned()));
            y += LABEL.leading;
        }
        if let Some((_, at)) = milestone.what {
            for text in under_a_dot(language, at) {
                drawings.push(middle(sheet, (x, y), TIME, text));
                y += TIME.leading;
            }
        }
    }
    sheet.draw(Some(figure), drawings);
    sheet.y = top + HEIGHT;
}

/// The milestones in words.
fn told(words: &Words, language: Language, milestones: &[Milestone]) -> String {
    let told = milestones.iter().map(|it| match it.what {
        Some((event, at)) => format!("{} {}", (words.short)(event), second(language, at)),
        None => words.withheld_short.to_owned(),
    });
    told.collect::<Vec<_>>().join("; ")
}

/// A text around a point.
fn middle(sheet: &Sheet, (x, y): (f32, f32), style: Style, text: String) -> Drawing {
    let width = sheet.face.width(style.weight, style.size, &text);
    Drawing::Text {
        at: (x - width / 2.0, y),
        style,
        text,
    }
}

fn dot(drawings: &mut Vec<Drawing>, (x, y): (f32, f32), milestone: &Milestone) {
    let Some((event, _)) = milestone.what else {
        return drawings.push(Drawing::Dot {
            centre: (x, y),
            radius: RADIUS,
            fill: WHITE,
            rim: RULE,
            width: 1.6,
        });
    };
    let ink = ink(event);
    drawings.push(Drawing::Dot {
        centre: (x, y),
        radius: RADIUS,
        fill: ink,
        rim: ink,
        width: 0.0,
    });
    let sign = |points: &[(f32, f32)]| Drawing::Path {
        points: points.iter().map(|(dx, dy)| (x + dx, y + dy)).collect(),
        width: 1.5,
        ink: WHITE,
    };
    match tone(event) {
        Tone::Good => drawings.push(sign(&[(-3.0, 0.2), (-0.8, 2.5), (3.2, -2.4)])),
        Tone::Bad => {
            drawings.push(sign(&[(-2.3, -2.3), (2.3, 2.3)]));
            drawings.push(sign(&[(-2.3, 2.3), (2.3, -2.3)]));
        }
        Tone::Waiting => drawings.push(sign(&[(0.0, -3.4), (0.0, 0.3), (2.4, 1.7)])),
        Tone::Plain => drawings.push(Drawing::Dot {
            centre: (x, y),
            radius: 2.2,
            fill: WHITE,
            rim: WHITE,
            width: 0.0,
        }),
    }
}

fn ink(event: EventType) -> Ink {
    match tone(event) {
        Tone::Good => GREEN,
        tone => tone_inks(tone).0,
    }
}

const fn tone(event: EventType) -> Tone {
    match event {
        EventType::ConsignmentAcceptance | EventType::PostReceiptConfirmed => Tone::Good,
        EventType::NotificationForAcceptance => Tone::Waiting,
        EventType::AcceptanceRejectionExpiry
        | EventType::LateRetrieval
        | EventType::ConsignmentNotificationFailure
        | EventType::NoticeFailed
        | EventType::PostReturned
        | EventType::PostUnresolved => Tone::Bad,
        _ => Tone::Plain,
    }
}
