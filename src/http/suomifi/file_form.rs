//! A form with one file in it: exactly one part `file`, wherever it stands; parts of other names are passed over.
//!
//! The file streams on as it comes. Its end is told only when the rest of the form has been seen, so a second file refuses the first before anything
//! of it can be used. Leaves out: what the file may be (`hub::upload`).

use std::pin::pin;

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use axum::http::StatusCode;
use bytes::Bytes;
use futures::SinkExt as _;
use futures::channel::{mpsc, oneshot};
use futures::future::{Either, select};

use crate::domain::attachment::MAX_UPLOAD_REQUEST;
use crate::http::filename::{field_name, filename};
use crate::hub::upload::UploadError;

/// The bytes of the file, ending with an error where the form breaks off or holds a second file.
pub type FileBytes = mpsc::Receiver<Result<Bytes, UploadError>>;

const NO_FILE: &str = "The form has no part named \"file\".";
const NO_NAME: &str = "The part \"file\" has no file name. The recipient sees it: give one with an extension.";
const SECOND_FILE: &str =
    "The form has more than one part named \"file\". Upload each file by a request of its own; nothing was stored.";

/// Hands the file's name and bytes to `take`, whose answer is the answer. A refusal of `take` does not wait for the rest of the form.
///
/// # Errors
/// Those of `take`, and of the form itself: [`UploadError::Form`], [`UploadError::Broken`], [`UploadError::TooLarge`].
pub async fn take_file<T, F, Fut>(form: &mut Multipart, take: F) -> Result<T, UploadError>
where
    F: FnOnce(String, FileBytes) -> Fut,
    Fut: Future<Output = Result<T, UploadError>>,
{
    let (name_to, name) = oneshot::channel();
    let (to, bytes) = mpsc::channel(0);
    let feeding = pin!(feed(form, name_to, to));
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
    name_to: oneshot::Sender<String>,
    mut to: mpsc::Sender<Result<Bytes, UploadError>>,
) -> Result<(), UploadError> {
    let file = loop {
        let field = form.next_field().await.map_err(broken)?;
        let field = field.ok_or(UploadError::Form(NO_FILE))?;
        if is_file(&field) {
            break field;
        }
    };
    let name = filename(file.headers()).ok_or(UploadError::Form(NO_NAME))?;
    // Whoever does not listen any more has refused the file.
    if name_to.send(name).is_ok() && pour(file, &mut to).await {
        loop {
            let wrong = match form.next_field().await {
                Ok(None) => break,
                Ok(Some(field)) if is_file(&field) => UploadError::Form(SECOND_FILE),
                Ok(Some(_)) => continue,
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
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => UploadError::TooLarge(MAX_UPLOAD_REQUEST),
        _ => UploadError::Broken(error.body_text()),
    }
}
