//! PDFs for tests, written by hand, so that anything can be wrong with them.

/// A file of these objects, numbered from 1, with a table that fits. The first is the catalog.
pub(in crate::domain::letter) fn file(objects: &[impl AsRef<[u8]>]) -> Vec<u8> {
    file_with(objects, "")
}

/// The same with more in the trailer.
pub(in crate::domain::letter) fn file_with(objects: &[impl AsRef<[u8]>], trailer: &str) -> Vec<u8> {
    let mut pdf = b"%PDF-1.7\n".to_vec();
    let mut table = String::from("0000000000 65535 f \n");
    for (number, object) in (1..).zip(objects) {
        table.push_str(&format!("{:010} 00000 n \n", pdf.len()));
        pdf.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        pdf.extend_from_slice(object.as_ref());
        pdf.extend_from_slice(b"\nendobj\n");
    }
    let (start, size) = (pdf.len(), objects.len() + 1);
    pdf.extend_from_slice(
        format!(
            "xref\n0 {size}\n{table}trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n"
        )
        .as_bytes(),
    );
    pdf
}

/// A stream object.
pub(in crate::domain::letter) fn stream(entries: &str, content: &[u8]) -> Vec<u8> {
    let mut object = format!("<< {entries} /Length {} >>\nstream\n", content.len()).into_bytes();
    object.extend_from_slice(content);
    object.extend_from_slice(b"\nendstream");
    object
}

/// A4 standing.
pub(in crate::domain::letter) const A4: &str = "/MediaBox [0 0 595 842]";

/// A letter whose pages have these entries; each says its number in Helvetica.
pub(in crate::domain::letter) fn letter(pages: &[&str]) -> Vec<u8> {
    let kids: Vec<String> = (0..pages.len()).map(|page| format!("{} 0 R", 4 + 2 * page)).collect();
    let mut objects: Vec<Vec<u8>> = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), pages.len()).into_bytes(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec(),
    ];
    for (number, entries) in (1..).zip(pages) {
        let contents = 3 + 2 * number;
        objects.push(
            format!("<< /Type /Page /Parent 2 0 R {entries} /Contents {contents} 0 R /Resources << /Font << /F1 3 0 R >> >> >>")
                .into_bytes(),
        );
        objects.push(stream(
            "",
            format!("BT /F1 12 Tf 72 500 Td (Page {number} of the letter) Tj ET").as_bytes(),
        ));
    }
    file(&objects)
}

/// The same letter as programs write it today: objects in object streams, a cross-reference stream.
pub(in crate::domain::letter) fn modern(pdf: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut document = lopdf::Document::load_mem(pdf).unwrap();
    document.save_modern(&mut bytes).unwrap();
    assert!(bytes.windows(7).any(|window| window == b"/ObjStm"));
    bytes
}

/// Bytes packed by DEFLATE, as `FlateDecode` reads them.
pub(in crate::domain::letter) fn deflated(content: Vec<u8>) -> Vec<u8> {
    let mut stream = lopdf::Stream::new(lopdf::Dictionary::new(), content);
    stream.compress().unwrap();
    assert!(stream.dict.has(b"Filter"));
    stream.content
}
