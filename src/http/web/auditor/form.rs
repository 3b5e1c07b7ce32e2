//! What the forms of the auditor's pages ask for, read so that every field that cannot be read is told of, and shown again as it was typed.

use serde::Deserialize;
use url::form_urlencoded;

use crate::domain::auditor::{Outcome, Period};
use crate::http::web::text::Text;
use crate::hub::audit::view::{Choices, Wanted};

/// The fields as they were typed; an empty one asks for nothing.
#[derive(Debug, Clone, Default, Deserialize)]
pub(in crate::http::web) struct Asked {
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub external: String,
    #[serde(default)]
    pub organisation: String,
    #[serde(default)]
    pub service: String,
    #[serde(default)]
    pub first: String,
    #[serde(default)]
    pub last: String,
    #[serde(default)]
    pub outcome: String,
    pub cursor: Option<String>,
}

/// A field that cannot be read: its name, and the key of what to do.
pub(in crate::http::web) type Problem = (&'static str, &'static str);

fn given(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

impl Asked {
    /// What is wanted, and the fields that cannot be read.
    pub(super) fn read(&self) -> (Wanted, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut day = |field, text: &str| match given(text).map(str::parse) {
            None => None,
            Some(Ok(day)) => Some(day),
            Some(Err(_)) => {
                problems.push((field, "audit-bad-day"));
                None
            }
        };
        let period = Period {
            first: day("first", &self.first),
            last: day("last", &self.last),
        };
        if matches!((period.first, period.last), (Some(first), Some(last)) if first > last) {
            problems.push(("last", "audit-bad-period"));
        }
        let message = given(&self.message).and_then(|text| match text.parse() {
            Ok(id) => Some(id),
            Err(_) => {
                problems.push(("message", "audit-bad-message"));
                None
            }
        });
        let wanted = Wanted {
            message,
            external_id: given(&self.external).map(str::to_owned),
            organisation: given(&self.organisation).map(str::to_owned),
            service: given(&self.service).map(str::to_owned),
            period,
            outcome: Outcome::named(self.outcome.trim()),
        };
        (wanted, problems)
    }

    /// The fields as the query of an address, without the place in the list.
    pub(super) fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("message", &self.message),
            ("external", &self.external),
            ("organisation", &self.organisation),
            ("service", &self.service),
            ("first", &self.first),
            ("last", &self.last),
            ("outcome", &self.outcome),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }
}

/// One entry of a list to choose from.
pub(in crate::http::web) struct Choice {
    pub value: String,
    pub text: String,
    pub chosen: bool,
}

/// The lists to choose from.
pub(in crate::http::web) struct Lists {
    pub organisations: Vec<Choice>,
    pub services: Vec<Choice>,
    pub outcomes: Vec<Choice>,
}

impl Lists {
    pub(super) fn new(t: Text, choices: &Choices, asked: &Asked) -> Self {
        let organisations = choices.organisations.iter().map(|it| Choice {
            chosen: it.business_id == asked.organisation,
            text: format!("{} ({})", t.name(&it.names), it.business_id),
            value: it.business_id.clone(),
        });
        let several = choices.organisations.len() > 1;
        let services = choices.organisations.iter().flat_map(|organisation| {
            organisation.services.iter().map(move |it| Choice {
                chosen: it.code == asked.service,
                text: match several {
                    true => format!("{}: {}", t.name(&organisation.names), t.name(&it.names)),
                    false => t.name(&it.names).to_owned(),
                },
                value: it.code.clone(),
            })
        });
        let outcomes = Outcome::ALL.iter().map(|it| Choice {
            chosen: it.name() == asked.outcome,
            text: t.get(outcome_key(*it)).into_owned(),
            value: it.name().to_owned(),
        });
        Self {
            organisations: organisations.collect(),
            services: services.collect(),
            outcomes: outcomes.collect(),
        }
    }
}

/// The key of an outcome's words.
pub(super) const fn outcome_key(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted => "outcome-accepted",
        Outcome::Opened => "outcome-opened",
        Outcome::Confirmed => "outcome-confirmed",
        Outcome::Expired => "outcome-expired",
        Outcome::Late => "outcome-late",
        Outcome::Letter => "outcome-letter",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_that_cannot_be_read_is_told_of() {
        let asked = Asked {
            message: "12a".into(),
            first: "1.2.2026".into(),
            last: " 2026-02-03 ".into(),
            outcome: "served".into(),
            ..Asked::default()
        };
        let (wanted, problems) = asked.read();
        assert_eq!(problems, [("first", "audit-bad-day"), ("message", "audit-bad-message")]);
        assert_eq!(wanted.period.last, "2026-02-03".parse().ok());
        assert_eq!((wanted.message, wanted.outcome), (None, None));
        assert_eq!(Asked::default().read(), (Wanted::default(), Vec::new()));
        let backwards = Asked {
            first: "2026-02-04".into(),
            ..asked
        };
        assert!(backwards.read().1.contains(&("last", "audit-bad-period")));
    }

    #[test]
    fn a_query_reads_back() {
        let asked = Asked {
            external: "A&B=ä".into(),
            outcome: "late".into(),
            ..Asked::default()
        };
        assert_eq!(asked.query(), "external=A%26B%3D%C3%A4&outcome=late");
    }
}
