//! The named corpus: what must be refused, with words that its refusal says, and what must be taken.

use super::forge::{compound, exe, jar, java_class, jpeg, office, open_document, pdf, photo, png, scan, zip, zip_at};

/// A file, the name it is sent under, and words of the refusal; none for what is taken.
pub struct Sample {
    pub sample: &'static str,
    pub filename: &'static str,
    pub bytes: Vec<u8>,
    pub refused: Option<&'static str>,
}

const MISMATCH: &str = "not of the type";
const NOT_ACCEPTED: &str = "not accepted here";
const SECOND: &str = "begins something else";
const ENDS_IN_ZIP: &str = "ends in the directory of a ZIP";
const HIDES: &str = "hides the extension";
const DOUBLE: &str = "two extensions";

fn refused(words: &'static str, samples: Vec<(&'static str, &'static str, Vec<u8>)>) -> impl Iterator<Item = Sample> {
    samples.into_iter().map(move |(sample, filename, bytes)| Sample {
        sample,
        filename,
        bytes,
        refused: Some(words),
    })
}

/// What must be refused.
pub fn bad() -> Vec<Sample> {
    let mut all = Vec::new();
    all.extend(by_name());
    all.extend(by_type());
    all.extend(by_second_format());
    all.extend(by_end());
    all
}

fn by_name() -> impl Iterator<Item = Sample> {
    let fine = || pdf(b"");
    refused(
        NOT_ACCEPTED,
        vec![
            ("pdf.exe", "lasku.pdf.exe", fine()),
            ("pdf.js", "invoice.pdf.js", fine()),
            ("right-to-left override hides exe", "lasku\u{202e}fdp.exe", fine()),
            ("gif with jar", "kuva.gif", [&b"GIF89a"[..], &jar()].concat()),
            ("docm", "a.docm", office("word", "document.xml")),
            ("html", "a.html", b"<html>".to_vec()),
        ],
    )
    .chain(refused(
        HIDES,
        vec![
            ("exe.pdf", "lasku.exe.pdf", fine()),
            ("php.jpg", "kuva.php.jpg", jpeg(b"")),
            ("html with zero width space", "a.html\u{200b}.txt", b"moi".to_vec()),
        ],
    ))
    .chain(refused(
        DOUBLE,
        vec![
            ("pdf.docx", "lasku.pdf.docx", office("word", "document.xml")),
            ("zip.pdf", "lasku.zip.pdf", fine()),
        ],
    ))
}

fn by_type() -> impl Iterator<Item = Sample> {
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec();
    let bomb_in_pdf_clothes = office("word", "document.xml");
    refused(
        MISMATCH,
        vec![
            ("docx renamed pdf", "a.pdf", bomb_in_pdf_clothes),
            ("exe renamed pdf", "a.pdf", exe()),
            ("exe renamed docx", "a.docx", exe()),
            ("svg as png", "a.png", svg),
            ("html as txt", "a.txt", b" <!DOCTYPE html><html>".to_vec()),
            ("xml as txt", "a.txt", b"<?xml version=\"1.0\"?><a/>".to_vec()),
            ("shell script as txt", "a.txt", b"#!/bin/sh\nrm -rf /\n".to_vec()),
            ("binary as txt", "a.txt", b"abc\0\x01\x02".to_vec()),
            ("rtf as doc", "a.doc", b"{\\rtf1 moi}".to_vec()),
            ("jar as docx", "a.docx", jar()),
            (
                "apk as xlsx",
                "a.xlsx",
                zip(&[("AndroidManifest.xml", b"\x03\0\x08\0"), ("classes.dex", b"dex")]),
            ),
            ("xlsx renamed docx", "a.docx", office("xl", "workbook.xml")),
            ("odt renamed ods", "a.ods", open_document("text")),
            ("pdf after a zip", "a.pdf", [zip(&[("a", b"a")]), pdf(b"")].concat()),
            (
                "pdf after a kilobyte of something",
                "a.pdf",
                [vec![b'x'; 900], pdf(b"")].concat(),
            ),
        ],
    )
}

