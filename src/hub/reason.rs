//! Reasons that stand in the log for ever: one short line that names nobody.

use crate::domain::identity::Hetu;
use crate::domain::message::Violation;

/// What is wrong with a text that will stand in the log: nothing in it, more than one line of `most` characters, or a person's identity code.
pub(super) fn problem(pointer: &'static str, text: &str, most: usize) -> Option<Violation> {
    let names_a_person = |word: &str| Hetu::parse(word, true).is_ok();
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Some(Violation::new(pointer, "required", "Say it in a few words."));
    }
    if trimmed.chars().count() > most || trimmed.chars().any(char::is_control) {
        let message = format!("One line of at most {most} characters.");
        return Some(Violation::new(pointer, "too-long", message));
    }
    let apart = |c: char| !(c.is_ascii_alphanumeric() || "+-".contains(c));
    trimmed.split(apart).any(names_a_person).then(|| {
        Violation::new(
            pointer,
            "personal-data",
            "It holds an identity code. It stays in the log for ever: name nobody.",
        )
    })
}
