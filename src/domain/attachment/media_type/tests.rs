//! What is accepted, and what is refused and why.

use proptest::prelude::*;

use super::*;

fn decide(name: &str, head: &[u8]) -> Result<MediaType, TypeRefused> {
    decide_type(&FileName::parse(name).unwrap(), head)
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
    use TypeRefused::{Empty, HiddenExtension, Mismatch, NoExtension, NotAllowed};
    let jar = zip("META-INF/MANIFEST.MF", "");
    let word = zip("word/document.xml", "");
    let odt = zip("mimetype", "application/vnd.oasis.opendocument.text");
    let template = zip("mimetype", "application/vnd.oasis.opendocument.text-template");
    let refused: &[(&str, &[u8], TypeRefused)] = &[
        ("pdf", b"%PDF-1.7", NoExtension),
        (".pdf", b"%PDF-1.7", NoExtension),
        ("a.", b"%PDF-1.7", NoExtension),
        ("x.pdf.exe", b"MZ", NotAllowed),
        ("x.html", b"<html>", NotAllowed),
        ("x.svg", b"<svg>", NotAllowed),
        ("x\u{202e}fdp.exe", b"%PDF-1.7", NotAllowed),
        ("a.docm", &word, NotAllowed),
        ("a.zip", &word, NotAllowed),
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
        ("a.txt", b"%PDF-1.7", Mismatch),
        ("a.txt", b"\x7fELF", Mismatch),
        ("a.txt", b"#!/bin/sh\n", Mismatch),
        ("a.txt", b"\xff\xfeh\0i\0", Mismatch),
    ];
    for (name, head, why) in refused {
        assert_eq!(decide(name, head), Err(*why), "{name}");
    }
}

proptest! {
    #[test]
    fn any_name_and_content_are_answered(name in "\\PC{0,20}\\.(pdf|docx|odt|txt)", head in proptest::collection::vec(any::<u8>(), 0..80)) {
        let name = FileName::parse(&name).unwrap();
        let _ = decide_type(&name, &head);
        let _ = decide_type(&name, &[ZIP_ENTRY, &head].concat());
    }
}
