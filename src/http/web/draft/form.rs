//! The form of a draft, read part by part: texts up to a bound, files straight into the draft.

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures::TryStreamExt as _;

use super::super::error::{Kind, PageError, log};
use super::super::message::display_name;
use super::super::session::check_csrf;
use super::super::text::Text;
use crate::domain::attachment::{MAX_UPLOAD_REQUEST, TypeRefused};
use crate::domain::id::{AttachmentId, DraftId};
use crate::domain::message::{Violation, Written};
use crate::domain::principal::Citizen;
use crate::http::filename::{field_name, filename};
use crate::http::large_pieces;
use crate::hub::draft::DraftText;
use crate::hub::upload::UploadError;
use crate::hub::view::AttachmentView;
use crate::hub::{ActError, Hub};

/// Most bytes of one text: over every length that the rules allow, so that too long a text is told as such.
const MAX_TEXT: usize = 262_144;

/// What the button says that was pressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Action {
    /// Add the chosen files; so does a form without a button.
    #[default]
    Add,
    /// Keep the text.
    Save,
    /// Send the message.
    Send,
    /// Take this file out.
    Remove(AttachmentId),
}

impl Action {
    fn named(value: &str) -> Self {
        match (value, value.strip_prefix("remove/").map(str::parse)) {
            (_, Some(Ok(file))) => Self::Remove(file),
            ("save", _) => Self::Save,
            ("send", _) => Self::Send,
            _ => Self::Add,
        }
    }
}

/// Something to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The id of the field.
    pub field: &'static str,
    /// What is wrong and what to do.
    pub text: String,
}

/// A form as it was filled in.
#[derive(Debug, Default)]
pub struct DraftForm {
    /// What was written; none when the form has no such fields.
    pub text: Option<DraftText>,
    /// The button.
    pub action: Action,
    /// Files taken.
    pub added: Vec<AttachmentView>,
    /// What to mend.
    pub problems: Vec<Problem>,
    /// A file came for a draft that was sent.
    pub gone: bool,
}

/// Where the form's files go.
struct Into<'a> {
    hub: &'a Hub,
    citizen: &'a Citizen,
    draft: DraftId,
    /// The browser's own name of the upload.
    key: Option<uuid::Uuid>,
    t: Text,
}

/// Reads the form. The token comes first; a file before it is refused.
pub async fn read(
    hub: &Hub,
    citizen: &Citizen,
    t: Text,
    draft: DraftId,
    mut parts: Multipart,
) -> Result<DraftForm, Response> {
    let mut form = DraftForm::default();
    let mut into = Into {
        hub,
        citizen,
        draft,
        key: None,
        t,
    };
    let mut checked = false;
    while let Some(part) = parts.next_field().await.map_err(refuse)? {
        let name = field_name(part.headers()).unwrap_or_default();
        if name == "csrf" {
            check_csrf(citizen, &text(part).await?).map_err(IntoResponse::into_response)?;
            checked = true;
        } else if !checked {
            return Err(PageError::Bare(Kind::Forbidden).into_response());
        } else {
            match name.as_str() {
                "title" => form.text.get_or_insert_default().title = text(part).await?,
                "body" => form.text.get_or_insert_default().body = text(part).await?,
                "do" => form.action = Action::named(&text(part).await?),
                "upload" => into.key = text(part).await?.parse().ok(),
                "files" => file(&into, part, &mut form).await?,
                _ => {}
            }
        }
    }
    if checked {
        Ok(form)
    } else {
        Err(PageError::Bare(Kind::Forbidden).into_response())
    }
}

/// The texts of a form, whoever sent it; none when nothing was written. What comes after the first file is not read.
pub async fn texts(mut parts: Multipart) -> Option<DraftText> {
    let mut written = DraftText::default();
    while let Ok(Some(part)) = parts.next_field().await {
        match field_name(part.headers()).unwrap_or_default().as_str() {
            "title" => written.title = text(part).await.ok()?,
            "body" => written.body = text(part).await.ok()?,
            "files" => break,
            _ => {}
        }
    }
    let empty = written.title.trim().is_empty() && written.body.trim().is_empty();
    (!empty).then_some(written)
}

