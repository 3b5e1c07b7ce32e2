//! What a ZIP says of itself without being unpacked: its first entry, its end, and the names in its directory (PKWARE APPNOTE 4.3).
//!
//! Nothing here is expanded, so a ZIP that would unpack to a million times its size costs as much as any other.

/// Signature of an entry.
pub(super) const ENTRY: &[u8] = b"PK\x03\x04";
const DIRECTORY_ENTRY: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const ZIP64_LOCATOR: &[u8] = b"PK\x06\x07";

/// Bytes of the record at the end without its comment.
pub(super) const END_BYTES: usize = 22;

/// Names that only another kind of file than a plain archive holds.
const TELLING_NAMES: [&[u8]; 4] = [
    b"[Content_Types].xml",
    b"mimetype",
    b"META-INF/MANIFEST.MF",
    b"AndroidManifest.xml",
];

/// Name and beginning of the content of the first entry (4.3.7).
pub(super) fn first_entry(head: &[u8]) -> Option<(&[u8], &[u8])> {
    let name_end = 30 + usize::from(u16_at(head, 26)?);
    let content = name_end + usize::from(u16_at(head, 28)?);
    Some((head.get(30..name_end)?, head.get(content..)?))
}

/// Whether a name tells that its ZIP is an Office or OpenDocument file, a Java program or an Android one.
pub(super) fn tells_another_kind(name: &[u8]) -> bool {
    TELLING_NAMES.contains(&name)
}

/// The directory of a ZIP, found from the file's end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Directory<'a> {
    /// Its entries, as far as the end that was kept holds them from their beginning.
    entries: Option<&'a [u8]>,
}

impl<'a> Directory<'a> {
    /// Looks for a directory in the last bytes of a file of `total` bytes.
    ///
    /// Readers take the last record that makes sense, even with bytes after it. So it counts when its directory fits before it and either its
    /// comment reaches the end of the file or the directory really stands where it says.
    pub(super) fn find(tail: &'a [u8], total: u64) -> Option<Self> {
        let last = tail.len().checked_sub(END_BYTES)?;
        (0..=last)
            .rev()
            .filter(|at| tail.get(*at..).is_some_and(|it| it.starts_with(END)))
            .find_map(|at| Self::at(tail, total, at))
    }

    fn at(tail: &'a [u8], total: u64, at: usize) -> Option<Self> {
        let size = u32_at(tail, at + 12)?;
        let offset = u32_at(tail, at + 16)?;
        let comment = usize::from(u16_at(tail, at + 20)?);
        let begins = total - (tail.len() - at) as u64;
        let zip64 = at
            .checked_sub(20)
            .and_then(|at| tail.get(at..))
            .is_some_and(|it| it.starts_with(ZIP64_LOCATOR));
        if !zip64 && u64::from(size) + u64::from(offset) > begins {
            return None;
        }
        let entries = usize::try_from(size)
            .ok()
            .and_then(|size| at.checked_sub(size))
            .and_then(|from| tail.get(from..at))
            .filter(|entries| entries.starts_with(DIRECTORY_ENTRY));
        let reaches_end = at + END_BYTES + comment >= tail.len();
        (reaches_end || zip64 || entries.is_some()).then_some(Self { entries })
    }

    /// The names of its entries; none where the directory is longer than what was kept.
    pub(super) fn names(self) -> Option<impl Iterator<Item = &'a [u8]>> {
        let mut rest = self.entries?;
        Some(std::iter::from_fn(move || {
            if !rest.starts_with(DIRECTORY_ENTRY) {
                return None;
            }
            let length = |at| u16_at(rest, at).map(usize::from);
            let name_end = 46 + length(28)?;
            let next = name_end + length(30)? + length(32)?;
            let name = rest.get(46..name_end)?;
            rest = rest.get(next..)?;
            Some(name)
        }))
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
