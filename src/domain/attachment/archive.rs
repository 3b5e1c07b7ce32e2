//! The names of files in an archive, so that any system unpacks them where they belong and none lies over another.
//!
//! Guarantees: one step of a path, never `.` or `..`, never hidden; no device and no ending that Windows drops; at most [`MAX_BYTES`] bytes with
//! the extension kept; different from every earlier name also where case does not count. Leaves out: which folder a file lies in.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization as _;

use super::name::{FileName, is_device};

/// Most bytes of a name. File systems take 255, and what unpacks an archive may add a number of its own.
pub const MAX_BYTES: usize = 200;

/// What a file is called whose name cannot be read.
const NAMELESS: &str = "file";

/// The names given so far in one folder of an archive.
#[derive(Debug, Default)]
pub struct ArchiveNames {
    taken: HashSet<String>,
}

impl ArchiveNames {
    /// The name for a file that its sender called `given`; the second file of a name gets ` (2)` before its extension.
    pub fn name(&mut self, given: &str) -> String {
        let whole = portable(given);
        let (stem, extension) = split(&whole);
        let mut count = 1_u32;
        loop {
            let mark = if count == 1 {
                String::new()
            } else {
                format!(" ({count})")
            };
            let room = MAX_BYTES.saturating_sub(mark.len() + extension.len());
            let name = format!("{}{mark}{extension}", start_of(stem, room).trim_end());
            if self.taken.insert(name.to_lowercase()) {
                return name;
            }
            count += 1;
        }
    }
}

/// A text as one step of a path in an archive, of at most so many bytes; for folders that are named after a title.
#[must_use]
pub fn path_step(text: &str, bytes: usize) -> String {
    start_of(&portable(text), bytes).trim_end_matches([' ', '.']).to_owned()
}

/// The name for people, without what some system takes for more than a name.
fn portable(given: &str) -> String {
    let shown = FileName::parse(given).map_or_else(|_| NAMELESS.to_owned(), |name| name.display());
    let trimmed = shown.trim().trim_end_matches(['.', ' ']);
    let hidden = trimmed.starts_with(['.', '-', '~']);
    match trimmed {
        "" => NAMELESS.to_owned(),
        name if hidden || is_device(name) => format!("_{name}"),
        name => name.to_owned(),
    }
}

/// A name before its extension, and the extension with its dot; one of more than ten bytes is none.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= 10 => name.split_at(dot),
        _ => (name, ""),
    }
}

/// As much of a text's beginning as fits, never half a character.
fn start_of(text: &str, bytes: usize) -> String {
    // A letter and the mark over it stay together where NFC has them as one.
    let mut kept = String::new();
    for c in text.nfc() {
        if kept.len() + c.len_utf8() > bytes {
            break;
        }
        kept.push(c);
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_stay_readable_and_are_never_the_same_twice() {
        let mut names = ArchiveNames::default();
        for (given, expected) in [
            ("päätös 1.pdf", "päätös 1.pdf"),
            ("PÄÄTÖS 1.PDF", "PÄÄTÖS 1 (2).PDF"),
            ("pa\u{308}a\u{308}to\u{308}s 1.pdf", "päätös 1 (3).pdf"),
            ("päätös 1 (2).pdf", "päätös 1 (2) (2).pdf"),
            ("a.pdf", "a.pdf"),
        ] {
            assert_eq!(names.name(given), expected);
        }
    }

    #[test]
    fn no_name_is_a_path_a_device_or_hidden() {
        for (given, expected) in [
            ("../../etc/passwd", "_.._.._etc_passwd"),
            ("..", "file"),
            (".", "file"),
            (".bashrc", "_.bashrc"),
            ("-rf.pdf", "_-rf.pdf"),
            (r"C:\autoexec.bat", "C__autoexec.bat"),
            ("CON.pdf", "_CON.pdf"),
            ("a.pdf. . ", "a.pdf"),
            ("x\u{202e}fdp.exe", "x_fdp.exe"),
            ("a\0b", "file"),
            (" ", "file"),
        ] {
            assert_eq!(ArchiveNames::default().name(given), expected, "{given}");
        }
    }

    #[test]
    fn long_names_are_cut_before_their_extension() {
        let mut names = ArchiveNames::default();
        let long = format!("{}.pdf", "ä".repeat(251));
        let (first, second) = (names.name(&long), names.name(&long));
        assert!(first.ends_with("ä.pdf") && first.len() <= MAX_BYTES, "{first}");
        assert!(second.ends_with("ä (2).pdf") && second.len() <= MAX_BYTES, "{second}");
        assert_eq!(path_step("Päätös: 1/2 ...", 60), "Päätös_ 1_2");
    }

    proptest! {
        #[test]
        fn any_names_make_an_archive_that_unpacks(given in proptest::collection::vec(".{0,40}", 1..20)) {
            let mut names = ArchiveNames::default();
            let all: Vec<_> = given.iter().map(|given| names.name(given)).collect();
            let different: HashSet<_> = all.iter().map(|name| name.to_lowercase()).collect();
            prop_assert_eq!(different.len(), all.len());
            for name in all {
                prop_assert!(!name.is_empty() && name.len() <= MAX_BYTES && !name.starts_with('.') && !name.contains(['/', '\\', '\0']));
            }
        }
    }
}