async fn text(mut part: Field<'_>) -> Result<String, Response> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(refuse)? {
        if bytes.len() + chunk.len() > MAX_TEXT {
            return Err(StatusCode::PAYLOAD_TOO_LARGE.into_response());
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| PageError::Bare(Kind::Invalid).into_response())
}

async fn file(into: &Into<'_>, part: Field<'_>, form: &mut DraftForm) -> Result<(), Response> {
    // A form without a chosen file sends one part without a name.
    let Some(given) = filename(part.headers()).filter(|name| !name.is_empty()) else {
        return Ok(());
    };
    let bytes = Box::pin(part.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => UploadError::TooLarge(MAX_UPLOAD_REQUEST),
        _ => UploadError::Broken(error.body_text()),
    }));
    let taken = into
        .hub
        .add_draft_file(into.citizen, into.draft, into.key, (&given, bytes));
    match taken.await {
        Ok(file) => form.added.push(file),
        Err(UploadError::Act(ActError::Forbidden(_))) => form.gone = true,
        Err(error) => {
            let text = refusal(into.t, &display_name(into.t, &given), error)?;
            let problem = Problem { field: "files", text };
            if !form.problems.contains(&problem) {
                form.problems.push(problem);
            }
        }
    }
    Ok(())
}

/// Why a file was not taken, for the form; what says nothing about the file is an answer of its own.
#[expect(clippy::result_large_err, reason = "the error is the answer")]
fn refusal(t: Text, name: &str, error: UploadError) -> Result<String, Response> {
    let text = match error {
        UploadError::Act(ActError::Invalid(_)) => t.count("problem-files-many", Written::MAX_FILES),
        UploadError::TooLarge(limit) => t.with_all("problem-file-large", &[("name", name), ("size", &t.size(limit))]),
        UploadError::Type(TypeRefused::HiddenExtension | TypeRefused::DoubleExtension) => {
            t.with("problem-file-extensions", "name", name)
        }
        UploadError::Type(TypeRefused::SecondFormat(_) | TypeRefused::ZipAtEnd | TypeRefused::Disguised) => {
            t.with("problem-file-two", "name", name)
        }
        UploadError::Name(_) | UploadError::Type(_) => t.with("problem-file-type", "name", name),
        UploadError::Malware(_) => t.with("problem-file-malware", "name", name),
        // The form comes back with everything in it, which an error page would lose.
        UploadError::Act(error @ ActError::Scanner(_)) => {
            log(&error);
            t.with("problem-file-unscanned", "name", name)
        }
        UploadError::Broken(_) | UploadError::Form(_) | UploadError::Parts(_) => {
            return Err(PageError::Bare(Kind::Invalid).into_response());
        }
        UploadError::Act(error) => return Err(PageError::from(error).into_response()),
    };
    Ok(text.into_owned())
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of map_err")]
fn refuse(error: MultipartError) -> Response {
    large_pieces::status(&error).into_response()
}

/// The rules that a text breaks, in the reader's language, beside the fields of the form.
pub fn problems(t: Text, found: &[Violation]) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    for violation in found {
        let problem = problem(t, violation);
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    problems
}

fn problem(t: Text, violation: &Violation) -> Problem {
    let (field, text) = match (violation.pointer.as_str(), violation.code) {
        ("/title", "required" | "too-short") => ("title", t.get("problem-title-missing")),
        ("/title", "too-long") => ("title", t.count("problem-title-long", Written::MAX_TITLE)),
        ("/title", _) => ("title", t.get("problem-characters")),
        ("/body", "required" | "too-short") => ("body", t.get("problem-body-missing")),
        ("/body", "too-long") => ("body", t.count("problem-body-long", Written::MAX_BODY)),
        ("/body", _) => ("body", t.get("problem-characters")),
        _ => ("send", t.get("problem-characters")),
    };
    Problem {
        field,
        text: text.into_owned(),
    }
}