fn by_second_format() -> impl Iterator<Item = Sample> {
    let in_pdf = |inside: &[u8]| pdf(inside);
    refused(
        SECOND,
        vec![
            ("zip header in pdf", "a.pdf", in_pdf(b"PK\x03\x04\x14\0\0\0")),
            ("windows program in pdf", "a.pdf", in_pdf(&exe())),
            (
                "dos program in pdf",
                "a.pdf",
                in_pdf(b"MZ\x90\0........!This program cannot be run in DOS mode."),
            ),
            ("linux program in pdf", "a.pdf", in_pdf(b"\x7fELF\x02\x01\x01\0")),
            ("gzip in pdf", "a.pdf", in_pdf(b"\x1f\x8b\x08\0\0\0\0\0\0\x03")),
            ("compound file in pdf", "a.pdf", in_pdf(&compound(b"")[..64])),
            ("rtf in pdf", "a.pdf", in_pdf(b"{\\rtf1 }")),
            ("gif in pdf", "a.pdf", in_pdf(b"GIF89a")),
            ("jpeg in the comment of a pdf", "a.pdf", in_pdf(&jpeg(b"")[..64])),
            ("web page in pdf", "a.pdf", in_pdf(b"<HTML><script src=//x>")),
            ("shell script in pdf", "a.pdf", in_pdf(b"\n#!/bin/sh\n")),
            (
                "web page in the comment of a png",
                "a.png",
                png(b"--><html><body onload=alert(1)>"),
            ),
            ("svg in the comment of a png", "a.png", png(b"<svg onload=alert(1)>")),
            ("jpeg in png", "a.png", png(&jpeg(b"")[..64])),
            ("7-Zip in png", "a.png", png(b"7z\xBC\xAF\x27\x1C")),
            ("php in jpeg", "a.jpg", jpeg(b"<?php system($_GET['c']); ?>")),
            ("script in jpeg", "a.jpg", jpeg(b"<script>alert(1)</script>")),
            ("java class in jpeg", "a.jpg", jpeg(&java_class())),
            ("rar in jpeg", "a.jpg", jpeg(b"Rar!\x1a\x07\0")),
            ("png in jpeg", "a.jpg", jpeg(&png(b"")[..40])),
            ("pdf in jpeg", "a.jpg", jpeg(b"%PDF-1.4 1 0 obj")),
            ("cabinet in doc", "a.doc", compound(b"MSCF\0\0\0\0")),
            ("program in xls", "a.xls", compound(&exe())),
            ("script in txt", "a.txt", b"Hei!\n<script>alert(1)</script>".to_vec()),
            ("svg as txt", "a.txt", b"<svg onload=alert(1)>".to_vec()),
            ("pdf in txt", "a.txt", b"moi\n%PDF-1.4\n".to_vec()),
            ("PostScript as txt", "a.txt", b"%!PS-Adobe-3.0\n".to_vec()),
            ("rtf as txt", "a.txt", b"{\\rtf1 moi}".to_vec()),
        ],
    )
}

fn by_end() -> impl Iterator<Item = Sample> {
    let (paper, picture, photograph) = (pdf(&[b' '; 2_000]), png(&[b'a'; 2_000]), photo());
    let with =
        |file: &[u8], comment: &[u8]| [file, &zip_at(file.len(), &[("a.class", &java_class())], comment)].concat();
    refused(
        ENDS_IN_ZIP,
        vec![
            ("pdf with zip tail", "a.pdf", with(&paper, b"")),
            (
                "pdf with jar tail, offsets of its own",
                "a.pdf",
                [&paper[..], &jar()].concat(),
            ),
            (
                "pdf with zip tail and longest comment",
                "a.pdf",
                with(&paper, &[b'c'; 65_535]),
            ),
            (
                "pdf with zip tail and an end of its own",
                "a.pdf",
                [&with(&paper, b"")[..], b"\n%%EOF\n"].concat(),
            ),
            ("jpeg with jar tail", "a.jpg", [&photograph[..], &jar()].concat()),
            ("png with zip tail", "a.png", with(&picture, b"")),
            ("doc with zip tail", "a.doc", with(&compound(b""), b"")),
            ("empty zip after txt", "a.txt", {
                let text = "moi ".repeat(2_000).into_bytes();
                [&text[..], &zip_at(text.len(), &[], b"")].concat()
            }),
        ],
    )
}

