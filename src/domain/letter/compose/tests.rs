//! Letters composed, and read back with other programs (poppler).

use std::process::Command;

use super::*;
use crate::domain::letter::pdf::examine;
use crate::domain::letter::pdf::tests::samples::{A4, file_with, letter, modern};
use crate::domain::letter::sheet::{Envelope, JobSheet};
use crate::domain::letter::{CountryCode, PostalAddress, Printing};
use crate::domain::message::Mode;

const LYING: &str = "/MediaBox [0 0 842 595]";

fn address(name: &str, country: &str) -> PostalAddress {
    PostalAddress {
        name: name.to_owned(),
        additional_name: None,
        street_address: "Koivukuja 7 B 12".to_owned(),
        zip_code: "00940".to_owned(),
        city: "Helsinki".to_owned(),
        country_code: CountryCode::parse(country).unwrap(),
    }
}

fn order() -> PrintOrder {
    PrintOrder {
        message_id: 7,
        organisation: "2454581-2".to_owned(),
        service_id: "rakennusvalvonta".to_owned(),
        mode: Mode::Ordinary,
        printing: Printing {
            colour: false,
            two_sided: false,
            address_page: true,
            rotate_landscape: true,
        },
        pages: 1,
        cost_pool: None,
        contact_email: "posti@example.fi".to_owned(),
        recipient: address("Äijö Öhman-Lähdesmäki", "FI"),
        sender: address("Esimerkkilän kaupunki", "FI"),
    }
}

