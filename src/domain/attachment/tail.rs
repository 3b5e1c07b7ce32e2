//! The end of a file, kept while it streams by: a ZIP is read from its end, whatever the file begins with.

use super::media_type::{MediaType, TypeRefused};
use super::zip::{Directory, END_BYTES, tells_another_kind};

/// The last bytes of a file: as many as the end of a ZIP with the longest comment takes. At most twice as many in memory.
#[derive(Debug, Clone, Default)]
pub struct Tail {
    kept: Vec<u8>,
    total: u64,
}

impl Tail {
    /// The end record of a ZIP and the longest comment, in bytes.
    pub const BYTES: usize = END_BYTES + u16::MAX as usize;

    /// Takes the next bytes of the file.
    pub fn push(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        let from = bytes.len().saturating_sub(Self::BYTES);
        self.kept.extend_from_slice(&bytes[from..]);
        if self.kept.len() > 2 * Self::BYTES {
            self.kept.drain(..self.kept.len() - Self::BYTES);
        }
    }

    /// Decides by the end of the file, when all of it went by.
    ///
    /// # Errors
    /// [`TypeRefused::ZipAtEnd`] of what is no ZIP and ends as one; [`TypeRefused::Disguised`] of a plain ZIP whose directory names the parts of
    /// another kind of file; [`TypeRefused::Mismatch`] of an Office file without the folder of its own type.
    pub fn check(&self, media_type: MediaType) -> Result<(), TypeRefused> {
        let from = self.kept.len().saturating_sub(Self::BYTES);
        let directory = Directory::find(&self.kept[from..], self.total);
        if !media_type.is_zip_based() {
            return directory.map_or(Ok(()), |_| Err(TypeRefused::ZipAtEnd));
        }
        let Some(mut names) = directory.and_then(Directory::names) else {
            return Ok(());
        };
        if media_type == MediaType::Zip {
            return if names.any(tells_another_kind) {
                Err(TypeRefused::Disguised)
            } else {
                Ok(())
            };
        }
        match media_type.office_folder() {
            Some(folder) if !names.any(|name| name.starts_with(folder)) => Err(TypeRefused::Mismatch),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The end of a ZIP whose directory says to be of these bytes, with a comment.
    fn end(size: u32, offset: u32, comment: &[u8]) -> Vec<u8> {
        let mut end = b"PK\x05\x06\0\0\0\0\x01\0\x01\0".to_vec();
        end.extend(size.to_le_bytes());
        end.extend(offset.to_le_bytes());
        end.extend(u16::try_from(comment.len()).unwrap().to_le_bytes());
        end.extend(comment);
        end
    }

    fn checked(chunks: &[&[u8]], media_type: MediaType) -> Result<(), TypeRefused> {
        let mut tail = Tail::default();
        chunks.iter().for_each(|chunk| tail.push(chunk));
        tail.check(media_type)
    }

    #[test]
    fn a_zip_at_the_end_is_seen_however_long_its_comment_and_however_it_came() {
        let body = vec![b'x'; 300_000];
        for comment in [0, 1, 1_000, 65_535] {
            let end = end(100, 200, &vec![b'c'; comment]);
            let whole = [&body[..], &end].concat();
            for size in [7, 4_096, 65_557, 200_000, whole.len()] {
                let chunks: Vec<_> = whole.chunks(size).collect();
                assert_eq!(
                    checked(&chunks, MediaType::Pdf),
                    Err(TypeRefused::ZipAtEnd),
                    "{comment} {size}"
                );
                assert_eq!(checked(&chunks, MediaType::Docx), Ok(()));
            }
        }
    }

    #[test]
    fn what_is_kept_stays_bounded() {
        let mut tail = Tail::default();
        for _ in 0..1_000 {
            tail.push(&[0; 10_000]);
            assert!(tail.kept.len() <= 2 * Tail::BYTES);
        }
        tail.push(&vec![0; 1_000_000]);
        assert!(tail.kept.len() <= 2 * Tail::BYTES);
        assert_eq!(tail.total, 11_000_000);
    }

    #[test]
    fn letters_that_only_look_like_an_end_are_none() {
        let body = vec![b'x'; 1_000];
        // A directory that would not fit; one that ends long before the file does and stands nowhere; too few bytes.
        for wrong in [
            end(2_000, 0, b""),
            end(10, 5_000, b""),
            [&end(100, 200, b"")[..], b"more"].concat(),
            b"PK\x05\x06".to_vec(),
            b"PK\x05\x06 is how a ZIP ends".to_vec(),
        ] {
            assert_eq!(checked(&[&body, &wrong], MediaType::Pdf), Ok(()), "{wrong:?}");
        }
        assert_eq!(checked(&[], MediaType::Pdf), Ok(()));
    }

    /// A directory of one entry, and its end.
    fn directory(name: &str) -> Vec<u8> {
        let mut entry = b"PK\x01\x02".to_vec();
        entry.resize(46, 0);
        entry[28] = u8::try_from(name.len()).unwrap();
        entry.extend(name.bytes());
        let size = u32::try_from(entry.len()).unwrap();
        [entry, end(size, 9, b"")].concat()
    }

    #[test]
    fn bytes_after_the_end_do_not_hide_a_directory_that_is_there() {
        let bytes = [b"%PDF-1.7\n", &directory("a")[..], b"\n%%EOF\n"].concat();
        assert_eq!(checked(&[&bytes], MediaType::Pdf), Err(TypeRefused::ZipAtEnd));
        assert_eq!(checked(&[&bytes], MediaType::Gif), Err(TypeRefused::ZipAtEnd));
    }

    #[test]
    fn the_directory_tells_what_an_archive_is() {
        let judge = |name: &str, media_type| checked(&[b"PK\x03\x04.....", &directory(name)], media_type);
        assert_eq!(judge("kuva.png", MediaType::Zip), Ok(()));
        for part in [
            "META-INF/MANIFEST.MF",
            "AndroidManifest.xml",
            "[Content_Types].xml",
            "mimetype",
        ] {
            assert_eq!(judge(part, MediaType::Zip), Err(TypeRefused::Disguised), "{part}");
        }
        assert_eq!(judge("word/document.xml", MediaType::Docx), Ok(()));
        assert_eq!(judge("xl/workbook.xml", MediaType::Docx), Err(TypeRefused::Mismatch));
        assert_eq!(judge("content.xml", MediaType::Odt), Ok(()));
    }
}
