//! What is taken and what is refused, with files made for the purpose. Those that want memory or time are tried again in `tests/it/letters.rs`,
//! where they get a process of their own.

pub(in crate::domain::letter) mod samples;

use samples::{A4, deflated, file, file_with, letter, modern, stream};

use super::*;

fn refused(pdf: &[u8]) -> PdfRefused {
    examine(pdf).unwrap_err()
}

fn code(pdf: &[u8]) -> &'static str {
    let refused = refused(pdf);
    assert_eq!(refused.reasons().len(), 1, "{refused}");
    refused.reasons()[0].code()
}

#[test]
fn a4_is_taken_however_it_is_said() {
    for page in [
        A4,
        "/MediaBox [0 0 842 595]",
        "/MediaBox [595.276 841.89 0 0]",
        "/MediaBox [-100 -100 495 742]",
        "/MediaBox [0 0 1000 1000] /CropBox [100 100 695 942]",
        "/MediaBox [0 0 842 595] /Rotate 90",
        "/MediaBox [0 0 595 842] /Rotate -270",
        "/MediaBox [0 0 297.6 421] /UserUnit 2",
        // A crop that reaches over the medium shows no more than the medium.
        "/MediaBox [0 0 595 842] /CropBox [-50 -50 2000 2000]",
        "/MediaBox [0 0 590.5 837]",
    ] {
        assert_eq!(examine(&letter(&[A4, page])).unwrap().pages, 2, "{page}");
        assert_eq!(examine(&modern(&letter(&[page]))).unwrap().pages, 1, "{page}");
    }
    let mut late = b"a line of a mail program\n".to_vec();
    late.extend(letter(&[A4]));
    assert_eq!(examine(&late).unwrap().pages, 1);
}

#[test]
fn sizes_are_inherited() {
    let pdf = |node: &str, page: &str| {
        file(&[
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            format!("<< /Type /Pages /Kids [3 0 R] /Count 1 {node} >>"),
            "<< /Type /Pages /Parent 2 0 R /Kids [4 0 R] /Count 1 >>".to_owned(),
            format!("<< /Type /Page /Parent 3 0 R {page} >>"),
        ])
    };
    assert!(examine(&pdf(A4, "")).is_ok());
    assert!(examine(&pdf("/MediaBox [0 0 612 792]", A4)).is_ok());
    assert_eq!(code(&pdf("/MediaBox [0 0 612 792]", "")), "pdf-not-a4");
    assert_eq!(code(&pdf("", "")), "pdf-not-a4");
    assert_eq!(
        code(&pdf("/MediaBox [0 0 595 842] /CropBox [0 0 300 300]", "")),
        "pdf-not-a4"
    );
}

#[test]
fn every_violation_is_named_at_once() {
    let letter_size = "/MediaBox [0 0 612 792]";
    let many = letter(&[letter_size; 12]);
    assert_eq!(
        refused(&many).to_string(),
        "Not A4 (210 x 297 mm, standing or lying): pages 1, 2, 3, 4, 5, 6, 7, 8 and 4 more. Set the paper size to A4."
    );
    let mixed = file(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [3 0 R 4 0 R 5 0 R] /Count 3 {letter_size} >>"),
        "<< /Type /Page /Parent 2 0 R /Contents 9 0 R /MediaBox [0 0 595 842] >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /Resources << /XObject << /I 10 0 R >> >> >>".to_owned(),
    ]);
    let reasons = refused(&mixed);
    let codes: Vec<&str> = reasons.reasons().iter().map(Reason::code).collect();
    assert_eq!(codes, ["pdf-not-a4", "pdf-broken"]);
    assert!(reasons.to_string().contains("lying): pages 2 and 3."), "{reasons}");
    assert!(reasons.to_string().contains("be read: pages 1 and 3."), "{reasons}");
    let sentence = refused(&letter(&[A4, letter_size])).to_string();
    assert!(sentence.contains(": page 2."), "{sentence}");
}

#[test]
fn a_file_over_ten_megabytes_is_refused_by_its_size() {
    let mut pdf = letter(&[A4]);
    pdf.resize(MAX_LETTER_BYTES + 1, b'\n');
    assert_eq!(refused(&pdf).reasons(), [Reason::TooLarge(MAX_LETTER_BYTES + 1)]);
}

