//! Files made of a few lines: the smallest that real programs open, so that the corpus holds no binary.

/// CRC-32 as ZIP and PNG have it.
fn crc(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

fn u16le(n: usize) -> [u8; 2] {
    u16::try_from(n).unwrap().to_le_bytes()
}

fn u32le(n: usize) -> [u8; 4] {
    u32::try_from(n).unwrap().to_le_bytes()
}

/// A ZIP of stored entries, to stand `offset` bytes into a file, with a comment.
pub fn zip_at(offset: usize, entries: &[(&str, &[u8])], comment: &[u8]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in entries {
        let at = offset + file.len();
        // Version, flags, method, time, date; then checksum, sizes and lengths.
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x5C];
        common.extend(crc(content).to_le_bytes());
        common.extend(u32le(content.len()));
        common.extend(u32le(content.len()));
        common.extend(u16le(name.len()));
        common.extend([0, 0]);
        file.extend(b"PK\x03\x04");
        file.extend(&common);
        file.extend(name.bytes());
        file.extend(*content);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(u32le(at));
        directory.extend(name.bytes());
    }
    let (begins, size) = (offset + file.len(), directory.len());
    file.extend(directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend(u16le(entries.len()));
    file.extend(u16le(entries.len()));
    file.extend(u32le(size));
    file.extend(u32le(begins));
    file.extend(u16le(comment.len()));
    file.extend(comment);
    file
}

pub fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    zip_at(0, entries, b"")
}

pub fn jar() -> Vec<u8> {
    zip(&[("META-INF/MANIFEST.MF", b"Main-Class: A\n"), ("A.class", &java_class())])
}

/// An Office file since 2007: `word`, `xl` or `ppt`.
pub fn office(folder: &str, part: &str) -> Vec<u8> {
    let types =
        b"<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    let (path, relations) = (
        format!("{folder}/{part}"),
        format!(
            "<?xml version=\"1.0\"?><Relationships><Relationship Id=\"r1\" Target=\"{folder}/{part}\"/></Relationships>"
        ),
    );
    zip(&[
        ("[Content_Types].xml", types),
        ("_rels/.rels", relations.as_bytes()),
        (&path, b"<?xml version=\"1.0\"?><document/>"),
    ])
}

/// An OpenDocument file, its thumbnail stored as it is.
pub fn open_document(kind: &str) -> Vec<u8> {
    let media_type = format!("application/vnd.oasis.opendocument.{kind}");
    zip(&[
        ("mimetype", media_type.as_bytes()),
        ("Thumbnails/thumbnail.png", &png(b"")),
        ("content.xml", b"<?xml version=\"1.0\"?><office:document-content/>"),
        ("META-INF/manifest.xml", b"<?xml version=\"1.0\"?><manifest:manifest/>"),
    ])
}

/// A compound file, with this in its first sector.
pub fn compound(first_sector: &[u8]) -> Vec<u8> {
    let mut file = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    file.resize(24, 0);
    file.extend(b"\x3E\x00\x03\x00\xFE\xFF\x09\x00\x06\x00");
    file.resize(76, 0);
    file.resize(512, 0xFF);
    file.extend(first_sector);
    file.resize(4_608, 0);
    file
}

/// A PNG with one text chunk of this content.
pub fn png(text: &[u8]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let comment = [b"Comment\0", text].concat();
    for (kind, content) in [
        (b"IHDR", &b"\0\0\0\x01\0\0\0\x01\x08\0\0\0\0"[..]),
        (b"tEXt", &comment),
        (b"IDAT", b"\x78\x9c\x63\x60\0\0\0\x02\0\x01"),
        (b"IEND", b""),
    ] {
        let chunk = [kind, content].concat();
        file.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
        file.extend(&chunk);
        file.extend(crc(&chunk).to_be_bytes());
    }
    file
}

/// A segment of a JPEG: marker, length, content.
fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xFF, marker], &length[..], content].concat()
}

/// What a JPEG holds between its first segments and its end.
fn image() -> Vec<u8> {
    let table: Vec<u8> = std::iter::once(0).chain(1..=64).collect();
    let scan: Vec<u8> = (0..2_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8 & 0xFE)
        .collect();
    [
        segment(0xDB, &table),
        segment(0xC0, b"\x08\0\x10\0\x10\x01\x01\x11\0"),
        segment(0xDA, b"\x01\x01\0\0\x3F\0"),
        scan,
        b"\xFF\xD9".to_vec(),
    ]
    .concat()
}

/// A JPEG with this comment.
pub fn jpeg(comment: &[u8]) -> Vec<u8> {
    [
        b"\xFF\xD8".to_vec(),
        segment(0xE0, b"JFIF\0\x01\x02\0\0\x48\0\x48\0\0"),
        segment(0xFE, comment),
        image(),
    ]
    .concat()
}

/// As a camera writes it: a thumbnail, itself a whole JPEG, and print settings in XML within the first kilobyte.
pub fn photo() -> Vec<u8> {
    let tiff = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x0F\x01\x02\0\x06\0\0\0\x1A\0\0\0\x20\0\0\0Kamera\0\0".to_vec();
    let thumbnail = [b"\xFF\xD8".to_vec(), image()].concat();
    let settings = b"Photoshop 3.0\x008BIM\x03\xED\0\0<?xml version=\"1.0\"?><!DOCTYPE plist><plist/>";
    [
        b"\xFF\xD8".to_vec(),
        segment(0xE1, &[tiff, thumbnail].concat()),
        segment(0xED, settings),
        image(),
    ]
    .concat()
}

/// A PDF with this between its first line and its end.
pub fn pdf(inside: &[u8]) -> Vec<u8> {
    let end = b"\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
    [b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n", inside, end].concat()
}

/// A PDF of one scanned page, whose picture begins after `before` bytes of something else.
pub fn scan(before: usize) -> Vec<u8> {
    let image = jpeg(b"");
    let object = format!(
        "\n5 0 obj<</Subtype/Image/Filter/DCTDecode/Length {}>>stream\n",
        image.len()
    );
    pdf(&[
        &vec![b' '; before][..],
        object.as_bytes(),
        &image,
        b"\nendstream endobj",
    ]
    .concat())
}

/// A Windows program's two headers.
pub fn exe() -> Vec<u8> {
    let mut file = b"MZ\x90\0\x03".to_vec();
    file.resize(0x3C, 0);
    file.extend(0x80_u32.to_le_bytes());
    file.resize(0x80, 0);
    file.extend(b"PE\0\0\x64\x86");
    file
}

pub fn java_class() -> Vec<u8> {
    b"\xCA\xFE\xBA\xBE\0\0\0\x3D\0\x0A".to_vec()
}
