//! The rules of the house that a compiler does not check: who imports whom, where SQL and axum live, how long a file is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The import direction: a module names itself and what stands in an earlier row.
const LAYERS: &[&[&str]] = &[
    &["domain"],
    &["evidence"],
    // Both rows and files are encrypted, so the keys come before either.
    &["vault"],
    // Scanner, mailer, tsa and witness are outside parts as they are; only an act puts them and what is stored together.
    &["store", "objects", "scanner", "press", "mailer", "tsa", "witness"],
    &["auth"],
    &["hub"],
    &["http", "worker"],
    &["cli"],
];

/// Named by `cli` alone, and naming only these.
const CLI_ONLY: &[(&str, &[&str])] = &[("config", &["domain"]), ("telemetry", &[])];

struct Source {
    /// Relative to the repository.
    path: String,
    /// Without its tests and comments.
    code: String,
    text: String,
}

impl Source {
    /// The top-level module it belongs to.
    fn module(&self) -> &str {
        let inner = self.path.strip_prefix("src/").unwrap();
        inner.split(['/', '.']).next().unwrap()
    }

    /// How many modules it stands below the crate's root.
    fn depth(&self) -> usize {
        self.path.matches('/').count()
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn tracked(folder: &str) -> Vec<String> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard", folder])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(listed.status.success(), "git ls-files failed");
    let paths = String::from_utf8(listed.stdout).unwrap();
    paths
        .lines()
        .filter(|path| root().join(path).is_file())
        .map(ToOwned::to_owned)
        .collect()
}

/// Every file of the program, without those that are tests as a whole.
fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    for path in tracked("src") {
        if !path.ends_with(".rs") || is_test_file(&path) {
            continue;
        }
        let text = std::fs::read_to_string(root().join(&path)).unwrap();
        let body = text.split("\n#[cfg(test)]\nmod ").next().unwrap();
        let code = body
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n");
        sources.push(Source { path, code, text });
    }
    assert!(sources.len() > 50);
    sources
}

fn is_test_file(path: &str) -> bool {
    Path::new(path).file_stem().is_some_and(|stem| stem == "tests") || path.contains("/tests/")
}

/// The words that follow `prefix` in `code`, also within braces one level deep.
fn named_after<'a>(code: &'a str, prefix: &str) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices(prefix) {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let rest = &code[at + prefix.len()..];
        match rest.strip_prefix('{') {
            None => names.extend(first_word(rest)),
            Some(list) => {
                let mut depth = 1;
                let mut start = true;
                for (index, c) in list.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        ',' if depth == 1 => start = true,
                        _ if start && depth == 1 && c.is_alphabetic() => {
                            names.extend(first_word(&list[index..]));
                            start = false;
                        }
                        _ => {}
                    }
                    if depth == 0 {
                        break;
                    }
                }
            }
        }
    }
    names
}