#[test]
fn encrypted_files_are_refused_even_when_they_open_without_a_password() {
    use lopdf::{Document, EncryptionState, EncryptionVersion, Permissions};

    for user in ["", "secret"] {
        let mut document = Document::load_mem(&file_with(
            &[
                "<< /Type /Catalog /Pages 2 0 R >>",
                "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
            ],
            "/ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>]",
        ))
        .unwrap();
        let version = EncryptionVersion::V2 {
            document: &document,
            owner_password: "owner",
            user_password: user,
            key_length: 128,
            permissions: Permissions::all(),
        };
        let state = EncryptionState::try_from(version).unwrap();
        document.encrypt(&state).unwrap();
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        assert_eq!(code(&bytes), "pdf-encrypted", "{user:?}");
    }
    let unknown = file_with(
        &[
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        ],
        "/Encrypt << /Filter /Nobody /V 99 >>",
    );
    assert_eq!(code(&unknown), "pdf-encrypted");
}

#[test]
fn what_is_cut_short_or_no_pdf_is_refused() {
    let whole = letter(&[A4, A4]);
    for end in (0..whole.len() - 7).step_by(13) {
        assert_eq!(code(&whole[..end]), "pdf-broken", "cut at {end} of {}", whole.len());
    }
    let whole = modern(&whole);
    for end in (0..whole.len() - 7).step_by(13) {
        assert_eq!(code(&whole[..end]), "pdf-broken", "cut at {end} of {}", whole.len());
    }
    assert_eq!(code(b"<html>"), "pdf-broken");
    let moved = [b"%PDF-1.7\n%something more\n", &letter(&[A4])[9..]].concat();
    assert_eq!(code(&moved), "pdf-broken");
}

#[test]
fn page_trees_that_lead_nowhere_are_refused() {
    let tree = |node: &str, more: &[&str]| {
        let mut objects = vec![
            "<< /Type /Catalog /Pages 2 0 R >>",
            node,
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        ];
        objects.extend(more);
        file(&objects)
    };
    let says = |pdf: &[u8]| refused(pdf).to_string();
    assert!(says(&tree("<< /Type /Pages /Kids [] /Count 0 >>", &[])).contains("no pages"));
    assert!(says(&tree("<< /Type /Pages /Kids [2 0 R] /Count 1 >>", &[])).contains("circle"));
    assert!(says(&tree("<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>", &[])).contains("circle"));
    assert!(says(&tree("<< /Type /Pages /Kids [3 0 R 9 0 R] /Count 2 >>", &[])).contains("missing"));
    assert!(says(&tree("<< /Type /Pages /Kids [3 0 R null] /Count 2 >>", &[])).contains("missing"));
    assert!(says(&tree("<< /Type /Pages /Kids [3 0 R] /Count 7 >>", &[])).contains("another number"));
    assert!(
        says(&tree(
            "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            &["<< /Type /Pages /Kids [2 0 R] /Count 1 >>"]
        ))
        .contains("circle")
    );
    assert!(says(&file(&["<< /Type /Catalog >>"])).contains("no pages"));
    assert!(says(&file(&["<< /Type /Catalog /Pages 1 0 R >>"])).contains("another number"));
}

#[test]
fn what_a_printer_would_choke_on_is_refused() {
    let page = |entries: &str, more: &[Vec<u8>]| {
        let mut objects = vec![
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>".to_vec(),
            format!("<< /Type /Page /Parent 2 0 R {entries} >>").into_bytes(),
        ];
        objects.extend_from_slice(more);
        file(&objects)
    };
    // A page may be empty, and what no printer needs may be missing.
    assert!(examine(&page("", &[])).is_ok());
    assert!(examine(&page("/Contents [4 0 R]", &[stream("", b"0 0 m")])).is_ok());
    assert!(
        examine(&page(
            "/Resources << /XObject << /I 4 0 R >> >>",
            &[stream("/Metadata 9 0 R", b"")]
        ))
        .is_ok()
    );

    assert_eq!(code(&page("/Contents 9 0 R", &[])), "pdf-broken");
    assert_eq!(
        code(&page("/Contents [4 0 R]", &[b"(no stream)".to_vec()])),
        "pdf-broken"
    );
    assert_eq!(code(&page("/Resources 9 0 R", &[])), "pdf-broken");
    assert_eq!(
        code(&page(
            "/Resources << /Font << /F1 4 0 R >> >>",
            &[b"<< /FontDescriptor 9 0 R >>".to_vec()]
        )),
        "pdf-broken"
    );
    assert_eq!(
        code(&page(
            "/Contents 4 0 R",
            &[stream(
                "/Filter /FlateDecode",
                b"this is text that was never packed at all"
            )]
        )),
        "pdf-broken"
    );
    // 33 MiB of drawing in some kilobytes.
    let bomb = stream("/Filter /FlateDecode", &deflated(vec![b' '; 33 << 20]));
    assert_eq!(code(&page("/Contents 4 0 R", &[bomb])), "pdf-broken");
}

