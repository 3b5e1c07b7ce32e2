//! Where a second format begins inside a file: a file that two programs read differently hides something from one of them.
//!
//! A signature counts only when it is long or structured enough not to occur by chance: in a million files of random bytes, fewer than one has
//! one of these in its first kilobyte. So `MZ` alone is nothing; with its pointer to a `PE` header, or its usual words, it is a program.
//! Deliberately no signatures: TIFF (every camera writes one into its JPEG files), `<?xml` (pictures carry metadata in it), sounds and fonts
//! (documents embed them). Containers may hold what they contain: a ZIP anything, a compound file pictures, a PDF a JPEG as the content of a
//! stream, and every format itself.

use super::SINGLE_FORMAT_BYTES;
use super::media_type::MediaType;

macro_rules! formats {
    ($($name:ident = $words:literal by $begins:expr,)+) => {
        /// A format that is told by how it begins.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        enum Format {
            $($name,)+
        }

        impl Format {
            const ALL: &'static [Self] = &[$(Self::$name),+];

            /// What it is called in a refusal.
            const fn words(self) -> &'static str {
                match self {
                    $(Self::$name => $words,)+
                }
            }

            fn begins(self, bytes: &[u8]) -> bool {
                let begins: fn(&[u8]) -> bool = match self {
                    $(Self::$name => $begins,)+
                };
                begins(bytes)
            }
        }
    };
}

formats! {
    Pdf = "a PDF document" by |it| it.starts_with(b"%PDF-"),
    Zip = "a ZIP archive" by |it| it.starts_with(b"PK\x03\x04"),
    Jpeg = "a JPEG image" by is_jpeg,
    Png = "a PNG image" by |it| it.starts_with(b"\x89PNG\r\n\x1a\n"),
    Gif = "a GIF image" by |it| it.starts_with(b"GIF87a") || it.starts_with(b"GIF89a"),
    Compound = "an old Office document or installer" by |it| it.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
    Rtf = "an RTF document" by |it| it.starts_with(b"{\\rtf"),
    PostScript = "a PostScript program" by |it| it.starts_with(b"%!PS-Adobe"),
    Html = "a web page, SVG or script" by is_html,
    Php = "a PHP program" by |it| starts_with_letters(it, b"<?php"),
    Shell = "a script" by |it| it.starts_with(b"#!/bin/") || it.starts_with(b"#!/usr/"),
    Windows = "a Windows program" by is_windows_program,
    Elf = "a Linux program" by |it| it.starts_with(b"\x7fELF") && matches!(it.get(4..7), Some([1 | 2, 1 | 2, 1])),
    Mach = "a macOS program" by is_mach,
    Java = "a Java program" by is_java_class,
    Wasm = "a WebAssembly program" by |it| it.starts_with(b"\0asm\x01\0\0\0"),
    Shortcut = "a Windows shortcut" by |it| it.starts_with(b"\x4C\0\0\0\x01\x14\x02\0\0\0\0\0\xC0\0\0\0"),
    Help = "a Windows help file" by |it| it.starts_with(b"ITSF\x03\0\0\0"),
    Gzip = "a gzip archive" by is_gzip,
    Bzip2 = "a bzip2 archive" by |it| it.starts_with(b"BZh") && it.get(4..10) == Some(b"1AY&SY"),
    Xz = "an xz archive" by |it| it.starts_with(b"\xFD7zXZ\0"),
    Rar = "a RAR archive" by |it| it.starts_with(b"Rar!\x1a\x07"),
    SevenZip = "a 7-Zip archive" by |it| it.starts_with(b"7z\xBC\xAF\x27\x1C"),
    Cab = "a cabinet archive" by |it| it.starts_with(b"MSCF\0\0\0\0"),
}

/// What a second format is called that begins in the first kilobyte of a file of this type.
pub(super) fn second_format(own: MediaType, head: &[u8]) -> Option<&'static str> {
    // Their parts are files of their own, stored as they are.
    if own.is_zip_based() {
        return None;
    }
    (0..head.len().min(SINGLE_FORMAT_BYTES)).find_map(|at| {
        let (before, rest) = head.split_at(at);
        let found = Format::ALL
            .iter()
            .find(|format| format.begins(rest) && !belongs(**format, own, before));
        found.map(|format| format.words())
    })
}

/// Whether a format may begin there: the file's own, or one that its own carries.
fn belongs(format: Format, own: MediaType, before: &[u8]) -> bool {
    match own {
        // A page that came out of a scanner is such a stream, often the first object of all.
        MediaType::Pdf => {
            let in_stream = before.ends_with(b"stream\n") || before.ends_with(b"stream\r\n");
            format == Format::Pdf || (format == Format::Jpeg && in_stream)
        }
        MediaType::Jpeg => format == Format::Jpeg,
        MediaType::Png => format == Format::Png,
        MediaType::Gif => format == Format::Gif,
        MediaType::Doc | MediaType::Xls | MediaType::Ppt => {
            matches!(format, Format::Compound | Format::Jpeg | Format::Png | Format::Gif)
        }
        MediaType::Rtf => format == Format::Rtf,
        _ => false,
    }
}

