//! A message as an `.eml` file (RFC 5322, MIME), in pieces between which its files belong.
//!
//! The message is built by `lettre` with a mark in the place of every file, and cut there: so a file is encoded as it streams and never lies
//! whole in memory. Addresses end in `.invalid` (RFC 2606), because nothing can be sent to them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use lettre::Message;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Attachment, Body, Mailbox, MultiPart, MultiPartKind, SinglePart};

use crate::evidence::sha256;

/// Why a message cannot be written as mail.
pub(super) type EmlError = Box<dyn std::error::Error + Send + Sync>;

/// Bytes on one line of base64, 76 characters of it (RFC 2045 6.8).
const LINE: usize = 57;

/// A message to write.
pub(super) struct Letter<'a> {
    pub(super) id: i64,
    pub(super) root: i64,
    pub(super) reply_to: Option<i64>,
    pub(super) at: Timestamp,
    /// Name, and what stands before the `@`.
    pub(super) from: (&'a str, &'a str),
    /// The same of the recipient.
    pub(super) to: (&'a str, &'a str),
    /// What stands after it.
    pub(super) domain: &'a str,
    pub(super) title: &'a str,
    pub(super) body: &'a str,
    /// Name and media type of every file.
    pub(super) files: Vec<(String, String)>,
}

/// The pieces of the file: one more than there are files, each of which belongs between two of them, in base64.
pub(super) fn pieces(letter: &Letter<'_>, random: [u8; 32]) -> Result<Vec<String>, EmlError> {
    let id = |number: i64| format!("<{number}@{}>", letter.domain);
    let mut message = Message::builder()
        .from(mailbox(letter.from, letter.domain)?)
        .to(mailbox(letter.to, letter.domain)?)
        .subject(one_line(letter.title))
        .date(letter.at.into())
        .message_id(Some(id(letter.id)));
    if let Some(reply_to) = letter.reply_to {
        let mut thread = vec![id(letter.root), id(reply_to)];
        thread.dedup();
        message = message.in_reply_to(id(reply_to)).references(thread.join(" "));
    }
    // Base64 holds every character and any length of line, and no body can look like a boundary in it.
    let body = Body::new_with_encoding(letter.body.to_owned(), ContentTransferEncoding::Base64)
        .map_err(|_| "a body that base64 cannot hold")?;
    let text = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(body);
    let marks: Vec<Vec<u8>> = (0..letter.files.len()).map(|number| mark(random, number)).collect();
    let built = if letter.files.is_empty() {
        message.singlepart(text)?
    } else {
        let boundary = hex::encode(sha256(&random));
        let mut parts = MultiPart::builder()
            .kind(MultiPartKind::Mixed)
            .boundary(boundary)
            .singlepart(text);
        for ((name, media_type), mark) in letter.files.iter().zip(&marks) {
            let media_type =
                ContentType::parse(media_type).or_else(|_| ContentType::parse("application/octet-stream"))?;
            parts = parts.singlepart(Attachment::new(name.clone()).body(mark.clone(), media_type));
        }
        message.multipart(parts)?
    };
    let whole = String::from_utf8(built.formatted())?;
    cut(&whole, &marks)
}

/// What stands for a file until the message is cut: nothing that a sender can have written.
fn mark(random: [u8; 32], number: usize) -> Vec<u8> {
    let mut seed = random.to_vec();
    seed.extend_from_slice(&number.to_be_bytes());
    sha256(&seed).to_vec()
}

fn cut(whole: &str, marks: &[Vec<u8>]) -> Result<Vec<String>, EmlError> {
    let mut pieces = Vec::with_capacity(marks.len() + 1);
    let mut rest = whole;
    for mark in marks {
        let (before, after) = rest
            .split_once(&STANDARD.encode(mark))
            .ok_or("the place of a file is lost")?;
        pieces.push(before.to_owned());
        rest = after;
    }
    pieces.push(rest.to_owned());
    Ok(pieces)
}

