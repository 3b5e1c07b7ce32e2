//! What a verification found, in plain words and for machines.

use serde::Serialize;
use std::fmt;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It holds.
    Holds,
    /// It holds, but by a key that came with the file.
    KeysFromFile,
    /// Something to know that is no fault.
    Note,
    /// It does not hold, or cannot be shown.
    Fails,
}

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was checked.
    pub what: String,
    /// How it came out.
    pub outcome: Outcome,
    /// In words.
    pub detail: String,
}

/// The result of a verification.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// In the order they were made.
    pub checks: Vec<Check>,
    /// What no reader of this file can know.
    pub cannot_know: Vec<String>,
}

impl Verdict {
    /// Adds a check. What the file says is quoted on one line, without characters that steer a terminal or turn text around.
    pub fn push(&mut self, what: &str, outcome: Outcome, detail: impl Into<String>) {
        let detail = detail.into().replace(steers, "\u{fffd}");
        self.checks.push(Check {
            what: what.to_owned(),
            outcome,
            detail,
        });
    }

    /// Adds one failing check for each problem; without problems one check that holds, with `detail`.
    pub fn conclude(&mut self, what: &str, problems: Vec<String>, detail: impl Into<String>) {
        if problems.is_empty() {
            self.push(what, Outcome::Holds, detail);
        }
        for problem in problems {
            self.push(what, Outcome::Fails, problem);
        }
    }

    /// 0: all holds with keys the reader gave; 3: consistent, but keys come from the file; 1: any doubt, or nothing checked.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        let any = |outcome| self.checks.iter().any(|check| check.outcome == outcome);
        if any(Outcome::Fails) || !any(Outcome::Holds) {
            1
        } else if any(Outcome::KeysFromFile) {
            3
        } else {
            0
        }
    }

    /// The result in one sentence.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        match self.exit_code() {
            0 => "Everything that was checked holds, by the keys you gave.",
            3 => {
                "Consistent, but the keys come from this file: compare them with keys from elsewhere before you rely on it."
            }
            _ => "DO NOT RELY ON THIS FILE: something does not hold.",
        }
    }
}

impl fmt::Display for Verdict {
    /// The report in words, one line for each check.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n\nChecked:", self.summary())?;
        for check in &self.checks {
            let mark = match check.outcome {
                Outcome::Holds => "holds",
                Outcome::KeysFromFile => "holds?",
                Outcome::Note => "note",
                Outcome::Fails => "FAILS",
            };
            writeln!(f, "  {mark:<7} {}: {}", check.what, check.detail)?;
        }
        if !self.cannot_know.is_empty() {
            writeln!(f, "\nWhat this file cannot show:")?;
        }
        self.cannot_know.iter().try_for_each(|line| writeln!(f, "  - {line}"))
    }
}

fn steers(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
