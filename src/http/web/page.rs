//! What every page shares: its frame (language, person, navigation), and how a template becomes an answer.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::assets;
use super::error::{Kind, error_kind_page};
use super::text::Text;
use crate::domain::name::Language;
use crate::domain::principal::Citizen;

/// Where in the site a page stands, for the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// The inbox and its messages.
    Inbox,
    /// Sent messages.
    Sent,
    /// Settings.
    Settings,
    /// Anything else.
    Other,
}

/// Who is logged in.
#[derive(Debug, Clone)]
pub struct Person {
    /// The name the login gave.
    pub name: String,
    /// The token of every form.
    pub csrf: String,
}

/// The frame of a page.
#[derive(Debug, Clone)]
pub struct Page {
    /// Who is logged in.
    pub person: Option<Person>,
    /// Where the page stands.
    pub section: Section,
    /// The path to which the language switch leads; empty: this same page.
    pub switch: &'static str,
}

impl Page {
    /// The frame for someone logged in.
    #[must_use]
    pub fn of(citizen: &Citizen, section: Section) -> Self {
        Self {
            person: Some(Person {
                name: citizen.name.clone(),
                csrf: citizen.csrf().unwrap_or_default().to_owned(),
            }),
            section,
            switch: "",
        }
    }

    /// The frame for anyone.
    #[must_use]
    pub const fn public() -> Self {
        Self {
            person: None,
            section: Section::Other,
            switch: "",
        }
    }

    /// The token for this page's forms; empty where no one is logged in, and no form will be taken.
    #[must_use]
    pub fn csrf(&self) -> &str {
        self.person.as_ref().map_or("", |it| &it.csrf)
    }

    /// Every language with its own name, and whether it is the one shown.
    #[must_use]
    pub fn languages(&self, t: &Text) -> [(&'static str, &'static str, bool); 3] {
        Language::ALL.map(|it| {
            let name = match it {
                Language::Fi => "Suomi",
                Language::Sv => "Svenska",
                Language::En => "English",
            };
            (it.code(), name, it == t.language)
        })
    }

    /// Address of the style sheet.
    #[must_use]
    pub fn style(&self) -> &'static str {
        assets::style_path()
    }

    /// Address of the logo.
    #[must_use]
    pub fn logo(&self) -> &'static str {
        assets::logo_path()
    }

    /// Address of the icon.
    #[must_use]
    pub fn icon(&self) -> &'static str {
        assets::icon_path()
    }
}

/// Answers with a page.
pub fn html(status: StatusCode, template: &impl Template, language: Language) -> Response {
    match template.render() {
        Ok(text) => page_of(status, text),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            error_kind_page(Kind::Internal, language)
        }
    }
}

/// Answers with a rendered page.
pub(super) fn page_of(status: StatusCode, text: String) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response()
}
