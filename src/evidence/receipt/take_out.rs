//! Takes the proof out of a receipt that comes from a stranger.
//!
//! Nothing is unpacked and no tables are followed: in a receipt the proof lies as it is, so it is looked for among the bytes, and a file that hides
//! it otherwise is none. Whether the rest of the file is what the proof gives, [`language_of`](super::language_of) finds to the byte: there is no second
//! way to read it.

/// How a stream of our writing begins and ends.
const STREAM: &[u8] = b"stream\n{";
const END: &[u8] = b"\nendstream";

/// Whether bytes begin as a PDF does.
#[must_use]
pub fn is_receipt(bytes: &[u8]) -> bool {
    bytes.starts_with(b"%PDF-")
}

/// The proof that a receipt holds, as it lies in the file: the first stream that begins as JSON does. None in other PDFs, and in those that
/// another program wrote anew.
#[must_use]
pub fn evidence_in(bytes: &[u8]) -> Option<&[u8]> {
    let begin = find(bytes, STREAM)? + STREAM.len() - 1;
    let rest = bytes.get(begin..)?;
    rest.get(..find(rest, END)?)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
