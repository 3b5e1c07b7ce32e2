//! The goals, what was measured, and how the two compare.

use crate::site::Kind;

/// A goal of performance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    G1,
    G2,
    G3,
    G4,
    G5,
    G6,
    G11,
    G14Postgres,
    G14Sqlite,
    M1,
    M2,
    M3,
    M4,
    M5,
    M6,
    L1,
    L2,
    L3,
    L4,
    L5,
    L6,
}

const ALL: [Goal; 21] = [
    Goal::G1,
    Goal::G2,
    Goal::G3,
    Goal::G4,
    Goal::G5,
    Goal::G6,
    Goal::G11,
    Goal::G14Postgres,
    Goal::G14Sqlite,
    Goal::M1,
    Goal::M2,
    Goal::M3,
    Goal::M4,
    Goal::M5,
    Goal::M6,
    Goal::L1,
    Goal::L2,
    Goal::L3,
    Goal::L4,
    Goal::L5,
    Goal::L6,
];

/// What a goal asks for.
struct Asked {
    name: &'static str,
    what: &'static str,
    must: f64,
    aim: f64,
    more_is_better: bool,
}

impl Goal {
    pub fn name(self) -> &'static str {
        self.asked().name
    }

    /// A rate as it is, a time in milliseconds; what has its unit in its name, as it is.
    fn number(self, value: f64) -> String {
        let what = self.asked().what;
        match what.ends_with(", ms") || what.ends_with(", MB") {
            true => format!("{value:.2}"),
            false if value < 1.0 => format!("{:.2} ms", value * 1000.0),
            false => format!("{value:.0}"),
        }
    }

    fn asked(self) -> Asked {
        let (name, what, must, aim, more_is_better) = match self {
            Self::G1 => (
                "G1",
                "accept, 64 connections / pgbench, three inserts, 8 clients",
                1.5,
                2.0,
                true,
            ),
            Self::G2 => (
                "G2",
                "accept, 64 connections / pgbench, single CTE, 8 clients",
                0.9,
                1.2,
                true,
            ),
            Self::G3 => ("G3", "shared commits on / off", 2.0, 3.0, true),
            Self::G4 => (
                "G4",
                "one client: accept p50 / pgbench p50, three inserts",
                2.0,
                1.3,
                false,
            ),
            Self::G5 => ("G5", "accept p99 at 64 connections / (64 / rate)", 4.0, 2.5, false),
            Self::G6 => (
                "G6",
                "accept, 64 connections / raw, one per transaction",
                0.9,
                1.4,
                true,
            ),
            Self::G11 => ("G11", "evidence on / off", 0.85, 0.95, true),
            Self::G14Postgres => ("G14", "resident memory under G1, MB", 96.0, 48.0, false),
            Self::G14Sqlite => ("G14", "resident memory under G6, MB", 192.0, 128.0, false),
            Self::M1 => ("M1", "list a mailbox of 100 000 / of ten", 2.0, 1.3, false),
            Self::M2 => ("M2", "open a message in a mailbox of 100 000 / of ten", 2.0, 1.3, false),
            Self::M3 => ("M3", "search a mailbox of 100 000 / of ten", 100.0, 20.0, false),
            Self::M4 => ("M4", "search 10 000 messages of 2 KB, ms", 200.0, 50.0, false),
            Self::M5 => ("M5", "the slowest query of M4, ms", 200.0, 50.0, false),
            Self::M6 => ("M6", "the slowest query of M3 in 100 000, ms", 1000.0, 200.0, false),
            Self::L1 => (
                "L1",
                "seal a batch of 4096 behind a million leaves / behind few",
                2.0,
                1.3,
                false,
            ),
            Self::L2 => (
                "L2",
                "memory that sealing a million leaves added, MB",
                64.0,
                16.0,
                false,
            ),
            Self::L3 => (
                "L3",
                "the proof of a delivery among a million leaves, ms",
                5.0,
                2.0,
                false,
            ),
            Self::L4 => ("L4", "verify the bundle of that delivery, ms", 200.0, 50.0, false),
            Self::L5 => (
                "L5",
                "memory of exporting 100 000 deliveries / 1 000, peak, MB",
                1.25,
                1.1,
                false,
            ),
            Self::L6 => (
                "L6",
                "memory of verifying that range / that of 1 000, peak, MB",
                // It keeps the end of each delivery's chain: some hundred bytes for a delivery.
                2.0,
                1.25,
                false,
            ),
        };
        Asked {
            name,
            what,
            must,
            aim,
            more_is_better,
        }
    }
}

/// One measurement: left over right.
struct Pair {
    goal: Goal,
    kind: Kind,
    left: f64,
    right: f64,
}

/// Everything measured so far.
#[derive(Default)]
pub struct Table(Vec<Pair>);

impl Table {
    /// One pair of a comparison.
    pub fn ratio(&mut self, goal: Goal, kind: Kind, left: f64, right: f64) {
        eprintln!(
            "{:4} {:10} {:>12} / {:>12} = {:.2}",
            goal.name(),
            kind.name(),
            goal.number(left),
            goal.number(right),
            left / right
        );
        self.0.push(Pair {
            goal,
            kind,
            left,
            right,
        });
    }

    /// A value that stands for itself.
    pub fn value(&mut self, goal: Goal, kind: Kind, value: f64) {
        self.ratio(goal, kind, value, 1.0);
    }

    /// One line for each goal and database: medians of both sides, and of the pairs' ratios.
    pub fn print(&self, only: &[String]) {
        println!(
            "{:4} {:10} {:62} {:>10} {:>10} {:>7} {:>6} {:>6}",
            "goal", "database", "", "left", "right", "ratio", "must", "aim"
        );
        for goal in ALL {
            let asked = goal.asked();
            if !only.is_empty() && !only.iter().any(|only| only == asked.name) {
                continue;
            }
            for kind in [Kind::Postgres, Kind::Sqlite] {
                let pairs: Vec<&Pair> = self
                    .0
                    .iter()
                    .filter(|pair| pair.goal == goal && pair.kind == kind)
                    .collect();
                if pairs.is_empty() {
                    continue;
                }
                let ratio = median(pairs.iter().map(|pair| pair.left / pair.right));
                let holds = |wanted: f64| {
                    if asked.more_is_better {
                        ratio >= wanted
                    } else {
                        ratio <= wanted
                    }
                };
                let verdict = match (holds(asked.must), holds(asked.aim)) {
                    (_, true) => "aim met",
                    (true, false) => "met",
                    (false, false) => "MISSED",
                };
                println!(
                    "{:4} {:10} {:62} {:>10} {:>10} {:>7.2} {:>6} {:>6}  {verdict}",
                    asked.name,
                    kind.name(),
                    asked.what,
                    goal.number(median(pairs.iter().map(|pair| pair.left))),
                    goal.number(median(pairs.iter().map(|pair| pair.right))),
                    ratio,
                    asked.must,
                    asked.aim
                );
            }
        }
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
