//! A zip file on its way to whoever asked: packed as it is sent, never whole in memory and never on disk.
//!
//! Guarantees: the answer ends well only when every file in it was whole; otherwise the connection breaks, and the one who asked sees that. A
//! reader who takes nothing, or too little, is given up (`http::patience`), and what was packed for them ends. Files are stored, not compressed: most are PDFs and images, which are compressed already.
//! Leaves out: what is packed, and who may have it.

use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures::stream::unfold;
use tokio::sync::mpsc;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::patience::{Pace, Patience};
use crate::domain::attachment::{Disposition, FileName};
use crate::hub::ActError;
use crate::objects::ObjectError;

/// How many bytes go into one piece, about.
const PIECE: usize = 64 * 1024;
/// How many pieces wait for the reader.
const WAITING: usize = 2;

/// Why an archive broke off.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// The reader went away, or took nothing for too long.
    #[error("nobody reads the archive any more")]
    Unread,
    /// What was to be packed cannot be had.
    #[error("an act failed")]
    Act(#[from] ActError),
    /// A stored file cannot be read.
    #[error("a file cannot be read")]
    File(#[from] ObjectError),
    /// A part cannot be made.
    #[error("a part of the archive cannot be made")]
    Part(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<zip::result::ZipError> for Broken {
    fn from(error: zip::result::ZipError) -> Self {
        Self::Part(Box::new(error))
    }
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Part(Box::new(error))
    }
}

/// What the packer hands to the answer.
enum Piece {
    Bytes(Bytes),
    /// The archive is whole.
    End,
}

/// Where the zip writer writes: memory, emptied after every step.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    fn take(&self, at_least: usize) -> Vec<u8> {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if bytes.len() < at_least {
            return Vec::new();
        }
        mem::take(&mut *bytes)
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An archive being packed.
pub struct Archive {
    zip: ZipWriter<StreamWriter<Sink>>,
    sink: Sink,
    reader: Reader,
}

/// Who takes the archive.
struct Reader {
    pieces: mpsc::Sender<Piece>,
    pace: Pace,
}

impl Reader {
    async fn send(&mut self, piece: Piece) -> Result<(), Broken> {
        let size = match &piece {
            Piece::Bytes(bytes) => bytes.len(),
            Piece::End => 0,
        };
        match self.pace.wait(self.pieces.send(piece)).await {
            Some(Ok(())) => {
                self.pace.passed(size);
                Ok(())
            }
            _ => Err(Broken::Unread),
        }
    }
}

impl Archive {
    /// Begins a file; what is written next is its content. `modified` is local time, as zip has it.
    pub async fn file(&mut self, path: &str, modified: jiff::civil::DateTime) -> Result<(), Broken> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .unix_permissions(0o644)
            .last_modified_time(modified.try_into().unwrap_or_default());
        self.zip.start_file(path, options)?;
        self.pass_on(PIECE).await
    }

    /// Writes to the file that was begun last; waits while the reader is slower.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        self.zip.write_all(bytes)?;
        self.pass_on(PIECE).await
    }

    async fn end(self) -> Result<(), Broken> {
        let Self { zip, sink, mut reader } = self;
        zip.finish()?;
        reader.send(Piece::Bytes(sink.take(0).into())).await?;
        reader.send(Piece::End).await
    }

    async fn pass_on(&mut self, at_least: usize) -> Result<(), Broken> {
        let made = self.sink.take(at_least);
        if made.is_empty() {
            return Ok(());
        }
        self.reader.send(Piece::Bytes(made.into())).await
    }
}

/// Answers with an archive of this name, which `pack` fills while it is sent.
pub fn answer<F, P>(patience: Patience, name: &str, pack: F) -> Response
where
    F: FnOnce(Archive) -> P,
    P: Future<Output = Result<Archive, Broken>> + Send + 'static,
{
    let (to_reader, pieces) = mpsc::channel(WAITING);
    let sink = Sink::default();
    let archive = Archive {
        zip: ZipWriter::new_stream(sink.clone()),
        sink,
        reader: Reader {
            pieces: to_reader,
            pace: Pace::new(patience),
        },
    };
    let packing = pack(archive);
    tokio::spawn(async move {
        let done = match packing.await {
            Ok(archive) => archive.end().await,
            Err(error) => Err(error),
        };
        match done {
            Ok(()) => {}
            Err(Broken::Unread) => tracing::debug!("an archive was left unread"),
            Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "an archive broke off"),
        }
    });
    let name = FileName::parse(name).map_or_else(
        |_| "attachment".to_owned(),
        |name| name.content_disposition(Disposition::Attachment),
    );
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (
            header::CONTENT_SECURITY_POLICY,
            "sandbox; default-src 'none'; frame-ancestors 'none'".to_owned(),
        ),
    ];
    (headers, Body::from_stream(stream(pieces))).into_response()
}

/// The pieces until the end mark; an error where they stop without one.
fn stream(pieces: mpsc::Receiver<Piece>) -> impl futures::Stream<Item = io::Result<Bytes>> + Send {
    unfold(Some(pieces), |pieces| async move {
        let mut pieces = pieces?;
        match pieces.recv().await {
            Some(Piece::Bytes(bytes)) => Some((Ok(bytes), Some(pieces))),
            Some(Piece::End) => None,
            None => Some((Err(io::Error::other("the archive broke off")), None)),
        }
    })
}