fn mailbox((name, local_part): (&str, &str), domain: &str) -> Result<Mailbox, EmlError> {
    let address = format!("{local_part}@{domain}").parse()?;
    Ok(Mailbox::new(Some(one_line(name)), address))
}

/// A text for a header.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A file as it streams, in lines of base64.
#[derive(Debug, Default)]
pub(super) struct Lines {
    rest: Vec<u8>,
}

impl Lines {
    /// The lines that these bytes complete.
    pub(super) fn push(&mut self, bytes: &[u8]) -> String {
        self.rest.extend_from_slice(bytes);
        let whole = self.rest.len() / LINE * LINE;
        let mut lines = String::with_capacity(whole / LINE * 78);
        for line in self.rest[..whole].chunks(LINE) {
            STANDARD.encode_string(line, &mut lines);
            lines.push_str("\r\n");
        }
        self.rest.drain(..whole);
        lines
    }

    /// The last line, without its end.
    pub(super) fn finish(self) -> String {
        STANDARD.encode(self.rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter<'a>(title: &'a str, body: &'a str, files: Vec<(String, String)>) -> Letter<'a> {
        Letter {
            id: 3,
            root: 1,
            reply_to: Some(2),
            at: "2026-11-20T10:15:00Z".parse().unwrap(),
            from: ("Viitasaaren kaupunki", "0208573-0"),
            to: ("Helmi Östersund-Mäkelä", "owner"),
            domain: "viestit.example.fi.invalid",
            title,
            body,
            files,
        }
    }

    #[test]
    fn a_message_is_cut_where_its_files_belong() {
        let files = vec![
            ("päätös.pdf".to_owned(), "application/pdf".to_owned()),
            ("b\r\n.txt".to_owned(), "no type".to_owned()),
        ];
        let pieces = pieces(&letter("Päätös", "Hei.", files), [7; 32]).unwrap();
        assert_eq!(pieces.len(), 3);
        assert!(
            pieces[0].contains("In-Reply-To: <2@viestit.example.fi.invalid>\r\n"),
            "{}",
            pieces[0]
        );
        assert!(
            pieces[0].contains("<1@viestit.example.fi.invalid> <2@viestit.example.fi.invalid>"),
            "{}",
            pieces[0]
        );
        assert!(pieces[1].contains("application/octet-stream"));
        assert!(pieces[2].trim_end().ends_with("--"), "{}", pieces[2]);
        assert!(pieces.iter().all(|piece| piece.is_ascii()));
    }

    #[test]
    fn every_title_and_body_makes_lines_that_mail_may_have() {
        let long = "ä".repeat(256);
        for (title, body) in [
            (long.as_str(), "x".repeat(100_000)),
            ("a\r\nBcc: x@example.org", "\0\r\n.\r\nFrom x\n--boundary".to_owned()),
            ("", String::new()),
            ("=?utf-8?q?x?= \u{202e}", "\u{feff}ä".to_owned()),
        ] {
            let whole = pieces(&letter(title, &body, Vec::new()), [7; 32]).unwrap().concat();
            assert!(whole.split("\r\n").all(|line| line.len() <= 998), "{whole}");
            assert!(!whole.contains("\nBcc:") && !whole.contains('\0'), "{whole}");
            assert!(!whole.replace("\r\n", "").contains(['\r', '\n']));
        }
    }

    #[test]
    fn a_file_in_pieces_is_the_same_base64() {
        let bytes: Vec<u8> = (0..1000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let mut lines = Lines::default();
        let mut encoded: String = bytes.chunks(7).map(|piece| lines.push(piece)).collect();
        encoded.push_str(&lines.finish());
        assert!(encoded.split("\r\n").all(|line| line.len() <= 76));
        assert_eq!(STANDARD.decode(encoded.replace("\r\n", "")).unwrap(), bytes);
    }
}
