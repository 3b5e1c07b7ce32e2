//! A real PDF of A4 pages, built by hand so that a test decides every byte.

/// `pages` standing A4 pages, each with one line of text.
pub fn a4_pdf(text: &str, pages: usize) -> Vec<u8> {
    pdf(text, pages, "[0 0 595.28 841.89]")
}

/// The same with pages of another size: `[0 0 WIDTH HEIGHT]` in points.
pub fn pdf(text: &str, pages: usize, media_box: &str) -> Vec<u8> {
    let kids: Vec<_> = (0..pages).map(|n| format!("{} 0 R", 4 + 2 * n)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!(
            "<< /Type /Pages /Kids [{}] /Count {pages} /MediaBox {media_box} >>",
            kids.join(" ")
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    for n in 0..pages {
        let content = format!("BT /F1 12 Tf 72 720 Td ({text} {}) Tj ET", n + 1);
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /Contents {} 0 R /Resources << /Font << /F1 3 0 R >> >> >>",
            5 + 2 * n
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    let mut bytes = String::from("%PDF-1.4\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (n, object) in (1..).zip(&objects) {
        table.push_str(&format!("{:010} 00000 n \n", bytes.len()));
        bytes.push_str(&format!("{n} 0 obj\n{object}\nendobj\n"));
    }
    let (start, size) = (bytes.len(), objects.len() + 1);
    bytes.push_str(&format!(
        "xref\n0 {size}\n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    ));
    bytes.into_bytes()
}
