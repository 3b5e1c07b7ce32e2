//! The time line of a delivery and the numbers over time as drawings: coordinates for the templates, which write them as SVG.
//!
//! The drawings hold no words, so that they can be of any width; what they show stands beside them as text. Lines differ by their dashes and marks,
//! not by colour alone.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::evidence::record::EventType;
use crate::hub::audit::view::{Numbers, Step};

/// Width of a drawing, in its own units.
pub(super) const WIDTH: i64 = 640;
/// Room left at either side.
const EDGE: i64 = 16;
/// The line on which a time line's marks stand.
const GROUND: i64 = 76;
/// How near marks may come before they are put above each other, and by how much.
const NEAR: i64 = 14;
/// Height of the numbers' drawing above its ground, which lies at this and [`EDGE`].
const HIGH: i64 = 160;

/// A time line.
pub(in crate::http::web) struct LinePicture {
    pub marks: Vec<Mark>,
    /// The time to confirm: where it begins and how wide it is.
    pub window: Option<(i64, i64)>,
}

/// A mark of a time line.
pub(in crate::http::web) struct Mark {
    pub x: i64,
    pub y: i64,
    pub class: &'static str,
}

/// What kind of event it is, for its colour.
pub(super) const fn class(event: EventType) -> &'static str {
    match event {
        EventType::ConsignmentAcceptance | EventType::ContentHandover | EventType::PostReceiptConfirmed => "well",
        EventType::AcceptanceRejectionExpiry
        | EventType::LateRetrieval
        | EventType::PostReturned
        | EventType::PostUnresolved
        | EventType::ConsignmentNotificationFailure
        | EventType::NoticeFailed => "ill",
        EventType::StaffAccess
        | EventType::ContentAccessAsked
        | EventType::ContentAccessGranted
        | EventType::ContentAccessRefused => "staff",
        _ => "plain",
    }
}

/// Draws a time line from the first event to the last, or to the end of the time to confirm where that comes later.
pub(super) fn line(steps: &[Step], confirm_before: Option<Timestamp>) -> LinePicture {
    let first = steps.first().map_or(0, |it| it.at.as_millisecond());
    let last = steps.iter().map(|it| it.at.as_millisecond()).max().unwrap_or(first);
    let until = confirm_before.map(|it| it.as_millisecond());
    let span = until.unwrap_or(last).max(last) - first;
    let x = |at: i64| EDGE + (at - first) * (WIDTH - 2 * EDGE) / span.max(1);
    let (mut marks, mut before): (Vec<Mark>, i64) = (Vec::new(), i64::MIN / 2);
    let mut height = 0;
    for step in steps {
        let at = x(step.at.as_millisecond());
        height = if at - before < NEAR { (height + 1) % 5 } else { 0 };
        before = at;
        marks.push(Mark {
            x: at,
            y: GROUND - NEAR * height,
            class: class(step.event),
        });
    }
    LinePicture {
        marks,
        window: until.map(|until| (EDGE, x(until) - EDGE)),
    }
}

/// Numbers over time.
pub(in crate::http::web) struct Plot {
    pub series: Vec<Series>,
    /// What the highest line of the grid stands for.
    pub top: i64,
}

/// One line of a plot.
pub(in crate::http::web) struct Series {
    /// Names the line's style.
    pub class: &'static str,
    /// The key of its name.
    pub key: &'static str,
    /// The points, as SVG writes them.
    pub points: String,
    pub marks: Vec<(i64, i64)>,
    pub total: i64,
}

/// The style of a line, the key of its name, and what it draws.
type Drawn = (&'static str, &'static str, fn(&Numbers) -> i64);

/// Which numbers are drawn.
const LINES: [Drawn; 4] = [
    ("accepted", "count-accepted", |it| it.accepted),
    ("opened", "count-opened", |it| it.opened),
    ("confirmed", "count-confirmed", |it| it.confirmed),
    ("expired", "count-expired", |it| it.expired),
];

/// Draws the numbers.
pub(super) fn plot(steps: &[(Date, Numbers)], total: &Numbers) -> Plot {
    let most = steps.iter().flat_map(|(_, it)| LINES.map(|line| line.2(it))).max();
    let top = round_up(most.unwrap_or(0));
    let wide = i64::try_from(steps.len()).unwrap_or(1).max(2) - 1;
    let series = LINES.map(|(class, key, number)| {
        let marks: Vec<(i64, i64)> = (0..)
            .zip(steps)
            .map(|(index, (_, it))| {
                let x = EDGE + index * (WIDTH - 2 * EDGE) / wide;
                (x, EDGE + HIGH - number(it) * HIGH / top)
            })
            .collect();
        let points: Vec<String> = marks.iter().map(|(x, y)| format!("{x},{y}")).collect();
        Series {
            class,
            key,
            points: points.join(" "),
            marks,
            total: number(total),
        }
    });
    Plot {
        series: series.into(),
        top,
    }
}

/// The next number of the form 1, 2 or 5 with zeros.
fn round_up(most: i64) -> i64 {
    let mut unit: i64 = 1;
    while unit < i64::MAX / 10 {
        for step in [1, 2, 5] {
            if step * unit >= most {
                return step * unit;
            }
        }
        unit *= 10;
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(at: &str, event: EventType) -> Step {
        Step {
            event,
            at: at.parse().unwrap(),
            seq: 1,
            index: None,
            sha256: String::new(),
        }
    }

    #[test]
    fn marks_stand_in_proportion_and_never_on_each_other() {
        let steps = [
            step("2026-03-02T10:00:00Z", EventType::SubmissionAcceptance),
            step("2026-03-02T10:00:00Z", EventType::NotificationForAcceptance),
            step("2026-03-05T22:00:00Z", EventType::ConsignmentAcceptance),
        ];
        let picture = line(&steps, Some("2026-03-09T10:00:00Z".parse().unwrap()));
        let at: Vec<_> = picture.marks.iter().map(|it| (it.x, it.y, it.class)).collect();
        assert_eq!(at, [(16, 76, "plain"), (16, 62, "plain"), (320, 76, "well")]);
        assert_eq!(picture.window, Some((16, 608)));
        assert!(line(&[], None).marks.is_empty());
        assert_eq!(line(&steps[..1], None).marks[0].x, 16);
    }

    #[test]
    fn the_grid_ends_at_a_round_number() {
        for (most, top) in [(0, 1), (1, 1), (3, 5), (10, 10), (11, 20), (501, 1_000)] {
            assert_eq!(round_up(most), top, "{most}");
        }
        let numbers = Numbers {
            accepted: 4,
            ..Numbers::default()
        };
        let day = "2026-03-02".parse().unwrap();
        let plot = plot(&[(day, numbers), (day, Numbers::default())], &numbers);
        assert_eq!(plot.top, 5);
        assert_eq!(plot.series[0].points, "16,48 624,176");
    }
}
