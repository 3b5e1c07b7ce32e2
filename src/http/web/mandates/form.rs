//! The form by which a mandate is granted, and what is to be mended in it.

use askama::Template;

use super::super::draft::form::Problem;
use super::super::page::{Page, Section};
use super::super::text::Text;
use crate::domain::mandate::{GrantForm, MOST_GRANTED, MOST_TO_ONE};
use crate::domain::message::Violation;
use crate::domain::name::Language;
use crate::domain::principal::Citizen;
use crate::hub::mandate::ScopeChoices;

/// Most boxes of one kind that are read.
const MOST_BOXES: usize = 1_000;

/// A box of an authority or a topic.
pub(in super::super) struct ScopeBox {
    pub value: String,
    pub name: String,
    pub ticked: bool,
}

#[derive(Template)]
#[template(path = "grant.html")]
pub(in super::super) struct GrantTemplate {
    pub t: Text,
    pub page: Page,
    pub form: GrantForm,
    pub organisations: Vec<ScopeBox>,
    pub topics: Vec<ScopeBox>,
    pub problems: Vec<Problem>,
}

impl GrantTemplate {
    pub(in super::super) fn new(
        language: Language,
        citizen: &Citizen,
        choices: &ScopeChoices,
        form: GrantForm,
        problems: Vec<Problem>,
    ) -> Self {
        let t = Text::new(language);
        let scope_box = |value: String, name: &str, ticked: &[String]| ScopeBox {
            ticked: ticked.contains(&value),
            name: name.to_owned(),
            value,
        };
        let organisations = choices.organisations.iter();
        let topics = choices.topics.iter();
        Self {
            t,
            page: Page::of(citizen, Section::Settings),
            organisations: organisations
                .map(|(id, names)| scope_box(id.to_string(), t.name(names), &form.organisations))
                .collect(),
            topics: topics
                .map(|(code, names)| scope_box(code.clone(), t.name(names), &form.topics))
                .collect(),
            form,
            problems,
        }
    }

    fn problem_of(&self, field: &str) -> Option<&Problem> {
        self.problems.iter().find(|it| it.field == field)
    }

    fn has_problem(&self, field: &str) -> bool {
        self.problem_of(field).is_some()
    }
}

/// The fields of the form; what it does not have is left out.
pub(super) fn read(fields: Vec<(String, String)>) -> GrantForm {
    let mut form = GrantForm::default();
    for (name, value) in fields {
        match name.as_str() {
            "agent" => form.agent = value,
            "name" => form.name = value,
            "scope" => form.scope = value,
            "organisation" if form.organisations.len() < MOST_BOXES => form.organisations.push(value),
            "topic" if form.topics.len() < MOST_BOXES => form.topics.push(value),
            "begins" => form.begins = value,
            "until" => form.until = value,
            _ => {}
        }
    }
    form
}

/// What is to be mended, in the reader's language, beside the fields.
pub(in super::super) fn problems(t: Text, found: &[Violation]) -> Vec<Problem> {
    found.iter().map(|violation| problem(t, violation)).collect()
}

fn problem(t: Text, violation: &Violation) -> Problem {
    let (field, text) = match (violation.pointer.as_str(), violation.code) {
        ("/agent", "required") => ("agent", t.get("grant-agent-missing")),
        ("/agent", "oneself") => ("agent", t.get("grant-agent-oneself")),
        ("/agent", "too-many") => ("agent", t.count("grant-too-many-to-one", MOST_TO_ONE)),
        ("/agent", _) => ("agent", t.get("grant-agent-wrong")),
        ("/name", "required") => ("name", t.get("grant-name-missing")),
        ("/name", "too-long") => ("name", t.get("grant-name-long")),
        ("/name", _) => ("name", t.get("problem-characters")),
        ("/scope", "too-few") => ("scope", t.get("grant-scope-empty")),
        ("/scope", "required") => ("scope", t.get("grant-scope-missing")),
        ("/scope", _) => ("scope", t.get("grant-scope-gone")),
        ("/begins", "past") => ("begins", t.get("grant-begins-past")),
        ("/until", "past") => ("until", t.get("grant-until-past")),
        ("/begins", _) => ("begins", t.get("grant-day-wrong")),
        ("/until", _) => ("until", t.get("grant-day-wrong")),
        _ => ("agent", t.count("grant-too-many", MOST_GRANTED)),
    };
    Problem {
        field,
        text: text.into_owned(),
    }
}
