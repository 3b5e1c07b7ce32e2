//! What was written when the session had ended: shown once more, so that it can be copied. Nothing of it is kept.

use askama::Template;
use axum::extract::Multipart;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::page::{Page, Section, html};
use super::super::session::login_path;
use super::super::text::Text;
use super::form;
use crate::domain::name::Language;
use crate::hub::draft::DraftText;

#[derive(Template)]
#[template(path = "unsaved.html")]
pub(in crate::http::web) struct UnsavedTemplate {
    pub t: Text,
    pub page: Page,
    pub text: DraftText,
    /// Leads to the login, and back to the draft.
    pub login: String,
}

impl UnsavedTemplate {
    pub(in crate::http::web) fn new(language: Language, draft: &str, text: DraftText) -> Self {
        Self {
            t: Text::new(language),
            page: Page {
                switch: "/",
                ..Page::public()
            },
            text,
            login: login_path(&format!("/drafts/{draft}")),
        }
    }
}

/// The page with the texts of the form; none when it has no text, or is no form of ours.
pub(super) async fn page(language: Language, draft: &str, parts: Multipart) -> Option<Response> {
    let text = form::texts(parts).await?;
    let page = UnsavedTemplate::new(language, draft, text);
    Some(html(StatusCode::UNAUTHORIZED, &page, language))
}
