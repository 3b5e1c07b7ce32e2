//! A content that a second person granted. Opening it is evidence.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::AuditorSession;
use crate::domain::markup::{SafeHtml, render};
use crate::domain::name::Language;
use crate::http::App;
use crate::http::web::attachment;
use crate::http::web::deliberate::Arrival;
use crate::http::web::error::{Kind, PageError};
use crate::http::web::message::{FileLine, line, message_id};
use crate::http::web::page::{Page, Section, html};
use crate::http::web::text::{Lang, Text};
use crate::hub::acting::Person;
use crate::hub::audit::view::AuditedContent;

#[derive(Template)]
#[template(path = "auditor-content.html")]
pub(in crate::http::web) struct ContentTemplate {
    pub t: Text,
    pub page: Page,
    pub body: SafeHtml,
    pub files: Vec<FileLine>,
    pub content: AuditedContent,
}

impl ContentTemplate {
    pub(in crate::http::web) fn new(language: Language, person: &Person, content: AuditedContent) -> Self {
        let t = Text::new(language);
        Self {
            t,
            page: Page {
                section: Section::Audit,
                ..Page::of_person(person)
            },
            body: render(&content.body, content.body_format),
            files: content.files.iter().map(|file| line(t, file)).collect(),
            content,
        }
    }
}

/// `GET /auditor/deliveries/{id}/content`
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    AuditorSession { auditor, person }: AuditorSession,
    arrival: Arrival,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    if arrival.foreign {
        return Ok(arrival.page(language, person.own()));
    }
    let content = app.hub.granted_content(&auditor, message_id(&id)?).await?;
    Ok(html(
        StatusCode::OK,
        &ContentTemplate::new(language, &person, content),
        language,
    ))
}

/// `GET /auditor/deliveries/{id}/files/{attachment}`
pub(super) async fn file(
    State(app): State<Arc<App>>,
    Lang(language): Lang,
    AuditorSession { auditor, person }: AuditorSession,
    arrival: Arrival,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, PageError> {
    if arrival.foreign {
        return Ok(arrival.page(language, person.own()));
    }
    let file = file.parse().map_err(|_| PageError::Bare(Kind::NotFound))?;
    let download = app.hub.granted_file(&auditor, message_id(&id)?, file).await?;
    Ok((attachment::headers(&download.file), Body::from_stream(download.bytes)).into_response())
}
