//! What is accepted, and what is refused and why.

use proptest::prelude::*;

use super::*;

fn decide(name: &str, head: &[u8]) -> Result<MediaType, TypeRefused> {
    decide_type(Accepts::Attachments, &FileName::parse(name).unwrap(), head)
}

fn zip(entry: &str, content: &str) -> Vec<u8> {
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.resize(26, 0);
    bytes.extend(u16::try_from(entry.len()).unwrap().to_le_bytes());
    bytes.extend([0, 0]);
    bytes.extend(entry.bytes().chain(content.bytes()));
    bytes.extend(b"PK\x03\x04 and so on");
    bytes
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0";

#[test]
fn name_and_content_agree() {
    let content_types = zip("[Content_Types].xml", "");
    let odt = zip("mimetype", "application/vnd.oasis.opendocument.text");
    let ods = zip("mimetype", "application/vnd.oasis.opendocument.spreadsheet");
    let accepted: &[(&str, &[u8], MediaType)] = &[
        ("päätös 1.pdf", b"%PDF-1.7\n", MediaType::Pdf),
        ("A.PDF", b"\r\n%PDF-1.4", MediaType::Pdf),
        ("1.2.2026 lasku.pdf", b"%PDF-1.4", MediaType::Pdf),
        ("pdf.v2.pdf", b"%PDF-1.4", MediaType::Pdf),
        ("docx.ohje.pdf", b"%PDF-1.4", MediaType::Pdf),
        ("www.viitasaari.fi.pdf", b"%PDF-1.4", MediaType::Pdf),
        ("kuva.jpg", JPEG, MediaType::Jpeg),
        ("kuva.jpeg", JPEG, MediaType::Jpeg),
        ("kuva.png", PNG, MediaType::Png),
        ("a.doc", COMPOUND_FILE, MediaType::Doc),
        ("a.xls", COMPOUND_FILE, MediaType::Xls),
        ("a.ppt", COMPOUND_FILE, MediaType::Ppt),
        ("a.docx", &content_types, MediaType::Docx),
        ("a.xlsx", &content_types, MediaType::Xlsx),
        ("a.pptx", &content_types, MediaType::Pptx),
        ("a.odt", &odt, MediaType::Odt),
        ("a.ods", &ods, MediaType::Ods),
        ("a.txt", b"moi\r\n", MediaType::Text),
        ("a.txt", "päätös €".as_bytes(), MediaType::Text),
        ("a.txt", b"p\xe4\xe4t\xf6s", MediaType::Text),
        ("a.txt", b"a < b", MediaType::Text),
        ("a.txt", b"BMW", MediaType::Text),
        ("a.txt", b"MZ", MediaType::Text),
    ];
    for (name, head, media_type) in accepted {
        assert_eq!(decide(name, head), Ok(*media_type), "{name}");
        assert_eq!(media_type.as_str().parse(), Ok(*media_type));
    }
}

#[test]
fn what_is_refused() {
    use TypeRefused::{DoubleExtension, Empty, HiddenExtension, Mismatch, NoExtension, SecondFormat};
    const NOT_ALLOWED: TypeRefused = TypeRefused::NotAllowed(Accepts::Attachments);
    let jar = zip("META-INF/MANIFEST.MF", "");
    let word = zip("word/document.xml", "");
    let odt = zip("mimetype", "application/vnd.oasis.opendocument.text");
    let template = zip("mimetype", "application/vnd.oasis.opendocument.text-template");
    let refused: &[(&str, &[u8], TypeRefused)] = &[
        ("pdf", b"%PDF-1.7", NoExtension),
        (".pdf", b"%PDF-1.7", NoExtension),
        ("a.", b"%PDF-1.7", NoExtension),
        ("x.pdf.exe", b"MZ", NOT_ALLOWED),
        ("x.html", b"<html>", NOT_ALLOWED),
        ("x.svg", b"<svg>", NOT_ALLOWED),
        ("x\u{202e}fdp.exe", b"%PDF-1.7", NOT_ALLOWED),
        ("a.docm", &word, NOT_ALLOWED),
        ("a.zip", &word, NOT_ALLOWED),
        ("x.exe.pdf", b"%PDF-1.7", HiddenExtension),
        ("x.ExE\u{202e}.pdf", b"%PDF-1.7", HiddenExtension),
        ("x.js.b.txt", b"x", HiddenExtension),
        ("a.pdf", b"", Empty),
        ("a.pdf", b"MZ\x90", Mismatch),
        ("a.pdf", PNG, Mismatch),
        ("a.png", JPEG, Mismatch),
        ("a.jpg", b"GIF89a", Mismatch),
        ("a.doc", &word, Mismatch),
        ("a.docx", COMPOUND_FILE, Mismatch),
        ("a.docx", &jar, Mismatch),
        ("a.xlsx", &word, Mismatch),
        ("a.docx", &odt, Mismatch),
        ("a.ods", &odt, Mismatch),
        ("a.odt", &template, Mismatch),
        ("a.odt", b"PK\x03\x04", Mismatch),
        ("a.txt", b"a\0b", Mismatch),
        ("a.txt", b"\x1b[31m", Mismatch),
        ("a.txt", b" <!DOCTYPE html>", Mismatch),
        ("a.txt", b"<ScRiPt>", Mismatch),
        ("a.txt", b"%PDF-1.7", SecondFormat("a PDF document")),
        ("x.html.pdf", b"%PDF-1.7", HiddenExtension),
        ("x.docx.pdf", b"%PDF-1.7", DoubleExtension),
        ("a.docx.v2.pdf", b"%PDF-1.7", DoubleExtension),
        ("a.pdf.docx.pdf", b"%PDF-1.7", DoubleExtension),
        ("kuva.phtml.jpg", JPEG, HiddenExtension),
        ("kuva.php5.jpg", JPEG, HiddenExtension),
        ("x.com.pdf", b"%PDF-1.7", HiddenExtension),
        ("x.iso.pdf", b"%PDF-1.7", HiddenExtension),
        ("x.url.pdf", b"%PDF-1.7", HiddenExtension),
        ("x.rar.pdf", b"%PDF-1.7", HiddenExtension),
        ("x.py.pdf", b"%PDF-1.7", HiddenExtension),
        ("a.txt", b"\x7fELF", Mismatch),
        ("a.txt", b"#!/bin/sh\n", Mismatch),
        ("a.txt", b"\xff\xfeh\0i\0", Mismatch),
    ];
    for (name, head, why) in refused {
        assert_eq!(decide(name, head), Err(*why), "{name}");
    }
}

#[test]
fn the_doors_differ_in_what_they_take() {
    let gif = b"GIF89a\x01\0\x01\0\0\0\0;";
    let archive = zip("a.txt", "moi");
    let further: &[(&str, &[u8], MediaType)] = &[
        ("a.gif", gif, MediaType::Gif),
        ("a.csv", b"nimi;summa\r\nA;1\r\n", MediaType::Csv),
        (
            "a.xml",
            b"\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<lasku/>",
            MediaType::Xml,
        ),
        ("a.xml", b"<lasku><!-- 1 --></lasku>", MediaType::Xml),
        (
            "a.xml",
            b"<?xml version='1.0'?><?xml-stylesheet href='Finvoice.xsl'?><Finvoice/>",
            MediaType::Xml,
        ),
        ("a.json", b"{\"a\": [1, 2]}\n", MediaType::Json),
        ("a.json", b"[]", MediaType::Json),
        ("a.zip", &archive, MediaType::Zip),
        ("a.rtf", b"{\\rtf1\\ansi moi}", MediaType::Rtf),
    ];
    for (name, head, media_type) in further {
        let name = FileName::parse(name).unwrap();
        assert_eq!(decide_type(Accepts::V1Attachments, &name, head), Ok(*media_type));
        for door in [Accepts::Attachments, Accepts::PdfOnly] {
            assert_eq!(decide_type(door, &name, head), Err(TypeRefused::NotAllowed(door)));
        }
        assert_eq!(media_type.as_str().parse(), Ok(*media_type));
    }
    let (pdf, text) = (FileName::parse("a.pdf").unwrap(), FileName::parse("a.txt").unwrap());
    for door in [Accepts::Attachments, Accepts::V1Attachments, Accepts::PdfOnly] {
        assert_eq!(decide_type(door, &pdf, b"%PDF-1.7"), Ok(MediaType::Pdf));
    }
    let no = TypeRefused::NotAllowed(Accepts::PdfOnly);
    assert_eq!(decide_type(Accepts::PdfOnly, &text, b"moi"), Err(no));
    assert!(no.to_string().ends_with("send one of pdf."));
}

#[test]
fn the_further_types_are_what_they_say() {
    let refused: Vec<(&str, Vec<u8>)> = vec![
        ("a.gif", PNG.to_vec()),
        ("a.gif", b"GIF89a<script>".to_vec()),
        ("a.csv", b"a;b\0".to_vec()),
        ("a.csv", b"<script>".to_vec()),
        ("a.xml", b"moi".to_vec()),
        ("a.xml", b"< a".to_vec()),
        ("a.xml", b"<!DOCTYPE html><html/>".to_vec()),
        ("a.xml", b"<a><svg xmlns=\"x\"/></a>".to_vec()),
        ("a.xml", b"<x:a xmlns:x=\"http://www.w3.org/1999/xhtml\"/>".to_vec()),
        (
            "a.xml",
            b"<xsl:stylesheet xmlns:xsl='http://www.w3.org/1999/XSL/Transform'/>".to_vec(),
        ),
        ("a.json", b"moi".to_vec()),
        ("a.json", b"{\"a\": ".to_vec()),
        ("a.json", b"{} {}".to_vec()),
        ("a.json", b"\"\xFF\"".to_vec()),
        ("a.zip", zip("META-INF/MANIFEST.MF", "")),
        ("a.zip", zip("[Content_Types].xml", "")),
        ("a.zip", b"PK\x05\x06".to_vec()),
        ("a.rtf", b"rtf".to_vec()),
    ];
    for (name, head) in refused {
        let parsed = FileName::parse(name).unwrap();
        assert!(
            decide_type(Accepts::V1Attachments, &parsed, &head).is_err(),
            "{name} {}",
            head.escape_ascii()
        );
    }
}

#[test]
fn long_json_is_judged_by_what_is_seen_of_it() {
    let name = FileName::parse("a.json").unwrap();
    let head = |text: String| text.into_bytes()[..crate::domain::attachment::HEAD_BYTES].to_vec();
    let long = head(format!("[\"{}\"]", "ä".repeat(4_000)));
    assert_eq!(decide_type(Accepts::V1Attachments, &name, &long), Ok(MediaType::Json));
    let broken = head(format!("{{}} {}", "x".repeat(5_000)));
    assert_eq!(
        decide_type(Accepts::V1Attachments, &name, &broken),
        Err(TypeRefused::Mismatch)
    );
}

proptest! {
    #[test]
    fn any_name_and_content_are_answered(name in "\\PC{0,20}\\.(pdf|docx|odt|txt)", head in proptest::collection::vec(any::<u8>(), 0..80)) {
        let name = FileName::parse(&name).unwrap();
        let _ = decide_type(Accepts::V1Attachments, &name, &head);
        let _ = decide_type(Accepts::V1Attachments, &name, &[ENTRY, &head].concat());
    }
}