fn starts_with_letters(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes
        .get(..wanted.len())
        .is_some_and(|it| it.eq_ignore_ascii_case(wanted))
}

/// A start of image, and a first segment that says what it is.
fn is_jpeg(bytes: &[u8]) -> bool {
    if !bytes.starts_with(b"\xFF\xD8\xFF") {
        return false;
    }
    match bytes.get(3) {
        Some(0xDB) => bytes.get(4..6) == Some(b"\x00\x43"),
        Some(0xE0..=0xEE) => bytes.get(6..).is_some_and(|name| {
            [&b"JFIF\0"[..], b"Exif\0", b"http:", b"ICC_P", b"Adobe", b"Photo"]
                .iter()
                .any(|known| name.starts_with(known))
        }),
        _ => false,
    }
}

/// An opening tag that makes a browser take text for a page (WHATWG MIME Sniffing 7.1), of those that can run something.
fn is_html(bytes: &[u8]) -> bool {
    const TAGS: [&[u8]; 8] = [
        b"!doctype html",
        b"html",
        b"head",
        b"body",
        b"script",
        b"iframe",
        b"svg",
        b"object",
    ];
    let Some(tag) = bytes.strip_prefix(b"<") else {
        return false;
    };
    TAGS.iter().any(|known| {
        let ends = tag.get(known.len());
        starts_with_letters(tag, known) && ends.is_some_and(|it| it.is_ascii_whitespace() || b"/>".contains(it))
    })
}

/// A DOS header (`MZ`) that points at a PE header, or holds the words that every linker puts there.
fn is_windows_program(bytes: &[u8]) -> bool {
    if !bytes.starts_with(b"MZ") {
        return false;
    }
    let points_at_pe = bytes
        .get(0x3C..0x40)
        .and_then(|it| it.try_into().ok().map(u32::from_le_bytes))
        .and_then(|at| bytes.get(usize::try_from(at).ok()?..))
        .is_some_and(|rest| rest.starts_with(b"PE\0\0"));
    let first = bytes.get(..bytes.len().min(256)).unwrap_or_default();
    points_at_pe || first.windows(23).any(|it| it == b"This program cannot be ")
}

/// 64-bit Mach-O for Intel or ARM.
fn is_mach(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xCF\xFA\xED\xFE") && matches!(bytes.get(4..8), Some([7 | 12, 0, 0, 1]))
}

/// The magic, and a version that a compiler has written: 45 to 99 (Java 1.1 and later).
fn is_java_class(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xCA\xFE\xBA\xBE")
        && matches!(bytes.get(4..8), Some([0, 0 | 3, 0, 45..=99] | [0xFF, 0xFF, 0, 45..=99]))
}

/// RFC 1952 2.3: deflate, no reserved flags, a known effort and system.
fn is_gzip(bytes: &[u8]) -> bool {
    match bytes.get(..10) {
        Some([0x1F, 0x8B, 8, flags, _, _, _, _, effort, system]) => {
            flags & 0xE0 == 0 && matches!(effort, 0 | 2 | 4) && matches!(system, 0..=13 | 255)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_that_only_look_like_a_format_are_none() {
        for bytes in [
            &b"MZ"[..],
            b"MZ\x90\x00 by chance",
            b"PK",
            b"\xFF\xD8\xFF\x12",
            b"\x1f\x8b\x08\xff\0\0\0\0\0\0",
            b"\xCA\xFE\xBA\xBE\0\0\0\x02",
            b"\x7fELF\x09",
            b"<scripture>",
            b"<header>",
            b"BZh9",
            b"#! hello",
        ] {
            assert_eq!(second_format(MediaType::Text, bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_signature_counts_as_far_as_the_last_byte_of_the_first_kilobyte() {
        for (at, refused) in [(0, true), (1, true), (1_023, true), (1_024, false), (2_000, false)] {
            let mut text = vec![b'a'; 4_096];
            text[at..at + 5].copy_from_slice(b"%PDF-");
            assert_eq!(second_format(MediaType::Text, &text).is_some(), refused, "{at}");
        }
    }

    proptest! {
        #[test]
        fn random_bytes_are_no_second_format(bytes in proptest::collection::vec(any::<u8>(), 1_100)) {
            prop_assert_eq!(second_format(MediaType::Png, &bytes), None);
        }
    }
}
