//! The form of a reply, read part by part: texts up to a bound, files straight into the hub.

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
use crate::domain::message::{ReplyDraft, Violation};
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::http::filename::{field_name, filename};
use crate::hub::upload::UploadError;
use crate::hub::{ActError, Hub};

/// Most bytes of one text: over every length that the rules allow, so that too long a text is told as such.
const MAX_TEXT: usize = 262_144;

/// Most check boxes of files that are read.
const MAX_KEPT: usize = 100;

/// A file that was taken before.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its id, as the form sends it.
    pub id: String,
    /// Its name, to be shown.
    pub name: String,
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
#[derive(Debug, Clone, Default)]
pub struct ReplyForm {
    /// Title.
    pub title: String,
    /// Body.
    pub body: String,
    /// Files taken.
    pub kept: Vec<Kept>,
    /// What to mend.
    pub problems: Vec<Problem>,
}

impl ReplyForm {
    /// An empty form for a reply to a message of this title.
    pub fn prefilled(t: Text, title: &str) -> Self {
        let marked = |t: Text, title: &str| t.with("reply-title-of", "title", title).into_owned();
        let is_reply = |it| title.starts_with(&marked(Text::new(it), ""));
        let title = if Language::ALL.into_iter().any(is_reply) {
            title.to_owned()
        } else {
            marked(t, title)
        };
        Self {
            title: title.chars().take(256).collect(),
            ..Self::default()
        }
    }
}

/// Reads the form. The token comes first; a file before it is refused.
pub async fn read(hub: &Hub, citizen: &Citizen, t: Text, mut parts: Multipart) -> Result<ReplyForm, Response> {
    let mut form = ReplyForm::default();
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
                "title" => form.title = text(part).await?,
                "body" => form.body = text(part).await?,
                "attachment" if form.kept.len() < MAX_KEPT => {
                    let value = text(part).await?;
                    let (id, name) = value.split_once('/').unwrap_or((&value, ""));
                    form.kept.push(Kept {
                        id: id.to_owned(),
                        name: display_name(t, name),
                    });
                }
                "files" => file(hub, citizen, t, part, &mut form).await?,
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

async fn file(hub: &Hub, citizen: &Citizen, t: Text, part: Field<'_>, form: &mut ReplyForm) -> Result<(), Response> {
    // A form without a chosen file sends one part without a name.
    let Some(given) = filename(part.headers()).filter(|name| !name.is_empty()) else {
        return Ok(());
    };
    if form.kept.len() >= ReplyDraft::MAX_ATTACHMENTS {
        let problem = Problem {
            field: "files",
            text: t.count("problem-files-many", ReplyDraft::MAX_ATTACHMENTS).into_owned(),
        };
        if !form.problems.contains(&problem) {
            form.problems.push(problem);
        }
        return Ok(());
    }
    let name = display_name(t, &given);
    let bytes = Box::pin(part.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => UploadError::TooLarge(MAX_UPLOAD_REQUEST),
        _ => UploadError::Broken(error.body_text()),
    }));
    let text = match hub.upload_as_citizen(citizen, &given, bytes).await {
        Ok(id) => {
            let id = id.to_string();
            form.kept.push(Kept { id, name });
            return Ok(());
        }
        Err(UploadError::TooLarge(limit)) => {
            t.with_all("problem-file-large", &[("name", &name), ("size", &t.size(limit))])
        }
        Err(UploadError::Type(TypeRefused::HiddenExtension | TypeRefused::DoubleExtension)) => {
            t.with("problem-file-extensions", "name", &name)
        }
        Err(UploadError::Type(TypeRefused::SecondFormat(_) | TypeRefused::ZipAtEnd | TypeRefused::Disguised)) => {
            t.with("problem-file-two", "name", &name)
        }
        Err(UploadError::Name(_) | UploadError::Type(_)) => t.with("problem-file-type", "name", &name),
        Err(UploadError::Malware(_)) => t.with("problem-file-malware", "name", &name),
        // The form comes back with everything in it, which an error page would lose.
        Err(UploadError::Act(error @ ActError::Scanner(_))) => {
            log(&error);
            t.with("problem-file-unscanned", "name", &name)
        }
        Err(UploadError::Broken(_) | UploadError::Form(_) | UploadError::Parts(_)) => {
            return Err(PageError::Bare(Kind::Invalid).into_response());
        }
        Err(UploadError::Act(error)) => return Err(PageError::from(error).into_response()),
    };
    let text = text.into_owned();
    form.problems.push(Problem { field: "files", text });
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of map_err")]
fn refuse(error: MultipartError) -> Response {
    error.status().into_response()
}

/// The rules that a reply breaks, in the reader's language, beside the fields of the form.
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
        ("/title", "too-long") => ("title", t.count("problem-title-long", 256)),
        ("/title", _) => ("title", t.get("problem-characters")),
        ("/body", "required" | "too-short") => ("body", t.get("problem-body-missing")),
        ("/body", "too-long") => ("body", t.count("problem-body-long", 40_000)),
        ("/body", _) => ("body", t.get("problem-characters")),
        (_, "too-many") => ("files", t.count("problem-files-many", ReplyDraft::MAX_ATTACHMENTS)),
        (_, "duplicate") => ("files", t.get("problem-files-twice")),
        _ => ("files", t.get("problem-files-gone")),
    };
    Problem {
        field,
        text: text.into_owned(),
    }
}
