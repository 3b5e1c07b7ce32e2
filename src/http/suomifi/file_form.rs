//! A form with one file in it: exactly one part `file`, wherever it stands, and where a door asks for it one small part `metadata`; parts of other
//! names are passed over.
//!
//! The file streams on as it comes. Its end is told only when the rest of the form has been seen, so a second file, or metadata that are wrong or
//! missing, refuse the file before anything of it can be used. Leaves out: what the file may be (`hub::upload`).

use std::pin::pin;

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::{StatusCode, header};
use bytes::Bytes;
use futures::SinkExt as _;
use futures::channel::{mpsc, oneshot};
use futures::future::{Either, select};

use crate::domain::attachment::MAX_UPLOAD_REQUEST;
use crate::domain::message::Violation;
use crate::http::filename::{field_name, filename};
use crate::http::large_pieces;
use crate::hub::upload::UploadError;

/// The bytes of the file, ending with an error where the form breaks off or holds a second file.
pub type FileBytes = mpsc::Receiver<Result<Bytes, UploadError>>;

/// Most bytes of a `metadata` part; what the contract puts there needs under fifty.
const METADATA_LIMIT: usize = 4096;

const NO_FORM: &str = "Send the file as multipart/form-data, in a part named \"file\".";
const NO_FILE: &str = "The form has no part named \"file\".";
const NO_NAME: &str = "The part \"file\" has no file name. The recipient sees it: give one with an extension.";
const SECOND_FILE: &str =
    "The form has more than one part named \"file\". Upload each file by a request of its own; nothing was stored.";

/// What is wrong with the bytes of a `metadata` part.
pub type Check = fn(&[u8]) -> Result<(), Vec<Violation>>;

/// The `metadata` of a form; by default it has none, and a part of that name is passed over.
#[derive(Default)]
pub struct Metadata {
    check: Option<Check>,
    seen: bool,
}

impl Metadata {
    /// Metadata that must stand in the form, once, and pass `check`.
    pub fn checked_by(check: Check) -> Self {
        Self {
            check: Some(check),
            seen: false,
        }
    }

    /// Looks at a part that is no file.
    async fn look(&mut self, mut part: Field<'_>) -> Result<(), UploadError> {
        let Some(check) = self.check else { return Ok(()) };
        if field_name(part.headers()).as_deref() != Some("metadata") {
            return Ok(());
        }
        let wrong = |code, message| UploadError::Parts(vec![Violation::new("/metadata", code, message)]);
        if std::mem::replace(&mut self.seen, true) {
            return Err(wrong(
                "duplicate-key",
                "This part stands twice in the form; send it once.",
            ));
        }
        let mut bytes = Vec::new();
        while let Some(next) = part.chunk().await.map_err(broken)? {
            if bytes.len() + next.len() > METADATA_LIMIT {
                return Err(wrong(
                    "too-long",
                    "This part has more than 4096 bytes; send a recipientId alone.",
                ));
            }
            bytes.extend_from_slice(&next);
        }
        check(&bytes).map_err(UploadError::Parts)
    }

    fn is_missing(&self) -> bool {
        self.check.is_some() && !self.seen
    }
}

fn missing(places: &[&str]) -> UploadError {
    let missing = |place: &&str| Violation::new(*place, "required", "The form has no part of this name.");
    UploadError::Parts(places.iter().map(missing).collect())
}

/// The form of a request that is no larger than an upload may be.
async fn open(request: Request) -> Result<Multipart, UploadError> {
    let declared = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > MAX_UPLOAD_REQUEST) {
        return Err(UploadError::TooLarge(MAX_UPLOAD_REQUEST));
    }
    let form = Multipart::from_request(request, &()).await;
    form.map_err(|_| UploadError::Form(NO_FORM))
}

/// Hands the file's name and bytes to `take`, whose answer is the answer. A refusal of `take` does not wait for the rest of the form.
///
/// # Errors
/// Those of `take`, and of the form itself: [`UploadError::Form`], [`UploadError::Parts`], [`UploadError::Broken`], [`UploadError::TooLarge`].
pub async fn take_file<T, F, Fut>(request: Request, metadata: Metadata, take: F) -> Result<T, UploadError>
where
    F: FnOnce(String, FileBytes) -> Fut,
    Fut: Future<Output = Result<T, UploadError>>,
{
    let mut form = open(request).await?;
    let (name_to, name) = oneshot::channel();
    let (to, bytes) = mpsc::channel(0);
    let feeding = pin!(feed(&mut form, metadata, name_to, to));
    let taking = pin!(async {
        // Without a name `feed` has failed, and its error is the one that is told.
        let name = name.await.map_err(|_| UploadError::Form(NO_FILE))?;
        take(name, bytes).await
    });
    match select(feeding, taking).await {
        Either::Left((Err(error), _)) => Err(error),
        Either::Left((Ok(()), taking)) => taking.await,
        Either::Right((taken, _)) => taken,
    }
}

/// Fails where there is no file to hand on; what goes wrong later ends the bytes.
async fn feed(
    form: &mut Multipart,
    mut metadata: Metadata,
    name_to: oneshot::Sender<String>,
    mut to: mpsc::Sender<Result<Bytes, UploadError>>,
) -> Result<(), UploadError> {
    let file = loop {
        let field = form.next_field().await.map_err(broken)?;
        let Some(field) = field else {
            return Err(match metadata.is_missing() {
                true => missing(&["/file", "/metadata"]),
                false => UploadError::Form(NO_FILE),
            });
        };
        if is_file(&field) {
            break field;
        }
        metadata.look(field).await?;
    };
    let name = filename(file.headers()).ok_or(UploadError::Form(NO_NAME))?;
    // Whoever does not listen any more has refused the file.
    if name_to.send(name).is_ok() && pour(file, &mut to).await {
        loop {
            let wrong = match form.next_field().await {
                Ok(None) if metadata.is_missing() => missing(&["/metadata"]),
                Ok(None) => break,
                Ok(Some(field)) if is_file(&field) => UploadError::Form(SECOND_FILE),
                Ok(Some(field)) => match metadata.look(field).await {
                    Ok(()) => continue,
                    Err(wrong) => wrong,
                },
                Err(error) => broken(error),
            };
            to.send(Err(wrong)).await.ok();
            break;
        }
    }
    Ok(())
}

/// Whether the file came whole and somebody took it.
async fn pour(mut file: Field<'_>, to: &mut mpsc::Sender<Result<Bytes, UploadError>>) -> bool {
    loop {
        let next = match file.chunk().await {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => return true,
            Err(error) => Err(broken(error)),
        };
        let failed = next.is_err();
        if to.send(next).await.is_err() || failed {
            return false;
        }
    }
}

fn is_file(field: &Field<'_>) -> bool {
    field_name(field.headers()).as_deref() == Some("file")
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of map_err")]
fn broken(error: MultipartError) -> UploadError {
    match large_pieces::status(&error) {
        StatusCode::PAYLOAD_TOO_LARGE => UploadError::TooLarge(MAX_UPLOAD_REQUEST),
        _ => UploadError::Broken(error.body_text()),
    }
}
