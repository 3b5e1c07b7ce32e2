//! What every page shares: its frame (language, person, navigation), and how a template becomes an answer.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::assets;
use super::error::{Kind, error_kind_page};
use super::text::Text;
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::hub::acting::Person as SessionPerson;

/// Where in the site a page stands, for the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// The inbox and its messages.
    Inbox,
    /// Sent messages.
    Sent,
    /// The archive.
    Archive,
    /// Deleted messages.
    Deleted,
    /// Drafts, and writing one.
    Drafts,
    /// Choosing to whom to write.
    Write,
    /// Settings.
    Settings,
    /// The auditor's pages.
    Audit,
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
    /// For whom the person acts; none: for themself.
    pub acts_for: Option<String>,
    /// Whether the person decides about the mailbox itself.
    pub decides: bool,
    /// Whether the person is an auditor.
    pub audits: bool,
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
                acts_for: citizen.agency.as_ref().map(|it| it.owner_name.clone()),
                decides: citizen.decides(),
                audits: citizen.audits.is_some(),
            }),
            section,
            switch: "",
        }
    }

    /// The frame of a page that concerns the person, whichever mailbox they act in.
    #[must_use]
    pub fn of_person(person: &SessionPerson) -> Self {
        let mut page = Self::of(person.own(), Section::Other);
        if let Some(shown) = &mut page.person {
            shown.acts_for = person.acts_for().map(ToOwned::to_owned);
        }
        page
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

    /// For whom they act, when it is not themself.
    #[must_use]
    pub fn owner(&self) -> Option<&str> {
        self.person.as_ref()?.acts_for.as_deref()
    }

    /// Whether who is logged in decides about the mailbox itself.
    #[must_use]
    pub fn decides(&self) -> bool {
        self.person.as_ref().is_some_and(|it| it.decides)
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

    /// Address of the script of the page where people write.
    #[must_use]
    pub fn writing_script(&self) -> &'static str {
        assets::writing_path()
    }

    /// Address of the script of an auditor's exports.
    #[must_use]
    pub fn exports_script(&self) -> &'static str {
        assets::exports_path()
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