/// Runs a program of poppler on the letter and answers what it says.
fn poppler(letter: &Letter, program: &str, args: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.pdf");
    std::fs::write(&path, &letter.bytes).unwrap();
    let out = Command::new(program).args(args).arg(&path).arg("-").output().unwrap();
    assert!(
        out.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    assert_eq!(String::from_utf8_lossy(&out.stderr), "", "{program} complains");
    String::from_utf8(out.stdout).unwrap()
}

/// Every word of the first page with its box in millimetres from the left and the top.
fn words(letter: &Letter) -> Vec<(String, [f64; 4])> {
    let html = poppler(letter, "pdftotext", &["-bbox", "-f", "1", "-l", "1"]);
    let words: Vec<_> = html
        .lines()
        .filter(|line| line.trim_start().starts_with("<word"))
        .map(|line| {
            let of = |key: &str| -> f64 {
                let rest = line.split(&format!("{key}=\"")).nth(1).unwrap();
                rest.split('"').next().unwrap().parse::<f64>().unwrap() * 25.4 / 72.0
            };
            let text = line.split('>').nth(1).unwrap().split('<').next().unwrap();
            (text.to_owned(), [of("xMin"), of("yMin"), of("xMax"), of("yMax")])
        })
        .collect();
    assert!(!words.is_empty());
    words
}

/// Each page's width, height and rotation as pdfinfo sees it.
fn sizes(letter: &Letter) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.pdf");
    std::fs::write(&path, &letter.bytes).unwrap();
    let out = Command::new("pdfinfo")
        .args(["-f", "1", "-l", "99"])
        .arg(&path)
        .output()
        .unwrap();
    assert!(
        out.status.success() && out.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let text = String::from_utf8(out.stdout).unwrap();
    text.lines()
        .filter(|line| line.starts_with("Page ") && (line.contains(" rot:") || line.contains(" size:")))
        .map(|line| line.split(':').nth(1).unwrap().trim().to_owned())
        .collect()
}

#[test]
fn the_addresses_stand_in_their_fields() {
    let letter = compose(&letter(&[A4]), &order()).unwrap();
    assert_eq!((letter.pages, letter.unprintable), (2, false));
    let words = words(&letter);
    let recipient = words.iter().position(|(word, _)| word == "Äijö").unwrap();
    for (index, (word, [left, top, right, bottom])) in words.iter().enumerate() {
        assert!(*left >= 19.9 && *right <= 100.1, "{word}: {left} to {right}");
        let field = if index < recipient { 9.9..=27.0 } else { 35.3..=65.1 };
        assert!(
            field.contains(top) && field.contains(bottom),
            "{word}: {top} to {bottom}"
        );
    }
    let (_, [left, top, ..]) = words[recipient];
    assert!((left - 20.0).abs() < 0.6 && (top - 35.4).abs() < 1.0, "{left} {top}");
    let text: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
    assert_eq!(
        text.join(" "),
        "Esimerkkilän kaupunki Koivukuja 7 B 12 00940 HELSINKI Äijö Öhman-Lähdesmäki Koivukuja 7 B 12 00940 HELSINKI"
    );
    assert!(poppler(&letter, "pdftotext", &["-f", "2"]).contains("Page 1 of the letter"));
    let fonts = poppler_fonts(&letter);
    assert!(
        fonts.contains("+LiberationSans") && fonts.contains("yes yes yes"),
        "{fonts}"
    );
}

fn poppler_fonts(letter: &Letter) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.pdf");
    std::fs::write(&path, &letter.bytes).unwrap();
    let out = Command::new("pdffonts").args(["-l", "1"]).arg(&path).output().unwrap();
    assert!(
        out.status.success() && out.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn nothing_of_a_long_address_leaves_its_field_or_is_lost() {
    for character in ["W", "Å", "pitkä nimi ", "x-"] {
        let long = |most: usize| {
            character
                .chars()
                .cycle()
                .take(most)
                .collect::<String>()
                .trim()
                .to_owned()
        };
        let mut order = order();
        order.recipient = PostalAddress {
            name: long(256),
            additional_name: Some(long(256)),
            street_address: long(256),
            zip_code: long(64),
            city: long(256),
            country_code: CountryCode::parse("GS").unwrap(),
        };
        order.sender = order.recipient.clone();
        let letter = compose(&letter(&[A4]), &order).unwrap();
        let words = words(&letter);
        for (word, [left, top, right, bottom]) in &words {
            assert!(*left >= 19.9 && *right <= 100.2, "{word}: {left} to {right}");
            assert!(
                (9.5..=27.4).contains(top) && *bottom <= 27.4 || (35.0..=65.4).contains(top) && *bottom <= 65.4,
                "{word}: {top} to {bottom}"
            );
        }
        let all: String = words.iter().flat_map(|(word, _)| word.chars()).collect();
        let wanted: String = [long(256), long(256), long(256), long(64), long(256).to_uppercase()].concat();
        let wanted: String = wanted.chars().filter(|c| !c.is_whitespace()).collect();
        assert!(all.starts_with(&wanted) && all.ends_with("ISLANDS"), "{character}");
    }
}

#[test]
fn an_address_abroad_names_its_country() {
    let mut order = order();
    order.recipient = address("Åsa Öst", "SE");
    let abroad = words(&compose(&letter(&[A4]), &order).unwrap());
    let text: Vec<&str> = abroad.iter().map(|(word, _)| word.as_str()).collect();
    assert!(
        text.join(" ")
            .ends_with("Åsa Öst Koivukuja 7 B 12 00940 HELSINKI SWEDEN")
    );
    // What comes back crosses a border, too.
    assert!(
        text.join(" ")
            .starts_with("Esimerkkilän kaupunki Koivukuja 7 B 12 00940 HELSINKI FINLAND")
    );
}

#[test]
fn characters_outside_the_font_are_never_lost_silently() {
    let mut order = order();
    order.recipient.name = "Nguyễn Ελένη Жанна Łódź ﬁ\u{0}ne".to_owned();
    let written = compose(&letter(&[A4]), &order).unwrap();
    assert!(!written.unprintable);
    let text: Vec<String> = words(&written).into_iter().map(|(word, _)| word).collect();
    assert!(text.join(" ").contains("Ελένη Жанна Łódź"), "{text:?}");
    order.recipient.name = "山田太郎".to_owned();
    let asked = compose(&letter(&[A4]), &order).unwrap();
    assert!(asked.unprintable);
    assert!(words(&asked).iter().any(|(word, _)| word == "????"));
    let sheet = JobSheet::new(uuid::Uuid::nil(), jiff::Timestamp::UNIX_EPOCH, order, &asked);
    let json = serde_json::to_value(&sheet).unwrap();
    assert_eq!(json["addressPageIncomplete"], true);
    assert_eq!(json["recipient"]["name"], "山田太郎");
}

#[test]
fn lying_pages_are_turned_to_stand_when_asked_for() {
    let source = letter(&[
        A4,
        LYING,
        "/MediaBox [0 0 595 842] /Rotate 90",
        "/MediaBox [0 0 842 595] /Rotate 270",
        "/MediaBox [0 0 842 595] /Rotate 180",
    ]);
    for source in [modern(&source), source] {
        let mut order = order();
        order.printing.address_page = false;
        let turned = compose(&source, &order).unwrap();
        let rotations: Vec<String> = sizes(&turned).chunks(2).map(|page| page[1].clone()).collect();
        assert_eq!(rotations, ["0", "270", "0", "270", "90"]);
        order.printing.rotate_landscape = false;
        assert_eq!(compose(&source, &order).unwrap().bytes, source);
    }
}

#[test]
fn the_senders_file_stays_as_it_was() {
    let form = file_with(
        &[
            "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 842 595] /Rotate 90 >>",
            "<< /Type /Page /Parent 2 0 R /Annots [4 0 R] >>",
            "<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (kept) /DA (/Helv 12 Tf) /Rect [10 10 100 30] /P 3 0 R >>",
        ],
        "/ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>]",
    );
    for source in [modern(&form), modern(&letter(&[A4, LYING])), letter(&[A4, LYING]), form] {
        let made = compose(&source, &order()).unwrap();
        assert_eq!(
            made.bytes,
            compose(&source, &order()).unwrap().bytes,
            "the same input gives the same bytes"
        );
        assert!(made.bytes.starts_with(&source));
        assert_eq!(examine(&made.bytes).unwrap().pages, made.pages);
        assert_eq!(sizes(&made).len(), 2 * made.pages as usize);
        assert_eq!(sizes(&made)[1], "0", "the address page inherits nothing");
        poppler(&made, "pdftotext", &[]);
    }
    let mut late = b"a line before\n".to_vec();
    late.extend(letter(&[A4]));
    assert_eq!(sizes(&compose(&late, &order()).unwrap()).len(), 4);
}

#[test]
fn a_job_sheet_counts_sheets_and_names_the_envelope() {
    for (pages, two_sided, sheets, envelope) in [
        (1, false, 1, Envelope::C5),
        (1, true, 1, Envelope::C5),
        (9, false, 9, Envelope::C5),
        (10, false, 10, Envelope::C4),
        (18, true, 9, Envelope::C5),
        (19, true, 10, Envelope::C4),
        (60, false, 60, Envelope::C4),
        (61, false, 61, Envelope::Box),
        (120, true, 60, Envelope::C4),
        (121, true, 61, Envelope::Box),
    ] {
        let mut order = order();
        order.printing.two_sided = two_sided;
        let letter = Letter {
            bytes: b"x".to_vec(),
            pages,
            unprintable: false,
        };
        let sheet = JobSheet::new(uuid::Uuid::nil(), jiff::Timestamp::UNIX_EPOCH, order, &letter);
        assert_eq!((sheet.sheets, sheet.envelope), (sheets, envelope), "{pages} pages");
    }
    let letter = Letter {
        bytes: b"abc".to_vec(),
        pages: 61,
        unprintable: false,
    };
    let json = serde_json::to_value(JobSheet::new(
        uuid::Uuid::nil(),
        jiff::Timestamp::UNIX_EPOCH,
        order(),
        &letter,
    ))
    .unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "jobId": "00000000-0000-0000-0000-000000000000", "created": "1970-01-01T00:00:00Z", "messageId": 7, "organisation": "2454581-2",
            "serviceId": "rakennusvalvonta", "mode": "ordinary", "pages": 61, "sheets": 61, "envelope": "box", "colour": false, "twoSided": false,
            "addressPage": true, "contactEmail": "posti@example.fi",
            "recipient": { "name": "Äijö Öhman-Lähdesmäki", "streetAddress": "Koivukuja 7 B 12", "zipCode": "00940", "city": "Helsinki", "countryCode": "FI" },
            "sender": { "name": "Esimerkkilän kaupunki", "streetAddress": "Koivukuja 7 B 12", "zipCode": "00940", "city": "Helsinki", "countryCode": "FI" },
            "letter": { "bytes": 3, "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        })
    );
}
