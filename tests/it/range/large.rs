//! That the container is a zip file of its full size, and that neither writing nor reading it takes memory for each file.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::Path;

use proptest::prelude::*;
use tempfile::{TempDir, tempfile};
use tiedoksi::evidence::range::{ContainerReader, RangeWriter};

use crate::outsider::{forget_peak, peak_memory, python, unzip_tests};

/// More files than sixteen bits can count.
const MANY: u32 = 150_000;
const MEGABYTE: u64 = 1 << 20;

/// Writes a container of so many files, and reads it.
fn write_and_read(file: &Path, many: u32) {
    let scratch = || tempfile().unwrap();
    let out = BufWriter::new(File::create(file).unwrap());
    let mut writer = RangeWriter::begin(out, [scratch(), scratch(), scratch()]).unwrap();
    for number in 0..many {
        writer
            .file(&format!("events/{number:012}-tally/event.json"), b"{}")
            .unwrap();
    }
    writer.finish(|_| Ok(b"signature".to_vec())).unwrap().flush().unwrap();
    let mut reader = ContainerReader::new(BufReader::new(File::open(file).unwrap()));
    let mut files = 0;
    while reader.next_file().unwrap().is_some() {
        reader.pass(|_| {}).unwrap();
        files += 1;
    }
    assert_eq!(files, many + 4);
}

#[test]
fn more_files_than_a_plain_zip_file_holds_take_no_memory_each() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("large.asice");
    // What the program itself takes is there by then.
    write_and_read(&file, 100);
    forget_peak();
    let before = peak_memory();
    write_and_read(&file, MANY);
    let taken = peak_memory().saturating_sub(before);
    assert!(taken < 4 * MEGABYTE, "{taken} bytes for {MANY} files");

    assert!(unzip_tests(&file));
    let counted = python(
        "import json, sys, zipfile\nwith zipfile.ZipFile(sys.argv[1]) as z:\n    print(json.dumps(len(z.infolist())))\n",
        &file,
    );
    assert_eq!(counted, MANY + 4);
}

/// A container of three files.
fn small() -> Vec<u8> {
    let scratch = || std::io::Cursor::new(Vec::new());
    let mut writer = RangeWriter::begin(Vec::new(), [scratch(), scratch(), scratch()]).unwrap();
    writer.file("range.json", b"{}").unwrap();
    writer.finish(|_| Ok(b"signature".to_vec())).unwrap()
}

fn read(bytes: &[u8]) -> Option<usize> {
    let mut reader = ContainerReader::new(bytes);
    let mut files = 0;
    while reader.next_file().ok()?.is_some() {
        reader.bytes(1 << 20).ok()?;
        files += 1;
    }
    Some(files)
}

proptest! {
    #[test]
    fn what_is_no_container_is_refused_without_harm(bytes: Vec<u8>, at: prop::sample::Index, value: u8) {
        prop_assert_eq!(read(&bytes), None);
        let whole = small();
        prop_assert_eq!(read(&whole), Some(5));
        let mut changed = whole.clone();
        let at = at.index(whole.len());
        changed[at] = value;
        prop_assert!(changed == whole || read(&changed).is_none());
        prop_assert_eq!(read(&whole[..at]), None);
        prop_assert_eq!(read(&[&whole[..], &bytes[..]].concat()).is_some(), bytes.is_empty());
        let header = [b"PK\x03\x04", &bytes[..]].concat();
        prop_assert_eq!(read(&header), None);
    }
}