/// What must be refused of the types that the first version's door alone takes.
pub fn bad_of_first_version() -> Vec<Sample> {
    // With a comment of two kilobytes, so that what comes after it lies outside the first one.
    let gif = [
        &b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff\x21\xfe"[..],
        &[&[250][..], &[b'a'; 250]].concat().repeat(8),
        b"\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;",
    ]
    .concat();
    let rtf = [&b"{\\rtf1\\ansi "[..], &b"Hei. ".repeat(400), b"}"].concat();
    let zip_after = |file: &[u8]| [file, &zip_at(file.len(), &[("a.class", &java_class())], b"")].concat();
    let in_sight = vec![("small gif with jar", "kuva.gif", [&b"GIF89a"[..], &jar()].concat())];
    let tails = vec![
        ("gif with jar tail", "kuva.gif", [&gif[..], &jar()].concat()),
        ("gif with zip tail", "kuva.gif", zip_after(&gif)),
        ("rtf with zip tail", "a.rtf", zip_after(&rtf)),
    ];
    refused(SECOND, in_sight).chain(refused(ENDS_IN_ZIP, tails)).collect()
}

/// What must be taken.
pub fn good() -> Vec<Sample> {
    let noise: Vec<u8> = (0..200_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 19) as u8)
        .collect();
    let pictures = [b"\0\0\x46\xF0\x1D\0\0\0", &[7; 17][..], &jpeg(b"")].concat();
    // Says that it unpacks to four gigabytes.
    let mut bomb = office("word", "document.xml");
    let sizes = bomb.windows(4).position(|it| it == b"PK\x01\x02").unwrap() + 24;
    bomb[sizes..sizes + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    let samples: Vec<(&str, &str, Vec<u8>)> = vec![
        ("photo with thumbnail", "IMG_0001.JPG", photo()),
        ("plain jpeg", "a.jpeg", jpeg(b"Lasten kuva, <b>ei</b> ohjelma")),
        ("png", "a.png", png(b"Kuvankaappaus")),
        (
            "png with metadata in XML",
            "a.png",
            png(b"<?xpacket begin=''?><x:xmpmeta xmlns:x='adobe:ns:meta/'/>"),
        ),
        ("pdf", "päätös 1.pdf", pdf(b"")),
        ("pdf after white space", "a.pdf", [b"\r\n \n", &pdf(b"")[..]].concat()),
        (
            "pdf after a byte order mark",
            "a.pdf",
            [b"\xEF\xBB\xBF", &pdf(b"")[..]].concat(),
        ),
        ("pdf with jpeg beyond the first kilobyte", "a.pdf", scan(2_000)),
        ("scanned page, first object of its pdf", "a.pdf", scan(0)),
        (
            "pdf with letters MZ and PK",
            "a.pdf",
            pdf(b"(MZ) (PK) (PK\x05\x06) (Rar) (BZh9)"),
        ),
        ("pdf of noise", "a.pdf", pdf(&noise)),
        ("pdf in which a pdf is quoted", "a.pdf", pdf(b"(%PDF-1.4)")),
        ("text in UTF-8", "a.txt", "Päätös: ä ö å € on < 5 & > 3".into()),
        ("text in Latin-1", "a.txt", b"P\xE4\xE4t\xF6s".to_vec()),
        ("text with a byte order mark", "a.txt", b"\xEF\xBB\xBFmoi\r\n".to_vec()),
        (
            "text that begins with MZ",
            "a.txt",
            b"MZ-sarja <header> #! kaikki".to_vec(),
        ),
        ("docx", "a.docx", office("word", "document.xml")),
        ("xlsx", "a.xlsx", office("xl", "workbook.xml")),
        ("pptx", "a.pptx", office("ppt", "presentation.xml")),
        ("odt with thumbnail", "a.odt", open_document("text")),
        ("ods with thumbnail", "a.ods", open_document("spreadsheet")),
        ("zip bomb as docx, never unpacked", "a.docx", bomb),
        ("doc", "a.doc", compound(b"\xEC\xA5\xC1\0")),
        ("xls", "a.xls", compound(b"\x09\x08\x10\0")),
        ("ppt whose first sector is a picture", "a.ppt", compound(&pictures)),
        ("the same extension twice", "a.pdf.pdf", pdf(b"")),
        ("dots in the name", "1.2.2026 www.kunta.fi lasku.pdf", pdf(b"")),
    ];
    let taken = |(sample, filename, bytes)| Sample {
        sample,
        filename,
        bytes,
        refused: None,
    };
    samples.into_iter().map(taken).collect()
}
