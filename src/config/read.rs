//! From the text of the file to the struct, going on after a mistake so that every mistake is told.
//!
//! The parser stops at the first value it cannot use and says where in the text it stands; that entry is taken out and the rest read again.

use std::ops::Range;

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Config, Problem};

/// The configuration without the entries that cannot be used, and what is wrong with those.
pub(super) fn read(text: &str) -> (Config, Vec<Problem>) {
    let (mut table, syntax) = DeTable::parse_recoverable(text);
    if !syntax.is_empty() {
        let problems = syntax.iter().map(|error| {
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            Problem::new("", format!("line {line}: {}", error.message()))
        });
        return (Config::default(), problems.collect());
    }
    let mut problems = Vec::new();
    loop {
        let error = match Config::deserialize(toml::de::Deserializer::from(table.clone())) {
            Ok(config) => return (config, problems),
            Err(error) => error,
        };
        let span = error.span().unwrap_or_default();
        let path = take_out(table.get_mut(), &span);
        let line = line_of(text, span.start);
        problems.push(Problem::new(
            path.join("."),
            format!("line {line}: {}", error.message()),
        ));
        if path.is_empty() {
            return (Config::default(), problems);
        }
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

/// Removes the innermost entry that the span belongs to; its path, empty when there is none.
fn take_out(table: &mut DeTable<'_>, span: &Range<usize>) -> Vec<String> {
    let touches = |other: Range<usize>| other.start <= span.start && span.end <= other.end;
    let found = table.iter().find_map(|(key, value)| {
        let name = || key.get_ref().to_string();
        if key.span() == *span || (touches(value.span()) && !matches!(value.get_ref(), DeValue::Table(_))) {
            Some((name(), false))
        } else if matches!(value.get_ref(), DeValue::Table(inner) if value.span() == *span || holds(inner, span)) {
            Some((name(), true))
        } else {
            None
        }
    });
    let Some((name, deeper)) = found else { return Vec::new() };
    let mut path = vec![name.clone()];
    if deeper {
        let inside = match table.get_mut(name.as_str()).map(Spanned::get_mut) {
            Some(DeValue::Table(inner)) => take_out(inner, span),
            _ => Vec::new(),
        };
        if !inside.is_empty() {
            path.extend(inside);
            return path;
        }
    }
    table.remove(name.as_str());
    path
}

fn holds(table: &DeTable<'_>, span: &Range<usize>) -> bool {
    table.iter().any(|(key, value)| {
        key.span() == *span
            || (value.span().start <= span.start && span.end <= value.span().end)
            || matches!(value.get_ref(), DeValue::Table(inner) if holds(inner, span))
    })
}