fn first_word(text: &str) -> Option<&str> {
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(text.len());
    (end > 0).then(|| &text[..end])
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

#[test]
fn modules_import_only_what_stands_before_them() {
    let mut wrong = Vec::new();
    for source in sources() {
        let module = source.module();
        for named in named_after(&source.code, "crate::") {
            let fine = match (module, layer(module)) {
                _ if named == module => true,
                ("main" | "lib", _) => true,
                (_, None) => CLI_ONLY.iter().any(|(it, may)| *it == module && may.contains(&named)),
                ("cli", Some(_)) => true,
                (_, Some(own)) => layer(named).is_some_and(|other| other < own),
            };
            if !fine {
                wrong.push(format!("{} names crate::{named}", source.path));
            }
        }
        // A chain of supers must end within the module: crate::name is how another one is named.
        let chain = "super::".repeat(source.depth());
        if !matches!(module, "main" | "lib") && source.code.contains(&chain) {
            wrong.push(format!("{} climbs to the crate's root", source.path));
        }
        if layer(module).is_none() && !matches!(module, "main" | "lib" | "config" | "telemetry") {
            wrong.push(format!("{} belongs to no layer", source.path));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_reader_of_imports_reads() {
    let code = "use crate::a::b; use crate::{c, d::{e, f}, g}; pub(in crate::h) fn x(i: crate::j::K) { mycrate::l() }";
    let names: Vec<_> = named_after(code, "crate::").into_iter().collect();
    assert_eq!(names, ["a", "c", "d", "g", "h", "j"]);
}

#[test]
fn http_and_worker_call_the_hub_and_not_the_store() {
    for source in sources() {
        if matches!(source.module(), "http" | "worker") {
            assert!(
                !named_after(&source.code, "crate::").contains("store"),
                "{}",
                source.path
            );
        }
    }
}

#[test]
fn sql_lives_in_the_store() {
    let mut wrong = Vec::new();
    for source in sources() {
        let names = named_after(&source.code, "sqlx::");
        let bad = names.iter().any(|name| {
            name.starts_with("query")
                || matches!(
                    *name,
                    "raw_sql" | "migrate" | "Connection" | "Executor" | "AssertSqlSafe"
                )
        });
        // Types of domain say how they are bound to a column; they name no statement.
        let named = source.code.contains("sqlx") && !matches!(source.module(), "store" | "domain");
        if source.module() != "store" && (bad || named) {
            wrong.push(source.path);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn axum_is_named_by_the_doors_alone() {
    let wrong: Vec<_> = sources()
        .into_iter()
        .filter(|source| !named_after(&source.code, "axum::").is_empty())
        .filter(|source| source.module() != "http" && source.path != "src/cli/serve.rs")
        .map(|source| source.path)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The string literals of a source: what stands between quotes that are not escaped.
fn literals(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut literal: Option<String> = None;
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        match (&mut literal, c) {
            (Some(text), '\\') => text.extend(chars.next()),
            (Some(_), '"') => found.extend(literal.take()),
            (Some(text), c) => text.push(c),
            (None, '\'') if chars.peek() == Some(&'"') => {
                chars.next();
            }
            (None, '"') => literal = Some(String::new()),
            (None, _) => {}
        }
    }
    found
}

#[test]
fn no_statement_casts_with_colons() {
    assert!(casts("SELECT $1::bigint"));
    // `$1::bigint` is a syntax error or silently nothing on SQLite.
    let mut statements = 0;
    for source in sources() {
        if source.module() != "store" {
            continue;
        }
        for literal in literals(&source.code) {
            statements += usize::from(literal.contains("SELECT") || literal.contains("INSERT"));
            assert!(!casts(&literal), "{}: {literal}", source.path);
        }
    }
    assert!(statements > 30, "the statements were not found");
}

/// Whether a text holds a cast: a name, parameter, bracket or quote, two colons, a name.
fn casts(text: &str) -> bool {
    text.match_indices("::").any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + 2..].chars().next();
        before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ')' | '\''))
            && after.is_some_and(|c| c.is_ascii_alphabetic())
    })
}

#[test]
fn at_most_ten_places_differ_between_the_databases() {
    let places: usize = sources()
        .iter()
        .filter(|source| source.module() == "store")
        .map(|source| source.text.matches("Differs:").count())
        .sum();
    assert!((1..=10).contains(&places), "{places} places differ");
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    let wrong: Vec<_> = tracked("src")
        .into_iter()
        .chain(tracked("tests/it"))
        .filter(|path| path.ends_with(".rs"))
        .filter(|path| !std::fs::read_to_string(root().join(path)).unwrap().starts_with("//! "))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_file_is_over_five_hundred_lines_without_its_tests() {
    for source in sources() {
        let body = source.text.split("\n#[cfg(test)]\nmod ").next().unwrap();
        let lines = body.lines().count();
        assert!(lines <= 500, "{} has {lines} lines", source.path);
    }
}

/// Whether the eleven characters have the shape of an identity code of a real person: a date, a mark, a number of 002 to 899.
fn is_real_code(eleven: &[u8]) -> bool {
    let number = |from: usize, to: usize| {
        eleven[from..to].iter().try_fold(0, |all, byte| {
            byte.is_ascii_digit().then(|| all * 10 + usize::from(byte - b'0'))
        })
    };
    let day = number(0, 2).is_some_and(|day| (1..=31).contains(&day));
    let month = number(2, 4).is_some_and(|month| (1..=12).contains(&month));
    let individual = number(7, 10).is_some_and(|number| (2..=899).contains(&number));
    let remainder = number(0, 6)
        .zip(number(7, 10))
        .map(|(date, number)| (date * 1000 + number) % 31);
    let check = remainder.map(|it| b"0123456789ABCDEFHJKLMNPRSTUVWXY"[it]);
    day && month && individual && b"+-ABCDEFYXWVU".contains(&eleven[6]) && check == Some(eleven[10])
}

#[test]
fn no_identity_code_in_the_tree_may_be_a_persons() {
    // Put together here, so that it stands nowhere in the tree.
    assert!(is_real_code(format!("131052-{}T", 308).as_bytes()));
    assert!(!is_real_code(b"010594Y9032"));
    let mut wrong = Vec::new();
    for path in tracked(".") {
        let Ok(text) = std::fs::read_to_string(root().join(&path)) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            let bytes = line.as_bytes();
            for (at, window) in bytes.windows(11).enumerate() {
                let apart = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
                let alone = apart(at.checked_sub(1).and_then(|at| bytes.get(at))) && apart(bytes.get(at + 11));
                if alone && is_real_code(window) {
                    wrong.push(format!("{path}:{}", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
