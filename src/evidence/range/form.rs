//! The zip file of a range, in one form (APPNOTE 6.3.10): nothing compressed, every time the first that a zip file knows, no flags, and 64-bit sizes
//! exactly where 32 bits do not suffice.
//!
//! Written by hand, because what libraries keep of every file in memory grows with their number, and there may be a million.

/// The largest value of a 32-bit field; it says that the real value stands in 64 bits.
const FULL: u32 = u32::MAX;
/// Version 1.0, which knows files; version 4.5, which knows 64-bit sizes.
const PLAIN: u16 = 10;
const LARGE: u16 = 45;
/// Made on a system with the file modes of Unix.
const UNIX: u16 = 3 << 8;
/// A plain file that its owner may write and all may read.
const MODE: u32 = 0o100_644 << 16;
/// The first of January 1980.
const DATE: u16 = 0x21;

pub(super) const LOCAL: [u8; 4] = *b"PK\x03\x04";
pub(super) const CENTRAL: [u8; 4] = *b"PK\x01\x02";

/// A file in the container.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) name: &'a str,
    pub(super) crc: u32,
    pub(super) size: u64,
    /// Where its local header begins.
    pub(super) offset: u64,
}

/// Little-endian fields, one after the other.
#[derive(Default)]
struct Fields(Vec<u8>);

impl Fields {
    fn two(&mut self, values: &[u16]) {
        values.iter().for_each(|value| self.0.extend(value.to_le_bytes()));
    }
    fn four(&mut self, values: &[u32]) {
        values.iter().for_each(|value| self.0.extend(value.to_le_bytes()));
    }
    fn eight(&mut self, values: &[u64]) {
        values.iter().for_each(|value| self.0.extend(value.to_le_bytes()));
    }
}

fn narrow(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(FULL)
}

fn wide(value: u64) -> bool {
    narrow(value) == FULL
}

fn length(bytes: usize) -> u16 {
    u16::try_from(bytes).unwrap_or(u16::MAX)
}

/// What the two headers of a file have in common: from the flags to the length of the extra field.
fn common(fields: &mut Fields, entry: &Entry<'_>, version: u16, extra: &[u64]) {
    fields.two(&[version, 0, 0, 0, DATE]);
    fields.four(&[entry.crc, narrow(entry.size), narrow(entry.size)]);
    let extra = if extra.is_empty() { 0 } else { 4 + 8 * extra.len() };
    fields.two(&[length(entry.name.len()), length(extra)]);
}

fn extra_field(fields: &mut Fields, extra: &[u64]) {
    if !extra.is_empty() {
        fields.two(&[1, length(8 * extra.len())]);
        fields.eight(extra);
    }
}

/// The header before a file's bytes.
pub(super) fn local(entry: &Entry<'_>) -> Vec<u8> {
    let mut fields = Fields(LOCAL.to_vec());
    let extra: &[u64] = if wide(entry.size) {
        &[entry.size, entry.size]
    } else {
        &[]
    };
    common(&mut fields, entry, if extra.is_empty() { PLAIN } else { LARGE }, extra);
    fields.0.extend(entry.name.as_bytes());
    extra_field(&mut fields, extra);
    fields.0
}

/// The file's line in the directory at the end.
pub(super) fn central(entry: &Entry<'_>) -> Vec<u8> {
    let mut fields = Fields(CENTRAL.to_vec());
    let mut extra = Vec::new();
    if wide(entry.size) {
        extra.extend([entry.size, entry.size]);
    }
    if wide(entry.offset) {
        extra.push(entry.offset);
    }
    let version = if extra.is_empty() { PLAIN } else { LARGE };
    fields.two(&[UNIX | version]);
    common(&mut fields, entry, version, &extra);
    fields.two(&[0, 0, 0]);
    fields.four(&[MODE, narrow(entry.offset)]);
    fields.0.extend(entry.name.as_bytes());
    extra_field(&mut fields, &extra);
    fields.0
}

/// What stands after the directory of `size` bytes that begins at `offset`.
pub(super) fn end(entries: u64, offset: u64, size: u64) -> Vec<u8> {
    let mut fields = Fields::default();
    let few = u16::try_from(entries).unwrap_or(u16::MAX);
    if few == u16::MAX || wide(offset) || wide(size) {
        fields.0.extend(b"PK\x06\x06");
        fields.eight(&[44]);
        fields.two(&[UNIX | LARGE, LARGE]);
        fields.four(&[0, 0]);
        fields.eight(&[entries, entries, size, offset]);
        fields.0.extend(b"PK\x06\x07");
        fields.four(&[0]);
        fields.eight(&[offset + size]);
        fields.four(&[1]);
    }
    fields.0.extend(b"PK\x05\x06");
    fields.two(&[0, 0, few, few]);
    fields.four(&[narrow(size), narrow(offset)]);
    fields.two(&[0]);
    fields.0
}
