//! What a verification found, in plain words and for machines.

use jiff::Timestamp;
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

/// What one record says. Names stand where the file discloses them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    /// When it happened, by the hub's clock.
    pub time: Timestamp,
    /// The event's short name.
    pub event: &'static str,
    /// What that means.
    pub meaning: &'static str,
    /// From whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// To whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// Who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
}

/// The result of a verification.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// What the file says happened, in its order: true as far as the checks hold.
    pub says: Vec<Said>,
    /// What came of it, in one sentence; none for what is no delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
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
        writeln!(f, "{}", self.summary())?;
        if !self.says.is_empty() {
            let claims = if self.exit_code() == 1 { "claims" } else { "says" };
            writeln!(f, "\nWhat the file {claims}:")?;
        }
        for said in &self.says {
            writeln!(f, "  {said}")?;
        }
        if let Some(outcome) = &self.outcome {
            writeln!(f, "  => {outcome}")?;
        }
        writeln!(f, "\nChecked:")?;
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

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}  {}", self.time, self.meaning)?;
        for (who, name) in [
            ("Sender", &self.sender),
            ("Recipient", &self.recipient),
            ("By", &self.actor),
        ] {
            if let Some(name) = name {
                write!(f, " {who}: {}.", name.replace(steers, "\u{fffd}"))?;
            }
        }
        Ok(())
    }
}

fn steers(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