#[test]
fn hostile_files_are_refused_and_harm_nobody() {
    // An object stream that inflates beyond all measure.
    let bomb = file(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        stream(
            "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode",
            &deflated(vec![b' '; 17 << 20]),
        ),
    ]);
    assert_eq!(code(&bomb), "pdf-broken");
    // Nested deeper than any stack.
    for (open, close) in [("[", "]"), ("<< /A ", ">>"), ("(", ")")] {
        let deep = format!("{}{}", open.repeat(400_000), close.repeat(400_000));
        let pdf = file(&[
            "<< /Type /Catalog /Pages 2 0 R /Deep 3 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [] /Count 0 >>".to_owned(),
            deep,
        ]);
        assert_eq!(code(&pdf), "pdf-broken");
    }
    // A chain of nodes deeper than any balanced tree.
    let mut chain = vec!["<< /Type /Catalog /Pages 2 0 R >>".to_owned()];
    chain.extend((0..50_000).map(|level| format!("<< /Type /Pages /Kids [{} 0 R] /Count 1 >>", level + 3)));
    chain.push("<< /Type /Page /MediaBox [0 0 595 842] >>".to_owned());
    assert!(refused(&file(&chain)).to_string().contains("circle"));
    // References that go in a circle, and numbers that fit nowhere.
    let circle = file(&["<< /Type /Catalog /Pages 2 0 R >>", "3 0 R", "2 0 R"]);
    assert_eq!(code(&circle), "pdf-broken");
    for number in [
        "99999999999999999999999999",
        "-1",
        "1e308",
        "0.0000000000000000000001",
        "9223372036854775807",
    ] {
        let huge = file(&[
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            format!("<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 {number} {number}] >>"),
            format!("<< /Type /Page /Parent 2 0 R /UserUnit {number} /Rotate {number} >>"),
        ]);
        assert!(examine(&huge).is_err(), "{number}");
        let start = format!(
            "%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\nxref\n0 {number}\ntrailer<</Size {number}/Root 1 0 R/Prev {number}>>\nstartxref\n{number}\n%%EOF"
        );
        assert!(examine(start.as_bytes()).is_err(), "{number}");
    }
    // A table that points at itself for what came before.
    let mut looped = file_with(&["<< /Type /Catalog /Pages 2 0 R >>"], "/Prev 0000000000");
    let at = looped.windows(5).position(|window| window == b"xref\n").unwrap();
    let place = looped.windows(10).rposition(|window| window == b"0000000000").unwrap();
    looped[place..place + 10].copy_from_slice(format!("{at:010}").as_bytes());
    assert_eq!(code(&looped), "pdf-broken");
    // A tree that names itself twice on every level: two to the power of its height pages.
    let mut doubling = vec!["<< /Type /Catalog /Pages 2 0 R >>".to_owned()];
    doubling.extend((3..60).map(|kid| format!("<< /Type /Pages /Kids [{kid} 0 R {kid} 0 R] /Count 2 >>")));
    doubling.push("<< /Type /Page /MediaBox [0 0 595 842] >>".to_owned());
    assert!(refused(&file(&doubling)).to_string().contains("circle"));
    // More pages than anyone prints.
    assert_eq!(code(&letter(&vec![A4; MAX_LETTER_PAGES + 1])), "pdf-too-many-pages");
}
